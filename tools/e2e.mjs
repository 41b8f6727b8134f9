// End-to-end runs without GitHub, Docker or a network: nektos/act runs e2e.yml, the examples and the reusable workflow on
// this machine, against stand-in portals that say what they saw. `npm run e2e`; `npm run e2e -- nightly` runs those of that
// name alone.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findGoTool } from './find-tool.mjs';
import { startPortal } from './stand-in/portal.mjs';
import { differences, readPortal, resetPortal } from './stand-in/steps.mjs';

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} workflow a file of the repository
 * @property {string} event `schedule`, `workflow_dispatch` or `push`
 * @property {Record<string, string>} [inputs] of a `workflow_dispatch`, where they are not the default
 * @property {Record<string, import('./stand-in/steps.mjs').ResetOptions>} [portals] by their address in the workflow
 * @property {Record<string, Record<string, string>>} [expected] of each portal, in the words of `steps.mjs expect`
 * @property {'succeeds' | 'fails'} [run] how the whole run has to end; without it, `succeeds`
 * @property {string[]} [log] lines that have to be there
 */

const SELF = 'owner/docspace-backup-cleanup@v1';
const PORTAL = 'https://portal.example';
const LIST = 'GET getbackuphistory?Dump=false';

/** Three portals, of which one refuses the token. */
const MANY = {
  'https://north.portal.example': { backups: 40 },
  'https://south.portal.example': { backups: 40, token: 'sk-another' },
  'https://west.portal.example': { backups: 12 },
};
const MANY_AFTERWARDS = {
  'https://north.portal.example': { backups: '11' },
  'https://south.portal.example': { backups: '40', requests: LIST },
  'https://west.portal.example': { backups: '9' },
};
const MANY_REPORTED = [
  '### All portals: failure',
  '| portal-north | success | 29 | 29 | 0 | 11 |',
  '| portal-south | failure |  | 0 | 0 |  |',
  '| portal-west | success | 3 | 3 | 0 | 9 |',
];

/** @type {Scenario[]} */
const SCENARIOS = [
  {
    name: 'e2e.yml',
    workflow: '.github/workflows/e2e.yml',
    event: 'push',
    // The last check, as act leaves out jobs whose runner it does not know; and a job summary.
    log: ['Success - Main Check: not believed', 'Summary - <h3>'],
  },
  {
    name: 'nightly-prune.yml on schedule: prunes',
    workflow: 'examples/nightly-prune.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 40, schedule: true } },
    expected: {
      [PORTAL]: {
        backups: '11',
        schedule: 'true',
        requests: `${LIST}, 29 DELETE deletebackup/{id}, ${LIST}`,
      },
    },
  },
  {
    name: 'nightly-prune.yml by hand: a dry run',
    workflow: 'examples/nightly-prune.yml',
    event: 'workflow_dispatch',
    portals: { [PORTAL]: { backups: 40 } },
    expected: { [PORTAL]: { backups: '40', requests: LIST } },
  },
  {
    name: 'nightly-prune.yml by hand, unticked: prunes',
    workflow: 'examples/nightly-prune.yml',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false' },
    portals: { [PORTAL]: { backups: 40 } },
    expected: { [PORTAL]: { backups: '11' } },
  },
  {
    name: 'nightly-prune.yml with far too much to delete: fails, and deletes nothing',
    workflow: 'examples/nightly-prune.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 100 } },
    expected: { [PORTAL]: { backups: '100', requests: LIST } },
    run: 'fails',
  },
  {
    name: 'manual-cleanup.yml: a dry run unless told otherwise',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: { 'keep-last': '3' },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '10', requests: LIST } },
  },
  {
    name: 'manual-cleanup.yml: prune-history',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', 'keep-last': '3' },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '3' } },
  },
  {
    name: 'manual-cleanup.yml: delete-backups',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: {
      'dry-run': 'false',
      operation: 'delete-backups',
      'backup-ids': '00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002',
    },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '8', requests: `${LIST}, 2 DELETE deletebackup/{id}, ${LIST}` } },
  },
  {
    name: 'manual-cleanup.yml: delete-history',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-history' },
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: { [PORTAL]: { backups: '0', schedule: 'true' } },
  },
  {
    name: 'manual-cleanup.yml: delete-schedule',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-schedule' },
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: { [PORTAL]: { backups: '10', schedule: 'false' } },
  },
  {
    name: 'manual-cleanup.yml: an input of another operation fails before any request',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-history', 'keep-last': '3' },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '10', requests: '' } },
    run: 'fails',
  },
  {
    name: 'retire-portal.yml: looks, then deletes the schedule, then the history',
    workflow: 'examples/retire-portal.yml',
    event: 'workflow_dispatch',
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: {
      [PORTAL]: {
        backups: '0',
        schedule: 'false',
        requests: [
          'GET getbackupschedule',
          LIST,
          'GET getbackupschedule, DELETE deletebackupschedule, GET getbackupschedule',
          `${LIST}, DELETE deletebackuphistory?Dump=false, ${LIST}`,
        ].join(', '),
      },
    },
  },
  {
    name: 'server-dumps.yml: the dumps, and nothing else',
    workflow: 'examples/server-dumps.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 10, dumps: 10 } },
    expected: { [PORTAL]: { backups: '10', dumps: '4' } },
  },
  {
    name: 'many-portals.yml: a failure stops no other portal, and all are reported',
    workflow: 'examples/many-portals.yml',
    event: 'schedule',
    portals: MANY,
    expected: MANY_AFTERWARDS,
    run: 'fails',
    log: MANY_REPORTED,
  },
  {
    name: 'portal-fleet.yml and cleanup-portals.yml: likewise',
    workflow: 'examples/portal-fleet.yml',
    event: 'schedule',
    portals: MANY,
    expected: MANY_AFTERWARDS,
    run: 'fails',
    log: MANY_REPORTED,
  },
  {
    name: 'portal-fleet.yml by hand: a dry run',
    workflow: 'examples/portal-fleet.yml',
    event: 'workflow_dispatch',
    portals: { 'https://north.portal.example': { backups: 40 } },
    expected: { 'https://north.portal.example': { backups: '40', requests: LIST } },
    log: ['### All portals: success', '| portal-north | success | 29 | 0 | 0 | 11 |'],
  },
];

