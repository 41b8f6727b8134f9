import { describe, expect, test } from '@jest/globals';
import { newOutcome, type Outcome } from '../src/outcome.js';
import { headline, type Run, renderSummary } from '../src/summary.js';
import { backupAt, utc } from './support/backups.js';

const [a, b, c] = [3, 2, 1].map(day => backupAt(utc(`2026-03-0${day}T12:00:00`), day));
if (!a || !b || !c) throw new Error('There are three');

function runWith(changes: Partial<Run>, outcome: Partial<Outcome> = {}): Run {
  return {
    operation: 'prune-history',
    intent: 'what <is> about to happen',
    dryRun: false,
    cancelled: false,
    problem: undefined,
    ...changes,
    outcome: { ...newOutcome(), ...outcome },
  };
}

const pruned = {
  selected: [c, b],
  kept: [{ backup: a, reasons: ['last', 'daily'] }],
  deleted: new Set([c.id]),
  failed: new Set([b.id]),
};

/** A row of a table. */
const row = (day: number, outcome: string) =>
  `<tr><td>2026-03-0${day} 12:00</td><td><code>backup-${day}.tar.gz</code></td><td>Local</td><td>${outcome}</td></tr>`;
const HEAD = '<table><tr><th>Date (UTC)</th><th>Name</th><th>Storage</th><th>Outcome</th></tr>';

test('a summary, from its first to its last sign', () => {
  const record = { kind: 'unreadable', id: undefined, name: 'n', problem: 'p' } as const;
  const run = runWith(
    { problem: 'a & b' },
    { ...pruned, note: 'a note', ignored: [{ record, reason: 'a <reason>' }] },
  );
  expect(renderSummary(run)).toBe(`<h3>❌ Failed: 1 of 2 backups deleted, 1 kept</h3>

<p>what &#60;is&#62; about to happen</p>

<h4>a &#38; b</h4>

<p>a note</p>

<pre>
UTC      1   5    10   15   20   25   30
2026-03  ○×●····························

● stays  ○ goes  ◐ both  × not proven gone
</pre>

<details open><summary>Not known to be deleted: 1 backup</summary>
${HEAD}
${row(2, 'not proven gone')}
</table></details>

<details open><summary>Deleted: 1 backup</summary>
${HEAD}
${row(1, 'deleted')}
</table></details>

<details open><summary>Kept: 1 backup</summary>
${HEAD}
${row(3, 'kept: last, daily')}
</table></details>

<details open><summary>Left alone: 1 backup</summary>
${HEAD}
<tr><td>(not readable)  </td><td><code>n</code></td><td>-</td><td>a &#60;reason&#62;</td></tr>
</table></details>

`);
});

test('without anything to show there is a headline alone', () => {
  expect(renderSummary(runWith({ intent: '' }))).toBe('<h3>✅ Done: nothing was deleted</h3>\n\n');
});

describe('what has become of a backup', () => {
  test.each<[string, Partial<Run>, Partial<Outcome>, string, string]>([
    ['deleted', {}, { deleted: new Set([c.id]) }, 'Deleted', 'deleted'],
    ['in a dry run', { dryRun: true }, {}, 'Would be deleted', 'would be deleted'],
    ['in a dry run that failed', { dryRun: true, problem: 'x' }, {}, 'Not known to be deleted', 'not tried'],
    ['tried', { problem: 'x' }, { failed: new Set([c.id]) }, 'Not known to be deleted', 'not proven gone'],
    ['not tried', { problem: 'x' }, {}, 'Not known to be deleted', 'not tried'],
    [
      'not tried, nor anything known',
      { problem: 'x' },
      { failed: undefined },
      'Not known to be deleted',
      'not tried',
    ],
    ['not known', { problem: 'x' }, { deleted: undefined }, 'Not known to be deleted', 'not known'],
  ])('%s', (_name, changes, outcome, title, fate) => {
    const summary = renderSummary(runWith(changes, { selected: [c], ...outcome }));
    expect(summary).toContain(`<summary>${title}: 1 backup</summary>\n${HEAD}\n${row(1, fate)}\n</table>`);
    expect(summary.includes('<pre>')).toBe(fate !== 'not known');
  });

  test('the newest is at the top', () => {
    const summary = renderSummary(runWith({ dryRun: true }, { selected: [c, b] }));
    expect(summary).toContain(`${row(2, 'would be deleted')}\n${row(1, 'would be deleted')}`);
  });
});

describe('the headline', () => {
  const schedule = { operation: 'delete-schedule' } as const;
  const note = 'The schedule: …';
  test.each<[string, Partial<Run>, Partial<Outcome>]>([
    ['Done: the backup schedule is deleted', schedule, { note }],
    ['Dry run: the backup schedule would be deleted', { ...schedule, dryRun: true }, { note }],
    ['Done: there was no backup schedule', schedule, {}],
    ['Dry run: there was no backup schedule', { ...schedule, dryRun: true }, {}],
    ['Failed: it is not proven that the backup schedule is gone', { ...schedule, problem: 'x' }, { note }],
    [
      'Cancelled: it is not proven that the backup schedule is gone',
      { ...schedule, problem: 'x', cancelled: true },
      {},
    ],
    ['Done: the portal says that the history is deleted', {}, { deleted: undefined }],
    ['Failed: it is not known what was deleted', { problem: 'x' }, { deleted: undefined }],
    ['Cancelled: nothing was deleted', { problem: 'x', cancelled: true }, {}],
    ['Failed: nothing was deleted', { problem: 'x', dryRun: true }, pruned],
    ['Dry run: 2 backups would be deleted, 1 kept', { dryRun: true }, pruned],
    ['Done: 1 of 2 backups deleted, 1 kept', {}, pruned],
    ['Done: 1 of 2 backups deleted', {}, { ...pruned, kept: [] }],
    ['Done: 1 of 2 backups deleted', {}, { ...pruned, kept: undefined }],
    ['Done: there was nothing to delete, 1 kept', {}, { ...pruned, selected: [] }],
    ['Done: there was nothing to delete', {}, { selected: [] }],
    ['Dry run: 0 backups would be deleted', { dryRun: true }, { selected: [], note }],
  ])('%s', (text, changes, outcome) => {
    expect(headline(runWith(changes, outcome))).toBe(text);
    const icons: Record<string, string> = { Done: '✅', Failed: '❌', Cancelled: '⏹️', 'Dry run': '🔍' };
    const icon = icons[text.split(':')[0] ?? ''];
    expect(renderSummary(runWith(changes, outcome))).toContain(`<h3>${icon} ${text}</h3>`);
  });
});
