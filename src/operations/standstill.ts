import { countWithoutId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import { pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { listAfterDeletions, MIN_BETWEEN_LISTINGS_MS } from './verify.js';

/** When to list, counted from the answer or from the last listing that was shorter than the one before. */
const LIST_AFTER_MS = [2_000, 4_000, 8_000, 15_000];
/** The history counts as unchanging after this long, or after a multiple of the longest time between two shrinkings. */
export const MIN_STANDSTILL_MS = 15_000;
const STANDSTILL_FACTOR = 3;
const MIN_SPARE_MS = 500;

/**
 * Lists the history until it is empty, or has not shrunk for so long that the portal has stopped deleting. A portal goes
 * on after its client or a gateway has given up.
 * @param before how many records were left at the last listing
 * @returns whether the deleting has stopped; false: the time was up first
 */
export async function waitForStandstill(context: Context, before: number): Promise<boolean> {
  const { ledger, log, clock, deadline, budget } = context;
  let left = before;
  let shrankAt = clock.now();
  let longestGapMs = 0;
  for (let unchanged = 0; ; ) {
    const standstillMs = Math.max(MIN_STANDSTILL_MS, STANDSTILL_FACTOR * longestGapMs);
    const sinceMs = clock.now() - shrankAt;
    // Clocks are not exact to the millisecond.
    if (sinceMs + 1 >= standstillMs) return true;
    const waitMs = (LIST_AFTER_MS[unchanged] ?? standstillMs) - sinceMs;
    const spareMs = deadline.remainingMs() - 2 * budget.expectedListingMs - MIN_SPARE_MS;
    const isLast = spareMs < waitMs;
    if (spareMs < MIN_BETWEEN_LISTINGS_MS) return false;
    const pauseMs = Math.max(Math.min(waitMs, spareMs), budget.expectedListingMs, MIN_BETWEEN_LISTINGS_MS);
    if (!(await deadline.sleep(pauseMs))) return false;
    if (!(await listAgain(context)) || isLast) return false;
    const leftNow = countLeft(ledger);
    // One empty listing may be a mistake of the portal's: it must be empty twice.
    if (leftNow === 0 && (left === 0 || !(await deadline.sleep(MIN_BETWEEN_LISTINGS_MS)))) return true;
    if (leftNow === 0) {
      left = 0;
      continue;
    }
    if (leftNow < left) {
      longestGapMs = Math.max(longestGapMs, clock.now() - shrankAt);
      shrankAt = clock.now();
      unchanged = 0;
      left = leftNow;
      log.info(text`The portal is still deleting: ${pluralize(left, 'backup')} left.`);
    } else unchanged++;
  }
}

/** Lists after deletions. @returns false: the listing failed, and the one before still counts */
export async function listAgain(context: Context): Promise<boolean> {
  const { verification } = context.ledger;
  try {
    await listAfterDeletions(context);
    return true;
  } catch (error) {
    const isUnanswered = error instanceof ActionError && context.ledger.verification === verification;
    if (!isUnanswered || verification.kind === 'none') throw error;
    return false;
  }
}

/** How many records are still listed, with or without a readable id. */
export function countLeft(ledger: Ledger): number {
  const { verification } = ledger;
  const withoutId = verification.kind === 'conclusive' ? countWithoutId(verification.listing) : 0;
  return ledger.withStatus('still-listed').length + withoutId;
}
