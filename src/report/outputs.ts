import { Refusal } from '../failure.js';
import type { Deletable } from '../portal/records.js';
import { say } from '../text.js';
import { appendToFile } from '../workflow.js';
import type { Run } from './run.js';

/** @throws Refusal where outputs are asked for that cannot be written */
export function assertWritable(): void {
  const file = process.env['GITHUB_OUTPUT'];
  if (!file) return;
  try {
    appendToFile(file, '');
  } catch {
    throw new Refusal(
      say`The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. Is its disk full, or its file read-only?`,
      say`the outputs cannot be written`,
    );
  }
}

/**
 * Sets the outputs, as action.yml describes them, in one write. `result` comes last, so that a write that is cut off
 * does not leave a success behind.
 * @throws what `fs` throws
 */
export function writeOutputs({ ledger, dryRun, problem, lastDeleteStatus }: Run): void {
  const file = process.env['GITHUB_OUTPUT'];
  if (!file) return;
  const lists = {
    selected: ledger.selected,
    deleted: ledger.deleted,
    failed: ledger.failed,
    kept: ledger.kept?.map(({ backup }) => backup),
  };
  const outputs: [name: string, value: string][] = [['status-code', String(lastDeleteStatus() ?? '')]];
  for (const [name, records] of Object.entries(lists)) {
    outputs.push([`${name}-count`, String(records?.length ?? '')], [`${name}-ids`, jsonOf(records ?? [])]);
  }
  outputs.push(['result', dryRun ? '' : String(problem === undefined)]);
  appendToFile(file, outputs.map(([name, value]) => `${name}<<${END}\n${value}\n${END}\n`).join(''));
}

/** Where a value ends. Numbers and ids cannot contain it. */
const END = 'end-of-output';

function jsonOf(records: readonly Deletable[]): string {
  return JSON.stringify(records.map(({ id }) => id));
}
