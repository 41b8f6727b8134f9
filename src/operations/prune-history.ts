import { type Backup, type BackupId, type HistoryRecord, hasId } from '../backups/backup.js';
import type { Context } from '../context.js';
import { RefusedError } from '../errors.js';
import type { InputsOf } from '../inputs/read.js';
import { type Duration, formatDuration } from '../retention/duration.js';
import { type Ignored, splitIgnored } from '../retention/ignored.js';
import { planRetention } from '../retention/plan.js';
import { addCounts, findMaxCount, type Policy, UNLIMITED } from '../retention/policy.js';
import { listSome, pluralize } from '../text/format.js';
import { text } from '../text/printable.js';
import { deleteEach } from './deletion/delete-each.js';
import { checkListed, checkMayDeleteByIds } from './guards.js';
import { takeFirstListing } from './listings.js';

/** The most copies that the portal's schedule can keep. */
const MAX_COPIES = 30;

/**
 * Deletes what a retention policy does not keep. It ignores temporary backups, other storage types, unreadable records
 * and backups that are dated more than a day ahead.
 * @throws ActionError for anything but a proven success
 */
export async function pruneHistory(context: Context, inputs: InputsOf<'prune-history'>): Promise<void> {
  const { ledger, log, calendar, clock } = context;
  const now = clock.epochMs();
  const { listing, key } = await takeFirstListing(context);
  const { backups, ignored } = splitIgnored(listing, { storageTypes: inputs.storageTypes, now });
  ledger.ignored = ignored;
  warnAboutUnusableRecords(context, ignored);
  const plan = planRetention(backups, inputs.policy, { pinned: inputs.pinned, calendar, now });
  ledger.recordPlan(plan.selected, plan.kept);
  log.printPlan(ledger, calendar);
  checkListed(context, 'keep-ids', inputs.pinned, inputs.ignoreNotFound);
  warnAboutTemporaryPins(context, listing, inputs.pinned);
  if (inputs.requireBackupWithin) checkNewest(context, backups, inputs.requireBackupWithin, now);
  // People try a policy in a dry run. A real one needs no further request for that.
  if (context.dryRun) await warnAboutFewCopies(context, inputs.policy);
  checkMayDeleteByIds(context, key, inputs.maxDeletions, plan.selected);
  await deleteEach(context, plan.selected, inputs.pinned);
}

function warnAboutUnusableRecords({ log }: Context, ignored: readonly Ignored[]): void {
  const unusable = ignored.filter(({ deservesWarning }) => deservesWarning);
  if (unusable.length === 0) return;
  const names = unusable.map(({ record: { id, name }, reason }) => text`${id ?? name} (${reason})`);
  log.warning(text`${pluralize(unusable.length, 'record')} of the history ignored: ${listSome(names)}.`);
}

/** A pin stops this action, but not the portal, which removes temporary backups itself. */
function warnAboutTemporaryPins(
  { log }: Context,
  listing: readonly HistoryRecord[],
  pinned: ReadonlySet<BackupId>,
): void {
  const temporary = listing.filter(hasId).filter(({ expiresOn }) => expiresOn !== undefined);
  const names = temporary.map(({ id }) => id).filter(id => pinned.has(id));
  if (names.length === 0) return;
  log.warning(
    text`keep-ids cannot keep temporary backups, which the portal removes itself: ${listSome(names)}.`,
  );
}

/**
 * Checks that backups are still made. Otherwise pruning would hide that they stopped.
 * @throws RefusedError if the newest backup is older than `within`, counted from now, or if there is none
 */
function checkNewest(
  { calendar, ledger }: Context,
  backups: readonly Backup[],
  within: Duration,
  now: number,
): void {
  const span = formatDuration(within);
  if (backups.length === 0) {
    throw new RefusedError(
      text`There is no backup that the rules look at, and require-backup-within is ${span}. Nothing was deleted. Are backups still made? A full storage or a full disk stops them too.`,
      text`there is no backup`,
    );
  }
  const makeRoom =
    ledger.selected?.length === 0
      ? text``
      : text` To make room by this prune, run it once without require-backup-within.`;
  const newest = backups.reduce((a, b) => (a.createdOn > b.createdOn ? a : b));
  if (newest.createdOn < calendar.subtract(now, within)) {
    throw new RefusedError(
      text`The newest backup is from ${calendar.format(newest.createdOn)} (${calendar.name}), older than require-backup-within allows (${span}). Nothing was deleted. Are backups still made? A full storage or a full disk stops them too.${makeRoom}`,
      text`the newest backup is older than ${span}`,
    );
  }
}

/** The portal's schedule keeps a limited number of copies. No rule of this action brings back what it removed. */
async function warnAboutFewCopies({ portal, log }: Context, policy: Policy): Promise<void> {
  const copies = (await portal.getScheduleIfAvailable())?.copies;
  const largest = findMaxCount(policy);
  const sum = addCounts(policy);
  if (copies === undefined || copies >= Math.max(largest, Math.min(sum, MAX_COPIES))) return;
  const effect =
    copies < largest
      ? text`a rule keeps ${largest === UNLIMITED ? 'all' : largest}, so the portal removes copies that the rule would keep`
      : text`the rules together keep up to ${sum}, so the portal may have removed some of those already`;
  const canKeepMore = copies < MAX_COPIES ? text` The schedule can keep up to ${MAX_COPIES}.` : text``;
  log.warning(
    text`The portal's own schedule keeps ${copies} scheduled copies, and ${effect}.${canKeepMore} It never removes backups that were made by hand.`,
  );
}
