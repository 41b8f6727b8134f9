import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Fault, PortalOptions } from '../tools/stand-in/portal.mjs';
import { makeBackups, makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { act, errorOf, KEY, ofTheBundle, readIds, run } from './support/action.js';
import { theClock } from './support/clock.js';
import { withSystemThatHas } from './support/platform.js';
import { deletions, portalWith } from './support/portals.js';
import { parseReport } from './support/report.js';

const folder = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (log: string) => log.trimEnd().split(/\r?\n/);

describe('the first line describes what the run will do', () => {
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
      { operation: 'delete-history', verify: 'false', 'dry-run': 'true' },
      "Dry run, nothing will be deleted: delete-history on HOST; the portal's own backups",
    ],
    [{ operation: 'delete-backups', 'backup-ids': '[]' }, "delete-backups on HOST; the portal's own backups"],
    [
      { operation: 'prune-history', 'keep-daily': '7', 'keep-yearly': 'unlimited', 'keep-within': '30d' },
      "prune-history on HOST; the portal's own backups; keeping 7 daily, unlimited yearly, within 30d",
    ],
  ])('%j', async (inputs, expected) => {
    const portal = await portalWith({ standalone: true });
    const { log, summary } = await act({ 'portal-url': portal.url, ...inputs });
    const line = expected.replace('HOST', new URL(portal.url).host);
    expect(lines(log)[1]).toBe(line);
    expect(summary).toContain(`<p>${line.replaceAll("'", '&#39;')}</p>`);
  });

  test('is missing if the inputs are refused', async () => {
    const { log, summary } = await act({ operation: 'nothing' });
    expect(lines(log)).toEqual([
      `::add-mask::${KEY}`,
      'Refused: nothing was deleted.',
      expect.stringMatching(/^::error::operation cannot be "nothing"\./),
    ]);
    expect(summary).not.toContain('<p>');
  });
});

test('the last lines are the headline and, if the step fails, the error', async () => {
  const portal = await portalWith({ backups: makeBackups(3), locked: [makeId(2)] });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '1' };
  const failed = lines((await act(inputs)).log).slice(-2);
  expect(failed[0]).toBe('Failed: 1 of 2 backups deleted, 1 kept.');
  expect(failed[1]).toMatch(/^::error::1 of 2 backups is still listed: /);
  const succeeded = lines((await act({ ...inputs, 'keep-last': '2' })).log).slice(-1);
  expect(succeeded).toEqual(['Done: there was nothing to delete, 2 kept.']);
});

test('log and summary show times in the time zone of the input', async () => {
  const portal = await portalWith({ backups: makeBackups(2) });
  const inputs = { operation: 'prune-history', 'keep-last': '1', 'time-zone': 'America/St_Johns' };
  const { log, summary } = await act({ ...inputs, 'portal-url': portal.url });
  for (const [time, text] of [
    ['2026-03-30 23:45', log],
    ['2026-03-29 23:45', log],
    ['2026-03-30 23:45', summary],
    ['2026-03-29 23:45', summary],
  ] as const) {
    expect(text).toContain(time);
  }
  expect(log).toContain('\nAmerica/St_Johns\n');
  expect(summary.replaceAll('<wbr>', '')).toContain('<th>Date (America/St_Johns)</th>');
  expect(log + summary).not.toMatch(/02:15|UTC/);
});

