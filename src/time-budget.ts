import type { Deadline } from './deadline.js';

/** A DELETE of one backup that takes longer counts as hung. */
export const MAX_DELETION_MS = 100_000;

/** The 90th percentile of the last 64 deletions predicts the next one. */
const EXPECTED_SHARE = 0.9;
const REMEMBERED_DELETIONS = 64;
/** The last deletions tell most about the storage type that is worked on now. */
const RECENT_DELETIONS = 8;

/** A listing may take this much longer than the slowest so far; after many deletions, it may take half as long again. */
const LISTING_MARGIN = 1.25;
const RESERVE_MARGIN = 1.5;
const FIXED_RESERVE_MS = 500;

/** Sets time aside for the final listing, by how long requests have taken so far. */
export class TimeBudget {
  private slowestListingMs = 0;
  private readonly deletionsMs: number[] = [];
  private listingPauseMs = 0;
  private isListingReleased = false;

  constructor(private readonly deadline: Deadline) {}

  /** @param ms how long a listing took */
  recordListing(ms: number): void {
    this.slowestListingMs = Math.max(this.slowestListingMs, ms);
  }

  /** @param ms how long an answered DELETE of one backup took */
  recordDeletion(ms: number): void {
    this.deletionsMs.push(ms);
    if (this.deletionsMs.length > REMEMBERED_DELETIONS) this.deletionsMs.shift();
  }

  /** @param ms the longest pause that is needed before the final listing, by what is known now */
  reserveListingPause(ms: number): void {
    this.listingPauseMs = Math.max(this.listingPauseMs, ms);
  }

  /** No final listing will be taken: its time may be used. */
  releaseListing(): void {
    this.isListingReleased = true;
  }

  /** How long a listing may take, by those so far, in milliseconds. */
  get expectedListingMs(): number {
    return this.slowestListingMs * LISTING_MARGIN;
  }

  private reservedMs(listingPauseMs = 0): number {
    if (this.isListingReleased) return FIXED_RESERVE_MS;
    const pauseMs = Math.max(this.listingPauseMs, listingPauseMs);
    return this.slowestListingMs * RESERVE_MARGIN + FIXED_RESERVE_MS + pauseMs;
  }

  /**
   * @param listingPauseMs a pause before that listing, if it is longer than the reserved one
   * @returns whole milliseconds until the final listing must begin; 0 when that time has passed
   */
  remainingForDeletionsMs(listingPauseMs = 0): number {
    return Math.max(0, Math.floor(this.deadline.remainingMs() - this.reservedMs(listingPauseMs)));
  }

  /**
   * @returns `undefined` if a final listing still fits; else how long a listing took and how long the pause before it is
   * (milliseconds), and a `timeout-seconds` that is long enough
   */
  timeShortage(): { listingMs: number; pauseMs: number; suggestedSeconds: number } | undefined {
    if (this.remainingForDeletionsMs() > 0) return undefined;
    const usedMs = this.deadline.seconds * 1000 - this.deadline.remainingMs();
    return {
      listingMs: this.slowestListingMs,
      pauseMs: this.listingPauseMs,
      suggestedSeconds: Math.ceil((usedMs + 2 * this.reservedMs()) / 1000) + 10,
    };
  }

  /** How long the slowest of the last deletions took, in milliseconds; never 0. */
  get slowestRecentDeletionMs(): number {
    return Math.max(1, ...this.deletionsMs.slice(-RECENT_DELETIONS));
  }

  deletionTimeoutMs(): number {
    return Math.min(MAX_DELETION_MS, this.remainingForDeletionsMs());
  }

  /** Whether a deletion that starts now can end in time, by the times seen so far. */
  hasTimeForDeletion(): boolean {
    const maxMs = this.deletionTimeoutMs();
    if (maxMs >= MAX_DELETION_MS) return true;
    const sorted = this.deletionsMs.toSorted((a, b) => a - b);
    return maxMs > (sorted[Math.ceil(EXPECTED_SHARE * sorted.length) - 1] ?? 0);
  }
}
