import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { getISOWeek } from 'date-fns/getISOWeek';
import { getISOWeekYear } from 'date-fns/getISOWeekYear';
import fc from 'fast-check';
import { Failure } from '../src/failure.js';
import type { Backup } from '../src/records.js';
import {
  type Duration,
  formatPolicy,
  isoWeek,
  PERIODS,
  type Plan,
  type Policy,
  planRetention,
  subtract,
} from '../src/retention.js';
import { backupAt, policyOf, utc, written } from './support/backups.js';
import { goldenCases, goldenTimes } from './support/restic.js';

const NOW = utc('2026-03-31T12:00:00');

describe('the planner agrees with restic', () => {
  const backups = goldenTimes.map((time, index) => backupAt(utc(time), index));

  test.each(goldenCases)('$name', ({ inputs, kept }) => {
    const plan = planRetention(backups, policyOf(inputs), NOW);
    expect(
      plan.kept.map(({ backup, reasons }) => `${written(backup.createdOn)} ${reasons.join(', ')}`),
    ).toEqual(kept);
    expect(plan.selected).toHaveLength(backups.length - kept.length);
  });

  test('in all of its cases for rules that both have', () => {
    expect(goldenCases).toHaveLength(26);
    expect(goldenTimes).toHaveLength(103);
  });
});

/** Applies a policy to the backups of a table and writes the table anew: `time  reasons`, or `time  -` for one that goes. */
function apply(rules: Record<string, string>, table: readonly string[]): string[] {
  const backups = table.map((line, index) => backupAt(utc(line.split('  ')[0] ?? ''), index));
  // The planner is given the list upside down, so that it has to sort it.
  const { kept, selected } = planRetention(backups.toReversed(), policyOf(rules), NOW);
  const fates = [
    ...kept.map(({ backup, reasons }) => ({ backup, fate: reasons.join(', ') })),
    ...selected.map(backup => ({ backup, fate: '-' })),
  ];
  return fates
    .sort((a, b) => a.backup.id.localeCompare(b.backup.id))
    .map(({ backup, fate }) => `${written(backup.createdOn)}  ${fate}`);
}

