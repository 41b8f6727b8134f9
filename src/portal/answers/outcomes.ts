import { ActionError } from '../../errors.js';
import type { Printable } from '../../text/printable.js';

/**
 * What one answer, or none, means for a DELETE, and what follows for a DELETE of one backup:
 *
 * | kind | meaning | what follows |
 * | --- | --- | --- |
 * | `confirmed` | the portal reported success, or that nothing is left to delete | |
 * | `rejected-by-portal` | the portal failed on this backup's file; it may have removed the record | one second attempt, or more if an attempt may still be running; its storage type slows down |
 * | `rejected-on-the-way` | something in front answered, the portal did not understand, or an HTTP 200 is no success | a 404 is sent once by the alias; three in a row end the run |
 * | `rejected-for-all` | every other request would be rejected too | the run ends |
 * | `not-received` | the portal did not get the request | sent again, as often as `retries` allows, and once more in the end |
 * | `unanswered` | the portal may have got it, and may still be working on it | the same, and it keeps its slot until confirmed |
 */
export type OutcomeKind =
  | 'confirmed'
  | 'rejected-by-portal'
  | 'rejected-on-the-way'
  | 'rejected-for-all'
  | 'not-received'
  | 'unanswered';

export type FailureKind = Exclude<OutcomeKind, 'confirmed'>;

/** Whether neither success nor a rejection is known: only a gateway answered, or nothing. */
export function isUndecided(kind: OutcomeKind): kind is 'not-received' | 'unanswered' {
  return kind === 'not-received' || kind === 'unanswered';
}

/** A request was not sent: the run was stopped, or no time is left. */
export class NotSentError extends ActionError {}

/** A request was not sent because it is not wanted any more, or not now. */
export class HeldBackError extends NotSentError {}

export class RequestError extends ActionError {
  /** @param kind what it means for a DELETE */
  constructor(
    message: Printable,
    readonly kind: FailureKind,
  ) {
    super(message);
  }
}

/** A request that got no HTTP response, or none that could be read. */
export class NoResponseError extends RequestError {
  /** @param isRetryable whether the same request may succeed later */
  constructor(
    message: Printable,
    kind: FailureKind,
    readonly isRetryable: boolean = isUndecided(kind),
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
    kind: FailureKind,
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

/** How a DELETE ended, after all its attempts. */
export type DeleteOutcome = { kind: 'confirmed' } | Failure;

export interface Failure {
  /** What the last attempt means. */
  kind: FailureKind;
  error: RequestError;
  /** Whether the portal may still be working on any of the attempts. */
  mayBeRunning: boolean;
}
