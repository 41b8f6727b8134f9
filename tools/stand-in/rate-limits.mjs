// How many requests a portal admits: at once, and in a minute.

import { rateLimited } from './answers.mjs';

const MINUTE_MS = 60_000;

export class RateLimits {
  #running = { DELETE: 0, GET: 0 };
  #admitted = 0;
  #minuteEnds = Number.NEGATIVE_INFINITY;

  /**
   * Admits a request or refuses it. Nothing is queued.
   * @param {import('./state.mjs').State} state @param {boolean} isRead
   * @returns {import('./answers.mjs').Answer | undefined} the refusal
   */
  refuse(state, isRead) {
    const { limits = {} } = state.options;
    const { perMinute = Number.POSITIVE_INFINITY, deletesAtOnce = 15, getsAtOnce = 50 } = limits;
    const now = state.clock.monotonicMs();
    if (now >= this.#minuteEnds) {
      this.#admitted = 0;
      this.#minuteEnds = now + MINUTE_MS;
    }
    const atOnce = isRead ? getsAtOnce : deletesAtOnce;
    const running = this.#running[isRead ? 'GET' : 'DELETE'];
    const isMinuteFull = this.#admitted >= perMinute;
    if (isMinuteFull || running >= atOnce) {
      state.refused++;
      const seconds = String(isMinuteFull ? Math.ceil((this.#minuteEnds - now) / 1000) : 1);
      const { resetHeader, retryAfter } = limits;
      return rateLimited(isMinuteFull ? perMinute : atOnce, {
        ...(resetHeader ? { 'X-RateLimit-Reset': seconds } : {}),
        ...(retryAfter ? { 'Retry-After': retryAfter === true ? seconds : retryAfter } : {}),
      });
    }
    this.#admitted++;
    this.#running[isRead ? 'GET' : 'DELETE']++;
    if (isRead) state.maxConcurrentGets = Math.max(state.maxConcurrentGets, running + 1);
    return undefined;
  }

  /** @param {boolean} isRead */
  leave(isRead) {
    this.#running[isRead ? 'GET' : 'DELETE']--;
  }
}
