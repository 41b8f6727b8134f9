import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { makeBackups, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { runAction } from '../tools/runner.mjs';
import { act, errorOf, KEY, ofTheBundle } from './support/action.js';
import { portalWith } from './support/portals.js';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

let scripts = 0;

/** The arguments with which Node runs a script before the action. */
function preload(script: string): { nodeArgs: string[] } {
  scripts++;
  const file = join(folder, `${scripts}.cjs`);
  writeFileSync(file, script);
  return { nodeArgs: ['-r', file] };
}

const soon = (statement: string) => `setTimeout(() => { ${statement} }, 300);`;

if (ofTheBundle) {
  describe('an error that escapes everything while a request is under way', () => {
    test.each([
      ['an Error', soon('throw new RangeError("::error::secret of a library")'), 'RangeError'],
      ['a text', soon('throw "::error::secret of a library"'), 'string'],
      ['undefined', soon('throw undefined'), 'undefined'],
      ['null', soon('throw null'), 'object'],
      ['an object', soon('throw { toString: 1 }'), 'object'],
      [
        'a rejection with an Error',
        soon('Promise.reject(new TypeError("secret of a library"))'),
        'TypeError',
      ],
      ['a rejection with a text', soon('Promise.reject("secret of a library")'), 'string'],
      ['a rejection with undefined', soon('Promise.reject()'), 'undefined'],
      [
        'an Error with a line break',
        soon('const e = new Error("x"); e.name = "x\\n::error::owned"; throw e'),
        'x',
      ],
      ['many at once', soon('for (let n = 0; n < 9; n++) Promise.reject(n); throw 1'), 'number'],
    ])('%s: red, with one message', async (_name, script, kind) => {
      const portal = await portalWith({ backups: makeBackups(2), faults: [{ on: 'DELETE', kind: 'hang' }] });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url };
      const start = performance.now();
      const result = await act(inputs, preload(script));
      expect(result.code).toBe(1);
      expect(performance.now() - start).toBeLessThan(3_000);
      expect(errorOf(result)).toContain(`Unexpected error (${kind}`);
      expect(errorOf(result)).toContain(
        'a defect in this action. Run again with debug logging, and report it',
      );
      expect(result.log + result.summary).not.toContain('secret of a library');
      expect(result.outputs).toMatchObject({ 'selected-count': '2', 'deleted-count': '' });
      expect(result.summary).toContain('❌ Failed: ');
    });

    test('with debug logging, its frames are shown, without its message', async () => {
      const portal = await portalWith({ faults: [{ kind: 'hang' }] });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const script = soon(`throw new Error("secret of a library ${KEY}")`);
      const { log } = await act(inputs, { ...preload(script), env: { RUNNER_DEBUG: '1' } });
      expect(log).toMatch(/^::debug:: {4}at /m);
      expect(log).not.toContain('secret of a library');
    });

    test('after the inputs were refused, and before anything was read: red all the same', async () => {
      for (const script of ['Promise.reject(1)', 'process.nextTick(() => { throw 1 })']) {
        const result = await act({ operation: 'nothing' }, preload(script));
        expect(result.code).toBe(1);
        expect(errorOf(result)).toContain('operation cannot be "nothing"');
      }
    });
  });

  describe('a standstill, where nothing is left to wait for', () => {
    const hung = `const { EventEmitter } = require('node:events');
      require('node:http').request = ({ signal }) => {
        const request = Object.assign(new EventEmitter(), { end() {}, setTimeout() {} });
        signal.addEventListener('abort', () => request.emit('error', new Error('aborted')));
        return request;
      };`;
    const unwatched = 'const set = setTimeout; globalThis.setTimeout = (...all) => set(...all).unref();';

    test('is red, neither 0 nor 13', async () => {
      const inputs = { operation: 'delete-history', 'portal-url': 'http://localhost:1' };
      const result = await act(inputs, preload(hung + unwatched));
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain('Unexpected error (Error): a defect in this action.');
      expect(result.outputs['deleted-count']).toBe('0');
    });

    test('does not happen while a timer runs: the deadline ends the run', async () => {
      const inputs = {
        operation: 'delete-history',
        'portal-url': 'http://localhost:1',
        'timeout-seconds': '1',
      };
      const result = await act({ ...inputs, retries: '0' }, preload(hung));
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain('no whole answer within 0.9 s');
    });
  });

  describe('files that the runner should have given', () => {
    const inputs = { operation: 'delete-schedule', token: KEY };
    const red = 'The outputs could not be written to GITHUB_OUTPUT.';
    const warning = '::warning::The job summary could not be written to GITHUB_STEP_SUMMARY.';

    test.each([
      ['is not there', join(folder, 'none')],
      ['is a folder', folder],
    ])('GITHUB_OUTPUT %s: red, and says so', async (_name, file) => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const env = { GITHUB_OUTPUT: file };
      const { code, log, summary } = await runAction({ ...inputs, 'portal-url': portal.url }, { env });
      expect(code).toBe(1);
      expect(log.match(/^::error::.*$/gm)).toEqual([`::error::${red}`]);
      expect(summary).toContain(red);
      const refused = await runAction({ ...inputs, 'portal-url': 'x' }, { env });
      expect(refused.log).toMatch(/^::error::portal-url cannot be "x"/m);
    });

    test.each([
      ['is not set', ''],
      ['is in no folder', join(folder, 'none', 'none')],
      ['is a folder', folder],
    ])('GITHUB_STEP_SUMMARY %s: a warning, and green', async (_name, file) => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const env = { GITHUB_STEP_SUMMARY: file };
      const { code, log } = await act({ ...inputs, 'portal-url': portal.url }, { env });
      expect(code).toBe(0);
      expect(log).toContain(warning);
    });

    test('summary: false needs no file for it', async () => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const all = { ...inputs, 'portal-url': portal.url, summary: 'false' };
      const { code, log } = await act(all, { env: { GITHUB_STEP_SUMMARY: '' } });
      expect(code).toBe(0);
      expect(log).not.toContain('::warning::');
    });
  });
}

