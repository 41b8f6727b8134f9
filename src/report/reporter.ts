import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import { isInputSetTo } from '../inputs/definitions.js';
import type { Ledger } from '../ledger.js';
import { UTC } from '../retention/calendar.js';
import { addToSummary, createReportPath, writeFile } from '../runner.js';
import { type Redact, text } from '../text/printable.js';
import { formatHeadline } from './headline.js';
import { Log } from './log.js';
import { explainWriteError, writeOutputs } from './outputs.js';
import { formatReport } from './report-file.js';
import type { Run } from './run.js';
import { renderError, renderSummary } from './summary.js';

/** Reports a run: in the log while it goes on, and in the summary, the report file and the outputs when it is over. */
export class Reporter {
  readonly log: Log;
  readonly run: Run;

  constructor(
    ledger: Ledger,
    readonly redact: Redact,
    private readonly clock: Clock,
  ) {
    this.log = new Log(redact, clock);
    this.run = {
      operation: undefined,
      intent: text``,
      reportedInputs: undefined,
      dryRun: isInputSetTo('dry-run', 'true'),
      startedAt: clock.epochMs(),
      ledger,
      calendar: UTC,
      warnings: this.log.warnings,
      isCancelled: false,
      error: undefined,
      lastDeleteStatus: () => undefined,
    };
  }

  /**
   * Reports a run that is over. The outputs come last, because nothing can fail after a success is written.
   * @returns whether the step succeeded
   */
  async report(): Promise<boolean> {
    const { log, run } = this;
    await this.addToSummary(renderSummary(run));
    const reportFile = this.writeReport(createReportPath());
    log.printUnproven(run.ledger, run.calendar);
    log.info(text`${formatHeadline(run)}.`);
    if (run.error) log.error(run.error.message);
    try {
      writeOutputs(run, reportFile);
    } catch (error) {
      if (!run.error) {
        run.error = new ActionError(explainWriteError(error));
        log.error(run.error.message);
        // Report and summary say that the run succeeded.
        this.writeReport(reportFile);
        await this.addToSummary(renderError(run));
      }
      return false;
    }
    return run.error === undefined;
  }

  private async addToSummary(html: string): Promise<void> {
    if (isInputSetTo('summary', 'false')) return;
    try {
      await addToSummary(this.redact(html));
    } catch {
      this.log.warning(text`The job summary could not be written to GITHUB_STEP_SUMMARY.`);
    }
  }

  /** @returns the path of the JSON report; empty: there is none */
  private writeReport(file: string): string {
    if (file === '') return '';
    try {
      writeFile(file, formatReport(this.run, this.clock.epochMs(), this.redact));
      return file;
    } catch {
      this.log.warning(text`The report could not be written to RUNNER_TEMP.`);
      return '';
    }
  }
}
