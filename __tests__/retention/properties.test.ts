import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Backup, StorageType } from '../../src/backups/backup.js';
import { parseHistory } from '../../src/portal/history.js';
import { UTC } from '../../src/retention/calendar.js';
import type { Duration } from '../../src/retention/duration.js';
import { splitIgnored } from '../../src/retention/ignored.js';
import type { Plan } from '../../src/retention/plan.js';
import {
  COUNT_RULES,
  type CountRule,
  hasRule,
  NO_RULES,
  PERIODS,
  type Policy,
} from '../../src/retention/policy.js';
import { idOf, utc } from '../support/backups.js';
import { backupAt, NOW, planOf, weekOf, zoneOf } from './support.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Times in a few years. Many are equal, in the same hour, or at the start of a period. Some are later than now. */
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
  .map(entries => entries.map(([time, storageType], index) => backupAt(time, index, storageType)));
const anyLocalBackups = fc
  .array(anyTime, { minLength: 1, maxLength: 60, size: 'max' })
  .map(times => times.map((time, index) => backupAt(time, index)));

/** Most rules are not set, most counts are small and most durations short. Otherwise nearly all plans would keep everything. */
const anyCount = fc.oneof(
  { arbitrary: fc.constant(0), weight: 12 },
  { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 4 },
  { arbitrary: fc.integer({ min: 6, max: 100 }), weight: 1 },
  { arbitrary: fc.constant(Number.POSITIVE_INFINITY), weight: 1 },
);
const ZERO: Duration = { y: 0, m: 0, w: 0, d: 0, h: 0 };
const anyDuration: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map(h => ({ ...ZERO, h })),
  fc.integer({ min: 1, max: 40 }).map(d => ({ ...ZERO, d })),
  fc.integer({ min: 1, max: 14 }).map(m => ({ ...ZERO, m })),
  fc.record({
    y: fc.integer({ min: 0, max: 2 }),
    m: fc.integer({ min: 0, max: 14 }),
    w: fc.integer({ min: 0, max: 6 }),
    d: fc.integer({ min: 0, max: 40 }),
    h: fc.integer({ min: 1, max: 50 }),
  }),
);
const anyOptionalDuration = fc.oneof(
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
    within: anyOptionalDuration,
    withinPeriods: fc.record({
      hourly: anyOptionalDuration,
      daily: anyOptionalDuration,
      weekly: anyOptionalDuration,
      monthly: anyOptionalDuration,
      yearly: anyOptionalDuration,
    }),
  })
  .filter(hasRule);
const anyPins = fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 8 });
const anyZone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');

afterEach(() => {
  jest.restoreAllMocks();
});

test('40% of the random plans keep several backups and select several', () => {
  // Otherwise these tests would prove little: a random policy often keeps everything.
  const samples = fc.sample(fc.tuple(anyBackups, anyPolicy), { numRuns: 500, seed: 1 });
  const useful = samples.filter(([backups, policy]) => {
    const { kept, selected } = planOf(backups, policy);
    return kept.length > 3 && selected.length > 3;
  });
  expect(useful.length).toBeGreaterThan(200);
});

