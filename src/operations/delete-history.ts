import {
  type BackupId,
  compareOldestFirst,
  countWithoutId,
  type HistoryRecord,
  hasId,
} from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import type { Ledger } from '../ledger.js';
import {
  type DeleteOutcome,
  gotNoAnswer,
  NoAnswerError,
  RateLimitError,
  RequestError,
  ResponseError,
} from '../portal/answers/outcomes.js';
import { waitBeforeRetry } from '../portal/http/retry-timing.js';
import { conjugate, formatNumber, formatSeconds, listSome, pluralize } from '../text/format.js';
import { join, type Printable, text } from '../text/printable.js';
import { checkMayDelete } from './guards.js';
import {
  countLeft,
  countNew,
  explainInconclusive,
  listAfterDeletions,
  listAgain,
  MIN_BETWEEN_LISTINGS_MS,
  takeFirstListing,
} from './listings.js';
import { describeBackup, explainUnanswered, REPORTED_SUCCESS } from './messages.js';
import { isStillEmpty, MIN_STANDSTILL_MS, type Shrinking, waitForStandstill } from './standstill.js';
import { repeatWhileLagging } from './verify.js';

/**
 * Deletes the whole history with the API's one call for it, and verifies by a listing that nothing of it is left. A
 * backup that was made meanwhile is no failure.
 * @throws ActionError for anything but a proven success
 */
export async function deleteHistory(context: Context, inputs: InputsOf<'delete-history'>): Promise<void> {
  const { ledger, log, calendar } = context;
  if (!inputs.verify) return deleteUnverified(context, inputs.retries);
  const { listing: first, key } = await takeFirstListing(context);
  const listing = await confirmEmpty(context, first, inputs.maxDeletions);
  const selected = listing.filter(hasId).sort(compareOldestFirst);
  ledger.recordPlan(selected);
  log.printPlan(ledger, calendar);
  const withoutId = countWithoutId(listing);
  if (withoutId > 0) {
    log.warning(
      text`${pluralize(withoutId, 'record')} of the history without a readable id will be deleted too, but ${conjugate('is', withoutId)} not counted.`,
    );
  }
  checkMayDelete(context, key, inputs.maxDeletions, listing.length);
  if (context.dryRun) return;

  const total = listing.length;
  const ids = selected.map(({ id }) => id);
  const outcome = await deleteAll(context, ids, total, inputs.retries);
  const problems = await judge(context, outcome, total);
  if (problems.length > 0) throw new ActionError(join(problems, ' '));
}

type Failure = Exclude<DeleteOutcome, { kind: 'confirmed' }>;

/** @returns what speaks against a success; empty: nothing */
async function judge(context: Context, outcome: DeleteOutcome, total: number): Promise<Printable[]> {
  switch (outcome.kind) {
    case 'confirmed': {
      const problems = await verifyEmpty(context, total);
      const left = explainLeft(context.ledger, total);
      if (left.length > 0) left.push(REPORTED_SUCCESS);
      return [...problems, ...left];
    }
    case 'not-received':
    case 'unanswered':
      return judgeUnanswered(context, outcome, total);
    default:
      // A refusal of every request changed nothing, and a listing would be refused too.
      if (outcome.kind !== 'rejected-for-all' || outcome.mayBeRunning) await takeFinalListing(context);
      return [outcome.error.message, ...explainLeft(context.ledger, total)];
  }
}

async function judgeUnanswered(
  context: Context,
  { error, mayBeRunning }: Failure,
  total: number,
): Promise<Printable[]> {
  const { ledger, log } = context;
  const problems = await takeFinalListing(context);
  // Where no DELETE arrived, nobody has seen the history empty twice.
  const needsProof = total > 0 && !mayBeRunning && problems.length === 0 && countLeft(ledger) === 0;
  if (needsProof && (await isStillEmpty(context))) problems.push(...(await takeFinalListing(context)));
  const deleted = ledger.withStatus('deleted').length;
  if (deleted > 0) log.warning(explainUnanswered(deleted));
  // The listing decides, but it proves nothing about records that were never listed.
  const isProven = problems.length === 0 && countLeft(ledger) === 0 && total > 0;
  return isProven ? [] : [error.message, ...problems, ...explainLeft(ledger, total)];
}

