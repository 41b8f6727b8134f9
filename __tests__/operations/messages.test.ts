import { describe, expect, test } from '@jest/globals';
import type { Backup } from '../../src/backups/backup.js';
import type { Ledger, Verification } from '../../src/ledger.js';
import {
  explainFailed,
  explainMissing,
  explainUnanswered,
  explainUntried,
} from '../../src/operations/messages.js';
import {
  type DeleteOutcome,
  NoResponseError,
  RateLimitError,
  ResponseError,
} from '../../src/portal/answers/outcomes.js';
import { text } from '../../src/text/printable.js';
import { backupOf, ledgerWith } from '../report/support.js';

const [one, two, three] = [backupOf('2026-03-01', 1), backupOf('2026-03-02', 2), backupOf('2026-03-03', 3)];

const LOST = new NoResponseError(text`It was lost.`, 'unanswered');
const REFUSED = new ResponseError(text`HTTP 401.`, 'rejected-for-all', 401);
const REFUSED_AGAIN = new ResponseError(text`HTTP 401 again.`, 'rejected-for-all', 401);
const RATE_LIMITED = new RateLimitError(text`HTTP 429.`);

const confirmed: DeleteOutcome = { kind: 'confirmed' };
const unanswered: DeleteOutcome = { kind: 'unanswered', error: LOST, mayBeRunning: true };

/** The portal rejected the DELETE of one backup. */
function rejected(kind: 'rejected-by-portal' | 'rejected-on-the-way' = 'rejected-by-portal'): DeleteOutcome {
  return { kind, error: new ResponseError(text`HTTP 500.`, kind, 500), mayBeRunning: false };
}

/** The portal would reject every DELETE. */
function rejectedForAll(error: ResponseError | RateLimitError): DeleteOutcome {
  return { kind: 'rejected-for-all', error, mayBeRunning: false };
}

const ALL_LISTED: Verification = { kind: 'conclusive', listing: [one, two, three], missing: [] };
const NONE_LISTED: Verification = { kind: 'conclusive', listing: [], missing: [] };
const NO_LISTING: Verification = { kind: 'none' };
const INCONCLUSIVE: Verification = { kind: 'inconclusive', reason: text`it is empty` };

/** A ledger of three selected backups. The first ones have these outcomes; no DELETE was sent for the others. */
function ledgerAfter(verification: Verification, ...outcomes: DeleteOutcome[]): Ledger {
  const selected = [one, two, three];
  return ledgerWith({ selected }, ledger => {
    for (const [index, outcome] of outcomes.entries()) {
      const { id } = selected[index] as Backup;
      ledger.recordSent(id);
      ledger.recordOutcome(id, outcome);
    }
    if (verification.kind !== 'none') ledger.recordVerification(verification);
  });
}

const name = (backup: Backup) => `${backup.name} (Local, ${backup.id})`;
const LEAVE_STORAGE_OUT =
  'If the storage is the cause, each further run can cost another record there. Until it is fixed, leave it out: name only the other storages in storage-types or, for delete-backups, leave these ids out.';
const SEE_DOCS = `see "Its file may remain" in this action's docs/troubleshooting.md.`;

