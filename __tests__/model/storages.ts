// The rules for each storage type: probes, and what follows a rejection at the file.

import {
  certainSecondFailureAt,
  type Deletions,
  isConfirmed,
  isCrowdedAt,
  isKnownAt,
  isOpenAt,
  isRejectedAtFile,
  isRepeatOfKept,
  isUndecidedAt,
  MAX_AT_ONCE,
  overdueMs,
  secondFailureAt,
  secondRejectionAt,
  TOLERANCE_MS,
} from './deletions.js';
import { groupBy, timeoutOf } from './evidence.js';
import { isUnanswered, listIn, meaningOf } from './meanings.js';
import type { Exchange } from './traffic.js';

const MAX_PAUSE_MS = 30_000;
const SUCCESSES_FOR_ONE_MORE = 16;

interface Storage {
  run: Deletions;
  type: string;
  deletes: readonly Exchange[];
  byId: ReadonlyMap<string, Exchange[]>;
}

export function judgeStorages(run: Deletions): string[] {
  const wrong: string[] = [];
  for (const [type, deletes] of groupBy(run.deletes, ({ id }) => run.typeOf(id))) {
    const storage = { run, type, deletes, byId: groupBy(deletes, ({ id }) => id) };
    for (const [id, attempts] of storage.byId) {
      const texts = startsOf(attempts).flatMap(start => judgeNewBackup(storage, start));
      wrong.push(...[...new Set(texts)].map(text => `${text} (${id})`));
    }
    for (const attempts of storage.byId.values()) wrong.push(...judgeSecondAttempt(storage, attempts));
  }
  return wrong.slice(0, 3);
}

/** All attempts before which the portal had not begun with the backup: a rate limit turned the ones before them away. */
function startsOf(attempts: readonly Exchange[]): readonly Exchange[] {
  const begun = attempts.findIndex(exchange => meaningOf(exchange) !== 'rate limit');
  return begun < 0 ? attempts : attempts.slice(0, begun + 1);
}

/** Whether the backup may be started at this moment. */
function judgeNewBackup(storage: Storage, start: Exchange): string[] {
  const { run } = storage;
  const wrong: string[] = [];
  const badCheck = run.checks.find(list => isKnownAt(list, start) && !run.proves(list));
  if (badCheck) wrong.push('new backup after a list that proves nothing');
  if (hasEnded(storage, start)) wrong.push('new backup in a storage type that ended');
  if (isHarmless(storage, start)) return wrong;
  return [
    ...wrong,
    ...judgeProbe(storage, start),
    ...judgeHalt(storage, start),
    ...judgeChecksSoFar(storage, start),
    ...judgeLimit(storage, start),
  ];
}

/** A list showed that the record of a backup is gone although it was rejected twice. */
function hasEnded({ run, byId }: Storage, start: Exchange): boolean {
  return run.checks.some(list => {
    const left = new Set(listIn(list)?.map(({ id }) => id));
    // One that a later attempt confirmed is not lost.
    const isRecovered = (attempts: readonly Exchange[]) =>
      attempts.some(one => isConfirmed(one) && one.endedAt <= list.endedAt);
    const isLost = ([id, attempts]: [string, Exchange[]]) =>
      secondFailureAt(attempts) < list.at && !isRecovered(attempts) && !left.has(id);
    return isKnownAt(list, start) && run.proves(list) && [...byId].some(isLost);
  });
}

/** The last list had every backup that was rejected twice: nothing is being lost. */
function isHarmless({ run, byId }: Storage, start: Exchange): boolean {
  const list = run.checks.findLast(({ endedAt }) => endedAt <= start.at);
  if (!list || !run.proves(list)) return false;
  const left = new Set(listIn(list)?.map(({ id }) => id));
  // By order: without latency, a later rejection may have the same time.
  const rejected = [...byId].filter(([, attempts]) => {
    const second = attempts.filter(isRejectedAtFile)[1];
    return second !== undefined && second.endOrder < list.startOrder;
  });
  return rejected.length > 0 && rejected.every(([id]) => left.has(id));
}

