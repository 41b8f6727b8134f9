// `npm run e2e` runs e2e.yml, the examples and the reusable workflow on this machine with two runners, nektos/act and Gitea's,
// against stand-in portals. `npm run e2e -- nightly` runs the scenarios with that text in their name. It needs Go.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { install, REFERENCES, RUNNERS } from './e2e/runners.mjs';
import { FLEET, root, SELF } from './runner.mjs';
import { startPortal } from './stand-in/portal.mjs';
import { differences, readPortal, resetPortal } from './stand-in/steps.mjs';

/** @typedef {import('./e2e/runners.mjs').Runner} Runner */
/** @typedef {import('./stand-in/steps.mjs').ResetOptions} ResetOptions */
/** @typedef {Record<string, string>} Texts */

/**
 * @typedef {object} Scenario
 * @property {string} name begins with the file in examples/, except where `workflow` names another
 * @property {string} [workflow] its path
 * @property {string} [event] default: `workflow_dispatch`
 * @property {Texts} [inputs] of a `workflow_dispatch`, without those that have their default
 * @property {Texts} [edit] texts that the user of the workflow replaces
 * @property {Texts} [callsTwice] a second call of the reusable workflow, with these texts replaced
 * @property {Texts} [secrets] beside DOCSPACE_TOKEN
 * @property {boolean} [hasChat] there is a secret CHAT_WEBHOOK, which the portal answers
 * @property {boolean} [isStorageFull] artifacts cannot be uploaded
 * @property {boolean} [asIs] cleanup-portals.yml is not told its own commit, which only GitHub knows
 * @property {ResetOptions} [portal] the only one
 * @property {Record<string, ResetOptions>} [portals] several, by the first part of their host
 * @property {Record<string, any>} [ends] what `steps.mjs expect` takes, of `portal` or of each of `portals`
 * @property {boolean} [fails] the whole run has to fail
 * @property {string[]} [log] texts that must be in the log
 * @property {string[]} [never] texts that must not be in the log
 * @property {string[]} [summary] texts that must be in a job summary
 */

const MAX_RUN_MS = 180_000;

const NOT_COVERED = `These need GitHub:
- environments with their secrets and reviewers, which are ignored here, as if they did not exist;
- schedules, concurrency groups, time-outs, permissions and max-parallel, which are read and not enforced;
- upload-artifact, download-artifact and, in cleanup-portals.yml, checkout, which only copy folders here; the commit that
  GitHub tells cleanup-portals.yml is written into it;
- e2e.yml on other systems; ci.yml, codeql.yml, release.yml and scheduled.yml, which need remote actions.
Gitea's runner takes no inputs of a workflow_dispatch, and shows no job summaries. The name of the event, which it gets from
a server, is written into the workflow.`;

/** Remote actions cannot be fetched here. These replace them: each copies a folder. */
const REPLACEMENTS = {
  'actions/upload-artifact': 'cp -RTv "$WITH_PATH" "$E2E_ARTIFACTS/$WITH_NAME"',
  'actions/download-artifact':
    'mkdir -p "$WITH_PATH"; for folder in "$E2E_ARTIFACTS"/$WITH_PATTERN; do cp -R "$folder/." "$WITH_PATH"; done',
  'actions/checkout': 'cp -R "$E2E_ACTION" "$WITH_PATH"',
};

const list = readFileSync(join(root, 'tools/e2e/scenarios.yml'), 'utf8')
  .replace(/\bLIST\b/g, 'GET getbackuphistory?Dump=false')
  .replace(/\bSCHEDULE\b/g, 'GET getbackupschedule');
