import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, readIds } from '../../support/action.js';
import { theClock } from '../../support/clock.js';
import { portalWith } from '../../support/portals.js';
import { ids, prune, range, sentTo, story } from '../support.js';

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
