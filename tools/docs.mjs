// `npm run docs` writes what README.md repeats: the tables of inputs and outputs, from action.yml, and the worked examples,
// from runs of dist/ against a stand-in portal. With --check it writes nothing, tells what is not up to date, and checks
// the pages against the rest: links, snippets, options, error texts, and the tests that the threat model names.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { root, runAction } from './runner.mjs';
import { makeBackups, makeId, startPortal } from './stand-in/portal.mjs';

/** @typedef {{ description: string, required?: boolean, default?: string }} Entry */
/** @typedef {import('./stand-in/records.mjs').BackupRecord} BackupRecord */

const SELF = 'owner/docspace-backup-cleanup';
const FLEET = '.github/workflows/cleanup-portals.yml';
const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'];

/** The tables of inputs, by their markers. `of`: the heading says that they are of this operation alone. */
const GROUPS = {
  required: { names: ['operation', 'portal-url', 'token'] },
  'which backups': { names: ['dump', 'backup-ids', 'storage-types'] },
  retention: {
    of: 'prune-history',
    names: [
      ...['keep-last', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'],
      ...['keep-within', 'keep-within-hourly', 'keep-within-daily', 'keep-within-weekly'],
      ...['keep-within-monthly', 'keep-within-yearly', 'keep-ids', 'time-zone'],
    ],
  },
  safety: { names: ['dry-run', 'max-deletions', 'require-backup-within', 'ignore-not-found', 'verify'] },
  connection: { names: ['retries', 'timeout-seconds', 'allow-http', 'summary'] },
};

const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
/** @type {{ inputs: Record<string, Entry>, outputs: Record<string, Entry> }} */
const { inputs: INPUTS, outputs: OUTPUTS } = parse(read('action.yml'));
const HELP = execFileSync(process.execPath, [join(root, 'tools/start.mjs'), '--help'], { encoding: 'utf8' });
/** @type {string[]} */
const findings = [];

/** Text with `code` in it, as HTML. @param {string} text */
function html(text) {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** A table whose first column does not break: Markdown cannot say so, and GitHub lets `code` break at hyphens. @param {string} head @param {[string, string][]} rows */
function table(head, rows) {
  const lines = rows.map(
    ([name, text]) => `<tr><td nowrap><samp>${name}</samp></td><td>${html(text)}</td></tr>`,
  );
  return ['<table>', `<tr><th>${head}</th><th>Meaning</th></tr>`, ...lines, '</table>'].join('\n');
}

/** @param {{ of?: string, names: string[] }} group */
function inputTable({ of, names }) {
  return table(
    'Input',
    names.map(name => {
      const { description = '', default: standard } = INPUTS[name] ?? {};
      const meaning = of === undefined ? description : description.replace(`For \`${of}\`: `, '');
      const value = standard === undefined ? '' : ` Default: \`${standard}\`.`;
      return [name, `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}${value}`];
    }),
  );
}

function outputTable() {
  return table(
    'Output',
    Object.entries(OUTPUTS).map(([name, { description }]) => [name, description]),
  );
}

/**
 * What a run shows of its plan.
 * @param {BackupRecord[]} backups @param {Record<string, string>} inputs
 * @returns {Promise<string>} a timeline for each storage, and a table of what is kept and why
 */
async function example(backups, inputs) {
  const portal = await startPortal({ backups });
  const { log, code } = await runAction({
    operation: 'prune-history',
    'portal-url': portal.url,
    token: 'sk-stand-in',
    ...inputs,
  });
  await portal.close();
  if (code !== 0) throw new Error(`The example's run is red: ${log}`);
  const timelines = [...log.matchAll(/^::group::Timeline(?: in (\w+))?\n([\s\S]*?)^::endgroup::/gm)];
  const kept = [...log.matchAll(/^::group::Kept.*\n([\s\S]*?)^::endgroup::/gm)];
  const hasStorages = timelines.length > 1;
  const drawings = timelines.map(([, storage, lines = '']) => (hasStorages ? `${storage}\n${lines}` : lines));
  const rows = kept
    .flatMap(([, lines = '']) => lines.trim().split('\n'))
    .map(line => {
      const [time = '', , storage = '', ...rest] = line.split('  ');
      const cells = hasStorages ? [storage, time.slice(0, 10)] : [time.slice(0, 10)];
      return `| ${[...cells, rest.at(-1)].join(' | ')} |`;
    });
  const head = hasStorages
    ? ['| Storage | Backup | Kept because |', '| --- | --- | --- |']
    : ['| Backup | Kept because |', '| --- | --- |'];
  return ['```text', `${drawings.join('\n').trimEnd()}\n\`\`\``, '', ...head, ...rows].join('\n');
}

/** Backups of these days, in the storage of that number. @param {number} storageType @param {string[]} days @returns {BackupRecord[]} */
function backupsOf(storageType, days) {
  return days.flatMap(newest => makeBackups(1, { newest, storageType }));
}

/** Gives each backup an id of its own. @param {BackupRecord[]} backups */
function numbered(backups) {
  return backups.map((backup, index) => ({ ...backup, id: makeId(index + 1) }));
}

async function oneStorage() {
  const days = [
    ...['2026-03-31', '2026-03-30', '2026-03-29', '2026-03-27', '2026-03-26', '2026-03-20', '2026-03-13'],
    ...['2026-02-27', '2026-02-20', '2026-01-30', '2025-12-31', '2025-11-28'],
  ];
  const rules = { 'keep-daily': '3', 'keep-weekly': '2', 'keep-monthly': '4' };
  return example(numbered(backupsOf(3, days)), rules);
}

/** Nightly ones on the server, weekly ones elsewhere, of which the oldest is pinned. */
async function twoStorages() {
  const nights = Array.from({ length: 8 }, (_, index) => `2026-03-${31 - index}`);
  const sundays = ['2026-03-29', '2026-03-22', '2026-03-15', '2026-03-08', '2026-03-01'];
  const backups = numbered([...backupsOf(3, nights), ...backupsOf(5, sundays)]);
  return example(backups, { 'keep-daily': '3', 'keep-weekly': '2', 'keep-ids': makeId(backups.length) });
}

/** @param {string} text @param {string} marker @param {string} content */
function replaceBetween(text, marker, content) {
  const pattern = new RegExp(`(<!-- ${marker} -->\\n)[\\s\\S]*?(<!-- end of ${marker} -->)`);
  if (!pattern.test(text)) throw new Error(`README.md has no markers for ${marker}`);
  return text.replace(pattern, (_, start, end) => `${start}${content}\n${end}`);
}

/** README.md as it should be. @param {string} text */
async function renew(text) {
  const grouped = new Set(Object.values(GROUPS).flatMap(({ names }) => names));
  for (const name of Object.keys(INPUTS)) {
    if (!grouped.has(name)) throw new Error(`${name} is in no table of inputs (GROUPS in tools/docs.mjs)`);
  }
  const parts = [
    ...Object.entries(GROUPS).map(([marker, group]) => [`inputs: ${marker}`, inputTable(group)]),
    ['outputs', outputTable()],
    ['example', await oneStorage()],
    ['example of two storages', await twoStorages()],
  ];
  return parts.reduce((before, [marker = '', content = '']) => replaceBetween(before, marker, content), text);
}

/** The operations that an input belongs to, as its description begins. @param {string} name */
function operationsOf(name) {
  const [, but, list = ''] =
    /^For (all operations but )?((?:`[a-z-]+`(?:, | and )?)+)/.exec(INPUTS[name]?.description ?? '') ?? [];
  const named = OPERATIONS.filter(operation => list.includes(`\`${operation}\``));
  if (but) return OPERATIONS.filter(operation => !named.includes(operation));
  return named.length > 0 ? named : OPERATIONS;
}

/** Every step or job in a parsed YAML that uses this action or its workflow. @param {unknown} node @returns {{ uses: string, with: Record<string, unknown> }[]} */
function usesOf(node) {
  if (typeof node !== 'object' || node === null) return [];
  const within = Object.values(node).flatMap(usesOf);
  if (!('uses' in node) || !String(node.uses).replace('https://github.com/', '').startsWith(SELF))
    return within;
  return [{ uses: String(node.uses), with: 'with' in node ? Object(node.with) : {} }, ...within];
}

/** @param {string} where @param {string} text */
function checkYaml(where, text) {
  for (const document of parseAllDocuments(text)) {
    for (const { message } of document.errors) findings.push(`${where}: ${message}`);
    for (const { uses, with: given } of usesOf(document.toJS())) {
      if (!/@(v1|[0-9a-f]{40})$/.test(uses)) findings.push(`${where}: ${uses} is not @v1`);
      const isFleet = uses.includes(FLEET);
      const known = isFleet ? Object.keys(fleetInputs()) : Object.keys(INPUTS);
      const operation = String(given['operation']);
      const needed = isFleet ? ['operation', 'portals'] : ['operation', 'portal-url', 'token'];
      for (const name of needed.filter(name => !(name in given))) findings.push(`${where}: no ${name}`);
      if (!operation.startsWith('$') && !OPERATIONS.includes(operation))
        findings.push(`${where}: no operation ${operation}`);
      for (const [name, value] of Object.entries(given)) {
        if (!known.includes(name)) findings.push(`${where}: no input ${name}`);
        // One that is handed through is empty, or refused by the action.
        const isHandedThrough = value === `\${{ inputs.${name} }}`;
        if (!isHandedThrough && OPERATIONS.includes(operation) && !operationsOf(name).includes(operation))
          findings.push(`${where}: ${name} does not belong to ${operation}`);
      }
    }
  }
}

/** The inputs of the reusable workflow. @returns {Record<string, object>} */
function fleetInputs() {
  return parse(read(FLEET)).on.workflow_call.inputs;
}

/** The reusable workflow takes all inputs of the action but those that it sets itself, and hands each on. */
function checkFleet() {
  const own = ['portal-url', 'token', 'backup-ids', 'allow-http', 'summary'];
  const [given] = Object.values(parse(read(FLEET)).jobs).flatMap(job =>
    job.steps.filter((/** @type {{ uses?: string }} */ step) => step.uses === './action'),
  );
  for (const name of Object.keys(INPUTS)) {
    if (own.includes(name)) continue;
    if (!(name in fleetInputs())) findings.push(`${FLEET}: no input ${name}`);
    if (!String(given.with[name]).includes(`inputs.${name}`))
      findings.push(`${FLEET}: ${name} is not handed on`);
  }
}

/** Each line of a snippet is in the file that it shortens, in the same order. @param {string} where @param {string} text */
function checkShortened(where, text) {
  const shortened = [...text.matchAll(/<!-- shortened from (\S+) -->\n+```yaml\n([\s\S]*?)```/g)];
  for (const [, file = '', snippet = ''] of shortened) {
    const lines = read(file).split('\n');
    let at = -1;
    for (const line of snippet.split('\n').filter(line => line !== '')) {
      const found = lines.indexOf(line, at + 1);
      if (found < 0) findings.push(`${where}: not in ${file}, or not in this order: ${line}`);
      else at = found;
    }
  }
}

/** Options of the command, in its code blocks, that it does not have. @param {string} where @param {string} text */
function checkOptions(where, text) {
  const blocks = [...text.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.replace(/\\\n\s*/g, ''),
  );
  for (const line of blocks.join('\n').split('\n')) {
    // What follows a pipe or an `&&` is another program's.
    const [, own = ''] =
      /(?:start\.mjs|npm start --|docspace-backup-cleanup) (.*?)(?: [|&;]|$)/.exec(line) ?? [];
    for (const [, option = ''] of own.matchAll(/(?<!\S)(--[a-z-]+)/g)) {
      if (!HELP.includes(`${option} `) && !HELP.includes(`${option}\n`))
        findings.push(`${where}: no ${option}`);
    }
  }
}

/** The anchors of a page, as GitHub makes them. @param {string} text */
function anchorsOf(text) {
  const headings = text.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, heading = '']) =>
    heading
      .replace(/[`*]/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** @param {string} page @param {string} text */
function checkLinks(page, text) {
  const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)];
  for (const [, link, source] of targets) {
    const target = link ?? source ?? '';
    if (/^https?:/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) findings.push(`${page}: no ${target}`);
    else if (anchor !== undefined && !anchorsOf(read(file)).includes(anchor))
      findings.push(`${page}: no ${target}`);
  }
}

/** Files in a folder and below. @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter(name => /\.\w+$/.test(name));
}

/** The first column of the troubleshooting page has the action's words: `…` stands for what differs. */
function checkErrorTexts() {
  const code = filesIn('src')
    .map(read)
    .join('\n')
    .replace(/^ *(\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, '')
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
    .replaceAll("\\'", "'");
  const cells = [...read('docs/troubleshooting.md').matchAll(/^\| (`.*?) \| /gm)].flatMap(([, cell = '']) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, text = '']) => text),
  );
  if (cells.length < 30) findings.push('docs/troubleshooting.md: hardly any error texts are found in it');
  for (const text of cells) {
    const pieces = text.split(/… ?|HTTP [\dx]+(?: to \d+)?|"/).map(piece => piece.trim());
    for (const piece of pieces.filter(piece => piece.length > 3 && !code.includes(piece)))
      findings.push(`docs/troubleshooting.md: no such text in src/: ${piece}`);
  }
}

