/** A listing is due after 1, 3, 6, 12, 18, 24, … second attempts that failed. From 6 on, a success starts again at 3. */
const FIRST_AFTER = 1;
const NEXT_AFTER = 3;
/** Each of the failures between two listings may cost a record. */
const MAX_STEP = 6;
/** A listing is also due after 3, 6, 12, … deletions in a row that, as a gateway says, never reached the portal. */
const AFTER_NOT_RECEIVED = 3;

/** Tells when a listing must show whether a storage type loses records. Each costs the portal work. */
export class LossChecks {
  private failures = 0;
  private afterFailures = FIRST_AFTER;
  private notReceivedInARow = 0;
  private afterNotReceived = AFTER_NOT_RECEIVED;

  get isDue(): boolean {
    return this.failures >= this.afterFailures || this.notReceivedInARow >= this.afterNotReceived;
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
    this.afterNotReceived = AFTER_NOT_RECEIVED;
  }

  recordSuccess(): void {
    if (this.afterFailures <= NEXT_AFTER) return;
    this.afterFailures = NEXT_AFTER;
    this.failures = 0;
  }

  recordListing(): void {
    while (this.failures >= this.afterFailures) {
      this.afterFailures =
        this.afterFailures === FIRST_AFTER
          ? NEXT_AFTER
          : this.afterFailures + Math.min(this.afterFailures, MAX_STEP);
    }
    if (this.notReceivedInARow >= this.afterNotReceived) this.afterNotReceived *= 2;
  }
}
