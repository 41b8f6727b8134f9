import { NotSent } from './failure.js';

/** In milliseconds. A longer timer would fire at once; 24.8 days outlast every job. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long requests that are on their way may go on after a cancellation: 7.5 s after its SIGINT the runner sends SIGTERM, 2.5 s later it kills. */
const GRACE_MS = 5_000;

/** The one clock of a run. All waiting is done here, on timers that keep the process alive, so it cannot end unseen. */
export interface Deadline {
  /** How long the run may take. */
  seconds: number;
  /** Fires when the runner cancels the step. */
  cancelled: AbortSignal;
  /** Milliseconds until the deadline; 0 when it has passed. */
  left(): number;
  /** @throws NotSent when no request may be sent any more */
  assertOpen(): void;
  /**
   * Waits, unless that would outlast the deadline.
   * @param stopped ends the wait, as a cancellation does
   * @returns false, as soon as it is known, when no request may follow
   */
  sleep(ms: number, stopped?: AbortSignal): Promise<boolean>;
  /**
   * Runs work that may take `ms` milliseconds at most and, after a cancellation, a few seconds more.
   * @param work should end when its signal fires; it is not waited for
   * @returns what the work returns, or `undefined` when its time was up
   */
  limit<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
}

/**
 * Starts the clock.
 * @param seconds how long the run may take from now
 * @param cancelled fires when the runner cancels the step
 */
export function startDeadline(seconds: number, cancelled: AbortSignal): Deadline {
  const endsAt = now() + seconds * 1000;
  const left = () => Math.max(0, endsAt - now());
  /**
   * What ends the work under way. Not a Set: each time one grows or is cleared out, V8 makes a new table and leaves the
   * old one pointing to it, so that one old table keeps the requests of all later ones in memory.
   */
  const running: (() => void)[] = [];
  /** Used again: with one for each, ten thousand requests would take 3 MiB more. */
  const idle: AbortController[] = [];
  cancelled.addEventListener('abort', () => {
    startTimer(() => {
      for (const end of running) end();
    }, GRACE_MS);
  });

  return {
    seconds,
    cancelled,
    left,
    assertOpen() {
      if (cancelled.aborted) throw new NotSent('The run was cancelled.');
      if (left() > 0) return;
      throw new NotSent(`The deadline of ${seconds} s passed. Raise timeout-seconds.`);
    },
    async sleep(ms, stopped = cancelled) {
      if (ms >= left()) return false;
      const over = AbortSignal.any([cancelled, stopped]);
      await new Promise<void>(resolve => {
        const timer = startTimer(resolve, over.aborted ? 0 : ms);
        over.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      return !over.aborted;
    },
    limit: (ms, work) =>
      new Promise((resolve, reject) => {
        const controller = idle.pop() ?? new AbortController();
        function end(): void {
          resolve(undefined);
          controller.abort();
        }
        const timer = startTimer(end, ms);
        running.push(end);
        work(controller.signal)
          .then(resolve, reject)
          .finally(() => {
            clearTimeout(timer);
            running.splice(running.indexOf(end), 1);
            if (!controller.signal.aborted) idle.push(controller);
          });
      }),
  };
}

/** Milliseconds on a clock that nobody can set. `performance.now()` would do, but takes ten modules and 2 ms to load. */
export function now(): number {
  return process.uptime() * 1000;
}

function startTimer(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
}
