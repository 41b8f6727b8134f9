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

/** A history that the portal may still be deleting: a portal goes on after its client or a gateway has given up. */
export class ShrinkingHistory {
  private left: number;
  private longestGapMs = 0;
  /** When the last DELETE was answered, or a listing was last shorter than the one before. */
  private unchangedSince: number;

  /** @param total how many records were listed when the deleting began, as far as is known */
  constructor(
    private readonly context: Context,
    readonly total: number,
  ) {
    this.left = total;
    this.unchangedSince = this.now;
  }

  /** Whether nothing of it is left. If it was empty from the start, nothing can show that. */
  get isDeleted(): boolean {
    return this.total > 0 && this.left === 0;
  }

  /**
   * Lists the history until it is empty, or has not shrunk for so long that the portal has stopped deleting.
   * @returns whether the deleting has stopped; false: there was no time or no listing to see it
   */
  async waitForStandstill(): Promise<boolean> {
    if (this.left === 0) return true;
    const { deadline, budget } = this.context;
    this.unchangedSince = this.now;
    for (let unchanged = 0; ; unchanged++) {
      const standstillMs = Math.max(MIN_STANDSTILL_MS, STANDSTILL_FACTOR * this.longestGapMs);
      const sinceMs = this.now - this.unchangedSince;
      // Clocks are not exact to the millisecond.
      if (sinceMs + 1 >= standstillMs) return true;
      const waitMs = (LIST_AFTER_MS[unchanged] ?? standstillMs) - sinceMs;
      const spareMs = deadline.remainingMs() - 2 * budget.expectedListingMs - MIN_SPARE_MS;
      if (spareMs < MIN_BETWEEN_LISTINGS_MS) return false;
      const isLast = spareMs < waitMs;
      const pauseMs = Math.max(Math.min(waitMs, spareMs), budget.expectedListingMs, MIN_BETWEEN_LISTINGS_MS);
      if (!(await deadline.sleep(pauseMs))) return false;
      const change = await this.list();
      if (change === 'no-listing' || isLast) return false;
      if (this.left === 0) {
        await verifyStillEmpty(this.context);
        this.left = countLeft(this.context.ledger);
        if (this.left === 0) return true;
      }
      if (change === 'shrunk') {
        unchanged = -1;
        this.context.log.info(text`The portal is still deleting: ${pluralize(this.left, 'backup')} left.`);
      }
    }
  }

  /**
   * Lists once.
   * @param mayBeRunning whether the portal may still be deleting: if the history has shrunk, it waits for a standstill
   * @returns false: there was no time or no listing
   */
  async checkStandstill(mayBeRunning: boolean): Promise<boolean> {
    const change = await this.list();
    return change === 'shrunk' && mayBeRunning ? this.waitForStandstill() : change !== 'no-listing';
  }

  private async list(): Promise<'shrunk' | 'unchanged' | 'no-listing'> {
    if (!(await listAgain(this.context))) return 'no-listing';
    const before = this.left;
    this.left = countLeft(this.context.ledger);
    if (this.left >= before) return 'unchanged';
    this.longestGapMs = Math.max(this.longestGapMs, this.now - this.unchangedSince);
    this.unchangedSince = this.now;
    return 'shrunk';
  }

  private get now(): number {
    return this.context.clock.monotonicMs();
  }
}

/**
 * Lists an empty history once more if there is time, because one empty listing may be a mistake of the portal's. If there
 * is no second listing, the empty one does not count either.
 */
export async function verifyStillEmpty(context: Context): Promise<void> {
  const { deadline, budget, ledger } = context;
  const pauseMs = Math.max(MIN_BETWEEN_LISTINGS_MS, budget.expectedListingMs);
  const hasTime = deadline.remainingMs() > pauseMs + budget.expectedListingMs;
  if (!hasTime || !(await deadline.sleep(pauseMs)) || (await listAgain(context))) return;
  if (ledger.verification.kind === 'conclusive') ledger.discardVerification();
}