function explainLeft(ledger: Ledger, total: number): Printable[] {
  const left = countLeft(ledger);
  if (left === 0) return [];
  const names = ledger.withStatus('still-listed').map(describeBackup);
  return [
    text`${formatNumber(left)} of ${pluralize(total, 'backup')} ${conjugate('is', left)} still listed${names.length > 0 ? text`: ${listSome(names)}` : ''}.`,
  ];
}

/**
 * Lists an empty history once more if there is a limit: one empty listing may be a mistake of the portal's, and the
 * DELETE is sent for an empty history too.
 * @returns the second listing, or the first one
 */
async function confirmEmpty(
  { portal, ledger, deadline, dryRun }: Context,
  listing: readonly HistoryRecord[],
  maxDeletions: number | undefined,
): Promise<readonly HistoryRecord[]> {
  if (listing.length > 0 || maxDeletions === undefined || dryRun) return listing;
  await deadline.sleep(MIN_BETWEEN_LISTINGS_MS);
  const again = await portal.listBackups();
  ledger.firstListing = again;
  return again;
}

/** Sends the DELETE, and sends it again only if the portal did not get it. Without a listing, nothing tells more. */
async function deleteUnverified(context: Context, retries: number): Promise<void> {
  const { portal, ledger, clock } = context;
  for (let retry = 1; ; retry++) {
    const outcome = await portal.deleteHistory({
      onSend: () => ledger.recordSentWithoutIds(),
      maxRetries: 0,
    });
    if (outcome.kind === 'confirmed') return;
    const mayRepeat = outcome.kind === 'not-received' && retry <= retries;
    if (!mayRepeat || !(await waitToRepeat(context, outcome.error, retry, clock.monotonicMs())))
      throw outcome.error;
  }
}

/** How far the portal has come with a history. */
interface Progress {
  /** How many records were listed at first. */
  readonly total: number;
  readonly shrinking: Shrinking;
  /** Whether it may still be working on any DELETE. */
  mayBeRunning: boolean;
}

/**
 * Sends the DELETE until the portal answers it, or a listing shows that nothing of the history is left.
 * @param total how many records were listed at first
 * @returns the last outcome; without an answer if it may not be sent again
 */
async function deleteAll(
  context: Context,
  ids: readonly BackupId[],
  total: number,
  retries: number,
): Promise<DeleteOutcome> {
  const progress: Progress = { total, shrinking: { left: total, longestGapMs: 0 }, mayBeRunning: false };
  for (let retry = 1; ; retry++) {
    const outcome = await sendDelete(context, ids);
    if (outcome.kind === 'confirmed') return outcome;
    progress.mayBeRunning ||= outcome.mayBeRunning;
    const failure = { ...outcome, mayBeRunning: progress.mayBeRunning };
    if (!gotNoAnswer(outcome.kind)) return failure;
    const repeat = await prepareRepeat(context, progress, outcome, retry, retries);
    if (repeat === 'allowed') continue;
    if (repeat === 'would-delete-new')
      return { ...failure, error: explainNotRepeated(context, outcome.error) };
    // If this DELETE did not reach the portal, an earlier one may have.
    if (outcome.kind === 'not-received' && progress.mayBeRunning && progress.shrinking.left > 0)
      await waitForStandstill(context, progress.shrinking);
    return failure;
  }
}

async function sendDelete({ portal, ledger }: Context, ids: readonly BackupId[]): Promise<DeleteOutcome> {
  const { verification } = ledger;
  try {
    return await portal.deleteHistory({ onSend: () => ledger.recordSentForAll(ids), maxRetries: 0 });
  } catch (error) {
    if (!(error instanceof RateLimitError) || verification.kind === 'none') throw error;
    // The rate limit let nothing through, so the listing before still counts.
    ledger.recordVerification(verification);
    return { kind: 'rejected-for-all', error, mayBeRunning: true };
  }
}

/**
 * Waits until the DELETE may be sent again: never while the portal may still be deleting, nor after a listing with backups
 * that the first one did not have.
 */
