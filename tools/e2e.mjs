// End-to-end runs without GitHub, Docker or a network: two runners, nektos/act and Gitea's, run e2e.yml, the examples and
// the reusable workflow on this machine, against stand-in portals that say what they saw. `npm run e2e`; `npm run e2e --
// nightly` runs those of that name alone.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { install, REFERENCES, RUNNERS } from './e2e/runners.mjs';
import { SCENARIOS } from './e2e/scenarios.mjs';
import { root } from './runner.mjs';
import { startPortal } from './stand-in/portal.mjs';
import { differences, readPortal, resetPortal } from './stand-in/steps.mjs';

/** @typedef {import('./e2e/runners.mjs').Runner} Runner */
/** @typedef {import('./e2e/scenarios.mjs').Scenario} Scenario */

const SELF = 'owner/docspace-backup-cleanup';
const REUSABLE = '.github/workflows/cleanup-portals.yml';
const LONGEST_RUN_MS = 180_000;

const NOT_COVERED = `Neither can show these; they need GitHub:
- environments: their secrets and reviewers. All portals get one token here, and nothing waits for a reviewer.
- schedules, concurrency groups, permissions and max-parallel are read and not enforced.
- upload-artifact, download-artifact and, in cleanup-portals.yml, checkout are stand-ins that copy folders; the commit
  that GitHub tells cleanup-portals.yml is written into it.
- e2e.yml runs on this machine's system alone; ci.yml, codeql.yml, release.yml and scheduled.yml need remote actions.
Gitea's runner cannot show what depends on inputs of a workflow_dispatch, or on job summaries.`;

/** What stands in for remote actions: offline, none can be fetched. Each copies a folder. */
const STAND_INS = {
  'actions/upload-artifact': 'cp -R "$WITH_PATH" "$E2E_ARTIFACTS/$WITH_NAME"',
  'actions/download-artifact': 'mkdir -p "$WITH_PATH"; cp -R "$E2E_ARTIFACTS"/$WITH_PATTERN/. "$WITH_PATH"',
  'actions/checkout': 'cp -R "$E2E_ACTION" "$WITH_PATH"',
};

/** Writes the stand-ins, and this project as its users get it. @param {string} folder where the repositories go */
function prepareRepositories(folder) {
  for (const path of ['action.yml', 'dist'])
    cpSync(join(root, path), join(folder, SELF, path), { recursive: true });
  write(join(folder, SELF, REUSABLE), readWorkflow(REUSABLE, false));
  for (const [name, script] of Object.entries(STAND_INS)) {
    const inputs = ['name', 'path', 'pattern'];
    const step = {
      shell: 'bash',
      run: script,
      env: Object.fromEntries(
        inputs.map(input => [`WITH_${input.toUpperCase()}`, `\${{ inputs.${input} }}`]),
      ),
    };
    const action = {
      name,
      description: 'A stand-in',
      inputs: Object.fromEntries(inputs.map(input => [input, { description: input }])),
      runs: { using: 'composite', steps: [step] },
    };
    write(join(folder, name, 'action.yml'), JSON.stringify(action));
  }
  for (const [name, ref] of Object.entries(REFERENCES)) {
    commit(join(folder, name));
    git(join(folder, name), 'tag', ref);
  }
}

/**
 * A workflow of the project that asks for nothing that is not there.
 * @param {string} path @param {boolean} asIs
 */
function readWorkflow(path, asIs) {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(
    /(uses: actions\/[\w-]+)@\S+/g,
    '$1@stand-in',
  );
  return asIs ? text : text.replaceAll('job.workflow_sha', `'${'0123456789'.repeat(4)}'`);
}

/**
 * A working folder for one scenario: a git repository (a runner asks git for the ref), with the workflow changed as its
 * user would.
 * @param {string} temporary @param {Runner} runner @param {Scenario} scenario
 * @param {Record<string, string>} urls of the portals, by their address in the workflow
 */
