// The rules for the attempts at each backup: how many, how far apart, in which order, and what ends them all.

import {
  countedAttempts,
  type Deletions,
  hadTime,
  inOrderOfCompletion,
  isConfirmed,
  isKnownAt,
  isRateLimited,
  isRejectedAtFile,
  isRepeatOfKept,
  lacksKept,
  MAX_AT_ONCE,
  mayHaveEnded,
  secondFailureAt,
  TOLERANCE_MS,
  wholeAttempts,
} from './deletions.js';
import { groupBy, retriesOf } from './evidence.js';
import { isUnanswered, listIn, meaningOf } from './meanings.js';
import type { Exchange } from './traffic.js';

/** So many rejections on the way, one after the other, end the run. */
const MAX_BLOCKED_IN_A_ROW = 3;

export function judgeAttempts(run: Deletions): string[] {
  const wrong: string[] = [];
  const isComplete = hadTime(run) && !mayHaveEnded(run);
  for (const attempts of run.byId.values()) {
    wrong.push(...judgeRepeats(run, attempts), ...judgeNumbers(run, attempts));
    wrong.push(...judgeAlias(run, attempts), ...judgeWaits(run, attempts));
    if (isComplete) wrong.push(...judgeLastAttempts(run, attempts), ...judgeMissingAlias(attempts));
  }
  return [
    ...wrong.slice(0, 3),
    ...judgeSlots(run),
    ...judgeEnd(run),
    ...judgeBlocked(run),
    ...(run.evidence.world.inputs['operation'] === 'prune-history' ? judgeOrder(run) : []),
  ];
}

/** Nothing is sent again after an answer that settles it. What was rejected on the way may still keep its slot. */
function judgeRepeats(run: Deletions, attempts: readonly Exchange[]): string[] {
  for (const [index, next] of attempts.entries()) {
    const final = attempts[index - 1];
    if (!final) continue;
    const isRejectedOnTheWay = meaningOf(final) === 'rejected on the way' && final.answer?.status !== 404;
    if (isConfirmed(final) || (isRejectedOnTheWay && !isRepeatOfKept(run, next, attempts)))
      return [`sent again after "${meaningOf(final)}": ${final.id}`];
  }
  return [];
}

function judgeNumbers(run: Deletions, all: readonly Exchange[]): string[] {
  const wrong: string[] = [];
  const [{ id } = { id: '' }] = all;
  // While all slots are kept, what keeps them is repeated without end.
  const attempts = all.filter(exchange => !isRepeatOfKept(run, exchange, all));
  const retries = retriesOf(run.evidence.world);
  const rejections = attempts.filter(isRejectedAtFile).length;
  const hasAlias = attempts.some(({ isAlias }) => isAlias);
  const max = (all.some(isRejectedAtFile) ? 2 : 1) * (1 + retries) + 1 + (hasAlias ? 2 + retries : 0);
  const counted = countedAttempts(attempts).length;
  if (counted > max) wrong.push(`${counted} attempts, not ${max}: ${id}`);
  if (rejections > 2) wrong.push(`a rejected one has one second attempt, not ${rejections - 1}: ${id}`);
  return wrong;
}

function isBlocked(exchange: Exchange): boolean {
  return exchange.answer?.status === 404 && ['rejected on the way', 'unclear'].includes(meaningOf(exchange));
}

/** The alias is for a 404 of the usual path, once. */
function judgeAlias(run: Deletions, all: readonly Exchange[]): string[] {
  const wrong: string[] = [];
  const [{ id } = { id: '' }] = all;
  // One that is repeated because it keeps its slot may meet a 404 again.
  const repeat = all.findIndex(exchange => isRepeatOfKept(run, exchange, all));
  const attempts = repeat < 0 ? all : all.slice(0, repeat);
  const usual = attempts.filter(({ isAlias }) => !isAlias);
  const aliases = attempts.filter(({ isAlias }) => isAlias);
  const blocked = usual.find(isBlocked);
  const [alias] = aliases;
  if (alias && !(blocked && blocked.number < alias.number)) wrong.push(`the alias without a 404: ${id}`);
  const isOpen = (exchange: Exchange) =>
    isUnanswered(exchange) || isRejectedAtFile(exchange) || meaningOf(exchange) === 'rate limit';
  if (aliases.filter(exchange => !isOpen(exchange)).length > 1) wrong.push(`the alias more than once: ${id}`);
  if (blocked && blocked !== usual.at(-1) && !aliases.some(isOpen))
    wrong.push(`the usual path again after a 404: ${id}`);
  return wrong;
}

