import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type Portal } from '../../tools/stand-in/portal.mjs';
import { errorOf, KEY, readIds } from '../support/action.js';
import { withSystemThatHas } from '../support/platform.js';
import { deletions } from '../support/portals.js';
import {
  type ProcessOptions,
  type ProcessResult,
  type RunningProcess,
  startProcess,
} from '../support/processes.js';
import { checked, preload, realPortal, runTogether, until } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first deletion is sent alone as a probe. Of the next eight, one hangs, and the others are slow. */
const EIGHT_RUNNING: Fault[] = [
  { on: `DELETE .*${makeId(10)}`, kind: 'hang' },
  { on: 'DELETE', kind: 'slow', ms: 2_000, skip: 1 },
];
/** A deletion that fails makes the action log a repeated attempt while seven others run. */
const ONE_UNAVAILABLE: Fault[] = [
  { on: `DELETE .*${makeId(10)}`, kind: 'unavailable', delayMs: 500 },
  { on: 'DELETE', kind: 'slow', ms: 2_000, skip: 1 },
];

/** Runs a statement in the process as soon as there is a file of this name. Windows has no signal for it. */
const onFile = (file: string, statement: string) =>
  preload(
    `const { existsSync } = require('node:fs');
    const timer = setInterval(() => {
      if (!existsSync(${JSON.stringify(file)})) return;
      clearInterval(timer);
      ${statement}
    }, 5).unref();`,
    folder,
  );

interface Crashed {
  portal: Portal;
  result: ProcessResult;
}

/** Prunes backups, and calls `happen` when the process has sent the DELETEs that the faults delay. */
async function crash(
  options: ProcessOptions,
  happen: (process: RunningProcess) => void,
  faults: Fault[] = EIGHT_RUNNING,
): Promise<Crashed> {
  const portal = await realPortal({ backups: makeBackups(14), faults });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2', token: KEY };
  const process = startProcess(inputs, options);
  await until(() => deletions(portal).length === 9);
  happen(process);
  return { portal, result: await process.result };
}

/** Throws in the process, and checks what must hold for every run. */
async function throwIn(statement: string): Promise<Crashed> {
  const file = join(mkdtempSync(join(folder, 'throw-')), 'now');
  const { portal, result } = await crash(onFile(file, statement), () => writeFileSync(file, ''));
  return { portal, result: checked({ operation: 'prune-history' }, result) };
}

/** Runs with a standard output that cannot be written to. */
async function runWithout(stdout: 'closed' | number): Promise<Crashed> {
  const portal = await realPortal({ backups: makeBackups(14) });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2', token: KEY };
  return { portal, result: await startProcess(inputs, { stdout }).result };
}

async function runToFullDisk(): Promise<Crashed> {
  const file = openSync('/dev/full', 'w');
  try {
    return await runWithout(file);
  } finally {
    closeSync(file);
  }
}

const NO_ANSWER = `require('node:http').request = () => Object.assign(new (require('node:events'))(), {
  end() {}, setTimeout() {}, destroy() {},
});`;
/** Timers do not keep the process alive until it has noticed that it has nothing left to wait for. */
const NO_TIMER = `const set = setTimeout;
globalThis.setTimeout = (...args) => set(...args).unref();
process.once('beforeExit', () => { globalThis.setTimeout = set; });`;

async function standStill(before: string, inputs: Record<string, string>): Promise<Crashed> {
  const portal = await realPortal();
  const all = { operation: 'delete-history', 'portal-url': portal.url, retries: '0', token: KEY, ...inputs };
  const result = await startProcess(all, preload(before, folder)).result;
  return { portal, result: checked(all, result) };
}

