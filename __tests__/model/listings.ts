// The rules for lists after the first deletion, and for the time.

import {
  countedAttempts,
  type Deletions,
  hadTime,
  isConfirmed,
  isRejectedAtFile,
  isRepeatOfKept,
  secondFailureAt,
  TOLERANCE_MS,
} from './deletions.js';
import { groupBy, retriesOf, timeoutOf } from './evidence.js';
import { isSentAgain, isUnanswered, listIn, meaningOf } from './meanings.js';
import type { Exchange } from './traffic.js';

/** Storages that drop records when they are listed soon after deletions. */
const THIRD_PARTY = ['ThridpartyDocuments', 'ThirdPartyConsumer'];
const MAX_LISTS_WITH_504 = 3;
/** Below this, the time may not be enough for the pauses. */
const MIN_TIMEOUT_FOR_PAUSES_MS = 90_000;
/** Below this, the time that is set aside may not be enough for the longest pause after a deletion that hung. */
const MIN_TIMEOUT_FOR_LONGEST_PAUSE_MS = 110_000;

export function judgeListings(run: Deletions): string[] {
  if (run.deletes.length === 0) return [];
  return [
    ...judgeChecks(run).slice(0, 2),
    ...judgeFinals(run).slice(0, 2),
    ...judgePauses(run).slice(0, 2),
    ...judgeTime(run),
  ];
}

/** How often a list is asked for: as `retries` says, and at most three times where a gateway cuts it off. */
export function judgeListAttempts(lists: readonly Exchange[], retries: number): string[] {
  let attempts = 0;
  let cutOff = 0;
  let readable = 0;
  let failedAt = Number.POSITIVE_INFINITY;
  for (const [index, list] of lists.entries()) {
    if (meaningOf(list) === 'rate limit') continue;
    // Where a final list lags, the next one may fail, and one more is asked for.
    if (readable >= 2 && list.at - failedAt >= 2000 - TOLERANCE_MS) {
      attempts = cutOff = readable = 0;
    }
    failedAt = Number.POSITIVE_INFINITY;
    attempts++;
    if (list.answer?.status === 504) cutOff++;
    // After a reset on a connection that was used before there is one more.
    const repeats = lists
      .slice(index - attempts + 1, index)
      .filter(({ answer }) => answer === undefined).length;
    if (attempts - repeats > 1 + retries) return [`retries: the list is asked for ${attempts} times`];
    if (cutOff > MAX_LISTS_WITH_504) return [`${cutOff} lists that ended in a 504`];
    const next = lists[index + 1];
    const isCutOff = list.answer?.status === 504 && attempts - repeats >= MAX_LISTS_WITH_504;
    if (attempts - repeats > retries || isCutOff) failedAt = list.endedAt;
    else if (isUnanswered(list) && next && list.answer !== undefined) {
      const wait = next.at - list.endedAt;
      const min = 450 * 2 ** Math.min(attempts - 1, 5);
      if (wait < min) return [`a wait of ${wait} ms, not ${min}, for the list`];
    }
    if (listIn(list)) readable++;
    if (!isSentAgain(list)) {
      attempts = cutOff = 0;
      failedAt = Number.POSITIVE_INFINITY;
    }
  }
  return [];
}

/** A list between deletions needs a backup that was rejected, and whose second attempt failed too, since the one before. */
function judgeChecks(run: Deletions): string[] {
  const { checks, deletes, typeOf } = run;
  const types = rejectingTypes(deletes, typeOf);
  return checks.flatMap((list, index) =>
    isAskedFor(run, list, checks[index - types]) ? [] : ['a list between deletions, and no reason for it'],
  );
}

/** Storage types with rejections: each of them may ask for a list of its own at the same time. */
function rejectingTypes(deletes: readonly Exchange[], typeOf: Deletions['typeOf']): number {
  return new Set(deletes.filter(isRejectedAtFile).map(({ id }) => typeOf(id))).size;
}

