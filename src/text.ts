/** A text fit for the log, the summary and error messages: one line, without control characters, and without secrets. */
export type Printable = string & { readonly brand: 'printable' };

/**
 * Takes every type but a plain `string`, which may come from anywhere: numbers, ids, names from a fixed list,
 * `Printable`.
 */
type NoPlainString<T> = { [K in keyof T]: string extends T[K] ? never : T[K] };

/** Blanks out the secrets of the run in a text. */
export type Redact = (text: string) => string;

const LONGEST_NAME = 100;
const LONGEST_VALUE = 80;
/** In characters: servers take no longer header. A longer token is refused, and never sent anywhere. */
export const LONGEST_SECRET = 8_192;

// Classes by Unicode property are written as strings, and made into patterns where they are used: as literals they would
// be built whenever the file is read, which takes a millisecond.
export const LETTERS = String.raw`\p{L}\p{M}\p{N}`;
/** Signs that nobody sees. */
const IGNORABLE = String.raw`\p{Default_Ignorable_Code_Point}`;
/**
 * Line breaks, escapes, marks that turn the direction of writing, halves of characters: what can deceive a reader or
 * a program.
 */
const UNPRINTABLE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029${IGNORABLE}]`;

/** Builds a printable text from what stands in this source and from values that the compiler knows to be harmless. */
export function say<const T extends readonly (string | number)[]>(
  parts: TemplateStringsArray,
  ...values: T & NoPlainString<T>
): Printable {
  return asPrintable(String.raw({ raw: parts }, ...values));
}

/** Joins printable texts to one, or values that the compiler knows to be harmless. */
export function join<const T extends readonly string[]>(
  texts: T & NoPlainString<T>,
  separator: ', ' | ' ' | '  ' | '' = ', ',
): Printable {
  return asPrintable(texts.join(separator));
}

function asPrintable(made: string): Printable {
  return isPrintable(made) ? made : asPrintable(made.replace(new RegExp(UNPRINTABLE, 'gu'), '?'));
}

function isPrintable(line: string): line is Printable {
  // Nearly all are ASCII, or signs of this action's own, which is quicker to see.
  return /^[ -~·×–…→○●◐]*$/.test(line) || !new RegExp(UNPRINTABLE, 'u').test(line);
}

/**
 * Makes what blanks out secrets, in any case of letters: a host name comes back in lower case.
 * @param secrets empty ones are passed over
 */
export function redactor(secrets: readonly string[]): Redact {
  const patterns = secrets
    .filter(secret => secret !== '' && secret.length <= LONGEST_SECRET)
    .map(secret => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (patterns.length === 0) return line => line;
  // With `u`, the signs that Unicode takes for the same letter count too.
  const pattern = new RegExp(patterns.join('|'), 'giu');
  return line => line.replace(pattern, '***');
}

/**
 * Makes a text that the portal sent fit to be printed. Letters, digits and a few signs stay that mean nothing to a
 * workflow log, to HTML, to Markdown or to a terminal; everything else becomes `?`. Secrets are blanked out first, so
 * that none is cut in half.
 */
export function fromPortal(sent: string, redact: Redact): Printable {
  // Signs that nobody sees could part a secret.
  const seen = redact(sent.replace(new RegExp(IGNORABLE, 'gu'), '')).slice(0, 4 * LONGEST_NAME);
  return cut(seen.replace(new RegExp(`[^${LETTERS} ._+,=()@-]`, 'gu'), '?'), LONGEST_NAME);
}

/** Quotes a value that the author of the workflow wrote, for an error message. */
export function quoted(value: string, redact: Redact): Printable {
  // An API key in the wrong input is secret too.
  const redacted = redact(value).replace(/sk-[0-9a-z]{16,}/gi, 'sk-***');
  const visible = cut(redacted.replaceAll('\n', ' '), LONGEST_VALUE);
  return say`"${visible}"`;
}

/**
 * The host and port of a URL, as they may be printed.
 * @returns `undefined` where the host has signs that mean something to a shell or to a workflow's expressions
 */
export function printableHost(url: URL, redact: Redact): Printable | undefined {
  return /^[a-z0-9._:[\]-]{1,260}$/.test(url.host) ? asPrintable(redact(url.host)) : undefined;
}

/** A text without meaning to HTML. */
export function escapeHtml(line: Printable): string {
  return line.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`);
}

/** `1 backup`, `1,200 backups`. */
export function count(number: number, noun: 'backup' | 'record' | 'earlier month'): Printable {
  return say`${thousands(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The verb that goes with so many. */
export function verb(
  singular: 'is' | 'was' | 'has',
  number: number,
): 'is' | 'was' | 'has' | 'are' | 'were' | 'have' {
  if (number === 1) return singular;
  return ({ is: 'are', was: 'were', has: 'have' } as const)[singular];
}

/** `1,200`. Written out, because loading Node's own number formats takes longer than all the rest of the report. */
export function thousands(number: number): Printable {
  return asPrintable(String(number).replace(/\B(?=(\d{3})+$)/g, ','));
}

/** `1.5 s`. */
export function seconds(ms: number): Printable {
  return asPrintable(`${(ms / 1000).toFixed(1)} s`);
}

/** `18 s`, of a wait that somebody asks for; a very long one is cut. */
export function wholeSeconds(ms: number): Printable {
  return asPrintable(`${Math.min(Math.ceil(ms / 1000), Number.MAX_SAFE_INTEGER)} s`);
}

/** How many names one message holds. */
const MOST_NAMED = 10;

/** `a, b and 12 more`. */
export function someOf<const T extends readonly string[]>(names: T & NoPlainString<T>): Printable {
  const rest = names.length - MOST_NAMED;
  const first = asPrintable(names.slice(0, MOST_NAMED).join(', '));
  return rest > 0 ? say`${first} and ${rest} more` : first;
}

/** Cuts a text to a number of characters, never through the middle of one. */
function cut(line: string, longest: number): Printable {
  if (line.length <= longest) return asPrintable(line);
  const characters = [...line];
  return asPrintable(characters.length <= longest ? line : `${characters.slice(0, longest).join('')}…`);
}
