// Two programs that run a workflow on this machine, without GitHub, Docker or a network.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {Record<string, string>} Values */

/**
 * @typedef {object} Run
 * @property {string} event
 * @property {string} workflow the path of its file
 * @property {string} repositories a folder with a git repository at `owner/name` for each remote action
 * @property {string} temporary a folder for the runner's own files
 * @property {{ input: Values, secret: Values, env: Values }} values
 */

/**
 * @typedef {object} Runner
 * @property {string} name
 * @property {string} module the Go module of the program
 * @property {string} version
 * @property {(run: Run) => string[]} args the command line
 * @property {boolean} isComplete it takes inputs, shows job summaries and calls workflows of other repositories
 */

/** @type {Runner[]} */
export const RUNNERS = [
  {
    name: 'act',
    module: 'github.com/nektos/act',
    version: 'v0.2.87',
    args: ({ event, workflow, repositories, temporary, values }) => [
      event,
      `--workflows=${workflow}`,
      '--platform=ubuntu-latest=-self-hosted',
      ...['--no-cache-server', '--action-offline-mode'],
      `--action-cache-path=${join(temporary, 'cache')}`,
      ...Object.entries(REFERENCES).map(
        ([name, ref]) => `--local-repository=${name}@${ref}=${join(repositories, name)}`,
      ),
      ...options(values),
    ],
    isComplete: true,
  },
  {
    name: "Gitea's runner",
    module: 'gitea.com/gitea/runner',
    version: 'v1.0.8',
    args: ({ event, workflow, repositories, temporary, values: { secret, env } }) => [
      'exec',
      `--event=${event}`,
      `--workflows=${workflow}`,
      '--image=-self-hosted',
      `--default-actions-url=${repositories}`,
      // It starts this server in any case.
      ...['--artifact-server-addr=127.0.0.1', '--artifact-server-port=0'],
      `--artifact-server-path=${temporary}`,
      ...options({ secret, env }),
    ],
    isComplete: false,
  },
];

/** The repositories that workflows use, and the ref that each has. */
export const REFERENCES = {
  'owner/docspace-backup-cleanup': 'v1',
  'actions/checkout': 'stand-in',
  'actions/upload-artifact': 'stand-in',
  'actions/download-artifact': 'stand-in',
};

/** @param {Record<string, Values>} values by the name of their option */
function options(values) {
  return Object.entries(values).flatMap(([option, entries]) =>
    Object.entries(entries).map(([name, value]) => `--${option}=${name}=${value}`),
  );
}

/**
 * Builds a runner.
 * @param {Runner} runner @param {string} folder
 * @returns {string} the program
 */
export function install({ module, version }, folder) {
  const home = join(folder, module);
  mkdirSync(home, { recursive: true });
  // Not `go install …@version`, which also asks for a list of all versions that a module proxy may not have.
  writeFileSync(join(home, 'go.mod'), `module e2e\n\ngo 1.26\n\nrequire ${module} ${version}\n`);
  const env = { ...process.env, GOBIN: home };
  const { status, error } = spawnSync('go', ['install', '-mod=mod', module], {
    cwd: home,
    env,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`Cannot install ${module}, which needs Go. ${error?.message ?? ''}`);
  return join(home, module.replace(/.*\//, ''));
}
