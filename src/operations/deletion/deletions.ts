import { type BackupId, collectIds, type IdentifiedRecord, isThirdParty } from '../../backups/backup.js';
import type { Context } from '../../context.js';
import { ActionError } from '../../errors.js';
import { MAX_CONCURRENT_DELETIONS, OVERDUE_AFTER_MS } from '../../limits.js';
import {
  type DeleteOutcome,
  HeldBackError,
  NotSentError,
  RateLimitError,
  type RequestError,
  ResponseError,
} from '../../portal/answers/outcomes.js';
import type { DeleteOptions } from '../../portal/api.js';
import { waitBeforeRetry } from '../../portal/retry-timing.js';
import { formatNumber, formatSeconds, pluralize } from '../../text/format.js';
import { text } from '../../text/printable.js';
import { findMissing } from '../listings.js';
import { type DeletionsResult, describeStorage } from '../messages.js';
import { longestListingPauseMs } from './listing-pause.js';
import { FIRST_REST_MS } from './pace.js';
import { RunEnd } from './run-end.js';
import { SafeListings } from './safe-listings.js';
import { Slots } from './slots.js';
import { createQueues, type StorageQueue } from './storage-queue.js';

/** Where little time is left, the others wait only a quarter of it for a probe, but at least this long. */
const MIN_WAIT_FOR_PROBE_MS = 1_000;
/** The shortest wait once the deadline has passed and only running requests are awaited. */
const MIN_WAIT_MS = 100;
/** How often hung deletions that occupy every slot are sent again, so that the portal can confirm them. */
const REPEAT_HUNG_AFTER_MS = 30_000;
/** The run ends after this many outcomes `rejected-on-the-way` in a row. Those without an answer do not count. */
const MAX_REJECTED_ON_THE_WAY = 3;
/**
 * Until every storage has had its turn, all rests together take at most this share of the time for deletions. After that,
 * second attempts may use what is left.
 */
const MAX_REST_SHARE = 0.25;
/** At most this share of the time is set aside for a pause that may not be needed. */
const MAX_RESERVE_SHARE = 0.1;

type SendOptions = Pick<DeleteOptions, 'maxRetries' | 'isOptional'>;

/**
 * `retries` limits them too. A second attempt gets some: if a gateway answered its only request, the backup would count as
 * one whose record may be lost.
 */
const MAX_RETRIES = { first: Number.POSITIVE_INFINITY, second: 3, last: 0 } as const;

/**
 * Carries out what the queues decide. A deletion takes this way: a `StorageQueue` decides that it is next, the `Slots`
 * grant it a place, the portal gets it, and its outcome goes to the ledger, the slots, the queue and the listings.
 */
export class Deletions {
  readonly listings: SafeListings;
  private readonly end: RunEnd;
  private readonly queues: readonly StorageQueue[];
  private readonly slots = new Slots();
  private readonly inFlight = new Map<BackupId, Promise<void>>();
  private restMsLeft: number;
  private hasTriedEveryStorage = false;
  private rejectedOnTheWayInARow = 0;
  /** Only `workOn` waits, so there is one waiter at most. */
  private notify: () => void = () => undefined;

  constructor(
    private readonly context: Context,
    private readonly selected: readonly IdentifiedRecord[],
    private readonly pinned: ReadonlySet<BackupId>,
  ) {
    const { budget, deadline } = context;
    this.end = new RunEnd(deadline.stop);
    this.listings = new SafeListings(context, () => Promise.all(this.inFlightInThirdParties));
    this.queues = createQueues(selected);
    // A hung deletion must not use up the time for a longer pause that a rejection makes necessary.
    const maxReserveMs = deadline.remainingMs() * MAX_RESERVE_SHARE;
    budget.reserveListingPause(Math.min(longestListingPauseMs(selected), maxReserveMs));
    this.restMsLeft = budget.remainingForDeletionsMs() * MAX_REST_SHARE;
    deadline.stop.addEventListener('abort', () => this.notify());
  }

  /** @throws anything that is no ActionError, after the running deletions have ended */
  async run(): Promise<DeletionsResult> {
    const { budget, deadline } = this.context;
    await this.workToEnd();
    for (const queue of this.queues) queue.startLastAttempts();
    const hasTime = budget.remainingForDeletionsMs() > 0;
    if (this.hasWork && hasTime && !this.end.isOver) {
      await deadline.sleep(waitBeforeRetry(1, undefined), this.end.signal);
    }
    await this.workToEnd();
    this.end.throwDefect();
    const { fatalError, isOutOfTime } = this.end;
    const givenUp = this.queues.flatMap(({ type, records, gaveUpBecause: reason }) =>
      reason && reason !== 'run-ends' ? [{ type, reason, untried: this.countUntried(records) }] : [],
    );
    return { fatalError, isOutOfTime, isFull: this.slots.isFull, givenUp };
  }

