import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { afterAll, expect } from '@jest/globals';
import { CANCELLED, main } from '../../src/main.js';
import {
  cleanEnvironment,
  createRunnerFiles,
  inputVariables,
  type RunOptions,
  type RunResult,
  readRunnerFiles,
} from '../../tools/runner.mjs';
import { theClock } from './clock.js';
import { runProcess } from './processes.js';
import { assertReport } from './report.js';
import { ofTheBundle } from './under-test.js';

export { describeSource, ofTheBundle, testOfSource, UNDER_TEST } from './under-test.js';

/** An API key that appears nowhere else in this project: wherever a test finds it, it has leaked. */
export const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;

export interface ActOptions {
  /**
   * Added to the environment; `undefined` removes a variable. Unless this changes it, `GITHUB_ACTIONS` is `true`, as on
   * a runner.
   */
  env?: Record<string, string | undefined>;
  /**
   * Ends the run early, as a cancellation does. In this process, a reason of the test's own ends it as an error does
   * that nothing caught.
   */
  cancelled?: AbortSignal;
  /** Called with each piece of the log. */
  onLog?: (text: string) => void;
}

export interface ActResult extends RunResult {
  /** How long the run took, by its own clock. */
  ms: number;
}

/**
 * Runs the action, and checks what must hold for every run (`assertAlways`). The source uses the clock of the test, which
 * advances by itself until the run is over.
 */
export async function act(inputs: Record<string, string>, options: ActOptions = {}): Promise<ActResult> {
  const result = await run(inputs, options);
  assertAlways({ token: KEY, ...inputs }, result, options.env);
  return result;
}

/** Runs the action without any checks. For runs whose outputs or summary cannot be written. */
export async function run(inputs: Record<string, string>, options: ActOptions = {}): Promise<ActResult> {
  const all = { token: KEY, ...inputs };
  if (!ofTheBundle) return runSource(all, options);
  const start = performance.now();
  const result = await runProcess(all, options as RunOptions);
  return { ...result, ms: performance.now() - start };
}

/** Secrets in the answers of the stand-in portal. None may be printed. */
const PORTAL_SECRETS =
  /ASC\.Secret|Secret\.cs|storage-params-are-secret|the-key-itself-is-secret|the-maker-is-secret/i;
/** The workflow commands that this action may print. */
const COMMANDS = /^::(add-mask|group|endgroup|error|warning|notice|debug)( [^:]*)?::/;

/**
 * Checks what must hold for every run: neither the token nor any error text of the server is printed; every workflow
 * command is one of the action's own; a step that fails prints one `::error::`, a step that succeeds prints none; `result`
 * matches the exit code; the counts and the ids of the outputs match; the report agrees with all of this (`assertReport`).
 */
export function assertAlways(
  inputs: Record<string, string>,
  result: RunResult,
  env: Record<string, string | undefined> = {},
): void {
  const { code, log, outputs, summary, report } = result;
  const masks = log.match(/^::add-mask::.*$/gm) ?? [];
  if (('GITHUB_ACTIONS' in env ? env['GITHUB_ACTIONS'] : 'true') !== 'true') expect(masks).toEqual([]);
  const visibleLog = log.replace(/^::add-mask::.*$/gm, '');
  const everything = [visibleLog, JSON.stringify(outputs), summary, report].join('\n');
  for (const secret of secretsOf(inputs['token'] ?? '')) {
    expect(everything.toLowerCase()).not.toContain(secret.toLowerCase());
  }
  expect(everything).not.toMatch(PORTAL_SECRETS);

  const foreignCommands = log
    .split(/\r\n|\r|\n/)
    .filter(line => line.startsWith('::') && !COMMANDS.test(line));
  expect(foreignCommands).toEqual([]);
  expect(log.match(/^::error/gm) ?? []).toHaveLength(code === 0 ? 0 : 1);

  const isDryRun = /^true$/i.test(inputs['dry-run'] ?? '');
  expect(outputs['result']).toBe(isDryRun ? '' : String(code === 0));
  for (const name of ['selected', 'deleted', 'failed', 'kept']) {
    const [count, ids] = [outputs[`${name}-count`] ?? '', readIds(outputs, name)];
    if (count === '') expect([name, ids]).toEqual([name, []]);
    // A backup without a readable id counts too.
    else if (ids.length > 0) expect([name, ids.length]).toEqual([name, Number(count)]);
  }
  const deleted = new Set(readIds(outputs, 'deleted'));
  expect(readIds(outputs, 'failed').filter(id => deleted.has(id))).toEqual([]);

  if ('RUNNER_TEMP' in env) expect(outputs['report-file']).toBe('');
  else assertReport(inputs, result);
}

/** The token and the password in it. A text of fewer than 8 characters is left out: it may appear by chance. */
function secretsOf(token: string): string[] {
  const [, scheme = '', value = ''] = /^(?:(Bearer|Basic)\s+)?(.*)$/is.exec(token.trim()) ?? [];
  const user = /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString() : '';
  const secrets = [value.trim(), user, user.slice(user.indexOf(':') + 1)];
  return secrets.filter(secret => secret.length >= 8);
}

/** The ids of an output such as `deleted-ids`. */
export function readIds(outputs: Record<string, string>, name: string): string[] {
  return JSON.parse(outputs[`${name}-ids`] || '[]');
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

/** Runs the source in this process, one run at a time, because they share one environment and one standard output. */
async function runSource(inputs: Record<string, string>, options: ActOptions): Promise<ActResult> {
  const files = createRunnerFiles(folder);
  // The toolkit remembers the path of the summary until its process ends.
  Reflect.set(core.summary, '_filePath', undefined);
  const restore = replaceEnvironment({
    GITHUB_ACTIONS: 'true',
    ...files,
    ...inputVariables(inputs),
    ...options.env,
  });
  const write = process.stdout.write;
  let log = '';
  process.stdout.write = (text: string | Uint8Array) => {
    log += text.toString();
    options.onLog?.(text.toString());
    return true;
  };
  const clock = theClock();
  const start = clock.monotonicMs();
  try {
    const isSuccess = await clock.runToEnd(main(clock, createStop(options.cancelled, CANCELLED)));
    const ms = clock.monotonicMs() - start;
    // On Windows, the toolkit ends lines with CRLF.
    log = log.replaceAll('\r\n', '\n');
    return { code: isSuccess ? 0 : 1, log, ...readRunnerFiles(files), ms };
  } finally {
    process.stdout.write = write;
    process.exitCode = 0;
    restore();
  }
}

/** Makes the signal that `index` gives to `main`. An abort without a reason is a cancellation. */
function createStop(cancelled: AbortSignal | undefined, cancellation: symbol): AbortSignal {
  const stop = new AbortController();
  const abort = () =>
    stop.abort(cancelled?.reason instanceof DOMException ? cancellation : cancelled?.reason);
  if (cancelled?.aborted) abort();
  else cancelled?.addEventListener('abort', abort);
  return stop.signal;
}

/**
 * Gives this process the environment that the action would have in a process of its own.
 * @returns restores the old environment
 */
function replaceEnvironment(env: Record<string, string | undefined>): () => void {
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
