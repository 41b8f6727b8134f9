// `npm run lint:workflows` checks action.yml, the workflows and the examples with actionlint, zizmor and GitHub's own language
// service, and checks that all-green needs all jobs. It needs Go and Python with pip, which fetch actionlint and zizmor.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { DescriptionDictionary } from '@actions/expressions';
import { StringData } from '@actions/expressions/data/string';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { root, SELF } from './runner.mjs';

process.chdir(root);

// The language service imports JSON without an attribute, which Node refuses.
const ADD_ATTRIBUTE = `export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`;
register(`data:text/javascript,${encodeURIComponent(ADD_ATTRIBUTE)}`);
const { registerLogger, validate } = await import('@actions/languageservice');

// Pinned, so that a check does not begin to fail by itself.
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const ZIZMOR = 'zizmor==1.32.0';

/** How the examples name this action. The workflows name it by its folder. */
const SELF_AT_V1 = `${SELF}@v1`;
const SELF_HERE = /^(\s*(?:- )?uses: )\.\/(?:action)?$/gm;

/** @type {import('@actions/languageservice/action').ActionMetadata} */
const action = parse(readFileSync('action.yml', 'utf8'));
const workflows = ['.github/workflows', 'examples'].flatMap(folder =>
  readdirSync(folder).map(name => `${folder}/${name}`),
);

/** @type {string[]} */
const findings = [];

// An internal error is only logged.
const logError = (/** @type {string} */ message) => findings.push(`Language service: ${message}`);
registerLogger({ error: logError, warn: () => {}, info: () => {}, log: () => {} });

/** What the language service would ask GitHub for. @type {import('@actions/languageservice').ValidationConfig} */
const knowledge = {
  actionsMetadataProvider: {
    fetchActionMetadata: async ({ owner, name, ref }) => {
      // Other actions are not known here, and not checked.
      if (`${owner}/${name}` !== SELF) return { name, description: '' };
      return `${owner}/${name}@${ref}` === SELF_AT_V1 ? action : undefined;
    },
  },
  fileProvider: {
    getFileContent: async reference => {
      const isOurs =
        !('owner' in reference) ||
        `${reference.owner}/${reference.repository}@${reference.version}` === SELF_AT_V1;
      if (!isOurs) throw new Error(`Not known here: ${reference.owner}/${reference.repository}`);
      return { name: reference.path, content: readFileSync(reference.path, 'utf8') };
    },
  },
  contextProviderConfig: {
    getContext: async (name, context, { job }) => {
      // The repository's settings have these; nothing here knows their names.
      if (context && (name === 'secrets' || name === 'vars')) context.complete = false;
      if (context === undefined || name !== 'steps') return context;
      const steps = job?.steps.filter(step => 'uses' in step && step.uses.value === SELF_AT_V1);
      const known = Object.keys(action.outputs ?? {}).map(key => ({ key, value: new StringData('') }));
      const outputs = { key: 'outputs', value: new DescriptionDictionary(...known) };
      const pairs = context.pairs().map(({ key, value, ...rest }) => {
        const isSelf = steps?.some(({ id }) => id === key);
        if (!isSelf || !(value instanceof DescriptionDictionary)) return { key, value, ...rest };
        const others = value.pairs().filter(pair => pair.key !== 'outputs');
        return { key, value: new DescriptionDictionary(...others, outputs) };
      });
      return new DescriptionDictionary(...pairs);
    },
  },
};

for (const file of ['action.yml', ...workflows]) {
  const text = readFileSync(file, 'utf8').replace(SELF_HERE, `$1${SELF_AT_V1}`);
  const uri = `file:///${file}`;
  for (const { message, range } of await validate(TextDocument.create(uri, 'yaml', 0, text), knowledge)) {
    findings.push(`${file}:${range.start.line + 1}: ${message}`);
  }
}

for (const file of workflows) {
  const text = readFileSync(file, 'utf8');
  // A job that `all-green` does not wait for could fail unnoticed.
  /** @type {{ jobs: Record<string, { if?: string, needs?: string | string[] }> }} */
  const { jobs } = parse(text);
  const { 'all-green': last, ...others } = jobs;
  const missing = Object.keys(others).filter(name => ![last?.needs].flat().includes(name));
  if (last && missing.length > 0) findings.push(`${file}: all-green does not need ${missing.join(', ')}`);
  if (last && last.if !== 'always()') findings.push(`${file}: all-green is skipped when a job fails`);
  if (!last && file.endsWith('/ci.yml')) findings.push(`${file}: there is no job all-green`);
}

for (const finding of findings) console.log(finding);
const examples = workflows.filter(file => file.startsWith('examples'));
const strict = ['--offline', '--no-progress', '--persona=pedantic', '--strict-collection'];
const results = {
  'Language service': findings.length === 0,
  actionlint: succeeds('go', ['run', ACTIONLINT, ...workflows]),
  zizmor: succeeds(installZizmor(), [...strict, '--config=zizmor.yml', 'action.yml', '.github', ...examples]),
};
for (const [name, isPassed] of Object.entries(results))
  console.log(`${isPassed ? 'ok    ' : 'FAILED'}  ${name}`);
process.exitCode = Object.values(results).every(Boolean) ? 0 : 1;

/** Installs a Python package where the next `npm ci` removes it. @returns the program */
function installZizmor() {
  const folder = `node_modules/.cache/${ZIZMOR}`;
  const program = join(folder, process.platform === 'win32' ? 'bin/zizmor.exe' : 'bin/zizmor');
  const pip = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore', `--target=${folder}`, ZIZMOR];
  if (!existsSync(program) && !succeeds(process.platform === 'win32' ? 'python' : 'python3', pip)) {
    throw new Error(`Cannot install ${ZIZMOR}`);
  }
  return program;
}

/** @param {string} command @param {string[]} args */
function succeeds(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  return status === 0;
}
