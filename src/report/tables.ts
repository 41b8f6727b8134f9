import type { HistoryRecord } from '../portal/records.js';
import type { Calendar } from '../retention/calendar.js';
import { count, escapeHtml, join, LETTERS, type Printable, say } from '../text.js';
import { show } from './show.js';

/** What one table holds at most, and what all of them do: GitHub takes 1 MiB. */
const MOST_ROWS = 250;
const MOST_BYTES = 800_000;
/** Longer tables are folded. */
const MOST_OPEN_ROWS = 20;

/** A backup in a table. */
interface Row {
  record: HistoryRecord;
  why?: Printable;
  /** Whether its id is shown, for an error names it. */
  withId?: boolean;
}

/** The tables of one summary, which share the room that there is. */
export class Tables {
  private room = MOST_BYTES;

  constructor(private readonly calendar: Calendar) {}

  /**
   * Renders a table, folded if it is long. What is the same in each of its rows stands in its title. A phone has room for
   * three columns: what else there is stands beside the name.
   * @param mustOpen whether it is open however long it is
   */
  render(title: Printable, rows: readonly Row[], mustOpen = false): string {
    if (rows.length === 0) return '';
    const cells = rows.slice(0, MOST_ROWS).map(row => this.cellsOf(row));
    const storage = common(rows.map(({ record }) => record.storageType ?? '-'));
    const why = common(rows.map(row => row.why ?? ''));
    const columns: Column[] = [
      { head: say`Date (${this.calendar.name})`, cell: ({ date }) => `<td nowrap>${escapeHtml(date)}</td>` },
      ...(why === undefined
        ? [{ head: say`Why`, cell: (row: Cells) => `<td>${escapeHtml(row.why)}</td>` }]
        : []),
      {
        head: join([
          say`Name`,
          ...(storage === undefined ? [say`storage`] : []),
          ...(rows.some(row => row.withId) ? [say`id`] : []),
        ]),
        cell: row => `<td>${describe(row, storage === undefined)}</td>`,
      },
    ];
    const body = this.fill(cells.map(row => `<tr>${columns.map(({ cell }) => cell(row)).join('')}</tr>`));
    const where =
      storage === undefined ? say`` : say` in ${storage === '-' ? 'an unknown storage' : storage}`;
    const reason = why === undefined || why === '' ? say`` : say` (${why})`;
    const cut = body.length < rows.length ? say`, the first ${body.length} here` : say``;
    const heading = say`${title}: ${count(rows.length, 'backup')}${where}${reason}${cut}`;
    const isOpen = mustOpen || rows.length <= MOST_OPEN_ROWS;
    return `<details${isOpen ? ' open' : ''}><summary>${escapeHtml(heading)}</summary>
<table><tr>${columns.map(({ head }) => `<th>${breakable(escapeHtml(head))}</th>`).join('')}</tr>
${body.join('\n')}
</table></details>`;
  }

  /** The lines for which there is room. */
  private fill(lines: readonly string[]): string[] {
    const fitting: string[] = [];
    for (const line of lines) {
      this.room -= Buffer.byteLength(line);
      if (this.room < 0) break;
      fitting.push(line);
    }
    return fitting;
  }

  private cellsOf({ record, why = say``, withId }: Row): Cells {
    const { time, storage } = show(record, this.calendar);
    const id = withId && record.id ? say`${record.id}` : say``;
    return { date: time, why, name: record.name, storage, id };
  }
}

/** What there is to show of a row; an empty text: nothing. */
interface Cells {
  date: Printable;
  why: Printable;
  name: Printable;
  storage: Printable;
  id: Printable;
}

interface Column {
  head: Printable;
  cell: (row: Cells) => string;
}

/** What all have in common; `undefined`: they differ. */
function common<T extends string>(values: readonly T[]): T | undefined {
  const [first] = values;
  return values.every(value => value === first) ? first : undefined;
}

/** The name of a backup, and what tells it from others. */
function describe({ name, storage, id }: Cells, withStorage: boolean): string {
  return [
    `<code>${breakable(escapeHtml(name))}</code>`,
    ...(withStorage ? [breakable(escapeHtml(storage))] : []),
    ...(id === '' ? [] : [`<code>${breakable(escapeHtml(id))}</code>`]),
  ].join(' ');
}

/**
 * Lets a long word break where a phone has no room for it: after a sign, where a digit follows it too; before a capital
 * letter; or anywhere.
 */
function breakable(html: string): string {
  const atSigns = html.replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>');
  return atSigns.replace(new RegExp(`[${LETTERS}]{8}`, 'gu'), '$&<wbr>');
}
