import type { IdentifiedRecord } from '../backups/backup.js';
import type { ActionError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import { RateLimitError, RequestError } from '../portal/errors.js';
import { MAX_CONCURRENT_DELETIONS } from '../portal/http/request.js';
import { conjugate, formatNumber, listSome, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';

/** A backup as an error names it: `alias_2026-03-01.tar.gz (Local, 1111…)`. */
export function describeBackup({ name, storageType, id }: IdentifiedRecord): Printable {
  return text`${name} (${storageType ?? 'unknown storage'}, ${id})`;
}

/** Says that backups disappeared that this run did not delete. */
export function explainMissing(
  missing: readonly IdentifiedRecord[],
  which: 'to be kept' | 'that this run did not select',
): Printable {
  const names = listSome(missing.map(describeBackup));
  return text`${pluralize(missing.length, 'backup')} ${which} ${conjugate('is', missing.length)} not listed any more: ${names}. This run did not delete what is missing. Possible causes: the schedule's copy limit, another user, or a file or storage account that the portal cannot reach.`;
}

/** Warns about backups that count as deleted although the portal never answered. */
export function explainUnanswered(number: number): Printable {
  return text`${pluralize(number, 'backup')} ${conjugate('is', number)} not listed any more, but the portal never answered the DELETE: the files may remain.`;
}

/**
 * Explains every backup whose DELETE was sent and that is not proven to be deleted. Each is in one of the counts.
 * @param ending the error that ended the run, which is reported elsewhere
 */
export function explainFailed(ledger: Ledger, ending: ActionError | undefined): Printable[] {
  const total = pluralize(ledger.selected?.length ?? 0, 'backup');
  const seeDocs = text`see "Its file may remain" in this action's docs/troubleshooting.md.`;
  const them = (number: number) => (number === 1 ? 'it' : 'them');
  const files = (number: number) => (number === 1 ? 'its file' : 'their files');
  // Without a conclusive listing, the portal's own answer is all that is known.
  const unknown = ledger.withStatus('unknown');
  const unknownAfter = (answer: 'none' | 'for-all' | 'for-backup') =>
    unknown.filter(({ id }) => classifyAnswer(ledger, id) === answer);
  const explain = (
    records: readonly IdentifiedRecord[],
    what: (number: number) => Printable,
    more: (number: number) => Printable = () => text``,
  ) =>
    records.length === 0
      ? []
      : [
          text`${what(records.length)}: ${listSome(records.map(describeBackup))}.`,
          findReason(ledger, records, ending),
          more(records.length),
        ];
  return [
    explain(
      ledger.withStatus('still-listed'),
      number => text`${formatNumber(number)} of ${total} ${conjugate('is', number)} still listed`,
    ),
    explain(
      ledger.withStatus('file-may-remain'),
      number =>
        text`The portal no longer lists ${pluralize(number, 'backup')}, but did not report success, so ${files(number)} may remain`,
      number => text`The next run will not see ${them(number)}; ${seeDocs}`,
    ),
    explain(
      unknownAfter('for-backup'),
      number =>
        text`The portal answered the DELETE of ${pluralize(number, 'backup')} without reporting success`,
      number => text`Even if the next list lacks ${them(number)}, ${files(number)} may remain; ${seeDocs}`,
    ),
    explain(
      unknownAfter('for-all'),
      number => text`The portal refused the DELETE of ${pluralize(number, 'backup')}`,
    ),
    explain(
      unknownAfter('none'),
      number =>
        text`It is not known whether ${pluralize(number, 'backup')} ${conjugate('was', number)} deleted`,
    ),
  ]
    .flat()
    .filter(sentence => sentence !== '');
}

/** What the portal's last answer is about, if it is an error. */
function classifyAnswer(ledger: Ledger, id: IdentifiedRecord['id']): 'none' | 'for-all' | 'for-backup' {
  const answer = ledger.lastAnswerFor(id);
  if (!answer || answer.kind === 'confirmed') return 'none';
  return answer.kind === 'rejected-for-all' ? 'for-all' : 'for-backup';
}

/** The first reason that is known; empty if the run's own error tells it. */
function findReason(
  ledger: Ledger,
  records: readonly IdentifiedRecord[],
  ending: ActionError | undefined,
): Printable {
  const errors = records.map(({ id }) => ledger.errorOf(id));
  const own = errors.find(error => error && error !== ending && !isAboutAll(error));
  if (own) return own.message;
  if (ending || records.every(({ id }) => ledger.statusOf(id) !== 'still-listed')) return text``;
  return text`The portal reported success; see its log.`;
}

/** Whether an error would meet every other request too, and so says nothing about one backup. */
function isAboutAll(error: ActionError): boolean {
  return (
    error instanceof RateLimitError || (error instanceof RequestError && error.kind === 'rejected-for-all')
  );
}

/** Why deletions were not tried. */
interface Untried {
  /** The error that ended the run. */
  ending: ActionError | undefined;
  isOutOfTime: boolean;
  /** Whether deletions that may still be running take all slots. */
  isFull: boolean;
  /** How many were skipped, as another message says. */
  skipped: number;
}

/** Explains the backups that were not tried. Without this, the step would succeed. */
export function explainUntried(
  ledger: Ledger,
  { ending, isOutOfTime, isFull, skipped }: Untried,
): Printable[] {
  const rest = ledger.withStatus('not-sent').length - skipped;
  if (rest === 0) return [];
  const what = text`${pluralize(rest, 'backup')} ${conjugate('was', rest)} not tried`;
  if (isOutOfTime && !ending) {
    return [text`${what} for lack of time. Run again, or raise timeout-seconds.`];
  }
  if (isFull && !ending) {
    return [
      text`${what}: ${MAX_CONCURRENT_DELETIONS} deletions may still be running at the portal, and this action allows no more at once. Run again later.`,
    ];
  }
  return [text`${what}.`];
}
