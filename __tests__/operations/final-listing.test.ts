import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId, type PortalOptions } from '../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, testOfSource } from '../support/action.js';
import { portalWith } from '../support/portals.js';
import { deleteBackups, ids, LIST, prune, range, record, sentTo, story, warningsOf } from './support.js';

/** Five backups, of which the two newest are kept, and another final listing in place of the real one. */
function withFinalListing(backups: unknown[], options: PortalOptions = {}): PortalOptions {
  return { backups: makeBackups(5), backends: [{ listings: range(2, 9), backups }], ...options };
}

/** How the three deletions end. */
const DELETIONS: [name: string, options: PortalOptions][] = [
  ['that succeed', {}],
  ['that end in HTTP 500', { faults: [{ on: 'DELETE', kind: 'server-error' }] }],
  ['that are confirmed but not done', { faults: [{ on: 'DELETE', kind: 'lie' }] }],
];

function withIds(backups: readonly object[], change: (id: string) => unknown): unknown[] {
  return backups.map((backup, index) => ({ ...backup, id: change(makeId(index + 1)) }));
}

describe.each(DELETIONS)('after deletions %s, an inconclusive final listing', (_name, options) => {
  test.each<[string, unknown[]]>([
    ['has all ids in braces', withIds(makeBackups(5), id => `{${id}}`)],
    ['has all ids without dashes', withIds(makeBackups(5), id => id.replaceAll('-', ''))],
    ['has nulls', [null, null, null, null, null]],
    ['has other keys', makeBackups(5).map(({ id, ...rest }) => ({ ...rest, ID: id }))],
    ['has lists as records', makeBackups(5).map(backup => [backup])],
    ['has the kept backups, and a record without an id', [...makeBackups(2), { fileName: 'x' }]],
    ['is empty', []],
    ['has the backups of another portal', [record(71), record(72)]],
    ['has only the selected backups', [record(3), record(4), record(5)]],
  ])('that %s fails the run, and all sent backups', async (_case, list) => {
    const portal = await portalWith(withFinalListing(list, options));
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('The final listing proves nothing');
    expect(errorOf(result)).toContain("Check the portal's backups before you run again.");
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'kept-count': '2', 'selected-count': '3' });
    expect(result.outputs['failed-count']).toBe(String(new Set(sentTo(portal)).size));
    expect(result.log).toContain('Failed: it is not known what was deleted, 2 to keep.');
    expect(result.summary).toContain('not known');
    expect(story(portal).filter(step => step === 'list')).toHaveLength(2);
  });

  test.each<[string, unknown[], string]>([
    ['one record', [null], '1 record in it has no readable id, 0 in the first one.'],
    ['two records', [null, {}], '2 records in it have no readable id, 0 in the first one.'],
  ])('with %s without an id is explained by their number', async (_case, more, reason) => {
    const portal = await portalWith(withFinalListing([...makeBackups(2), ...more], options));
    expect(errorOf(await prune(portal))).toContain(
      `The final listing proves nothing: ${reason} They could be the backups to be deleted. Check the portal's backups before you run again.`,
    );
  });

  test('without any backup that should remain is explained by their names', async () => {
    const first = [record(1), record(2, { storageType: 77 }), record(3)];
    const portal = await portalWith({ ...withFinalListing([], options), backups: first });
    const names = `alias_2026-03-31_05-15-00.tar.gz (Local, ${makeId(1)}), alias_2026-03-30_05-15-00.tar.gz (unknown storage, ${makeId(2)})`;
    expect(errorOf(await prune(portal, { 'keep-last': '1' }))).toContain(
      `The final listing proves nothing: it has none of the 2 backups that should remain: ${names}. Another server may have answered, or the portal cannot reach its storages. Check`,
    );
  });

  test.each<[string, string]>([
    ['no list', '{"response":true,"count":1,"status":0,"statusCode":200}'],
    ['no response', '{"count":0,"status":0,"statusCode":200}'],
    ['an empty list with a count of 5', '{"response":[],"count":5,"status":0,"statusCode":200}'],
    ['status 1', '{"response":[],"count":0,"status":1,"statusCode":200}'],
    ['statusCode 500 and an error', '{"response":[],"count":0,"status":0,"statusCode":500,"error":{}}'],
    ['no envelope', '[]'],
    ['half of an envelope', '{"response":['],
    ['a web page', '<html></html>'],
    ['nothing', ''],
  ])('that is HTTP 200 with %s fails the run, and all sent backups', async (_case, body) => {
    const faults = [...(options.faults ?? []), { on: 'GET get', kind: 'status' as const, body, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(5), ...options, faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('HTTP 200 from GET');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'kept-count': '2' });
    expect(result.outputs['failed-count']).toBe(String(new Set(sentTo(portal)).size));
    expect(result.log).toContain('Failed: it is not known what was deleted, 2 to keep.');
  });
});

