import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { MustWait } from '../failure.js';
import { type Printable, say, seconds, wholeSeconds } from '../text.js';
import { type Answer, MOST_AT_ONCE } from './http.js';
import { withJitter } from './retry-timing.js';

/** Without a word of the portal's, each wait is so much longer than the one before, in milliseconds. */
const STEP_MS = 1_000;
/** Less jitter, which makes it 60 s. */
const LONGEST_WAIT_MS = 48_000;
/** With less time left than that, another request would be refused too. */
const SHORTEST_WAIT_MS = 200;

/** The portal's limits of what is under way at once (deletions, and GETs); they end with the requests, soon. */
const LIMITS_AT_ONCE = [15, 50];

/** After so many answers in a row without a refusal, one request more may be under way. */
const ANSWERS_BEFORE_RISE = 50;

/**
 * The portal's rate limit, which is one for all requests: a refused one makes all of them pause together, and go fewer
 * at a time.
 */
export class RateLimit {
  private atOnce = MOST_AT_ONCE;
  private underWay = 0;
  private pausedUntil = 0;
  /**
   * How many pauses there were. A refusal with a ticket from before the last one starts no new pause: it has been
   * waited for.
   */
  private pauses = 0;
  /** How often the portal has refused without naming a time, since something was last answered. */
  private refusals = 0;
  private answers = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly deadline: Deadline,
    private readonly clock: Clock,
    private readonly note: (line: Printable) => void,
  ) {}

  /**
   * Waits until a request may go.
   * @param stopped ends the wait
   * @param longestMs a longer pause is not waited for, in milliseconds
   * @returns the ticket to hand in with `leave`; `undefined` when the request must not go any more
   */
  async enter(stopped?: AbortSignal, longestMs = Number.POSITIVE_INFINITY): Promise<number | undefined> {
    for (;;) {
      const pause = this.pausedUntil - this.clock.now();
      if (pause > 0) {
        if (pause >= longestMs || !(await this.deadline.sleep(pause, stopped))) return undefined;
      } else if (this.underWay >= this.atOnce) {
        await new Promise<void>(resolve => this.waiting.push(resolve));
      } else break;
      if (stopped?.aborted) return undefined;
    }
    this.underWay++;
    return this.pauses;
  }

  /** All who wait look again whether they may go. */
  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /**
   * Takes note of how a request ended.
   * @param ticket what `enter` gave
   * @param answer `undefined`: none
   * @returns whether it was refused, and may be sent again after `enter`
   * @throws MustWait when the portal asks to wait longer than the run may take
   */
  leave(ticket: number, answer: Answer | undefined): boolean {
    this.underWay--;
    try {
      if (answer?.status === 429) {
        this.refuse(ticket, answer);
        return true;
      }
      if (answer) this.accept(ticket);
      return false;
    } finally {
      this.wake();
    }
  }

  private accept(ticket: number): void {
    if (ticket === this.pauses) this.refusals = 0;
    if (++this.answers < ANSWERS_BEFORE_RISE || this.atOnce === MOST_AT_ONCE) return;
    this.answers = 0;
    this.atOnce++;
  }

  private refuse(ticket: number, { where, wait, rateLimit }: Answer): void {
    this.answers = 0;
    this.atOnce = Math.max(1, this.atOnce - 1);
    if (ticket !== this.pauses) return;
    const left = this.deadline.left();
    if ((wait ?? SHORTEST_WAIT_MS) >= left) {
      const why =
        wait === undefined
          ? say`There is no time left to wait`
          : say`It asks to wait ${wholeSeconds(wait)}, for which timeout-seconds leaves no room`;
      throw new MustWait(
        say`HTTP 429 from ${where}: the rate limit of the portal is reached. ${why}. Run again later.`,
      );
    }
    const pause = wait ?? this.growingWait(rateLimit, left);
    this.pauses++;
    this.pausedUntil = this.clock.now() + pause;
    this.note(
      say`${where}: HTTP 429, the rate limit of the portal is reached. All requests wait ${seconds(pause)}.`,
    );
  }

  /** @param left milliseconds that are left of the run; half of them where the wait would not fit */
  private growingWait(rateLimit: number | undefined, left: number): number {
    const isAtOnce = rateLimit !== undefined && LIMITS_AT_ONCE.includes(rateLimit);
    if (!isAtOnce) this.refusals++;
    const steps = isAtOnce ? 1 : this.refusals;
    const wait = withJitter(Math.min(LONGEST_WAIT_MS, STEP_MS * steps));
    return wait < left ? wait : left / 2;
  }
}
