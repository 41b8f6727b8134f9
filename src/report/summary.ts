import type { Fate } from '../ledger.js';
import type { Deletable } from '../portal/records.js';
import type { Kept } from '../retention/plan.js';
import { escapeHtml, join, type Printable, type Redact, say } from '../text.js';
import { appendToFile } from '../workflow.js';
import { headline, stateOf } from './headline.js';
import type { Run } from './run.js';
import { byStorage } from './show.js';
import { Tables } from './tables.js';
import { drawTimeline } from './timeline.js';

/** Why a backup for which a DELETE was sent is not in the table of the deleted ones. */
const WHY_NOT: Partial<Record<Fate, Printable>> = {
  listed: say`still listed`,
  'file may remain': say`its file may remain`,
  unknown: say`not known`,
};

/**
 * Writes the job summary.
 * @throws what `fs` throws
 */
export function writeSummary(run: Run, redact: Redact): void {
  // core.summary would do the same, and takes 3 ms more.
  const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  appendToFile(file, redact(renderSummary(run)));
}

/**
 * Renders the job summary: HTML alone, every text in it escaped, and without an empty line in any block but `<pre>`,
 * which would bring Markdown back.
 */
export function renderSummary(run: Run): string {
  const { ledger, problem, warnings, dryRun } = run;
  const tables = new Tables(run.calendar);
  const blocks = [
    `<h3>${stateOf(run).icon} ${escapeHtml(headline(run))}</h3>`,
    paragraph(run.intent),
    problem
      ? `<blockquote><b>${dryRun ? 'This dry run failed' : 'Error'}:</b> ${escapeHtml(problem.message)}</blockquote>`
      : '',
    ...warnings.map(warning => `<blockquote><b>Warning:</b> ${escapeHtml(warning)}</blockquote>`),
    ledger.schedule === 'none' || ledger.schedule === 'unlooked'
      ? ''
      : paragraph(say`The schedule: ${ledger.schedule.description}. `),
    ...renderTimelines(run),
    ...renderSelected(run, tables),
    ...renderKept(run, tables),
    tables.render(
      say`Left alone`,
      ledger.ignored.map(({ record, reason }) => ({ record, why: reason })),
    ),
  ];
  return blocks
    .filter(block => block !== '')
    .map(block => `${block}\n\n`)
    .join('');
}

function paragraph(line: Printable): string {
  return line === '' ? '' : `<p>${escapeHtml(line)}</p>`;
}

function renderTimelines({ ledger, calendar }: Run): string[] {
  // What is not known cannot be drawn.
  if (!ledger.deleted) return [];
  const fateOf = ({ id }: Deletable) => (ledger.hasSent ? ledger.fateOf(id) : 'planned');
  const groups = byStorage(ledger);
  return groups.map(group => {
    const lines = drawTimeline(group, fateOf, calendar, ledger.missing);
    const title = groups.length > 1 ? `${escapeHtml(group.storage)}\n` : '';
    return lines.length === 0 ? '' : `<pre>\n${title}${lines.map(escapeHtml).join('\n')}\n</pre>`;
  });
}

function renderSelected({ ledger, problem }: Run, tables: Tables): string[] {
  const newestFirst = (ledger.selected ?? []).toReversed();
  if (!ledger.hasSent) {
    const rows = newestFirst.map(record => ({ record }));
    // An error says to look at it.
    return [tables.render(say`Would be deleted`, rows, problem !== undefined)];
  }
  const rows = (...fates: readonly Fate[]) =>
    newestFirst.filter(({ id }) => fates.includes(ledger.fateOf(id))).map(record => ({ record }));
  const notProven = newestFirst.flatMap(record => {
    const why = WHY_NOT[ledger.fateOf(record.id)];
    return why ? { record, why, withId: true } : [];
  });
  const isProven = ledger.closing.kind === 'trusted';
  return [
    tables.render(say`Not proven to be deleted`, notProven),
    tables.render(
      isProven ? say`Deleted` : say`Deleted, as the portal reported, not checked`,
      rows('deleted', 'reported'),
    ),
    tables.render(say`Not tried`, rows('not sent')),
  ];
}

function renderKept({ ledger }: Run, tables: Tables): string[] {
  const { missing } = ledger;
  const groups = byStorage(ledger);
  const rows = (kept: readonly Kept[], isMissing: boolean) =>
    kept
      .filter(({ backup }) => missing.has(backup.id) === isMissing)
      .map(({ backup, reasons }) => ({ record: backup, why: join(reasons), withId: isMissing }));
  return [
    ...groups.map(({ kept }) => tables.render(say`Should have been kept, and is gone`, rows(kept, true))),
    ...groups.map(({ kept }) =>
      tables.render(ledger.knowsWhatStays ? say`Kept` : say`To keep`, rows(kept, false)),
    ),
  ];
}