describe('a plan that is refused', () => {
  test.each(['true', 'false'])(
    'dry-run %s: sends no DELETE, and the summary shows the plan',
    async dryRun => {
      const portal = await portalWith({ backups: makeBackups(30) });
      const inputs = {
        operation: 'prune-history',
        'keep-last': '1',
        'max-deletions': '20',
        'dry-run': dryRun,
      };
      const result = await act({ ...inputs, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      expect(deletions(portal)).toEqual([]);
      const headline = 'Refused: nothing was deleted; 29 selected, max-deletions allows 20';
      expect(result.log).toContain(`\n${headline}.\n`);
      expect(result.summary).toContain(`<h3>🚫 ${headline}</h3>`);
      expect(result.summary).toContain(
        '<details open><summary>Would be deleted: 29 backups in Local</summary>',
      );
      expect(result.summary).not.toMatch(/not proven|Not known/);
      expect(result.outputs).toMatchObject({
        result: dryRun === 'true' ? '' : 'false',
        'selected-count': '29',
        'deleted-count': '0',
        'failed-count': '0',
      });
    },
  );
});

describe('files of the runner', () => {
  const notWritable = [
    ['is in a folder that does not exist', join(folder, 'none', 'file')],
    ['is a folder', folder],
  ] as const;

  test.each(notWritable)(
    'if GITHUB_OUTPUT %s, the step fails before any request',
    async (_what, GITHUB_OUTPUT) => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const result = await run(inputs, { env: { GITHUB_OUTPUT } });
      const message = 'The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted.';
      expect(result.code).toBe(1);
      expect(result.log.match(/^::error::.*/gm)).toEqual([expect.stringContaining(message)]);
      expect(result.log).toContain('Refused: nothing was deleted; the outputs cannot be written.');
      expect(result.summary).toContain(message);
      expect(portal.state.requests).toEqual([]);
    },
  );

  test('if the inputs are refused, the only error is about them, even if GITHUB_OUTPUT cannot be written', async () => {
    const result = await run({ operation: 'nothing' }, { env: { GITHUB_OUTPUT: folder } });
    expect(result.code).toBe(1);
    expect(result.log.match(/^::error::.*/gm)).toEqual([expect.stringContaining('operation cannot be')]);
  });

  test('if GITHUB_OUTPUT is empty, the step succeeds without outputs', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
    const { code, outputs } = await run(inputs, { env: { GITHUB_OUTPUT: '' } });
    expect([code, outputs]).toEqual([0, {}]);
  });

  withSystemThatHas('/dev/full', () => {
    test('if GITHUB_OUTPUT is on a full disk, the step fails at the end, with one error', async () => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const { code, log } = await run(inputs, { env: { GITHUB_OUTPUT: '/dev/full' } });
      expect(code).toBe(1);
      expect(log.match(/^::error::.*/gm)).toEqual([
        '::error::The outputs could not be written to GITHUB_OUTPUT. Is the disk full?',
      ]);
      const failed = { ...inputs, 'portal-url': 'http://127.0.0.1:1', retries: '0' };
      const result = await run(failed, { env: { GITHUB_OUTPUT: '/dev/full' } });
      expect(result.code).toBe(1);
      expect(result.log.match(/^::error::.*/gm)).toEqual([expect.not.stringContaining('GITHUB_OUTPUT')]);
    });
  });

  test.each([...notWritable, ['is not set', ''] as const])(
    'if GITHUB_STEP_SUMMARY %s, the step succeeds with a warning',
    async (_what, GITHUB_STEP_SUMMARY) => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const { code, log } = await act(inputs, { env: { GITHUB_STEP_SUMMARY } });
      expect(code).toBe(0);
      expect(log).toContain('::warning::The job summary could not be written to GITHUB_STEP_SUMMARY.\n');
    },
  );

  test('summary: false needs no GITHUB_STEP_SUMMARY', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, summary: 'false' };
    const { code, log } = await act(inputs, { env: { GITHUB_STEP_SUMMARY: '' } });
    expect(code).toBe(0);
    expect(log).not.toContain('::warning::');
  });
});

describe('the report', () => {
  const prune = { operation: 'prune-history', 'keep-last': '01', 'keep-ids': `["${makeId(3)}"\n]` };
  /** A folder of its own for the reports of a test. */
  const reportsIn = () => {
    const RUNNER_TEMP = mkdtempSync(join(folder, 'reports-'));
    const read = () =>
      readdirSync(RUNNER_TEMP).map(name => parseReport(readFileSync(join(RUNNER_TEMP, name), 'utf8')));
    return { env: { RUNNER_TEMP }, read };
  };

  test('of each run is a file of its own', async () => {
    const portal = await portalWith({ backups: makeBackups(4) });
    const inputs = { ...prune, 'portal-url': portal.url };
    const { env, read } = reportsIn();
    const dry = await run({ ...inputs, 'dry-run': 'true' }, { env });
    const real = await run(inputs, { env });
    const files = [dry, real].map(({ outputs }) => outputs['report-file']);
    const inFolder = readdirSync(env.RUNNER_TEMP).map(name => join(env.RUNNER_TEMP, name));
    expect(files.sort()).toEqual(inFolder.sort());
    expect(
      read()
        .map(({ dryRun, counts }) => [dryRun, counts['deleted']])
        .sort(),
    ).toEqual([
      [false, 2],
      [true, 0],
    ]);
  });

  test('repeats the policy as it was written, and tells when the run began and ended', async () => {
    const portal = await portalWith({ backups: makeBackups(4) });
    const inputs = { ...prune, 'portal-url': portal.url, 'time-zone': 'Europe/Berlin' };
    const { report, ms } = await act(inputs);
    const written = parseReport(report);
    expect(written).toMatchObject({
      portal: new URL(portal.url).host,
      dump: false,
      policy: { 'keep-last': '01', 'keep-ids': `["${makeId(3)}" ]` },
      timeZone: 'Europe/Berlin',
    });
    const took = Date.parse(written.finishedAt) - Date.parse(written.startedAt);
    expect(Math.abs(took - ms)).toBeLessThan(ofTheBundle ? 60_000 : 2);
  });

  test('of refused inputs names no operation', async () => {
    const { report, code } = await act({
      ...prune,
      'portal-url': 'https://portal.invalid',
      'keep-last': 'x',
    });
    expect(code).toBe(1);
    expect(parseReport(report)).toMatchObject({ operation: null, portal: null, policy: null });
  });

  test.each(['', undefined])('is missing if RUNNER_TEMP is %j', async RUNNER_TEMP => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
    const { code, log, report } = await act(inputs, { env: { RUNNER_TEMP } });
    expect([code, report]).toEqual([0, '']);
    expect(log).not.toContain('::warning::');
  });

  test.each(['none', 'file'])('is missing, with a warning, if RUNNER_TEMP is no folder: %s', async name => {
    writeFileSync(join(folder, 'file'), '');
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
    const { code, log, report } = await act(inputs, { env: { RUNNER_TEMP: join(folder, name) } });
    expect([code, report]).toEqual([0, '']);
    expect(log).toContain('::warning::The report could not be written to RUNNER_TEMP.\nDone: ');
  });

  withSystemThatHas('/dev/full', () => {
    test('does not tell of success if the outputs cannot be written', async () => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const { env, read } = reportsIn();
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const { code, summary } = await run(inputs, { env: { ...env, GITHUB_OUTPUT: '/dev/full' } });
      expect(code).toBe(1);
      expect(summary).toMatch(
        /✅ Done: .*\n(.*\n)*<blockquote><b>Error:<.b> The outputs could not be written/,
      );
      expect(read()).toMatchObject([
        {
          result: false,
          error: 'The outputs could not be written to GITHUB_OUTPUT. Is the disk full?',
        },
      ]);
    });
  });
});

