import type { BackupId, IdentifiedRecord } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import { explainInconclusive, listAgain, MIN_BETWEEN_LISTINGS_MS } from './listings.js';

/** When to check again, counted from the first check, if a deletion does not show yet. */
const REPEAT_AFTER_MS = [2_000, 8_000];
/** After that, repeat at this interval while the number that is still listed keeps falling. */
const REPEAT_EVERY_MS = 8_000;

/** Lists again while confirmed deletions are still listed. @throws ActionError if that is inconclusive in the end */
export async function awaitLagging(context: Context): Promise<void> {
  const { ledger } = context;
  const countLagging = () =>
    ledger.withStatus('still-listed').filter(({ id }) => ledger.isConfirmed(id)).length;
  await repeatWhileLagging(context, countLagging, () => listAgain(context));
  const { verification } = ledger;
  if (verification.kind === 'inconclusive') throw new ActionError(explainInconclusive(verification.reason));
}

/**
 * Repeats a check 2 s and 8 s from now while something lags, and then as long as less of it lags each time.
 * @param countLagging how many deletions do not show yet
 */
export async function repeatWhileLagging(
  { clock, deadline, budget }: Context,
  countLagging: () => number,
  check: () => Promise<unknown>,
): Promise<void> {
  const start = clock.monotonicMs();
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const lagging = countLagging();
    const afterMs = REPEAT_AFTER_MS[round];
    if (lagging === 0 || (afterMs === undefined && lagging >= before)) return;
    before = lagging;
    const waitMs =
      afterMs === undefined
        ? REPEAT_EVERY_MS
        : Math.max(MIN_BETWEEN_LISTINGS_MS, start + afterMs - clock.monotonicMs());
    const hasTime = deadline.remainingMs() - waitMs > budget.expectedListingMs;
    if (!hasTime || !(await deadline.sleep(waitMs))) return;
    await check();
  }
}

/**
 * Finds what the final listing lacks although this run did not delete it.
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @returns the backups that had to be kept, and the others
 */
export function findMissing(
  { verification, kept = [] }: Ledger,
  pinned: ReadonlySet<BackupId>,
): { required: IdentifiedRecord[]; others: IdentifiedRecord[] } {
  const missing = verification.kind === 'conclusive' ? verification.missing : [];
  const keptIds = new Set([...pinned, ...kept.map(({ backup }) => backup.id)]);
  return {
    required: missing.filter(({ id }) => keptIds.has(id)),
    others: missing.filter(({ id }) => !keptIds.has(id)),
  };
}
