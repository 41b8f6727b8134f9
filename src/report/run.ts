import type { ActionError } from '../errors.js';
import type { Operation } from '../inputs/definitions.js';
import type { Ledger } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import type { Printable } from '../text/printable.js';

/** Everything that the report needs to know about a run that is over. */
export interface Run {
  /** `undefined`: the inputs were refused. */
  operation: Operation | undefined;
  /** What was to happen, in one line; empty if the inputs were refused. */
  intent: Printable;
  dryRun: boolean;
  ledger: Ledger;
  calendar: Calendar;
  warnings: readonly Printable[];
  isCancelled: boolean;
  /** `undefined`: the step succeeds. */
  error: ActionError | undefined;
  /** The HTTP status of the last DELETE; `undefined`: none was answered. */
  lastDeleteStatus: () => number | undefined;
}
