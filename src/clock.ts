/** Tells the time and waits. `index.ts` hands it in, so that tests can use their own. */
export interface Clock {
  /** Milliseconds on a clock that never jumps: for durations. */
  monotonicMs(): number;
  /** Milliseconds since 1970 by the machine's clock: for dates. */
  epochMs(): number;
  /**
   * Calls back once, after `ms` milliseconds. The timer keeps the process alive.
   * @returns a function that cancels the timer
   */
  after(ms: number, callback: () => void): () => void;
}

/** Node fires a longer timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
