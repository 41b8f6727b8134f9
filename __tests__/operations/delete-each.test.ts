import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type PortalOptions } from '../../tools/stand-in/portal.mjs';
import { errorOf, idsOf, ofTheBundle } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { deletions, portalWith } from '../support/portals.js';
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
} from './support.js';

/** Backups of two storage types, the older half of them in the first. */
function inTwoStorages(first: number, second: number, each = 10): Record<string, unknown>[] {
  return [
    ...range(1, each).map(number => record(number, { storageType: second })),
    ...range(each + 1, 2 * each).map(number => record(number, { storageType: first })),
  ];
}

describe('the first deletion of a storage type', () => {
  test('goes alone, and then eight go at once', async () => {
    const two = await portalWith({ backups: makeBackups(4), deleteMs: 50 });
    expect((await prune(two)).code).toBe(0);
    expect(two.state.mostAtOnce).toBe(1);
    const many = await portalWith({ backups: makeBackups(32), deleteMs: 50 });
    expect((await prune(many)).code).toBe(0);
    expect(many.state.mostAtOnce).toBe(8);
  });

  test('goes alone in each of them', async () => {
    const backups = inTwoStorages(3, 0, 3);
    const portal = await portalWith({ backups, deleteMs: 50 });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(0);
    expect(portal.state.mostAtOnce).toBe(1);
    expect(sentTo(portal)).toEqual([6, 5, 3, 2]);
  });

  test('decides for the storage with the oldest backup first', async () => {
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
  ])('that ends in HTTP %d, twice,', (status, message) => {
    test('and is gone from the list, stops all others in that storage', async () => {
      const portal = await portalWith({ backups: makeBackups(101), storageErrors: { 3: status } });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(story(portal)).toEqual(['list', 101, 101, 'list']);
      expect(portal.state.filesLeft).toEqual([makeId(101)]);
      expect(result.outputs).toMatchObject({
        'selected-count': '99',
        'deleted-count': '0',
        'failed-ids': ids(101),
        'kept-count': '2',
      });
      expect(errorOf(result)).toContain('so 98 backups there were not tried');
      expect(errorOf(result)).toContain('of storage type Local, and');
      expect(errorOf(result)).toContain(message);
      expect(errorOf(result)).toContain('its file may remain');
      expect(result.log).toContain('Failed: 0 of 99 backups deleted, 2 kept.');
    });

    test('and is still listed, lets the next one go first; after three of those all go', async () => {
      // The portal fails before it marks the record.
      const faults = range(12, 9).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'error-form' as const,
        status,
      }));
      const portal = await portalWith({ backups: makeBackups(12), faults });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(story(portal).slice(0, 10)).toEqual([
        ...['list', 12, 12, 'list'],
        ...[11, 11, 'list'],
        ...[10, 10, 'list'],
      ]);
      expect(sentTo(portal).slice(6).sort()).toEqual([3, 4, 5, 6, 7, 8, 9, 9].sort());
      expect(story(portal).slice(-2)).toEqual([9, 'list']);
      expect(result.outputs).toMatchObject({
        'deleted-ids': ids(8, 7, 6, 5, 4, 3),
        'failed-ids': ids(12, 11, 10, 9),
      });
      expect(errorOf(result)).toContain('4 of 10 backups are still listed');
      expect(errorOf(result)).toContain(message);
    });
  });

  test('that refuses its storage leaves the other storages as they are', async () => {
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
    expect(errorOf(result)).toContain('of storage type Documents, and');
    expect(errorOf(result)).toContain('8 backups there were not tried');
  });

  test('that refuses its storage leaves those before it as they are, with the list between as the closing one', async () => {
    const portal = await portalWith({ backups: inTwoStorages(0, 3), storageErrors: { 3: 500 } });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(story(portal).slice(10)).toEqual([10, 10, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(...range(20, 12)), 'failed-ids': ids(10) });
  });

  test('is made for every storage that refuses', async () => {
    const portal = await portalWith({ backups: inTwoStorages(0, 3), storageErrors: { 0: 500, 3: 400 } });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(story(portal)).toEqual(['list', 20, 20, 'list', 10, 10, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(20, 10) });
    expect(errorOf(result)).toMatch(/type Documents,.* type Local,/);
  });

  test('is made among those whose storage type cannot be read too', async () => {
    const backups = [1, 2, 3, 4, 5].map(number => record(number, { storageType: 90 + number }));
    const portal = await portalWith({ backups: [...backups, record(6)], fileErrors: { '*': 500 } });
    const result = await deleteBackups(portal, [1, 2, 3, 4]);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(2);
    expect(errorOf(result)).toContain('of an unknown storage, and');
    expect(errorOf(result)).toContain('3 backups there were not tried');
  });

  test('that is the only one says nothing of others', async () => {
    const portal = await portalWith({ backups: makeBackups(3), storageErrors: { 3: 500 } });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 3, 3, 'list']);
    expect(errorOf(result)).not.toContain('not tried');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(3) });
  });

  test('whose second try works lets all others go, with no list between', async () => {
    const fileErrors = { [makeId(12)]: { status: 500, times: 1 } };
    const portal = await portalWith({ backups: makeBackups(12), fileErrors });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(story(portal).slice(0, 4)).toEqual(['list', 12, 12, 11]);
    expect(story(portal)).toHaveLength(1 + 11 + 1);
    expect(portal.state.filesLeft).toEqual([]);
  });

  test('whose folder is not there (404 in the error form) lets all others go', async () => {
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
  ] as const)('that ends without the portal’s word ("%s" %s) lets the others go', async (kind, status) => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind, times: 1, ...(status ? { status } : {}) }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal).slice(0, 3)).toEqual(['list', 12, 11]);
    // Once more, when the others are done.
    expect(story(portal).slice(-2)).toEqual([12, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10', 'failed-count': '0' });
  });

  test('that ends in another error of its own lets the others go', async () => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind: 'says-false' as const }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(story(portal)).toHaveLength(1 + 10 + 1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(12) });
  });

  test('after which no list is to be had ends the run', async () => {
    const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toEqual([12, 12]);
    expect(errorOf(result)).toContain('HTTP 500 from GET');
    expect(errorOf(result)).toContain('9 backups were not tried');
    // A next run will not see it, and the file is there.
    expect(portal.state.filesLeft).toEqual([makeId(12)]);
    expect(errorOf(result)).toMatch(
      new RegExp(
        `The portal answered the DELETE of 1 backup without reporting success: \\S+ \\(Local, ${makeId(12)}\\)\\. HTTP 500 from DELETE .* Its file may remain, also where the next list lacks it;`,
      ),
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });

  test('after which no list is to be had is not followed by a second attempt at the list', async () => {
    const faults = [{ on: 'GET get', kind: 'server-error' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, faults });
    const result = await prune(portal);
    expect(errorOf(result).match(/HTTP 500 from GET/g)).toHaveLength(1);
  });

  test('after which the list proves nothing ends the run', async () => {
    const backends = [{ listings: [2], backups: [] }];
    const portal = await portalWith({ backups: makeBackups(12), storageErrors: { 3: 500 }, backends });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 12, 12, 'list']);
    expect(errorOf(result)).toContain('The closing list proves nothing');
    expect(errorOf(result)).toContain(
      'The portal answered the DELETE of 1 backup without reporting success: ',
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(12) });
  });
});

