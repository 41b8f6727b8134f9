import { Refusal } from '../failure.js';
import type { Ledger } from '../ledger.js';
import { count, type Printable, say, thousands, verb } from '../text.js';
import type { Run } from './run.js';

/** The state of a run as a sign and a word. */
export function stateOf({ isCancelled, problem, dryRun }: Run): {
  icon: '⏹️' | '🚫' | '❌' | '🔍' | '✅';
  word: Printable;
} {
  if (isCancelled) return { icon: '⏹️', word: say`Cancelled` };
  if (problem instanceof Refusal) return { icon: '🚫', word: say`Refused` };
  if (problem) return { icon: '❌', word: say`Failed` };
  if (dryRun) return { icon: '🔍', word: say`Dry run` };
  return { icon: '✅', word: say`Done` };
}

/** The outcome in one sentence without its full stop, for the log's last line and the summary's first. */
export function headline(run: Run): Printable {
  return say`${stateOf(run).word}: ${whatHappened(run)}`;
}

function whatHappened(run: Run): Printable {
  const { problem, ledger, operation } = run;
  if (problem && !ledger.hasSent) {
    return problem instanceof Refusal && problem.brief
      ? say`nothing was deleted; ${problem.brief}`
      : say`nothing was deleted`;
  }
  return operation === 'delete-schedule' ? scheduleHeadline(run) : backupsHeadline(run);
}

function scheduleHeadline({ ledger, dryRun, problem }: Run): Printable {
  if (problem) return say`it is not proven that the backup schedule is gone`;
  if (ledger.schedule === 'unlooked') return say`the portal reports that the backup schedule is deleted`;
  if (ledger.schedule === 'none') return say`there was no backup schedule`;
  return dryRun ? say`the backup schedule would be deleted` : say`the backup schedule is deleted`;
}

function backupsHeadline({ operation, ledger, problem }: Run): Printable {
  const { first, selected, deleted, closing, hasSent } = ledger;
  if (selected === undefined || deleted === undefined) {
    return problem
      ? say`it is not known what was deleted`
      : say`the portal reports that the history is deleted`;
  }
  const total = count(selected.length, 'backup');
  const nameless = operation === 'delete-history' ? (first?.length ?? 0) - selected.length : 0;
  const rest =
    keptPart(ledger) ??
    (nameless > 0 ? say`; ${count(nameless, 'record')} without a readable id not counted` : say``);
  if (selected.length === 0 && nameless === 0 && !problem) {
    const none = operation === 'delete-backups' ? say`0 backups deleted, ` : say``;
    return say`${none}there was nothing to delete${rest}`;
  }
  if (!hasSent) return say`${total} would be deleted${rest}`;
  const what = say`${thousands(deleted.length)} of ${total} deleted`;
  if (!problem || closing.kind === 'trusted') return say`${what}${rest}`;
  if (deleted.length > 0) return say`${what}, as the portal reported, not checked${rest}`;
  return say`it is not known what was deleted${rest}`;
}

/** What is said of the kept ones; `undefined`: there are none. */
function keptPart(ledger: Ledger): Printable | undefined {
  const { kept = [], missing } = ledger;
  if (kept.length === 0) return undefined;
  const gone = kept.filter(({ backup }) => missing.has(backup.id)).length;
  const but = gone > 0 ? say`, of which ${thousands(gone)} ${verb('is', gone)} gone` : say``;
  return say`, ${thousands(kept.length)} ${ledger.knowsWhatStays && gone === 0 ? 'kept' : 'to keep'}${but}`;
}
