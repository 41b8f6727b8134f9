// The rules for `delete-schedule`.

import { answered, type Evidence } from './evidence.js';
import { isSentAgain, meaningOf, outcomeOf, scheduleIn } from './meanings.js';
import { judgeResult, judgeRetries, mayOnlyRead } from './outcomes.js';
import { isCalm } from './world.js';

export function judgeSchedule(evidence: Evidence): string[] {
  const { world, result, traffic, stoppedAt } = evidence;
  const { inputs, portal } = world;
  const wrong: string[] = [];
  const deletes = traffic.filter(({ call }) => call === 'delete schedule');
  const gets = traffic.filter(({ call }) => call === 'get schedule');
  const isDry = inputs['dry-run'] === 'true';
  wrong.push(...judgeRetries(evidence, deletes, 'the deletion of the schedule'));
  let isProven: boolean;
  if (inputs['verify'] === 'false' && !isDry) {
    if (gets.length > 0) wrong.push('without verify, only the DELETE is sent');
    isProven = outcomeOf(deletes) === 'confirmed';
  } else {
    const firstDelete = deletes[0]?.number ?? Number.POSITIVE_INFINITY;
    const first = answered(gets.filter(({ number }) => number < firstDelete))[0];
    const found = first ? scheduleIn(first) : 'unknown';
    if (found !== 'one' && deletes.length > 0) wrong.push(`a DELETE although the schedule was ${found}`);
    const lastDelete = deletes.at(-1)?.number ?? 0;
    const last = answered(gets.filter(({ number }) => number > lastDelete)).at(-1);
    const isGone = deletes.length > 0 && last !== undefined && scheduleIn(last) === 'none';
    const isFine = ['confirmed', 'never answered'].includes(outcomeOf(deletes));
    // With a key that may only read, a real run is refused even if there is no schedule.
    const isRefused = !isDry && mayOnlyRead(traffic);
    isProven = (found === 'none' && !isRefused) || (found === 'one' && (isDry || (isGone && isFine)));
    if (isProven && !isDry && portal.stuckSchedule && deletes.length > 0)
      wrong.push('the schedule is still there');
    const isUnclear = deletes.some(exchange => !isSentAgain(exchange) && meaningOf(exchange) === 'unclear');
    if (isUnclear && isGone) return wrong;
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing was in its way');
  wrong.push(...judgeResult(evidence, isProven && stoppedAt === undefined));
  for (const name of ['selected', 'deleted', 'failed', 'kept']) {
    const count = result.outputs[`${name}-count`];
    if (count !== '0') wrong.push(`${name}-count is ${count}`);
  }
  return wrong;
}