/** One at a time, until one is confirmed. */
function judgeProbe(storage: Storage, start: Exchange): string[] {
  const { run, deletes, byId } = storage;
  if (deletes.some(exchange => isConfirmed(exchange) && exchange.endedAt <= start.at)) return [];
  for (const [id, attempts] of byId) {
    const [first] = attempts;
    if (id === start.id || !first || first.startOrder > start.startOrder) continue;
    const isOverdue = start.at - first.at >= overdueMs(run, first.at);
    // What follows a rejection is judged by the rules for second attempts.
    const isRejected = attempts.some(one => isRejectedAtFile(one) && one.endedAt <= start.at);
    if (!isOverdue && !isRejected && isUndecidedAt(run, attempts, start))
      return [`a second probe while ${id} is open`];
  }
  return [];
}

/** After a rejection at the file: the open ones end and the rejected ones have their second attempt first. */
function judgeHalt(storage: Storage, start: Exchange): string[] {
  const { deletes, byId } = storage;
  const rejections = deletes.filter(exchange => isRejectedAtFile(exchange) && isKnownAt(exchange, start));
  const last = Math.max(...rejections.map(({ endedAt }) => endedAt));
  for (const [id, attempts] of byId) {
    const rejection = attempts.find(exchange => isRejectedAtFile(exchange) && isKnownAt(exchange, start));
    const second = rejection && secondAttemptAfter(attempts, rejection);
    if (rejection && (!second || second.startOrder > start.startOrder))
      return [`new backup before the second attempt of ${id}`];
    const open = attempts.find(exchange => isOpenAt(exchange, start) && exchange.at < last);
    if (open && !isOverdueAt(storage, open, start))
      return [`new backup after a rejection although ${id} is open`];
    if (second && isOpenAt(second, start) && !isOverdueAt(storage, second, start))
      return [`new backup during the second attempt of ${id}`];
  }
  return [];
}

/** Whether nothing waits any more for the deletion, or for its second attempt. */
function isOverdueAt({ run, byId }: Storage, exchange: Exchange, other: Exchange): boolean {
  const attempts = byId.get(exchange.id) ?? [];
  const rejection = attempts.find(one => isRejectedAtFile(one) && one.number < exchange.number);
  const begin = (rejection && secondAttemptAfter(attempts, rejection)) ?? attempts[0] ?? exchange;
  return other.at - begin.at >= overdueMs(run, begin.at);
}

function secondAttemptAfter(attempts: readonly Exchange[], rejection: Exchange): Exchange | undefined {
  return attempts.find(
    exchange => exchange.number > rejection.number && meaningOf(exchange) !== 'rate limit',
  );
}

/** After the first backup that was rejected twice a list decides, and again after 3, 6, 12, … */
function judgeChecksSoFar({ run, byId }: Storage, start: Exchange): string[] {
  const times = [...byId.values()].map(certainSecondFailureAt).filter(time => time < start.at);
  if (times.length === 0) return [];
  const list = run.checks.findLast(({ endedAt }) => endedAt <= start.at);
  const seen = list ? [...byId.values()].filter(one => secondFailureAt(one) <= list.at).length : 0;
  if (seen === 0) return ['new backup before a list, though one was rejected twice'];
  const fresh = times.length - seen;
  return fresh > Math.max(3, seen) + MAX_AT_ONCE ? [`${fresh} were rejected twice since the last list`] : [];
}

/** After a rejection one at a time, and one more after every 16 successes. */
function judgeLimit(storage: Storage, start: Exchange): string[] {
  const { deletes, byId } = storage;
  const rejections = deletes.filter(exchange => isRejectedAtFile(exchange) && isKnownAt(exchange, start));
  if (rejections.length === 0 || [...byId.values()].some(one => secondRejectionAt(one) < start.at)) return [];
  const last = Math.max(...rejections.map(({ endedAt }) => endedAt));
  const successes = deletes.filter(
    exchange => isConfirmed(exchange) && exchange.endedAt >= last && exchange.endedAt <= start.at,
  );
  const limit =
    refusalsTogether(storage, rejections) >= 2
      ? 1
      : Math.min(MAX_AT_ONCE, 1 + Math.floor(successes.length / SUCCESSES_FOR_ONE_MORE));
  const open = [...byId].filter(
    ([id, attempts]) =>
      id !== start.id && attempts.some(one => isOpenAt(one, start) && !isOverdueAt(storage, one, start)),
  );
  return open.length >= limit ? [`${open.length + 1} at once after a rejection, not ${limit}`] : [];
}

