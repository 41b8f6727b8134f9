// Runs the action as GitHub's runner does: with the defaults of action.yml, a variable INPUT_… for each input, and a temporary
// folder with files for outputs and summary.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How workflows name this action, and the path of its reusable workflow. */
export const SELF = 'owner/docspace-backup-cleanup';
export const FLEET = '.github/workflows/cleanup-portals.yml';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The inputs of action.yml and their defaults. The command must run without node_modules, so this is no YAML parser: it
 * reads only the form that our action.yml has. A test compares it with one.
 * @returns {Record<string, string>}
 */
export function readDefaults(text = readFileSync(join(root, 'action.yml'), 'utf8')) {
  /** @type {Record<string, string>} */
  const defaults = {};
  const [, inputs = ''] = /^inputs:\n((?: .*\n|\n)+)/m.exec(text.replaceAll('\r\n', '\n')) ?? [];
  let name = '';
  for (const line of inputs.split('\n')) {
    name = /^ {2}([a-z-]+):$/.exec(line)?.[1] ?? name;
    defaults[name] = /^ {4}default: "(.*)"$/.exec(line)?.[1] ?? defaults[name] ?? '';
  }
  delete defaults[''];
  return defaults;
}

/** How long GitHub's runner waits for a step that it has cancelled. */
const KILL_AFTER_MS = 10_000;

/**
 * @typedef {object} RunResult
 * @property {number | null} code the exit code; null where a signal ended the process
 * @property {NodeJS.Signals | null} [signal] that signal
 * @property {string} log standard output and standard error
 * @property {Record<string, string>} outputs
 * @property {string} summary
 * @property {string} report the JSON report; empty if there is none
 */

/**
 * @typedef {object} RunOptions
 * @property {Record<string, string | undefined>} [env] added to the environment
 * @property {string[]} [nodeArgs]
 * @property {string} [node] the program to run it with
 * @property {string} [main] the script to run in place of the bundle
 * @property {(text: string, child: import('node:child_process').ChildProcess, isError: boolean) => void} [onLog] gets
 *   the log while the action runs; `isError`: it is standard error
 * @property {AbortSignal} [cancelled] cancels the run by a message, because a signal would kill it on Windows; 10 s later,
 *   SIGKILL
 * @property {boolean} [detached] signals of a terminal do not reach the action
 */

/** Runs `dist/index.js`. @param {Record<string, string>} inputs @param {RunOptions} [options] @returns {Promise<RunResult>} */
export async function runAction(inputs, options = {}) {
  const { env = {}, nodeArgs = [], node = process.execPath, onLog, cancelled, detached = false } = options;
  const { main = join(root, 'dist/index.js') } = options;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  try {
    const files = createRunnerFiles(folder);
    const child = spawn(node, [...nodeArgs, main], {
      env: { ...cleanEnvironment(), ...files, ...inputVariables(inputs), ...env },
      // When this process is gone, its end of the channel closes, and the action stops too.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached,
    });
    const cancel = () => {
      // The action may have ended meanwhile.
      child.send('cancel', () => undefined);
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    };
    if (cancelled?.aborted) cancel();
    else cancelled?.addEventListener('abort', cancel);
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', text => {
        log += text;
        onLog?.(text, child, stream === child.stderr);
      });
    }
    const [code, signal] = await once(child, 'close');
    // On Windows, the toolkit ends lines with CRLF.
    log = log.replaceAll('\r\n', '\n');
    return { code, signal, log, ...readRunnerFiles(files) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes the files that a runner gives to a step, and names them as it does. @param {string} folder */
export function createRunnerFiles(folder) {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return { ...files, RUNNER_TEMP: folder };
}

/** Reads what the action wrote for its runner. @param {ReturnType<typeof createRunnerFiles>} files */
export function readRunnerFiles(files) {
  const outputs = parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
  const reportFile = outputs['report-file'];
  return {
    outputs,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    report: reportFile ? readFileSync(reportFile, 'utf8') : '',
  };
}

/** This process's environment without what could change the action. */
export function cleanEnvironment() {
  const isForeign = (/** @type {string} */ name) =>
    /^(INPUT_|GITHUB_|RUNNER_|ACTIONS_)|^(https?|no)_proxy$|^NODE_/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
}

/** @param {Record<string, string>} inputs */
export function inputVariables(inputs) {
  const all = Object.entries({ ...readDefaults(), ...inputs });
  return Object.fromEntries(all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

/** Reads the file that `GITHUB_OUTPUT` names, in both of its forms: `name=value`, and a delimiter with lines up to it. @param {string} text */
export function parseOutputs(text) {
  /** @type {Record<string, string>} */
  const outputs = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const [, name = '', sign, value = ''] = /^(.+?)(=|<<)(.*)$/.exec(lines[at] ?? '') ?? [];
    if (sign === '=') outputs[name] = value;
    if (sign !== '<<') continue;
    const end = lines.indexOf(value, at + 1);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
