import type { Backup, HistoryRecord, StorageType } from '../portal/records.js';
import { type Printable, say } from '../text.js';
import { DAY_MS, UTC } from './calendar.js';

/** A record that the policy does not look at: it neither counts nor goes. */
export interface Ignored {
  readonly record: HistoryRecord;
  /** Why, such as `temporary: the portal removes it`. */
  readonly reason: Printable;
  /** Whether something is wrong with it that a person should see to. */
  readonly isWrong: boolean;
}

interface Settings {
  /** What the policy looks at; `undefined`: all. */
  readonly storageTypes: ReadonlySet<StorageType> | undefined;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: number;
}

/**
 * Parts the history into what the policy looks at, and what it leaves alone. Among the latter is a backup dated more than
 * a day ahead: one made under a bad clock would be the newest for years, and `keep-last: 1` delete all the real ones.
 * @returns both in the order of the history
 */
export function setAside(
  history: readonly HistoryRecord[],
  { storageTypes, now }: Settings,
): { backups: Backup[]; ignored: Ignored[] } {
  const backups: Backup[] = [];
  const ignored: Ignored[] = [];
  for (const record of history) {
    const leave = (reason: Printable, isWrong: boolean) => ignored.push({ record, reason, isWrong });
    if (record.kind === 'unreadable') leave(record.problem, true);
    else if (record.expiresOn !== undefined) leave(say`temporary: the portal removes it`, false);
    else if (storageTypes && !storageTypes.has(record.storageType))
      leave(say`not of the storage-types`, false);
    else if (record.createdOn > now + DAY_MS)
      leave(
        say`dated ${UTC.format(record.createdOn)} UTC, more than a day ahead of this machine's clock`,
        true,
      );
    else backups.push(record);
  }
  return { backups, ignored };
}
