import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type PortalOptions } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle } from '../../support/action.js';
import { portalWith } from '../../support/portals.js';
import { deleteBackups, ids, inTwoStorages, prune, range, record, sentTo, story } from '../support.js';

describe('the probe of a storage type', () => {
  test('is sent alone, and then eight deletions at once', async () => {
    const two = await portalWith({ backups: makeBackups(4), deleteMs: 50 });
    expect((await prune(two)).code).toBe(0);
    expect(two.state.maxConcurrent).toBe(1);
    const many = await portalWith({ backups: makeBackups(32), deleteMs: 50 });
    expect((await prune(many)).code).toBe(0);
    expect(many.state.maxConcurrent).toBe(8);
  });

  test('is sent alone in each of them', async () => {
    const backups = inTwoStorages(3, 0, 3);
    const portal = await portalWith({ backups, deleteMs: 50 });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(0);
    expect(portal.state.maxConcurrent).toBe(1);
    expect(sentTo(portal)).toEqual([6, 5, 3, 2]);
  });

  test('is sent first in the storage type with the oldest backup', async () => {
    const backups = [1, 2, 3, 4, 5, 6].map(number => record(number, { storageType: number % 2 ? 5 : 0 }));
    const portal = await portalWith({ backups });
    await deleteBackups(portal, [1, 2, 3, 4, 5]);
    expect(sentTo(portal)[0]).toBe(5);
    expect(sentTo(portal).indexOf(4)).toBe(3);
  });

  describe.each([
    [500, 'HTTP 500'],
    [403, 'HTTP 403'],
    [400, 'HTTP 400'],
  ])('that ends in HTTP %d twice', (status, message) => {
    test('and is no longer listed stops all others in that storage type', async () => {
      const portal = await portalWith({ backups: makeBackups(101), storageErrors: { 3: status } });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(story(portal)).toEqual(['list', 101, 101, 'list']);
      // 2 s before the second attempt, and 2 s before the listing.
      if (!ofTheBundle) expect(result.ms).toBe(4_000);
      expect(portal.state.filesLeft).toEqual([makeId(101)]);
      expect(result.outputs).toMatchObject({
        'selected-count': '99',
        'deleted-count': '0',
        'failed-ids': ids(101),
        'kept-count': '2',
      });
      expect(errorOf(result)).toContain(
        'Storage type Local lost records whose deletion the portal did not confirm, so 98 backups there were not tried.',
      );
      expect(errorOf(result)).toContain('each further run can cost another record there');
      expect(errorOf(result)).toContain(message);
      expect(errorOf(result)).toContain('its file may remain');
      expect(result.log).toContain('Failed: 0 of 99 backups deleted, 2 kept.');
    });

    test('and is still listed costs no record: all others follow, without pauses', async () => {
      // The portal fails before it marks the record as removed.
      const faults = range(11, 8).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'error-form' as const,
        status,
        delayMs: 50,
      }));
      const portal = await portalWith({ backups: makeBackups(11), deleteMs: 50, faults });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(story(portal).slice(0, 4)).toEqual(['list', 11, 11, 'list']);
      expect(sentTo(portal).slice(2, 10).sort()).toEqual(range(10, 3).sort());
      expect(portal.state.maxConcurrent).toBe(8);
      // A listing after the third backup that was rejected in both attempts shows that these are not lost either.
      expect(
        story(portal)
          .slice(12)
          .map(entry => (entry === 'list' ? entry : 'DELETE')),
      ).toEqual(['DELETE', 'DELETE', 'list', 'DELETE', 'list']);
      expect(sentTo(portal).slice(10).sort()).toEqual([10, 8, 9]);
      // There are 2 s before the first second attempt, and before each listing.
      if (!ofTheBundle) expect(result.ms).toBeLessThan(4 * 2_000 + 500);
      expect(result.outputs).toMatchObject({
        'deleted-ids': ids(7, 6, 5, 4, 3),
        'failed-ids': ids(11, 10, 9, 8),
      });
      expect(errorOf(result)).toContain('4 of 9 backups are still listed');
      expect(errorOf(result)).not.toContain('can cost another record');
      expect(errorOf(result)).toContain(message);
    });
  });

  test('that stops its storage type does not stop the others', async () => {
    const portal = await portalWith({ backups: inTwoStorages(0, 3), storageErrors: { 0: 500 } });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(story(portal).slice(0, 5)).toEqual(['list', 20, 20, 'list', 10]);
    expect(story(portal)).toHaveLength(4 + 9 + 1);
    expect(story(portal).at(-1)).toBe('list');
    expect(result.outputs).toMatchObject({
      'selected-count': '18',
      'deleted-ids': ids(...range(10, 2)),
      'failed-ids': ids(20),
    });
    expect(errorOf(result)).toContain('Storage type Documents lost records');
    expect(errorOf(result)).toContain('8 backups there were not tried');
  });

  test('that stops its storage type does not affect earlier ones, and its listing is the final one', async () => {
    const portal = await portalWith({ backups: inTwoStorages(0, 3), storageErrors: { 3: 500 } });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(story(portal).slice(10)).toEqual([10, 10, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(...range(20, 12)), 'failed-ids': ids(10) });
  });

  test('can stop every storage type', async () => {
    const portal = await portalWith({ backups: inTwoStorages(0, 3), storageErrors: { 0: 500, 3: 400 } });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(story(portal)).toEqual(['list', 20, 20, 'list', 10, 10, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(20, 10) });
    expect(errorOf(result)).toMatch(
      /type Documents lost .* 8 backups there .* type Local lost .* 8 backups there /,
    );
  });

  test('can stop backups with an unreadable storage type', async () => {
    const backups = [1, 2, 3, 4, 5].map(number => record(number, { storageType: 90 + number }));
    const portal = await portalWith({ backups: [...backups, record(6)], fileErrors: { '*': 500 } });
    const result = await deleteBackups(portal, [1, 2, 3, 4]);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(2);
    expect(errorOf(result)).toContain('An unknown storage lost records');
    expect(errorOf(result)).toContain('3 backups there were not tried');
  });

  test('that is the only deletion does not mention others', async () => {
    const portal = await portalWith({ backups: makeBackups(3), storageErrors: { 3: 500 } });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 3, 3, 'list']);
    expect(errorOf(result)).not.toContain('not tried');
    expect(errorOf(result)).toContain('each further run can cost another record there');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(3) });
  });

  test('whose second attempt succeeds is followed by all others, one at a time and without a listing', async () => {
    const fileErrors = { [makeId(12)]: { status: 500, times: 1 } };
    const portal = await portalWith({ backups: makeBackups(12), fileErrors, deleteMs: 50 });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(story(portal).slice(0, 4)).toEqual(['list', 12, 12, 11]);
    expect(story(portal)).toHaveLength(1 + 11 + 1);
    expect(portal.state.maxConcurrent).toBe(1);
    expect(portal.state.filesLeft).toEqual([]);
  });

  test('whose file is already gone (404 in the error form) is followed by all others', async () => {
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 404 } });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(story(portal)).toHaveLength(1 + 10 + 1);
    expect(portal.state.filesLeft).toEqual([]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10', 'status-code': '404' });
  });

  test.each([
    ['lost-before', undefined],
    ['lost-after', undefined],
    ['bad-gateway', undefined],
    ['gateway-timeout', undefined],
    ['page', 521],
  ] as const)('that is unanswered ("%s" %s) is followed by the next probe', async (kind, status) => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind, times: 1, ...(status ? { status } : {}) }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal).slice(0, 3)).toEqual(['list', 12, 11]);
    // Even without retries, it is sent once more after the others.
    expect(story(portal).slice(-2)).toEqual([12, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10', 'failed-count': '0' });
  });

  test('that is rejected on the way is followed by the next probe, which is sent alone too', async () => {
    const faults = [{ on: `DELETE .*${makeId(5)}`, kind: 'says-false' as const }];
    const portal = await portalWith({ backups: makeBackups(5), deleteMs: 50, faults });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 5, 4, 3, 'list']);
    expect(portal.state.maxConcurrent).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
  });

  test('ends the run if the listing after it fails', async () => {
    const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toEqual([12, 12]);
    expect(errorOf(result)).toContain('HTTP 500 from GET');
    expect(errorOf(result)).toContain('9 backups were not tried');
    // The next run will not see it, and its file is still there.
    expect(portal.state.filesLeft).toEqual([makeId(12)]);
    expect(errorOf(result)).toMatch(
      new RegExp(
        `The DELETE of 1 backup was answered without success: \\S+ \\(Local, ${makeId(12)}\\)\\. HTTP 500 from DELETE .* Even if the next listing lacks it, its file may remain;`,
      ),
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });

  test('is not followed by a second listing if the first one fails', async () => {
    const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, faults });
    const result = await prune(portal);
    expect(errorOf(result).match(/HTTP 500 from GET/g)).toHaveLength(1);
  });

  test('ends the run if the listing after it is inconclusive', async () => {
    const backends = [{ listings: [2], backups: [] }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, backends });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 12, 12, 'list']);
    expect(errorOf(result)).toContain('The final listing proves nothing');
    expect(errorOf(result)).toContain('The DELETE of 1 backup was answered without success: ');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });
});

