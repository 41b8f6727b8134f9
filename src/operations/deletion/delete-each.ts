import type { BackupId, IdentifiedRecord } from '../../backups/backup.js';
import type { Context } from '../../context.js';
import { ActionError } from '../../errors.js';
import { RateLimitError } from '../../portal/answers/outcomes.js';
import { join } from '../../text/printable.js';
import { awaitLagging } from '../lagging.js';
import { findMissing } from '../listings.js';
import { explainFailed, explainMissing, explainUntried } from '../messages.js';
import { Deletions } from './deletions.js';

/**
 * Deletes backups one by one, up to eight at once, and verifies it by a listing. If one fails, the others
 * are still tried, unless all would fail.
 * @param selected oldest first
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @throws ActionError if not all are proven to be deleted, or a backup that had to be kept is gone
 */
export async function deleteEach(
  context: Context,
  selected: readonly IdentifiedRecord[],
  pinned: ReadonlySet<BackupId> = new Set(),
): Promise<void> {
  if (context.dryRun) return;
  const { ledger, log } = context;
  const deletions = new Deletions(context, selected, pinned);
  const result = await deletions.run();
  const { listings } = deletions;
  const { fatalError } = result;
  const problems = fatalError ? [fatalError.message] : [];
  // A rate limit that cannot be waited for would refuse the listing too.
  if (ledger.hasSent && !(fatalError instanceof RateLimitError || listings.hasFailed)) {
    try {
      if (ledger.verification.kind === 'none') await listings.take();
      await awaitLagging(context);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      problems.push(error.message);
    }
  }
  problems.push(...explainFailed(ledger, fatalError));
  problems.push(...explainUntried(ledger, result));
  const missing = findMissing(ledger, pinned);
  if (missing.others.length > 0) log.warning(explainMissing(missing.others, 'that this run did not select'));
  if (missing.required.length > 0) problems.push(explainMissing(missing.required, 'to be kept'));
  // The rule of success: a proof, and no problem.
  const isProven = ledger.withStatus('deleted').length === selected.length;
  if (isProven && problems.length === 0) return;
  // A check and the final listing may prove nothing for the same reason.
  throw new ActionError(join([...new Set(problems)], ' '));
}
