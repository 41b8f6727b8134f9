// Builds the bundle: `npm run build`, or `node tools/build.mjs FOLDER` for another folder than dist/.
// Types are checked by `npm run typecheck`. ncc bundles and collects the licences; biome formats. Without what
// webpack adds that is a fifth smaller, and easier to review.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
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
// What webpack adds goes: a wrapper (a module has a scope anyway) and comments (ours are in the sources). The names of the files stay.
const bundle = resolve(root, folder, 'index.js');
const code = readFileSync(bundle, 'utf8')
  .replace(/\/\*(\*+|#__PURE__\*| harmony default export \*| unused pure expression or super \*)\/ ?/g, '')
  .replace(/^[ \t]*(\/\*[\s\S]*?\*\/|\/\/.*)[ \t]*\n/gm, '')
  .replace(/^;\/\/ CONCATENATED MODULE: (\.\/)?/gm, '// ');
const [, unwrapped] = /^\(\(\) => \{ \/\/ webpackBootstrap\n(.*)^\}\)\(\)\n;$/ms.exec(code) ?? [];
if (unwrapped === undefined) throw new Error('ncc wraps its bundle in another way than before');
writeFileSync(bundle, unwrapped);
run('@biomejs/biome/bin/biome', 'format --write --config-path tools/bundle.biome.json');
