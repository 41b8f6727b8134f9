import type { IdentifiedRecord } from '../backups/backup.js';
import { OUT_OF_FILES, RefusedError } from '../errors.js';
import { readProperty } from '../json.js';
import * as runner from '../runner.js';
import { type Printable, text } from '../text/printable.js';
import { collectLists, judgeResult, type Run } from './run.js';

/** @throws RefusedError if outputs are wanted and cannot be written */
export function checkWritable(): void {
  try {
    runner.checkOutputsWritable();
  } catch (error) {
    throw new RefusedError(
      text`The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. ${findCause(error, text`Is its disk full, or its file read-only?`)}`,
      text`the outputs cannot be written`,
    );
  }
}

/**
 * Sets the outputs, as action.yml describes them. `result` comes last, so that a full disk leaves no success behind.
 * @param reportFile the path of the JSON report; empty: there is none
 * @throws what `fs` throws
 */
export function writeOutputs(run: Run, reportFile: string): void {
  const outputs: [name: string, value: string][] = [['status-code', String(run.lastDeleteStatus() ?? '')]];
  for (const [name, records] of Object.entries(collectLists(run.ledger))) {
    outputs.push([`${name}-count`, String(records?.length ?? '')], [`${name}-ids`, toJson(records ?? [])]);
  }
  outputs.push(['report-file', reportFile], ['result', String(judgeResult(run) ?? '')]);
  runner.setOutputs(outputs);
}

export function explainWriteError(error: unknown): Printable {
  return text`The outputs could not be written to GITHUB_OUTPUT. ${findCause(error, text`Is the disk full?`)}`;
}

function findCause(error: unknown, otherwise: Printable): Printable {
  return OUT_OF_FILES.codes.test(String(readProperty(error, 'code'))) ? OUT_OF_FILES.what : otherwise;
}

function toJson(records: readonly IdentifiedRecord[]): string {
  return JSON.stringify(records.map(({ id }) => id));
}
