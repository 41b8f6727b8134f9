import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import { gotNoAnswer } from '../portal/answers/outcomes.js';
import type { Schedule } from '../portal/schedule.js';
import { text } from '../text/printable.js';
import { checkKey } from './guards.js';
import { repeatWhileLagging } from './verify.js';

/**
 * Deletes the backup schedule, and checks that it is gone. If there is none, no DELETE is sent: each one leaves an entry
 * in the portal's audit trail.
 * @throws ActionError for anything but a proven success
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
  const outcome = await portal.deleteSchedule({ onSend: () => ledger.recordSentForAll([]) });
  if (outcome.kind !== 'confirmed' && !(gotNoAnswer(outcome.kind) && verify)) throw outcome.error;
  if (!verify || context.dryRun) return;
  if (await isStillThere(context, outcome.kind === 'confirmed' || outcome.mayBeRunning)) {
    throw outcome.kind === 'confirmed'
      ? new ActionError(text`The portal reported success, but the schedule is still there; see its log.`)
      : outcome.error;
  }
}

async function isStillThere(context: Context, mayLag: boolean): Promise<boolean> {
  const { portal } = context;
  let schedule: Schedule | undefined = await portal.getSchedule();
  await repeatWhileLagging(
    context,
    () => (mayLag && schedule ? 1 : 0),
    async () => {
      schedule = await portal.getSchedule();
    },
  );
  return schedule !== undefined;
}
