// The rule that nothing waits for one deletion for long.

import {
  type Deletions,
  isConfirmed,
  isRejectedAtFile,
  MAX_AT_ONCE,
  mayBeKept,
  TOLERANCE_MS,
  timeLeft,
} from './deletions.js';
import { groupBy } from './evidence.js';
import { isUnanswered, meaningOf } from './meanings.js';
import type { Exchange } from './traffic.js';

const MAX_WAIT_MS = 15_000;
const MIN_WAIT_MS = 1_000;
/** Of the time that is left. */
const WAIT_SHARE = 0.25;
/** More than what is set aside for the pause before the final list. */
const LISTING_PAUSE_MS = 20_000;
/** So many deletions that something in front turned away are a reason for a list, or for the end. */
const MAX_TURNED_AWAY = 3;

/** After the first deletion of a backup, another one follows in its storage type when the wait for it is over. */
export function judgeProgress(run: Deletions): string[] {
  const { plan, typeOf, byId } = run;
  const firsts = [...byId.values()].flatMap(([first]) => first ?? []);
  for (const [type, group] of groupBy(firsts, ({ id }) => typeOf(id))) {
    const selected = plan.selected.filter(id => typeOf(id) === type).length;
    for (const [index, first] of group.slice(0, selected - 1).entries()) {
      const next = group[index + 1];
      const until = first.at + longestWaitMs(run, first.at) + TOLERANCE_MS;
      if ((!next || next.at > until) && !mayWait(run, type, until))
        return [`no other deletion within ${until - first.at} ms of ${first.id}`];
    }
  }
  return [];
}

function longestWaitMs(run: Deletions, at: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, WAIT_SHARE * timeLeft(run, at)));
}

/** Whether there may be any other reason not to start a new backup before this time. */
function mayWait(run: Deletions, type: string, until: number): boolean {
  const { evidence, checks, byId, typeOf } = run;
  const { stoppedAt = Number.POSITIVE_INFINITY, traffic } = evidence;
  if (stoppedAt <= until || !hasTime(run, until) || checks.some(({ at }) => at <= until)) return true;
  // A rate limit pauses everything, and fewer are sent at once from then on.
  if (traffic.some(exchange => exchange.at <= until && meaningOf(exchange) === 'rate limit')) return true;
  const atWork = [...byId.values()].filter(attempts => mayBeAtWork(attempts, until));
  if (atWork.length >= MAX_AT_ONCE) return true;

  const ended = run.deletes.filter(({ endedAt }) => endedAt <= until);
  if (ended.some(exchange => ['ends the run', 'unclear'].includes(meaningOf(exchange)))) return true;
  if (ended.filter(exchange => meaningOf(exchange) === 'rejected on the way').length >= MAX_TURNED_AWAY)
    return true;
  const ofType = ended.filter(({ id }) => typeOf(id) === type);
  const notReceived = ofType.filter(exchange => meaningOf(exchange) === 'not received');
  return ofType.some(isRejectedAtFile) || new Set(notReceived.map(({ id }) => id)).size >= MAX_TURNED_AWAY;
}

/** Whether a deletion that starts then certainly ends before the time for the final list. */
function hasTime(run: Deletions, at: number): boolean {
  const tookMs = (exchanges: readonly Exchange[]) =>
    exchanges.filter(({ endedAt }) => endedAt <= at).map(exchange => exchange.endedAt - exchange.at);
  const slowestListMs = Math.max(0, ...tookMs(run.lists));
  const slowestMs = Math.max(0, ...tookMs(run.deletes.filter(({ answer }) => answer)));
  return timeLeft(run, at) > LISTING_PAUSE_MS + 2 * slowestListMs + slowestMs;
}

/** Whether the backup may have one of the slots at this time. */
function mayBeAtWork(attempts: readonly Exchange[], time: number): boolean {
  const earlier = attempts.filter(({ at }) => at <= time);
  const last = earlier.at(-1);
  if (!last || (isConfirmed(last) && last.endedAt <= time)) return false;
  return last.endedAt > time || isUnanswered(last) || earlier.some(mayBeKept);
}
