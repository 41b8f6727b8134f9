import type { Deadline } from './deadline.js';

/** A DELETE of one backup that takes longer counts as hung. */
const MAX_DELETION_MS = 100_000;

/** The slowest of this many deletions predicts the next. */
const REMEMBERED_DELETIONS = 16;

/** Sets time aside for the final listing, by how long requests have taken so far. */
export class TimeBudget {
  /** The slowest listing so far, in milliseconds. */
  private slowestListingMs = 0;
  private readonly deletionsMs: number[] = [];

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

  /** How long a listing may take, by those so far, in milliseconds. */
  get expectedListingMs(): number {
    return this.slowestListingMs * 1.25;
  }

  private get reservedMs(): number {
    return this.slowestListingMs * 1.5 + 500;
  }

  /** Milliseconds until the final listing must begin; 0 when that time has passed. */
  remainingForDeletionsMs(): number {
    return Math.max(0, this.deadline.remainingMs() - this.reservedMs);
  }

  /**
   * @returns `undefined` if a final listing still fits; else how long a listing took (milliseconds), and a
   * `timeout-seconds` that is long enough
   */
  timeShortage(): { listingMs: number; suggestedSeconds: number } | undefined {
    if (this.remainingForDeletionsMs() > 0) return undefined;
    const usedMs = this.deadline.seconds * 1000 - this.deadline.remainingMs();
    return {
      listingMs: this.slowestListingMs,
      suggestedSeconds: Math.ceil((usedMs + 2 * this.reservedMs) / 1000) + 10,
    };
  }

  /** How long an attempt to delete one backup may take, in milliseconds. */
  maxDeletionMs(): number {
    return Math.min(MAX_DELETION_MS, this.deadline.remainingMs() / 2, this.remainingForDeletionsMs());
  }

  /** Whether a deletion that starts now can end in time, by the times seen so far. */
  hasTimeForDeletion(): boolean {
    const expectedMs = 1.25 * Math.max(0, ...this.deletionsMs);
    return this.maxDeletionMs() >= MAX_DELETION_MS || this.maxDeletionMs() > expectedMs;
  }
}
