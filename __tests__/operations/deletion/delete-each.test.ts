import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type PortalOptions } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { theClock } from '../../support/clock.js';
import { deletions, portalWith } from '../../support/portals.js';
import {
  cancelWhen,
  deleteBackups,
  ids,
  LIST,
  prune,
  range,
  record,
  sentTo,
  story,
  warningsOf,
} from '../support.js';

/** Backups of two storage types. The older half is in the first one. */
function inTwoStorages(first: number, second: number, each = 10): Record<string, unknown>[] {
  return [
    ...range(1, each).map(number => record(number, { storageType: second })),
    ...range(each + 1, 2 * each).map(number => record(number, { storageType: first })),
  ];
}

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
      expect(story(portal).slice(12)).toEqual([10, 9, 'list', 8, 'list']);
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
        `The portal answered the DELETE of 1 backup without reporting success: \\S+ \\(Local, ${makeId(12)}\\)\\. HTTP 500 from DELETE .* Even if the next listing lacks it, its file may remain;`,
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
    expect(errorOf(result)).toContain(
      'The portal answered the DELETE of 1 backup without reporting success: ',
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });
});

describe('a second attempt', () => {
  test.each([
    [500, 'The server could not process the request'],
    [403, 'Access denied'],
    [403, 'The database had a hiccup'],
    [400, 'The account of this storage is disconnected'],
  ])(
    'after HTTP %d "%s" is sent after a pause, even with retries: 0, and can succeed',
    async (status, message) => {
      const fileErrors = { [makeId(9)]: { status, message, times: 1 } };
      const portal = await portalWith({ backups: makeBackups(12), fileErrors });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(story(portal)).toHaveLength(1 + 11 + 1);
      expect(sentTo(portal).filter(number => number === 9)).toHaveLength(2);
      // The pause before the second attempt. The listing may follow at once: that one succeeded.
      if (!ofTheBundle) expect(result.ms).toBe(2_000);
      expect(portal.state.filesLeft).toEqual([]);
      expect(result.outputs).toMatchObject({
        'deleted-count': '10',
        'failed-count': '0',
        'status-code': '200',
      });
    },
  );

  test.each([
    [500, 'HTTP 500'],
    [403, 'HTTP 403'],
    [400, 'HTTP 400'],
  ])('that ends in HTTP %d again leaves the file, which the error names', async (status, message) => {
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: status } });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal).filter(number => number === 9)).toHaveLength(2);
    expect(portal.state.filesLeft).toEqual([makeId(9)]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain('The portal no longer lists 1 backup');
    expect(errorOf(result)).toContain(`alias_2026-03-23_05-15-00.tar.gz (Local, ${makeId(9)})`);
    expect(errorOf(result)).toContain(message);
    expect(errorOf(result)).toContain('The next run will not see it');
    expect(errorOf(result)).not.toContain('still listed');
    expect(result.summary).toContain('its file may remain');
  });

  test('that fails for many backups: the error names ten, and counts the rest', async () => {
    const portal = await portalWith({ backups: makeBackups(20), locked: range(3, 14).map(makeId) });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '6', 'failed-ids': ids(...range(14, 3)) });
    expect(errorOf(result)).toContain('12 of 18 backups are still listed: ');
    expect(errorOf(result)).toContain(`${makeId(5)}) and 2 more`);
    expect(errorOf(result)).not.toContain('not tried');
  });

  test('that fails for three backups, of which one is not listed any more, ends their storage type', async () => {
    // The first eight at once are 39 to 32.
    const lost = range(36, 3).map(number => [makeId(number), 500]);
    const portal = await portalWith({
      backups: makeBackups(40),
      fileErrors: Object.fromEntries(lost),
      locked: [makeId(37), makeId(38)],
    });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    const failed = readIds(result.outputs, 'failed').length;
    expect(failed).toBeLessThanOrEqual(2 + 8);
    expect(portal.state.filesLeft).toHaveLength(failed - 2);
    for (const number of range(38, 36)) {
      expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(2);
    }
    expect(errorOf(result)).toContain('The next run will not see them');
    expect(errorOf(result)).toContain(`${38 - new Set(sentTo(portal)).size} backups there were not tried`);
  });

  test('that fails: the error distinguishes remaining records from remaining files', async () => {
    const portal = await portalWith({
      backups: makeBackups(20),
      locked: [makeId(18)],
      broken: [makeId(16)],
      stuck: [makeId(12), makeId(7)],
    });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(18 + 2);
    expect(result.outputs).toMatchObject({
      'selected-count': '18',
      'deleted-ids': ids(20, 19, 17, 15, 14, 13, 11, 10, 9, 8, 6, 5, 4, 3),
      'failed-ids': ids(18, 16, 12, 7),
      'kept-ids': ids(1, 2),
    });
    expect(errorOf(result)).toMatch(
      new RegExp(
        `3 of 18 backups are still listed: \\S+ \\(Local, ${makeId(18)}\\), \\S+ \\(Local, ${makeId(12)}\\), \\S+ \\(Local, ${makeId(7)}\\)\\.`,
      ),
    );
    expect(errorOf(result)).toContain('HTTP 500');
    expect(errorOf(result)).toContain(
      `no longer lists 1 backup, but did not report success, so its file may remain`,
    );
    expect(result.log).toContain('Failed: 14 of 18 backups deleted, 2 kept.');
    expect(result.summary).toContain('Not proven to be deleted: 4 backups');
    expect(result.summary).toContain('Deleted: 14 backups');
    expect(result.summary).toContain('× not proven gone');
  });

  test.each([
    ['created', 201],
    ['no-content', 204],
    ['wrong-verb', 405],
    ['bad-request', 400],
    ['web-client', 200],
    ['says-false', 200],
    ['says-text', 200],
    ['says-nothing', 200],
    ['says-status-1', 200],
    ['empty', 200],
    ['not-json', 200],
    ['json-null', 200],
  ] as const)('is not sent after "%s", which concerns only that backup', async (kind, status) => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain(`HTTP ${status}`);
  });

  test.each<[string, object]>([
    ['"status" 0 and an error', { status: 0, statusCode: 500, error: { message: 'x' } }],
    ['"statusCode" 500', { statusCode: 500 }],
    ['an error', { error: {} }],
    ['"status" as a text', { status: '0' }],
    ['no "status"', { status: undefined }],
  ])('is not sent after true with %s, which is no success', async (_case, more) => {
    const body = JSON.stringify({ response: true, count: 1, status: 0, statusCode: 200, ...more });
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'status' as const, body }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(sentTo(portal)).toHaveLength(10);
  });

  test('is not sent after 404 in the error form: nothing is left to delete', async () => {
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: 404 } });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toHaveLength(10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10' });
  });

  test.each([
    ['record-only', 'its file may remain'],
    ['lost-before', 'still listed'],
    ['unavailable', 'still listed'],
  ] as const)(
    'is sent after an unanswered one ("%s"), and fails the run if it is unanswered too',
    async (kind, message) => {
      const faults = [{ on: `DELETE .*${makeId(9)}`, kind }];
      const portal = await portalWith({ backups: makeBackups(12), faults });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(1);
      expect(story(portal).slice(-2)).toEqual([9, 'list']);
      expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
      expect(errorOf(result)).toContain(message);
    },
  );

  test('after the connection was lost is confirmed if the backup is gone', async () => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'lost-after' as const, times: 2 }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal).slice(-2)).toEqual([9, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10', 'failed-count': '0' });
  });

  test('that is unanswered does not replace the error before it', async () => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'lost-before' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: 500 }, faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(1);
    expect(portal.state.filesLeft).toEqual([makeId(9)]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain('file may remain');
  });

  test('is not sent when a refusal ended the run', async () => {
    const faults = [
      { on: `DELETE .*${makeId(3)}`, kind: 'unauthorized' as const },
      { on: `DELETE .*${makeId(9)}`, kind: 'server-error' as const },
    ];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(sentTo(portal).filter(number => number === 9)).toHaveLength(1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '8', 'failed-ids': ids(9, 3) });
    expect(errorOf(result)).toContain('HTTP 401');
  });
});

