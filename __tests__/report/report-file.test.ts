import { describe, expect, test } from '@jest/globals';
import type { HistoryRecord } from '../../src/backups/backup.js';
import { ActionError } from '../../src/errors.js';
import { RequestError } from '../../src/portal/answers/outcomes.js';
import { formatReport } from '../../src/report/report-file.js';
import type { Run } from '../../src/report/run.js';
import { createRedact, text, toPrintable } from '../../src/text/printable.js';
import { utc } from '../support/backups.js';
import { parseReport, schemaErrors } from '../support/report.js';
import { backupOf, kept, ledgerWith, runWith } from './support.js';

const finishedAt = utc('2026-03-31T02:16:30');
const first = backupOf('2026-03-01', 1);
const second = backupOf('2026-03-02', 2);
const third = backupOf('2026-03-03', 3);
const withoutId: HistoryRecord = {
  kind: 'unreadable',
  id: undefined,
  name: text`(no name)`,
  storageType: undefined,
  expiresOn: undefined,
  problem: text`its id is not a GUID`,
};
const failure = new ActionError(text`It failed.`);

/** The report of a run, which the schema allows. */
function reportOf(changes: Partial<Run>) {
  const written = formatReport(runWith(changes), finishedAt, line => line);
  expect(written.endsWith('}\n')).toBe(true);
  return parseReport(written);
}

const rejected = {
  kind: 'rejected-by-portal',
  error: new RequestError(text`DELETE …: HTTP 500`, 'rejected-by-portal'),
  mayBeRunning: false,
} as const;

