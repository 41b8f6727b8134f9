import { NotSent } from './failure.js';

/** A longer timer would fire at once. 24.8 days outlast every job. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long requests that are on their way may go on after a cancellation: the runner kills the step 7.5 s after its SIGINT. */
const GRACE_MS = 5_000;

/**
 * The one clock of the run. It ends when `timeout-seconds` have passed or, after a cancellation, when the
 * requests on their way have had their time. Timers keep the process alive, so it cannot end unseen.
 */
export class Deadline {
  readonly #end: number;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param seconds how long the run may take
   * @param cancelled fires when the runner cancels the step
   */
  constructor(
    readonly seconds: number,
    readonly cancelled: AbortSignal,
  ) {
    this.#end = performance.now() + seconds * 1000;
    const over = () => this.#over.abort();
    this.#timer = startTimer(over, seconds * 1000);
    cancelled.addEventListener('abort', () => startTimer(over, GRACE_MS));
  }

  /** Lets the process end. */
  close(): void {
    clearTimeout(this.#timer);
  }

  /** Milliseconds until the deadline; 0 when it has passed. */
  get left(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** @throws NotSent when no request may be sent any more */
  assertOpen(): void {
    if (this.cancelled.aborted) throw new NotSent('The run was cancelled.');
    if (this.left === 0) {
      throw new NotSent(`The deadline of ${this.seconds} s passed. A longer one is set by timeout-seconds.`);
    }
  }

  /** Waits, unless that would outlast the deadline. @returns false, at once or as soon as it is known, when no request may follow */
  async sleep(ms: number): Promise<boolean> {
    if (ms >= this.left) return false;
    await new Promise<void>(resolve => {
      const timer = startTimer(resolve, ms);
      const stop = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.cancelled.aborted) stop();
      else this.cancelled.addEventListener('abort', stop, { once: true });
    });
    return !this.cancelled.aborted;
  }

  /**
   * Runs work that may take `ms` milliseconds at most, and no longer than the run.
   * @returns what the work returns, or `undefined` when its time was over first: its signal has fired then
   */
  async limit<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const limit = new AbortController();
    const end = () => limit.abort();
    const timer = startTimer(end, ms);
    this.#over.signal.addEventListener('abort', end);
    const timeIsOver = new Promise<undefined>(resolve => {
      limit.signal.addEventListener('abort', () => resolve(undefined));
    });
    try {
      return await Promise.race([timeIsOver, work(limit.signal)]);
    } finally {
      clearTimeout(timer);
      this.#over.signal.removeEventListener('abort', end);
    }
  }
}

function startTimer(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
}
