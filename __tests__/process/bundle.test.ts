import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../tools/runner.mjs';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { realPortal, runBundle } from './support.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

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
