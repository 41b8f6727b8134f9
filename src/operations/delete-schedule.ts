import { Failure } from './failure.js';
import type { Log, Outcome } from './outcome.js';
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
  const schedule = verify ? await portal.schedule() : undefined;
  if (schedule || !verify) {
    // What it was, so that it can be made again.
    const known = schedule ? `The schedule: ${schedule}. ` : '';
    outcome.note = `${known}Existing backups stay; with the schedule ends the portal's own removal of old scheduled copies.`;
    log.info(outcome.note);
  }
  await portal.deleteSchedule();
  if (verify && (await portal.schedule())) {
    throw new Failure(
      'The portal reported success, but the schedule is still there. Its log has the reason.',
    );
  }
}
