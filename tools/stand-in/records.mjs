// Records as the API sends them.

/**
 * A record of the history. Tests also use other values in its place.
 * @typedef {{ id: string, fileName: string, storageType: number, createdOn: string, expiresOn: string }} BackupRecord
 */

/**
 * Makes backups at equal intervals, newest first. The newest is made at 02:15 on the given day.
 * @param {number} number
 * @param {{ newest?: string, everyHours?: number, storageType?: number }} [options]
 * @returns {BackupRecord[]}
 */
export function makeBackups(number, { newest = '2026-03-31', everyHours = 24, storageType = 3 } = {}) {
  const start = Date.parse(`${newest}T02:15:00Z`);
  return Array.from({ length: number }, (_, index) => {
    const createdOn = new Date(start - index * everyHours * 3_600_000).toISOString().slice(0, 19);
    return {
      id: makeId(index + 1),
      fileName: `alias_${createdOn.slice(0, 10)}_05-15-00.tar.gz`,
      storageType,
      createdOn,
      expiresOn: '0001-01-01T00:00:00',
    };
  });
}

/** A GUID that ends in this number. @param {number} number */
export function makeId(number) {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Weekly, on day 2, at 5. The action must not print `storageParams`. */
export const SCHEDULE = {
  storageType: 0,
  storageParams: { folderId: '123', secretKey: 'storage-params-are-secret' },
  cronParams: { period: 1, hour: 5, day: 2 },
  backupsStored: 7,
  lastBackupTime: '0001-01-01T00:00:00',
  dump: false,
};

/** The id of a record, or `''`. @param {unknown} record */
export function idOf(record) {
  const { id } = Object(record);
  return typeof id === 'string' ? id : '';
}

/** The storage type of a record as text, or `''`. @param {unknown} record */
export function storageTypeOf(record) {
  return String(Object(record).storageType ?? '');
}

/** The record as a portal on PostgreSQL sends it: times end in `Z`. @param {unknown} record */
export function withZulu(record) {
  if (typeof record !== 'object' || record === null) return record;
  const entries = Object.entries(record);
  return Object.fromEntries(entries.map(([key, value]) => [key, key.endsWith('On') ? `${value}Z` : value]));
}
