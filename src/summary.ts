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
  if (run.cancelled) return `Cancelled: ${what}`;
  if (run.problem !== undefined) return `Failed: ${what}`;
  return run.dryRun ? `Dry run: ${what}` : `Done: ${what}`;
}

function scheduleHeadline({ outcome, dryRun, problem }: Run): string {
  if (problem !== undefined) return 'it is not proven that the backup schedule is gone';
  if (outcome.schedule === 'none') return 'there was no backup schedule';
  return dryRun ? 'the backup schedule would be deleted' : 'the backup schedule is deleted';
}

function backupsHeadline({ outcome: { selected, deleted, kept }, dryRun, problem }: Run): string {
  if (deleted === undefined) {
    return problem === undefined
      ? 'the portal says that the history is deleted'
      : 'it is not known what was deleted';
  }
  if (selected === undefined) return 'nothing was deleted';
  const rest = kept && kept.length > 0 ? `, ${thousands(kept.length)} kept` : '';
  if (selected.length === 0) return `there was nothing to delete${rest}`;
  const total = count(selected.length, 'backup');
  return dryRun
    ? `${total} would be deleted${rest}`
    : `${thousands(deleted.size)} of ${total} deleted${rest}`;
}

/** Tells what has become of a selected backup. */
export function fateOf(
  { id }: Deletable,
  { outcome, dryRun }: Run,
): 'deleted' | 'would be deleted' | 'not deleted' | 'not tried' | 'not known' {
  if (outcome.deleted === undefined || outcome.failed === undefined) return 'not known';
  if (outcome.failed.has(id)) return 'not deleted';
  if (dryRun) return 'would be deleted';
  return outcome.deleted.has(id) ? 'deleted' : 'not tried';
}

/** Renders the job summary: HTML alone, every text in it escaped, and without an empty line in any block, which would bring Markdown back. */
export function renderSummary(run: Run): string {
  const { outcome } = run;
  const selected = (outcome.selected ?? []).toReversed();
  const withFate = (...fates: string[]) =>
    selected
      .filter(record => fates.includes(fateOf(record, run)))
      .map(record => row(record, fateOf(record, run)));
  return [
    `<h3>${icon(run)} ${escapeHtml(headline(run))}</h3>`,
    paragraph(run.intent),
    run.problem === undefined ? '' : `<p><strong>${escapeHtml(run.problem)}</strong></p>`,
    scheduleNote(outcome, run.dryRun),
    renderTimeline(run),
    table('Not deleted', 'Outcome', withFate('not deleted', 'not tried', 'not known')),
    table(run.dryRun ? 'Would be deleted' : 'Deleted', 'Outcome', withFate('deleted', 'would be deleted')),
    table(
      'Kept',
      'Kept because',
      (outcome.kept ?? []).map(({ backup, reasons }) => row(backup, reasons.join(', '))),
    ),
    table(
      'Left alone',
      'Reason',
      outcome.ignored.map(({ record, reason }) => row(record, reason)),
    ),
  ]
    .filter(block => block !== '')
    .map(block => `${block}\n\n`)
    .join('');
}

function icon({ cancelled, problem, dryRun }: Run): string {
  if (cancelled) return '⏹️';
  if (problem !== undefined) return '❌';
  return dryRun ? '🔍' : '✅';
}

function paragraph(text: string): string {
  return text === '' ? '' : `<p>${escapeHtml(text)}</p>`;
}

/** Says what the schedule was, so that it can be made again. */
function scheduleNote({ schedule }: Outcome, dryRun: boolean): string {
  if (schedule === undefined) return '';
  if (schedule === 'none') return paragraph('There was no schedule to delete.');
  return paragraph(
    `The schedule ${dryRun ? 'is' : 'was'}: ${schedule.description}. Existing backups stay; with the schedule ends the portal's own removal of old scheduled copies.`,
  );
}

function renderTimeline(run: Run): string {
  const lines = drawTimeline(run.outcome, record => fateOf(record, run).endsWith('deleted'));
  return lines.length === 0 ? '' : `<pre>\n${lines.join('\n')}\n</pre>`;
}

function row(record: HistoryRecord, remark: string): string {
  const [time, storage] =
    record.kind === 'backup' ? [formatTime(record.createdOn), record.storageType] : ['not readable', ''];
  const cells = [time, `<code>${escapeHtml(record.name)}</code>`, storage, escapeHtml(remark)];
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`;
}

function table(title: string, remarkTitle: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, MOST_ROWS);
  const cut = rows.length > MOST_ROWS ? `, the first ${MOST_ROWS} of them here, all in the outputs` : '';
  const open = rows.length <= MOST_OPEN_ROWS ? ' open' : '';
  return [
    `<details${open}><summary>${title}: ${count(rows.length, 'backup')}${cut}</summary>`,
    `<table><tr><th>Date (UTC)</th><th>Name</th><th>Storage</th><th>${remarkTitle}</th></tr>`,
    ...shown,
    '</table></details>',
  ].join('\n');
}
