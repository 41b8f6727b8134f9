import { fromPortal, type Printable, type Redact, say } from '../text.js';
import { property } from './property.js';

/** A GUID in lower case, checked: fit for a path. */
export type BackupId = string & { readonly brand: unique symbol };

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

/** A record of the history that was understood as a whole. */
export interface Backup {
  kind: 'backup';
  id: BackupId;
  /** Fit to be printed. The hour in it is the server's local time: never an age. */
  name: Printable;
  storageType: StorageType;
  /** Milliseconds since 1970, UTC. */
  createdOn: number;
  /** Milliseconds since 1970, UTC, when the server itself removes the backup; `undefined`: never. */
  expiresOn: number | undefined;
}

/** A record with something in it that was not understood: no rule may ever select it. */
export interface UnreadableRecord {
  kind: 'unreadable';
  id: BackupId | undefined;
  name: Printable;
  /** `undefined` where it cannot be read; so with `expiresOn`. */
  storageType: StorageType | undefined;
  expiresOn: number | undefined;
  /** What is wrong with it, such as `its createdOn is missing`. */
  problem: Printable;
}

export type HistoryRecord = Backup | UnreadableRecord;

/** A record that can be told from all others, and so can be deleted and looked for. */
export type Deletable = HistoryRecord & { id: BackupId };

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @returns the id in lower case, or `undefined` for anything but a GUID in its 8-4-4-4-12 form */
export function parseBackupId(value: unknown): BackupId | undefined {
  const lower = typeof value === 'string' ? value.toLowerCase() : '';
  return isBackupId(lower) ? lower : undefined;
}

function isBackupId(id: string): id is BackupId {
  return GUID.test(id);
}

/** @param value a name in any case, or a number as such or in digits. @returns `undefined` for anything else */
export function parseStorageType(value: unknown): StorageType | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const written = String(value).toLowerCase();
  return STORAGE_TYPES.find((name, number) => written === name.toLowerCase() || written === String(number));
}

/** Whether a record can be told from all others. */
export function hasId(record: HistoryRecord): record is Deletable {
  return record.id !== undefined;
}

/** The ids of a listing. */
export function idsOf(records: readonly HistoryRecord[]): Set<BackupId> {
  return new Set(records.filter(hasId).map(({ id }) => id));
}

/**
 * Reads a listing of the history. Each id is in it once: an id that was listed twice is one record that cannot be read,
 * for a rule might keep the one and delete the other, which is the same backup.
 * @param items the `response` of `GET getbackuphistory`
 * @param redact blanks out secrets in the names
 */
export function parseHistory(items: readonly unknown[], redact: Redact): HistoryRecord[] {
  const byId = new Map<BackupId, HistoryRecord>();
  const withoutId: HistoryRecord[] = [];
  for (const item of items) {
    const record = parseRecord(item, redact);
    if (!hasId(record)) withoutId.push(record);
    else if (!byId.has(record.id)) byId.set(record.id, record);
    else {
      const { id, name, storageType, expiresOn } = record;
      const problem = say`its id is listed twice`;
      byId.set(id, { kind: 'unreadable', id, name, storageType, expiresOn, problem });
    }
  }
  return [...byId.values(), ...withoutId];
}

function parseRecord(item: unknown, redact: Redact): HistoryRecord {
  const fileName = property(item, 'fileName');
  const name =
    typeof fileName === 'string' && fileName !== '' ? fromPortal(fileName, redact) : say`(no name)`;
  const id = parseBackupId(property(item, 'id'));
  const storageType = parseStorageType(property(item, 'storageType'));
  const createdOn = parseTime(property(item, 'createdOn'));
  const expiry = parseTime(property(item, 'expiresOn') ?? YEAR_1);
  const expiresOn = expiry === 'never' ? undefined : expiry;

  const unreadable = (problem: Printable): UnreadableRecord => {
    return { kind: 'unreadable', id, name, storageType, expiresOn, problem };
  };
  if (!id) return unreadable(say`its id is not a GUID`);
  if (typeof createdOn !== 'number') return unreadable(say`its createdOn is missing or cannot be read`);
  if (expiry === undefined) return unreadable(say`its expiresOn cannot be read`);
  if (!storageType) return unreadable(say`its storageType is missing or unknown`);
  return { kind: 'backup', id, name, storageType, createdOn, expiresOn };
}

/** .NET's default date, which the server sends where there is none. */
const YEAR_1 = '0001-01-01T00:00:00';
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a time of the API's: UTC, which portals on PostgreSQL say (`Z`) and portals on MySQL do not. Finer than a
 * millisecond is cut. A date that the calendar lacks, such as 30 February, is not rolled over but refused.
 * @returns milliseconds since 1970; `never` for the year 1; `undefined` for anything else
 */
export function parseTime(value: unknown): number | 'never' | undefined {
  // What nearly every backup has for expiresOn.
  if (value === YEAR_1) return 'never';
  const [, date = '', day, clock = '', fraction = '', offset = 'Z'] =
    (typeof value === 'string' && TIME.exec(value)) || [];
  const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day)) return undefined;
  return date.startsWith('0001-') ? 'never' : time;
}
