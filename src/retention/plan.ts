import { type Backup, type BackupId, compareNewestFirst, STORAGE_TYPES } from '../backups/backup.js';
import { RefusedError } from '../errors.js';
import { type Printable, text } from '../text/printable.js';
import type { Calendar } from './calendar.js';
import { type Duration, formatDuration } from './duration.js';
import { COUNT_RULES, type CountRule, isSet, PERIODS, type Policy, UNLIMITED } from './policy.js';

export interface Kept {
  readonly backup: Backup;
  /** In restic's words, at least one: `last`, `daily`, `oldest yearly`, `within 30d`, …; `pinned` comes last. */
  readonly reasons: readonly Printable[];
}

/** What a policy decides about a list of backups. */
export interface Plan {
  readonly kept: readonly Kept[];
  /** Oldest first, the order of deletion: if it ends early, the newest are left. */
  readonly selected: readonly Backup[];
}

interface Settings {
  /** These are kept whatever the rules say, and count in them like any other. Unknown ids do not matter. */
  readonly pinned: ReadonlySet<BackupId>;
  readonly calendar: Calendar;
  /** Milliseconds since 1970. The `within` rules do not count from a backup dated later. */
  readonly now: number;
}

/**
 * Applies a retention policy to each storage type separately, as restic does to each host and path: a nightly copy on
 * the server must not replace the weekly one elsewhere. The rules are those of `restic forget` (`ApplyPolicy` in its
 * `internal/data/snapshot_policy.go`): a backup is kept if any rule keeps it; only periods with backups count, and the
 * newest backup of each is kept; the oldest backup is also kept while a rule has counts left or reaches back to it.
 * @param backups in any order, without those that `splitIgnored` ignores
 * @throws RefusedError if nothing would be left of a storage type
 */
export function planRetention(backups: readonly Backup[], policy: Policy, settings: Settings): Plan {
  const newestFirst = [...backups].sort(compareNewestFirst);
  const groups: Plan[] = [];
  for (const storageType of STORAGE_TYPES) {
    const own = newestFirst.filter(backup => backup.storageType === storageType);
    if (own.length === 0) continue;
    const group = planGroup(own, policy, settings);
    // A duration may keep nothing, such as `keep-within: 1h` in the hour that the end of summer time repeats.
    if (group.kept.length === 0) {
      throw new RefusedError(
        text`The rules would leave no backup of storage type ${storageType}. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.`,
        text`the rules would leave none of ${storageType}`,
      );
    }
    groups.push(group);
  }
  return {
    kept: groups.flatMap(({ kept }) => kept).sort((a, b) => compareNewestFirst(a.backup, b.backup)),
    selected: groups.flatMap(({ selected }) => selected).sort((a, b) => compareNewestFirst(b, a)),
  };
}

const NO_EDGE = Number.NEGATIVE_INFINITY;

/** Every rule has this form. It keeps the newest backup of each period, up to its edge and its count. */
interface Rule {
  readonly reason: Printable;
  /** The number of the period that contains a time. */
  readonly periodOf: (time: number) => number;
  readonly count: number;
  /** This rule keeps only backups newer than this. */
  readonly edge: number;
}

/** @param newestFirst all of one storage type, at least one */
function planGroup(
  newestFirst: readonly Backup[],
  policy: Policy,
  { pinned, calendar, now }: Settings,
): Plan {
  const candidates = newestFirst.map((backup): Candidate => ({ backup, reasons: [] }));
  const latest = newestFirst.find(({ createdOn }) => createdOn < now);
  for (const rule of listRules(policy, calendar, latest?.createdOn)) applyRule(rule, candidates);
  for (const { backup, reasons } of candidates) {
    if (pinned.has(backup.id)) reasons.push(text`pinned`);
  }
  return {
    kept: candidates.filter(({ reasons }) => reasons.length > 0),
    selected: candidates.filter(({ reasons }) => reasons.length === 0).map(({ backup }) => backup),
  };
}

interface Candidate extends Kept {
  readonly reasons: Printable[];
}

function applyRule({ reason, periodOf, count, edge }: Rule, newestFirst: readonly Candidate[]): void {
  const oldest = newestFirst.at(-1);
  let left = count;
  let current = Number.NaN;
  for (const candidate of newestFirst) {
    const { createdOn } = candidate.backup;
    // The edge is NaN if a duration reaches beyond all dates. A comparison with NaN is false, so the backup is kept.
    if (left === 0 || createdOn <= edge) return;
    const period = periodOf(createdOn);
    const isNew = period !== current;
    if (!isNew && candidate !== oldest) continue;
    candidate.reasons.push(isNew ? reason : text`oldest ${reason}`);
    current = period;
    left--;
  }
}

/**
 * Converts a policy to rules, in the order in which restic lists them as reasons.
 * @param latest the time of the newest backup that is not in the future: durations count back from it
 */
function listRules(policy: Policy, calendar: Calendar, latest: number | undefined): Rule[] {
  // NaN equals nothing, not even itself: for rules without a period, each backup is a period of its own.
  const periodsOf = { ...calendar, last: () => Number.NaN };
  const rules: Rule[] = [];
  function addWithin(name: Printable, period: CountRule, duration: Duration | undefined): void {
    if (!isSet(duration)) return;
    const reason = text`${name} ${formatDuration(duration)}`;
    // Without one, restic counts from the year 1, so everything is within the duration.
    const edge = latest === undefined ? NO_EDGE : calendar.subtract(latest, duration);
    rules.push({ reason, periodOf: periodsOf[period], count: UNLIMITED, edge });
  }

  addWithin(text`within`, 'last', policy.within);
  for (const period of COUNT_RULES) {
    const count = policy.counts[period];
    rules.push({
      reason: text`${period}`,
      periodOf: periodsOf[period],
      count,
      edge: NO_EDGE,
    });
  }
  for (const period of PERIODS) addWithin(text`${period} within`, period, policy.withinPeriods[period]);
  return rules;
}
