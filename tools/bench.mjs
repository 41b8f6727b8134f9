// Measures the committed bundle against a stand-in portal over https, and fails if a limit does not hold. It needs Linux,
// Node 24 and Python 3 with requests, and takes about five minutes.
//
//   npm run bench                   prints the figures
//   npm run bench -- --write        writes them into docs/performance.md too
//   npm run bench -- --rounds 5     is faster and less exact

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { inputVariables, root } from './runner.mjs';
import { makeBackups, makeId, startPortal } from './stand-in/portal.mjs';

/** @typedef {import('./stand-in/portal.mjs').PortalOptions} PortalOptions */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '31' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const PAGE = join(root, 'docs/performance.md');
const BUNDLE = join(root, 'dist/index.js');
const SCRIPTS = join(root, 'tools/bench');
const [CA = '', key = '', cert = ''] = ['ca.pem', 'localhost-key.pem', 'localhost.pem'].map(name =>
  join(root, 'tools/certs', name),
);
const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
const TOKEN = 'sk-bench';
const PYTHON_DELETE = `
import sys, requests
answer = requests.delete(sys.argv[1], headers={"Authorization": "Bearer ${TOKEN}"}, verify=sys.argv[2])
sys.exit(0 if answer.status_code == 200 and answer.json()["response"] is True else 1)`;

if (Number(process.versions.node.split('.')[0]) < 24) throw new Error('The benchmark needs Node 24.');
// The real program: python3 may be a shell script that searches for it.
const about = 'import sys, requests; print(sys.executable, sys.version.split()[0], requests.__version__)';
const [python = '', pythonVersion, requestsVersion] = (await run('python3', ['-c', about])).split(' ');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));

const portal = await start(0);
const url = `${portal.url}/api/2.0/backup/deletebackuphistory?Dump=false`;
const inputs = { operation: 'delete-history', 'portal-url': portal.url, verify: 'false' };
const action = () => timeAction(inputs);
const toScript = await medianRatio(rounds, action, () => timeNode([join(SCRIPTS, 'bare-delete.cjs'), url]));
const toPython = await medianRatio(rounds, action, () => time(python, ['-c', PYTHON_DELETE, url, CA]));
await portal.close();

const ids = join(folder, 'ids');
writeFileSync(ids, Array.from({ length: 1_000 }, (_, index) => makeId(1_001 - index)).join('\n'));
const pool = (/** @type {string} */ portalUrl) =>
  timeNode([join(SCRIPTS, 'bare-pool.cjs'), `${portalUrl}/api/2.0/backup/deletebackup/`, ids]);
const toPool = await medianRatio(
  Math.ceil(rounds / 4),
  async () => (await prune(1_000, { latencyMs: 20 })).ms,
  async () => (await prune(1_000, { latencyMs: 20 }, pool)).ms,
);

const peakFile = join(folder, 'peak');
const preload = ['--require', join(SCRIPTS, 'peak-memory.cjs')];
await prune(10_000, {}, url => timeAction(pruneInputs(url), { BENCH_PEAK_FILE: peakFile }, preload));
const limited = await prune(3_000, { limits: { perMinute: 1_500 } });

/** @type {[what: string, unit: string, limit: number, measured: number][]} */
const figures = [
  ['One `DELETE`, against a bare script', '×', 1.35, toScript],
  ['… against Python `requests`', '×', 0.65, toPython],
  ['Prune of 1,000 at 20 ms, against a bare pool of eight', '×', 1.1, toPool],
  ['Prune of 10,000: peak memory', 'MiB', 300, Number(readFileSync(peakFile, 'utf8')) / 1024],
  ['Prune of 3,000 under 1,500 requests a minute', 's', 150, limited.ms / 1000],
  ['… refused', 'requests', 50, limited.refused],
  ['Planning 10,000 backups with every rule, UTC', 'ms', 50, await plan()],
  ['… in a time zone', 'ms', 250, await plan('Europe/Berlin')],
  ['Size of `dist/index.js`', 'kB', 400, statSync(BUNDLE).size / 1000],
];
rmSync(folder, { recursive: true });

const rows = figures.map(([what, unit, limit, measured]) => {
  const digits = unit === '×' ? 2 : 0;
  return `| ${what} | ${limit.toFixed(digits)} ${unit} | ${measured.toFixed(digits)} ${unit} |\n`;
});
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
const table = `| What | Limit | Measured |\n| --- | --: | --: |\n${rows.join('')}
${rounds} rounds on ${machine}, Python ${pythonVersion} with requests ${requestsVersion}.\n`;
console.log(table);
if (values.write) {
  const content = /(?<=<!-- figures -->\n)[\s\S]*(?=<!-- end of figures)/;
  writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(content, table));
}
for (const [what, , limit, measured] of figures) {
  if (measured <= limit) continue;
  console.error(`Over the limit: ${what}`);
  process.exitCode = 1;
}

/** The median of five processes, in milliseconds. @param {string[]} zone */
async function plan(...zone) {
  const script = ['--experimental-transform-types', '--no-warnings', join(root, 'tools/bench/plan.mjs')];
  const times = [];
  for (let round = 0; round < 5; round++)
    times.push(Number(await run(process.execPath, [...script, ...zone])));
  return median(times);
}

/**
 * Lets a program delete all backups of a new portal except the newest.
 * @param {number} count @param {PortalOptions} options
 * @param {(url: string) => Promise<number>} [program] returns its milliseconds; without it, the action
 */
async function prune(count, options, program = url => timeAction(pruneInputs(url))) {
  const portal = await start(count + 1, options);
  const ms = await program(portal.url);
  const { refused, history } = portal.state;
  await portal.close();
  if (history.own.length !== 1) throw new Error(`${history.own.length} backups are left`);
  return { ms, refused };
}

/** @param {number} count @param {PortalOptions} [options] */
function start(count, options) {
  return startPortal({ tls, backups: makeBackups(count, { everyHours: 7 }), ...options });
}

/** @param {string} url */
function pruneInputs(url) {
  return { operation: 'prune-history', 'portal-url': url, 'keep-last': '1' };
}

/** @param {Record<string, string>} inputs @param {Record<string, string>} [env] @param {string[]} [nodeArgs] */
function timeAction(inputs, env, nodeArgs = []) {
  const files = { GITHUB_OUTPUT: join(folder, 'outputs'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return timeNode([...nodeArgs, BUNDLE], {
    ...files,
    ...inputVariables({ token: TOKEN, ...inputs }),
    ...env,
  });
}

/** @param {string[]} args @param {Record<string, string>} [env] */
function timeNode(args, env) {
  return time(process.execPath, args, { NODE_EXTRA_CA_CERTS: CA, ...env });
}

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
async function time(command, args, env) {
  const start = performance.now();
  await run(command, args, env);
  return performance.now() - start;
}

/** The program gets no environment that could change its speed. @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
async function run(command, args, env) {
  const { PATH = '', HOME = '' } = process.env;
  const options = { env: { PATH, HOME, ...env }, maxBuffer: 2 ** 28 };
  const { stdout } = await promisify(execFile)(command, args, options);
  return stdout.trim();
}

/**
 * The median of the ratios of paired runs: whatever slows the machine slows both. The first pair warms up.
 * @param {number} pairs @param {() => Promise<number>} first @param {() => Promise<number>} second
 */
async function medianRatio(pairs, first, second) {
  const ratios = [];
  for (let pair = 0; pair <= pairs; pair++) ratios.push((await first()) / (await second()));
  return median(ratios.slice(1));
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
