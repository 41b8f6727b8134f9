import { BadAnswer, type Failure, MustWait } from '../failure.js';
import type { Ledger } from '../ledger.js';
import { MOST_AT_ONCE } from '../portal/http.js';
import type { BackupId, Deletable } from '../portal/records.js';
import { count, type Printable, say, someOf, thousands, verb } from '../text.js';
import { nameOf } from './closing.js';

/**
 * What to say of those for which a DELETE was sent and that are not proven to be deleted: each is in one of the counts.
 * @param ending what has ended the run, which is said already
 */
export function explainFailed(ledger: Ledger, ending: Failure | undefined): Printable[] {
  // Without a list that decides, the portal's own word on a backup is all there is.
  const unknown = ledger.withFate('unknown');
  const withWord = (word: 'none' | 'for all' | 'on it') =>
    unknown.filter(({ id }) => wordOn(ledger, id) === word);
  const them = (number: number) => (number === 1 ? 'it' : 'them');
  const explain = (
    records: readonly Deletable[],
    what: (number: number) => Printable,
    more: (number: number) => Printable = () => say``,
  ) =>
    records.length === 0
      ? []
      : [
          say`${what(records.length)}: ${someOf(records.map(nameOf))}.`,
          reasonOf(ledger, records, ending),
          more(records.length),
        ];
  const listed = ledger.withFate('listed');
  const total = count(ledger.selected?.length ?? 0, 'backup');
  const seeDocs = say`see "Its file may remain" in this action's docs/troubleshooting.md.`;
  return [
    explain(listed, number => say`${thousands(number)} of ${total} ${verb('is', number)} still listed`),
    explain(
      ledger.withFate('file may remain'),
      number =>
        say`The portal no longer lists ${count(number, 'backup')}, but did not report success, so ${number === 1 ? 'its file' : 'their files'} may remain`,
      number => say`A re-run will not see ${them(number)}; ${seeDocs}`,
    ),
    explain(
      withWord('on it'),
      number => say`The portal answered the DELETE of ${count(number, 'backup')} without reporting success`,
      number =>
        say`${number === 1 ? 'Its file' : 'Their files'} may remain, also where the next list lacks ${them(number)}; ${seeDocs}`,
    ),
    explain(withWord('for all'), number => say`The portal refused the DELETE of ${count(number, 'backup')}`),
    explain(
      withWord('none'),
      number => say`It is not known whether ${count(number, 'backup')} ${verb('was', number)} deleted`,
    ),
  ]
    .flat()
    .filter(sentence => sentence !== '');
}

/** What the portal's last word on a backup is about, if it is an error. */
function wordOn(ledger: Ledger, id: BackupId): 'none' | 'for all' | 'on it' {
  if (!ledger.isRefused(id)) return 'none';
  return isAboutAll(ledger.failureOf(id)) ? 'for all' : 'on it';
}

/** Whether an error would meet every other request too, and so says nothing of one backup. */
function isAboutAll(failure: Failure | undefined): boolean {
  return failure instanceof MustWait || (failure instanceof BadAnswer && failure.verdict === 'all');
}

/**
 * Why deletions have failed: the first reason that is known; empty where it is said already, as what has ended the
 * run.
 */
function reasonOf(ledger: Ledger, records: readonly Deletable[], ending: Failure | undefined): Printable {
  const failures = records.map(({ id }) => ledger.failureOf(id));
  const other = failures.find(failure => failure && failure !== ending && !isAboutAll(failure));
  if (other) return other.message;
  if (ending || records.every(({ id }) => ledger.fateOf(id) !== 'listed')) return say``;
  return say`The portal reported success; see its log.`;
}

/** Why deletions were not tried. */
interface Untried {
  /** What has ended the run; `undefined`: none of the errors did. */
  ending: Failure | undefined;
  isOutOfTime: boolean;
  /** Whether all places are taken by deletions that may still go on. */
  isFull: boolean;
  /** How many were left alone, as is said already. */
  passedOver: number;
}

/** What to say of those that were not tried, for whatever reason: without a word on them the step would be green. */
export function explainUntried(
  ledger: Ledger,
  { ending, isOutOfTime, isFull, passedOver }: Untried,
): Printable[] {
  const rest = ledger.withFate('not sent').length - passedOver;
  if (rest === 0) return [];
  const what = say`${count(rest, 'backup')} ${verb('was', rest)} not tried`;
  if (isOutOfTime && !ending) {
    return [say`${what} for lack of time: left for the next run. Run again, or raise timeout-seconds.`];
  }
  if (isFull && !ending) {
    return [
      say`${what}: ${MOST_AT_ONCE} deletions may still go on at the portal, and this action allows no more at once. Run again later.`,
    ];
  }
  return [say`${what}.`];
}
