import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Failure, Refusal } from '../../src/failure.js';
import type { Ledger } from '../../src/ledger.js';
import { type Backup, parseHistory, STORAGE_TYPES } from '../../src/portal/records.js';
import type { Run } from '../../src/report/run.js';
import { renderSummary, writeSummary } from '../../src/report/summary.js';
import { formatDuration } from '../../src/retention/duration.js';
import { COUNTED } from '../../src/retention/policy.js';
import { zonedCalendar } from '../../src/retention/time-zone.js';
import { fromPortal, redactor, say } from '../../src/text.js';
import { backupOf, kept, ledgerWith, runWith } from './support.js';

const [oldest, older, stays] = [1, 2, 3].map(day => backupOf(`2026-03-0${day}`, day)) as [
  Backup,
  Backup,
  Backup,
];
const problem = new Failure(say`a & b`);

/** A prune that has selected two backups and keeps one. */
const pruned = (tell?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [oldest, older], kept: [kept(stays, say`last`, say`daily`)] }, tell);
const sendBoth = (ledger: Ledger) => ledger.sent([oldest.id, older.id]);
const deleteOldest = (ledger: Ledger) => {
  sendBoth(ledger);
  ledger.heard(oldest.id, { said: 'done', reported: true });
};
const proveOldest = (ledger: Ledger) => {
  deleteOldest(ledger);
  ledger.close({ kind: 'trusted', listing: [older, stays], missing: [] });
};

/** The summary without the places where long words may break. */
function summaryOf(run: Run): string {
  return renderSummary(run).replaceAll('<wbr>', '');
}
/** The titles of the tables, with a `+` where one is open. */
function titlesOf(summary: string): string[] {
  return [...summary.matchAll(/<details( open)?><summary>(.*?)<\/summary>/g)].map(
    ([, open, title = '']) => `${open ? '+ ' : ''}${title}`,
  );
}
/** The heads of the columns of each table. */
function columnsOf(summary: string): string[][] {
  return [...summary.matchAll(/<table><tr>(.*?)<\/tr>/g)].map(([, heads = '']) =>
    [...heads.matchAll(/<th>(.*?)<\/th>/g)].map(([, head = '']) => head),
  );
}

test('a summary, from its first to its last sign', () => {
  const [unreadable] = parseHistory([{ fileName: 'n' }], name => name);
  if (!unreadable) throw new Error('There is one');
  const ledger = pruned(proveOldest);
  ledger.ignored = [{ record: unreadable, reason: say`a <reason>`, isWrong: true }];
  const intent = say`what <is> about to happen`;
  expect(
    summaryOf(runWith({ intent, problem, ledger, warnings: [say`mind "this"`] })),
  ).toBe(`<h3>❌ Failed: 1 of 2 backups deleted, 1 kept</h3>

<p>what &#60;is&#62; about to happen</p>

<blockquote><b>Error:</b> a &#38; b</blockquote>

<blockquote><b>Warning:</b> mind &#34;this&#34;</blockquote>

<pre>
UTC      1   5    10   15   20   25   30
2026-03  ○×●····························

● keep  ○ delete  × not proven gone
</pre>

<details open><summary>Not proven to be deleted: 1 backup in Local (still listed)</summary>
<table><tr><th>Date (UTC)</th><th>Name, id</th></tr>
<tr><td nowrap>2026-03-02 12:00</td><td><code>backup-2.tar.gz</code> <code>${older.id}</code></td></tr>
</table></details>

<details open><summary>Deleted: 1 backup in Local</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>2026-03-01 12:00</td><td><code>backup-1.tar.gz</code></td></tr>
</table></details>

<details open><summary>Kept: 1 backup in Local (last, daily)</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>2026-03-03 12:00</td><td><code>backup-3.tar.gz</code></td></tr>
</table></details>

<details open><summary>Left alone: 1 backup in an unknown storage (a &#60;reason&#62;)</summary>
<table><tr><th>Date (UTC)</th><th>Name</th></tr>
<tr><td nowrap>(not readable)</td><td><code>n</code></td></tr>
</table></details>

`);
});

