import type { BackupId, IdentifiedRecord, StorageType } from '../../backups/backup.js';
import type { Context } from '../../context.js';
import { ActionError } from '../../errors.js';
import { NotSentError, RateLimitError } from '../../portal/errors.js';
import { MAX_CONCURRENT_DELETIONS } from '../../portal/http/request.js';
import type { DeleteOutcome } from '../../portal/outcomes.js';
import { conjugate, formatNumber, pluralize } from '../../text/format.js';
import { join, type Printable, text } from '../../text/printable.js';
import { explainFailed, explainMissing, explainUnanswered, explainUntried } from '../messages.js';
import { findMissing, takeFinalListing, verifyDeletions } from '../verify.js';

const MAX_PROBES = 3;

/**
 * Deletes backups one by one, several at once, and proves it by a listing. If one fails, the others are still tried,
 * unless all would fail.
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @throws ActionError if not all are proven to be deleted, or a backup that had to be kept is gone
 */
export async function deleteEach(context: Context, pinned: ReadonlySet<BackupId> = new Set()): Promise<void> {
  const { ledger, log } = context;
  const deletions = new Deletions(context);
  await deletions.run(ledger.selected ?? []);
  const problems = [...deletions.problems];
  // A rate limit that cannot be waited for would refuse the listing too.
  if (!(deletions.ending instanceof RateLimitError || deletions.hasNoListing)) {
    try {
      await verifyDeletions(context, id => ledger.isConfirmed(id));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      problems.push(error.message);
    }
  }
  const unanswered = ledger.deletedWithoutAnswer.length;
  if (unanswered > 0) log.warning(explainUnanswered(unanswered));
  problems.push(...explainFailed(ledger, deletions.ending));
  if (!context.dryRun) problems.push(...explainUntried(ledger, deletions));
  const missing = findMissing(ledger, pinned);
  if (missing.others.length > 0) log.warning(explainMissing(missing.others, 'that this run did not select'));
  if (missing.kept.length > 0) problems.push(explainMissing(missing.kept, 'to be kept'));
  if (problems.length > 0) throw new ActionError(join(problems, ' '));
}

type Work = (record: IdentifiedRecord) => Promise<unknown>;

interface Group {
  type: StorageType | undefined;
  /** The oldest is the last. */
  queue: IdentifiedRecord[];
  probesLeft: number;
}

class Deletions {
  ending: ActionError | undefined;
  isOutOfTime = false;
  hasNoListing = false;
  skipped = 0;
  readonly problems: Printable[] = [];

  private readonly open = new Set<BackupId>();
  private readonly again: IdentifiedRecord[] = [];
  private readonly stop = new AbortController();
  private done = 0;
  private defect: unknown;

  constructor(private readonly context: Context) {}

  async run(selected: readonly IdentifiedRecord[]): Promise<void> {
    const groups = groupByStorageType(selected);
    do {
      for (const group of groups) await this.deleteGroup(group);
      await this.tryAgain();
    } while (!this.hasEnded && !this.isFull && groups.some(({ queue }) => queue.length > 0));
    if (this.defect !== undefined) throw this.defect;
  }

  get isFull(): boolean {
    return this.freeSlots === 0;
  }

  private async tryAgain(): Promise<void> {
    const again = this.again.splice(0);
    const queue = again.filter(({ id }) => !this.open.has(id)).reverse();
    const work: Work = record => this.sendOnceMore(record);
    const inOwnSlots = again
      .filter(({ id }) => this.open.has(id))
      .map(async record => (await this.serve([record], work)) && this.serve(queue, work));
    await Promise.all([...inOwnSlots, this.inFreeSlots(queue, work)]);
  }

  private get freeSlots(): number {
    return MAX_CONCURRENT_DELETIONS - this.open.size;
  }

  private get hasEnded(): boolean {
    return this.stop.signal.aborted || this.isOutOfTime;
  }

  private async deleteGroup(group: Group): Promise<void> {
    while (group.probesLeft > 0 && !this.hasEnded && !this.isFull) {
      const first = group.queue.pop();
      if (!first) return;
      if (!(await this.probe(first))) group.probesLeft = 0;
      else if (await this.lookFor(first)) group.probesLeft--;
      else return this.skip(group);
    }
    await this.inFreeSlots(group.queue, record => this.delete(record));
  }

