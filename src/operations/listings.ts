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
import { ResponseError } from '../portal/answers/outcomes.js';
import type { ListOptions } from '../portal/api.js';
import type { ApiKey } from '../portal/key.js';
import { conjugate, listSome, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';
import { describeBackup } from './messages.js';

/** Listing is expensive, so a repeated one waits at least this long. */
export const MIN_BETWEEN_LISTINGS_MS = 2_000;
/** How long to wait before repeating a listing that failed with the portal's own error. */
const AFTER_ERROR_MS = 2_000;

/** Takes the first listing and, at the same time, asks about the API key. @throws ActionError if the listing fails */
export async function takeFirstListing({
  portal,
  ledger,
}: Context): Promise<{ listing: readonly HistoryRecord[]; key: ApiKey | undefined }> {
  const [listing, key] = await Promise.all([portal.listBackups(), portal.getKey()]);
  ledger.firstListing = listing;
  return { listing, key };
}

/**
 * Lists the history after deletions, and records what that is worth.
 * @returns the listing
 * @throws ActionError if there was none, or it is inconclusive
 */
export async function listAfterDeletions(
  context: Context,
  options?: ListOptions,
): Promise<readonly HistoryRecord[]> {
  const { ledger } = context;
  let listing: readonly HistoryRecord[];
  try {
    listing = await listWithOneRetry(context, options);
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
  throw new ActionError(explainInconclusive(verification.reason));
}

/** Lists, and lists once more if the portal itself failed: a storage that is down for a moment is enough for that. */
async function listWithOneRetry(
  { portal, deadline }: Context,
  options?: ListOptions,
): Promise<readonly HistoryRecord[]> {
  try {
    return await portal.listBackups(options);
  } catch (error) {
    const isOwnError =
      error instanceof ResponseError && error.status === 500 && error.kind === 'rejected-by-portal';
    if (!isOwnError || !(await deadline.sleep(AFTER_ERROR_MS))) throw error;
    return portal.listBackups(options);
  }
}

/** Lists once more. @returns whether that is conclusive. If the request fails, the listing before still counts */
export async function listAgain(context: Context): Promise<boolean> {
  try {
    await listAfterDeletions(context);
    return true;
  } catch (error) {
    if (error instanceof ActionError) return false;
    throw error;
  }
}

export function explainInconclusive(reason: Printable): Printable {
  return text`The final listing proves nothing: ${reason} Check the portal's backups before you run again.`;
}

/**
 * Assesses a listing that was taken after deletions, by what must still be true: it has no more records without an id
 * than before, and at least one of the backups that nobody deleted. A different server, an empty page or another spelling
 * of the ids fails this test. If nothing should remain, they pass it.
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
 * Finds what the final listing lacks although this run did not delete it.
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @returns the backups that had to be kept, and the others
 */
export function findMissing(
  { verification, kept = [] }: Ledger,
  pinned: ReadonlySet<BackupId>,
): { required: IdentifiedRecord[]; others: IdentifiedRecord[] } {
  const missing = verification.kind === 'conclusive' ? verification.missing : [];
  const keptIds = new Set([...pinned, ...kept.map(({ backup }) => backup.id)]);
  return {
    required: missing.filter(({ id }) => keptIds.has(id)),
    others: missing.filter(({ id }) => !keptIds.has(id)),
  };
}

/** How many records of the selected history are still listed, with or without a readable id. */
export function countLeft(ledger: Ledger): number {
  const { verification } = ledger;
  const withoutId = verification.kind === 'conclusive' ? countWithoutId(verification.listing) : 0;
  return ledger.withStatus('still-listed').length + withoutId;
}

/** How many backups the last listing has that the first one did not have. */
export function countNew({ verification, firstListing = [] }: Ledger): number {
  const before = collectIds(firstListing);
  const listing = verification.kind === 'conclusive' ? verification.listing : [];
  return listing.filter(record => hasId(record) && !before.has(record.id)).length;
}
