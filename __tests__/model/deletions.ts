// The deletions by id of one run, prepared for the judges.

import { answered, type Evidence, groupBy, isConclusive, retriesOf, timeoutOf } from './evidence.js';
import { isSentAgain, isUnanswered, listIn, meaningOf } from './meanings.js';
import { idsIn, type Listed, type Plan } from './planner.js';
import type { Exchange } from './traffic.js';

export const MAX_AT_ONCE = 8;
/** Nothing in the rules is as short as this; the order of two events so close is left to chance. */
export const TOLERANCE_MS = 50;
const OVERDUE_MS = 15_000;
const MIN_OVERDUE_MS = 1_000;
/** Of the time for deletions, all pauses after rejections together. */
const MAX_PAUSE_SHARE = 0.25;
/** More than what is set aside for the pauses before listings. */
const MAX_LISTING_PAUSES_MS = 20_000;
/** In less time, the share of the pauses may end a storage type early. */
const AMPLE_TIMEOUT_MS = 200_000;
const REPEAT_KEPT_MS = 30_000;
const MAX_RETRY_WAIT_MS = 30_000;

export interface Deletions {
  evidence: Evidence;
  plan: Plan;
  /** The first list. */
  listed: readonly Listed[];
  /** In the order in which they reached the portal. */
  deletes: readonly Exchange[];
  byId: ReadonlyMap<string, Exchange[]>;
  typeOf: (id: string) => string;
  /** Every request for a list, the first one and repeated ones included. */
  lists: readonly Exchange[];
  /** Answered lists between the first and the last deletion. */
  checks: readonly Exchange[];
  /** Answered lists after the last deletion. */
  finals: readonly Exchange[];
  proves: (list: Exchange) => boolean;
  /** What must still be there in the end: what the policy keeps, and what is pinned and permanent. */
  stays: readonly string[];
}

export function deletionsOf(evidence: Evidence, plan: Plan, listed: readonly Listed[]): Deletions {
  const deletes = evidence.traffic.filter(({ call }) => call === 'delete');
  const lists = evidence.traffic.filter(({ call }) => call === 'list');
  const types = new Map(listed.map(({ id, type }) => [id, type]));
  const first = deletes[0]?.number ?? Number.POSITIVE_INFINITY;
  const last = deletes.at(-1)?.number ?? Number.POSITIVE_INFINITY;
  // A list that the portal itself could not make is asked for once more.
  const isRepeated = (list: Exchange) => {
    const next = evidence.traffic.find(({ number }) => number > list.number);
    return isRejectedAtFile(list) && next?.call === 'list';
  };
  return {
    evidence,
    plan,
    listed,
    deletes,
    byId: groupBy(deletes, ({ id }) => id),
    typeOf: id => types.get(id) ?? '',
    lists,
    checks: answered(lists).filter(list => list.number > first && list.number < last && !isRepeated(list)),
    finals: answered(lists).filter(({ number }) => number > last),
    proves: list => isConclusive(list, listed, plan.selected),
    stays: staysOf(evidence, plan, listed),
  };
}

/** Whether it was under way when the other one reached the portal. */
export function isOpenAt(exchange: Exchange, other: Exchange): boolean {
  // The client closes the connection on an answer that it cannot use, which the portal may notice after the next request.
  const { answer } = exchange;
  const isClosing = answer && (answer.status === 101 || !answer.isWhole) && exchange.endedAt === other.at;
  return exchange.startOrder < other.startOrder && exchange.endOrder > other.startOrder && !isClosing;
}

/** Whether the client certainly had the answer before it sent the other one. */
export function isKnownAt(exchange: Exchange, other: Exchange): boolean {
  return exchange.endedAt < other.at;
}

export function isRejectedAtFile(exchange: Exchange): boolean {
  return meaningOf(exchange) === 'rejected at the file';
}

export function isConfirmed(exchange: Exchange): boolean {
  return meaningOf(exchange) === 'confirmed';
}

/** The attempts that `retries` counts: no refusals by a rate limit, no immediate repeats after a lost connection. */
export function countedAttempts(exchanges: readonly Exchange[]): Exchange[] {
  const isOverLimit = (exchange: Exchange | undefined) =>
    exchange !== undefined && meaningOf(exchange) === 'rate limit';
  const repeats = new Set<Exchange>();
  for (const [index, exchange] of exchanges.entries()) {
    const before = exchanges[index - 1];
    if (!before || before.answer !== undefined || repeats.has(before)) continue;
    if (exchange.at - before.endedAt < TOLERANCE_MS) repeats.add(exchange);
  }
  return exchanges.filter((exchange, index) => {
    const next = exchanges[index + 1];
    // The portal's limit refused this attempt too, after the connection was reset.
    const isRefused = next !== undefined && repeats.has(next) && isOverLimit(next);
    return !repeats.has(exchange) && !isOverLimit(exchange) && !isRefused;
  });
}

