import type { Clock } from './clock.js';

/**
 * How long requests may go on after a stop. The runner sends SIGTERM 7.5 s after its SIGINT, and kills the process 2.5 s
 * later.
 */
export const GRACE_MS = 5_000;

/** The time that a run may take. No `sleep` outlasts it or a stop. */
export class Deadline {
  private readonly endsAt: number;
  /** Not a Set: V8 keeps old tables of one that grows and shrinks, and with them the memory of every request. */
  private readonly requestEndings: (() => void)[] = [];
  private readonly waitEndings = new Set<() => void>();

  /**
   * Starts the clock.
   * @param seconds how long the run may take from now
   * @param stop fires when the run must end early: the runner cancels the step, or an unexpected error occurred
   */
  constructor(
    readonly seconds: number,
    readonly stop: AbortSignal,
    private readonly clock: Clock,
  ) {
    this.endsAt = clock.monotonicMs() + seconds * 1000;
    stop.addEventListener('abort', () => {
      for (const end of this.waitEndings) end();
      clock.after(GRACE_MS, () => {
        for (const end of this.requestEndings) end();
      });
    });
  }

  /** Whole milliseconds until the deadline; 0 when it has passed. */
  remainingMs(): number {
    return Math.max(0, Math.floor(this.endsAt - this.clock.monotonicMs()));
  }

  /**
   * Waits, unless the wait would outlast the deadline.
   * @param stopped also ends the wait
   * @returns whether requests may follow; false at once where they may not
   */
  async sleep(ms: number, stopped?: AbortSignal): Promise<boolean> {
    const isStopped = () => this.stop.aborted || stopped?.aborted === true;
    if (ms >= this.remainingMs() || isStopped()) return false;
    await new Promise<void>(resolve => {
      const end = () => {
        cancelTimer();
        this.waitEndings.delete(end);
        stopped?.removeEventListener('abort', end);
        resolve();
      };
      const cancelTimer = this.clock.after(ms, end);
      this.waitEndings.add(end);
      stopped?.addEventListener('abort', end);
    });
    return !isStopped();
  }

  /**
   * Runs work that may take `ms` milliseconds, and only `GRACE_MS` more after a stop.
   * @param work should end when its signal fires; nobody waits for it then
   * @returns the result of the work, or `undefined` if the time was up first
   */
  withTimeout<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      const end = () => {
        resolve(undefined);
        controller.abort();
      };
      const cancelTimer = this.clock.after(ms, end);
      this.requestEndings.push(end);
      work(controller.signal)
        .then(resolve, reject)
        .finally(() => {
          cancelTimer();
          this.requestEndings.splice(this.requestEndings.indexOf(end), 1);
        });
    });
  }
}
