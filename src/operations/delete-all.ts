import type { BackupId } from '../backups/backup.js';
import type { Context } from '../context.js';
import type { ActionError } from '../errors.js';
import {
  type DeleteOutcome,
  type Failure,
  gotNoAnswer,
  NoAnswerError,
  RateLimitError,
  RequestError,
  ResponseError,
} from '../portal/answers/outcomes.js';
import { waitBeforeRetry } from '../portal/retry-timing.js';
import { conjugate, formatSeconds, pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { countLeft, countNew, listAgain, MIN_BETWEEN_LISTINGS_MS } from './listings.js';
import { MIN_STANDSTILL_MS, type Shrinking, waitForStandstill } from './standstill.js';

/** Sends the DELETE, and sends it again only if the portal did not get it. Without a listing, nothing tells more. */
export async function deleteUnverified(context: Context, retries: number): Promise<void> {
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

interface Progress {
  readonly total: number;
  readonly shrinking: Shrinking;
  /** Whether it may still be working on any DELETE. */
  mayBeRunning: boolean;
}

/**
 * Sends the DELETE until the portal answers it, nothing of the history is left, or it may not be sent again.
 * @param total how many records were listed at first
 * @returns the last outcome
 */
export async function deleteAll(
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
): Promise<'allowed' | 'would-delete-new' | 'not-needed' | 'impossible'> {
  const { ledger, clock } = context;
  const answeredAt = clock.monotonicMs();
  if (failure.mayBeRunning && shrinking.left > 0 && !(await waitForStandstill(context, shrinking)))
    return 'impossible';
  const { error } = failure;
  const isRepeatable = !(error instanceof NoAnswerError) || error.isRetryable;
  const isDone = () => total > 0 && shrinking.left === 0;
  if (isDone()) return 'not-needed';
  if (!isRepeatable || retry > retries) return 'impossible';
  // An empty history cannot show whether the portal is still at work.
  const minMs = failure.mayBeRunning && total === 0 ? MIN_STANDSTILL_MS : 0;
  const listedAt = clock.monotonicMs();
  if (!(await waitToRepeat(context, error, retry, answeredAt, minMs))) return 'impossible';
  const isOutdated = mayBeRunning && clock.monotonicMs() - listedAt >= MIN_BETWEEN_LISTINGS_MS;
  if (isOutdated && !(await checkStandstill(context, shrinking))) return 'impossible';
  if (isDone()) return 'not-needed';
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
