import { describe, expect, test } from '@jest/globals';
import { Failure, Refusal } from '../../src/failure.js';
import type { Ledger } from '../../src/ledger.js';
import { parseHistory } from '../../src/portal/records.js';
import { headline, stateOf } from '../../src/report/headline.js';
import type { Run } from '../../src/report/run.js';
import { say } from '../../src/text.js';
import { backupOf, kept, ledgerWith, runWith } from './support.js';

const [first, second] = [backupOf('2026-03-01', 1), backupOf('2026-03-02', 2)];
const stays = kept(backupOf('2026-03-03', 3));
const problem = new Failure(say`x`);
const schedule = { description: say`daily`, copies: 7 };

const sendBoth = (ledger: Ledger) => ledger.sent([first.id, second.id]);
const reportFirst = (ledger: Ledger) => {
  sendBoth(ledger);
  ledger.heard(first.id, { said: 'done', reported: true });
};
const proveFirst = (ledger: Ledger) => {
  reportFirst(ledger);
  ledger.close({ kind: 'trusted', listing: [second, stays.backup], missing: [] });
};
const proveBoth = (ledger: Ledger) => {
  sendBoth(ledger);
  ledger.close({ kind: 'trusted', listing: [stays.backup], missing: [] });
};
const proveNothing = (ledger: Ledger) => {
  reportFirst(ledger);
  ledger.close({ kind: 'useless' });
};

/** A prune that has selected two backups and keeps one. */
const pruned = (tell?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [stays] }, tell);
const history = (tell?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [] }, tell);
const ofSchedule = (changes: Partial<Run>): Partial<Run> => ({ operation: 'delete-schedule', ...changes });
const nothingSelected = (ledger: Ledger) => {
  ledger.sent([]);
  ledger.close({ kind: 'trusted', listing: [], missing: [] });
};

describe('a green run', () => {
  test.each<[string, Partial<Run>]>([
    ['Done: 2 of 2 backups deleted, 1 kept', { ledger: pruned(proveBoth) }],
    ['Done: 2 of 2 backups deleted', { operation: 'delete-history', ledger: history(proveBoth) }],
    ['Done: there was nothing to delete, 1 kept', { ledger: ledgerWith({ selected: [], kept: [stays] }) }],
    ['Done: there was nothing to delete', { ledger: ledgerWith({ selected: [], kept: [] }) }],
    [
      'Done: 0 backups deleted, there was nothing to delete',
      { operation: 'delete-backups', ledger: ledgerWith({ selected: [], kept: [] }) },
    ],
    [
      'Done: there was nothing to delete',
      { operation: 'delete-history', ledger: ledgerWith({ selected: [], kept: [] }, nothingSelected) },
    ],
    [
      'Done: 0 of 0 backups deleted; 1 record without a readable id not counted',
      {
        operation: 'delete-history',
        ledger: ledgerWith(
          { first: parseHistory([null], text => text), selected: [], kept: [] },
          nothingSelected,
        ),
      },
    ],
    [
      'Done: the portal reports that the history is deleted',
      { operation: 'delete-history', ledger: ledgerWith({}, ledger => ledger.sent([])) },
    ],
    [
      'Done: the backup schedule is deleted',
      ofSchedule({ ledger: ledgerWith({ selected: [], schedule }, ledger => ledger.sent([])) }),
    ],
    ['Done: there was no backup schedule', ofSchedule({ ledger: ledgerWith({ schedule: 'none' }) })],
    [
      'Done: the portal reports that the backup schedule is deleted',
      ofSchedule({ ledger: ledgerWith({}, ledger => ledger.sent([])) }),
    ],
  ])('%s', (says, changes) => {
    expect(headline(runWith(changes))).toBe(says);
    expect(stateOf(runWith(changes)).icon).toBe('✅');
  });
});

describe('a dry run', () => {
  test.each<[string, Partial<Run>]>([
    ['Dry run: 2 backups would be deleted, 1 kept', { ledger: pruned() }],
    ['Dry run: 2 backups would be deleted', { operation: 'delete-backups', ledger: history() }],
    ['Dry run: there was nothing to delete, 1 kept', { ledger: ledgerWith({ selected: [], kept: [stays] }) }],
    ['Dry run: the backup schedule would be deleted', ofSchedule({ ledger: ledgerWith({ schedule }) })],
    ['Dry run: there was no backup schedule', ofSchedule({ ledger: ledgerWith({ schedule: 'none' }) })],
  ])('%s', (says, changes) => {
    expect(headline(runWith({ dryRun: true, ...changes }))).toBe(says);
    expect(stateOf(runWith({ dryRun: true, ...changes })).icon).toBe('🔍');
  });
});

describe('a run that was stopped before the first deletion', () => {
  const brief = say`77 selected, max-deletions allows 20`;
  test.each<[says: string, icon: string, Partial<Run>]>([
    [`Refused: nothing was deleted; ${brief}`, '🚫', { problem: new Refusal(say`x`, brief) }],
    [`Refused: nothing was deleted; ${brief}`, '🚫', { problem: new Refusal(say`x`, brief), dryRun: true }],
    ['Refused: nothing was deleted', '🚫', { problem: new Refusal(say`x`), operation: undefined }],
    ['Failed: nothing was deleted', '❌', { problem }],
    ['Failed: nothing was deleted', '❌', { problem, dryRun: true }],
    ['Failed: nothing was deleted', '❌', ofSchedule({ problem })],
    ['Cancelled: nothing was deleted', '⏹️', { problem, isCancelled: true }],
  ])('%s (%s)', (says, icon, changes) => {
    for (const ledger of [ledgerWith(), pruned()]) {
      expect(headline(runWith({ ledger, ...changes }))).toBe(says);
      expect(stateOf(runWith({ ledger, ...changes })).icon).toBe(icon);
    }
  });
});

describe('a run that failed', () => {
  const ofHistory = { operation: 'delete-history' } as const;
  test.each<[string, Partial<Run>]>([
    ['Failed: 1 of 2 backups deleted, 1 kept', { ledger: pruned(proveFirst) }],
    ['Failed: 2 of 2 backups deleted, 1 kept', { ledger: pruned(proveBoth) }],
    [
      'Failed: 1 of 2 backups deleted, as the portal reported, not checked, 1 to keep',
      { ledger: pruned(reportFirst) },
    ],
    ['Failed: it is not known what was deleted, 1 to keep', { ledger: pruned(sendBoth) }],
    ['Failed: it is not known what was deleted, 1 to keep', { ledger: pruned(proveNothing) }],
    ['Failed: it is not known what was deleted', { ...ofHistory, ledger: history(sendBoth) }],
    [
      'Failed: it is not known what was deleted',
      { ...ofHistory, ledger: ledgerWith({}, ledger => ledger.sent([])) },
    ],
    [
      'Failed: it is not proven that the backup schedule is gone',
      ofSchedule({ ledger: ledgerWith({ schedule }, ledger => ledger.sent([])) }),
    ],
  ])('%s', (says, changes) => {
    const run = runWith({ problem, ...changes });
    expect(headline(run)).toBe(says);
    expect(stateOf(run).icon).toBe('❌');
    expect(headline({ ...run, isCancelled: true })).toBe(says.replace('Failed', 'Cancelled'));
    expect(stateOf({ ...run, isCancelled: true }).icon).toBe('⏹️');
  });
});
