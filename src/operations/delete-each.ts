import type { Context } from '../context.js';
import { BadAnswer, Failure, MustWait, NotSent } from '../failure.js';
import { MOST_AT_ONCE } from '../portal/http.js';
import type { Word } from '../portal/portal.js';
import type { BackupId, Deletable, StorageType } from '../portal/records.js';
import { count, join, type Printable, say, thousands, verb } from '../text.js';
import { close, explainMissing, listAgain, warnOfSilence } from './closing.js';
import { explainFailed, explainUntried } from './not-deleted.js';

/**
 * In each storage type backups are tried alone until one does not fail at its file. After so many that did and are still
 * listed, so that the portal forgot none of them, the others go as usual.
 */
const MOST_FIRST_ONES = 3;

/**
 * Deletes backups one by one, several at a time, and proves it by a listing. The failure of one leaves the rest to be
 * tried, unless it means that all would fail.
 * @param pinned ids that are to stay, whether or not the policy looks at them
 * @throws Failure when not all of them are proven to be deleted, or a backup to be kept is gone
 */
export async function deleteEach(context: Context, pinned?: ReadonlySet<BackupId>): Promise<void> {
  const { ledger } = context;
  const deletions = new Deletions(context);
  await deletions.run(ledger.selected ?? []);
  const problems = [...deletions.problems];
  // A rate limit that must be waited for longer than there is time would refuse the listing too.
  if (!(deletions.ending instanceof MustWait || deletions.hasNoList)) {
    try {
      await close(context, id => ledger.isReported(id));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  warnOfSilence(context);
  problems.push(...explainFailed(ledger, deletions.ending));
  if (!context.dryRun) problems.push(...explainUntried(ledger, deletions));
  const missing = explainMissing(context, pinned);
  if (missing) problems.push(missing);
  if (problems.length > 0) throw new Failure(join(problems, ' '));
}

type Work = (record: Deletable) => Promise<unknown>;

/** What is still to be tried in one storage type. */
interface Group {
  type: StorageType | undefined;
  /** The oldest is the last. */
  queue: Deletable[];
  /** How many may still go first, each of them alone; 0: the others may follow. */
  firstOnes: number;
}

/** The deletions of one run, in the places that there are. */
class Deletions {
  /** What has ended the run; `undefined`: nothing but a lack of time or places, or a defect. */
  ending: Failure | undefined;
  /** Whether one had to be left out for lack of time. */
  isOutOfTime = false;
  /** Whether a listing was asked for in vain: it is dear, and not asked for again. */
  hasNoList = false;
  /** How many were not tried because their storage refuses deletions. */
  passedOver = 0;
  /** What a person has to know, each a sentence or two. */
  readonly problems: Printable[] = [];

  /**
   * What the portal may still be at work on, though nobody waits for it. Each of these backups holds a place, for its own
   * repetition alone, until the portal says that it is done. An error does not free it: an attempt before it
   * may still go on.
   */
  private readonly open = new Set<BackupId>();
  /** To be tried once more in the end. */
  private readonly again: Deletable[] = [];
  /** Ends the waits of others when the run is over. */
  private readonly stop = new AbortController();
  private done = 0;
  /** An error that is no Failure. */
  private defect: unknown;

  constructor(private readonly context: Context) {}

  /**
   * @param selected oldest first
   * @throws what is not a Failure, once those on their way are over
   */
  async run(selected: readonly Deletable[]): Promise<void> {
    const groups = groupByStorageType(selected);
    do {
      for (const group of groups) await this.deleteGroup(group);
      await this.tryAgain();
      // Where all places were lost before all had their turn, second tries may have freed some.
    } while (!this.hasEnded && !this.isFull && groups.some(({ queue }) => queue.length > 0));
    if (this.defect !== undefined) throw this.defect;
  }

  /** Whether all places are taken by deletions that may still go on. */
  get isFull(): boolean {
    return this.freePlaces === 0;
  }

  /** Gives a second try to those that want one. */
  private async tryAgain(): Promise<void> {
    const again = this.again.splice(0);
    const queue = again.filter(({ id }) => !this.open.has(id)).reverse();
    const work: Work = record => this.sendOnceMore(record);
    // A backup that still holds a place is tried again in that one. If that frees it, the place goes on with the queue.
    const inOwnPlaces = again
      .filter(({ id }) => this.open.has(id))
      .map(async record => (await this.serve([record], work)) && this.serve(queue, work));
    await Promise.all([...inOwnPlaces, this.inFreePlaces(queue, work)]);
  }

  private get freePlaces(): number {
    return MOST_AT_ONCE - this.open.size;
  }

  private get hasEnded(): boolean {
    return this.stop.signal.aborted || this.isOutOfTime;
  }

  /**
   * One goes first: a storage that refuses deletions would make the portal forget every backup and keep every file, for
   * it drops the record before it deletes the file.
   */
  private async deleteGroup(group: Group): Promise<void> {
    while (group.firstOnes > 0 && !this.hasEnded && !this.isFull) {
      const first = group.queue.pop();
      if (!first) return;
      if (!(await this.deleteFirst(first))) group.firstOnes = 0;
      else if (await this.lookFor(first)) group.firstOnes--;
      else return this.passOver(group);
    }
    await this.inFreePlaces(group.queue, record => this.delete(record));
  }

  /**
   * Deletes a backup as the first one, and once more where the portal fails at its file.
   * @returns whether that failure is the portal's last word on it
   */
  private async deleteFirst(record: Deletable): Promise<boolean> {
    const word = await this.send(record);
    if (!failsAtFile(word) || this.hasEnded) {
      this.remember(record, word);
      return false;
    }
    const second = await this.sendOnceMore(record);
    // What is no word of the portal's takes back nothing.
    if (second?.said === 'nothing') this.remember(record, second);
    return second !== undefined && second.said !== 'done';
  }

  /** Lists the history. @returns whether a backup is still listed; where that cannot be told, the run is over */
  private async lookFor(record: Deletable): Promise<boolean> {
    try {
      return (await listAgain(this.context)).some(({ id }) => id === record.id);
    } catch (error) {
      this.hasNoList = true;
      this.end(error);
      return true;
    }
  }

  private passOver({ type, queue }: Group): void {
    const left = queue.splice(0).length;
    if (left === 0) return;
    this.passedOver += left;
    this.problems.push(
      say`The portal forgot a backup of ${type === undefined ? 'an unknown storage' : say`storage type ${type}`}, and could not delete its file. It might do the same to all others there, so ${count(left, 'backup')} there ${verb('was', left)} not tried. Mend the storage if it is at fault, then run again.`,
    );
  }

  private async delete(record: Deletable): Promise<void> {
    this.remember(record, await this.send(record));
  }

  /** Notes what has to be tried once more. */
  private remember(record: Deletable, word: Word | undefined): void {
    if (word?.said === 'nothing' || failsAtFile(word)) this.again.push(record);
  }

  /** Works through a queue, from its end, in all places that are free. */
  private async inFreePlaces(queue: Deletable[], work: Work): Promise<void> {
    await Promise.all(Array.from({ length: this.freePlaces }, () => this.serve(queue, work)));
  }

  /** Works through a queue, from its end, in one place. @returns whether the place is free in the end */
  private async serve(queue: Deletable[], work: Work): Promise<boolean> {
    while (!this.hasEnded) {
      const record = queue.pop();
      if (!record) break;
      await work(record);
      if (this.open.has(record.id)) return false;
    }
    return true;
  }

  /** A second try is one attempt, whatever the inputs say: the first has had all of them. */
  private sendOnceMore(record: Deletable): Promise<Word | undefined> {
    return this.send(record, 0);
  }

  /** Sends a DELETE. @returns what the portal had to say; `undefined`: it was not sent, or the run is over */
  private async send({ id }: Deletable, retries?: number): Promise<Word | undefined> {
    const { portal, ledger, log, deadline } = this.context;
    try {
      const word = await portal.deleteBackup(id, () => ledger.sent([id]), this.stop.signal, retries);
      ledger.heard(id, word);
      if (word.said === 'done') {
        this.done++;
        this.open.delete(id);
      } else if (word.mayGoOn) this.open.add(id);
      if (ledger.hasSent) {
        log.progress(
          () =>
            say`${thousands(this.done)} of ${count(ledger.selected?.length ?? 0, 'backup')} deleted, as the portal reports.`,
        );
      }
      return word;
    } catch (error) {
      const isWord = error instanceof BadAnswer || error instanceof MustWait;
      if (isWord) ledger.heard(id, { said: 'no', failure: error, tryAgain: false, mayGoOn: false });
      if (!(error instanceof NotSent)) this.end(error);
      else if (!deadline.stop.aborted && !this.stop.signal.aborted) this.isOutOfTime = true;
      return undefined;
    }
  }

  /** No further deletion is started. */
  private end(error: unknown): void {
    this.stop.abort();
    if (!(error instanceof Failure)) this.defect ??= error;
    else if (this.ending === undefined) {
      this.ending = error;
      this.problems.unshift(error.message);
    }
  }
}

/** Whether the portal may have dropped the record and kept the file, so that a second try may help. */
function failsAtFile(word: Word | undefined): boolean {
  return word?.said === 'no' && word.tryAgain;
}

/** One type after the other, in the order of their oldest. Those whose type cannot be read are a group of their own. */
function groupByStorageType(selected: readonly Deletable[]): Group[] {
  const groups = new Map<StorageType | undefined, Group>();
  for (const { storageType: type } of selected) {
    if (!groups.has(type)) groups.set(type, { type, queue: [], firstOnes: MOST_FIRST_ONES });
  }
  for (const record of selected.toReversed()) groups.get(record.storageType)?.queue.push(record);
  return [...groups.values()];
}
