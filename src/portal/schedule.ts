import { type Printable, text } from '../text.js';
import { property } from './property.js';
import { parseStorageType } from './records.js';

/** The portal's backup schedule. */
export interface Schedule {
  /** So that it can be made again: `weekly, day 2 (as the API counts), at 5:00 in the portal's time zone, keeping 7 copies, in Documents`. */
  description: Printable;
  /** How many scheduled copies the portal itself keeps; `undefined` where that cannot be read. */
  copies: number | undefined;
}

/**
 * Reads a schedule. What cannot be read is a `?`. `storageParams` may hold credentials and is not looked at.
 * @param response the `response` of `GET getbackupschedule`
 */
export function parseSchedule(response: object): Schedule {
  const cron = property(response, 'cronParams');
  const [day, hour] = [wholeNumber(property(cron, 'day')), wholeNumber(property(cron, 'hour'))];
  const period = periodOf(property(cron, 'period'));
  const copies = wholeNumber(property(response, 'backupsStored'));
  const storage = parseStorageType(property(response, 'storageType')) ?? '?';
  // The server and its web page number the days of the week differently.
  const on = period === 'daily' ? text`` : text` day ${day ?? '?'} (as the API counts),`;
  const at = text`at ${hour ?? '?'}:00 in the portal's time zone`;
  return { description: text`${period},${on} ${at}, keeping ${copies ?? '?'} copies, in ${storage}`, copies };
}

function periodOf(period: unknown): 'daily' | 'weekly' | 'monthly' | '?' {
  switch (period) {
    case 0:
      return 'daily';
    case 1:
      return 'weekly';
    case 2:
      return 'monthly';
    default:
      return '?';
  }
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
