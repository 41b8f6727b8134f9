import { describe, expect, test } from '@jest/globals';
import { ActionError, RefusedError } from '../../src/errors.js';
import type { Ledger } from '../../src/ledger.js';
import { parseHistory } from '../../src/portal/history.js';
import { describeState, formatHeadline } from '../../src/report/headline.js';
import type { Run } from '../../src/report/run.js';
import { text } from '../../src/text/printable.js';
import { backupOf, confirmAll, kept, ledgerWith, runWith, sendAll } from './support.js';

const [first, second] = [backupOf('2026-03-01', 1), backupOf('2026-03-02', 2)];
const keptOne = kept(backupOf('2026-03-03', 3));
const failure = new ActionError(text`x`);
const schedule = { description: text`daily`, copies: 7 };

const sendBoth = (ledger: Ledger) => sendAll(ledger, first, second);
const confirmFirst = (ledger: Ledger) => {
  sendBoth(ledger);
  confirmAll(ledger, first);
};
const verifyFirst = (ledger: Ledger) => {
  confirmFirst(ledger);
  ledger.recordVerification({ kind: 'conclusive', listing: [second, keptOne.backup], missing: [] });
};
const verifyBoth = (ledger: Ledger) => {
  confirmAll(ledger, first, second);
  ledger.recordVerification({ kind: 'conclusive', listing: [keptOne.backup], missing: [] });
};
const listInconclusively = (ledger: Ledger) => {
  confirmFirst(ledger);
  ledger.recordVerification({ kind: 'inconclusive', reason: text`it is empty` });
};

/** A prune that selects two backups and keeps one. */
const pruned = (record?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [keptOne] }, record);
/** A deletion of two backups that keeps none. */
const deletedAll = (record?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [] }, record);
const forSchedule = (changes: Partial<Run>): Partial<Run> => ({ operation: 'delete-schedule', ...changes });
const sendWithoutSelection = (ledger: Ledger) => {
  ledger.recordSentForAll([]);
  ledger.recordVerification({ kind: 'conclusive', listing: [], missing: [] });
};

describe('a run that succeeded', () => {
  test.each<[string, Partial<Run>]>([
    ['Done: 2 of 2 backups deleted, 1 kept', { ledger: pruned(verifyBoth) }],
    ['Done: 2 of 2 backups deleted', { operation: 'delete-history', ledger: deletedAll(verifyBoth) }],
    ['Done: there was nothing to delete, 1 kept', { ledger: ledgerWith({ selected: [], kept: [keptOne] }) }],
    ['Done: there was nothing to delete', { ledger: ledgerWith({ selected: [], kept: [] }) }],
    [
      'Done: 0 backups deleted, there was nothing to delete',
      { operation: 'delete-backups', ledger: ledgerWith({ selected: [], kept: [] }) },
    ],
    [
      'Done: there was nothing to delete',
      { operation: 'delete-history', ledger: ledgerWith({ selected: [], kept: [] }, sendWithoutSelection) },
    ],
    [
      'Done: 0 of 0 backups deleted; 1 record without a readable id not counted',
      {
        operation: 'delete-history',
        ledger: ledgerWith(
          { firstListing: parseHistory([null], name => name), selected: [], kept: [] },
          sendWithoutSelection,
        ),
      },
    ],
    [
      'Done: the portal reports that the history is deleted',
      { operation: 'delete-history', ledger: ledgerWith({}, ledger => ledger.recordSentForAll([])) },
    ],
    [
      'Done: the backup schedule is deleted',
      forSchedule({ ledger: ledgerWith({ selected: [], schedule }, ledger => ledger.recordSentForAll([])) }),
    ],
    ['Done: there was no backup schedule', forSchedule({ ledger: ledgerWith({ schedule: 'none' }) })],
    [
      'Done: the portal reports that the backup schedule is deleted',
      forSchedule({ ledger: ledgerWith({}, ledger => ledger.recordSentForAll([])) }),
    ],
  ])('%s', (expected, changes) => {
    expect(formatHeadline(runWith(changes))).toBe(expected);
    expect(describeState(runWith(changes)).icon).toBe('✅');
  });
});

