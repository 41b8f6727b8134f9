import { describe, expect, test } from '@jest/globals';
import type { HistoryRecord } from '../../src/backups/backup.js';
import type { Context } from '../../src/context.js';
import { Deadline } from '../../src/deadline.js';
import { ActionError } from '../../src/errors.js';
import { Ledger } from '../../src/ledger.js';
import { ShrinkingHistory, verifyStillEmpty } from '../../src/operations/standstill.js';
import type { Portal } from '../../src/portal/api.js';
import { Log } from '../../src/report/log.js';
import { UTC } from '../../src/retention/calendar.js';
import { text } from '../../src/text/printable.js';
import { TimeBudget } from '../../src/time-budget.js';
import { backupAt, idOf } from '../support/backups.js';
import { theClock } from '../support/clock.js';
import { range } from './support.js';

const WITHOUT_ID: HistoryRecord = {
  kind: 'unreadable',
  id: undefined,
  name: text`x`,
  storageType: 'Local',
  expiresOn: undefined,
  problem: text`its id is not a GUID`,
};

interface Options {
  /** How many backups each listing has; `fails`: it fails. The last one is repeated. The tenth backup has no id. */
  listings: readonly (number | 'fails')[];
  total?: number;
  seconds?: number;
  /** How long a listing took before. The answers here take no time. */
  listingMs?: number;
}

/** A history of which all backups were to be deleted, and the times of its listings in seconds. */
function historyWith({ listings, total = 9, seconds = 300, listingMs = 0 }: Options) {
  const clock = theClock();
  const times: number[] = [];
  const backupsOf = (number: number) => (number === 0 ? [] : range(1, number).map(n => backupAt(n, n)));
  const unexpected = () => {
    throw new Error('Only listings are expected');
  };
  const portal: Portal = {
    listBackups: async () => {
      const listed = listings[Math.min(times.length, listings.length - 1)];
      times.push(clock.monotonicMs() / 1_000);
      if (typeof listed !== 'number') throw new ActionError(text`no listing`);
      return backupsOf(listed).map(backup => (backup.id === idOf(10) ? WITHOUT_ID : backup));
    },
    getSchedule: unexpected,
    getKey: unexpected,
    getScheduleIfAvailable: unexpected,
    deleteSchedule: unexpected,
    deleteHistory: unexpected,
    deleteBackup: unexpected,
  };
  const ledger = new Ledger();
  const backups = backupsOf(total);
  ledger.firstListing = backups;
  ledger.recordPlan(backups);
  ledger.recordSentForAll(backups.map(({ id }) => id));
  const deadline = new Deadline(seconds, new AbortController().signal, clock);
  const budget = new TimeBudget(deadline);
  budget.recordListing(listingMs);
  const log = new Log(line => line, clock);
  const lines: string[] = [];
  log.info = line => void lines.push(line);
  const context: Context = { portal, ledger, log, deadline, budget, clock, calendar: UTC, dryRun: false };
  return { context, history: new ShrinkingHistory(context, total), times, ledger, lines };
}

async function wait(options: Options) {
  const { history, times, lines } = historyWith(options);
  const hasStopped = await theClock().runToEnd(history.waitForStandstill());
  const endedAt = theClock().monotonicMs() / 1_000;
  return { hasStopped, times, endedAt, isDeleted: history.isDeleted, lines };
}

describe('the wait for a history that the portal deletes', () => {
  test('ends 15 s after the last shrinking, with listings after 2, 4, 8 and 15 s', async () => {
    expect(await wait({ listings: [9] })).toEqual({
      hasStopped: true,
      times: [2, 4, 8, 15],
      endedAt: 15,
      isDeleted: false,
      lines: [],
    });
    expect((await wait({ listings: [8, 8, 7, 7] })).times).toEqual([17, 19, 21, 23, 25, 29, 36]);
  });

  test('ends after three times the longest time between two shrinkings', async () => {
    // The gaps are 8 and 2 s. The next listing is due after 15 s, and the last one after 24 s.
    const { times, hasStopped } = await wait({ listings: [9, 9, 8, 7] });
    expect(times).toEqual([2, 4, 8, 10, 12, 14, 18, 25, 34]);
    expect(hasStopped).toBe(true);
  });

  test('ends when two listings in a row are empty', async () => {
    expect(await wait({ listings: [4, 0, 0] })).toEqual({
      hasStopped: true,
      times: [2, 4, 6],
      endedAt: 6,
      isDeleted: true,
      lines: ['The portal is still deleting: 4 backups left.'],
    });
  });

  test('goes on if only one listing is empty', async () => {
    expect(await wait({ listings: [0, 5] })).toMatchObject({ times: [2, 4, 6, 8, 10, 17], isDeleted: false });
  });

  test('ends when the listing after an empty one fails', async () => {
    expect(await wait({ listings: [0, 'fails'] })).toMatchObject({ hasStopped: true, times: [2, 4] });
  });

  test('needs no listing if nothing was listed', async () => {
    expect(await wait({ listings: [9], total: 0 })).toMatchObject({
      hasStopped: true,
      times: [],
      isDeleted: false,
    });
  });

  test('ends without a listing', async () => {
    expect(await wait({ listings: [9, 'fails'] })).toMatchObject({ hasStopped: false, times: [2, 4] });
  });

  test.each([
    // The last listing comes half a second before the deadline, unless that is less than 2 s after the one before.
    [12.5, [2, 4, 8, 12]],
    [10.5, [2, 4, 8, 10]],
    [10.49, [2, 4, 8]],
    [2.5, [2]],
    [2.49, []],
  ])('ends in time for a deadline after %d s', async (seconds, times) => {
    expect(await wait({ listings: [9], seconds })).toMatchObject({ hasStopped: false, times });
  });

  test('ends with the last listing that there is time for, even if that one is empty', async () => {
    const outcome = await wait({ listings: [9, 9, 9, 0], seconds: 12.5 });
    expect(outcome).toMatchObject({ hasStopped: false, times: [2, 4, 8, 12], isDeleted: true });
  });

  test.each([
    [300, [4, 8, 12, 16], true],
    [20.5, [4, 8, 12], false],
  ])(
    'waits at least as long as a listing takes, and spares time for two: %d s',
    async (seconds, times, hasStopped) => {
      // A listing may take a quarter longer: 4 s.
      const outcome = await wait({ listings: [9], listingMs: 3_200, seconds });
      expect(outcome).toMatchObject({ times, hasStopped });
    },
  );
});

describe('an empty history', () => {
  test.each<[listing: number | 'fails', kind: string]>([
    [0, 'conclusive'],
    [2, 'conclusive'],
    [10, 'inconclusive'],
    ['fails', 'none'],
  ])('is listed once more: %p', async (listing, kind) => {
    const { context, times, ledger } = historyWith({ listings: [listing], listingMs: 3_200 });
    ledger.recordVerification({ kind: 'conclusive', listing: [], missing: [] });
    await theClock().runToEnd(verifyStillEmpty(context));
    expect(times).toEqual([4]);
    expect(ledger.verification.kind).toBe(kind);
  });

  test.each([
    [8, 0],
    [8.01, 1],
  ])('is not listed again if there is no time for it: %d s', async (seconds, listings) => {
    const { context, times, ledger } = historyWith({ listings: [0], listingMs: 3_200, seconds });
    ledger.recordVerification({ kind: 'conclusive', listing: [], missing: [] });
    await theClock().runToEnd(verifyStillEmpty(context));
    expect(times).toHaveLength(listings);
    expect(ledger.verification.kind).toBe('conclusive');
  });
});
