// Runs programs side by side, and the arithmetic on what comes out.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

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
 * @returns {{ ms: number, stdout: string }} the time from its start to its end, and what it printed
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
  if (status !== 0) throw new Error(`${name} failed (${error?.message ?? status}):\n${stdout}${stderr}`);
  return { ms, stdout };
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

/**
 * Peak memory by GNU time, which is small itself: what getrusage tells of a child counts, as its own, the memory of
 * the process that started it.
 * @param {string} time @param {string} file to write to @param {Program} program
 * @returns {{ ms: number, mib: number }}
 */
export function runWithPeak(time, file, program) {
  writeFileSync(file, '');
  const args = ['--format=%M', `--output=${file}`, program.command, ...program.args];
  const { ms } = runOnce({ ...program, command: time, args });
  return { ms, mib: Number(readFileSync(file, 'utf8')) / 1024 };
}

/** @param {readonly number[]} numbers @param {number} [share] 0.5: the median */
export function quantile(numbers, share = 0.5) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

/** One ratio a round: slow rounds are slow for both. @param {readonly number[]} numbers @param {readonly number[]} base */
export function ratios(numbers, base) {
  return numbers.map((number, round) => number / (base[round] ?? Number.NaN));
}
