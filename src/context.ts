import type { Clock } from './clock.js';
import type { Deadline } from './deadline.js';
import type { Ledger } from './ledger.js';
import type { Portal } from './portal/portal.js';
import type { Log } from './report/log.js';
import type { Calendar } from './retention/calendar.js';

/** What every operation works with. */
export interface Context {
  portal: Portal;
  /** What the operation finds and does; the report is made from it. */
  ledger: Ledger;
  log: Log;
  deadline: Deadline;
  clock: Clock;
  /** Whose days count, and in which times are shown. */
  calendar: Calendar;
  dryRun: boolean;
}
