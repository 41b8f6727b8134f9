import type { Context } from '../context.js';
import type { InputsOf } from '../inputs.js';
import { hasId } from '../portal/records.js';
import { assertListed, assertMayDelete, compareOldestFirst, listFirst } from './before-deleting.js';
import { deleteEach } from './delete-each.js';

/**
 * Deletes backups by id, each of which must be in the history. Without any, nothing is sent.
 * @throws Failure on anything but a proven success
 */
export async function deleteBackups(context: Context, inputs: InputsOf<'delete-backups'>): Promise<void> {
  const { ledger, log } = context;
  if (inputs.ids.size === 0) {
    // A listing is dear, and there is nothing to look for.
    [ledger.selected, ledger.kept] = [[], []];
    return;
  }
  const { found, key } = await listFirst(context);
  ledger.selected = found
    .filter(hasId)
    .filter(({ id }) => inputs.ids.has(id))
    .sort(compareOldestFirst);
  ledger.kept = [];
  log.plan(ledger, context.calendar);
  assertListed(context, 'backup-ids', inputs.ids, inputs.ignoreNotFound);
  assertMayDelete(context, key, inputs.maxDeletions);
  await deleteEach(context);
}
