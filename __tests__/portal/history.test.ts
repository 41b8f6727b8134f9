import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  collectIds,
  hasId,
  parseBackupId,
  parseStorageType,
  STORAGE_TYPES,
} from '../../src/backups/backup.js';
import { readProperty } from '../../src/json.js';
import { parseHistory } from '../../src/portal/history.js';
import { parseTime } from '../../src/portal/time.js';
import { createRedact } from '../../src/text/printable.js';
import { makeBackups, makeId } from '../../tools/stand-in/portal.mjs';
import { KEY } from '../support/action.js';
import { idOf } from '../support/backups.js';
import { TRICKS } from '../support/tricks.js';

const redact = createRedact([KEY]);
const [GOOD] = makeBackups(1);
const ID = makeId(1);

/** Reads a listing of one record, with changes. Returns the record. */
function parseOne(change: Record<string, unknown>) {
  const [record, ...more] = parseHistory([{ ...GOOD, ...change }], redact);
  if (!record || more.length > 0) throw new Error('Not one record');
  return record;
}

test('a record as the server sends it is read completely', () => {
  expect(parseHistory([GOOD], redact)).toEqual([
    {
      kind: 'backup',
      id: ID,
      name: 'alias_2026-03-31_05-15-00.tar.gz',
      storageType: 'Local',
      createdOn: Date.UTC(2026, 2, 31, 2, 15),
      expiresOn: undefined,
    },
  ]);
});

