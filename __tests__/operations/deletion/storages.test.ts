import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type Portal,
  type PortalOptions,
} from '../../../tools/stand-in/portal.mjs';
import { type ActResult, describeSource, errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { theClock } from '../../support/clock.js';
import { deletions, portalWith } from '../../support/portals.js';
import { cancelWhen, deleteBackups, prune, range, record, sentTo, story } from '../support.js';

/** The storage types that are accounts at another provider, as the numbers of the API. */
const DROPBOX = 1;
const THIRD_PARTY_CONSUMER = 5;
const LOCAL = 3;

/** Most of these runs take minutes. The clock of the test makes that short, and a process of its own cannot use it. */

function inStorage(storageType: number, number: number): PortalOptions['backups'] & object {
  return makeBackups(number, { storageType });
}

/** Backups of two storage types. The older ones are in the first. */
function inTwoStorages(first: number, second: number, each: number): Record<string, unknown>[] {
  return range(1, 2 * each).map(number => record(number, { storageType: number > each ? first : second }));
}

/** Checks that the step fails, and that its error names every backup whose file is left without a record. */
function expectNamed(result: ActResult, portal: Portal): void {
  const error = errorOf(result);
  expect(result.code).toBe(1);
  expect(error).toMatch(/files? may remain/);
  const failed = readIds(result.outputs, 'failed');
  expect(portal.state.filesLeft.length).toBeGreaterThan(0);
  for (const id of portal.state.filesLeft) {
    expect(failed).toContain(id);
    expect(error).toContain(id);
  }
}

/** Checks that every selected backup is deleted, with its file. */
function expectAllDeleted(result: ActResult, portal: Portal): void {
  expect(errorOf(result)).toBe('');
  expect(result.code).toBe(0);
  expect(result.outputs['deleted-ids']).toBe(result.outputs['selected-ids']);
  expect(portal.state.filesLeft).toEqual([]);
  expect(portal.state.vanishedIds.size).toBe(0);
}

/** Calls back after this time of the test's clock. */
function later(ms: number, callback: () => void): void {
  theClock().after(ms, callback);
}

/** Notes when the DELETEs of each backup arrive at a portal, and the listings (0), by the test's clock. */
function watchArrivals(portal: Portal): Map<number, number[]> {
  const arrivals = new Map<number, number[]>();
  const { requests } = portal.state;
  const push = requests.push.bind(requests);
  requests.push = (...items) => {
    for (const { method, path } of items) {
      if (path.includes('/keys/')) continue;
      const number = method === 'DELETE' ? Number(path.slice(-12)) : 0;
      arrivals.set(number, [...(arrivals.get(number) ?? []), theClock().monotonicMs()]);
    }
    return push(...items);
  };
  return arrivals;
}

describeSource('a storage that allows few deletions at once loses no file', () => {
  test.each<[name: string, options: PortalOptions]>([
    ['one at once', { storages: { 1: { maxConcurrent: 1 } } }],
    ['one at once, files of 5 s', { storages: { 1: { maxConcurrent: 1 } }, deleteMs: 5_000 }],
    [
      'one at once, HTTP 403, files of 0.2 s',
      { storages: { 1: { maxConcurrent: 1, error: 403 } }, deleteMs: 200 },
    ],
    ['two at once', { storages: { 1: { maxConcurrent: 2 } }, deleteMs: 200 }],
    ['seven at once', { storages: { 1: { maxConcurrent: 7 } }, deleteMs: 200 }],
    ['one at once, a listing that lags', { storages: { 1: { maxConcurrent: 1 } }, lagMs: 1_500 }],
    [
      'one at once, and none for 1 s after a refusal',
      { storages: { 1: { maxConcurrent: 1, cooldownMs: 1_000 } } },
    ],
    [
      'one at once, none for 1.5 s after a refusal, files of 0.2 s',
      { storages: { 1: { maxConcurrent: 1, cooldownMs: 1_500 } }, deleteMs: 200 },
    ],
    [
      'one at once, none for 1.5 s after a refusal, and the one that is allowed takes longer than the others',
      {
        storages: { 1: { maxConcurrent: 1, cooldownMs: 1_500 } },
        deleteMs: { '*': 100, [makeId(39)]: 900 },
      },
    ],
    [
      'one at once, and a listing soon after it drops records',
      { storages: { 1: { maxConcurrent: 1, dropsAfterBurstMs: 9_500 } }, deleteMs: 200 },
    ],
  ])('%s', async (_name, options) => {
    const portal = await portalWith({ backups: inStorage(DROPBOX, 40), ...options });
    const result = await prune(portal);
    expectAllDeleted(result, portal);
    expect(portal.state.history.own).toHaveLength(2);
  });

  test.each([8_000, 12_000])('loses no file when the time runs out: files of %d ms', async deleteMs => {
    const storages = { 1: { maxConcurrent: 1 } };
    const portal = await portalWith({ backups: inStorage(DROPBOX, 150), storages, deleteMs });
    const result = await prune(portal);
    expect(errorOf(result)).toContain('not tried for lack of time');
    expect(portal.state.filesLeft).toEqual([]);
  });

  test.each<[name: string, seconds: number, backups: unknown[], deleteMs: Record<string, number>]>([
    [
      'its first deletions come near the end',
      30,
      inTwoStorages(LOCAL, DROPBOX, 150),
      { local: 1_000, '*': 2_000 },
    ],
    ['its files take 9 s of a minute', 60, inStorage(DROPBOX, 20), { '*': 9_000 }],
  ])('loses no file when %s', async (_name, seconds, backups, { local = 0, ...deleteMs }) => {
    for (const number of range(151, 300)) if (local > 0) deleteMs[makeId(number)] = local;
    const storages = { 1: { maxConcurrent: 1 } };
    const portal = await portalWith({ backups, storages, deleteMs });
    const result = await prune(portal, { 'timeout-seconds': String(seconds) });
    expect(result.code).toBe(1);
    expect(portal.state.filesLeft).toEqual([]);
    expect(sentTo(portal).filter(number => number <= 150).length).toBeGreaterThan(1);
  });

  test('loses no file when the rate limit makes one deletion wait for longer than the others wait for it', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '20', skip: 8, times: 1 }];
    const storages = { 1: { maxConcurrent: 1 } };
    const portal = await portalWith({ backups: inStorage(DROPBOX, 12), storages, deleteMs: 300, faults });
    const result = await prune(portal);
    expectAllDeleted(result, portal);
  });

  test('in another storage type, by delete-backups', async () => {
    const storages = { 5: { maxConcurrent: 1 } };
    const portal = await portalWith({
      backups: inStorage(THIRD_PARTY_CONSUMER, 60),
      storages,
      deleteMs: 100,
    });
    expectAllDeleted(await deleteBackups(portal, range(60, 11)), portal);
  });

  test('of the dumps', async () => {
    const storages = { 1: { maxConcurrent: 1 } };
    const dumps = inStorage(DROPBOX, 40);
    const portal = await portalWith({ standalone: true, dumps, storages, deleteMs: 100 });
    expectAllDeleted(await prune(portal, { dump: 'true' }), portal);
  });

  test('beside a storage that allows eight', async () => {
    const backups = inTwoStorages(DROPBOX, LOCAL, 30);
    const portal = await portalWith({ backups, storages: { 1: { maxConcurrent: 1 } }, deleteMs: 100 });
    expectAllDeleted(await prune(portal), portal);
    expect(portal.state.maxConcurrent).toBe(8);
  });

  test('which is asked for two at once again only twice', async () => {
    const portal = await portalWith({
      backups: inStorage(DROPBOX, 150),
      storages: { 1: { maxConcurrent: 1 } },
      deleteMs: 100,
    });
    expectAllDeleted(await prune(portal), portal);
    // Seven of the first eight, and one when a second one was tried again.
    expect(portal.state.refusedByStorage).toBe(8);
  });
});

