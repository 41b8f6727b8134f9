import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { deletions, portalWith } from '../../support/portals.js';
import { deleteBackups, ids, inTwoStorages, LIST, prune, range, sentTo, story } from '../support.js';

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

test('a portal that gets no DELETE is listed ever more rarely', async () => {
  const portal = await portalWith({
    backups: makeBackups(102),
    faults: [{ on: 'DELETE', kind: 'unavailable' }],
  });
  const result = await prune(portal, { retries: '0' });
  expect(result.code).toBe(1);
  // The first and the final one, and those after 3, 6, 12, 24, 48, 96 and 192 deletions.
  expect(portal.seen.filter(request => request === LIST).length).toBeLessThanOrEqual(2 + 7);
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
    // Seven others can be under way when the third one is answered. In real time, two confirmed ones may be answered late,
    // and each starts the count again.
    expect(tried).toBeLessThanOrEqual(3 + 3 + 7 + (ofTheBundle ? 2 * 2 : 0));
    expect(story(portal).at(-1)).toBe('list');
    expect(errorOf(result)).toContain(
      `${status === 200 ? 'Perhaps something' : 'Something'} in front of the portal answers DELETE requests: 3 in a row. The last answer: HTTP ${status} from DELETE`,
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
