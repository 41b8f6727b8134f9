import { describe, expect, test } from '@jest/globals';
import { compareNewestFirst, STORAGE_TYPES } from '../../src/backups/backup.js';
import { RefusedError } from '../../src/errors.js';
import { createCalendar, UTC } from '../../src/retention/calendar.js';
import { NO_RULES } from '../../src/retention/policy.js';
import { text } from '../../src/text/printable.js';
import { idOf, policyOf } from '../support/backups.js';
import { apply, backupAt, NOW, planOf, type Rules } from './support.js';

describe('rules with a count:', () => {
  test.each<[string, Rules, string[]]>([
    [
      'keep-last counts single backups',
      { 'keep-last': '2' },
      ['2026-03-05T10:00:00  last', '2026-03-05T09:00:00  last', '2026-03-05T08:00:00  -'],
    ],
    [
      'the newest backup of each period is kept',
      { 'keep-daily': '2' },
      [
        '2026-03-05T10:00:00  daily',
        '2026-03-05T09:00:00  -',
        '2026-03-04T23:59:59  daily',
        '2026-03-04T01:00:00  -',
      ],
    ],
    [
      'periods without backups do not count',
      { 'keep-daily': '2' },
      ['2026-03-05T10:00:00  daily', '2025-01-01T00:00:00  daily', '2024-01-01T00:00:00  -'],
    ],
    [
      'an hour begins at its first second',
      { 'keep-hourly': '2' },
      [
        '2026-03-05T10:00:00  hourly',
        '2026-03-05T09:59:59.999  hourly',
        '2026-03-05T09:00:00  -',
        '2026-03-05T08:59:59  -',
      ],
    ],
    [
      'the same hour of another day is another hour',
      { 'keep-hourly': '2' },
      ['2026-03-05T10:30:00  hourly', '2026-03-04T10:30:00  hourly', '2026-03-04T09:30:00  -'],
    ],
    [
      'the same day of another month is another day',
      { 'keep-daily': '2' },
      ['2026-03-05T10:00:00  daily', '2026-02-05T10:00:00  daily', '2026-02-04T10:00:00  -'],
    ],
    [
      'the same month of another year is another month',
      { 'keep-monthly': '2' },
      ['2026-03-05T10:00:00  monthly', '2025-03-05T10:00:00  monthly', '2025-02-05T10:00:00  -'],
    ],
    [
      'the turn of the year separates hours, days, months and years',
      { 'keep-hourly': '2', 'keep-daily': '2', 'keep-monthly': '2', 'keep-yearly': '2' },
      [
        '2026-01-01T00:00:00  hourly, daily, monthly, yearly',
        '2025-12-31T23:59:59  hourly, daily, monthly, yearly',
        '2025-12-31T23:00:00  -',
        '2024-12-31T23:00:00  -',
      ],
    ],
    [
      'the turn of the year does not separate a week',
      { 'keep-weekly': '2' },
      [
        '2019-01-06T23:59:59  weekly',
        '2019-01-01T00:00:00  -',
        '2018-12-31T00:00:00  -',
        '2018-12-30T23:59:59  weekly',
        '2018-12-24T00:00:00  -',
      ],
    ],
    [
      'week 53 of 2020 ends in January 2021',
      { 'keep-weekly': '3' },
      [
        '2021-01-04T00:00:00  weekly',
        '2021-01-03T23:59:59  weekly',
        '2021-01-01T00:00:00  -',
        '2020-12-28T00:00:00  -',
        '2020-12-27T23:59:59  weekly',
        '2020-12-20T00:00:00  -',
      ],
    ],
    [
      'week 52 of 2021 contains 1 January 2022 and is not week 52 of 2022',
      { 'keep-weekly': '2' },
      ['2022-12-31T10:00:00  weekly', '2022-01-01T10:00:00  weekly', '2021-12-27T10:00:00  -'],
    ],
    [
      'times before 1970 work too',
      { 'keep-daily': '2', 'keep-weekly': '1' },
      [
        '1969-12-31T23:00:00  daily, weekly',
        '1969-12-31T01:00:00  -',
        '1969-12-30T23:00:00  daily',
        '1969-12-29T00:00:00  -',
      ],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });
});

describe('the oldest backup', () => {
  test.each<[string, Rules, string[]]>([
    [
      'is kept while the rule has counts left',
      { 'keep-yearly': '10' },
      ['2026-03-05T10:00:00  yearly', '2026-02-05T10:00:00  -', '2026-01-05T10:00:00  oldest yearly'],
    ],
    [
      'is not kept if the rule has no counts left',
      { 'keep-yearly': '2' },
      ['2026-03-05T10:00:00  yearly', '2025-02-05T10:00:00  yearly', '2025-01-05T10:00:00  -'],
    ],
    [
      'has one reason for each rule',
      { 'keep-daily': '2', 'keep-weekly': '3', 'keep-monthly': '3' },
      [
        '2026-03-05T10:00:00  daily, weekly, monthly',
        '2026-03-04T10:00:00  daily',
        '2026-02-25T10:00:00  weekly, monthly',
        '2026-02-24T10:00:00  oldest weekly, oldest monthly',
      ],
    ],
    [
      'is kept if several were made at the same time',
      { 'keep-daily': '2' },
      ['2026-03-05T10:00:00  daily', '2026-03-05T10:00:00  -', '2026-03-05T10:00:00  oldest daily'],
    ],
    [
      'is not kept by keep-within',
      { 'keep-within': '1d' },
      ['2026-03-05T10:00:00  within 1d', '2026-03-04T10:00:00  -'],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });
});

describe('keep-within', () => {
  test.each<[string, Rules, string[]]>([
    [
      'counts from the newest backup, not from now',
      { 'keep-within': '2d' },
      [
        '2020-03-05T10:00:00  within 2d',
        '2020-03-04T10:00:00  within 2d',
        '2020-03-03T10:00:01  within 2d',
        '2020-03-02T10:00:00  -',
      ],
    ],
    [
      'excludes the edge itself',
      { 'keep-within': '2d' },
      [
        '2026-03-05T10:00:00  within 2d',
        '2026-03-03T10:00:00.001  within 2d',
        '2026-03-03T10:00:00  -',
        '2026-03-03T09:59:59.999  -',
      ],
    ],
    [
      'does not count from a backup dated in the future, but keeps it',
      { 'keep-within': '1d' },
      [
        '2030-01-01T00:00:00  within 1d',
        '2026-03-31T12:00:01  within 1d',
        '2026-03-31T11:59:59  within 1d',
        '2026-03-30T12:00:00  within 1d',
        '2026-03-30T11:59:59  -',
      ],
    ],
    [
      'does not count from a backup that is dated now',
      { 'keep-within': '1d' },
      [
        '2026-03-31T12:00:00  within 1d',
        '2026-03-30T11:00:00  within 1d',
        '2026-03-29T12:00:00  within 1d',
        '2026-03-29T11:00:00  -',
      ],
    ],
    [
      'keeps everything if all backups are dated in the future',
      { 'keep-within': '1h' },
      ['2031-01-01T00:00:00  within 1h', '2027-01-01T00:00:00  within 1h', '2026-03-31T12:00:00  within 1h'],
    ],
    [
      'reaches from 31 March to 3 March with 1m',
      { 'keep-within': '1m' },
      [
        '2026-03-31T10:00:00  within 1m',
        '2026-03-03T10:00:01  within 1m',
        '2026-03-03T10:00:00  -',
        '2026-02-28T10:00:00  -',
      ],
    ],
    [
      'reaches from 31 August of a leap year to 2 March with 6m',
      { 'keep-within': '6m' },
      [
        '2024-08-31T10:00:00  within 6m',
        '2024-03-02T10:00:01  within 6m',
        '2024-03-02T10:00:00  -',
        '2024-02-29T10:00:00  -',
      ],
    ],
    [
      'has its units in the order y, m, w, d, h in the reason',
      { 'keep-within': '2h7d1w5m1y' },
      ['2026-03-05T10:00:00  within 1y5m1w7d2h'],
    ],
    [
      'works together with other rules',
      { 'keep-within': '1d', 'keep-last': '1', 'keep-monthly': '1', 'keep-yearly': '2' },
      [
        '2026-03-05T10:00:00  within 1d, last, monthly, yearly',
        '2026-03-05T09:00:00  within 1d',
        '2026-03-01T10:00:00  -',
        '2025-03-01T10:00:00  yearly',
      ],
    ],
    [
      'of 1,950 years reaches back to the year 76, not 1976',
      { 'keep-within': '1950y' },
      [
        '2026-03-05T10:00:00  within 1950y',
        '1970-01-01T00:00:00  within 1950y',
        '0076-03-05T10:00:01  within 1950y',
        '0076-03-05T10:00:00  -',
      ],
    ],
    [
      'of more than 2,026 years keeps everything',
      { 'keep-within': '2027y' },
      [
        '2026-03-05T10:00:00  within 2027y',
        '0100-01-01T00:00:00  within 2027y',
        '0001-01-02T00:00:00  within 2027y',
      ],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });

  test.each([
    '300000y',
    '9007199254740991y',
    '9007199254740991m',
    '9007199254740991w',
    '9007199254740991d',
    '9007199254740991h',
  ])('of %s, beyond all dates, keeps everything', span => {
    const table = ['2026-03-05T10:00:00', '1970-01-01T00:00:00', '0002-01-01T00:00:00'];
    const expected = table.map(time => `${time}  within ${span}`);
    expect(apply({ 'keep-within': span }, expected)).toEqual(expected);
  });
});

describe('keep-within-<period>', () => {
  test.each<[string, Rules, string[]]>([
    [
      'keeps the newest of each day within it',
      { 'keep-within-daily': '2d' },
      [
        '2026-03-05T10:00:00  daily within 2d',
        '2026-03-05T09:00:00  -',
        '2026-03-04T23:00:00  daily within 2d',
        '2026-03-04T22:00:00  -',
        '2026-03-03T10:00:01  daily within 2d',
        '2026-03-03T10:00:00  -',
        '2026-03-02T10:00:00  -',
      ],
    ],
    [
      'keeps the newest of each hour within it',
      { 'keep-within-hourly': '2h' },
      [
        '2026-03-05T10:30:00  hourly within 2h',
        '2026-03-05T10:00:00  -',
        '2026-03-05T08:59:00  hourly within 2h',
        '2026-03-05T08:31:00  -',
        '2026-03-05T08:30:00  -',
      ],
    ],
    [
      'keeps the newest of each ISO week within it',
      { 'keep-within-weekly': '2w' },
      [
        '2026-01-04T10:00:00  weekly within 2w',
        '2025-12-29T10:00:00  -',
        '2025-12-28T10:00:00  weekly within 2w',
        '2025-12-21T10:00:00  -',
      ],
    ],
    [
      'keeps the newest of each month within it',
      { 'keep-within-monthly': '2m' },
      [
        '2026-03-31T10:00:00  monthly within 2m',
        '2026-03-01T10:00:00  -',
        '2026-01-31T10:00:01  monthly within 2m',
        '2026-01-31T10:00:00  -',
      ],
    ],
    [
      'keeps the newest of each year within it',
      { 'keep-within-yearly': '2y' },
      [
        '2026-03-31T10:00:00  yearly within 2y',
        '2025-03-01T10:00:00  yearly within 2y',
        '2025-01-31T10:00:01  -',
        '2024-03-31T10:00:01  yearly within 2y',
        '2024-03-30T10:00:00  -',
      ],
    ],
    [
      'also keeps the oldest backup if it is within the duration',
      { 'keep-within-weekly': '6m' },
      [
        '2026-03-05T10:00:00  weekly within 6m',
        '2026-03-04T10:00:00  -',
        '2026-03-03T10:00:00  oldest weekly within 6m',
      ],
    ],
    [
      'does not keep the oldest backup if it is older than that',
      { 'keep-within-weekly': '1d' },
      [
        '2026-03-05T10:00:00  weekly within 1d',
        '2026-03-05T09:00:00  -',
        '2026-03-04T10:00:00  -',
        '2026-03-02T10:00:00  -',
      ],
    ],
    [
      'counts from the newest backup, not from now',
      { 'keep-within-daily': '1d' },
      [
        '2020-03-05T10:00:00  daily within 1d',
        '2020-03-04T10:00:01  daily within 1d',
        '2020-03-04T10:00:00  -',
      ],
    ],
    [
      'counts from the newest backup that is not dated in the future',
      { 'keep-within-daily': '1d' },
      [
        '2026-04-01T10:00:00  daily within 1d',
        '2026-03-31T11:00:00  daily within 1d',
        '2026-03-30T11:00:01  daily within 1d',
        '2026-03-30T11:00:00  -',
      ],
    ],
    [
      'works independently of the rule with a count',
      { 'keep-daily': '1', 'keep-within-daily': '1d', 'keep-within': '2h' },
      [
        '2026-03-05T10:00:00  within 2h, daily, daily within 1d',
        '2026-03-05T09:00:00  within 2h',
        '2026-03-04T10:00:01  daily within 1d',
        '2026-03-03T10:00:00  -',
      ],
    ],
    [
      'adds its reasons from hours to years, after those of the rules with a count',
      {
        'keep-within-yearly': '5y',
        'keep-within-monthly': '4m',
        'keep-within-weekly': '3w',
        'keep-within-daily': '2d',
        'keep-within-hourly': '1h',
        'keep-yearly': '1',
        'keep-last': '1',
      },
      [
        '2026-03-05T10:00:00  last, yearly, hourly within 1h, daily within 2d, weekly within 3w, monthly within 4m, yearly within 5y',
        '2026-03-05T09:00:00  -',
        '2026-03-04T09:00:00  daily within 2d',
        '2026-02-25T09:00:00  weekly within 3w, monthly within 4m',
        '2025-12-25T09:00:00  monthly within 4m, yearly within 5y',
      ],
    ],
    [
      'with a duration of zero is no rule',
      { 'keep-within': '0d', 'keep-within-daily': '0y0h', 'keep-last': '1' },
      ['2026-04-01T10:00:00  last', '2026-03-31T13:00:00  -', '2026-03-04T10:00:00  -'],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });

  test.each(['300000y', '9007199254740991m', '9007199254740991h'])(
    'of %s, beyond all dates, keeps one of each day and the oldest',
    span => {
      const table = [
        `2026-03-05T10:00:00  daily within ${span}`,
        `1970-01-01T10:00:00  daily within ${span}`,
        '1970-01-01T09:00:00  -',
        `0002-01-01T10:00:00  daily within ${span}`,
        `0002-01-01T09:00:00  oldest daily within ${span}`,
      ];
      expect(apply({ 'keep-within-daily': span }, table)).toEqual(table);
    },
  );
});

describe('unlimited', () => {
  test.each<[string, Rules, string[]]>([
    [
      'keep-last keeps every backup',
      { 'keep-last': 'unlimited' },
      ['2026-03-05T10:00:00  last', '2026-03-05T10:00:00  last', '1999-03-05T09:00:00  last'],
    ],
    [
      'keep-daily keeps one of each day, and the oldest of all',
      { 'keep-daily': 'unlimited' },
      [
        '2026-03-05T10:00:00  daily',
        '2026-03-05T09:00:00  -',
        '2016-03-05T09:00:00  daily',
        '2016-03-05T08:00:00  -',
        '2016-03-05T07:00:00  oldest daily',
      ],
    ],
    [
      'keep-yearly works together with rules with a number',
      { 'keep-yearly': 'unlimited', 'keep-daily': '1' },
      [
        '2026-03-05T10:00:00  daily, yearly',
        '2026-03-04T10:00:00  -',
        '2025-03-05T10:00:00  yearly',
        '2014-03-05T10:00:00  yearly',
      ],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });
});

describe('storage types', () => {
  test('do not replace each other: 14 nightly local copies, and 3 weekly ones elsewhere', () => {
    const nightly = Array.from({ length: 14 }, (_, index) => {
      const day = new Date(Date.UTC(2026, 2, 30 - index)).toISOString().slice(0, 10);
      // 30 March is a Monday. The Sundays of the weeks before are the 29th and the 22nd.
      const reasons = [...(index < 7 ? ['daily'] : []), ...([0, 1, 8].includes(index) ? ['weekly'] : [])];
      if (index === 13) reasons.push('oldest weekly');
      return `${day}T03:00:00  Local  ${reasons.join(', ') || '-'}`;
    });
    const weekly = [
      '2026-03-29T02:00:00  ThirdPartyConsumer  daily, weekly',
      '2026-03-22T02:00:00  ThirdPartyConsumer  daily, weekly',
      '2026-03-15T02:00:00  ThirdPartyConsumer  daily, weekly',
    ];
    const table = [...nightly, ...weekly];
    expect(apply({ 'keep-daily': '7', 'keep-weekly': '4' }, table)).toEqual(table);
  });

  test('each have their own newest and oldest backup, and their own start of durations', () => {
    const table = [
      '2026-03-05T10:00:00  Local  within 1d, last, yearly',
      '2026-03-04T10:00:01  Local  within 1d',
      '2026-03-04T10:00:00  Local  -',
      '2026-03-03T10:00:00  Local  oldest yearly',
      '2020-03-05T10:00:00  DataStore  within 1d, last, yearly',
      '2020-03-04T10:00:01  DataStore  within 1d',
      '2020-03-04T10:00:00  DataStore  -',
      '2020-03-03T10:00:00  DataStore  oldest yearly',
    ];
    expect(apply({ 'keep-last': '1', 'keep-within': '1d', 'keep-yearly': '5' }, table)).toEqual(table);
  });

  test('are planned separately, all six of them', () => {
    const backups = [...STORAGE_TYPES, ...STORAGE_TYPES].map((storageType, index) =>
      backupAt(NOW - index * 1000, index, storageType),
    );
    const { kept, selected } = planOf(backups, policyOf({ 'keep-last': '1' }));
    expect(kept.map(({ backup }) => backup)).toEqual(backups.slice(0, 6));
    expect(selected).toEqual(backups.slice(6).reverse());
  });

  test('are mixed in the result: kept newest first, selected oldest first', () => {
    const backups = [5, 0, 3, 7, 1, 6, 2, 4].map(number =>
      backupAt(NOW - 1 - number * 1000, number, number % 2 === 0 ? 'Local' : 'DataStore'),
    );
    const { kept, selected } = planOf(backups, policyOf({ 'keep-last': '2' }));
    expect(kept.map(({ backup }) => backup.id)).toEqual([0, 1, 2, 3].map(idOf));
    expect(selected.map(({ id }) => id)).toEqual([7, 6, 5, 4].map(idOf));
  });
});

describe('a pinned backup', () => {
  test.each<[string, Rules, number[], string[]]>([
    [
      'is kept if no rule keeps it',
      { 'keep-last': '1' },
      [2],
      ['2026-03-05T10:00:00  last', '2026-03-04T10:00:00  -', '2026-03-03T10:00:00  pinned'],
    ],
    [
      'has the reasons of the rules too, and "pinned" comes last',
      { 'keep-last': '2', 'keep-yearly': '3', 'keep-within-daily': '9d' },
      [0, 2],
      [
        '2026-03-05T10:00:00  last, yearly, daily within 9d, pinned',
        '2026-03-05T09:00:00  last',
        '2026-03-05T08:00:00  oldest yearly, oldest daily within 9d, pinned',
      ],
    ],
    [
      'counts in the rules like any other, and does not change what else is kept',
      { 'keep-daily': '2' },
      [1],
      [
        '2026-03-05T10:00:00  daily',
        '2026-03-05T09:00:00  pinned',
        '2026-03-04T10:00:00  daily',
        '2026-03-03T10:00:00  -',
      ],
    ],
  ])('%s', (_title, rules, pinned, table) => {
    expect(apply(rules, table, { pinned })).toEqual(table);
  });

  test('that is not in the list changes nothing', () => {
    const table = ['2026-03-05T10:00:00  last', '2026-03-04T10:00:00  -'];
    expect(apply({ 'keep-last': '1' }, table, { pinned: [77] })).toEqual(table);
  });

  test('is enough for a plan that keeps nothing else', () => {
    const plan = planOf([backupAt(2000, 1), backupAt(1000, 2)], NO_RULES, { pinned: [2] });
    expect(plan.kept).toEqual([{ backup: backupAt(1000, 2), reasons: ['pinned'] }]);
    expect(plan.selected).toEqual([backupAt(2000, 1)]);
  });
});

describe('a plan that keeps nothing', () => {
  test('is refused', () => {
    const plan = () => planOf([backupAt(1000, 1)], NO_RULES);
    expect(plan).toThrow(RefusedError);
    expect(plan).toThrow(
      'The rules would leave no backup of storage type Local. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.',
    );
  });

  test('of one storage type is refused, even if others keep some', () => {
    const backups = [backupAt(1000, 1), backupAt(2000, 2, 'ThirdPartyConsumer')];
    expect(() => planOf(backups, NO_RULES, { pinned: [1] })).toThrow(
      'The rules would leave no backup of storage type ThirdPartyConsumer.',
    );
  });

  test('is refused with a brief reason', () => {
    expect(() => planOf([backupAt(1000, 1)], NO_RULES)).toThrow(
      expect.objectContaining({ brief: 'the rules would leave none of Local' }),
    );
  });

  test('is not refused if there are no backups', () => {
    expect(planOf([], NO_RULES)).toEqual({ kept: [], selected: [] });
  });
});

describe('the planner', () => {
  const everyRule = {
    'keep-last': '1',
    'keep-hourly': '1',
    'keep-daily': '1',
    'keep-weekly': '1',
    'keep-monthly': '1',
    'keep-yearly': '1',
    'keep-within': '1h',
    'keep-within-hourly': '1h',
    'keep-within-daily': '1d',
    'keep-within-weekly': '1w',
    'keep-within-monthly': '1m',
    'keep-within-yearly': '1y',
  };

  test('keeps the only backup, with the reasons of all rules', () => {
    const table = [
      '2020-03-05T10:00:00  within 1h, last, hourly, daily, weekly, monthly, yearly, hourly within 1h, daily within 1d, weekly within 1w, monthly within 1m, yearly within 1y',
    ];
    expect(apply(everyRule, table)).toEqual(table);
  });

  test('distinguishes months of different years', () => {
    const table = ['2026-01-05T10:00:00  monthly', '2014-02-05T10:00:00  monthly'];
    expect(apply({ 'keep-monthly': '2' }, table)).toEqual(table);
  });

  test('returns an empty plan for no backups', () => {
    expect(planOf([], policyOf(everyRule))).toEqual({ kept: [], selected: [] });
  });

  test.each([
    [1, [0, 1, 2]],
    [2, [2, 1, 0]],
    [3, [1, 2, 0]],
  ])('orders equal times by id, list %d', (_number, order) => {
    const backups = order.map(number => backupAt(NOW - 1, number));
    const { kept, selected } = planOf(backups, policyOf({ 'keep-last': '1' }));
    expect(kept.map(({ backup }) => backup)).toEqual([backupAt(NOW - 1, 0)]);
    expect(selected).toEqual([backupAt(NOW - 1, 2), backupAt(NOW - 1, 1)]);
  });

  test('orders equal times of different storage types by id', () => {
    const backups = ([2, 0, 3, 1] as const).map(number =>
      backupAt(NOW, number, number % 2 === 0 ? 'Local' : 'DataStore'),
    );
    const { kept } = planOf(backups, policyOf({ 'keep-last': '9' }));
    expect(kept.map(({ backup }) => backup.id)).toEqual([0, 1, 2, 3].map(idOf));
  });

  test('sorts newest first, equal times by id', () => {
    const backups = [backupAt(1000, 3), backupAt(2000, 2), backupAt(1000, 1)];
    expect(backups.sort(compareNewestFirst).map(({ id }) => id)).toEqual([2, 1, 3].map(idOf));
  });

  test('does not change its argument', () => {
    const backups = Object.freeze([backupAt(1000, 1), backupAt(3000, 2), backupAt(2000, 3)]);
    expect(planOf(backups, policyOf({ 'keep-last': '1' })).selected).toHaveLength(2);
  });

  test('accepts the largest numbers', () => {
    const max = String(Number.MAX_SAFE_INTEGER);
    const table = [
      '2026-03-05T10:00:00  last, yearly',
      '2026-03-04T10:00:00  last',
      '2026-03-03T10:00:00  last, oldest yearly',
    ];
    expect(apply({ 'keep-last': max, 'keep-yearly': max }, table)).toEqual(table);
  });

  test('keeps a backup whose time is NaN', () => {
    const backups = [backupAt(NOW, 0), backupAt(Number.NaN, 1)];
    expect(planOf(backups, policyOf({ 'keep-within': '1d' })).selected).toEqual([]);
  });

  test('keeps everything with a broken calendar', () => {
    const calendar = createCalendar(text`broken`, () => Number.NaN);
    const backups = [backupAt(NOW - 1000, 0), backupAt(NOW - 999_999_999, 1), backupAt(NOW - 999_999_998, 2)];
    expect(planOf(backups, policyOf({ 'keep-within': '1d' }), { calendar }).selected).toEqual([]);
    expect(planOf(backups, policyOf({ 'keep-within-yearly': '1d' }), { calendar }).selected).toEqual([]);
    expect(planOf(backups, policyOf({ 'keep-yearly': '3' }), { calendar }).selected).toEqual([]);
  });

  test('reads the time of each of 10,000 backups less than 60 times', () => {
    let reads = 0;
    const backups = Array.from({ length: 10_000 }, (_, index) => {
      const backup = backupAt(NOW - ((index * 7919) % 10_007) * 3_600_000, index);
      const { createdOn } = backup;
      return Object.defineProperty(backup, 'createdOn', {
        get() {
          reads++;
          return createdOn;
        },
      });
    });
    planOf(backups, policyOf({ ...everyRule, 'keep-daily': '500', 'keep-yearly': 'unlimited' }), {
      calendar: UTC,
    });
    expect(reads).toBeLessThan(backups.length * 60);
  });
});
