import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Backup, parseHistory, type StorageType } from '../../src/portal/records.js';
import { UTC } from '../../src/retention/calendar.js';
import type { Duration } from '../../src/retention/duration.js';
import type { Plan } from '../../src/retention/plan.js';
import { COUNTED, type Counted, hasRule, NO_RULE, PERIODS, type Policy } from '../../src/retention/policy.js';
import { setAside } from '../../src/retention/set-aside.js';
import { idOf, utc } from '../support/backups.js';
import { backupAt, NOW, planOf, weekOf, zoneOf } from './support.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Times in a few years, many of them equal, in the same hour or on a border; some are later than now. */
const anyTime = fc.oneof(
  fc
    .integer({ min: utc('2023-12-20T00:00:00') / DAY, max: utc('2027-01-10T00:00:00') / DAY })
    .map(day => day * DAY),
  fc
    .integer({ min: utc('2025-12-20T00:00:00') / 1_800_000, max: utc('2026-04-10T00:00:00') / 1_800_000 })
    .map(half => half * 1_800_000),
  fc.integer({ min: utc('2024-02-25T00:00:00'), max: NOW }),
);
const anyStorageType = fc.constantFrom<StorageType[]>('Local', 'Local', 'DataStore', 'ThirdPartyConsumer');
const anyBackups = fc
  .array(fc.tuple(anyTime, anyStorageType), { maxLength: 60, size: 'max' })
  .map(made => made.map(([time, storageType], index) => backupAt(time, index, storageType)));
const anyLocalBackups = fc
  .array(anyTime, { minLength: 1, maxLength: 60, size: 'max' })
  .map(times => times.map((time, index) => backupAt(time, index)));

/** Most rules are not set, most numbers small and most durations short: else nearly every plan would keep everything. */
const anyCount = fc.oneof(
  { arbitrary: fc.constant(0), weight: 12 },
  { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 4 },
  { arbitrary: fc.integer({ min: 6, max: 100 }), weight: 1 },
  { arbitrary: fc.constant(Number.POSITIVE_INFINITY), weight: 1 },
);
const NO_TIME: Duration = { y: 0, m: 0, w: 0, d: 0, h: 0 };
const anyDuration: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map(h => ({ ...NO_TIME, h })),
  fc.integer({ min: 1, max: 40 }).map(d => ({ ...NO_TIME, d })),
  fc.integer({ min: 1, max: 14 }).map(m => ({ ...NO_TIME, m })),
  fc.record({
    y: fc.integer({ min: 0, max: 2 }),
    m: fc.integer({ min: 0, max: 14 }),
    w: fc.integer({ min: 0, max: 6 }),
    d: fc.integer({ min: 0, max: 40 }),
    h: fc.integer({ min: 1, max: 50 }),
  }),
);
const mayBeDuration = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 9 },
  { arbitrary: anyDuration, weight: 1 },
);
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    counts: fc.record({
      last: anyCount,
      hourly: anyCount,
      daily: anyCount,
      weekly: anyCount,
      monthly: anyCount,
      yearly: anyCount,
    }),
    within: mayBeDuration,
    withinPeriods: fc.record({
      hourly: mayBeDuration,
      daily: mayBeDuration,
      weekly: mayBeDuration,
      monthly: mayBeDuration,
      yearly: mayBeDuration,
    }),
  })
  .filter(hasRule);
const anyPins = fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 8 });
const anyZone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');

afterEach(() => {
  jest.restoreAllMocks();
});

test('two in five of the plans that these tests make up select several backups and keep several', () => {
  // Else they would prove little: a policy made up at random easily keeps everything.
  const samples = fc.sample(fc.tuple(anyBackups, anyPolicy), { numRuns: 500, seed: 1 });
  const telling = samples.filter(([backups, policy]) => {
    const { kept, selected } = planOf(backups, policy);
    return kept.length > 3 && selected.length > 3;
  });
  expect(telling.length).toBeGreaterThan(200);
});