describe('parseTime', () => {
  test.each<[value: unknown, time: number | 'never' | undefined]>([
    ['2026-03-01T02:15:00', Date.UTC(2026, 2, 1, 2, 15)],
    ['2026-03-01T02:15:00Z', Date.UTC(2026, 2, 1, 2, 15)],
    ['2026-03-01T02:15:00+02:00', Date.UTC(2026, 2, 1, 0, 15)],
    ['2026-03-01T02:15:00-11:30', Date.UTC(2026, 2, 1, 13, 45)],
    ['2026-03-01T02:15:00.1234567Z', Date.UTC(2026, 2, 1, 2, 15, 0, 123)],
    ['2026-03-01T02:15:00.9', Date.UTC(2026, 2, 1, 2, 15, 0, 900)],
    ['2024-02-29T00:00:00', Date.UTC(2024, 1, 29)],
    ['9999-12-31T23:59:59', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['0001-01-01T00:00:00', 'never'],
    ['0001-01-01T00:00:00Z', 'never'],
    ['0001-06-30T12:00:00.5', 'never'],
    ['0000-01-01T00:00:00', undefined],
    ['2026-02-29T00:00:00', undefined],
    ['2026-02-30T00:00:00', undefined],
    ['2026-04-31T00:00:00', undefined],
    ['2026-13-01T00:00:00', undefined],
    ['2026-03-01T24:00:00', undefined],
    ['2026-03-01T23:60:00', undefined],
    ['2026-03-01T02:15:00.1234567890', undefined],
    ['2026-03-01T02:15:00+0200', undefined],
    ['2026-03-01T02:15', undefined],
    ['2026-03-01 02:15:00', undefined],
    ['2026-03-01', undefined],
    [' 2026-03-01T02:15:00', undefined],
    ['2026-03-01T02:15:00\n', undefined],
    ['+012026-03-01T02:15:00', undefined],
    ['', undefined],
    [1_772_331_300_000, undefined],
    [null, undefined],
    [undefined, undefined],
    [['2026-03-01T02:15:00'], undefined],
    [new Date(0), undefined],
  ])('%j is %s', (value, time) => {
    expect(parseTime(value)).toBe(time);
  });
});

describe('parseBackupId', () => {
  test.each([ID, 'AAAAAAAA-0000-4000-8000-00000000000A', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])(
    'reads %s, in lower case',
    id => {
      expect(parseBackupId(id)).toBe(id.toLowerCase());
    },
  );

  test.each([
    ['../../people/00000000-0000-4000-8000-000000000002'],
    [`${ID}/../../../people`],
    [`${ID}?Dump=true`],
    [`${ID}#`],
    [`${ID}\n`],
    [` ${ID}`],
    [`{${ID}}`],
    [ID.replaceAll('-', '')],
    [ID.replace('8', '%38')],
    [ID.replace('0', '\uff10')],
    [ID.replace('4', '\u0664')],
    [ID.replace('8000', '8K00')],
    ['\u0130'.repeat(36)],
    [''],
    ['.'],
    ['__proto__'],
    [7],
    [null],
    [undefined],
    [[ID]],
    [{ toString: () => ID }],
  ])('refuses %j, which must not get into a path', id => {
    expect(parseBackupId(id)).toBeUndefined();
  });
});

describe('parseStorageType', () => {
  test('reads names in any case, and numbers, also as text', () => {
    for (const [number, name] of STORAGE_TYPES.entries()) {
      for (const value of [name, name.toLowerCase(), name.toUpperCase(), number, String(number)]) {
        expect([value, parseStorageType(value)]).toEqual([value, name]);
      }
    }
  });

  test.each([[-1], [6], [0.5], ['06'], [''], [' 3'], ['Locale'], [null], [undefined], [true], [[3]], [{}]])(
    'refuses %j',
    value => {
      expect(parseStorageType(value)).toBeUndefined();
    },
  );
});

describe('a record with an unreadable field is not a backup, and names the problem', () => {
  test.each<[name: string, change: Record<string, unknown>, problem: string]>([
    ['an id with braces', { id: `{${ID}}` }, 'its id is not a GUID'],
    ['no id', { id: undefined }, 'its id is not a GUID'],
    ['no createdOn', { createdOn: undefined }, 'its createdOn is missing or cannot be read'],
    [
      'createdOn in the year 1',
      { createdOn: '0001-01-01T00:00:00' },
      'its createdOn is missing or cannot be read',
    ],
    ['createdOn as a number', { createdOn: 0 }, 'its createdOn is missing or cannot be read'],
    ['an expiresOn that is not a time', { expiresOn: 'soon' }, 'its expiresOn cannot be read'],
    ['an expiresOn that is a number', { expiresOn: 0 }, 'its expiresOn cannot be read'],
    ['an unknown storage type', { storageType: 99 }, 'its storageType is missing or unknown'],
    ['no storage type', { storageType: null }, 'its storageType is missing or unknown'],
  ])('%s', (_name, change, problem) => {
    expect(parseOne(change)).toMatchObject({ kind: 'unreadable', problem });
  });

  test('its readable fields are kept', () => {
    expect(parseOne({ createdOn: 'x', expiresOn: '2026-04-01T00:00:00' })).toMatchObject({
      id: ID,
      storageType: 'Local',
      expiresOn: Date.UTC(2026, 3, 1),
    });
  });

  test.each([[null], [undefined], [true], [7], ['text'], [[]], [[GOOD]], [{}]])(
    '%j instead of a record',
    item => {
      const [record] = parseHistory([item], redact);
      expect(record).toMatchObject({ kind: 'unreadable', id: undefined, name: '(no name)' });
    },
  );
});

test.each<[expiresOn: unknown, time: number | undefined]>([
  [undefined, undefined],
  [null, undefined],
  ['0001-01-01T00:00:00', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['2026-03-02T02:15:00', Date.UTC(2026, 2, 2, 2, 15)],
])('expiresOn %j', (expiresOn, time) => {
  expect(parseOne({ expiresOn })).toMatchObject({ kind: 'backup', expiresOn: time });
});

test.each<[fileName: unknown, name: string]>([
  [null, '(no name)'],
  ['', '(no name)'],
  ['\u200b\u2060\ufeff', '(no name)'],
  ['\u{e0000}', '(no name)'],
  [' \u{e0000} \ufe0f', '(no name)'],
  ['\u3164\u115f\u{e0100}', '(no name)'],
  ['\u00ad\n', '?'],
  [' ', '(no name)'],
  [7, '(no name)'],
  ['a|b`c\n', 'a?b?c?'],
  [`x ${KEY.toUpperCase()}`, 'x ???'],
])('fileName %j', (fileName, name) => {
  expect(parseOne({ fileName }).name).toBe(name);
});

describe('an id that is listed twice', () => {
  const twice = (other: Record<string, unknown>) => parseHistory([GOOD, { ...GOOD, ...other }], redact);

  test.each<[name: string, other: Record<string, unknown>]>([
    ['with the same fields', {}],
    ['with another date', { createdOn: '2020-01-01T00:00:00' }],
    ['with a second record that cannot be read', { createdOn: 'x' }],
  ])('%s becomes one record, which no rule may select', (_name, other) => {
    expect(twice(other)).toEqual([
      expect.objectContaining({ kind: 'unreadable', id: ID, problem: 'its id is listed twice' }),
    ]);
  });

  test('is found in upper and lower case', () => {
    const id = 'aaaaaaaa-0000-4000-8000-00000000000a';
    const records = parseHistory(
      [
        { ...GOOD, id },
        { ...GOOD, id: id.toUpperCase() },
      ],
      redact,
    );
    expect(records).toEqual([expect.objectContaining({ kind: 'unreadable', id })]);
  });

  test('becomes one record even if it is listed three times', () => {
    expect(parseHistory([GOOD, GOOD, GOOD], redact)).toHaveLength(1);
  });
});

test('collectIds and hasId skip records without a readable id', () => {
  const records = parseHistory([...makeBackups(2), { ...GOOD, id: 'x' }, null], redact);
  expect(records.map(hasId)).toEqual([true, true, false, false]);
  expect(collectIds(records)).toEqual(new Set([idOf(1), idOf(2)]));
});

describe('readProperty', () => {
  test("reads an object's own properties", () => {
    expect(readProperty({ a: 1 }, 'a')).toBe(1);
    expect(readProperty([1], 'length')).toBe(1);
    expect(readProperty(JSON.parse('{"__proto__":1}'), '__proto__')).toBe(1);
  });

  test.each([[Object.create({ a: 1 })], [{}], [[]], [null], [undefined], ['a'], [1], [() => 1]])(
    'finds nothing in %j: inherited properties do not count',
    value => {
      expect(readProperty(value, 'a')).toBeUndefined();
      expect(readProperty(value, 'toString')).toBeUndefined();
      expect(readProperty(value, '__proto__')).toBeUndefined();
    },
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...TRICKS.map(([, trick]) => trick))).map(texts => texts.join('')),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
  fc.constantFrom('0001-01-01T00:00:00', '2026-02-30T00:00:00', '2026-03-01T02:15:00+02:00'),
  anyText,
);
const item = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      id: fc.oneof(
        fc.uuid(),
        fc.constantFrom('AAAAAAAA-0000-4000-8000-00000000000A', 'aaaaaaaa-0000-4000-8000-00000000000a'),
        anyText,
      ),
      fileName: fc.oneof(anyText, fc.jsonValue()),
      storageType: fc.oneof(fc.integer({ min: -1, max: 7 }), fc.constantFrom('Local', '3'), fc.jsonValue()),
      createdOn: fc.oneof(time, fc.jsonValue()),
      expiresOn: fc.oneof(time, fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
);

test('any list of JSON values is read: each id becomes one record, each item without an id another, and all of them are printable', () => {
  fc.assert(
    fc.property(fc.array(item), items => {
      const listed: unknown[] = JSON.parse(JSON.stringify(items));
      const records = parseHistory(listed, redact);
      const listedIds = listed.map(value => parseBackupId(readProperty(value, 'id')));
      const withId = listedIds.filter(id => id !== undefined);
      expect(new Set(records.filter(hasId).map(({ id }) => id))).toEqual(new Set(withId));
      expect(records.filter(hasId)).toHaveLength(new Set(withId).size);
      expect(records.filter(record => !hasId(record))).toHaveLength(listed.length - withId.length);
      for (const record of records) {
        expect(record.name).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]+…?$/u);
        if (record.kind === 'unreadable') {
          expect(record.problem).toMatch(/^its (id|createdOn|expiresOn|storageType) /);
          continue;
        }
        expect(Number.isSafeInteger(record.createdOn)).toBe(true);
        expect(withId.filter(id => id === record.id)).toHaveLength(1);
      }
    }),
  );
});
