import { describe, expect, test } from '@jest/globals';
import { BadAnswer, MustWait, NoAnswer, type Verdict } from '../../src/failure.js';
import type { Closing, Ledger } from '../../src/ledger.js';
import { explainFailed, explainUntried } from '../../src/operations/not-deleted.js';
import type { Word } from '../../src/portal/portal.js';
import type { Backup } from '../../src/portal/records.js';
import { say } from '../../src/text.js';
import { backupOf, ledgerWith } from '../report/support.js';

const [one, two, three] = [backupOf('2026-03-01', 1), backupOf('2026-03-02', 2), backupOf('2026-03-03', 3)];

const done: Word = { said: 'done', reported: true };
const nothingLeft: Word = { said: 'done', reported: false };
const LOST = new NoAnswer(say`It was lost.`, true, true);
const silence: Word = { said: 'nothing', failure: LOST, mayGoOn: true };
const REFUSAL = new BadAnswer(say`HTTP 401.`, 401, 'all');
const OTHER_REFUSAL = new BadAnswer(say`HTTP 401 again.`, 401, 'all');
const WAIT = new MustWait(say`HTTP 429.`);

function error(verdict: Verdict = 'file'): Word {
  return {
    said: 'no',
    failure: new BadAnswer(say`HTTP 500.`, 500, verdict),
    tryAgain: true,
    mayGoOn: false,
  };
}

function refusal(failure: BadAnswer | MustWait): Word {
  return { said: 'no', failure, tryAgain: false, mayGoOn: false };
}

const LISTED: Closing = { kind: 'trusted', listing: [one, two, three], missing: [] };
const GONE: Closing = { kind: 'trusted', listing: [], missing: [] };
const NONE: Closing = { kind: 'none' };
const USELESS: Closing = { kind: 'useless' };

/** A ledger after DELETEs of three backups of which the portal has said this; of the rest, none was sent. */
function ended(closing: Closing, ...words: Word[]): Ledger {
  const selected = [one, two, three];
  return ledgerWith({ selected }, ledger => {
    for (const [index, word] of words.entries()) {
      const { id } = selected[index] as Backup;
      ledger.sent([id]);
      ledger.heard(id, word);
    }
    if (closing.kind !== 'none') ledger.close(closing);
  });
}

const name = (backup: Backup) => `${backup.name} (Local, ${backup.id})`;
const SEE = `see "Its file may remain" in this action's docs/troubleshooting.md.`;