describe('a final listing', () => {
  test('without the backups that should remain is explained by ten names', async () => {
    const options = { backups: makeBackups(25), backends: [{ listings: [2], backups: [] }] };
    const result = await prune(await portalWith(options), { 'keep-last': '15' });
    expect(errorOf(result)).toContain('it has none of the 15 backups that should remain: alias_2026-03-31');
    expect(errorOf(result)).toContain(`(Local, ${makeId(10)}) and 5 more`);
    expect(errorOf(result)).not.toContain(makeId(11));
  });

  test('can be inconclusive for delete-backups too', async () => {
    const portal = await portalWith(withFinalListing([], { faults: [{ on: 'DELETE', kind: 'lie' }] }));
    const result = await deleteBackups(portal, [3, 4]);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('it has none of the 3 backups that should remain');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(4, 3) });
  });

  test('that is empty is conclusive after all backups are deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(3) });
    const result = await deleteBackups(portal, [1, 2, 3]);
    expect(result.code).toBe(0);
    expect(portal.state.history.own).toEqual([]);
  });

  test('that is empty is conclusive if only temporary backups were not selected', async () => {
    const temporary = record(1, { expiresOn: '2026-04-01T02:15:00' });
    const portal = await portalWith({
      backups: [temporary, record(2), record(3)],
      backends: [{ listings: [2], backups: [] }],
    });
    const result = await deleteBackups(portal, [2, 3]);
    expect(result.code).toBe(0);
    expect(warningsOf(result.log)).toEqual([]);
  });

  test('with as many unreadable records as before is conclusive', async () => {
    const unreadable = [null, { id: 'x' }];
    const portal = await portalWith({ backups: [...makeBackups(4), ...unreadable] });
    expect((await prune(portal)).code).toBe(0);
  });
});

