import { Failure } from '../failure.js';
import type { Backup } from '../portal/records.js';

/** A span of the calendar, as `keep-within` writes it: years, months, weeks, days and hours, in whole numbers from 0. */
export interface Duration {
  y: number;
  m: number;
  w: number;
  d: number;
  h: number;
}

/** The rules that count, in restic's order. */
export const PERIODS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
type Period = (typeof PERIODS)[number];

/** How many periods are kept of each kind; 0 is no rule. */
export type Policy = Record<Period, number> & { within: Duration | undefined };

export interface Kept {
  backup: Backup;
  /** In restic's words, at least one: `last`, `daily`, `oldest yearly`, `within 30d`, … */
  reasons: string[];
}

/** What a policy makes of a list of backups: each of them is in one of the two, both newest first. */
export interface Plan {
  kept: Kept[];
  selected: Backup[];
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The policy without a rule, which keeps nothing. */
export const NO_RULE: Policy = {
  last: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  within: undefined,
};

/** The number that all backups of one period share, and no others: years, months, …; for `last`, each backup its own. */
const PERIOD_OF: Record<Period, (time: Date, index: number) => number> = {
  last: (_time, index) => index,
  hourly: time => Math.floor(time.getTime() / HOUR_MS),
  daily: time => Math.floor(time.getTime() / DAY_MS),
  weekly: isoWeek,
  monthly: time => time.getUTCFullYear() * 12 + time.getUTCMonth(),
  yearly: time => time.getUTCFullYear(),
};

/**
 * Applies a retention policy, rule for rule as `restic forget` does (`ApplyPolicy` in restic's
 * `internal/data/snapshot_policy.go`): a backup is kept if any rule keeps it; a period counts only when it has backups,
 * and its newest is kept; the oldest backup of all is kept too while a rule has counts left.
 * @param backups in any order
 * @param now milliseconds since 1970; backups dated later do not move the start of `within`
 * @throws Failure when nothing would be left
 */
export function planRetention(backups: readonly Backup[], policy: Policy, now: number): Plan {
  const newestFirst = [...backups].sort(compareNewestFirst);
  const rules = PERIODS.map(period => ({ period, left: policy[period], current: Number.NaN }));
  const within = policy.within && {
    edge: withinEdge(newestFirst, policy.within, now),
    span: formatDuration(policy.within),
  };
  const plan: Plan = { kept: [], selected: [] };

  for (const [index, backup] of newestFirst.entries()) {
    const reasons: string[] = [];
    // "Not at or before" instead of "after": a comparison with NaN must keep.
    if (within && !(backup.createdOn <= within.edge)) reasons.push(`within ${within.span}`);

    const isOldest = index === newestFirst.length - 1;
    for (const rule of rules) {
      if (rule.left === 0) continue;
      const period = PERIOD_OF[rule.period](new Date(backup.createdOn), index);
      const isNew = period !== rule.current;
      if (!isNew && !isOldest) continue;
      reasons.push(isNew ? rule.period : `oldest ${rule.period}`);
      rule.current = period;
      rule.left--;
    }
    if (reasons.length > 0) plan.kept.push({ backup, reasons });
    else plan.selected.push(backup);
  }
  if (plan.kept.length === 0 && plan.selected.length > 0) {
    throw new Failure('The policy would leave no backup at all. Nothing was deleted.');
  }
  return plan;
}

/** Newest first; equal times by id, so that the list's order never matters. */
export function compareNewestFirst(a: Backup, b: Backup): number {
  return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1);
}

/** @returns the time up to which `within` does not reach: the span before the newest backup that is not in the future */
function withinEdge(newestFirst: readonly Backup[], within: Duration, now: number): number {
  const latest = newestFirst.find(backup => backup.createdOn < now);
  // restic counts from the year 1 then, which is to say that everything is within.
  return latest ? subtract(latest.createdOn, within) : Number.NEGATIVE_INFINITY;
}

/**
 * Goes back in the calendar as Go's `AddDate` does: years, months and days in one step, days beyond a month's end run
 * over into the next (31 March less one month is 3 March); hours after that.
 * @returns milliseconds since 1970, or NaN where the date leaves JavaScript's range
 */
export function subtract(time: number, { y, m, w, d, h }: Duration): number {
  const date = new Date(time);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d);
  return date.getTime() - h * HOUR_MS;
}

/** The ISO 8601 week: it begins on Monday and belongs to the year of its Thursday. @returns its number, counted through the years */
export function isoWeek(time: Date): number {
  // 1 January 1970 was a Thursday: three days later in the count, weeks begin at multiples of seven.
  return Math.floor((Math.floor(time.getTime() / DAY_MS) + 3) / 7);
}

/** A policy in words: `7 daily, 4 weekly, within 30d`. */
export function formatPolicy(policy: Policy): string {
  const rules = PERIODS.filter(period => policy[period] > 0).map(period => `${policy[period]} ${period}`);
  return [...rules, ...(policy.within ? [`within ${formatDuration(policy.within)}`] : [])].join(', ');
}

/** `1y5m2w7d2h`, without the zeros. */
function formatDuration(duration: Duration): string {
  return Object.entries(duration)
    .map(([unit, number]) => (number === 0 ? '' : `${number}${unit}`))
    .join('');
}
