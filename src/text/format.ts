import { type Printable, text, toPrintable } from './printable.js';

const MAX_LISTED = 10;

/** `1 backup`, `1,200 backups`. */
export function pluralize(number: number, noun: 'backup' | 'record' | 'earlier month'): Printable {
  return text`${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The form of a verb that fits a number: `1 is`, `2 are`. */
export function conjugate(
  singular: 'is' | 'was' | 'has',
  number: number,
): 'is' | 'was' | 'has' | 'are' | 'were' | 'have' {
  if (number === 1) return singular;
  return ({ is: 'are', was: 'were', has: 'have' } as const)[singular];
}

export function formatNumber(number: number): Printable {
  return toPrintable(number.toLocaleString('en-US'));
}

export function formatSeconds(ms: number): Printable {
  return toPrintable(`${(ms / 1000).toFixed(1)} s`);
}

/** `18 s`, rounded up. */
export function formatWholeSeconds(ms: number): Printable {
  return toPrintable(`${Math.min(Math.ceil(ms / 1000), Number.MAX_SAFE_INTEGER)} s`);
}

/** `a, b and 12 more`. */
export function listSome(names: readonly (Printable | (string & { readonly brand: unknown }))[]): Printable {
  const rest = names.length - MAX_LISTED;
  const shown = toPrintable(names.slice(0, MAX_LISTED).join(', '));
  return rest > 0 ? text`${shown} and ${rest} more` : shown;
}

export function escapeHtml(line: Printable): string {
  return line.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`);
}