describe('periods', () => {
  test.each<[string, Record<string, string>, string[]]>([
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
  test.each<[string, Record<string, string>, string[]]>([
    [
      'is kept while the rule has counts left',
      { 'keep-yearly': '10' },
      ['2026-03-05T10:00:00  yearly', '2026-02-05T10:00:00  -', '2026-01-05T10:00:00  oldest yearly'],
    ],
    [
      'is not when they are used up',
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
      'is one of those made in the same second',
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
  test.each<[string, Record<string, string>, string[]]>([
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

describe('going back in the calendar', () => {
  test.each([
    ['2026-03-31T10:20:30', '1m', '2026-03-03T10:20:30', 'February has 28 days'],
    ['2024-03-31T10:20:30', '1m', '2024-03-02T10:20:30', 'or 29'],
    ['2026-03-29T10:20:30', '1m', '2026-03-01T10:20:30', ''],
    ['2026-03-28T10:20:30', '1m', '2026-02-28T10:20:30', ''],
    ['2026-07-31T10:20:30', '1m', '2026-07-01T10:20:30', 'June has 30'],
    ['2026-08-31T10:20:30', '1m', '2026-07-31T10:20:30', 'July has 31'],
    ['2026-05-31T10:20:30', '3m', '2026-03-03T10:20:30', ''],
    ['2026-08-31T10:20:30', '6m', '2026-03-03T10:20:30', ''],
    ['2026-08-30T10:20:30', '6m', '2026-03-02T10:20:30', ''],
    ['2026-08-28T10:20:30', '6m', '2026-02-28T10:20:30', ''],
    ['2026-12-31T10:20:30', '6m', '2026-07-01T10:20:30', ''],
    ['2026-03-31T10:20:30', '6m', '2025-10-01T10:20:30', 'over the turn of the year'],
    ['2026-01-15T10:20:30', '1m', '2025-12-15T10:20:30', ''],
    ['2026-01-15T10:20:30', '13m', '2024-12-15T10:20:30', ''],
    ['2024-02-29T10:20:30', '1y', '2023-03-01T10:20:30', '29 February'],
    ['2024-02-29T10:20:30', '4y', '2020-02-29T10:20:30', ''],
    ['2025-03-29T10:20:30', '1y1m', '2024-02-29T10:20:30', 'years and months in one step'],
    ['2026-03-31T10:20:30', '1m1d', '2026-03-02T10:20:30', 'days too'],
    ['2026-03-31T10:20:30', '1m1h', '2026-03-03T09:20:30', 'hours after that'],
    ['2026-03-01T00:20:30', '1h', '2026-02-28T23:20:30', ''],
    ['2026-03-29T02:20:30', '24h', '2026-03-28T02:20:30', ''],
    ['2026-03-15T10:20:30', '2w', '2026-03-01T10:20:30', 'weeks have seven days'],
    ['2026-03-15T10:20:30', '1w1d', '2026-03-07T10:20:30', ''],
    ['2026-03-15T10:20:30.123', '30d', '2026-02-13T10:20:30.123', 'milliseconds stay'],
    ['2026-03-05T10:20:30', '1950y', '0076-03-05T10:20:30', 'years 0 to 99'],
    ['2026-03-05T10:20:30', '2026y', '0000-03-05T10:20:30', ''],
    ['0076-03-05T10:20:30', '1m', '0076-02-05T10:20:30', ''],
  ])('%s less %s is %s', (time, span, expected) => {
    expect(written(subtract(utc(time), spanOf(span)))).toBe(expected);
  });

  test('is NaN beyond all dates', () => {
    expect(subtract(NOW, spanOf('300000y'))).toBeNaN();
  });
});

function spanOf(text: string): Duration {
  const { within } = policyOf({ 'keep-within': text });
  if (!within) throw new Error(`No span: ${text}`);
  return within;
}

describe('the planner', () => {
  const everyRule = {
    'keep-last': '1',
    'keep-hourly': '1',
    'keep-daily': '1',
    'keep-weekly': '1',
    'keep-monthly': '1',
    'keep-yearly': '1',
    'keep-within': '1h',
  };

  test('keeps the only backup, for every reason there is', () => {
    const table = ['2020-03-05T10:00:00  within 1h, last, hourly, daily, weekly, monthly, yearly'];
    expect(apply(everyRule, table)).toEqual(table);
  });

  test('tells months of different years apart', () => {
    const table = ['2026-01-05T10:00:00  monthly', '2014-02-05T10:00:00  monthly'];
    expect(apply({ 'keep-monthly': '2' }, table)).toEqual(table);
  });

  test('makes nothing of nothing', () => {
    expect(planRetention([], policyOf(everyRule), NOW)).toEqual({ kept: [], selected: [] });
  });

  test.each([
    [1, [0, 1, 2]],
    [2, [2, 1, 0]],
    [3, [1, 2, 0]],
  ])('orders equal times by id, list %d', (_number, order) => {
    const backups = order.map(number => backupAt(NOW - 1, number));
    const { kept, selected } = planRetention(backups, policyOf({ 'keep-last': '1' }), NOW);
    expect(kept.map(({ backup }) => backup)).toEqual([backupAt(NOW - 1, 0)]);
    expect(selected).toEqual([backupAt(NOW - 1, 1), backupAt(NOW - 1, 2)]);
  });

  test('returns both lists newest first', () => {
    const backups = [4, 1, 5, 2, 3, 0].map(number => backupAt(NOW - 1 - number * 1000, number));
    const { kept, selected } = planRetention(backups, policyOf({ 'keep-last': '3' }), NOW);
    expect(kept.map(({ backup }) => backup.name)).toEqual([0, 1, 2].map(number => `backup-${number}.tar.gz`));
    expect(selected.map(({ name }) => name)).toEqual([3, 4, 5].map(number => `backup-${number}.tar.gz`));
  });

  test('leaves the list that it is given alone', () => {
    const backups = Object.freeze([backupAt(1000, 1), backupAt(3000, 2), backupAt(2000, 3)]);
    expect(planRetention(backups, policyOf({ 'keep-last': '1' }), NOW).selected).toHaveLength(2);
  });

  test('refuses to leave nothing', () => {
    const plan = () => planRetention([backupAt(1000, 1)], policyOf({}), NOW);
    expect(plan).toThrow(Failure);
    expect(plan).toThrow('would leave no backup at all');
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
    planRetention(backups, policyOf({ ...everyRule, 'keep-daily': '500' }), NOW);
    expect(looks).toBeLessThan(backups.length * 60);
  });

  test.each([
    [{ 'keep-daily': '7', 'keep-weekly': '4', 'keep-within': '30d' }, '7 daily, 4 weekly, within 30d'],
    [{ 'keep-last': '7' }, '7 last'],
    [{ 'keep-within': '2w1y', 'keep-hourly': '0' }, 'within 1y2w'],
  ])('says %j as "%s"', (rules, words) => {
    expect(formatPolicy(policyOf(rules))).toBe(words);
  });
});

const DAY = 86_400_000;

/** Times in a few years, many of them equal, in the same hour or on a border. */
const anyTime = fc.oneof(
  fc
    .integer({ min: utc('2023-12-20T00:00:00') / DAY, max: utc('2027-01-10T00:00:00') / DAY })
    .map(day => day * DAY),
  fc
    .integer({ min: utc('2025-12-20T00:00:00') / 1_800_000, max: utc('2026-04-10T00:00:00') / 1_800_000 })
    .map(half => half * 1_800_000),
  fc.integer({ min: utc('2024-02-25T00:00:00'), max: utc('2026-03-31T12:00:00') }),
);
const anyBackups = fc.array(anyTime, { maxLength: 60 }).map(times => times.map(backupAt));
const anyCount = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 100 }));
const anySpan = fc.record({
  y: fc.integer({ min: 0, max: 2 }),
  m: fc.integer({ min: 0, max: 14 }),
  w: fc.integer({ min: 0, max: 6 }),
  d: fc.integer({ min: 0, max: 40 }),
  h: fc.integer({ min: 1, max: 50 }),
});
const anyPolicy = fc
  .record({
    last: anyCount,
    hourly: anyCount,
    daily: anyCount,
    weekly: anyCount,
    monthly: anyCount,
    yearly: anyCount,
    within: fc.option(anySpan, { nil: undefined }),
  })
  .filter(policy => Object.values(policy).some(rule => rule !== 0 && rule !== undefined));

describe('whatever the backups and the policy', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('each backup is either kept, for a reason, or selected', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        const { kept, selected } = planRetention(backups, policy, NOW);
        const all = [...kept.map(({ backup }) => backup), ...selected];
        expect(all.sort(byId)).toEqual(backups);
        expect(kept.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
        if (backups.length > 0) expect(kept.length).toBeGreaterThan(0);
      }),
    );
  });

  test('one more rule, or one more of a period, never selects more', () => {
    const anyMore = fc.record({
      period: fc.constantFrom(...PERIODS),
      by: fc.integer({ min: 0, max: 20 }),
      within: fc.option(anySpan, { nil: undefined }),
    });
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyMore, (backups, policy, more) => {
        const wider: Policy = {
          ...policy,
          [more.period]: policy[more.period] + more.by,
          within: policy.within ?? more.within,
        };
        const before = new Set(planRetention(backups, policy, NOW).selected);
        const after = planRetention(backups, wider, NOW).selected;
        expect(after.filter(backup => !before.has(backup))).toEqual([]);
      }),
    );
  });

  test('a second time the policy selects nothing', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        const first = planRetention(backups, policy, NOW);
        const left = first.kept.map(({ backup }) => backup);
        const second = planRetention(left, policy, NOW);
        expect(second).toEqual({ kept: first.kept, selected: [] });
      }),
    );
  });

  test('the order of the list changes nothing', () => {
    const anyOrders = anyBackups.chain(backups =>
      fc.tuple(
        fc.constant(backups),
        fc.shuffledSubarray(backups, { minLength: backups.length, maxLength: backups.length }),
      ),
    );
    fc.assert(
      fc.property(anyOrders, anyPolicy, ([backups, shuffled], policy) => {
        expect(planRetention(shuffled, policy, NOW)).toEqual(planRetention(backups, policy, NOW));
      }),
    );
  });

  test("the machine's time zone is never asked for", () => {
    for (const name of LOCAL) {
      jest.spyOn(Date.prototype, name).mockImplementation(() => {
        throw new Error(`The local calendar: ${name}`);
      });
    }
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        planRetention(backups, policy, NOW);
      }),
    );
  });

  test('restic, told in another way, comes to the same', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        expect(summarize(planRetention(backups, policy, NOW))).toEqual(retell(backups, policy));
      }),
      { numRuns: 500 },
    );
  });

  test('two times share a week if and only if date-fns says so', () => {
    const century = { min: utc('1950-01-01T00:00:00'), max: utc('2099-12-31T23:59:59') };
    const twoTimes = fc
      .tuple(fc.integer(century), fc.integer({ min: -9 * DAY, max: 9 * DAY }))
      .map(([time, distance]) => [time, time + distance] as const);
    fc.assert(
      fc.property(twoTimes, ([a, b]) => {
        expect(isoWeek(new Date(a)) === isoWeek(new Date(b))).toBe(weekOf(a) === weekOf(b));
      }),
      { numRuns: 1000 },
    );
  });
});

