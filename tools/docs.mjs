// `npm run docs` writes the tables of inputs and outputs, from action.yml. With `-- --check` it writes nothing, and reports
// where the pages differ from the project: tables, links, snippets, options of the command, messages, tests and files.
// `-- --check <folder>` checks the copy of the project in that folder.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { marked } from 'marked';
import ts from 'typescript';
import { parse, parseAllDocuments, visit } from 'yaml';
import { FLEET, root, SELF } from './runner.mjs';

/** The project to read. */
const project = process.argv[3] ?? root;

/** @typedef {{ description: string, required?: boolean, default?: string }} Entry */

/** The page with the generated tables. */
const REFERENCE = 'docs/reference.md';
const TROUBLESHOOTING = 'docs/troubleshooting.md';
const THREAT_MODEL = 'docs/threat-model.md';
/** As `wc -w` counts. */
const MAX_WORDS = 1_800;
const MAX_WORDS_BEFORE_YAML = 260;
const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'];

/** The inputs of each table, by the table's marker. */
const TABLES = {
  required: ['operation', 'portal-url', 'token'],
  'which backups': ['dump', 'backup-ids', 'storage-types'],
  retention: [
    ...['keep-last', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'],
    ...['keep-within', 'keep-within-hourly', 'keep-within-daily', 'keep-within-weekly'],
    ...['keep-within-monthly', 'keep-within-yearly', 'keep-ids', 'time-zone'],
  ],
  safety: ['dry-run', 'max-deletions', 'require-backup-within', 'ignore-not-found', 'verify'],
  connection: ['retries', 'timeout-seconds', 'allow-http', 'summary'],
};
/** What `dry-run` may be. `examples.test.ts` evaluates the expressions. In a composite action, empty is a dry run too. */
const DRY_RUNS = [
  true,
  `\${{ github.event_name != 'schedule' && format('{0}', inputs.delete) != 'true' }}`,
  `\${{ format('{0}', inputs.delete) != 'true' }}`,
  `\${{ inputs.dry-run != 'false' }}`,
];
const FLEET_DELETE = `\${{ github.event_name == 'schedule' || format('{0}', inputs.delete) == 'true' }}`;
/** The secrets of jobs that wait for an approval. These delete what an earlier dry run planned. */
const APPROVED = /secrets\.DOCSPACE_(RETIRE|DELETE)_TOKEN/;
/** Inputs that cleanup-portals.yml sets itself. */
const SET_BY_FLEET = ['portal-url', 'token', 'backup-ids', 'dry-run', 'allow-http', 'summary'];

/** @type {{ inputs: Record<string, Entry>, outputs: Record<string, Entry> }} */
const { inputs: INPUTS, outputs: OUTPUTS } = parse(read('action.yml'));
const fleet = parse(read(FLEET));
/** @type {Record<string, Entry>} */
const FLEET_INPUTS = fleet.on.workflow_call.inputs;
/** @type {string[]} */
const findings = [];

const page = read(REFERENCE);
const renewed = withTables(page);
if (process.argv.includes('--check')) {
  if (page !== renewed) findings.push(`${REFERENCE}: the tables differ from action.yml. Run: npm run docs`);
  checkPages();
  checkReadme();
  checkFleet();
  checkMessages();
  checkTestNames();
  checkFileMap();
  for (const finding of findings) console.error(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
} else writeFileSync(join(project, REFERENCE), renewed);

/** @param {string} path */
function read(path) {
  return readFileSync(join(project, path), 'utf8');
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name).replaceAll('\\', '/'))
    .filter(path => /\.\w+$/.test(path));
}

/** The reference page with its tables as they should be. @param {string} text */
function withTables(text) {
  const missing = Object.keys(INPUTS).filter(name => !Object.values(TABLES).flat().includes(name));
  if (missing.length > 0) throw new Error(`In no table (TABLES in tools/docs.mjs): ${missing.join(', ')}`);
  let result = replaceBetween(text, 'outputs', table('Output', OUTPUTS, Object.keys(OUTPUTS)));
  for (const [marker, names] of Object.entries(TABLES))
    result = replaceBetween(result, `inputs: ${marker}`, table('Input', INPUTS, names, marker));
  return result;
}

/**
 * HTML, because in a Markdown table GitHub breaks names at their hyphens.
 * @param {string} head @param {Record<string, Entry>} entries @param {string[]} names @param {string} [marker]
 */