const NOT_COVERED = `act cannot show these; they need GitHub:
- environments: their secrets and reviewers. All portals get one token here, and nothing waits for a reviewer.
- schedules, concurrency groups, permissions and max-parallel are read and not enforced.
- upload-artifact, download-artifact and, in cleanup-portals.yml, checkout are stand-ins that copy folders.
- e2e.yml runs on this machine's system alone; ci.yml, codeql.yml, release.yml and scheduled.yml need remote actions.`;

const root = fileURLToPath(new URL('..', import.meta.url));

/** What stands in for remote actions: offline, none can be fetched. Each copies a folder. */
const STAND_INS = {
  'actions/upload-artifact': 'cp -R "$WITH_PATH" "$E2E_ARTIFACTS/$WITH_NAME"',
  'actions/download-artifact': 'mkdir -p "$WITH_PATH"; cp -R "$E2E_ARTIFACTS"/$WITH_PATTERN/. "$WITH_PATH"',
  'actions/checkout': 'cp -R "$E2E_ACTION" "$WITH_PATH"',
};

/** Writes the stand-ins, and this project as its users get it. Returns where they are; the stand-ins serve any ref. */
function prepareRepositories() {
  /** @type {Record<string, string>} */
  const folders = { [SELF]: join(temporary, 'action') };
  for (const path of ['action.yml', 'dist', '.github/workflows/cleanup-portals.yml']) {
    cpSync(join(root, path), join(temporary, 'action', path), { recursive: true });
  }
  for (const [name, script] of Object.entries(STAND_INS)) {
    const folder = join(temporary, name);
    mkdirSync(folder, { recursive: true });
    const inputs = ['name', 'path', 'pattern'].map(
      input => `WITH_${input.toUpperCase()}: \${{ inputs.${input} }}`,
    );
    const step = {
      shell: 'bash',
      run: script,
      env: Object.fromEntries(inputs.map(line => line.split(': '))),
    };
    const action = {
      name,
      description: 'A stand-in',
      inputs: Object.fromEntries(['name', 'path', 'pattern'].map(input => [input, { description: input }])),
      runs: { using: 'composite', steps: [step] },
    };
    writeFileSync(join(folder, 'action.yml'), JSON.stringify(action));
    folders[name] = folder;
  }
  return folders;
}

/**
 * A working folder for one scenario: a git repository (act asks git for the ref), with the workflow changed as its user would.
 * @param {Scenario} scenario @param {Record<string, string>} urls of the portals, by their address in the workflow
 */
