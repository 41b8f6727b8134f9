import type { Printable } from '../text/printable.js';

/** A GUID in lower case, checked: safe in a path. */
export type BackupId = string & { readonly brand: 'backup id' };

/** The server's names in the order of its numbers, spelt as the server spells them (`BackupStorageType`). */
export const STORAGE_TYPES = [
  'Documents',
  'ThridpartyDocuments',
  'CustomCloud',
  'Local',
  'DataStore',
  'ThirdPartyConsumer',
] as const;
export type StorageType = (typeof STORAGE_TYPES)[number];

const THIRD_PARTY: readonly StorageType[] = ['ThridpartyDocuments', 'ThirdPartyConsumer'];

/** Whether a storage may belong to a third party. A type that is not known may too. */
export function isThirdParty(type: StorageType | undefined): boolean {
  return type === undefined || THIRD_PARTY.includes(type);
}

export interface Backup {
  kind: 'backup';
  id: BackupId;
  /** A time in the name is in the server's time zone: only `createdOn` tells the age. */
  name: Printable;
  storageType: StorageType;
  /** Milliseconds since 1970, UTC. */
  createdOn: number;
  /** When the server itself removes the backup, in milliseconds since 1970, UTC; `undefined`: never. */
  expiresOn: number | undefined;
}

/** A record with a field that could not be read. No rule may select it. */
export interface UnreadableRecord {
  kind: 'unreadable';
  id: BackupId | undefined;
  name: Printable;
  storageType: StorageType | undefined;
  expiresOn: number | undefined;
  problem: Printable;
}

export type HistoryRecord = Backup | UnreadableRecord;

/** A record that has an id, so that it can be deleted and found again. */
export type IdentifiedRecord = HistoryRecord & { id: BackupId };

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @returns the id in lower case, or `undefined` for anything but a GUID in its 8-4-4-4-12 form */
export function parseBackupId(value: unknown): BackupId | undefined {
  const lowerCase = typeof value === 'string' ? value.toLowerCase() : '';
  return isBackupId(lowerCase) ? lowerCase : undefined;
}

function isBackupId(id: string): id is BackupId {
  return GUID.test(id);
}

/**
 * @param value a name in any case, with or without the server's misspelling; or a number as such or in digits
 * @returns `undefined` for anything else
 */
export function parseStorageType(value: unknown): StorageType | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const written = String(value).toLowerCase().replace('thirdpartydocuments', 'thridpartydocuments');
  return STORAGE_TYPES.find((name, number) => written === name.toLowerCase() || written === String(number));
}

export function hasId(record: HistoryRecord): record is IdentifiedRecord {
  return record.id !== undefined;
}

export function collectIds(records: readonly HistoryRecord[]): Set<BackupId> {
  return new Set(records.filter(hasId).map(({ id }) => id));
}

export function countWithoutId(records: readonly HistoryRecord[]): number {
  return records.filter(record => !hasId(record)).length;
}

/** Newest first. Equal times are ordered by id, so that the order of the listing never matters. */
export function compareNewestFirst(a: Backup, b: Backup): number {
  return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1);
}

/** The order of deletion: if it ends early, the newest are left. Records without a readable age come last. */
export function compareOldestFirst(a: IdentifiedRecord, b: IdentifiedRecord): number {
  if (a.kind === 'backup' && b.kind === 'backup') return compareNewestFirst(b, a);
  return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable');
}
