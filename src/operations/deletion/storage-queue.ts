import {
  type BackupId,
  compareOldestFirst,
  type IdentifiedRecord,
  type StorageType,
} from '../../backups/backup.js';
import type { DeleteOutcome } from '../../portal/answers/outcomes.js';
import { LossChecks } from './loss-checks.js';
import { Pace } from './pace.js';

/**
 * Why a deletion starts. Each is one request, which the HTTP client may send several times.
 * - `first`: the backup is untried.
 * - `second`: the portal rejected it once.
 * - `last`: the portal did not answer it, or did not get it.
 */
export type AttemptKind = 'first' | 'second' | 'last';

/** A deletion that has started and not ended. */
interface Running {
  readonly attempt: AttemptKind;
  /** Until when others wait for it, in milliseconds of the run's clock. It may still wait for the rate limit. */
  awaitedUntil: number;
  /** How many times it was sent, without those that the rate limit turned away. */
  timesSent: number;
}

/** A backup whose deletion has started and is not confirmed. */
interface Tried {
  readonly record: IdentifiedRecord;
  running?: Running | undefined;
  /** Whether it hung and is sent again while all slots are taken, apart from the steps of `next`. */
  isRepeating: boolean;
  /** The attempt that it still gets. */
  awaits?: 'second' | 'last' | undefined;
  rejections: number;
  /** Whether it was rejected, and a later attempt did not confirm it either. Its record may be lost. */
  hasFailed: boolean;
  /** Set while it is not known how the last attempt ended. */
  undecided?: { mayBeGone: boolean } | undefined;
}

/** What to do next in a storage type. Times are whole milliseconds. */
export type Step =
  | { kind: 'delete'; attempt: AttemptKind; record: IdentifiedRecord }
  /** Let the storage rest, because a deletion was rejected. */
  | { kind: 'rest'; ms: number }
  /** List the history, and pass the result to `recordListing`. */
  | { kind: 'list' }
  /** Wait until something changes, or for this long, which may be `Infinity`. */
  | { kind: 'wait'; ms: number }
  | { kind: 'done' };

/**
 * Decides which backups of one storage type are deleted, and when. It does no I/O.
 *
 * A portal removes the record of a backup before it deletes the file. So every rejection at the file may cost a record
 * while the file remains. Some storages reject everything, some reject most of several simultaneous deletions, and some
 * files cannot be deleted but keep their records. This class starts with one deletion at a time, slows down after a
 * rejection, and stops when a listing shows that records are lost.
 */
export class StorageQueue {
  /** The oldest is the last. */
  private readonly untried: IdentifiedRecord[];
  private readonly tried = new Map<BackupId, Tried>();
  private listed: ReadonlySet<BackupId> | undefined;

  private readonly pace = new Pace();
  private readonly checks = new LossChecks();
  /** Why no untried backup is started any more; `run-ends`: something that concerns all storages. */
  gaveUpBecause: 'records-lost' | 'no-time-to-rest' | 'run-ends' | undefined;

  /** @param records the selected backups of this storage type, oldest first */
  constructor(
    readonly type: StorageType | undefined,
    readonly records: readonly IdentifiedRecord[],
  ) {
    this.untried = records.toReversed();
  }

  get isProbing(): boolean {
    return this.pace.isProbing;
  }

  /**
   * A listing comes before anything that could cost another record, and a second attempt before a new backup.
   * @param secondAttemptsInTime how many there is time for: the storage may reject all but one of simultaneous deletions
   */
  next(now: number, secondAttemptsInTime: number): Step {
    const awaitedUntil = [...this.tried.values()]
      .map(({ running }) => running?.awaitedUntil ?? 0)
      .filter(time => time > now);
    const nothingAwaited = awaitedUntil.length === 0;
    const wait: Step = { kind: 'wait', ms: Math.ceil(Math.min(...awaitedUntil) - now) };

    if (this.isCheckDue) return nothingAwaited ? { kind: 'list' } : wait;
    const [rejected] = this.awaiting('second');
    if (rejected) {
      if (!nothingAwaited || rejected.isRepeating) return wait;
      const restMs = this.pace.restLeftMs(now);
      if (restMs > 0) return { kind: 'rest', ms: restMs };
      return { kind: 'delete', attempt: 'second', record: rejected.record };
    }
    const untried = this.gaveUpBecause ? undefined : this.untried.at(-1);
    const forLast = this.awaiting('last');
    const record = untried ?? forLast.find(({ isRepeating }) => !isRepeating)?.record;
    if (!record) return nothingAwaited && forLast.length === 0 ? { kind: 'done' } : wait;
    const maxUnproven = Math.max(1, secondAttemptsInTime);
    const limit = this.pace.isProven ? this.pace.limit : Math.min(this.pace.limit, maxUnproven);
    if (awaitedUntil.length >= limit) return wait;
    return { kind: 'delete', attempt: untried ? 'first' : 'last', record };
  }

