import { type Printable, say } from '../text.js';
import { property } from './property.js';
import { parseStorageType } from './records.js';

/** The portal's backup schedule. */
export interface Schedule {
  /**
   * So that it can be made again: `weekly, day 2 (as the API counts), at 5:00 in the portal's time zone, keeping 7
   * copies, in Documents`.
   */
  description: Printable;
  /** How many scheduled copies the portal itself keeps; `undefined` where that cannot be read. */
  copies: number | undefined;
}

/** By the server's numbers. */
const PERIODS = ['daily', 'weekly', 'monthly'] as const;

/**
 * Reads a schedule. What cannot be read is a `?`. `storageParams` may hold credentials and is not looked at.
 * @param response the `response` of `GET getbackupschedule`
 */
export function parseSchedule(response: object): Schedule {
  const cron = property(response, 'cronParams');
  const [day, hour] = [wholeNumber(property(cron, 'day')), wholeNumber(property(cron, 'hour'))];
  const period = PERIODS[wholeNumber(property(cron, 'period')) ?? -1] ?? '?';
  const copies = wholeNumber(property(response, 'backupsStored'));
  const storage = parseStorageType(property(response, 'storageType')) ?? '?';
  // The server and its web page number the days of the week differently.
  const on = period === 'daily' ? say`` : say` day ${day ?? '?'} (as the API counts),`;
  const at = say`at ${hour ?? '?'}:00 in the portal's time zone`;
  return { description: say`${period},${on} ${at}, keeping ${copies ?? '?'} copies, in ${storage}`, copies };
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
