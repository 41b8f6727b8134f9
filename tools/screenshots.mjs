// `npm run screenshots`: job summaries of real runs against the stand-in portal, as GitHub shows them: rendered as
// GitHub-flavoured Markdown, with GitHub's stylesheet, in headless Chromium. Writes the two pictures of the README to
// docs/; with --all, every case in light, dark and at phone width to screenshots/, to be looked at.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { root, runAction } from './runner.mjs';
import { makeBackups, makeId, SCHEDULE, startPortal } from './stand-in/portal.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const WIDE = 830;
const PHONE = 390;

/**
 * @typedef {object} Case
 * @property {Record<string, string>} inputs
 * @property {import('./stand-in/portal.mjs').PortalOptions} portal
 * @property {number} [cancelAfterMs]
 */

const policy = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '6' };
const nightly = makeBackups(90, { everyHours: 25 });

/** @type {Record<string, Case>} */
const CASES = {
  prune: { inputs: policy, portal: { backups: nightly } },
  'dry-run': { inputs: { ...policy, 'dry-run': 'true' }, portal: { backups: nightly } },
  'partial-failure': {
    inputs: policy,
    portal: { backups: nightly, locked: [makeId(60), makeId(33), makeId(12)] },
  },
  refusal: { inputs: { ...policy, 'max-deletions': '20' }, portal: { backups: nightly } },
  'wrong-input': { inputs: { operation: 'prune-history' }, portal: {} },
  'no-write-scope': {
    inputs: { operation: 'delete-history' },
    portal: { backups: makeBackups(3), scopes: ['*:read'] },
  },
  cancelled: { inputs: policy, portal: { backups: nightly, latencyMs: 60 }, cancelAfterMs: 350 },
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
  'prune-60': {
    inputs: { operation: 'prune-history', 'keep-within': '30d' },
    portal: { backups: makeBackups(60) },
  },
  'prune-10000': { inputs: policy, portal: { backups: makeBackups(10_000, { everyHours: 6 }) } },
};

const browser = findBrowser();
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
if (process.argv.includes('--all')) {
  mkdirSync(join(root, 'screenshots'), { recursive: true });
  for (const name of Object.keys(CASES)) {
    const page = await render(name);
    picture(page, join(root, `screenshots/${name}-light.png`), WIDE, 'light');
    picture(page, join(root, `screenshots/${name}-dark.png`), WIDE, 'dark');
    picture(page, join(root, `screenshots/${name}-phone.png`), PHONE, 'light');
  }
} else {
  const page = await render('prune');
  for (const theme of ['light', 'dark']) picture(page, join(root, `docs/summary-${theme}.png`), WIDE, theme);
}
rmSync(folder, { recursive: true });

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
  const { inputs, portal: options, cancelAfterMs } = CASES[name] ?? { inputs: {}, portal: {} };
  const portal = await startPortal(options);
  const cancelled = cancelAfterMs === undefined ? {} : { cancelled: AbortSignal.timeout(cancelAfterMs) };
  const { summary } = await runAction(
    { 'portal-url': portal.url, token: 'sk-screenshots', ...inputs },
    cancelled,
  );
  await portal.close();
  const html = await marked.parse(summary.replaceAll(/127\.0\.0\.1:\d+/g, 'portal.example'), { gfm: true });
  if (name === 'prune-10000')
    process.stdout.write(`10,000 backups: a summary of ${Buffer.byteLength(summary)} bytes\n`);
  return html;
}

/** @param {string} html @param {string} file @param {number} width @param {string} theme */
function picture(html, file, width, theme) {
  const style = readFileSync(
    join(root, `node_modules/github-markdown-css/github-markdown-${theme}.css`),
    'utf8',
  );
  const background = theme === 'dark' ? '#0d1117' : '#ffffff';
  const page = join(folder, 'page.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${style}</style>
<body class="markdown-body" style="margin:0;padding:16px;background:${background}">${html}
<script>document.documentElement.dataset.height = String(Math.ceil(document.body.getBoundingClientRect().height))</script>`,
  );
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  /** @param {string[]} more */
  const chromium = more =>
    execFileSync(browser, [...flags, ...quiet, profile, ...more, `file://${page}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 26,
    });
  const dom = chromium([`--window-size=${width},600`, '--dump-dom']);
  const height = Math.min(3000, Number(/data-height="(\d+)"/.exec(dom)?.[1] ?? 600));
  chromium([`--window-size=${width},${height}`, '--force-device-scale-factor=2', `--screenshot=${file}`]);
}