describe('a deletion whose first answer was lost', () => {
  test.each(['lost-after', 'reset-after', 'cut'] as const)(
    '("%s") succeeds if nothing is left at the second attempt (404)',
    async kind => {
      const faults = [
        { on: `DELETE .*${makeId(3)}`, kind, times: 1 },
        { on: `DELETE .*${makeId(3)}`, kind: 'error-form' as const, status: 404 },
      ];
      const portal = await portalWith({ backups: makeBackups(3), faults });
      const result = await prune(portal, { retries: '1' });
      expect(result.code).toBe(0);
      expect(story(portal)).toEqual(['list', 3, 3, 'list']);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(3), 'status-code': '404' });
    },
  );

  test('is sent again by delete-backups too, and 404 then means success', async () => {
    const faults = [
      { on: 'DELETE', kind: 'lost-after' as const, times: 1 },
      { on: 'DELETE', kind: 'error-form' as const, status: 404, message: 'Any text', times: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const result = await deleteBackups(portal, [2], { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 2, 2, 'list']);
  });

  test('succeeds if the second attempt is confirmed', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      faults: [{ on: 'DELETE', kind: 'lost-after', times: 1 }],
    });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 3, 3, 'list']);
  });

  test('gets a third attempt if the second one is rejected at the file', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      faults: [{ on: 'DELETE', kind: 'lost-after', times: 1 }],
      fileErrors: { [makeId(3)]: { status: 500, times: 2 } },
    });
    const result = await prune(portal, { retries: '1' });
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 3, 3, 3, 'list']);
    expect(portal.state.filesLeft).toEqual([]);
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

describe('a backup whose DELETE was never answered', () => {
  test('fails the run although it is not listed any more: its file may remain', async () => {
    const faults = [{ on: 'DELETE', kind: 'bad-gateway' as const }];
    const portal = await portalWith({ backups: makeBackups(3), vanishing: [makeId(3)], faults });
    const result = await prune(portal, { retries: '1' });
    expect(result.code).toBe(1);
    // One attempt more than retries allows.
    expect(story(portal)).toEqual(['list', 3, 3, 3, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(3) });
    expect(errorOf(result)).toMatch(
      new RegExp(
        `^The portal no longer lists 1 backup, but did not report success, so its file may remain: \\S+ \\(Local, ${makeId(3)}\\)\\. HTTP 502 from DELETE `,
      ),
    );
    expect(errorOf(result)).toContain('storage-types');
    expect(result.summary).toContain('its file may remain');
    expect(warningsOf(result.log)).toEqual([]);
  });

  test('is deleted if its last attempt is confirmed', async () => {
    const faults = [{ on: 'DELETE', kind: 'record-only' as const, times: 2 }];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const result = await prune(portal, { retries: '1' });
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 3, 3, 3, 'list']);
    expect(portal.state.filesLeft).toEqual([]);
  });
});

/** The answer of a gateway that does not know the path. It has an `error` and a `message` too. */
const GATEWAY_404 = '{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}';

