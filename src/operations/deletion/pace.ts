import { MAX_CONCURRENT_DELETIONS } from '../../limits.js';

export const FIRST_REST_MS = 2_000;
const MAX_REST_MS = 30_000;

/** After this many successes, a storage that refused simultaneous deletions gets one more at once. */
const SUCCESSES_BEFORE_RISE = 16;
/** A storage that refuses simultaneous deletions again after a rise gets one at a time. */
const MAX_REJECTIONS_WHILE_CONCURRENT = 2;

/**
 * - `probing`: one at a time, until one is confirmed or rejected.
 * - `fast`: eight at once.
 * - `careful`: after a rejection. One at a time, rests after rejections, and slowly more at once.
 * - `harmless`: eight at once, without rests. A listing showed that rejected backups keep their records.
 */
type Mode = 'probing' | 'fast' | 'careful' | 'harmless';

/** How many deletions a storage type gets at once, and how long it rests after a rejection. */
export class Pace {
  private mode: Mode = 'probing';
  private carefulLimit = 1;
  private successes = 0;
  private successesAtOnce = 0;
  private rejectionsWhileConcurrent = 0;
  private restMs = FIRST_REST_MS;
  private restUntil = 0;
  private mayRest = true;

  get limit(): number {
    if (this.mode === 'probing') return 1;
    return this.mode === 'careful' ? this.carefulLimit : MAX_CONCURRENT_DELETIONS;
  }

  /** Whether no deletion was confirmed or rejected yet. */
  get isProbing(): boolean {
    return this.mode === 'probing';
  }

  /** Whether the storage has carried out simultaneous deletions, as far as is known. */
  get isProven(): boolean {
    return this.successesAtOnce >= MAX_CONCURRENT_DELETIONS;
  }

  /** The rest before the next second attempt, in milliseconds. */
  restLeftMs(now: number): number {
    return this.mayRest && this.mode !== 'harmless' ? Math.max(0, Math.ceil(this.restUntil - now)) : 0;
  }

  /** @param endsRest false for a success beside a rejection: it says nothing about the next attempt */
  recordSuccess(endsRest: boolean): void {
    if (endsRest) this.endRest();
    if (this.limit > 1) this.successesAtOnce++;
    if (this.mode === 'probing') this.mode = 'fast';
    else if (this.mode === 'careful') this.riseSlowly();
  }

  private endRest(): void {
    this.restMs = FIRST_REST_MS;
    this.restUntil = 0;
  }

  private riseSlowly(): void {
    this.successes++;
    const isDue = this.successes % SUCCESSES_BEFORE_RISE === 0;
    if (!isDue || this.rejectionsWhileConcurrent >= MAX_REJECTIONS_WHILE_CONCURRENT) return;
    this.carefulLimit = Math.min(this.carefulLimit + 1, MAX_CONCURRENT_DELETIONS);
  }

  /** Records the first rejection of a backup. */
  recordFirstRejection(now: number): void {
    this.successesAtOnce = 0;
    if (this.mode !== 'harmless') {
      if (this.limit > 1) this.rejectionsWhileConcurrent++;
      this.successes = 0;
      this.slowDown();
    }
    this.restUntil = now + this.restMs;
  }

  /** Records that a further attempt was rejected too. */
  recordRepeatedRejection(now: number): void {
    if (this.mode === 'harmless') return;
    this.restMs = Math.min(this.restMs * 2, MAX_REST_MS);
    this.restUntil = now + this.restMs;
  }

  slowDown(): void {
    this.mode = 'careful';
    this.carefulLimit = 1;
  }

  /** Records that rejections cost no records. */
  recordHarmless(): void {
    this.mode = 'harmless';
    this.endRest();
  }

  /** Records that no rejection is left, so nothing is known of the next one. */
  recordRecovered(): void {
    if (this.mode === 'harmless') this.mode = 'fast';
  }

  stopResting(): void {
    this.mayRest = false;
  }
}
