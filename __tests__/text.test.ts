import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareOldestFirst, hasId } from '../src/outcome.js';
import { describeSchedule, parseBackupId, parseHistory, parseTime, property } from '../src/records.js';
import { count, escapeHtml, formatTime, printable, quoted, redact, thousands } from '../src/text.js';
import { KEY } from './support/action.js';
import { backupAt, idOf } from './support/backups.js';
import { TRICKS } from './support/tricks.js';

/** Texts in which everything turns up that could do harm. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.array(fc.constantFrom(...TRICKS.map(([, text]) => text))).map(texts => texts.join('')),
  fc
    .array(fc.constantFrom(KEY, KEY.slice(1), '\ud83d', '\ude00', '*', '"', '\\', '%', ':', 'a'))
    .map(all => all.join('')),
);

describe('properties', () => {
  test('printable has nothing but letters, digits and harmless signs, is short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, text => {
        const shown = printable(text, KEY);
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]*…?$/u);
        expect(Array.from(shown).length).toBeLessThanOrEqual(101);
        expect(shown).not.toContain(KEY);
        expect(printable(shown.replace('…', ''), KEY)).toBe(shown.replace('…', ''));
      }),
    );
  });

  test('printable leaves a name of its own kind as it is', () => {
    const name = 'Ökö_2026-03-01 02,15+a=(b)@c.tar.gz 備份 резерв';
    expect(printable(name, KEY)).toBe(name);
    expect(printable('x'.repeat(100), KEY)).toBe('x'.repeat(100));
    expect(printable('x'.repeat(101), KEY)).toBe(`${'x'.repeat(100)}…`);
    expect(printable('𝒳'.repeat(101), KEY)).toBe(`${'𝒳'.repeat(100)}…`);
    expect(printable(`${'x'.repeat(60)}${KEY}y`, KEY)).toBe(`${'x'.repeat(60)}???y`);
  });

  test('quoted is one line of ASCII between quotation marks, short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, text => {
        const shown = quoted(text, KEY);
        expect(shown).toMatch(/^"[\x20-\x7e]*"$/);
        expect(shown.length).toBeLessThanOrEqual(2 + 81 * '\\u{10ffff}'.length);
        expect(shown).not.toContain(KEY);
      }),
    );
  });

  test('quoted leaves plain text as it is, and shows the rest by its numbers', () => {
    expect(quoted('keep 7', '')).toBe('"keep 7"');
    expect(quoted('a"b\\c\nd\u202e😀', '')).toBe('"a\\"b\\\\c\\nd\\u{202e}\\u{1f600}"');
    expect(quoted('x'.repeat(80), '')).toBe(`"${'x'.repeat(80)}"`);
    expect(quoted('x'.repeat(81), '')).toBe(`"${'x'.repeat(80)}\\u{2026}"`);
    expect(quoted(`a ${KEY} b ${KEY}`, KEY)).toBe('"a *** b ***"');
  });

  test('redact leaves no secret, and everything else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', KEY, '\n', '<')), parts => {
        const expected = parts.map(part => (part === KEY ? '***' : part)).join('');
        expect(redact(parts.join(''), KEY)).toBe(expected);
      }),
    );
    expect(redact('a', '')).toBe('a');
  });

  test('escapeHtml leaves no sign with a meaning to HTML, and loses nothing', () => {
    fc.assert(
      fc.property(anyText, text => {
        const escaped = escapeHtml(text);
        expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[&<>"'`]/);
        expect(escaped.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))).toBe(text);
      }),
    );
  });

  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
    fc.constantFrom(
      '0001-01-01T00:00:00',
      '0000-01-01T00:00:00',
      '2026-02-30T00:00:00',
      '2026-03-01T02:15:00+02:00',
      '2026-03-01T24:00:00',
    ),
    anyText,
  );
  const item = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        id: fc.oneof(
          fc.uuid(),
          fc.constantFrom('AAAAAAAA-0000-4000-8000-00000000000A', 'aaaaaaaa-0000-4000-8000-00000000000a'),
          fc.uuid().map(id => id.toUpperCase()),
          anyText,
        ),
        fileName: fc.oneof(anyText, fc.jsonValue()),
        storageType: fc.oneof(
          fc.integer({ min: -1, max: 7 }),
          fc.constantFrom('Local', 'DATASTORE', '3'),
          fc.jsonValue(),
        ),
        createdOn: fc.oneof(time, fc.jsonValue()),
        expiresOn: fc.oneof(time, fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );

  test('parseHistory understands a record as a whole, or calls it unreadable; it never throws', () => {
    fc.assert(
      fc.property(fc.array(item), items => {
        const listed: unknown[] = JSON.parse(JSON.stringify(items));
        const records = parseHistory(listed, KEY);
        const listedIds = listed.map(record => parseBackupId(property(record, 'id')));
        const withoutId = (id: unknown) => id === undefined;
        const recordIds = records.map(({ id }) => id);
        expect(new Set(recordIds)).toEqual(new Set(listedIds));
        expect(recordIds.filter(withoutId)).toHaveLength(listedIds.filter(withoutId).length);
        expect(recordIds.filter(id => !withoutId(id))).toHaveLength(
          new Set(listedIds.filter(id => !withoutId(id))).size,
        );
        for (const record of records) {
          if (record.id !== undefined)
            expect(record.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
          expect(record.name).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]+…?$/u);
          if (record.kind === 'unreadable')
            expect(record.problem).toMatch(/^its (id|createdOn|expiresOn|storageType) /);
          else expect(Number.isSafeInteger(record.createdOn)).toBe(true);
        }
        for (const { kind, id } of records) {
          if (kind === 'backup') expect(listedIds.filter(other => other === id)).toHaveLength(1);
        }
      }),
    );
  });
});

test.each([
  [0, '0 backups'],
  [1, '1 backup'],
  [2, '2 backups'],
  [999, '999 backups'],
  [1_000, '1,000 backups'],
  [1_234_567, '1,234,567 backups'],
])('count: %d', (number, text) => {
  expect(count(number, 'backup')).toBe(text);
  expect(thousands(number)).toBe(text.split(' ')[0]);
});

test.each([
  ['2026-03-01T02:15:59.999Z', '2026-03-01 02:15'],
  ['0001-01-01T00:00:00Z', '0001-01-01 00:00'],
  ['+010000-01-01T23:59:00Z', '+010000-01-01 23:59'],
])('formatTime: %s', (time, text) => {
  expect(formatTime(Date.parse(time))).toBe(text);
});

test.each([
  ['2026-03-01T02:15:00', Date.UTC(2026, 2, 1, 2, 15)],
  ['2026-03-01T02:15:00Z', Date.UTC(2026, 2, 1, 2, 15)],
  ['2026-03-01T02:15:00+02:00', Date.UTC(2026, 2, 1, 0, 15)],
  ['2026-03-01T02:15:00.1234567Z', Date.UTC(2026, 2, 1, 2, 15, 0, 123)],
  ['0001-01-01T00:00:00', 'never'],
  ['0000-01-01T00:00:00', undefined],
  ['2026-02-30T00:00:00', undefined],
  ['2026-03-01', undefined],
  ['', undefined],
  [undefined, undefined],
  [['2026-03-01T02:15:00'], undefined],
  [new Date(0), undefined],
])('parseTime: %j', (value, time) => {
  expect(parseTime(value)).toBe(time);
});

test.each([
  [{ period: 0, hour: 5, day: 2 }, 'daily, at 5:00, keeping 7 copies, in Documents'],
  [{ period: 1, hour: 0, day: 2 }, 'weekly, day 2, at 0:00, keeping 7 copies, in Documents'],
  [{ period: 2, hour: 23, day: 31 }, 'monthly, day 31, at 23:00, keeping 7 copies, in Documents'],
  [{ period: 3, hour: 1.5, day: '1' }, '?, day ?, at ?:00, keeping 7 copies, in Documents'],
  [undefined, '?, day ?, at ?:00, keeping 7 copies, in Documents'],
])('describeSchedule: %j', (cronParams, text) => {
  expect(describeSchedule({ cronParams, backupsStored: 7, storageType: 0 })).toBe(text);
});

test('the order of deletion is by age, whatever the order of the list; what has none goes last', () => {
  const [old, middle, young] = [backupAt(1, 3), backupAt(2, 2), backupAt(3, 1)];
  const ageless = { kind: 'unreadable', id: idOf(4), name: 'x', problem: 'y' } as const;
  for (const list of [
    [old, middle, young, ageless],
    [ageless, young, middle, old],
    [young, ageless, old, middle],
    [middle, old, ageless, young],
  ]) {
    expect(list.sort(compareOldestFirst)).toEqual([old, middle, young, ageless]);
  }
  expect(compareOldestFirst(ageless, old)).toBe(1);
  expect(compareOldestFirst(old, ageless)).toBe(-1);
  expect(compareOldestFirst(ageless, ageless)).toBe(0);
  expect(hasId({ ...ageless, id: undefined })).toBe(false);
});
