#!/usr/bin/env node
// `npm start`, and the command `docspace-backup-cleanup`: runs the action on this machine, outside a workflow. Without
// options, a tour against a stand-in portal; with --portal-url, a real portal.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readDefaults } from './runner.mjs';
import { command } from './start/command.mjs';
import { print, showPortal } from './start/print.mjs';
import { STAND_IN_KEY, startStandIn } from './start/stand-in.mjs';
import { tour } from './start/tour.mjs';

const NAME = nameOfThisCommand();
/** No token on the command line, where every user of the machine can read it; no job summary without a job. */
const { token: _, summary: __, ...defaults } = readDefaults();
const INPUTS = Object.keys(defaults);
/** Inputs that are true without a value: `--dry-run` is `--dry-run true`. */
const SWITCHES = INPUTS.filter(name => name === 'dump' || /^(true|false)$/.test(defaults[name] ?? ''));
const FLAGS = ['quiet', 'json', 'help'];
/** Options with a value that are no inputs. */
const FILES = ['token-file', 'report'];

const HELP = `Usage: ${NAME} [OPTIONS]

Without options: a tour against a stand-in portal on this machine. It shows a dry run, a
prune and a failure as a workflow run would show them, and what the portal saw of each.

With options: one run.
  --portal-url URL   a real portal; without it, the stand-in portal
  --operation NAME   delete-schedule, delete-history, delete-backups or prune-history
  --dry-run false    really delete; against a real portal, a dry run is the default
  --INPUT VALUE      any other input of action.yml, such as --keep-daily 7 (see below)
  --token-file PATH  a file with the token; without it, the token is what the environment
                     variable DOCSPACE_TOKEN holds. It is never on the command line
  --quiet            print only warnings, errors and the last line, each with the portal's name
  --json             print the outputs as one JSON object, and the log to standard error
  --report FILE      write a JSON report of the run to this file, and replace it if it exists
  -h, --help         this text

Warnings and errors go to standard error. Ctrl-C, SIGTERM, SIGHUP and SIGQUIT cancel the
run: no further deletion is started, and the run tells what was deleted.
Exit code: 0 success; 1 failed or cancelled, or the value of an input is refused; 2 an option
does not exist, is there twice or lacks its value, the token or --portal-url is missing, or
the file for the report cannot be written.
Of the environment, the action gets http_proxy, https_proxy, no_proxy, NODE_EXTRA_CA_CERTS
and NODE_USE_SYSTEM_CA. RUNNER_DEBUG=1 prints every repeated attempt.

  read -rs DOCSPACE_TOKEN && export DOCSPACE_TOKEN   # in bash: paste the key, then press Enter
  ${NAME} --portal-url https://portal.example \\
    --operation prune-history --keep-last 7

In PowerShell, read the key like this, then write the command on one line:
  $env:DOCSPACE_TOKEN = [Net.NetworkCredential]::new('', (Read-Host -AsSecureString)).Password

Inputs:
${wrapped(INPUTS.map(name => `--${name}`))}
Without a value, these are true: ${SWITCHES.map(name => `--${name}`).join(' ')}
`;

/** The command line cannot be used. */
class UsageError extends Error {}

const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK']) {
  process.on(signal, () => {
    if (cancel.signal.aborted) return;
    process.stderr.write(`${signal}: the run is cancelled; waiting for what is on its way.\n`);
    cancel.abort();
  });
}
// If nobody reads the output any more, nobody would learn what is deleted.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => cancel.abort());

/** With --quiet, every line begins with the portal: mail from cron must say which one it is about. */
let about = '';

try {
  process.exitCode = await start(readOptions(process.argv.slice(2)));
} catch (error) {
  // No other message or stack: both may hold the token.
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error);
  const isUsage = error instanceof UsageError;
  let text = 'Error: a defect in this command. Report it.';
  if (isUsage) text = `${error.message}\nSee ${NAME} --help`;
  else if (syscall)
    text = `Error: the folder for temporary files cannot be used (${code}). Does it exist, and is its disk full? TMPDIR (on Windows, TEMP) names it.`;
  // A stand-in portal may still be open.
  process.stderr.write(`${about}${text}\n`, () => process.exit(isUsage ? 2 : 1));
}

