// Runs programs side by side, and the arithmetic on what comes out.

import { spawnSync } from 'node:child_process';

/** GNU time, where it is installed. */
export const TIME = '/usr/bin/time';

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env] all of its environment but PATH and HOME
 * @property {string} [input]
 */

/**
 * Runs a program once. Nothing of this process's environment reaches it that could speed it up or slow it down.
 * @param {Program} program
 * @returns {{ ms: number, stdout: string, stderr: string }} the time from its start to its end, and what it printed
 */
export function runOnce({ name, command, args, env, input = '' }) {
  const { PATH = '', HOME = '' } = process.env;
  const start = performance.now();
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    env: { PATH, HOME, ...env },
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const ms = performance.now() - start;
  // The end of it tells why; a long prune prints thousands of lines.
  if (status !== 0)
    throw new Error(`${name} failed (${error?.message ?? status}): ${(stdout + stderr).slice(-2000)}`);
  return { ms, stdout, stderr };
}

/**
 * The peak memory of a program in MiB, by GNU time, which is small itself: what a process is told of its child counts,
 * as the child's, its own memory at the start.
 * @param {Program} program
 */
export function peakOf(program) {
  const args = ['--format=%M', program.command, ...program.args];
  const { stderr } = runOnce({ ...program, command: TIME, args });
  return Number(stderr.trim().split('\n').at(-1)) / 1024;
}

/**
 * Runs all programs in turn, again and again, every other round in reverse, so that whatever else the machine does
 * falls upon all of them.
 * @template {{ name: string }} T
 * @param {readonly T[]} programs
 * @param {number} rounds
 * @param {(program: T) => number | Promise<number>} run
 * @returns {Promise<Map<string, number[]>>} by name, one figure a round
 */
export async function interleave(programs, rounds, run) {
  /** @type {Map<string, number[]>} */
  const figures = new Map(programs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const program of round % 2 ? programs.toReversed() : programs) {
      figures.get(program.name)?.push(await run(program));
    }
  }
  return figures;
}

/** @param {readonly number[]} numbers @param {number} [share] 0.5: the median */
export function quantile(numbers, share = 0.5) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

/**
 * How many times the figures of one program are those of another: a ratio for each round, as slow rounds are slow for
 * both.
 * @param {Map<string, number[]>} figures @param {string} name @param {string} base
 * @param {number} [share] of the ratios, as for `quantile`
 * @returns {number} NaN where one was not measured
 */
export function pairedRatio(figures, name, base, share) {
  const bases = figures.get(base) ?? [];
  const ratios = (figures.get(name) ?? []).map((number, round) => number / (bases[round] ?? Number.NaN));
  return quantile(ratios, share);
}
