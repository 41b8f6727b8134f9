import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { deletions, portalWith } from '../../support/portals.js';
import { deleteBackups, ids, LIST, prune, sentTo } from '../support.js';

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
    /** After the probe, the next eight deletions are refused at once. */
    const burst = () => ({ on: 'DELETE', kind: 'rate-limit', skip: 1, times: 8 }) as const;

    test('that lets one request go at a time does not hold up the others behind a deletion that hangs', async () => {
      const hung = { on: `DELETE .*${makeId(28)}`, kind: 'hang' } as const;
      const portal = await portalWith({ backups: makeBackups(30), faults: [burst(), hung] });
      const result = await prune(portal, { 'keep-last': '1', 'timeout-seconds': '60' });
      expect(result.outputs).toMatchObject({ 'deleted-count': '28', 'failed-ids': ids(28) });
    });

    test('that is over is not blamed when time runs out', async () => {
      const deleteMs = { [makeId(30)]: 100, '*': 2_000 };
      const portal = await portalWith({ backups: makeBackups(30), faults: [burst()], deleteMs });
      const result = await prune(portal, { 'keep-last': '1', 'timeout-seconds': '15' });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toMatch(/^\d+ of 29 backups are still listed: /);
      expect(errorOf(result)).toContain('not tried for lack of time. Run again, or raise timeout-seconds.');
    });

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

  test('does not send what it turned away into a storage that has just refused', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '1', skip: 2, times: 7 }];
    const storages = { 3: { failsFrom: 2 } };
    const portal = await portalWith({ backups: makeBackups(22, { storageType: 3 }), faults, storages });
    const result = await prune(portal);
    expect(result.code).toBe(1);
    // The second one twice, and the seven that were turned away once.
    expect(sentTo(portal)).toEqual([22, 21, 20, 19, 18, 17, 16, 15, 14, 21]);
    expect(readIds(result.outputs, 'failed').sort()).toEqual(
      [...readIds({ 'failed-ids': ids(21, 20, 19, 18, 17, 16, 15, 14) }, 'failed')].sort(),
    );
    expect(errorOf(result)).toContain('The portal no longer lists 1 backup');
    expect(errorOf(result)).toContain('7 of 20 backups are still listed');
    expect(errorOf(result)).toContain(
      'The rate limit of the portal turned the request away, and it was not sent again.',
    );
    expect(errorOf(result)).toContain('so 11 backups there were not tried');
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
