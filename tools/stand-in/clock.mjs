// The clock of a stand-in that is given no other.

/** @typedef {import('../../src/clock.js').Clock} Clock */

/** How late a timer may fire. */
const TIMER_SLACK_MS = 2;

/** @typedef {{ time: number, callback: () => void }} Entry */

/** Entries that are due within a few milliseconds. @type {Entry[]} */
let waiting = [];

/**
 * Uses a timer until shortly before the time, then the event loop. A benchmark would otherwise count late timers as the
 * portal's latency. The timers do not keep the process alive.
 * @type {Clock}
 */
export const preciseClock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after(ms, callback) {
    const entry = { time: performance.now() + ms, callback };
    const timerMs = Math.max(0, Math.min(ms - TIMER_SLACK_MS, 2 ** 31 - 1));
    const timer = setTimeout(() => watch(entry), timerMs).unref();
    return () => {
      clearTimeout(timer);
      waiting = waiting.filter(other => other !== entry);
    };
  },
};

/** @param {Entry} entry */
function watch(entry) {
  if (performance.now() >= entry.time) entry.callback();
  else if (waiting.push(entry) === 1) setImmediate(watchAll);
}

/** One callback for all entries: one for each would make more garbage than all answers do. */
function watchAll() {
  const now = performance.now();
  const due = waiting.filter(({ time }) => time <= now);
  waiting = waiting.filter(({ time }) => time > now);
  for (const { callback } of due) callback();
  if (waiting.length > 0) setImmediate(watchAll);
}