/** How often the storage refused one of several deletions. What was refused together counts once. */
function refusalsTogether(storage: Storage, rejections: readonly Exchange[]): number {
  const { byId, deletes } = storage;
  const starts = [...byId.values()].flatMap(([first]) => first ?? []);
  const episodes = new Set<number>();
  for (const rejection of rejections) {
    // What is overdue counts no more.
    const isTogether = deletes.some(
      other =>
        other.id !== rejection.id &&
        (isOpenAt(rejection, other) ||
          (isOpenAt(other, rejection) && !isOverdueAt(storage, other, rejection))),
    );
    const isFirst = byId.get(rejection.id)?.[0] === rejection;
    if (isTogether && isFirst) episodes.add(starts.filter(({ at }) => at <= rejection.endedAt).length);
  }
  return episodes.size;
}

/** One second attempt at a time, after pauses of 2, 4, 8, … 30 s. */
function judgeSecondAttempt(storage: Storage, attempts: readonly Exchange[]): string[] {
  const { deletes } = storage;
  const rejection = attempts.find(isRejectedAtFile);
  const second = rejection && secondAttemptAfter(attempts, rejection);
  if (!second || isHarmless(storage, second)) return [];
  if (isRepeatOfKept(storage.run, second, attempts) && isCrowdedAt(storage.run, second)) return [];
  const other = deletes.find(
    one => one.id !== second.id && isOpenAt(one, second) && !isOverdueAt(storage, one, second),
  );
  if (other) return [`second attempt of ${second.id} while ${other.id} is open`];
  // One that was unanswered before has its second attempt in the end, apart from the others.
  const isLate = attempts.some(one => one.number < rejection.number && isUnanswered(one));
  const needed = Math.min(pauseBefore(storage, second), isLate ? 2000 : MAX_PAUSE_MS);
  const lastEnd = Math.max(
    ...deletes.filter(one => isRejectedAtFile(one) && isKnownAt(one, second)).map(({ endedAt }) => endedAt),
    rejection.endedAt,
  );
  const pause = second.at - lastEnd;
  return pause < needed - TOLERANCE_MS
    ? [`a pause of ${pause} ms, not ${needed}, before the second attempt of ${second.id}`]
    : [];
}

/** None after a success, and none that could use up a quarter of the time. */
function pauseBefore(storage: Storage, second: Exchange): number {
  const { run, byId, deletes } = storage;
  const earlier = deletes.filter(({ endedAt }) => endedAt <= second.at);
  const lastRejection = Math.max(...earlier.filter(isRejectedAtFile).map(({ endedAt }) => endedAt));
  const lastSuccess = Math.max(...earlier.filter(isConfirmed).map(({ endedAt }) => endedAt));
  if (lastSuccess > lastRejection) return 0;
  // While a list shows that nothing is being lost, rejections make no pause longer.
  const lists = run.checks.filter(({ endedAt }) => endedAt <= second.at);
  const wasHarmless = lists.some(list => isHarmless(storage, { ...second, at: list.endedAt }));
  const lastList = wasHarmless ? Math.max(...lists.map(({ endedAt }) => endedAt)) : 0;
  const refusedSince = [...byId.values()]
    .map(secondRejectionAt)
    .filter(time => time < second.at && time > Math.max(lastSuccess, lastList)).length;
  const pause = Math.min(MAX_PAUSE_MS, 2000 * 2 ** refusedSince);
  const timeoutMs = timeoutOf(run.evidence.world);
  const left = timeoutMs - (second.at - run.evidence.startedAt);
  const hasRoom =
    pausesBefore(run, second) + pause <= 0.15 * timeoutMs && left > Math.max(60_000, 0.4 * timeoutMs);
  return hasRoom ? pause : 0;
}

/** The pauses so far, in all storage types, counted generously. */
function pausesBefore({ byId, checks }: Deletions, second: Exchange): number {
  let spent = 10_000 * checks.filter(({ at }) => at < second.at).length;
  for (const attempts of byId.values()) {
    const rejection = attempts.find(isRejectedAtFile);
    const again = rejection && secondAttemptAfter(attempts, rejection);
    if (again && again.at < second.at) spent += Math.min(MAX_PAUSE_MS, again.at - rejection.endedAt);
  }
  return spent;
}
