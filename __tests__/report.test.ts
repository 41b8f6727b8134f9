import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { main } from '../src/main.js';
import { parseHistory } from '../src/records.js';
import { createLog } from '../src/report.js';
import { makeBackups } from '../tools/stand-in/portal.mjs';
import { inputVariables } from '../tools/runner.mjs';
import { KEY } from './support/action.js';
import { backupAt, utc } from './support/backups.js';
import { portalWith } from './support/portals.js';

let log = '';
const { write } = process.stdout;

beforeEach(() => {
  log = '';
  Reflect.set(process.stdout, 'write', (text: string) => {
    log += text;
    return true;
  });
});
afterEach(() => {
  Object.assign(process.stdout, { write });
  process.exitCode = undefined;
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const lines = () => log.trimEnd().split('\n');

describe('the log', () => {
  test('prints the first 20 notes, and the rest with RUNNER_DEBUG=1 alone', () => {
    const { note } = createLog(KEY);
    for (let number = 1; number <= 25; number++) note(`note ${number} ${KEY}`);
    expect(lines().slice(0, 19)).toEqual(Array.from({ length: 19 }, (_, index) => `note ${index + 1} ***`));
    expect(lines()[19]).toBe('note 20 *** More of the kind with RUNNER_DEBUG=1.');
    expect(lines().slice(20)).toEqual([21, 22, 23, 24, 25].map(number => `::debug::note ${number} ***`));
  });

  test('prints progress every five seconds at most', () => {
    jest.useFakeTimers({ now: 0 });
    jest.spyOn(process, 'uptime').mockImplementation(() => Date.now() / 1000);
    const { progress } = createLog(KEY);
    for (let second = 1; second <= 11; second++) {
      jest.advanceTimersByTime(1000);
      progress(`${second} ${KEY}`);
    }
    expect(lines()).toEqual(['5 ***', '10 ***']);
  });

  test.each([
    [200, 200],
    [201, 201],
    [1234, 201],
  ])('of %d backups, a group has %d lines', (number, expected) => {
    const selected = parseHistory(makeBackups(number), '').flatMap(record =>
      record.id === undefined ? [] : [{ ...record, id: record.id }],
    );
    createLog(KEY).plan(selected, []);
    const start = lines().indexOf(`::group::Selected: ${number === 1234 ? '1,234' : number} backups`);
    const group = lines().slice(start + 1, -1);
    expect(group).toHaveLength(expected);
    expect(group.at(-1)).toMatch(number === 200 ? /alias_/ : new RegExp(`^… and ${number - 200} more$`));
    expect(log).not.toContain('Kept');
  });

  test('shows the plan: a drawing, what is kept and why, what is selected', () => {
    const [stays, goes] = [backupAt(utc('2026-03-02T12:00:00'), 2), backupAt(utc('2026-03-01T12:00:00'), 1)];
    createLog(KEY).plan([goes], [{ backup: stays, reasons: ['last', 'daily'] }]);
    expect(lines()).toEqual([
      '::group::Timeline',
      'UTC      1   5    10   15   20   25   30',
      `2026-03  ○●${'·'.repeat(29)}`,
      '',
      '● stays  ○ goes  ◐ both  × not proven gone',
      '::endgroup::',
      '::group::Kept: 1 backup',
      `2026-03-02 12:00  ${stays.id}  Local  backup-2.tar.gz  last, daily`,
      '::endgroup::',
      '::group::Selected: 1 backup',
      `2026-03-01 12:00  ${goes.id}  Local  backup-1.tar.gz`,
      '::endgroup::',
    ]);
  });

  test('has no secret in any kind of line', () => {
    const { info, warning, debug } = createLog(KEY);
    for (const print of [info, warning, debug]) print(`a ${KEY} b`);
    expect(lines()).toEqual(['a *** b', '::warning::a *** b', '::debug::a *** b']);
  });
});

describe('main', () => {
  async function run(
    inputs: Record<string, string>,
    cancelled: AbortSignal = new AbortController().signal,
    crashed: Promise<never> = new Promise(() => undefined),
    files: Record<string, string> = {},
  ) {
    const before = { ...process.env };
    Object.assign(process.env, { GITHUB_OUTPUT: '/dev/null', GITHUB_STEP_SUMMARY: '/dev/null', ...files });
    Object.assign(process.env, inputVariables({ token: KEY, ...inputs }));
    try {
      return await main(cancelled, crashed);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  }

  test.each<[error: unknown, kind: string]>([
    [new RangeError('secret of a library'), 'RangeError'],
    ['secret of a library', 'string'],
    [undefined, 'undefined'],
    [Object.assign(new Error('a'), { stack: undefined }), 'Error'],
  ])('is red after a crash: %p', async (error, kind) => {
    const { url } = await portalWith({ faults: [{ kind: 'hang' }] });
    const inputs = { operation: 'delete-schedule', 'portal-url': url, retries: '0' };
    const crashed = new Promise<never>((_resolve, reject) => setTimeout(() => reject(error), 100));
    expect(await run(inputs, new AbortController().signal, crashed)).toBe(false);
    expect(lines().at(-1)).toContain(`::error::Unexpected error (${kind}): a defect in this action.`);
    expect(log).not.toContain('secret of a library');
  });

  test('with debug logging shows the frames of an error, and nothing else of it', async () => {
    const { url } = await portalWith({ faults: [{ kind: 'hang' }] });
    const inputs = { operation: 'delete-schedule', 'portal-url': url, retries: '0' };
    const stack = 'Error: secret\n::error::secret\n    at first (file:1)\n at secret\n    at last (file:2)';
    for (const [given, shown] of [
      [stack, '    at first (file:1)%0A    at last (file:2)'],
      [undefined, ''],
    ]) {
      log = '';
      const error = Object.assign(new Error('secret'), { stack: given });
      const crashed = new Promise<never>((_resolve, reject) => setTimeout(() => reject(error), 50));
      await run(inputs, undefined, crashed);
      expect(lines().filter(line => line.startsWith('::debug::'))).toEqual([`::debug::${shown}`]);
    }
  });

  test('masks the token first of all, where there is one', async () => {
    const { url } = await portalWith();
    const inputs = { operation: 'delete-schedule', 'portal-url': url };
    await run(inputs);
    expect(lines().filter(line => line.includes('add-mask'))).toEqual([lines()[0]]);
    expect(lines()[0]).toBe(`::add-mask::${KEY}`);
    log = '';
    await run({ ...inputs, token: '' });
    expect(log).not.toContain('add-mask');
  });

  test.each<[Record<string, string>, string]>([
    [{ operation: 'delete-schedule' }, "delete-schedule on HOST; the portal's own backups"],
    [
      { operation: 'delete-history', 'dry-run': 'true', dump: 'true' },
      "Dry run, nothing will be deleted: delete-history on HOST; the server-wide dump backups, not the portal's own",
    ],
    [
      { operation: 'delete-history', verify: 'false' },
      "delete-history on HOST; the portal's own backups; unverified",
    ],
    [
      { operation: 'prune-history', 'keep-daily': '7', 'keep-within': '30d' },
      "prune-history on HOST; the portal's own backups; keeping 7 daily, within 30d",
    ],
  ])('%j: says in one line what is about to happen', async (inputs, line) => {
    const { url } = await portalWith({ standalone: true });
    await run({ 'portal-url': url, ...inputs });
    expect(lines()[1]).toBe(line.replace('HOST', new URL(url).host));
  });

  test('says nothing of what is about to happen where it is not known', async () => {
    expect(await run({ operation: 'nothing' })).toBe(false);
    expect(lines()[1]).toBe('Failed: nothing was deleted.');
  });

  test('is red after a cancellation, and says what is known', async () => {
    const { url, seen } = await portalWith({ backups: makeBackups(2) });
    const inputs = { operation: 'delete-history', 'portal-url': url };
    expect(await run(inputs, AbortSignal.abort())).toBe(false);
    expect(lines().at(-1)).toBe(
      '::error::The run was cancelled. No deletion was started after that; one on its way may have been carried out.',
    );
    expect(lines().at(-2)).toBe('Cancelled: nothing was deleted.');
    expect(seen).toEqual([]);
  });

  test('without a file for the outputs it is red, without one for the summary it warns', async () => {
    const { url } = await portalWith();
    const inputs = { operation: 'delete-schedule', 'portal-url': url };
    const none = '/dev/null/none';
    expect(await run(inputs, undefined, undefined, { GITHUB_OUTPUT: none })).toBe(false);
    expect(lines().at(-1)).toBe('::error::The outputs could not be written to GITHUB_OUTPUT.');
    expect(await run(inputs, undefined, undefined, { GITHUB_STEP_SUMMARY: none })).toBe(true);
    expect(lines().at(-2)).toBe('::warning::The job summary could not be written to GITHUB_STEP_SUMMARY.');
    expect(await run({ ...inputs, token: 'a b' }, undefined, undefined, { GITHUB_OUTPUT: none })).toBe(false);
    expect(lines().at(-1)).toContain('::error::token cannot be sent as it is.');
  });
});
