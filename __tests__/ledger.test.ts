import { describe, expect, test } from '@jest/globals';
import type { BackupId } from '../src/backups/backup.js';
import type { BackupStatus, Ledger, Verification } from '../src/ledger.js';
import { type DeleteOutcome, RequestError } from '../src/portal/answers/outcomes.js';
import { text } from '../src/text/printable.js';
import { backupOf, ledgerWith } from './report/support.js';

const first = backupOf('2026-03-01', 1);
const second = backupOf('2026-03-02', 2);
const third = backupOf('2026-03-03', 3);

const error = new RequestError(text`HTTP 500`, 'rejected-by-portal');
const OUTCOMES = {
  confirmed: { kind: 'confirmed' },
  'rejected-by-portal': { kind: 'rejected-by-portal', error, mayBeRunning: false },
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
    ledger.recordSent(first.id);
    for (const kind of kinds) ledger.recordOutcome(first.id, OUTCOMES[kind]);
    if (verification.kind !== 'none') ledger.recordVerification(verification);
  });
}

describe('the status of a backup for which a DELETE was sent', () => {
  test.each<
    [kinds: Kind[], withoutListing: BackupStatus, inconclusive: BackupStatus, notListed: BackupStatus]
  >([
    [[], 'unknown', 'unknown', 'file-may-remain'],
    [['confirmed'], 'reported-deleted', 'unknown', 'deleted'],
    [['not-received'], 'unknown', 'unknown', 'file-may-remain'],
    [['unanswered'], 'unknown', 'unknown', 'file-may-remain'],
    [['rejected-by-portal'], 'file-may-remain', 'file-may-remain', 'file-may-remain'],
    [['rejected-on-the-way'], 'unknown', 'unknown', 'file-may-remain'],
    [['rejected-for-all'], 'unknown', 'unknown', 'file-may-remain'],
    [['rejected-by-portal', 'confirmed'], 'reported-deleted', 'unknown', 'deleted'],
    [['rejected-by-portal', 'unanswered'], 'file-may-remain', 'file-may-remain', 'file-may-remain'],
    [['rejected-by-portal', 'not-received'], 'file-may-remain', 'file-may-remain', 'file-may-remain'],
    [['unanswered', 'rejected-by-portal'], 'file-may-remain', 'file-may-remain', 'file-may-remain'],
    [['unanswered', 'confirmed'], 'reported-deleted', 'unknown', 'deleted'],
    [['unanswered', 'unanswered'], 'unknown', 'unknown', 'file-may-remain'],
  ])('after %j', (kinds, withoutListing, inconclusive, notListed) => {
    const statusAfter = (verification: Verification) => ledgerAfter(kinds, verification).statusOf(first.id);
    expect({
      'no final listing': statusAfter(NONE),
      'an inconclusive one': statusAfter(INCONCLUSIVE),
      'one with the backup': statusAfter(WITH_FIRST),
      'one without the backup': statusAfter(WITHOUT_FIRST),
    }).toEqual({
      'no final listing': withoutListing,
      'an inconclusive one': inconclusive,
      'one with the backup': 'still-listed',
      'one without the backup': notListed,
    });
  });

  test.each<[status: BackupStatus, kinds: Kind[], verification: Verification, list: 'deleted' | 'failed']>([
    ['deleted', ['confirmed'], WITHOUT_FIRST, 'deleted'],
    ['reported-deleted', ['confirmed'], NONE, 'deleted'],
    ['still-listed', ['confirmed'], WITH_FIRST, 'failed'],
    ['file-may-remain', ['rejected-by-portal'], WITHOUT_FIRST, 'failed'],
    ['file-may-remain', ['rejected-by-portal'], NONE, 'failed'],
    ['file-may-remain', ['unanswered'], WITHOUT_FIRST, 'failed'],
    ['unknown', ['unanswered'], NONE, 'failed'],
    ['unknown', ['confirmed'], INCONCLUSIVE, 'failed'],
  ])('"%s", after %j, puts it in exactly one list', (status, kinds, verification, list) => {
    const ledger = ledgerAfter(kinds, verification);
    expect(ledger.statusOf(first.id)).toBe(status);
    expect({ deleted: ledger.deleted, failed: ledger.failed }).toEqual({
      deleted: [],
      failed: [],
      [list]: [first],
    });
  });
});