describe('a 404 in JSON that is not from the portal', () => {
  test('does not mean that nothing is left to delete, at a second attempt', async () => {
    const faults = [
      { on: `DELETE .*${makeId(2)}`, kind: 'status' as const, status: 404, body: GATEWAY_404, skip: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(4), fileErrors: { [makeId(2)]: 500 }, faults });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(portal.state.filesLeft).toEqual([makeId(2)]);
    expect(result.outputs).toMatchObject({ result: 'false', 'failed-ids': ids(2) });
    expect(errorOf(result)).toContain('HTTP 404 from DELETE');
    expect(errorOf(result)).toContain('its file may remain');
  });

  test('does not mean it at the first attempt, and ends the run after three backups', async () => {
    const faults = [{ on: 'DELETE', kind: 'status' as const, status: 404, body: GATEWAY_404 }];
    const portal = await portalWith({ backups: makeBackups(6), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    // Each is also sent by the alias.
    expect(story(portal)).toEqual(['list', 6, 6, 5, 5, 4, 4, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(6, 5, 4) });
    expect(errorOf(result)).toContain('1 backup was not tried');
  });
});

describe('an answer that ends the run', () => {
  test.each([
    ['status', 300],
    ['redirect', 301],
    ['unauthorized', 401],
    ['unpaid', 402],
    ['quota', 402],
    ['no-scope', 403],
    ['portal-busy', 403],
    ['ip-blocked', 403],
    ['suspended', 404],
    ['bot-check', 403],
  ] as const)('"%s" (%d) is met by at most eight deletions', async (kind, status) => {
    const faults = [{ on: 'DELETE', kind, status, skip: 3 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(deletions(portal).length).toBeLessThanOrEqual(3 + 8);
    expect(story(portal).at(-1)).toBe('list');
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    const tried = deletions(portal).length;
    expect(errorOf(result)).toContain(`${38 - tried} backups were not tried`);
    expect(result.outputs).toMatchObject({
      'selected-count': '38',
      'deleted-count': '3',
      'failed-count': String(tried - 3),
    });
    expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
    expect(result.summary).toContain('not tried');
  });

  test('after an unanswered attempt still ends it', async () => {
    const faults = [
      { on: 'DELETE', kind: 'unavailable' as const, times: 1 },
      { on: 'DELETE', kind: 'unauthorized' as const },
    ];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 40, 40, 'list']);
    expect(errorOf(result)).toContain('37 backups were not tried');
  });

  test('at the first deletion leaves all others', async () => {
    const portal = await portalWith({
      backups: makeBackups(40),
      faults: [{ on: 'DELETE', kind: 'no-scope' }],
    });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 40, 'list']);
    expect(errorOf(result)).toContain('37 backups were not tried');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(40) });
  });

  test('in one storage type ends it in the others too', async () => {
    const portal = await portalWith({
      backups: inTwoStorages(0, 3),
      faults: [{ on: 'DELETE', kind: 'unauthorized' }],
    });
    await prune(portal, { 'keep-last': '1' });
    expect(story(portal)).toEqual(['list', 20, 'list']);
  });

  test('ends the waits and the attempts of the others', async () => {
    const faults = [
      { on: `DELETE .*${makeId(4)}`, kind: 'unauthorized' as const, delayMs: 100 },
      { on: `DELETE .*${makeId(12)}`, kind: 'slow' as const, ms: 100, times: 1 },
      { on: 'DELETE', kind: 'unavailable' as const, retryAfter: '60' },
    ];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await deleteBackups(portal, range(4, 12));
    expect(errorOf(result)).toContain('HTTP 401');
    expect(new Set(sentTo(portal)).size).toBe(sentTo(portal).length);
    expect(result.ms).toBeLessThan(10_000);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(12), 'failed-count': '8' });
  });
});