describeSource('a storage that refuses everything', () => {
  test.each<[name: string, options: PortalOptions, storageType?: number]>([
    ['at once in the listing', {}],
    [
      'HTTP 400, a listing that lags 1.5 s',
      { lagMs: 1_500, storages: { '*': { failsFrom: 1, error: 400 } } },
    ],
    ['HTTP 403, a listing that lags 0.3 s', { lagMs: 300, storages: { '*': { failsFrom: 1, error: 403 } } }],
    ['files of 1 s', { lagMs: 1_500, deleteMs: 1_000 }],
    ['files of 20 s', { deleteMs: 20_000 }],
    ['in Documents', { lagMs: 1_500 }, 0],
    ['in ThridpartyDocuments', { lagMs: 1_500 }, DROPBOX],
    ['in an unknown storage type', { lagMs: 1_500 }, 77],
  ])('loses at most 3 of 300 records, and the error names each: %s', async (_name, options, type = LOCAL) => {
    const portal = await portalWith({
      backups: inStorage(type, 300),
      storages: { '*': { failsFrom: 1 } },
      ...options,
    });
    // A policy selects nothing of an unknown type.
    const result = type === 77 ? await deleteBackups(portal, range(300, 3)) : await prune(portal);
    expect(portal.state.filesLeft.length).toBeGreaterThanOrEqual(1);
    expect(portal.state.filesLeft.length).toBeLessThanOrEqual(3);
    expectNamed(result, portal);
    expect(result.outputs['deleted-count']).toBe('0');
    expect(errorOf(result)).not.toContain('still listed');
  });

  test.each([300, 1_500])('loses one record when one is selected, behind a lag of %d ms', async lagMs => {
    const portal = await portalWith({ backups: makeBackups(3), storages: { 3: { failsFrom: 1 } }, lagMs });
    const result = await prune(portal);
    expect(portal.state.filesLeft).toEqual([makeId(3)]);
    expectNamed(result, portal);
    expect(errorOf(result)).not.toContain('still listed');
  });

  test('does not stop another storage, and is named once for each of two', async () => {
    const backups = [
      ...inTwoStorages(0, LOCAL, 20),
      ...range(41, 60).map(number => record(number, { storageType: 4 })),
    ];
    const storages = { 0: { failsFrom: 1 }, 4: { failsFrom: 1, error: 403 } };
    const portal = await portalWith({ backups, storages, lagMs: 1_500 });
    const result = await prune(portal);
    expect(portal.state.filesLeft.length).toBeLessThanOrEqual(6);
    expectNamed(result, portal);
    expect(result.outputs['deleted-count']).toBe('18');
    expect(errorOf(result)).toContain('type DataStore ');
    expect(errorOf(result)).toContain('type Documents ');
  });

  test.each<[operation: string, backups: number, act: (portal: Portal) => Promise<ActResult>]>([
    ['prune-history', 40, prune],
    ['prune-history with one selected backup', 3, prune],
    ['delete-backups', 40, portal => deleteBackups(portal, range(40, 3))],
    ['delete-backups with one id', 40, portal => deleteBackups(portal, [40])],
  ])('costs a record in each run, and the error says so: %s', async (_name, backups, run) => {
    const portal = await portalWith({ backups: makeBackups(backups), storages: { 3: { failsFrom: 1 } } });
    const result = await run(portal);
    expect(errorOf(result)).toMatch(/further run can cost another record/);
    expect(errorOf(result)).toMatch(/leave it out.*storage-types/);
    expect(errorOf(result)).toMatch(/leave these ids out/);
  });
});

