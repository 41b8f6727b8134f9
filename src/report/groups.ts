import {
  type HistoryRecord,
  type IdentifiedRecord,
  STORAGE_TYPES,
  type StorageType,
} from '../backups/backup.js';
import type { BackupStatus, Ledger } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import type { Kept } from '../retention/plan.js';
import { type Printable, text } from '../text/printable.js';

export function formatRecord(
  record: HistoryRecord,
  calendar: Calendar,
): { time: Printable; storage: Printable } {
  return {
    time: record.kind === 'backup' ? calendar.format(record.createdOn) : text`(not readable)`,
    storage: text`${record.storageType ?? '-'}`,
  };
}

export interface StorageGroup {
  storage: Printable;
  kept: readonly Kept[];
  selected: readonly IdentifiedRecord[];
}

/** Why a backup whose DELETE was sent does not count as deleted. */
export const WHY_NOT_DELETED: Partial<Record<BackupStatus, Printable>> = {
  'still-listed': text`still listed`,
  'file-may-remain': text`its file may remain`,
  unknown: text`not known`,
};

/** Splits the plan by storage type, as the rules are applied. Empty types are left out. */
export function groupByStorage({ kept = [], selected = [] }: Ledger): StorageGroup[] {
  const types: (StorageType | undefined)[] = [...STORAGE_TYPES, undefined];
  return types
    .map(type => ({
      storage: text`${type ?? 'unknown storage'}`,
      kept: kept.filter(({ backup }) => backup.storageType === type),
      selected: selected.filter(({ storageType }) => storageType === type),
    }))
    .filter(group => group.kept.length + group.selected.length > 0);
}
