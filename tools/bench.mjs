// Measures the committed bundle beside other ways to do the same, all in one run, against the stand-in portal over
// https. It judges nothing: the tests do. It takes about five minutes, half of them for the limit of requests, and needs
// Node 24, on which GitHub runs the action.
//
//   npm run bench                   prints the page
//   npm run bench -- --write        writes it to docs/performance.md too
//   npm run bench -- --rounds 5     is quicker, and less exact

import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interleave, pairedRatio, peakOf, quantile, runOnce, TIME } from './bench/measure.mjs';
import { inputVariables, root } from './runner.mjs';
import { makeId } from './stand-in/portal.mjs';

/** @import { Program } from './bench/measure.mjs' */
/** @import { Order, Report } from './bench/portal-process.mjs' */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '31' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const pruneRounds = Math.ceil(rounds / 4);

const ACTION = 'this action';
const FLOOR = 'bare script';
const POOL = 'bare pool';
const PYTHON = 'Python requests';
const BUNDLE = join(root, 'dist/index.js');
const CA = join(root, 'tools/certs/ca.pem');
/** The same for all Node programs: each reads one more certificate. */
const NODE_ENV = { NODE_EXTRA_CA_CERTS: CA };
const TOKEN = 'sk-bench';
const CURL = [
  ...['--silent', '--show-error', '--fail', '--output', '/dev/null', '--cacert', CA],
  ...['--header', `Authorization: Bearer ${TOKEN}`, '--request', 'DELETE'],
];
const DELETE_ONE = `
import sys, requests
answer = requests.delete(sys.argv[1], headers={"Authorization": "Bearer ${TOKEN}"}, verify=sys.argv[2])
sys.exit(0 if answer.status_code == 200 and answer.json()["response"] is True else 1)`;

if (Number(process.versions.node.split('.')[0]) < 24) throw new Error('The benchmark needs Node 24.');
const curl = output('curl', ['--version'])?.split(' ').slice(0, 2).join(' ');
// Not `python3` itself, which may be a shell script that looks for the real one at every start.
const python = output('python3', ['-c', 'import sys, requests; print(sys.executable)']);
const machine = [
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}; load ${loadavg()[0]?.toFixed(1)} when the run began`,
  `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
  curl ?? 'curl is not installed: left out',
  python === undefined
    ? 'Python 3 with requests is not installed: left out'
    : output(python, [
        '-c',
        'import sys, requests; print("Python", sys.version.split()[0] + ", requests", requests.__version__)',
      ]),
  ...(existsSync(TIME) ? [] : ['GNU time is not installed: no peak memory']),
];

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const portal = fork(join(root, 'tools/bench/portal-process.mjs'), { env: {}, execArgv: [] });
try {
  const page = await measure();
  process.stdout.write(page);
  if (values.write) writeFileSync(join(root, 'docs/performance.md'), page);
} finally {
  portal.kill();
  rmSync(folder, { recursive: true });
}

async function measure() {
  say(`one DELETE: ${rounds} rounds`);
  const { url } = await askPortal({ count: 0 });
  const programs = programsForOne(url);
  // The first round warms the machine's caches and is not counted.
  await interleave(programs, 1, program => runOnce(program).ms);
  const deletes = await interleave(programs, rounds, program => runOnce(program).ms);

  say(`a prune of 1,000: ${pruneRounds} rounds`);
  const thousand = { count: 1_001, latencyMs: 20 };
  let connections = 0;
  const prunes = await interleave([{ name: ACTION }, { name: POOL }], pruneRounds, async ({ name }) => {
    const { figure, report } = await prune(thousand, name === ACTION ? pruneByAction : pruneByPool);
    if (name === ACTION) connections = Math.max(connections, report.connections);
    return figure;
  });

  say('a prune of 10,000');
  const { figure: tenThousandMs } = await prune({ count: 10_001 }, pruneByAction);
  const peak = existsSync(TIME) ? (await prune({ count: 10_001 }, pruneByAction, peakOf)).figure : Number.NaN;

  say('a prune of 3,000 under a limit of 1,500 requests a minute');
  const limited = await prune({ count: 3_001, limits: { perMinute: 1_500 } }, pruneByAction);

  const ratio = (/** @type {Map<string, number[]>} */ figures, /** @type {string} */ base) =>
    inUnit(pairedRatio(figures, ACTION, base), 2, '×');
  const figures = table(
    ['', 'measured', 'aim: at most'],
    [
      ['One `DELETE`, whole process, against the bare script', ratio(deletes, FLOOR), '1.22 ×'],
      ['… against Python requests', ratio(deletes, PYTHON), '0.70 ×'],
      ['A prune of 1,000 at 20 ms, against the bare pool', ratio(prunes, POOL), '1.15 ×'],
      ['… connections: 8 for deletions, one for each list and for the key', inUnit(connections, 0), '11'],
      ['A prune of 10,000: peak memory', inUnit(peak, 0, 'MiB'), '130 MiB'],
      ['… how long it takes, at no latency', inUnit(tenThousandMs / 1000, 1, 's'), ''],
      ['Planning 10,000 with every rule: in UTC', inUnit(planningMs(), 0, 'ms'), '50 ms'],
      ['… in a time zone', inUnit(planningMs('Europe/Berlin'), 0, 'ms'), '250 ms'],
      ['A prune of 3,000, 1,500 requests a minute admitted', inUnit(limited.figure / 1000, 0, 's'), '150 s'],
      ['… refused requests', inUnit(limited.report.refused, 0), '50'],
      ['The bundle', inUnit(statSync(BUNDLE).size / 1000, 0, 'kB'), '135 kB'],
    ],
  );
  const details = table(
    ['', 'ms', '× bare script', '(half of the rounds)'],
    [...deletes].map(([name, times]) => {
      const [low, middle, high] = [0.25, 0.5, 0.75].map(share =>
        inUnit(pairedRatio(deletes, name, FLOOR, share), 2),
      );
      return [name, inUnit(quantile(times), 0), `${middle}`, `${low}–${high}`];
    }),
  );
  return `# Performance

Written by \`npm run bench -- --write\`: the committed bundle beside other ways to do the same, in one run on one machine, against the stand-in portal over https. Each ratio is the median of the ratios of ${rounds} rounds (prunes: ${pruneRounds}) in which all programs take their turn, so that it holds on a busy machine too. Seconds are this machine's.

${machine.map(line => `- ${line}\n`).join('')}
${figures}
A prune deletes all backups but the newest. The action also lists them before and after, plans and reports; the bare pool is given the ids, and sends the same requests, eight at a time. Latency is the time from a request's arrival to its answer. The limit of requests is DocSpace's own: it refuses with 429, without a word on when to come again.

## One DELETE

\`delete-history\` with \`verify: false\`, all outputs and the summary: the whole process. The bare script sends the same request with Node's own \`https\`, and prints nothing. Every Node program reads the test's certificate authority beside Node's own; curl and Python read it instead of their own, which favours them.

${details}`;
}

