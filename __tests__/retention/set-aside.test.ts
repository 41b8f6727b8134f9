import { describe, expect, test } from '@jest/globals';
import type { HistoryRecord, StorageType } from '../../src/portal/records.js';
import { setAside } from '../../src/retention/set-aside.js';
import { say } from '../../src/text.js';
import { idOf } from '../support/backups.js';
import { backupAt, NOW } from './support.js';

const DAY = 86_400_000;
const unreadable: HistoryRecord = {
  kind: 'unreadable',
  id: idOf(9),
  name: say`backup-9.tar.gz`,
  storageType: 'Local',
  expiresOn: undefined,
  problem: say`its createdOn is missing or cannot be read`,
};

/** What is left to the policy, and why the rest is not; both by number. */
function parted(history: readonly HistoryRecord[], storageTypes?: readonly StorageType[]) {
  const number = ({ id }: HistoryRecord) => Number(id?.slice(-12));
  const { backups, ignored } = setAside(history, {
    storageTypes: storageTypes && new Set(storageTypes),
    now: NOW,
  });
  return {
    left: backups.map(number),
    ignored: ignored.map(({ record, reason, isWrong }) => [number(record), reason, isWrong]),
  };
}

describe('what the policy looks at', () => {
  test('is every backup, of every storage type, in the order of the history', () => {
    const history = [
      backupAt(NOW - 2, 3),
      backupAt(NOW, 1, 'DataStore'),
      backupAt(NOW - 1, 2, 'ThirdPartyConsumer'),
    ];
    expect(parted(history)).toEqual({ left: [3, 1, 2], ignored: [] });
  });

  test('is nothing in an empty history', () => {
    expect(parted([])).toEqual({ left: [], ignored: [] });
  });

  test('is no record that cannot be read', () => {
    expect(parted([unreadable, backupAt(NOW, 1)])).toEqual({
      left: [1],
      ignored: [[9, 'its createdOn is missing or cannot be read', true]],
    });
  });

  test.each([
    ['expires later', NOW + DAY],
    ['has expired', NOW - DAY],
    ['expires in 1970', 0],
  ])('is no temporary backup: one that %s', (_what, expiresOn) => {
    expect(parted([{ ...backupAt(NOW, 1), expiresOn }])).toEqual({
      left: [],
      ignored: [[1, 'temporary: the portal removes it', false]],
    });
  });

  test('is no backup of another storage type than those that are named', () => {
    const history = [
      backupAt(NOW, 1),
      backupAt(NOW, 2, 'DataStore'),
      backupAt(NOW, 3, 'CustomCloud'),
      backupAt(NOW, 4),
    ];
    expect(parted(history, ['DataStore', 'Local'])).toEqual({
      left: [1, 2, 4],
      ignored: [[3, 'not of the storage-types', false]],
    });
  });

  test.each([
    [0, 'of this moment'],
    [1, 'of the next millisecond'],
    [DAY, 'of this time tomorrow'],
  ])('is a backup dated %d ms ahead, %s', ahead => {
    expect(parted([backupAt(NOW + ahead, 1)])).toEqual({ left: [1], ignored: [] });
  });

  test.each([
    ['2026-04-01 12:00', NOW + DAY + 1],
    ['2031-01-02 03:04', Date.UTC(2031, 0, 2, 3, 4)],
    ['10000-01-01 00:00', Date.UTC(10_000, 0, 1)],
  ])('is no backup dated more than a day ahead: %s', (date, createdOn) => {
    expect(parted([backupAt(createdOn, 1), backupAt(NOW, 2)])).toEqual({
      left: [2],
      ignored: [[1, `dated ${date} UTC, more than a day ahead of this machine's clock`, true]],
    });
  });

  test('a backup of the future in another storage type is nothing to see to', () => {
    expect(parted([backupAt(NOW + 9 * DAY, 1)], ['DataStore']).ignored).toEqual([
      [1, 'not of the storage-types', false],
    ]);
  });
});
