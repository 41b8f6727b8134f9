/** .NET's default date, which the server sends for "never". */
export const NEVER = '0001-01-01T00:00:00';
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a time of the API. It is UTC: portals on PostgreSQL add `Z`, portals on MySQL do not. Fractions are cut to
 * milliseconds. A date that does not exist, such as 30 February, is refused.
 * @returns milliseconds since 1970; `never` for the year 1; `undefined` for anything else
 */
export function parseTime(value: unknown): number | 'never' | undefined {
  const [, date = '', day, clock = '', fraction = '', offset = 'Z'] =
    (typeof value === 'string' && TIME.exec(value)) || [];
  const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day)) return undefined;
  return date.startsWith('0001-') ? 'never' : time;
}
