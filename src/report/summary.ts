import type { IdentifiedRecord } from '../backups/backup.js';
import type { BackupStatus } from '../ledger.js';
import type { Kept } from '../retention/plan.js';
import { escapeHtml } from '../text/format.js';
import { join, type Printable, text } from '../text/printable.js';
import { groupByStorage } from './groups.js';
import { describeState, formatHeadline } from './headline.js';
import { WHY_NOT_DELETED } from './record-format.js';
import type { Run } from './run.js';
import { Tables } from './tables.js';
import { drawTimeline } from './timeline.js';

/**
 * Renders the job summary. It is HTML only, and every text in it is escaped. Blocks have no empty lines, because
 * Markdown would start again after one; `<pre>` may have them.
 */
export function renderSummary(run: Run): string {
  const { ledger, warnings } = run;
  const tables = new Tables(run.calendar);
  const blocks = [
    `<h3>${describeState(run).icon} ${escapeHtml(formatHeadline(run))}</h3>`,
    renderParagraph(run.intent),
    renderError(run),
    ...warnings.map(warning => `<blockquote><b>Warning:</b> ${escapeHtml(warning)}</blockquote>`),
    typeof ledger.schedule === 'object'
      ? renderParagraph(text`The schedule: ${ledger.schedule.description}.`)
      : '',
    ...renderTimelines(run),
    ...renderSelected(run, tables),
    ...renderKept(run, tables),
    tables.render(
      text`Ignored`,
      ledger.ignored.map(({ record, reason }) => ({ record, why: reason })),
    ),
  ];
  return blocks
    .filter(block => block !== '')
    .map(block => `${block}\n\n`)
    .join('');
}

/** Renders the error of a run as a block of the summary; empty if there is none. */
export function renderError({ error, dryRun }: Run): string {
  if (!error) return '';
  const title = dryRun ? 'This dry run failed' : 'Error';
  return `<blockquote><b>${title}:</b> ${escapeHtml(error.message)}</blockquote>`;
}

function renderParagraph(line: Printable): string {
  return line === '' ? '' : `<p>${escapeHtml(line)}</p>`;
}

function renderTimelines({ ledger, calendar }: Run): string[] {
  if (!ledger.deleted) return [];
  const statusOf = ({ id }: IdentifiedRecord) => (ledger.hasSent ? ledger.statusOf(id) : 'planned');
  const groups = groupByStorage(ledger);
  return groups.map(group => {
    const lines = drawTimeline(group, statusOf, calendar, ledger.missingIds);
    const title = groups.length > 1 ? `${escapeHtml(group.storage)}\n` : '';
    return lines.length === 0 ? '' : `<pre>\n${title}${lines.map(escapeHtml).join('\n')}\n</pre>`;
  });
}

function renderSelected({ ledger, error }: Run, tables: Tables): string[] {
  const newestFirst = (ledger.selected ?? []).toReversed();
  if (!ledger.hasSent) {
    const rows = newestFirst.map(record => ({ record }));
    // An error asks the reader to look at this list, so it is open then.
    return [tables.render(text`Would be deleted`, rows, error !== undefined)];
  }
  const rowsWith = (...statuses: readonly BackupStatus[]) =>
    ledger
      .withStatus(...statuses)
      .toReversed()
      .map(record => ({ record }));
  const notProven = newestFirst.flatMap(record => {
    const why = WHY_NOT_DELETED[ledger.statusOf(record.id)];
    return why ? { record, why, withId: true } : [];
  });
  const isVerified = ledger.verification.kind === 'conclusive';
  return [
    tables.render(text`Not proven to be deleted`, notProven),
    tables.render(
      isVerified ? text`Deleted` : text`Deleted, as the portal reported, not checked`,
      rowsWith('deleted', 'reported-deleted'),
    ),
    tables.render(text`Not tried`, rowsWith('not-sent')),
  ];
}

function renderKept({ ledger }: Run, tables: Tables): string[] {
  const { missingIds } = ledger;
  const groups = groupByStorage(ledger);
  const rows = (kept: readonly Kept[], isMissing: boolean) =>
    kept
      .filter(({ backup }) => missingIds.has(backup.id) === isMissing)
      .map(({ backup, reasons }) => ({ record: backup, why: join(reasons), withId: isMissing }));
  return [
    ...groups.map(({ kept }) => tables.render(text`Should have been kept, but is gone`, rows(kept, true))),
    ...groups.map(({ kept }) =>
      tables.render(ledger.knowsWhatRemains ? text`Kept` : text`To keep`, rows(kept, false)),
    ),
  ];
}
