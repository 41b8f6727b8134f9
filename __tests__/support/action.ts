import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { CANCELLED, main } from '../../src/main.js';
import {
  cleanEnvironment,
  inputVariables,
  parseOutputs,
  type RunOptions,
  type RunResult,
} from '../../tools/runner.mjs';
import { theClock } from './clock.js';
import { runProcess } from './processes.js';
import { ofTheBundle } from './under-test.js';

export { ofTheBundle, UNDER_TEST } from './under-test.js';

/** A key that no text of the project's holds, so that its every appearance is a leak. */
export const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;

export interface ActOptions {
  /**
   * Added to the environment; `undefined` takes a variable out. The run believes that it is on a runner
   * (`GITHUB_ACTIONS` is `true`), unless this says otherwise.
   */
  env?: Record<string, string | undefined>;
  /**
   * Ends the run early: by a cancellation or, in this process, where the reason is an Error of the test's own, as an
   * error does that has escaped everything else.
   */
  cancelled?: AbortSignal;
  /** Sees the log as it comes. */
  onLog?: (text: string) => void;
}

export interface ActResult extends RunResult {
  /** How long the run took, by its own clock. */
  ms: number;
}

/**
 * Runs the action, and asserts what holds for every run there is (`assertAlways`). The source runs by the clock of the
 * test, which turns by itself as long as the run goes on.
 */
export async function act(inputs: Record<string, string>, options: ActOptions = {}): Promise<ActResult> {
  const result = await run(inputs, options);
  assertAlways({ token: KEY, ...inputs }, result, options.env);
  return result;
}

/** Runs the action, and asserts nothing. For runs whose outputs or summary cannot be written. */
export async function run(inputs: Record<string, string>, options: ActOptions = {}): Promise<ActResult> {
  const all = { token: KEY, ...inputs };
  if (!ofTheBundle) return runSource(all, options);
  const start = performance.now();
  const result = await runProcess(all, options as RunOptions);
  return { ...result, ms: performance.now() - start };
}

/** What the stand-in puts into its answers so that its every appearance is a leak. */
const SECRETS_OF_THE_PORTAL =
  /ASC\.Secret|Secret\.cs|storage-params-are-secret|the-key-itself-is-secret|the-maker-is-secret/i;
/** The workflow commands that this action may print. */
const COMMANDS = /^::(add-mask|group|endgroup|error|warning|notice|debug)( [^:]*)?::/;

/**
 * What holds for every run: the token is nowhere, nothing of the server's own error texts shows, no workflow command
 * that is not the action's own, one `::error::` for a failed step and none for a green one, `result` tells the exit
 * code, and the counts and ids of the outputs agree.
 */
export function assertAlways(
  inputs: Record<string, string>,
  { code, log, outputs, summary }: RunResult,
  env: Record<string, string | undefined> = {},
): void {
  const masks = log.match(/^::add-mask::.*$/gm) ?? [];
  if (('GITHUB_ACTIONS' in env ? env['GITHUB_ACTIONS'] : 'true') !== 'true') expect(masks).toEqual([]);
  const visibleLog = log.replace(/^::add-mask::.*$/gm, '');
  const everything = [visibleLog, JSON.stringify(outputs), summary].join('\n');
  for (const secret of secretsOf(inputs['token'] ?? '')) {
    expect(everything.toLowerCase()).not.toContain(secret.toLowerCase());
  }
  expect(everything).not.toMatch(SECRETS_OF_THE_PORTAL);

  const strange = log.split(/\r\n|\r|\n/).filter(line => line.startsWith('::') && !COMMANDS.test(line));
  expect(strange).toEqual([]);
  expect(log.match(/^::error/gm) ?? []).toHaveLength(code === 0 ? 0 : 1);

  const isDryRun = /^true$/i.test(inputs['dry-run'] ?? '');
  expect(outputs['result']).toBe(isDryRun ? '' : String(code === 0));
  for (const what of ['selected', 'deleted', 'failed', 'kept']) {
    const [count, ids] = [outputs[`${what}-count`] ?? '', idsOf(outputs, what)];
    if (count === '') expect([what, ids]).toEqual([what, []]);
    // Where no id can be read, a backup counts all the same.
    else if (ids.length > 0) expect([what, ids.length]).toEqual([what, Number(count)]);
  }
  const deleted = new Set(idsOf(outputs, 'deleted'));
  expect(idsOf(outputs, 'failed').filter(id => deleted.has(id))).toEqual([]);
}

/** The token, and the password in it. One that is shorter than 8 characters is too short to be looked for. */
function secretsOf(token: string): string[] {
  const [, scheme = '', value = ''] = /^(?:(Bearer|Basic)\s+)?(.*)$/is.exec(token.trim()) ?? [];
  const user = /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString() : '';
  const secrets = [value.trim(), user, user.slice(user.indexOf(':') + 1)];
  return secrets.filter(secret => secret.length >= 8);
}

/** The ids of an output such as `deleted-ids`. */
export function idsOf(outputs: Record<string, string>, what: string): string[] {
  return JSON.parse(outputs[`${what}-ids`] || '[]');
}

/** The text of the one `::error::`. */
export function errorOf({ log }: RunResult): string {
  return /^::error::(.*)$/m.exec(log)?.[1]?.replaceAll('%25', '%') ?? '';
}

/** The lines of a group of the log. */
export function groupOf(log: string, title: string): string[] {
  const [, lines = ''] = new RegExp(`^::group::${title}.*\n((?:.*\n)*?)::endgroup::`, 'm').exec(log) ?? [];
  return lines.split('\n').slice(0, -1);
}

const folder = ofTheBundle ? '' : mkdtempSync(join(tmpdir(), 'action-'));
if (folder !== '') afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the source in this process, one run at a time: there is but one environment and one standard output. */
async function runSource(inputs: Record<string, string>, options: ActOptions): Promise<ActResult> {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const leave = enter({ GITHUB_ACTIONS: 'true', ...files, ...inputVariables(inputs), ...options.env });
  const write = process.stdout.write;
  let log = '';
  process.stdout.write = (text: string | Uint8Array) => {
    log += text.toString();
    options.onLog?.(text.toString());
    return true;
  };
  const clock = theClock();
  const start = clock.now();
  try {
    const isGreen = await clock.runToEnd(main(clock, stopBy(options.cancelled, CANCELLED)));
    const [outputs, summary] = [
      readFileSync(files.GITHUB_OUTPUT, 'utf8'),
      readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    ];
    const ms = clock.now() - start;
    return { code: isGreen ? 0 : 1, log, outputs: parseOutputs(outputs), summary, ms };
  } finally {
    process.stdout.write = write;
    process.exitCode = 0;
    leave();
  }
}

/** A signal as `index` makes it: one that was aborted without a reason is a cancellation. */
function stopBy(cancelled: AbortSignal | undefined, cancellation: symbol): AbortSignal {
  const stop = new AbortController();
  const hand = () => stop.abort(cancelled?.reason instanceof DOMException ? cancellation : cancelled?.reason);
  if (cancelled?.aborted) hand();
  else cancelled?.addEventListener('abort', hand);
  return stop.signal;
}

/** Gives this process the environment that a process of the action's own would have. @returns undoes it */
function enter(env: Record<string, string | undefined>): () => void {
  const before = { ...process.env };
  const set = (all: Record<string, string | undefined>) => {
    for (const name of Object.keys(process.env)) if (all[name] === undefined) delete process.env[name];
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined && process.env[name] !== value) process.env[name] = value;
    }
  };
  set({ ...cleanEnvironment(), ...env });
  return () => set(before);
}
