/**
 * A listing must show whether records are lost after this many backups whose second attempt failed too: after the first,
 * then after three, and then after twice as many each time. A success after that starts again at three.
 */
const FIRST_CHECK_AFTER = 1;
const NEXT_CHECK_AFTER = 3;
/** It must also show that after this many deletions in a row that the portal did not get, as something in front says. */
const CHECK_AFTER_NOT_RECEIVED = 3;

/** Tells when a listing must show whether a storage type loses records. */
export class LossChecks {
  private failures = 0;
  private checkAfter = FIRST_CHECK_AFTER;
  private notReceivedInARow = 0;

  get isDue(): boolean {
    return this.hasManyFailures || this.notReceivedInARow >= CHECK_AFTER_NOT_RECEIVED;
  }

  private get hasManyFailures(): boolean {
    return this.failures >= this.checkAfter;
  }

  /** Records that the second attempt of a backup failed too. */
  recordFailure(): void {
    this.failures++;
  }

  recordNotReceived(): void {
    this.notReceivedInARow++;
  }

  /** Records that the portal got a deletion, or may have got it. */
  recordReceived(): void {
    this.notReceivedInARow = 0;
  }

  recordSuccess(): void {
    if (this.checkAfter <= NEXT_CHECK_AFTER) return;
    this.checkAfter = NEXT_CHECK_AFTER;
    this.failures = 0;
  }

  recordListing(): void {
    if (this.hasManyFailures)
      this.checkAfter = this.checkAfter === FIRST_CHECK_AFTER ? NEXT_CHECK_AFTER : this.checkAfter * 2;
    this.notReceivedInARow = 0;
  }
}
