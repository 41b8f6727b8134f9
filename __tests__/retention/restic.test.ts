import { describe, expect, test } from '@jest/globals';
import { UTC } from '../../src/retention/calendar.js';
import resticUtc from '../fixtures/restic-utc.json' with { type: 'json' };
import resticZones from '../fixtures/restic-zones.json' with { type: 'json' };
import { policyOf, utc, written } from '../support/backups.js';
import { goldenCases, goldenTimes } from '../support/restic.js';
import { backupAt, planOf, type Rules, zoneOf } from './support.js';

/** One of the lists that restic itself was run on. */
interface Run {
  policy: Partial<Record<string, string>>;
  'time-zone'?: string;
  times: readonly string[];
  kept: Partial<Record<string, readonly string[]>>;
}

const runs: readonly Run[] = [...resticUtc.cases, ...resticZones.cases];

function rulesOf(policy: Run['policy']): Rules {
  return Object.fromEntries(
    Object.entries(policy).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Later than every backup, and than the backups of the future that other tests have. */
const LATER = utc('2100-01-01T00:00:00');

describe('the planner keeps what restic keeps, for the same reasons', () => {
  const numbered = runs.map((run, index) => ({
    ...run,
    title: `list ${index + 1}, ${run['time-zone'] ?? 'UTC'}: ${JSON.stringify(run.policy)}`,
  }));

  test.each(numbered)('$title', ({ policy, times, kept, 'time-zone': zone }) => {
    const backups = times.map((time, index) => backupAt(utc(time.slice(0, -1)), index));
    const calendar = zone === undefined ? UTC : zoneOf(zone);
    const plan = planOf(backups, policyOf(rulesOf(policy)), { calendar, now: LATER });
    const found = plan.kept.map(({ backup, reasons }) => [`${written(backup.createdOn)}Z`, reasons]);
    // In restic's order too: newest first.
    expect(found).toEqual(Object.entries(kept));
    const gone = times.filter(time => !Object.hasOwn(kept, time)).sort();
    expect(plan.selected.map(({ createdOn }) => `${written(createdOn)}Z`)).toEqual(gone);
  });

  test('in all 400 lists, with all rules and nine time zones in them', () => {
    expect(runs).toHaveLength(400);
    expect(new Set(runs.flatMap(({ policy }) => Object.keys(policy))).size).toBe(12);
    expect(new Set(runs.map(run => run['time-zone'])).size).toBe(10);
    expect(runs.filter(({ times, kept }) => times.length > Object.keys(kept).length).length).toBeGreaterThan(
      100,
    );
  });
});

describe("the planner agrees with restic's own tests", () => {
  const backups = goldenTimes.map((time, index) => backupAt(utc(time), index));

  test.each(goldenCases)('$name', ({ inputs, kept }) => {
    const plan = planOf(backups, policyOf(inputs));
    expect(
      plan.kept.map(({ backup, reasons }) => `${written(backup.createdOn)} ${reasons.join(', ')}`),
    ).toEqual(kept);
    expect(plan.selected).toHaveLength(backups.length - kept.length);
  });

  test('in all 26 of them that were carried over', () => {
    expect(goldenCases).toHaveLength(26);
    expect(goldenTimes).toHaveLength(103);
  });
});