function judgeMissingAlias(attempts: readonly Exchange[]): string[] {
  const last = attempts.at(-1);
  const isMissing = last && isBlocked(last) && !attempts.some(({ isAlias }) => isAlias);
  return isMissing && meaningOf(last) === 'rejected on the way'
    ? [`a 404, and no attempt by the alias: ${last.id}`]
    : [];
}

/** 1, 2, 4, … s between the attempts that a gateway answered; jitter takes less than half off. */
function judgeWaits(run: Deletions, all: readonly Exchange[]): string[] {
  // The immediate repeat after a lost connection uses no retry.
  const attempts = wholeAttempts(all);
  const retries = retriesOf(run.evidence.world);
  let unanswered = 0;
  for (const [index, exchange] of attempts.slice(0, -1).entries()) {
    const next = attempts[index + 1];
    // Those that the rate limit turned away use no retry.
    if (meaningOf(exchange) === 'rate limit') continue;
    if (!isUnanswered(exchange) || !next) {
      unanswered = 0;
      continue;
    }
    unanswered++;
    // The one beyond `retries` has no wait of its own.
    if (exchange.answer === undefined || unanswered > retries || index === attempts.length - 2) continue;
    const wait = next.at - exchange.endedAt;
    const min = 450 * 2 ** Math.min(unanswered - 1, 5);
    if (wait < min) return [`a wait of ${wait} ms, not ${min}: ${exchange.id}`];
  }
  return [];
}

/** A rejected one has its second attempt; one that stays unanswered has one more, beyond `retries`. */
function judgeLastAttempts(run: Deletions, attempts: readonly Exchange[]): string[] {
  const last = attempts.at(-1);
  if (!last) return [];
  const rejections = attempts.filter(isRejectedAtFile).length;
  const unanswered = attempts.filter(isUnanswered);
  if (isRejectedAtFile(last) && rejections === 1 && unanswered.length === 0)
    return [`no second attempt: ${last.id}`];
  const isAnsweredByGateway = unanswered.every(({ answer }) => answer !== undefined);
  if (rejections === 0 && unanswered.length === attempts.length && isAnsweredByGateway) {
    const expected = retriesOf(run.evidence.world) + 2;
    if (attempts.length < expected && !isSpared(run, attempts))
      return [`${attempts.length} attempts without an answer, not ${expected}: ${last.id}`];
  }
  return [];
}

/**
 * Whether the portal never got it, and its storage type ended before the last attempts: a list lacked another backup that
 * failed, and had this one.
 */
function isSpared(run: Deletions, attempts: readonly Exchange[]): boolean {
  if (!attempts.every(isNotReceived)) return false;
  const [{ id } = { id: '' }] = attempts;
  const others = [...run.byId].filter(([other]) => run.typeOf(other) === run.typeOf(id));
  const lists = [...run.checks, ...run.finals].filter(run.proves);
  const isIn = (list: Exchange, one: string) => listIn(list)?.some(record => record.id === one) ?? false;
  const showsLoss = (list: Exchange) =>
    others.some(([other, its]) => {
      const hasFailed = its.every(isNotReceived) || secondFailureAt(its) <= list.at;
      return hasFailed && !its.some(isConfirmed) && !isIn(list, other);
    });
  const last = lists.at(-1);
  return lists.some(showsLoss) && last !== undefined && isIn(last, id);
}

function isNotReceived(exchange: Exchange): boolean {
  return meaningOf(exchange) === 'not received';
}