/** The threat model names files of __tests__, and words of the titles in them. */
function checkTestsNamed() {
  const named = [...read('docs/threat-model.md').matchAll(/`([\w./-]+\.ts)`(?: › \*([^*]+)\*)?/g)];
  if (named.length < 30) findings.push('docs/threat-model.md: hardly any tests are named in it');
  for (const [reference, file = '', title = ''] of named) {
    const path = `__tests__/${file}`;
    if (!existsSync(join(root, path)) || !read(path).includes(title))
      findings.push(`docs/threat-model.md: no such test: ${reference}`);
  }
}

function checkPages() {
  const pages = [
    ...readdirSync(root).filter(name => name.endsWith('.md')),
    ...filesIn('docs').filter(name => name.endsWith('.md')),
  ];
  for (const page of pages) {
    const text = read(page);
    checkLinks(page, text);
    checkShortened(page, text);
    checkOptions(page, text);
    for (const [, snippet = ''] of text.matchAll(/^ *```yaml\n([\s\S]*?)^ *```/gm)) checkYaml(page, snippet);
  }
  for (const file of [...filesIn('examples'), FLEET]) checkYaml(file, read(file));
  checkFleet();
  checkErrorTexts();
  checkTestsNamed();
}

const readme = read('README.md');
const renewed = await renew(readme);
if (process.argv.includes('--check')) {
  if (readme !== renewed)
    findings.push('README.md does not say what action.yml says, or what a run shows. Run: npm run docs');
  checkPages();
  for (const finding of findings) process.stderr.write(`${finding}\n`);
  process.exitCode = findings.length > 0 ? 1 : 0;
} else writeFileSync(join(root, 'README.md'), renewed);
