import type { Failure } from '../failure.js';
import type { Operation } from '../inputs.js';
import type { Ledger } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import type { Printable } from '../text.js';

/** All there is to say about a run when it is over. */
export interface Run {
  /** `undefined`: the inputs were refused. */
  operation: Operation | undefined;
  /** What was to happen, in one line; empty where the inputs were refused. */
  intent: Printable;
  dryRun: boolean;
  ledger: Ledger;
  /** In which times are shown. */
  calendar: Calendar;
  warnings: readonly Printable[];
  isCancelled: boolean;
  /** What went wrong; `undefined`: nothing, the step is green. */
  problem: Failure | undefined;
  /** The HTTP status of the last delete call; `undefined`: none was answered. */
  lastDeleteStatus: () => number | undefined;
}