describe('whatever the backups and the policy', () => {
  test('each backup is either kept, for a reason, or selected, and each storage type keeps some', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const { kept, selected } = planOf(backups, policy, { pinned });
        expect([...kept.map(({ backup }) => backup), ...selected].sort(byId)).toEqual(backups);
        expect(kept.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
        const typesOf = (some: readonly Backup[]) => new Set(some.map(({ storageType }) => storageType));
        expect(typesOf(kept.map(({ backup }) => backup))).toEqual(typesOf(backups));
      }),
    );
  });

  test('what is kept comes newest first, and what is selected oldest first', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        const { kept, selected } = planOf(backups, policy);
        const found = kept.map(({ backup }) => backup);
        expect(found).toEqual(found.toSorted((a, b) => b.createdOn - a.createdOn || byId(a, b)));
        expect(selected).toEqual(selected.toSorted((a, b) => a.createdOn - b.createdOn || byId(b, a)));
      }),
    );
  });

  test('one more rule, or one more of a period, or a longer duration, never selects more', () => {
    const anyMore = fc.record({
      count: fc.constantFrom(...COUNTED),
      by: fc.integer({ min: 0, max: 20 }),
      period: fc.constantFrom(...PERIODS),
      duration: anyDuration,
      days: fc.integer({ min: 0, max: 20 }),
    });
    const longer = (given: Duration | undefined, added: Duration, days: number) =>
      given ? { ...given, d: given.d + days } : added;
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyMore, (backups, policy, more) => {
        const { counts, within, withinPeriods } = policy;
        const wider: Policy = {
          counts: { ...counts, [more.count]: counts[more.count] + more.by },
          within: longer(within, more.duration, more.days),
          withinPeriods: {
            ...withinPeriods,
            [more.period]: longer(withinPeriods[more.period], more.duration, more.days),
          },
        };
        const before = new Set(planOf(backups, policy).selected);
        expect(planOf(backups, wider).selected.filter(backup => !before.has(backup))).toEqual([]);
      }),
    );
  });

  test('a second time the policy selects nothing, and no reason is lost', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const first = planOf(backups, policy, { pinned });
        const second = planOf(
          first.kept.map(({ backup }) => backup),
          policy,
          { pinned },
        );
        expect(second.selected).toEqual([]);
        // The oldest that is left may gain one: oldest daily within …
        for (const [index, { backup, reasons }] of second.kept.entries()) {
          expect(first.kept[index]?.backup).toBe(backup);
          expect(reasons).toEqual(expect.arrayContaining([...(first.kept[index]?.reasons ?? [])]));
        }
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
        expect(planOf(shuffled, policy)).toEqual(planOf(backups, policy));
      }),
    );
  });

  test("the machine's time zone is never asked for, not in another time zone either", () => {
    for (const name of LOCAL) {
      jest.spyOn(Date.prototype, name).mockImplementation(() => {
        throw new Error(`The local calendar: ${name}`);
      });
    }
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyZone, (backups, policy, zone) => {
        for (const calendar of [UTC, zoneOf(zone)]) {
          planOf(backups, policy, { calendar });
          for (const { createdOn } of backups) calendar.format(createdOn);
        }
      }),
    );
  });

  test('restic, told in another way, comes to the same', () => {
    fc.assert(
      fc.property(anyLocalBackups, anyPolicy, (backups, policy) => {
        expect(summarize(planOf(backups, policy))).toEqual(retell(backups, policy));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('whatever else is there', () => {
  test('each storage type is planned as if it were alone', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const whole = planOf(backups, policy, { pinned });
        for (const storageType of new Set(backups.map(backup => backup.storageType))) {
          const isOwn = (backup: Backup) => backup.storageType === storageType;
          expect(planOf(backups.filter(isOwn), policy, { pinned })).toEqual({
            kept: whole.kept.filter(({ backup }) => isOwn(backup)),
            selected: whole.selected.filter(isOwn),
          });
        }
      }),
    );
  });

  test('a pin never changes what else is kept, nor why', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const without = summarize(planOf(backups, policy));
        const withPins = summarize(planOf(backups, policy, { pinned }));
        for (const number of new Set(pinned)) {
          if (number >= backups.length) continue;
          const id = idOf(number);
          without[id] = without[id] === undefined ? 'pinned' : `${without[id]}, pinned`;
        }
        expect(withPins).toEqual(without);
      }),
    );
  });

  test('records that nobody can read are never selected, and never count', () => {
    fc.assert(
      fc.property(anyBackups, fc.array(anyGarbage), anyPolicy, (backups, garbage, policy) => {
        const good = backups.map(recordOf);
        const mixed = [...garbage.slice(0, 3), ...good, ...garbage.slice(3)];
        const settings = { storageTypes: undefined, now: NOW };
        const clean = setAside(
          parseHistory(good, sent => sent),
          settings,
        );
        const dirty = setAside(
          parseHistory(mixed, sent => sent),
          settings,
        );
        expect(planOf(dirty.backups, policy)).toEqual(planOf(clean.backups, policy));
        const known = new Set(clean.ignored.map(({ record }) => record.id));
        const left = dirty.ignored.filter(({ record }) => record.id === undefined || !known.has(record.id));
        expect(left.length > 0).toBe(garbage.length > 0);
        expect(left.every(({ isWrong }) => isWrong)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('unlimited', () => {
  test('keeps at least what any number keeps, for the same reasons', () => {
    const anyNumber = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        anyBackups,
        anyPolicy,
        fc.constantFrom(...COUNTED),
        anyNumber,
        (backups, policy, rule, number) => {
          const counting = (count: number) => ({ ...policy, counts: { ...policy.counts, [rule]: count } });
          const few = planOf(backups, counting(number));
          const all = summarize(planOf(backups, counting(Number.POSITIVE_INFINITY)));
          for (const { backup, reasons } of few.kept) {
            expect(all[backup.id]?.split(', ')).toEqual(expect.arrayContaining([...reasons]));
          }
        },
      ),
    );
  });

  test('keeps what a duration keeps that reaches beyond the oldest', () => {
    const anyLong = fc.constantFrom<Duration[]>(
      { y: 30, m: 0, w: 0, d: 0, h: 0 },
      { y: 0, m: 0, w: 0, d: 9_999, h: 0 },
      { y: 0, m: 0, w: 0, d: 0, h: Number.MAX_SAFE_INTEGER },
    );
    fc.assert(
      fc.property(anyBackups, fc.constantFrom(...COUNTED), anyLong, (backups, rule, duration) => {
        const unlimited = { ...NO_RULE, counts: { ...NO_RULE.counts, [rule]: Number.POSITIVE_INFINITY } };
        const long: Policy =
          rule === 'last'
            ? { ...NO_RULE, within: duration }
            : { ...NO_RULE, withinPeriods: { ...NO_RULE.withinPeriods, [rule]: duration } };
        const strip = ({ kept }: Plan) =>
          kept.map(({ backup, reasons }) => [
            backup.id,
            reasons.map(reason => reason.replace(/ ?within .*/, '') || 'last'),
          ]);
        expect(strip(planOf(backups, long))).toEqual(strip(planOf(backups, unlimited)));
      }),
    );
  });
});

describe('a time zone', () => {
  test('of a fixed offset is a relabelling: all times shifted by it, the plan is the same', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, fc.integer({ min: -12, max: 14 }), (backups, policy, hours) => {
        // The sign in these names is the other way round: Etc/GMT-2 is two hours ahead.
        const calendar = zoneOf(`Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`);
        const shifted = backups.map(backup => ({
          ...backup,
          createdOn: backup.createdOn + hours * HOUR,
        }));
        const here = planOf(backups, policy, { calendar, now: NOW });
        const there = planOf(shifted, policy, { now: NOW + hours * HOUR });
        expect(summarize(here)).toEqual(summarize(there));
        expect(here.selected.map(({ id }) => id)).toEqual(there.selected.map(({ id }) => id));
      }),
    );
  });

  test('called UTC plans as UTC does', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        expect(planOf(backups, policy, { calendar: zoneOf('UTC') })).toEqual(planOf(backups, policy));
      }),
    );
  });

  test('shows what Node itself shows, and shares periods if and only if that does', () => {
    const anyTimes = fc.tuple(
      fc.integer({ min: utc('1975-01-01T00:00:00'), max: utc('2035-01-01T00:00:00') }),
      fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    );
    fc.assert(
      fc.property(anyZone, anyTimes, (zone, [a, distance]) => {
        const calendar = zoneOf(zone);
        const [one, other] = [a, a + distance].map(time => shownBy(zone, time));
        expect(calendar.format(a)).toBe(one);
        const agree = (length: number) => one?.slice(0, length) === other?.slice(0, length);
        expect(calendar.hourly(a) === calendar.hourly(a + distance)).toBe(agree('2026-03-05 10'.length));
        expect(calendar.daily(a) === calendar.daily(a + distance)).toBe(agree('2026-03-05'.length));
        expect(calendar.monthly(a) === calendar.monthly(a + distance)).toBe(agree('2026-03'.length));
        expect(calendar.yearly(a) === calendar.yearly(a + distance)).toBe(agree('2026'.length));
      }),
      { numRuns: 300 },
    );
  });
});

