// `npm start`: runs the action on this machine and shows what a workflow run would show. Without options, a tour
// against a stand-in portal; with --portal-url, a real portal.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readDefaults, runAction } from './runner.mjs';
import { makeBackups, SCHEDULE, startPortal } from './stand-in/portal.mjs';

/** @typedef {import('./runner.mjs').RunResult} RunResult */

const HELP = `Usage: npm start [-- OPTIONS]

Without options: a tour against a stand-in portal on this machine. It shows a dry run, a
prune and a failure as a workflow run would show them, and what the portal saw of each.

With options: one run.
  --portal-url URL   a real portal; without it, the stand-in portal
  --operation NAME   delete-schedule, delete-history, delete-backups or prune-history
  --INPUT VALUE      any other input of action.yml but token, such as --keep-daily 7
  --dry-run false    really delete; against a real portal, a dry run is the default
  --help             this text

The token comes from the environment variable DOCSPACE_TOKEN, never from the command line.

  DOCSPACE_TOKEN=sk-… npm start -- --portal-url https://portal.example \\
    --operation prune-history --keep-last 7
`;

/** A key that only the stand-in portal knows. */
const STAND_IN_KEY = 'sk-stand-in';

const inputNames = Object.keys(readDefaults()).filter(name => name !== 'token');
const folder = mkdtempSync(join(tmpdir(), 'docspace-backup-cleanup-'));
let pages = 0;

process.exitCode = await start();

async function start() {
  /** @type {Record<string, string | boolean | undefined>} */
  let options;
  try {
    const known = Object.fromEntries(
      inputNames.map(name => [name, { type: /** @type {const} */ ('string') }]),
    );
    options = parseArgs({ options: { ...known, help: { type: 'boolean' } } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 1;
  }
  if (options['help']) {
    process.stdout.write(HELP);
    return 0;
  }
  const inputs = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));
  if (Object.keys(inputs).length === 0) return tour();
  return 'portal-url' in inputs ? runForReal(inputs) : runHere(inputs);
}

/** @param {Record<string, string>} inputs */
async function runForReal(inputs) {
  const token = process.env['DOCSPACE_TOKEN'];
  if (!token) {
    process.stderr.write('DOCSPACE_TOKEN is empty. Set it to an API key of the portal.\n');
    return 1;
  }
  const { HTTPS_PROXY, https_proxy, no_proxy, NO_PROXY, NODE_EXTRA_CA_CERTS } = process.env;
  const env = { HTTPS_PROXY, https_proxy, no_proxy, NO_PROXY, NODE_EXTRA_CA_CERTS };
  const result = await runAction({ 'dry-run': 'true', ...inputs, token }, { env });
  show('One run', { 'dry-run': 'true', ...inputs }, result);
  return result.code ?? 1;
}

/** @param {Record<string, string>} inputs */
async function runHere(inputs) {
  const portal = await startStandIn();
  const result = await runAction({ 'portal-url': portal.url, token: STAND_IN_KEY, ...inputs });
  show('One run against the stand-in portal', inputs, result);
  showPortal(portal.seen);
  await portal.close();
  return result.code ?? 1;
}

/** A dry run, the same for real, and a failure. @returns the exit code: whether each came out as it should */
async function tour() {
  const portal = await startStandIn();
  const prune = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '6' };
  const steps = [
    { title: 'First a dry run', inputs: { ...prune, 'dry-run': 'true' }, isGreen: true },
    { title: 'Then for real', inputs: prune, isGreen: true },
    { title: 'And with a key that may only read', inputs: { operation: 'delete-history' }, isGreen: false },
  ];
  let code = 0;
  for (const { title, inputs, isGreen } of steps) {
    portal.state.options.scopes = isGreen ? [] : ['*:read'];
    const before = portal.seen.length;
    const result = await runAction({ 'portal-url': portal.url, token: STAND_IN_KEY, ...inputs });
    show(title, inputs, result);
    showPortal(portal.seen.slice(before));
    if ((result.code === 0) !== isGreen) code = 1;
  }
  await portal.close();
  print('', 'Now with your portal: npm start -- --help');
  return code;
}

/** A portal with 60 nightly backups, two of which are temporary, and a schedule. */
function startStandIn() {
  const backups = makeBackups(58, { everyHours: 25 });
  const temporary = makeBackups(60, { everyHours: 25 })
    .slice(58)
    .map(backup => ({ ...backup, storageType: 4, expiresOn: '2026-04-02T02:15:00' }));
  return startPortal({
    backups: [...backups, ...temporary],
    schedule: SCHEDULE,
    standalone: true,
    token: STAND_IN_KEY,
  });
}

/** @param {string} title @param {Record<string, string>} inputs @param {RunResult} result */
function show(title, inputs, { code, log, outputs, summary }) {
  const step = Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
  const page = join(folder, `summary-${++pages}.html`);
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><body style="font: 14px sans-serif">\n${summary}`,
  );
  print('', bold(`━━ ${title} `.padEnd(80, '━')), dim(step.join('   ')), '', ...foldGroups(log), '');
  print(bold('Outputs'), ...Object.entries(outputs).map(([name, value]) => `  ${name}: ${shorten(value)}`));
  print(
    bold('Job summary'),
    ...plainText(summary).map(line => `  ${line}`),
    `  ${dim(pathToFileURL(page).href)}`,
  );
  print(bold('Step'), `  ${code === 0 ? 'green' : 'red'} (exit code ${code})`);
}

/** @param {string[]} seen */
function showPortal(seen) {
  const calls = seen.map(request => request.replace('/api/2.0/backup/', ''));
  print(bold('What the portal saw'), ...calls.slice(0, 4).map(call => `  ${call}`));
  if (calls.length > 4) print(`  … ${calls.length - 4} more, the last: ${calls.at(-1)}`);
}

/** The log as a workflow run shows it: groups closed, no masks. @param {string} log */
function foldGroups(log) {
  const lines = log
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('::add-mask::'));
  /** @type {string[]} */
  const shown = [];
  let isInGroup = false;
  for (const line of lines) {
    if (line.startsWith('::group::')) shown.push(`  ▸ ${line.slice('::group::'.length)}`);
    else if (line.startsWith('::error::')) shown.push(`  Error: ${line.slice('::error::'.length)}`);
    else if (!isInGroup && !line.startsWith('::')) shown.push(`  ${line}`);
    if (line.startsWith('::group::')) isInGroup = true;
    if (line === '::endgroup::') isInGroup = false;
  }
  return [bold('Log'), ...shown];
}

/** A summary without its markup; tables are folded. @param {string} summary @returns {string[]} */
function plainText(summary) {
  return summary
    .replace(/<details[^>]*><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, '▸ $1')
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .trim()
    .replace(/\n{2,}/g, '\n')
    .split('\n');
}

/** @param {string} value */
function shorten(value) {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

/** @param {string} text */
function bold(text) {
  return process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text;
}

/** @param {string} text */
function dim(text) {
  return process.stdout.isTTY ? `\x1b[2m${text}\x1b[0m` : text;
}

/** @param {string[]} lines */
function print(...lines) {
  process.stdout.write(`${lines.join('\n')}\n`);
}
