import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  conjugate,
  escapeHtml,
  formatNumber,
  formatSeconds,
  formatWholeSeconds,
  listSome,
  pluralize,
} from '../../src/text/format.js';
import { type Printable, text } from '../../src/text/printable.js';
import { TRICKS } from '../support/tricks.js';

/** Texts with everything that could do harm in HTML. */
const anyText = fc.oneof(
  fc.string({
    unit: fc.constantFrom('&', '<', '>', '"', "'", '`', '#', '3', '4', ';', '\\', '%', '\ud83d', 'a'),
  }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.array(fc.constantFrom(...TRICKS.map(([, trick]) => trick))).map(texts => texts.join('')),
);

test('escapeHtml removes all characters with a meaning in HTML, and can be undone', () => {
  fc.assert(
    fc.property(anyText, any => {
      const escaped = escapeHtml(any as Printable);
      expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[&<>"'`]/);
      expect(escaped.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))).toBe(any);
    }),
  );
});

test.each([
  [0, '0 backups'],
  [1, '1 backup'],
  [2, '2 backups'],
  [999, '999 backups'],
  [1_000, '1,000 backups'],
  [1_234_567, '1,234,567 backups'],
])('pluralize and formatNumber format %d as in "%s"', (number, expected) => {
  expect(pluralize(number, 'backup')).toBe(expected);
  expect(formatNumber(number)).toBe(expected.split(' ')[0]);
});

test.each([
  [0, '0.0 s'],
  [49, '0.0 s'],
  [1_449, '1.4 s'],
  [1_500, '1.5 s'],
  [3_600_000, '3600.0 s'],
])('formatSeconds formats %d ms as "%s"', (ms, expected) => {
  expect(formatSeconds(ms)).toBe(expected);
});

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [1_000, '1 s'],
  [1_001, '2 s'],
  [3_600_000, '3600 s'],
  [Number.MAX_VALUE, '9007199254740991 s'],
  [Number.POSITIVE_INFINITY, '9007199254740991 s'],
])('formatWholeSeconds formats %d ms as "%s"', (ms, expected) => {
  expect(formatWholeSeconds(ms)).toBe(expected);
});

test.each([
  ['is', 'are'],
  ['was', 'were'],
  ['has', 'have'],
] as const)('conjugate returns "%s" for 1, and "%s" for other numbers', (singular, plural) => {
  expect([0, 1, 2, 1_000].map(number => conjugate(singular, number))).toEqual([
    plural,
    singular,
    plural,
    plural,
  ]);
});

describe('listSome', () => {
  test.each([
    [0, ''],
    [1, '1'],
    [10, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
    [11, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more'],
    [345, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 335 more'],
  ])('lists at most ten of %d names', (number, expected) => {
    expect(listSome(Array.from({ length: number }, (_, index) => text`${index + 1}`))).toBe(expected);
  });

  test('does not compile with a plain string', () => {
    const received: string = 'received';
    // @ts-expect-error a plain string
    expect(listSome([received])).toBe('received');
  });
});
