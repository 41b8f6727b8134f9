import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../tools/runner.mjs';
import { PATIENCE_MS } from './support.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the bundle', () => {
  test('has at most 135,000 bytes', () => {
    expect(Buffer.byteLength(read('dist/index.js'))).toBeLessThanOrEqual(135_000);
  });

  test('holds nothing of undici', () => {
    expect(read('dist/index.js')).not.toMatch(/undici/i);
  });

  test('is what action.yml starts, on Node 24', () => {
    expect(parse(read('action.yml')).runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });

  test(
    'is what the source gives: no byte more, no file more',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'dist-'));
      try {
        await promisify(execFile)(process.execPath, ['tools/build.mjs', folder], { cwd: root });
        const built = readdirSync(folder).sort();
        expect(readdirSync(join(root, 'dist')).sort()).toEqual(built);
        for (const file of built) {
          // Not toEqual: a difference of a thousand lines helps nobody.
          const isTheSame = readFileSync(join(folder, file)).equals(readFileSync(join(root, 'dist', file)));
          expect([file, isTheSame]).toEqual([file, true]);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    PATIENCE_MS,
  );
});

test('what a step downloads is what it needs, and has at most 70 kB', () => {
  // As `git archive` reads .gitattributes: all that is at the top is left out, but for these.
  const lines = read('.gitattributes').split('\n');
  expect(lines).toContain('/* export-ignore');
  const kept = lines.flatMap(line => /^\/(\S+) -export-ignore$/.exec(line)?.[1] ?? []);
  expect(kept.sort()).toEqual(['LICENSE', 'README.md', 'action.yml', 'dist']);
  const files = kept.flatMap(name =>
    name === 'dist' ? readdirSync(join(root, name)).map(file => `${name}/${file}`) : name,
  );
  const contents = files.map(file => readFileSync(join(root, file)));
  expect(gzipSync(Buffer.concat(contents)).length).toBeLessThanOrEqual(70_000);
});
