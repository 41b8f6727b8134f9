import { join, type Printable, say } from '../text.js';
import { type Duration, formatDuration, isZero } from './duration.js';

/** The periods of the calendar that rules know, in restic's order. */
export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof PERIODS)[number];

/** The rules that count, in restic's order. */
export const COUNTED = ['last', ...PERIODS] as const;
export type Counted = (typeof COUNTED)[number];

/** As a number in a rule: as many as there are. restic writes -1. */
export const UNLIMITED = Number.POSITIVE_INFINITY;

/** What to keep, in restic's rules (its manual, "Removing snapshots according to a policy"). */
export interface Policy {
  /** How many backups (`last`) or periods that have backups are kept; 0: no rule. */
  readonly counts: Readonly<Record<Counted, number>>;
  /** How far back from the newest backup all are kept. No rule: `undefined`, or a duration of zero. */
  readonly within: Duration | undefined;
  /** How far back from the newest backup the newest of each period is kept. No rule as above. */
  readonly withinPeriods: { readonly [period in Period]?: Duration | undefined };
}

/** The policy without a rule, which keeps nothing. */
export const NO_RULE: Policy = {
  counts: { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
  within: undefined,
  withinPeriods: {},
};

/** Whether a policy keeps anything at all. */
export function hasRule(policy: Policy): boolean {
  const durations = [policy.within, ...Object.values(policy.withinPeriods)];
  return largestCount(policy) > 0 || durations.some(isRule);
}

/** Whether a duration is given and is not zero. */
export function isRule(duration: Duration | undefined): duration is Duration {
  return duration !== undefined && !isZero(duration);
}

/** @returns the largest number among the rules that count; 0 where there is none, `UNLIMITED` where one is */
export function largestCount(policy: Policy): number {
  return Math.max(...Object.values(policy.counts));
}

/**
 * A policy in words that follow "keeping": `the last 7, 7 daily, unlimited yearly, within 30d, daily within 14d`.
 * @returns an empty text where there is no rule
 */
export function formatPolicy({ counts, within, withinPeriods }: Policy): Printable {
  const words: Printable[] = [];
  for (const rule of COUNTED) {
    const number = counts[rule];
    if (number === 0) continue;
    const isUnlimited = number === UNLIMITED;
    if (rule === 'last') words.push(isUnlimited ? say`all` : say`the last ${number}`);
    else words.push(isUnlimited ? say`unlimited ${rule}` : say`${number} ${rule}`);
  }
  if (isRule(within)) words.push(say`within ${formatDuration(within)}`);
  for (const period of PERIODS) {
    const duration = withinPeriods[period];
    if (isRule(duration)) words.push(say`${period} within ${formatDuration(duration)}`);
  }
  return join(words);
}