  private awaiting(attempt: 'second' | 'last'): Tried[] {
    return [...this.tried.values()].filter(({ awaits }) => awaits === attempt);
  }

  private get isCheckDue(): boolean {
    const isNeeded = !this.gaveUpBecause || this.gaveUpBecause === 'no-time-to-rest';
    return isNeeded && this.checks.isDue;
  }

  /** Records that a step of `next` has started. */
  recordStart(record: IdentifiedRecord, attempt: AttemptKind): void {
    if (attempt === 'first') {
      this.untried.pop();
      this.tried.set(record.id, { record, isRepeating: false, rejections: 0, hasFailed: false });
    }
    const backup = this.tried.get(record.id);
    if (!backup) return;
    backup.awaits = undefined;
    backup.running = { attempt, awaitedUntil: Number.POSITIVE_INFINITY, timesSent: 0 };
  }

  /** Records that a hung deletion is sent again, to be confirmed. No step of `next` starts it meanwhile. */
  recordRepeat(id: BackupId): void {
    const backup = this.tried.get(id);
    if (backup) backup.isRepeating = true;
  }

  /** Whether a deletion may be sent now. While it waited for the rate limit, the storage may have rejected another one. */
  isStillWanted(id: BackupId, now: number): boolean {
    const running = this.tried.get(id)?.running;
    if (!running || running.timesSent > 0) return true;
    if (this.isCheckDue) return false;
    if (running.attempt === 'second') return this.pace.restLeftMs(now) === 0;
    return this.awaiting('second').length === 0 && !(running.attempt === 'first' && this.gaveUpBecause);
  }

  /** @param awaitedUntil until when the others wait for its first attempt */
  recordSent(id: BackupId, awaitedUntil: number): void {
    const running = this.tried.get(id)?.running;
    if (!running) return;
    running.timesSent++;
    if (running.awaitedUntil === Number.POSITIVE_INFINITY) running.awaitedUntil = awaitedUntil;
  }

  /** Records that the rate limit turned it away. While it waits to be sent again, the others wait for it. */
  recordRateLimited(id: BackupId): void {
    const running = this.tried.get(id)?.running;
    if (!running) return;
    running.timesSent--;
    running.awaitedUntil = Number.POSITIVE_INFINITY;
  }

  /** @param outcome how the DELETE ended; `undefined`: it was not sent */
  recordOutcome({ id }: IdentifiedRecord, outcome: DeleteOutcome | undefined, now: number): void {
    const backup = this.tried.get(id);
    if (!backup) return;
    const { running } = backup;
    backup.running = undefined;
    backup.isRepeating = false;
    if (outcome) this.recordAnswered(backup, outcome, now);
    else if (running?.timesSent === 0) this.takeBack(backup, running.attempt);
  }

  private recordAnswered(backup: Tried, outcome: DeleteOutcome, now: number): void {
    const wasRejected = backup.rejections > 0;
    backup.undecided = undefined;
    if (wasRejected && outcome.kind !== 'confirmed') this.recordFailure(backup);
    switch (outcome.kind) {
      case 'confirmed':
        this.checks.recordReceived();
        this.checks.recordSuccess();
        this.tried.delete(backup.record.id);
        this.pace.recordSuccess(wasRejected || this.awaiting('second').length === 0);
        break;
      case 'rejected-by-portal':
        this.checks.recordReceived();
        this.recordRejection(backup, now);
        break;
      case 'not-received':
        this.checks.recordNotReceived();
        this.recordUndecided(backup, outcome.mayBeRunning);
        break;
      case 'unanswered':
        this.checks.recordReceived();
        this.recordUndecided(backup, outcome.mayBeRunning);
        break;
      case 'rejected-on-the-way':
      case 'rejected-for-all':
        // Such an answer says nothing about the storage.
        break;
    }
  }

