import type { ActResult } from '../support/action.js';
import { isSentAgain, listIn, meaningOf } from './meanings.js';
import type { Listed } from './planner.js';
import type { Exchange } from './traffic.js';
import type { World } from './world.js';

/** All that a judge may know of a run. */
export interface Evidence {
  world: World;
  result: ActResult;
  traffic: Exchange[];
  /** By the clock of the traffic. */
  startedAt: number;
  /** The date at which the run started. */
  date: number;
  /** When the run was told to end early, if it was still going on. */
  stoppedAt: number | undefined;
  /** What the portal lists in the end. */
  held: string[];
  /** What a DELETE took off the list although its file is still there. */
  lost: string[];
  /** By the portal's own count. */
  maxBackupsAtWork: number;
  maxRequestsAtWork: number;
}

export function retriesOf({ inputs }: World): number {
  return Number(inputs['retries'] || 5);
}

export function timeoutOf({ inputs }: World): number {
  return Number(inputs['timeout-seconds'] || 300) * 1000;
}

/** How a listing or another GET ended, without the attempts that are repeated. */
export function answered(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter((exchange, index) => {
    // Whether an unclear one is sent again is open: it was if another one follows.
    const isAgain = meaningOf(exchange) === 'unclear' && exchanges[index + 1]?.call === exchange.call;
    return !isSentAgain(exchange) && !isAgain;
  });
}

/** The listing before the first deletion. */
export function firstListOf({ traffic }: Evidence): Exchange | undefined {
  const until = traffic.find(({ method }) => method === 'DELETE')?.number ?? Number.POSITIVE_INFINITY;
  return answered(traffic.filter(({ call, number }) => call === 'list' && number < until))[0];
}

/** Whether a later list proves anything, by what must still be in it. */
export function isConclusive(
  exchange: Exchange,
  first: readonly Listed[],
  selected: readonly string[],
): boolean {
  const list = listIn(exchange);
  if (!list) return false;
  const unreadable = (those: readonly Listed[]) => those.filter(({ id }) => id === '').length;
  if (unreadable(list) > unreadable(first)) return false;
  const others = first.filter(
    ({ id, expires }) => id !== '' && expires !== 'at a time' && !selected.includes(id),
  );
  const listed = new Set(list.map(({ id }) => id));
  return others.length === 0 || others.some(({ id }) => listed.has(id));
}

/** For messages: ids in short. */
export function short(ids: readonly string[]): string {
  const numbers = [...ids].sort().map(id => id.replace(/^[0-]+4000-8000-0*/, ''));
  return `[${numbers.slice(0, 20).join(' ')}${numbers.length > 20 ? ` … ${numbers.length}` : ''}]`;
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
