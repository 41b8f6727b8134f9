// `npm run screenshots` renders job summaries of real runs as GitHub shows them, with headless Chromium. It writes the two
// pictures of the README; with `-- --all`, every case below in screenshots/, at the width of a desktop and of a phone.
// It fails if a table or a text is cut off.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { root, runAction } from './runner.mjs';
import { makeBackups, makeId, SCHEDULE, startPortal } from './stand-in/portal.mjs';

/** @typedef {import('./stand-in/portal.mjs').PortalOptions} PortalOptions */

const WIDTHS = { readme: 830, desktop: 1280, phone: 390 };
/** Chromium makes no narrower window. */
const MIN_WINDOW = 500;
const MAX_HEIGHT = 4000;

const prune = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' };
const nightly = makeBackups(90);
const weekly = makeBackups(4, { newest: '2026-03-29', everyHours: 168, storageType: 5 }).map(
  (backup, index) => ({
    ...backup,
    id: makeId(1001 + index),
  }),
);
/** What the policy has left of 90 nights, and last night's. */
const usual = [0, 1, 2, 3, 4, 5, 6, 7, 9, 16, 31, 59, 89].flatMap(index => nightly[index] ?? []);
const longNames = makeBackups(4).map(backup => ({
  ...backup,
  fileName: `${'a-long-alias-'.repeat(8)}.tar.gz`,
}));

/** @type {Record<string, [inputs: Record<string, string>, portal: PortalOptions]>} */
const CASES = {
  'usual-night': [prune, { backups: [...usual, ...weekly] }],
  'first-night': [{ ...prune, 'time-zone': 'Europe/Berlin' }, { backups: [...nightly, ...weekly] }],
  'dry-run': [
    { ...prune, 'dry-run': 'true' },
    { backups: nightly, schedule: SCHEDULE },
  ],
  'many-backups': [{ operation: 'prune-history', 'keep-last': '280' }, { backups: makeBackups(600) }],
  'long-names': [{ operation: 'prune-history', 'keep-last': '2' }, { backups: longNames }],
  refused: [{ ...prune, 'max-deletions': '20' }, { backups: nightly }],
  failed: [prune, { backups: nightly, locked: [makeId(60), makeId(33)], broken: [makeId(50)] }],
  'file-may-remain': [prune, { backups: nightly, fileErrors: { '*': 500 } }],
  schedule: [{ operation: 'delete-schedule' }, { schedule: SCHEDULE }],
  history: [{ operation: 'delete-history' }, { backups: makeBackups(3) }],
};

/** Reports the height of the page, and what is wider than its place. */
const MEASURE = `
  const isWide = element => element.scrollWidth > element.clientWidth + 1;
  const wide = [...document.querySelectorAll('table, pre, blockquote, p, h3')].filter(isWide);
  document.documentElement.dataset.wide = wide.map(element => element.tagName).join(' ');
  document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);`;

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  name => spawnSync(name, ['--version']).status === 0,
);
if (browser === undefined) throw new Error('The screenshots need Chromium or Google Chrome.');
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
if (process.argv.includes('--all')) {
  mkdirSync(join(root, 'screenshots'), { recursive: true });
  for (const name of Object.keys(CASES)) {
    const summary = await summaryOf(name);
    takePictures(summary, `screenshots/${name}-desktop`, WIDTHS.desktop);
    takePictures(summary, `screenshots/${name}-phone`, WIDTHS.phone);
  }
} else takePictures(await summaryOf('usual-night'), 'docs/summary', WIDTHS.readme);
rmSync(folder, { recursive: true });

/** @param {string} name of a case @returns {Promise<string>} its job summary as HTML */
async function summaryOf(name) {
  const [inputs, options] = CASES[name] ?? [{}, {}];
  const portal = await startPortal(options);
  const { summary } = await runAction({ 'portal-url': portal.url, token: 'sk-screenshots', ...inputs });
  await portal.close();
  return await marked.parse(summary.replaceAll(/127\.0\.0\.1:\d+/g, 'portal.example'));
}

/** Takes a light and a dark picture. @param {string} html @param {string} name @param {number} width */
function takePictures(html, name, width) {
  for (const [theme, background] of Object.entries({ light: '#ffffff', dark: '#0d1117' })) {
    const css = join(root, `node_modules/github-markdown-css/github-markdown-${theme}.css`);
    const page = join(folder, 'page.html');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><style>${readFileSync(css, 'utf8')}
html { background: ${background} } body { box-sizing: border-box; width: ${width}px; margin: 0; padding: 16px }</style>
<body class="markdown-body">${html}<script>${MEASURE}</script>`,
    );
    const size = `--window-size=${Math.max(width, MIN_WINDOW)}`;
    const dom = runBrowser(page, `${size},600`, '--dump-dom');
    const [, wide] = /data-wide="([^"]+)"/.exec(dom) ?? [];
    if (wide !== undefined) {
      console.error(`${name}: cut off: ${wide}`);
      process.exitCode = 1;
    }
    const height = Math.min(MAX_HEIGHT, Number(/data-height="(\d+)"/.exec(dom)?.[1]));
    const file = `--screenshot=${join(root, `${name}-${theme}.png`)}`;
    runBrowser(page, `${size},${height}`, '--force-device-scale-factor=2', file);
  }
}

/** @param {string} page @param {string[]} options */
function runBrowser(page, ...options) {
  const fixed = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const args = [...fixed, `--user-data-dir=${join(folder, 'profile')}`, ...options, `file://${page}`];
  const { stdout, status } = spawnSync(browser ?? '', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${browser} failed with ${status}`);
  return stdout;
}
