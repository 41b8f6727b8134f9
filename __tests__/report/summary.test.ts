import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { describe, expect, test } from '@jest/globals';
import { type Backup, STORAGE_TYPES } from '../../src/backups/backup.js';
import { ActionError, RefusedError } from '../../src/errors.js';
import type { Ledger } from '../../src/ledger.js';
import { RequestError } from '../../src/portal/answers/outcomes.js';
import { parseHistory } from '../../src/portal/history.js';
import type { Run } from '../../src/report/run.js';
import { renderSummary } from '../../src/report/summary.js';
import { formatDuration } from '../../src/retention/duration.js';
import { COUNT_RULES } from '../../src/retention/policy.js';
import { createZonedCalendar } from '../../src/retention/time-zone.js';
import { addToSummary } from '../../src/runner.js';
import { createRedact, sanitize, text } from '../../src/text/printable.js';
import { backupOf, confirmAll, kept, ledgerWith, runWith, sendAll } from './support.js';

const [oldest, newer, keptOne] = [1, 2, 3].map(day => backupOf(`2026-03-0${day}`, day)) as [
  Backup,
  Backup,
  Backup,
];
const failure = new RequestError(text`a & b`, 'rejected-by-portal');

const rejectedAtFile = { kind: 'rejected-by-portal', error: failure, mayBeRunning: false } as const;

/** A prune that selects two backups and keeps one. */
const pruned = (record?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [oldest, newer], kept: [kept(keptOne, text`last`, text`daily`)] }, record);
const sendBoth = (ledger: Ledger) => sendAll(ledger, oldest, newer);
const confirmOldest = (ledger: Ledger) => {
  sendBoth(ledger);
  confirmAll(ledger, oldest);
};
const verifyOldest = (ledger: Ledger) => {
  confirmOldest(ledger);
  ledger.recordVerification({ kind: 'conclusive', listing: [newer, keptOne], missing: [] });
};

/** The summary without the tags that let long words break. */
function summaryOf(run: Run): string {
  return renderSummary(run).replaceAll('<wbr>', '');
}
/** The titles of the tables, with a `+` before those that are open. */
function titlesOf(summary: string): string[] {
  return [...summary.matchAll(/<details( open)?><summary>(.*?)<\/summary>/g)].map(
    ([, open, title = '']) => `${open ? '+ ' : ''}${title}`,
  );
}
/** The column headings of each table. */
function columnsOf(summary: string): string[][] {
  return [...summary.matchAll(/<table><tr>(.*?)<\/tr>/g)].map(([, heads = '']) =>
    [...heads.matchAll(/<th>(.*?)<\/th>/g)].map(([, head = '']) => head),
  );
}

test('a complete summary', () => {
  const [unreadable] = parseHistory([{ fileName: 'n' }], name => name);
  if (!unreadable) throw new Error('The record is missing');
  const ledger = pruned(verifyOldest);
  ledger.ignored = [{ record: unreadable, reason: text`a <reason>`, deservesWarning: true }];
  const intent = text`what <is> about to happen`;
  expect(
    summaryOf(runWith({ intent, error: failure, ledger, warnings: [text`note "this"`] })),
  ).toBe(`<h3>❌ Failed: 1 of 2 backups deleted, 1 kept</h3>

<p>what &#60;is&#62; about to happen</p>

<blockquote><b>Error:</b> a &#38; b</blockquote>

<blockquote><b>Warning:</b> note &#34;this&#34;</blockquote>

<pre>
UTC      1   5    10   15   20   25   30
2026-03  ○×●····························

● keep  ○ delete  × not proven gone
</pre>

<details open><summary>Not proven to be deleted: 1 backup in Local (still listed)</summary>
<table><tr><th>Date (UTC)</th><th>Name, id</th></tr>
<tr><td nowrap>2026-03-02 12:00</td><td><code>backup-2.tar.gz</code> <code>${newer.id}</code></td></tr>
</table></details>

<details open><summary>Deleted: 1 backup in Local</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>2026-03-01 12:00</td><td><code>backup-1.tar.gz</code></td></tr>
</table></details>

<details open><summary>Kept: 1 backup in Local (last, daily)</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>2026-03-03 12:00</td><td><code>backup-3.tar.gz</code></td></tr>
</table></details>

<details open><summary>Ignored: 1 backup in an unknown storage (a &#60;reason&#62;)</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>(not readable)</td><td><code>n</code></td></tr>
</table></details>

`);
});