function prepareWorkspace({ workflow }, urls) {
  const folder = mkdtempSync(join(temporary, 'workspace-'));
  let text = readFileSync(join(root, workflow), 'utf8');
  for (const [address, url] of Object.entries(urls)) text = text.replaceAll(address, url);
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(join(folder, '.github/workflows/workflow.yml'), text);
  if (/uses: \.\/$/m.test(text)) {
    for (const path of ['action.yml', 'dist', 'tools'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  const name = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['remote', 'add', 'origin', 'https://github.com/owner/portals'],
    ['add', '--all'],
    [...name, 'commit', '--quiet', '--message=Workspace'],
  ]) {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  }
  return { folder, text };
}

/**
 * Runs a workflow under act.
 * @param {string} act @param {Record<string, string>} repositories @param {Scenario} scenario
 * @param {Record<string, string>} urls
 * @returns {Promise<{ code: number | null, log: string }>}
 */
async function runAct(act, repositories, scenario, urls) {
  const { folder, text } = prepareWorkspace(scenario, urls);
  const artifacts = mkdtempSync(join(temporary, 'artifacts-'));
  const portals = Object.entries(urls).map(([address, url]) => ({
    name: `portal-${/\w+(?=\.portal)/.exec(address)?.[0] ?? ''}`,
    url,
  }));
  // A reusable workflow's own `uses:` are not in `text`, but the reusable workflow is in the repository.
  const all = text + readFileSync(join(root, '.github/workflows/cleanup-portals.yml'), 'utf8');
  const references = new Set(
    Array.from(
      all.matchAll(/uses: ([^\s@]+?\/[^\s@/]+)(?:\/[^\s@]*)?@(\S+)/g),
      ([, name = '', ref]) => `${name}@${ref}`,
    ),
  );
  const local = [...references].flatMap(reference => {
    const path = repositories[reference] ?? repositories[reference.replace(/@.*/, '')];
    return path === undefined ? [] : [`--local-repository=${reference}=${path}`];
  });
  const args = [
    scenario.event,
    ...['--workflows', '.github/workflows/workflow.yml'],
    '--platform=ubuntu-latest=-self-hosted',
    ...['--no-cache-server', '--action-offline-mode'],
    `--action-cache-path=${join(temporary, 'cache')}`,
    ...local,
    '--secret=DOCSPACE_TOKEN=sk-e2e',
    `--var=DOCSPACE_PORTALS=${JSON.stringify(portals)}`,
    `--env=E2E_ARTIFACTS=${artifacts}`,
    `--env=E2E_ACTION=${repositories[SELF]}`,
    ...Object.entries(scenario.inputs ?? {}).map(([name, value]) => `--input=${name}=${value}`),
  ];
  // A home of its own: no .actrc of this machine, and no trace of this run.
  const child = spawn(act, args, {
    cwd: folder,
    env: { ...process.env, HOME: temporary, XDG_CONFIG_HOME: temporary },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (log += text));
  const timer = setTimeout(() => child.kill(), 180_000);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearTimeout(timer);
  return { code, log };
}

/**
 * Runs one scenario.
 * @param {string} act @param {Record<string, string>} repositories @param {Scenario} scenario
 * @returns {Promise<{ problems: string[], log: string }>}
 */
async function check(act, repositories, scenario) {
  /** @type {Record<string, string>} */
  const urls = {};
  const portals = [];
  for (const [address, options] of Object.entries(scenario.portals ?? {})) {
    const portal = await startPortal();
    portals.push(portal);
    urls[address] = portal.url;
    await resetPortal(portal.url, options);
  }
  const { code, log } = await runAct(act, repositories, scenario, urls);
  const problems = (scenario.log ?? [])
    .filter(line => !log.includes(line))
    .map(line => `not in the log: ${line}`);
  const run = code === 0 ? 'succeeds' : 'fails';
  if (run !== (scenario.run ?? 'succeeds')) problems.push(`the run ${run}`);
  for (const [address, expected] of Object.entries(scenario.expected ?? {})) {
    const found = await readPortal(urls[address] ?? '');
    problems.push(...differences(expected, found).map(line => `${address}: ${line}`));
  }
  for (const portal of portals) await portal.close();
  return { problems, log };
}

const [wanted = ''] = process.argv.slice(2);
const act = findGoTool('act');
const temporary = mkdtempSync(join(tmpdir(), 'e2e-'));
const version = spawnSync(act, ['--version'], { encoding: 'utf8' }).stdout?.trim();
console.log(`${version} (${act}), Node ${process.version}\n`);

let failed = 0;
const scenarios = SCENARIOS.filter(({ name }) => name.includes(wanted));
try {
  const repositories = prepareRepositories();
  for (const scenario of scenarios) {
    const { problems, log } = await check(act, repositories, scenario);
    if (problems.length > 0) failed++;
    console.log(problems.length > 0 ? `FAILED  ${scenario.name}` : `ok      ${scenario.name}`);
    if (problems.length > 0) console.log([...problems, '', log].join('\n').replace(/^/gm, '        '));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${NOT_COVERED}\n\n${scenarios.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || scenarios.length === 0 ? 1 : 0;