describe('answers from something in front of the portal', () => {
  test.each([
    ['not-found', 404],
    ['page', 404],
    ['page', 403],
    ['wrong-verb', 405],
    ['page', 405],
    ['page', 400],
    ['status', 409],
    ['status', 451],
    ['says-false', 200],
    ['web-client', 200],
  ] as const)('("%s", %d) end the run after three in a row', async (kind, status) => {
    const faults = [{ on: 'DELETE', kind, status, skip: 3 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    const tried = new Set(sentTo(portal)).size;
    // Seven others can be under way when the third one is answered.
    expect(tried).toBeLessThanOrEqual(3 + 3 + 7);
    expect(story(portal).at(-1)).toBe('list');
    expect(errorOf(result)).toContain(
      `Something in front of the portal answers DELETE requests: 3 in a row. The last answer: HTTP ${status} from DELETE`,
    );
    expect(errorOf(result)).toContain(`${38 - tried} backups were not tried`);
    expect(result.outputs).toMatchObject({ 'deleted-count': '3', 'failed-count': String(tried - 3) });
    expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
  });

  test('are met by one deletion at a time, from the first one on', async () => {
    const faults = [{ on: 'DELETE', kind: 'page' as const, status: 403, delayMs: 50 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 40, 39, 38, 'list']);
    expect(portal.state.maxConcurrent).toBe(1);
    expect(errorOf(result)).toContain('35 backups were not tried');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(40, 39, 38) });
  });

  test.each([
    ['confirmed', {}],
    ['rejected at the file', { fileErrors: { [makeId(10)]: { status: 500, times: 1 } } }],
  ])('are counted from the start again after a deletion was %s', async (_outcome, options) => {
    const faults = [12, 11, 9, 8].map(number => ({
      on: `DELETE .*${makeId(number)}`,
      kind: 'page' as const,
      status: 403,
    }));
    const portal = await portalWith({ backups: makeBackups(12), faults, ...options });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(new Set(sentTo(portal)).size).toBe(10);
    expect(errorOf(result)).not.toContain('in a row');
    expect(errorOf(result)).toContain('4 of 10 backups are still listed');
    expect(result.outputs).toMatchObject({ 'deleted-count': '6', 'failed-ids': ids(12, 11, 9, 8) });
  });

  test('are not counted from the start again after an unanswered deletion', async () => {
    const faults = [
      { on: `DELETE .*${makeId(11)}`, kind: 'unavailable' as const },
      { on: 'DELETE', kind: 'page' as const, status: 403 },
    ];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal, { retries: '0' });
    expect(story(portal)).toEqual(['list', 12, 11, 10, 9, 'list']);
    expect(errorOf(result)).toContain('3 in a row');
  });

  test('with status 404 do not count if the alias of the path deletes the backup', async () => {
    const faults = [{ on: '^DELETE deletebackup/', kind: 'not-found' as const }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(deletions(portal).slice(0, 2)).toEqual([
      `DELETE /api/2.0/backup/deletebackup/${makeId(12)}`,
      `DELETE /api/2.0/portal/deletebackup/${makeId(12)}`,
    ]);
    expect(sentTo(portal)).toHaveLength(2 * 10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10', 'failed-count': '0' });
  });
});

if (!ofTheBundle) {
  test('the log reports from time to time how many backups are deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: 9_000, locked: [makeId(38)] });
    const result = await prune(portal);
    const lines = result.log.match(/^\d+ of 38 backups deleted, as the portal reports\.$/gm) ?? [];
    const numbers = lines.map(line => Number.parseInt(line, 10));
    expect(numbers.length).toBeGreaterThan(2);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers.every(number => number <= 37)).toBe(true);
    expect(numbers.at(-1)).toBeGreaterThan(20);
  });
}

