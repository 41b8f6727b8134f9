import type { Clock } from '../clock.js';
import type { Ledger } from '../ledger.js';
import type { HistoryRecord } from '../portal/records.js';
import type { Calendar } from '../retention/calendar.js';
import { count, join, type Printable, type Redact, say, thousands } from '../text.js';
import { annotate, print, printGroup } from '../workflow.js';
import { byStorage, show } from './show.js';
import { drawTimeline } from './timeline.js';

/** Backups that a group of the log names. */
const MOST_LINES = 200;
/** Lines on repeated attempts that one run prints. */
const MOST_NOTES = 20;
const PROGRESS_EVERY_MS = 5_000;

/** The workflow log. In no line of it is a secret. */
export class Log {
  /** For the summary, which repeats them. */
  readonly warnings: Printable[] = [];
  private notes = 0;
  private lastProgress: number;

  constructor(
    private readonly redact: Redact,
    private readonly clock: Clock,
  ) {
    this.lastProgress = clock.now();
  }

  info(line: Printable): void {
    print(this.redact(line));
  }

  warning(line: Printable): void {
    this.warnings.push(line);
    annotate('warning', this.redact(line));
  }

  /** The one `::error::` of a step. */
  error(line: Printable): void {
    annotate('error', this.redact(line));
  }

  /** Printed with RUNNER_DEBUG=1 alone. */
  debug(line: Printable): void {
    if (process.env['RUNNER_DEBUG'] !== '1') return;
    annotate('debug', this.redact(line));
  }

  /** A line on something that went on by itself; from many, the first are printed. */
  note(line: Printable): void {
    this.notes++;
    if (this.notes < MOST_NOTES) this.info(line);
    else if (this.notes === MOST_NOTES) this.info(say`${line} More of the kind with RUNNER_DEBUG=1.`);
    else this.debug(line);
  }

  /** A line on how far a long run has come, which is made and printed now and then. */
  progress(line: () => Printable): void {
    if (this.clock.now() - this.lastProgress < PROGRESS_EVERY_MS) return;
    this.lastProgress = this.clock.now();
    this.info(line());
  }

  /** What is selected and what is kept, before anything is deleted. */
  plan(ledger: Ledger, calendar: Calendar): void {
    const groups = byStorage(ledger);
    for (const group of groups) {
      const where = groups.length > 1 ? say` in ${group.storage}` : say``;
      const kept = group.kept.map(
        ({ backup, reasons }) => say`${describe(backup, calendar)}  ${join(reasons)}`,
      );
      const selected = group.selected.map(record => describe(record, calendar));
      this.group(
        say`Timeline${where}`,
        drawTimeline(group, () => 'planned', calendar),
      );
      this.group(say`Kept${where}: ${count(kept.length, 'backup')}`, kept);
      this.group(say`Selected${where}: ${count(selected.length, 'backup')}`, selected);
    }
    const ignored = ledger.ignored.map(({ record, reason }) => say`${describe(record, calendar)}  ${reason}`);
    this.group(say`Left alone: ${count(ignored.length, 'record')}`, ignored);
  }

  private group(title: Printable, lines: readonly Printable[]): void {
    if (lines.length === 0) return;
    const shown = lines.slice(0, MOST_LINES);
    if (lines.length > MOST_LINES) shown.push(say`… and ${thousands(lines.length - MOST_LINES)} more`);
    // At one go: each write holds up the first deletion.
    printGroup(title, this.redact(shown.join('\n')));
  }
}

function describe(record: HistoryRecord, calendar: Calendar): Printable {
  const { time, storage } = show(record, calendar);
  return say`${time}  ${record.id ?? '-'}  ${storage}  ${record.name}`;
}