describe('a dry run', () => {
  test.each<[string, Partial<Run>]>([
    ['Dry run: 2 backups would be deleted, 1 kept', { ledger: pruned() }],
    ['Dry run: 2 backups would be deleted', { operation: 'delete-backups', ledger: deletedAll() }],
    [
      'Dry run: there was nothing to delete, 1 kept',
      { ledger: ledgerWith({ selected: [], kept: [keptOne] }) },
    ],
    ['Dry run: the backup schedule would be deleted', forSchedule({ ledger: ledgerWith({ schedule }) })],
    ['Dry run: there was no backup schedule', forSchedule({ ledger: ledgerWith({ schedule: 'none' }) })],
  ])('%s', (expected, changes) => {
    expect(formatHeadline(runWith({ dryRun: true, ...changes }))).toBe(expected);
    expect(describeState(runWith({ dryRun: true, ...changes })).icon).toBe('🔍');
  });
});

describe('a run that was stopped before the first deletion', () => {
  const brief = text`77 selected, max-deletions allows 20`;
  test.each<[expected: string, icon: string, Partial<Run>]>([
    [`Refused: nothing was deleted; ${brief}`, '🚫', { error: new RefusedError(text`x`, brief) }],
    [
      `Refused: nothing was deleted; ${brief}`,
      '🚫',
      { error: new RefusedError(text`x`, brief), dryRun: true },
    ],
    ['Refused: nothing was deleted', '🚫', { error: new RefusedError(text`x`), operation: undefined }],
    ['Failed: nothing was deleted', '❌', { error: failure }],
    ['Failed: nothing was deleted', '❌', { error: failure, dryRun: true }],
    ['Failed: nothing was deleted', '❌', forSchedule({ error: failure })],
    ['Cancelled: nothing was deleted', '⏹️', { error: failure, isCancelled: true }],
  ])('%s (%s)', (expected, icon, changes) => {
    for (const ledger of [ledgerWith(), pruned()]) {
      expect(formatHeadline(runWith({ ledger, ...changes }))).toBe(expected);
      expect(describeState(runWith({ ledger, ...changes })).icon).toBe(icon);
    }
  });
});

describe('a run that failed', () => {
  const deleteHistory = { operation: 'delete-history' } as const;
  test.each<[string, Partial<Run>]>([
    ['Failed: 1 of 2 backups deleted, 1 kept', { ledger: pruned(verifyFirst) }],
    ['Failed: 2 of 2 backups deleted, 1 kept', { ledger: pruned(verifyBoth) }],
    [
      'Failed: 1 of 2 backups deleted, as the portal reported, not checked, 1 to keep',
      { ledger: pruned(confirmFirst) },
    ],
    ['Failed: it is not known what was deleted, 1 to keep', { ledger: pruned(sendBoth) }],
    ['Failed: it is not known what was deleted, 1 to keep', { ledger: pruned(listInconclusively) }],
    ['Failed: it is not known what was deleted', { ...deleteHistory, ledger: deletedAll(sendBoth) }],
    [
      'Failed: it is not known what was deleted',
      { ...deleteHistory, ledger: ledgerWith({}, ledger => ledger.recordSentForAll([])) },
    ],
    [
      'Failed: it is not proven that the backup schedule is gone',
      forSchedule({ ledger: ledgerWith({ schedule }, ledger => ledger.recordSentForAll([])) }),
    ],
  ])('%s', (expected, changes) => {
    const run = runWith({ error: failure, ...changes });
    expect(formatHeadline(run)).toBe(expected);
    expect(describeState(run).icon).toBe('❌');
    expect(formatHeadline({ ...run, isCancelled: true })).toBe(expected.replace('Failed', 'Cancelled'));
    expect(describeState({ ...run, isCancelled: true }).icon).toBe('⏹️');
  });
});