function table(head, entries, names, marker) {
  const rows = names.map(name => {
    const { description = '', default: value } = entries[name] ?? {};
    // The heading of the retention table names the operation.
    const meaning = marker === 'retention' ? description.replace('For `prune-history`: ', '') : description;
    const text = value === undefined ? meaning : `${meaning} Default: \`${value}\`.`;
    const html = text
      .replace(/^./, letter => letter.toUpperCase())
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/`([^`]+)`/g, '<code>$1</code>');
    return `<tr><td nowrap><samp>${name}</samp></td><td>${html}</td></tr>`;
  });
  return ['<table>', `<tr><th>${head}</th><th>Meaning</th></tr>`, ...rows, '</table>'].join('\n');
}

/** @param {string} text @param {string} marker @param {string} content */
function replaceBetween(text, marker, content) {
  const pattern = new RegExp(`(?<=<!-- ${marker} -->\n)[^]*?(?=<!-- end of ${marker} -->)`);
  if (!pattern.test(text)) throw new Error(`${REFERENCE} has no markers for ${marker}`);
  return text.replace(pattern, () => `${content}\n`);
}

/** Checks links, snippets and options of the command in all pages, and the YAML of the examples. */
function checkPages() {
  const help = String(execFileSync(process.execPath, [join(project, 'tools/start.mjs'), '--help']));
  const pages = [...readdirSync(project), ...filesIn('docs')].filter(path => path.endsWith('.md'));
  for (const page of pages) {
    checkShortened(page, read(page));
    const { links, blocks } = contentOf(read(page));
    for (const link of links) checkLink(page, link);
    for (const { language, code } of blocks) {
      if (language === 'yaml') checkYaml(page, code);
      for (const option of optionsIn(code))
        if (!new RegExp(`${option}\\s`).test(help)) findings.push(`${page}: no ${option}`);
    }
  }
  for (const file of [...filesIn('examples'), FLEET]) checkYaml(file, read(file));
}

/** The README is short, and has a row for each input; those of the other periods share the row of the hourly one. */
function checkReadme() {
  const text = read('README.md');
  const wordsIn = (/** @type {string} */ part) => part.trim().split(/\s+/).length;
  const [beginning = ''] = text.split('```yaml');
  const [all, first] = [wordsIn(text), wordsIn(beginning)];
  if (all > MAX_WORDS) findings.push(`README.md: ${all} words, at most ${MAX_WORDS}`);
  if (first > MAX_WORDS_BEFORE_YAML)
    findings.push(`README.md: ${first} words before the first YAML, at most ${MAX_WORDS_BEFORE_YAML}`);
  for (const [name, { default: value }] of Object.entries(INPUTS)) {
    const isRow = text.includes(`\n| \`${name}\`${value === undefined ? '' : ` | \`${value}\` |`}`);
    if (!isRow && !/^keep-.*(daily|weekly|monthly|yearly)$/.test(name))
      findings.push(`README.md: no row for ${name} with its default`);
  }
}

/** @param {string} text of a page */
function contentOf(text) {
  /** @type {string[]} */
  const anchors = [];
  /** @type {string[]} */
  const links = [];
  /** @type {{ language: string, code: string }[]} */
  const blocks = [];
  marked.walkTokens(marked.lexer(text), token => {
    if (token.type === 'heading') {
      // As GitHub makes the anchor.
      const words = token['text'].toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
      anchors.push(words.replaceAll(' ', '-'));
    }
    if (token.type === 'link' || token.type === 'image') links.push(token['href']);
    if (token.type === 'html') links.push(...(token.raw.match(/(?<=(src|srcset|href)=")[^"]+/g) ?? []));
    if (token.type === 'code') blocks.push({ language: token['lang'], code: token['text'] });
  });
  return { anchors, links, blocks };
}

/** @param {string} page @param {string} link */
function checkLink(page, link) {
  if (/^(https?|mailto):/.test(link)) return;
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  const exists = existsSync(join(project, file));
  if (!exists || (anchor && !contentOf(read(file)).anchors.includes(anchor)))
    findings.push(`${page}: no ${link}`);
}

/** A snippet that is shortened from a file has lines of that file, in the same order. @param {string} page @param {string} text */
function checkShortened(page, text) {
  const snippets = text.matchAll(/<!-- shortened from (\S+) -->\n+```yaml\n([\s\S]*?)```/g);
  for (const [, file = '', code = ''] of snippets) {
    const lines = read(file).split('\n');
    let from = 0;
    for (const line of code.split('\n').filter(line => line !== '')) {
      const at = lines.indexOf(line, from);
      if (at < 0) findings.push(`${page}: not in ${file}, or not in this order: ${line}`);
      else from = at + 1;
    }
  }
}

/** The options that a block of code gives to the command. @param {string} code */
function optionsIn(code) {
  const commands = code
    .replace(/\\\n\s*/g, '')
    .matchAll(/(?:start\.mjs|npm start --|docspace-backup-cleanup) ([^\n|;&]*)/g);
  return Array.from(commands, ([, args = '']) => args.match(/(?<!\S)--[a-z-]+/g) ?? []).flat();
}

/** Checks the steps and jobs that use this action or its reusable workflow. @param {string} where @param {string} text */
function checkYaml(where, text) {
  for (const document of parseAllDocuments(text)) {
    for (const { message } of document.errors) findings.push(`${where}: ${message}`);
    visit(document, {
      Map: (_, map) => {
        const node = map.toJS(document);
        const { uses = '', with: given = {} } = node;
        if (String(uses).replace('https://github.com/', '').startsWith(SELF)) checkUse(where, uses, given);
        if ('dry-run' in node && !DRY_RUNS.includes(node['dry-run']))
          findings.push(`${where}: dry-run is not safe: ${node['dry-run']}`);
        if (String(uses).startsWith('actions/upload-artifact') && node['continue-on-error'] !== true)
          findings.push(`${where}: a full artifact storage fails the job`);
      },
    });
  }
}

/** @param {string} where @param {string} uses @param {Record<string, unknown>} given */
function checkUse(where, uses, given) {
  if (!/@(v1|[0-9a-f]{40})$/.test(uses)) findings.push(`${where}: ${uses} is not @v1`);
  const known = uses.includes(FLEET) ? FLEET_INPUTS : INPUTS;
  const operation = String(given['operation']);
  if (known === FLEET_INPUTS && given['delete'] !== FLEET_DELETE)
    findings.push(`${where}: delete is not safe`);
  if (known === INPUTS && !('dry-run' in given) && !APPROVED.test(String(given['token'])))
    findings.push(`${where}: a step without dry-run`);
  for (const [name, { required }] of Object.entries(known))
    if (required && !(name in given)) findings.push(`${where}: no ${name}`);
  const isFixed = !operation.startsWith('$');
  if (isFixed && !OPERATIONS.includes(operation)) findings.push(`${where}: no operation ${operation}`);
  for (const [name, value] of Object.entries(given)) {
    if (!(name in known)) findings.push(`${where}: no input ${name}`);
    // An input that is handed through is empty, or refused by the action.
    else if (isFixed && value !== `\${{ inputs.${name} }}` && !isFor(name, operation))
      findings.push(`${where}: ${name} does not belong to ${operation}`);
  }
}

/** Whether an input belongs to an operation: its description begins with those that it is for. @param {string} name @param {string} operation */
function isFor(name, operation) {
  const [, but, operations] =
    /^For (all operations but )?((?:`[a-z-]+`(?:, | and )?)+):/.exec(INPUTS[name]?.description ?? '') ?? [];
  return operations === undefined || operations.includes(`\`${operation}\``) !== (but !== undefined);
}