describe('the eight slots', () => {
  test('are all used, over persistent connections', async () => {
    const portal = await portalWith({ backups: makeBackups(120), deleteMs: 40 });
    const result = await prune(portal, { 'keep-last': '20' });
    expect(result.code).toBe(0);
    expect(portal.seen).toHaveLength(1 + 100 + 1);
    expect(portal.state.maxConcurrent).toBe(8);
    expect(portal.state.maxConcurrentRequests).toBe(8);
    // Two listings and the request for the key have connections of their own.
    expect(portal.state.connections).toBeLessThanOrEqual(8 + 3);
  });

  test('are used by the oldest backups first, in any order of the listing', async () => {
    const backups = makeBackups(40);
    const mixed = backups.map((_, index) => backups[(index * 7) % 40]);
    const portal = await portalWith({ backups: mixed, deleteMs: 20 });
    const result = await prune(portal, { 'keep-last': '8' });
    expect(result.outputs['deleted-ids']).toBe(ids(...range(40, 9)));
    // Deletions that run at the same time may arrive in another order.
    for (const [index, number] of sentTo(portal).entries()) {
      expect(Math.abs(40 - index - number)).toBeLessThan(8);
    }
  });

  if (!ofTheBundle) {
    test.each([408, 500, 502, 504, 520, 522, 524, 599])(
      'stay taken after HTTP %d from a gateway: the portal may still be deleting',
      async status => {
        const portal = await portalWith({
          backups: makeBackups(40),
          deleteMs: 600_000,
          gateway: { ms: 50, status },
          limits: { deletesAtOnce: 100 },
        });
        const result = await prune(portal, { retries: '0' });
        expect(result.code).toBe(1);
        expect([...new Set(sentTo(portal))]).toEqual(range(40, 33));
        expect(portal.state.maxConcurrent).toBe(8);
        // Each is repeated every 30 s, until the time is up.
        for (const number of range(40, 33)) {
          expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(1 + 9);
        }
        // 2 s are set aside for the pause that a rejection would make necessary.
        expect(result.ms).toBeGreaterThan(297_000);
        expect(result.ms).toBeLessThan(299_000);
        expect(errorOf(result)).toContain(
          '30 backups were not tried: 8 deletions may still be running at the portal',
        );
        expect(errorOf(result)).toContain('Run again later.');
        expect(story(portal).at(-1)).toBe('list');
        // The records are gone, but nothing confirms that the files are.
        expect(errorOf(result)).toContain('The portal no longer lists 8 backups');
        expect(result.outputs).toMatchObject({
          'deleted-count': '0',
          'failed-count': '8',
          'status-code': String(status),
        });
      },
    );

    test('are free again after an outage of 40 s, during which 502 is the answer to every DELETE', async () => {
      const portal = await portalWith({
        backups: makeBackups(40),
        faults: [{ on: 'DELETE', kind: 'bad-gateway', times: 16 }],
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(sentTo(portal).slice(0, 8)).toEqual(range(40, 33));
      expect(result.ms).toBe(60_000);
      expect(sentTo(portal)).toHaveLength(38 + 16);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });
  }

  test.each([
    ['unavailable', 503],
    ['page', 521],
    ['page', 523],
    ['page', 530],
  ] as const)(
    'are free again after "%s" (%d), which means that the portal was not reached',
    async (kind, status) => {
      const faults = [{ on: 'DELETE', kind, status }];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(1);
      expect(new Set(sentTo(portal)).size).toBe(18);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '18' });
      expect(errorOf(result)).toContain(`HTTP ${status}`);
      expect(errorOf(result)).not.toContain('not tried');
    },
  );

  test('are reserved for the last attempt of a deletion that the gateway gave up on', async () => {
    const faults = [38, 30].map(number => ({
      on: `DELETE .*${makeId(number)}`,
      kind: 'slow-delete' as const,
      ms: 3_000,
      times: 1,
    }));
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: 50, faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(portal.state.maxConcurrent).toBe(8);
    for (const number of [38, 30]) expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(2);
    expect(sentTo(portal)).toHaveLength(38 + 2);
    expect(sentTo(portal).slice(-2).sort()).toEqual([30, 38]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
  });

  if (!ofTheBundle) {
    test('stay taken by deletions that hang', async () => {
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'hang' as const,
      }));
      const portal = await portalWith({ backups: makeBackups(40), faults });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(1);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(new Set(sentTo(portal)).size).toBe(9);
      // Each attempt takes 100 s. The next one follows 30 s later, until the time is up.
      expect(result.ms).toBeGreaterThan(3_597_000);
      expect(result.ms).toBeLessThan(3_599_000);
      expect(sentTo(portal).filter(number => number === 39)).toHaveLength(Math.ceil(3_600 / 130));
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(40), 'failed-ids': ids(...range(39, 32)) });
      expect(errorOf(result)).toContain(
        '29 backups were not tried: 8 deletions may still be running at the portal',
      );
    });

    test('are free again when the portal confirms the repeated deletions, and the other backups follow', async () => {
      // The gateway gives up on the first attempts of eight deletions, but not on the second ones, 30 s later.
      const faults = range(40, 33).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        ms: 5_000,
        times: 1,
      }));
      const limits = { deletesAtOnce: 16 };
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: 50, faults, limits });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal).slice(0, 16).sort()).toEqual([...range(40, 33), ...range(40, 33)].sort());
      expect(sentTo(portal)).toHaveLength(38 + 8);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });

    test('are not free for the other deletions while seven are unanswered', async () => {
      // They keep their slots to the end. All others are sent in the last slot. Five of them need a second attempt.
      const faults = range(39, 33).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        status: 504,
        ms: 1_000_000,
      }));
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 5_000,
        faults,
        fileErrors: Object.fromEntries(
          range(20, 16).map(number => [makeId(number), { status: 500, times: 1 }]),
        ),
      });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 7 + 5);
      expect(sentTo(portal).filter(number => number < 33)).toEqual([
        ...range(32, 21),
        ...range(20, 16).flatMap(number => [number, number]),
        ...range(15, 3),
      ]);
      expect(result.outputs).toMatchObject({ 'deleted-count': '31', 'failed-ids': ids(...range(39, 33)) });
    });

    test('are free for second attempts as soon as the kept deletions are confirmed', async () => {
      // Eight deletions keep their slots for a while. Five others need a second attempt.
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        ms: 40_000,
        times: 1,
      }));
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 50,
        faults,
        limits: { deletesAtOnce: 16 },
        fileErrors: Object.fromEntries(
          range(20, 16).map(number => [makeId(number), { status: 500, times: 1 }]),
        ),
      });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(0);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 8 + 5);
      expect(portal.state.filesLeft).toEqual([]);
    });
  }

  test('are never exceeded when the gateway gives up on the second attempt of a probe', async () => {
    const faults = [
      // Its first attempt fails. The gateway gives up on the second, and the portal continues with it.
      { on: `DELETE .*${makeId(170)}`, kind: 'server-error' as const, times: 1 },
      { on: `DELETE .*${makeId(170)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
    ];
    // One more at once after every 16 successes: enough of them for all eight.
    const backups = makeBackups(170, { everyHours: 1 });
    const portal = await portalWith({ backups, faults, deleteMs: 50 });
    const result = await prune(portal, { retries: '0' });
    expect(portal.state.maxConcurrent).toBe(8);
    expect(result.outputs['selected-count']).toBe('168');
  });

  test('are never exceeded when a second attempt does not reach the portal', async () => {
    const faults = range(39, 32).flatMap(number => [
      { on: `DELETE .*${makeId(number)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
      { on: `DELETE .*${makeId(number)}`, kind: 'unavailable' as const, times: 1 },
    ]);
    const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
    await prune(portal, { retries: '1' });
    expect(portal.state.maxConcurrent).toBe(8);
  });

  test.each<[name: string, answer: Omit<Fault, 'on'>]>([
    ['an error that another attempt may fix', { kind: 'server-error' }],
    ['an error about its file', { kind: 'access-denied' }],
  ])(
    'are never exceeded when a second attempt gets %s while the first one may still be running',
    async (_name, answer) => {
      // This includes the probe.
      const faults = range(40, 33).flatMap(number => {
        const on = `DELETE .*${makeId(number)}`;
        return [
          { on, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
          { on, ...answer },
        ];
      });
      const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
      const result = await prune(portal, { retries: '1' });
      expect(portal.state.maxConcurrent).toBe(8);
      expect([...new Set(sentTo(portal))]).toEqual(range(40, 33));
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '8' });
      expect(errorOf(result)).toContain('30 backups were not tried');
    },
  );

  if (!ofTheBundle) {
    test.each<[name: string, answer: Omit<Fault, 'on'>]>([
      ['a final error', { kind: 'status', status: 409 }],
      ['an answer that is no success', { kind: 'says-false' }],
      ['an unreadable answer', { kind: 'not-json' }],
    ])(
      'stay taken when a second attempt gets %s while the first one may still be running',
      async (_name, answer) => {
        // Two at a time, with successes in between: three such answers in a row would end the run.
        const slow = [200, 199, 160, 159, 120, 119, 80, 79];
        const faults = slow.flatMap(number => {
          const on = `DELETE .*${makeId(number)}`;
          return [
            { on, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
            { on, ...answer, times: 1 },
            // The gateway gives up on all repeated ones.
            { on, kind: 'gateway-timeout' as const },
          ];
        });
        const backups = makeBackups(200, { everyHours: 1 });
        const portal = await portalWith({ backups, faults, deleteMs: 500 });
        const result = await prune(portal, { retries: '1' });
        expect(portal.state.maxConcurrent).toBe(8);
        expect(result.outputs).toMatchObject({ 'failed-ids': ids(...slow) });
        const tried = new Set(sentTo(portal)).size;
        expect(tried).toBeLessThan(198);
        expect(errorOf(result)).toContain(
          `${198 - tried} backups were not tried: 8 deletions may still be running at the portal`,
        );
      },
    );

    test('are no longer waited for when something in front of the portal answers three repeated deletions', async () => {
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 600_000,
        faults: [
          { on: 'DELETE', kind: 'gateway-timeout', times: 8 },
          { on: 'DELETE', kind: 'status', status: 409 },
        ],
      });
      const result = await prune(portal, { retries: '0' });
      expect(new Set(sentTo(portal))).toEqual(new Set(range(40, 33)));
      expect(sentTo(portal)).toHaveLength(8 + 8);
      expect(result.ms).toBeLessThan(60_000);
      expect(errorOf(result)).toContain(
        'Something in front of the portal answers DELETE requests: 3 in a row.',
      );
      expect(errorOf(result)).toContain('30 backups were not tried.');
    });

    test('are repeated whatever the rate limit says about it', async () => {
      const portal = await portalWith({
        backups: makeBackups(20),
        faults: [
          { on: 'DELETE', kind: 'gateway-timeout', times: 8 },
          { on: 'DELETE', kind: 'rate-limit', retryAfter: '3600', times: 8 },
        ],
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(sentTo(portal)).toHaveLength(18 + 8 + 8);
      expect(result.ms).toBe(60_000);
    });
  }
});

