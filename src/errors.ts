import type { Printable } from './text/printable.js';

/** An error for the person who reads the log: what happened, where, and what to do. */
export class ActionError extends Error {
  constructor(override readonly message: Printable) {
    super(message);
  }
}

/** A guard stopped the run before anything was deleted. */
export class RefusedError extends ActionError {
  constructor(
    message: Printable,
    readonly brief?: Printable,
  ) {
    super(message);
  }
}
