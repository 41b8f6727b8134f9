import { availableParallelism } from 'node:os';
import { ofTheBundle } from './under-test.js';

/** Processes wait most of the time, but more of them would slow each other down. */
const MAX_CONCURRENT = 4 * availableParallelism();

/**
 * Runs the cells of a table at the same time, each in a process of its own; each test then waits for its cell. Runs in
 * this process share one environment and one log, so each starts only when its test asks for it.
 * @returns gives the result of a cell
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
    // The test of the cell reports the error.
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
    if (!isRunning) for (let worker = 0; worker < MAX_CONCURRENT; worker++) void work();
    isRunning = true;
    return started.get(cell) ?? run(cell);
  };
}

/** Does the same for each item: at the same time in processes of their own, one after the other in this process. */
export async function forEach<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: ofTheBundle ? MAX_CONCURRENT : 1 }, work));
}
