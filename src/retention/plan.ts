import { Refusal } from '../failure.js';
import { type Backup, type BackupId, STORAGE_TYPES } from '../portal/records.js';
import { type Printable, say } from '../text.js';
import type { Calendar } from './calendar.js';
import { type Duration, formatDuration } from './duration.js';
import { COUNTED, type Counted, isRule, PERIODS, type Policy, UNLIMITED } from './policy.js';

export interface Kept {
  readonly backup: Backup;
  /** In restic's words, at least one: `last`, `daily`, `oldest yearly`, `within 30d`, …; `pinned` comes last. */
  readonly reasons: readonly Printable[];
}

/** What a policy makes of a list of backups: each of them is in one of the two. */
export interface Plan {
  /** Newest first. */
  readonly kept: readonly Kept[];
  /** Oldest first, the order in which they are to be deleted: should that end half-way, the newest are left. */
  readonly selected: readonly Backup[];
}

/** What the rules are applied with. */
interface Settings {
  /** These stay whatever the rules say, and count in them as any other. Ids that are not in the list do not matter. */
  readonly pinned: ReadonlySet<BackupId>;
  /** Whose days, weeks, … are counted. */
  readonly calendar: Calendar;
  /** Milliseconds since 1970. Backups dated later do not move the start of the `within` rules. */
  readonly now: number;
}

/**
 * Applies a retention policy to each storage type by itself, as restic does to each host and path: a nightly copy on the
 * server itself must not stand for the weekly one elsewhere. Within one, rule for rule as `restic forget` (`ApplyPolicy`
 * in its `internal/data/snapshot_policy.go`): a backup is kept if any rule keeps it; a period counts only when it has
 * backups, and its newest is kept; the oldest backup is kept too while a rule has counts left, or reaches back to it.
 * @param backups in any order; those dated far in the future are not among them
 * @throws Refusal when nothing would be left of a storage type
 */
export function planRetention(backups: readonly Backup[], policy: Policy, settings: Settings): Plan {
  const newestFirst = [...backups].sort(compareNewestFirst);
  const groups: Plan[] = [];
  for (const storageType of STORAGE_TYPES) {
    const own = newestFirst.filter(backup => backup.storageType === storageType);
    if (own.length === 0) continue;
    const group = planGroup(own, policy, settings);
    if (group.kept.length === 0) {
      throw new Refusal(
        say`The rules would leave no backup of storage type ${storageType}. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.`,
        say`the rules would leave none of ${storageType}`,
      );
    }
    groups.push(group);
  }
  return {
    kept: groups.flatMap(({ kept }) => kept).sort((a, b) => compareNewestFirst(a.backup, b.backup)),
    selected: groups.flatMap(({ selected }) => selected).sort((a, b) => compareNewestFirst(b, a)),
  };
}

/** Newest first; equal times by id, so that the list's order never matters. */
export function compareNewestFirst(a: Backup, b: Backup): number {
  return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1);
}

/** Earlier than all backups. */
const NO_EDGE = Number.NEGATIVE_INFINITY;

/**
 * A rule of any kind: as far as it reaches, and as long as it has counts left, it keeps the newest backup of each
 * period.
 */
interface Rule {
  /** In restic's words. */
  readonly reason: Printable;
  /** The number of the period that a time lies in. */
  readonly periodOf: (time: number) => number;
  /** How many periods are kept. */
  readonly count: number;
  /** The rule does not reach backups of this time, nor older ones. */
  readonly edge: number;
}

/** @param newestFirst all of one storage type, at least one */
function planGroup(
  newestFirst: readonly Backup[],
  policy: Policy,
  { pinned, calendar, now }: Settings,
): Plan {
  const fates = newestFirst.map((backup): Fate => ({ backup, reasons: [] }));
  const latest = newestFirst.find(({ createdOn }) => createdOn < now);
  for (const rule of rulesOf(policy, calendar, latest?.createdOn)) apply(rule, fates);
  for (const { backup, reasons } of fates) {
    if (pinned.has(backup.id)) reasons.push(say`pinned`);
  }
  return {
    kept: fates.filter(({ reasons }) => reasons.length > 0),
    selected: fates
      .filter(({ reasons }) => reasons.length === 0)
      .map(({ backup }) => backup)
      .reverse(),
  };
}

/** A backup, and what has been found to keep it. */
interface Fate extends Kept {
  /** Empty as long as no rule has kept it. */
  readonly reasons: Printable[];
}

/** Notes the rule's reason at each backup that it keeps. */
function apply({ reason, periodOf, count, edge }: Rule, newestFirst: readonly Fate[]): void {
  const oldest = newestFirst.at(-1);
  let left = count;
  let current = Number.NaN;
  for (const fate of newestFirst) {
    const { createdOn } = fate.backup;
    // The edge is NaN where a duration reaches beyond all dates. Every comparison with NaN is false, so it must be
    // this one: the backup is kept then.
    if (left === 0 || createdOn <= edge) return;
    const period = periodOf(createdOn);
    const isNew = period !== current;
    if (!isNew && fate !== oldest) continue;
    fate.reasons.push(isNew ? reason : say`oldest ${reason}`);
    current = period;
    left--;
  }
}

/**
 * Lays out a policy as rules of one kind, in the order in which restic names them as reasons.
 * @param latest where durations begin: the time of the newest backup that is not of the future
 */
function rulesOf(policy: Policy, calendar: Calendar, latest: number | undefined): Rule[] {
  // NaN is the same as no other, not even itself: to the rules without a calendar each backup is a period of its own.
  const periodsOf = { ...calendar, last: () => Number.NaN };
  const rules: Rule[] = [];
  function addReaching(name: Printable, period: Counted, duration: Duration | undefined): void {
    if (!isRule(duration)) return;
    const reason = say`${name} ${formatDuration(duration)}`;
    // Without a latest one restic counts from the year 1, which is to say that everything is within.
    const edge = latest === undefined ? NO_EDGE : calendar.subtract(latest, duration);
    rules.push({ reason, periodOf: periodsOf[period], count: UNLIMITED, edge });
  }

  addReaching(say`within`, 'last', policy.within);
  for (const period of COUNTED) {
    const count = policy.counts[period];
    rules.push({
      reason: say`${period}`,
      periodOf: periodsOf[period],
      count,
      edge: NO_EDGE,
    });
  }
  for (const period of PERIODS) addReaching(say`${period} within`, period, policy.withinPeriods[period]);
  return rules;
}
