import { Failure } from './failure.js';
import type { BackupId, HistoryRecord } from './records.js';
import { compareNewestFirst, type Kept } from './retention.js';
import { count } from './text.js';

/** A record that has an id, and so can be deleted and looked for. */
export type Deletable = HistoryRecord & { id: BackupId };

/** A record that the policy did not look at, and why. */
export interface Ignored {
  record: HistoryRecord;
  reason: string;
}

/**
 * What a run has found and done so far. An operation fills it in as it goes, so that a run that fails or is cancelled
 * half-way reports what is known by then. `undefined`: not known.
 */
export interface Outcome {
  /** What else a person has to know, such as what ends with a schedule. */
  note: string;
  /** What is to be deleted, in the order of deletion. */
  selected: readonly Deletable[] | undefined;
  /** What was deleted: not listed any more or, where no listing followed, reported as deleted. */
  deleted: ReadonlySet<BackupId> | undefined;
  /** What was to be deleted and was not, as far as anybody knows. What was never tried is in neither. */
  failed: ReadonlySet<BackupId> | undefined;
  kept: readonly Kept[] | undefined;
  ignored: readonly Ignored[];
}

/** What is known before the first request: nothing was deleted. */
export function newOutcome(): Outcome {
  return {
    note: '',
    selected: undefined,
    deleted: new Set(),
    failed: new Set(),
    kept: undefined,
    ignored: [],
  };
}

/** What operations say while they run. */
export interface Log {
  info(line: string): void;
  warning(text: string): void;
  /** What is selected and what is kept, before anything is deleted. */
  plan(selected: readonly Deletable[], kept: readonly Kept[]): void;
  /** A line on how far a long run has come, which is printed now and then. */
  progress(line: string): void;
}

/**
 * Takes down what is to be deleted, shows it, and holds it against `max-deletions`: all before anything is deleted.
 * @param selected in the order of deletion
 * @param total how many will go; more than `selected` where some have no id
 * @throws Failure when more is selected than `max-deletions` allows
 */
export function settle(
  outcome: Outcome,
  selected: readonly Deletable[],
  kept: readonly Kept[],
  maxDeletions: number | undefined,
  log: Log,
  total = selected.length,
): void {
  outcome.selected = selected;
  outcome.kept = kept;
  log.plan(selected, kept);
  if (maxDeletions === undefined || total <= maxDeletions) return;
  throw new Failure(
    `${count(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Look at the list, then raise the limit or select less.`,
  );
}

/** Whether a record can be told from all others. */
export function hasId(record: HistoryRecord): record is Deletable {
  return record.id !== undefined;
}

/** The ids of a listing. */
export function idsOf(records: readonly HistoryRecord[]): Set<BackupId> {
  return new Set(records.filter(hasId).map(({ id }) => id));
}

/** The order of deletion: should it end half-way, the newest are left. What has no age goes last. */
export function compareOldestFirst(a: HistoryRecord, b: HistoryRecord): number {
  if (a.kind === 'backup' && b.kind === 'backup') return compareNewestFirst(b, a);
  return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable');
}
