import type { HistoryRecord } from '../backups/backup.js';
import type { Calendar } from '../retention/calendar.js';
import { escapeHtml, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';
import { formatRecord } from './record-format.js';

const MAX_ROWS = 250;
/** All tables together. GitHub accepts a summary of 1 MiB. */
const MAX_BYTES = 800_000;
const MAX_OPEN_ROWS = 20;

interface Row {
  record: HistoryRecord;
  why?: Printable;
  withId?: boolean;
}

/** The tables of one summary, which share its maximum size. */
export class Tables {
  private remainingBytes = MAX_BYTES;

  constructor(private readonly calendar: Calendar) {}

  /**
   * Renders a table, folded if it is long. A value that all rows share moves to the title. A phone has room for three
   * columns, so the rest is beside the name.
   * @param isOpen whether it is open even if it is long
   */
  render(title: Printable, rows: readonly Row[], isOpen = false): string {
    if (rows.length === 0) return '';
    const storage = findShared(rows.map(({ record }) => record.storageType ?? '-'));
    const why = findShared(rows.map(row => row.why ?? ''));
    const withIds = rows.some(row => row.withId);
    const heads = [
      text`Date (${this.calendar.name})`,
      ...(why === undefined ? [text`Why`] : []),
      text`Name${storage === undefined ? ', storage' : ''}${withIds ? ', id' : ''}`,
    ];
    const lines = rows.slice(0, MAX_ROWS).map(row => {
      const shown = formatRecord(row.record, this.calendar);
      const name = [
        renderCode(row.record.name),
        ...(storage === undefined ? [makeBreakable(shown.storage)] : []),
        ...(row.withId && row.record.id ? [renderCode(text`${row.record.id}`)] : []),
      ];
      const reason = why === undefined ? `<td>${escapeHtml(row.why ?? text``)}</td>` : '';
      return `<tr><td nowrap>${escapeHtml(shown.time)}</td>${reason}<td>${name.join(' ')}</td></tr>`;
    });
    const body = this.takeFitting(lines);
    const where =
      storage === undefined ? text`` : text` in ${storage === '-' ? 'an unknown storage' : storage}`;
    const reason = why === undefined || why === '' ? text`` : text` (${why})`;
    const cut = body.length < rows.length ? text`, the first ${body.length} here` : text``;
    const heading = text`${title}: ${pluralize(rows.length, 'backup')}${where}${reason}${cut}`;
    const open = isOpen || rows.length <= MAX_OPEN_ROWS ? ' open' : '';
    return `<details${open}><summary>${escapeHtml(heading)}</summary>
<table><tr>${heads.map(head => `<th>${makeBreakable(head)}</th>`).join('')}</tr>
${body.join('\n')}
</table></details>`;
  }

  private takeFitting(lines: readonly string[]): string[] {
    const fitting: string[] = [];
    for (const line of lines) {
      this.remainingBytes -= Buffer.byteLength(line);
      if (this.remainingBytes < 0) break;
      fitting.push(line);
    }
    return fitting;
  }
}

/** @returns the value that all have; `undefined`: they differ */
function findShared<T extends string>(values: readonly T[]): T | undefined {
  const [first] = values;
  return values.every(value => value === first) ? first : undefined;
}

function renderCode(name: Printable): string {
  return `<code>${makeBreakable(name)}</code>`;
}

/** Lets a long word break on a phone: after a separator, before a capital letter, or every eight characters. */
function makeBreakable(line: Printable): string {
  return escapeHtml(line)
    .replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>')
    .replace(/[\p{L}\p{M}\p{N}]{8}/gu, '$&<wbr>');
}