describeSource('a run that ends at a check by a listing', () => {
  const rejectedOnce = range(32, 38);
  const fileErrors = {
    [makeId(39)]: { status: 500, times: 2 },
    ...Object.fromEntries(rejectedOnce.map(number => [makeId(number), { status: 500, times: 1 }])),
  };

  test.each<[name: string, options: PortalOptions, error: string]>([
    ['because it fails', { faults: [{ on: 'GET get', kind: 'server-error', skip: 1 }] }, 'HTTP 500 from GET'],
    ['because it proves nothing', { backends: [{ listings: [2], backups: [] }] }, 'proves nothing'],
    [
      'because a kept backup is gone',
      { vanishing: { [makeId(1)]: 2 } },
      'Backups to be kept have disappeared, so no further backup was tried.',
    ],
  ])('%s, gives the rejected backups their second attempts', async (_name, options, error) => {
    const portal = await portalWith({ backups: inStorage(LOCAL, 41), fileErrors, ...options });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(error);
    expect(portal.state.filesLeft).toContain(makeId(39));
    expect(rejectedOnce.filter(number => portal.state.filesLeft.includes(makeId(number)))).toEqual([]);
    expect(sentTo(portal).slice(1).sort()).toEqual([40, 39, 39, ...rejectedOnce, ...rejectedOnce].sort());
    expect(errorOf(result)).toMatch(/29 backups (there )?were not tried/);
  });

  test('uses the time for them that was set aside for a final listing', async () => {
    const faults: Fault[] = [{ on: 'GET get', kind: 'server-error', skip: 1 }];
    const portal = await portalWith({ backups: inStorage(LOCAL, 41), fileErrors, faults, listingMs: 5_000 });
    const result = await prune(portal, { 'timeout-seconds': '20' });
    expect(errorOf(result)).toContain('HTTP 500 from GET');
    expect(portal.state.filesLeft).toEqual([makeId(39)]);
  });
});

