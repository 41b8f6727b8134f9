// Finds the tools that are no npm packages, and installs what is missing into this user's cache folder, never here.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const EXE = process.platform === 'win32' ? '.exe' : '';

/** The version that `go install` and pip get: pinned, so that a check does not turn red by itself. */
const VERSIONS = {
  act: 'github.com/nektos/act@v0.2.87',
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
  zizmor: 'zizmor==1.32.0',
};

/**
 * The path of a tool that is written in Go: from PATH, from where `go install` puts it, or freshly installed.
 * @param {'act' | 'actionlint'} name
 */
export function findGoTool(name) {
  const module = VERSIONS[name];
  const { PATH = '' } = process.env;
  const cache = cacheFolder(module);
  const goFolders = [
    goEnvironment('GOBIN'),
    ...goEnvironment('GOPATH')
      .split(delimiter)
      .map(path => path && join(path, 'bin')),
  ];
  const folders = [...PATH.split(delimiter), ...goFolders, cache];
  const isThere = (/** @type {string} */ folder) => folder !== '' && existsSync(join(folder, name + EXE));
  const found = folders.find(isThere);
  if (found !== undefined) return join(found, name + EXE);
  if (!works('go', ['version']))
    fail(`${name} is missing, and so is Go, to install it with: go install ${module}`);
  console.log(`Installing ${module} …`);
  run('go', ['install', module], { ...process.env, GOBIN: cache });
  return join(cache, name + EXE);
}

/** The path of zizmor, in a virtual environment of its own: another version would find other things. */
export function findZizmor() {
  const requirement = VERSIONS.zizmor;
  const folder = cacheFolder(requirement);
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const zizmor = join(bin, `zizmor${EXE}`);
  if (works(zizmor, ['--version'])) return zizmor;
  const python = ['python3', 'python'].find(name => works(name, ['--version']));
  if (!python) fail(`zizmor is missing, and so is Python, to install it with: pip install ${requirement}`);
  console.log(`Installing ${requirement} …`);
  run(python, ['-m', 'venv', folder]);
  run(join(bin, `python${EXE}`), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    requirement,
  ]);
  return zizmor;
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** A folder of its own for each version of each tool. @param {string} what */
function cacheFolder(what) {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache');
  return join(home, 'docspace-backup-cleanup', what.replace(/^.*\//, ''));
}

/** @param {'GOBIN' | 'GOPATH'} name */
function goEnvironment(name) {
  return spawnSync('go', ['env', name], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** @param {string} command @param {string[]} args */
function works(command, args) {
  return spawnSync(command, args).status === 0;
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { env, stdio: 'inherit' });
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}
