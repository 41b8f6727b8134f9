// `npm run screenshots` renders the job summary of a real run as GitHub shows it, with headless Chromium, and writes the two
// pictures of the README. It fails if something is cut off, at that width or at the width of a phone, or if no font has the
// icon of the headline.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marked } from 'marked';
import { root, runAction } from './runner.mjs';
import { makeBackups, makeId, startPortal } from './stand-in/portal.mjs';

const README_WIDTH = 830;
const PHONE_WIDTH = 390;
/** Chromium makes no narrower window. */
const MIN_WINDOW = 500;

/** The backups of 90 nights that the policy below has kept so far, with last night's. */
const nightly = makeBackups(90);
const usual = [0, 1, 2, 3, 4, 5, 6, 7, 9, 16, 31, 59, 89].flatMap(index => nightly[index] ?? []);
const weekly = makeBackups(4, { newest: '2026-03-29', everyHours: 168, storageType: 5 }).map(
  (backup, index) => ({ ...backup, id: makeId(1001 + index) }),
);
const policy = { 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' };

/** Reports the height of the page, what is wider than its place, and whether an icon has colors: an empty box has none. */
const MEASURE = `
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillText('✅', 0, 10);
  const pixels = canvas.getImageData(0, 0, 20, 20).data;
  document.documentElement.dataset.icon = pixels.some((value, index) => index % 4 === 0 && value !== pixels[index + 1]);
  const isWide = element => element.scrollWidth > element.clientWidth + 1;
  const wide = [...document.querySelectorAll('table, pre, blockquote, p, h3')].filter(isWide);
  document.documentElement.dataset.wide = wide.map(element => element.tagName).join(' ');
  document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);`;

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  name => spawnSync(name, ['--version']).status === 0,
);
if (browser === undefined) throw new Error('The screenshots need Chromium or Google Chrome.');
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const portal = await startPortal({ backups: [...usual, ...weekly] });
const inputs = { operation: 'prune-history', 'portal-url': portal.url, token: 'sk-screenshots', ...policy };
const { summary } = await runAction(inputs);
await portal.close();
const html = await marked.parse(summary.replaceAll(/127\.0\.0\.1:\d+/g, 'portal.example'));
for (const theme of ['light', 'dark']) {
  render(theme, PHONE_WIDTH, join(folder, 'phone.png'));
  render(theme, README_WIDTH, join(root, `docs/summary-${theme}.png`));
}
rmSync(folder, { recursive: true });

/** @param {string} theme @param {number} width @param {string} picture */
function render(theme, width, picture) {
  const styles = `node_modules/github-markdown-css/github-markdown-${theme}.css`;
  const css = readFileSync(join(root, styles), 'utf8');
  const background = theme === 'light' ? '#ffffff' : '#0d1117';
  const page = join(folder, 'page.html');
  const content = `<!doctype html><meta charset="utf-8"><style>${css}
html { background: ${background} } body { box-sizing: border-box; width: ${width}px; margin: 0; padding: 16px }</style>
<body class="markdown-body">${html}<script>${MEASURE}</script>`;
  writeFileSync(page, content);
  const size = `--window-size=${Math.max(width, MIN_WINDOW)}`;
  const dom = runBrowser(page, `${size},600`, '--dump-dom');
  const [, wide] = /data-wide="([^"]+)"/.exec(dom) ?? [];
  if (wide !== undefined) throw new Error(`Cut off at a width of ${width}: ${wide}`);
  if (!dom.includes('data-icon="true"')) throw new Error('The icons need a font such as Noto Color Emoji.');
  const [, height] = /data-height="(\d+)"/.exec(dom) ?? [];
  runBrowser(page, `${size},${height}`, '--force-device-scale-factor=2', `--screenshot=${picture}`);
}

/** @param {string} page @param {string[]} options */
function runBrowser(page, ...options) {
  const fixed = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const args = [...fixed, `--user-data-dir=${join(folder, 'profile')}`, ...options, pathToFileURL(page).href];
  const { stdout, status } = spawnSync(browser ?? '', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${browser} failed with ${status}`);
  return stdout;
}
