import { join, type Printable, text } from '../text/printable.js';
import { type Duration, formatDuration, isZero } from './duration.js';

/** The periods of the calendar that rules use, in restic's order. */
export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof PERIODS)[number];

export const COUNT_RULES = ['last', ...PERIODS] as const;
export type CountRule = (typeof COUNT_RULES)[number];

/** No limit. restic writes -1. */
export const UNLIMITED = Number.POSITIVE_INFINITY;

/** What to keep, by restic's rules (its manual, "Removing snapshots according to a policy"). */
export interface Policy {
  /** How many backups (`last`) or periods with backups are kept; 0: no rule. */
  readonly counts: Readonly<Record<CountRule, number>>;
  /** Keep all backups this far back from the newest. No rule: `undefined`, or an empty duration. */
  readonly within: Duration | undefined;
  /** Keep the newest backup of each period this far back from the newest. No rule: as above. */
  readonly withinPeriods: { readonly [period in Period]?: Duration | undefined };
}

export const NO_RULES: Policy = {
  counts: { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
  within: undefined,
  withinPeriods: {},
};

export function hasRule(policy: Policy): boolean {
  const durations = [policy.within, ...Object.values(policy.withinPeriods)];
  return findMaxCount(policy) > 0 || durations.some(isSet);
}

/** Whether a duration is set and not empty. */
export function isSet(duration: Duration | undefined): duration is Duration {
  return duration !== undefined && !isZero(duration);
}

/** @returns the largest number of the rules that count; 0 if there is none; `UNLIMITED` if one is */
export function findMaxCount(policy: Policy): number {
  return Math.max(...Object.values(policy.counts));
}

/** @returns the sum of the rules that count: they never keep more backups of a storage type together */
export function addCounts(policy: Policy): number {
  return Object.values(policy.counts).reduce((sum, count) => sum + count, 0);
}

/**
 * Describes a policy in words that follow "keeping": `the last 7, 7 daily, unlimited yearly, within 30d, daily within
 * 14d`.
 * @returns an empty text if there is no rule
 */
export function formatPolicy({ counts, within, withinPeriods }: Policy): Printable {
  const words: Printable[] = [];
  for (const rule of COUNT_RULES) {
    const number = counts[rule];
    if (number === 0) continue;
    const isUnlimited = number === UNLIMITED;
    if (rule === 'last') words.push(isUnlimited ? text`all` : text`the last ${number}`);
    else words.push(isUnlimited ? text`unlimited ${rule}` : text`${number} ${rule}`);
  }
  if (isSet(within)) words.push(text`within ${formatDuration(within)}`);
  for (const period of PERIODS) {
    const duration = withinPeriods[period];
    if (isSet(duration)) words.push(text`${period} within ${formatDuration(duration)}`);
  }
  return join(words);
}
