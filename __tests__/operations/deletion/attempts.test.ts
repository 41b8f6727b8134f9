import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds, testOfSource } from '../../support/action.js';
import { portalWith } from '../../support/portals.js';
import { deleteBackups, ids, prune, range, sentTo, story, warningsOf } from '../support.js';

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
      const pause = ofTheBundle ? '\\d\\.\\d' : '2\\.0';
      expect(result.log).toMatch(
        new RegExp(
          `^HTTP ${status} from DELETE \\S+${makeId(9)} .*\n(.*\n)*Storage type Local gets no deletion for ${pause} s, then a rejected one is sent again\\.$`,
          'm',
        ),
      );
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

  testOfSource(
    'that fails for three backups, of which one is not listed any more, ends their storage type',
    async () => {
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
    },
  );

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

test.each([
  ['unavailable', 1],
  ['unavailable', 2],
  ['bad-gateway', 2],
] as const)('"%s", %d times, at a second attempt is not taken for a lost record', async (kind, times) => {
  const portal = await portalWith({
    backups: makeBackups(20),
    faults: [{ on: 'DELETE', kind, skip: 1, times }],
    fileErrors: { [makeId(20)]: { status: 500, times: 1 } },
  });
  const result = await prune(portal);
  expect(errorOf(result)).toBe('');
  expect(portal.state.filesLeft).toEqual([]);
});

test('a rate limit after an attempt without an answer is not taken for a refusal of the deletion', async () => {
  const faults: Fault[] = [
    { on: 'DELETE', kind: 'slow-delete', ms: 100, status: 504, times: 1 },
    { on: 'DELETE', kind: 'rate-limit', retryAfter: '3600' },
  ];
  const portal = await portalWith({ backups: makeBackups(5), faults });
  const result = await prune(portal, { 'keep-last': '4' });
  expect(result.code).toBe(1);
  expect(story(portal)).toEqual(['list', 5, 5]);
  expect(errorOf(result)).toContain('It is not known whether 1 backup was deleted');
  expect(errorOf(result)).not.toContain('refused the DELETE');
  expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(5) });
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
