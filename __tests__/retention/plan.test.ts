import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../src/failure.js';
import { STORAGE_TYPES } from '../../src/portal/records.js';
import { calendarOf, UTC } from '../../src/retention/calendar.js';
import { compareNewestFirst } from '../../src/retention/plan.js';
import { NO_RULE } from '../../src/retention/policy.js';
import { say } from '../../src/text.js';
import { idOf, policyOf } from '../support/backups.js';
import { apply, backupAt, NOW, planOf, type Rules } from './support.js';

describe('rules that count:', () => {
  test.each<[string, Rules, string[]]>([
    [
      'the last ones count one by one',
      { 'keep-last': '2' },
      ['2026-03-05T10:00:00  last', '2026-03-05T09:00:00  last', '2026-03-05T08:00:00  -'],
    ],
    [
      'of each period the newest is kept',
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
      'an hour begins with its first second',
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
      "the year's turn parts hours, days, months and years",
      { 'keep-hourly': '2', 'keep-daily': '2', 'keep-monthly': '2', 'keep-yearly': '2' },
      [
        '2026-01-01T00:00:00  hourly, daily, monthly, yearly',
        '2025-12-31T23:59:59  hourly, daily, monthly, yearly',
        '2025-12-31T23:00:00  -',
        '2024-12-31T23:00:00  -',
      ],
    ],
    [
      "the year's turn does not part a week",
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
      'week 53 of 2020 reaches into January',
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
      'week 52 of 2021 holds 1 January 2022 and is not week 52 of 2022',
      { 'keep-weekly': '2' },
      ['2022-12-31T10:00:00  weekly', '2022-01-01T10:00:00  weekly', '2021-12-27T10:00:00  -'],
    ],
    [
      'before 1970 too',
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
      'is not kept when the counts are used up',
      { 'keep-yearly': '2' },
      ['2026-03-05T10:00:00  yearly', '2025-02-05T10:00:00  yearly', '2025-01-05T10:00:00  -'],
    ],
    [
      'has one reason of each rule',
      { 'keep-daily': '2', 'keep-weekly': '3', 'keep-monthly': '3' },
      [
        '2026-03-05T10:00:00  daily, weekly, monthly',
        '2026-03-04T10:00:00  daily',
        '2026-02-25T10:00:00  weekly, monthly',
        '2026-02-24T10:00:00  oldest weekly, oldest monthly',
      ],
    ],
    [
      'is kept where several were made in the same second',
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
      'the edge itself is out',
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
      'does not count from a backup of this very moment',
      { 'keep-within': '1d' },
      [
        '2026-03-31T12:00:00  within 1d',
        '2026-03-30T11:00:00  within 1d',
        '2026-03-29T12:00:00  within 1d',
        '2026-03-29T11:00:00  -',
      ],
    ],
    [
      'keeps everything when all are in the future',
      { 'keep-within': '1h' },
      ['2031-01-01T00:00:00  within 1h', '2027-01-01T00:00:00  within 1h', '2026-03-31T12:00:00  within 1h'],
    ],
    [
      'a month before 31 March is 3 March',
      { 'keep-within': '1m' },
      [
        '2026-03-31T10:00:00  within 1m',
        '2026-03-03T10:00:01  within 1m',
        '2026-03-03T10:00:00  -',
        '2026-02-28T10:00:00  -',
      ],
    ],
    [
      'six months before 31 August of a leap year are 2 March',
      { 'keep-within': '6m' },
      [
        '2024-08-31T10:00:00  within 6m',
        '2024-03-02T10:00:01  within 6m',
        '2024-03-02T10:00:00  -',
        '2024-02-29T10:00:00  -',
      ],
    ],
    [
      'names its span in the order y, m, w, d, h',
      { 'keep-within': '2h7d1w5m1y' },
      ['2026-03-05T10:00:00  within 1y5m1w7d2h'],
    ],
    [
      'is only one of the rules',
      { 'keep-within': '1d', 'keep-last': '1', 'keep-monthly': '1', 'keep-yearly': '2' },
      [
        '2026-03-05T10:00:00  within 1d, last, monthly, yearly',
        '2026-03-05T09:00:00  within 1d',
        '2026-03-01T10:00:00  -',
        '2025-03-01T10:00:00  yearly',
      ],
    ],
    [
      'of 1,950 years reaches the year 76, not 1976',
      { 'keep-within': '1950y' },
      [
        '2026-03-05T10:00:00  within 1950y',
        '1970-01-01T00:00:00  within 1950y',
        '0076-03-05T10:00:01  within 1950y',
        '0076-03-05T10:00:00  -',
      ],
    ],
    [
      'of more years than there are keeps everything',
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

describe('keep-within of a period', () => {
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
      'keeps the oldest backup of all too, if it lies within it',
      { 'keep-within-weekly': '6m' },
      [
        '2026-03-05T10:00:00  weekly within 6m',
        '2026-03-04T10:00:00  -',
        '2026-03-03T10:00:00  oldest weekly within 6m',
      ],
    ],
    [
      'does not keep the oldest backup beyond it',
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
      'counts from the newest backup that is not of the future',
      { 'keep-within-daily': '1d' },
      [
        '2026-04-01T10:00:00  daily within 1d',
        '2026-03-31T11:00:00  daily within 1d',
        '2026-03-30T11:00:01  daily within 1d',
        '2026-03-30T11:00:00  -',
      ],
    ],
    [
      'stands beside the rule that counts, each for itself',
      { 'keep-daily': '1', 'keep-within-daily': '1d', 'keep-within': '2h' },
      [
        '2026-03-05T10:00:00  within 2h, daily, daily within 1d',
        '2026-03-05T09:00:00  within 2h',
        '2026-03-04T10:00:01  daily within 1d',
        '2026-03-03T10:00:00  -',
      ],
    ],
    [
      'gives its reasons from hours to years, after those of the rules that count',
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
      'of no time is no rule',
      { 'keep-within': '0d', 'keep-within-daily': '0y0h', 'keep-last': '1' },
      ['2026-04-01T10:00:00  last', '2026-03-31T13:00:00  -', '2026-03-04T10:00:00  -'],
    ],
  ])('%s', (_title, rules, table) => {
    expect(apply(rules, table)).toEqual(table);
  });

  test.each(['300000y', '9007199254740991m', '9007199254740991h'])(
    'of %s, beyond all dates, keeps each day and the oldest',
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
      'last keeps every backup',
      { 'keep-last': 'unlimited' },
      ['2026-03-05T10:00:00  last', '2026-03-05T10:00:00  last', '1999-03-05T09:00:00  last'],
    ],
    [
      'daily keeps one of each day, and the oldest of all',
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
      'yearly goes beside rules with a number',
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
  test('14 nightly local copies do not stand for the 3 weekly ones elsewhere', () => {
    const nightly = Array.from({ length: 14 }, (_, index) => {
      const day = new Date(Date.UTC(2026, 2, 30 - index)).toISOString().slice(0, 10);
      // Monday 30 March; the Sundays of the weeks before are the 29th and the 22nd.
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

  test('each have a last one, an oldest one and a start of durations of their own', () => {
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

  test('are each of the six a group of their own', () => {
    const backups = [...STORAGE_TYPES, ...STORAGE_TYPES].map((storageType, index) =>
      backupAt(NOW - index * 1000, index, storageType),
    );
    const { kept, selected } = planOf(backups, policyOf({ 'keep-last': '1' }));
    expect(kept.map(({ backup }) => backup)).toEqual(backups.slice(0, 6));
    expect(selected).toEqual(backups.slice(6).reverse());
  });

  test('are mixed in the whole: kept newest first, selected oldest first', () => {
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
      'stays where no rule keeps it',
      { 'keep-last': '1' },
      [2],
      ['2026-03-05T10:00:00  last', '2026-03-04T10:00:00  -', '2026-03-03T10:00:00  pinned'],
    ],
    [
      'has the reasons of the rules too, and is pinned last',
      { 'keep-last': '2', 'keep-yearly': '3', 'keep-within-daily': '9d' },
      [0, 2],
      [
        '2026-03-05T10:00:00  last, yearly, daily within 9d, pinned',
        '2026-03-05T09:00:00  last',
        '2026-03-05T08:00:00  oldest yearly, oldest daily within 9d, pinned',
      ],
    ],
    [
      'counts in the rules as any other, and takes no place from the rest',
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

  test('is kept when nothing else is, and then the plan is not refused', () => {
    const plan = planOf([backupAt(2000, 1), backupAt(1000, 2)], NO_RULE, { pinned: [2] });
    expect(plan.kept).toEqual([{ backup: backupAt(1000, 2), reasons: ['pinned'] }]);
    expect(plan.selected).toEqual([backupAt(2000, 1)]);
  });
});

describe('a plan that leaves nothing', () => {
  test('is refused', () => {
    const plan = () => planOf([backupAt(1000, 1)], NO_RULE);
    expect(plan).toThrow(Refusal);
    expect(plan).toThrow(
      'The rules would leave no backup of storage type Local. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.',
    );
  });

  test('of one storage type is refused, though others keep theirs', () => {
    const backups = [backupAt(1000, 1), backupAt(2000, 2, 'ThirdPartyConsumer')];
    expect(() => planOf(backups, NO_RULE, { pinned: [1] })).toThrow(
      'The rules would leave no backup of storage type ThirdPartyConsumer.',
    );
  });

  test('says in few words why', () => {
    expect(() => planOf([backupAt(1000, 1)], NO_RULE)).toThrow(
      expect.objectContaining({ brief: 'the rules would leave none of Local' }),
    );
  });

  test('of no backups is no plan to refuse', () => {
    expect(planOf([], NO_RULE)).toEqual({ kept: [], selected: [] });
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

  test('keeps the only backup, for every reason there is', () => {
    const table = [
      '2020-03-05T10:00:00  within 1h, last, hourly, daily, weekly, monthly, yearly, hourly within 1h, daily within 1d, weekly within 1w, monthly within 1m, yearly within 1y',
    ];
    expect(apply(everyRule, table)).toEqual(table);
  });

  test('tells months of different years apart', () => {
    const table = ['2026-01-05T10:00:00  monthly', '2014-02-05T10:00:00  monthly'];
    expect(apply({ 'keep-monthly': '2' }, table)).toEqual(table);
  });

  test('makes nothing of nothing', () => {
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

  test('orders equal times of different storage types by id in the whole', () => {
    const backups = ([2, 0, 3, 1] as const).map(number =>
      backupAt(NOW, number, number % 2 === 0 ? 'Local' : 'DataStore'),
    );
    const { kept } = planOf(backups, policyOf({ 'keep-last': '9' }));
    expect(kept.map(({ backup }) => backup.id)).toEqual([0, 1, 2, 3].map(idOf));
  });

  test('has an order of its own to show: newest first, equal times by id', () => {
    const backups = [backupAt(1000, 3), backupAt(2000, 2), backupAt(1000, 1)];
    expect(backups.sort(compareNewestFirst).map(({ id }) => id)).toEqual([2, 1, 3].map(idOf));
  });

  test('leaves the list that it is given alone', () => {
    const backups = Object.freeze([backupAt(1000, 1), backupAt(3000, 2), backupAt(2000, 3)]);
    expect(planOf(backups, policyOf({ 'keep-last': '1' })).selected).toHaveLength(2);
  });

  test('takes the largest numbers', () => {
    const most = String(Number.MAX_SAFE_INTEGER);
    const table = [
      '2026-03-05T10:00:00  last, yearly',
      '2026-03-04T10:00:00  last',
      '2026-03-03T10:00:00  last, oldest yearly',
    ];
    expect(apply({ 'keep-last': most, 'keep-yearly': most }, table)).toEqual(table);
  });

  test('keeps a backup whose time is not a number, rather than delete it', () => {
    const backups = [backupAt(NOW, 0), backupAt(Number.NaN, 1)];
    expect(planOf(backups, policyOf({ 'keep-within': '1d' })).selected).toEqual([]);
  });

  test('keeps everything under a calendar that has lost its way, rather than delete it', () => {
    const calendar = calendarOf(say`lost`, () => Number.NaN);
    const backups = [backupAt(NOW - 1000, 0), backupAt(NOW - 999_999_999, 1), backupAt(NOW - 999_999_998, 2)];
    expect(planOf(backups, policyOf({ 'keep-within': '1d' }), { calendar }).selected).toEqual([]);
    expect(planOf(backups, policyOf({ 'keep-within-yearly': '1d' }), { calendar }).selected).toEqual([]);
    expect(planOf(backups, policyOf({ 'keep-yearly': '3' }), { calendar }).selected).toEqual([]);
  });

  test('looks at each of 10,000 backups a few dozen times, not thousands', () => {
    let looks = 0;
    const backups = Array.from({ length: 10_000 }, (_, index) => {
      const backup = backupAt(NOW - ((index * 7919) % 10_007) * 3_600_000, index);
      const { createdOn } = backup;
      return Object.defineProperty(backup, 'createdOn', {
        get() {
          looks++;
          return createdOn;
        },
      });
    });
    planOf(backups, policyOf({ ...everyRule, 'keep-daily': '500', 'keep-yearly': 'unlimited' }), {
      calendar: UTC,
    });
    expect(looks).toBeLessThan(backups.length * 60);
  });
});
