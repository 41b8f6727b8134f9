// What the benchmark finds on this machine.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/bench');

/**
 * @typedef {object} Machine
 * @property {string} node Node 24 or newer
 * @property {string | undefined} curl
 * @property {string | undefined} python one that has requests
 * @property {string | undefined} xargs
 * @property {string | undefined} time GNU time
 * @property {string | undefined} ncc
 * @property {string[]} versions of all that, and of the machine
 * @property {string[]} lacks what is left out, and why
 */

/** @returns {Machine} */
export function lookAround() {
  /** @type {string[]} */
  const lacks = [];
  /** @param {string | undefined} found @param {string} lack */
  const orLack = (found, lack) => {
    if (found === undefined) lacks.push(lack);
    return found;
  };
  const node = findNode();
  const curl = orLack(firstLine('curl', ['--version']), 'curl is not installed: left out.');
  const xargs = orLack(firstLine('xargs', ['--version']), 'xargs is not installed: left out.');
  const time = orLack(
    firstLine('/usr/bin/time', ['--version']),
    'GNU time is not installed: no peak memory.',
  );
  // Not `python3` itself, which may be a shell script that looks for the real one at every start.
  const python = orLack(
    output('python3', ['-c', 'import sys, requests; print(sys.executable)']),
    'Python 3 with requests is not installed: left out.',
  );
  const ncc = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  const versions = [
    `${cpus().length} × ${cpus()[0]?.model.trim() || 'CPU of no name'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}; load ${loadavg()[0]?.toFixed(1)} when the run began`,
    `Node ${output(node, ['-p', 'process.versions.node + ", OpenSSL " + process.versions.openssl'])}`,
    curl?.split(' ').slice(0, 2).join(' '),
    python &&
      `Python ${output(python, ['-c', 'import platform, requests; print(platform.python_version() + ", requests " + requests.__version__)'])}`,
  ];
  return {
    node,
    curl: curl && 'curl',
    python,
    xargs: xargs && curl && 'xargs',
    time: time && '/usr/bin/time',
    ncc: orLack(
      existsSync(ncc) ? ncc : undefined,
      'The dependencies are not installed (`npm ci`): no straightforward build.',
    ),
    versions: versions.filter(version => version !== undefined),
    lacks,
  };
}

/** This Node where it is new enough. Else Node 24 from the npm registry, kept apart from the project's own packages. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const node = join(CACHE, 'node_modules', name, 'bin/node');
  if (!existsSync(node)) {
    process.stderr.write(`This is Node ${process.versions.node}. Getting Node 24 from the npm registry …\n`);
    mkdirSync(CACHE, { recursive: true });
    const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', '--prefix', CACHE, ...options, `${name}@24`], { stdio: 'inherit' });
  }
  return node;
}

/** @param {string} command @param {string[]} args @returns {string | undefined} what it prints; `undefined` where it fails */
function output(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** @param {string} command @param {string[]} args */
function firstLine(command, args) {
  return output(command, args)?.split('\n')[0];
}
