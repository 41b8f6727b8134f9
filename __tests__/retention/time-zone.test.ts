import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createZonedCalendar } from '../../src/retention/time-zone.js';
import { policyOf, utc, written } from '../support/backups.js';
import { apply, backupAt, durationOf, NOW, planOf, zoneOf } from './support.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Replaces the format of Intl, which has the time zone of Berlin. */
function mockIntl(format: (time: number, original: Intl.DateTimeFormat['format']) => string): void {
  const mock = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' });
  const original = mock.format;
  Object.defineProperty(mock, 'format', { value: (time: number) => format(time, original) });
  jest.spyOn(Intl, 'DateTimeFormat').mockReturnValue(mock);
}

describe('the name of a time zone', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['AMERICA/NEW_YORK', 'America/New_York'],
    ['UTC', 'UTC'],
    ['utc', 'UTC'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['America/Port-au-Prince', 'America/Port-au-Prince'],
    ['Etc/GMT-14', 'Etc/GMT-14'],
    ['Etc/GMT+12', 'Etc/GMT+12'],
    ['EST5EDT', 'EST5EDT'],
    ['GMT', 'GMT'],
    ['Japan', 'Japan'],
  ])('%s is accepted as %s', (given, name) => {
    expect(createZonedCalendar(given)?.name).toBe(name);
  });

  test('is not replaced by an older name', () => {
    expect(createZonedCalendar('Asia/Kolkata')?.name).toBe('Asia/Kolkata');
    expect(createZonedCalendar('Europe/Kyiv')?.name).toBe('Europe/Kyiv');
  });

  test.each([
    [''],
    [' '],
    ['+02:00'],
    ['-0530'],
    ['+2'],
    ['02:00'],
    ['2'],
    ['GMT+2'],
    ['GMT+02:00'],
    ['UTC+2'],
    ['UTC+02:00'],
    ['Z'],
    ['Etc/GMT+15'],
    ['Europe/Berlin '],
    ['Europe/Berlin\n'],
    ['Europe'],
    ['Europe/'],
    ['/Berlin'],
    ['Berlin'],
    ['Europe/Atlantis'],
    ['Europe\\Berlin'],
    ['Europe/../Berlin'],
    ['Local'],
    ['local'],
    ['::warning::x'],
    ['Europe/Berl\u0131n'],
    ['Ｅurope/Berlin'],
  ])('%j is refused', given => {
    expect(createZonedCalendar(given)).toBeUndefined();
  });

  test('is refused if it has 100,000 letters', () => {
    expect(createZonedCalendar('x'.repeat(100_000))).toBeUndefined();
  });

  test.each([['BST'], ['bst'], ['PST'], ['JST'], ['IST'], ['ACT'], ['SystemV/AST4']])(
    '%s, which Node knows but the IANA database does not, is refused',
    given => {
      expect(createZonedCalendar(given)).toBeUndefined();
    },
  );

  test.each([['CET'], ['EET'], ['EST'], ['HST'], ['MET'], ['MST'], ['PRC'], ['ROK'], ['WET']])(
    '%s, a three-letter name of the IANA database, is accepted',
    given => {
      expect(createZonedCalendar(given)?.name).toBe(given);
    },
  );

  test('is not refused because of an unexpected error of Node', () => {
    jest.spyOn(Intl, 'DateTimeFormat').mockImplementation(() => {
      throw new TypeError('Broken');
    });
    expect(() => createZonedCalendar('Europe/Berlin')).toThrow('Broken');
  });

  test('works with a Node that writes GMT without an offset', () => {
    mockIntl(() => '3/31/2026, GMT');
    expect(zoneOf('Europe/London').format(NOW)).toBe('2026-03-31 12:00');
  });

  test('does not become UTC with a Node that writes offsets in an unknown form', () => {
    mockIntl(() => '3/31/2026, GMT−5');
    const calendar = zoneOf('America/New_York');
    expect(() => calendar.daily(NOW)).toThrow('No offset from UTC in what Intl wrote: 3/31/2026, GMT−5');
  });
});

