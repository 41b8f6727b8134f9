// The programs that stand beside the action, and the action itself.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputVariables } from '../runner.mjs';
import { ROOT } from './machine.mjs';

/** @import { Machine } from './machine.mjs' */
/** @import { Program } from './measure.mjs' */

const CA = join(ROOT, 'tools/certs/ca.pem');
/** The same for all Node programs: each reads one more certificate. */
const NODE_ENV = { NODE_EXTRA_CA_CERTS: CA };
const TOKEN = 'sk-bench';
const DELETE_ONE = `
import sys, requests
answer = requests.delete(sys.argv[1], headers={"Authorization": "Bearer ${TOKEN}"}, verify=sys.argv[2])
sys.exit(0 if answer.status_code == 200 and answer.json()["response"] is True else 1)`;
const DELETE_EACH = `
import sys, requests
session = requests.Session()
session.headers["Authorization"] = "Bearer ${TOKEN}"
session.verify = sys.argv[2]
for line in sys.stdin:
    answer = session.delete(sys.argv[1] + line.strip())
    if answer.status_code != 200 or answer.json()["response"] is not True: sys.exit(1)`;

/** The action as the runner starts it. @param {Machine} machine @param {string} folder for the file commands @param {Record<string, string>} inputs @returns {Program} */
export function action({ node }, folder, inputs, name = 'this action', main = join(ROOT, 'dist/index.js')) {
  const files = { GITHUB_OUTPUT: join(folder, 'outputs'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const env = { ...NODE_ENV, ...files, ...inputVariables({ token: TOKEN, ...inputs }) };
  return { name, command: node, args: [main], env };
}

/** Whatever sends the one DELETE. @param {Machine} machine @param {string} portalUrl @param {string} folder @param {readonly { name: string, file: string }[]} bundles @returns {Program[]} */
export function deletePrograms(machine, portalUrl, folder, bundles) {
  const { node, curl, python } = machine;
  const url = `${portalUrl}/api/2.0/backup/deletebackuphistory?Dump=false`;
  const inputs = { operation: 'delete-history', 'portal-url': portalUrl, verify: 'false' };
  return [
    { name: 'node -e 0', command: node, args: ['-e', '0'], env: NODE_ENV },
    { name: 'bare script', command: node, args: [join(ROOT, 'tools/bench/bare.cjs'), url], env: NODE_ENV },
    ...bundles.map(({ name, file }) => action(machine, folder, inputs, name, file)),
    ...(curl ? [{ name: 'curl', command: curl, args: [...curlArgs(), url] }] : []),
    ...(python ? [{ name: 'Python requests', command: python, args: ['-c', DELETE_ONE, url, CA] }] : []),
  ];
}

/** Whatever deletes backups one by one. @param {Machine} machine @param {string} portalUrl @param {string} folder @param {readonly string[]} ids @returns {Program[]} */
export function prunePrograms(machine, portalUrl, folder, ids) {
  const url = `${portalUrl}/api/2.0/backup/deletebackup/`;
  const input = ids.map(id => `${id}\n`).join('');
  const inputs = { operation: 'prune-history', 'portal-url': portalUrl, 'keep-last': '1' };
  const { xargs, curl, python } = machine;
  const parallel = xargs && curl && ['-P8', '-I{}', curl, ...curlArgs(), `${url}{}`];
  return [
    action(machine, folder, inputs),
    {
      name: 'bare pool',
      command: machine.node,
      args: [join(ROOT, 'tools/bench/bare-pool.cjs'), url],
      env: NODE_ENV,
      input,
    },
    ...(xargs && parallel ? [{ name: 'xargs -P8 curl', command: xargs, args: parallel, input }] : []),
    ...(python
      ? [{ name: 'Python session', command: python, args: ['-c', DELETE_EACH, url, CA], input }]
      : []),
  ];
}

/** Prints how long the planner takes for 10,000 backups. @param {Machine} machine @returns {Program} */
export function planProgram({ node }) {
  const args = ['--experimental-transform-types', '--no-warnings', join(ROOT, 'tools/bench/plan.mjs')];
  return { name: 'planner', command: node, args, env: NODE_ENV };
}

/** The same Node program, which also tells what it reaches when. @param {Program} program @param {string} file @returns {Program} */
export function tracedProgram({ args, env, ...program }, file) {
  const hook = ['--require', join(ROOT, 'tools/bench/trace.cjs')];
  return { ...program, args: [...hook, ...args], env: { ...env, BENCH_TRACE: file } };
}

function curlArgs() {
  const headers = ['-H', `Authorization: Bearer ${TOKEN}`];
  return [
    '--silent',
    '--show-error',
    '--fail',
    '--output',
    '/dev/null',
    '--cacert',
    CA,
    '-X',
    'DELETE',
    ...headers,
  ];
}

/** Builds the same source as anyone would: without the `paths` that keep undici out. @param {string} ncc @param {string} folder @returns {string} the file to run */
export function buildPlainly(ncc, folder) {
  const project = join(folder, 'plain');
  mkdirSync(project);
  cpSync(join(ROOT, 'src'), join(project, 'src'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    rootDir: '.',
    types: ['node'],
    removeComments: true,
    strict: true,
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  writeFileSync(join(project, 'package.json'), '{}');
  const args = [ncc, 'build', 'src/index.ts', '--out', 'dist', '--target', 'es2022', '--quiet', '--no-cache'];
  execFileSync(process.execPath, args, { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(project, 'dist/index.js');
}

/** Bytes of JavaScript beside a bundle's first file, that included. @param {string} main */
export function bundleBytes(main) {
  const folder = join(main, '..');
  const files = readdirSync(folder).filter(name => /\.[cm]?js$/.test(name));
  return files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
}
