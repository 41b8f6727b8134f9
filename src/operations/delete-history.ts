import { compareOldestFirst, countWithoutId, hasId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import type { Ledger } from '../ledger.js';
import { NoAnswerError, ResponseError } from '../portal/errors.js';
import { waitBeforeRetry } from '../portal/http/retry-timing.js';
import type { DeleteOutcome } from '../portal/outcomes.js';
import { conjugate, formatNumber, formatSeconds, listSome, pluralize } from '../text/format.js';
import { join, type Printable, text } from '../text/printable.js';
import { checkMayDelete, takeFirstListing } from './guards.js';
import { describeBackup, explainUnanswered } from './messages.js';
import { takeFinalListing, verifyDeletions } from './verify.js';

/** The shortest wait before the next listing while the portal is still deleting. */
const MIN_LISTING_INTERVAL_MS = 2_000;

/**
 * Deletes the whole history with the API's one call for it, and proves by a listing that nothing of it is left. A backup
 * that was made meanwhile is no failure.
 * @throws ActionError for anything but a proven success
 */
export async function deleteHistory(context: Context, inputs: InputsOf<'delete-history'>): Promise<void> {
  const { portal, ledger, log, calendar } = context;
  if (!inputs.verify) {
    const outcome = await portal.deleteHistory(() => ledger.recordSent([]));
    if (outcome.kind !== 'confirmed') throw outcome.error;
    return;
  }
  const { listing, key } = await takeFirstListing(context);
  ledger.selected = listing.filter(hasId).sort(compareOldestFirst);
  ledger.kept = [];
  log.plan(ledger, calendar);
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
  if (outcome.kind === 'confirmed') await verifyDeletions(context, () => true);
  else problems.push(outcome.error.message, ...(await listForReport(context)));
  const left = countLeft(ledger);
  if (isUnanswered(outcome)) {
    const deleted = ledger.deletedWithoutAnswer.length;
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

function isUnanswered({ kind }: DeleteOutcome): boolean {
  return kind === 'unanswered' || kind === 'not-received';
}

/**
 * Sends the DELETE until the portal answers it, or a listing shows that nothing of the history is left.
 * @param total how many records were listed at first
 * @returns the last outcome; unanswered if the retries or the time are used up
 * @throws ActionError if an error ends the run
 */
async function deleteAll(context: Context, total: number, retries: number): Promise<DeleteOutcome> {
  const { portal, ledger, log, deadline } = context;
  const ids = (ledger.selected ?? []).map(({ id }) => id);
  let mayBeRunning = false;
  let left = Number.POSITIVE_INFINITY;
  for (let retry = 1; ; retry++) {
    const hadSent = ledger.hasSent;
    const outcome = await portal.deleteHistory(() => ledger.recordSent(ids), 0);
    if (outcome.kind === 'rejected-for-all') {
      // A listing can tell what an earlier attempt did.
      if (hadSent) await listForReport(context);
      throw outcome.error;
    }
    if (!isUnanswered(outcome) || outcome.kind === 'confirmed') return outcome;
    mayBeRunning ||= outcome.mayBeRunning;
    if (mayBeRunning && total > 0) {
      const hasTime = await waitWhileShrinking(
        context,
        outcome.mayBeRunning ? Number.POSITIVE_INFINITY : left,
      );
      left = countLeft(ledger);
      if (left === 0 || !hasTime) return outcome;
    }
    const { error } = outcome;
    const waitMs = waitBeforeRetry(retry, error instanceof ResponseError ? error.waitMs : undefined);
    const isRetryable = !(error instanceof NoAnswerError) || error.isRetryable;
    if (retry > retries || !isRetryable || waitMs >= deadline.remainingMs()) return outcome;
    const what = error instanceof ResponseError ? text`HTTP ${error.status}.` : error.message;
    log.note(text`${what} The DELETE is sent again in ${formatSeconds(waitMs)}.`);
    if (!(await deadline.sleep(waitMs))) return outcome;
  }
}

/**
 * Lists again while the history shrinks: the portal goes on deleting after the connection is gone.
 * @param before how many backups were left in the listing before
 * @returns whether the history stopped shrinking; false: the time was up first
 */
async function waitWhileShrinking(context: Context, before: number): Promise<boolean> {
  const { ledger, log, clock, deadline } = context;
  for (;;) {
    const start = clock.now();
    await takeFinalListing(context);
    const left = countLeft(ledger);
    if (left === 0 || left >= before) return true;
    before = left;
    log.info(text`The portal may still be deleting: ${pluralize(left, 'backup')} left.`);
    // Listing is expensive: it takes at most half of the portal's time.
    if (!(await deadline.sleep(Math.max(MIN_LISTING_INTERVAL_MS, clock.now() - start)))) return false;
  }
}

/** How many records are still listed, with or without a readable id. */
function countLeft(ledger: Ledger): number {
  const { verification } = ledger;
  const withoutId = verification.kind === 'conclusive' ? countWithoutId(verification.listing) : 0;
  return ledger.withStatus('still-listed').length + withoutId;
}

/**
 * Takes a final listing for the report, unless there is one.
 * @returns the problem if it is inconclusive; a listing that failed adds nothing to the error that is reported already
 */
async function listForReport(context: Context): Promise<Printable[]> {
  const { ledger } = context;
  if (ledger.verification.kind !== 'none') return [];
  try {
    await takeFinalListing(context);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (ledger.verification.kind !== 'none') return [error.message];
  }
  return [];
}