describe('index', () => {
  /** Starts src/index.ts with another main(), and waits until it ends the process. */
  async function start(main: (cancelled: AbortSignal, crashed: Promise<never>) => Promise<boolean>) {
    const known = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'beforeExit'] as const;
    for (const event of known) process.removeAllListeners(event);
    jest.resetModules();
    jest.unstable_mockModule('../src/main.js', () => ({ main }));
    let log = '';
    let code: number | undefined;
    const { exit } = process;
    const { write } = process.stdout;
    Reflect.set(process.stdout, 'write', (text: string, then: () => void) => {
      log += text;
      then();
    });
    const isOver = new Promise<void>(resolve => {
      Reflect.set(process, 'exit', (given: number) => {
        code = given;
        resolve();
      });
    });
    try {
      await import('../src/index.js');
      const exitCode = process.exitCode;
      await isOver;
      return { code, log, exitCode };
    } finally {
      Object.assign(process, { exit, exitCode: undefined });
      Object.assign(process.stdout, { write });
      for (const event of known) process.removeAllListeners(event);
    }
  }

  test.each([
    [true, 0],
    [false, 1],
  ])('when main() says %s, the exit code is %d; until then it is 1', async (isGreen, expected) => {
    expect(await start(async () => isGreen)).toEqual({ code: expected, log: '', exitCode: 1 });
  });

  test.each([[new Error('secret')], ['secret'], [undefined]])(
    'when main() fails with %p: red',
    async error => {
      expect(await start(() => Promise.reject(error))).toEqual({
        code: 1,
        log: '::error::Unexpected error: a defect in this action.\n',
        exitCode: 1,
      });
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)('%s cancels, once and for all', async signal => {
    const { code } = await start(async cancelled => {
      expect(cancelled.aborted).toBe(false);
      setTimeout(() => process.emit(signal));
      await new Promise(resolve => cancelled.addEventListener('abort', resolve));
      process.emit(signal);
      return cancelled.aborted;
    });
    expect(code).toBe(0);
  });

  test.each<[event: string, emit: () => void, says: string]>([
    ['uncaughtException', () => process.emit('uncaughtException', new Error('a')), 'Error: a'],
    ['unhandledRejection', () => process.emit('unhandledRejection', 'b', Promise.resolve()), 'b'],
    ['beforeExit', () => process.emit('beforeExit', 0), 'Error: The run came to a standstill'],
  ])('%s makes main() know that the run crashed', async (_event, emit, says) => {
    let reason = '';
    await start(async (_cancelled, crashed) => {
      setTimeout(emit);
      reason = String(await crashed.catch((error: unknown) => error));
      return false;
    });
    expect(reason).toBe(says);
  });
});