async function prepareRepeat(
  context: Context,
  { total, shrinking, mayBeRunning }: Progress,
  failure: Failure,
  retry: number,
  retries: number,
): Promise<'allowed' | 'would-delete-new' | 'impossible'> {
  const { ledger, clock } = context;
  const answeredAt = clock.monotonicMs();
  if (failure.mayBeRunning && shrinking.left > 0 && !(await waitForStandstill(context, shrinking)))
    return 'impossible';
  const { error } = failure;
  const isRepeatable = !(error instanceof NoAnswerError) || error.isRetryable;
  const isDone = total > 0 && shrinking.left === 0;
  if (isDone || !isRepeatable || retry > retries) return 'impossible';
  // An empty history cannot show whether the portal is still at work.
  const minMs = failure.mayBeRunning && total === 0 ? MIN_STANDSTILL_MS : 0;
  const listedAt = clock.monotonicMs();
  if (!(await waitToRepeat(context, error, retry, answeredAt, minMs))) return 'impossible';
  const isOutdated = mayBeRunning && clock.monotonicMs() - listedAt >= MIN_BETWEEN_LISTINGS_MS;
  if (isOutdated && !(await checkStandstill(context, shrinking))) return 'impossible';
  if (total > 0 && shrinking.left === 0) return 'impossible';
  return countNew(ledger) > 0 ? 'would-delete-new' : 'allowed';
}

/** Lists once more, and waits again if the history has shrunk meanwhile. @returns false: no time, or no listing */
async function checkStandstill(context: Context, shrinking: Shrinking): Promise<boolean> {
  if (!(await listAgain(context))) return false;
  const before = shrinking.left;
  shrinking.left = countLeft(context.ledger);
  return shrinking.left >= before || waitForStandstill(context, shrinking);
}

function explainNotRepeated({ ledger }: Context, error: RequestError): RequestError {
  const added = countNew(ledger);
  return new RequestError(
    text`${error.message} ${pluralize(added, 'backup')} ${conjugate('was', added)} made meanwhile. Another DELETE would delete new backups too, so none was sent.`,
    error.kind,
  );
}

/** Waits before the DELETE is sent again, counted from the answer. @returns false: there is no time for that */
async function waitToRepeat(
  { log, clock, deadline }: Context,
  error: ActionError,
  retry: number,
  answeredAt: number,
  minMs = 0,
): Promise<boolean> {
  const isAnswer = error instanceof ResponseError;
  const afterMs = Math.max(minMs, waitBeforeRetry(retry, isAnswer ? error.waitMs : undefined));
  const waitMs = Math.max(0, afterMs - (clock.monotonicMs() - answeredAt));
  if (waitMs >= deadline.remainingMs()) return false;
  const what = isAnswer ? text`HTTP ${error.status}.` : error.message;
  log.noteRetry(text`${what} The DELETE is sent again in ${formatSeconds(waitMs)}.`);
  return deadline.sleep(waitMs);
}

/** Lists until the history is empty or has stopped shrinking. @returns what is wrong with the listings */
async function verifyEmpty(context: Context, total: number): Promise<Printable[]> {
  const { ledger } = context;
  const problems = await takeFinalListing(context);
  if (problems.length > 0) {
    return [text`The portal reported that the history is deleted, but no listing proves it.`, ...problems];
  }
  // Once the list has shrunk, the wait below is the right one.
  const countLagging = () => (countLeft(ledger) < total ? 0 : total);
  await repeatWhileLagging(context, countLagging, () => listAgain(context));
  const left = countLeft(ledger);
  if (left > 0 && left < total) await waitForStandstill(context, { left, longestGapMs: 0 });
  return takeFinalListing(context);
}

/** Takes a final listing, unless there is one. @returns why there is none, or why it proves nothing */
async function takeFinalListing(context: Context): Promise<Printable[]> {
  const { ledger } = context;
  if (ledger.verification.kind === 'none') {
    try {
      await listAfterDeletions(context);
    } catch (error) {
      if (error instanceof ActionError) return [error.message];
      throw error;
    }
  }
  const { verification } = ledger;
  return verification.kind === 'inconclusive' ? [explainInconclusive(verification.reason)] : [];
}
