import type { HistoryRecord } from '../backups/backup.js';
import type { Clock } from '../clock.js';
import type { Ledger } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import * as runner from '../runner.js';
import { formatNumber, pluralize } from '../text/format.js';
import { join, type Printable, type Redact, text } from '../text/printable.js';
import { groupByStorage } from './groups.js';
import { formatRecord, WHY_NOT_DELETED } from './record-format.js';
import { drawTimeline } from './timeline.js';

const MAX_LINES = 200;
/** Lines about repeated attempts that one run prints. */
const MAX_NOTES = 20;
const PROGRESS_INTERVAL_MS = 5_000;

/** The workflow log. It redacts everything that it prints. */
export class Log {
  readonly warnings: Printable[] = [];
  private noteCount = 0;
  private lastProgress: number;

  constructor(
    private readonly redact: Redact,
    private readonly clock: Clock,
  ) {
    this.lastProgress = clock.monotonicMs();
  }

  info(line: Printable): void {
    runner.printLines(this.redact(line));
  }

  warning(line: Printable): void {
    this.warnings.push(line);
    runner.annotate('warning', this.redact(line));
  }

  error(line: Printable): void {
    runner.annotate('error', this.redact(line));
  }

  debug(line: Printable): void {
    runner.debug(this.redact(line));
  }

  /** Prints a line about a repeated attempt. After the first few, only debug logging shows them. */
  note(line: Printable): void {
    this.noteCount++;
    if (this.noteCount < MAX_NOTES) {
      this.info(line);
    } else if (this.noteCount === MAX_NOTES) {
      this.info(text`${line} Run again with debug logging to see more lines like this.`);
    } else {
      this.debug(line);
    }
  }

  /** Prints how far a long run has come, every few seconds at most. */
  showProgress(line: () => Printable): void {
    if (this.clock.monotonicMs() - this.lastProgress < PROGRESS_INTERVAL_MS) return;
    this.lastProgress = this.clock.monotonicMs();
    this.info(line());
  }

  printPlan(ledger: Ledger, calendar: Calendar): void {
    const groups = groupByStorage(ledger);
    for (const group of groups) {
      const where = groups.length > 1 ? text` in ${group.storage}` : text``;
      const kept = group.kept.map(
        ({ backup, reasons }) => text`${formatLine(backup, calendar)}  ${join(reasons)}`,
      );
      const selected = group.selected.map(record => formatLine(record, calendar));
      this.printGroup(
        text`Timeline${where}`,
        drawTimeline(group, () => 'planned', calendar),
      );
      this.printGroup(text`Kept${where}: ${pluralize(kept.length, 'backup')}`, kept);
      this.printGroup(text`Selected${where}: ${pluralize(selected.length, 'backup')}`, selected);
    }
    const ignored = ledger.ignored.map(
      ({ record, reason }) => text`${formatLine(record, calendar)}  ${reason}`,
    );
    this.printGroup(text`Ignored: ${pluralize(ignored.length, 'record')}`, ignored);
  }

  /** Prints every backup that is not proven to be deleted. The error names only the first ones. */
  printUnproven(ledger: Ledger, calendar: Calendar): void {
    const { failed } = ledger;
    if (!failed || failed.length === 0) return;
    const lines = failed.map(
      record => text`${formatLine(record, calendar)}  ${WHY_NOT_DELETED[ledger.statusOf(record.id)] ?? ''}`,
    );
    this.printGroup(text`Not proven to be deleted: ${pluralize(lines.length, 'backup')}`, lines);
  }

  private printGroup(title: Printable, lines: readonly Printable[]): void {
    if (lines.length === 0) return;
    const shown = lines.slice(0, MAX_LINES);
    if (lines.length > MAX_LINES) shown.push(text`… and ${formatNumber(lines.length - MAX_LINES)} more`);
    runner.printGroup(this.redact(title), this.redact(shown.join('\n')));
  }
}

function formatLine(record: HistoryRecord, calendar: Calendar): Printable {
  const { time, storage } = formatRecord(record, calendar);
  return text`${time}  ${record.id ?? '-'}  ${storage}  ${record.name}`;
}