test('of a run that has nothing to show is a headline alone', () => {
  expect(summaryOf(runWith({ ledger: ledgerWith({ selected: [], kept: [] }) }))).toBe(
    '<h3>✅ Done: there was nothing to delete</h3>\n\n',
  );
});

describe('the three ways to end', () => {
  test.each<[string, (ledger: Ledger) => void, string[]]>([
    [
      'by a list that can be trusted',
      proveOldest,
      ['+ Not proven to be deleted: 1 backup in Local (still listed)', '+ Deleted: 1 backup in Local'],
    ],
    [
      'without a closing list',
      deleteOldest,
      [
        '+ Not proven to be deleted: 1 backup in Local (not known)',
        '+ Deleted, as the portal reported, not checked: 1 backup in Local',
      ],
    ],
    [
      'by a list that proves nothing',
      ledger => {
        deleteOldest(ledger);
        ledger.close({ kind: 'useless' });
      },
      ['+ Not proven to be deleted: 2 backups in Local (not known)'],
    ],
    [
      'by a list without the backup whose file may remain',
      ledger => {
        sendBoth(ledger);
        ledger.heard(older.id, { said: 'no', failure: problem, tryAgain: true, mayGoOn: false });
        ledger.close({ kind: 'trusted', listing: [stays], missing: [] });
      },
      ['+ Not proven to be deleted: 1 backup in Local (its file may remain)', '+ Deleted: 1 backup in Local'],
    ],
    [
      'half-way',
      ledger => {
        ledger.sent([oldest.id]);
        ledger.close({ kind: 'trusted', listing: [older, stays], missing: [] });
      },
      ['+ Deleted: 1 backup in Local', '+ Not tried: 1 backup in Local'],
    ],
  ])('%s', (_what, tell, titles) => {
    const ledger = pruned(tell);
    // Where no list could be trusted, nobody knows whether it is still there.
    const kept = ledger.closing.kind === 'trusted' ? 'Kept' : 'To keep';
    expect(titlesOf(summaryOf(runWith({ problem, ledger })))).toEqual([
      ...titles,
      `+ ${kept}: 1 backup in Local (last, daily)`,
    ]);
  });

  test('what has become of each, where that differs, is a column', () => {
    const ledger = pruned(it => {
      sendBoth(it);
      it.heard(older.id, { said: 'no', failure: problem, tryAgain: true, mayGoOn: false });
      it.close({ kind: 'trusted', listing: [oldest, stays], missing: [] });
    });
    const summary = summaryOf(runWith({ problem, ledger }));
    expect(columnsOf(summary)[0]).toEqual(['Date (UTC)', 'Why', 'Name, id']);
    const [, newer, last] = summary.match(/<tr><td.*<\/tr>/g) ?? [];
    expect([newer, last]).not.toContain(undefined);
    expect(summary).toMatch(
      /2026-03-02 12:00<\/td><td>its file may remain<\/td>.*\n.*2026-03-01 12:00<\/td><td>still listed</,
    );
  });
});

test('a backup to be kept that is gone is not shown among those that are kept', () => {
  const ledger = pruned(it => {
    sendBoth(it);
    it.close({ kind: 'trusted', listing: [], missing: [stays] });
  });
  const summary = summaryOf(runWith({ problem, ledger }));
  expect(titlesOf(summary)).toEqual([
    '+ Deleted: 2 backups in Local',
    '+ Should have been kept, and is gone: 1 backup in Local (last, daily)',
  ]);
  expect(summary).toContain('2 of 2 backups deleted, 1 to keep, of which 1 is gone');
  expect(summary).toContain('2026-03  ○○!');
});

