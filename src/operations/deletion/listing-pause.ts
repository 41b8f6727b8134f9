import { type IdentifiedRecord, isThirdParty, type StorageType } from '../../backups/backup.js';
import type { DeleteOutcome } from '../../portal/answers/outcomes.js';

/** A listing may lag behind a rejection, and must show whether the record is lost. */
const AFTER_REJECTION_MS = 2_000;
/** A third-party storage may refuse requests just after many deletions. A listing then drops records of kept backups. */
const AFTER_THIRD_PARTY_MS = 3_000;
const AFTER_THIRD_PARTY_REJECTION_MS = 10_000;

/** The pause that the deletion of these backups needs before a listing, if nothing is rejected. In milliseconds. */
export function expectedListingPauseMs(selected: readonly IdentifiedRecord[]): number {
  return selected.some(({ storageType }) => isThirdParty(storageType)) ? AFTER_THIRD_PARTY_MS : 0;
}

/** The pause that a listing needs if the deletion of these backups is rejected. In milliseconds. */
export function longestListingPauseMs(selected: readonly IdentifiedRecord[]): number {
  return expectedListingPauseMs(selected) > 0 ? AFTER_THIRD_PARTY_REJECTION_MS : AFTER_REJECTION_MS;
}

/** Tells how long to wait before a listing that follows deletions of single backups. */
export class ListingPause {
  private notBefore = 0;
  private readonly rejecting = new Set<StorageType | undefined>();

  /**
   * Records how a DELETE ended.
   * @param now milliseconds of the run's clock
   * @returns the pause that a listing at this moment would need, in milliseconds
   */
  recordOutcome(type: StorageType | undefined, outcome: DeleteOutcome, now: number): number {
    const isRejected = outcome.kind === 'rejected-by-portal';
    if (isRejected) this.rejecting.add(type);
    const thirdPartyMs = this.rejecting.has(type) ? AFTER_THIRD_PARTY_REJECTION_MS : AFTER_THIRD_PARTY_MS;
    const pauseMs = Math.max(isRejected ? AFTER_REJECTION_MS : 0, isThirdParty(type) ? thirdPartyMs : 0);
    this.notBefore = Math.max(this.notBefore, now + pauseMs);
    return pauseMs;
  }

  remainingMs(now: number): number {
    return Math.max(0, Math.ceil(this.notBefore - now));
  }
}
