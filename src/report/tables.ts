import type { HistoryRecord } from '../portal/records.js';
import type { Calendar } from '../retention/calendar.js';
import { count, escapeHtml, LETTERS, type Printable, say } from '../text.js';
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
    const storage = common(rows.map(({ record }) => record.storageType ?? '-'));
    const why = common(rows.map(row => row.why ?? ''));
    const withIds = rows.some(row => row.withId);
    const heads = [
      say`Date (${this.calendar.name})`,
      ...(why === undefined ? [say`Why`] : []),
      say`Name${storage === undefined ? ', storage' : ''}${withIds ? ', id' : ''}`,
    ];
    const lines = rows.slice(0, MOST_ROWS).map(row => {
      const shown = show(row.record, this.calendar);
      const name = [
        code(row.record.name),
        ...(storage === undefined ? [breakable(shown.storage)] : []),
        ...(row.withId && row.record.id ? [code(say`${row.record.id}`)] : []),
      ];
      const reason = why === undefined ? `<td>${escapeHtml(row.why ?? say``)}</td>` : '';
      return `<tr><td nowrap>${escapeHtml(shown.time)}</td>${reason}<td>${name.join(' ')}</td></tr>`;
    });
    const body = this.fill(lines);
    const where =
      storage === undefined ? say`` : say` in ${storage === '-' ? 'an unknown storage' : storage}`;
    const reason = why === undefined || why === '' ? say`` : say` (${why})`;
    const cut = body.length < rows.length ? say`, the first ${body.length} here` : say``;
    const heading = say`${title}: ${count(rows.length, 'backup')}${where}${reason}${cut}`;
    const isOpen = mustOpen || rows.length <= MOST_OPEN_ROWS;
    return `<details${isOpen ? ' open' : ''}><summary>${escapeHtml(heading)}</summary>
<table><tr>${heads.map(head => `<th>${breakable(head)}</th>`).join('')}</tr>
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
}

/** What all have in common; `undefined`: they differ. */
function common<T extends string>(values: readonly T[]): T | undefined {
  const [first] = values;
  return values.every(value => value === first) ? first : undefined;
}

function code(name: Printable): string {
  return `<code>${breakable(name)}</code>`;
}

/**
 * Lets a long word break where a phone has no room for it: after a sign, where a digit follows it too; before a capital
 * letter; or anywhere.
 */
function breakable(text: Printable): string {
  const atSigns = escapeHtml(text).replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>');
  return atSigns.replace(new RegExp(`[${LETTERS}]{8}`, 'gu'), '$&<wbr>');
}
