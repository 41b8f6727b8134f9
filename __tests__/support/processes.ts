import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import {
  cleanEnvironment,
  createRunnerFiles,
  inputVariables,
  type RunOptions,
  type RunResult,
  readRunnerFiles,
  root,
  runAction,
} from '../../tools/runner.mjs';
import { isWindows } from './platform.js';

/** Runs the bundle in a process of its own to its end, as a runner does. */
export function runProcess(inputs: Record<string, string>, options: RunOptions = {}): Promise<RunResult> {
  return runAction(inputs, { ...options, env: { GITHUB_ACTIONS: 'true', ...options.env } });
}

export interface ProcessOptions extends Pick<RunOptions, 'env' | 'node' | 'nodeArgs' | 'main'> {
  /**
   * Where standard output goes: `read`: this process reads it; `closed`: every write fails; or the number of an open
   * file.
   */
  stdout?: 'read' | 'closed' | number;
}

export interface ProcessResult extends RunResult {
  /** The signal that ended the process, if one did. */
  signal: NodeJS.Signals | null;
  /** Standard error, which on a runner is part of the log. */
  stderr: string;
  /** Real time from start to end. */
  ms: number;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly log: string;
  /** Waits until the log matches. Fails if the process ends first. */
  logged(pattern: RegExp): Promise<void>;
  /**
   * Sends a signal, as the runner does to cancel a step: SIGINT first, then SIGTERM. On Windows, where a signal from here
   * would end the process at once, it sends the message by which the command cancels the action.
   */
  kill(signal: NodeJS.Signals): void;
  /** Closes the reading end of its standard output, so that its next write fails. */
  closeStdout(): void;
  readonly result: Promise<ProcessResult>;
}

const running = new Set<ChildProcess>();

/** Starts the bundle in a process of its own, which the test can signal. It ends with the test. */
export function startProcess(inputs: Record<string, string>, options: ProcessOptions = {}): RunningProcess {
  const { env, node = process.execPath, nodeArgs = [], main = join(root, 'dist/index.js') } = options;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const files = createRunnerFiles(folder);
  const start = performance.now();
  const stdout = typeof options.stdout === 'number' ? options.stdout : 'pipe';
  const child = spawn(node, [...nodeArgs, main], {
    env: {
      ...cleanEnvironment(),
      GITHUB_ACTIONS: 'true',
      ...files,
      ...inputVariables(inputs),
      ...env,
    },
    stdio: ['ignore', stdout, 'pipe', ...(isWindows ? (['ipc'] as const) : [])],
  });
  running.add(child);
  let log = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', text => {
    log = `${log}${text}`.replaceAll('\r\n', '\n');
    for (const check of watchers) check();
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  if (options.stdout === 'closed') child.stdout?.destroy();

  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal }));
  });
  async function finish(): Promise<ProcessResult> {
    try {
      const { code, signal } = await ended;
      const ms = performance.now() - start;
      return { code, signal, log, stderr, ...readRunnerFiles(files), ms };
    } finally {
      running.delete(child);
      rmSync(folder, { recursive: true });
    }
  }
  const result = finish();
  result.catch(() => undefined);

  return {
    child,
    get log() {
      return log;
    },
    result,
    logged: pattern =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!pattern.test(log)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
        result.then(() => reject(new Error(`The process ended before it logged ${pattern}`)), reject);
      }),
    kill: signal => void (isWindows ? child.send('cancel', () => undefined) : child.kill(signal)),
    closeStdout: () => void child.stdout?.destroy(),
  };
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
