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
    const { perMinute, deletesAtOnce = 15, getsAtOnce = 50, ...headers } = state.options.limits ?? {};
    const now = state.clock.now();
    if (now >= this.#minuteEnds) {
      this.#admitted = 0;
      this.#minuteEnds = now + MINUTE_MS;
    }
    const atOnce = isRead ? getsAtOnce : deletesAtOnce;
    const running = this.#running[isRead ? 'GET' : 'DELETE'];
    if (perMinute !== undefined && this.#admitted >= perMinute) {
      return refusal(perMinute, Math.ceil((this.#minuteEnds - now) / 1000));
    }
    if (running >= atOnce) return refusal(atOnce, 1);
    this.#admitted++;
    this.#running[isRead ? 'GET' : 'DELETE']++;
    if (isRead) state.maxConcurrentGets = Math.max(state.maxConcurrentGets, running + 1);
    return undefined;

    /** @param {number} limit @param {number} seconds */
    function refusal(limit, seconds) {
      state.refused++;
      const { resetHeader, retryAfter } = headers;
      return rateLimited(limit, {
        ...(resetHeader ? { 'X-RateLimit-Reset': String(seconds) } : {}),
        ...(retryAfter ? { 'Retry-After': retryAfter === true ? String(seconds) : retryAfter } : {}),
      });
    }
  }

  /** @param {boolean} isRead */
  leave(isRead) {
    this.#running[isRead ? 'GET' : 'DELETE']--;
  }
}
