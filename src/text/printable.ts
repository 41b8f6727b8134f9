/** A text that is safe in the log, the summary and errors: one line of visible characters. Log and report redact it too. */
export type Printable = string & { readonly brand: 'printable' };

/** Rejects plain `string` values, which may come from anywhere. Numbers, ids, fixed names and `Printable` pass. */
type NoPlainString<T> = { [K in keyof T]: string extends T[K] ? never : T[K] };

/** Replaces the secrets of the run in a text by `***`. */
export type Redact = (text: string) => string;

const MAX_NAME_LENGTH = 100;
const MAX_QUOTED_LENGTH = 80;
/** In characters. No token is that long. Node on Windows cannot compile the pattern of a secret of 8,192. */
export const MAX_SECRET_LENGTH = 4_096;

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Line breaks, escapes, direction marks and half characters: they can deceive a reader or a program. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;

/** Builds a printable text from a literal in this source and from values that the compiler knows to be safe. */
export function text<const T extends readonly (string | number)[]>(
  parts: TemplateStringsArray,
  ...values: T & NoPlainString<T>
): Printable {
  return toPrintable(String.raw({ raw: parts }, ...values));
}

/** Joins printable texts, or values that the compiler knows to be safe. */
export function join<const T extends readonly string[]>(
  texts: T & NoPlainString<T>,
  separator: ', ' | ' ' | '  ' | '' = ', ',
): Printable {
  return toPrintable(texts.join(separator));
}

/** Replaces every unprintable character by `?`. It redacts nothing: use `sanitize` or `quoteInput` for text from elsewhere. */
export function toPrintable(made: string): Printable {
  return isPrintable(made) ? made : toPrintable(made.replace(UNPRINTABLE, '?'));
}

function isPrintable(line: string): line is Printable {
  return line.search(UNPRINTABLE) < 0;
}

/**
 * Creates the function that replaces secrets, whatever the case of their letters: a host name comes back in lower case.
 * @param secrets empty ones are ignored
 */
export function createRedact(secrets: readonly string[]): Redact {
  const patterns = secrets
    .filter(secret => secret !== '' && secret.length <= MAX_SECRET_LENGTH)
    .map(secret => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (patterns.length === 0) return line => line;
  // The flag `u` also matches other characters that Unicode folds to the same letter.
  const pattern = new RegExp(patterns.join('|'), 'giu');
  return line => line.replace(pattern, '***');
}

/**
 * Makes text from the portal printable. It keeps letters, digits and a few characters that mean nothing to a workflow
 * log, HTML, Markdown or a terminal, and replaces everything else by `?`. It redacts first, so that no secret is cut in
 * half.
 */
export function sanitize(received: string, redact: Redact): Printable {
  // An invisible character inside a secret would hide it from `redact`.
  const visible = redact(received.replace(INVISIBLE, '')).slice(0, 4 * MAX_NAME_LENGTH);
  return truncate(visible.replace(/[^\p{L}\p{M}\p{N} ._+,=()@-]/gu, '?'), MAX_NAME_LENGTH);
}

/** Quotes a value from the workflow for an error message. */
export function quoteInput(value: string, redact: Redact): Printable {
  // Somebody may have put an API key into the wrong input.
  const redacted = redact(value).replace(/sk-[0-9a-z]{16,}/gi, 'sk-***');
  const visible = truncate(redacted.replaceAll('\n', ' '), MAX_QUOTED_LENGTH);
  return text`"${visible}"`;
}

/**
 * Returns the host and port of a URL for a message.
 * @returns `undefined` if the host has characters that mean something to a shell or a workflow expression
 */
export function printableHost(url: URL, redact: Redact): Printable | undefined {
  return /^[a-z0-9._:[\]-]{1,260}$/.test(url.host) ? toPrintable(redact(url.host)) : undefined;
}

/** Cuts a text to a number of characters, never through the middle of one. */
function truncate(line: string, maxLength: number): Printable {
  const characters = [...line];
  return toPrintable(characters.length <= maxLength ? line : `${characters.slice(0, maxLength).join('')}…`);
}
