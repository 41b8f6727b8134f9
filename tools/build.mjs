// Builds the bundle: `npm run build`, or `node tools/build.mjs FOLDER` for another folder than dist/.
// Types are checked by `npm run typecheck`. ncc bundles and collects the licences; biome formats, which takes a tenth of the bytes and is easier to review.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? 'dist';

/** @param {string} script @param {string} args */
function run(script, args) {
  execFileSync(process.execPath, [`${root}node_modules/${script}`, ...args.split(' '), folder], {
    cwd: root,
    stdio: 'inherit',
  });
}

run(
  '@vercel/ncc/dist/ncc/cli.js',
  'build src/index.ts --target es2022 --transpile-only --no-cache --license licenses.txt --out',
);
run('@biomejs/biome/bin/biome', 'format --write --config-path tools/bundle.biome.json');