  /** Puts a deletion that was not sent back to where it came from. */
  private takeBack(backup: Tried, attempt: AttemptKind): void {
    if (attempt !== 'first') {
      backup.awaits = attempt;
      return;
    }
    this.tried.delete(backup.record.id);
    this.untried.push(backup.record);
    this.untried.sort((a, b) => compareOldestFirst(b, a));
  }

  private recordUndecided(backup: Tried, mayBeRunning: boolean): void {
    const isGone = this.listed?.has(backup.record.id) === false;
    backup.undecided = { mayBeGone: mayBeRunning || isGone || backup.rejections > 0 };
  }

  private recordFailure(backup: Tried): void {
    if (backup.hasFailed) return;
    backup.hasFailed = true;
    this.checks.recordFailure();
  }

  private recordRejection(backup: Tried, now: number): void {
    backup.rejections++;
    if (backup.rejections > 1) {
      this.pace.recordRepeatedRejection(now);
      return;
    }
    backup.awaits = 'second';
    // Second attempts come in the order of the rejections.
    this.tried.delete(backup.record.id);
    this.tried.set(backup.record.id, backup);
    this.pace.recordFirstRejection(now);
  }

  /** Records a listing that `next` asked for, taken late enough to show every lost record. */
  recordListing(listed: ReadonlySet<BackupId>): void {
    this.checks.recordListing();
    this.listed = listed;
    const tried = [...this.tried.values()];
    const isLost = ({ record }: Tried) => !listed.has(record.id);
    const failed = tried.filter(({ hasFailed }) => hasFailed);
    let isAnyLost = failed.some(isLost);
    for (const { undecided } of tried.filter(isLost)) {
      if (!undecided || undecided.mayBeGone) continue;
      // If a record is gone, the portal did get the request after all.
      undecided.mayBeGone = true;
      isAnyLost = true;
    }
    if (isAnyLost) this.gaveUpBecause = 'records-lost';
    // A later attempt without an answer of the portal's may still remove the record.
    const isHarmless =
      failed.every(({ rejections }) => rejections > 1) &&
      this.gaveUpBecause !== 'records-lost' &&
      !this.awaiting('second').some(isLost);
    if (failed.length === 0) this.pace.recordRecovered();
    else if (isHarmless) this.pace.recordHarmless();
    else this.pace.slowDown();
  }

  /** The time for rests is used up: only backups that were rejected once are tried. */
  stopTryingNew(): void {
    this.gaveUpBecause ??= 'no-time-to-rest';
  }

  /** The run ends: only backups that were rejected once are tried, because their records may be gone already. */
  endRun(): void {
    if (this.gaveUpBecause !== 'records-lost') this.gaveUpBecause = 'run-ends';
    // No listing shows any more that rejections are harmless.
    this.pace.slowDown();
  }

  /** No time is left for another rest: the second attempts that are due are made without one. */
  stopResting(): void {
    this.pace.stopResting();
  }

  /**
   * Gives unanswered deletions one more attempt: the portal confirms the DELETE of a removed record cheaply. In a storage
   * type that was given up, only those are repeated whose record may be gone already.
   */
  startLastAttempts(): void {
    for (const backup of this.tried.values()) {
      const { undecided } = backup;
      if (undecided && (undecided.mayBeGone || !this.gaveUpBecause)) backup.awaits ??= 'last';
    }
  }
}

/** Groups backups by storage type, in the order of their oldest. Those of an unreadable type form one group. */
export function createQueues(oldestFirst: readonly IdentifiedRecord[]): StorageQueue[] {
  const groups = new Map<StorageType | undefined, IdentifiedRecord[]>();
  for (const record of oldestFirst) {
    const group = groups.get(record.storageType);
    if (group) group.push(record);
    else groups.set(record.storageType, [record]);
  }
  return [...groups].map(([type, records]) => new StorageQueue(type, records));
}
