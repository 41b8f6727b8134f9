import { ActionError } from '../../errors.js';
import type { Printable } from '../../text/printable.js';
import { gotNoAnswer, type OutcomeKind } from './outcomes.js';

/** A request was not sent: the run was stopped, or no time is left. */
export class NotSentError extends ActionError {}

/** A request was not sent because it is not wanted any more, or not now. */
export class HeldBackError extends NotSentError {}

export class RequestError extends ActionError {
  /** @param kind what it means for a DELETE */
  constructor(
    message: Printable,
    readonly kind: OutcomeKind,
  ) {
    super(message);
  }
}

/** A request that got no usable answer. */
export class NoAnswerError extends RequestError {
  /**
   * @param isRetryable whether the same request may succeed later
   */
  constructor(
    message: Printable,
    kind: OutcomeKind,
    readonly isRetryable: boolean = gotNoAnswer(kind),
    readonly reason?: 'timeout' | 'lost' | 'lost-on-used-connection',
  ) {
    super(message, kind);
  }
}

export class ResponseError extends RequestError {
  /**
   * @param status the HTTP status, such as 403
   * @param waitMs how long the answer asks to wait
   */
  constructor(
    message: Printable,
    kind: OutcomeKind,
    readonly status: number,
    readonly waitMs?: number,
  ) {
    super(message, kind);
  }
}

/** The rate limit (HTTP 429) asks for a longer wait than the run may take. It would refuse every request until then. */
export class RateLimitError extends RequestError {
  /** @param mayBeRunning whether the portal may still be working on an earlier attempt */
  constructor(
    message: Printable,
    readonly mayBeRunning: boolean = false,
  ) {
    super(message, 'rejected-for-all');
  }
}
