import { describe, expect, test } from '@jest/globals';
import { Failure } from '../src/failure.js';
import type { Closing, Fate, Ledger } from '../src/ledger.js';
import type { Word } from '../src/portal/portal.js';
import type { BackupId } from '../src/portal/records.js';
import { say } from '../src/text.js';
import { backupOf, ledgerWith } from './report/support.js';

const first = backupOf('2026-03-01', 1);
const second = backupOf('2026-03-02', 2);
const third = backupOf('2026-03-03', 3);

const failure = new Failure(say`HTTP 500`);
const WORDS = {
  'it is done': { said: 'done', reported: true },
  'there is nothing left to delete': { said: 'done', reported: false },
  'an error': { said: 'no', failure, tryAgain: true, mayGoOn: false },
  nothing: { said: 'nothing', failure, mayGoOn: true },
} as const satisfies Record<string, Word>;
type Said = keyof typeof WORDS;

const LISTED: Closing = { kind: 'trusted', listing: [first], missing: [] };
const GONE: Closing = { kind: 'trusted', listing: [third], missing: [] };

/** A ledger with one selected backup, for which the portal has said all this, one after the other. */
function ledgerAfter(said: readonly Said[], closing: Closing): Ledger {
  return ledgerWith({ selected: [first] }, ledger => {
    ledger.sent([first.id]);
    for (const what of said) ledger.heard(first.id, WORDS[what]);
    if (closing.kind !== 'none') ledger.close(closing);
  });
}

describe('what has become of a backup for which a DELETE was sent', () => {
  test.each<[said: Said[], none: Fate, useless: Fate, listed: Fate, gone: Fate]>([
    [[], 'unknown', 'unknown', 'listed', 'deleted'],
    [['it is done'], 'reported', 'unknown', 'listed', 'deleted'],
    [['there is nothing left to delete'], 'unknown', 'unknown', 'listed', 'deleted'],
    [['nothing'], 'unknown', 'unknown', 'listed', 'deleted'],
    [['an error'], 'unknown', 'unknown', 'listed', 'file may remain'],
    [['an error', 'it is done'], 'reported', 'unknown', 'listed', 'deleted'],
    [['an error', 'nothing'], 'unknown', 'unknown', 'listed', 'file may remain'],
    [['nothing', 'an error'], 'unknown', 'unknown', 'listed', 'file may remain'],
    [['it is done', 'nothing'], 'reported', 'unknown', 'listed', 'deleted'],
  ])('the portal said %j', (said, none, useless, listed, gone) => {
    const fate = (closing: Closing) => ledgerAfter(said, closing).fateOf(first.id);
    expect({
      'no closing listing': fate({ kind: 'none' }),
      'one that proves nothing': fate({ kind: 'useless' }),
      'one that has it': fate(LISTED),
      'one that lacks it': fate(GONE),
    }).toEqual({
      'no closing listing': none,
      'one that proves nothing': useless,
      'one that has it': listed,
      'one that lacks it': gone,
    });
  });

  test.each<[fate: Fate, said: Said[], closing: Closing, where: 'deleted' | 'failed']>([
    ['deleted', ['it is done'], GONE, 'deleted'],
    ['reported', ['it is done'], { kind: 'none' }, 'deleted'],
    ['listed', ['it is done'], LISTED, 'failed'],
    ['file may remain', ['an error'], GONE, 'failed'],
    ['unknown', ['it is done'], { kind: 'useless' }, 'failed'],
  ])('"%s" is in one list alone', (fate, said, closing, where) => {
    const ledger = ledgerAfter(said, closing);
    expect(ledger.fateOf(first.id)).toBe(fate);
    expect({ deleted: ledger.deleted, failed: ledger.failed }).toEqual({
      deleted: [],
      failed: [],
      [where]: [first],
    });
  });
});

describe('what was not sent', () => {
  test('is neither deleted nor failed, whatever a listing says', () => {
    for (const closing of [{ kind: 'useless' }, LISTED, GONE] as const) {
      const ledger = ledgerWith({ selected: [first, second] }, it => {
        it.sent([second.id]);
        it.heard(second.id, WORDS['it is done']);
        it.close(closing);
      });
      expect(ledger.fateOf(first.id)).toBe('not sent');
      expect([...(ledger.deleted ?? []), ...(ledger.failed ?? [])]).toEqual([second]);
    }
  });

  test('is not heard of', () => {
    const ledger = ledgerWith({ selected: [first] }, it => it.heard(first.id, WORDS['it is done']));
    expect([ledger.fateOf(first.id), ledger.isReported(first.id), ledger.failureOf(first.id)]).toEqual([
      'not sent',
      false,
      undefined,
    ]);
  });
});

describe('what nobody can count', () => {
  test('before any DELETE, nothing is deleted and nothing failed, whether or not anything is selected', () => {
    for (const ledger of [ledgerWith(), ledgerWith({ selected: [first] })]) {
      expect([ledger.hasSent, ledger.deleted, ledger.failed]).toEqual([false, [], []]);
    }
  });

  test('after a DELETE without a listing before it, nobody knows', () => {
    const ledger = ledgerWith({}, it => it.sent([]));
    expect([ledger.hasSent, ledger.deleted, ledger.failed]).toEqual([true, undefined, undefined]);
  });
});

test('a DELETE makes what a listing before it has shown worth nothing', () => {
  const ledger = ledgerWith({ selected: [first, second] }, it => {
    it.sent([first.id]);
    it.heard(first.id, WORDS['an error']);
    it.close(GONE);
  });
  expect(ledger.closing).toBe(GONE);
  ledger.sent([second.id]);
  expect(ledger.closing).toEqual({ kind: 'none' });
  expect([ledger.fateOf(first.id), ledger.fateOf(second.id)]).toEqual(['unknown', 'unknown']);
});

test('a second DELETE of a backup forgets nothing of what the portal has said to the first', () => {
  const ledger = ledgerAfter(['an error'], { kind: 'none' });
  ledger.sent([first.id]);
  ledger.close(GONE);
  expect(ledger.fateOf(first.id)).toBe('file may remain');
});

test('a list that is not to be trusted forgets what an earlier one has shown', () => {
  const ledger = ledgerAfter(['it is done'], LISTED);
  ledger.close({ kind: 'useless' });
  expect(ledger.fateOf(first.id)).toBe('unknown');
});

test.each<[said: Said[], isReported: boolean, hasFailure: boolean]>([
  [['it is done'], true, false],
  [['there is nothing left to delete'], false, false],
  [['an error'], false, true],
  [['nothing'], false, true],
  [['an error', 'it is done'], true, false],
  [['it is done', 'nothing'], true, true],
])('after %j: reported %s, with a failure to tell %s', (said, isReported, hasFailure) => {
  const ledger = ledgerAfter(said, { kind: 'none' });
  expect(ledger.isReported(first.id)).toBe(isReported);
  expect(ledger.failureOf(first.id)).toBe(hasFailure ? failure : undefined);
});

test('the lists keep the order of what is selected: oldest first', () => {
  const ids = (records: readonly { id: BackupId }[] | undefined) => records?.map(({ id }) => id);
  const ledger = ledgerWith({ selected: [first, second, third] }, it => {
    for (const { id } of [third, first, second]) it.sent([id]);
    it.close({ kind: 'trusted', listing: [second], missing: [] });
  });
  expect(ids(ledger.deleted)).toEqual([first.id, third.id]);
  expect(ids(ledger.failed)).toEqual([second.id]);
  expect(ids(ledger.withFate('deleted', 'listed'))).toEqual([first.id, second.id, third.id]);
});
