import type { ActionError } from '../errors.js';

/**
 * What one answer, or none, means for a DELETE:
 * - `confirmed`: the portal reported success, or that nothing is left to delete.
 * - `rejected-at-file`: the portal failed on this backup's file. It may have removed the record.
 * - `rejected-on-the-way`: something in front of the portal answered, or the portal did not understand the request.
 * - `rejected-for-all`: every other request would be rejected too.
 * - `not-received`: no answer, and the portal did not get the request.
 * - `unanswered`: no answer, or only a gateway's. The portal may still be working on it.
 */
export type OutcomeKind =
  | 'confirmed'
  | 'rejected-at-file'
  | 'rejected-on-the-way'
  | 'rejected-for-all'
  | 'not-received'
  | 'unanswered';

/** How a DELETE ended, after all its attempts. */
export type DeleteOutcome =
  | { kind: 'confirmed' }
  | {
      kind: Exclude<OutcomeKind, 'confirmed'>;
      error: ActionError;
      mayBeRunning: boolean;
    };
