// The rules for `delete-history`.

import { answered, type Evidence, firstListOf, isConclusive, retriesOf, short } from './evidence.js';
import { isUnanswered, listIn, meaningOf, outcomeOf } from './meanings.js';
import {
  compare,
  isCutOff,
  isTightDryRun,
  judgeResult,
  judgeRetries,
  judgeUnlisted,
  mayOnlyRead,
  type Outcome,
  outputOf,
  same,
} from './outcomes.js';
import type { Exchange } from './traffic.js';
import { isCalm, isPlain } from './world.js';

/** For so long, and for three times the longest gap, a history does not shrink before it counts as stopped. */
const STANDSTILL_MS = 15_000;
const TOLERANCE_MS = 50;

export function judgeHistory(evidence: Evidence): string[] {
  const { world, result, traffic, stoppedAt } = evidence;
  const { inputs } = world;
  const wrong: string[] = [];
  const deletes = traffic.filter(({ call }) => call === 'delete history');
  const lists = traffic.filter(({ call }) => call === 'list');
  const isDry = inputs['dry-run'] === 'true';
  if (inputs['verify'] === 'false' && !isDry) return judgeUnverified(evidence, deletes);
  const attempts = deletes.filter(exchange => meaningOf(exchange) !== 'rate limit');
  const lost = attempts.filter(({ answer }) => answer === undefined).length;
  if (attempts.length - lost > 1 + retriesOf(world))
    wrong.push(`retries: the deletion of the history is sent ${attempts.length} times`);

  const first = decidingListOf(evidence);
  const listed = first && listIn(first);
  if (!listed) {
    if (isCalm(world)) wrong.push('nothing was in the way of a list');
    return [...wrong, ...judgeUnlisted(evidence)];
  }
  if (stoppedAt !== undefined && first.endedAt > stoppedAt) return wrong;
  const ids = [...new Set(listed.flatMap(({ id }) => (id === '' ? [] : [id])))];
  const selected = outputOf(result, 'selected');
  if (!same(selected.ids, ids)) wrong.push(`selected ${short(selected.ids)}, listed ${short(ids)}`);
  if (outputOf(result, 'kept').ids.length > 0) wrong.push('nothing is kept of a whole history');
  const total = ids.length + listed.filter(({ id }) => id === '').length;
  const isTooMany = inputs['max-deletions'] !== undefined && total > Number(inputs['max-deletions']);
  if (isDry || isTooMany || mayOnlyRead(traffic)) {
    if (deletes.length > 0) wrong.push('a DELETE that was refused');
    if (isTightDryRun(evidence, first)) return wrong;
    return [...wrong, ...judgeResult(evidence, isDry && !isTooMany && stoppedAt === undefined)];
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing was in its way');
  if (deletes.length === 0) {
    if (result.code === 0) wrong.push('success, and nothing was sent');
    return wrong;
  }
  const countLeft = (list: Exchange) => countOf(list, ids);
  wrong.push(...judgeRepeats(deletes, lists, total, countLeft));
  for (const [index, exchange] of deletes.entries()) {
    const { number } = exchange;
    const next = deletes[index + 1]?.number ?? Number.POSITIVE_INFINITY;
    const between = lists.filter(list => list.number > number && list.number < next);
    // A list may lag behind `true`. Until it shrinks, it is asked for 2 s after the one before.
    const mayLag = (list: Exchange) => meaningOf(exchange) === 'confirmed' && countLeft(list) === total;
    wrong.push(...judgePolling(between, mayLag));
  }
  if (isPlain(world) && world.promises?.oneAtATime && evidence.maxRequestsAtWork > 1)
    wrong.push(`${evidence.maxRequestsAtWork} deletions of the history at work at once`);

  const finals = finalsOf(deletes, lists);
  const readable = finals.filter(({ answer }) => answer?.status === 200);
  const outcomes: Outcome[] = [];
  const unknown: Outcome = { deleted: [], failed: ids, result: 'failure' };
  if (readable.length !== finals.length || readable.length === 0 || isCutOff(evidence, lists)) {
    outcomes.push(unknown);
  }
  // One empty list may be a mistake. Where the portal confirmed nothing and the next list cannot be had, nothing is known.
  const isDoubtedEmpty = (exchange: Exchange, list: readonly unknown[]) =>
    outcomeOf(deletes) === 'never answered' &&
    list.length === 0 &&
    readable.length === 1 &&
    lists.some(({ number }) => number > exchange.number);
  // The last conclusive list decides, unless a later one makes the end unknown.
  for (const exchange of readable.slice(-2)) {
    const list = listIn(exchange);
    if (!list || !isConclusive(exchange, listed, ids) || isDoubtedEmpty(exchange, list)) {
      outcomes.push(unknown);
      continue;
    }
    const left = new Set(list.map(({ id }) => id));
    const failed = ids.filter(id => left.has(id));
    const isLeft = failed.length > 0 || (left.has('') && listed.some(({ id }) => id === ''));
    const outcome = outcomeOf(deletes);
    // The list decides; what it may decide after an error, or without any record before, is open.
    const isOpen = !['confirmed', 'never answered'].includes(outcome) || listed.length === 0;
    const success = isOpen && outcome !== 'confirmed' ? 'either' : 'success';
    outcomes.push({
      deleted: ids.filter(id => !left.has(id)),
      failed,
      result: isLeft ? 'failure' : success,
    });
  }
  wrong.push(...compare(evidence, finals.length > 1 ? outcomes : outcomes.slice(-2)));
  const isUnknown = outcomeOf(deletes) === 'never answered' && stoppedAt === undefined;
  if (isUnknown && outputOf(result, 'deleted').ids.length > 0 && !/^::warning/m.test(result.log))
    wrong.push('never answered, and no warning that files may remain');
  if (result.code === 0) {
    const still = evidence.held.filter(id => ids.includes(id));
    if (still.length > 0 && !world.portal.backends) wrong.push(`success, and still there: ${short(still)}`);
  }
  return wrong;
}

/** The list that decides what is selected. Where there is a limit, an empty one is asked for again: it may be a mistake. */
function decidingListOf(evidence: Evidence): Exchange | undefined {
  const { world, traffic } = evidence;
  const { inputs } = world;
  const first = firstListOf(evidence);
  const isLimited = inputs['max-deletions'] !== undefined && inputs['dry-run'] !== 'true';
  if (!first || !isLimited || listIn(first)?.length !== 0) return first;
  const until = traffic.find(({ call }) => call === 'delete history')?.number ?? Number.POSITIVE_INFINITY;
  const lists = answered(traffic.filter(({ call, number }) => call === 'list' && number < until));
  return lists[1] ?? first;
}

function judgeUnverified(evidence: Evidence, deletes: readonly Exchange[]): string[] {
  const { result, traffic, stoppedAt } = evidence;
  const wrong = judgeRetries(evidence, deletes, 'the deletion of the history');
  if (traffic.some(({ call }) => call === 'list' || call === 'key'))
    wrong.push('without verify, only the DELETE is sent');
  const isSuccess = outcomeOf(deletes) === 'confirmed' && stoppedAt === undefined;
  wrong.push(...judgeResult(evidence, isSuccess));
  const counts = ['selected', 'kept', 'deleted', 'failed'].map(name => outputOf(result, name).count);
  if (isSuccess && counts.join() !== ',,,') wrong.push(`counts without verify are ${counts}`);
  return wrong;
}

/**
 * The answered lists after the last DELETE. If there is none because the portal turned this DELETE away for its rate until
 * the run ended, the last list before it counts: it shows all that the DELETEs before have done.
 */
function finalsOf(deletes: readonly Exchange[], lists: readonly Exchange[]): Exchange[] {
  const listsAfter = (exchange: Exchange | undefined) =>
    lists.filter(({ number }) => number > (exchange?.number ?? 0));
  const last = listsAfter(deletes.at(-1));
  const begun = deletes.findLast(exchange => meaningOf(exchange) !== 'rate limit');
  if (last.length > 0 || !begun) return answered(last);
  return answered(listsAfter(begun)).slice(-1);
}

/** How many of the backups are still listed, and how many records without a readable id. */
function countOf(list: Exchange, ids: readonly string[]): number | undefined {
  const records = listIn(list);
  if (!records) return undefined;
  // One that is listed twice is one backup.
  const left = new Set(records.map(({ id }) => id));
  return ids.filter(id => left.has(id)).length + records.filter(({ id }) => id === '').length;
}

/** No DELETE is sent again while the history may still be shrinking. */
function judgeRepeats(
  deletes: readonly Exchange[],
  lists: readonly Exchange[],
  total: number,
  countLeft: (list: Exchange) => number | undefined,
): string[] {
  return deletes.flatMap((exchange, index) => {
    const before = deletes[index - 1];
    if (!before || ['not received', 'rate limit'].includes(meaningOf(before))) return [];
    // On a connection that was reset, it is repeated once at once.
    if (before.answer === undefined && exchange.at - before.endedAt < TOLERANCE_MS) return [];
    const { since, longestGap } = lastShrinking(before, exchange, lists, total, countLeft);
    const needed = Math.max(STANDSTILL_MS, 3 * longestGap) - TOLERANCE_MS;
    const waited = exchange.at - since;
    return waited < needed ? [`the DELETE is sent again after ${waited} ms, not ${needed}`] : [];
  });
}

/** When a list last showed fewer records than all before it, between two DELETEs. */
function lastShrinking(
  before: Exchange,
  exchange: Exchange,
  lists: readonly Exchange[],
  total: number,
  countLeft: (list: Exchange) => number | undefined,
): { since: number; longestGap: number } {
  const earlier = lists.filter(({ endOrder }) => endOrder < before.startOrder);
  let left = Math.min(total, ...earlier.flatMap(list => countLeft(list) ?? []));
  let since = before.endedAt;
  let shrinkings = 0;
  let longestGap = 0;
  for (const list of lists) {
    const now = countLeft(list);
    const isBetween = list.startOrder > before.startOrder && list.endOrder < exchange.startOrder;
    if (!isBetween || now === undefined) continue;
    if (now < left) {
      if (shrinkings > 0) longestGap = Math.max(longestGap, list.at - since);
      shrinkings++;
      since = list.at;
      left = now;
    }
  }
  return { since, longestGap };
}

/** Lists are 2 s apart, and never more often than a list takes. */
function judgePolling(lists: readonly Exchange[], mayLag: (list: Exchange) => boolean): string[] {
  return lists
    .flatMap((list, index) => {
      const before = lists[index - 1];
      if (!before || isUnanswered(before) || !listIn(before)) return [];
      const wait = list.at - before.at;
      const took = before.endedAt - before.at;
      const min = mayLag(before) ? took + 2000 : Math.max(2000, 1.9 * took);
      return wait < min - TOLERANCE_MS ? [`${wait} ms between two lists that take ${took} ms`] : [];
    })
    .slice(0, 1);
}
