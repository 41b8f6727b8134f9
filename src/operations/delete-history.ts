import { compareOldestFirst, countWithoutId, type HistoryRecord, hasId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import type { Ledger } from '../ledger.js';
import type { DeleteOutcome, Failure } from '../portal/answers/outcomes.js';
import { conjugate, formatNumber, listSome, pluralize } from '../text/format.js';
import { join, type Printable, text } from '../text/printable.js';
import { checkMayDelete } from './guards.js';
import { deleteUnverified, sendHistoryDelete } from './history-delete.js';
import { repeatWhileLagging } from './lagging.js';
import {
  countLeft,
  explainInconclusive,
  listAfterDeletions,
  listAgain,
  MIN_BETWEEN_LISTINGS_MS,
  takeFirstListing,
} from './listings.js';
import { describeBackup, explainUnanswered, REPORTED_SUCCESS } from './messages.js';
import { ShrinkingHistory, verifyStillEmpty } from './standstill.js';

/**
 * Deletes the whole history with the API's one call for it, and verifies by a listing that nothing of it is left. A
 * backup that was made meanwhile is no failure.
 * @throws ActionError for anything but a proven success; with `verify: false`, a reported one
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
      text`${pluralize(withoutId, 'record')} of the history without a readable id will be deleted too, but ${conjugate('is', withoutId)} not counted in the outputs. max-deletions counts ${withoutId === 1 ? 'it' : 'them'}.`,
    );
  }
  checkMayDelete(context, key, inputs.maxDeletions, listing.length);
  if (context.dryRun) return;

  const total = listing.length;
  const ids = selected.map(({ id }) => id);
  const outcome = await sendHistoryDelete(context, ids, total, inputs.retries);
  const problems = await judge(context, outcome, total);
  if (problems.length > 0) throw new ActionError(join(problems, ' '));
}

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
    default: {
      // A refusal of every request changed nothing, and a listing would be refused too.
      const needsListing = outcome.kind !== 'rejected-for-all' || outcome.mayBeRunning;
      const problems = needsListing ? await takeFinalListing(context) : [];
      return [outcome.error.message, ...problems, ...explainLeft(context.ledger, total)];
    }
  }
}

async function judgeUnanswered(
  context: Context,
  { error, mayBeRunning }: Failure,
  total: number,
): Promise<Printable[]> {
  const { ledger, log } = context;
  const problems = await takeFinalListing(context);
  // If the portal may not have received the DELETE, one empty listing is not enough.
  const needsProof = total > 0 && !mayBeRunning && problems.length === 0 && countLeft(ledger) === 0;
  if (needsProof) {
    await verifyStillEmpty(context);
    problems.push(...(await takeFinalListing(context)));
  }
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
  if (left > 0 && left < total) await new ShrinkingHistory(context, left).waitForStandstill();
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
