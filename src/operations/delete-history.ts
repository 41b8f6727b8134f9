import type { Context } from '../context.js';
import { BadAnswer, Failure, MustWait, NoAnswer } from '../failure.js';
import type { InputsOf } from '../inputs.js';
import type { Ledger } from '../ledger.js';
import type { Word } from '../portal/portal.js';
import { hasId } from '../portal/records.js';
import { waitBeforeRetry } from '../portal/retry-timing.js';
import { count, join, type Printable, say, seconds, someOf, thousands, verb } from '../text.js';
import { assertMayDelete, compareOldestFirst, listFirst } from './before-deleting.js';
import { close, listAgain, nameOf, warnOfSilence } from './closing.js';
import { countWithoutId } from './proof.js';

/** How long to wait at least before looking again whether the portal is still deleting. */
const LOOK_AGAIN_MS = 2_000;

/**
 * Deletes the whole history with the one call that the API has for it, and proves by a listing that none of what was
 * there is left. A backup made meanwhile is no failure.
 * @throws Failure on anything but a proven success
 */
export async function deleteHistory(context: Context, inputs: InputsOf<'delete-history'>): Promise<void> {
  const { portal, ledger, log, calendar } = context;
  if (!inputs.verify) {
    const word = await portal.deleteHistory(() => ledger.sent([]));
    if (word.said !== 'done') throw word.failure;
    return;
  }
  const { found, key } = await listFirst(context);
  ledger.selected = found.filter(hasId).sort(compareOldestFirst);
  ledger.kept = [];
  log.plan(ledger, calendar);
  const nameless = countWithoutId(found);
  if (nameless > 0) {
    log.warning(
      say`${count(nameless, 'record')} of the history without a readable id will be deleted too, but ${verb('is', nameless)} not counted.`,
    );
  }
  assertMayDelete(context, key, inputs.maxDeletions, found.length);

  const word = await deleteAll(context, found.length, inputs.retries);
  if (!ledger.hasSent) return;
  const problems: Printable[] = [];
  if (word.said === 'done') await close(context, () => true);
  else problems.push(word.failure.message, ...(await listForReport(context)));
  const left = countLeft(ledger);
  // Where the portal had no word the list decides, though not over records that it never had.
  const isGone = ledger.closing.kind === 'trusted' && left === 0 && found.length > 0;
  if (word.said === 'nothing') warnOfSilence(context);
  if (word.said === 'nothing' && isGone) return;
  if (left > 0) {
    const names = ledger.withFate('listed').map(nameOf);
    problems.push(
      say`${thousands(left)} of ${count(found.length, 'backup')} ${verb('is', left)} still listed${names.length > 0 ? say`: ${someOf(names)}` : ''}.${word.said === 'done' ? ' The portal reported success; see its log.' : ''}`,
    );
  }
  if (problems.length > 0) throw new Failure(join(problems, ' '));
}

/**
 * Sends the DELETE until the portal has a word for it, or a listing shows that nothing is left of what was listed.
 * @param total how many were listed at first
 * @returns the portal's word; "nothing" also where the retries or the time are used up
 * @throws Failure when an error ends the run
 */
async function deleteAll(context: Context, total: number, retries: number): Promise<Word> {
  const { portal, ledger, log, deadline } = context;
  const ids = (ledger.selected ?? []).map(({ id }) => id);
  let mayGoOn = false;
  let left = Number.POSITIVE_INFINITY;
  for (let retry = 1; ; retry++) {
    const hadSent = ledger.hasSent;
    let word: Word;
    try {
      word = await portal.deleteHistory(() => ledger.sent(ids), 0);
    } catch (error) {
      // What an attempt before this one may have done, a listing can tell.
      if (hadSent && !(error instanceof MustWait)) await listForReport(context);
      throw error;
    }
    if (word.said !== 'nothing') return word;
    mayGoOn ||= word.mayGoOn;
    if (mayGoOn && total > 0) {
      // A list that stood still gets another chance only by a DELETE that may go on.
      const hasTime = await awaitEnd(context, word.mayGoOn ? Number.POSITIVE_INFINITY : left);
      left = countLeft(ledger);
      if (left === 0 || !hasTime) return word;
    }
    const { failure } = word;
    const wait = waitBeforeRetry(retry, failure instanceof BadAnswer ? failure.wait : undefined);
    const mayPass = !(failure instanceof NoAnswer) || failure.mayPass;
    if (retry > retries || !mayPass || wait >= deadline.left()) return word;
    const what = failure instanceof BadAnswer ? say`HTTP ${failure.status}.` : failure.message;
    log.note(say`${what} The DELETE is sent again in ${seconds(wait)}.`);
    if (!(await deadline.sleep(wait))) return word;
  }
}

/**
 * Waits while the list gets shorter: the portal goes on deleting when the connection is gone.
 * @param before how many were left when a list was last looked at
 * @returns whether that was seen to its end, or false: the time was up before
 */
async function awaitEnd(context: Context, before: number): Promise<boolean> {
  const { ledger, log, clock, deadline } = context;
  for (;;) {
    const start = clock.now();
    await listAgain(context);
    const left = countLeft(ledger);
    if (left === 0 || left >= before) return true;
    before = left;
    log.info(say`The portal may still be deleting: ${count(left, 'backup')} left.`);
    // A listing is dear: no more than half of the portal's time is spent on it.
    if (!(await deadline.sleep(Math.max(LOOK_AGAIN_MS, clock.now() - start)))) return false;
  }
}

/** How many are still listed; a record without a readable id counts. */
function countLeft(ledger: Ledger): number {
  const { closing } = ledger;
  const nameless = closing.kind === 'trusted' ? countWithoutId(closing.listing) : 0;
  return ledger.withFate('listed').length + nameless;
}

/**
 * Finds out what the portal has done, where that can be found out.
 * @returns what there is to say of a list that proves nothing; of one that could not be had, the error before says more
 */
async function listForReport(context: Context): Promise<Printable[]> {
  const { ledger } = context;
  if (ledger.closing.kind !== 'none') return [];
  try {
    await listAgain(context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (ledger.closing.kind !== 'none') return [error.message];
  }
  return [];
}