/** The least time after which a deletion that was started at this time holds up nothing. */
export function overdueMs(run: Deletions, at: number): number {
  const left = timeLeft(run, at);
  const quarter = (leastTimeForDeletions(run, at) - MAX_PAUSE_SHARE * left) / 4;
  return Math.min(OVERDUE_MS, Math.max(MIN_OVERDUE_MS, quarter)) - TOLERANCE_MS;
}

export function timeLeft({ evidence }: Deletions, at: number): number {
  return timeoutOf(evidence.world) - (at - evidence.startedAt);
}

/** The least time that is left without what is set aside for the final list. */
function leastTimeForDeletions(run: Deletions, at: number): number {
  const slowestListMs = Math.max(0, ...run.lists.map(list => list.endedAt - list.at).filter(Number.isFinite));
  return timeLeft(run, at) - MAX_LISTING_PAUSES_MS - 2 * slowestListMs;
}

/** Whether none of the eight slots was left at some time: the portal might go on with that many deletions. */
export function isCrowded(run: Deletions): boolean {
  return run.deletes.some(exchange => isCrowdedAt(run, exchange));
}

/** Whether none of the eight slots was left when the attempt was sent. */
export function isCrowdedAt(run: Deletions, exchange: Exchange): boolean {
  let kept = 0;
  for (const attempts of run.byId.values()) {
    const earlier = attempts.filter(({ startOrder }) => startOrder < exchange.startOrder);
    const lost = earlier.findLastIndex(
      one => mayBeKept(one) || (isOpenAt(one, exchange) && exchange.at - one.at >= overdueMs(run, one.at)),
    );
    // Those that are repeated together are sent before the first of them is confirmed.
    if (lost >= 0 && !earlier.slice(lost).some(one => isConfirmed(one) && isKnownAt(one, exchange))) kept++;
  }
  return kept >= MAX_AT_ONCE;
}

/** Whether the portal may go on with it. Of an error that was cut off, nobody knows whose it is. */
export function mayBeKept(exchange: Exchange): boolean {
  const { status = 0 } = exchange.answer ?? {};
  const meaning = meaningOf(exchange);
  return meaning === 'may go on' || (meaning === 'unclear' && (status === 101 || status >= 500));
}

/** Whether it may be one of the repeats, or a part of one, that are sent every 30 s while all slots are kept. */
export function isRepeatOfKept(run: Deletions, exchange: Exchange, attempts: readonly Exchange[]): boolean {
  const earlier = attempts.slice(0, attempts.indexOf(exchange));
  const last = earlier.at(-1);
  if (last && isGoneOnWithBy(last, exchange)) return isRepeatOfKept(run, last, attempts);
  const pause = exchange.at - Math.max(...earlier.map(({ endedAt }) => endedAt));
  return (
    earlier.some(mayBeKept) &&
    pause >= REPEAT_KEPT_MS - TOLERANCE_MS &&
    (isRateLimited(run) || isCrowdedAt(run, exchange))
  );
}

/** Whether the portal refused any deletion for its rate. What waits for that takes a slot too, and is sent late. */
export function isRateLimited({ deletes }: Deletions): boolean {
  return deletes.some(exchange => meaningOf(exchange) === 'rate limit');
}

/** Whether the run had plenty of time for what it had to do. */
export function hadTime({ evidence, deletes }: Deletions): boolean {
  const { world, result, stoppedAt, startedAt, traffic } = evidence;
  const end = startedAt + result.ms;
  const slowestMs = Math.max(0, ...traffic.map(({ at, endedAt }) => Math.min(endedAt, end) - at));
  const rejections = deletes.filter(isRejectedAtFile).length;
  // All pauses together may use up a quarter of the time.
  if (rejections > 0 && timeoutOf(world) < AMPLE_TIMEOUT_MS) return false;
  return stoppedAt === undefined && result.ms + 4 * slowestMs + 45_000 < timeoutOf(world);
}

function staysOf({ world }: Evidence, plan: Plan, listed: readonly Listed[]): string[] {
  // What is pinned stays, whether or not the policy considers it; a temporary one may go by itself.
  const pins = world.inputs['operation'] === 'prune-history' ? idsIn(world.inputs['keep-ids'] ?? '') : [];
  const isPermanent = (id: string) =>
    listed.some(record => record.id === id && record.expires !== 'at a time') &&
    !listed.some(record => record.id === id && record.expires === 'at a time');
  return [...plan.kept, ...pins.filter(isPermanent)];
}

