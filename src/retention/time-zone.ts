import { text } from '../text/printable.js';
import { type Calendar, createCalendar } from './calendar.js';

type ZoneName = string & { readonly brand: 'time zone' };

/** `Europe/Berlin`, `UTC`, `Etc/GMT+5`, `EST5EDT`. An offset begins with a sign and does not match. */
const IANA_FORM = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i;

/**
 * Names that Node accepts although the IANA database does not have them: short ones that may not mean what people expect
 * (`BST` is Bangladesh's), and some very old ones.
 */
const NOT_IANA = /^(?!(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$)[a-z]{3}$|^SystemV\//i;

/**
 * Creates the calendar of a time zone, from the data that this Node has.
 * @param name an IANA name in any case, such as `Europe/Berlin`
 * @returns `undefined` for any other name, and for offsets such as `+02:00`. The calendar's name is spelt as in the
 * database, if Node tells the same name (it tells Asia/Calcutta for Asia/Kolkata), or else as given.
 */
export function createZonedCalendar(name: string): Calendar | undefined {
  const format = isZoneName(name) && createFormat(name);
  if (!format) return undefined;
  const known = format.resolvedOptions().timeZone;
  const spelt = isZoneName(known) && known.toLowerCase() === name.toLowerCase() ? known : name;

  const offsets = new Map<number, number>();
  return createCalendar(text`${spelt}`, time => {
    const before = offsets.get(time);
    if (before !== undefined) return before;
    const offset = computeOffset(time, format);
    offsets.set(time, offset);
    return offset;
  });
}

function isZoneName(name: string): name is ZoneName {
  return IANA_FORM.test(name) && !NOT_IANA.test(name);
}

/** @returns a format that ends with a time's offset from UTC: `3/29/2026, GMT+01:00`; `undefined`: unknown zone */
function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** @returns how many milliseconds a zone's clock is ahead of UTC; NaN for a time outside the range */
function computeOffset(time: number, format: Intl.DateTimeFormat): number {
  if (Number.isNaN(new Date(time).getTime())) return Number.NaN;
  const written = format.format(time);
  const found = OFFSET.exec(written);
  // Counting as UTC instead would be a silent error.
  if (!found) throw new Error(`No offset from UTC in what Intl wrote: ${written}`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
  const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ahead : ahead;
}
