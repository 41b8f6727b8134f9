import { join, type Printable, text } from '../text/printable.js';

/** In restic's order. restic has no weeks. */
const UNITS = ['y', 'm', 'w', 'd', 'h'] as const;

/** Years, months, weeks, days and hours, as whole numbers from 0. */
export type Duration = Readonly<Record<(typeof UNITS)[number], number>>;

const NONE: Duration = { y: 0, m: 0, w: 0, d: 0, h: 0 };

/** Sticky, so that a long text takes no more than linear time. */
const PARTS = /([0-9]+)([ymwdh])/gy;

/**
 * Reads a duration such as `30d`, `2w` or `1y5m7d2h`: each unit at most once, in any order, in ASCII digits. This is
 * restic's form (`ParseDuration` in its `internal/data/duration.go`) without negative numbers and repeated units.
 * @returns `undefined` for anything else, and for a number that JavaScript cannot represent exactly
 */
export function parseDuration(written: string): Duration | undefined {
  const found: Partial<Record<keyof Duration, number>> = {};
  let read = 0;
  for (const [part, digits, letter] of written.matchAll(PARTS)) {
    const unit = UNITS.find(known => known === letter);
    const number = Number(digits);
    if (!unit || unit in found || !Number.isSafeInteger(number)) return undefined;
    found[unit] = number;
    read += part.length;
  }
  return read > 0 && read === written.length ? { ...NONE, ...found } : undefined;
}

/** Whether a duration is empty, such as `0d`, which is no rule. */
export function isZero(duration: Duration): boolean {
  return UNITS.every(unit => duration[unit] === 0);
}

/** Formats a duration as restic does: `1y5m2w7d2h`, without zeros. @returns `0h` for an empty one */
export function formatDuration(duration: Duration): Printable {
  const units = UNITS.filter(unit => duration[unit] > 0);
  if (units.length === 0) return text`0h`;
  return join(
    units.map(unit => text`${duration[unit]}${unit}`),
    '',
  );
}