function isAskedFor(run: Deletions, list: Exchange, before: Exchange | undefined): boolean {
  const groups = [...run.byId.values()];
  const since = before?.at ?? Number.NEGATIVE_INFINITY;
  if (groups.map(secondFailureAt).some(time => time >= since && time <= list.at)) return true;
  // Three in a row that the portal did not get are a reason too.
  return groups.reduce((sum, attempts) => sum + notReceivedBefore(run, attempts, list), 0) >= 3;
}

/** How often a backup was tried in vain, if the portal did not get it last: with all retries, and again after that. */
function notReceivedBefore(run: Deletions, all: readonly Exchange[], list: Exchange): number {
  const attempts = all.filter(({ endedAt }) => endedAt <= list.at);
  const last = attempts.at(-1);
  if (!last || meaningOf(last) !== 'not received') return 0;
  const repeats = attempts.filter(attempt => isRepeatOfKept(run, attempt, all));
  const own = countedAttempts(attempts).length - repeats.length;
  const isTriedAgain = own > 1 + retriesOf(run.evidence.world);
  return 1 + repeats.length + (isTriedAgain ? 1 : 0);
}

function judgeFinals(run: Deletions): string[] {
  const { deletes, lists, finals, evidence, proves } = run;
  const wrong: string[] = [];
  const last = finals.at(-1);
  if (!last) return [];
  // An overdue one may be under way during a list that rejections asked for.
  const isCheck = isAskedFor(run, last, run.checks.at(-1));
  const open = proves(last) && !isCheck ? deletes.find(({ endedAt }) => endedAt > last.at) : undefined;
  if (open) wrong.push(`under way during the final listing: ${open.id}`);
  const confirmed = new Set(deletes.filter(isConfirmed).map(({ id }) => id));
  const rejected = new Set(deletes.filter(isRejectedAtFile).map(({ id }) => id));
  const holds = (list: Exchange, ids: ReadonlySet<string>) =>
    listIn(list)?.some(({ id }) => ids.has(id)) ?? false;
  for (const [index, list] of finals.entries()) {
    const before = finals[index - 1];
    // The first ones may have been asked for by rejections.
    const mayBeChecks = index <= rejectingTypes(deletes, run.typeOf);
    if (!before || (mayBeChecks && isAskedFor(run, before, run.checks.at(-1)))) continue;
    const isAgain = listIn(before)
      ? holds(before, confirmed) || holds(before, rejected)
      : before.answer?.status === 500 || finals.slice(0, index).some(one => holds(one, confirmed));
    if (!isAgain) wrong.push('one more list, and no reason for it');
    if (listIn(before) && list.at - before.endedAt < 2000 - TOLERANCE_MS)
      wrong.push(`${list.at - before.endedAt} ms between two final lists`);
  }
  const isDoubtful = proves(last) && holds(last, confirmed);
  const attempts = lists.filter(({ number }) => number > (deletes.at(-1)?.number ?? 0)).length;
  if (isDoubtful && hadTime(run) && attempts < 3 && lists.at(-1) === last)
    wrong.push('a confirmed one is still listed: list again');
  const later = evidence.traffic.find(({ number }) => number > last.number);
  if (later && later.call !== 'list')
    wrong.push(`sent after the final listing: ${later.method} ${later.path}`);
  return wrong;
}

/** Before each list: 2 s after a rejection, 3 s or 10 s for the storages of third parties. */
function judgePauses(run: Deletions): string[] {
  const { deletes, lists, typeOf, evidence } = run;
  if (timeoutOf(evidence.world) < MIN_TIMEOUT_FOR_PAUSES_MS) return [];
  const lastDelete = deletes.at(-1)?.number ?? 0;
  const groups = groupBy(deletes, ({ id }) => typeOf(id));
  const wrong: string[] = [];
  let since = -1;
  for (const list of lists) {
    if (list.number < (deletes[0]?.number ?? 0)) continue;
    const pauses = [...groups].flatMap(([type, group]) => pauseOf(type, group, since, list));
    const tooShort = pauses.filter(({ pause, needed }) => pause < needed - TOLERANCE_MS);
    const [one] = tooShort;
    // Between deletions, other storages may go on: only the one that the list is about must be quiet.
    const isBad =
      list.number > lastDelete ||
      tooShort.length === pauses.length ||
      tooShort.some(({ needed }) => needed > 2000);
    if (isBad && one) wrong.push(`a list ${one.pause} ms after a deletion in ${one.type}, not ${one.needed}`);
    since = list.startOrder;
  }
  return wrong;
}

