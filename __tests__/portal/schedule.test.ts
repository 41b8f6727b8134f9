import { expect, test } from '@jest/globals';
import { parseSchedule } from '../../src/portal/schedule.js';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';

const AT = "in the portal's time zone, keeping 7 copies, in Documents";

test.each<[cronParams: unknown, text: string]>([
  [{ period: 0, hour: 5, day: 2 }, `daily, at 5:00 ${AT}`],
  [{ period: 1, hour: 0, day: 2 }, `weekly, day 2 (as the API counts), at 0:00 ${AT}`],
  [{ period: 2, hour: 23, day: 31 }, `monthly, day 31 (as the API counts), at 23:00 ${AT}`],
  [{ period: 3, hour: 1.5, day: '1' }, `?, day ? (as the API counts), at ?:00 ${AT}`],
  [{ period: '0', hour: null, day: 1e300 }, `?, day ? (as the API counts), at ?:00 ${AT}`],
  [{}, `?, day ? (as the API counts), at ?:00 ${AT}`],
  ['daily', `?, day ? (as the API counts), at ?:00 ${AT}`],
  [undefined, `?, day ? (as the API counts), at ?:00 ${AT}`],
])('cronParams %j', (cronParams, text) => {
  expect(parseSchedule({ ...SCHEDULE, cronParams })).toEqual({ description: text, copies: 7 });
});

test.each<[backupsStored: unknown, shown: string, copies: number | undefined]>([
  [0, '0', 0],
  [30, '30', 30],
  ['7', '?', undefined],
  [1.5, '?', undefined],
  [null, '?', undefined],
  [undefined, '?', undefined],
])('backupsStored %j', (backupsStored, shown, copies) => {
  const schedule = parseSchedule({ ...SCHEDULE, backupsStored });
  expect(schedule.description).toContain(`, keeping ${shown} copies, `);
  expect(schedule.copies).toBe(copies);
});

test.each<[storageType: unknown, shown: string]>([
  [1, 'ThridpartyDocuments'],
  ['Local', 'Local'],
  [99, '?'],
  ['<b>', '?'],
  [undefined, '?'],
])('storageType %j', (storageType, shown) => {
  expect(parseSchedule({ ...SCHEDULE, storageType }).description).toMatch(
    new RegExp(`, in ${shown.replace('?', '\\?')}$`),
  );
});

test('storageParams, which may hold credentials, are never shown', () => {
  const storageParams = { secretKey: 'storage-params-are-secret' };
  expect(JSON.stringify(parseSchedule({ ...SCHEDULE, storageParams }))).not.toMatch(/secret/i);
});
