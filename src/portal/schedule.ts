import { parseStorageType } from '../backups/backup.js';
import { readProperty } from '../json.js';
import { type Printable, text } from '../text/printable.js';

export interface Schedule {
  /**
   * Enough to make it again: `weekly, day 2 (as the API counts), at 5:00 in the portal's time zone, keeping 7 copies, in
   * Documents`.
   */
  description: Printable;
  /** How many scheduled copies the portal keeps; `undefined` if that cannot be read. */
  copies: number | undefined;
}

const CRON_PERIODS = ['daily', 'weekly', 'monthly'] as const;

/**
 * Reads a schedule. A field that cannot be read becomes `?`. `storageParams` may hold credentials and is not read.
 * @param response the `response` of `GET getbackupschedule`
 */
export function parseSchedule(response: object): Schedule {
  const cron = readProperty(response, 'cronParams');
  const [day, hour] = [readInteger(cron, 'day'), readInteger(cron, 'hour')];
  const period = CRON_PERIODS[readInteger(cron, 'period') ?? -1] ?? '?';
  const copies = readInteger(response, 'backupsStored');
  const storage = parseStorageType(readProperty(response, 'storageType')) ?? '?';
  // The server and its web page number the days of the week differently.
  const on = period === 'daily' ? text`` : text` day ${day ?? '?'} (as the API counts),`;
  const at = text`at ${hour ?? '?'}:00 in the portal's time zone`;
  return { description: text`${period},${on} ${at}, keeping ${copies ?? '?'} copies, in ${storage}`, copies };
}

function readInteger(value: unknown, name: string): number | undefined {
  const number = readProperty(value, name);
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
