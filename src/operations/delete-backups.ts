import { compareOldestFirst, hasId } from '../backups/backup.js';
import type { Context } from '../context.js';
import type { InputsOf } from '../inputs/read.js';
import { deleteEach } from './deletion/delete-each.js';
import { checkListed, checkMayDeleteByIds } from './guards.js';
import { takeFirstListing } from './listings.js';

/**
 * Deletes backups by id. Each must be in the history. Without ids, nothing is sent.
 * @throws ActionError for anything but a proven success
 */
export async function deleteBackups(context: Context, inputs: InputsOf<'delete-backups'>): Promise<void> {
  const { ledger, log } = context;
  if (inputs.ids.size === 0) {
    ledger.recordPlan([]);
    return;
  }
  const { listing, key } = await takeFirstListing(context);
  const selected = listing.filter(hasId).filter(({ id }) => inputs.ids.has(id));
  ledger.recordPlan(selected.sort(compareOldestFirst));
  log.printPlan(ledger, context.calendar);
  checkListed(context, 'backup-ids', inputs.ids, inputs.ignoreNotFound);
  checkMayDeleteByIds(context, key, inputs.maxDeletions, selected);
  await deleteEach(context, selected);
}
