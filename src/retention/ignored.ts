import type { Backup, HistoryRecord, StorageType } from '../backups/backup.js';
import { type Printable, text } from '../text/printable.js';
import { DAY_MS, UTC } from './calendar.js';

/** A record that the policy does not look at: it is not counted and not deleted. */
export interface Ignored {
  readonly record: HistoryRecord;
  readonly reason: Printable;
  readonly deservesWarning: boolean;
}

interface Settings {
  /** The storage types that the policy looks at; `undefined`: all. */
  readonly storageTypes: ReadonlySet<StorageType> | undefined;
  readonly now: number;
}

/**
 * Splits the history into what the policy looks at and what it ignores. It ignores a backup dated more than a day ahead:
 * one made under a wrong clock would be the newest for years, and `keep-last: 1` would delete all real ones.
 * @returns both in the order of the history
 */
export function splitIgnored(
  history: readonly HistoryRecord[],
  { storageTypes, now }: Settings,
): { backups: Backup[]; ignored: Ignored[] } {
  const backups: Backup[] = [];
  const ignored: Ignored[] = [];
  for (const record of history) {
    const ignore = (reason: Printable, deservesWarning: boolean) =>
      ignored.push({ record, reason, deservesWarning });
    if (record.kind === 'unreadable') ignore(record.problem, true);
    else if (record.expiresOn !== undefined) ignore(text`temporary: the portal removes it`, false);
    else if (storageTypes && !storageTypes.has(record.storageType)) {
      ignore(text`not one of storage-types`, false);
    } else if (record.createdOn > now + DAY_MS) {
      const date = UTC.format(record.createdOn);
      ignore(text`dated ${date} UTC, more than a day ahead of this machine's clock`, true);
    } else backups.push(record);
  }
  return { backups, ignored };
}
