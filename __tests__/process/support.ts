import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import type { Portal } from '../../tools/stand-in/portal.mjs';
import { assertAlways, KEY } from '../support/action.js';
import { portalWith } from '../support/portals.js';
import { type ProcessOptions, type ProcessResult, startProcess } from '../support/processes.js';

/** In real time. A machine that has other work to do may take many times what an idle one takes. */
export const PATIENCE_MS = 120_000;

/** These processes wait nearly all of their time. More of them than this would make each other late. */
const MOST_AT_ONCE = 4 * availableParallelism();

/**
 * Runs scenarios side by side before the tests of this file; each test then looks at its own.
 * @returns what gives the result of a scenario, or throws what it threw
 */
export function sideBySide<Name extends string, Result>(
  scenarios: Record<Name, () => Promise<Result>>,
): (name: Name) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  beforeAll(async () => {
    const rest = Object.entries<() => Promise<Result>>(scenarios).values();
    const work = async () => {
      for (const [name, run] of rest) {
        const result = run();
        results.set(name, result);
        // Its own test reports it.
        await result.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  }, 2 * PATIENCE_MS);
  return name => results.get(name) ?? Promise.reject(new Error(`No such scenario: ${name}`));
}

/** A stand-in portal that goes by real time, as the bundle does. It ends with the test, or with the first of the file. */
export function realPortal(options: Parameters<typeof portalWith>[0] = {}): Promise<Portal> {
  return portalWith({ ...options, inRealTime: true });
}

/** Runs the bundle to its end, with an API key, and asserts what holds for every run (`assertAlways`). */
export async function runBundle(
  inputs: Record<string, string>,
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  return checked(inputs, await startProcess({ token: KEY, ...inputs }, options).result);
}

/** The result of a run, once what holds for every run has been asserted of it. */
export function checked(inputs: Record<string, string>, result: ProcessResult): ProcessResult {
  assertAlways({ token: KEY, ...inputs }, result);
  return result;
}

/** Waits, in real time, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`Waited in vain: ${isSo}`);
    await realTime(2);
  }
}

export function realTime(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** The arguments with which Node runs a script before the action. */
export function preload(script: string, folder: string): Pick<ProcessOptions, 'nodeArgs'> {
  const file = join(mkdtempSync(join(folder, 'preload-')), 'preload.cjs');
  writeFileSync(file, script);
  return { nodeArgs: ['--require', file] };
}

/**
 * Runs the bundle, and has its process tell something of itself when it ends.
 * @param expression JavaScript, whose value comes back as JSON
 * @param before JavaScript that runs before the action
 */
export async function askProcess(
  inputs: Record<string, string>,
  expression: string,
  before = '',
): Promise<{ result: ProcessResult; told: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'told-'));
  try {
    const file = join(folder, 'told.json');
    const tell = `require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(${expression}))`;
    const hook = preload(`${before}; process.on('exit', () => ${tell});`, folder);
    const result = await runBundle(inputs, hook);
    return { result, told: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
