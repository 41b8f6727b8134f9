// Puts the figures of a run into docs/performance.md.

import { quantile, ratios } from './measure.mjs';

/** @import { Machine } from './machine.mjs' */

/** @typedef {'request' | 'connecting' | 'answer' | 'outputs' | 'outputsDone' | 'summary' | 'summaryDone' | 'exit'} Mark */
/** @typedef {{ origin: number, begin: number, ready: number, wall: number, loads: Record<string, number>, marks: { [mark in Mark]?: number } }} Trace see trace.cjs */
/** @typedef {{ name: string, count: number, latencyMs: number, seconds: number, mib: number, connections: number }} PruneFigures medians */
/**
 * @typedef {object} Results by program
 * @property {number} rounds
 * @property {number} pruneRounds
 * @property {number} mostForOthers the longest prune that others than the action were measured at
 * @property {Map<string, number>} bytes of each bundle
 * @property {Map<string, number[]>} wall milliseconds of one DELETE, a figure a round
 * @property {Map<string, number[]>} peak MiB
 * @property {Map<string, Trace[]>} traces
 * @property {number} planningMs
 * @property {PruneFigures[]} prunes
 */

const FLOOR = 'bare script';
const ACTION = 'this action';
/** Requests that the action has under way at once. */
const POOL = 8;

/** @param {Results} results @param {Machine} machine */
export function renderPage(results, machine) {
  const { rounds, pruneRounds, mostForOthers } = results;
  const left = machine.lacks.map(lack => `- ${lack}\n`).join('');
  return `# Performance

Written by \`npm run bench -- --write\`: the committed bundle beside other ways to do the same, in one run on one machine, against the stand-in portal over https. Times are medians; a ratio is the median of the ratios of each round, in which all programs take their turn. The stand-in runs in a process of its own on the same machine.

${machine.versions.map(version => `- ${version}\n`).join('')}${left}
![One DELETE, and pruning](performance.svg)

## Targets

${renderTargets(results)}
## One DELETE

\`delete-history\` with \`verify: false\`, all outputs and the summary: the whole process, ${rounds} rounds. Every Node program reads the test's certificate authority through \`NODE_EXTRA_CA_CERTS\`; curl and Python read it instead of their own list, which favours them. The bare script prints nothing. Peak memory is the maximum resident set that GNU time reports, in rounds of their own.

${renderDeletes(results)}
## Where the time goes

Of the same run, by clocks that a \`--require\` hook sets (\`tools/bench/trace.cjs\`; its own start is taken out). Medians of ${rounds} rounds, in milliseconds: they need not add up.

${renderPhases(results)}
## Pruning

N backups deleted of N + 1, oldest first; medians of ${pruneRounds} rounds. The action also lists the history before and after, plans and reports; the others are given the ids and send the DELETEs alone: the bare pool eight at a time, \`xargs -P8 curl\` a process each, Python one after the other in one \`requests.Session\`. Beyond N = ${thousands(mostForOthers)} they are left out, as they take minutes. Latency is the time in the stand-in between the arrival of a request and its answer; the least possible time is N × latency / ${POOL}.

${renderPrunes(results)}
The planner alone takes ${results.planningMs.toFixed(1)} ms for 10,000 backups and every rule at once, the first time in a fresh process (\`src/retention.ts\` as it stands, by Node's own TypeScript support).
`;
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, at) => (at ? '--:' : '---'))), ...rows.map(line)].join('');
}

/** @param {number} number */
export function thousands(number) {
  return number.toLocaleString('en-GB');
}

/** @param {Results['wall']} figures @param {string} name @param {string} base @returns {number} NaN where one was not measured */
function pairedRatio(figures, name, base) {
  return quantile(ratios(figures.get(name) ?? [], figures.get(base) ?? []));
}

/** @param {Results} results */
function renderTargets({ bytes, wall, peak, prunes, planningMs }) {
  const prune = (/** @type {number} */ count, /** @type {number} */ latencyMs) =>
    prunes.find(
      figures => figures.name === ACTION && figures.count === count && figures.latencyMs === latencyMs,
    );
  const [slow, thousand, tenThousand] = [prune(1_000, 20), prune(1_000, 0), prune(10_000, 0)];
  const least = (1_000 * 0.02) / POOL;
  const start = prune(10, 0)?.seconds ?? Number.NaN;
  const growth =
    ((tenThousand?.seconds ?? Number.NaN) - start) /
    9_990 /
    (((thousand?.seconds ?? Number.NaN) - start) / 990);
  /** @type {[string, number | undefined, number, string, number][]} */
  const targets = [
    ['One DELETE: wall time, against the bare script', pairedRatio(wall, ACTION, FLOOR), 1.25, '×', 3],
    ['… against the straightforward build', pairedRatio(wall, ACTION, 'straightforward build'), 0.75, '×', 3],
    ['… against Python requests', pairedRatio(wall, ACTION, 'Python requests'), 0.7, '×', 3],
    ['One DELETE: peak memory, against the bare script', pairedRatio(peak, ACTION, FLOOR), 1.1, '×', 3],
    ['The bundle', (bytes.get(ACTION) ?? Number.NaN) / 1000, 130, ' kB', 1],
    ['Prune of 1,000 at 20 ms', slow?.seconds, 1.15 * least, ' s', 2],
    ['… connections', slow?.connections, POOL + 1, '', 0],
    ['… peak memory', slow?.mib, 95, ' MiB', 0],
    ['Prune of 10,000 at 0 ms: peak memory', tenThousand?.mib, 130, ' MiB', 0],
    ['… time per backup, start-up left out, against that at 1,000', growth, 1.15, '×', 3],
    ['Planning 10,000 backups', planningMs, 50, ' ms', 1],
  ];
  return table(
    ['', 'measured', 'at most', ''],
    targets.map(([what, measured = Number.NaN, most, unit, digits]) => [
      what,
      Number.isNaN(measured) ? 'not measured' : `${measured.toFixed(digits)}${unit}`,
      `${most}${unit}`,
      Number.isNaN(measured) ? '' : measured <= most ? '✓' : 'missed',
    ]),
  );
}

