import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

export const isWindows = process.platform === 'win32';
const isLinux = process.platform === 'linux';

/** Whether this system has what some tests need. Linux counts as having all of it, so no test is skipped there. */
const HAS = {
  // Elsewhere, a signal from another process ends a process at once.
  'signals between processes': !isWindows,
  'variables that differ only in case': !isWindows,
  'file modes': !isWindows,
  // It opens like any file, but every write to it fails.
  '/dev/full': isLinux,
  '/proc': isLinux,
  'limits of open files': isLinux,
  'bash and jq': isLinux || spawnSync('bash', ['-c', 'jq --version']).status === 0,
};

/** Defines tests that need something which not every system has. Where it is missing they are skipped, and the title says why. */
export function withSystemThatHas(need: keyof typeof HAS, define: () => void): void {
  if (HAS[need]) describe(`on a system that has ${need},`, define);
  else describe.skip(`skipped, because this system has no ${need}:`, define);
}