describe('the deadline', () => {
  if (!ofTheBundle) {
    test.each<[string, Record<string, unknown>]>([
      ['each takes a second', { deleteMs: 1_000 }],
      ['each takes 2 s', { deleteMs: 2_000 }],
      ['a listing takes 1.5 s', { deleteMs: 500, listingMs: 1_500 }],
      ['marking the record takes as long as its file', { markMs: 700, deleteMs: 700 }],
      ['every seventh takes longer', { deleteMs: { ...slowEverySeventh(), '*': 400 } }],
    ])('leaves time for a final listing with exact counts if %s', async (_case, options) => {
      const portal = await portalWith({ backups: makeBackups(402), ...options });
      const result = await prune(portal, { 'timeout-seconds': '10' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(10_000);
      expect(story(portal).at(-1)).toBe('list');
      const deletedIds = [...portal.state.deletedIds].sort();
      expect(readIds(result.outputs, 'deleted').sort()).toEqual(deletedIds);
      expect(result.outputs['failed-count']).toBe('0');
      expect(deletedIds.length).toBeGreaterThan(8);
      expect(errorOf(result)).toContain(
        `${400 - deletedIds.length} backups were not tried for lack of time. Run again`,
      );
      // A minute later, nothing else is deleted: no deletion was under way.
      await theClock().advance(60_000);
      expect([...portal.state.deletedIds].sort()).toEqual(deletedIds);
    });

    test('leaves a deletion that takes longer than all before to the final listing', async () => {
      const deleteMs = { [makeId(30)]: 60_000, '*': 100 };
      const portal = await portalWith({ backups: makeBackups(32), deleteMs });
      const result = await prune(portal, { 'timeout-seconds': '20', retries: '0' });
      expect(result.ms).toBeLessThanOrEqual(20_000);
      expect(sentTo(portal).length).toBeLessThanOrEqual(31);
      // Its record was removed at once, but the DELETE was not answered.
      expect(result.outputs).toMatchObject({ 'deleted-count': '29', 'failed-ids': ids(30) });
      expect(errorOf(result)).toContain('its file may remain');
    });

    test('gives a hanging attempt all of the time for deletions, but a quarter to hold up others', async () => {
      const faults = [{ on: `DELETE .*${makeId(5)}`, kind: 'hang' as const }];
      const portal = await portalWith({ backups: makeBackups(5), faults });
      const result = await prune(portal, { 'timeout-seconds': '40', retries: '0' });
      expect(result.ms).toBeLessThanOrEqual(40_000);
      // 2 s are set aside for the pause that a rejection would make necessary.
      expect(result.ms).toBeGreaterThan(37_000);
      expect(story(portal)).toEqual(['list', 5, 4, 3, 'list']);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
    });

    test('prevents a second attempt that could not end before it', async () => {
      const fileErrors = { [makeId(3)]: 500 };
      const portal = await portalWith({ backups: makeBackups(11), deleteMs: 5_000, fileErrors });
      const result = await prune(portal, { 'timeout-seconds': '18' });
      expect(result.ms).toBeLessThanOrEqual(18_000);
      expect(sentTo(portal).filter(number => number === 3)).toHaveLength(1);
      expect(result.outputs).toMatchObject({ 'deleted-count': '8', 'failed-ids': ids(3) });
      expect(errorOf(result)).toContain('file may remain');
    });
  }

  test('does not stop a dry run', async () => {
    const portal = await portalWith({ backups: makeBackups(60), listingMs: 300 });
    const result = await prune(portal, { 'timeout-seconds': '3', 'dry-run': 'true' });
    expect(result.code).toBe(0);
    expect(result.outputs['selected-count']).toBe('58');
  });
});

/** The deletion of every seventh backup takes longer. */
function slowEverySeventh(): Record<string, number> {
  return Object.fromEntries(range(1, 57).map(seventh => [makeId(7 * seventh), 1_500]));
}

describe('a rate limit', () => {
  if (!ofTheBundle) {
    test.each([
      ['at once', []],
      ['after a gateway error', [{ kind: 'unavailable', times: 1 }]],
    ] as const)(
      'that refuses a DELETE %s until the deadline is not an unanswered DELETE',
      async (_when, before) => {
        // The portal removes it from the listing by itself.
        const vanishing = { [makeId(2)]: 2 };
        const on = `DELETE .*${makeId(2)}`;
        const portal = await portalWith({
          backups: makeBackups(4),
          deleteMs: { [makeId(3)]: 3_000 },
          vanishing,
          faults: [...before.map(fault => ({ on, ...fault })), { on, kind: 'rate-limit', retryAfter: '2' }],
        });
        const result = await deleteBackups(portal, [2, 3], { 'timeout-seconds': '12' });
        expect(result.code).toBe(1);
        expect(result.outputs).toMatchObject({ 'deleted-ids': ids(3), 'failed-ids': ids(2) });
        expect(errorOf(result)).toContain('HTTP 429');
        expect(errorOf(result)).not.toContain('reported success');
      },
    );
  }

  if (!ofTheBundle) {
    test('of 1,500 requests a minute allows 3,000 deletions within 150 s, with at most 50 refusals', async () => {
      const portal = await portalWith({
        backups: makeBackups(3_010, { everyHours: 1 }),
        limits: { perMinute: 1_500 },
        latencyMs: 60,
      });
      const result = await prune(portal, { 'keep-last': '10', retries: '0' });
      expect(result.code).toBe(0);
      expect(result.outputs).toMatchObject({ 'deleted-count': '3000', 'failed-count': '0' });
      expect(result.ms).toBeLessThanOrEqual(150_000);
      expect(portal.state.refused).toBeLessThanOrEqual(50);
      expect(portal.seen.length).toBe(2 + 3_000 + portal.state.refused);
    }, 60_000);

    test('of 100 requests a minute with a reset time causes few refusals', async () => {
      const portal = await portalWith({
        backups: makeBackups(252),
        limits: { perMinute: 100, resetHeader: true },
        latencyMs: 60,
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(result.ms).toBeGreaterThan(120_000);
      expect(result.ms).toBeLessThan(130_000);
      expect(portal.state.refused).toBeLessThanOrEqual(16);
    });

    test('of four requests at a time allows 300 deletions within 15 s', async () => {
      const portal = await portalWith({
        backups: makeBackups(302),
        limits: { deletesAtOnce: 4 },
        deleteMs: 50,
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(result.outputs['deleted-count']).toBe('300');
      expect(result.ms).toBeLessThanOrEqual(15_000);
    });

    test('of one request at a time allows all deletions in the end', async () => {
      const portal = await portalWith({
        backups: makeBackups(42),
        limits: { deletesAtOnce: 1 },
        deleteMs: 50,
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(result.outputs['deleted-count']).toBe('40');
    });

    test('that does not end ends the run at the deadline, with known counts', async () => {
      const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, skip: 4 }];
      const portal = await portalWith({ backups: makeBackups(30), faults });
      const result = await prune(portal, { 'timeout-seconds': '60' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(60_000);
      expect(deletions(portal).length).toBeLessThan(120);
      expect(result.outputs).toMatchObject({ 'deleted-count': '4' });
    });
  }

  test('uses no retries', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, times: 3 }];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toHaveLength(12 + 3);
    expect(result.outputs).toMatchObject({ 'deleted-count': '12', 'failed-count': '0' });
  });

  test.each([
    ['a DELETE', 'DELETE', 0],
    ['the final listing', 'GET get', 1],
  ])(
    'that asks %s for a wait beyond the deadline ends the run, without another listing',
    async (_request, on, skip) => {
      const faults = [{ on, kind: 'rate-limit' as const, retryAfter: '3600', skip }];
      const portal = await portalWith({ backups: makeBackups(14), faults });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain('It asks to wait 3600 s');
      expect(portal.seen.filter(request => request === LIST)).toHaveLength(1 + skip);
      if (skip === 0) {
        expect(sentTo(portal)).toEqual([14]);
        expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(14) });
        expect(errorOf(result)).toContain('11 backups were not tried');
      } else {
        expect(result.outputs).toMatchObject({ 'deleted-count': '12', 'failed-count': '0' });
        expect(result.log).toContain('12 of 12 backups deleted, as the portal reported, not checked');
      }
    },
  );

  test('after some deletions leaves those as the portal reported', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '3600', skip: 5 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
    expect(sentTo(portal).length).toBeLessThanOrEqual(5 + 8);
    expect(result.outputs).toMatchObject({ 'deleted-count': '5' });
    expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
  });

  test('in the headers of a final error does not affect other deletions', async () => {
    const headers = { 'retry-after': '3600' };
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'error-form' as const, headers }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(errorOf(result)).toContain('1 of 10 backups is still listed');
    expect(errorOf(result)).not.toContain('It asks to wait');
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
  });
});

describe('a huge answer', () => {
  test('to one DELETE concerns only that backup', async () => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'huge' as const }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('longer than 1 MiB');
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
  });

  test('to every DELETE does not stall the run', async () => {
    const portal = await portalWith({ backups: makeBackups(14), faults: [{ on: 'DELETE', kind: 'huge' }] });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('longer than 1 MiB');
    // None of them is a success, so three in a row end the run.
    expect(sentTo(portal)).toEqual([14, 13, 12]);
    expect(errorOf(result)).toContain('3 in a row');
    expect(errorOf(result)).toContain('9 backups were not tried.');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(14, 13, 12) });
  });
});

