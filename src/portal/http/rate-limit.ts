import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { MAX_CONCURRENT_DELETIONS, OVERDUE_AFTER_MS } from '../../limits.js';
import { formatSeconds, formatWholeSeconds } from '../../text/format.js';
import { type Printable, text } from '../../text/printable.js';
import type { Answer } from '../answers/answer.js';
import { RateLimitError } from '../answers/outcomes.js';
import { withJitter } from '../retry-timing.js';

/** Each pause is this much longer than the one before if the portal names none, in milliseconds. */
const STEP_MS = 1_000;
const MAX_PAUSE_MS = 48_000; // 60 s with the most jitter
/** With less time left than this, another request would be refused too. */
const MIN_TIME_LEFT_MS = 200;

/** The portal's limits of simultaneous requests (deletions, GETs). They end as soon as requests do. */
const CONCURRENCY_LIMITS = [15, 50];

/** After this many answers in a row without a 429, one more simultaneous request is allowed. */
const ANSWERS_BEFORE_RISE = 50;

/** A request that `enter` let go. */
export interface Ticket {
  readonly pauseCount: number;
  /** Stops counting it among those that run at once; a second call does nothing. */
  readonly release: () => void;
}

/**
 * The portal's rate limit, which all requests share: after a 429 all of them pause together, and fewer run at once.
 */
export class RateLimit {
  private limit = MAX_CONCURRENT_DELETIONS;
  private running = 0;
  private pausedUntil = 0;
  /** How many pauses have begun. A 429 to a request from before the latest pause says nothing new, and starts no other. */
  private pauseCount = 0;
  private rateLimitedInARow = 0;
  private answers = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly deadline: Deadline,
    private readonly clock: Clock,
    private readonly note: (line: Printable) => void,
  ) {}

  /**
   * Waits until a request may be sent.
   * @param stopped ends the wait for a pause
   * @param maxMs do not wait for a longer pause than this
   * @returns a ticket for `leave`; `undefined` if the request must not be sent
   */
  async enter(stopped?: AbortSignal, maxMs = Number.POSITIVE_INFINITY): Promise<Ticket | undefined> {
    for (;;) {
      const pauseMs = this.pausedUntil - this.clock.monotonicMs();
      if (pauseMs > 0) {
        if (pauseMs >= maxMs || !(await this.deadline.sleep(pauseMs, stopped))) return undefined;
      } else if (this.running >= this.limit) {
        await new Promise<void>(resolve => this.waiting.push(resolve));
        // The request that made room has ended. Its outcome must be recorded before this one is sent.
        await this.deadline.sleep(0);
      } else {
        break;
      }
      if (stopped?.aborted) return undefined;
    }
    return { pauseCount: this.pauseCount, release: this.countAsRunning() };
  }

  /** @returns a function that ends the counting. A hung request stops counting by itself: the others must not wait for it. */
  private countAsRunning(): () => void {
    const release = () => {
      cancelTimer();
      if (!isCounted) return;
      isCounted = false;
      this.running--;
      this.wakeWaiting();
    };
    let isCounted = true;
    this.running++;
    const cancelTimer = this.clock.after(OVERDUE_AFTER_MS, release);
    return release;
  }

  private wakeWaiting(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /**
   * Records how a request ended.
   * @param ticket from `enter`
   * @param answer `undefined`: none
   * @returns whether the rate limit turned it away, so that it may be sent again after `enter`
   * @throws RateLimitError if the portal asks for a longer wait than the run may take
   */
  leave({ pauseCount, release }: Ticket, answer: Answer | undefined): boolean {
    try {
      if (answer?.status === 429) {
        this.recordRateLimited(pauseCount, answer);
        return true;
      }
      if (answer) this.recordAnswer(pauseCount);
      return false;
    } finally {
      release();
    }
  }

  private recordAnswer(pauseCount: number): void {
    if (pauseCount === this.pauseCount) this.rateLimitedInARow = 0;
    if (++this.answers < ANSWERS_BEFORE_RISE || this.limit === MAX_CONCURRENT_DELETIONS) return;
    this.answers = 0;
    this.limit++;
  }

  private recordRateLimited(pauseCount: number, { where, waitMs, rateLimit }: Answer): void {
    this.answers = 0;
    // Each 429 counts here, also those that share a pause.
    this.limit = Math.max(1, this.limit - 1);
    if (pauseCount !== this.pauseCount) return;
    const remainingMs = this.deadline.remainingMs();
    if ((waitMs ?? MIN_TIME_LEFT_MS) >= remainingMs) {
      const why =
        waitMs === undefined
          ? text`No time is left to wait`
          : text`It asks to wait ${formatWholeSeconds(waitMs)}, which is longer than timeout-seconds allows`;
      throw new RateLimitError(
        text`HTTP 429 from ${where}: the rate limit of the portal is reached. ${why}. Run again later.`,
      );
    }
    const pauseMs = waitMs ?? this.nextPauseMs(rateLimit, remainingMs);
    this.pauseCount++;
    this.pausedUntil = this.clock.monotonicMs() + pauseMs;
    this.note(
      text`${where}: HTTP 429, the rate limit of the portal is reached. All requests wait ${formatSeconds(pauseMs)}.`,
    );
  }

  private nextPauseMs(rateLimit: number | undefined, remainingMs: number): number {
    const isConcurrencyLimit = rateLimit !== undefined && CONCURRENCY_LIMITS.includes(rateLimit);
    if (!isConcurrencyLimit) this.rateLimitedInARow++;
    const steps = isConcurrencyLimit ? 1 : this.rateLimitedInARow;
    const pauseMs = withJitter(Math.min(MAX_PAUSE_MS, STEP_MS * steps));
    return pauseMs < remainingMs ? pauseMs : remainingMs / 2;
  }
}