const LOCAL = [
  'getFullYear',
  'getMonth',
  'getDate',
  'getDay',
  'getHours',
  'getMinutes',
  'getTimezoneOffset',
  'setFullYear',
  'setMonth',
  'setDate',
  'setHours',
  'toString',
  'toLocaleString',
] as const;

function byId(a: Backup, b: Backup): number {
  return a.id.localeCompare(b.id);
}

function summarize({ kept }: Plan): Record<string, string> {
  return Object.fromEntries(kept.map(({ backup, reasons }) => [backup.id, reasons.join(', ')]));
}

/** date-fns's ISO week, as `2020-W53`. It knows local time alone, so it is given a local noon of the same date. */
function weekOf(time: number): string {
  const date = new Date(time);
  const noon = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12);
  return `${getISOWeekYear(noon)}-W${getISOWeek(noon)}`;
}

/** Each period as the text that its backups share. */
const SHARED: Record<Exclude<keyof Policy, 'within'>, (backup: Backup) => string> = {
  last: ({ id }) => id,
  hourly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 13),
  daily: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 10),
  weekly: ({ createdOn }) => weekOf(createdOn),
  monthly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 7),
  yearly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 4),
};

/**
 * What restic does, not step by step but rule by rule: of the first so many groups the newest; and where there are
 * fewer groups than that, the oldest of all.
 */