/** Whatever sends the one DELETE. @param {string} portalUrl @returns {Program[]} */
function programsForOne(portalUrl) {
  const url = `${portalUrl}/api/2.0/backup/deletebackuphistory?Dump=false`;
  return [
    { name: 'node -e 0', command: process.execPath, args: ['-e', '0'], env: NODE_ENV },
    script(FLOOR, 'bare.cjs', url),
    action({ operation: 'delete-history', 'portal-url': portalUrl, verify: 'false' }),
    ...(curl ? [{ name: 'curl', command: 'curl', args: [...CURL, url] }] : []),
    ...(python ? [{ name: PYTHON, command: python, args: ['-c', DELETE_ONE, url, CA] }] : []),
  ];
}

/** @param {string} portalUrl */
function pruneByAction(portalUrl) {
  return action({ operation: 'prune-history', 'portal-url': portalUrl, 'keep-last': '1' });
}

/** @param {string} portalUrl @param {number} count */
function pruneByPool(portalUrl, count) {
  // The oldest first, as the action does it.
  const ids = Array.from({ length: count - 1 }, (_, index) => makeId(count - index));
  return {
    ...script(POOL, 'bare-pool.cjs', `${portalUrl}/api/2.0/backup/deletebackup/`),
    input: ids.join('\n'),
  };
}

/** The action as the runner starts it. @param {Record<string, string>} inputs @returns {Program} */
function action(inputs) {
  const files = { GITHUB_OUTPUT: join(folder, 'outputs'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const env = { ...NODE_ENV, ...files, ...inputVariables({ token: TOKEN, ...inputs }) };
  return { name: ACTION, command: process.execPath, args: [BUNDLE], env };
}

/** @param {string} name @param {string} file @param {string} url @returns {Program} */
function script(name, file, url) {
  return { name, command: process.execPath, args: [join(root, 'tools/bench', file), url], env: NODE_ENV };
}

/**
 * Lets a program delete all backups of a fresh portal but the newest.
 * @param {Order} order @param {(url: string, count: number) => Program} programAt
 * @param {(program: Program) => number} [run] runs it and gives the figure
 */
async function prune(order, programAt, run = program => runOnce(program).ms) {
  const { url } = await askPortal(order);
  const figure = run(programAt(url, order.count));
  const report = await askPortal();
  if (report.left !== 1) throw new Error(`${report.left} backups are left`);
  return { figure, report };
}

/** @param {Order} [order] @returns {Promise<Report>} */
async function askPortal(order) {
  portal.send({ order });
  const [report] = await once(portal, 'message');
  return report;
}

/** How long the planner takes for 10,000 backups and every rule: the median of five fresh processes. @param {string[]} zone */
function planningMs(...zone) {
  const args = [
    '--experimental-transform-types',
    '--no-warnings',
    join(root, 'tools/bench/plan.mjs'),
    ...zone,
  ];
  const run = () => Number(runOnce({ name: 'planner', command: process.execPath, args }).stdout);
  return quantile(Array.from({ length: 5 }, run));
}

/** @param {string} command @param {string[]} args @returns {string | undefined} what it prints; `undefined` where it fails */
function output(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** @param {number} number @param {number} digits @param {string} [unit] */
function inUnit(number, digits, unit = '') {
  return Number.isNaN(number) ? 'not measured' : `${number.toFixed(digits)} ${unit}`.trim();
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, at) => (at ? '--:' : '---'))), ...rows.map(line)].join('');
}

/** @param {string} what */
function say(what) {
  process.stderr.write(`… ${what}\n`);
}
