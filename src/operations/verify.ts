import {
  type BackupId,
  collectIds,
  countWithoutId,
  type HistoryRecord,
  hasId,
  type IdentifiedRecord,
} from '../backups/backup.js';
import type { Context } from '../context.js';
import { ActionError } from '../errors.js';
import type { Ledger, Verification } from '../ledger.js';
import { ResponseError } from '../portal/answers/request-errors.js';
import { conjugate, listSome, pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { describeBackup } from './messages.js';

/** When to check again, counted from the first check, if a deletion does not show yet. */
const REPEAT_AFTER_MS = [2_000, 8_000];
/** After that, repeat at this interval while the number that is still listed keeps falling. */
const REPEAT_EVERY_MS = 8_000;
/** Listing is expensive: there is at least this much time between two. */
export const MIN_BETWEEN_LISTINGS_MS = 2_000;
/** How long to wait before repeating a final listing that failed with the portal's own error. */
const AFTER_ERROR_MS = 2_000;

/**
 * Assesses a listing that was taken after deletions, by what must still be true: it has no more records without an id
 * than before, and at least one of the backups that nobody deleted. A different server, an empty page or another spelling
 * of the ids fails this test.
 * @param firstListing taken before the deletions
 * @param selected the ids of what was to be deleted
 */
export function assessListing(
  firstListing: readonly HistoryRecord[],
  selected: ReadonlySet<BackupId>,
  listing: readonly HistoryRecord[],
): Exclude<Verification, { kind: 'none' }> {
  const withoutId = countWithoutId(listing);
  if (withoutId > countWithoutId(firstListing)) {
    return {
      kind: 'inconclusive',
      reason: text`${pluralize(withoutId, 'record')} in it ${conjugate('has', withoutId)} no readable id, ${countWithoutId(firstListing)} in the first one. They could be the backups to be deleted.`,
    };
  }
  const listed = collectIds(listing);
  const others = firstListing
    .filter(hasId)
    .filter(({ id, expiresOn }) => !selected.has(id) && expiresOn === undefined);
  const missing = others.filter(({ id }) => !listed.has(id));
  if (others.length > 0 && missing.length === others.length) {
    return {
      kind: 'inconclusive',
      reason: text`it has none of the ${pluralize(missing.length, 'backup')} that should remain: ${listSome(missing.map(describeBackup))}. Another server may have answered, or the portal cannot reach its storages.`,
    };
  }
  return { kind: 'conclusive', listing, missing };
}

/**
 * Lists the history after deletions, and records what that is worth.
 * @returns the listing
 * @throws ActionError if there was none, or it is inconclusive
 */
export async function listAfterDeletions(context: Context): Promise<readonly HistoryRecord[]> {
  const { ledger } = context;
  let listing: readonly HistoryRecord[];
  try {
    listing = await listWithOneRetry(context);
  } catch (error) {
    // An HTTP 200 that is no list is an answer. Anything else counts as no listing.
    if (error instanceof ResponseError && error.status === 200) {
      ledger.recordVerification({ kind: 'inconclusive', reason: error.message });
    }
    throw error;
  }
  const { firstListing = [], selected = [] } = ledger;
  const verification = assessListing(firstListing, collectIds(selected), listing);
  ledger.recordVerification(verification);
  if (verification.kind === 'conclusive') return listing;
  throw new ActionError(
    text`The final listing proves nothing: ${verification.reason} Check the portal's backups before you run again.`,
  );
}

/** Lists, and lists once more if the portal itself failed: a storage that is down for a moment is enough for that. */
async function listWithOneRetry({ portal, deadline }: Context): Promise<readonly HistoryRecord[]> {
  try {
    return await portal.listBackups();
  } catch (error) {
    const isOwnError =
      error instanceof ResponseError && error.status === 500 && error.kind === 'rejected-by-portal';
    if (!isOwnError || !(await deadline.sleep(AFTER_ERROR_MS))) throw error;
    return portal.listBackups();
  }
}

/**
 * Takes the final listing, unless there is one already. It lists again while backups whose deletion was confirmed are
 * still listed.
 * @throws ActionError if there was none, or it is inconclusive
 */
export async function verifyDeletions(context: Context): Promise<void> {
  const { ledger } = context;
  if (ledger.verification.kind === 'none') await listAfterDeletions(context);
  await repeatWhileLagging(
    context,
    () => ledger.withStatus('still-listed').filter(({ id }) => ledger.isConfirmed(id)).length,
    async () => {
      try {
        await listAfterDeletions(context);
      } catch (error) {
        // Without an answer, the listing before still counts.
        if (!(error instanceof ActionError) || ledger.verification.kind === 'inconclusive') throw error;
      }
    },
  );
}

/**
 * Repeats a check 2 s and 8 s from now while something lags, and then as long as less of it lags each time.
 * @param countLagging how many deletions do not show yet
 */
export async function repeatWhileLagging(
  { clock, deadline, budget }: Context,
  countLagging: () => number,
  check: () => Promise<void>,
): Promise<void> {
  const start = clock.now();
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const lagging = countLagging();
    const afterMs = REPEAT_AFTER_MS[round];
    if (lagging === 0 || (afterMs === undefined && lagging >= before)) return;
    before = lagging;
    const waitMs =
      afterMs === undefined
        ? REPEAT_EVERY_MS
        : Math.max(MIN_BETWEEN_LISTINGS_MS, start + afterMs - clock.now());
    const hasTime = deadline.remainingMs() - waitMs > budget.expectedListingMs;
    if (!hasTime || !(await deadline.sleep(waitMs))) return;
    await check();
  }
}

/**
 * Finds what the final listing lacks although this run did not delete it.
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @returns the backups that had to be kept, and the others
 */
export function findMissing(
  { verification, kept = [] }: Ledger,
  pinned: ReadonlySet<BackupId>,
): { kept: IdentifiedRecord[]; others: IdentifiedRecord[] } {
  const missing = verification.kind === 'conclusive' ? verification.missing : [];
  const keptIds = new Set([...pinned, ...kept.map(({ backup }) => backup.id)]);
  return {
    kept: missing.filter(({ id }) => keptIds.has(id)),
    others: missing.filter(({ id }) => !keptIds.has(id)),
  };
}