describe('a final listing that fails', () => {
  test.each([
    ['access-denied', 403],
    ['unauthorized', 401],
    ['nginx-error', 500],
    ['no-content', 204],
    ['not-found', 404],
    ['redirect', 301],
    ['unavailable', 503],
  ] as const)('("%s", %d) leaves the answers of the portal, not checked', async (kind, status) => {
    const faults = [
      { on: 'GET get', kind, skip: 1 },
      { on: `DELETE .*${makeId(5)}`, kind: 'says-false' as const },
    ];
    const portal = await portalWith({ backups: makeBackups(6), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(`HTTP ${status} from GET`);
    expect(story(portal).filter(step => step === 'list')).toHaveLength(2);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-ids': ids(5) });
    expect(result.log).toContain(
      'Failed: 3 of 4 backups deleted, as the portal reported, not checked, 2 to keep.',
    );
    expect(result.summary).toContain('Deleted, as the portal reported, not checked: 3 backups');
    expect(result.summary).toContain('Not proven to be deleted: 1 backup');
  });

  test("with the portal's own 500 is taken once more, and then decides", async () => {
    const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 1, times: 1 }];
    const portal = await portalWith({ backups: makeBackups(6), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal).slice(-2)).toEqual(['list', 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '4', 'failed-count': '0' });
    expect(result.log).not.toContain('not checked');
  });

  test("with the portal's own 500 twice leaves the answers of the portal, not checked", async () => {
    const faults = [
      { on: 'GET get', kind: 'server-error' as const, skip: 1 },
      { on: `DELETE .*${makeId(5)}`, kind: 'says-false' as const },
    ];
    const portal = await portalWith({ backups: makeBackups(6), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('HTTP 500 from GET');
    expect(story(portal).filter(step => step === 'list')).toHaveLength(3);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-ids': ids(5) });
    expect(result.log).toContain(
      'Failed: 3 of 4 backups deleted, as the portal reported, not checked, 2 to keep.',
    );
  });

  test.each(['lost-before', 'cut', 'reset'] as const)(
    '("%s") leaves the answers of the portal too',
    async kind => {
      const faults = [
        { on: 'GET get', kind, skip: 1 },
        { on: `DELETE .*${makeId(5)}`, kind: 'lost-after' as const },
      ];
      const portal = await portalWith({ backups: makeBackups(6), faults });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(1);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-ids': ids(5) });
    },
  );

  if (!ofTheBundle) {
    test('(it hangs) ends before the deadline', async () => {
      const faults = [{ on: 'GET get', kind: 'hang' as const, skip: 1 }];
      const portal = await portalWith({ backups: makeBackups(6), faults });
      const result = await prune(portal, { 'timeout-seconds': '30' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(30_000);
      expect(result.outputs).toMatchObject({ 'deleted-count': '4', 'failed-count': '0' });
      expect(result.log).toContain('as the portal reported, not checked');
    });

    test('at first (503, three times) is repeated, and then decides', async () => {
      const faults = [{ on: 'GET get', kind: 'unavailable' as const, skip: 1, times: 3 }];
      const portal = await portalWith({ backups: makeBackups(6), faults });
      const result = await prune(portal);
      expect(result.code).toBe(0);
      expect(story(portal).slice(-4)).toEqual(['list', 'list', 'list', 'list']);
    });
  }
});

describe('if the portal reports success,', () => {
  test('a backup that is still listed after two more listings fails the run', async () => {
    const portal = await portalWith({ backups: makeBackups(3), stuck: [makeId(2)] });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 3, 2, 'list', 'list', 'list']);
    expect(result.outputs).toMatchObject({
      'deleted-ids': ids(3),
      'failed-ids': ids(2),
      'status-code': '200',
    });
    expect(errorOf(result)).toBe(
      `1 of 2 backups is still listed: alias_2026-03-30_05-15-00.tar.gz (Local, ${makeId(2)}). The portal reported success; see its log.`,
    );
    if (!ofTheBundle) expect(result.ms).toBe(8_000);
  });

  test('a backup of another portal on the same server, which stays listed, fails the run', async () => {
    const portal = await portalWith({ backups: makeBackups(3), faults: [{ on: 'DELETE', kind: 'lie' }] });
    const result = await deleteBackups(portal, [3]);
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 3, 'list', 'list', 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(3) });
  });

  if (!ofTheBundle) {
    test.each([
      [1_500, 2, 2_000],
      [2_500, 3, 8_000],
      [7_500, 3, 8_000],
    ])('a listing that lags by %d ms is conclusive at final listing %d', async (lagMs, listings, ms) => {
      const portal = await portalWith({ backups: makeBackups(20), lagMs });
      const result = await prune(portal);
      expect(result.code).toBe(0);
      expect(story(portal).filter(step => step === 'list')).toHaveLength(1 + listings);
      expect(result.ms).toBe(ms);
      expect(result.outputs).toMatchObject({ 'deleted-count': '18', 'failed-count': '0' });
    });

    test('a listing that lags by 9 s fails the run', async () => {
      const portal = await portalWith({ backups: makeBackups(5), lagMs: 9_000 });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(story(portal).filter(step => step === 'list')).toHaveLength(4);
    });

    test('the listing is not repeated after the deadline', async () => {
      const portal = await portalWith({ backups: makeBackups(5), lagMs: 60_000 });
      const result = await prune(portal, { 'timeout-seconds': '5' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThan(5_000);
      expect(story(portal).filter(step => step === 'list')).toHaveLength(3);
    });

    test.each([
      [600, 3],
      [1_900, 2],
      [3_400, 1],
    ])(
      'the listing is not repeated if there is no time for another: of %d ms each, %d final listings',
      async (listingMs, listings) => {
        const portal = await portalWith({ backups: makeBackups(5), lagMs: 60_000, listingMs });
        const result = await prune(portal, { 'timeout-seconds': '12' });
        expect(result.ms).toBeLessThan(12_000);
        expect(story(portal).filter(step => step === 'list')).toHaveLength(1 + listings);
      },
    );

    test('a listing still counts if a later one fails', async () => {
      const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 2 }];
      const portal = await portalWith({ backups: makeBackups(6), stuck: [makeId(5)], faults });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-ids': ids(5) });
      expect(errorOf(result)).toMatch(/^1 of 4 backups is still listed: /);
      expect(errorOf(result)).not.toContain('GET');
      expect(result.log).toContain('Failed: 3 of 4 backups deleted, 2 kept.');
    });

    test('a listing no longer counts if a later one is inconclusive', async () => {
      const portal = await portalWith({
        backups: makeBackups(6),
        stuck: [makeId(5)],
        backends: [{ listings: [3], backups: [] }],
      });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '4' });
      expect(errorOf(result)).toContain('The final listing proves nothing');
    });
  }

  test('for all backups except a rejected one, the listing is not repeated', async () => {
    const portal = await portalWith({ backups: makeBackups(12), locked: [makeId(9)] });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(story(portal).filter(step => step === 'list')).toHaveLength(2);
    expect(errorOf(result)).toContain('HTTP 500');
  });
});

