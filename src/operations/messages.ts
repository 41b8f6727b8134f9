import type { BackupId, IdentifiedRecord, StorageType } from '../backups/backup.js';
import type { ActionError } from '../errors.js';
import type { Ledger } from '../ledger.js';
import { MAX_CONCURRENT_DELETIONS } from '../limits.js';
import { RequestError } from '../portal/answers/outcomes.js';
import { conjugate, formatNumber, listSome, pluralize } from '../text/format.js';
import { type Printable, text } from '../text/printable.js';

/** A backup as an error names it: `alias_2026-03-01.tar.gz (Local, 1111…)`. */
export function describeBackup({ name, storageType, id }: IdentifiedRecord): Printable {
  return text`${name} (${storageType ?? 'unknown storage'}, ${id})`;
}

/** A storage type at the start of a sentence. */
export function describeStorage(type: StorageType | undefined): Printable {
  return type === undefined ? text`An unknown storage` : text`Storage type ${type}`;
}

/** Says that backups disappeared that this run did not delete. */
export function explainMissing(
  missing: readonly IdentifiedRecord[],
  which: 'to be kept' | 'that this run did not select',
): Printable {
  const names = listSome(missing.map(describeBackup));
  return text`${pluralize(missing.length, 'backup')} ${which} ${conjugate('is', missing.length)} not listed any more: ${names}. This run did not delete what is missing. Possible causes: the schedule's copy limit, another user, or a file or storage account that the portal cannot reach.`;
}

/** Says that backups are gone although the portal never answered the DELETE of the history. */
export function explainUnanswered(number: number): Printable {
  return text`${pluralize(number, 'backup')} ${conjugate('is', number)} not listed any more, but the portal never answered the DELETE: the files may remain.`;
}

/**
 * Explains every backup whose DELETE was sent and that is not proven to be deleted. Each is in one of the counts.
 * @param fatalError the error that ended the run, which is reported elsewhere
 */
export function explainFailed(ledger: Ledger, fatalError: ActionError | undefined): Printable[] {
  const sentences = groupFailed(ledger).flatMap(({ records, what, advice = text`` }) => [
    text`${what}: ${listSome(records.map(describeBackup))}.`,
    findReason(ledger, records, fatalError),
    advice,
  ]);
  if (ledger.withStatus('file-may-remain').length > 0) sentences.push(LEAVE_STORAGE_OUT);
  return sentences.filter(sentence => sentence !== '');
}

interface FailedGroup {
  records: readonly IdentifiedRecord[];
  what: Printable;
  advice?: Printable;
}

function groupFailed(ledger: Ledger): FailedGroup[] {
  const isConclusive = ledger.verification.kind === 'conclusive';
  const stillListed = ledger.withStatus('still-listed');
  const fileMayRemain = ledger.withStatus('file-may-remain');
  const unknown = ledger.withStatus('unknown');
  const unknownAfter = (answer: ReturnType<typeof classifyAnswer>) =>
    unknown.filter(({ id }) => classifyAnswer(ledger, id) === answer);
  const answered = unknownAfter('rejects-this-backup');
  const refused = unknownAfter('rejects-all');
  const unanswered = unknownAfter('none');
  // Without a conclusive listing, the portal's own answer is all that is known.
  const forgotten = isConclusive ? fileMayRemain : [];
  const rejected = isConclusive ? answered : [...fileMayRemain, ...answered];

  const count = (records: readonly IdentifiedRecord[]) => pluralize(records.length, 'backup');
  const them = ({ length }: readonly IdentifiedRecord[]) => (length === 1 ? 'it' : 'them');
  const files = ({ length }: readonly IdentifiedRecord[]) => (length === 1 ? 'its file' : 'their files');
  const groups: FailedGroup[] = [
    {
      records: stillListed,
      what: text`${formatNumber(stillListed.length)} of ${count(ledger.selected ?? [])} ${conjugate('is', stillListed.length)} still listed`,
    },
    {
      records: forgotten,
      what: text`The portal no longer lists ${count(forgotten)}, but did not report success, so ${files(forgotten)} may remain`,
      advice: text`The next run will not see ${them(forgotten)}; ${SEE_DOCS}`,
    },
    {
      records: rejected,
      what: text`The DELETE of ${count(rejected)} was answered without success`,
      advice: text`Even if the next listing lacks ${them(rejected)}, ${files(rejected)} may remain; ${SEE_DOCS}`,
    },
    { records: refused, what: text`The portal refused the DELETE of ${count(refused)}` },
    {
      records: unanswered,
      what: text`It is not known whether ${count(unanswered)} ${conjugate('was', unanswered.length)} deleted`,
    },
  ];
  return groups.filter(({ records }) => records.length > 0);
}

