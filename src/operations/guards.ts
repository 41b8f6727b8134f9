import type { BackupId, IdentifiedRecord } from '../backups/backup.js';
import type { Context } from '../context.js';
import { RefusedError } from '../errors.js';
import { type ApiKey, KEY_PAGE } from '../portal/key.js';
import { DAY_MS } from '../retention/calendar.js';
import { conjugate, formatNumber, formatSeconds, listSome, pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { expectedListingPauseMs } from './deletion/listing-pause.js';

const EXPIRY_WARNING_DAYS = 30;

/** @throws RefusedError if the key may only read; in a dry run that is a warning */
export function checkKey({ log, clock, calendar, dryRun }: Context, key: ApiKey | undefined): void {
  if (key?.isReadOnly && !dryRun) {
    throw new RefusedError(
      text`The API key may only read. Nothing was deleted. Make one with access "All" (${KEY_PAGE}).`,
      text`the API key may only read`,
    );
  }
  if (key?.isReadOnly) log.warning(text`This key may only read. The real run needs one with access "All".`);
  if (key?.expiresOn !== undefined && key.expiresOn < clock.epochMs() + EXPIRY_WARNING_DAYS * DAY_MS) {
    log.warning(
      text`The API key expires on ${calendar.format(key.expiresOn)} (${calendar.name}). Make a new one before then.`,
    );
  }
}

/**
 * Checks the key, `max-deletions` and the remaining time, before anything is deleted.
 * @param total how many will be deleted; more than are selected if some have no id
 * @throws RefusedError if one of them does not allow the deletions
 */
export function checkMayDelete(
  context: Context,
  key: ApiKey | undefined,
  maxDeletions: number | undefined,
  total: number,
): void {
  checkKey(context, key);
  if (maxDeletions !== undefined && total > maxDeletions) {
    throw new RefusedError(
      text`${pluralize(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Check the list, then raise the limit or select fewer.`,
      text`${formatNumber(total)} selected, max-deletions allows ${maxDeletions}`,
    );
  }
  const shortage = context.budget.timeShortage();
  if (total > 0 && shortage) {
    const pause =
      shortage.pauseMs > 0
        ? text`, and a third-party storage needs a pause of ${formatSeconds(shortage.pauseMs)} before it can be listed again`
        : text``;
    throw new RefusedError(
      text`The list of backups took ${formatSeconds(shortage.listingMs)}${pause}, so there is no time for another listing after the deletions. Nothing was deleted. Set timeout-seconds to ${shortage.suggestedSeconds} or more.`,
      text`no time for a listing after the deletions`,
    );
  }
}

/** Does the same for deletions by id, which may need a pause before the final listing. */
export function checkMayDeleteByIds(
  context: Context,
  key: ApiKey | undefined,
  maxDeletions: number | undefined,
  selected: readonly IdentifiedRecord[],
): void {
  context.budget.reserveListingPause(expectedListingPauseMs(selected));
  checkMayDelete(context, key, maxDeletions, selected.length);
}

/**
 * Checks that the ids of an input are in the history.
 * @throws RefusedError if some are not, unless `ignoreNotFound`: then it is a warning
 */
export function checkListed(
  { log, ledger: { firstListing = [] } }: Context,
  input: 'backup-ids' | 'keep-ids',
  ids: ReadonlySet<BackupId>,
  ignoreNotFound: boolean,
): void {
  const listed = new Set(firstListing.map(({ id }) => id));
  const unknown = [...ids].filter(id => !listed.has(id));
  if (unknown.length === 0) return;
  const what = text`${formatNumber(unknown.length)} of the ${input} ${conjugate('is', unknown.length)} not in the history`;
  const names = listSome(unknown);
  if (ignoreNotFound) {
    log.warning(text`${what}: ${names}.`);
    return;
  }
  const purpose =
    input === 'backup-ids' ? text`to delete the rest` : text`to prune anyway and keep those that exist`;
  throw new RefusedError(
    text`${what}: ${names}. Nothing was deleted. ${unknown.length === 1 ? 'It' : 'They'} may be deleted already, or be in the other list: check the input dump. Set ignore-not-found: true ${purpose}.`,
    what,
  );
}
