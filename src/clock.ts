/** What tells the time and waits. It comes in from `index`, so that tests can bring one that they turn by hand. */
export interface Clock {
  /** Milliseconds on a clock that nobody can set: for durations. */
  now(): number;
  /** Milliseconds since 1970 by the machine's clock: for dates. */
  date(): number;
  /**
   * Calls back once, after `ms` milliseconds. The timer keeps the process alive, so that no wait ends unseen.
   * @returns cancels the timer
   */
  after(ms: number, callback: () => void): () => void;
}

/** In milliseconds. Node fires a longer timer at once; 24.8 days outlast every job. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  // performance.now() would do, but takes ten modules and 2 ms to load.
  now: () => process.uptime() * 1000,
  date: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