test('a summary of a run with nothing to show is only a headline', () => {
  expect(summaryOf(runWith({ ledger: ledgerWith({ selected: [], kept: [] }) }))).toBe(
    '<h3>✅ Done: there was nothing to delete</h3>\n\n',
  );
});

describe('the tables of what was deleted', () => {
  test.each<[string, (ledger: Ledger) => void, string[]]>([
    [
      'after a conclusive final listing',
      verifyOldest,
      ['+ Not proven to be deleted: 1 backup in Local (still listed)', '+ Deleted: 1 backup in Local'],
    ],
    [
      'without a final listing',
      confirmOldest,
      [
        '+ Not proven to be deleted: 1 backup in Local (not known)',
        '+ Deleted, as the portal reported, not checked: 1 backup in Local',
      ],
    ],
    [
      'after an inconclusive final listing',
      ledger => {
        confirmOldest(ledger);
        ledger.recordVerification({ kind: 'inconclusive', reason: text`it is empty` });
      },
      ['+ Not proven to be deleted: 2 backups in Local (not known)'],
    ],
    [
      'after a final listing without a backup whose file may remain',
      ledger => {
        confirmOldest(ledger);
        ledger.recordOutcome(newer.id, rejectedAtFile);
        ledger.recordVerification({ kind: 'conclusive', listing: [keptOne], missing: [] });
      },
      ['+ Not proven to be deleted: 1 backup in Local (its file may remain)', '+ Deleted: 1 backup in Local'],
    ],
    [
      'after a final listing without a backup whose DELETE was never answered',
      ledger => {
        confirmOldest(ledger);
        ledger.recordOutcome(newer.id, { kind: 'unanswered', error: failure, mayBeRunning: true });
        ledger.recordVerification({ kind: 'conclusive', listing: [keptOne], missing: [] });
      },
      ['+ Not proven to be deleted: 1 backup in Local (its file may remain)', '+ Deleted: 1 backup in Local'],
    ],
    [
      'without a final listing, after the portal rejected a deletion at the file',
      ledger => {
        confirmOldest(ledger);
        ledger.recordOutcome(newer.id, rejectedAtFile);
      },
      [
        '+ Not proven to be deleted: 1 backup in Local (its file may remain)',
        '+ Deleted, as the portal reported, not checked: 1 backup in Local',
      ],
    ],
    [
      'after half of the deletions',
      ledger => {
        confirmAll(ledger, oldest);
        ledger.recordVerification({ kind: 'conclusive', listing: [newer, keptOne], missing: [] });
      },
      ['+ Deleted: 1 backup in Local', '+ Not tried: 1 backup in Local'],
    ],
  ])('%s', (_case, record, titles) => {
    const ledger = pruned(record);
    // Without a conclusive listing, it is not known whether the backup is still there.
    const title = ledger.verification.kind === 'conclusive' ? 'Kept' : 'To keep';
    expect(titlesOf(summaryOf(runWith({ error: failure, ledger })))).toEqual([
      ...titles,
      `+ ${title}: 1 backup in Local (last, daily)`,
    ]);
  });

  test('have a column of reasons if the reasons differ', () => {
    const ledger = pruned(it => {
      sendBoth(it);
      it.recordOutcome(newer.id, rejectedAtFile);
      it.recordVerification({ kind: 'conclusive', listing: [oldest, keptOne], missing: [] });
    });
    const summary = summaryOf(runWith({ error: failure, ledger }));
    expect(columnsOf(summary)[0]).toEqual(['Date (UTC)', 'Why', 'Name, id']);
    const rows = summary.match(/<tr><td.*<\/tr>/g) ?? [];
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(summary).toMatch(
      /2026-03-02 12:00<\/td><td>its file may remain<\/td>.*\n.*2026-03-01 12:00<\/td><td>still listed</,
    );
  });
});

