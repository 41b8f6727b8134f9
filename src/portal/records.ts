import {
  type BackupId,
  type HistoryRecord,
  hasId,
  parseBackupId,
  parseStorageType,
  type UnreadableRecord,
} from '../backups/backup.js';
import { type Printable, type Redact, sanitize, text } from '../text/printable.js';
import { readProperty } from './property.js';

/**
 * Reads a listing of the history. An id that is listed twice becomes one unreadable record: a rule could keep one entry
 * and delete the other, which is the same backup.
 * @param items the `response` of `GET getbackuphistory`
 * @param redact applied to the names
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
      const problem = text`its id is listed twice`;
      byId.set(id, { kind: 'unreadable', id, name, storageType, expiresOn, problem });
    }
  }
  return [...byId.values(), ...withoutId];
}

function parseRecord(item: unknown, redact: Redact): HistoryRecord {
  const name = parseName(readProperty(item, 'fileName'), redact);
  const id = parseBackupId(readProperty(item, 'id'));
  const storageType = parseStorageType(readProperty(item, 'storageType'));
  const createdOn = parseTime(readProperty(item, 'createdOn'));
  const expiry = parseTime(readProperty(item, 'expiresOn') ?? NEVER);
  const expiresOn = expiry === 'never' ? undefined : expiry;

  const unreadable = (problem: Printable): UnreadableRecord => {
    return { kind: 'unreadable', id, name, storageType, expiresOn, problem };
  };
  if (!id) return unreadable(text`its id is not a GUID`);
  if (typeof createdOn !== 'number') return unreadable(text`its createdOn is missing or cannot be read`);
  if (expiry === undefined) return unreadable(text`its expiresOn cannot be read`);
  if (!storageType) return unreadable(text`its storageType is missing or unknown`);
  return { kind: 'backup', id, name, storageType, createdOn, expiresOn };
}

function parseName(fileName: unknown, redact: Redact): Printable {
  const name = typeof fileName === 'string' ? sanitize(fileName, redact) : text``;
  return name.trim() === '' ? text`(no name)` : name;
}

/** .NET's default date, which the server sends for "never". */
const NEVER = '0001-01-01T00:00:00';
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a time of the API. It is UTC: portals on PostgreSQL add `Z`, portals on MySQL do not. Fractions are cut to
 * milliseconds. A date that does not exist, such as 30 February, is refused.
 * @returns milliseconds since 1970; `never` for the year 1; `undefined` for anything else
 */
export function parseTime(value: unknown): number | 'never' | undefined {
  const [, date = '', day, clock = '', fraction = '', offset = 'Z'] =
    (typeof value === 'string' && TIME.exec(value)) || [];
  const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day)) return undefined;
  return date.startsWith('0001-') ? 'never' : time;
}