/** Never more than eight backups under deletion, those included whose client has hung up. */
function judgeSlots({ evidence, deletes, byId }: Deletions): string[] {
  const wrong: string[] = [];
  const { maxBackupsAtWork } = evidence;
  if (maxBackupsAtWork > MAX_AT_ONCE) wrong.push(`${maxBackupsAtWork} backups at work at once`);
  for (const exchange of deletes) {
    let taken = 0;
    for (const [id, attempts] of byId) {
      const earlier = attempts.filter(({ startOrder }) => startOrder < exchange.startOrder);
      if (id !== exchange.id && keepsSlot(earlier, exchange)) taken++;
    }
    if (taken >= MAX_AT_ONCE) {
      wrong.push(`a kept slot was used by another: ${exchange.id}`);
      break;
    }
  }
  return wrong;
}

function keepsSlot(attempts: readonly Exchange[], other: Exchange): boolean {
  const lost = attempts.findLastIndex(
    exchange => exchange.endedAt > other.at || meaningOf(exchange) === 'may go on',
  );
  const frees = (exchange: Exchange) =>
    exchange.endedAt <= other.at && (isConfirmed(exchange) || isRejectedAtFile(exchange));
  return lost >= 0 && !attempts.slice(lost).some(frees);
}

/** Nothing is sent after an answer that ends the run. */
function judgeEnd(run: Deletions): string[] {
  const { deletes } = run;
  const end = Math.min(
    ...deletes.filter(exchange => meaningOf(exchange) === 'ends the run').map(({ endedAt }) => endedAt),
  );
  const late = deletes.find(({ at }) => at > end);
  if (late) return [`sent after an answer that ends the run: ${late.id}`];
  const list = run.checks.find(check => lacksKept(run, check));
  // What was sent before may be sent again: its record may be gone.
  const further = list && [...run.byId.values()].find(([first]) => first && isKnownAt(list, first));
  return further ? [`new backup after a list without a backup to be kept: ${further[0]?.id}`] : [];
}

/** Three backups in a row that something in front of the portal rejects end the run. */
function judgeBlocked({ deletes, byId }: Deletions): string[] {
  let row: Exchange[] = [];
  for (const exchange of inOrderOfCompletion(deletes)) {
    const meaning = meaningOf(exchange);
    const isLast = byId.get(exchange.id)?.at(-1) === exchange;
    if (meaning === 'rejected on the way' && isLast) row.push(exchange);
    if (['confirmed', 'rejected at the file', 'unclear'].includes(meaning)) row = [];
    const last = row[MAX_BLOCKED_IN_A_ROW - 1];
    if (!last) continue;
    const late = [...byId.values()].flatMap(([first]) => first ?? []).find(first => isKnownAt(last, first));
    return late ? [`new backup after three rejections on the way: ${late.id}`] : [];
  }
  return [];
}

/** Oldest first, in each storage type. */
function judgeOrder(run: Deletions): string[] {
  const { byId, listed, plan, typeOf } = run;
  const wrong: string[] = [];
  const times = new Map(listed.map(({ id, createdOn }) => [id, createdOn ?? 0]));
  const timeOf = (id: string) => times.get(id) ?? 0;
  const firsts = [...byId.values()].flatMap(([first]) => first ?? []);
  // Those that wait together for a rate limit go in any order.
  const isLimited = isRateLimited(run);
  for (const [type, group] of groupBy(firsts, ({ id }) => typeOf(id))) {
    for (const [index, { id, at }] of group.entries()) {
      const older = group
        .slice(index + 1)
        .find(other => other.at > at + TOLERANCE_MS && timeOf(other.id) < timeOf(id));
      if (older && !isLimited) wrong.push(`oldest first: ${id} went before ${older.id}`);
    }
    const oldest = Math.min(...plan.selected.filter(id => typeOf(id) === type).map(timeOf));
    const [first] = group;
    if (first && timeOf(first.id) !== oldest)
      wrong.push(`oldest first: ${first.id} was the first of ${type}`);
  }
  return wrong.slice(0, 2);
}
