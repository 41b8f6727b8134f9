/**
 * An error written for the person who reads the step's log: what happened, where, and what to do.
 * Its message holds no secret and nothing raw from the server, so it may be printed as it is.
 */
export class Failure extends Error {
  /** Whether it is about every request and not one backup: the run is over, or the portal or the token is at fault. */
  readonly endsAll: boolean = false;
}

/** A request that was not sent, because the run was cancelled or its deadline had passed. */
export class NotSent extends Failure {
  override readonly endsAll = true;
}

/** A request without an answer that could be used: nobody knows whether the portal carried it out. */
export class NoAnswer extends Failure {
  /** @param worthRetrying false where the same request would fail the same way, as with a bad certificate */
  constructor(
    message: string,
    readonly worthRetrying: boolean,
  ) {
    super(message);
  }
}

/** An answer that is no success. */
export class BadAnswer extends Failure {
  override readonly endsAll: boolean;

  /**
   * @param status the HTTP status, such as 403
   * @param asksTooMuch whether the portal asks to wait longer than the run may take
   */
  constructor(message: string, status: number, asksTooMuch = false) {
    super(message);
    this.endsAll = asksTooMuch || (status >= 300 && status < 400) || [401, 402, 403, 404].includes(status);
  }
}
