import { type DeleteOutcome, RequestError } from '../../src/portal/answers/outcomes.js';
import { text } from '../../src/text/printable.js';

export const CONFIRMED: DeleteOutcome = { kind: 'confirmed' };

/** A DELETE that ended in another way. */
export function failed(
  kind: Exclude<DeleteOutcome['kind'], 'confirmed'>,
  mayBeRunning = false,
): Exclude<DeleteOutcome, { kind: 'confirmed' }> {
  return { kind, error: new RequestError(text`It failed.`, kind), mayBeRunning };
}