/** @param {Record<string, string>} options @returns {Promise<number>} the exit code */
async function start(options) {
  const { help, quiet, json, 'token-file': tokenFile, report, ...inputs } = options;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { DOCSPACE_TOKEN, NODE_DEBUG = '' } = process.env;
  // A key may be there by mistake.
  const [, host] = /^https?:\/\/(?!sk-)([\w.:[\]-]+)\/?$/i.exec(inputs['portal-url'] ?? '') ?? [];
  if (quiet && host) about = `${host}: `;
  const how = {
    quiet: quiet !== undefined,
    json: json !== undefined,
    reportFile: report === undefined ? undefined : resolve(report),
    about,
    cancelled: cancel.signal,
  };
  if (/\*|(^|,)\s*(https?|net|tls|child_process)\s*(,|$)/i.test(NODE_DEBUG))
    throw new UsageError('NODE_DEBUG makes Node print the token. Nothing was sent. Unset it.');
  if (inputs['portal-url'] === undefined) {
    // A user with a token or with these options means a real portal: success against the stand-in would mislead.
    if (DOCSPACE_TOKEN) throw new UsageError('DOCSPACE_TOKEN is set, so --portal-url has to be too.');
    if (quiet || json || tokenFile || report) throw new UsageError('--portal-url is missing.');
    return Object.keys(inputs).length === 0 ? tour(cancel.signal) : runHere(inputs, how);
  }
  const token = tokenFile === undefined ? DOCSPACE_TOKEN : readToken(tokenFile);
  if (!token)
    throw new UsageError('DOCSPACE_TOKEN is empty. Set it to an API key of the portal, or use --token-file.');
  if (how.reportFile !== undefined) emptyReport(how.reportFile);
  // Only a written "false" deletes: an empty value may come from a variable that is not set.
  const dryRun = inputs['dry-run'] || 'true';
  const code = await command({ ...inputs, 'dry-run': dryRun, token }, how);
  if (code === 0 && !inputs['dry-run'] && !quiet && !json) {
    print('', 'This was a dry run, as it is without --dry-run false.');
  }
  return code;
}

/** @param {Record<string, string>} inputs @param {import('./start/command.mjs').CommandOptions} how */
async function runHere(inputs, how) {
  const portal = await startStandIn();
  print('Against the stand-in portal on this machine:');
  const code = await command({ 'portal-url': portal.url, token: STAND_IN_KEY, ...inputs }, how);
  print('');
  showPortal(portal.seen);
  await portal.close();
  return code;
}

/** Finds out before the run whether the report can be written. An older one must not pass for that of this run. @param {string} path */
function emptyReport(path) {
  try {
    writeFileSync(path, '');
  } catch (error) {
    throw new UsageError(`The report cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

/** Never repeats the path, which may be the token. @param {string} path @returns {string} the token */
function readToken(path) {
  let bytes = Buffer.alloc(0);
  try {
    if (process.platform !== 'win32' && statSync(path).mode & 0o044)
      process.stderr.write(`${about}Warning: other users can read the token file. Its mode should be 600.\n`);
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new UsageError(`The token file cannot be read (${code}). --token-file takes its path.`);
  }
  // Older versions of PowerShell write UTF-16 with >.
  if (/^(fffe|feff|efbbbf)/.test(bytes.toString('hex', 0, 3)))
    throw new UsageError(
      'The token file begins with a byte order mark, as UTF-16 does. Save it as UTF-8 without one.',
    );
  const token = bytes.toString().trim();
  if (token === '') throw new UsageError('The token file is empty.');
  if (/[^\x20-\x7e]/.test(token))
    throw new UsageError(
      'The token file holds characters that no token has. Save the token alone, as UTF-8, on one line.',
    );
  return token;
}

/**
 * Reads the command line. It names an option that does not exist, but nothing that may be a token.
 * @param {string[]} args
 */
function readOptions(args) {
  /** @type {Record<string, string>} */
  const options = {};
  const rest = args.map(arg => (arg === '-h' ? '--help' : arg));
  for (let position = 1; rest.length > 0; position++) {
    const [, name = '', inline] = /^--(?!sk-)([a-z-]{1,30})(?:=(.*))?$/is.exec(rest.shift() ?? '') ?? [];
    if (name === '') throw new UsageError(`Argument ${position} is no option, and belongs to none.`);
    if (Object.hasOwn(options, name)) throw new UsageError(`--${name} is there twice.`);
    if (FLAGS.includes(name)) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
      options[name] = 'true';
      continue;
    }
    if (!INPUTS.includes(name) && !FILES.includes(name))
      throw new UsageError(`There is no option --${name}${hint(name)}`);
    if (inline !== undefined) options[name] = inline;
    else if (rest[0] !== undefined && !rest[0].startsWith('--')) {
      options[name] = rest.shift() ?? '';
      position++;
    } else if (SWITCHES.includes(name)) options[name] = 'true';
    else throw new UsageError(`--${name} needs a value.`);
  }
  return options;
}

/** @param {string} name of an option that does not exist */
function hint(name) {
  if (name === 'token') return ': the token comes from DOCSPACE_TOKEN or from --token-file.';
  const near = [...INPUTS, ...FLAGS, ...FILES].find(known => isNear(known, name));
  return near ? `. Did you mean --${near}?` : '.';
}

/** Whether two names differ in at most two neighbouring letters. @param {string} a @param {string} b */
function isNear(a, b) {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 2;
}

function nameOfThisCommand() {
  if (process.env['npm_lifecycle_event'] === 'start') return 'npm start --';
  return basename(process.argv[1] ?? '') === 'start.mjs' ? 'node tools/start.mjs' : 'docspace-backup-cleanup';
}

/** @param {string[]} words */
function wrapped(words) {
  const lines = words.join(' ').match(/.{1,84}(?= |$)/g) ?? [];
  return lines.map(line => `  ${line.trim()}`).join('\n');
}
