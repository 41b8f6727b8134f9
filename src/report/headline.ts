import { Refusal } from '../failure.js';
import { count, type Printable, text, thousands, verb } from '../text.js';
import type { Run } from './run.js';

/** The state of a run as a sign and a word. */
export function stateOf({ isCancelled, problem, dryRun }: Run): {
  icon: '⏹️' | '🚫' | '❌' | '🔍' | '✅';
  word: Printable;
} {
  if (isCancelled) return { icon: '⏹️', word: text`Cancelled` };
  if (problem instanceof Refusal) return { icon: '🚫', word: text`Refused` };
  if (problem) return { icon: '❌', word: text`Failed` };
  if (dryRun) return { icon: '🔍', word: text`Dry run` };
  return { icon: '✅', word: text`Done` };
}

/** The outcome in one sentence without its full stop, for the log's last line and the summary's first. */
export function headline(run: Run): Printable {
  return text`${stateOf(run).word}: ${whatHappened(run)}`;
}

function whatHappened(run: Run): Printable {
  const { problem, ledger, operation } = run;
  if (problem && !ledger.hasSent) {
    return problem instanceof Refusal && problem.brief
      ? text`nothing was deleted; ${problem.brief}`
      : text`nothing was deleted`;
  }
  return operation === 'delete-schedule' ? scheduleHeadline(run) : backupsHeadline(run);
}

function scheduleHeadline({ ledger, dryRun, problem }: Run): Printable {
  if (problem) return text`it is not proven that the backup schedule is gone`;
  if (ledger.schedule === 'unlooked') return text`the portal reports that the backup schedule is deleted`;
  if (ledger.schedule === 'none') return text`there was no backup schedule`;
  return dryRun ? text`the backup schedule would be deleted` : text`the backup schedule is deleted`;
}

function backupsHeadline({ operation, ledger, problem }: Run): Printable {
  const { first, selected, deleted, kept = [], closing, hasSent } = ledger;
  if (selected === undefined || deleted === undefined) {
    return problem
      ? text`it is not known what was deleted`
      : text`the portal reports that the history is deleted`;
  }
  const missing = kept.filter(({ backup }) => ledger.missing.has(backup.id)).length;
  const stays =
    missing > 0 ? text`to keep, of which ${thousands(missing)} ${verb('is', missing)} gone` : text`kept`;
  const rest = kept.length > 0 ? text`, ${thousands(kept.length)} ${stays}` : text``;
  const total = count(selected.length, 'backup');
  const nameless = operation === 'delete-history' ? (first?.length ?? 0) - selected.length : 0;
  if (selected.length === 0 && nameless === 0 && !problem) {
    const none = operation === 'delete-backups' ? text`0 backups deleted: ` : text``;
    return text`${none}there was nothing to delete${rest}`;
  }
  if (!hasSent) return text`${total} would be deleted${rest}`;
  const what = text`${thousands(deleted.length)} of ${total} deleted`;
  if (!problem || closing.kind === 'trusted') return text`${what}${rest}`;
  if (deleted.length > 0) return text`${what}, as the portal reported, not checked${rest}`;
  return text`it is not known what was deleted${rest}`;
}
