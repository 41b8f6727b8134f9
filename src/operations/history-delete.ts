import type { BackupId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import {
  type DeleteOutcome,
  type Failure,
  HeldBackError,
  isUndecided,
  NoResponseError,
  RateLimitError,
  RequestError,
  ResponseError,
} from '../portal/answers/outcomes.js';
import { waitBeforeRetry } from '../portal/retry-timing.js';
import { conjugate, formatSeconds, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';
import { countNew, listAfterDeletions, MIN_BETWEEN_LISTINGS_MS } from './listings.js';
import { MIN_STANDSTILL_MS, ShrinkingHistory } from './standstill.js';

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
    if (!mayRepeat || !(await waitToRepeat(context, outcome.error, retry, clock.monotonicMs()))) {
      throw outcome.error;
    }
  }
}

/**
 * Sends the DELETE until the portal answers it, nothing of the history is left, or it may not be sent again.
 * @param total how many records were listed at first
 * @returns the last outcome, which tells whether the portal may still be working on any of the DELETEs
 */
export async function sendHistoryDelete(
  context: Context,
  ids: readonly BackupId[],
  total: number,
  retries: number,
): Promise<DeleteOutcome> {
  const history = new ShrinkingHistory(context, total);
  let anyMayBeRunning = false;
  for (let retry = 1; ; retry++) {
    const last = await sendOnce(context, ids);
    if (last.kind === 'confirmed') return last;
    anyMayBeRunning ||= last.mayBeRunning;
    const failure = { ...last, mayBeRunning: anyMayBeRunning };
    if (!isUndecided(last.kind)) return failure;
    const maxRetries = isRetryable(last.error) ? retries : 0;
    const repeat = await prepareRepeat(context, history, { last, anyMayBeRunning, retry, maxRetries });
    if (repeat === 'allowed') continue;
    if (repeat === 'would-delete-new') return { ...failure, error: explainNotRepeated(context, last.error) };
    // If this DELETE did not reach the portal, an earlier one may have.
    if (last.kind === 'not-received' && anyMayBeRunning) await history.waitForStandstill();
    return failure;
  }
}

/** Sends the DELETE once. If the rate limit holds it up for long, the history is listed before it is sent again. */
async function sendOnce(context: Context, ids: readonly BackupId[]): Promise<DeleteOutcome> {
  const { portal, ledger, clock } = context;
  for (;;) {
    const { verification } = ledger;
    let turnedAwayAt: number | undefined;
    try {
      return await portal.deleteHistory({
        onSend: () => ledger.recordSentForAll(ids),
        onRateLimited: () => {
          turnedAwayAt ??= clock.monotonicMs();
        },
        isStillWanted: () =>
          turnedAwayAt === undefined || clock.monotonicMs() - turnedAwayAt < MIN_BETWEEN_LISTINGS_MS,
        maxRetries: 0,
      });
    } catch (error) {
      if (error instanceof HeldBackError) {
        await listAfterDeletions(context);
        if (countNew(ledger) > 0) throw new ActionError(explainNewBackups(ledger));
        continue;
      }
      if (!(error instanceof RateLimitError) || verification.kind === 'none') throw error;
      // The rate limit let nothing through, so the listing before still counts. That one followed an earlier DELETE.
      ledger.recordVerification(verification);
      return { kind: 'rejected-for-all', error, mayBeRunning: true };
    }
  }
}

interface Repeat {
  readonly last: Failure;
  readonly anyMayBeRunning: boolean;
  /** 1 for the first. */
  readonly retry: number;
  readonly maxRetries: number;
}

/**
 * Waits until the DELETE may be sent again: never while the portal may still be deleting, nor after a listing with backups
 * that the first one did not have.
 */
async function prepareRepeat(
  context: Context,
  history: ShrinkingHistory,
  { last, anyMayBeRunning, retry, maxRetries }: Repeat,
): Promise<'allowed' | 'would-delete-new' | 'not-needed' | 'impossible'> {
  const { ledger, clock } = context;
  const answeredAt = clock.monotonicMs();
  if (last.mayBeRunning && !(await history.waitForStandstill())) return 'impossible';
  if (history.isDeleted) return 'not-needed';
  if (retry > maxRetries) return 'impossible';
  // An empty history cannot show whether the portal is still at work.
  const minMs = last.mayBeRunning && history.total === 0 ? MIN_STANDSTILL_MS : 0;
  const listedAt = clock.monotonicMs();
  if (!(await waitToRepeat(context, last.error, retry, answeredAt, minMs))) return 'impossible';
  const isOutdated = clock.monotonicMs() - listedAt >= MIN_BETWEEN_LISTINGS_MS;
  if (isOutdated && !(await history.checkStandstill(anyMayBeRunning))) return 'impossible';
  if (history.isDeleted) return 'not-needed';
  return countNew(ledger) > 0 ? 'would-delete-new' : 'allowed';
}

function isRetryable(error: RequestError): boolean {
  return !(error instanceof NoResponseError) || error.isRetryable;
}

function explainNotRepeated({ ledger }: Context, error: RequestError): RequestError {
  return new RequestError(text`${error.message} ${explainNewBackups(ledger)}`, error.kind);
}

function explainNewBackups(ledger: Ledger): Printable {
  const added = countNew(ledger);
  return text`${pluralize(added, 'backup')} ${conjugate('was', added)} made meanwhile. Another DELETE would delete new backups too, so none was sent.`;
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
  const when = waitMs > 0 ? text` in ${formatSeconds(waitMs)}` : text``;
  log.note(text`${what} The DELETE is sent again${when}.`);
  return deadline.sleep(waitMs);
}
