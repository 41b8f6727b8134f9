import { Failure, NotSent } from './failure.js';
import { MOST_AT_ONCE } from './http.js';
import type { OperationInputs } from './inputs.js';
import {
  compareOldestFirst,
  type Deletable,
  hasId,
  type Ignored,
  idsOf,
  type Log,
  type Outcome,
  settle,
} from './outcome.js';
import type { Portal } from './portal.js';
import type { Backup, BackupId, HistoryRecord, StorageType } from './records.js';
import { planRetention } from './retention.js';
import { count, thousands } from './text.js';

/** How many names one message holds. */
const MOST_NAMED = 10;

/**
 * Deletes backups by id, each of which must be in the history.
 * @throws Failure on anything but a proven success
 */
export async function deleteBackups(
  portal: Portal,
  { ids, maxDeletions }: OperationInputs & { operation: 'delete-backups' },
  outcome: Outcome,
  log: Log,
): Promise<void> {
  const listed = (await portal.history()).filter(hasId);
  const listedIds = idsOf(listed);
  const unknown = [...ids].filter(id => !listedIds.has(id));
  if (unknown.length > 0) {
    throw new Failure(
      `${count(unknown.length, 'id')} of backup-ids not in the history: ${someOf(unknown)}. Nothing was deleted. They may be gone already, or be of the other kind (dump).`,
    );
  }
  const selected = listed.filter(({ id }) => ids.has(id)).sort(compareOldestFirst);
  settle(outcome, selected, [], maxDeletions, log);
  await deleteEach(portal, selected, outcome, log);
}

/**
 * Deletes what a retention policy does not keep. Temporary backups, other storage types and records that cannot be
 * read are left alone, and do not count.
 * @throws Failure on anything but a proven success
 */
export async function pruneHistory(
  portal: Portal,
  { policy, storageTypes, maxDeletions }: OperationInputs & { operation: 'prune-history' },
  outcome: Outcome,
  log: Log,
): Promise<void> {
  const { backups, ignored } = setAside(await portal.history(), storageTypes);
  outcome.ignored = ignored;
  const unreadable = ignored.filter(({ record }) => record.kind === 'unreadable');
  if (unreadable.length > 0) {
    const named = unreadable.map(({ record, reason }) => `${record.id ?? record.name} (${reason})`);
    log.warning(`${count(unreadable.length, 'record')} of the history left alone: ${someOf(named)}.`);
  }
  const plan = planRetention(backups, policy, Date.now());
  const selected = plan.selected.reverse();
  settle(outcome, selected, plan.kept, maxDeletions, log);
  await deleteEach(portal, selected, outcome, log);
}

/** Parts the history into what the policy looks at, and what it leaves alone. */
function setAside(history: readonly HistoryRecord[], storageTypes: ReadonlySet<StorageType> | undefined) {
  const backups: Backup[] = [];
  const ignored: Ignored[] = [];
  for (const record of history) {
    const leave = (reason: string) => ignored.push({ record, reason });
    if (record.kind === 'unreadable') leave(record.problem);
    else if (record.expiresOn !== undefined) leave('temporary: the portal removes it');
    else if (storageTypes && !storageTypes.has(record.storageType)) leave('not of the storage-types');
    else backups.push(record);
  }
  return { backups, ignored };
}

/**
 * Deletes one by one, several at a time, in the order given. The failure of one leaves the rest to be tried, unless it
 * means that all would fail. A listing at the end tells what is really gone.
 * @throws Failure when not all of them are gone, or that cannot be proven
 */
async function deleteEach(
  portal: Portal,
  selected: readonly Deletable[],
  outcome: Outcome,
  log: Log,
): Promise<void> {
  const deleted = new Set<BackupId>();
  const failed = new Set<BackupId>();
  outcome.deleted = deleted;
  outcome.failed = failed;
  const errors = new Map<BackupId, Failure>();
  const stop = new AbortController();

  const queue = selected.values();
  async function work(): Promise<void> {
    for (const { id } of queue) {
      try {
        await portal.deleteBackup(id, stop.signal);
        deleted.add(id);
      } catch (error) {
        if (!(error instanceof NotSent)) failed.add(id);
        if (error instanceof Failure && !error.endsAll) errors.set(id, error);
        else stop.abort(error);
      }
      log.progress(`${thousands(deleted.size)} of ${count(selected.length, 'backup')} done.`);
      if (stop.signal.aborted) return;
    }
  }
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));

  try {
    const listed = idsOf(await portal.history());
    for (const id of [...deleted, ...failed]) {
      const [to, from] = listed.has(id) ? [failed, deleted] : [deleted, failed];
      from.delete(id);
      to.add(id);
    }
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error;
  }
  stop.signal.throwIfAborted();
  if (failed.size > 0) {
    const [reason] = [...failed].flatMap(id => errors.get(id)?.message ?? []);
    throw new Failure(
      `${count(failed.size, 'backup')} of ${selected.length} still listed: ${someOf([...failed])}. ${reason ?? 'The portal reported success for each; its log has the reason.'}`,
    );
  }
}

function someOf(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