describeSource('a storage that dies in the middle', () => {
  test('loses at most 9 records, however many files could not be deleted before', async () => {
    for (const stuck of [12, 13, 25, 40]) {
      const first = 130 - stuck;
      const portal = await portalWith({
        backups: inStorage(LOCAL, 130),
        locked: range(first + 1, 130).map(makeId),
        fileErrors: Object.fromEntries(range(1, first).map(number => [makeId(number), 500])),
      });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect([stuck, portal.state.filesLeft.length <= 9]).toEqual([stuck, true]);
    }
  });

  const ERROR = { status: 400, message: 'Provider is disconnected' };
  test.each<[name: string, options: PortalOptions, storageType?: number]>([
    ['from the 31st deletion on', { storages: { '*': { failsFrom: 31, error: ERROR } } }],
    ['from the 2nd on', { storages: { '*': { failsFrom: 2, error: ERROR } } }],
    ['from the 17th on, HTTP 500', { storages: { '*': { failsFrom: 17 } }, deleteMs: 500 }],
    ['from the 40th on, a listing that lags', { storages: { '*': { failsFrom: 40 } }, lagMs: 1_500 }],
    ['from the 100th on, HTTP 403', { storages: { '*': { failsFrom: 100, error: 403 } }, deleteMs: 50 }, 0],
    ['from the 60th on, in Dropbox', { storages: { 1: { failsFrom: 60 } }, deleteMs: 50 }, DROPBOX],
    ['from the 297th on', { storages: { '*': { failsFrom: 297 } } }],
  ])('loses at most 9 of 298 records, and the error names each: %s', async (_name, options, type = LOCAL) => {
    const portal = await portalWith({ backups: inStorage(type, 300), ...options });
    const result = await prune(portal);
    expect(portal.state.filesLeft.length).toBeLessThanOrEqual(9);
    expectNamed(result, portal);
  });

  test('behind one file that keeps its record', async () => {
    const portal = await portalWith({
      backups: makeBackups(300),
      locked: [makeId(300)],
      storages: { 3: { failsFrom: 60 } },
      deleteMs: 50,
    });
    const result = await prune(portal);
    expect(portal.state.filesLeft.length).toBeLessThanOrEqual(9);
    expectNamed(result, portal);
  });

  test('and allowed one at a time before', async () => {
    const storages = { 1: { maxConcurrent: 1, failsFrom: 60 } };
    const portal = await portalWith({ backups: inStorage(DROPBOX, 200), storages, deleteMs: 50 });
    const result = await prune(portal);
    expect(portal.state.filesLeft.length).toBeLessThanOrEqual(9);
    expectNamed(result, portal);
  });
});

describeSource('single files that cannot be deleted', () => {
  test('do not make the pauses longer for a storage that allows one deletion at a time', async () => {
    const portal = await portalWith({
      backups: inStorage(LOCAL, 117),
      locked: range(103, 117).map(makeId),
      storages: { 3: { maxConcurrent: 1 } },
      deleteMs: 200,
    });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '100', 'failed-count': '15' });
    expect(portal.state.filesLeft).toEqual([]);
  });

  test.each<[name: string, locked: number[]]>([
    ['the oldest', range(120, 116)],
    ['the newest', range(7, 3)],
    ['some between the others', [110, 90, 60, 59, 20]],
    ['the oldest and the newest', [120, 119, 118, 4, 3]],
  ])('do not stop the other 113 while their records stay listed: %s', async (_name, locked) => {
    const portal = await portalWith({ backups: makeBackups(120), locked: locked.map(makeId), deleteMs: 100 });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '113', 'failed-count': '5' });
    expect(errorOf(result)).toContain('5 of 118 backups are still listed');
    expect(portal.state.filesLeft).toEqual([]);
    // The pauses do not eat the night.
    expect(result.ms).toBeLessThan(60_000);
  });

  test('of which there are 40 do not stop the others either', async () => {
    const locked = range(240, 3).filter(number => number % 6 === 0);
    const portal = await portalWith({ backups: makeBackups(240), locked: locked.map(makeId), deleteMs: 100 });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '198', 'failed-count': '40' });
    expect(result.ms).toBeLessThan(120_000);
  });

  test.each([1, 3, 5, 12])(
    'do not let a storage lose more than 9 records: %d of them, then nothing works',
    async stuck => {
      const locked = range(300, 300 - stuck + 1).map(makeId);
      const fileErrors = { '*': 500 };
      const portal = await portalWith({ backups: makeBackups(300), locked, fileErrors });
      const result = await prune(portal);
      expect(portal.state.filesLeft.length).toBeLessThanOrEqual(9);
      expectNamed(result, portal);
    },
  );

  test('do not let a storage lose files that allows one deletion at a time', async () => {
    const portal = await portalWith({
      backups: inStorage(DROPBOX, 60),
      locked: [makeId(60)],
      storages: { 1: { maxConcurrent: 1 } },
      deleteMs: 200,
    });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '57', 'failed-count': '1' });
    expect(portal.state.filesLeft).toEqual([]);
  });
});

