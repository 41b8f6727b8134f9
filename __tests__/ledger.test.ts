import { describe, expect, test } from '@jest/globals';
import type { BackupId } from '../src/backups/backup.js';
import { ActionError } from '../src/errors.js';
import type { BackupStatus, Ledger, Verification } from '../src/ledger.js';
import type { DeleteOutcome } from '../src/portal/outcomes.js';
import { text } from '../src/text/printable.js';
import { backupOf, ledgerWith } from './report/support.js';

const first = backupOf('2026-03-01', 1);
const second = backupOf('2026-03-02', 2);
const third = backupOf('2026-03-03', 3);

const error = new ActionError(text`HTTP 500`);
const OUTCOMES = {
  confirmed: { kind: 'confirmed' },
  'rejected-at-file': { kind: 'rejected-at-file', error, mayBeRunning: false },
  'rejected-on-the-way': { kind: 'rejected-on-the-way', error, mayBeRunning: false },
  'rejected-for-all': { kind: 'rejected-for-all', error, mayBeRunning: false },
  'not-received': { kind: 'not-received', error, mayBeRunning: false },
  unanswered: { kind: 'unanswered', error, mayBeRunning: true },
} as const satisfies Record<DeleteOutcome['kind'], DeleteOutcome>;
type Kind = DeleteOutcome['kind'];

const NONE: Verification = { kind: 'none' };
const INCONCLUSIVE = { kind: 'inconclusive', reason: text`it is empty` } as const satisfies Verification;
const WITH_FIRST = { kind: 'conclusive', listing: [first], missing: [] } as const satisfies Verification;
const WITHOUT_FIRST = { kind: 'conclusive', listing: [third], missing: [] } as const satisfies Verification;

/** A ledger with one selected backup, after DELETEs with these outcomes. */
function ledgerAfter(kinds: readonly Kind[], verification: Verification): Ledger {
  return ledgerWith({ selected: [first] }, ledger => {
    ledger.recordSent([first.id]);
    for (const kind of kinds) ledger.recordOutcome(first.id, OUTCOMES[kind]);
    if (verification.kind !== 'none') ledger.recordVerification(verification);
  });
}

describe('the status of a backup for which a DELETE was sent', () => {
  test.each<[kinds: Kind[], withoutListing: BackupStatus, notListed: BackupStatus]>([
    [[], 'unknown', 'deleted'],
    [['confirmed'], 'reported-deleted', 'deleted'],
    [['not-received'], 'unknown', 'deleted'],
    [['unanswered'], 'unknown', 'deleted'],
    [['rejected-at-file'], 'unknown', 'file-may-remain'],
    [['rejected-on-the-way'], 'unknown', 'file-may-remain'],
    [['rejected-for-all'], 'unknown', 'file-may-remain'],
    [['rejected-at-file', 'confirmed'], 'reported-deleted', 'deleted'],
    [['rejected-at-file', 'unanswered'], 'unknown', 'file-may-remain'],
    [['rejected-at-file', 'not-received'], 'unknown', 'file-may-remain'],
    [['unanswered', 'rejected-at-file'], 'unknown', 'file-may-remain'],
    [['confirmed', 'unanswered'], 'reported-deleted', 'deleted'],
  ])('after %j', (kinds, withoutListing, notListed) => {
    const statusAfter = (verification: Verification) => ledgerAfter(kinds, verification).statusOf(first.id);
    expect({
      'no final listing': statusAfter(NONE),
      'an inconclusive one': statusAfter(INCONCLUSIVE),
      'one with the backup': statusAfter(WITH_FIRST),
      'one without the backup': statusAfter(WITHOUT_FIRST),
    }).toEqual({
      'no final listing': withoutListing,
      'an inconclusive one': 'unknown',
      'one with the backup': 'still-listed',
      'one without the backup': notListed,
    });
  });

  test.each<[status: BackupStatus, kinds: Kind[], verification: Verification, list: 'deleted' | 'failed']>([
    ['deleted', ['confirmed'], WITHOUT_FIRST, 'deleted'],
    ['reported-deleted', ['confirmed'], NONE, 'deleted'],
    ['still-listed', ['confirmed'], WITH_FIRST, 'failed'],
    ['file-may-remain', ['rejected-at-file'], WITHOUT_FIRST, 'failed'],
    ['unknown', ['confirmed'], INCONCLUSIVE, 'failed'],
  ])('"%s" puts it in exactly one list', (status, kinds, verification, list) => {
    const ledger = ledgerAfter(kinds, verification);
    expect(ledger.statusOf(first.id)).toBe(status);
    expect({ deleted: ledger.deleted, failed: ledger.failed }).toEqual({
      deleted: [],
      failed: [],
      [list]: [first],
    });
  });
});

