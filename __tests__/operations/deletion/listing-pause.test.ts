import { describe, expect, test } from '@jest/globals';
import { STORAGE_TYPES, type StorageType } from '../../../src/backups/backup.js';
import { expectedListingPauseMs, ListingPause } from '../../../src/operations/deletion/listing-pause.js';
import type { DeleteOutcome } from '../../../src/portal/answers/outcomes.js';
import { backupAt } from '../../support/backups.js';
import { CONFIRMED, failed } from '../../support/outcomes.js';

const REJECTED = failed('rejected-by-portal');
const THIRD_PARTY: StorageType[] = ['ThridpartyDocuments', 'ThirdPartyConsumer'];
const OWN = STORAGE_TYPES.filter(type => !THIRD_PARTY.includes(type));

test('nothing pauses before the first deletion', () => {
  expect(new ListingPause().remainingMs(0)).toBe(0);
});

describe.each(OWN)('in %s', type => {
  test.each<DeleteOutcome>([
    CONFIRMED,
    failed('unanswered'),
    failed('not-received'),
    failed('rejected-on-the-way'),
  ])('a DELETE that is $kind needs no pause', outcome => {
    const pause = new ListingPause();
    expect(pause.recordOutcome(type, outcome, 100)).toBe(0);
    expect(pause.remainingMs(100)).toBe(0);
  });

  test('a rejection at the file needs 2 s', () => {
    const pause = new ListingPause();
    expect(pause.recordOutcome(type, REJECTED, 1_000)).toBe(2_000);
    expect(pause.remainingMs(1_000)).toBe(2_000);
    expect(pause.remainingMs(2_500)).toBe(500);
    expect(pause.remainingMs(3_000)).toBe(0);
    expect(pause.remainingMs(9_000)).toBe(0);
    // The rejection was before the last listing.
    expect(pause.recordOutcome(type, CONFIRMED, 9_000)).toBe(0);
    expect(pause.remainingMs(9_000)).toBe(0);
  });

  test('the last rejection counts', () => {
    const pause = new ListingPause();
    pause.recordOutcome(type, REJECTED, 0);
    pause.recordOutcome(type, REJECTED, 1_500);
    pause.recordOutcome(type, CONFIRMED, 1_800);
    expect(pause.remainingMs(2_000)).toBe(1_500);
  });
});

// A type that is not known may be one of a third party.
describe.each([...THIRD_PARTY, undefined])('in %s', type => {
  test.each<DeleteOutcome>([CONFIRMED, failed('unanswered'), failed('not-received')])(
    'a DELETE that is $kind needs 3 s',
    outcome => {
      const pause = new ListingPause();
      expect(pause.recordOutcome(type, outcome, 1_000)).toBe(3_000);
      expect(pause.remainingMs(2_000)).toBe(2_000);
    },
  );

  test('a rejection at the file needs 10 s, and so does all that follows', () => {
    const pause = new ListingPause();
    expect(pause.recordOutcome(type, CONFIRMED, 0)).toBe(3_000);
    expect(pause.recordOutcome(type, REJECTED, 0)).toBe(10_000);
    expect(pause.recordOutcome(type, CONFIRMED, 1_000)).toBe(10_000);
    expect(pause.remainingMs(1_000)).toBe(10_000);
  });

  test('the rejection of another storage type needs no 10 s', () => {
    const pause = new ListingPause();
    pause.recordOutcome('Local', REJECTED, 0);
    const [other] = THIRD_PARTY.filter(name => name !== type);
    pause.recordOutcome(other, REJECTED, 0);
    expect(pause.recordOutcome(type, CONFIRMED, 20_000)).toBe(3_000);
    expect(pause.remainingMs(20_000)).toBe(3_000);
  });

  test('a deletion elsewhere does not shorten the pause', () => {
    const pause = new ListingPause();
    pause.recordOutcome(type, REJECTED, 0);
    pause.recordOutcome('Local', CONFIRMED, 4_000);
    pause.recordOutcome('Local', REJECTED, 5_000);
    expect(pause.remainingMs(5_000)).toBe(5_000);
  });
});

test('the deadline reserves 3 s where a third-party storage has a selected backup', () => {
  const backups = (...types: StorageType[]) =>
    types.map((storageType, index) => ({ ...backupAt(0, index), storageType }));
  expect(expectedListingPauseMs([])).toBe(0);
  expect(expectedListingPauseMs(backups(...OWN))).toBe(0);
  for (const type of THIRD_PARTY) expect(expectedListingPauseMs(backups('Local', type))).toBe(3_000);
});