/** The pause that a storage type needs before the list, if any, and the one it had. */
function pauseOf(
  type: string,
  group: readonly Exchange[],
  since: number,
  list: Exchange,
): { type: string; pause: number; needed: number }[] {
  const fresh = group.filter(({ endOrder }) => endOrder > since && endOrder < list.startOrder);
  const isThirdParty = THIRD_PARTY.includes(type);
  const rejections = fresh.filter(isRejectedAtFile);
  const relevant = isThirdParty ? [...rejections, ...fresh.filter(isConfirmed)] : rejections;
  if (relevant.length === 0) return [];
  const needed = !isThirdParty ? 2000 : rejections.length > 0 ? 10_000 : 3000;
  return [{ type, needed, pause: list.at - Math.max(...relevant.map(({ endedAt }) => endedAt)) }];
}

/** Time for the final list is set aside, and no deletion starts that cannot end before that. */
function judgeTime(run: Deletions): string[] {
  const { evidence, deletes, lists, plan, typeOf } = run;
  const { world, stoppedAt, startedAt, result } = evidence;
  const { portal } = world;
  const { faults = [], limits, gateway, storages } = portal;
  const [first] = lists;
  const isLimited = limits || deletes.some(exchange => meaningOf(exchange) === 'rate limit');
  const isListSteady = !faults.some(({ on }) => !on?.startsWith('DELETE') && !on?.includes('keys'));
  if (!first || stoppedAt !== undefined || isLimited || !isListSteady) return [];
  const isPaused =
    deletes.some(isRejectedAtFile) || deletes.some(({ id }) => THIRD_PARTY.includes(typeOf(id)));
  const lastDelete = deletes.at(-1)?.number ?? 0;
  const isShort = isPaused && timeoutOf(world) < MIN_TIMEOUT_FOR_LONGEST_PAUSE_MS;
  if (!isShort && !lists.some(({ number, answer }) => number > lastDelete && answer)) {
    return ['no final listing, though its time was known'];
  }

  // Where all deletions take the same time, that is known too.
  const answered = deletes.filter(({ answer }) => answer);
  const deleteMs = Math.max(...answered.map(({ at, endedAt }) => endedAt - at));
  const learntAt = Math.min(...answered.map(({ endedAt }) => endedAt));
  const isSteady = faults.length === 0 && !gateway && !storages && typeof (portal.deleteMs ?? 0) === 'number';
  if (!isSteady || !Number.isFinite(deleteMs)) return [];
  const wrong: string[] = [];
  const timeoutMs = timeoutOf(world);
  const listMs = first.endedAt - first.at;
  for (const { id, at } of deletes) {
    // The final list may be faster than the first one: it holds less.
    const end = at - startedAt + deleteMs + (portal.listingMsPerRecord ? 0 : 1.05 * listMs);
    if (at >= learntAt && end > timeoutMs) wrong.push(`started too late to end in time: ${id}`);
  }
  const sent = new Set(deletes.map(({ id }) => id));
  const isCut = deletes.some(exchange => !isConfirmed(exchange));
  const spare = timeoutMs - result.ms;
  if (!isCut && sent.size < plan.selected.length && spare > 2.6 * deleteMs + 3 * listMs + 20_000) {
    wrong.push(`ended ${spare} ms early, with some left`);
  }
  return wrong.slice(0, 3);
}
