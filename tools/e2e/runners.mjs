// Two programs that run a workflow on this machine, without GitHub, Docker or a network.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */

/**
 * @typedef {object} Setting what a run finds
 * @property {string} workflow the path of its file
 * @property {string} repositories a folder with a git repository at `owner/name` for each remote action
 * @property {string} artifacts a folder
 * @property {string} temporary a folder
 * @property {Record<string, string>} env
 * @property {Record<string, string>} vars
 * @property {Record<string, string>} secrets
 */

/**
 * @typedef {object} Runner
 * @property {string} name
 * @property {string} module of the program, in Go
 * @property {string} version
 * @property {(scenario: Scenario, setting: Setting) => string[]} args the command line
 * @property {boolean} takesInputs it takes inputs of a `workflow_dispatch`, and knows their defaults
 * @property {boolean} showsSummaries the log holds the job summaries
 * @property {boolean} callsRemote a job may call a workflow of another repository
 */

/** @type {Runner[]} */
export const RUNNERS = [
  {
    name: 'act',
    module: 'github.com/nektos/act',
    version: 'v0.2.87',
    args: ({ event, inputs = {} }, { workflow, repositories, temporary, env, vars, secrets }) => [
      event,
      `--workflows=${workflow}`,
      '--platform=ubuntu-latest=-self-hosted',
      ...['--no-cache-server', '--action-offline-mode'],
      `--action-cache-path=${join(temporary, 'cache')}`,
      ...Object.entries(REFERENCES).map(
        ([name, ref]) => `--local-repository=${name}@${ref}=${join(repositories, name)}`,
      ),
      ...list('secret', secrets),
      ...list('var', vars),
      ...list('env', env),
      ...list('input', inputs),
    ],
    takesInputs: true,
    showsSummaries: true,
    callsRemote: true,
  },
  {
    name: "Gitea's runner",
    module: 'gitea.com/gitea/runner',
    version: 'v1.0.8',
    args: ({ event }, { workflow, repositories, artifacts, env, vars, secrets }) => [
      'exec',
      `--event=${event}`,
      `--workflows=${workflow}`,
      '--image=-self-hosted',
      `--default-actions-url=${repositories}`,
      // Nobody asks it for anything, but it is always there.
      ...[
        '--artifact-server-addr=127.0.0.1',
        '--artifact-server-port=0',
        `--artifact-server-path=${artifacts}`,
      ],
      ...list('secret', secrets),
      ...list('var', vars),
      ...list('env', env),
    ],
    takesInputs: false,
    showsSummaries: false,
    callsRemote: false,
  },
];

/** The repositories that workflows use, and the only ref of each that is there. */
export const REFERENCES = {
  'owner/docspace-backup-cleanup': 'v1',
  'actions/checkout': 'stand-in',
  'actions/upload-artifact': 'stand-in',
  'actions/download-artifact': 'stand-in',
};

/** @param {string} option @param {Record<string, string>} values */
function list(option, values) {
  return Object.entries(values).map(([name, value]) => `--${option}=${name}=${value}`);
}

/**
 * Builds a runner, once for all of its runs; Go keeps all but the last step of that in its own cache.
 * @param {Runner} runner @param {string} folder
 * @returns {string} the program
 */
export function install({ module, version }, folder) {
  const home = join(folder, module);
  mkdirSync(home, { recursive: true });
  // As what a module requires, and not by `go install …@version`: that asks for the list of all versions too, which a
  // proxy for modules may not have.
  writeFileSync(join(home, 'go.mod'), `module e2e\n\ngo 1.26\n\nrequire ${module} ${version}\n`);
  const { status, error } = spawnSync('go', ['install', '-mod=mod', module], {
    cwd: home,
    env: { ...process.env, GOBIN: home },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`Cannot install ${module}, which needs Go: ${error?.message ?? `exit code ${status}`}`);
  return join(home, module.replace(/.*\//, ''));
}