describe('a plan', () => {
  test('of a dry run: what would be deleted, the newest at the top', () => {
    const summary = summaryOf(runWith({ dryRun: true, ledger: pruned() }));
    expect(titlesOf(summary)).toEqual([
      '+ Would be deleted: 2 backups in Local',
      '+ Kept: 1 backup in Local (last, daily)',
    ]);
    expect(summary.indexOf('2026-03-02')).toBeLessThan(summary.indexOf('2026-03-01'));
    expect(summary).toContain('2026-03  ○○●');
    expect(summary).not.toMatch(/×|blockquote/);
  });

  test.each([false, true])('that was refused (in a dry run: %s) is shown as a plan, and open', dryRun => {
    const selected = Array.from({ length: 77 }, (_, index) => backupOf('2026-03-01', index));
    const refusal = new Refusal(say`Too many.`, say`77 selected, max-deletions allows 20`);
    const ledger = ledgerWith({ selected, kept: [kept(stays)] });
    const summary = summaryOf(runWith({ dryRun, problem: refusal, ledger }));
    expect(summary).toMatch(
      /^<h3>🚫 Refused: nothing was deleted; 77 selected, max-deletions allows 20<\/h3>/,
    );
    expect(summary).toContain(`<b>${dryRun ? 'This dry run failed' : 'Error'}:</b> Too many.`);
    expect(titlesOf(summary)[0]).toBe('+ Would be deleted: 77 backups in Local');
    expect(summary).toContain('● keep  ○ delete\n');
    expect(summary).not.toMatch(/not proven|Not known|×/);
  });

  test('of a long dry run that went well is folded', () => {
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

describe('more than one storage type', () => {
  const remote = { ...backupOf('2026-03-04', 4, 'ThirdPartyConsumer'), name: say`far.tar.gz` };
  const ledger = ledgerWith({
    selected: [oldest, { ...older, storageType: 'ThirdPartyConsumer' }],
    kept: [kept(remote, say`weekly`), kept(stays, say`last`)],
  });
  const summary = summaryOf(runWith({ dryRun: true, ledger }));

  test('has a timeline and a table of what is kept for each, in the order of the server', () => {
    const timelines = [...summary.matchAll(/<pre>\n(.*)\n/g)].map(([, title]) => title);
    expect(timelines).toEqual(['Local', 'ThirdPartyConsumer']);
    expect(titlesOf(summary)).toEqual([
      '+ Would be deleted: 2 backups',
      '+ Kept: 1 backup in Local (last)',
      '+ Kept: 1 backup in ThirdPartyConsumer (weekly)',
    ]);
  });

  test('has the storage beside the name where it differs, and in the title where it does not', () => {
    expect(columnsOf(summary)).toEqual([
      ['Date (UTC)', 'Name, storage'],
      ['Date (UTC)', 'Name'],
      ['Date (UTC)', 'Name'],
    ]);
  });
});

test('a time zone is named, and all times are in it', () => {
  const calendar = zonedCalendar('America/St_Johns');
  if (!calendar) throw new Error('There is such a zone');
  const summary = summaryOf(runWith({ dryRun: true, calendar, ledger: pruned() }));
  expect(columnsOf(summary)).toEqual(Array(2).fill(['Date (America/St_Johns)', 'Name']));
  expect(summary).toContain('<pre>\nAmerica/St_Johns\n         1   5');
  expect(summary.match(/2026-03-0\d \d\d:\d\d/g)).toEqual([
    '2026-03-02 08:30',
    '2026-03-01 08:30',
    '2026-03-03 08:30',
  ]);
});

test('the reasons to keep are a column where they differ', () => {
  const ledger = ledgerWith({ selected: [], kept: [kept(stays, say`last`), kept(older, say`daily`)] });
  const summary = summaryOf(runWith({ ledger }));
  expect(columnsOf(summary)).toEqual([['Date (UTC)', 'Why', 'Name']]);
  expect(summary).toContain('<td>last</td>');
});

test.each<[string, Parameters<typeof runWith>[0], boolean]>([
  ['that is known', { ledger: ledgerWith({ schedule: { description: say`daily, <7>`, copies: 7 } }) }, true],
  ['that is not there', { ledger: ledgerWith({ schedule: 'none' }) }, false],
  ['that nobody looked at', { ledger: ledgerWith() }, false],
])('a schedule %s', (_what, changes, isShown) => {
  const summary = summaryOf(runWith({ operation: 'delete-schedule', ...changes }));
  expect(summary.includes('The schedule: daily, &#60;7&#62;.')).toBe(isShown);
});

test('what is not known is not drawn', () => {
  const ledger = ledgerWith({}, it => it.sent([]));
  expect(summaryOf(runWith({ operation: 'delete-history', problem, ledger }))).not.toContain('<pre>');
});

test('on a phone names and ids may break, dates may not', () => {
  const name = say`alias_of-aVeryVeryLongPortal12345678901234567890_2026-03-01_05-15-00.tar.gz`;
  const ledger = ledgerWith({ selected: [{ ...oldest, name }], kept: [] }, it => it.sent([oldest.id]));
  const summary = renderSummary(runWith({ problem, ledger }));
  const [, cell = ''] = /<td nowrap>2026-03-01 12:00<\/td><td>(.*)<\/td>/.exec(summary) ?? [];
  expect(cell.replaceAll('<wbr>', '')).toBe(`<code>${name}</code> <code>${oldest.id}</code>`);
  const pieces = cell.split(/<wbr>|<[^>]*>| /);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(12);
});

test('no text in it is HTML or Markdown, and no secret is', () => {
  const evil = `'"<script>&</td>|\n\n# x\n[a](b)${'`'}the-secret`;
  const redact = redactor(['the-secret']);
  const ledger = ledgerWith({
    selected: [{ ...oldest, name: fromPortal(evil, redact) }],
    kept: [kept(stays, say`<i>`)],
  });
  const markup = say`<script>alert('1')</script>${'`'}"the-secret"`;
  const run = runWith({ intent: markup, problem: new Failure(markup), warnings: [markup], ledger });
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const file = join(folder, 'summary');
  writeFileSync(file, 'before\n');
  process.env['GITHUB_STEP_SUMMARY'] = file;
  writeSummary(run, redact);
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
])('a table of %d backups says how many of them are in it', (number, title, rows) => {
  const backups = Array.from({ length: number }, (_, index) => kept(backupOf('2026-03-01', index)));
  const summary = summaryOf(runWith({ ledger: ledgerWith({ selected: [], kept: backups }) }));
  expect(titlesOf(summary)).toEqual([title]);
  expect(summary.match(/<tr><td/g)).toHaveLength(rows);
});

describe('the size', () => {
  /** What the API may send and a table takes: 100 signs of four bytes each. */
  const name = fromPortal('𝒜'.repeat(100), value => value);
  const span = { y: 2 ** 53 - 1, m: 2 ** 53 - 1, w: 2 ** 53 - 1, d: 2 ** 53 - 1, h: 2 ** 53 - 1 };
  const everyReason = COUNTED.flatMap(rule => [
    say`oldest ${rule}`,
    say`oldest ${rule} within ${formatDuration(span)}`,
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
    'stays below the 1 MiB that GitHub takes: 10,000 backups %s, with the longest names and reasons',
    (_what, types) => {
      const selected = many(4_000, types);
      const ledger = ledgerWith({
        selected,
        kept: many(5_000, types, 4_000).map((backup, index) =>
          kept(backup, say`pinned`, ...everyReason.slice(index % 2)),
        ),
      });
      ledger.ignored = many(1_000, types, 9_000).map((record, index) => ({
        record,
        reason: index % 2 ? say`temporary: the portal removes it` : say`not of the storage-types`,
        isWrong: false,
      }));
      const [gone, left] = [selected.slice(0, 2_000), selected.slice(2_000)];
      ledger.sent(selected.map(({ id }) => id));
      for (const { id } of left.slice(1_000))
        ledger.heard(id, { said: 'no', failure: problem, tryAgain: true, mayGoOn: false });
      ledger.close({ kind: 'trusted', listing: left.slice(0, 1_000), missing: [] });
      const run = runWith({ problem, ledger });
      const summary = summaryOf(run);
      expect(gone.length + left.length).toBe(4_000);
      expect(Buffer.byteLength(renderSummary(run))).toBeLessThan(1024 * 1024);
      const rows = summary.match(/<tr><td/g) ?? [];
      expect(rows.length).toBeGreaterThan(300);
      expect(titlesOf(summary)[0]).toMatch(/^Not proven to be deleted: 2,000 backups.*, the first \d+ here$/);
    },
  );
});
