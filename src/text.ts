const LONGEST_NAME = 100;
const LONGEST_VALUE = 80;

/** Replaces every occurrence of the secret. Used before a text is cut, so that no part of the secret is left over. */
export function redact(text: string, secret: string): string {
  return secret === '' ? text : text.replaceAll(secret, '***');
}

/**
 * A text that the portal sent, made fit for the log and the summary: letters, digits and a few signs that mean
 * nothing to a workflow log, to HTML, to Markdown or to a terminal. Everything else becomes `?`.
 */
export function printable(text: string, secret: string): string {
  return cut(redact(text, secret).replace(/[^\p{L}\p{M}\p{N} ._+,=()@-]/gu, '?'), LONGEST_NAME);
}

/** A value that the workflow's author wrote, quoted for an error message, on one line. */
export function quoted(value: string, secret: string): string {
  const visible = cut(redact(value, secret), LONGEST_VALUE);
  return JSON.stringify(visible).replace(/[^ -~]/gu, char => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** A text without meaning to HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`);
}

/** `1 backup`, `1,200 backups`. */
export function count(number: number, noun: string): string {
  return `${thousands(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `1,200`. Written out, because loading Node's own number formats takes longer than all the rest of the report. */
export function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Cuts a text to a number of characters, never through the middle of one. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : text.replace(new RegExp(`(?<=^.{${longest}}).+`, 'su'), '…');
}

/** `2026-03-01 02:15`, in UTC; years beyond 9999 have a sign and six digits. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().slice(0, -':00.000Z'.length).replace('T', ' ');
}
