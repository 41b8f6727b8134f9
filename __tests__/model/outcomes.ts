// What the outputs of a run say, compared with what they may say.

import { type ActResult, readIds } from '../support/action.js';
import { answered, type Evidence, retriesOf, short, timeoutOf } from './evidence.js';
import { isSentAgain, meaningOf } from './meanings.js';
import type { Exchange } from './traffic.js';

type Ids = readonly string[];

/** What a run can come to. There is more than one where the rules leave it open. */
export interface Outcome {
  deleted: Ids;
  failed: Ids;
  result: 'success' | 'failure' | 'either';
}

export function outputOf({ outputs }: ActResult, name: string): { count: string; ids: string[] } {
  return { count: outputs[`${name}-count`] ?? '', ids: readIds(outputs, name).map(id => id.toLowerCase()) };
}

export function same(one: Ids, other: Ids): boolean {
  return [...one].sort().join() === [...other].sort().join();
}

export function judgeResult({ result }: Evidence, isSuccess: boolean, why = ''): string[] {
  if (isSuccess === (result.code === 0)) return [];
  return [`should ${isSuccess ? 'succeed' : 'fail'}${why === '' ? '' : `: ${why}`}`];
}

export function compare({ result, stoppedAt }: Evidence, outcomes: readonly Outcome[]): string[] {
  const deleted = outputOf(result, 'deleted');
  const failed = outputOf(result, 'failed');
  const fitting = outcomes.filter(
    outcome => same(outcome.deleted, deleted.ids) && same(outcome.failed, failed.ids),
  );
  if (fitting.length === 0) {
    const expected = outcomes
      .map(outcome => `${short(outcome.deleted)} and ${short(outcome.failed)}`)
      .join(', or ');
    return [`deleted ${short(deleted.ids)}, failed ${short(failed.ids)}; not ${expected}`];
  }
  if (stoppedAt !== undefined) return [];
  const results = fitting.map(outcome => outcome.result);
  const is = result.code === 0 ? 'success' : 'failure';
  return results.includes('either') || results.includes(is) ? [] : [`ends as ${is}, not as ${results[0]}`];
}

/** The run ended before a first list was read. */
export function judgeUnlisted({ result, traffic }: Evidence): string[] {
  const wrong: string[] = [];
  if (result.code === 0) wrong.push('success without a first list');
  if (traffic.some(({ method }) => method === 'DELETE')) wrong.push('a DELETE before a list was read');
  const counts = ['selected', 'kept', 'deleted', 'failed'].map(name => outputOf(result, name).count);
  if (counts.join() !== ',,0,0') wrong.push(`counts without a first list are ${counts}`);
  return wrong;
}

/** How often one request may be repeated: as `retries` says. A refusal by a rate limit does not count. */
export function judgeRetries({ world }: Evidence, exchanges: readonly Exchange[], name: string): string[] {
  const max = 1 + retriesOf(world);
  let inARow = 0;
  let lost = 0;
  for (const exchange of exchanges) {
    if (meaningOf(exchange) === 'rate limit') continue;
    inARow++;
    // Each connection that is reset allows one immediate repeat.
    if (inARow - lost > max) return [`retries: ${name} is sent ${inARow} times`];
    if (exchange.answer === undefined) lost++;
    if (!isSentAgain(exchange)) inARow = lost = 0;
  }
  return [];
}

/** Where a real run would have no time for its final list, a dry run may fail and say so. */
export function isTightDryRun({ world, result, startedAt }: Evidence, first: Exchange): boolean {
  const left = timeoutOf(world) - (first.endedAt - startedAt);
  const isTight = 1.6 * (first.endedAt - first.at) + 20_000 > left;
  return world.inputs['dry-run'] === 'true' && result.code !== 0 && isTight;
}

/** Whether an answer came so late that the run may have missed it. */
export function isCutOff({ stoppedAt }: Evidence, lists: readonly Exchange[]): boolean {
  return stoppedAt !== undefined && lists.some(({ endedAt }) => endedAt >= stoppedAt);
}

/** Whether the portal answered, in time, that the key may only read. */
export function mayOnlyRead(traffic: readonly Exchange[]): boolean {
  const request = answered(traffic.filter(({ call }) => call === 'key'))[0];
  if (request?.answer?.status !== 200 || request.endedAt - request.at >= 5_000) return false;
  try {
    const permissions: unknown = JSON.parse(request.answer.body).response?.permissions;
    return (
      Array.isArray(permissions) && permissions.length > 0 && permissions.every(one => /:read$/.test(one))
    );
  } catch {
    return false;
  }
}