describeSource('a listing soon after deletions in a third-party storage', () => {
  test.each<[name: string, storageType: number, options: PortalOptions]>([
    ['1.5 s', DROPBOX, { storages: { 1: { dropsAfterBurstMs: 1_500 } } }],
    ['2.9 s', THIRD_PARTY_CONSUMER, { storages: { 5: { dropsAfterBurstMs: 2_900 } }, deleteMs: 300 }],
    [
      '9.9 s after a refusal',
      THIRD_PARTY_CONSUMER,
      { storages: { 5: { dropsAfterBurstMs: 9_900, maxConcurrent: 2 } }, deleteMs: 300 },
    ],
  ])('keeps all kept backups: %s', async (_name, type, options) => {
    const portal = await portalWith({ backups: inStorage(type, 50), ...options });
    const result = await prune(portal, { 'keep-last': '10' });
    expectAllDeleted(result, portal);
    expect(portal.state.history.own).toHaveLength(10);
  });

  test('keeps all kept backups of a storage type that is not known', async () => {
    const portal = await portalWith({
      backups: inStorage(6, 20),
      storages: { 6: { dropsAfterBurstMs: 2_900 } },
    });
    const result = await deleteBackups(portal, range(20, 11));
    expectAllDeleted(result, portal);
    expect(portal.state.history.own).toHaveLength(10);
  });

  test('keeps all kept backups where one file fails twice, and the listing is a check', async () => {
    const portal = await portalWith({
      backups: inStorage(DROPBOX, 50),
      storages: { 1: { dropsAfterBurstMs: 9_900 } },
      fileErrors: { [makeId(50)]: 500 },
    });
    const result = await prune(portal, { 'keep-last': '10' });
    expectNamed(result, portal);
    expect(portal.state.vanishedIds.size).toBe(0);
  });

  test('keeps all kept backups where another storage asks for the listing', async () => {
    // The third-party storage comes first. The check of the local one follows at once.
    const portal = await portalWith({
      backups: inTwoStorages(DROPBOX, LOCAL, 10),
      storages: { 1: { dropsAfterBurstMs: 2_900 } },
      fileErrors: { [makeId(10)]: 500 },
    });
    await deleteBackups(portal, [...range(20, 13), ...range(10, 3)]);
    expect(portal.state.vanishedIds.size).toBe(0);
    expect(portal.state.history.own.length).toBeGreaterThanOrEqual(4);
  });

  test('is followed by another one if a deletion elsewhere ends during it', async () => {
    // The deletion in the first storage is overdue after 15 s, and ends while the second one is listed.
    const portal = await portalWith({
      backups: inTwoStorages(LOCAL, 4, 2),
      deleteMs: { [makeId(4)]: 24_000 },
      listingMs: 10_000,
      fileErrors: { [makeId(2)]: 500 },
    });
    const result = await deleteBackups(portal, [4, 2]);
    expect(story(portal)).toEqual(['list', 4, 2, 2, 'list', 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-ids': JSON.stringify([makeId(4)]), 'failed-count': '1' });
  });

  test('is not taken where no time is left for the pause, and the error names the pause', async () => {
    const portal = await portalWith({
      backups: inStorage(DROPBOX, 20),
      storages: { 1: { dropsAfterBurstMs: 2_900 } },
      deleteMs: 1_000,
      fileErrors: { [makeId(17)]: 500 },
    });
    const result = await prune(portal, { 'timeout-seconds': '12' });
    expect(result.code).toBe(1);
    expect(portal.state.vanishedIds.size).toBe(0);
    expect(result.ms).toBeLessThanOrEqual(12_000);
    expect(errorOf(result)).toMatch(
      /until the storage has recovered.*timeout-seconds|pause.*timeout-seconds/,
    );
  });

  test('is not delayed where nothing third-party was deleted', async () => {
    const portal = await portalWith({ backups: inTwoStorages(LOCAL, DROPBOX, 10) });
    const result = await deleteBackups(portal, range(20, 11));
    expectAllDeleted(result, portal);
    expect(result.ms).toBeLessThan(1_000);
  });
});

describeSource('deletions without an answer whose records are gone', () => {
  test.each<[name: string, status: number, inputs: Record<string, string>]>([
    ['502, default inputs', 502, {}],
    ['502, no retries', 502, { retries: '0' }],
    ['503, no retries', 503, { retries: '0' }],
    ['530, no retries', 530, { retries: '0' }],
  ])('are no success, 98 of 98: %s', async (_name, status, inputs) => {
    const faults = [{ kind: 'record-only' as const, status }];
    const portal = await portalWith({ backups: makeBackups(100), faults });
    const result = await prune(portal, inputs);
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'selected-count': '98', 'deleted-count': '0' });
    expect(Number(result.outputs['failed-count'])).toBe(portal.state.filesLeft.length);
    expect(errorOf(result)).toMatch(/files? may remain/);
  });

  test('are no success by delete-backups either, and the error names them', async () => {
    const faults = [{ kind: 'record-only' as const, status: 502 }];
    const portal = await portalWith({ backups: makeBackups(10), faults });
    const result = await deleteBackups(portal, [4, 5, 6], { retries: '1' });
    expectNamed(result, portal);
    expect(portal.state.filesLeft).toHaveLength(3);
  });

  test('are confirmed by one more attempt in the end, beyond the retries', async () => {
    const faults = [{ kind: 'record-only' as const, status: 502, skip: 1, times: 7 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal, { retries: '0' });
    expectAllDeleted(result, portal);
    const attempts = range(40, 3).map(number => sentTo(portal).filter(sent => sent === number).length);
    expect(attempts.filter(number => number === 2)).toHaveLength(7);
  });

  test('beside others that were confirmed are the only ones that fail', async () => {
    const on = `DELETE .*(${[30, 20, 10].map(makeId).join('|')})`;
    const faults = [{ kind: 'record-only' as const, status: 504, on }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal, { retries: '1' });
    expect(result.outputs).toMatchObject({ 'deleted-count': '35', 'failed-count': '3' });
    expectNamed(result, portal);
  });
});

describeSource('a cancelled run names the files that may remain', () => {
  test.each<[name: string, options: PortalOptions, requests: number]>([
    ['after the first rejection', { storages: { 3: { failsFrom: 1 } } }, 2],
    ['after the second rejection', { storages: { 3: { failsFrom: 1 } } }, 3],
    ['after the listing', { storages: { 3: { failsFrom: 1 } }, listingMs: 500 }, 4],
    ['after rejections at once', { storages: { 3: { failsFrom: 10 } }, deleteMs: 100 }, 18],
    ['HTTP 403', { storages: { 3: { failsFrom: 1, error: 403 } } }, 2],
    ['behind a listing that lags', { storages: { 3: { failsFrom: 1 } }, lagMs: 1_500 }, 2],
  ])('%s', async (_name, options, requests) => {
    const portal = await portalWith({ backups: makeBackups(40), ...options });
    let cancelAt = Number.POSITIVE_INFINITY;
    const cancelled = cancelWhen(() => {
      if (portal.seen.length >= requests) cancelAt = Math.min(cancelAt, theClock().monotonicMs() + 50);
      return theClock().monotonicMs() >= cancelAt;
    });
    const result = await prune(portal, {}, { cancelled });
    expect(errorOf(result)).toContain('The run was cancelled');
    expectNamed(result, portal);
    expect(errorOf(result)).not.toMatch(/time for pauses|lack of time/);
  });

  test('without an answer', async () => {
    const faults = [{ kind: 'record-only' as const, status: 502, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(8), faults });
    const cancelled = cancelWhen(() => portal.state.deletedIds.size >= 6);
    const result = await prune(portal, {}, { cancelled });
    expect(errorOf(result)).toContain('The run was cancelled');
    expect(portal.state.filesLeft.length).toBeGreaterThan(0);
    for (const id of portal.state.filesLeft) expect(errorOf(result)).toContain(id);
  });

  test('by delete-backups', async () => {
    const portal = await portalWith({
      backups: makeBackups(8),
      latencyMs: 100,
      storages: { 3: { failsFrom: 1, error: 400 } },
    });
    const cancelled = cancelWhen(() => portal.state.refusedByStorage > 0);
    const result = await deleteBackups(portal, [8, 7], {}, { cancelled });
    expect(errorOf(result)).toContain('The run was cancelled');
    expectNamed(result, portal);
    expect(portal.state.filesLeft).toEqual([makeId(8)]);
  });
});

describeSource('a backup that hangs', () => {
  test.each<[name: string, options: PortalOptions]>([
    ['the oldest', { faults: [{ kind: 'hang', on: `DELETE .*${makeId(60)}` }] }],
    [
      'the oldest three',
      { faults: range(60, 58).map(number => ({ kind: 'hang', on: `DELETE .*${makeId(number)}` })) },
    ],
    [
      'the oldest, without a connection that ends',
      { faults: [{ kind: 'stall', on: `DELETE .*${makeId(60)}` }] },
    ],
    ['one in the middle', { faults: [{ kind: 'hang', on: `DELETE .*${makeId(30)}` }] }],
  ])('does not keep the others from their deletion: %s', async (_name, options) => {
    const portal = await portalWith({ backups: makeBackups(60), deleteMs: 3_000, ...options });
    const hung = options.faults?.length ?? 0;
    const arrivals = watchArrivals(portal);
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({
      'deleted-count': String(58 - hung),
      'failed-count': String(hung),
    });
    expect(result.ms).toBeLessThanOrEqual(300_000);
    // Nothing waits longer than 15 s for a probe.
    const [lastOldest = 0] = arrivals.get(60 - hung) ?? [];
    expect(lastOldest).toBeLessThanOrEqual(15_000 * hung);
    // A hung attempt is repeated once, and then once more in the end.
    for (const { on = '' } of options.faults ?? []) {
      const attempts = deletions(portal).filter(request => new RegExp(on).test(request)).length;
      expect(attempts).toBeLessThanOrEqual(3);
    }
  });

  test('in one storage type does not keep another storage type from its deletions', async () => {
    const portal = await portalWith({
      backups: inTwoStorages(0, LOCAL, 30),
      deleteMs: 3_000,
      faults: [{ kind: 'hang', on: `DELETE .*${makeId(60)}` }],
    });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '55', 'failed-count': '1' });
  });

  test('lets the next one start after a quarter of the time that is left', async () => {
    const faults = [{ kind: 'hang' as const, on: `DELETE .*${makeId(30)}` }];
    const portal = await portalWith({ backups: makeBackups(30), deleteMs: 1_000, faults });
    const arrivals = watchArrivals(portal);
    const result = await prune(portal, { 'timeout-seconds': '20' });
    expect(arrivals.get(29)?.[0]).toBe(5_000);
    expect(result.outputs).toMatchObject({ 'deleted-count': '27', 'failed-count': '1' });
    expect(result.ms).toBeLessThanOrEqual(20_000);
  });
});