describe('a probe that is rejected at its file', () => {
  const refusingStorage = (fault: object): PortalOptions => ({
    backups: makeBackups(6),
    fileErrors: { '*': 500 },
    faults: [{ on: `DELETE .*${makeId(6)}`, skip: 1, ...fault } as Fault],
  });

  test.each([
    ['gets a gateway error', { kind: 'bad-gateway' }],
    ['gets no answer', { kind: 'lost-before' }],
    ['gets an answer that is no success', { kind: 'says-false' }],
  ])(
    'and whose second attempt %s stops its storage type if it is not listed any more',
    async (_case, fault) => {
      const portal = await portalWith(refusingStorage(fault));
      const result = await prune(portal, { 'keep-last': '1', retries: '0' });
      expect(result.code).toBe(1);
      expect(new Set(sentTo(portal))).toEqual(new Set([6]));
      expect(portal.state.history.own).toHaveLength(5);
      expect(errorOf(result)).toContain('4 backups there were not tried');
      expect(result.outputs).toMatchObject({ 'failed-ids': ids(6) });
    },
  );

  test('gets another attempt at the end if its second one was unanswered and it is still listed', async () => {
    const portal = await portalWith({
      backups: makeBackups(4),
      locked: [makeId(4)],
      faults: [{ on: `DELETE .*${makeId(4)}`, skip: 1, times: 1, kind: 'bad-gateway' }],
    });
    const result = await prune(portal, { 'keep-last': '1', retries: '0' });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 4, 4, 'list', 3, 2, 4, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(3, 2), 'failed-ids': ids(4) });
  });

  test('and whose second attempt is confirmed does not stop its storage type', async () => {
    const portal = await portalWith({
      ...refusingStorage({ kind: 'lie' }),
      fileErrors: { [makeId(6)]: 500 },
    });
    const result = await prune(portal, { 'keep-last': '1', retries: '0' });
    expect(result.code).toBe(0);
    expect(new Set(sentTo(portal)).size).toBe(5);
  });
});
