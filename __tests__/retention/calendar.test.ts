import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCalendar, UTC } from '../../src/retention/calendar.js';
import { PERIODS } from '../../src/retention/policy.js';
import { text } from '../../src/text/printable.js';
import { utc, written } from '../support/backups.js';
import { durationOf, weekOf } from './support.js';

const DAY = 86_400_000;

/** The periods that two times share. */
function sharedPeriods(a: string, b: string, calendar = UTC): string {
  return PERIODS.filter(period => calendar[period](utc(a)) === calendar[period](utc(b))).join(' ');
}

describe('two times in UTC', () => {
  test.each([
    ['2026-03-05T10:00:00', '2026-03-05T10:59:59.999', 'hourly daily weekly monthly yearly'],
    ['2026-03-05T10:59:59.999', '2026-03-05T11:00:00', 'daily weekly monthly yearly'],
    ['2026-03-05T00:00:00', '2026-03-05T23:59:59.999', 'daily weekly monthly yearly'],
    ['2026-03-05T23:59:59.999', '2026-03-06T00:00:00', 'weekly monthly yearly'],
    ['2026-03-05T10:00:00', '2026-03-12T10:00:00', 'monthly yearly'],
    ['2026-03-01T23:59:59', '2026-03-02T00:00:00', 'monthly yearly'],
    ['2026-03-31T10:00:00', '2026-04-01T10:00:00', 'weekly yearly'],
    ['2026-03-05T10:00:00', '2026-04-05T10:00:00', 'yearly'],
    ['2026-03-05T10:00:00', '2025-03-05T10:00:00', ''],
    ['2018-12-31T00:00:00', '2019-01-06T23:59:59', 'weekly'],
    ['2020-12-28T00:00:00', '2021-01-03T23:59:59', 'weekly'],
    ['2021-12-27T00:00:00', '2022-12-31T00:00:00', ''],
    ['1969-12-31T23:00:00', '1970-01-01T00:00:00', 'weekly'],
    ['1969-12-31T23:00:00', '1969-12-31T23:59:59.999', 'hourly daily weekly monthly yearly'],
    ['0076-03-05T10:00:00', '0076-03-05T10:30:00', 'hourly daily weekly monthly yearly'],
    ['0076-03-05T10:00:00', '1976-03-05T10:00:00', ''],
  ])('%s and %s share these periods: %s', (a, b, expected) => {
    expect(sharedPeriods(a, b)).toBe(expected);
  });

  test('share a week if and only if they do in dayjs', () => {
    const century = { min: utc('1950-01-01T00:00:00'), max: utc('2099-12-31T23:59:59') };
    const twoTimes = fc
      .tuple(fc.integer(century), fc.integer({ min: -9 * DAY, max: 9 * DAY }))
      .map(([time, distance]) => [time, time + distance] as const);
    fc.assert(
      fc.property(twoTimes, ([a, b]) => {
        expect(UTC.weekly(a) === UTC.weekly(b)).toBe(weekOf(a) === weekOf(b));
      }),
      { numRuns: 1000 },
    );
  });

  test('share a period if and only if the start of their ISO dates is equal', () => {
    const anyTime = fc.integer({ min: utc('1900-01-01T00:00:00'), max: utc('2099-12-31T23:59:59') });
    const anyDistance = fc.integer({ min: -2 * DAY, max: 2 * DAY });
    fc.assert(
      fc.property(anyTime, anyDistance, (a, distance) => {
        const [one, other] = [a, a + distance].map(time => new Date(time).toISOString());
        const haveEqualStart = (length: number) => one?.slice(0, length) === other?.slice(0, length);
        expect(UTC.hourly(a) === UTC.hourly(a + distance)).toBe(haveEqualStart('2026-03-05T10'.length));
        expect(UTC.daily(a) === UTC.daily(a + distance)).toBe(haveEqualStart('2026-03-05'.length));
        expect(UTC.monthly(a) === UTC.monthly(a + distance)).toBe(haveEqualStart('2026-03'.length));
        expect(UTC.yearly(a) === UTC.yearly(a + distance)).toBe(haveEqualStart('2026'.length));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('subtract', () => {
  test.each([
    ['2026-03-31T10:20:30', '1m', '2026-03-03T10:20:30', 'February has 28 days'],
    ['2024-03-31T10:20:30', '1m', '2024-03-02T10:20:30', 'or 29'],
    ['2026-03-29T10:20:30', '1m', '2026-03-01T10:20:30', 'one day more than February has'],
    ['2026-03-28T10:20:30', '1m', '2026-02-28T10:20:30', 'a day that February has'],
    ['2026-07-31T10:20:30', '1m', '2026-07-01T10:20:30', 'June has 30'],
    ['2026-08-31T10:20:30', '1m', '2026-07-31T10:20:30', 'July has 31'],
    ['2026-05-31T10:20:30', '3m', '2026-03-03T10:20:30', 'only the length of the last month matters'],
    ['2026-08-31T10:20:30', '6m', '2026-03-03T10:20:30', 'from the 31st'],
    ['2026-08-30T10:20:30', '6m', '2026-03-02T10:20:30', 'from the 30th'],
    ['2026-08-28T10:20:30', '6m', '2026-02-28T10:20:30', 'from the 28th'],
    ['2026-12-31T10:20:30', '6m', '2026-07-01T10:20:30', 'across June'],
    ['2026-03-31T10:20:30', '6m', '2025-10-01T10:20:30', 'across the turn of the year'],
    ['2026-01-15T10:20:30', '1m', '2025-12-15T10:20:30', 'January'],
    ['2026-01-15T10:20:30', '13m', '2024-12-15T10:20:30', 'more months than a year has'],
    ['2024-02-29T10:20:30', '1y', '2023-03-01T10:20:30', '29 February'],
    ['2024-02-29T10:20:30', '4y', '2020-02-29T10:20:30', 'from one leap year to another'],
    ['2025-03-29T10:20:30', '1y1m', '2024-02-29T10:20:30', 'years and months in one step'],
    ['2026-03-31T10:20:30', '1m1d', '2026-03-02T10:20:30', 'days in the same step'],
    ['2026-03-31T10:20:30', '1m1h', '2026-03-03T09:20:30', 'hours after that'],
    ['2026-03-01T00:20:30', '1h', '2026-02-28T23:20:30', 'an hour across midnight'],
    ['2026-03-29T02:20:30', '24h', '2026-03-28T02:20:30', 'no daylight saving time'],
    ['2026-03-15T10:20:30', '2w', '2026-03-01T10:20:30', 'weeks have seven days'],
    ['2026-03-15T10:20:30', '1w1d', '2026-03-07T10:20:30', 'weeks and days'],
    ['2026-03-15T10:20:30.123', '30d', '2026-02-13T10:20:30.123', 'milliseconds stay'],
    ['2026-03-15T10:20:30', '0d', '2026-03-15T10:20:30', 'nothing'],
    ['2026-03-05T10:20:30', '1950y', '0076-03-05T10:20:30', 'years 0 to 99'],
    ['2026-03-05T10:20:30', '2026y', '0000-03-05T10:20:30', 'the year 0'],
    ['0076-03-05T10:20:30', '1m', '0076-02-05T10:20:30', 'within years 0 to 99'],
    ['1970-01-01T00:00:00', '1h', '1969-12-31T23:00:00', 'before 1970'],
  ])('returns for %s minus %s: %s (%s)', (time, duration, expected) => {
    expect(written(UTC.subtract(utc(time), durationOf(duration)))).toBe(expected);
  });

  test.each([
    '300000y',
    '9007199254740991y',
    '9007199254740991m',
    '9007199254740991w',
    '9007199254740991d',
    '9007199254740991h',
  ])('returns NaN for %s, which is beyond all dates', duration => {
    expect(UTC.subtract(utc('2026-03-31T12:00:00'), durationOf(duration))).toBeNaN();
  });
});

describe('format and splitDate', () => {
  test.each([
    ['2026-03-05T10:07:59.999', '2026-03-05 10:07'],
    ['2026-09-09T09:09:09', '2026-09-09 09:09'],
    ['2026-10-10T10:10:10', '2026-10-10 10:10'],
    ['2026-12-31T23:59:00', '2026-12-31 23:59'],
    ['2000-01-01T00:00:00', '2000-01-01 00:00'],
    ['1969-07-20T20:17:40', '1969-07-20 20:17'],
    ['0076-03-05T10:20:30', '0076-03-05 10:20'],
  ])('format %s as %s', (time, expected) => {
    expect(UTC.format(utc(time))).toBe(expected);
  });

  test('format a year of five digits', () => {
    expect(UTC.format(Date.UTC(10_000, 0, 1))).toBe('10000-01-01 00:00');
  });

  test('the calendar of UTC is named UTC', () => {
    expect(UTC.name).toBe('UTC');
  });

  test.each([
    ['2026-03-05T00:00:00', '2026-03', 5],
    ['2026-12-31T23:59:59', '2026-12', 31],
    ['0076-01-09T12:00:00', '0076-01', 9],
  ])('put %s in month %s, on day %d', (time, month, day) => {
    expect(UTC.splitDate(utc(time))).toEqual({ month, day });
  });
});

describe('a calendar that is 9.5 hours ahead of UTC', () => {
  const ahead = createCalendar(text`ahead`, () => 9.5 * 3_600_000);

  test.each([
    ['2026-03-05T14:29:59', '2026-03-05T14:30:00', 'weekly monthly yearly'],
    ['2026-03-05T14:30:00', '2026-03-05T15:29:59', 'hourly daily weekly monthly yearly'],
    ['2026-03-31T14:29:59', '2026-03-31T14:30:00', 'weekly yearly'],
    ['2026-03-29T14:29:59', '2026-03-29T14:30:00', 'monthly yearly'],
    ['2025-12-31T14:29:59', '2025-12-31T14:30:00', 'weekly'],
  ])('puts %s and %s in these common periods: %s', (a, b, expected) => {
    expect(sharedPeriods(a, b, ahead)).toBe(expected);
  });

  test('subtracts in its own local time', () => {
    // It is 31 March there.
    expect(written(ahead.subtract(utc('2026-03-30T20:00:00'), durationOf('1m')))).toBe('2026-03-02T20:00:00');
  });

  test('formats times in its own local time', () => {
    expect(ahead.format(utc('2025-12-31T20:00:00'))).toBe('2026-01-01 05:30');
    expect(ahead.splitDate(utc('2025-12-31T20:00:00'))).toEqual({ month: '2026-01', day: 1 });
    expect(ahead.name).toBe('ahead');
  });
});
