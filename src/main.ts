import type { Clock } from './clock.js';
import type { Context } from './context.js';
import { Deadline, GRACE_MS } from './deadline.js';
import { Failure } from './failure.js';
import { type Inputs, readGivenToken, readInputs, says } from './inputs.js';
import { Ledger } from './ledger.js';
import { deleteBackups } from './operations/delete-backups.js';
import { deleteHistory } from './operations/delete-history.js';
import { deleteSchedule } from './operations/delete-schedule.js';
import { pruneHistory } from './operations/prune-history.js';
import { Client } from './portal/client.js';
import { connectPortal, rehearse } from './portal/portal.js';
import { headline } from './report/headline.js';
import { Log } from './report/log.js';
import { assertWritable, writeOutputs } from './report/outputs.js';
import type { Run } from './report/run.js';
import { writeSummary } from './report/summary.js';
import { UTC } from './retention/calendar.js';
import { formatPolicy } from './retention/policy.js';
import { join, type Printable, quoted, type Redact, redactor, say } from './text.js';
import { secretsOf } from './token.js';
import { mask } from './workflow.js';

/** The reason with which the runner's cancellation stops a run. */
export const CANCELLED = Symbol('cancelled');

/**
 * The whole step: reads the inputs, runs the operation, reports. It ends with a report, whatever happens.
 * @param stop fires when the run is to end early: with CANCELLED when the runner cancels the step; with what was thrown
 * when that has escaped everything else
 * @returns whether the step is green
 */
export async function main(clock: Clock, stop: AbortSignal): Promise<boolean> {
  const secrets = secretsOf(readGivenToken());
  // Where no runner reads the command, it would itself be the leak.
  if (process.env['GITHUB_ACTIONS'] === 'true') for (const secret of secrets) mask(secret);
  const redact = redactor(secrets);
  const log = new Log(redact, clock);
  const run: Run = {
    operation: undefined,
    intent: say``,
    dryRun: says('dry-run', 'true'),
    ledger: new Ledger(),
    calendar: UTC,
    warnings: log.warnings,
    isCancelled: false,
    problem: undefined,
    lastDeleteStatus: () => undefined,
  };
  try {
    const inputs = readInputs(redact);
    run.operation = inputs.operation;
    run.calendar = inputs.calendar;
    run.intent = describeIntent(inputs);
    log.info(run.intent);
    assertWritable();
    await Promise.race([operate(inputs, run, log, redact, clock, stop), overrun(clock, stop)]);
  } catch (error) {
    run.problem = explain(error, log, redact);
  }
  if (stop.aborted) {
    run.isCancelled = stop.reason === CANCELLED;
    run.problem = run.isCancelled ? explainCancellation(run) : explain(stop.reason, log, redact);
  }
  return report(run, log, redact);
}

/** Runs the operation. @throws Failure on anything but a success */
async function operate(
  inputs: Inputs,
  run: Run,
  log: Log,
  redact: Redact,
  clock: Clock,
  stop: AbortSignal,
): Promise<void> {
  const { token, dump, dryRun, calendar } = inputs;
  const deadline = new Deadline(inputs.timeoutSeconds, stop, clock);
  const client = new Client(
    { ...inputs, authorization: token.authorization, redact },
    deadline,
    clock,
    line => log.note(line),
  );
  const portal = connectPortal(client, deadline, { dump, isApiKey: token.isApiKey, redact });
  run.lastDeleteStatus = () => client.lastDeleteStatus;
  const context: Context = {
    portal: dryRun ? rehearse(portal) : portal,
    ledger: run.ledger,
    log,
    deadline,
    clock,
    calendar,
    dryRun,
  };
  switch (inputs.operation) {
    case 'delete-schedule':
      return deleteSchedule(context, inputs);
    case 'delete-history':
      return deleteHistory(context, inputs);
    case 'delete-backups':
      return deleteBackups(context, inputs);
    case 'prune-history':
      return pruneHistory(context, inputs);
  }
}

/**
 * Ends when the run was stopped and what is on its way has had its time: an operation that hangs must not outlast
 * that.
 */
function overrun(clock: Clock, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const start = () => void clock.after(GRACE_MS + 1_000, resolve);
    if (stop.aborted) start();
    else stop.addEventListener('abort', start);
  });
}

/**
 * Reports a run that is over. The outputs come last: once they are written, nothing can turn the step red any more.
 * @returns whether the step is green
 */
function report(run: Run, log: Log, redact: Redact): boolean {
  if (!says('summary', 'false')) {
    try {
      writeSummary(run, redact);
    } catch {
      log.warning(say`The job summary could not be written to GITHUB_STEP_SUMMARY.`);
    }
  }
  log.info(say`${headline(run)}.`);
  if (run.problem) log.error(run.problem.message);
  try {
    writeOutputs(run);
  } catch {
    if (!run.problem) log.error(say`The outputs could not be written to GITHUB_OUTPUT. Is the disk full?`);
    return false;
  }
  return run.problem === undefined;
}

/** What is about to happen, in one line. */
function describeIntent(inputs: Inputs): Printable {
  const dryRun = inputs.dryRun ? say`Dry run, nothing will be deleted: ` : say``;
  const whose = inputs.dump
    ? say`the server-wide dump backups, not the portal's own`
    : say`the portal's own backups`;
  const policy = inputs.operation === 'prune-history' ? say`; keeping ${formatPolicy(inputs.policy)}` : say``;
  const unverified = 'verify' in inputs && !inputs.verify ? say`; unverified` : say``;
  return say`${dryRun}${inputs.operation} on ${inputs.host}; ${whose}${policy}${unverified}`;
}

function explainCancellation({ ledger }: Run): Failure {
  const isOver = !ledger.hasSent || (ledger.closing.kind === 'trusted' && ledger.failed?.length === 0);
  const rest = isOver
    ? say``
    : say` No deletion was started after that; one on its way may have been carried out.`;
  return new Failure(say`The run was cancelled.${rest}`);
}

/** An error as a text for people. One that is no Failure is a defect of this action; its message may hold anything. */
function explain(error: unknown, log: Log, redact: Redact): Failure {
  if (error instanceof Failure) return error;
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  const frames = stack.split('\n').filter(line => line.startsWith('    at '));
  log.debug(
    join(
      frames.map(frame => quoted(frame.trim(), redact)),
      ' ',
    ),
  );
  return new Failure(
    say`Unexpected error (${quoted(name, redact)}): a defect in this action. Run again with debug logging, and report it.`,
  );
}