test.each([
  ['Europe/Berlin', '2026-03-29T00:59:59', '2026-03-29 01:59'],
  ['Europe/Berlin', '2026-03-29T01:00:00', '2026-03-29 03:00'],
  ['Europe/Berlin', '2026-10-25T00:59:59', '2026-10-25 02:59'],
  ['Europe/Berlin', '2026-10-25T01:00:00', '2026-10-25 02:00'],
  ['America/New_York', '2026-01-01T04:59:59', '2025-12-31 23:59'],
  ['Asia/Kolkata', '2026-03-31T18:30:00', '2026-04-01 00:00'],
  ['Asia/Kathmandu', '2026-03-31T18:15:00', '2026-04-01 00:00'],
  ['Australia/Lord_Howe', '2026-04-04T14:59:59', '2026-04-05 01:59'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00', '2026-04-05 01:30'],
  ['America/St_Johns', '2010-11-07T02:30:30', '2010-11-07 00:00'],
  ['America/St_Johns', '2010-11-07T02:31:30', '2010-11-06 23:01'],
  ['Pacific/Apia', '2011-12-30T09:59:59', '2011-12-29 23:59'],
  ['Pacific/Apia', '2011-12-30T10:00:00', '2011-12-31 00:00'],
  ['Pacific/Kiritimati', '2026-03-31T10:00:00', '2026-04-01 00:00'],
  ['Africa/Monrovia', '1971-12-31T00:44:10', '1971-12-30 23:59'],
  ['Etc/GMT+12', '2026-04-01T00:00:00', '2026-03-31 12:00'],
  ['UTC', '2026-04-01T00:00:00', '2026-04-01 00:00'],
])('%s formats %s as %s', (zone, time, expected) => {
  const calendar = zoneOf(zone);
  expect(calendar.format(utc(time))).toBe(expected);
  expect(calendar.splitDate(utc(time))).toEqual({
    month: expected.slice(0, 7),
    day: Number(expected.slice(8, 10)),
  });
});

// The expected times were computed with Go's AddDate and Add.
describe('subtract in local time, as Go does', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00', '1d', '2026-03-28T13:00:00', 'a day of 23 hours'],
    ['Europe/Berlin', '2026-03-29T12:00:00', '24h', '2026-03-28T12:00:00', '24 hours are 24 hours'],
    ['Europe/Berlin', '2026-10-25T12:00:00', '1d', '2026-10-24T11:00:00', 'a day of 25 hours'],
    ['Europe/Berlin', '2026-03-30T22:30:00', '1m', '2026-03-02T23:30:00', 'from 31 March in local time'],
    ['Europe/Berlin', '2026-04-05T00:30:00', '7d', '2026-03-29T01:30:00', 'to 2:30, which is skipped'],
    ['Europe/Berlin', '2026-04-29T00:30:00', '1m', '2026-03-29T01:30:00', 'to the same time by a month'],
    ['Europe/Berlin', '2026-11-01T01:30:00', '7d', '2026-10-25T01:30:00', 'to 2:30, which comes twice'],
    ['Europe/Berlin', '2026-10-25T00:30:00', '1h', '2026-10-25T00:30:00', 'from the first of two 2:30'],
    ['Europe/Berlin', '2026-10-25T01:30:00', '1h', '2026-10-25T00:30:00', 'from the second of two 2:30'],
    ['America/New_York', '2026-03-15T06:30:00', '7d', '2026-03-08T06:30:00', 'to 2:30, which is skipped'],
    ['America/New_York', '2026-11-08T06:30:00', '7d', '2026-11-01T05:30:00', 'to 1:30, which comes twice'],
    ['America/New_York', '2026-11-01T05:30:00', '1h', '2026-11-01T04:30:00', 'from the first of two 1:30'],
    ['America/New_York', '2026-11-01T06:30:00', '1h', '2026-11-01T04:30:00', 'from the second of two 1:30'],
    ['Australia/Lord_Howe', '2026-10-10T15:15:00', '7d', '2026-10-03T15:45:00', 'to a skipped half hour'],
    [
      'Australia/Lord_Howe',
      '2026-04-11T15:15:00',
      '7d',
      '2026-04-04T15:15:00',
      'to a half hour that comes twice',
    ],
    ['Pacific/Apia', '2012-01-29T22:00:00', '1m', '2011-12-30T22:00:00', 'to a day that was skipped'],
    ['America/Sao_Paulo', '2018-11-11T02:30:00', '7d', '2018-11-04T02:30:00', 'to a skipped midnight'],
    [
      'Europe/London',
      '2026-04-05T00:30:00',
      '7d',
      '2026-03-29T01:30:00',
      'to a skipped hour, next to an offset of 0',
    ],
    [
      'Europe/London',
      '2026-11-01T01:30:00',
      '7d',
      '2026-10-25T01:30:00',
      'to an hour that comes twice, next to an offset of 0',
    ],
    ['Asia/Kolkata', '2026-03-30T19:00:00', '1m', '2026-03-02T19:00:00', 'an offset with half an hour'],
    [
      'Pacific/Auckland',
      '2024-02-28T11:30:00',
      '4y',
      '2020-02-28T11:30:00',
      'from 29 February in local time',
    ],
  ])('in %s, %s minus %s is %s (%s)', (zone, time, duration, expected) => {
    expect(written(zoneOf(zone).subtract(utc(time), durationOf(duration)))).toBe(expected);
  });

  test.each(['300000y', '9007199254740991m', '9007199254740991d', '9007199254740991h'])(
    '%s, which is beyond all dates, leads to NaN',
    duration => {
      expect(zoneOf('Europe/Berlin').subtract(NOW, durationOf(duration))).toBeNaN();
    },
  );

  test('leads to times before the year 1', () => {
    expect(zoneOf('Etc/GMT-2').subtract(utc('2026-03-05T10:00:00'), durationOf('3000y'))).toBe(
      Date.UTC(-974, 2, 5, 10),
    );
  });
});

