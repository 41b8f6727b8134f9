// Writes the tables of inputs and outputs in README.md from action.yml. With --check, it only tells whether they are
// up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const readme = new URL('../README.md', import.meta.url);
const action = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'));

/** @typedef {Record<string, { description: string, required?: boolean, default?: string }>} Entries */

/** @param {Entries} inputs */
function inputTable(inputs) {
  const rows = Object.entries(inputs).map(([name, { description, required, default: standard }]) => {
    const value = required ? '**required**' : standard === undefined ? '' : `\`${standard}\``;
    return `| \`${name}\` | ${value} | ${description} |`;
  });
  return ['| Input | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** @param {Entries} outputs */
function outputTable(outputs) {
  const rows = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${description} |`);
  return ['| Output | Meaning |', '| --- | --- |', ...rows].join('\n');
}

/** @param {string} text @param {string} marker @param {string} content */
function replaceBetween(text, marker, content) {
  const pattern = new RegExp(`(<!-- ${marker} -->\\n)[\\s\\S]*?(<!-- end of ${marker} -->)`);
  if (!pattern.test(text)) throw new Error(`README.md has no markers for ${marker}`);
  return text.replace(pattern, (_, start, end) => `${start}${content}\n${end}`);
}

const before = readFileSync(readme, 'utf8');
const after = replaceBetween(
  replaceBetween(before, 'inputs', inputTable(action.inputs)),
  'outputs',
  outputTable(action.outputs),
);
if (!process.argv.includes('--check')) writeFileSync(readme, after);
else if (before !== after) {
  process.stderr.write('README.md does not say what action.yml says. Run: npm run docs\n');
  process.exitCode = 1;
}
