import { type Printable, say } from '../text.js';
import type { Duration } from './duration.js';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Whose hours, days, weeks, months and years are counted. All times are milliseconds since 1970. */
export interface Calendar {
  /** `UTC`, or the name of the time zone. */
  readonly name: Printable;
  // Each gives a number that all times of one period share, and no others. It rises with the wall clock.
  /** An hour that summer time doubles is one hour, as restic has it. */
  hourly(time: number): number;
  daily(time: number): number;
  /** The ISO 8601 week: it begins on Monday, whatever the year, and so belongs to the year of its Thursday. */
  weekly(time: number): number;
  monthly(time: number): number;
  yearly(time: number): number;
  /**
   * Goes back as restic does, by Go's `AddDate`: years, months and days in one step on the wall clock, where days beyond
   * a month's end run over into the next (31 March less one month is 3 March); then hours, as they pass.
   * @returns a time; NaN where the date leaves JavaScript's range
   */
  subtract(time: number, duration: Duration): number;
  /** `YYYY-MM-DD hh:mm`, without the calendar's name. */
  format(time: number): Printable;
  /** The line (`YYYY-MM`) and the column (the day of the month) of a time in the timeline. */
  dayOf(time: number): { readonly month: Printable; readonly day: number };
}

/**
 * Makes a calendar: every one is UTC's, shifted by an offset.
 * @param offsetAt how many milliseconds the wall clock is ahead of UTC at a time; NaN for a time beyond all dates
 */
export function calendarOf(name: Printable, offsetAt: (time: number) => number): Calendar {
  /** The time at which UTC's clock shows what the wall clock shows now. */
  const wallAt = (time: number) => time + offsetAt(time);
  const daily = (time: number) => Math.floor(wallAt(time) / DAY_MS);
  function monthText(date: Date): Printable {
    const year = date.getUTCFullYear();
    const century = Math.floor(year / 100);
    return say`${twoDigits(century)}${twoDigits(year % 100)}-${twoDigits(date.getUTCMonth() + 1)}`;
  }

  return {
    name,
    hourly: time => Math.floor(wallAt(time) / HOUR_MS),
    daily,
    // 1 January 1970 was a Thursday: three days later in the count, weeks begin at multiples of seven.
    weekly: time => Math.floor((daily(time) + 3) / 7),
    monthly(time) {
      const date = new Date(wallAt(time));
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    },
    yearly: time => new Date(wallAt(time)).getUTCFullYear(),
    subtract(time, { y, m, w, d, h }) {
      const date = new Date(wallAt(time));
      // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
      date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d);
      const wall = date.getTime();
      // A wall clock shows some times twice and some never. Go takes the offset that holds at about this time, and if it
      // leads to a time at which another one holds, that one.
      const about = wall - offsetAt(wall);
      return new Date(wall - offsetAt(about) - h * HOUR_MS).getTime();
    },
    format(time) {
      const date = new Date(wallAt(time));
      const clock = say`${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
      return say`${monthText(date)}-${twoDigits(date.getUTCDate())} ${clock}`;
    },
    dayOf(time) {
      const date = new Date(wallAt(time));
      return { month: monthText(date), day: date.getUTCDate() };
    },
  };
}

export const UTC: Calendar = calendarOf(say`UTC`, () => 0);

function twoDigits(number: number): Printable {
  return number < 10 ? say`0${number}` : say`${number}`;
}