describe('a plan', () => {
  test('counts days in the time zone', () => {
    const table = (results: readonly string[]) => [
      `2026-03-05T10:00:00  ${results[0]}`,
      `2026-03-04T23:30:00  ${results[1]}`,
      `2026-03-04T22:30:00  ${results[2]}`,
      `2026-03-04T10:00:00  ${results[3]}`,
    ];
    const rules = { 'keep-daily': '2' };
    const utcResults = ['daily', 'daily', '-', '-'];
    expect(apply(rules, table(utcResults))).toEqual(table(utcResults));
    const berlinResults = ['daily', '-', 'daily', '-'];
    const berlin = { calendar: zoneOf('Europe/Berlin') };
    // 23:30 in UTC is the next day there, and 22:30 is not: daylight saving time begins later.
    expect(apply(rules, table(berlinResults), berlin)).toEqual(table(berlinResults));
  });

  test('counts weeks, months and years in the time zone', () => {
    const table = [
      '2026-01-01T06:00:00  weekly, monthly, yearly',
      '2026-01-01T04:30:00  monthly, yearly',
      '2025-12-29T04:30:00  weekly',
      '2025-12-01T04:30:00  monthly',
      '2025-11-30T04:30:00  -',
    ];
    const rules = { 'keep-weekly': '2', 'keep-monthly': '3', 'keep-yearly': '2' };
    expect(apply(rules, table, { calendar: zoneOf('America/New_York') })).toEqual(table);
  });

  test('counts the repeated hour at the end of daylight saving time once', () => {
    const table = [
      '2026-10-25T02:10:00  hourly',
      '2026-10-25T01:50:00  hourly',
      '2026-10-25T01:10:00  -',
      '2026-10-25T00:50:00  -',
      '2026-10-25T00:10:00  -',
      '2026-10-24T23:50:00  hourly',
      '2026-10-24T22:50:00  -',
    ];
    expect(apply({ 'keep-hourly': '3' }, table, { calendar: zoneOf('Europe/Berlin') })).toEqual(table);
  });

  test('does not count the hour that daylight saving time skips', () => {
    const table = ['2026-03-29T01:10:00  hourly', '2026-03-29T00:50:00  hourly', '2026-03-28T23:50:00  -'];
    expect(apply({ 'keep-hourly': '2' }, table, { calendar: zoneOf('Europe/Berlin') })).toEqual(table);
  });

  test('counts a day twice if the clock is set back across midnight, as restic does', () => {
    const table = [
      '2010-11-07T03:30:30  daily',
      '2010-11-07T02:31:30  daily',
      '2010-11-07T02:30:30  daily',
      '2010-11-07T02:00:00  daily',
      '2010-11-06T12:00:00  -',
    ];
    expect(apply({ 'keep-daily': '4' }, table, { calendar: zoneOf('America/St_Johns') })).toEqual(table);
  });

  test('counts durations in the time zone', () => {
    const berlin = { calendar: zoneOf('Europe/Berlin'), now: utc('2026-04-02T00:00:00') };
    const table = [
      // It is 31 March there, and one month earlier is 3 March, 0:30.
      '2026-03-30T22:30:00  within 1m',
      '2026-03-02T23:30:01  within 1m',
      '2026-03-02T23:30:00  -',
    ];
    expect(apply({ 'keep-within': '1m' }, table, berlin)).toEqual(table);
  });

  test('is refused if nothing is kept when the clock is set back, as in Go', () => {
    // One hour before the first of two 2:30 is the same time, and the edge is excluded.
    const plan = () =>
      planOf([backupAt(utc('2026-10-25T00:30:00'), 1)], policyOf({ 'keep-within': '1h' }), {
        calendar: zoneOf('Europe/Berlin'),
        now: utc('2026-10-26T00:00:00'),
      });
    expect(plan).toThrow('The rules would leave no backup of storage type Local.');
  });
});

describe('Intl', () => {
  test('is not used by loading the modules, or by a plan in UTC', async () => {
    const construct = jest.spyOn(Intl, 'DateTimeFormat').mockImplementation(() => {
      throw new Error('Intl was used');
    });
    jest.resetModules();
    const fresh = await import('../../src/retention/time-zone.js');
    expect(fresh.createZonedCalendar).not.toBe(createZonedCalendar);
    const support = await import('./support.js');
    const { kept } = support.planOf([support.backupAt(NOW, 1)], policyOf({ 'keep-daily': '1' }));
    expect(kept).toHaveLength(1);
    expect(construct).not.toHaveBeenCalled();
  });

  test('is used once for each time, with any number of rules', () => {
    let calls = 0;
    mockIntl((time, original) => {
      calls++;
      return original(time);
    });
    const calendar = zoneOf('Europe/Berlin');
    const backups = Array.from({ length: 1_000 }, (_, index) => backupAt(NOW - index * 25_200_000, index));
    const rules = {
      'keep-hourly': '500',
      'keep-daily': 'unlimited',
      'keep-weekly': '52',
      'keep-monthly': 'unlimited',
      'keep-yearly': 'unlimited',
      'keep-within-daily': '3y',
    };
    planOf(backups, policyOf(rules), { calendar });
    for (const { createdOn } of backups) calendar.format(createdOn);
    // The start of the duration needs two more.
    expect(calls).toBe(backups.length + 2);
  });
});
