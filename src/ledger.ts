import { type BackupId, collectIds, type HistoryRecord, type IdentifiedRecord } from './backups/backup.js';
import type { ActionError } from './errors.js';
import { type DeleteOutcome, isUndecided } from './portal/answers/outcomes.js';
import type { Schedule } from './portal/schedule.js';
import type { Ignored } from './retention/ignored.js';
import type { Kept } from './retention/plan.js';
import type { Printable } from './text/printable.js';

/** What is known about a selected backup. */
export type BackupStatus =
  /** No DELETE was sent for it. */
  | 'not-sent'
  /**
   * The final listing does not contain it, and the portal confirmed its DELETE. The DELETE of a whole history is judged by
   * the listing only, because the portal confirms it whatever happened.
   */
  | 'deleted'
  /** The portal confirmed its DELETE, and there was no final listing. */
  | 'reported-deleted'
  /** The final listing contains it. */
  | 'still-listed'
  /** The portal may have removed its record and kept its file. */
  | 'file-may-remain'
  /** A DELETE was sent, and no listing tells what became of the backup. */
  | 'unknown';

/** What the latest listing after a DELETE is worth. */
export type Verification =
  | { kind: 'none' }
  | { kind: 'inconclusive'; reason: Printable }
  /** `missing`: what it lacks although nobody deleted it here. */
  | { kind: 'conclusive'; listing: readonly HistoryRecord[]; missing: readonly IdentifiedRecord[] };

/** What is known about the DELETEs of one backup. */
interface Sent {
  /** The outcome that counts: the last one that is known, but a rejection by the portal stays until a confirmation. */
  decisive?: DeleteOutcome;
  error?: ActionError | undefined;
  /** Whether the portal may have carried out an attempt that it did not answer. */
  mayHaveRun: boolean;
  /** Whether it was part of the DELETE of a whole history. */
  isJudgedByListing: boolean;
}

/**
 * Records what a run found and did. The operations write to it and decide by it, and the report reads it. So a run that
 * fails or is cancelled reports what is known by then.
 */
export class Ledger {
  firstListing: readonly HistoryRecord[] | undefined;
  /** What is to be deleted, oldest first; `undefined` until that is known. */
  selected: readonly IdentifiedRecord[] | undefined;
  kept: readonly Kept[] | undefined;
  ignored: readonly Ignored[] = [];
  schedule: Schedule | 'none' | 'not-checked' = 'not-checked';
  hasSent = false;
  private readonly sent = new Map<BackupId, Sent>();
  private current: Verification = { kind: 'none' };
  private listedIds: ReadonlySet<BackupId> = new Set();
  private missing: ReadonlySet<BackupId> = new Set();

  recordPlan(selected: readonly IdentifiedRecord[], kept: readonly Kept[] = []): void {
    this.selected = selected;
    this.kept = kept;
  }

  /** Records that the DELETE of one backup is about to be sent. A listing from before proves nothing about it. */
  recordSent(id: BackupId): void {
    this.addSent([id], false);
  }

  /** Records that the DELETE of the schedule, or of a history that was not listed, is about to be sent. */
  recordSentWithoutIds(): void {
    this.hasSent = true;
    this.discardVerification();
  }

  /** Records that the DELETE of a whole history with these backups is about to be sent. */
  recordSentForAll(ids: readonly BackupId[]): void {
    this.addSent(ids, true);
  }

  private addSent(ids: readonly BackupId[], isJudgedByListing: boolean): void {
    this.recordSentWithoutIds();
    for (const id of ids) {
      if (!this.sent.has(id)) this.sent.set(id, { mayHaveRun: false, isJudgedByListing });
    }
  }

  /**
   * Records how a DELETE ended. If it got no answer, the last answer still counts. A listing from before that end proves
   * nothing about it.
   */
  recordOutcome(id: BackupId, outcome: DeleteOutcome): void {
    const entry = this.sent.get(id);
    if (!entry) return;
    this.discardVerification();
    // A rejection at the file may have cost the record: only a confirmation makes that good.
    const keepsRejection = entry.decisive?.kind === 'rejected-by-portal' && outcome.kind !== 'confirmed';
    if (!isUndecided(outcome.kind) && !keepsRejection) entry.decisive = outcome;
    entry.error = outcome.kind === 'confirmed' ? undefined : outcome.error;
    entry.mayHaveRun ||= outcome.kind !== 'confirmed' && outcome.mayBeRunning;
  }

  /** Records why a DELETE was not sent again, if one was sent at all. */
  recordHeldBack(id: BackupId, error: ActionError): void {
    const entry = this.sent.get(id);
    if (entry) entry.error ??= error;
  }

  recordVerification(verification: Verification): void {
    const isConclusive = verification.kind === 'conclusive';
    this.current = verification;
    this.listedIds = collectIds(isConclusive ? verification.listing : []);
    this.missing = collectIds(isConclusive ? verification.missing : []);
  }

  discardVerification(): void {
    if (this.current.kind !== 'none') this.recordVerification({ kind: 'none' });
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

  isConfirmed(id: BackupId): boolean {
    return this.sent.get(id)?.decisive?.kind === 'confirmed';
  }

  /** Whether the portal may have carried out a DELETE of a backup without answering it. */
  mayHaveRun(id: BackupId): boolean {
    return this.sent.get(id)?.mayHaveRun ?? false;
  }

  /** The outcome of a backup's DELETEs that counts; `undefined`: none is known. */
  decisiveOutcomeOf(id: BackupId): DeleteOutcome | undefined {
    return this.sent.get(id)?.decisive;
  }

  statusOf(id: BackupId): BackupStatus {
    const entry = this.sent.get(id);
    if (!entry) return 'not-sent';
    const countsAsConfirmed = entry.isJudgedByListing || this.isConfirmed(id);
    if (this.current.kind === 'conclusive') {
      if (this.listedIds.has(id)) return 'still-listed';
      return countsAsConfirmed ? 'deleted' : 'file-may-remain';
    }
    if (entry.decisive?.kind === 'rejected-by-portal') return 'file-may-remain';
    return this.current.kind === 'none' && this.isConfirmed(id) ? 'reported-deleted' : 'unknown';
  }

  /** The selected backups with one of these statuses, oldest first. */
  withStatus(...statuses: readonly BackupStatus[]): IdentifiedRecord[] {
    return (this.selected ?? []).filter(({ id }) => statuses.includes(this.statusOf(id)));
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