function prepareWorkspace(temporary, { callsRemote }, { workflow, asIs = false }, urls) {
  const folder = mkdtempSync(join(temporary, 'workspace-'));
  let text = readWorkflow(workflow, asIs);
  for (const [address, url] of Object.entries(urls)) text = text.replaceAll(address, url);
  if (asIs || !callsRemote) {
    text = text.replace(/(uses: )\S+(?=\/\.github\/workflows\/)(\S+)@v1/, '$1.$2');
    write(join(folder, REUSABLE), readWorkflow(REUSABLE, asIs));
  }
  write(join(folder, '.github/workflows/workflow.yml'), text);
  if (/uses: \.\/$/m.test(text)) {
    for (const path of ['action.yml', 'dist', 'tools'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  commit(folder);
  git(folder, 'remote', 'add', 'origin', 'https://github.com/owner/portals');
  return folder;
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Makes a git repository of a folder. @param {string} folder */
function commit(folder) {
  const name = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost', '-c', 'commit.gpgsign=false'];
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, ...name, 'commit', '--quiet', '--message=All');
}

/** @param {string} cwd @param {string[]} args */
function git(cwd, ...args) {
  const { status, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

/**
 * Runs a workflow.
 * @param {string} temporary @param {Runner} runner @param {string} program @param {Scenario} scenario
 * @param {Record<string, string>} urls
 * @returns {Promise<{ code: number | null, log: string }>}
 */
async function run(temporary, runner, program, scenario, urls) {
  const repositories = join(temporary, 'repositories');
  const artifacts = mkdtempSync(join(temporary, 'artifacts-'));
  const portals = Object.entries(urls).map(([address, url]) => ({
    name: `portal-${/\w+(?=\.portal)/.exec(address)?.[0] ?? ''}`,
    url,
  }));
  const args = runner.args(scenario, {
    workflow: '.github/workflows/workflow.yml',
    ...{ repositories, artifacts, temporary },
    secrets: { DOCSPACE_TOKEN: 'sk-end-to-end' },
    vars: { DOCSPACE_PORTALS: JSON.stringify(portals) },
    env: { E2E_ARTIFACTS: artifacts, E2E_ACTION: join(repositories, SELF) },
  });
  // A home of its own: no settings of this machine, and no trace of this run.
  const child = spawn(program, args, {
    cwd: prepareWorkspace(temporary, runner, scenario, urls),
    env: {
      ...process.env,
      HOME: temporary,
      XDG_CONFIG_HOME: temporary,
      XDG_CACHE_HOME: join(temporary, 'cache'),
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (log += text));
  const timer = setTimeout(() => child.kill(), LONGEST_RUN_MS);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearTimeout(timer);
  return { code, log };
}

/**
 * Runs one scenario.
 * @param {string} temporary @param {Runner} runner @param {string} program @param {Scenario} scenario
 * @returns {Promise<{ problems: string[], log: string }>}
 */
async function check(temporary, runner, program, scenario) {
  /** @type {Record<string, string>} */
  const urls = {};
  const portals = [];
  for (const [address, options] of Object.entries(scenario.portals ?? {})) {
    const portal = await startPortal();
    portals.push(portal);
    urls[address] = portal.url;
    await resetPortal(portal.url, options);
  }
  const { code, log } = await run(temporary, runner, program, scenario, urls);
  const wanted = [...(scenario.log ?? []), ...(runner.showsSummaries ? (scenario.summary ?? []) : [])];
  const problems = [
    ...wanted.filter(text => !log.includes(text)).map(text => `not in the log: ${text}`),
    ...(scenario.never ?? []).filter(text => log.includes(text)).map(text => `in the log: ${text}`),
  ];
  const end = code === 0 ? 'succeeds' : 'fails';
  if (end !== (scenario.run ?? 'succeeds')) problems.push(`the run ${end}`);
  for (const [address, expected] of Object.entries(scenario.expected ?? {})) {
    const found = await readPortal(urls[address] ?? '');
    problems.push(...differences(expected, found).map(line => `${address}: ${line}`));
  }
  for (const portal of portals) await portal.close();
  return { problems, log };
}

const [name = ''] = process.argv.slice(2);
const wanted = SCENARIOS.filter(scenario => scenario.name.includes(name));
const temporary = mkdtempSync(join(tmpdir(), 'e2e-'));
const counts = { passed: 0, failed: 0 };
try {
  prepareRepositories(join(temporary, 'repositories'));
  for (const runner of RUNNERS) {
    const program = install(runner, temporary);
    console.log(`\n${runner.name} (${runner.module} ${runner.version}), Node ${process.version}\n`);
    for (const scenario of wanted) {
      if (scenario.needsInputs && !runner.takesInputs) {
        console.log(`-       ${scenario.name} (needs inputs)`);
        continue;
      }
      const { problems, log } = await check(temporary, runner, program, scenario);
      const isGood = problems.length === 0;
      counts[isGood ? 'passed' : 'failed']++;
      console.log(`${isGood ? 'ok     ' : 'FAILED '} ${scenario.name}`);
      if (!isGood) console.log([...problems, '', log].join('\n').replace(/^/gm, '        '));
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${NOT_COVERED}\n\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
