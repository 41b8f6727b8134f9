import * as fs from 'fs';
import type { Fate } from '../ledger.js';
import type { Deletable, HistoryRecord } from '../portal/records.js';
import type { Kept } from '../retention/plan.js';
import { count, escapeHtml, join, type Printable, type Redact, text } from '../text.js';
import { headline, stateOf } from './headline.js';
import type { Run } from './run.js';
import { byStorage, show } from './show.js';
import { drawTimeline } from './timeline.js';

/** What one table holds at most. There can be nine: that many full ones stay below the 1 MiB that GitHub takes. */
const MOST_ROWS = 250;
const MOST_BYTES = 100_000;
/** Longer tables are folded. */
const MOST_OPEN_ROWS = 20;

const FATES: Record<Fate, Printable> = {
  'not sent': text`not tried`,
  deleted: text`deleted`,
  reported: text`deleted, as the portal reported`,
  listed: text`still listed`,
  'file may remain': text`its file may remain`,
  unknown: text`not known`,
};

/**
 * Writes the job summary.
 * @throws what `fs` throws
 */
export function writeSummary(run: Run, redact: Redact): void {
  // core.summary would do the same, and takes 3 ms more.
  fs.appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', redact(renderSummary(run)));
}

/** Renders the job summary: HTML alone, every text in it escaped, and without an empty line in any block but `<pre>`, which would bring Markdown back. */
export function renderSummary(run: Run): string {
  const { ledger, problem, warnings, dryRun } = run;
  const blocks = [
    `<h3>${stateOf(run).icon} ${escapeHtml(headline(run))}</h3>`,
    paragraph(run.intent),
    problem
      ? `<blockquote><b>${dryRun ? 'This dry run failed' : 'Error'}:</b> ${escapeHtml(problem.message)}</blockquote>`
      : '',
    ...warnings.map(warning => `<blockquote><b>Warning:</b> ${escapeHtml(warning)}</blockquote>`),
    ledger.schedule === 'none' || ledger.schedule === 'unlooked'
      ? ''
      : paragraph(text`The schedule: ${ledger.schedule.description}. `),
    ...renderTimelines(run),
    ...renderSelected(run),
    ...renderKept(run),
    table(
      run,
      text`Left alone`,
      ledger.ignored.map(({ record, reason }) => rowOf(run, record, reason)),
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

function renderSelected(run: Run): string[] {
  const { ledger, problem } = run;
  const newestFirst = (ledger.selected ?? []).toReversed();
  if (!ledger.hasSent) {
    const rows = newestFirst.map(record => rowOf(run, record));
    return [table(run, text`Would be deleted`, rows, problem !== undefined || undefined)];
  }
  const rows = (fates: readonly Fate[], withId: boolean) =>
    newestFirst
      .filter(({ id }) => fates.includes(ledger.fateOf(id)))
      .map(record => rowOf(run, record, withId ? FATES[ledger.fateOf(record.id)] : undefined, withId));
  const isProven = ledger.closing.kind === 'trusted';
  return [
    table(run, text`Not known to be deleted`, rows(['listed', 'file may remain', 'unknown'], true)),
    table(
      run,
      isProven ? text`Deleted` : text`Deleted, as the portal reported, not checked`,
      rows(['deleted', 'reported'], false),
    ),
    table(run, text`Not tried`, rows(['not sent'], false)),
  ];
}

function renderKept(run: Run): string[] {
  const { missing } = run.ledger;
  const groups = byStorage(run.ledger);
  const rows = (kept: readonly Kept[], isMissing: boolean) =>
    kept
      .filter(({ backup }) => missing.has(backup.id) === isMissing)
      .map(({ backup, reasons }) => rowOf(run, backup, join(reasons), isMissing));
  return [
    ...groups.map(({ kept }) => table(run, text`To be kept, and not listed any more`, rows(kept, true))),
    ...groups.map(({ kept }) => table(run, text`Kept`, rows(kept, false))),
  ];
}

interface Row {
  date: Printable;
  why?: Printable;
  name: Printable;
  storage: Printable;
  id?: Printable;
}

function rowOf({ calendar }: Run, record: HistoryRecord, why?: Printable, withId = false): Row {
  const { time, storage } = show(record, calendar);
  const id = withId && record.id ? { id: text`${record.id}` } : {};
  return { date: time, ...(why ? { why } : {}), name: record.name, storage, ...id };
}

/**
 * A table, folded if it is long. What is the same in each of its rows stands in its title. A phone has room for three
 * columns: what else there is stands beside the name.
 */
function table(
  { calendar }: Run,
  title: Printable,
  rows: readonly Row[],
  isOpen = rows.length <= MOST_OPEN_ROWS,
): string {
  if (rows.length === 0) return '';
  const storage = common(rows.map(row => row.storage));
  const why = common(rows.map(row => row.why));
  const others = [
    ...(storage === undefined ? [text`storage`] : []),
    ...(rows.some(row => row.id) ? [text`id`] : []),
  ];
  const nameHead = join([text`Name`, ...others]);
  const columns: Column[] = [
    { head: text`Date (${calendar.name})`, cell: ({ date }) => `<td nowrap>${escapeHtml(date)}</td>` },
    ...(why === undefined
      ? [{ head: text`Why`, cell: ({ why: reason = text`` }: Row) => cell(reason) }]
      : []),
    { head: nameHead, cell: row => `<td>${describe(row, storage === undefined)}</td>` },
  ];
  const where =
    storage === undefined ? text`` : text` in ${storage === '-' ? text`an unknown storage` : storage}`;
  const reason = why === undefined || why === '' ? text`` : text` (${why})`;
  const body: string[] = [];
  let room = MOST_BYTES;
  for (const row of rows.slice(0, MOST_ROWS)) {
    const line = `<tr>${columns.map(column => column.cell(row)).join('')}</tr>`;
    room -= Buffer.byteLength(line);
    if (room < 0) break;
    body.push(line);
  }
  const cut = body.length < rows.length ? text`, the first ${body.length} here` : text``;
  const heading = text`${title}: ${count(rows.length, 'backup')}${where}${reason}${cut}`;
  return `<details${isOpen ? ' open' : ''}><summary>${escapeHtml(heading)}</summary>
<table><tr>${columns.map(({ head }) => `<th>${breakable(escapeHtml(head))}</th>`).join('')}</tr>
${body.join('\n')}
</table></details>`;
}

interface Column {
  head: Printable;
  cell: (row: Row) => string;
}

function cell(content: Printable): string {
  return `<td>${escapeHtml(content)}</td>`;
}

/** What all have in common; none has it: an empty text; `undefined`: they differ. */
function common(values: readonly (Printable | undefined)[]): Printable | undefined {
  const [first = text``] = values;
  return values.every(value => (value ?? '') === first) ? first : undefined;
}

/** The name of a backup, and what tells it from others. */
function describe({ name, storage, id }: Row, withStorage: boolean): string {
  return [
    `<code>${breakable(escapeHtml(name))}</code>`,
    ...(withStorage ? [breakable(escapeHtml(storage))] : []),
    ...(id ? [`<code>${breakable(escapeHtml(id))}</code>`] : []),
  ].join(' ');
}

/**
 * Lets a long word break where a phone has no room for it: after a sign, where a digit follows it too; before a capital
 * letter; or anywhere.
 */
function breakable(html: string): string {
  const atSigns = html.replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>');
  return atSigns.replace(/[\p{L}\p{M}\p{N}]{8}/gu, '$&<wbr>');
}
