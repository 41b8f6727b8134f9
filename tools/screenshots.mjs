// `npm run screenshots`: job summaries of real runs against the stand-in portal, as GitHub shows them: rendered as
// GitHub-flavoured Markdown, with GitHub's stylesheet, in headless Chromium. Writes the two pictures of the README to
// docs/; with --all, every kind of run, at the width of a desk and of a phone, light and dark, to screenshots/, to be
// looked at. Fails where a table or a timeline is cut off, or a date breaks.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { root, runAction } from './runner.mjs';
import { makeBackups, makeId, SCHEDULE, startPortal } from './stand-in/portal.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const README = 830;
const WIDTHS = { desk: 1280, phone: 390 };
const THEMES = ['light', 'dark'];
/** A window is never narrower than that, whatever is asked for. */
const LEAST_WINDOW = 500;
const TALLEST = 4000;

/**
 * @typedef {object} Case
 * @property {Record<string, string>} inputs
 * @property {import('./stand-in/portal.mjs').PortalOptions} portal
 * @property {unknown[]} [since] backups that are made after a first run that is not shown
 * @property {number} [cancelAfterMs]
 */

const policy = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' };
/** Every night at the same hour; 25 in place of 24 hours would draw a line through the days. */
const nightly = makeBackups(90);
/** A copy elsewhere, every Sunday. */
const weekly = makeBackups(20, { newest: '2026-03-29', everyHours: 168, storageType: 5 }).map(
  (backup, index) => ({
    ...backup,
    id: makeId(1001 + index),
  }),
);
const longName = `${'a-rather-long-alias-'.repeat(3)}${'x'.repeat(40)}.tar.gz`;

/** @type {Record<string, Case>} */
const CASES = {
  'usual-night': {
    inputs: policy,
    portal: { backups: [...nightly.slice(1), ...weekly.slice(0, 4)] },
    since: nightly.slice(0, 1),
  },
  'first-night': { inputs: policy, portal: { backups: nightly } },
  'dry-run': { inputs: { ...policy, 'dry-run': 'true' }, portal: { backups: nightly, schedule: SCHEDULE } },
  'nothing-to-delete': { inputs: policy, portal: { backups: nightly.slice(0, 5) } },
  'many-300': {
    inputs: { operation: 'prune-history', 'keep-last': '280' },
    portal: { backups: makeBackups(600) },
  },
  'pinned-in-berlin': {
    inputs: {
      ...policy,
      'keep-within-daily': '14d',
      'keep-ids': makeId(50),
      'time-zone': 'Europe/Berlin',
    },
    portal: { backups: [...nightly, ...weekly] },
  },
  'far-zone-long-names': {
    inputs: { operation: 'prune-history', 'keep-last': '2', 'time-zone': 'America/Argentina/Buenos_Aires' },
    portal: { backups: makeBackups(4).map(backup => ({ ...backup, fileName: longName })) },
  },
  refused: { inputs: { ...policy, 'max-deletions': '20' }, portal: { backups: nightly } },
  'refused-dry-run': {
    inputs: { ...policy, 'max-deletions': '20', 'dry-run': 'true' },
    portal: { backups: nightly },
  },
  'backups-have-stopped': {
    inputs: { ...policy, 'require-backup-within': '2d' },
    portal: { backups: nightly },
  },
  'wrong-input': { inputs: { operation: 'prune-history' }, portal: {} },
  'read-only-key': {
    inputs: { operation: 'delete-history' },
    portal: { backups: makeBackups(3), scopes: ['*:read'] },
  },
  'failed-with-ids': {
    inputs: policy,
    portal: { backups: nightly, locked: [makeId(60), makeId(33), makeId(12)], broken: [makeId(50)] },
  },
  'file-may-remain': { inputs: policy, portal: { backups: nightly, fileErrors: { '*': 500 } } },
  'kept-one-is-gone': { inputs: policy, portal: { backups: nightly, vanishing: [makeId(1)] } },
  cancelled: { inputs: policy, portal: { backups: nightly, latencyMs: 60 }, cancelAfterMs: 600 },
  'useless-list': {
    inputs: policy,
    portal: { backups: nightly, backends: [{ listings: [2], backups: [] }] },
  },
  schedule: { inputs: { operation: 'delete-schedule' }, portal: { schedule: SCHEDULE } },
  'no-schedule': { inputs: { operation: 'delete-schedule' }, portal: {} },
  'history-0': { inputs: { operation: 'delete-history' }, portal: {} },
  'history-3': { inputs: { operation: 'delete-history' }, portal: { backups: makeBackups(3) } },
  'history-unverified': {
    inputs: { operation: 'delete-history', verify: 'false' },
    portal: { backups: makeBackups(3) },
  },
  'backups-by-id': {
    inputs: { operation: 'delete-backups', 'backup-ids': `${makeId(2)} ${makeId(3)}` },
    portal: { backups: makeBackups(5) },
  },
  'backups-by-id-again': {
    inputs: {
      operation: 'delete-backups',
      'backup-ids': `${makeId(2)} ${makeId(9)}`,
      'ignore-not-found': 'true',
    },
    portal: { backups: makeBackups(5) },
  },
  'left-alone': {
    inputs: { operation: 'prune-history', 'keep-last': '2', 'storage-types': 'Local' },
    portal: {
      backups: [
        ...makeBackups(5),
        { ...makeBackups(1, { storageType: 2 })[0], id: makeId(6) },
        { ...makeBackups(1)[0], id: makeId(7), createdOn: 'yesterday' },
        { ...makeBackups(1)[0], id: makeId(8), expiresOn: '2026-04-01T02:15:00' },
      ],
    },
  },
};

