import type { Failure } from './failure.js';
import type { Word } from './portal/portal.js';
import { type BackupId, type Deletable, type HistoryRecord, idsOf } from './portal/records.js';
import type { Schedule } from './portal/schedule.js';
import type { Kept } from './retention/plan.js';
import type { Ignored } from './retention/set-aside.js';

/** What has become of a backup that was selected. */
export type Fate =
  /** No DELETE was sent for it. */
  | 'not sent'
  /** It is not listed any more, and the portal's last word on it is no error. */
  | 'deleted'
  /** The portal says that it has deleted it; no closing listing was answered at all. */
  | 'reported'
  /** The portal still lists it. */
  | 'listed'
  /** The portal lists it no more, and did not report that it has deleted its file. */
  | 'file may remain'
  /** A DELETE was sent, and nobody knows what it did. */
  | 'unknown';

/** What the closing listing is worth. */
export type Closing =
  /** There was none, or none was answered. */
  | { kind: 'none' }
  /** It was answered, and proves nothing. */
  | { kind: 'useless' }
  /** `missing`: what nobody deleted here, and is not listed any more. */
  | { kind: 'trusted'; listing: readonly HistoryRecord[]; missing: readonly Deletable[] };

/** What is known of the DELETEs of one backup. */
interface Sent {
  /** The portal's last word; `undefined`: none yet. */
  word: Word | undefined;
  /** The last thing that went wrong. */
  failure: Failure | undefined;
}

/**
 * What a run has found and done so far, in one place. The operations tell it what happened; the report asks it. So a run
 * that fails, or is stopped half-way, reports what is known by then.
 */
export class Ledger {
  /** The first listing; `undefined` while there is none. */
  first: readonly HistoryRecord[] | undefined;
  /** What is to be deleted, oldest first; `undefined` while that is not known. */
  selected: readonly Deletable[] | undefined;
  kept: readonly Kept[] | undefined;
  /** What the policy does not look at, and why. */
  ignored: readonly Ignored[] = [];
  /** The schedule as it was; `unlooked`: nobody has looked. */
  schedule: Schedule | 'none' | 'unlooked' = 'unlooked';
  /** Whether any DELETE was sent. */
  hasSent = false;
  private readonly entries = new Map<BackupId, Sent>();
  private last: Closing = { kind: 'none' };
  private listed: ReadonlySet<BackupId> = new Set();
  private gone: ReadonlySet<BackupId> = new Set();

  /**
   * A DELETE of one backup, or of all that are selected, is about to leave. A listing from before proves nothing of
   * it.
   */
  sent(ids: Iterable<BackupId>): void {
    this.hasSent = true;
    this.last = { kind: 'none' };
    this.gone = new Set();
    for (const id of ids) {
      if (!this.entries.has(id)) this.entries.set(id, { word: undefined, failure: undefined });
    }
  }

  /** What the portal had to say to a DELETE of one backup. Silence leaves its last word as it was. */
  heard(id: BackupId, word: Word): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    if (word.said !== 'nothing') entry.word = word;
    entry.failure = word.said === 'done' ? undefined : word.failure;
  }

  /** A listing was answered after the last DELETE. */
  close(closing: Exclude<Closing, { kind: 'none' }>): void {
    this.last = closing;
    this.listed = idsOf(closing.kind === 'trusted' ? closing.listing : []);
    this.gone = idsOf(closing.kind === 'trusted' ? closing.missing : []);
  }

  get closing(): Closing {
    return this.last;
  }

  /** The ids of what nobody deleted here and is not listed any more. */
  get missing(): ReadonlySet<BackupId> {
    return this.gone;
  }

  /**
   * Whether it is known what is still there of what was to be kept: nothing was sent, or a trusted list has closed
   * the run.
   */
  get knowsWhatStays(): boolean {
    return !this.hasSent || this.last.kind === 'trusted';
  }

  /** What went wrong with the DELETE of a backup, at last; `undefined`: nothing that was heard of. */
  failureOf(id: BackupId): Failure | undefined {
    return this.entries.get(id)?.failure;
  }

  /** Whether the portal has reported that it deleted a backup. */
  isReported(id: BackupId): boolean {
    const word = this.entries.get(id)?.word;
    return word?.said === 'done' && word.reported;
  }

  /** Whether the portal's last word on a backup is an error. */
  isRefused(id: BackupId): boolean {
    return this.entries.get(id)?.word?.said === 'no';
  }

  /** Those that only the list shows to be gone: the portal had no word on them. Oldest first. */
  get unanswered(): Deletable[] {
    return this.withFate('deleted').filter(({ id }) => !this.entries.get(id)?.word);
  }

  fateOf(id: BackupId): Fate {
    const entry = this.entries.get(id);
    if (!entry) return 'not sent';
    switch (this.last.kind) {
      case 'none':
        return this.isReported(id) ? 'reported' : 'unknown';
      case 'useless':
        return 'unknown';
      case 'trusted':
        if (this.listed.has(id)) return 'listed';
        return this.isRefused(id) ? 'file may remain' : 'deleted';
    }
  }

  /** The selected backups with one of these fates, oldest first. */
  withFate(...fates: readonly Fate[]): Deletable[] {
    return (this.selected ?? []).filter(({ id }) => fates.includes(this.fateOf(id)));
  }

  /** What is deleted, as far as anybody knows; `undefined`: nobody does. */
  get deleted(): readonly Deletable[] | undefined {
    return this.isUncounted ? undefined : this.withFate('deleted', 'reported');
  }

  /** Those for which a DELETE was sent and that are not known to be deleted; `undefined`: nobody knows. */
  get failed(): readonly Deletable[] | undefined {
    return this.isUncounted ? undefined : this.withFate('listed', 'file may remain', 'unknown');
  }

  /** Whether a DELETE was sent without a listing before it. */
  private get isUncounted(): boolean {
    return this.hasSent && this.selected === undefined;
  }
}