describe('a second try', () => {
  test.each([
    [500, 'The server could not process the request'],
    [403, 'Access denied'],
    [403, 'The database had a hiccup'],
    [400, 'The account of this storage is disconnected'],
  ])(
    'after HTTP %d "%s" comes at the end, whatever retries says, and may make all good',
    async (status, message) => {
      const fileErrors = { [makeId(9)]: { status, message, times: 1 } };
      const portal = await portalWith({ backups: makeBackups(12), fileErrors });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(story(portal)).toHaveLength(1 + 11 + 1);
      expect(story(portal).slice(-2)).toEqual([9, 'list']);
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
  ])('that ends in HTTP %d again leaves the file, and the error names it', async (status, message) => {
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: status } });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal).filter(number => number === 9)).toHaveLength(2);
    expect(portal.state.filesLeft).toEqual([makeId(9)]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain('The portal no longer lists 1 backup');
    expect(errorOf(result)).toContain(`alias_2026-03-23_05-15-00.tar.gz (Local, ${makeId(9)})`);
    expect(errorOf(result)).toContain(message);
    expect(errorOf(result)).toContain('A re-run will not see it');
    expect(errorOf(result)).not.toContain('still listed');
    expect(result.summary).toContain('its file may remain');
  });

  test('of many whose files stay names ten of them, and counts the rest', async () => {
    const fileErrors = Object.fromEntries(range(3, 14).map(number => [makeId(number), 500]));
    const portal = await portalWith({ backups: makeBackups(20), fileErrors });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'deleted-count': '6', 'failed-ids': ids(...range(14, 3)) });
    expect(errorOf(result)).toContain('no longer lists 12 backups');
    expect(errorOf(result)).toContain(`${makeId(5)}) and 2 more`);
    expect(errorOf(result)).toContain('A re-run will not see them');
  });

  test('of one whose record stays is told apart from one whose file stays', async () => {
    const portal = await portalWith({
      backups: makeBackups(20),
      locked: [makeId(18), makeId(7)],
      broken: [makeId(16)],
      stuck: [makeId(12)],
    });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(18 + 3);
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
  ] as const)('does not follow "%s", which concerns that backup alone', async (kind, status) => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(sentTo(portal)).toHaveLength(10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain(`HTTP ${status}`);
  });

  test.each<[string, object]>([
    ['"status" 0 beside an error', { status: 0, statusCode: 500, error: { message: 'x' } }],
    ['"statusCode" 500', { statusCode: 500 }],
    ['an error', { error: {} }],
    ['"status" as a text', { status: '0' }],
    ['no "status"', { status: undefined }],
  ])('does not follow true with %s, which is no success', async (_what, more) => {
    const body = JSON.stringify({ response: true, count: 1, status: 0, statusCode: 200, ...more });
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'status' as const, body }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(sentTo(portal)).toHaveLength(10);
  });

  test('does not follow 404 in the error form: nothing is left to delete', async () => {
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: 404 } });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toHaveLength(10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '10' });
  });

  test('follows an attempt that got no answer, and the list decides', async () => {
    for (const [kind, code] of [
      ['lost-after', 0],
      ['lost-before', 1],
      ['unavailable', 1],
    ] as const) {
      const faults = [{ on: `DELETE .*${makeId(9)}`, kind }];
      const portal = await portalWith({ backups: makeBackups(12), faults });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(code);
      expect(sentTo(portal).filter(number => number === 9)).toHaveLength(2);
      expect(story(portal).slice(-2)).toEqual([9, 'list']);
      expect(result.outputs['failed-ids']).toBe(code === 0 ? '[]' : ids(9));
    }
  });

  test('that is not answered leaves the error before it as the portal’s last word', async () => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'lost-before' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(12), fileErrors: { [makeId(9)]: 500 }, faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(1);
    expect(portal.state.filesLeft).toEqual([makeId(9)]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
    expect(errorOf(result)).toContain('file may remain');
  });

  test('is not made when a refusal has ended the run', async () => {
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

describe('an attempt whose answer was lost', () => {
  test.each(['lost-after', 'reset-after', 'cut'] as const)(
    '("%s") and whose repetition finds nothing left (404) is done',
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

  test('is made again by delete-backups too, and 404 then means that it is done', async () => {
    const faults = [
      { on: 'DELETE', kind: 'lost-after' as const, times: 1 },
      { on: 'DELETE', kind: 'error-form' as const, status: 404, message: 'Any text', times: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const result = await deleteBackups(portal, [2], { retries: '0' });
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 2, 2, 'list']);
  });

  test('and whose repetition says true is done', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      faults: [{ on: 'DELETE', kind: 'lost-after', times: 1 }],
    });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 3, 3, 'list']);
  });

  test('and whose repetition says that the file cannot be deleted gets a second try', async () => {
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

describe('the first deletion of a storage type that fails at its file', () => {
  const refusing = (first: object): PortalOptions => ({
    backups: makeBackups(6),
    fileErrors: { '*': 500 },
    faults: [{ on: `DELETE .*${makeId(6)}`, skip: 1, times: 1, ...first } as Fault],
  });

  test.each([
    ['a gateway answers', { kind: 'bad-gateway' }],
    ['nobody answers', { kind: 'lost-before' }],
    ['the portal says no success', { kind: 'says-false' }],
  ])('and whose second try %s, has failed: the others are not tried', async (_what, fault) => {
    const portal = await portalWith(refusing(fault));
    const result = await prune(portal, { 'keep-last': '1', retries: '0' });
    expect(result.code).toBe(1);
    expect(new Set(sentTo(portal))).toEqual(new Set([6]));
    expect(portal.state.history.own).toHaveLength(5);
    expect(errorOf(result)).toContain('4 backups there were not tried');
    expect(result.outputs).toMatchObject({ 'failed-ids': ids(6) });
  });

  test('is tried again in the end where nobody answered the second try, and it is still listed', async () => {
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

  test('and whose second try says true, has not', async () => {
    const portal = await portalWith({ ...refusing({ kind: 'lie' }), fileErrors: { [makeId(6)]: 500 } });
    const result = await prune(portal, { 'keep-last': '1', retries: '0' });
    expect(result.code).toBe(0);
    expect(new Set(sentTo(portal)).size).toBe(5);
  });
});

test('a backup that only the list shows to be gone: a warning, for its file may remain', async () => {
  const faults = [{ on: `DELETE .*${makeId(3)}`, kind: 'bad-gateway' as const }];
  const portal = await portalWith({ backups: makeBackups(3), vanishing: [makeId(3)], faults });
  const result = await prune(portal, { retries: '1' });
  expect(result.code).toBe(0);
  expect(warningsOf(result.log)).toEqual([
    '::warning::1 backup is gone from the list, but the portal never answered the DELETE: the files may remain.',
  ]);
  const answered = await portalWith({
    backups: makeBackups(3),
    faults: [{ on: 'DELETE', kind: 'lost-after', times: 1 }],
  });
  expect(warningsOf((await prune(answered)).log)).toEqual([]);
});

/** What a gateway says that does not know the path: it has an `error` and a `message` too. */
const GATEWAY_404 = '{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}';

describe('a 404 in JSON that is not of the portal', () => {
  test('is not taken for its word that nothing is left, on a second try', async () => {
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

  test('is not taken for it on the first try, and ends the run', async () => {
    const faults = [{ on: 'DELETE', kind: 'status' as const, status: 404, body: GATEWAY_404 }];
    const portal = await portalWith({ backups: makeBackups(4), faults });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 4, 'list']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(4) });
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
    ['not-found', 404],
    ['page', 403],
    ['page', 404],
  ] as const)('"%s" (%d) is tried on eight backups at most', async (kind, status) => {
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
    expect(idsOf(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
    expect(result.summary).toContain('not tried');
  });

  test('at the first deletion leaves the others untouched', async () => {
    const portal = await portalWith({
      backups: makeBackups(40),
      faults: [{ on: 'DELETE', kind: 'no-scope' }],
    });
    const result = await prune(portal);
    expect(story(portal)).toEqual(['list', 40, 'list']);
    expect(errorOf(result)).toContain('37 backups were not tried');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(40) });
  });

  test('in one storage ends it in the others too', async () => {
    const portal = await portalWith({
      backups: inTwoStorages(0, 3),
      faults: [{ on: 'DELETE', kind: 'unauthorized' }],
    });
    await prune(portal, { 'keep-last': '1' });
    expect(story(portal)).toEqual(['list', 20, 'list']);
  });

  test('ends the waits of the others, and their attempts', async () => {
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

if (!ofTheBundle) {
  test('from time to time the log says how many are deleted, as the portal reports', async () => {
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: 9_000, locked: [makeId(38)] });
    const result = await prune(portal);
    const lines = result.log.match(/^\d+ of 38 backups deleted, as the portal reports\.$/gm) ?? [];
    const numbers = lines.map(line => Number.parseInt(line, 10));
    expect(numbers.length).toBeGreaterThan(2);
    expect(numbers).toEqual([...numbers].sort((x, y) => x - y));
    expect(numbers.every(number => number <= 37)).toBe(true);
    expect(numbers.at(-1)).toBeGreaterThan(20);
  });
}

describe('eight places at the portal', () => {
  test('are filled, over connections that are kept', async () => {
    const portal = await portalWith({ backups: makeBackups(120), deleteMs: 40 });
    const result = await prune(portal, { 'keep-last': '20' });
    expect(result.code).toBe(0);
    expect(portal.seen).toHaveLength(1 + 100 + 1);
    expect(portal.state.mostAtOnce).toBe(8);
    expect(portal.state.mostRequestsAtOnce).toBe(8);
    // Two lists and the key have one of their own.
    expect(portal.state.connections).toBeLessThanOrEqual(8 + 3);
  });

  test('are filled oldest first, whatever the order of the list', async () => {
    const backups = makeBackups(40);
    const mixed = backups.map((_, index) => backups[(index * 7) % 40]);
    const portal = await portalWith({ backups: mixed, deleteMs: 20 });
    const result = await prune(portal, { 'keep-last': '8' });
    expect(result.outputs['deleted-ids']).toBe(ids(...range(40, 9)));
    // Those that are under way together may overtake each other.
    for (const [index, number] of sentTo(portal).entries()) {
      expect(Math.abs(40 - index - number)).toBeLessThan(8);
    }
  });

  test.each([
    ['request-timeout', 408],
    ['gateway-timeout', 504],
    ['page', 520],
    ['page', 522],
    ['page', 524],
  ] as const)('are lost one by one to "%s" (%d), after which the portal may go on', async (_kind, status) => {
    const portal = await portalWith({
      backups: makeBackups(40),
      deleteMs: 600_000,
      gateway: { ms: 50, status },
      limits: { deletesAtOnce: 16 },
    });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(1);
    // The first one loses its place before the others start: seven are left for them.
    expect(new Set(sentTo(portal)).size).toBe(8);
    expect(portal.state.mostAtOnce).toBe(8);
    expect(errorOf(result)).toContain('30 backups were not tried: 8 deletions may still go on at the portal');
    expect(errorOf(result)).toContain('Run again later.');
    expect(story(portal).at(-1)).toBe('list');
    // Its records are gone: the list decides where nothing was answered.
    expect(result.outputs).toMatchObject({
      'deleted-count': '8',
      'failed-count': '0',
      'status-code': String(status),
    });
  });

  test.each([
    ['bad-gateway', 502],
    ['unavailable', 503],
    ['page', 521],
    ['page', 523],
  ] as const)(
    'are kept after "%s" (%d), which says that the portal was not reached',
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

  test('are not given to others by one that the gateway gave up, but to its own repetition', async () => {
    const portal = await portalWith({
      backups: makeBackups(40),
      deleteMs: { [makeId(38)]: 3_000, [makeId(30)]: 3_000, '*': 50 },
      gateway: { ms: 1_000 },
    });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(portal.state.mostAtOnce).toBe(8);
    for (const number of [38, 30]) expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(2);
    expect(sentTo(portal)).toHaveLength(38 + 2);
    expect(sentTo(portal).slice(-2).sort()).toEqual([30, 38]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
  });

  if (!ofTheBundle) {
    test('are lost to deletions that hang', async () => {
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'hang' as const,
      }));
      const portal = await portalWith({ backups: makeBackups(40), faults });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(1);
      expect(portal.state.mostAtOnce).toBe(8);
      expect(new Set(sentTo(portal)).size).toBe(9);
      // A hundred seconds for the first attempts, and as many for the second tries.
      expect(result.ms).toBeGreaterThanOrEqual(200_000);
      expect(result.ms).toBeLessThan(205_000);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(40), 'failed-ids': ids(...range(39, 32)) });
      expect(errorOf(result)).toContain('29 backups were not tried');
    });

    test('are lost, and free again when all second tries have succeeded: then the others have their turn', async () => {
      // The gateway gives up on the first eight; when they are tried again, it does not.
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
      expect(portal.state.mostAtOnce).toBe(8);
      expect(sentTo(portal).slice(0, 16).sort()).toEqual([...range(40, 33), ...range(40, 33)].sort());
      expect(sentTo(portal)).toHaveLength(38 + 8);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });

    test('are not free for second tries while their own repetitions are not answered either', async () => {
      // Seven lose their places for good; five others then need a second try, in the one that is left.
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
      expect(portal.state.mostAtOnce).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 7 + 5);
      // In one place, oldest first.
      expect(
        sentTo(portal)
          .slice(38)
          .filter(number => number <= 20),
      ).toEqual(range(20, 16));
      expect(result.outputs['failed-count']).toBe('7');
    });

    test('are free again for second tries as soon as the portal has answered a repetition', async () => {
      // Seven lose their places for a while; five others then need a second try.
      const slow = range(39, 33);
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: { ...Object.fromEntries(slow.map(number => [makeId(number), 40_000])), '*': 50 },
        gateway: { ms: 30_000 },
        fileErrors: Object.fromEntries(
          range(20, 16).map(number => [makeId(number), { status: 500, times: 1 }]),
        ),
      });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(0);
      expect(portal.state.mostAtOnce).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 7 + 5);
      expect(portal.state.filesLeft).toEqual([]);
    });
  }

  test('hold also when the second try of a first deletion is given up by the gateway', async () => {
    const faults = [
      // Its first attempt fails, its second is given up after a while, and the portal goes on with it.
      { on: `DELETE .*${makeId(40)}`, kind: 'server-error' as const, times: 1 },
      { on: `DELETE .*${makeId(40)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
    const result = await prune(portal, { retries: '0' });
    expect(portal.state.mostAtOnce).toBe(8);
    expect(result.outputs['selected-count']).toBe('38');
  });

  test('hold also when a repetition is answered by a gateway that does not reach the portal', async () => {
    const faults = range(39, 32).flatMap(number => [
      { on: `DELETE .*${makeId(number)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
      { on: `DELETE .*${makeId(number)}`, kind: 'unavailable' as const, times: 1 },
    ]);
    const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
    await prune(portal, { retries: '1' });
    expect(portal.state.mostAtOnce).toBe(8);
  });

  test.each<[name: string, answer: Omit<Fault, 'on'>]>([
    ['an error that a second try may mend', { kind: 'server-error' }],
    ['an error of its file', { kind: 'access-denied' }],
    ['an error that is final', { kind: 'status', status: 409 }],
    ['an answer that is no success', { kind: 'says-false' }],
    ['what nobody can read', { kind: 'not-json' }],
  ])(
    'hold also when a repetition is answered by %s, for the first attempt may go on',
    async (_name, answer) => {
      // Of the one that goes first, too.
      const faults = range(40, 33).flatMap(number => {
        const on = `DELETE .*${makeId(number)}`;
        return [
          { on, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
          { on, ...answer },
        ];
      });
      const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
      const result = await prune(portal, { retries: '1' });
      expect(portal.state.mostAtOnce).toBe(8);
      expect([...new Set(sentTo(portal))]).toEqual(range(40, 33));
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '8' });
      expect(errorOf(result)).toContain('30 backups were not tried');
    },
  );
});

