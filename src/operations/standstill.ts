import type { Context } from '../context.js';
import { pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { countLeft, listAgain, MIN_BETWEEN_LISTINGS_MS } from './listings.js';

/** When to list, counted from the answer or from the last listing that was shorter than the one before. */
const LIST_AFTER_MS = [2_000, 4_000, 8_000, 15_000];
/** The history counts as unchanging after this long, or after a multiple of the longest time between two shrinkings. */
export const MIN_STANDSTILL_MS = 15_000;
const STANDSTILL_FACTOR = 3;
const MIN_SPARE_MS = 500;

/** How a history shrinks that the portal is deleting. */
export interface Shrinking {
  /** How many records were left at the last listing. */
  left: number;
  /** The longest time between two listings of which the second one was shorter, in milliseconds. */
  longestGapMs: number;
}

/**
 * Lists the history until it is empty, or has not shrunk for so long that the portal has stopped deleting. A portal goes
 * on after its client or a gateway has given up.
 * @param shrinking is updated
 * @returns whether the deleting has stopped; false: there was no time or no listing to see it
 */
export async function waitForStandstill(context: Context, shrinking: Shrinking): Promise<boolean> {
  const { ledger, log, clock, deadline, budget } = context;
  let shrankAt = clock.monotonicMs();
  let unchanged = 0;
  for (;;) {
    const standstillMs = Math.max(MIN_STANDSTILL_MS, STANDSTILL_FACTOR * shrinking.longestGapMs);
    const sinceMs = clock.monotonicMs() - shrankAt;
    // Clocks are not exact to the millisecond.
    if (sinceMs + 1 >= standstillMs) return true;
    const waitMs = (LIST_AFTER_MS[unchanged] ?? standstillMs) - sinceMs;
    const spareMs = deadline.remainingMs() - 2 * budget.expectedListingMs - MIN_SPARE_MS;
    if (spareMs < MIN_BETWEEN_LISTINGS_MS) return false;
    const isLast = spareMs < waitMs;
    const pauseMs = Math.max(Math.min(waitMs, spareMs), budget.expectedListingMs, MIN_BETWEEN_LISTINGS_MS);
    if (!(await deadline.sleep(pauseMs)) || !(await listAgain(context))) return false;
    const before = shrinking.left;
    shrinking.left = countLeft(ledger);
    if (isLast) return false;
    if (shrinking.left === 0 && (await isStillEmpty(context))) return true;
    if (shrinking.left < before) {
      shrinking.longestGapMs = Math.max(shrinking.longestGapMs, clock.monotonicMs() - shrankAt);
      shrankAt = clock.monotonicMs();
      unchanged = 0;
      shrinking.left = countLeft(ledger);
      log.info(text`The portal is still deleting: ${pluralize(shrinking.left, 'backup')} left.`);
    } else unchanged++;
  }
}

/**
 * Lists an empty history once more, because one empty listing may be a mistake of the portal's.
 * @returns whether it is empty, as far as there is time to see it. If the listing fails, there is no final listing yet
 */
export async function isStillEmpty(context: Context): Promise<boolean> {
  const { deadline, budget } = context;
  const pauseMs = Math.max(MIN_BETWEEN_LISTINGS_MS, budget.expectedListingMs);
  const hasTime = deadline.remainingMs() > pauseMs + budget.expectedListingMs;
  if (!hasTime || !(await deadline.sleep(pauseMs))) return true;
  if (await listAgain(context)) return countLeft(context.ledger) === 0;
  context.ledger.discardVerification();
  return true;
}