/** @param {Results} results */
function renderDeletes({ wall, peak, bytes }) {
  return table(
    ['', 'wall, ms', '× bare script', '(half of the rounds)', 'peak, MiB', '× bare script', 'bundle, kB'],
    [...wall].map(([name, times]) => {
      const paired = ratios(times, wall.get(FLOOR) ?? []);
      const size = bytes.get(name);
      return [
        name === ACTION ? `**${name}**` : name,
        quantile(times).toFixed(1),
        quantile(paired).toFixed(2),
        `${quantile(paired, 0.25).toFixed(2)}–${quantile(paired, 0.75).toFixed(2)}`,
        quantile(peak.get(name) ?? []).toFixed(1),
        pairedRatio(peak, name, FLOOR).toFixed(2),
        size === undefined ? '' : (size / 1000).toFixed(0),
      ];
    }),
  );
}

/** What a traced run consists of. @type {[string, (trace: Trace) => number][]} */
const PHASES = [
  ['Node starts', ({ origin, begin }) => begin - origin],
  ['loads what TLS and HTTP need', ({ loads }) => sum(loads, ['crypto', 'http', 'https', 'net', 'tls'])],
  ["loads `fs/promises` (for the toolkit's summary)", ({ loads }) => sum(loads, ['fs/promises'])],
  ['loads the rest of Node that it needs', ({ loads }) => sum(loads, ['os', 'fs', 'path', 'url'])],
  ['opens standard output', ({ loads }) => sum(loads, ['process.stdout'])],
  [
    'reads and runs its own code, up to the request',
    ({ marks, ready, loads }) => (marks.request ?? Number.NaN) - ready - sum(loads, Object.keys(loads)),
  ],
  ['prepares the request: certificate authorities above all', trace => span(trace, 'request', 'connecting')],
  ['TLS handshake, request, answer', trace => span(trace, 'connecting', 'answer')],
  ['writes the outputs', outputsTime],
  ['writes the summary', summaryTime],
  [
    'everything else after the answer',
    trace => span(trace, 'answer', 'exit') - outputsTime(trace) - summaryTime(trace),
  ],
  ['process creation and end', ({ wall, origin, marks }) => wall - ((marks.exit ?? Number.NaN) - origin)],
  ['**all**', ({ wall, begin, ready }) => wall - (ready - begin)],
];

/** @param {Trace} trace */
function outputsTime(trace) {
  return trace.marks.outputs === undefined ? 0 : span(trace, 'outputs', 'outputsDone');
}

/** @param {Trace} trace */
function summaryTime(trace) {
  return trace.marks.summary === undefined ? 0 : span(trace, 'summary', 'summaryDone');
}

/** @param {Trace} trace @param {Mark} from @param {Mark} to */
function span({ marks }, from, to) {
  return (marks[to] ?? Number.NaN) - (marks[from] ?? Number.NaN);
}

/** @param {Results} results */
function renderPhases({ traces }) {
  return table(
    ['', FLOOR, ACTION, 'more'],
    PHASES.map(([what, phase]) => {
      const [floor = Number.NaN, action = Number.NaN] = [FLOOR, ACTION].map(name =>
        quantile((traces.get(name) ?? []).map(phase)),
      );
      return [what, floor.toFixed(1), action.toFixed(1), (action - floor).toFixed(1)];
    }),
  );
}

/** @param {Record<string, number>} loads @param {readonly string[]} names */
function sum(loads, names) {
  return names.reduce((total, name) => total + (loads[name] ?? 0), 0);
}

/** @param {Results} results */
function renderPrunes({ prunes }) {
  const others = [...new Set(prunes.map(({ name }) => name))].filter(name => name !== ACTION);
  const rows = prunes.filter(({ name }) => name === ACTION);
  const least = (/** @type {PruneFigures} */ { count, latencyMs }) => (count * latencyMs) / 1000 / POOL;
  return table(
    [
      'N',
      'latency',
      'least, s',
      '**this action**, s',
      'peak, MiB',
      'connections',
      ...others.map(name => `${name}, s`),
    ],
    rows.map(row => [
      thousands(row.count),
      `${row.latencyMs} ms`,
      least(row) ? least(row).toFixed(2) : '',
      row.seconds.toFixed(2),
      row.mib.toFixed(0),
      String(row.connections),
      ...others.map(
        name =>
          prunes
            .find(
              other => other.name === name && other.count === row.count && other.latencyMs === row.latencyMs,
            )
            ?.seconds.toFixed(2) ?? '',
      ),
    ]),
  );
}