describe('the end of the time', () => {
  if (!ofTheBundle) {
    test.each<[string, Record<string, unknown>]>([
      ['each takes a second', { deleteMs: 1_000 }],
      ['each takes 2 s', { deleteMs: 2_000 }],
      ['a listing takes 1.5 s', { deleteMs: 500, listingMs: 1_500 }],
      ['marking the record takes as long as its file', { markMs: 700, deleteMs: 700 }],
      ['every seventh takes long', { deleteMs: { ...longEverySeventh(), '*': 400 } }],
    ])('is planned where %s: the counts are exact, and stay so', async (_what, options) => {
      const portal = await portalWith({ backups: makeBackups(402), ...options });
      const result = await prune(portal, { 'timeout-seconds': '10' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(10_000);
      expect(story(portal).at(-1)).toBe('list');
      const gone = [...portal.state.deletedIds].sort();
      expect(idsOf(result.outputs, 'deleted').sort()).toEqual(gone);
      expect(result.outputs['failed-count']).toBe('0');
      expect(gone.length).toBeGreaterThan(8);
      expect(errorOf(result)).toContain(
        `${400 - gone.length} backups were not tried for lack of time: left for the next run.`,
      );
      // A minute later, still nothing else is gone: nothing was under way.
      await theClock().advance(60_000);
      expect([...portal.state.deletedIds].sort()).toEqual(gone);
    });

    test('leaves one that takes longer than any before to the list', async () => {
      const deleteMs = { [makeId(30)]: 60_000, '*': 100 };
      const portal = await portalWith({ backups: makeBackups(32), deleteMs });
      const result = await prune(portal, { 'timeout-seconds': '20', retries: '0' });
      expect(result.ms).toBeLessThanOrEqual(20_000);
      expect(sentTo(portal).length).toBeLessThanOrEqual(31);
      // Its record went first, and nothing was answered.
      expect(result.outputs).toMatchObject({ 'deleted-count': '30', 'failed-count': '0' });
    });

    test('comes for a hanging deletion after half of the time left', async () => {
      const faults = [{ on: `DELETE .*${makeId(5)}`, kind: 'hang' as const }];
      const portal = await portalWith({ backups: makeBackups(5), faults });
      const result = await prune(portal, { 'timeout-seconds': '40', retries: '0' });
      expect(result.ms).toBeLessThanOrEqual(40_000);
      // Half of 40 s, then, for its second try, half of the rest.
      expect(result.ms).toBeGreaterThan(29_500);
      expect(story(portal)).toEqual(['list', 5, 4, 3, 5, 'list']);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
    });

    test('leaves no second try that could not end before it', async () => {
      const fileErrors = { [makeId(3)]: 500 };
      const portal = await portalWith({ backups: makeBackups(11), deleteMs: 5_000, fileErrors });
      const result = await prune(portal, { 'timeout-seconds': '18' });
      expect(result.ms).toBeLessThanOrEqual(18_000);
      expect(sentTo(portal).filter(number => number === 3)).toHaveLength(1);
      expect(result.outputs).toMatchObject({ 'deleted-count': '8', 'failed-ids': ids(3) });
      expect(errorOf(result)).toContain('file may remain');
    });
  }

  test('is no reason for a dry run to stop', async () => {
    const portal = await portalWith({ backups: makeBackups(60), listingMs: 300 });
    const result = await prune(portal, { 'timeout-seconds': '3', 'dry-run': 'true' });
    expect(result.code).toBe(0);
    expect(result.outputs['selected-count']).toBe('58');
  });
});

/** For every seventh backup, more time than for the others. */
function longEverySeventh(): Record<string, number> {
  return Object.fromEntries(range(1, 57).map(seventh => [makeId(7 * seventh), 1_500]));
}

describe('a rate limit', () => {
  if (!ofTheBundle) {
    test.each([
      ['at once', []],
      ['after a gateway has lost it', [{ kind: 'unavailable', times: 1 }]],
    ] as const)('that refuses a DELETE %s until the time is up is no lost answer', async (_when, before) => {
      // The listing drops it, through no doing of this run.
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
    });
  }

  if (!ofTheBundle) {
    test('of 1,500 requests a minute: 3,000 backups are pruned within 150 s and 50 refusals', async () => {
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

    test('of 100 requests a minute that names its end is waited for, with few refusals', async () => {
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

    test('of four requests at a time: 300 backups are pruned within 15 s', async () => {
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

    test('of one request at a time lets all of them through in the end', async () => {
      const portal = await portalWith({
        backups: makeBackups(42),
        limits: { deletesAtOnce: 1 },
        deleteMs: 50,
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(result.outputs['deleted-count']).toBe('40');
    });

    test('that does not end is given up at the deadline, and what was done is known', async () => {
      const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, skip: 4 }];
      const portal = await portalWith({ backups: makeBackups(30), faults });
      const result = await prune(portal, { 'timeout-seconds': '60' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(60_000);
      expect(deletions(portal).length).toBeLessThan(120);
      expect(result.outputs).toMatchObject({ 'deleted-count': '4' });
    });
  }

  test('uses up no retries', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, times: 3 }];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toHaveLength(12 + 3);
    expect(result.outputs).toMatchObject({ 'deleted-count': '12', 'failed-count': '0' });
  });

  test.each([
    ['a DELETE', 'DELETE', 0],
    ['the closing listing', 'GET get', 1],
  ])(
    'met by %s that asks for more time than there is ends the run, without a further listing',
    async (_what, on, skip) => {
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

  test('asked for after some deletions leaves those as the portal reported them', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '3600', skip: 5 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
    expect(sentTo(portal).length).toBeLessThanOrEqual(5 + 8);
    expect(result.outputs).toMatchObject({ 'deleted-count': '5' });
    expect(idsOf(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
  });

  test('named beside a failure that is final says nothing of the others', async () => {
    const headers = { 'retry-after': '3600' };
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'status' as const, status: 500, headers }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(errorOf(result)).toContain('1 of 10 backups is still listed');
    expect(errorOf(result)).not.toContain('It asks to wait');
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
  });
});

describe('a huge answer', () => {
  test('to one DELETE concerns that backup alone', async () => {
    const faults = [{ on: `DELETE .*${makeId(9)}`, kind: 'huge' as const }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('longer than 1 MiB');
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(9) });
  });

  test('to every DELETE does not bring the run to a standstill', async () => {
    const portal = await portalWith({ backups: makeBackups(14), faults: [{ on: 'DELETE', kind: 'huge' }] });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('longer than 1 MiB');
    // Its end was not seen: the portal may still be at work on each.
    expect(sentTo(portal)).toHaveLength(8);
    expect(errorOf(result)).toContain('4 backups were not tried: 8 deletions may still go on at the portal');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '8' });
  });
});

describe('a cancellation', () => {
  test('starts no new deletion, awaits those on their way, and reports what the portal said', async () => {
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: { ...slowOnes(), '*': 5 } });
    const cancelled = cancelWhen(() => portal.state.mostAtOnce === 8 && sentTo(portal).length >= 16);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
    expect(idsOf(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
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

  test('during a closing list that proves it all has nothing on its way', async () => {
    const faults = [{ on: 'GET get', kind: 'slow' as const, ms: 1_000, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(4), faults });
    const cancelled = cancelWhen(() => portal.seen.length === 4);
    const result = await prune(portal, {}, { cancelled });
    expect(errorOf(result)).toBe('The run was cancelled.');
    expect(result.log).toContain('Cancelled: 2 of 2 backups deleted, 2 kept.');
  });

  test('leaves a deletion that hangs five seconds, and then calls it failed', async () => {
    const faults = [{ on: `DELETE .*${makeId(18)}`, kind: 'hang' as const }];
    const portal = await portalWith({
      backups: makeBackups(20),
      faults,
      deleteMs: { ...slowOnes(), '*': 5 },
    });
    const cancelled = cancelWhen(() => sentTo(portal).includes(18) && portal.state.mostAtOnce === 8);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(result.ms).toBeGreaterThanOrEqual(5_000);
    expect(result.ms).toBeLessThan(9_000);
    expect(result.outputs['failed-ids']).toBe(ids(18));
    expect(idsOf(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
    expect(errorOf(result)).toContain('one on its way may have been carried out.');
  });

  test('lets no attempt be repeated', async () => {
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

  test('before the plan means that nothing was deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(20), listingMs: 1_000 });
    const cancelled = cancelWhen(() => portal.seen.length === 1);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(result.log).toContain('Cancelled: nothing was deleted.');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0' });
  });

  test('during the closing listing lets it end, and takes its word', async () => {
    const portal = await portalWith({ backups: makeBackups(5), listingMs: 1_000, stuck: [makeId(5)] });
    const cancelled = cancelWhen(() => portal.seen.length === 5);
    const result = await prune(portal, {}, { cancelled });
    expect(result.code).toBe(1);
    expect(story(portal).at(-1)).toBe('list');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
  });

  test('during a first deletion lets no second try follow', async () => {
    const portal = await portalWith({ backups: makeBackups(5), storageErrors: { 3: 500 }, deleteMs: 1_000 });
    const cancelled = cancelWhen(() => portal.seen.length === 2);
    const result = await prune(portal, {}, { cancelled });
    expect(story(portal)).toEqual(['list', 5]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(5) });
  });

  if (!ofTheBundle) {
    test('by an error that has escaped ends the run in the same way, with exact counts', async () => {
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: { ...slowOnes(), '*': 5 } });
      const cancelled = cancelWhen(
        () => portal.state.mostAtOnce === 8 && sentTo(portal).length >= 16,
        new RangeError('secret'),
      );
      const result = await prune(portal, {}, { cancelled });
      expect(result.code).toBe(1);
      expect(portal.seen.filter(request => request === LIST)).toHaveLength(1);
      expect(errorOf(result)).toContain('Unexpected error ("RangeError")');
      expect(idsOf(result.outputs, 'deleted').sort()).toEqual([...portal.state.deletedIds].sort());
      expect(result.outputs['failed-count']).toBe('0');
    });

    test('is not needed to end a run in which a line of the log cannot be written', async () => {
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

/** The deletions of a second's length, from the ninth on. */
function slowOnes(): Record<string, number> {
  return Object.fromEntries(range(1, 31).map(number => [makeId(number), 1_000]));
}
