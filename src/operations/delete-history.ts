import { compareOldestFirst, countWithoutId, hasId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import { type DeleteOutcome, gotNoAnswer } from '../portal/answers/outcomes.js';
import { NoAnswerError, NotSentError, ResponseError } from '../portal/answers/request-errors.js';
import { waitBeforeRetry } from '../portal/http/retry-timing.js';
import { conjugate, formatNumber, formatSeconds, listSome, pluralize } from '../text/format.js';
import { join, type Printable, text } from '../text/printable.js';
import { checkMayDelete, takeFirstListing } from './guards.js';
import { describeBackup, explainUnanswered } from './messages.js';
import { countLeft, listAgain, MIN_STANDSTILL_MS, waitForStandstill } from './standstill.js';
import { listAfterDeletions, repeatWhileLagging } from './verify.js';

/**
 * Deletes the whole history with the API's one call for it, and verifies by a listing that nothing of it is left. A
 * backup that was made meanwhile is no failure.
 * @throws ActionError for anything but a proven success
 */
export async function deleteHistory(context: Context, inputs: InputsOf<'delete-history'>): Promise<void> {
  const { ledger, log, calendar } = context;
  if (!inputs.verify) {
    return deleteUnverified(context, inputs.retries);
  }
  const { listing, key } = await takeFirstListing(context);
  ledger.selected = listing.filter(hasId).sort(compareOldestFirst);
  ledger.kept = [];
  log.printPlan(ledger, calendar);
  const withoutId = countWithoutId(listing);
  if (withoutId > 0) {
    log.warning(
      text`${pluralize(withoutId, 'record')} of the history without a readable id will be deleted too, but ${conjugate('is', withoutId)} not counted.`,
    );
  }
  checkMayDelete(context, key, inputs.maxDeletions, listing.length);

  const outcome = await deleteAll(context, listing.length, inputs.retries);
  if (!ledger.hasSent) return;
  const problems: Printable[] = [];
  if (outcome.kind === 'confirmed') await verifyEmpty(context, listing.length);
  else problems.push(outcome.error.message, ...(await listForReport(context)));
  const left = countLeft(ledger);
  if (gotNoAnswer(outcome.kind)) {
    const deleted = ledger.withStatus('deleted').length;
    if (deleted > 0) log.warning(explainUnanswered(deleted));
    // The listing decides, but it proves nothing about records that were never listed.
    if (ledger.verification.kind === 'conclusive' && left === 0 && listing.length > 0) return;
  }
  if (left > 0) {
    const names = ledger.withStatus('still-listed').map(describeBackup);
    problems.push(
      text`${formatNumber(left)} of ${pluralize(listing.length, 'backup')} ${conjugate('is', left)} still listed${names.length > 0 ? text`: ${listSome(names)}` : ''}.${outcome.kind === 'confirmed' ? ' The portal reported success; see its log.' : ''}`,
    );
  }
  if (problems.length > 0) throw new ActionError(join(problems, ' '));
}

/** Sends the DELETE, and sends it again only if the portal did not get it. Without a listing, nothing tells more. */
async function deleteUnverified({ portal, ledger, deadline }: Context, retries: number): Promise<void> {
  for (let retry = 1; ; retry++) {
    const outcome = await portal.deleteHistory({ onSend: () => ledger.recordSentForAll([]), once: true });
    if (outcome.kind === 'confirmed') return;
    const isLast = outcome.kind !== 'not-received' || retry > retries;
    if (isLast || !(await deadline.sleep(waitBeforeRetry(retry, undefined)))) throw outcome.error;
  }
}

/**
 * Sends the DELETE until the portal answers it, or a listing shows that nothing of the history is left. It never sends
 * it while the portal may still be deleting.
 * @param total how many records were listed at first
 * @returns the last outcome; unanswered if the retries or the time are used up
 * @throws ActionError if an error ends the run
 */
async function deleteAll(context: Context, total: number, retries: number): Promise<DeleteOutcome> {
  const { portal, ledger, log, deadline } = context;
  const ids = (ledger.selected ?? []).map(({ id }) => id);
  let left = total;
  let mayBeRunning = false;
  const giveUp = async (outcome: DeleteOutcome) => {
    // The last DELETE did not reach the portal, but an earlier one did.
    const isOpen = outcome.kind === 'not-received' && mayBeRunning && left > 0;
    if (isOpen) await waitForStandstill(context, left);
    return outcome;
  };
  for (let retry = 1; ; retry++) {
    const hadSent = ledger.hasSent;
    const outcome = await portal
      .deleteHistory({ onSend: () => ledger.recordSentForAll(ids), once: true })
      .catch(async error => {
        if (hadSent && error instanceof NotSentError) await listForReport(context);
        throw error;
      });
    if (outcome.kind === 'rejected-for-all') {
      // A listing can tell what an earlier attempt did.
      if (hadSent) await listForReport(context);
      throw outcome.error;
    }
    if (outcome.kind === 'confirmed' || !gotNoAnswer(outcome.kind)) return outcome;
    mayBeRunning ||= outcome.mayBeRunning;
    if (outcome.mayBeRunning && left > 0) {
      const hasTime = await waitForStandstill(context, left);
      left = countLeft(ledger);
      if (!hasTime || left === 0) return outcome;
    }
    const { error } = outcome;
    const retryMs = waitBeforeRetry(retry, error instanceof ResponseError ? error.waitMs : undefined);
    // An empty history cannot show whether the portal is still at work.
    const waitMs = outcome.mayBeRunning && total === 0 ? Math.max(retryMs, MIN_STANDSTILL_MS) : retryMs;
    const isRetryable = !(error instanceof NoAnswerError) || error.isRetryable;
    if (retry > retries || !isRetryable || waitMs >= deadline.remainingMs()) return giveUp(outcome);
    const what = error instanceof ResponseError ? text`HTTP ${error.status}.` : error.message;
    log.noteRetry(text`${what} The DELETE is sent again in ${formatSeconds(waitMs)}.`);
    if (!(await deadline.sleep(waitMs))) return giveUp(outcome);
  }
}

async function verifyEmpty(context: Context, total: number): Promise<void> {
  const { ledger } = context;
  await listAfterDeletions(context);
  await repeatWhileLagging(
    context,
    // Once the list has shrunk, the wait below is the right one.
    () => (countLeft(ledger) < total ? 0 : total),
    async () => {
      await listAgain(context);
    },
  );
  const left = countLeft(ledger);
  if (left > 0 && left < total) await waitForStandstill(context, left);
}

/**
 * Takes a final listing for the report, unless there is one.
 * @returns the problem if it is inconclusive; a listing that failed adds nothing to the error that is reported already
 */
async function listForReport(context: Context): Promise<Printable[]> {
  const { ledger } = context;
  if (ledger.verification.kind !== 'none') return [];
  try {
    await listAfterDeletions(context);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (ledger.verification.kind !== 'none') return [error.message];
  }
  return [];
}
