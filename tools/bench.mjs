// Measures the committed bundle beside other ways to do the same, all in one run, against the stand-in portal over
// https. It reports and judges nothing: the tests do.
//
//   npm run bench -- --rounds 31 --prune-rounds 3 --most 10000
//
// takes about five minutes. `--write` puts the results into docs/; `--beside other/index.js` adds one more bundle.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lookAround, ROOT } from './bench/machine.mjs';
import { interleave, quantile, runOnce, runWithPeak } from './bench/measure.mjs';
import { drawPlot } from './bench/plot.mjs';
import {
  buildPlainly,
  bundleBytes,
  deletePrograms,
  planProgram,
  prunePrograms,
  tracedProgram,
} from './bench/programs.mjs';
import { renderPage } from './bench/report.mjs';
import { makeId } from './portal.mjs';

/** @import { Order, Report } from './bench/portal-process.mjs' */
/** @import { PruneFigures, Results, Trace } from './bench/report.mjs' */

/** Others than the action take minutes beyond this. */
const MOST_FOR_OTHERS = 1_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '31' },
    'prune-rounds': { type: 'string', default: '3' },
    most: { type: 'string', default: '10000' },
    beside: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const pruneRounds = Number(options['prune-rounds']);

const machine = lookAround();
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const peakFile = join(folder, 'peak');
const traceFile = join(folder, 'trace');
const portal = fork(join(ROOT, 'tools/bench/portal-process.mjs'), {
  execPath: machine.node,
  env: {},
  execArgv: [],
});
try {
  const results = await measure();
  const page = renderPage(results, machine);
  process.stdout.write(page);
  if (options.write) {
    mkdirSync(join(ROOT, 'docs'), { recursive: true });
    writeFileSync(join(ROOT, 'docs/performance.md'), page);
    writeFileSync(join(ROOT, 'docs/performance.svg'), drawPlot(results));
  }
} finally {
  portal.kill();
  rmSync(folder, { recursive: true });
}

/** @param {Order} [order] @returns {Promise<Report>} */
async function askPortal(order) {
  portal.send({ order });
  const [report] = await once(portal, 'message');
  return report;
}

/** @returns {Promise<Results>} */
async function measure() {
  const bundles = [{ name: 'this action', file: join(ROOT, 'dist/index.js') }];
  if (machine.ncc) {
    say('building the same source without the aliases');
    bundles.push({ name: 'straightforward build', file: buildPlainly(machine.ncc, folder) });
  }
  bundles.push(...options.beside.map(file => ({ name: file, file })));

  const { url } = await askPortal({ backups: 0, latencyMs: 0 });
  const programs = deletePrograms(machine, url, folder, bundles);
  say(`one DELETE: ${rounds} rounds of ${programs.length} programs`);
  // The first round warms the machine's caches and is not counted.
  await interleave(programs, 1, program => runOnce(program).ms);
  const wall = await interleave(programs, rounds, program => runOnce(program).ms);

  const { time } = machine;
  say('one DELETE: peak memory');
  const peak = time
    ? await interleave(programs, Math.ceil(rounds / 3), program => runWithPeak(time, peakFile, program).mib)
    : new Map();

  say('one DELETE: where the time goes');
  /** @type {Map<string, Trace[]>} */
  const traces = new Map([
    ['bare script', []],
    ['this action', []],
  ]);
  const traced = programs.filter(({ name }) => traces.has(name));
  await interleave(traced, rounds, program => {
    const { ms } = runOnce(tracedProgram(program, traceFile));
    traces.get(program.name)?.push({ ...JSON.parse(readFileSync(traceFile, 'utf8')), wall: ms });
    return ms;
  });

  say('the planner');
  const plan = planProgram(machine);
  const planning = await interleave([plan], Math.ceil(rounds / 3), () => Number(runOnce(plan).stdout));

  /** @type {PruneFigures[]} */
  const prunes = [];
  for (const latencyMs of [0, 20]) {
    for (const count of [10, 100, 1_000, 10_000].filter(count => count <= Number(options.most))) {
      say(`pruning ${count} backups at ${latencyMs} ms`);
      prunes.push(...(await measurePrune(count, latencyMs)));
    }
  }
  return {
    rounds,
    pruneRounds,
    mostForOthers: MOST_FOR_OTHERS,
    bytes: new Map(bundles.map(({ name, file }) => [name, bundleBytes(file)])),
    wall,
    peak,
    traces,
    planningMs: quantile(planning.get(plan.name) ?? []),
    prunes,
  };
}

/** @param {number} count @param {number} latencyMs @returns {Promise<PruneFigures[]>} */
async function measurePrune(count, latencyMs) {
  // The oldest first, as the action does it. One more than these is there: the newest, which stays.
  const ids = Array.from({ length: count }, (_, index) => makeId(count + 1 - index));
  const programsAt = (/** @type {string} */ url) => prunePrograms(machine, url, folder, ids);
  const programs = programsAt('').filter(({ name }) => count <= MOST_FOR_OTHERS || name === 'this action');
  /** @type {Map<string, number>} */
  const connections = new Map();
  /** @type {Map<string, number[]>} */
  const peaks = new Map(programs.map(({ name }) => [name, []]));

  const times = await interleave(programs, pruneRounds, async ({ name }) => {
    const { url } = await askPortal({ backups: count + 1, latencyMs });
    const program = programsAt(url).find(program => program.name === name);
    if (!program) throw new Error(`${name} is gone`);
    const { ms, mib } = machine.time
      ? runWithPeak(machine.time, peakFile, program)
      : { ...runOnce(program), mib: Number.NaN };
    const seen = await askPortal();
    if (seen.left !== 1) throw new Error(`${name} left ${seen.left} backups`);
    connections.set(name, Math.max(seen.connections, connections.get(name) ?? 0));
    peaks.get(name)?.push(mib);
    return ms;
  });
  return programs.map(({ name }) => ({
    name,
    count,
    latencyMs,
    seconds: quantile(times.get(name) ?? []) / 1000,
    mib: quantile(peaks.get(name) ?? []),
    connections: connections.get(name) ?? Number.NaN,
  }));
}

/** @param {string} what */
function say(what) {
  process.stderr.write(`… ${what}\n`);
}
