import type { Deadline } from './deadline.js';
import { BadAnswer, Failure } from './failure.js';
import type { OperationInputs } from './inputs.js';
import { compareOldestFirst, hasId, idsOf, type Log, type Outcome, settle } from './outcome.js';
import type { Portal } from './portal.js';
import type { BackupId } from './records.js';
import { count } from './text.js';

/** How long to wait before looking again whether the portal is still deleting. */
const LOOK_AGAIN_MS = 2_000;

/**
 * Deletes the whole history with one call, and proves by a listing that none of what was there is left. A backup made
 * meanwhile is no failure.
 * @throws Failure on anything but a proven success
 */
export async function deleteHistory(
  portal: Portal,
  inputs: OperationInputs & { operation: 'delete-history' },
  outcome: Outcome,
  deadline: Deadline,
  log: Log,
): Promise<void> {
  if (!inputs.verify) {
    outcome.deleted = undefined;
    outcome.failed = undefined;
    return portal.deleteHistory();
  }
  const history = await portal.history();
  const selected = history.filter(hasId).sort(compareOldestFirst);
  const nameless = history.length - selected.length;
  if (nameless > 0) {
    outcome.note = `${count(nameless, 'record')} of the history without a readable id will go too, in no count.`;
    log.warning(outcome.note);
  }
  settle(outcome, selected, [], inputs.maxDeletions, log, history.length);

  /** Lists again, and takes down what is gone. @returns how many are left; a record without a readable id counts */
  async function look(): Promise<number> {
    const after = await portal.history();
    const listed = idsOf(after);
    const [gone, left] = [new Set<BackupId>(), new Set<BackupId>()];
    for (const { id } of selected) (listed.has(id) ? left : gone).add(id);
    outcome.deleted = gone;
    outcome.failed = left;
    return left.size + after.filter(record => !hasId(record)).length;
  }

  let mayHaveBegun = false;
  /** Waits while the list gets shorter: the portal goes on deleting when the connection is gone. */
  async function isDone(isOpen: boolean): Promise<boolean | undefined> {
    mayHaveBegun = true;
    let before = Number.POSITIVE_INFINITY;
    let left = isOpen ? await look() : before;
    while (left > 0 && left < before) {
      log.info(`The portal may still be deleting: ${count(left, 'backup')} left.`);
      if (!(await deadline.sleep(LOOK_AGAIN_MS))) return undefined;
      before = left;
      left = await look();
    }
    if (left > 0) forget();
    return left === 0;
  }

  /** A DELETE is sent: what it does, only a listing after it will tell. */
  function forget(): void {
    outcome.deleted = undefined;
    outcome.failed = undefined;
  }

  deadline.assertOpen();
  forget();
  try {
    await portal.deleteHistory(isDone);
  } catch (error) {
    if (error instanceof BadAnswer && error.endsAll && !mayHaveBegun) {
      outcome.deleted = new Set();
      outcome.failed = idsOf(selected);
    } else {
      // Where what the portal has done cannot be found out either, the first error says more.
      await look().catch(() => undefined);
    }
    throw error;
  }
  const left = await look();
  if (left > 0) {
    throw new Failure(
      `The portal reported success, but ${count(left, 'backup')} of ${history.length} still listed. Its log has the reason.`,
    );
  }
}
