import { say } from '../text.js';
import { type Calendar, calendarOf } from './calendar.js';

/** A name in the letters of the IANA database, checked: fit to be printed. */
type ZoneName = string & { readonly brand: 'time zone' };

/** `Europe/Berlin`, `UTC`, `Etc/GMT+5`, `EST5EDT`; no offset, which begins with a sign. */
const IANA_FORM = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i;

/**
 * What Node knows beside the IANA database: short names that do not mean what people think they do (its `BST` is
 * Bangladesh's), and some of long ago.
 */
const NOT_IANA = /^(?!(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$)[a-z]{3}$|^SystemV\//i;

/**
 * The calendar of a time zone, as this Node's own data has it.
 * @param name an IANA name in any case, such as `Europe/Berlin`
 * @returns `undefined` for any other name, offsets such as `+02:00` included. The calendar's name is spelt as the
 * database does where Node tells it, and else as it was given, for Node would say Asia/Calcutta for Asia/Kolkata.
 */
export function zonedCalendar(name: string): Calendar | undefined {
  const format = isZoneName(name) && formatOf(name);
  if (!format) return undefined;
  const known = format.resolvedOptions().timeZone;
  const spelt = isZoneName(known) && known.toLowerCase() === name.toLowerCase() ? known : name;

  // Each rule asks for the same times again, and so do the log and the summary.
  const offsets = new Map<number, number>();
  return calendarOf(say`${spelt}`, time => {
    const before = offsets.get(time);
    if (before !== undefined) return before;
    const offset = offsetAt(time, format);
    offsets.set(time, offset);
    return offset;
  });
}

function isZoneName(name: string): name is ZoneName {
  return IANA_FORM.test(name) && !NOT_IANA.test(name);
}

/** @returns what writes a time's offset from UTC at its end: `3/29/2026, GMT+01:00`; `undefined` for an unknown zone */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** @returns how many milliseconds a zone's clock is ahead of UTC's; NaN for a time beyond all dates */
function offsetAt(time: number, format: Intl.DateTimeFormat): number {
  // The format would throw.
  if (Number.isNaN(new Date(time).getTime())) return Number.NaN;
  const written = format.format(time);
  const found = OFFSET.exec(written);
  // A calendar that is not understood must end the run, not pass for UTC's.
  if (!found) throw new Error(`No offset from UTC in what Intl wrote: ${written}`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
  const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ahead : ahead;
}
