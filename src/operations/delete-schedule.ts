import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import { isUndecided } from '../portal/answers/outcomes.js';
import type { Schedule } from '../portal/schedule.js';
import { join, text } from '../text/printable.js';
import { checkKey } from './guards.js';
import { repeatWhileLagging } from './lagging.js';

/**
 * Deletes the backup schedule, and checks that it is gone. If there is none, no DELETE is sent: each one leaves an entry
 * in the portal's audit trail.
 * @throws ActionError for anything but a proven success; with `verify: false`, a reported one
 */
export async function deleteSchedule(
  context: Context,
  { verify }: InputsOf<'delete-schedule'>,
): Promise<void> {
  const { portal, ledger, log } = context;
  ledger.recordPlan([]);
  if (verify) {
    const [schedule, key] = await Promise.all([portal.getSchedule(), portal.getKey()]);
    ledger.schedule = schedule ?? 'none';
    if (schedule) log.info(text`The schedule: ${schedule.description}.`);
    checkKey(context, key);
    if (!schedule) return;
  }
  log.info(
    text`Existing backups stay. Once the schedule is gone, the portal no longer removes old scheduled copies.`,
  );
  if (context.dryRun) return;
  const outcome = await portal.deleteSchedule({ onSend: () => ledger.recordSentWithoutIds() });
  if (outcome.kind !== 'confirmed' && !(isUndecided(outcome.kind) && verify)) throw outcome.error;
  if (!verify) return;
  const isConfirmed = outcome.kind === 'confirmed';
  let isThere: boolean;
  try {
    isThere = await isStillThere(context, isConfirmed || outcome.mayBeRunning);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const what = isConfirmed
      ? text`The portal reported that the schedule is deleted, but that could not be checked.`
      : outcome.error.message;
    throw new ActionError(join([what, error.message], ' '));
  }
  if (!isThere) return;
  throw isConfirmed
    ? new ActionError(
        text`The portal reported success, but the schedule is still there; see the portal's log.`,
      )
    : outcome.error;
}

async function isStillThere(context: Context, mayLag: boolean): Promise<boolean> {
  const { portal } = context;
  let schedule: Schedule | undefined = await portal.getSchedule();
  await repeatWhileLagging(
    context,
    () => (mayLag && schedule ? 1 : 0),
    async () => {
      try {
        schedule = await portal.getSchedule();
      } catch (error) {
        // Without an answer, the check before still counts.
        if (!(error instanceof ActionError)) throw error;
      }
    },
  );
  return schedule !== undefined;
}