/** `2026-03-05 10:00`, by the long way. */
function shownBy(timeZone: string, time: number): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
}

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

/** The reasons of each backup that is kept, by its id. */
function summarize({ kept }: Plan): Partial<Record<string, string>> {
  return Object.fromEntries(kept.map(({ backup, reasons }) => [backup.id, reasons.join(', ')]));
}

/** A backup as a portal sends it. */
function recordOf({ id, name, storageType, createdOn }: Backup): Record<string, unknown> {
  return { id, fileName: name, storageType, createdOn: new Date(createdOn).toISOString() };
}

/** What no portal should send: each field may be anything. */
const anything = fc.oneof(
  fc.anything(),
  fc.constantFrom(null, '', 0, '0001-01-01T00:00:00', '1999-02-30T00:00:00', 'x', -1, 6, 3),
);
const anyGarbage = fc.oneof(
  anything,
  fc.record(
    { id: anything, fileName: anything, storageType: anything, createdOn: anything, expiresOn: anything },
    { requiredKeys: [] },
  ),
  // A good id, and something else that is not.
  fc
    .tuple(
      fc.integer({ min: 200, max: 999 }),
      fc.constantFrom('storageType', 'createdOn', 'expiresOn'),
      fc.oneof(fc.string({ minLength: 2 }), fc.boolean(), fc.double({ noInteger: true }), fc.constant([])),
    )
    .map(([number, field, value]) => ({ ...recordOf(backupAt(NOW - DAY, number)), [field]: value })),
);

