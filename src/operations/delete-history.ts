import type { Context } from '../context.js';
import { BadAnswer, Failure, MustWait, NoAnswer } from '../failure.js';
import type { InputsOf } from '../inputs.js';
import type { Ledger } from '../ledger.js';
import type { Word } from '../portal/portal.js';
import { hasId } from '../portal/records.js';
import { waitBeforeRetry } from '../portal/retry-timing.js';
import { count, join, type Printable, say, seconds, someOf, thousands, verb } from '../text.js';
import { assertMayDelete, compareOldestFirst, listFirst } from './before-deleting.js';
import { close, listAgain, nameOf } from './closing.js';
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

  const word = await deleteAll(context, inputs.retries);
  if (!ledger.hasSent) return;
  if (word.said === 'no') await listForReport(context);
  else await close(context, () => word.said === 'done');
  const left = countLeft(ledger);
  const problems: Printable[] = word.said === 'no' ? [word.failure.message] : [];
  if (left > 0) {
    const names = ledger.withFate('listed').map(nameOf);
    problems.push(
      say`${thousands(left)} of ${count(found.length, 'backup')} ${verb('is', left)} still listed${names.length > 0 ? say`: ${someOf(names)}` : ''}.${word.said === 'done' ? ' The portal reported success; see its log.' : ''}`,
    );
  }
  if (problems.length > 0) throw new Failure(join(problems, ' '));
}

/**
 * Sends the DELETE until the portal has a word for it, or a listing shows that nothing is left: it decides where the
 * portal had no word.
 * @returns the portal's word; "nothing" where a listing has shown that it is done
 * @throws Failure when the retries or the time are used up
 */
async function deleteAll(context: Context, retries: number): Promise<Word> {
  const { portal, ledger, log, deadline } = context;
  const ids = (ledger.selected ?? []).map(({ id }) => id);
  let mayGoOn = false;
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
    const end = mayGoOn ? await awaitEnd(context) : 'stopped';
    if (end === 'done') return word;
    const { failure } = word;
    const wait = waitBeforeRetry(retry, failure instanceof BadAnswer ? failure.wait : undefined);
    const mayPass = !(failure instanceof NoAnswer) || failure.mayPass;
    const what = failure instanceof BadAnswer ? say`HTTP ${failure.status}.` : failure.message;
    const isLast = end === 'no time' || retry > retries || !mayPass || wait >= deadline.left();
    if (!isLast) log.note(say`${what} The DELETE is sent again in ${seconds(wait)}.`);
    if (isLast || !(await deadline.sleep(wait))) {
      await listForReport(context);
      if (ledger.closing.kind === 'trusted' && countLeft(ledger) === 0) return word;
      throw failure;
    }
  }
}

/**
 * Waits while the list gets shorter: the portal goes on deleting when the connection is gone.
 * @returns `done`: nothing is left; `stopped`: the list has stopped getting shorter; `no time`: it had not when the time
 * was up
 */
async function awaitEnd(context: Context): Promise<'done' | 'stopped' | 'no time'> {
  const { ledger, log, clock, deadline } = context;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const start = clock.now();
    await listAgain(context);
    const left = countLeft(ledger);
    if (left === 0) return 'done';
    if (left >= before) return 'stopped';
    before = left;
    log.info(say`The portal may still be deleting: ${count(left, 'backup')} left.`);
    // A listing is dear: no more than half of the portal's time is spent on it.
    if (!(await deadline.sleep(Math.max(LOOK_AGAIN_MS, clock.now() - start)))) return 'no time';
  }
}

/** How many are still listed; a record without a readable id counts. */
function countLeft(ledger: Ledger): number {
  const { closing } = ledger;
  const nameless = closing.kind === 'trusted' ? countWithoutId(closing.listing) : 0;
  return ledger.withFate('listed').length + nameless;
}

/** Finds out what the portal has done, where that can be found out; the error that comes first says more. */
async function listForReport(context: Context): Promise<void> {
  if (context.ledger.closing.kind !== 'none') return;
  try {
    await listAgain(context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
