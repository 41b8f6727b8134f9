import { expect } from '@jest/globals';
import { makeBackups, makeId, type Portal } from '../../tools/stand-in/portal.mjs';
import { type ActOptions, type ActResult, act, errorOf, ofTheBundle, readIds } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { deletions } from '../support/portals.js';

/** A listing, as a portal sees it. */
export const LIST = 'GET /api/2.0/backup/getbackuphistory?Dump=false';

/** The DELETE of one backup, as a portal sees it. */
export function DELETE(number: number): string {
  return `DELETE /api/2.0/backup/deletebackup/${makeId(number)}`;
}

/** The ids of these backups, as in an output. */
export function ids(...numbers: number[]): string {
  return JSON.stringify(numbers.map(makeId));
}

/** The outputs of a run without backups. */
export const NO_BACKUPS = {
  'selected-count': '0',
  'selected-ids': '[]',
  'deleted-count': '0',
  'deleted-ids': '[]',
  'failed-count': '0',
  'failed-ids': '[]',
  'kept-count': '0',
  'kept-ids': '[]',
  'report-file': expect.any(String),
};

/** The numbers from one to another, up or down. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + index * Math.sign(to - from));
}

/** A record of the history, as `makeBackups` makes it, with these changes. `undefined` removes a field. */
export function record(number: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...makeBackups(number).at(-1), ...changes };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

/** Backups of two storage types. The older half is in the first one. */
export function inTwoStorages(first: number, second: number, each = 10): Record<string, unknown>[] {
  return [
    ...range(1, each).map(number => record(number, { storageType: second })),
    ...range(each + 1, 2 * each).map(number => record(number, { storageType: first })),
  ];
}

/** The numbers of the backups for which a portal received DELETEs, in order. */
export function sentTo(portal: Portal): number[] {
  return deletions(portal).map(request => Number(request.slice(-12)));
}

/** What a portal received, in short: `list`, or the number of the backup for a DELETE. */
export function story(portal: Portal): (number | string)[] {
  return portal.seen.map(request => (request === LIST ? 'list' : Number(request.slice(-12)) || request));
}

export function warningsOf(log: string): string[] {
  return log.match(/^::warning::.*$/gm) ?? [];
}

/**
 * Runs the action, and checks what is true for every run that deletes by id, whatever goes wrong:
 * - `deleted` and `failed` together are the backups for which the portal received DELETEs. None of them is kept.
 * - The portal has no backup any more that is in `deleted`, or that a successful run selected. Nor is its file left, unless
 *   the portal lied.
 * - Never more than eight deletions run at once.
 * - The error counts every backup that is not deleted.
 */
export async function runOn(
  portal: Portal,
  inputs: Record<string, string>,
  options: ActOptions = {},
): Promise<ActResult> {
  const before = deletions(portal).length;
  const result = await act({ 'portal-url': portal.url, ...inputs }, options);
  const sent = new Set(
    deletions(portal)
      .slice(before)
      .map(request => request.slice(-36)),
  );
  const [selected, deleted, failed, kept] = ['selected', 'deleted', 'failed', 'kept'].map(what =>
    readIds(result.outputs, what),
  ) as [string[], string[], string[], string[]];
  expect([...deleted, ...failed].sort()).toEqual([...sent].sort());
  expect(kept.filter(id => sent.has(id))).toEqual([]);
  const { own, dumps } = portal.state.history;
  const left = new Set([...own, ...dumps].map(item => String((item as { id?: unknown } | null)?.id)));
  expect(deleted.filter(id => left.has(id))).toEqual([]);
  const lies = portal.state.faults.some(({ kind }) => kind === 'lie');
  if (!lies) expect(portal.state.filesLeft.filter(id => deleted.includes(id))).toEqual([]);
  if (result.outputs['result'] === 'true') expect(selected.filter(id => left.has(id))).toEqual([]);
  expect(portal.state.maxConcurrent).toBeLessThanOrEqual(8);
  if (inputs['dry-run'] === 'true') expect(sent.size).toBe(0);
  const error = errorOf(result);
  if (sent.size > 0 && error !== '' && !/cancelled|Unexpected/.test(error)) {
    expect([countIn(error, FAILED), countIn(error, NOT_TRIED)]).toEqual([
      failed.length,
      selected.length - sent.size,
    ]);
  }
  return result;
}

/** The counts in an error: backups that are not proven to be deleted, and backups that were not tried. */
const FAILED =
  /\d+(?= of \d+ backups? (is|are) still listed| backups?, but did not report success| backups? was answered without success| backups? (was|were) deleted)|(?<=refused the DELETE of )\d+/g;
const NOT_TRIED = /\d+(?= backups? (there )?(was|were) not tried)/g;

/** How many backups an error counts. */
function countIn(error: string, pattern: RegExp): number {
  const numbers = error.replace(/(?<=\d),(?=\d{3})/g, '').matchAll(pattern);
  return [...numbers].reduce((sum, [number]) => sum + Number(number), 0);
}

/** Prunes the history. The two newest backups are kept, unless the inputs have other rules. */
export function prune(
  portal: Portal,
  inputs: Record<string, string> = {},
  options: ActOptions = {},
): Promise<ActResult> {
  const rules = Object.keys(inputs).some(name => /^keep-(?!ids)/.test(name)) ? {} : { 'keep-last': '2' };
  return runOn(portal, { operation: 'prune-history', ...rules, ...inputs }, options);
}

/** Deletes the backups with these numbers. */
export function deleteBackups(
  portal: Portal,
  numbers: readonly number[],
  inputs: Record<string, string> = {},
  options: ActOptions = {},
): Promise<ActResult> {
  const backupIds = numbers.map(makeId).join(' ');
  return runOn(portal, { operation: 'delete-backups', 'backup-ids': backupIds, ...inputs }, options);
}

/** A signal that cancels a run as soon as a condition is true. It checks every millisecond, by the clock of the test. */
export function cancelWhen(condition: () => boolean, reason?: Error): AbortSignal {
  const cancellation = new AbortController();
  const check = () => {
    if (condition()) cancellation.abort(reason);
    else if (ofTheBundle) setTimeout(check, 5).unref();
    else theClock().after(1, check);
  };
  check();
  return cancellation.signal;
}
