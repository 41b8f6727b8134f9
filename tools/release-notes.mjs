// Prints the section of CHANGELOG.md for a version: `node tools/release-notes.mjs v1.2.3`. Fails if there is none, or if
// package.json has another version.

import { readFileSync } from 'node:fs';

const version = process.argv[2]?.replace(/^v/, '');
const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

/** @type {{ version: string }} */
const manifest = JSON.parse(read('package.json'));
if (manifest.version !== version)
  throw new Error(`package.json has version ${manifest.version}, the tag ${version}`);

const sections = read('CHANGELOG.md').split(/^## /m);
const section = sections.find(section => section.startsWith(`${version}\n`));
const notes = section?.slice(version.length).trim();
if (!notes) throw new Error(`CHANGELOG.md has nothing about ${version}`);
console.log(notes);