  private countUntried(records: readonly IdentifiedRecord[]): number {
    return records.filter(({ id }) => this.context.ledger.statusOf(id) === 'not-sent').length;
  }

  /** Works until nothing is left to do and nothing is running. A late answer may cause more work. */
  private async workToEnd(): Promise<void> {
    do {
      for (const queue of this.queues) await this.workOn(queue);
      this.hasTriedEveryStorage = true;
      await Promise.all(this.inFlight.values());
    } while (!this.end.isOver && this.hasWork);
  }

  private get hasWork(): boolean {
    return this.queues.some(queue => queue.next(this.now, 1).kind !== 'done');
  }

  private get now(): number {
    return this.context.clock.monotonicMs();
  }

  /** Works on one storage type until only overdue deletions are running there. */
  private async workOn(queue: StorageQueue): Promise<void> {
    while (!this.end.isOver) {
      const step = queue.next(this.now, this.countSecondAttemptsInTime(queue));
      switch (step.kind) {
        case 'done':
          return;
        case 'wait':
          await this.waitForChange(Math.min(step.ms, this.context.deadline.remainingMs() + MIN_WAIT_MS));
          break;
        case 'rest':
          if ((await this.rest(queue, step.ms)) || this.end.isOver) break;
          if (!this.hasTriedEveryStorage) {
            // The second attempts that are due must not hold up the other storages.
            queue.stopTryingNew();
            return;
          }
          queue.stopResting();
          break;
        case 'list':
          await this.listForLostRecords(queue);
          break;
        case 'delete':
          if (this.slots.enter(step.record.id)) {
            queue.recordStart(step.record, step.attempt);
            this.startSending(queue, step.record, { maxRetries: MAX_RETRIES[step.attempt] });
          } else {
            await this.waitForSlot();
          }
          break;
      }
    }
  }

  /** How many second attempts, one after the other, still fit before the final listing. Third parties may need them. */
  private countSecondAttemptsInTime({ type }: StorageQueue): number {
    if (!isThirdParty(type)) return MAX_CONCURRENT_DELETIONS;
    const { budget } = this.context;
    const maxMs = budget.remainingForDeletionsMs(longestListingPauseMs(this.selected)) - FIRST_REST_MS;
    return Math.floor(maxMs / Math.min(budget.slowestRecentDeletionMs, OVERDUE_AFTER_MS));
  }

  private startSending(queue: StorageQueue, record: IdentifiedRecord, options: SendOptions): void {
    const sending = this.send(queue, record, options).then(outcome => {
      this.slots.finish(record.id, outcome);
      queue.recordOutcome(record, outcome, this.now);
      this.listings.recordEnd(queue.type, outcome);
      if (outcome) {
        this.show(outcome);
        this.abortIfHopeless(outcome);
      }
      this.inFlight.delete(record.id);
      this.notify();
    });
    this.inFlight.set(record.id, sending);
  }

  /** @returns `undefined`: it was not sent, the rate limit turned it away, or its failure ends the run */
  private async send(
    queue: StorageQueue,
    { id }: IdentifiedRecord,
    options: SendOptions,
  ): Promise<DeleteOutcome | undefined> {
    const { portal, ledger, deadline } = this.context;
    const onSend = () => {
      const quarterMs = Math.max(MIN_WAIT_FOR_PROBE_MS, deadline.remainingMs() / 4);
      const patienceMs = queue.isProbing ? quarterMs : OVERDUE_AFTER_MS;
      queue.recordSent(id, this.now + Math.min(OVERDUE_AFTER_MS, patienceMs));
      ledger.recordSent(id);
      this.notify();
    };
    try {
      const outcome = await portal.deleteBackup(id, {
        onSend,
        onRateLimited: () => queue.recordRateLimited(id),
        isStillWanted: () => queue.isStillWanted(id, this.now),
        signal: this.end.signal,
        ...options,
      });
      if (options.isOptional && isRateLimited(outcome)) return undefined;
      ledger.recordOutcome(id, outcome);
      return outcome;
    } catch (error) {
      if (error instanceof HeldBackError) {
        ledger.recordHeldBack(id, error);
        return undefined;
      }
      if (error instanceof NotSentError) {
        if (!this.end.isAborted) this.end.isOutOfTime = true;
        return undefined;
      }
      if (error instanceof RateLimitError) {
        const { mayBeRunning } = error;
        ledger.recordOutcome(id, { kind: 'rejected-for-all', error, mayBeRunning });
      }
      this.abortRun(error);
      return undefined;
    }
  }

