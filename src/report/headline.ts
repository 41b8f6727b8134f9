import { RefusedError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import { conjugate, formatNumber, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';
import type { Run } from './run.js';

/** The state of a run as an icon and a word. */
export function describeState({ isCancelled, error, dryRun }: Run): {
  icon: '⏹️' | '🚫' | '❌' | '🔍' | '✅';
  word: Printable;
} {
  if (isCancelled) return { icon: '⏹️', word: text`Cancelled` };
  if (error instanceof RefusedError) return { icon: '🚫', word: text`Refused` };
  if (error) return { icon: '❌', word: text`Failed` };
  if (dryRun) return { icon: '🔍', word: text`Dry run` };
  return { icon: '✅', word: text`Done` };
}

/** The result in one sentence without a full stop: for the end of the log, before any error, and the top of the summary. */
export function formatHeadline(run: Run): Printable {
  return text`${describeState(run).word}: ${describeResult(run)}`;
}

function describeResult(run: Run): Printable {
  const { error, ledger, operation } = run;
  if (error && !ledger.hasSent) {
    return error instanceof RefusedError && error.brief
      ? text`nothing was deleted; ${error.brief}`
      : text`nothing was deleted`;
  }
  return operation === 'delete-schedule' ? describeScheduleResult(run) : describeBackups(run);
}

function describeScheduleResult({ ledger, dryRun, error }: Run): Printable {
  if (error) return text`it is not proven that the backup schedule is gone`;
  if (ledger.schedule === 'not-checked') return text`the portal reports that the backup schedule is deleted`;
  if (ledger.schedule === 'none') return text`there was no backup schedule`;
  return dryRun ? text`the backup schedule would be deleted` : text`the backup schedule is deleted`;
}

function describeBackups({ operation, ledger, error }: Run): Printable {
  const { firstListing, selected, deleted, verification, hasSent } = ledger;
  if (selected === undefined || deleted === undefined) {
    return error
      ? text`it is not known what was deleted`
      : text`the portal reports that the history is deleted`;
  }
  const total = pluralize(selected.length, 'backup');
  const withoutId = operation === 'delete-history' ? (firstListing?.length ?? 0) - selected.length : 0;
  const rest =
    describeKept(ledger) ??
    (withoutId > 0 ? text`; ${pluralize(withoutId, 'record')} without a readable id not counted` : text``);
  if (selected.length === 0 && withoutId === 0 && !error) {
    const none = operation === 'delete-backups' ? text`0 backups deleted, ` : text``;
    return text`${none}there was nothing to delete${rest}`;
  }
  if (!hasSent) return text`${total} would be deleted${rest}`;
  const deletedOfTotal = text`${formatNumber(deleted.length)} of ${total} deleted`;
  if (!error || verification.kind === 'conclusive') return text`${deletedOfTotal}${rest}`;
  if (deleted.length > 0) return text`${deletedOfTotal}, as the portal reported, not checked${rest}`;
  return text`it is not known what was deleted${rest}`;
}

function describeKept(ledger: Ledger): Printable | undefined {
  const { kept = [], missingIds } = ledger;
  if (kept.length === 0) return undefined;
  const gone = kept.filter(({ backup }) => missingIds.has(backup.id)).length;
  const but = gone > 0 ? text`, of which ${formatNumber(gone)} ${conjugate('is', gone)} gone` : text``;
  return text`, ${formatNumber(kept.length)} ${ledger.knowsWhatRemains && gone === 0 ? 'kept' : 'to keep'}${but}`;
}
