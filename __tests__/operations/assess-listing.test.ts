import { describe, expect, test } from '@jest/globals';
import { countWithoutId } from '../../src/backups/backup.js';
import { assessListing } from '../../src/operations/listings.js';
import { parseHistory } from '../../src/portal/history.js';
import { idOf } from '../support/backups.js';
import { record } from './support.js';

/** A listing of these records. */
function listingOf(...records: unknown[]) {
  return parseHistory(records, name => name);
}

const backups = (...numbers: number[]) => numbers.map(number => record(number));
const selected = (...numbers: number[]) => new Set(numbers.map(idOf));
const first = listingOf(...backups(1, 2, 3, 4));

/** The verdict that none of these backups remains. */
function noneOf(...numbers: number[]) {
  const count = numbers.length === 1 ? '1 backup' : `${numbers.length} backups`;
  const names = numbers.map(number => `\\S+ \\(Local, ${idOf(number)}\\)`).join(', ');
  const reason = `^it has none of the ${count} that should remain: ${names}\\. Another server may have answered`;
  return { kind: 'inconclusive', reason: expect.stringMatching(reason) };
}

describe('a final listing', () => {
  test('is conclusive if it contains everything that was not selected', () => {
    const listing = listingOf(...backups(2, 1));
    expect(assessListing(first, selected(3, 4), listing)).toEqual({
      kind: 'conclusive',
      listing,
      missing: [],
    });
  });

  test('is conclusive if it equals the first one: nothing was deleted', () => {
    expect(assessListing(first, selected(3, 4), first)).toEqual({
      kind: 'conclusive',
      listing: first,
      missing: [],
    });
  });

  test('is conclusive with new backups in it', () => {
    const listing = listingOf(...backups(1, 2, 9, 8));
    expect(assessListing(first, selected(3, 4), listing)).toEqual({
      kind: 'conclusive',
      listing,
      missing: [],
    });
  });

  test('is conclusive, and names the missing backup, if it lacks one of two that were not selected', () => {
    const verification = assessListing(first, selected(3, 4), listingOf(...backups(1)));
    expect(verification).toMatchObject({ kind: 'conclusive', missing: [{ id: idOf(2) }] });
  });

  test.each<[string, unknown[]]>([
    ['is empty', []],
    ['contains only other backups', backups(7, 8, 9)],
    ['contains only the selected ones', backups(3, 4)],
  ])('is inconclusive if it %s', (_case, records) => {
    expect(assessListing(first, selected(3, 4), listingOf(...records))).toEqual(noneOf(1, 2));
  });

  test('is conclusive when it is empty if all backups were selected', () => {
    const conclusive = { kind: 'conclusive', listing: [], missing: [] };
    expect(assessListing(first, selected(1, 2, 3, 4), [])).toEqual(conclusive);
    expect(assessListing([], selected(), [])).toEqual(conclusive);
  });

  test('is inconclusive if it lacks the only backup that was not selected', () => {
    expect(assessListing(first, selected(2, 3, 4), [])).toEqual(noneOf(1));
  });

  test('is conclusive, with nothing missing, if it lacks only temporary backups', () => {
    const temporary = record(1, { expiresOn: '2026-04-01T02:15:00' });
    const before = listingOf(temporary, ...backups(2, 3));
    const listing = listingOf(...backups(2));
    expect(assessListing(before, selected(2, 3), [])).toEqual({
      kind: 'conclusive',
      listing: [],
      missing: [],
    });
    expect(assessListing(before, selected(3), listing)).toEqual({ kind: 'conclusive', listing, missing: [] });
  });

  test('is inconclusive if it contains a temporary backup and no other that was not selected', () => {
    const temporary = record(1, { expiresOn: '2026-04-01T02:15:00' });
    const before = listingOf(temporary, ...backups(2, 3));
    expect(assessListing(before, selected(3), listingOf(temporary))).toEqual(noneOf(2));
  });

  test('is conclusive if it contains an unreadable record that has a readable id', () => {
    const unreadable = record(1, { createdOn: 'yesterday' });
    const before = listingOf(unreadable, ...backups(3));
    const listing = listingOf(unreadable);
    expect(assessListing(before, selected(3), listing)).toEqual({ kind: 'conclusive', listing, missing: [] });
    expect(assessListing(before, selected(3), [])).toEqual(noneOf(1));
  });
});

describe('records without a readable id', () => {
  test.each<[string, unknown]>([
    ['an id in braces', record(3, { id: `{${idOf(3)}}` })],
    ['an id without dashes', record(3, { id: idOf(3).replaceAll('-', '') })],
    ['an id of null', record(3, { id: null })],
    ['a key in another case', { ...record(3, { id: undefined }), Id: idOf(3) }],
    ['a number as its id', record(3, { id: 3 })],
    ['null as a record', null],
  ])('make the listing inconclusive if there is one more than before: %s', (_case, item) => {
    const verification = assessListing(first, selected(3, 4), listingOf(...backups(1, 2), item));
    expect(verification).toEqual({
      kind: 'inconclusive',
      reason:
        '1 record in it has no readable id, 0 in the first one. They could be the backups to be deleted.',
    });
  });

  test('leave it conclusive if there are as many as before, or fewer', () => {
    const withoutId = [record(7, { id: 'a' }), record(8, { id: 'b' })];
    const before = listingOf(...backups(1, 2, 3), ...withoutId);
    for (const records of [withoutId, withoutId.slice(1), []]) {
      const listing = listingOf(...backups(1, 2), ...records);
      expect(assessListing(before, selected(3), listing).kind).toBe('conclusive');
    }
    expect(assessListing(before, selected(3), listingOf(...backups(1, 2), ...withoutId, null))).toMatchObject(
      {
        kind: 'inconclusive',
        reason: expect.stringMatching(/^3 records in it have no readable id, 2 in the first one\./),
      },
    );
  });

  test('do not count as a backup that should remain', () => {
    const before = listingOf(record(1), record(3), record(7, { id: 'a' }));
    expect(assessListing(before, selected(3), listingOf(record(1, { id: 'a' })))).toEqual(noneOf(1));
  });

  test('are counted', () => {
    expect(countWithoutId(listingOf())).toBe(0);
    expect(countWithoutId(listingOf(...backups(1), null, {}, record(2, { id: 'x' })))).toBe(3);
  });
});