test('a backup that should have been kept and is gone has a table of its own', () => {
  const ledger = pruned(it => {
    confirmAll(it, oldest, newer);
    it.recordVerification({ kind: 'conclusive', listing: [], missing: [keptOne] });
  });
  const summary = summaryOf(runWith({ error: failure, ledger }));
  expect(titlesOf(summary)).toEqual([
    '+ Deleted: 2 backups in Local',
    '+ Should have been kept, but is gone: 1 backup in Local (last, daily)',
  ]);
  expect(summary).toContain('2 of 2 backups deleted, 1 to keep, of which 1 is gone');
  expect(summary).toContain('2026-03  ○○!');
});

describe('a plan', () => {
  test('of a dry run shows what would be deleted, newest first', () => {
    const summary = summaryOf(runWith({ dryRun: true, ledger: pruned() }));
    expect(titlesOf(summary)).toEqual([
      '+ Would be deleted: 2 backups in Local',
      '+ Kept: 1 backup in Local (last, daily)',
    ]);
    expect(summary.indexOf('2026-03-02')).toBeLessThan(summary.indexOf('2026-03-01'));
    expect(summary).toContain('2026-03  ○○●');
    expect(summary).not.toMatch(/×|blockquote/);
  });

  test.each([false, true])('that was refused is shown as an open plan (dry run: %s)', dryRun => {
    const selected = Array.from({ length: 77 }, (_, index) => backupOf('2026-03-01', index));
    const refusal = new RefusedError(text`Too many.`, text`77 selected, max-deletions allows 20`);
    const ledger = ledgerWith({ selected, kept: [kept(keptOne)] });
    const summary = summaryOf(runWith({ dryRun, error: refusal, ledger }));
    expect(summary).toMatch(
      /^<h3>🚫 Refused: nothing was deleted; 77 selected, max-deletions allows 20<\/h3>/,
    );
    expect(summary).toContain(`<b>${dryRun ? 'This dry run failed' : 'Error'}:</b> Too many.`);
    expect(titlesOf(summary)[0]).toBe('+ Would be deleted: 77 backups in Local');
    expect(summary).toContain('● keep  ○ delete\n');
    expect(summary).not.toMatch(/not proven|Not known|×/);
  });

  test('of a long dry run that succeeded is folded', () => {
    for (const [number, title] of [
      [20, '+ Would be deleted: 20 backups in Local'],
      [21, 'Would be deleted: 21 backups in Local'],
    ] as const) {
      const selected = Array.from({ length: number }, (_, index) => backupOf('2026-03-01', index));
      const summary = summaryOf(runWith({ dryRun: true, ledger: ledgerWith({ selected, kept: [] }) }));
      expect(titlesOf(summary)).toEqual([title]);
    }
  });
});

describe('a summary of two storage types', () => {
  const remote = { ...backupOf('2026-03-04', 4, 'ThirdPartyConsumer'), name: text`far.tar.gz` };
  const ledger = ledgerWith({
    selected: [oldest, { ...newer, storageType: 'ThirdPartyConsumer' }],
    kept: [kept(remote, text`weekly`), kept(keptOne, text`last`)],
  });
  const summary = summaryOf(runWith({ dryRun: true, ledger }));

  test('has a timeline and a table of kept backups for each, in the order of the server', () => {
    const timelines = [...summary.matchAll(/<pre>\n(.*)\n/g)].map(([, title]) => title);
    expect(timelines).toEqual(['Local', 'ThirdPartyConsumer']);
    expect(titlesOf(summary)).toEqual([
      '+ Would be deleted: 2 backups',
      '+ Kept: 1 backup in Local (last)',
      '+ Kept: 1 backup in ThirdPartyConsumer (weekly)',
    ]);
  });

  test('shows the storage type next to the name if it differs, and otherwise in the title', () => {
    expect(columnsOf(summary)).toEqual([
      ['Date (UTC)', 'Name, storage'],
      ['Date (UTC)', 'Name'],
      ['Date (UTC)', 'Name'],
    ]);
  });
});

