// The rules for the deletion of one backup after the other: their order, their number, and what must not be sent.

import { type Evidence, isTrusted, retriesOf, timeoutOf } from './evidence.js';
import type { Listed, Plan } from './planner.js';
import type { Exchange } from './tape.js';
import { asksForSecondTry, endsAll, keepsItsPlace, listIn, wordOf } from './words.js';

const MOST_AT_ONCE = 8;
/** So many first ones may keep their records before the rest goes on as usual. */
const MOST_LEADERS = 3;

/**
 * @param deletes those by id, in the order in which the portal saw them
 * @param listed the first list
 */
export function judgeDeletions(
  evidence: Evidence,
  deletes: readonly Exchange[],
  plan: Plan,
  listed: readonly Listed[],
): string[] {
  const lists = evidence.tape.filter(({ what }) => what === 'list');
  const typeOf = new Map(listed.map(({ id, type }) => [id, type]));
  const isPrune = evidence.world.inputs['operation'] === 'prune-history';
  return [
    ...judgeNumbers(evidence, deletes, typeOf),
    ...judgePlaces(evidence, deletes),
    ...judgeEndOfAll(deletes),
    ...(isPrune ? judgeOrder(deletes, plan, listed) : []),
    ...judgeLeaders(deletes, lists, typeOf),
    ...judgeSecondTries(evidence, deletes, plan, listed),
    ...judgeLists(evidence, deletes, lists, plan, listed),
    ...judgeTime(evidence, deletes, lists, plan),
  ];
}

function byId(deletes: readonly Exchange[]): Map<string, Exchange[]> {
  const all = new Map<string, Exchange[]>();
  for (const exchange of deletes) all.set(exchange.id, [...(all.get(exchange.id) ?? []), exchange]);
  return all;
}

/** Never more often than `retries` and the second try allow, and never after the portal's word of success. */
function judgeNumbers(
  { world }: Evidence,
  deletes: readonly Exchange[],
  typeOf: ReadonlyMap<string, string>,
): string[] {
  const wrong: string[] = [];
  const all = byId(deletes);
  const mayLead = (id: string) => {
    const group = [...all.keys()].filter(other => typeOf.get(other) === typeOf.get(id));
    return group.indexOf(id) < MOST_LEADERS;
  };
  for (const [id, exchanges] of all) {
    const said = exchanges.filter(exchange => wordOf(exchange) !== 'limit');
    const firstError = said.findIndex(exchange => wordOf(exchange) === 'error');
    // A second try that a first one has at once, and that gets no answer, is made up for in the end.
    const most = 1 + retriesOf(world.inputs) + (mayLead(id) ? 2 : 1);
    if (said.length > most) wrong.push(`retries: ${id} was sent ${said.length} times`);
    const after = firstError < 0 ? 0 : said.length - 1 - firstError;
    if (after > (mayLead(id) ? 2 : 1)) wrong.push(`a second try of ${id}, and ${after - 1} more`);
    const errors = said.filter(exchange => wordOf(exchange) === 'error');
    if (errors.length > 2) wrong.push(`an error is tried once more, not ${errors.length - 1} times: ${id}`);
    const [error] = errors;
    if (errors.length > 1 && error && !asksForSecondTry(error))
      wrong.push(`nothing that a second try mends: ${id}`);
    const done = exchanges.findIndex(exchange => ['success', 'nothing left'].includes(wordOf(exchange)));
    if (done >= 0 && done < exchanges.length - 1) wrong.push(`sent again after its success: ${id}`);
  }
  return wrong;
}

/** Whether the portal may still be at work on a backup: an attempt had no word of it, and no success followed. */
function isOpen(attempts: readonly Exchange[]): boolean {
  const lost = attempts.findLastIndex(keepsItsPlace);
  const isDone = (exchange: Exchange) => ['success', 'nothing left'].includes(wordOf(exchange));
  return lost >= 0 && !attempts.slice(lost).some(isDone);
}

