import { Failure } from './failure.js';
import { type Log, type Outcome, scheduleNote } from './outcome.js';
import type { Portal } from './portal.js';

/**
 * Deletes the backup schedule. The DELETE is sent also where there is none: it does no harm, and the API is the judge.
 * @param verify whether to look before and after; otherwise the answer to the DELETE is all there is
 * @throws Failure on anything but a proven success
 */
export async function deleteSchedule(
  portal: Portal,
  verify: boolean,
  outcome: Outcome,
  log: Log,
): Promise<void> {
  outcome.selected = [];
  outcome.kept = [];
  if (verify) outcome.schedule = (await portal.schedule()) ?? 'none';
  log.info(scheduleNote(outcome.schedule));
  await portal.deleteSchedule();
  if (verify && (await portal.schedule())) {
    throw new Failure(
      'The portal reported success, but the schedule is still there. Its log has the reason.',
    );
  }
}
