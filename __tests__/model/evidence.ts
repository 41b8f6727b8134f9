import type { ActResult } from '../support/action.js';
import type { Listed } from './planner.js';
import type { Exchange } from './tape.js';
import type { World } from './world.js';

export interface Evidence {
  world: World;
  result: ActResult;
  tape: Exchange[];
  /** By the tape's clock. */
  startedAt: number;
  /** The date at which the run started. */
  date: number;
  /** When the run was told to end early, if it was still going on. */
  stoppedAt: number | undefined;
  /** What the portal holds in the end. */
  held: string[];
  mostAtOnce: number;
}

export function retriesOf(inputs: World['inputs']): number {
  return Number(inputs['retries'] || 5);
}

export function timeoutOf(inputs: World['inputs']): number {
  return Number(inputs['timeout-seconds'] || 300) * 1000;
}

/** Whether a later list proves anything, by what must still be in it. */
export function isTrusted(
  list: readonly Listed[],
  first: readonly Listed[],
  selected: readonly string[],
): boolean {
  const unreadable = (those: readonly Listed[]) => those.filter(({ id }) => id === '').length;
  if (unreadable(list) > unreadable(first)) return false;
  const others = first.filter(
    ({ id, expires }) => id !== '' && expires !== 'at a time' && !selected.includes(id),
  );
  const listed = new Set(list.map(({ id }) => id));
  return others.length === 0 || others.some(({ id }) => listed.has(id));
}
