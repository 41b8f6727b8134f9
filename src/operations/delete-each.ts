import type { Context } from '../context.js';
import { BadAnswer, Failure, MustWait, NotSent } from '../failure.js';
import type { Ledger } from '../ledger.js';
import { MOST_AT_ONCE } from '../portal/http.js';
import type { Word } from '../portal/portal.js';
import type { BackupId, Deletable, StorageType } from '../portal/records.js';
import { count, join, type Printable, someOf, text, thousands, verb } from '../text.js';
import { close, explainMissing, listAgain, nameOf } from './closing.js';

/** So many first deletions of a storage type may fail, and leave the backup listed, before the others go as usual. */
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
  problems.push(...explainFailed(context, deletions), ...explainRest(context, deletions));
  const missing = explainMissing(context, pinned);
  if (missing) problems.push(missing);
  if (problems.length > 0) throw new Failure(join(problems, ' '));
}

type Work = (record: Deletable) => Promise<unknown>;

/** The deletions of one run, in the places that there are. */
class Deletions {
  /** Why no further deletion is started; `undefined`: one may be. */
  ending: Failure | undefined;
  /** Whether one had to be left out for lack of time. */
  isOutOfTime = false;
  /** Whether all places were taken by deletions that may still go on. */
  isFull = false;
  /** Whether a listing was asked for in vain: it is dear, and not asked for again. */
  hasNoList = false;
  /** How many were not tried because their storage refuses deletions. */
  passedOver = 0;
  /** What a person has to know, each a sentence or two. */
  readonly problems: Printable[] = [];

  /**
   * What the portal may still be at work on, though nobody waits for it. Each keeps its place until the portal reports
   * success: only its own repetition may follow there. An error does not free it, for it is the word on one attempt.
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
    for (const [type, group] of groupByStorageType(selected)) await this.deleteGroup(type, group);
    this.isFull = this.freePlaces === 0;
    const queue = this.again.filter(({ id }) => !this.open.has(id)).reverse();
    const tryAgain: Work = record => this.sendOnceMore(record);
    // A repetition goes in the place that its backup has kept, which serves the others when it is free.
    const inOwnPlaces = this.again
      .filter(({ id }) => this.open.has(id))
      .map(async record => (await this.serve([record], tryAgain)) && this.serve(queue, tryAgain));
    await Promise.all([...inOwnPlaces, this.inFreePlaces(queue, tryAgain)]);
    if (this.defect !== undefined) throw this.defect;
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
  private async deleteGroup(type: StorageType | undefined, group: readonly Deletable[]): Promise<void> {
    const rest = [...group];
    for (let tried = 0; tried < MOST_FIRST_ONES && !this.hasEnded && this.freePlaces > 0; tried++) {
      const first = rest.shift();
      if (!first || !(await this.isRefused(first))) break;
      if (!(await this.isListed(first))) {
        if (rest.length > 0) this.passOver(type, first, rest.length);
        return;
      }
    }
    await this.inFreePlaces(rest.toReversed(), record => this.delete(record));
  }

  /** Deletes a backup as the first one. @returns whether the portal fails at its file, and again when asked once more */
  private async isRefused(record: Deletable): Promise<boolean> {
    const failsAtFile = (answer: Word | undefined) => answer?.said === 'no' && answer.tryAgain;
    const word = await this.send(record);
    if (!failsAtFile(word)) {
      this.remember(record, word);
      return false;
    }
    if (this.hasEnded) return false;
    const second = await this.sendOnceMore(record);
    if (!failsAtFile(second)) this.remember(record, second);
    return failsAtFile(second);
  }

  /** Lists the history. @returns whether a backup is still listed; where that cannot be told, the run is over */
  private async isListed(record: Deletable): Promise<boolean> {
    try {
      return (await listAgain(this.context)).some(({ id }) => id === record.id);
    } catch (error) {
      this.hasNoList = true;
      this.end(error);
      return true;
    }
  }

