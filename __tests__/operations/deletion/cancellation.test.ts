import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { theClock } from '../../support/clock.js';
import { portalWith } from '../../support/portals.js';
import { cancelWhen, ids, LIST, prune, range, sentTo, story } from '../support.js';

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
