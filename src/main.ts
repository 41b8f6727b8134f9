import type { Clock } from './clock.js';
import type { Context } from './context.js';
import { Deadline, GRACE_MS } from './deadline.js';
import { ActionError } from './errors.js';
import { type Inputs, readInputs, readKeepInputs, readRawToken } from './inputs/read.js';
import { findSecrets } from './inputs/token.js';
import { Ledger } from './ledger.js';
import { deleteBackups } from './operations/delete-backups.js';
import { deleteHistory } from './operations/delete-history.js';
import { deleteSchedule } from './operations/delete-schedule.js';
import { explainFailed } from './operations/messages.js';
import { pruneHistory } from './operations/prune-history.js';
import { createPortal } from './portal/api.js';
import { asDryRun } from './portal/dry-run.js';
import { Client } from './portal/http/client.js';
import { checkWritable } from './report/outputs.js';
import { Reporter } from './report/reporter.js';
import type { Run } from './report/run.js';
import { formatPolicy } from './retention/policy.js';
import { mask } from './runner.js';
import { createRedact, join, type Printable, quoteInput, text } from './text/printable.js';
import { TimeBudget } from './time-budget.js';

/** The reason of `stop` when the runner cancels the step. */
export const CANCELLED = Symbol('cancelled');

/**
 * Runs the whole step: reads the inputs, runs the operation, reports. It always ends with a report.
 * @param stop fires when the run must end early: with CANCELLED, or with an error that nothing caught
 * @returns whether the step succeeded
 */
export async function main(clock: Clock, stop: AbortSignal): Promise<boolean> {
  // With this variable, Node would accept any certificate, and anybody could read the token.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const secrets = findSecrets(readRawToken());
  secrets.forEach(mask);
  const reporter = new Reporter(new Ledger(), createRedact(secrets), clock);
  const { run, log } = reporter;
  try {
    const inputs = readInputs(reporter.redact);
    describeRun(run, inputs);
    log.info(run.intent);
    checkWritable();
    await Promise.race([operate(inputs, reporter, clock, stop), giveUpAfterGrace(clock, stop)]);
  } catch (error) {
    run.error = toActionError(error, reporter);
  }
  if (stop.aborted) {
    run.isCancelled = stop.reason === CANCELLED;
    const reason = run.isCancelled
      ? text`The run was cancelled.`
      : toActionError(stop.reason, reporter).message;
    run.error = new ActionError(join([reason, ...explainUnfinished(run)], ' '));
  }
  return reporter.report();
}

/** Fills in what the inputs say about the run. */
function describeRun(run: Run, inputs: Inputs): void {
  run.operation = inputs.operation;
  run.calendar = inputs.calendar;
  run.intent = describeIntent(inputs);
  run.reportedInputs = {
    host: inputs.host,
    dump: inputs.dump === true,
    policy: inputs.operation === 'prune-history' ? readKeepInputs() : undefined,
  };
}

/** Runs the operation. @throws ActionError for anything but a success */
async function operate(
  inputs: Inputs,
  { run, log, redact }: Reporter,
  clock: Clock,
  stop: AbortSignal,
): Promise<void> {
  const { token, dump, dryRun, calendar } = inputs;
  const deadline = new Deadline(inputs.timeoutSeconds, stop, clock);
  const budget = new TimeBudget(deadline);
  const { portalUrl, host, retries } = inputs;
  const settings = { portalUrl, host, retries, authorization: token.authorization, redact };
  const client = new Client(settings, deadline, budget, clock, line => log.note(line));
  const portal = createPortal(client, deadline, budget, { dump, isApiKey: token.isApiKey, redact });
  run.lastDeleteStatus = () => client.lastDeleteStatus;
  const context: Context = {
    portal: dryRun ? asDryRun(portal) : portal,
    ledger: run.ledger,
    log,
    deadline,
    budget,
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

/** Ends a moment after a stop: the report must be written before the runner kills the process. */
function giveUpAfterGrace(clock: Clock, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    // By then the requests have ended. The operation gets another second.
    const start = () => void clock.after(GRACE_MS + 1_000, resolve);
    if (stop.aborted) start();
    else stop.addEventListener('abort', start);
  });
}

function describeIntent(inputs: Inputs): Printable {
  const dryRun = inputs.dryRun ? text`Dry run, nothing will be deleted: ` : text``;
  const whose = inputs.dump
    ? text`the server-wide dump backups, not the portal's own`
    : text`the portal's own backups`;
  const policy =
    inputs.operation === 'prune-history' ? text`; keeping ${formatPolicy(inputs.policy)}` : text``;
  const unverified = 'verify' in inputs && !inputs.verify ? text`; unverified` : text``;
  return text`${dryRun}${inputs.operation} on ${inputs.host}; ${whose}${policy}${unverified}`;
}

/** Explains what a run that ended early left behind; nothing if it had verified its deletions. */
function explainUnfinished({ ledger }: Run): Printable[] {
  const isVerified = ledger.verification.kind === 'conclusive' && ledger.failed?.length === 0;
  if (!ledger.hasSent || isVerified) return [];
  return [
    text`No deletion was started after that; one that was already sent may have been carried out.`,
    ...explainFailed(ledger, undefined),
  ];
}

/** An error as a text for people. One that is no ActionError is a defect; its own message may hold anything. */
function toActionError(error: unknown, { log, redact }: Reporter): ActionError {
  if (error instanceof ActionError) return error;
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  const frames = stack.split('\n').filter(line => line.startsWith('    at '));
  log.debug(
    join(
      // Without the folders, of which a runner has many.
      frames.map(frame => quoteInput(frame.trim().replace(/(?<=\(|at )\S*[\\/]/, ''), redact)),
      ' ',
    ),
  );
  return new ActionError(
    text`Unexpected error (${quoteInput(name, redact)}): a defect in this action. Run again with debug logging, and report it.`,
  );
}
