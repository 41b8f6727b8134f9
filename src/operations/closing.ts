import type { Context } from '../context.js';
import { BadAnswer, Failure } from '../failure.js';
import type { BackupId, Deletable, HistoryRecord } from '../portal/records.js';
import { count, type Printable, say, someOf, verb } from '../text.js';
import { countWithoutId, prove } from './proof.js';

/**
 * When to look again, in milliseconds after the first look, where the portal says "deleted" and still has it. Never
 * more: a listing costs the portal much.
 */
const LOOK_AGAIN_AT_MS = [2_000, 8_000];

/**
 * Lists the history after deletions, and enters in the ledger what that is worth.
 * @returns the listing
 * @throws Failure where it could not be had or proves nothing
 */
export async function listAgain({ portal, ledger }: Context): Promise<readonly HistoryRecord[]> {
  let closing: readonly HistoryRecord[];
  try {
    closing = await portal.history();
  } catch (error) {
    // An answer with HTTP 200 that is no list is an answer; anything else is as good as none.
    if (error instanceof BadAnswer && error.status === 200) ledger.close({ kind: 'useless' });
    throw error;
  }
  const { first = [], selected = [] } = ledger;
  const proof = prove(first, new Set(selected.map(({ id }) => id)), closing);
  if (proof.kind === 'trusted') {
    ledger.close({ kind: 'trusted', listing: closing, missing: proof.missing });
    return closing;
  }
  ledger.close({ kind: 'useless' });
  const why = proof.kind === 'lost' ? explainLost(proof.lost) : explainUnreadable(proof.unreadable, first);
  throw new Failure(
    say`The closing list proves nothing: ${why} Look at the portal's backups before you run again.`,
  );
}

/**
 * Takes the closing listing, unless one is there already or nothing was sent. Where the portal says that it has deleted
 * what it still lists, its listing may lag behind: then it is taken again.
 * @param mayLag whether the listing may lag behind what the portal has done with this one
 * @throws Failure where it could not be had or proves nothing
 */
export async function close(context: Context, mayLag: (id: BackupId) => boolean): Promise<void> {
  const { ledger } = context;
  if (!ledger.hasSent) return;
  if (ledger.closing.kind === 'none') await listAgain(context);
  await lookAgain(
    context,
    () => ledger.withFate('listed').some(({ id }) => mayLag(id)),
    async () => {
      try {
        await listAgain(context);
      } catch (error) {
        // One that could not be had leaves what the one before has shown.
        if (!(error instanceof Failure) || ledger.closing.kind === 'useless') throw error;
      }
    },
  );
}

/** Looks again 2 s and 8 s from now, as long as something lags and there is time. */
export async function lookAgain(
  { clock, deadline }: Context,
  lags: () => boolean,
  look: () => Promise<void>,
): Promise<void> {
  const start = clock.now();
  for (const at of LOOK_AGAIN_AT_MS) {
    const wait = Math.max(1, start + at - clock.now());
    const hasTime = deadline.left() - wait > deadline.listingMs;
    if (!lags() || !hasTime || !(await deadline.sleep(wait))) return;
    await look();
  }
}

/** Warns of backups that are deleted by the rules, though the portal never said so: their files are another matter. */
export function warnOfSilence({ ledger, log }: Context): void {
  const number = ledger.unanswered.length;
  if (number === 0) return;
  log.warning(
    say`${count(number, 'backup')} ${verb('is', number)} gone from the list, but the portal never answered the DELETE: the files may remain.`,
  );
}

/**
 * What the closing listing lacks that nobody deleted here. Where the policy kept it, or it is pinned, that is a problem;
 * else a warning.
 * @returns the problem, if there is one
 */
export function explainMissing(
  { ledger, log }: Context,
  pinned: ReadonlySet<BackupId> = new Set(),
): Printable | undefined {
  if (ledger.closing.kind !== 'trusted') return undefined;
  const keptIds = new Set([...pinned, ...(ledger.kept ?? []).map(({ backup }) => backup.id)]);
  const kept = ledger.closing.missing.filter(({ id }) => keptIds.has(id));
  const others = ledger.closing.missing.filter(({ id }) => !keptIds.has(id));
  const explain = (missing: readonly Deletable[], which: 'to be kept' | 'that this run did not look at') =>
    say`${count(missing.length, 'backup')} ${which} ${verb('is', missing.length)} not listed any more: ${someOf(missing.map(nameOf))}. ${WHO_ELSE}`;
  if (others.length > 0) log.warning(explain(others, 'that this run did not look at'));
  return kept.length > 0 ? explain(kept, 'to be kept') : undefined;
}

const WHO_ELSE = say`This run did not delete what is gone. Perhaps the portal's own limit of copies did, or somebody else, or the portal cannot reach the file or the account of its storage.`;

/** A backup as an error names it: `alias_2026-03-01.tar.gz (Local, 1111…)`. */
export function nameOf({ name, storageType, id }: Deletable): Printable {
  return say`${name} (${storageType ?? 'unknown storage'}, ${id})`;
}

function explainLost(lost: readonly Deletable[]): Printable {
  return say`it has none of the ${count(lost.length, 'backup')} that should stay: ${someOf(lost.map(nameOf))}. Perhaps another server has answered, or the portal cannot reach its storages.`;
}

function explainUnreadable(unreadable: number, first: readonly HistoryRecord[]): Printable {
  return say`${count(unreadable, 'record')} in it ${verb('has', unreadable)} no readable id, ${countWithoutId(first)} in the first one. They could be what was to be deleted.`;
}
