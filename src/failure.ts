import type { Printable } from './text.js';

/** An error written for the person who reads the step's log: what happened, where, and what to do. */
export class Failure extends Error {
  constructor(override readonly message: Printable) {
    super(message);
  }
}

/** The action itself stops the run before anything is deleted: an input, a limit or a look ahead says so. */
export class Refusal extends Failure {
  /** @param brief the reason in few words, for the headline: `77 selected, max-deletions allows 20` */
  constructor(
    message: Printable,
    readonly brief?: Printable,
  ) {
    super(message);
  }
}

/** A request was not sent: the run was stopped, or there is no time left for it. */
export class NotSent extends Failure {}

/** The portal's rate limit (HTTP 429) asks to wait longer than the run may take. It would refuse whatever is sent now. */
export class MustWait extends Failure {}

/** A request got no answer that could be used: nobody knows whether the portal carried it out. */
export class NoAnswer extends Failure {
  /**
   * @param mayPass whether the same request may succeed later; not so with a bad certificate
   * @param mayGoOn whether the portal may still be at work on it
   */
  constructor(
    message: Printable,
    readonly mayPass = false,
    readonly mayGoOn = false,
  ) {
    super(message);
  }
}

/** An answer that is no success. */
export class BadAnswer extends Failure {
  /**
   * @param status the HTTP status, such as 403
   * @param verdict what it means for the run
   * @param wait how long the portal asks to wait, in milliseconds
   */
  constructor(
    message: Printable,
    readonly status: number,
    readonly verdict: Verdict,
    readonly wait?: number,
  ) {
    super(message);
  }
}

/**
 * What an answer that is no success means for the run:
 * - `gateway`: not the portal's word, as good as no answer; `gateway-open`: and the portal may still be at work;
 * - `backup`: of a DELETE by id, it concerns that backup alone; `file`: and the portal may have failed at its file, so
 *   that a second DELETE may help; `nothing-left`: and there is nothing left to delete;
 * - `all`: every further request would fail too.
 */
export type Verdict = 'gateway' | 'gateway-open' | 'backup' | 'file' | 'nothing-left' | 'all';
