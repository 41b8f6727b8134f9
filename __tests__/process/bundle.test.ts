import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../tools/runner.mjs';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { MAX_WAIT_MS, realPortal, runBundle } from './support.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The one file of dist/ that the build does not write: it makes Node load the bundle as CommonJS. */
const HANDWRITTEN = 'package.json';

describe('the bundle', () => {
  test('has at most 400,000 bytes', () => {
    expect(Buffer.byteLength(read('dist/index.js'))).toBeLessThanOrEqual(400_000);
  });

  test('does not contain undici', () => {
    expect(read('dist/index.js')).not.toMatch(/undici@|undici\/lib/);
  });

  test('is what action.yml starts, with Node 24', () => {
    expect(parse(read('action.yml')).runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });

  test(
    'is exactly what the build makes of the source',
    async () => {
      const built = join(folder, 'built');
      const [command, ...args] = String(JSON.parse(read('package.json')).scripts.build).split(' ');
      expect([command, args.indexOf('dist') > 0]).toEqual(['ncc', true]);
      const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
      const nodeArgs = [ncc, ...args.map(arg => (arg === 'dist' ? built : arg))];
      await promisify(execFile)(process.execPath, nodeArgs, { cwd: root });
      const files = readdirSync(built);
      expect(readdirSync(join(root, 'dist')).sort()).toEqual([...files, HANDWRITTEN].sort());
      for (const file of files) {
        // Not toEqual: it would print a difference of a thousand lines.
        const isEqual = readFileSync(join(built, file)).equals(readFileSync(join(root, 'dist', file)));
        expect([file, isEqual]).toEqual([file, true]);
      }
    },
    MAX_WAIT_MS,
  );

  test('runs in a folder below a package.json with "type": "module"', async () => {
    const action = join(folder, 'module', 'action');
    mkdirSync(action, { recursive: true });
    writeFileSync(join(folder, 'module', 'package.json'), '{ "type": "module" }');
    cpSync(join(root, 'dist'), join(action, 'dist'), { recursive: true });
    const portal = await realPortal({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
    const { code, stderr, outputs } = await runBundle(inputs, { main: join(action, 'dist/index.js') });
    expect([code, stderr, outputs['result']]).toEqual([0, '', 'true']);
    expect(portal.state.schedule.own).toBeUndefined();
  });
});

test('a step downloads only what it needs', () => {
  // As `git archive` reads .gitattributes: everything at the top is left out, except for these.
  const lines = read('.gitattributes').split('\n');
  expect(lines).toContain('/* export-ignore');
  const kept = lines.flatMap(line => /^\/(\S+) -export-ignore$/.exec(line)?.[1] ?? []);
  expect(kept.sort()).toEqual(['LICENSE', 'README.md', 'action.yml', 'dist']);
});