describeSource('a pause after a rejection', () => {
  test('that another answer ends is not blamed for the end', async () => {
    // The oldest is overdue after 15 s. Its answer comes while the run pauses for the next one.
    const portal = await portalWith({
      backups: makeBackups(40),
      faults: [{ kind: 'unauthorized', on: `DELETE .*${makeId(40)}`, delayMs: 16_000 }],
      storages: { 3: { failsFrom: 1 } },
    });
    const result = await prune(portal);
    expect(sentTo(portal)).toEqual([40, 39]);
    expect(errorOf(result)).toContain('HTTP 401');
    expect(errorOf(result)).not.toContain('time for pauses');
    expectNamed(result, portal);
  });

  test('is 2, 4, 8 and 16 s long, as the portal sees it, and listings come 2 s after a rejection', async () => {
    const fileErrors = Object.fromEntries(range(38, 32).map(number => [makeId(number), 500]));
    const portal = await portalWith({ backups: makeBackups(40), fileErrors });
    const arrivals = watchArrivals(portal);
    const result = await prune(portal, { 'timeout-seconds': '1000' });
    const second = range(38, 32).map(number => arrivals.get(number)?.[1] ?? 0);
    const [first = 0] = arrivals.get(38) ?? [];
    const pauses = second.map((at, index) => at - (second[index - 1] ?? first));
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    // The first listing, the check after the first backup that was rejected twice, and the final one.
    expect(arrivals.get(0)).toEqual([0, 4_000, 122_000]);
    expectNamed(result, portal);
  });

  test('takes a quarter of the time at most: then nothing new is tried, and the error says why', async () => {
    const fileErrors = { '*': { status: 500, times: 1 } };
    const portal = await portalWith({ backups: makeBackups(60), fileErrors });
    const result = await prune(portal, { 'timeout-seconds': '200' });
    expect(result.code).toBe(1);
    // 24 pauses of 2 s fit into a quarter of 197.5 s. The 25th backup gets its second attempt at once.
    expect(result.outputs).toMatchObject({ 'deleted-count': '25', 'failed-count': '0' });
    expect(portal.state.filesLeft).toEqual([]);
    expect(errorOf(result)).toContain('the next pause between them does not fit into the time for pauses');
    expect(errorOf(result)).toContain('33 backups there were not tried');
  });
});