describe('an error says of what is not proven to be deleted', () => {
  test.each<[what: string, ledger: Ledger, sentences: string[]]>([
    ['what is deleted', ended(GONE, done, nothingLeft, silence), []],
    ['what is reported', ended(NONE, done), []],
    [
      'one that is listed, after success',
      ended(LISTED, done),
      [`1 of 3 backups is still listed: ${name(one)}.`, 'The portal reported success; see its log.'],
    ],
    [
      'two that are listed, after a success and a word that nothing is left',
      ended(LISTED, nothingLeft, done),
      [
        `2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`,
        'The portal reported success; see its log.',
      ],
    ],
    [
      'one that is listed, though nothing is left to delete',
      ended(LISTED, nothingLeft),
      [`1 of 3 backups is still listed: ${name(one)}.`, 'The portal reported success; see its log.'],
    ],
    [
      'one that is listed, after an error of another',
      ended(LISTED, done, error()),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`, 'HTTP 500.'],
    ],
    [
      'one whose file may remain',
      ended(GONE, error()),
      [
        `The portal no longer lists 1 backup, but did not report success, so its file may remain: ${name(one)}.`,
        'HTTP 500.',
        `A re-run will not see it; ${SEE}`,
      ],
    ],
    [
      'two whose files may remain',
      ended(GONE, error(), error('backup')),
      [
        `The portal no longer lists 2 backups, but did not report success, so their files may remain: ${name(one)}, ${name(two)}.`,
        'HTTP 500.',
        `A re-run will not see them; ${SEE}`,
      ],
    ],
    [
      'one with an error, without a list',
      ended(NONE, error()),
      [
        `The portal answered the DELETE of 1 backup without reporting success: ${name(one)}.`,
        'HTTP 500.',
        `Its file may remain, also where the next list lacks it; ${SEE}`,
      ],
    ],
    [
      'two with an error, and a list that proves nothing',
      ended(USELESS, error(), error('backup')),
      [
        `The portal answered the DELETE of 2 backups without reporting success: ${name(one)}, ${name(two)}.`,
        'HTTP 500.',
        `Their files may remain, also where the next list lacks them; ${SEE}`,
      ],
    ],
    [
      'what got no answer, and what a list that proves nothing leaves in doubt',
      ended(USELESS, done, silence),
      [`It is not known whether 2 backups were deleted: ${name(one)}, ${name(two)}.`, 'It was lost.'],
    ],
    [
      'one that got no answer',
      ended(NONE, silence),
      [`It is not known whether 1 backup was deleted: ${name(one)}.`, 'It was lost.'],
    ],
    [
      'two of which nothing is known but that they were sent',
      ended(USELESS, done, nothingLeft),
      [`It is not known whether 2 backups were deleted: ${name(one)}, ${name(two)}.`],
    ],
    [
      'each kind by itself',
      ended(NONE, error(), silence, refusal(WAIT)),
      [
        `The portal answered the DELETE of 1 backup without reporting success: ${name(one)}.`,
        'HTTP 500.',
        `Its file may remain, also where the next list lacks it; ${SEE}`,
        `The portal refused the DELETE of 1 backup: ${name(three)}.`,
        `It is not known whether 1 backup was deleted: ${name(two)}.`,
        'It was lost.',
      ],
    ],
  ])('%s', (_what, ledger, sentences) => {
    expect(explainFailed(ledger, undefined)).toEqual(sentences);
  });

  test.each<[what: string, ledger: Ledger, sentences: string[]]>([
    ['what is listed', ended(LISTED, refusal(REFUSAL)), [`1 of 3 backups is still listed: ${name(one)}.`]],
    [
      'what is listed after its twin',
      ended(LISTED, refusal(OTHER_REFUSAL), refusal(WAIT)),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`],
    ],
    ['what is listed after success', ended(LISTED, done), [`1 of 3 backups is still listed: ${name(one)}.`]],
    [
      'what has a reason of its own',
      ended(LISTED, refusal(REFUSAL), error()),
      [`2 of 3 backups are still listed: ${name(one)}, ${name(two)}.`, 'HTTP 500.'],
    ],
    [
      'what was refused with it',
      ended(NONE, refusal(REFUSAL), refusal(OTHER_REFUSAL)),
      [`The portal refused the DELETE of 2 backups: ${name(one)}, ${name(two)}.`],
    ],
  ])('%s, and does not repeat what has ended the run', (_what, ledger, sentences) => {
    expect(explainFailed(ledger, REFUSAL)).toEqual(sentences);
  });
});

describe('an error says of what was not tried', () => {
  const nothing = { ending: undefined, isOutOfTime: false, isFull: false, passedOver: 0 };

  test.each<[what: string, ledger: Ledger, why: Parameters<typeof explainUntried>[1], sentence: string]>([
    ['where all were', ended(GONE, done, done, done), { ...nothing, isOutOfTime: true }, ''],
    ['without a reason that is known', ended(NONE, done), nothing, '2 backups were not tried.'],
    [
      'that something has ended the run',
      ended(NONE, done),
      { ...nothing, ending: REFUSAL },
      '2 backups were not tried.',
    ],
    [
      'that its storage refuses',
      ended(NONE, done),
      { ...nothing, ending: REFUSAL, passedOver: 1 },
      '1 backup was not tried.',
    ],
    ['which is said already', ended(NONE, done), { ...nothing, ending: REFUSAL, passedOver: 2 }, ''],
    [
      'that the time was up',
      ended(NONE, done, done),
      { ...nothing, isOutOfTime: true, isFull: true },
      '1 backup was not tried for lack of time: left for the next run. Run again, or raise timeout-seconds.',
    ],
    [
      'that all places were taken',
      ended(NONE, silence),
      { ...nothing, isFull: true },
      '2 backups were not tried: 8 deletions may still go on at the portal, and this action allows no more at once. Run again later.',
    ],
  ])('%s', (_what, ledger, why, sentence) => {
    expect(explainUntried(ledger, why).join(' ')).toBe(sentence);
  });
});