test('the time zone is named, and all times are in it', () => {
  const calendar = createZonedCalendar('America/St_Johns');
  if (!calendar) throw new Error('The time zone is unknown');
  const summary = summaryOf(runWith({ dryRun: true, calendar, ledger: pruned() }));
  expect(columnsOf(summary)).toEqual(Array(2).fill(['Date (America/St_Johns)', 'Name']));
  expect(summary).toContain('<pre>\nAmerica/St_Johns\n         1   5');
  expect(summary.match(/2026-03-0\d \d\d:\d\d/g)).toEqual([
    '2026-03-02 08:30',
    '2026-03-01 08:30',
    '2026-03-03 08:30',
  ]);
});

test('the reasons to keep are a column if they differ', () => {
  const ledger = ledgerWith({ selected: [], kept: [kept(keptOne, text`last`), kept(newer, text`daily`)] });
  const summary = summaryOf(runWith({ ledger }));
  expect(columnsOf(summary)).toEqual([['Date (UTC)', 'Why', 'Name']]);
  expect(summary).toContain('<td>last</td>');
});

test.each<[string, Parameters<typeof runWith>[0], boolean]>([
  [
    'a known schedule is shown',
    { ledger: ledgerWith({ schedule: { description: text`daily, <7>`, copies: 7 } }) },
    true,
  ],
  ['a schedule that does not exist is not shown', { ledger: ledgerWith({ schedule: 'none' }) }, false],
  ['a schedule that was not checked is not shown', { ledger: ledgerWith() }, false],
])('%s', (_case, changes, isShown) => {
  const summary = summaryOf(runWith({ operation: 'delete-schedule', ...changes }));
  expect(summary.includes('The schedule: daily, &#60;7&#62;.')).toBe(isShown);
});

test('there is no timeline if it is not known what was deleted', () => {
  const ledger = ledgerWith({}, it => it.recordSentForAll([]));
  expect(summaryOf(runWith({ operation: 'delete-history', error: failure, ledger }))).not.toContain('<pre>');
});

test('names and ids may break on a phone, dates may not', () => {
  const name = text`alias_of-aVeryVeryLongPortal12345678901234567890_2026-03-01_05-15-00.tar.gz`;
  const ledger = ledgerWith({ selected: [{ ...oldest, name }], kept: [] }, it => sendAll(it, oldest));
  const summary = renderSummary(runWith({ error: failure, ledger }));
  const [, cell = ''] = /<td nowrap>2026-03-01 12:00<\/td><td>(.*)<\/td>/.exec(summary) ?? [];
  expect(cell.replaceAll('<wbr>', '')).toBe(`<code>${name}</code> <code>${oldest.id}</code>`);
  const pieces = cell.split(/<wbr>|<[^>]*>| /);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(12);
});

