import { availableParallelism } from 'node:os';
import { ofTheBundle } from './under-test.js';

/** A process waits most of its time. More of them than this would make each other late. */
const MOST_AT_ONCE = 2 * availableParallelism();

/**
 * Runs the cells of a table side by side, as processes of their own; each test then waits for its cell. In this
 * process, where there is but one environment and one log, each runs when its test asks for it.
 * @returns what gives the result of a cell
 */
export function spread<Cell, Result>(
  cells: readonly Cell[],
  run: (cell: Cell) => Promise<Result>,
): (cell: Cell) => Promise<Result> {
  if (!ofTheBundle) return run;
  const started = new Map<Cell, Promise<Result>>();
  const settle = new Map<Cell, (result: Promise<Result>) => void>();
  for (const cell of cells) {
    const result = new Promise<Result>(resolve => settle.set(cell, resolve));
    // Its own test reports it.
    result.catch(() => undefined);
    started.set(cell, result);
  }

  const queue = cells.values();
  async function work(): Promise<void> {
    for (const cell of queue) {
      const result = run(cell);
      settle.get(cell)?.(result);
      await result.catch(() => undefined);
    }
  }
  let isRunning = false;
  return cell => {
    if (!isRunning) for (let worker = 0; worker < MOST_AT_ONCE; worker++) void work();
    isRunning = true;
    return started.get(cell) ?? run(cell);
  };
}

/** Does the same for each item: side by side in processes of their own, one after the other in this one. */
export async function forEach<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: ofTheBundle ? MOST_AT_ONCE : 1 }, work));
}
