import type { IdentifiedRecord } from '../backups/backup.js';
import type { ActionError } from '../errors.js';
import type { Operation } from '../inputs/definitions.js';
import type { Ledger } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import type { Printable } from '../text/printable.js';

/** What the report tells about a run. It is filled as the run proceeds, so that a report is possible at any moment. */
export interface Run {
  /** `undefined`: the inputs were refused. */
  operation: Operation | undefined;
  /** What was to happen, in one line; empty if the inputs were refused. */
  intent: Printable;
  /** What the inputs say, as the JSON report repeats it; `undefined`: they were refused. */
  reportedInputs: ReportedInputs | undefined;
  dryRun: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  ledger: Ledger;
  calendar: Calendar;
  warnings: readonly Printable[];
  isCancelled: boolean;
  /** `undefined`: the step succeeds. */
  error: ActionError | undefined;
  /** The HTTP status of the last DELETE; `undefined`: none was answered. */
  lastDeleteStatus: () => number | undefined;
}

export interface ReportedInputs {
  /** The portal's host, with its port if it is not the usual one. */
  host: Printable;
  dump: boolean;
  /** The `keep-` inputs that are not empty; `undefined` for operations without a policy. */
  policy: Readonly<Record<string, Printable>> | undefined;
}

/** Whether the run did what it was to do; `undefined` for a dry run, which does nothing. */
export function judgeResult({ dryRun, error }: Run): boolean | undefined {
  return dryRun ? undefined : error === undefined;
}

/** The lists that the outputs and the JSON report count; `undefined`: not known. */
export function collectLists({
  selected,
  deleted,
  failed,
  kept,
}: Ledger): Record<'selected' | 'deleted' | 'failed' | 'kept', readonly IdentifiedRecord[] | undefined> {
  return { selected, deleted, failed, kept: kept?.map(({ backup }) => backup) };
}
