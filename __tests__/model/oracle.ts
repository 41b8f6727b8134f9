// A second, independent telling of the rules. It judges a run by what the portal saw, answered and holds.

import { judgeBackups } from './backups.js';
import { type Evidence, timeoutOf } from './evidence.js';
import { judgeHistory } from './history.js';
import { judgeSchedule } from './schedule.js';
import type { Answer } from './traffic.js';

/** @returns all that is wrong with a run */
export function judge(evidence: Evidence): string[] {
  const { world, result, traffic, startedAt, stoppedAt } = evidence;
  const { inputs } = world;
  const wrong: string[] = [];
  const timeoutMs = timeoutOf(world);
  const max = stoppedAt === undefined ? timeoutMs : Math.min(timeoutMs, stoppedAt - startedAt + 6_000);
  if (result.ms > max) wrong.push(`took ${result.ms} ms, not ${max} at most`);
  for (const { method, path, call } of traffic) {
    if (method !== 'GET' && inputs['dry-run'] === 'true')
      wrong.push(`a dry run sends only GETs: ${method} ${path}`);
    if (call === 'other') wrong.push(`not a request of this action: ${method} ${path}`);
  }
  if (stoppedAt !== undefined) {
    if (result.code === 0) wrong.push('a run that ends early fails');
    const late = traffic.find(({ at }) => at > stoppedAt);
    if (late) wrong.push(`no new request after an early end: ${late.method} ${late.path}`);
  }
  wrong.push(...judgeStatusCode(evidence));
  if (inputs['operation'] === 'delete-schedule') return [...wrong, ...judgeSchedule(evidence)];
  if (inputs['operation'] === 'delete-history') return [...wrong, ...judgeHistory(evidence)];
  return [...wrong, ...judgeBackups(evidence)];
}

function judgeStatusCode({ result, traffic, stoppedAt }: Evidence): string[] {
  const output = result.outputs['status-code'] ?? '';
  const deletes = traffic.filter(({ method }) => method === 'DELETE');
  const statuses = deletes.flatMap(({ status }) => (status ? [String(status)] : []));
  // Whether a part of a success is an answer is open.
  const isHalf = output === '' && deletes.every(({ answer }) => !answer || isPartOfSuccess(answer));
  if (statuses.length === 0 ? output === '' : statuses.includes(output) || isHalf) return [];
  // Whether "switching protocols" is an answer is open.
  if (output === '' && statuses.every(status => status === '101')) return [];
  // An answer may be cut off by the end.
  if (stoppedAt !== undefined && output === '') return [];
  return [`status-code is ${output}; the portal's were ${statuses}`];
}

function isPartOfSuccess({ status, isWhole }: Answer): boolean {
  return status === 200 && !isWhole;
}
