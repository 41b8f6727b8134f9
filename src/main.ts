import * as core from '@actions/core';
import { type Deadline, startDeadline } from './deadline.js';
import { deleteBackups, pruneHistory } from './delete-backups.js';
import { deleteHistory } from './delete-history.js';
import { deleteSchedule } from './delete-schedule.js';
import { Failure } from './failure.js';
import { type Http, openHttp } from './http.js';
import { type Inputs, readInputs, readSecret, says } from './inputs.js';
import { newOutcome, type Outcome } from './outcome.js';
import { connectPortal, type Portal, rehearse } from './portal.js';
import { close, createLog, type WorkflowLog, writeOutputs, writeSummary } from './report.js';
import { formatPolicy } from './retention.js';
import type { Run } from './summary.js';

/**
 * The whole step: reads the inputs, runs the operation, reports. It ends with a report, whatever happens.
 * @param cancelled fires when the runner cancels the step
 * @param crashed rejects when an error has escaped everything else
 * @returns whether the step is green
 */
export async function main(cancelled: AbortSignal, crashed: Promise<never>): Promise<boolean> {
  const secret = readSecret();
  if (secret !== '') core.setSecret(secret);
  const log = createLog(secret);
  const run: Run = {
    operation: undefined,
    intent: '',
    dryRun: says('dry-run', 'true'),
    outcome: newOutcome(),
    cancelled: false,
    problem: undefined,
  };
  let http: Http | undefined;
  try {
    const inputs = readInputs();
    run.operation = inputs.operation;
    run.intent = describeIntent(inputs);
    log.info(run.intent);

    const deadline = startDeadline(inputs.timeoutSeconds, cancelled);
    http = openHttp(inputs, deadline, log.note);
    const portal = connectPortal(http, inputs.dump, secret);
    const work = operate(inputs, inputs.dryRun ? rehearse(portal) : portal, run.outcome, deadline, log);
    await Promise.race([work, crashed]);
  } catch (error) {
    run.problem = explain(error, log);
  }
  if (cancelled.aborted) {
    run.cancelled = true;
    const rest = ' No deletion was started after that; one on its way may have been carried out.';
    run.problem = `The run was cancelled.${run.dryRun ? '' : rest}`;
  }
  try {
    writeOutputs(run, http?.lastDeleteStatus());
  } catch {
    run.problem ??= 'The outputs could not be written to GITHUB_OUTPUT.';
  }
  if (!says('summary', 'false')) writeSummary(run, log, secret);
  close(run, log, secret);
  return run.problem === undefined;
}

function operate(
  inputs: Inputs,
  portal: Portal,
  outcome: Outcome,
  deadline: Deadline,
  log: WorkflowLog,
): Promise<void> {
  switch (inputs.operation) {
    case 'delete-schedule':
      return deleteSchedule(portal, inputs.verify, outcome, log);
    case 'delete-history':
      return deleteHistory(portal, inputs, outcome, deadline, log);
    case 'delete-backups':
      return deleteBackups(portal, inputs, outcome, log);
    case 'prune-history':
      return pruneHistory(portal, inputs, outcome, log);
  }
}

/** What is about to happen, in one line. */
function describeIntent(inputs: Inputs): string {
  const dryRun = inputs.dryRun ? 'Dry run, nothing will be deleted: ' : '';
  const whose = inputs.dump
    ? "the server-wide dump backups, not the portal's own"
    : "the portal's own backups";
  const policy = inputs.operation === 'prune-history' ? `; keeping ${formatPolicy(inputs.policy)}` : '';
  const unverified = 'verify' in inputs && !inputs.verify ? '; unverified' : '';
  return `${dryRun}${inputs.operation} on ${inputs.portalUrl.host}; ${whose}${policy}${unverified}`;
}

/** An error as a text for people. One that is no Failure is a defect of this action; its message may hold anything. */
function explain(error: unknown, log: WorkflowLog): string {
  if (error instanceof Failure) return error.message;
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  log.debug(stack.replace(/^(?! {4}at ).*\n?/gm, ''));
  return `Unexpected error (${name}): a defect in this action. Run again with debug logging, and report it.`;
}
