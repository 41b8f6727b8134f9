import type { HistoryRecord, StorageType } from '../../backups/backup.js';
import type { Context } from '../../context.js';
import { OVERDUE_AFTER_MS } from '../../limits.js';
import { type DeleteOutcome, HeldBackError, NotSentError } from '../../portal/answers/outcomes.js';
import { text } from '../../text/printable.js';
import { listAfterDeletions } from '../listings.js';
import { ListingPause } from './listing-pause.js';

/** Lists the history between and after deletions, once no storage needs a pause any more. */
export class SafeListings {
  /** Whether a listing failed, or had no time. Listings are expensive, so no other one is tried then. */
  hasFailed = false;
  private readonly pause = new ListingPause();
  private ended = 0;
  private endedBeforeLast = 0;

  /** @param waitForThirdParties waits until no deletion runs in a third-party storage */
  constructor(
    private readonly context: Context,
    private readonly waitForThirdParties: () => Promise<unknown>,
  ) {}

  /** Records that a deletion has ended. @param outcome `undefined`: it was not sent */
  recordEnd(type: StorageType | undefined, outcome: DeleteOutcome | undefined): void {
    this.ended++;
    if (outcome) this.context.budget.reserveListingPause(this.pause.recordOutcome(type, outcome, this.now));
  }

  /** Whether a deletion has ended since the last listing was requested. The listing may or may not show it. */
  get isOutdated(): boolean {
    return this.ended !== this.endedBeforeLast;
  }

  /**
   * Takes a listing. If a storage needs another pause while it waits for the rate limit, it is not sent before that.
   * @throws ActionError if there is none, or it is inconclusive
   */
  async take(): Promise<readonly HistoryRecord[]> {
    const options = {
      isStillWanted: () => this.pauseLeftMs === 0,
      onSend: () => {
        this.endedBeforeLast = this.ended;
      },
    };
    for (;;) {
      try {
        await this.waitForPause();
        return await listAfterDeletions(this.context, options);
      } catch (error) {
        if (error instanceof HeldBackError) continue;
        this.hasFailed = this.context.ledger.verification.kind !== 'inconclusive';
        throw error;
      }
    }
  }

  /** @throws NotSentError if there is no time for the pause: the listing could drop records */
  private async waitForPause(): Promise<void> {
    const { deadline } = this.context;
    // A listing during a deletion could drop records too.
    const maxMs = Math.min(OVERDUE_AFTER_MS, deadline.remainingMs());
    await deadline.withTimeout(maxMs, this.waitForThirdParties);
    // A hung deletion that ends meanwhile extends the pause.
    while (this.pauseLeftMs > 0 && (await deadline.sleep(this.pauseLeftMs)));
    if (this.pauseLeftMs === 0 || deadline.stop.aborted) return;
    throw new NotSentError(
      text`No time is left for another listing, which must wait until the storage has recovered from the deletions. Raise timeout-seconds.`,
    );
  }

  private get pauseLeftMs(): number {
    return this.pause.remainingMs(this.now);
  }

  private get now(): number {
    return this.context.clock.monotonicMs();
  }
}
