import { type BackupId, type Deletable, type HistoryRecord, hasId, idsOf } from '../portal/records.js';

/** What a listing proves as a whole that was taken after deletions. What it proves of one backup is `Ledger.fateOf`. */
export type Proof =
  /** It can be believed. `missing`: what nobody deleted here, and is not listed any more. */
  | { kind: 'trusted'; missing: readonly Deletable[] }
  /** It proves nothing: it has records that could be anything, or has lost all that should still be there. */
  | { kind: 'unreadable'; unreadable: number }
  | { kind: 'lost'; lost: readonly Deletable[] };

/**
 * Judges a listing by what must still be true: records that cannot be told apart have not become more, and of those that
 * nobody deleted at least one is still there. Another backend, an empty page or other spellings fail this test.
 * @param first the listing before the deletions
 * @param selected the ids of what was to be deleted
 */
export function prove(
  first: readonly HistoryRecord[],
  selected: ReadonlySet<BackupId>,
  closing: readonly HistoryRecord[],
): Proof {
  const unreadable = countWithoutId(closing);
  if (unreadable > countWithoutId(first)) return { kind: 'unreadable', unreadable };
  const listed = idsOf(closing);
  // Temporary backups may go at any time by themselves.
  const others = first
    .filter(hasId)
    .filter(({ id, expiresOn }) => !selected.has(id) && expiresOn === undefined);
  const missing = others.filter(({ id }) => !listed.has(id));
  if (others.length > 0 && missing.length === others.length) return { kind: 'lost', lost: missing };
  return { kind: 'trusted', missing };
}

/** How many records cannot be told apart. */
export function countWithoutId(records: readonly HistoryRecord[]): number {
  return records.filter(record => !hasId(record)).length;
}