const run = runTogether({
  'an Error': () => throwIn('throw new RangeError("::error::secret of a library")'),
  'a text': () => throwIn('throw "::error::secret of a library"'),
  undefined: () => throwIn('throw undefined'),
  'a rejection': () => throwIn('Promise.reject(new TypeError("secret of a library"))'),
  'a rejection with nothing': () => throwIn('Promise.reject()'),
  'many at once': () => throwIn('for (let n = 0; n < 9; n++) Promise.reject(n); throw 1'),
  'a signal comes after it': () => throwIn('setTimeout(() => process.emit("SIGINT"), 100); throw 1'),
  'stdout is closed': () => crash({}, process => process.closeStdout(), ONE_UNAVAILABLE),
  'stdout is closed from the start': () => runWithout('closed'),
  'stdout is on a full disk': runToFullDisk,
  'a standstill': () => standStill(NO_ANSWER + NO_TIMER, {}),
  'no answer at all': () => standStill(NO_ANSWER, { 'timeout-seconds': '3' }),
});

describe('when nothing catches an error while eight DELETEs are running', () => {
  const CASES: [Parameters<typeof run>[0], string][] = [
    ['an Error', 'RangeError'],
    ['a text', 'string'],
    ['undefined', 'Error'],
    ['a rejection', 'TypeError'],
    ['a rejection with nothing', 'Error'],
    ['many at once', 'number'],
    ['a signal comes after it', 'number'],
  ];

  test.each(CASES)('%s: the step fails, and its one error calls it a defect', async (name, kind) => {
    const { result } = await run(name);
    expect([result.code, result.signal, result.stderr]).toEqual([1, null, '']);
    const defect = `Unexpected error \\("${kind}"\\): a defect in this action\\. Run again with debug logging, and report it\\.`;
    const sent = 'No deletion was started after that; one that was already sent may have been carried out\\.';
    const unknown = `It is not known whether 1 backup was deleted: \\S+ \\(Local, ${makeId(10)}\\)\\.`;
    expect(errorOf(result)).toMatch(
      new RegExp(
        `^${defect} ${sent} ${unknown} DELETE \\S+ on \\S+: no answer before the run was stopped\\.$`,
      ),
    );
    expect(result.log).toMatch(new RegExp(`^::group::.*Not proven to be deleted.*\\n.*${makeId(10)}`, 'm'));
    expect(result.log + result.summary).not.toContain('secret of a library');
  });

  test.each(CASES)('%s: the action waits for running DELETEs, and each backup is in one list', async name => {
    const { portal, result } = await run(name);
    expect(deletions(portal)).toHaveLength(9);
    expect(result.outputs).toMatchObject({ 'selected-count': '12', 'kept-count': '2', 'deleted-count': '8' });
    expect(new Set(readIds(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
    expect(readIds(result.outputs, 'failed')).toEqual([makeId(10)]);
    expect(result.summary).toMatch(
      /^<h3>❌ Failed: 8 of 12 backups deleted, as the portal reported, not checked, 2 to keep</,
    );
  });
});

describe('when the log cannot be written', () => {
  test('if it is closed while eight DELETEs are running, the step fails, and each backup is in one list', async () => {
    const { portal, result } = await run('stdout is closed');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(deletions(portal)).toHaveLength(9);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '8' });
    expect(new Set(readIds(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
    expect(readIds(result.outputs, 'failed')).toEqual([makeId(10)]);
    expect(result.summary).toContain('<h3>❌ Failed: 8 of 12 backups deleted');
  });

  test('if it is closed from the start, the step fails, and nothing is deleted', async () => {
    const { portal, result } = await run('stdout is closed from the start');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'failed-count': '0' });
    expect(deletions(portal)).toEqual([]);
  });

  withSystemThatHas('/dev/full', () => {
    test('if it is on a full disk from the start, the step fails, and nothing is deleted', async () => {
      const { portal, result } = await run('stdout is on a full disk');
      expect([result.code, result.signal]).toEqual([1, null]);
      expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'failed-count': '0' });
      expect(deletions(portal)).toEqual([]);
      expect(result.stderr).not.toContain(KEY);
    });
  });
});

describe('when nothing is left to wait for', () => {
  test('the exit code is 1, neither 0 nor 13', async () => {
    const { result } = await run('a standstill');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(errorOf(result)).toContain('Unexpected error ("Error"): a defect in this action.');
    expect(result.outputs['deleted-count']).toBe('0');
  });

  test('the deadline ends the run while a timer is set', async () => {
    const { result } = await run('no answer at all');
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(/no connection could be made within \d\.\d s/);
  });
});