/** Whether a list lacks a backup that must be kept, which ends the run. */
export function lacksKept({ proves, stays }: Deletions, list: Exchange): boolean {
  const left = new Set(listIn(list)?.map(({ id }) => id));
  return proves(list) && stays.some(id => !left.has(id));
}

/** Whether an answer may have ended the run, or a part of it, before everything was tried. */
export function mayHaveEnded(run: Deletions): boolean {
  const { deletes, checks, proves } = run;
  if (deletes.some(exchange => ['ends the run', 'unclear'].includes(meaningOf(exchange)))) return true;
  if (checks.some(list => !proves(list)) || isCrowded(run)) return true;
  // A list that could not be had at all.
  const last = deletes.at(-1);
  if (run.finals.length === 0 || run.lists.some(list => isSentAgain(list) && list.at > (last?.at ?? 0)))
    return true;
  if (run.finals.some(list => !proves(list))) return true;
  if ([...checks, ...run.finals].some(list => lacksKept(run, list))) return true;
  if (isRateLimited(run)) return true;
  let inARow = 0;
  for (const exchange of inOrderOfCompletion(deletes)) {
    const meaning = meaningOf(exchange);
    if (meaning === 'rejected on the way') inARow++;
    if (meaning === 'confirmed' || meaning === 'rejected at the file') inARow = 0;
    if (inARow >= 3) return true;
  }
  return false;
}

export function inOrderOfCompletion(deletes: readonly Exchange[]): Exchange[] {
  return deletes.filter(({ endOrder }) => Number.isFinite(endOrder)).sort((a, b) => a.endOrder - b.endOrder);
}

/** The attempts without those that are a part of the next one. */
export function wholeAttempts(attempts: readonly Exchange[]): Exchange[] {
  return attempts.filter((attempt, index) => {
    const next = attempts[index + 1];
    return !next || !isGoneOnWithBy(attempt, next);
  });
}

/** Whether both are parts of one attempt: a repeat on a new connection at once after a reset, or the alias after a 404. */
function isGoneOnWithBy(attempt: Exchange, next: Exchange): boolean {
  const isBeforeAlias = next.isAlias && !attempt.isAlias && attempt.answer?.status === 404;
  return isBeforeAlias || (attempt.answer === undefined && next.at - attempt.endedAt < TOLERANCE_MS);
}

/** The time at which a backup was rejected for the second time. */
export function secondRejectionAt(attempts: readonly Exchange[]): number {
  return attempts.filter(isRejectedAtFile)[1]?.endedAt ?? Number.POSITIVE_INFINITY;
}

/** When an attempt after a rejection at the file failed too, in whatever way. */
export function secondFailureAt(attempts: readonly Exchange[]): number {
  const whole = wholeAttempts(attempts);
  const first = whole.findIndex(isRejectedAtFile);
  const later = first < 0 ? [] : whole.slice(first + 1);
  const failed = later.find(attempt => !isConfirmed(attempt) && meaningOf(attempt) !== 'rate limit');
  return failed?.endedAt ?? Number.POSITIVE_INFINITY;
}

/** The same, where an attempt without an answer does not count if another one follows: it may be a retry. */
export function certainSecondFailureAt(attempts: readonly Exchange[]): number {
  return secondFailureAt(
    attempts.filter((one, index) => !isUnanswered(one) || index === attempts.length - 1),
  );
}

/** Whether the backup has no decision yet: it is under way, or it will be sent again. */
export function isUndecidedAt(run: Deletions, attempts: readonly Exchange[], other: Exchange): boolean {
  const earlier = attempts.filter(({ startOrder }) => startOrder < other.startOrder);
  const last = earlier.at(-1);
  if (!last) return false;
  if (isOpenAt(last, other)) return true;
  if (meaningOf(last) === 'rate limit') return earlier.length < attempts.length;
  if (!isUnanswered(last) || last.endedAt === other.at) return false;
  // A hung attempt is repeated once.
  if (last.answer === undefined && earlier.length > 1) return false;
  const counted = countedAttempts(earlier).length;
  // It is not sent again if the wait before that takes longer than the time for deletions.
  const longestWaitMs = Math.min(MAX_RETRY_WAIT_MS, 1250 * 2 ** (counted - 1));
  const isLast = last === attempts.at(-1);
  if (isLast && leastTimeForDeletions(run, last.endedAt) < longestWaitMs) return false;
  return counted < 1 + retriesOf(run.evidence.world);
}