function retell(backups: readonly Backup[], policy: Policy): Record<string, string> {
  const newestFirst = backups.toSorted((a, b) => b.createdOn - a.createdOn || byId(a, b));
  const oldest = newestFirst.at(-1);
  const reasons = new Map<string, string[]>(newestFirst.map(({ id }) => [id, []]));
  const give = (backup: Backup, reason: string) => reasons.get(backup.id)?.push(reason);

  if (policy.within) {
    const { y, m, w, d, h } = policy.within;
    const span = Object.entries({ y, m, w, d, h }).flatMap(([unit, number]) =>
      number ? [number + unit] : [],
    );
    const past = newestFirst.filter(({ createdOn }) => createdOn < NOW);
    const start = new Date(past[0]?.createdOn ?? 0);
    const months = start.getUTCFullYear() * 12 + start.getUTCMonth() - y * 12 - m;
    const firstOfMonth = Date.UTC(Math.floor(months / 12), months % 12, 1);
    const days = start.getUTCDate() - 1 - w * 7 - d;
    const edge = firstOfMonth + days * DAY + (start.getTime() % DAY) - h * 3_600_000;
    for (const backup of newestFirst) {
      if (past.length === 0 || backup.createdOn > edge) give(backup, `within ${span.join('')}`);
    }
  }
  for (const period of PERIODS) {
    const shared = newestFirst.map(SHARED[period]);
    const newest = newestFirst.filter((_backup, index) => shared.indexOf(shared[index] ?? '') === index);
    for (const backup of newest.slice(0, policy[period])) give(backup, period);
    if (newest.length < policy[period] && oldest && !newest.includes(oldest))
      give(oldest, `oldest ${period}`);
  }
  return Object.fromEntries(
    newestFirst.flatMap(({ id }) => {
      const given = reasons.get(id) ?? [];
      return given.length > 0 ? [[id, given.join(', ')]] : [];
    }),
  );
}
