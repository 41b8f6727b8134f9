import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
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