describeSource('a check by a listing', () => {
  test.each<[name: string, options: PortalOptions]>([
    ['fails', { faults: [{ kind: 'server-error', on: 'GET get', skip: 1 }] }],
    ['proves nothing', { backends: [{ listings: range(2, 9), backups: [] }] }],
  ])('that %s ends the run, and the error names the file', async (_name, options) => {
    const portal = await portalWith({
      backups: makeBackups(40),
      storages: { 3: { failsFrom: 1 } },
      ...options,
    });
    const result = await prune(portal);
    expect(sentTo(portal)).toEqual([40, 40]);
    expectNamed(result, portal);
    expect(errorOf(result)).toContain('37 backups were not tried');
  });

  test("that fails once with the portal's own error is taken again", async () => {
    const portal = await portalWith({
      backups: makeBackups(40),
      locked: [makeId(40)],
      faults: [{ kind: 'server-error', on: 'GET get', skip: 1, times: 1 }],
    });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '37', 'failed-count': '1' });
  });
});

describeSource('a gateway that gives up while the portal goes on', () => {
  test.each([502, 500])(
    'leaves at most eight deletions at work at the portal: HTTP %d after 1 s of 8',
    async status => {
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 8_000,
        faults: [{ kind: 'gives-up', on: 'DELETE', ms: 1_000, status, skip: 1, times: 60 }],
      });
      const result = await prune(portal, { 'timeout-seconds': '900' });
      expect(portal.state.maxConcurrent).toBe(8);
      expectAllDeleted(result, portal);
    },
  );

  test('for every deletion still leaves at most eight at work, by delete-backups without retries', async () => {
    const portal = await portalWith({
      backups: makeBackups(40),
      deleteMs: 30_000,
      gateway: { ms: 1_000, status: 502 },
    });
    const result = await deleteBackups(portal, range(40, 3), { retries: '0', 'timeout-seconds': '120' });
    expect(result.code).toBe(1);
    expect(portal.state.maxConcurrent).toBe(8);
    expect(result.outputs['deleted-count']).toBe('0');
  });
});

