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
  settings: Settings,
): { backups: Backup[]; ignored: Ignored[] } {
  const backups: Backup[] = [];
  const ignored: Ignored[] = [];
  for (const record of history) {
    if (record.kind === 'unreadable') {
      ignored.push({ record, reason: record.problem, deservesWarning: true });
      continue;
    }
    const why = findReasonToIgnore(record, settings);
    if (why) ignored.push({ record, ...why });
    else backups.push(record);
  }
  return { backups, ignored };
}

/** The reasons that need no warning come first: the date of a backup in another storage type does not matter. */
function findReasonToIgnore(
  { expiresOn, storageType, createdOn }: Backup,
  { storageTypes, now }: Settings,
): Omit<Ignored, 'record'> | undefined {
  if (expiresOn !== undefined) {
    return { reason: text`temporary: the portal removes it`, deservesWarning: false };
  }
  if (storageTypes && !storageTypes.has(storageType)) {
    return { reason: text`not one of storage-types`, deservesWarning: false };
  }
  if (createdOn <= now + DAY_MS) return undefined;
  const reason = text`dated ${UTC.format(createdOn)} UTC, more than a day ahead of this machine's clock`;
  return { reason, deservesWarning: true };
}