test('no text in it becomes HTML or Markdown, and it has no secrets', async () => {
  const evil = `'"<script>&</td>|\n\n# x\n[a](b)${'`'}the-secret`;
  const redact = createRedact(['the-secret']);
  const ledger = ledgerWith({
    selected: [{ ...oldest, name: sanitize(evil, redact) }],
    kept: [kept(keptOne, text`<i>`)],
  });
  const markup = text`<script>alert('1')</script>${'`'}"the-secret"`;
  const run = runWith({ intent: markup, error: new ActionError(markup), warnings: [markup], ledger });
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const file = join(folder, 'summary');
  writeFileSync(file, 'before\n');
  process.env['GITHUB_STEP_SUMMARY'] = file;
  // The toolkit remembers the file of the summary for as long as its process lives.
  Reflect.set(core.summary, '_filePath', undefined);
  await addToSummary(redact(renderSummary(run)));
  delete process.env['GITHUB_STEP_SUMMARY'];
  const summary = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });

  expect(summary).toMatch(/^before\n<h3>/);
  expect(summary).not.toContain('the-secret');
  expect(summary).not.toMatch(/<script|<i>|`|\]\(/);
  const tags = new Set(summary.match(/<[^>]*>/g)?.map(tag => /[a-z0-9]+/.exec(tag)?.[0]));
  const known = 'h3 p blockquote b pre details summary table tr th td code wbr'.split(' ');
  expect([...tags].filter(tag => !known.includes(tag ?? ''))).toEqual([]);
});

test.each([
  [250, 'Kept: 250 backups in Local (last)', 250],
  [251, 'Kept: 251 backups in Local (last), the first 250 here', 250],
  [10_000, 'Kept: 10,000 backups in Local (last), the first 250 here', 250],
])('a table of %d backups shows how many of them it contains', (number, title, rows) => {
  const backups = Array.from({ length: number }, (_, index) => kept(backupOf('2026-03-01', index)));
  const summary = summaryOf(runWith({ ledger: ledgerWith({ selected: [], kept: backups }) }));
  expect(titlesOf(summary)).toEqual([title]);
  expect(summary.match(/<tr><td/g)).toHaveLength(rows);
});

describe('the size', () => {
  /** The longest name that a table shows: 100 characters of four bytes each. */
  const name = sanitize('𝒜'.repeat(100), value => value);
  const longest = { y: 2 ** 53 - 1, m: 2 ** 53 - 1, w: 2 ** 53 - 1, d: 2 ** 53 - 1, h: 2 ** 53 - 1 };
  const everyReason = COUNT_RULES.flatMap(rule => [
    text`oldest ${rule}`,
    text`oldest ${rule} within ${formatDuration(longest)}`,
  ]);
  const many = (number: number, types: readonly (typeof STORAGE_TYPES)[number][], from = 0) =>
    Array.from({ length: number }, (_, index) => ({
      ...backupOf('2026-03-01', from + index, types[index % types.length]),
      name,
    }));

  test.each([
    ['of one storage type', STORAGE_TYPES.slice(0, 1)],
    ['of all storage types', STORAGE_TYPES],
  ])(
    'is below the 1 MiB that GitHub allows: 10,000 backups %s, with the longest names and reasons',
    (_case, types) => {
      const selected = many(4_000, types);
      const ledger = ledgerWith({
        selected,
        kept: many(5_000, types, 4_000).map((backup, index) =>
          kept(backup, text`pinned`, ...everyReason.slice(index % 2)),
        ),
      });
      ledger.ignored = many(1_000, types, 9_000).map((record, index) => ({
        record,
        reason: index % 2 ? text`temporary: the portal removes it` : text`not one of storage-types`,
        deservesWarning: false,
      }));
      const left = selected.slice(2_000);
      sendAll(ledger, ...selected);
      confirmAll(ledger, ...selected.slice(0, 2_000));
      for (const { id } of left.slice(1_000)) ledger.recordOutcome(id, rejectedAtFile);
      ledger.recordVerification({ kind: 'conclusive', listing: left.slice(0, 1_000), missing: [] });
      const run = runWith({ error: failure, ledger });
      const summary = summaryOf(run);
      expect(left).toHaveLength(2_000);
      expect(Buffer.byteLength(renderSummary(run))).toBeLessThan(1024 * 1024);
      const rows = summary.match(/<tr><td/g) ?? [];
      expect(rows.length).toBeGreaterThan(300);
      expect(titlesOf(summary)[0]).toMatch(/^Not proven to be deleted: 2,000 backups.*, the first \d+ here$/);
    },
  );
});
