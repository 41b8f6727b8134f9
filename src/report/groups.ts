import { type IdentifiedRecord, STORAGE_TYPES, type StorageType } from '../backups/backup.js';
import type { Ledger } from '../ledger.js';
import type { Kept } from '../retention/plan.js';
import { type Printable, text } from '../text/printable.js';

export interface StorageGroup {
  storage: Printable;
  kept: readonly Kept[];
  selected: readonly IdentifiedRecord[];
}

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