/** Never more than eight backups under deletion, those included whose client has hung up. */
function judgePlaces({ mostAtOnce }: Evidence, deletes: readonly Exchange[]): string[] {
  const wrong: string[] = [];
  if (mostAtOnce > MOST_AT_ONCE) wrong.push(`${mostAtOnce} were under deletion at once`);
  for (const exchange of deletes) {
    const earlier = deletes.filter(({ number }) => number < exchange.number);
    const open = new Set(earlier.filter(({ endedAt }) => endedAt > exchange.at).map(({ id }) => id));
    for (const [id, attempts] of byId(earlier)) if (isOpen(attempts)) open.add(id);
    open.delete(exchange.id);
    if (open.size >= MOST_AT_ONCE) {
      wrong.push(`a place that was lost was used by another: ${exchange.id}`);
      break;
    }
  }
  return wrong;
}

/** After a word that concerns all, nothing more is sent. */
function judgeEndOfAll(deletes: readonly Exchange[]): string[] {
  const end = Math.min(...deletes.filter(endsAll).map(({ endedAt }) => endedAt));
  const late = deletes.find(({ at }) => at > end);
  return late ? [`sent after a word that ends all: ${late.id}`] : [];
}

/** Oldest first, in each storage type, and the type first that has the oldest. */
function judgeOrder(deletes: readonly Exchange[], plan: Plan, listed: readonly Listed[]): string[] {
  const wrong: string[] = [];
  const recordOf = new Map(listed.map(record => [record.id, record]));
  const timeOf = (id: string) => recordOf.get(id)?.createdOn ?? 0;
  const firsts = [...byId(deletes).values()].flatMap(([first]) => first ?? []);
  // Those that wait together for a rate limit may go in any order.
  const isLimited = deletes.some(exchange => wordOf(exchange) === 'limit');
  let before = Number.NEGATIVE_INFINITY;
  for (const type of new Set(firsts.map(({ id }) => recordOf.get(id)?.type))) {
    const those = firsts.filter(({ id }) => recordOf.get(id)?.type === type);
    for (const [place, { id, at }] of those.entries()) {
      const older = those.slice(place + 1).find(other => other.at > at && timeOf(other.id) < timeOf(id));
      if (older && !isLimited) wrong.push(`oldest first: ${id} went before ${older.id}`);
    }
    // The first one goes alone, and so there is no doubt about it.
    const oldest = Math.min(...plan.selected.filter(id => recordOf.get(id)?.type === type).map(timeOf));
    const [first] = those;
    if (first && timeOf(first.id) !== oldest)
      wrong.push(`oldest first: ${first.id} was the first of ${type}`);
    if (oldest < before) wrong.push(`the type with the oldest first: ${type}`);
    before = oldest;
  }
  return wrong.slice(0, 2);
}

/** One goes first in each storage type; where its file stays, a list decides whether another follows. */
function judgeLeaders(
  deletes: readonly Exchange[],
  lists: readonly Exchange[],
  typeOf: ReadonlyMap<string, string>,
): string[] {
  const wrong: string[] = [];
  for (const type of new Set(deletes.map(({ id }) => typeOf.get(id) ?? ''))) {
    const those = deletes.filter(({ id }) => (typeOf.get(id) ?? '') === type);
    const order = [...new Set(those.map(({ id }) => id))];
    for (const [place, leader] of order.slice(0, MOST_LEADERS).entries()) {
      const own = those.filter(({ id }) => id === leader);
      const followers = those.filter(({ id }) => !order.slice(0, place + 1).includes(id));
      // Its second try has failed too, if it is no success: no word takes nothing back.
      const failure = own.find(exchange => wordOf(exchange) === 'error' && asksForSecondTry(exchange));
      const again = own.find(one => failure && one.number > failure.number && wordOf(one) !== 'limit');
      const second = again && ['error', 'none'].includes(wordOf(again)) ? again : undefined;
      const firstWord = own.find(exchange => wordOf(exchange) !== 'limit');
      const first = followers[0];
      if (!first) break;
      if (firstWord && firstWord.endedAt > first.at)
        wrong.push(`${leader} goes first, and alone: ${first.id}`);
      // What it does that is not its second error lets the others start; and so does no word at all.
      const lastBefore = own.findLast(({ number }) => number < first.number);
      if (!second) {
        if (lastBefore && wordOf(lastBefore) === 'error' && asksForSecondTry(lastBefore)) {
          wrong.push(`${leader} has its second try before ${first.id}`);
        }
        break;
      }
      if (second.endedAt > first.at) {
        const isSecondTryLate = own.some(exchange => wordOf(exchange) === 'none' && exchange.at < second.at);
        if (!isSecondTryLate) wrong.push(`the second try of ${leader} goes before ${first.id}`);
        break;
      }
      const list = lists.find(({ at, endedAt }) => at >= second.endedAt && endedAt <= first.at);
      if (!list) {
        wrong.push(`after the second error of ${leader}, a list comes before ${first.id}`);
        break;
      }
      const left = listIn(list);
      if (left && !left.some(({ id }) => id === leader)) {
        wrong.push(`the files of ${type} stay, and ${first.id} was sent all the same`);
      }
    }
  }
  return wrong;
}

