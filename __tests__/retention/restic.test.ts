import { describe, expect, test } from '@jest/globals';
import { UTC } from '../../src/retention/calendar.js';
import resticUtc from '../fixtures/restic-utc.json' with { type: 'json' };
import resticZones from '../fixtures/restic-zones.json' with { type: 'json' };
import { policyOf, utc, written } from '../support/backups.js';
import { goldenCases, goldenTimes } from '../support/restic.js';
import { backupAt, planOf, type Rules, zoneOf } from './support.js';

/** One of the lists that restic was applied to. */
interface ResticCase {
  policy: Partial<Record<string, string>>;
  'time-zone'?: string;
  times: readonly string[];
  kept: Partial<Record<string, readonly string[]>>;
}

const cases: readonly ResticCase[] = [...resticUtc.cases, ...resticZones.cases];

function rulesOf(policy: ResticCase['policy']): Rules {
  return Object.fromEntries(
    Object.entries(policy).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Later than all backups. */
const LATER = utc('2100-01-01T00:00:00');

describe('the planner keeps what restic keeps, for the same reasons', () => {
  const numbered = cases.map((resticCase, index) => ({
    ...resticCase,
    title: `list ${index + 1}, ${resticCase['time-zone'] ?? 'UTC'}: ${JSON.stringify(resticCase.policy)}`,
  }));

  test.each(numbered)('$title', ({ policy, times, kept, 'time-zone': zone }) => {
    const backups = times.map((time, index) => backupAt(utc(time.slice(0, -1)), index));
    const calendar = zone === undefined ? UTC : zoneOf(zone);
    const plan = planOf(backups, policyOf(rulesOf(policy)), { calendar, now: LATER });
    const found = plan.kept.map(({ backup, reasons }) => [`${written(backup.createdOn)}Z`, reasons]);
    // The order is restic's too: newest first.
    expect(found).toEqual(Object.entries(kept));
    const selected = times.filter(time => !Object.hasOwn(kept, time)).sort();
    expect(plan.selected.map(({ createdOn }) => `${written(createdOn)}Z`)).toEqual(selected);
  });

  test('in 400 lists, with all rules and nine time zones', () => {
    expect(cases).toHaveLength(400);
    expect(new Set(cases.flatMap(({ policy }) => Object.keys(policy))).size).toBe(12);
    expect(new Set(cases.map(resticCase => resticCase['time-zone'])).size).toBe(10);
    expect(cases.filter(({ times, kept }) => times.length > Object.keys(kept).length).length).toBeGreaterThan(
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

  test('in 26 of them', () => {
    expect(goldenCases).toHaveLength(26);
    expect(goldenTimes).toHaveLength(103);
  });
});