describe('for any backups and policy,', () => {
  test('each backup is either kept with a reason or selected, and each storage type keeps some', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const { kept, selected } = planOf(backups, policy, { pinned });
        expect([...kept.map(({ backup }) => backup), ...selected].sort(byId)).toEqual(backups);
        expect(kept.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
        const typesOf = (backups: readonly Backup[]) =>
          new Set(backups.map(({ storageType }) => storageType));
        expect(typesOf(kept.map(({ backup }) => backup))).toEqual(typesOf(backups));
      }),
    );
  });

  test('kept backups are newest first, and selected ones oldest first', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        const { kept, selected } = planOf(backups, policy);
        const found = kept.map(({ backup }) => backup);
        expect(found).toEqual(found.toSorted((a, b) => b.createdOn - a.createdOn || byId(a, b)));
        expect(selected).toEqual(selected.toSorted((a, b) => a.createdOn - b.createdOn || byId(b, a)));
      }),
    );
  });

  test('another rule, a larger count or a longer duration never selects more', () => {
    const anyAddition = fc.record({
      count: fc.constantFrom(...COUNT_RULES),
      by: fc.integer({ min: 0, max: 20 }),
      period: fc.constantFrom(...PERIODS),
      duration: anyDuration,
      days: fc.integer({ min: 0, max: 20 }),
    });
    const longer = (before: Duration | undefined, added: Duration, days: number) =>
      before ? { ...before, d: before.d + days } : added;
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyAddition, (backups, policy, more) => {
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

  test('a second plan selects nothing, and every reason is still there', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, anyPins, (backups, policy, pinned) => {
        const first = planOf(backups, policy, { pinned });
        const second = planOf(
          first.kept.map(({ backup }) => backup),
          policy,
          { pinned },
        );
        expect(second.selected).toEqual([]);
        // The oldest remaining backup may get another reason: oldest daily within …
        for (const [index, { backup, reasons }] of second.kept.entries()) {
          expect(first.kept[index]?.backup).toBe(backup);
          expect(reasons).toEqual(expect.arrayContaining([...(first.kept[index]?.reasons ?? [])]));
        }
      }),
    );
  });

  test('the order of the list does not matter', () => {
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

  test('the time zone of the machine is never used', () => {
    for (const name of LOCAL_METHODS) {
      jest.spyOn(Date.prototype, name).mockImplementation(() => {
        throw new Error(`Used the local time: ${name}`);
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

  test('another implementation of the rules of restic has the same result', () => {
    fc.assert(
      fc.property(anyLocalBackups, anyPolicy, (backups, policy) => {
        expect(summarize(planOf(backups, policy))).toEqual(planDifferently(backups, policy));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('for any other backups,', () => {
  test('each storage type has the same plan as by itself', () => {
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

  test('a pin never changes what else is kept, or why', () => {
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

  test('unreadable records are never selected, and never count', () => {
    fc.assert(
      fc.property(anyBackups, fc.array(anyGarbage), anyPolicy, (backups, garbage, policy) => {
        const good = backups.map(recordOf);
        const mixed = [...garbage.slice(0, 3), ...good, ...garbage.slice(3)];
        const settings = { storageTypes: undefined, now: NOW };
        const clean = splitIgnored(
          parseHistory(good, received => received),
          settings,
        );
        const dirty = splitIgnored(
          parseHistory(mixed, received => received),
          settings,
        );
        expect(planOf(dirty.backups, policy)).toEqual(planOf(clean.backups, policy));
        const known = new Set(clean.ignored.map(({ record }) => record.id));
        const added = dirty.ignored.filter(({ record }) => record.id === undefined || !known.has(record.id));
        expect(added.length > 0).toBe(garbage.length > 0);
        expect(added.every(({ deservesWarning: isUnusable }) => isUnusable)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('unlimited', () => {
  test('keeps at least what any count keeps, for the same reasons', () => {
    const anyNumber = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        anyBackups,
        anyPolicy,
        fc.constantFrom(...COUNT_RULES),
        anyNumber,
        (backups, policy, rule, number) => {
          const withCount = (count: number) => ({ ...policy, counts: { ...policy.counts, [rule]: count } });
          const few = planOf(backups, withCount(number));
          const all = summarize(planOf(backups, withCount(Number.POSITIVE_INFINITY)));
          for (const { backup, reasons } of few.kept) {
            expect(all[backup.id]?.split(', ')).toEqual(expect.arrayContaining([...reasons]));
          }
        },
      ),
    );
  });

  test('keeps the same as a duration that is longer than the age of all backups', () => {
    const anyLong = fc.constantFrom<Duration[]>(
      { y: 30, m: 0, w: 0, d: 0, h: 0 },
      { y: 0, m: 0, w: 0, d: 9_999, h: 0 },
      { y: 0, m: 0, w: 0, d: 0, h: Number.MAX_SAFE_INTEGER },
    );
    fc.assert(
      fc.property(anyBackups, fc.constantFrom(...COUNT_RULES), anyLong, (backups, rule, duration) => {
        const unlimited = { ...NO_RULES, counts: { ...NO_RULES.counts, [rule]: Number.POSITIVE_INFINITY } };
        const long: Policy =
          rule === 'last'
            ? { ...NO_RULES, within: duration }
            : { ...NO_RULES, withinPeriods: { ...NO_RULES.withinPeriods, [rule]: duration } };
        const withoutDuration = ({ kept }: Plan) =>
          kept.map(({ backup, reasons }) => [
            backup.id,
            reasons.map(reason => reason.replace(/ ?within .*/, '') || 'last'),
          ]);
        expect(withoutDuration(planOf(backups, long))).toEqual(withoutDuration(planOf(backups, unlimited)));
      }),
    );
  });
});

describe('a time zone', () => {
  test('with a fixed offset has the same plan as UTC with all times shifted by it', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, fc.integer({ min: -12, max: 14 }), (backups, policy, hours) => {
        // These names have the opposite sign: Etc/GMT-2 is two hours ahead.
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

  test('named UTC has the same plan as UTC', () => {
    fc.assert(
      fc.property(anyBackups, anyPolicy, (backups, policy) => {
        expect(planOf(backups, policy, { calendar: zoneOf('UTC') })).toEqual(planOf(backups, policy));
      }),
    );
  });

  test('formats times as Node does, and shares periods if and only if they have the same start', () => {
    const anyTimes = fc.tuple(
      fc.integer({ min: utc('1975-01-01T00:00:00'), max: utc('2035-01-01T00:00:00') }),
      fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    );
    fc.assert(
      fc.property(anyZone, anyTimes, (zone, [a, distance]) => {
        const calendar = zoneOf(zone);
        const [one, other] = [a, a + distance].map(time => formatByNode(zone, time));
        expect(calendar.format(a)).toBe(one);
        const haveEqualStart = (length: number) => one?.slice(0, length) === other?.slice(0, length);
        expect(calendar.hourly(a) === calendar.hourly(a + distance)).toBe(
          haveEqualStart('2026-03-05 10'.length),
        );
        expect(calendar.daily(a) === calendar.daily(a + distance)).toBe(haveEqualStart('2026-03-05'.length));
        expect(calendar.monthly(a) === calendar.monthly(a + distance)).toBe(haveEqualStart('2026-03'.length));
        expect(calendar.yearly(a) === calendar.yearly(a + distance)).toBe(haveEqualStart('2026'.length));
      }),
      { numRuns: 300 },
    );
  });
});

/** Formats a time by Node: `2026-03-05 10:00`. */
function formatByNode(timeZone: string, time: number): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

const LOCAL_METHODS = [
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

/** Values that no portal should send. */
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
  // The id is valid, and another field is not.
  fc
    .tuple(
      fc.integer({ min: 200, max: 999 }),
      fc.constantFrom('storageType', 'createdOn', 'expiresOn'),
      fc.oneof(fc.string({ minLength: 2 }), fc.boolean(), fc.double({ noInteger: true }), fc.constant([])),
    )
    .map(([number, field, value]) => ({ ...recordOf(backupAt(NOW - DAY, number)), [field]: value })),
);

/** For each period, a text that its backups have in common. */
const COMMON_TEXT: Record<CountRule, (backup: Backup) => string> = {
  last: ({ id }) => id,
  hourly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 13),
  daily: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 10),
  weekly: ({ createdOn }) => weekOf(createdOn),
  monthly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 7),
  yearly: ({ createdOn }) => new Date(createdOn).toISOString().slice(0, 4),
};

/**
 * The rules of restic in another form. Each rule keeps the newest backup of its first periods, or of the periods within
 * its duration. It also keeps the oldest backup of all if there are fewer periods than that, or if it is within the
 * duration.
 * @param backups of one storage type
 * @returns the reasons of each backup that is kept, by its id
 */
function planDifferently(backups: readonly Backup[], policy: Policy): Record<string, string> {
  const newestFirst = backups.toSorted((a, b) => b.createdOn - a.createdOn || byId(a, b));
  const oldest = newestFirst.at(-1);
  const reasons = new Map<string, string[]>(newestFirst.map(({ id }) => [id, []]));
  const addReason = (backup: Backup, reason: string) => reasons.get(backup.id)?.push(reason);
  const newestOf = (period: CountRule, among: readonly Backup[]) => {
    const texts = among.map(COMMON_TEXT[period]);
    return among.filter((_backup, index) => texts.indexOf(texts[index] ?? '') === index);
  };

  if (policy.within) {
    for (const backup of backupsWithin(newestFirst, policy.within))
      addReason(backup, `within ${writeDuration(policy.within)}`);
  }
  for (const period of COUNT_RULES) {
    const newest = newestOf(period, newestFirst);
    const count = policy.counts[period];
    for (const backup of newest.slice(0, count)) addReason(backup, period);
    if (newest.length < count && oldest && !newest.includes(oldest)) addReason(oldest, `oldest ${period}`);
  }
  for (const period of PERIODS) {
    const duration = policy.withinPeriods[period];
    if (!duration) continue;
    const among = backupsWithin(newestFirst, duration);
    const newest = newestOf(period, among);
    const reason = `${period} within ${writeDuration(duration)}`;
    for (const backup of newest) addReason(backup, reason);
    if (oldest && among.includes(oldest) && !newest.includes(oldest)) addReason(oldest, `oldest ${reason}`);
  }
  return Object.fromEntries(
    newestFirst.flatMap(({ id }) => {
      const found = reasons.get(id) ?? [];
      return found.length > 0 ? [[id, found.join(', ')]] : [];
    }),
  );
}

/** The backups within a duration, by another calculation. */
function backupsWithin(newestFirst: readonly Backup[], { y, m, w, d, h }: Duration): readonly Backup[] {
  const latest = newestFirst.find(({ createdOn }) => createdOn < NOW);
  if (!latest) return newestFirst;
  const start = new Date(latest.createdOn);
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth() - y * 12 - m;
  const firstOfMonth = Date.UTC(Math.floor(months / 12), months % 12, 1);
  const days = start.getUTCDate() - 1 - w * 7 - d;
  const edge = firstOfMonth + days * DAY + (start.getTime() % DAY) - h * HOUR;
  return newestFirst.filter(({ createdOn }) => createdOn > edge);
}

function writeDuration({ y, m, w, d, h }: Duration): string {
  return Object.entries({ y, m, w, d, h })
    .map(([unit, number]) => (number === 0 ? '' : number + unit))
    .join('');
}