/** cleanup-portals.yml takes each input of the action that it does not set itself, and hands it on. */
function checkFleet() {
  /** @type {{ uses?: string, with: Record<string, unknown> }[]} */
  const steps = Object.values(fleet.jobs).flatMap(job => job.steps);
  const given = steps.find(({ uses }) => uses === './action')?.with ?? {};
  for (const name of Object.keys(INPUTS).filter(name => !SET_BY_FLEET.includes(name))) {
    if (!(name in FLEET_INPUTS)) findings.push(`${FLEET}: no input ${name}`);
    if (!String(given[name]).includes(`inputs.${name}`)) findings.push(`${FLEET}: ${name} is not handed on`);
  }
}

/** The first column of the troubleshooting tables quotes messages, with `…` for the parts that differ. */
function checkMessages() {
  const source = filesIn('src').map(textsIn).join('\n');
  const cells = read(TROUBLESHOOTING).match(/^\| `.*?(?= \| )/gm) ?? [];
  const messages = cells.flatMap(cell => cell.match(/`[^`]+`/g) ?? []);
  if (messages.length < 30) findings.push(`${TROUBLESHOOTING}: hardly any messages found`);
  for (const message of messages) {
    const pieces = message.split(/… ?|HTTP [\dx]+(?: to \d+)?|["`]/).map(piece => piece.trim());
    for (const piece of pieces.filter(piece => piece.length > 3 && !source.includes(piece)))
      findings.push(`${TROUBLESHOOTING}: no such message in src/: ${piece}`);
  }
}

/** The texts in a source file's strings and template literals, whatever their tag. @param {string} path */
function textsIn(path) {
  /** @type {string[]} */
  const texts = [];
  /** @param {ts.Node} node */
  const collect = node => {
    if (ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      texts.push(node.text);
    ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022));
  return texts.join('\n');
}

/** The threat model names files of __tests__, and parts of the titles of their tests. */
function checkTestNames() {
  const named = [...read(THREAT_MODEL).matchAll(/`([\w./-]+\.ts)`(?: › \*([^*]+)\*)?/g)];
  if (named.length < 30) findings.push(`${THREAT_MODEL}: hardly any tests found`);
  for (const [reference, file = '', title = ''] of named) {
    const path = `__tests__/${file}`;
    if (!existsSync(join(project, path)) || !read(path).includes(title))
      findings.push(`${THREAT_MODEL}: no such test: ${reference}`);
  }
}

/** CONTRIBUTING.md names every file of src/, and no other. */
function checkFileMap() {
  const page = read('CONTRIBUTING.md');
  const files = filesIn('src').map(path => basename(path));
  for (const file of files.filter(file => !page.includes(file)))
    findings.push(`CONTRIBUTING.md: does not name ${file}`);
  const [, map = ''] = /^## Layout\n([\s\S]*?)^## /m.exec(page) ?? [];
  for (const [, file = ''] of map.matchAll(/`(?:src\/(?:\w+\/)*)?([\w-]+\.ts)`/g))
    if (!files.includes(file)) findings.push(`CONTRIBUTING.md: no such file: ${file}`);
}
