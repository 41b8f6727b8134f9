import type { Context } from '../context.js';
import { Refusal } from '../failure.js';
import type { InputsOf } from '../inputs.js';
import type { Backup, BackupId } from '../portal/records.js';
import { type Duration, formatDuration } from '../retention/duration.js';
import { planRetention } from '../retention/plan.js';
import { largestCount, type Policy, UNLIMITED } from '../retention/policy.js';
import { type Ignored, setAside } from '../retention/set-aside.js';
import { count, say, someOf } from '../text.js';
import { assertListed, assertMayDelete, listFirst } from './before-deleting.js';
import { deleteEach } from './delete-each.js';

/** What the portal's schedule can keep at most. */
const MOST_COPIES = 30;

/**
 * Deletes what a retention policy does not keep. Temporary backups, other storage types, records that cannot be read and
 * backups of the future are left alone, and do not count.
 * @throws Failure on anything but a proven success
 */
export async function pruneHistory(context: Context, inputs: InputsOf<'prune-history'>): Promise<void> {
  const { ledger, log, calendar, clock } = context;
  const now = clock.date();
  const { found, key } = await listFirst(context);
  const { backups, ignored } = setAside(found, { storageTypes: inputs.storageTypes, now });
  ledger.ignored = ignored;
  warnOfWrong(context, ignored);
  const plan = planRetention(backups, inputs.policy, { pinned: inputs.pinned, calendar, now });
  ledger.selected = plan.selected;
  ledger.kept = plan.kept;
  log.plan(ledger, calendar);
  assertListed(context, 'keep-ids', inputs.pinned, inputs.ignoreNotFound);
  warnOfTemporaryPins(context, inputs.pinned);
  if (inputs.requireBackupWithin) assertFresh(context, backups, inputs.requireBackupWithin, now);
  if (context.dryRun) await warnOfFewCopies(context, inputs.policy);
  assertMayDelete(context, key, inputs.maxDeletions);
  await deleteEach(context, inputs.pinned);
}

function warnOfWrong({ log }: Context, ignored: readonly Ignored[]): void {
  const wrong = ignored.filter(({ isWrong }) => isWrong);
  if (wrong.length === 0) return;
  const named = wrong.map(({ record: { id, name }, reason }) => say`${id ?? name} (${reason})`);
  log.warning(say`${count(wrong.length, 'record')} of the history left alone: ${someOf(named)}.`);
}

/** A pin keeps this action from a backup, not the portal, which removes temporary ones itself. */
function warnOfTemporaryPins({ ledger, log }: Context, pinned: ReadonlySet<BackupId>): void {
  const temporary = (ledger.first ?? []).filter(
    ({ id, expiresOn }) => id && pinned.has(id) && expiresOn !== undefined,
  );
  if (temporary.length === 0) return;
  const named = someOf(temporary.map(({ id, name }) => say`${id ?? name}`));
  log.warning(say`keep-ids cannot keep temporary backups, which the portal removes itself: ${named}.`);
}

/**
 * Backups that have stopped must not go unseen while the old ones are pruned away.
 * @throws Refusal when the newest backup is older than that, counted from now, or when there is none
 */
function assertFresh({ calendar }: Context, backups: readonly Backup[], within: Duration, now: number): void {
  const span = formatDuration(within);
  if (backups.length === 0) {
    throw new Refusal(
      say`There is no backup that the rules look at, and require-backup-within is ${span}. Nothing was deleted. Are backups still made?`,
      say`there is no backup`,
    );
  }
  const newest = backups.reduce((a, b) => (a.createdOn > b.createdOn ? a : b));
  if (newest.createdOn < calendar.subtract(now, within)) {
    throw new Refusal(
      say`The newest backup is of ${calendar.format(newest.createdOn)} (${calendar.name}), older than require-backup-within allows (${span}). Nothing was deleted. Are backups still made?`,
      say`the newest backup is older than ${span}`,
    );
  }
}

/** The portal keeps so many scheduled copies and no more: no rule of this action brings back what it has removed. */
async function warnOfFewCopies({ portal, log }: Context, policy: Policy): Promise<void> {
  const copies = (await portal.scheduleIfKnown())?.copies;
  const most = largestCount(policy);
  if (copies === undefined || copies >= most) return;
  log.warning(
    say`The portal's own schedule keeps ${copies} scheduled copies, and a rule asks for ${most === UNLIMITED ? 'all' : most}, so the portal will already have removed older ones.${copies < MOST_COPIES ? say` Its schedule can keep up to ${MOST_COPIES}.` : ''} It never removes backups that were made by hand.`,
  );
}