// A test cannot cause this in another process; __tests__/process/ has the tests that come closest.
if (!ofTheBundle) {
  const hang: Fault[] = [{ kind: 'hang' }];

  describe('when nothing catches an error', () => {
    /** Runs until an error is thrown that nothing catches, during the first request. */
    async function runUntilThrown(reason: unknown, env: Record<string, string> = {}) {
      const stop = new AbortController();
      const portal = await portalWith({ schedule: SCHEDULE, faults: hang });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      return act(inputs, {
        env,
        cancelled: stop.signal,
        onLog: text => text.startsWith('delete-schedule') && stop.abort(reason),
      });
    }

    test.each<[what: string, reason: unknown, kind: string]>([
      ['an Error', new RangeError('secret of a library'), 'RangeError'],
      ['a text', 'secret of a library', 'string'],
      ['nothing', null, 'object'],
      [
        'an Error of an aborted request',
        Object.assign(new Error('secret of a library'), { name: 'AbortError' }),
        'AbortError',
      ],
      ['an object', { message: 'secret of a library' }, 'object'],
      ['an Error without a stack', Object.assign(new Error('x'), { stack: undefined }), 'Error'],
      [
        'an Error with a name of two lines',
        Object.assign(new Error('x'), { name: 'x\n::error::y' }),
        'x ::error::y',
      ],
    ])('%s: the step fails, and the error calls it a defect', async (_what, reason, kind) => {
      const result = await runUntilThrown(reason);
      expect(result.code).toBe(1);
      expect(errorOf(result)).toBe(
        `Unexpected error ("${kind}"): a defect in this action. Run again with debug logging, and report it.`,
      );
      expect(result.log + result.summary).not.toContain('secret of a library');
      expect(result.log).toContain('Failed: nothing was deleted.');
    });

    test('debug logging shows only where the error was thrown', async () => {
      const stack = `Error: secret\n::error::secret\n    at first (file:1)\n at secret\n    at ${KEY} (file:2)`;
      const error = Object.assign(new Error('secret'), { stack });
      const { log } = await runUntilThrown(error, { RUNNER_DEBUG: '1' });
      expect(log.match(/^::debug::.*$/gm)).toEqual(['::debug::"at first (file:1)" "at *** (file:2)"']);
      expect(log).not.toContain('secret');
    });

    test('the action waits for running deletions, and each is in one list', async () => {
      const stop = new AbortController();
      const faults: Fault[] = [
        { on: `DELETE .*${makeId(13)}`, kind: 'hang' },
        { on: `DELETE .*${makeId(12)}`, kind: 'slow', ms: 4_000 },
        { on: 'DELETE', kind: 'slow', ms: 1_000, skip: 1 },
      ];
      const portal = await portalWith({ backups: makeBackups(14), faults });
      const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '1' };
      const running = act(inputs, { cancelled: stop.signal });
      while (deletions(portal).length < 9) await new Promise(resolve => setImmediate(resolve));
      stop.abort(new TypeError('x'));
      const { code, outputs, log, summary } = await running;
      expect(code).toBe(1);
      expect(deletions(portal)).toHaveLength(9);
      expect(readIds(outputs, 'failed')).toEqual([makeId(13)]);
      expect(readIds(outputs, 'deleted')).toHaveLength(8);
      expect(new Set(readIds(outputs, 'deleted'))).toEqual(portal.state.deletedIds);
      expect(log).toContain(
        'Failed: 8 of 13 backups deleted, as the portal reported, not checked, 1 to keep.',
      );
      expect(summary).toContain('<b>Error:</b> Unexpected error (&#34;TypeError&#34;)');
    });
  });

  test('when the action itself fails while eight DELETEs are running, each of them is in one list', async () => {
    const faults: Fault[] = [
      { on: `DELETE .*${makeId(13)}`, kind: 'unavailable', delayMs: 500 },
      { on: `DELETE .*${makeId(12)}`, kind: 'slow', ms: 200 },
      { on: 'DELETE', kind: 'slow', ms: 1_000, skip: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '1' };
    const result = await act(inputs, {
      onLog: text => {
        if (text.includes('the next in')) throw new TypeError('A line that cannot be written');
      },
    });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('Unexpected error ("TypeError"): a defect in this action.');
    const sent = deletions(portal).map(request => request.split('/').at(-1));
    expect(sent.length).toBeGreaterThanOrEqual(9);
    const reported = [...readIds(result.outputs, 'deleted'), ...readIds(result.outputs, 'failed')];
    expect(reported.sort()).toEqual([...new Set(sent)].sort());
    for (const id of readIds(result.outputs, 'deleted')) expect(portal.state.deletedIds).toContain(id);
  });

  describe('when the run is cancelled', () => {
    test('before it starts, it sends no request', async () => {
      const portal = await portalWith({ backups: makeBackups(2) });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url };
      const result = await act(inputs, { cancelled: AbortSignal.abort() });
      expect(result.code).toBe(1);
      expect(portal.state.requests).toEqual([]);
      expect(lines(result.log).slice(-2)).toEqual([
        'Cancelled: nothing was deleted.',
        '::error::The run was cancelled.',
      ]);
      expect(result.summary).toContain('<h3>⏹️ Cancelled: nothing was deleted</h3>');
    });

    test.each<[name: string, options: PortalOptions]>([
      ['a file that cannot be deleted', { fileErrors: { [makeId(3)]: 500 } }],
      ['a storage that is disconnected', { storageErrors: { 3: 400 } }],
    ])('its error names backups whose file may remain, with what to do: %s', async (_name, options) => {
      const stop = new AbortController();
      const portal = await portalWith({ backups: makeBackups(3), ...options });
      const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2' };
      const running = act(inputs, { cancelled: stop.signal });
      // The second attempt is sent after a pause.
      while (deletions(portal).length < 1) await new Promise(resolve => setImmediate(resolve));
      theClock().after(1_000, () => stop.abort());
      const result = await running;
      expect(result.code).toBe(1);
      expect(deletions(portal)).toHaveLength(1);
      expect(errorOf(result)).toMatch(/^The run was cancelled\. .*file may remain/);
      expect(errorOf(result)).toContain(`(Local, ${makeId(3)})`);
      expect(errorOf(result)).toContain('"Its file may remain" in this action\'s docs/troubleshooting.md');
      expect(result.outputs).toMatchObject({
        'deleted-count': '0',
        'failed-ids': JSON.stringify([makeId(3)]),
      });
      expect(portal.state.filesLeft).toEqual([makeId(3)]);
    });

    test('a request that hangs ends after five seconds, and so does the run', async () => {
      const stop = new AbortController();
      const portal = await portalWith({ backups: makeBackups(2), faults: [{ on: 'DELETE', kind: 'hang' }] });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url };
      const running = act(inputs, { cancelled: stop.signal });
      while (deletions(portal).length < 1) await new Promise(resolve => setImmediate(resolve));
      stop.abort();
      const result = await running;
      expect(result.ms).toBeGreaterThanOrEqual(5_000);
      expect(result.ms).toBeLessThanOrEqual(6_000);
      expect(errorOf(result)).toMatch(
        /^The run was cancelled\. No deletion was started after that; one that was already sent may have been carried out\. It is not known whether 2 backups were deleted: alias_\S+ \(Local, \S+2\), alias_\S+ \(Local, \S+1\)\.$/,
      );
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '2' });
    });
  });
}
