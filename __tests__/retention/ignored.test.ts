import { describe, expect, test } from '@jest/globals';
import type { HistoryRecord, StorageType } from '../../src/backups/backup.js';
import { splitIgnored } from '../../src/retention/ignored.js';
import { text } from '../../src/text/printable.js';
import { idOf } from '../support/backups.js';
import { backupAt, NOW } from './support.js';

const DAY = 86_400_000;
const unreadable: HistoryRecord = {
  kind: 'unreadable',
  id: idOf(9),
  name: text`backup-9.tar.gz`,
  storageType: 'Local',
  expiresOn: undefined,
  problem: text`its createdOn is missing or cannot be read`,
};

/** The numbers of the backups that the policy looks at, and of the ignored ones, with reasons. */
function splitByNumber(history: readonly HistoryRecord[], storageTypes?: readonly StorageType[]) {
  const number = ({ id }: HistoryRecord) => Number(id?.slice(-12));
  const { backups, ignored } = splitIgnored(history, {
    storageTypes: storageTypes && new Set(storageTypes),
    now: NOW,
  });
  return {
    backups: backups.map(number),
    ignored: ignored.map(({ record, reason, deservesWarning }) => [number(record), reason, deservesWarning]),
  };
}

describe('the policy', () => {
  test('gets all backups, of all storage types, in the order of the history', () => {
    const history = [
      backupAt(NOW - 2, 3),
      backupAt(NOW, 1, 'DataStore'),
      backupAt(NOW - 1, 2, 'ThirdPartyConsumer'),
    ];
    expect(splitByNumber(history)).toEqual({ backups: [3, 1, 2], ignored: [] });
  });

  test('gets nothing from an empty history', () => {
    expect(splitByNumber([])).toEqual({ backups: [], ignored: [] });
  });

  test('ignores an unreadable record', () => {
    expect(splitByNumber([unreadable, backupAt(NOW, 1)])).toEqual({
      backups: [1],
      ignored: [[9, 'its createdOn is missing or cannot be read', true]],
    });
  });

  test.each([
    ['expires later', NOW + DAY],
    ['has expired', NOW - DAY],
    ['expires in 1970', 0],
  ])('ignores a temporary backup that %s', (_case, expiresOn) => {
    expect(splitByNumber([{ ...backupAt(NOW, 1), expiresOn }])).toEqual({
      backups: [],
      ignored: [[1, 'temporary: the portal removes it', false]],
    });
  });

  test('ignores storage types that are not selected', () => {
    const history = [
      backupAt(NOW, 1),
      backupAt(NOW, 2, 'DataStore'),
      backupAt(NOW, 3, 'CustomCloud'),
      backupAt(NOW, 4),
    ];
    expect(splitByNumber(history, ['DataStore', 'Local'])).toEqual({
      backups: [1, 2, 4],
      ignored: [[3, 'not one of storage-types', false]],
    });
  });

  test.each([
    [0, 'now'],
    [1, 'a millisecond ahead'],
    [DAY, 'a day ahead'],
  ])('gets a backup dated %d ms ahead (%s)', ahead => {
    expect(splitByNumber([backupAt(NOW + ahead, 1)])).toEqual({ backups: [1], ignored: [] });
  });

  test.each([
    ['2026-04-01 12:00', NOW + DAY + 1],
    ['2031-01-02 03:04', Date.UTC(2031, 0, 2, 3, 4)],
    ['10000-01-01 00:00', Date.UTC(10_000, 0, 1)],
  ])('ignores a backup dated more than a day ahead: %s', (date, createdOn) => {
    expect(splitByNumber([backupAt(createdOn, 1), backupAt(NOW, 2)])).toEqual({
      backups: [2],
      ignored: [[1, `dated ${date} UTC, more than a day ahead of this machine's clock`, true]],
    });
  });

  test('needs no warning about a backup from the future in a storage type that is not selected', () => {
    expect(splitByNumber([backupAt(NOW + 9 * DAY, 1)], ['DataStore']).ignored).toEqual([
      [1, 'not one of storage-types', false],
    ]);
  });
});