  private async probe(record: IdentifiedRecord): Promise<boolean> {
    const outcome = await this.send(record);
    if (outcome?.kind !== 'rejected-at-file' || this.hasEnded) {
      this.remember(record, outcome);
      return false;
    }
    const second = await this.sendOnceMore(record);
    if (isUnanswered(second)) this.remember(record, second);
    return second !== undefined && second.kind !== 'confirmed';
  }

  private async lookFor(record: IdentifiedRecord): Promise<boolean> {
    try {
      return (await takeFinalListing(this.context)).some(({ id }) => id === record.id);
    } catch (error) {
      this.hasNoListing = true;
      this.end(error);
      return true;
    }
  }

  private skip({ type, queue }: Group): void {
    const left = queue.splice(0).length;
    if (left === 0) return;
    this.skipped += left;
    this.problems.push(
      text`The portal forgot a backup of ${type === undefined ? 'an unknown storage' : text`storage type ${type}`}, and could not delete its file. It might do the same to all others there, so ${pluralize(left, 'backup')} there ${conjugate('was', left)} not tried. Fix the storage if it is the cause, then run again.`,
    );
  }

  private async delete(record: IdentifiedRecord): Promise<void> {
    this.remember(record, await this.send(record));
  }

  private remember(record: IdentifiedRecord, outcome: DeleteOutcome | undefined): void {
    if (isUnanswered(outcome) || outcome?.kind === 'rejected-at-file') this.again.push(record);
  }

  private async inFreeSlots(queue: IdentifiedRecord[], work: Work): Promise<void> {
    await Promise.all(Array.from({ length: this.freeSlots }, () => this.serve(queue, work)));
  }

  private async serve(queue: IdentifiedRecord[], work: Work): Promise<boolean> {
    while (!this.hasEnded) {
      const record = queue.pop();
      if (!record) break;
      await work(record);
      if (this.open.has(record.id)) return false;
    }
    return true;
  }

  private sendOnceMore(record: IdentifiedRecord): Promise<DeleteOutcome | undefined> {
    return this.send(record, 0);
  }

  private async send({ id }: IdentifiedRecord, retries?: number): Promise<DeleteOutcome | undefined> {
    const { portal, ledger, log, deadline } = this.context;
    try {
      const outcome = await portal.deleteBackup(id, () => ledger.recordSent([id]), this.stop.signal, retries);
      ledger.recordOutcome(id, outcome);
      if (outcome.kind === 'confirmed') {
        this.done++;
        this.open.delete(id);
      } else if (outcome.mayBeRunning) this.open.add(id);
      if (outcome.kind === 'rejected-for-all') {
        this.end(outcome.error);
        return undefined;
      }
      if (ledger.hasSent) {
        log.progress(
          () =>
            text`${formatNumber(this.done)} of ${pluralize(ledger.selected?.length ?? 0, 'backup')} deleted, as the portal reports.`,
        );
      }
      return outcome;
    } catch (error) {
      if (error instanceof RateLimitError) {
        ledger.recordOutcome(id, { kind: 'rejected-for-all', error, mayBeRunning: false });
      }
      if (!(error instanceof NotSentError)) this.end(error);
      else if (!deadline.stop.aborted && !this.stop.signal.aborted) this.isOutOfTime = true;
      return undefined;
    }
  }

  private end(error: unknown): void {
    this.stop.abort();
    if (!(error instanceof ActionError)) this.defect ??= error;
    else if (this.ending === undefined) {
      this.ending = error;
      this.problems.unshift(error.message);
    }
  }
}

function isUnanswered(outcome: DeleteOutcome | undefined): boolean {
  return outcome?.kind === 'unanswered' || outcome?.kind === 'not-received';
}

function groupByStorageType(selected: readonly IdentifiedRecord[]): Group[] {
  const groups = new Map<StorageType | undefined, Group>();
  for (const { storageType: type } of selected) {
    if (!groups.has(type)) groups.set(type, { type, queue: [], probesLeft: MAX_PROBES });
  }
  for (const record of selected.toReversed()) groups.get(record.storageType)?.queue.push(record);
  return [...groups.values()];
}
