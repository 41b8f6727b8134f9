import type { Clock } from './clock.js';
import { NotSent } from './failure.js';
import { say } from './text.js';

/**
 * How long requests that are on their way may go on after a stop: 7.5 s after its SIGINT the runner sends SIGTERM,
 * 2.5 s later it kills.
 */
export const GRACE_MS = 5_000;

/** Longest time that a DELETE of one backup may take before it counts as hung. */
const LONGEST_DELETION_MS = 100_000;

/** Of so many deletions the longest tells how long the next may take. */
const REMEMBERED = 16;

/**
 * The time that a run may take. Nothing waits past it or past a stop: for what others do, `limit`; for time to pass,
 * `sleep`.
 */
export class Deadline {
  private readonly endsAt: number;
  /** The longest listing so far, in milliseconds. */
  private listingTook = 0;
  private readonly deletionsTook: number[] = [];
  /**
   * What ends the requests on their way. Not a Set: V8 keeps the old tables of one that grows and shrinks, and with
   * them each request.
   */
  private readonly underWay: (() => void)[] = [];
  /** What ends the waits. A listener for each would be more than Node takes without a warning. */
  private readonly asleep = new Set<() => void>();
  /** Used again: with one for each request, ten thousand of them take 3 MiB more. */
  private readonly idle: AbortController[] = [];

  /**
   * Starts the clock.
   * @param seconds how long the run may take from now
   * @param stop fires when the run is to end early: the runner cancels the step, or an error has escaped
   */
  constructor(
    readonly seconds: number,
    readonly stop: AbortSignal,
    private readonly clock: Clock,
  ) {
    this.endsAt = clock.now() + seconds * 1000;
    stop.addEventListener('abort', () => {
      for (const wake of this.asleep) wake();
      clock.after(GRACE_MS, () => {
        for (const end of this.underWay) end();
      });
    });
  }

  /** Milliseconds until the deadline; 0 when it has passed. */
  left(): number {
    return Math.max(0, this.endsAt - this.clock.now());
  }

  /** @param took milliseconds that a listing took */
  rememberListing(took: number): void {
    this.listingTook = Math.max(this.listingTook, took);
  }

  /**
   * @returns `undefined` when a closing listing still fits; else how long one took (milliseconds), and a
   * `timeout-seconds` that would do
   */
  lackOfTime(): { listingTook: number; secondsThatWouldDo: number } | undefined {
    if (this.leftForDeletions() > 0) return undefined;
    const used = this.seconds * 1000 - this.left();
    return {
      listingTook: this.listingTook,
      secondsThatWouldDo: Math.ceil((used + 2 * this.room) / 1000) + 10,
    };
  }

  /** How long a listing may take, by those so far, in milliseconds. */
  get listingMs(): number {
    return this.listingTook * 1.25;
  }

  /** Time kept free at the end for the closing listing: what one has taken so far, and some more. */
  private get room(): number {
    return this.listingTook * 1.5 + 500;
  }

  /** Milliseconds until the closing listing must begin; 0 when that has passed. */
  leftForDeletions(): number {
    return Math.max(0, this.left() - this.room);
  }

  /**
   * How long an attempt to delete one backup may take, in milliseconds: the shortest of 100 s, half of the time left,
   * and all that is not kept free for the closing listing.
   */
  deletionLimit(): number {
    return Math.min(LONGEST_DELETION_MS, this.left() / 2, this.leftForDeletions());
  }

  /** Whether a deletion that is started now can end in time, by the times seen so far. None is given more than 100 s. */
  hasTimeForDeletion(): boolean {
    const needed = 1.25 * Math.max(0, ...this.deletionsTook);
    return this.deletionLimit() >= LONGEST_DELETION_MS || this.deletionLimit() > needed;
  }

  /** @param took milliseconds that an answered DELETE of one backup took */
  rememberDeletion(took: number): void {
    this.deletionsTook.push(took);
    if (this.deletionsTook.length > REMEMBERED) this.deletionsTook.shift();
  }

  /** @throws NotSent when no request may be sent any more */
  assertOpen(): void {
    if (this.stop.aborted) throw new NotSent(say`The run was stopped.`);
    if (this.left() > 0) return;
    throw new NotSent(say`The deadline of ${this.seconds} s has passed. Raise timeout-seconds.`);
  }

  /**
   * Waits, unless that would outlast the deadline.
   * @param stopped ends the wait too
   * @returns false, as soon as it is known, when no request may follow
   */
  async sleep(ms: number, stopped?: AbortSignal): Promise<boolean> {
    const isStopped = () => this.stop.aborted || stopped?.aborted === true;
    if (ms >= this.left() || isStopped()) return false;
    await new Promise<void>(resolve => {
      const end = () => {
        cancelTimer();
        this.asleep.delete(end);
        stopped?.removeEventListener('abort', end);
        resolve();
      };
      const cancelTimer = this.clock.after(ms, end);
      this.asleep.add(end);
      stopped?.addEventListener('abort', end);
    });
    return !isStopped();
  }

  /**
   * Runs work that may take `ms` milliseconds at most and, after a stop, a few seconds more.
   * @param work should end when its signal fires; it is not waited for
   * @returns what the work returns, or `undefined` when its time was up
   */
  limit<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const controller = this.idle.pop() ?? new AbortController();
      const end = () => {
        resolve(undefined);
        controller.abort();
      };
      const cancelTimer = this.clock.after(ms, end);
      this.underWay.push(end);
      work(controller.signal)
        .then(resolve, reject)
        .finally(() => {
          cancelTimer();
          this.underWay.splice(this.underWay.indexOf(end), 1);
          if (!controller.signal.aborted) this.idle.push(controller);
        });
    });
  }
}
