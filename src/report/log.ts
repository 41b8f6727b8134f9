import * as core from '@actions/core';
import * as fs from 'fs';
import { now } from './deadline.js';
import type { Log, Outcome } from './outcome.js';
import type { HistoryRecord } from './records.js';
import { headline, type Run, renderSummary, show } from './summary.js';
import { count, redact } from './text.js';
import { drawTimeline } from './timeline.js';

/** Backups that a group of the log names. */
const MOST_LINES = 200;
/** Lines on repeated attempts that one run prints. */
const MOST_NOTES = 20;
const PROGRESS_EVERY_MS = 5_000;

/** The workflow log, in which no line holds the secret. */
export interface WorkflowLog extends Log {
  /** A line on something that went on by itself; from many, the first are printed. */
  note(line: string): void;
  /** Printed with RUNNER_DEBUG=1 alone. */
  debug(text: string): void;
}

/** @param secret is blanked out of every line */
export function createLog(secret: string): WorkflowLog {
  let notes = 0;
  let lastProgress = now();
  const info = (line: string) => core.info(redact(line, secret));
  const debug = (text: string) => core.debug(redact(text, secret));

  function group<T>(title: string, items: readonly T[], lineOf: (item: T) => string): void {
    if (items.length === 0) return;
    const lines = items.slice(0, MOST_LINES).map(lineOf);
    if (items.length > MOST_LINES) lines.push(`… and ${items.length - MOST_LINES} more`);
    core.startGroup(title);
    // At one go: each write holds up the first deletion.
    info(lines.join('\n'));
    core.endGroup();
  }

  return {
    info,
    debug,
    warning: text => core.warning(redact(text, secret)),
    note(line) {
      if (++notes > MOST_NOTES) return debug(line);
      info(notes < MOST_NOTES ? line : `${line} More of the kind with RUNNER_DEBUG=1.`);
    },
    plan(selected, kept) {
      const timeline = drawTimeline({ selected, kept }, () => true);
      group('Timeline', timeline, line => line);
      group(`Kept: ${count(kept.length, 'backup')}`, kept, ({ backup, reasons }) => {
        return `${describe(backup)}  ${reasons.join(', ')}`;
      });
      group(`Selected: ${count(selected.length, 'backup')}`, selected, describe);
    },
    progress(line) {
      if (now() - lastProgress < PROGRESS_EVERY_MS) return;
      lastProgress = now();
      info(line);
    },
  };
}

function describe(record: HistoryRecord): string {
  const { time, storage } = show(record);
  return [time, record.id, storage, record.name].join('  ');
}

/** Sets the outputs, as action.yml describes them. @param status the HTTP status of the last delete call */
export function writeOutputs({ outcome, dryRun, problem }: Run, status: number | undefined): void {
  const selected = outcome.selected?.map(({ id }) => id);
  const inOrder = (ids: Outcome['deleted']) => ids && (selected ?? []).filter(id => ids.has(id));
  const lists = {
    selected,
    deleted: dryRun ? [] : inOrder(outcome.deleted),
    failed: inOrder(outcome.failed),
    kept: outcome.kept?.map(({ backup }) => backup.id),
  };
  core.setOutput('result', dryRun ? '' : String(problem === undefined));
  core.setOutput('status-code', status ?? '');
  for (const [name, ids] of Object.entries(lists)) {
    core.setOutput(`${name}-count`, ids ? ids.length : '');
    core.setOutput(`${name}-ids`, JSON.stringify(ids ?? []));
  }
}

/** Writes the job summary. Where there is none to write to, that is a warning: the outcome does not depend on it. */
export function writeSummary(run: Run, log: WorkflowLog, secret: string): void {
  try {
    // core.summary would do the same, and takes 3 ms more.
    fs.appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', redact(renderSummary(run), secret));
  } catch {
    log.warning('The job summary could not be written to GITHUB_STEP_SUMMARY.');
  }
}

/** The log's last line: green or, as the one `::error::` of the step, red. */
export function close(run: Run, log: WorkflowLog, secret: string): void {
  log.info(`${headline(run)}.`);
  if (run.problem !== undefined) core.setFailed(redact(run.problem, secret));
}
