// Output that the tour and the command share.

/** @param {string[]} lines */
export function print(...lines) {
  process.stdout.write(lines.map(line => `${line}\n`).join(''));
}

const { isTTY } = process.stdout;
export const bold = (/** @type {string} */ text) => (isTTY ? `\x1b[1m${text}\x1b[0m` : text);
export const dim = (/** @type {string} */ text) => (isTTY ? `\x1b[2m${text}\x1b[0m` : text);

/** The outputs that have a value, one a line. @param {Record<string, string>} outputs @param {string[]} [whole] not shortened */
export function outputLines(outputs, whole = []) {
  const lines = Object.entries(outputs)
    .filter(([, value]) => value !== '' && value !== '[]')
    .map(([name, value]) => {
      const isShortened = value.length > 60 && !whole.includes(name);
      return `  ${name}: ${isShortened ? `${value.slice(0, 60)}…` : value}`;
    });
  return [bold('Outputs'), ...lines];
}

/** @param {readonly string[]} seen */
export function showPortal(seen) {
  const calls = seen.map(request => request.replace('/api/2.0/backup/', ''));
  print(bold('What the portal saw'), ...calls.slice(0, 4).map(call => `  ${call}`));
  if (calls.length > 4) print(`  … ${calls.length - 4} more, the last: ${calls.at(-1)}`);
}

/**
 * Splits a line of a workflow log into the command and its text.
 * @param {string} line @returns {{ command: string, text: string }} `command` is empty for a line without one
 */
export function parseLine(line) {
  const [, command = '', text = line] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
  return { command, text: text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') };
}
