import type { Context } from '../context.js';
import { Failure } from '../failure.js';
import type { InputsOf } from '../inputs.js';
import type { Schedule } from '../portal/schedule.js';
import { say } from '../text.js';
import { assertKeyMayDelete, lookFirst } from './before-deleting.js';
import { lookAgain } from './closing.js';

/**
 * Deletes the backup schedule, and proves by a look that it is gone. Where there is none, no DELETE is sent: each one
 * leaves an entry in the portal's audit trail.
 * @throws Failure on anything but a proven success
 */
export async function deleteSchedule(
  context: Context,
  { verify }: InputsOf<'delete-schedule'>,
): Promise<void> {
  const { portal, ledger, log } = context;
  ledger.selected = [];
  ledger.kept = [];
  if (verify) {
    const { found, key } = await lookFirst(context, () => portal.schedule());
    ledger.schedule = found ?? 'none';
    // What it was, so that it can be made again.
    if (found) log.info(say`The schedule: ${found.description}.`);
    assertKeyMayDelete(context, key);
    if (!found) return;
  }
  log.info(
    say`Existing backups stay. Once the schedule is gone, the portal no longer removes old scheduled copies.`,
  );
  const word = await portal.deleteSchedule(() => ledger.sent([]));
  if (word.said === 'no' || (word.said === 'nothing' && !verify)) throw word.failure;
  if (!verify || !ledger.hasSent) return;
  if (await isStillThere(context, word.said === 'done' || word.mayGoOn)) {
    throw word.said === 'nothing'
      ? word.failure
      : new Failure(say`The portal reported success, but the schedule is still there; see its log.`);
  }
}

/** Looks again, and again a little later where the portal may be late, or still at work. */
async function isStillThere(context: Context, mayLag: boolean): Promise<boolean> {
  const { portal } = context;
  let schedule: Schedule | undefined = await portal.schedule();
  await lookAgain(
    context,
    () => mayLag && schedule !== undefined,
    async () => {
      schedule = await portal.schedule();
    },
  );
  return schedule !== undefined;
}
