import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, isZero, parseDuration } from '../../src/retention/duration.js';

const NONE = { y: 0, m: 0, w: 0, d: 0, h: 0 };
const UNITS = ['y', 'm', 'w', 'd', 'h'] as const;

describe('parseDuration', () => {
  test.each([
    ['30d', { d: 30 }],
    ['2w', { w: 2 }],
    ['6m', { m: 6 }],
    ['84h', { h: 84 }],
    ['1y5m7d2h', { y: 1, m: 5, d: 7, h: 2 }],
    ['2h7d3w5m1y', { y: 1, m: 5, w: 3, d: 7, h: 2 }],
    ['007d', { d: 7 }],
    ['0d', {}],
    ['0y0h', {}],
    ['9007199254740991h', { h: 9007199254740991 }],
  ])('reads %s', (written, expected) => {
    expect(parseDuration(written)).toEqual({ ...NONE, ...expected });
  });

  test.each([
    [''],
    ['30'],
    ['d'],
    ['30D'],
    ['30d '],
    [' 30d'],
    ['3 0d'],
    ['30 d'],
    ['1y 5m'],
    ['1y,5m'],
    ['-3d'],
    ['+3d'],
    ['1.5d'],
    ['1e3d'],
    ['0x10d'],
    ['30d5'],
    ['30dd'],
    ['x30d'],
    ['30dx'],
    ['30d\n'],
    ['30s'],
    ['30min'],
    ['P30D'],
    ['٣d'],
    ['３d'],
    ['unlimited'],
    ['__proto__'],
  ])('refuses %j', written => {
    expect(parseDuration(written)).toBeUndefined();
  });

  test.each([['1d1d'], ['1y2m3y'], ['0h0h'], ['1w2w']])('refuses %s, which has a unit twice', written => {
    expect(parseDuration(written)).toBeUndefined();
  });

  test.each([
    ['2^53', '9007199254740992d'],
    ['a larger number after a valid one', '1y9007199254740993h'],
    ['400 digits', `${'9'.repeat(400)}d`],
  ])('refuses numbers that are not exact: %s', (_case, written) => {
    expect(parseDuration(written)).toBeUndefined();
  });

  test.each([
    ['only digits', '1'.repeat(1_000_000)],
    ['a unit repeated', '1d'.repeat(500_000)],
    ['digits and then something else', `${'1'.repeat(1_000_000)}x`],
    ['a valid beginning', `1d${'2'.repeat(1_000_000)}`],
  ])('takes linear time: %s', (_case, written) => {
    const start = performance.now();
    expect(parseDuration(written)).toBeUndefined();
    // Quadratic time would be minutes.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

test.each([
  ['0d', true],
  ['0y0m0w0d0h', true],
  ['1h', false],
  ['0y1w', false],
  ['1y0d', false],
])('isZero(%s) is %s', (written, expected) => {
  expect(isZero(parseDuration(written) ?? { ...NONE, d: Number.NaN })).toBe(expected);
});

describe('formatDuration', () => {
  test.each([
    ['30d', '30d'],
    ['2h7d3w5m1y', '1y5m3w7d2h'],
    ['0y6m0d', '6m'],
    ['007d', '7d'],
    ['9007199254740991m', '9007199254740991m'],
    ['0d', '0h'],
  ])('writes %s as %s', (given, expected) => {
    expect(formatDuration(parseDuration(given) ?? NONE)).toBe(expected);
  });

  test('writes what parseDuration reads, which accepts any order of the units', () => {
    const anyNumber = fc.maxSafeNat();
    const anyDuration = fc.record({ y: anyNumber, m: anyNumber, w: anyNumber, d: anyNumber, h: anyNumber });
    const anyOrder = fc.shuffledSubarray([...UNITS], { minLength: UNITS.length });
    fc.assert(
      fc.property(anyDuration, anyOrder, (duration, order) => {
        expect(parseDuration(formatDuration(duration))).toEqual(duration);
        expect(parseDuration(order.map(unit => `${duration[unit]}${unit}`).join(''))).toEqual(duration);
      }),
    );
  });

  test('belongs to a parser that accepts exactly the texts of one number for each unit', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '0', 'd', 'm', 'h', 'x', ' ') }), written => {
        const isDuration = /^(\d+[dmh])+$/.test(written) && !/([dmh]).*\1/.test(written);
        expect(parseDuration(written) !== undefined).toBe(isDuration);
      }),
      { numRuns: 1000 },
    );
  });
});
