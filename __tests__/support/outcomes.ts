import {
  type DeleteOutcome,
  type Failure,
  type FailureKind,
  RequestError,
} from '../../src/portal/answers/outcomes.js';
import { text } from '../../src/text/printable.js';

export const CONFIRMED: DeleteOutcome = { kind: 'confirmed' };

/** A DELETE that ended in another way. */
export function failed(kind: FailureKind, mayBeRunning = false): Failure {
  return { kind, error: new RequestError(text`It failed.`, kind), mayBeRunning };
}
