import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, expect } from '@jest/globals';
import {
  inputVariables,
  parseOutputs,
  type RunOptions,
  type RunResult,
  runAction,
} from '../../tools/runner.mjs';

/** A key that no text of the project's holds, so that its every appearance is a leak. */
export const KEY = `sk-${'0123456789abcdef'.repeat(4)}`;

/**
 * `dist`: the committed bundle, as a process of its own, as the runner starts it. `src`: the source, in this process,
 * where coverage and mutation testing can watch it.
 */
export const UNDER_TEST = process.env['ACTION_UNDER_TEST'] === 'src' ? 'src' : 'dist';
/** For what a process alone can show: signals, memory, crashes. */
export const ofTheBundle = UNDER_TEST === 'dist';

/**
 * Runs the action, and asserts what holds for every run there is: the token is nowhere, a failed step shows one
 * `::error::` and a green one none, nothing of the server's own error texts shows, and `result` tells the exit code.
 */
export async function act(inputs: Record<string, string>, options: RunOptions = {}): Promise<RunResult> {
  const all = { token: KEY, ...inputs };
  const result = ofTheBundle ? await runAction(all, options) : await runSource(all, options);
  assertAlways(all, result);
  return result;
}

function assertAlways(inputs: Record<string, string>, { code, log, outputs, summary }: RunResult): void {
  const secret = (inputs['token'] ?? '').replace(/^(Bearer|Basic)\s+/i, '').trim();
  const visibleLog = log.replace(/^::add-mask::.*$/gm, '');
  const everything = [visibleLog, JSON.stringify(outputs), summary].join('\n');
  if (secret !== '') expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/ASC\.Secret|Secret\.cs|storage-params-are-secret/);
  expect(log.match(/^::error/gm) ?? []).toHaveLength(code === 0 ? 0 : 1);
  const isDryRun = /^true$/i.test(inputs['dry-run'] ?? '');
  expect(outputs['result']).toBe(isDryRun ? '' : String(code === 0));
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

/** How much faster time goes for the source: mutation testing runs these tests a thousand times. */
const SPEED = 10;

if (!ofTheBundle) {
  const { setTimeout: startTimer } = globalThis;
  const uptime = process.uptime.bind(process);
  const startFastTimer = (callback: () => void, ms = 0) => startTimer(callback, ms / SPEED);
  globalThis.setTimeout = Object.assign(startFastTimer, startTimer);
  process.uptime = () => uptime() * SPEED;
}

const folder = ofTheBundle ? '' : mkdtempSync(join(tmpdir(), 'action-'));
if (folder !== '') afterAll(() => rmSync(folder, { recursive: true }));

async function runSource(inputs: Record<string, string>, options: RunOptions): Promise<RunResult> {
  const { main } = await import('../../src/main.js');
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const before = { ...process.env };
  Object.assign(process.env, files, inputVariables(inputs), options.env);
  // Node reads this variable when it starts, which it has.
  const { createSecureContext } = tls;
  const { NODE_EXTRA_CA_CERTS: ca } = options.env ?? {};
  if (ca) tls.createSecureContext = details => createSecureContext({ ...details, ca: readFileSync(ca) });
  const write = process.stdout.write;
  let log = '';
  process.stdout.write = (text: string | Uint8Array) => {
    log += text.toString();
    return true;
  };
  try {
    const isGreen = await main(
      options.cancelled ?? new AbortController().signal,
      new Promise(() => undefined),
    );
    const [outputs, summary] = [
      readFileSync(files.GITHUB_OUTPUT, 'utf8'),
      readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    ];
    return { code: isGreen ? 0 : 1, log, outputs: parseOutputs(outputs), summary };
  } finally {
    process.stdout.write = write;
    tls.createSecureContext = createSecureContext;
    process.exitCode = 0;
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
