import {
  type BackupId,
  type HistoryRecord,
  hasId,
  parseBackupId,
  parseStorageType,
  type UnreadableRecord,
} from '../backups/backup.js';
import { readProperty } from '../json.js';
import { type Printable, type Redact, sanitize, text } from '../text/printable.js';
import { NEVER, parseTime } from './time.js';

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
    if (!hasId(record)) {
      withoutId.push(record);
    } else if (!byId.has(record.id)) {
      byId.set(record.id, record);
    } else {
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