describeSource('an outage while all slots are kept', () => {
  test.each<[name: string, fault: { kind: 'page' | 'lost-before'; status?: number }, ms: number]>([
    ['40 s of 504', { kind: 'page', status: 504 }, 40_000],
    ['40 s of lost connections', { kind: 'lost-before' }, 40_000],
    ['120 s of 502', { kind: 'page', status: 502 }, 120_000],
  ])('does not end a run of 300 s: %s', async (_name, fault, ms) => {
    const portal = await portalWith({ backups: makeBackups(200), deleteMs: 500 });
    later(3_000, () => portal.state.faults.push({ ...fault, on: 'DELETE' }));
    later(3_000 + ms, () => portal.state.faults.splice(0));
    const result = await prune(portal, { retries: '2' });
    expectAllDeleted(result, portal);
    expect(result.ms).toBeLessThan(300_000);
  });
});

describeSource('one slow deletion among many', () => {
  test('does not end the run early: three of 5 s among 500 of 0.1 s, in 12 s', async () => {
    const portal = await portalWith({
      backups: makeBackups(502, { everyHours: 1 }),
      deleteMs: { '*': 100, [makeId(400)]: 5_000, [makeId(300)]: 5_000, [makeId(299)]: 5_000 },
    });
    expectAllDeleted(await prune(portal, { 'timeout-seconds': '12' }), portal);
  });
});

describe("a rate limit of the key's description does not delay the deletions", () => {
  test.each<[name: string, fault: { retryAfter?: string; headers?: Record<string, string> }, skip?: number]>([
    ['Retry-After: 15', { retryAfter: '15' }],
    ['X-RateLimit-Reset: 30', { headers: { 'X-RateLimit-Reset': '30' } }],
    ['Retry-After: 60', { retryAfter: '60' }],
  ])('%s', async (_name, fault) => {
    const portal = await portalWith({
      backups: makeBackups(10),
      faults: [{ kind: 'rate-limit', on: 'keys', ...fault }],
    });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(result.outputs['deleted-count']).toBe('8');
    expect(result.ms).toBeLessThan(ofTheBundle ? 5_000 : 1_000);
  });

  test('by delete-backups', async () => {
    const faults = [{ kind: 'rate-limit' as const, on: 'keys', retryAfter: '15' }];
    const portal = await portalWith({ backups: makeBackups(10), faults });
    const result = await deleteBackups(portal, [10, 9]);
    expect(result.code).toBe(0);
    expect(result.ms).toBeLessThan(ofTheBundle ? 5_000 : 1_000);
  });
});

describe('ids that begin with "feed"', () => {
  const feedId = (number: number) => makeId(number).replace('00000000', 'feed0000');
  const feed = (number: number) => record(number, { id: feedId(number) });
  const alias = (number: number) => `DELETE /api/2.0/portal/deletebackup/${feedId(number)}`;

  test('are deleted by the alias that nginx does not send elsewhere', async () => {
    const backups = range(1, 51).map(number => (number === 51 ? feed(51) : record(number)));
    const portal = await portalWith({ backups });
    const result = await prune(portal);
    expectAllDeleted(result, portal);
    expect(result.outputs['deleted-count']).toBe('49');
    expect(deletions(portal)).toContain(alias(51));
    expect(deletions(portal).filter(request => request.includes('/portal/'))).toHaveLength(1);
  });

  test('are deleted when all begin like this', async () => {
    const portal = await portalWith({ backups: range(1, 30).map(feed) });
    const result = await prune(portal);
    expectAllDeleted(result, portal);
    expect(result.outputs['deleted-count']).toBe('28');
  });

  test('are deleted by delete-backups, and of the dumps', async () => {
    const dumps = range(1, 6).map(number => (number > 3 ? feed(number) : record(number)));
    const portal = await portalWith({ standalone: true, dumps });
    const result = await prune(portal, { dump: 'true' });
    expectAllDeleted(result, portal);
    expect(portal.state.history.dumps).toHaveLength(2);
  });

  test('are deleted by the usual path where nothing stands in between', async () => {
    const portal = await portalWith({ backups: range(1, 6).map(feed), nginx: false });
    expectAllDeleted(await prune(portal), portal);
    expect(deletions(portal).filter(request => request.includes('/portal/'))).toEqual([]);
  });

  test('that the portal rejects by the alias are named', async () => {
    const backups = range(1, 12).map(number => (number === 8 ? feed(8) : record(number)));
    const portal = await portalWith({ backups, fileErrors: { [feedId(8)]: 500 } });
    const result = await prune(portal);
    expectNamed(result, portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': JSON.stringify([feedId(8)]) });
    expect(deletions(portal).filter(request => request === alias(8))).toHaveLength(2);
  });

  test('that get an empty 404 by the alias too end the run after three in a row', async () => {
    const faults = [{ kind: 'not-found' as const, on: 'DELETE' }];
    const portal = await portalWith({ backups: makeBackups(20), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(story(portal)[0]).toBe('list');
    expect(portal.state.deletedIds.size).toBe(0);
    expect(new Set(sentTo(portal)).size).toBe(3);
    expect(errorOf(result)).toContain('Something in front of the portal answers DELETE requests');
  });
});