  private passOver(type: StorageType | undefined, first: Deletable, left: number): void {
    this.passedOver += left;
    this.problems.push(
      text`The portal forgot ${nameOf(first)} and could not delete its file. It would forget all others in that storage (${type ?? 'of unknown type'}) in the same way, so ${count(left, 'backup')} there ${verb('was', left)} not tried. Mend the storage first.`,
    );
  }

  private async delete(record: Deletable): Promise<void> {
    this.remember(record, await this.send(record));
  }

  /** Notes what has to be tried once more. */
  private remember(record: Deletable, word: Word | undefined): void {
    if (word?.said === 'nothing' || (word?.said === 'no' && word.tryAgain)) this.again.push(record);
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
            text`${thousands(this.done)} of ${count(ledger.selected?.length ?? 0, 'backup')} deleted, as the portal reports.`,
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

/** One type after the other, in the order of their oldest. Those whose type cannot be read are a group of their own. */
function groupByStorageType(selected: readonly Deletable[]): Map<StorageType | undefined, Deletable[]> {
  const groups = new Map<StorageType | undefined, Deletable[]>();
  for (const record of selected) {
    const group = groups.get(record.storageType);
    if (group) group.push(record);
    else groups.set(record.storageType, [record]);
  }
  return groups;
}

/** What to say of those for which a DELETE was sent and that are not proven to be deleted. */
function explainFailed({ ledger }: Context, { ending }: Deletions): Printable[] {
  const problems: Printable[] = [];
  const [listed, remaining] = [ledger.withFate('listed'), ledger.withFate('file may remain')];
  if (listed.length > 0) {
    const ids = someOf(listed.map(({ id }) => text`${id}`));
    problems.push(
      text`${thousands(listed.length)} of ${count(ledger.selected?.length ?? 0, 'backup')} ${verb('is', listed.length)} still listed: ${ids}.`,
      reasonOf(ledger, listed, ending) ??
        (listed.every(({ id }) => ledger.isReported(id))
          ? text`The portal reported success for each; see its log.`
          : text`The portal says that there is nothing left to delete; see its log.`),
    );
  }
  if (remaining.length > 0) {
    const whose = remaining.length === 1 ? text`its file` : text`their files`;
    problems.push(
      text`The portal no longer lists ${count(remaining.length, 'backup')}, but did not report success, so ${whose} may remain: ${someOf(remaining.map(nameOf))}.`,
      reasonOf(ledger, remaining, ending) ?? text``,
      text`A re-run will not see ${remaining.length === 1 ? 'it' : 'them'}; see "Its file may remain" in this action's docs/troubleshooting.md.`,
    );
  }
  return problems.filter(problem => problem !== '');
}

/** The first reason that is known; empty where it is what has ended the run, and said already. */
function reasonOf(
  ledger: Ledger,
  records: readonly Deletable[],
  ending: Failure | undefined,
): Printable | undefined {
  const failure = records.map(({ id }) => ledger.failureOf(id)).find(found => found !== undefined);
  return ending && (!failure || failure === ending) ? text`` : failure?.message;
}

/** What to say of those that were not tried. */
function explainRest(
  { ledger }: Context,
  { isOutOfTime, ending, isFull, passedOver }: Deletions,
): Printable[] {
  const rest = ledger.withFate('not sent').length - passedOver;
  if (rest === 0) return [];
  const what = text`${count(rest, 'backup')} ${verb('was', rest)} not tried`;
  if (ending) return [text`${what}.`];
  if (isOutOfTime) {
    return [text`${what} for lack of time: left for the next run. Run again, or raise timeout-seconds.`];
  }
  if (isFull) {
    return [
      text`${what}: the portal may still be at work on ${MOST_AT_ONCE} that it has not answered, and more at once would be too many. Run again later.`,
    ];
  }
  return [];
}
