// Prints what CHANGELOG.md says of a version, for its GitHub release: `node tools/release-notes.mjs v1.2.3`. Fails if there
// is nothing, or if package.json is of another version.

import { readFileSync } from 'node:fs';

const version = process.argv[2]?.replace(/^v/, '');
const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

/** @type {{ version: string }} */
const manifest = JSON.parse(read('package.json'));
if (manifest.version !== version)
  throw new Error(`package.json is of ${manifest.version}, the tag of ${version}`);

const sections = read('CHANGELOG.md').split(/^## /m);
const notes = sections
  .find(section => section.startsWith(`${version}\n`))
  ?.replace(/^.*\n/, '')
  .trim();
if (!notes) throw new Error(`CHANGELOG.md says nothing of ${version}`);
console.log(notes);
