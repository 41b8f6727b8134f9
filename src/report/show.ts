import type { Ledger } from '../ledger.js';
import { type Deletable, type HistoryRecord, STORAGE_TYPES, type StorageType } from '../portal/records.js';
import type { Calendar } from '../retention/calendar.js';
import type { Kept } from '../retention/plan.js';
import { type Printable, say } from '../text.js';

/** What there is to show of a record, besides its name. */
export function show(record: HistoryRecord, calendar: Calendar): { time: Printable; storage: Printable } {
  return {
    time: record.kind === 'backup' ? calendar.format(record.createdOn) : say`(not readable)`,
    storage: say`${record.storageType ?? '-'}`,
  };
}

/** What is kept and what is selected in one storage type. */
export interface StorageGroup {
  storage: Printable;
  kept: readonly Kept[];
  selected: readonly Deletable[];
}

/** The plan, a part for each storage type that has backups; the rules were applied to each by itself. */
export function byStorage({ kept = [], selected = [] }: Ledger): StorageGroup[] {
  const types: (StorageType | undefined)[] = [...STORAGE_TYPES, undefined];
  return types
    .map(type => ({
      storage: say`${type ?? 'unknown storage'}`,
      kept: kept.filter(({ backup }) => backup.storageType === type),
      selected: selected.filter(({ storageType }) => storageType === type),
    }))
    .filter(group => group.kept.length + group.selected.length > 0);
}