/** Each period as the text that its backups share. */
const SHARED: Record<Counted, (backup: Backup) => string> = {
  last: ({ id }) => id,
  hourly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 13),
  daily: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 10),
  weekly: ({ createdOn }) => weekOf(createdOn),
  monthly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 7),
  yearly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 4),
};

/**
 * What restic does, not step by step but rule by rule: of the first so many groups, or of those within a duration, the
 * newest; and where there are fewer groups than that, or the duration reaches back to it, the oldest of all.
 * @param backups of one storage type
 */
function retell(backups: readonly Backup[], policy: Policy): Record<string, string> {
  const newestFirst = backups.toSorted((a, b) => b.createdOn - a.createdOn || byId(a, b));
  const oldest = newestFirst.at(-1);
  const reasons = new Map<string, string[]>(newestFirst.map(({ id }) => [id, []]));
  const give = (backup: Backup, reason: string) => reasons.get(backup.id)?.push(reason);
  const newestOf = (period: Counted, among: readonly Backup[]) => {
    const shared = among.map(SHARED[period]);
    return among.filter((_backup, index) => shared.indexOf(shared[index] ?? '') === index);
  };

  if (policy.within) {
    for (const backup of reached(newestFirst, policy.within)) give(backup, `within ${spanOf(policy.within)}`);
  }
  for (const period of COUNTED) {
    const newest = newestOf(period, newestFirst);
    const count = policy.counts[period];
    for (const backup of newest.slice(0, count)) give(backup, period);
    if (newest.length < count && oldest && !newest.includes(oldest)) give(oldest, `oldest ${period}`);
  }
  for (const period of PERIODS) {
    const duration = policy.withinPeriods[period];
    if (!duration) continue;
    const among = reached(newestFirst, duration);
    const newest = newestOf(period, among);
    const words = `${period} within ${spanOf(duration)}`;
    for (const backup of newest) give(backup, words);
    if (oldest && among.includes(oldest) && !newest.includes(oldest)) give(oldest, `oldest ${words}`);
  }
  return Object.fromEntries(
    newestFirst.flatMap(({ id }) => {
      const given = reasons.get(id) ?? [];
      return given.length > 0 ? [[id, given.join(', ')]] : [];
    }),
  );
}

/** The backups within a duration, by arithmetic of another kind. */
function reached(newestFirst: readonly Backup[], { y, m, w, d, h }: Duration): readonly Backup[] {
  const latest = newestFirst.find(({ createdOn }) => createdOn < NOW);
  if (!latest) return newestFirst;
  const start = new Date(latest.createdOn);
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth() - y * 12 - m;
  const firstOfMonth = Date.UTC(Math.floor(months / 12), months % 12, 1);
  const days = start.getUTCDate() - 1 - w * 7 - d;
  const edge = firstOfMonth + days * DAY + (start.getTime() % DAY) - h * HOUR;
  return newestFirst.filter(({ createdOn }) => createdOn > edge);
}

function spanOf({ y, m, w, d, h }: Duration): string {
  return Object.entries({ y, m, w, d, h })
    .map(([unit, number]) => (number === 0 ? '' : number + unit))
    .join('');
}
