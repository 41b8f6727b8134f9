import { describe, expect, test } from '@jest/globals';
import { countWithoutId, prove } from '../../src/operations/proof.js';
import { parseHistory } from '../../src/portal/records.js';
import { idOf } from '../support/backups.js';
import { record } from './support.js';

/** What the portal lists, as the proof sees it. */
function listing(...items: unknown[]) {
  return parseHistory(items, text => text);
}

const good = (...numbers: number[]) => numbers.map(number => record(number));
const selected = (...numbers: number[]) => new Set(numbers.map(idOf));
const first = listing(...good(1, 2, 3, 4));

describe('a closing listing', () => {
  test('proves what it shows when all that nobody deleted is still there', () => {
    const proof = prove(first, selected(3, 4), listing(...good(2, 1)));
    expect(proof).toEqual({ kind: 'trusted', missing: [] });
  });

  test('that is the same as the first proves that nothing was deleted', () => {
    expect(prove(first, selected(3, 4), first)).toEqual({ kind: 'trusted', missing: [] });
  });

  test('with new backups in it proves as much as without them', () => {
    const closing = listing(...good(1, 2, 9, 8));
    expect(prove(first, selected(3, 4), closing)).toEqual({ kind: 'trusted', missing: [] });
  });

  test('that lacks one of two backups which nobody deleted can be trusted, and tells which one', () => {
    const proof = prove(first, selected(3, 4), listing(...good(1)));
    expect(proof).toMatchObject({ kind: 'trusted', missing: [{ id: idOf(2) }] });
  });

  test.each<[string, unknown[]]>([
    ['is empty', []],
    ['holds other backups alone', good(7, 8, 9)],
    ['holds the selected ones alone', good(3, 4)],
  ])('that %s has lost all that was to stay, and proves nothing', (_what, items) => {
    const proof = prove(first, selected(3, 4), listing(...items));
    expect(proof).toMatchObject({ kind: 'lost', lost: [{ id: idOf(1) }, { id: idOf(2) }] });
  });

  test('that is empty proves something when all that there was is selected', () => {
    expect(prove(first, selected(1, 2, 3, 4), [])).toEqual({ kind: 'trusted', missing: [] });
    expect(prove([], selected(), [])).toEqual({ kind: 'trusted', missing: [] });
  });

  test('that has lost the only backup which was to stay proves nothing', () => {
    expect(prove(first, selected(2, 3, 4), [])).toMatchObject({ kind: 'lost', lost: [{ id: idOf(1) }] });
  });

  test('that lacks nothing but temporary backups can be trusted, and has lost nothing', () => {
    const temporary = record(1, { expiresOn: '2026-04-01T02:15:00' });
    const before = listing(temporary, ...good(2, 3));
    expect(prove(before, selected(2, 3), [])).toEqual({ kind: 'trusted', missing: [] });
    expect(prove(before, selected(3), listing(...good(2)))).toEqual({ kind: 'trusted', missing: [] });
  });

  test('that holds a temporary backup and none of those that were to stay proves nothing', () => {
    const temporary = record(1, { expiresOn: '2026-04-01T02:15:00' });
    const before = listing(temporary, ...good(2, 3));
    expect(prove(before, selected(3), listing(temporary))).toMatchObject({ kind: 'lost' });
  });

  test('may be borne out by a record with a readable id in which something else cannot be read', () => {
    const odd = record(1, { createdOn: 'yesterday' });
    const before = listing(odd, ...good(3));
    expect(prove(before, selected(3), listing(odd))).toEqual({ kind: 'trusted', missing: [] });
    expect(prove(before, selected(3), [])).toMatchObject({ kind: 'lost', lost: [{ id: idOf(1) }] });
  });
});

describe('records without a readable id', () => {
  test.each<[string, unknown]>([
    ['braces around it', record(3, { id: `{${idOf(3)}}` })],
    ['no dashes', record(3, { id: idOf(3).replaceAll('-', '') })],
    ['null', record(3, { id: null })],
    ['another spelling of the key', { ...record(3, { id: undefined }), Id: idOf(3) }],
    ['a number', record(3, { id: 3 })],
    ['null in place of the record', null],
  ])('(%s): one more than before proves nothing', (_what, item) => {
    const proof = prove(first, selected(3, 4), listing(...good(1, 2), item));
    expect(proof).toEqual({ kind: 'unreadable', unreadable: 1 });
  });

  test('may become fewer, and may be as many as before', () => {
    const nameless = [record(7, { id: 'a' }), record(8, { id: 'b' })];
    const before = listing(...good(1, 2, 3), ...nameless);
    for (const items of [nameless, nameless.slice(1), []]) {
      expect(prove(before, selected(3), listing(...good(1, 2), ...items)).kind).toBe('trusted');
    }
    expect(prove(before, selected(3), listing(...good(1, 2), ...nameless, null))).toEqual({
      kind: 'unreadable',
      unreadable: 3,
    });
  });

  test('do not stand for a backup that was to stay', () => {
    const before = listing(record(1), record(3), record(7, { id: 'a' }));
    expect(prove(before, selected(3), listing(record(1, { id: 'a' })))).toMatchObject({ kind: 'lost' });
  });

  test('are counted one by one', () => {
    expect(countWithoutId(listing())).toBe(0);
    expect(countWithoutId(listing(...good(1), null, {}, record(2, { id: 'x' })))).toBe(3);
  });
});