describe('the error about backups that are not proven to be deleted', () => {
  test.each<[what: string, ledger: Ledger, sentences: string[]]>([
    ['deleted backups', ledgerAfter(NONE_LISTED, confirmed, confirmed, confirmed), []],
    ['a confirmed one without a listing', ledgerAfter(NO_LISTING, confirmed), []],
    [
      'a confirmed one that is still listed',
      ledgerAfter(ALL_LISTED, confirmed),
      [`1 of 3 backups is still listed: ${name(one)}.`, 'The portal reported success; see its log.'],
    ],
    [
      'two confirmed ones that are still listed',
      ledgerAfter(ALL_LISTED, confirmed, confirmed),
      [
        `2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`,
        'The portal reported success; see its log.',
      ],
    ],
    [
      'a confirmed and a rejected one that are still listed',
      ledgerAfter(ALL_LISTED, confirmed, rejected()),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`, 'HTTP 500.'],
    ],
    [
      'one whose file may remain',
      ledgerAfter(NONE_LISTED, rejected()),
      [
        `The portal no longer lists 1 backup, but did not report success, so its file may remain: ${name(one)}.`,
        'HTTP 500.',
        `The next run will not see it; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'two whose files may remain',
      ledgerAfter(NONE_LISTED, rejected(), rejected('rejected-on-the-way')),
      [
        `The portal no longer lists 2 backups, but did not report success, so their files may remain: ${name(one)}, ${name(two)}.`,
        'HTTP 500.',
        `The next run will not see them; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'two unanswered ones that are not listed any more',
      ledgerAfter(NONE_LISTED, unanswered, unanswered),
      [
        `The portal no longer lists 2 backups, but did not report success, so their files may remain: ${name(one)}, ${name(two)}.`,
        'It was lost.',
        `The next run will not see them; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'one that something in front of the portal rejected, and that is not listed any more',
      ledgerAfter(NONE_LISTED, rejected('rejected-on-the-way')),
      [
        `The portal no longer lists 1 backup, but did not report success, so its file may remain: ${name(one)}.`,
        'HTTP 500.',
        `The next run will not see it; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'one rejected at the file that is still listed',
      ledgerAfter(ALL_LISTED, rejected()),
      [`1 of 3 backups is still listed: ${name(one)}.`, 'HTTP 500.'],
    ],
    [
      'a rejected one without a listing',
      ledgerAfter(NO_LISTING, rejected()),
      [
        `The DELETE of 1 backup was answered without success: ${name(one)}.`,
        'HTTP 500.',
        `Even if the next listing lacks it, its file may remain; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'two rejected ones after an inconclusive listing',
      ledgerAfter(INCONCLUSIVE, rejected(), rejected('rejected-on-the-way')),
      [
        `The DELETE of 2 backups was answered without success: ${name(one)}, ${name(two)}.`,
        'HTTP 500.',
        `Even if the next listing lacks them, their files may remain; ${SEE_DOCS}`,
        LEAVE_STORAGE_OUT,
      ],
    ],
    [
      'a confirmed and an unanswered one after an inconclusive listing',
      ledgerAfter(INCONCLUSIVE, confirmed, unanswered),
      [`It is not known whether 2 backups were deleted: ${name(one)}, ${name(two)}.`, 'It was lost.'],
    ],
    [
      'an unanswered one without a listing',
      ledgerAfter(NO_LISTING, unanswered),
      [`It is not known whether 1 backup was deleted: ${name(one)}.`, 'It was lost.'],
    ],
    [
      'two confirmed ones after an inconclusive listing',
      ledgerAfter(INCONCLUSIVE, confirmed, confirmed),
      [`It is not known whether 2 backups were deleted: ${name(one)}, ${name(two)}.`],
    ],
    [
      'one of each kind',
      ledgerAfter(NO_LISTING, rejected(), unanswered, rejectedForAll(RATE_LIMITED)),
      [
        `The DELETE of 1 backup was answered without success: ${name(one)}.`,
        'HTTP 500.',
        `Even if the next listing lacks it, its file may remain; ${SEE_DOCS}`,
        `The portal refused the DELETE of 1 backup: ${name(three)}.`,
        'HTTP 429.',
        `It is not known whether 1 backup was deleted: ${name(two)}.`,
        'It was lost.',
        LEAVE_STORAGE_OUT,
      ],
    ],
  ])('%s', (_what, ledger, sentences) => {
    expect(explainFailed(ledger, undefined)).toEqual(sentences);
  });

  test.each<[what: string, ledger: Ledger, sentences: string[]]>([
    [
      'one that is still listed',
      ledgerAfter(ALL_LISTED, rejectedForAll(REFUSED)),
      [`1 of 3 backups is still listed: ${name(one)}.`],
    ],
    [
      'two that are still listed, with similar errors',
      ledgerAfter(ALL_LISTED, rejectedForAll(REFUSED_AGAIN), rejectedForAll(RATE_LIMITED)),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`],
    ],
    [
      'a confirmed one that is still listed',
      ledgerAfter(ALL_LISTED, confirmed),
      [`1 of 3 backups is still listed: ${name(one)}.`],
    ],
    [
      'one with another error',
      ledgerAfter(ALL_LISTED, rejectedForAll(REFUSED), rejected()),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`, 'HTTP 500.'],
    ],
    [
      'two that were refused',
      ledgerAfter(NO_LISTING, rejectedForAll(REFUSED), rejectedForAll(REFUSED_AGAIN)),
      [`The portal refused the DELETE of 2 backups: ${name(one)}, ${name(two)}.`],
    ],
  ])('does not repeat the error that ended the run: %s', (_what, ledger, sentences) => {
    expect(explainFailed(ledger, REFUSED)).toEqual(sentences);
  });
});

describe('the error about backups that were not tried', () => {
  const normalEnd = { fatalError: undefined, isOutOfTime: false, isFull: false, givenUp: [] };

  test.each<[what: string, ledger: Ledger, why: Parameters<typeof explainUntried>[1], sentence: string]>([
    [
      'is empty if all were tried',
      ledgerAfter(NONE_LISTED, confirmed, confirmed, confirmed),
      { ...normalEnd, isOutOfTime: true },
      '',
    ],
    [
      'has only the number if the reason is not known',
      ledgerAfter(NO_LISTING, confirmed),
      normalEnd,
      '2 backups were not tried.',
    ],
    [
      'has only the number if an error ended the run',
      ledgerAfter(NO_LISTING, confirmed),
      { ...normalEnd, fatalError: REFUSED },
      '2 backups were not tried.',
    ],
    [
      'explains a storage type that lost records',
      ledgerAfter(NO_LISTING, confirmed),
      { ...normalEnd, givenUp: [{ type: 'Local', reason: 'records-lost', untried: 2 }] },
      'Storage type Local lost records whose deletion the portal did not confirm, so 2 backups there were not tried. Fix the storage if it is the cause, then run again.',
    ],
    [
      'explains a storage type that had no time for pauses',
      ledgerAfter(NO_LISTING, confirmed, confirmed),
      { ...normalEnd, givenUp: [{ type: 'ThirdPartyConsumer', reason: 'no-time-to-rest', untried: 1 }] },
      'Storage type ThirdPartyConsumer rejects deletions, and the next pause between them does not fit into the time for pauses, so 1 backup there was not tried. Run again, or raise timeout-seconds.',
    ],
    [
      'counts the backups of other storage types apart',
      ledgerAfter(NO_LISTING, confirmed),
      {
        ...normalEnd,
        fatalError: REFUSED,
        givenUp: [
          { type: undefined, reason: 'records-lost', untried: 1 },
          { type: 'Local', reason: 'records-lost', untried: 0 },
        ],
      },
      'An unknown storage lost records whose deletion the portal did not confirm, so 1 backup there was not tried. Fix the storage if it is the cause, then run again. 1 backup was not tried.',
    ],
    [
      'explains a lack of time',
      ledgerAfter(NO_LISTING, confirmed, confirmed),
      { ...normalEnd, isOutOfTime: true },
      '1 backup was not tried for lack of time. Run again, or raise timeout-seconds.',
    ],
    [
      'explains that all slots were taken until the time was up',
      ledgerAfter(NO_LISTING, unanswered),
      { ...normalEnd, isOutOfTime: true, isFull: true },
      '2 backups were not tried: 8 deletions may still be running at the portal, and this action allows no more at once. Run again later.',
    ],
  ])('%s', (_what, ledger, why, sentence) => {
    expect(explainUntried(ledger, why).join(' ')).toBe(sentence);
  });
});

test.each<[missing: Backup[], which: Parameters<typeof explainMissing>[1], start: string]>([
  [[one], 'to be kept', `1 backup to be kept is not listed any more: ${name(one)}.`],
  [
    [one, two],
    'that this run did not select',
    `2 backups that this run did not select are not listed any more: ${name(one)}, ${name(two)}.`,
  ],
])('the message about missing backups names them and the possible causes', (missing, which, start) => {
  expect(explainMissing(missing, which)).toBe(
    `${start} This run did not delete what is missing. Possible causes: the schedule's copy limit, another user, or a file or storage account that the portal cannot reach.`,
  );
});

test.each([
  [1, '1 backup is'],
  [2, '2 backups are'],
])('the warning about unanswered DELETEs has their number: %d', (number, start) => {
  expect(explainUnanswered(number)).toBe(
    `${start} not listed any more, but the portal never answered the DELETE: the files may remain.`,
  );
});
