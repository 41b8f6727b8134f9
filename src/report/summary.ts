import type { Operation } from './inputs.js';
import type { Deletable, Outcome } from './outcome.js';
import type { HistoryRecord } from './records.js';
import { count, escapeHtml, formatTime, thousands } from './text.js';
import { drawTimeline } from './timeline.js';

/** All there is to say about a run when it is over. */
export interface Run {
  /** `undefined`: the inputs were refused. */
  operation: Operation | undefined;
  /** What was to happen, in one line; empty where the inputs were refused. */
  intent: string;
  dryRun: boolean;
  outcome: Outcome;
  cancelled: boolean;
  /** What went wrong, fit to be printed; `undefined`: nothing. */
  problem: string | undefined;
}

/** Rows that one table holds: four full ones of the longest rows stay below the 1 MiB that GitHub takes. */
const MOST_ROWS = 250;
/** Longer tables are folded. */
const MOST_OPEN_ROWS = 20;

/** The outcome in one sentence, for the log's last line and the summary's first. */
export function headline(run: Run): string {
  const what = run.operation === 'delete-schedule' ? scheduleHeadline(run) : backupsHeadline(run);
  return `${stateOf(run)[1]}: ${what}`;
}

function stateOf({ cancelled, problem, dryRun }: Run): [icon: string, word: string] {
  if (cancelled) return ['⏹️', 'Cancelled'];
  if (problem !== undefined) return ['❌', 'Failed'];
  return dryRun ? ['🔍', 'Dry run'] : ['✅', 'Done'];
}

function scheduleHeadline({ outcome, dryRun, problem }: Run): string {
  if (problem !== undefined) return 'it is not proven that the backup schedule is gone';
  if (outcome.note === '') return 'there was no backup schedule';
  return dryRun ? 'the backup schedule would be deleted' : 'the backup schedule is deleted';
}

function backupsHeadline({ outcome: { selected, deleted, kept, note }, dryRun, problem }: Run): string {
  if (deleted === undefined) {
    return problem === undefined
      ? 'the portal says that the history is deleted'
      : 'it is not known what was deleted';
  }
  if (selected === undefined || (dryRun && problem !== undefined)) return 'nothing was deleted';
  const rest = kept && kept.length > 0 ? `, ${thousands(kept.length)} kept` : '';
  if (selected.length === 0 && note === '') return `there was nothing to delete${rest}`;
  const total = count(selected.length, 'backup');
  return dryRun
    ? `${total} would be deleted${rest}`
    : `${thousands(deleted.size)} of ${total} deleted${rest}`;
}

/** Whether a selected backup is deleted or, in a dry run, would be. */
function isGone({ outcome, dryRun, problem }: Run, { id }: Deletable): boolean {
  return dryRun ? problem === undefined : (outcome.deleted?.has(id) ?? false);
}

/** What has become of a selected backup. */
function fateOf(run: Run, record: Deletable): string {
  if (isGone(run, record)) return run.dryRun ? 'would be deleted' : 'deleted';
  if (run.outcome.deleted === undefined) return 'not known';
  return run.outcome.failed?.has(record.id) ? 'not proven gone' : 'not tried';
}

/** Renders the job summary: HTML alone, every text in it escaped, and without an empty line in any block but `<pre>`, which would bring Markdown back. */
export function renderSummary(run: Run): string {
  const { outcome } = run;
  const selected = (outcome.selected ?? []).toReversed();
  const those = (gone: boolean) => selected.filter(record => isGone(run, record) === gone);
  const rowOf = (record: Deletable) => row(record, fateOf(run, record));
  return [
    `<h3>${stateOf(run)[0]} ${escapeHtml(headline(run))}</h3>`,
    paragraph(run.intent),
    paragraph(run.problem ?? '', 'h4'),
    paragraph(outcome.note),
    renderTimeline(run),
    table('Not known to be deleted', those(false), rowOf),
    table(run.dryRun ? 'Would be deleted' : 'Deleted', those(true), rowOf),
    table('Kept', outcome.kept ?? [], ({ backup, reasons }) => row(backup, `kept: ${reasons.join(', ')}`)),
    table('Left alone', outcome.ignored, ({ record, reason }) => row(record, reason)),
  ]
    .filter(block => block !== '')
    .map(block => `${block}\n\n`)
    .join('');
}

function paragraph(text: string, tag = 'p'): string {
  return text === '' ? '' : `<${tag}>${escapeHtml(text)}</${tag}>`;
}

function renderTimeline(run: Run): string {
  // What is not known cannot be drawn.
  const lines = run.outcome.deleted ? drawTimeline(run.outcome, record => isGone(run, record)) : [];
  return lines.length === 0 ? '' : `<pre>\n${lines.join('\n')}\n</pre>`;
}

/** What there is to show of a record, besides its name. */
export function show(record: HistoryRecord): { time: string; storage: string } {
  return record.kind === 'backup'
    ? { time: formatTime(record.createdOn), storage: record.storageType }
    : { time: '(not readable)  ', storage: '-' };
}

function row(record: HistoryRecord, remark: string): string {
  const { time, storage } = show(record);
  const cells = [time, `<code>${escapeHtml(record.name)}</code>`, storage, escapeHtml(remark)];
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`;
}

function table<T>(title: string, items: readonly T[], rowOf: (item: T) => string): string {
  if (items.length === 0) return '';
  const cut = items.length > MOST_ROWS ? `, the first ${MOST_ROWS} here` : '';
  const open = items.length <= MOST_OPEN_ROWS ? ' open' : '';
  return `<details${open}><summary>${title}: ${count(items.length, 'backup')}${cut}</summary>
<table><tr><th>Date (UTC)</th><th>Name</th><th>Storage</th><th>Outcome</th></tr>
${items.slice(0, MOST_ROWS).map(rowOf).join('\n')}
</table></details>`;
}
