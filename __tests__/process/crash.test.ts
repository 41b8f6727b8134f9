import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type Portal } from '../../tools/stand-in/portal.mjs';
import { errorOf, idsOf, KEY } from '../support/action.js';
import { deletions } from '../support/portals.js';
import {
  type ProcessOptions,
  type ProcessResult,
  type RunningProcess,
  startProcess,
} from '../support/processes.js';
import { checked, preload, realPortal, sideBySide, until } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One deletion goes first, alone; of the eight that then go at once, one hangs, and the others take their time. */
const EIGHT_UNDER_WAY: Fault[] = [
  { on: `DELETE .*${makeId(10)}`, kind: 'hang' },
  { on: 'DELETE', kind: 'slow', ms: 2_000, skip: 1 },
];
/** One that is refused makes the log tell of another attempt, while seven are under way. */
const ONE_REFUSED: Fault[] = [
  { on: `DELETE .*${makeId(10)}`, kind: 'unavailable', delayMs: 500 },
  { on: 'DELETE', kind: 'slow', ms: 2_000, skip: 1 },
];
const onSignal = (statement: string) => preload(`process.on('SIGUSR2', () => { ${statement} });`, folder);

interface Crashed {
  portal: Portal;
  result: ProcessResult;
}

/** Prunes backups, and does something to the process when the DELETEs have been sent that the faults hold up. */
async function crash(
  options: ProcessOptions,
  happen: (process: RunningProcess) => void,
  faults: Fault[] = EIGHT_UNDER_WAY,
): Promise<Crashed> {
  const portal = await realPortal({ backups: makeBackups(14), faults });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2', token: KEY };
  const process = startProcess(inputs, options);
  await until(() => deletions(portal).length === 9);
  happen(process);
  return { portal, result: await process.result };
}

/** Throws in the process, and asserts what holds for every run. */
async function throwIn(statement: string): Promise<Crashed> {
  const { portal, result } = await crash(onSignal(statement), process => process.kill('SIGUSR2'));
  return { portal, result: checked({}, result) };
}

/** Runs with a standard output that cannot be written. */
async function runWithout(stdout: ProcessOptions['stdout']): Promise<Crashed> {
  const portal = await realPortal({ backups: makeBackups(14) });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2', token: KEY };
  return { portal, result: await startProcess(inputs, stdout === undefined ? {} : { stdout }).result };
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
/** No timer keeps the process alive, until it has noticed that it has nothing left to wait for. */
const NO_TIMER = `const set = setTimeout;
globalThis.setTimeout = (...all) => set(...all).unref();
process.once('beforeExit', () => { globalThis.setTimeout = set; });`;

async function standStill(before: string, inputs: Record<string, string>): Promise<Crashed> {
  const portal = await realPortal();
  const all = { operation: 'delete-history', 'portal-url': portal.url, retries: '0', token: KEY, ...inputs };
  const result = await startProcess(all, preload(before, folder)).result;
  return { portal, result: checked(all, result) };
}

const run = sideBySide({
  'an Error': () => throwIn('throw new RangeError("::error::secret of a library")'),
  'a text': () => throwIn('throw "::error::secret of a library"'),
  undefined: () => throwIn('throw undefined'),
  'a rejection': () => throwIn('Promise.reject(new TypeError("secret of a library"))'),
  'a rejection with nothing': () => throwIn('Promise.reject()'),
  'many at once': () => throwIn('for (let n = 0; n < 9; n++) Promise.reject(n); throw 1'),
  'a signal comes after it': () =>
    throwIn('setTimeout(() => process.kill(process.pid, "SIGINT"), 100); throw 1'),
  'stdout is closed': () => crash({}, process => process.closeStdout(), ONE_REFUSED),
  'stdout is closed from the start': () => runWithout('closed'),
  'stdout is on a full disk': runToFullDisk,
  'a standstill': () => standStill(NO_ANSWER + NO_TIMER, {}),
  'no answer at all': () => standStill(NO_ANSWER, { 'timeout-seconds': '3' }),
});

describe('when something is thrown and not caught while eight DELETEs are under way', () => {
  const CASES: [Parameters<typeof run>[0], string][] = [
    ['an Error', 'RangeError'],
    ['a text', 'string'],
    ['undefined', 'Error'],
    ['a rejection', 'TypeError'],
    ['a rejection with nothing', 'Error'],
    ['many at once', 'number'],
    ['a signal comes after it', 'number'],
  ];

  test.each(CASES)('%s: red, with one message, which says that it is a defect', async (name, kind) => {
    const { result } = await run(name);
    expect([result.code, result.signal, result.stderr]).toEqual([1, null, '']);
    expect(errorOf(result)).toBe(
      `Unexpected error ("${kind}"): a defect in this action. Run again with debug logging, and report it.`,
    );
    expect(result.log + result.summary).not.toContain('secret of a library');
  });

  test.each(CASES)('%s: those under way are awaited, and each is in one list', async name => {
    const { portal, result } = await run(name);
    expect(deletions(portal)).toHaveLength(9);
    expect(result.outputs).toMatchObject({ 'selected-count': '12', 'kept-count': '2', 'deleted-count': '8' });
    expect(new Set(idsOf(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
    expect(idsOf(result.outputs, 'failed')).toEqual([makeId(10)]);
    expect(result.summary).toMatch(
      /^<h3>❌ Failed: 8 of 12 backups deleted, as the portal reported, not checked, 2 to keep</,
    );
  });
});

describe('when the log cannot be written', () => {
  test('closed while eight DELETEs are under way: red, and each is in one list', async () => {
    const { portal, result } = await run('stdout is closed');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(deletions(portal)).toHaveLength(9);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '8' });
    expect(new Set(idsOf(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
    expect(idsOf(result.outputs, 'failed')).toEqual([makeId(10)]);
    expect(result.summary).toContain('<h3>❌ Failed: 8 of 12 backups deleted');
  });

  test('closed from the start: red, and nothing is deleted', async () => {
    const { portal, result } = await run('stdout is closed from the start');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'failed-count': '0' });
    expect(deletions(portal)).toEqual([]);
  });

  // It opens like any file, and every write fails.
  const onLinux = existsSync('/dev/full') ? test : test.skip;
  onLinux('on a full disk from the start: red, and nothing is deleted', async () => {
    const { portal, result } = await run('stdout is on a full disk');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'failed-count': '0' });
    expect(deletions(portal)).toEqual([]);
    expect(result.stderr).not.toContain(KEY);
  });
});

describe('when nothing is left to wait for', () => {
  test('it is red, neither 0 nor 13', async () => {
    const { result } = await run('a standstill');
    expect([result.code, result.signal]).toEqual([1, null]);
    expect(errorOf(result)).toContain('Unexpected error ("Error"): a defect in this action.');
    expect(result.outputs['deleted-count']).toBe('0');
  });

  test('as long as a timer runs, the deadline ends the run', async () => {
    const { result } = await run('no answer at all');
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(/no whole answer within \d\.\d s/);
  });
});