/** Whether nothing cut the run short. */
function hadItsTime(
  { world, result, stoppedAt, startedAt, tape }: Evidence,
  deletes: readonly Exchange[],
): boolean {
  const timeoutMs = timeoutOf(world.inputs);
  const slowest = Math.max(
    0,
    ...tape.map(({ at, endedAt }) => Math.min(endedAt, startedAt + result.ms) - at),
  );
  const isCut = stoppedAt !== undefined || deletes.some(endsAll);
  return !isCut && result.ms + 4 * slowest + 30_000 < timeoutMs;
}

/** One that ended in an error that may have left its file is tried once more. */
function judgeSecondTries(
  evidence: Evidence,
  deletes: readonly Exchange[],
  plan: Plan,
  listed: readonly Listed[],
): string[] {
  if (!hadItsTime(evidence, deletes)) return [];
  // When all places are lost, the run is over.
  const lost = [...byId(deletes).values()].filter(isOpen);
  if (lost.length >= MOST_AT_ONCE) return [];
  // A list that a first one asks for, and that proves nothing, ends the run.
  const last = deletes.at(-1);
  const ownErrors = deletes.filter(exchange => exchange.id === last?.id && wordOf(exchange) === 'error');
  const closing = evidence.tape.find(({ what, number }) => what === 'list' && number > (last?.number ?? 0));
  // So does a rate limit that asks to wait for too long.
  if (!closing && deletes.some(exchange => wordOf(exchange) === 'limit')) return [];
  const list = closing && listIn(closing);
  const isProof = list !== undefined && isTrusted(list, listed, plan.selected);
  if (ownErrors.length === 2 && !isProof) return [];
  const isSettled = (exchanges: readonly Exchange[]) => {
    const counted = exchanges.filter(exchange => wordOf(exchange) !== 'limit');
    const said = counted.filter(exchange => wordOf(exchange) !== 'none');
    const [first] = said;
    if (said.length !== 1 || !first || !asksForSecondTry(first) || exchanges.at(-1) !== first) return true;
    // The second try may have been spent on no answer at all.
    return counted.length > 1 + retriesOf(evidence.world.inputs);
  };
  const missed = [...byId(deletes)].filter(([, exchanges]) => !isSettled(exchanges));
  return missed.map(([id]) => `no second try: ${id}`).slice(0, 2);
}