/** What looks for what cannot be seen as a whole, and tells the height. */
const LOOK = `
  const wide = [...document.querySelectorAll('table, pre, blockquote, p, h3')]
    .filter(element => element.scrollWidth > element.clientWidth + 1)
    .map(element => element.tagName + ' is cut off');
  const broken = [...document.querySelectorAll('td:first-child')]
    .filter(cell => cell.checkVisibility() && cell.getBoundingClientRect().height > 60 && cell.getClientRects().length > 1)
    .map(() => 'a date breaks');
  const { dataset } = document.documentElement;
  dataset.problems = [...new Set([...wide, ...broken])].join(', ');
  dataset.height = String(Math.ceil(document.body.getBoundingClientRect().height));`;

const browser = findBrowser();
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
/** @type {string[]} */
const problems = [];
if (process.argv.includes('--all')) {
  mkdirSync(join(root, 'screenshots'), { recursive: true });
  for (const name of Object.keys(CASES)) {
    const page = await render(name);
    for (const [place, width] of Object.entries(WIDTHS)) {
      pictures(page, `screenshots/${name}-${place}`, width);
    }
  }
} else {
  const page = await render('usual-night');
  pictures(page, 'docs/summary', README);
}
rmSync(folder, { recursive: true });
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

function findBrowser() {
  for (const name of BROWSERS) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // The next one, then.
    }
  }
  throw new Error(`None of ${BROWSERS.join(', ')} is installed.`);
}

/** Runs a case. @param {string} name @returns {Promise<string>} its summary, as HTML */
async function render(name) {
  const { inputs, portal: options, since, cancelAfterMs } = CASES[name] ?? { inputs: {}, portal: {} };
  const portal = await startPortal(options);
  const all = { 'portal-url': portal.url, token: 'sk-screenshots', ...inputs };
  if (since) {
    await runAction(all);
    portal.state.history.own.unshift(...since);
  }
  const cancelled = cancelAfterMs === undefined ? {} : { cancelled: AbortSignal.timeout(cancelAfterMs) };
  const { summary } = await runAction(all, cancelled);
  await portal.close();
  return await marked.parse(summary.replaceAll(/127\.0\.0\.1:\d+/g, 'portal.example'), { gfm: true });
}

/**
 * Takes a picture in each theme, whose layout is the same.
 * @param {string} html @param {string} name @param {number} width
 */
function pictures(html, name, width) {
  const size = `--window-size=${Math.max(width, LEAST_WINDOW)}`;
  let height = 0;
  for (const theme of THEMES) {
    const page = join(folder, 'page.html');
    writeFileSync(page, document(html, width, theme));
    if (height === 0) {
      const dom = chromium(page, `${size},600`, '--dump-dom');
      const [, found = ''] = /data-problems="([^"]*)"/.exec(dom) ?? [];
      if (found !== '') problems.push(`${name}: ${found}`);
      height = Math.min(TALLEST, Number(/data-height="(\d+)"/.exec(dom)?.[1] ?? 600));
    }
    const file = `--screenshot=${join(root, `${name}-${theme}.png`)}`;
    chromium(page, `${size},${height}`, '--force-device-scale-factor=2', file);
  }
}

/** @param {string} html @param {number} width @param {string} theme */
function document(html, width, theme) {
  const css = join(root, `node_modules/github-markdown-css/github-markdown-${theme}.css`);
  const background = theme === 'dark' ? '#0d1117' : '#ffffff';
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>${readFileSync(css, 'utf8')}</style>
<style>html { background: ${background} } body { box-sizing: border-box; width: ${width}px; margin: 0; padding: 16px }</style>
<body class="markdown-body">${html}
<script>${LOOK}</script>`;
}

/** @param {string} page @param {string[]} more */
function chromium(page, ...more) {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const quiet = ['background-networking', 'component-update', 'sync', 'quic'].map(
    name => `--disable-${name}`,
  );
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  return execFileSync(browser, [...flags, ...quiet, profile, ...more, `file://${page}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
}
