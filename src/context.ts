import type { Clock } from './clock.js';
import type { Deadline } from './deadline.js';
import type { Ledger } from './ledger.js';
import type { Portal } from './portal/api.js';
import type { Log } from './report/log.js';
import type { Calendar } from './retention/calendar.js';
import type { TimeBudget } from './time-budget.js';

/** What every operation works with. */
export interface Context {
  portal: Portal;
  ledger: Ledger;
  log: Log;
  deadline: Deadline;
  budget: TimeBudget;
  clock: Clock;
  calendar: Calendar;
  dryRun: boolean;
}