export const REPORTED_SUCCESS = text`The portal reported success; see its log.`;
const SEE_DOCS = text`see "Its file may remain" in this action's docs/troubleshooting.md.`;

const LEAVE_STORAGE_OUT = text`If the storage is the cause, each further run can cost another record there. Until it is fixed, leave it out: name only the other storages in storage-types or, for delete-backups, leave these ids out.`;

function explainGivenUpStorage({ type, reason, untried }: GivenUpStorage): Printable {
  const storage = describeStorage(type);
  const rest = text`${pluralize(untried, 'backup')} there ${conjugate('was', untried)} not tried`;
  return reason === 'records-lost'
    ? text`${storage} lost records whose deletion the portal did not confirm, so ${rest}. Fix the storage if it is the cause, then run again.`
    : text`${storage} rejects deletions, and the next pause between them does not fit into the time for pauses, so ${rest}. Run again, or raise timeout-seconds.`;
}

function classifyAnswer(ledger: Ledger, id: BackupId): 'none' | 'rejects-this-backup' | 'rejects-all' {
  const answer = ledger.decisiveOutcomeOf(id);
  if (!answer || answer.kind === 'confirmed') return 'none';
  if (answer.kind !== 'rejected-for-all') return 'rejects-this-backup';
  return ledger.mayHaveRun(id) ? 'none' : 'rejects-all';
}

function findReason(
  ledger: Ledger,
  records: readonly IdentifiedRecord[],
  fatalError: ActionError | undefined,
): Printable {
  const errors = records.map(({ id }) => ledger.errorOf(id));
  const own = errors.find(error => error && error !== fatalError && !(fatalError && isAboutAll(error)));
  if (own) return own.message;
  if (fatalError || records.every(({ id }) => ledger.statusOf(id) !== 'still-listed')) return text``;
  return records.some(({ id }) => ledger.isConfirmed(id)) ? REPORTED_SUCCESS : text``;
}

function isAboutAll(error: ActionError): boolean {
  return error instanceof RequestError && error.kind === 'rejected-for-all';
}

/** A storage type in which no new backup was tried any more. */
interface GivenUpStorage {
  type: StorageType | undefined;
  reason: 'records-lost' | 'no-time-to-rest';
  untried: number;
}

/** How the deletions of single backups ended. */
export interface DeletionsResult {
  /** What would have met every other deletion too. */
  fatalError: ActionError | undefined;
  isOutOfTime: boolean;
  /** Whether deletions that may still be running take all slots. */
  isFull: boolean;
  givenUp: readonly GivenUpStorage[];
}

/** Explains the backups that were not tried. */
export function explainUntried(
  ledger: Ledger,
  { fatalError, isOutOfTime, isFull, givenUp }: DeletionsResult,
): Printable[] {
  const withUntried = givenUp.filter(({ untried }) => untried > 0);
  const inGivenUp = withUntried.reduce((sum, { untried }) => sum + untried, 0);
  const rest = ledger.withStatus('not-sent').length - inGivenUp;
  return [
    ...withUntried.map(explainGivenUpStorage),
    ...explainRest(rest, { fatalError, isOutOfTime, isFull }),
  ];
}

function explainRest(
  rest: number,
  { fatalError, isOutOfTime, isFull }: Omit<DeletionsResult, 'givenUp'>,
): Printable[] {
  if (rest === 0) return [];
  const what = text`${pluralize(rest, 'backup')} ${conjugate('was', rest)} not tried`;
  if (isFull && !fatalError) {
    return [
      text`${what}: ${MAX_CONCURRENT_DELETIONS} deletions may still be running at the portal, and this action allows no more at once. Run again later.`,
    ];
  }
  if (isOutOfTime && !fatalError) {
    return [text`${what} for lack of time. Run again, or raise timeout-seconds.`];
  }
  return [text`${what}.`];
}
