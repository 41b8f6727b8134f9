// A request to the portal, its answer, and the work in between.

import { ANSWERS, answer, envelope, saysDone } from './answers.mjs';
import { answerBeforeWork } from './routes.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */

export class Exchange {
  /** The answer, or its rest, will not come. */
  hangs = false;
  /** The portal works on after the answer. */
  goesOn = false;
  /** The portal has nothing left to do for this backup, or says so. After an error, other requests may go on. */
  isDone = false;
  /** What a fault adds to the time for each record. */
  extraMs = 0;
  /** A fault stops the portal after the record. */
  keepsFile = false;
  #pauses = 0;

  /**
   * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
   * @param {import('./state.mjs').State} state @param {import('./rate-limits.mjs').RateLimits} limits
   * @param {boolean} isReused whether its connection carried another request before
   */
  constructor(request, response, state, limits, isReused) {
    this.request = request;
    this.response = response;
    this.state = state;
    this.limits = limits;
    this.isReused = isReused;
    this.arrivedAt = state.clock.monotonicMs();
    this.isRead = request.method === 'GET';
    const path = request.url ?? '';
    /** What the request is about: the id of a backup, or a path. */
    this.target = (/\/deletebackup\/([^/?]*)/i.exec(path)?.[1] ?? path).toLowerCase();
  }

  /** Whether nothing happens until time passes. A clock that tests turn by hand needs to know. */
  get isParked() {
    return !this.response.writableEnded && (this.hangs || this.#pauses > 0);
  }

  /** Waits by the portal's clock. @param {number} ms */
  async pause(ms) {
    if (ms <= 0) return;
    this.#pauses++;
    await new Promise(resolve => this.state.clock.after(ms, () => resolve(undefined)));
    this.#pauses--;
  }

  /**
   * The result of some work, or undefined when it takes longer.
   * @template T @param {number} ms @param {Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async atMost(ms, work) {
    this.#pauses++;
    let cancel = () => {};
    /** @type {Promise<undefined>} */
    const timeout = new Promise(resolve => {
      cancel = this.state.clock.after(ms, () => resolve(undefined));
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      cancel();
      this.#pauses--;
    }
  }

  /** Waits until the answer is due. */
  async waitForLatency() {
    const { latencyMs = 0 } = this.state.options;
    await this.pause(this.arrivedAt + latencyMs - this.state.clock.monotonicMs());
  }

  /** Does what the request asks for. @returns {Promise<Answer>} */
  async carryOut() {
    const { state, limits, isRead } = this;
    const refusal = answerBeforeWork(state.options, this.request) ?? limits.refuse(state, isRead);
    if (refusal) return refusal;
    try {
      const result = await this.#work();
      this.isDone = saysDone(result);
      await this.waitForLatency();
      return result;
    } finally {
      limits.leave(isRead);
    }
  }

  /** Lets the portal work on, although nobody waits for the answer. @param {Promise<unknown>} work */
  goOn(work) {
    this.goesOn = true;
    void work.then(() => this.state.end(this));
  }

  /** @returns {Promise<Answer>} */
  async #work() {
    const { state, request } = this;
    const url = new URL(request.url ?? '', `http://${request.headers.host ?? 'portal.example'}`);
    const link = { href: url.href, action: request.method ?? '' };
    const [name = '', id = ''] = url.pathname.split('/').slice(4);
    const call = name.toLowerCase();
    if (call === '@self') return answer(200, envelope(state.describeKey(), link));
    if (call === 'deletebackup') return state.deleteOne(id, this);

    const dump = [...url.searchParams].find(([key]) => key.toLowerCase() === 'dump')?.[1] ?? 'false';
    if (!/^(true|false)$/i.test(dump)) return ANSWERS['bad-request'];
    const store = dump.toLowerCase() === 'true' && !state.options.old ? 'dumps' : 'own';
    if (store === 'dumps' && !state.options.standalone) return ANSWERS['access-denied'];
    switch (call) {
      case 'getbackuphistory':
        return answer(200, envelope(await state.list(store, this), link, state.options.total));
      case 'getbackupschedule':
        return answer(200, envelope(state.schedule[store], link));
      case 'deletebackupschedule':
        return answer(200, envelope(await state.deleteSchedule(store, this), link));
      default:
        return answer(200, envelope(await state.deleteHistory(store, this), link));
    }
  }
}