  /** Ends the run if the outcome shows that other deletions would fail too. */
  private abortIfHopeless(outcome: DeleteOutcome): void {
    switch (outcome.kind) {
      case 'confirmed':
      case 'rejected-by-portal':
        this.rejectedOnTheWayInARow = 0;
        break;
      case 'rejected-on-the-way':
        if (++this.rejectedOnTheWayInARow >= MAX_REJECTED_ON_THE_WAY) {
          this.abortRun(createNoSuccessError(outcome.error));
        }
        break;
      case 'rejected-for-all':
        // The client waits for the rate limit as long as there is time.
        if (isRateLimited(outcome)) this.end.isOutOfTime = true;
        else this.abortRun(outcome.error);
    }
  }

  private show(outcome: DeleteOutcome): void {
    const { ledger, log } = this.context;
    if (outcome.kind === 'rejected-by-portal') log.note(outcome.error.message);
    if (outcome.kind !== 'confirmed') return;
    log.showProgress(() => {
      const confirmed = this.selected.filter(({ id }) => ledger.isConfirmed(id)).length;
      const total = pluralize(this.selected.length, 'backup');
      return text`${formatNumber(confirmed)} of ${total} deleted, as the portal reports.`;
    });
  }

  /** Waits until a deletion is sent or ends, until the run is to end, or for `ms`. @returns false: nothing changed */
  private waitForChange(ms: number): Promise<boolean> {
    const { clock } = this.context;
    return new Promise(resolve => {
      const cancelTimer = clock.after(ms, () => resolve(false));
      this.notify = () => {
        cancelTimer();
        resolve(true);
      };
    });
  }

  /** Waits for a free slot, and sends hung deletions again: the portal may confirm them by now. */
  private async waitForSlot(): Promise<void> {
    const { budget } = this.context;
    const waitMs = Math.min(REPEAT_HUNG_AFTER_MS, budget.remainingForDeletionsMs());
    if (await this.waitForChange(waitMs)) return;
    if (budget.remainingForDeletionsMs() === 0) {
      this.end.isOutOfTime = true;
      return;
    }
    for (const queue of this.queues) {
      for (const record of queue.records) {
        const isHung = this.slots.mayBeRunning.has(record.id) && !this.inFlight.has(record.id);
        if (!isHung) continue;
        queue.recordRepeat(record.id);
        this.startSending(queue, record, { maxRetries: 0, isOptional: true });
      }
    }
  }

  /** @returns false: no time is left for it, or the run was stopped */
  private async rest({ type }: StorageQueue, ms: number): Promise<boolean> {
    const { budget, deadline, log } = this.context;
    const maxMs = this.hasTriedEveryStorage ? budget.remainingForDeletionsMs() : this.restMsLeft;
    if (ms > maxMs) return false;
    this.restMsLeft -= ms;
    log.note(
      text`${describeStorage(type)} gets no deletion for ${formatSeconds(ms)}, then a rejected one is sent again.`,
    );
    return deadline.sleep(ms, this.end.signal);
  }

  /** Lists, to see whether rejected deletions cost records. Without a conclusive listing, the run ends. */
  private async listForLostRecords(queue: StorageQueue): Promise<void> {
    const { ledger, budget } = this.context;
    try {
      queue.recordListing(collectIds(await this.listings.take()));
    } catch (error) {
      if (!(error instanceof ActionError) || error instanceof RateLimitError) {
        this.abortRun(error);
        return;
      }
      // After a failed listing there will be no other one, so its time is free.
      if (this.listings.hasFailed) budget.releaseListing();
      this.endAfterSecondAttempts(error);
      return;
    }
    if (findMissing(ledger, this.pinned).required.length > 0) {
      this.endAfterSecondAttempts(
        new ActionError(text`Backups to be kept have disappeared, so no further backup was tried.`),
      );
    }
    if (this.listings.isOutdated) ledger.discardVerification();
  }

  /** Ends the run, but for backups that were rejected once: their records may be gone, and their files remain. */
  private endAfterSecondAttempts(error: ActionError): void {
    this.end.fatalError ??= error;
    for (const queue of this.queues) queue.endRun();
  }

  private get inFlightInThirdParties(): (Promise<void> | undefined)[] {
    return this.queues
      .filter(({ type }) => isThirdParty(type))
      .flatMap(({ records }) => records.map(({ id }) => this.inFlight.get(id)));
  }

  private abortRun(error: unknown): void {
    this.end.abort(error);
    this.notify();
  }
}

function isRateLimited(outcome: DeleteOutcome): boolean {
  return (
    outcome.kind !== 'confirmed' && outcome.error instanceof ResponseError && outcome.error.status === 429
  );
}

function createNoSuccessError(error: RequestError): ActionError {
  const isPerhapsThePortal = error instanceof ResponseError && error.status === 200;
  const what = isPerhapsThePortal
    ? text`Perhaps something in front of the portal answers DELETE requests`
    : text`Something in front of the portal answers DELETE requests`;
  return new ActionError(
    text`${what}: ${MAX_REJECTED_ON_THE_WAY} in a row. The last answer: ${error.message}`,
  );
}
