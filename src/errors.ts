import { type Printable, text } from './text/printable.js';

/** An error for the person who reads the log: what happened, where, and what to do. */
export class ActionError extends Error {
  constructor(override readonly message: Printable) {
    super(message);
  }
}

/** A guard stopped the run before anything was deleted. */
export class RefusedError extends ActionError {
  /** @param brief the reason in a few words, for the headline */
  constructor(
    message: Printable,
    readonly brief?: Printable,
  ) {
    super(message);
  }
}

/** Node's codes for "too many open files", and what to do about it. */
export const OUT_OF_FILES = {
  codes: /^(EMFILE|ENFILE)$/,
  what: text`This machine allows no more open files or connections. Raise the limit (ulimit -n).`,
} as const;
