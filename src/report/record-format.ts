import type { HistoryRecord } from '../backups/backup.js';
import type { BackupStatus } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import { type Printable, text } from '../text/printable.js';

/** Why a backup whose DELETE was sent does not count as deleted. */
export const WHY_NOT_DELETED: Partial<Record<BackupStatus, Printable>> = {
  'still-listed': text`still listed`,
  'file-may-remain': text`its file may remain`,
  unknown: text`not known`,
};

/** What log and summary show of a record, beside its name and its id. */
export function formatRecord(
  record: HistoryRecord,
  calendar: Calendar,
): { time: Printable; storage: Printable } {
  return {
    time: record.kind === 'backup' ? calendar.format(record.createdOn) : text`(not readable)`,
    storage: text`${record.storageType ?? '-'}`,
  };
}
