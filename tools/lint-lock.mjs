// Checks that everybody can install package-lock.json: each package comes from the public npm registry, not from a mirror, and
// has a checksum.

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
