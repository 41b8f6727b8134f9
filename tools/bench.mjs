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
/** @typedef {{ what: string, unit: string, limit: number, measured: number }} Figure */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '31' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const PAGE = join(root, 'docs/performance.md');
const BUNDLE = join(root, 'dist/index.js');
const CERTIFICATES = join(root, 'tools/certs');
const CA = join(CERTIFICATES, 'ca.pem');
const TOKEN = 'sk-bench';
const PYTHON_DELETE = `
import sys, requests
answer = requests.delete(sys.argv[1], headers={"Authorization": "Bearer ${TOKEN}"}, verify=sys.argv[2])
sys.exit(0 if answer.status_code == 200 and answer.json()["response"] is True else 1)`;

if (Number(process.versions.node.split('.')[0]) < 24) throw new Error('The benchmark needs Node 24.');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
// The real program: python3 may be a shell script that searches for it.
const about = 'import sys, requests; print(sys.executable, sys.version.split()[0], requests.__version__)';
const [python = '', pythonVersion, requestsVersion] = (await run('python3', ['-c', about])).split(' ');
const portalTls = {
  key: readFileSync(join(CERTIFICATES, 'localhost-key.pem'), 'utf8'),
  cert: readFileSync(join(CERTIFICATES, 'localhost.pem'), 'utf8'),
};
const figures = [
  ...(await measureOneDelete()),
  await measurePrune(),
  await measureMemory(),
  ...(await measureRateLimit()),
  { what: 'Planning 10,000 backups with every rule, UTC', unit: 'ms', limit: 50, measured: await plan() },
  { what: '… in a time zone', unit: 'ms', limit: 250, measured: await plan('Europe/Berlin') },
  { what: 'Size of `dist/index.js`', unit: 'kB', limit: 400, measured: statSync(BUNDLE).size / 1000 },
];
rmSync(folder, { recursive: true });

const rows = figures.map(({ what, unit, limit, measured }) => {
  const [most, found] = [limit, measured].map(number =>
    `${number.toFixed(unit === '×' ? 2 : 0)} ${unit}`.trim(),
  );
  return `| ${what} | ${most} | ${found} |\n`;
});
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
const table = `| What | Limit | Measured |\n| --- | --: | --: |\n${rows.join('')}
${rounds} rounds on ${machine}, Python ${pythonVersion} with requests ${requestsVersion}.\n`;
console.log(table);
if (values.write) {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(/(?<=<!-- figures -->\n)[\s\S]*(?=<!-- end of figures)/, () => table),
  );
}
for (const { what, limit, measured } of figures) {
  if (measured <= limit) continue;
  console.error(`Over the limit: ${what}`);
  process.exitCode = 1;
}

/** @returns {Promise<Figure[]>} */
async function measureOneDelete() {
  const portal = await start(0);
  const url = `${portal.url}/api/2.0/backup/deletebackuphistory?Dump=false`;
  const action = () => timeAction({ operation: 'delete-history', 'portal-url': portal.url, verify: 'false' });
  const script = () => timeNode([join(root, 'tools/bench/bare-delete.cjs'), url]);
  const requests = () => time(python, ['-c', PYTHON_DELETE, url, CA]);
  const toScript = await medianRatio(rounds, action, script);
  const toPython = await medianRatio(rounds, action, requests);
  await portal.close();
  return [
    { what: 'One `DELETE`, against a bare script', unit: '×', limit: 1.35, measured: toScript },
    { what: '… against Python `requests`', unit: '×', limit: 0.65, measured: toPython },
  ];
}

/** @returns {Promise<Figure>} */
async function measurePrune() {
  const ids = join(folder, 'ids');
  writeFileSync(ids, Array.from({ length: 1_000 }, (_, index) => makeId(1_001 - index)).join('\n'));
  const script = join(root, 'tools/bench/bare-pool.cjs');
  const pool = (/** @type {string} */ url) => timeNode([script, `${url}/api/2.0/backup/deletebackup/`, ids]);
  const measured = await medianRatio(
    Math.ceil(rounds / 4),
    async () => (await prune(1_000, { latencyMs: 20 })).ms,
    async () => (await prune(1_000, { latencyMs: 20 }, pool)).ms,
  );
  return { what: 'Prune of 1,000 at 20 ms, against a bare pool of eight', unit: '×', limit: 1.1, measured };
}

/** @returns {Promise<Figure>} */
async function measureMemory() {
  const file = join(folder, 'peak');
  const preload = ['--require', join(root, 'tools/bench/peak-memory.cjs')];
  await prune(10_000, {}, url => timeAction(pruneInputs(url), { BENCH_PEAK_FILE: file }, preload));
  const measured = Number(readFileSync(file, 'utf8')) / 1024;
  return { what: 'Prune of 10,000: peak memory', unit: 'MiB', limit: 150, measured };
}

/** @returns {Promise<Figure[]>} */
async function measureRateLimit() {
  const { ms, refused } = await prune(3_000, { limits: { perMinute: 1_500 } });
  return [
    { what: 'Prune of 3,000 under 1,500 requests a minute', unit: 's', limit: 150, measured: ms / 1000 },
    { what: '… refused requests', unit: '', limit: 50, measured: refused },
  ];
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
  return startPortal({ tls: portalTls, backups: makeBackups(count, { everyHours: 7 }), ...options });
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
