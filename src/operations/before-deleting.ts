import type { Context } from '../context.js';
import { Refusal } from '../failure.js';
import type { Key } from '../portal/key.js';
import type { BackupId, Deletable, HistoryRecord } from '../portal/records.js';
import { KEY_PAGE } from '../portal/statuses.js';
import { DAY_MS } from '../retention/calendar.js';
import { compareNewestFirst } from '../retention/plan.js';
import { count, say, seconds, someOf, thousands, verb } from '../text.js';

/** Days before an API key expires from which on a warning says so. */
const WARN_OF_EXPIRY_DAYS = 30;

/**
 * The first look, and beside it what the portal says of the API key: that it can only read must be known before
 * the first deletion is refused. `assertKeyMayDelete` judges it.
 * @param look a listing of the history, or a look at the schedule
 * @throws Failure when the look fails
 */
export async function lookFirst<T>(
  { portal }: Context,
  look: () => Promise<T>,
): Promise<{ found: T; key: Key | undefined }> {
  const key = portal.key();
  const found = await look();
  return { found, key: await key };
}

/** As `lookFirst`: the listing of the history from which the run sets out. */
export async function listFirst(
  context: Context,
): Promise<{ found: readonly HistoryRecord[]; key: Key | undefined }> {
  const first = await lookFirst(context, () => context.portal.history());
  context.ledger.first = first.found;
  return first;
}

/** @throws Refusal when the key may only read, and this is no dry run: then it is a warning */
export function assertKeyMayDelete({ log, clock, calendar, dryRun }: Context, key: Key | undefined): void {
  if (key?.mayOnlyRead && !dryRun) {
    throw new Refusal(
      say`The API key may only read. Nothing was deleted. Make one with access "All" (${KEY_PAGE}).`,
      say`the API key may only read`,
    );
  }
  if (key?.mayOnlyRead) log.warning(say`This key may only read. The real run needs one with access "All".`);
  if (key?.expiresOn !== undefined && key.expiresOn < clock.date() + WARN_OF_EXPIRY_DAYS * DAY_MS) {
    log.warning(
      say`The API key expires on ${calendar.format(key.expiresOn)} (${calendar.name}). Make a new one before that.`,
    );
  }
}

/**
 * Holds what is selected against the key, `max-deletions` and the time that is left: all before anything is deleted.
 * @param total how many will be deleted; more than are selected where some have no id
 * @throws Refusal when it is too much
 */
export function assertMayDelete(
  context: Context,
  key: Key | undefined,
  maxDeletions: number | undefined,
  total = context.ledger.selected?.length ?? 0,
): void {
  assertKeyMayDelete(context, key);
  if (maxDeletions !== undefined && total > maxDeletions) {
    throw new Refusal(
      say`${count(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Look at the list, then raise the limit or select fewer.`,
      say`${thousands(total)} selected, max-deletions allows ${maxDeletions}`,
    );
  }
  const lack = context.deadline.lackOfTime();
  if (total > 0 && lack) {
    throw new Refusal(
      say`The list of backups took ${seconds(lack.listingTook)}, so there is no time for another one after the deletions. Nothing was deleted. Set timeout-seconds to ${lack.secondsThatWouldDo} or more.`,
      say`no time for a listing after the deletions`,
    );
  }
}

/**
 * Looks for ids in the history.
 * @param input the input that names them
 * @throws Refusal when some are not there, unless `ignoreNotFound`: then it is a warning
 */
export function assertListed(
  { log, ledger: { first = [] } }: Context,
  input: 'backup-ids' | 'keep-ids',
  ids: ReadonlySet<BackupId>,
  ignoreNotFound: boolean,
): void {
  const listed = new Set(first.map(({ id }) => id));
  const unknown = [...ids].filter(id => !listed.has(id));
  if (unknown.length === 0) return;
  const what = say`${unknown.length} of the ${input} ${verb('is', unknown.length)} not in the history`;
  const named = someOf(unknown);
  if (ignoreNotFound) {
    log.warning(say`${what}: ${named}.`);
    return;
  }
  const remedy =
    input === 'backup-ids' ? say`to delete the rest` : say`to prune anyway, and keep those that exist`;
  throw new Refusal(
    say`${what}: ${named}. Nothing was deleted. ${unknown.length === 1 ? 'It' : 'They'} may be gone already, or be of the other kind (dump). Set ignore-not-found: true ${remedy}.`,
    what,
  );
}

/** The order of deletion: should it end half-way, the newest are left. What has no age goes last. */
export function compareOldestFirst(a: Deletable, b: Deletable): number {
  if (a.kind === 'backup' && b.kind === 'backup') return compareNewestFirst(b, a);
  return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable');
}
