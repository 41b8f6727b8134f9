import type { ActionError } from '../../errors.js';

/**
 * What one answer, or none, means for a DELETE, and what follows for a DELETE of one backup:
 *
 * | kind | meaning | what follows |
 * | --- | --- | --- |
 * | `confirmed` | the portal reported success, or that nothing is left to delete | |
 * | `rejected-by-portal` | the portal failed on this backup's file; it may have removed the record | one second attempt, or more if an attempt may still be running; its storage type slows down |
 * | `rejected-on-the-way` | something in front answered, or the portal did not understand | a 404 is sent once by the alias; three in a row end the run |
 * | `rejected-for-all` | every other request would be rejected too | the run ends |
 * | `not-received` | the portal did not get the request | sent again, as often as `retries` allows |
 * | `unanswered` | the portal may have got it, and may still be working on it | sent again; it keeps its slot until confirmed |
 */
export type OutcomeKind =
  | 'confirmed'
  | 'rejected-by-portal'
  | 'rejected-on-the-way'
  | 'rejected-for-all'
  | 'not-received'
  | 'unanswered';

/** Whether nothing is known about what the portal did: no answer, or only a gateway's. */
export function gotNoAnswer(kind: OutcomeKind): kind is 'not-received' | 'unanswered' {
  return kind === 'not-received' || kind === 'unanswered';
}

/** How a DELETE ended, after all its attempts. `kind` is that of the last one. */
export type DeleteOutcome =
  | { kind: 'confirmed' }
  | {
      kind: Exclude<OutcomeKind, 'confirmed'>;
      error: ActionError;
      /** Whether the portal may still be working on any of the attempts. */
      mayBeRunning: boolean;
    };
