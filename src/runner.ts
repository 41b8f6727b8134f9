// What the runner gives to the step and takes from it. Nothing else uses `@actions/core`.
import * as core from '@actions/core';
import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** The value of an input without white space around it; empty if it is not set. */
export function readInput(name: string): string {
  return core.getInput(name);
}

/** Whether an input is set, but only to white space. */
export function isBlankInput(name: string): boolean {
  const value = core.getInput(name, { trimWhitespace: false });
  return value !== '' && value.trim() === '';
}

/** Whether this process runs on a GitHub runner, which hides masked secrets. */
function isOnRunner(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true';
}

/** Makes the runner hide a secret. Elsewhere the command itself would print it. */
export function mask(secret: string): void {
  if (isOnRunner()) core.setSecret(secret);
}

export function annotate(kind: 'error' | 'warning', message: string): void {
  if (kind === 'error') core.error(message);
  else core.warning(message);
}

/** Prints a line that the runner shows with debug logging only. */
export function debug(message: string): void {
  if (core.isDebug()) core.debug(message);
}

/** Prints lines. None may begin with `::` or `##`: the runner would take it for a command. */
export function printLines(lines: string): void {
  core.info(lines);
}

export function printGroup(title: string, lines: string): void {
  core.startGroup(title);
  core.info(lines);
  core.endGroup();
}

/** @throws what `fs` throws if the outputs are wanted and cannot be written */
export function checkOutputsWritable(): void {
  const file = process.env['GITHUB_OUTPUT'];
  if (!file) return;
  checkIsFile(file);
  fs.appendFileSync(file, '');
}

/**
 * Writes outputs, one after the other. Without GITHUB_OUTPUT it writes none: the toolkit would print them as commands.
 * @throws what `fs` throws
 */
export function setOutputs(outputs: readonly (readonly [name: string, value: string])[]): void {
  const file = process.env['GITHUB_OUTPUT'];
  if (!file) return;
  checkIsFile(file);
  for (const [name, value] of outputs) core.setOutput(name, value);
}

/** Adds HTML to the job summary. @throws if the runner wants no summary, or it cannot be written */
export async function addToSummary(html: string): Promise<void> {
  checkIsFile(process.env['GITHUB_STEP_SUMMARY'] ?? '');
  await core.summary.emptyBuffer().addRaw(html).write();
}

/** @returns a path in RUNNER_TEMP that no other run uses; empty without such a folder */
export function createReportPath(): string {
  const folder = process.env['RUNNER_TEMP'];
  return folder ? path.resolve(folder, `docspace-backup-cleanup-${randomUUID()}.json`) : '';
}

/** Writes a whole file, or leaves none. @throws what `fs` throws */
export function writeFile(file: string, content: string): void {
  try {
    fs.writeFileSync(file, content);
  } catch (error) {
    fs.rmSync(file, { force: true });
    throw error;
  }
}

/** A pipe that nobody reads would block the process. Windows reports a directory only when the outputs are written. */
function checkIsFile(file: string): void {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats?.isFIFO() || stats?.isDirectory()) throw new Error('Not a file');
}
