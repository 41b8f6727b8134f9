// The clock that the stand-in goes by where nobody brings another one.

/** @typedef {import('../../src/clock.js').Clock} Clock */

/** A timer fires up to this much late. */
const TIMER_SLACK_MS = 2;

/** @typedef {{ time: number, callback: () => void }} Entry */

/** Those who wait for the next few milliseconds to pass. @type {Entry[]} */
let waiting = [];

/**
 * It waits by a timer as far as one can be trusted, then by turns of the event loop. Else a benchmark would take the
 * lateness of this process's timers for the portal's latency. Its timers do not keep a process alive whose portal is
 * closed.
 * @type {Clock}
 */
export const preciseClock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(ms, callback) {
    const entry = { time: performance.now() + ms, callback };
    const timer = setTimeout(() => watch(entry), Math.min(ms - TIMER_SLACK_MS, 2 ** 31 - 1)).unref();
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

/** One for all who wait: each by itself would make more garbage than all of the portal's answers. */
function watchAll() {
  const now = performance.now();
  const due = waiting.filter(({ time }) => time <= now);
  waiting = waiting.filter(({ time }) => time > now);
  for (const { callback } of due) callback();
  if (waiting.length > 0) setImmediate(watchAll);
}
