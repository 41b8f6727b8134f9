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
  private readonly untriedRecords: IdentifiedRecord[];
  private readonly awaitingSecond: IdentifiedRecord[] = [];
  /** The portal did not answer their DELETE, or did not get it. */
  private readonly unresolved = new Map<BackupId, { record: IdentifiedRecord; mayBeGone: boolean }>();
  /** Those of them that get one more attempt in the end. */
  private readonly lastAttempts: IdentifiedRecord[] = [];
  /** Sent again while all slots are taken, apart from the steps of `next`. */
  private readonly repeating = new Set<BackupId>();
  private readonly running = new Map<BackupId, Running>();

  private readonly rejectedOnce = new Set<BackupId>();
  private readonly rejectedTwice = new Set<BackupId>();
  /** Rejected, and not confirmed by the second attempt either. Their records may be lost. */
  private readonly notRecovered = new Set<BackupId>();

  private listed: ReadonlySet<BackupId> | undefined;

  private readonly pace = new Pace();
  private readonly checks = new LossChecks();
  /** Why no untried backup is started any more. */
  gaveUpBecause: 'records-lost' | 'no-time-to-rest' | undefined;

  /** @param records the selected backups of this storage type, oldest first */
  constructor(
    readonly type: StorageType | undefined,
    readonly records: readonly IdentifiedRecord[],
  ) {
    this.untriedRecords = records.toReversed();
  }

  get isProbing(): boolean {
    return this.pace.isProbing;
  }

  /** A listing comes before anything that could cost another record, and a second attempt before a new backup. */
  next(now: number): Step {
    const awaitedUntil = [...this.running.values()]
      .map(running => running.awaitedUntil)
      .filter(time => time > now);
    const nothingAwaited = awaitedUntil.length === 0;
    const wait: Step = { kind: 'wait', ms: Math.ceil(Math.min(...awaitedUntil) - now) };

    if (this.isCheckDue) return nothingAwaited ? { kind: 'list' } : wait;
    const [rejected] = this.awaitingSecond;
    if (rejected) {
      if (!nothingAwaited || this.repeating.has(rejected.id)) return wait;
      const restMs = this.pace.restLeftMs(now);
      if (restMs > 0) return { kind: 'rest', ms: restMs };
      return { kind: 'delete', attempt: 'second', record: rejected };
    }
    const untried = this.gaveUpBecause ? undefined : this.untriedRecords.at(-1);
    const record = untried ?? this.lastAttempts.find(({ id }) => !this.repeating.has(id));
    if (!record) return nothingAwaited && this.lastAttempts.length === 0 ? { kind: 'done' } : wait;
    if (awaitedUntil.length >= this.pace.limit) return wait;
    return { kind: 'delete', attempt: untried ? 'first' : 'last', record };
  }

  private get isCheckDue(): boolean {
    return this.gaveUpBecause !== 'records-lost' && this.checks.isDue;
  }

  /** Records that a step of `next` has started. */
  recordStart({ id }: IdentifiedRecord, attempt: AttemptKind): void {
    this.running.set(id, { attempt, awaitedUntil: Number.POSITIVE_INFINITY, timesSent: 0 });
    if (attempt === 'first') this.untriedRecords.pop();
    else if (attempt === 'second') this.awaitingSecond.shift();
    else this.drop(this.lastAttempts, id);
  }

  private drop(from: IdentifiedRecord[], id: BackupId): void {
    const index = from.findIndex(record => record.id === id);
    if (index >= 0) from.splice(index, 1);
  }

  /** Records that a hung deletion is sent again, to be confirmed. No step of `next` starts it meanwhile. */
  recordRepeat(id: BackupId): void {
    this.repeating.add(id);
  }

  /** Whether a deletion may be sent now. While it waited for the rate limit, the storage may have rejected another one. */
  isStillWanted(id: BackupId, now: number): boolean {
    const running = this.running.get(id);
    if (!running || running.timesSent > 0) return true;
    if (this.isCheckDue) return false;
    if (running.attempt === 'second') return this.pace.restLeftMs(now) === 0;
    return this.awaitingSecond.length === 0 && !(running.attempt === 'first' && this.gaveUpBecause);
  }

  /** @param awaitedUntil until when the others wait for its first attempt */
  recordSent(id: BackupId, awaitedUntil: number): void {
    const running = this.running.get(id);
    if (!running) return;
    running.timesSent++;
    if (running.awaitedUntil === Number.POSITIVE_INFINITY) running.awaitedUntil = awaitedUntil;
  }

  /** Records that the rate limit turned it away. While it waits to be sent again, the others wait for it. */
  recordRateLimited(id: BackupId): void {
    const running = this.running.get(id);
    if (!running) return;
    running.timesSent--;
    running.awaitedUntil = Number.POSITIVE_INFINITY;
  }

  /** @param outcome how the DELETE ended; `undefined`: it was not sent */
  recordOutcome(record: IdentifiedRecord, outcome: DeleteOutcome | undefined, now: number): void {
    const { id } = record;
    const running = this.running.get(id);
    const isSecond = this.rejectedOnce.has(id);
    this.running.delete(id);
    this.repeating.delete(id);
    if (outcome) this.unresolved.delete(id);
    else if (running?.timesSent === 0) this.takeBack(record, running.attempt);
    if (isSecond && outcome && outcome.kind !== 'confirmed') this.recordNotRecovered(id);
    switch (outcome?.kind) {
      case 'confirmed':
        this.checks.recordReceived();
        this.checks.recordSuccess();
        this.notRecovered.delete(id);
        // A repeat may confirm one that awaits another attempt.
        this.drop(this.awaitingSecond, id);
        this.drop(this.lastAttempts, id);
        this.pace.recordSuccess(isSecond || this.awaitingSecond.length === 0);
        break;
      case 'rejected-by-portal':
        this.checks.recordReceived();
        this.recordRejection(record, now);
        break;
      case 'not-received':
        this.checks.recordNotReceived();
        this.recordUnresolved(record, outcome.mayBeRunning);
        break;
      case 'unanswered':
        this.checks.recordReceived();
        this.recordUnresolved(record, outcome.mayBeRunning);
    }
  }

  /** Puts a deletion that was not sent back to where it came from. */
  private takeBack(record: IdentifiedRecord, attempt: AttemptKind): void {
    if (attempt === 'second') this.awaitingSecond.unshift(record);
    else if (attempt === 'last') this.lastAttempts.unshift(record);
    else {
      this.untriedRecords.push(record);
      this.untriedRecords.sort((a, b) => compareOldestFirst(b, a));
    }
  }

  private recordUnresolved(record: IdentifiedRecord, mayBeRunning: boolean): void {
    const isGone = this.listed?.has(record.id) === false;
    const mayBeGone = mayBeRunning || isGone || this.rejectedOnce.has(record.id);
    this.unresolved.set(record.id, { record, mayBeGone });
  }

  private recordNotRecovered(id: BackupId): void {
    if (this.notRecovered.has(id)) return;
    this.notRecovered.add(id);
    this.checks.recordFailure();
  }

  private recordRejection(record: IdentifiedRecord, now: number): void {
    if (this.rejectedOnce.has(record.id)) {
      this.rejectedTwice.add(record.id);
      this.pace.recordRepeatedRejection(now);
    } else {
      this.rejectedOnce.add(record.id);
      this.awaitingSecond.push(record);
      this.pace.recordFirstRejection(now);
    }
  }

  /** Records a listing that `next` asked for, taken late enough to show every lost record. */
  recordListing(listed: ReadonlySet<BackupId>): void {
    this.checks.recordListing();
    this.listed = listed;
    const isLost = (id: BackupId) => !listed.has(id);
    const failed = [...this.notRecovered];
    // If a record is gone, the portal did get the request after all.
    const contradicted = [...this.unresolved].filter(([id, { mayBeGone }]) => !mayBeGone && isLost(id));
    for (const [id, { record }] of contradicted) this.unresolved.set(id, { record, mayBeGone: true });
    if (failed.some(isLost) || contradicted.length > 0) this.gaveUpBecause = 'records-lost';
    // A second attempt without an answer of the portal's may still remove the record.
    const isCertain = failed.every(id => this.rejectedTwice.has(id));
    const isAnyLost =
      this.gaveUpBecause === 'records-lost' || this.awaitingSecond.some(({ id }) => isLost(id));
    if (failed.length === 0) this.pace.recordRecovered();
    else if (isCertain && !isAnyLost) this.pace.recordHarmless();
    else this.pace.slowDown();
  }

  /** The time for rests is used up: only backups that were rejected once are tried. */
  stopTryingNew(): void {
    this.gaveUpBecause ??= 'no-time-to-rest';
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
    for (const { record, mayBeGone } of this.unresolved.values()) {
      if (mayBeGone || !this.gaveUpBecause) this.lastAttempts.push(record);
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