describe('a backup for which no DELETE was sent', () => {
  test('is neither deleted nor failed, whatever the final listing contains', () => {
    for (const verification of [INCONCLUSIVE, WITH_FIRST, WITHOUT_FIRST]) {
      const ledger = ledgerWith({ selected: [first, second] }, it => {
        it.recordSent([second.id]);
        it.recordOutcome(second.id, OUTCOMES.confirmed);
        it.recordVerification(verification);
      });
      expect(ledger.statusOf(first.id)).toBe('not-sent');
      expect([...(ledger.deleted ?? []), ...(ledger.failed ?? [])]).toEqual([second]);
    }
  });

  test('gets no outcome', () => {
    const ledger = ledgerWith({ selected: [first] }, it => it.recordOutcome(first.id, OUTCOMES.confirmed));
    expect(ledger.statusOf(first.id)).toBe('not-sent');
    expect(ledger.isConfirmed(first.id)).toBe(false);
    expect(ledger.lastAnswerFor(first.id)).toBeUndefined();
    expect(ledger.errorOf(first.id)).toBeUndefined();
  });
});

describe('the counts', () => {
  test('are 0 before any DELETE, with and without a selection', () => {
    for (const ledger of [ledgerWith(), ledgerWith({ selected: [first] })]) {
      expect([ledger.hasSent, ledger.deleted, ledger.failed]).toEqual([false, [], []]);
    }
  });

  test('are unknown after a DELETE without a listing before it', () => {
    const ledger = ledgerWith({}, it => it.recordSent([]));
    expect([ledger.hasSent, ledger.deleted, ledger.failed]).toEqual([true, undefined, undefined]);
  });
});

test('a DELETE discards the listing before it', () => {
  const verification: Verification = { kind: 'conclusive', listing: [second], missing: [third] };
  const ledger = ledgerWith({ selected: [first, second] }, it => {
    it.recordSent([first.id]);
    it.recordOutcome(first.id, OUTCOMES['rejected-at-file']);
    it.recordVerification(verification);
  });
  expect(ledger.verification).toBe(verification);
  expect([...ledger.missingIds]).toEqual([third.id]);
  ledger.recordSent([second.id]);
  expect(ledger.verification).toEqual(NONE);
  expect([...ledger.missingIds]).toEqual([]);
  expect([ledger.statusOf(first.id), ledger.statusOf(second.id)]).toEqual(['unknown', 'unknown']);
});

test('a second DELETE of a backup keeps the answer to the first', () => {
  const ledger = ledgerAfter(['rejected-at-file'], NONE);
  ledger.recordSent([first.id]);
  ledger.recordVerification(WITHOUT_FIRST);
  expect(ledger.statusOf(first.id)).toBe('file-may-remain');
});

test('an inconclusive listing replaces a conclusive one', () => {
  const ledger = ledgerAfter(['confirmed'], WITH_FIRST);
  ledger.recordVerification(INCONCLUSIVE);
  expect(ledger.statusOf(first.id)).toBe('unknown');
});

test('it is known what remains if nothing was sent, or if the final listing is conclusive', () => {
  expect(ledgerWith({ selected: [first] }).knowsWhatRemains).toBe(true);
  expect(ledgerAfter(['confirmed'], NONE).knowsWhatRemains).toBe(false);
  expect(ledgerAfter(['confirmed'], INCONCLUSIVE).knowsWhatRemains).toBe(false);
  expect(ledgerAfter(['confirmed'], WITH_FIRST).knowsWhatRemains).toBe(true);
});

test.each<[kinds: Kind[], answer: Kind | undefined, hasError: boolean]>([
  [[], undefined, false],
  [['confirmed'], 'confirmed', false],
  [['rejected-at-file'], 'rejected-at-file', true],
  [['unanswered'], undefined, true],
  [['not-received'], undefined, true],
  [['rejected-at-file', 'confirmed'], 'confirmed', false],
  [['confirmed', 'unanswered'], 'confirmed', true],
  [['rejected-for-all', 'not-received'], 'rejected-for-all', true],
])('after %j the last answer is %s, and there is an error: %s', (kinds, answer, hasError) => {
  const ledger = ledgerAfter(kinds, NONE);
  expect(ledger.lastAnswerFor(first.id)?.kind).toBe(answer);
  expect(ledger.isConfirmed(first.id)).toBe(answer === 'confirmed');
  expect(ledger.errorOf(first.id)).toBe(hasError ? error : undefined);
});

test('a backup counts as deleted without an answer if no DELETE of it was answered', () => {
  const ledger = ledgerWith({ selected: [first, second, third] }, it => {
    it.recordSent([first.id, second.id, third.id]);
    it.recordOutcome(first.id, OUTCOMES.unanswered);
    it.recordOutcome(second.id, OUTCOMES.confirmed);
    it.recordOutcome(third.id, OUTCOMES.unanswered);
  });
  expect(ledger.deletedWithoutAnswer).toEqual([]);
  ledger.recordVerification(WITHOUT_FIRST);
  expect(ledger.deletedWithoutAnswer).toEqual([first]);
});

test('the lists have the order of the selection: oldest first', () => {
  const ids = (records: readonly { id: BackupId }[] | undefined) => records?.map(({ id }) => id);
  const ledger = ledgerWith({ selected: [first, second, third] }, it => {
    for (const { id } of [third, first, second]) it.recordSent([id]);
    it.recordVerification({ kind: 'conclusive', listing: [second], missing: [] });
  });
  expect(ids(ledger.deleted)).toEqual([first.id, third.id]);
  expect(ids(ledger.failed)).toEqual([second.id]);
  expect(ids(ledger.withStatus('deleted', 'still-listed'))).toEqual([first.id, second.id, third.id]);
});