/** A list is dear: the closing one, those that a first one asks for, and two more where the portal's word is in doubt. */
function judgeLists(
  evidence: Evidence,
  deletes: readonly Exchange[],
  lists: readonly Exchange[],
  plan: Plan,
  listed: readonly Listed[],
): string[] {
  const wrong: string[] = [];
  const lastDelete = deletes.at(-1);
  if (!lastDelete) return wrong;
  const answered = lists.filter(exchange => !['none', 'limit'].includes(wordOf(exchange)));
  const [, ...later] = answered;
  const between = later.filter(({ number }) => number < lastDelete.number);
  const after = later.filter(({ number }) => number > lastDelete.number);
  const asked = lists.filter(({ number }) => number > lastDelete.number);
  for (const list of between) {
    const last = deletes.findLast(({ number }) => number < list.number);
    const own = deletes.filter(({ id, number }) => id === last?.id && number < list.number);
    const failure = own.find(exchange => wordOf(exchange) === 'error' && asksForSecondTry(exchange));
    const again = own.find(one => failure && one.number > failure.number && wordOf(one) !== 'limit');
    if (!again) wrong.push('a list before the deletions were over, and no first one asked for it');
  }
  if (between.length > MOST_LEADERS * new Set(listed.map(({ type }) => type)).size)
    wrong.push('too many lists');
  const open = deletes.filter(({ endedAt }) => after[0] && endedAt > after[0].at);
  if (open.length > 0) wrong.push(`under way during the closing list: ${open[0]?.id}`);
  if (after.length > 3) wrong.push(`${after.length} closing lists`);

  const successes = new Set(deletes.filter(exchange => wordOf(exchange) === 'success').map(({ id }) => id));
  const inDoubt = (exchange: Exchange) => listIn(exchange)?.some(({ id }) => successes.has(id)) ?? false;
  for (const place of after.keys()) {
    // One that could not be had leaves what the one before has shown.
    const known = after.slice(0, place).findLast(list => listIn(list));
    if (place > 0 && !(known && inDoubt(known))) wrong.push('one more closing list, and no reason for it');
  }
  const last = after.at(-1);
  const isPlenty = hadItsTime(evidence, deletes) && evidence.stoppedAt === undefined;
  if (
    isPlenty &&
    last &&
    asked.length < 3 &&
    inDoubt(last) &&
    isTrusted(listIn(last) ?? [], listed, plan.selected) &&
    lists.at(-1) === last
  ) {
    wrong.push('the portal said true, and still lists it: list again');
  }
  return wrong;
}

/** Room for the closing list is set aside, and no deletion is started that cannot end before that. */
function judgeTime(
  evidence: Evidence,
  deletes: readonly Exchange[],
  lists: readonly Exchange[],
  plan: Plan,
): string[] {
  const { world, stoppedAt, startedAt, result } = evidence;
  const { portal, inputs } = world;
  const { faults = [], limits, gateway } = portal;
  const [first] = lists;
  const isLimited = limits || deletes.some(exchange => wordOf(exchange) === 'limit');
  const isListSteady = !faults.some(({ on }) => !on?.startsWith('DELETE') && !on?.includes('keys'));
  if (!first || deletes.length === 0 || stoppedAt !== undefined || isLimited || !isListSteady) return [];
  const lastDelete = deletes.at(-1)?.number ?? 0;
  if (!lists.some(({ number, answer }) => number > lastDelete && answer)) {
    return ['no closing list, though its time was known'];
  }

  // Where all deletions take the same time, that is known too.
  const answered = deletes.filter(({ answer }) => answer);
  const deleteMs = Math.max(...answered.map(({ at, endedAt }) => endedAt - at));
  const learntAt = Math.min(...answered.map(({ endedAt }) => endedAt));
  const isSteady = faults.length === 0 && !gateway && typeof (portal.deleteMs ?? 0) === 'number';
  if (!isSteady || !Number.isFinite(deleteMs)) return [];
  const wrong: string[] = [];
  const timeoutMs = timeoutOf(inputs);
  const listMs = first.endedAt - first.at;
  for (const { id, at } of deletes) {
    // A closing list may be shorter than the first one: it holds less.
    const end = at - startedAt + deleteMs + (portal.listingMsPerRecord ? 0 : 1.05 * listMs);
    if (at >= learntAt && end > timeoutMs) wrong.push(`started too late to end in time: ${id}`);
  }
  const sent = new Set(deletes.map(({ id }) => id));
  const isCut = deletes.some(exchange => endsAll(exchange) || wordOf(exchange) === 'error');
  if (!isCut && sent.size < plan.selected.length) {
    const spare = timeoutMs - result.ms;
    if (spare > 2.6 * deleteMs + 3 * listMs + 5_000) wrong.push(`ended ${spare} ms early, with some left`);
  }
  return wrong.slice(0, 3);
}