/** @type {{ scenarios: Scenario[] }} */
const { scenarios } = parse(list, { merge: true, maxAliasCount: -1 });
const [text = ''] = process.argv.slice(2);
const temporary = mkdtempSync(join(tmpdir(), 'e2e-'));
const repositories = join(temporary, 'repositories');
const counts = { passed: 0, failed: 0 };
try {
  prepareRepositories();
  for (const runner of RUNNERS) {
    const program = install(runner, temporary);
    console.log(`\n${runner.name} (${runner.module} ${runner.version}), Node ${process.version}\n`);
    for (const scenario of scenarios.filter(({ name }) => name.includes(text))) {
      if (scenario.inputs && !runner.isComplete) {
        console.log(`-       ${scenario.name} (needs inputs)`);
        continue;
      }
      const { problems, log } = await check(runner, program, scenario);
      const isPassed = problems.length === 0;
      counts[isPassed ? 'passed' : 'failed']++;
      console.log(`${isPassed ? 'ok     ' : 'FAILED '} ${scenario.name}`);
      if (!isPassed) console.log([...problems, '', log].join('\n').replace(/^/gm, '        '));
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${NOT_COVERED}\n\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

/** Makes repositories of the replacements, and of this project as its users get it. */
function prepareRepositories() {
  for (const path of ['action.yml', 'dist'])
    cpSync(join(root, path), join(repositories, SELF, path), { recursive: true });
  write(join(repositories, SELF, FLEET), readWorkflow(FLEET));
  const inputs = ['name', 'path', 'pattern'];
  const env = Object.fromEntries(
    inputs.map(name => [`WITH_${name.toUpperCase()}`, `\${{ inputs.${name} }}`]),
  );
  for (const [name, run] of Object.entries(REPLACEMENTS)) {
    const action = {
      name,
      description: 'Copies a folder',
      inputs: Object.fromEntries(inputs.map(input => [input, { description: input }])),
      runs: { using: 'composite', steps: [{ shell: 'bash', run, env }] },
    };
    write(join(repositories, name, 'action.yml'), JSON.stringify(action));
  }
  for (const [name, ref] of Object.entries(REFERENCES)) {
    commit(join(repositories, name));
    git(join(repositories, name), 'tag', ref);
  }
}

/** A workflow of the project with the replacements. @param {string} path @param {boolean} [asIs] */
function readWorkflow(path, asIs = false) {
  const text = readFileSync(join(root, path), 'utf8');
  const replaced = text.replaceAll(/(uses: actions\/[\w-]+)@\S+/g, '$1@stand-in');
  return asIs ? replaced : replaced.replaceAll('job.workflow_sha', `'${'0123456789'.repeat(4)}'`);
}

/**
 * Makes a git repository with the workflow, changed as its user would change it.
 * @param {Runner} runner @param {Scenario} scenario @param {Texts} urls by the first part of their host
 */
function prepareWorkspace({ isComplete }, scenario, urls) {
  const { name, workflow = `examples/${name.replace(/[ :].*/, '')}` } = scenario;
  const { event = 'workflow_dispatch', asIs, edit, callsTwice } = scenario;
  const folder = mkdtempSync(join(temporary, 'workspace-'));
  let text = replaceAll(readWorkflow(workflow, asIs), edit);
  if (event === 'schedule') text = text.replace(/^ {2}# (?=schedule:| {2}- cron:| {4}timezone:)/gm, '  ');
  if (callsTwice)
    text += replaceAll(text.slice(text.indexOf('  cleanup:')), { ...callsTwice, 'cleanup:': 'second:' });
  for (const [name, url] of Object.entries(urls))
    text = text.replaceAll(`https://${name && `${name}.`}portal.example`, url);
  if (!isComplete) text = text.replaceAll('github.event_name', `'${event}'`);
  if (asIs || !isComplete) {
    text = text.replace(/(uses: )\S+(?=\/\.github\/workflows\/)(\S+)@v1/g, '$1.$2');
    write(join(folder, FLEET), readWorkflow(FLEET, asIs));
  }
  write(join(folder, '.github/workflows/workflow.yml'), text);
  if (/uses: \.\/$/m.test(text))
    for (const path of ['action.yml', 'dist', 'tools'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
  commit(folder);
  git(folder, 'remote', 'add', 'origin', 'https://github.com/owner/portals');
  return folder;
}

/** @param {string} text @param {Texts} [texts] */
function replaceAll(text, texts = {}) {
  for (const [from, to] of Object.entries(texts)) {
    if (!text.includes(from)) throw new Error(`There is no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** @param {string} folder */
function commit(folder) {
  const settings = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost', '-c', 'commit.gpgsign=false'];
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, ...settings, 'commit', '--quiet', '--message=All');
}

/** @param {string} cwd @param {string[]} args */
function git(cwd, ...args) {
  const { status, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

/**
 * Runs a workflow.
 * @param {Runner} runner @param {string} program @param {Scenario} scenario @param {Texts} urls
 */
async function run(runner, program, scenario, urls) {
  const artifacts = scenario.isStorageFull ? '/dev/null' : mkdtempSync(join(temporary, 'artifacts-'));
  const env = { E2E_ARTIFACTS: artifacts, E2E_ACTION: join(repositories, SELF) };
  /** @type {Texts} */
  const secret = { DOCSPACE_TOKEN: 'sk-end-to-end', ...scenario.secrets };
  if (scenario.hasChat) secret['CHAT_WEBHOOK'] = `${Object.values(urls)[0]}/api/2.0/backup/chat`;
  const args = runner.args({
    event: scenario.event ?? 'workflow_dispatch',
    workflow: '.github/workflows/workflow.yml',
    repositories,
    temporary,
    values: { input: scenario.inputs ?? {}, secret, env },
  });
  // With a home of its own, the runner finds no settings of this machine and leaves nothing behind.
  const home = { HOME: temporary, XDG_CONFIG_HOME: temporary, XDG_CACHE_HOME: join(temporary, 'cache') };
  const cwd = prepareWorkspace(runner, scenario, urls);
  const child = spawn(program, args, { cwd, env: { ...process.env, ...home }, timeout: MAX_RUN_MS });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (log += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, log };
}

/**
 * Runs a scenario and compares its end with what is expected.
 * @param {Runner} runner @param {string} program @param {Scenario} scenario
 */
async function check(runner, program, scenario) {
  const { portal, portals = { '': portal ?? {} }, ends = {} } = scenario;
  /** @type {Texts} */
  const urls = {};
  const started = [];
  for (const [name, options] of Object.entries(portals)) {
    const portal = await startPortal();
    started.push(portal);
    urls[name] = portal.url;
    await resetPortal(portal.url, options);
  }
  const { code, log } = await run(runner, program, scenario, urls);
  const wanted = [...(scenario.log ?? []), ...(runner.isComplete ? (scenario.summary ?? []) : [])];
  const problems = [
    ...wanted.filter(text => !log.includes(text)).map(text => `not in the log: ${text}`),
    ...(scenario.never ?? []).filter(text => log.includes(text)).map(text => `in the log: ${text}`),
  ];
  if ((code !== 0) !== (scenario.fails ?? false)) problems.push(`the exit code is ${code}`);
  for (const [name, expected] of Object.entries(portal ? { '': ends } : ends)) {
    const found = await readPortal(urls[name] ?? '');
    const texts = Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, String(value)]));
    problems.push(...differences(texts, found).map(line => `${name} ${line}`));
  }
  for (const portal of started) await portal.close();
  return { problems, log };
}