describe('a cancellation', () => {
  test('starts no new deletion, awaits those under way, and reports the answers of the portal', async () => {
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: { ...slowDeletions(), '*': 5 } });
    const cancelled = cancelWhen(() => portal.state.maxConcurrent === 8 && sentTo(portal).length >= 16);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
    expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
    const number = sentTo(portal).length;
    expect(number).toBeLessThan(30);
    expect(result.outputs).toMatchObject({
      'selected-count': '38',
      'deleted-count': String(number),
      'failed-count': '0',
      'kept-count': '2',
    });
    expect(errorOf(result)).toContain('The run was cancelled. No deletion was started after that');
    expect(result.log).toMatch(
      /^Cancelled: \d+ of 38 backups deleted, as the portal reported, not checked, 2 to keep\.$/m,
    );
    expect(result.summary).toContain(`Deleted, as the portal reported, not checked: ${number} backups`);
    expect(result.summary).toContain('not tried');
  });

  test('during a conclusive final listing reports no deletion under way', async () => {
    const faults = [{ on: 'GET get', kind: 'slow' as const, ms: 1_000, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(4), faults });
    const cancelled = cancelWhen(() => portal.seen.length === 4);
    const result = await prune(portal, {}, { cancelled });
    expect(errorOf(result)).toBe('The run was cancelled.');
    expect(result.log).toContain('Cancelled: 2 of 2 backups deleted, 2 kept.');
  });

  test('waits five seconds for a deletion that hangs, which then counts as failed', async () => {
    const faults = [{ on: `DELETE .*${makeId(18)}`, kind: 'hang' as const }];
    const portal = await portalWith({
      backups: makeBackups(20),
      faults,
      deleteMs: { ...slowDeletions(), '*': 5 },
    });
    const cancelled = cancelWhen(() => sentTo(portal).includes(18) && portal.state.maxConcurrent === 8);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(result.ms).toBeGreaterThanOrEqual(5_000);
    expect(result.ms).toBeLessThan(9_000);
    expect(result.outputs['failed-ids']).toBe(ids(18));
    expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
    expect(errorOf(result)).toContain('one that was already sent may have been carried out.');
  });

  test('prevents further attempts', async () => {
    const faults = [{ on: 'DELETE', kind: 'unavailable' as const, retryAfter: '20', skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(20), faults });
    const cancelled = cancelWhen(() => sentTo(portal).length === 9);
    const result = await prune(portal, {}, { cancelled });
    expect(result.ms).toBeLessThan(6_000);
    expect(portal.seen).toHaveLength(1 + 9);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(20), 'failed-count': '8' });
  });

  test('ends the wait for a rate limit', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '60' }];
    const portal = await portalWith({ backups: makeBackups(20), faults });
    const cancelled = cancelWhen(() => sentTo(portal).length === 1);
    const result = await prune(portal, {}, { cancelled });
    expect(result.ms).toBeLessThan(6_000);
    expect(portal.seen).toHaveLength(1 + 1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(20) });
  });

  test('before the plan reports that nothing was deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(20), listingMs: 1_000 });
    const cancelled = cancelWhen(() => portal.seen.length === 1);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(result.log).toContain('Cancelled: nothing was deleted.');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0' });
  });

  test('during the final listing lets it end, and uses it', async () => {
    const portal = await portalWith({ backups: makeBackups(5), listingMs: 1_000, stuck: [makeId(5)] });
    const cancelled = cancelWhen(() => portal.seen.length === 5);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(story(portal).at(-1)).toBe('list');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
  });

  test('during a probe prevents its second attempt', async () => {
    const portal = await portalWith({ backups: makeBackups(5), storageErrors: { 3: 500 }, deleteMs: 1_000 });
    const cancelled = cancelWhen(() => portal.seen.length === 2);
    const result = await prune(portal, {}, { cancelled });
    expect(story(portal)).toEqual(['list', 5]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(5) });
  });

  if (!ofTheBundle) {
    test('by an unexpected error ends the run in the same way, with exact counts', async () => {
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: { ...slowDeletions(), '*': 5 } });
      const cancelled = cancelWhen(
        () => portal.state.maxConcurrent === 8 && sentTo(portal).length >= 16,
        new RangeError('secret'),
      );
      const result = await prune(portal, {}, { cancelled });
      expect(result.code).toBe(1);
      expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
      expect(errorOf(result)).toContain('Unexpected error ("RangeError")');
      expect(readIds(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
      expect(result.outputs['failed-count']).toBe('0');
    });

    test('is not needed if a line of the log cannot be written: the run ends', async () => {
      const portal = await portalWith({ backups: makeBackups(80), deleteMs: 1_000 });
      const onLog = (line: string) => {
        if (line.includes('as the portal reports')) throw new RangeError('The disk is full');
      };
      const result = await prune(portal, {}, { onLog });
      expect(result.code).toBe(1);
      const number = sentTo(portal).length;
      await theClock().advance(60_000);
      // Nothing was sent after the report.
      expect(sentTo(portal)).toHaveLength(number);
    });
  }
});

/** All deletions from the ninth on take a second. */
function slowDeletions(): Record<string, number> {
  return Object.fromEntries(range(1, 31).map(number => [makeId(number), 1_000]));
}