describe('a backup of a history that was deleted with one DELETE', () => {
  const afterDelete = (verification: Verification) =>
    ledgerWith({ selected: [first] }, ledger => {
      ledger.recordSentForAll([first.id]);
      if (verification.kind !== 'none') ledger.recordVerification(verification);
    }).statusOf(first.id);

  test('is judged by the listing only', () => {
    expect(afterDelete(WITHOUT_FIRST)).toBe('deleted');
    expect(afterDelete(WITH_FIRST)).toBe('still-listed');
    expect(afterDelete(INCONCLUSIVE)).toBe('unknown');
    expect(afterDelete(NONE)).toBe('unknown');
  });
});

describe('a backup for which no DELETE was sent', () => {
  test('is neither deleted nor failed, whatever the final listing contains', () => {
    for (const verification of [INCONCLUSIVE, WITH_FIRST, WITHOUT_FIRST]) {
      const ledger = ledgerWith({ selected: [first, second] }, it => {
        it.recordSent(second.id);
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
    expect(ledger.decisiveOutcomeOf(first.id)).toBeUndefined();
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
    const ledger = ledgerWith({}, it => it.recordSentForAll([]));
    expect([ledger.hasSent, ledger.deleted, ledger.failed]).toEqual([true, undefined, undefined]);
  });
});

test('a DELETE discards the listing before it', () => {
  const verification: Verification = { kind: 'conclusive', listing: [second], missing: [third] };
  const ledger = ledgerWith({ selected: [first, second] }, it => {
    it.recordSent(first.id);
    it.recordOutcome(first.id, OUTCOMES['rejected-by-portal']);
    it.recordVerification(verification);
  });
  expect(ledger.verification).toBe(verification);
  expect([...ledger.missingIds]).toEqual([third.id]);
  ledger.recordSent(second.id);
  expect(ledger.verification).toEqual(NONE);
  expect([...ledger.missingIds]).toEqual([]);
  expect([ledger.statusOf(first.id), ledger.statusOf(second.id)]).toEqual(['file-may-remain', 'unknown']);
});

test('a second DELETE of a backup keeps the answer to the first', () => {
  const ledger = ledgerAfter(['rejected-by-portal'], NONE);
  ledger.recordSent(first.id);
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
  [['rejected-by-portal'], 'rejected-by-portal', true],
  [['unanswered'], undefined, true],
  [['not-received'], undefined, true],
  [['rejected-by-portal', 'confirmed'], 'confirmed', false],
  [['rejected-by-portal', 'unanswered'], 'rejected-by-portal', true],
  [['rejected-for-all', 'not-received'], 'rejected-for-all', true],
])('after %j the last answer is %s, and there is an error: %s', (kinds, answer, hasError) => {
  const ledger = ledgerAfter(kinds, NONE);
  expect(ledger.decisiveOutcomeOf(first.id)?.kind).toBe(answer);
  expect(ledger.isConfirmed(first.id)).toBe(answer === 'confirmed');
  expect(ledger.errorOf(first.id)).toBe(hasError ? error : undefined);
});

test('a backup that is not listed any more counts as deleted only if the portal confirmed its DELETE', () => {
  const ledger = ledgerWith({ selected: [first, second, third] }, it => {
    for (const { id } of [first, second, third]) it.recordSent(id);
    it.recordOutcome(first.id, OUTCOMES.unanswered);
    it.recordOutcome(second.id, OUTCOMES.confirmed);
    it.recordOutcome(third.id, OUTCOMES.unanswered);
    it.recordVerification(WITHOUT_FIRST);
  });
  expect(ledger.deleted).toEqual([second]);
  expect(ledger.withStatus('file-may-remain')).toEqual([first]);
  expect(ledger.withStatus('still-listed')).toEqual([third]);
});

test('the lists have the order of the selection: oldest first', () => {
  const ids = (records: readonly { id: BackupId }[] | undefined) => records?.map(({ id }) => id);
  const ledger = ledgerWith({ selected: [first, second, third] }, it => {
    for (const { id } of [third, first, second]) {
      it.recordSent(id);
      it.recordOutcome(id, OUTCOMES.confirmed);
    }
    it.recordVerification({ kind: 'conclusive', listing: [second], missing: [] });
  });
  expect(ids(ledger.deleted)).toEqual([first.id, third.id]);
  expect(ids(ledger.failed)).toEqual([second.id]);
  expect(ids(ledger.withStatus('deleted', 'still-listed'))).toEqual([first.id, second.id, third.id]);
});
