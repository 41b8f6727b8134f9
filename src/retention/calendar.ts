import { type Printable, text } from '../text/printable.js';
import type { Duration } from './duration.js';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Counts hours, days, weeks, months and years. All times are milliseconds since 1970. */
export interface Calendar {
  readonly name: Printable;
  // Each returns a number that is the same for all times of one period, and rises with the wall clock.
  /** The hour that the end of summer time repeats counts once, as in restic. */
  hourly(time: number): number;
  daily(time: number): number;
  /** The ISO 8601 week, which begins on Monday and may span two years. */
  weekly(time: number): number;
  monthly(time: number): number;
  yearly(time: number): number;
  /**
   * Goes back as restic does (Go's `AddDate`): years, months and days in one step on the wall clock, then hours. A day
   * after the end of a month moves into the next: 31 March minus one month is 3 March.
   * @returns a time; NaN if it is outside JavaScript's range of dates
   */
  subtract(time: number, duration: Duration): number;
  format(time: number): Printable;
  /** The line (`YYYY-MM`) and the column (the day of the month) of a time in the timeline. */
  splitDate(time: number): { readonly month: Printable; readonly day: number };
}

/**
 * Creates a calendar from its offset to UTC.
 * @param offsetAt how many milliseconds the wall clock is ahead of UTC at a time; NaN for a time outside the range
 */
export function createCalendar(name: Printable, offsetAt: (time: number) => number): Calendar {
  /** The time at which a clock in UTC shows what the wall clock shows now. */
  const wallAt = (time: number) => time + offsetAt(time);
  const daily = (time: number) => Math.floor(wallAt(time) / DAY_MS);
  function monthText(date: Date): Printable {
    const year = date.getUTCFullYear();
    const century = Math.floor(year / 100);
    return text`${padTwoDigits(century)}${padTwoDigits(year % 100)}-${padTwoDigits(date.getUTCMonth() + 1)}`;
  }

  return {
    name,
    hourly: time => Math.floor(wallAt(time) / HOUR_MS),
    daily,
    // Day 0, 1 January 1970, was a Thursday, three days after a Monday.
    weekly: time => Math.floor((daily(time) + 3) / 7),
    monthly(time) {
      const date = new Date(wallAt(time));
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    },
    yearly: time => new Date(wallAt(time)).getUTCFullYear(),
    subtract(time, { y, m, w, d, h }) {
      const date = new Date(wallAt(time));
      // Date.UTC would read the years 0 to 99 as 1900 to 1999.
      date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d);
      const wall = date.getTime();
      // A wall clock shows some times twice and some never. Go takes the offset at the wall time read as UTC; if
      // another offset holds at the result, it takes that one.
      const estimate = wall - offsetAt(wall);
      return new Date(wall - offsetAt(estimate) - h * HOUR_MS).getTime();
    },
    format(time) {
      const date = new Date(wallAt(time));
      const clock = text`${padTwoDigits(date.getUTCHours())}:${padTwoDigits(date.getUTCMinutes())}`;
      return text`${monthText(date)}-${padTwoDigits(date.getUTCDate())} ${clock}`;
    },
    splitDate(time) {
      const date = new Date(wallAt(time));
      return { month: monthText(date), day: date.getUTCDate() };
    },
  };
}

export const UTC: Calendar = createCalendar(text`UTC`, () => 0);

function padTwoDigits(number: number): Printable {
  return number < 10 ? text`0${number}` : text`${number}`;
}