describe('the report', () => {
  test('of a prune has each backup of the first listing, with the decision and what became of it', () => {
    const ledger = ledgerWith(
      {
        firstListing: [third, second, first, withoutId],
        selected: [first, second],
        kept: [kept(third, text`last`, text`daily`)],
        ignored: [{ record: withoutId, reason: withoutId.problem, deservesWarning: true }],
      },
      it => {
        for (const { id } of [first, second]) it.recordSent(id);
        it.recordOutcome(first.id, { kind: 'confirmed' });
        it.recordOutcome(second.id, rejected);
        it.recordVerification({ kind: 'conclusive', listing: [third, second], missing: [] });
      },
    );
    const reportedInputs = { host: text`portal.example:8443`, dump: true, policy: { 'keep-last': text`1` } };
    const warnings = [text`1 record ignored.`];
    const local = { storageType: 'Local', reasons: [], error: null };
    expect(reportOf({ ledger, reportedInputs, warnings, error: failure })).toEqual({
      version: 1,
      operation: 'prune-history',
      portal: 'portal.example:8443',
      dump: true,
      dryRun: false,
      result: false,
      startedAt: '2026-03-31T02:15:00.000Z',
      finishedAt: '2026-03-31T02:16:30.000Z',
      policy: { 'keep-last': '1' },
      timeZone: 'UTC',
      counts: { selected: 2, deleted: 1, failed: 1, kept: 1 },
      warnings,
      error: 'It failed.',
      backups: [
        {
          ...local,
          id: third.id,
          name: third.name,
          createdOn: '2026-03-03T12:00:00.000Z',
          decision: 'keep',
          reasons: ['last', 'daily'],
          status: 'not-sent',
        },
        {
          ...local,
          id: second.id,
          name: second.name,
          createdOn: '2026-03-02T12:00:00.000Z',
          decision: 'delete',
          status: 'still-listed',
          error: 'DELETE …: HTTP 500',
        },
        {
          ...local,
          id: first.id,
          name: first.name,
          createdOn: '2026-03-01T12:00:00.000Z',
          decision: 'delete',
          status: 'deleted',
        },
        {
          id: null,
          name: '(no name)',
          storageType: null,
          createdOn: null,
          decision: 'ignore',
          reasons: ['its id is not a GUID'],
          status: 'not-sent',
          error: null,
        },
      ],
    });
  });

  test('of refused inputs says what is known without them', () => {
    const refused = { operation: undefined, reportedInputs: undefined, dryRun: true, error: failure };
    expect(reportOf(refused)).toMatchObject({
      operation: null,
      portal: null,
      dump: null,
      dryRun: true,
      result: null,
      policy: null,
      timeZone: null,
      counts: { selected: null, deleted: 0, failed: 0, kept: null },
      error: 'It failed.',
      backups: [],
    });
  });

  test('of a dry run has decisions, and no status but not-sent', () => {
    const ledger = ledgerWith({ firstListing: [second, first], selected: [first], kept: [kept(second)] });
    const report = reportOf({ ledger, dryRun: true });
    expect(report.result).toBeNull();
    expect(report.backups.map(({ decision, status }) => [decision, status])).toEqual([
      ['keep', 'not-sent'],
      ['delete', 'not-sent'],
    ]);
  });

  test('of a run that ended before the plan decides nothing', () => {
    const report = reportOf({ ledger: ledgerWith({ firstListing: [first] }), error: failure });
    expect(report.counts['selected']).toBeNull();
    expect(report.backups).toMatchObject([{ decision: null, reasons: [], status: 'not-sent' }]);
  });

  test('of delete-backups ignores what is not one of the ids', () => {
    const ledger = ledgerWith({ firstListing: [second, first, withoutId], selected: [first], kept: [] });
    const ignored = { decision: 'ignore', reasons: ['not one of backup-ids'] };
    expect(reportOf({ operation: 'delete-backups', ledger }).backups).toMatchObject([
      { id: second.id, ...ignored },
      { id: first.id, decision: 'delete' },
      { id: null, ...ignored },
    ]);
  });

  test('of delete-history does not know what became of a record without an id', () => {
    const reportedInputs = { host: text`portal.example`, dump: false, policy: undefined };
    const findings = { firstListing: [first, withoutId], selected: [first], kept: [] };
    const statusesOf = (ledger: Run['ledger']) => {
      const report = reportOf({ operation: 'delete-history', ledger, reportedInputs });
      return report.backups.map(({ decision, status }) => [decision, status]);
    };
    expect(statusesOf(ledgerWith(findings))).toEqual([
      ['delete', 'not-sent'],
      ['delete', 'not-sent'],
    ]);
    const sent = ledgerWith(findings, it => {
      it.recordSentForAll([first.id]);
      it.recordVerification({ kind: 'conclusive', listing: [], missing: [] });
    });
    expect(statusesOf(sent)).toEqual([
      ['delete', 'deleted'],
      ['delete', 'unknown'],
    ]);
  });

  test.each([
    ['not-checked', null],
    ['none', 'none'],
    [{ description: text`daily, at 5:00`, copies: 7 }, 'daily, at 5:00'],
  ] as const)('of delete-schedule tells the schedule: %j', (schedule, expected) => {
    const ledger = ledgerWith({ schedule, selected: [], kept: [] });
    expect(reportOf({ operation: 'delete-schedule', ledger })).toHaveProperty('schedule', expected);
    expect(reportOf({ ledger })).not.toHaveProperty('schedule');
  });

  test.each(['sk-0123456789', '"version":1', '\\u00e9"', 'Local'])(
    'is JSON without the secret, even if that is %s',
    secret => {
      const secretName = toPrintable(`a ${secret.toUpperCase()} b`);
      const ledger = ledgerWith({ firstListing: [{ ...first, name: secretName }], selected: [first] });
      const warnings = [secretName];
      const written = formatReport(runWith({ ledger, warnings }), finishedAt, createRedact([secret]));
      const { backups, warnings: shown } = JSON.parse(written);
      expect([backups[0].name, ...shown]).toEqual(['a *** b', 'a *** b']);
    },
  );
});

test('the schema says what is wrong', () => {
  const report: object = JSON.parse(formatReport(runWith(), finishedAt, line => line));
  expect(schemaErrors(report)).toEqual([]);
  const finding = schemaErrors({ ...report, policy: { 'dry-run': 'true' }, version: 2 });
  expect(finding.join('\n')).toMatch(/\/version must be equal to constant/);
  expect(finding.join('\n')).toMatch(/\/policy must match pattern/);
});
