import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { makeBackups } from '../tools/stand-in/portal.mjs';
import { readDefaults, root } from '../tools/runner.mjs';
import { act, ofTheBundle } from './support/action.js';
import { portalWith } from './support/portals.js';

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
const bundle = readFileSync(join(root, 'dist/index.js'), 'utf8');

describe('the bundle', () => {
  test('is one file of at most 130 kB', () => {
    expect(readdirSync(join(root, 'dist'))).toEqual(['index.js']);
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(130_000);
  });

  test('holds nothing of undici', () => {
    expect(bundle).not.toMatch(/undici/i);
  });

  test('is what action.yml starts, on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });

  test('comes with an archive of at most 40 kB', () => {
    // What the runner downloads: the committed state, as `git archive` gives it.
    const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 1 << 28 });
    expect(gzipSync(archive).length).toBeLessThanOrEqual(40_000);
  });
});

if (ofTheBundle) {
  describe('a run of the bundle', () => {
    test("does not load Node's undici", async () => {
      const portal = await portalWith({ backups: makeBackups(3) });
      const folder = mkdtempSync(join(tmpdir(), 'modules-'));
      const [hook, list] = [join(folder, 'hook.cjs'), join(folder, 'modules.json')];
      const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList))`;
      writeFileSync(hook, `process.on('exit', () => ${write});`);
      const inputs = { operation: 'delete-history', 'portal-url': portal.url };
      const { code } = await act(inputs, { nodeArgs: ['--require', hook] });
      const modules: string[] = JSON.parse(readFileSync(list, 'utf8'));
      rmSync(folder, { recursive: true });
      expect(code).toBe(0);
      expect(modules).toContain('NativeModule https');
      expect(modules.filter(name => name.includes('undici'))).toEqual([]);
    });

    test.each([
      ['delete-schedule', {}, 3],
      ['delete-schedule', { verify: 'false' }, 1],
      ['delete-history', {}, 3],
      ['delete-history', { verify: 'false' }, 1],
      ['prune-history', { 'keep-last': '1' }, 101],
    ])('%s with %j sends %i requests', async (operation, inputs, requests) => {
      const portal = await portalWith({ backups: makeBackups(100) });
      await act({ operation, 'portal-url': portal.url, ...inputs });
      expect(portal.seen).toHaveLength(requests);
    });

    test('opens as many connections for a prune as it has requests under way: eight', async () => {
      const portal = await portalWith({ backups: makeBackups(100), latencyMs: 5 });
      await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '1' });
      expect(portal.state.connections).toBe(8);
      expect(portal.state.mostAtOnce).toBe(8);
    });
  });
}

describe('action.yml', () => {
  test('has the defaults that the tests and `npm start` run with', () => {
    const inputs: [string, { default?: string }][] = Object.entries(action.inputs);
    const defaults = inputs.map(([name, input]) => [name, input.default ?? '']);
    expect(readDefaults()).toEqual(Object.fromEntries(defaults));
  });

  test('has an output for each that a run sets, and no other', async () => {
    const portal = await portalWith();
    const { outputs } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test('every input empty means the same as every default', async () => {
    const portal = await portalWith();
    const empty = Object.fromEntries(Object.keys(action.inputs).map(name => [name, '']));
    const inputs = { operation: 'delete-history', 'portal-url': portal.url };
    const token = `sk-${'f'.repeat(64)}`;
    const { code } = await act({ ...empty, token, ...inputs });
    expect(code).toBe(0);
    expect(portal.seen).toHaveLength(3);
  });
});
