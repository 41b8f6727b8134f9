import { type BackupId, collectIds, type HistoryRecord, type IdentifiedRecord } from './backups/backup.js';
import type { ActionError } from './errors.js';
import type { DeleteOutcome } from './portal/outcomes.js';
import type { Schedule } from './portal/schedule.js';
import type { Kept } from './retention/plan.js';
import type { Ignored } from './retention/set-aside.js';
import type { Printable } from './text/printable.js';

/** What is known about a selected backup. */
export type BackupStatus =
  /** No DELETE was sent for it. */
  | 'not-sent'
  /** The final listing does not contain it, and the portal did not reject its DELETE. */
  | 'deleted'
  /** The portal confirmed its DELETE, and there was no final listing. */
  | 'reported-deleted'
  /** The final listing contains it. */
  | 'still-listed'
  /** The final listing does not contain it, and the portal rejected its DELETE. */
  | 'file-may-remain'
  /** A DELETE was sent, and nobody knows what it did. */
  | 'unknown';

/** What the final listing is worth. */
export type Verification =
  /** There is none. */
  | { kind: 'none' }
  /** It proves nothing. */
  | { kind: 'inconclusive'; reason: Printable }
  /** `missing`: what it lacks although nobody deleted it here. */
  | { kind: 'conclusive'; listing: readonly HistoryRecord[]; missing: readonly IdentifiedRecord[] };

/** What is known about the DELETEs of one backup. */
interface Sent {
  /** The last outcome that was an answer of the portal. */
  answered: DeleteOutcome | undefined;
  /** The error of the last outcome. */
  error: ActionError | undefined;
}

/**
 * Records what a run found and did. The operations write to it, and the report reads it. So a run that fails or is
 * cancelled reports what is known by then.
 */
export class Ledger {
  /** `undefined` until it was taken. */
  firstListing: readonly HistoryRecord[] | undefined;
  /** What is to be deleted, oldest first; `undefined` until that is known. */
  selected: readonly IdentifiedRecord[] | undefined;
  kept: readonly Kept[] | undefined;
  /** What the policy does not look at, and why. */
  ignored: readonly Ignored[] = [];
  /** The schedule before the run. */
  schedule: Schedule | 'none' | 'not-checked' = 'not-checked';
  /** Whether any DELETE was sent. */
  hasSent = false;
  private readonly sent = new Map<BackupId, Sent>();
  private current: Verification = { kind: 'none' };
  private listedIds: ReadonlySet<BackupId> = new Set();
  private missing: ReadonlySet<BackupId> = new Set();

  /** Records that a DELETE is about to be sent. A listing from before proves nothing about it. */
  recordSent(ids: Iterable<BackupId>): void {
    this.hasSent = true;
    this.setVerification({ kind: 'none' });
    for (const id of ids) {
      if (!this.sent.has(id)) this.sent.set(id, { answered: undefined, error: undefined });
    }
  }

  /** Records how a DELETE ended. If it got no answer, the last answer still counts. */
  recordOutcome(id: BackupId, outcome: DeleteOutcome): void {
    const entry = this.sent.get(id);
    if (!entry) return;
    if (outcome.kind !== 'unanswered' && outcome.kind !== 'not-received') entry.answered = outcome;
    entry.error = outcome.kind === 'confirmed' ? undefined : outcome.error;
  }

  /** Records a listing that was taken after the last DELETE. */
  recordVerification(verification: Exclude<Verification, { kind: 'none' }>): void {
    this.setVerification(verification);
  }

  private setVerification(verification: Verification): void {
    const isConclusive = verification.kind === 'conclusive';
    this.current = verification;
    this.listedIds = collectIds(isConclusive ? verification.listing : []);
    this.missing = collectIds(isConclusive ? verification.missing : []);
  }

  get verification(): Verification {
    return this.current;
  }

  /** The ids of what the final listing lacks although nobody deleted it here. */
  get missingIds(): ReadonlySet<BackupId> {
    return this.missing;
  }

  /** Whether it is known what remains of the kept backups. */
  get knowsWhatRemains(): boolean {
    return !this.hasSent || this.current.kind === 'conclusive';
  }

  /** The error of the last DELETE of a backup; `undefined`: none. */
  errorOf(id: BackupId): ActionError | undefined {
    return this.sent.get(id)?.error;
  }

  /** Whether the portal's last answer confirmed the DELETE of a backup. */
  isConfirmed(id: BackupId): boolean {
    return this.sent.get(id)?.answered?.kind === 'confirmed';
  }

  /** The portal's last answer to the DELETEs of a backup; `undefined`: there was none. */
  lastAnswerFor(id: BackupId): DeleteOutcome | undefined {
    return this.sent.get(id)?.answered;
  }

  statusOf(id: BackupId): BackupStatus {
    const entry = this.sent.get(id);
    if (!entry) return 'not-sent';
    switch (this.current.kind) {
      case 'none':
        return this.isConfirmed(id) ? 'reported-deleted' : 'unknown';
      case 'inconclusive':
        return 'unknown';
      case 'conclusive':
        if (this.listedIds.has(id)) return 'still-listed';
        return entry.answered === undefined || this.isConfirmed(id) ? 'deleted' : 'file-may-remain';
    }
  }

  /** The selected backups with one of these statuses, oldest first. */
  withStatus(...statuses: readonly BackupStatus[]): IdentifiedRecord[] {
    return (this.selected ?? []).filter(({ id }) => statuses.includes(this.statusOf(id)));
  }

  /** Backups that count as deleted although no DELETE of theirs was answered. */
  get deletedWithoutAnswer(): IdentifiedRecord[] {
    return this.withStatus('deleted').filter(({ id }) => !this.lastAnswerFor(id));
  }

  /** What is deleted, as far as is known; `undefined`: not known. */
  get deleted(): readonly IdentifiedRecord[] | undefined {
    return this.isUncounted ? undefined : this.withStatus('deleted', 'reported-deleted');
  }

  /** What was sent and is not known to be deleted; `undefined`: not known. */
  get failed(): readonly IdentifiedRecord[] | undefined {
    return this.isUncounted ? undefined : this.withStatus('still-listed', 'file-may-remain', 'unknown');
  }

  /** Whether a DELETE was sent without a listing before it. */
  private get isUncounted(): boolean {
    return this.hasSent && this.selected === undefined;
  }
}
