import { ActionError } from '../errors.js';
import type { Printable } from '../text/printable.js';
import type { OutcomeKind } from './outcomes.js';

/** A request was not sent: the run was stopped, or no time is left. */
export class NotSentError extends ActionError {}

/** The rate limit (HTTP 429) asks for a longer wait than the run may take. It would refuse every request until then. */
export class RateLimitError extends ActionError {}

/** A request that was sent and did not succeed. */
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
  /** @param isRetryable whether the same request may succeed later */
  constructor(
    message: Printable,
    kind: OutcomeKind,
    readonly isRetryable: boolean = isUnanswered(kind),
  ) {
    super(message, kind);
  }
}

/** An answer that is no success. */
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

function isUnanswered(kind: OutcomeKind): boolean {
  return kind === 'not-received' || kind === 'unanswered';
}
