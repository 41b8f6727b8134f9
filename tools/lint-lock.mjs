// Checks that package-lock.json can be used by everybody: each package from the public npm registry and no other host
// (npm writes down the mirror that it was given), and with the sum that npm compares it with.

import { readFileSync } from 'node:fs';

/** @type {{ packages: Record<string, { resolved?: string, integrity?: string, inBundle?: boolean }> }} */
const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
for (const [path, { resolved, integrity, inBundle }] of Object.entries(packages)) {
  if (path === '' || inBundle) continue;
  const isPublic = resolved === undefined || resolved.startsWith('https://registry.npmjs.org/');
  if (isPublic && integrity !== undefined) continue;
  console.log(`package-lock.json: ${path}: ${isPublic ? 'no integrity' : `resolved to ${resolved}`}`);
  process.exitCode = 1;
}