testOfSource('a listing that goes on shrinking after 8 s is awaited', async () => {
  const portal = await portalWith({ backups: makeBackups(50), deleteMs: 1_000, lagMs: 11_000 });
  const result = await prune(portal);
  expect(result.code).toBe(0);
  expect(result.outputs['deleted-count']).toBe('48');
  expect(portal.seen.filter(request => request === LIST)).toHaveLength(1 + 1 + 3);
});

describe('a backup that was not selected and is not listed any more', () => {
  test('fails the run, which names it, if the policy kept it, and does not change the status of others', async () => {
    const portal = await portalWith({ backups: makeBackups(6), vanishing: [makeId(2)] });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(
      /^1 backup to be kept is not listed any more: alias_2026-03-30\S+ \(Local, /,
    );
    expect(errorOf(result)).toContain(makeId(2));
    expect(errorOf(result)).toContain("the schedule's copy limit");
    expect(errorOf(result)).toContain('another user');
    expect(errorOf(result)).toContain('a file or storage account that the portal cannot reach');
    expect(result.outputs).toMatchObject({
      'deleted-ids': ids(6, 5, 4, 3),
      'failed-count': '0',
      'kept-ids': ids(1, 2),
    });
    expect(sentTo(portal)).not.toContain(2);
    expect(result.log).toContain('Failed: 4 of 4 backups deleted, 2 to keep, of which 1 is gone.');
    // It is reported only once.
    expect(warningsOf(result.log)).toEqual([]);
  });

  test('fails the run if it is pinned', async () => {
    const portal = await portalWith({ backups: makeBackups(6), vanishing: [makeId(5)] });
    const result = await prune(portal, { 'keep-ids': ids(5) });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('1 backup to be kept is not listed any more');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-count': '0' });
  });

  test('fails the run if it is pinned and the policy ignores its storage type', async () => {
    const portal = await portalWith({
      backups: [...makeBackups(6), record(9, { storageType: 5 })],
      vanishing: [makeId(9)],
    });
    const result = await prune(portal, { 'keep-ids': ids(9), 'storage-types': 'Local' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(makeId(9));
  });

  test('is named in the error, with nine others at most', async () => {
    const portal = await portalWith({ backups: makeBackups(40), vanishing: range(1, 14).map(makeId) });
    const result = await prune(portal, { 'keep-last': '20' });
    expect(errorOf(result)).toContain('14 backups to be kept are not listed any more: ');
    expect(errorOf(result)).toContain(`${makeId(10)}) and 4 more`);
  });

  test('is reported in the same error as other problems', async () => {
    const portal = await portalWith({
      backups: makeBackups(12),
      vanishing: [makeId(2)],
      locked: [makeId(9)],
      fileErrors: { [makeId(7)]: 500 },
    });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '8', 'failed-ids': ids(9, 7) });
    expect(errorOf(result)).toContain('is still listed');
    expect(errorOf(result)).toContain('file may remain');
    expect(errorOf(result)).toContain('1 backup to be kept is not listed any more');
  });

  test.each<[string, Record<string, unknown>]>([
    ['of another storage type', { storageType: 5 }],
    ['unreadable', { createdOn: 'yesterday' }],
    ['dated in the future', { createdOn: '2036-01-01T00:00:00' }],
  ])('causes a warning if the policy ignored it: it is %s', async (_case, changes) => {
    const portal = await portalWith({
      backups: [...makeBackups(6), record(9, changes)],
      vanishing: [makeId(9)],
    });
    const result = await prune(portal, { 'storage-types': 'Local' });
    expect(result.code).toBe(0);
    const [warning] = warningsOf(result.log).filter(line => line.includes('not listed any more'));
    expect(warning).toContain('1 backup that this run did not select is not listed any more');
    expect(warning).toContain(makeId(9));
    expect(result.outputs).toMatchObject({ 'deleted-count': '4', 'kept-count': '2' });
  });

  test('is not reported if it is temporary', async () => {
    const temporary = record(9, { expiresOn: '2026-04-01T02:15:00' });
    const portal = await portalWith({ backups: [...makeBackups(6), temporary], vanishing: [makeId(9)] });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(warningsOf(result.log)).toEqual([]);
  });

  test('causes a warning with delete-backups', async () => {
    const portal = await portalWith({ backups: makeBackups(6), vanishing: [makeId(1), makeId(3)] });
    const result = await deleteBackups(portal, [6, 5]);
    expect(result.code).toBe(0);
    expect(warningsOf(result.log)).toHaveLength(1);
    expect(warningsOf(result.log)[0]).toContain('2 backups that this run did not select are not listed');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 5), 'failed-count': '0' });
  });

  test('is not searched for if nothing was sent', async () => {
    const portal = await portalWith({ backups: makeBackups(2), vanishing: [makeId(1)] });
    expect((await prune(portal)).code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
  });

  test('ends the run if a listing between the first deletions already lacks it, though it had to be kept', async () => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind: 'server-error' as const }];
    const portal = await portalWith({ backups: makeBackups(12), vanishing: { [makeId(1)]: 2 }, faults });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 12, 12, 'list']);
    expect(errorOf(result)).toContain('Backups to be kept have disappeared, so no further backup was tried.');
    expect(errorOf(result)).toContain('9 backups were not tried.');
    expect(errorOf(result)).toContain('1 backup to be kept is not listed any more');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });

  test('does not end it if a listing between the first deletions lacks one that was not selected', async () => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind: 'server-error' as const }];
    const portal = await portalWith({ backups: makeBackups(12), vanishing: { [makeId(1)]: 2 }, faults });
    const result = await deleteBackups(portal, range(12, 3));
    expect(warningsOf(result.log)[0]).toContain(
      '1 backup that this run did not select is not listed any more',
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(12) });
  });
});
