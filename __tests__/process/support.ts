import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import type { Portal } from '../../tools/stand-in/portal.mjs';
import { assertAlways, KEY } from '../support/action.js';
import { portalWith } from '../support/portals.js';
import { type ProcessOptions, type ProcessResult, startProcess } from '../support/processes.js';

/** In real time. A busy machine may be many times slower than an idle one. */
export const MAX_WAIT_MS = 120_000;

/** These processes wait nearly all the time, but more of them would slow each other down. */
const MAX_CONCURRENT = 4 * availableParallelism();

/**
 * Runs scenarios at the same time before the tests of a file; each test then checks one of them.
 * @returns gives the result of a scenario, or throws what it threw
 */
export function runTogether<Name extends string, Result>(
  scenarios: Record<Name, () => Promise<Result>>,
): (name: Name) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  beforeAll(async () => {
    const rest = Object.entries<() => Promise<Result>>(scenarios).values();
    const work = async () => {
      for (const [name, run] of rest) {
        const result = run();
        results.set(name, result);
        // The test of the scenario reports the error.
        await result.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
  }, 2 * MAX_WAIT_MS);
  return name => results.get(name) ?? Promise.reject(new Error(`No such scenario: ${name}`));
}

/**
 * Starts a stand-in portal that uses real time, as the bundle does. It ends with the current test, or with the first test
 * of the file.
 */
export function realPortal(options: Parameters<typeof portalWith>[0] = {}): Promise<Portal> {
  return portalWith({ ...options, inRealTime: true });
}

/** Runs the bundle to its end, with an API key, and checks what must hold for every run (`assertAlways`). */
export async function runBundle(
  inputs: Record<string, string>,
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  return checked(inputs, await startProcess({ token: KEY, ...inputs }, options).result);
}

/** Returns the result of a run after it has checked what must hold for every run. */
export function checked(inputs: Record<string, string>, result: ProcessResult): ProcessResult {
  assertAlways({ token: KEY, ...inputs }, result);
  return result;
}

/** Waits in real time until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > MAX_WAIT_MS) throw new Error(`This never became true: ${condition}`);
    await realTime(2);
  }
}

export function realTime(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** Node's arguments to run a script before the action. */
export function preload(script: string, folder: string): Pick<ProcessOptions, 'nodeArgs'> {
  const file = join(mkdtempSync(join(folder, 'preload-')), 'preload.cjs');
  writeFileSync(file, script);
  return { nodeArgs: ['--require', file] };
}

/**
 * Runs the bundle, and evaluates an expression in its process when it ends.
 * @param expression JavaScript whose value can be JSON
 * @param before JavaScript that runs before the action
 */
export async function askProcess(
  inputs: Record<string, string>,
  expression: string,
  before = '',
): Promise<{ result: ProcessResult; value: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'value-'));
  try {
    const file = join(folder, 'value.json');
    const write = `require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(${expression}))`;
    const hook = preload(`${before}; process.on('exit', () => ${write});`, folder);
    const result = await runBundle(inputs, hook);
    return { result, value: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
