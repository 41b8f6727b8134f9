// One run of the action outside a workflow, for a person at a terminal, for cron and for scripts. It prints while the
// action runs, and leaves nothing behind.

import { runAction } from '../runner.mjs';
import { outputLines, print } from './print.mjs';

/** @typedef {import('../runner.mjs').RunResult} RunResult */

/** What the action may know of this process's environment: how to reach the portal, whom to trust there, and how much to tell. */
const HANDED_ON = [
  ...['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'RUNNER_DEBUG'],
];

/**
 * @typedef {object} CommandOptions
 * @property {boolean} quiet print warnings, errors and the closing line alone
 * @property {boolean} json print the outputs as JSON, and the log to standard error
 * @property {AbortSignal} cancelled
 */

/**
 * Runs the action, and prints what it prints. Warnings and errors go to standard error.
 * @param {Record<string, string>} inputs @param {CommandOptions} options
 * @returns {Promise<number>} the exit code: 0 green, 1 red
 */
export async function command(inputs, { quiet, json, cancelled }) {
  const view = new LogView(quiet, json ? process.stderr : process.stdout);
  /** @type {Record<string, string | undefined>} */
  const env = Object.fromEntries(HANDED_ON.map(name => [name, process.env[name]]));
  // It has the token as an input.
  env['DOCSPACE_TOKEN'] = undefined;
  const result = await runAction(
    // Nobody would see the job summary; the log has the same.
    { ...inputs, summary: 'false' },
    {
      env,
      cancelled,
      // Ctrl-C reaches all that a terminal started. Here it must reach the action once, from here, and SIGHUP, which
      // would kill it, not at all. On Windows this would open a window.
      detached: process.platform !== 'win32',
      onLog: (text, _, isError) => (isError ? view.errors : view.lines).add(text),
    },
  );
  view.end();
  const { code, outputs } = result;
  if (code === null) view.error(explainEnd(result, cancelled.aborted));
  if (json) print(JSON.stringify(typed(outputs)));
  else if (!quiet && Object.keys(outputs).length > 0) {
    // Where something went wrong, they are what somebody has to go by.
    print('', ...outputLines(outputs, code === 0 ? [] : ['deleted-ids', 'failed-ids']));
  }
  return code === 0 ? 0 : 1;
}

/** @param {RunResult} result @param {boolean} isCancelled */
function explainEnd({ signal }, isCancelled) {
  // The action listens to SIGINT from its first moment on.
  if (isCancelled && signal === 'SIGINT') return 'Cancelled before it had begun: nothing was deleted.';
  return `The action was ended by ${signal}. It is not known what it had deleted by then.`;
}

/** The outputs with their own types; an empty one is `null`. @param {Record<string, string>} outputs */
function typed(outputs) {
  const values = Object.entries(outputs).map(([name, value]) => [name, JSON.parse(value || 'null')]);
  return Object.fromEntries(values);
}

/** Cuts a stream of text into lines. */
class Lines {
  #rest = '';

  /** @param {(line: string) => void} onLine */
  constructor(onLine) {
    this.onLine = onLine;
  }

  /** @param {string} text */
  add(text) {
    const lines = `${this.#rest}${text}`.split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
  }

  end() {
    if (this.#rest !== '') this.add('\n');
  }
}

/** Shows a workflow log as plain text: groups as indented lines, annotations by their names. */
class LogView {
  #isInGroup = false;
  #lastLine = '';

  /** @param {boolean} isQuiet @param {NodeJS.WriteStream} out */
  constructor(isQuiet, out) {
    this.isQuiet = isQuiet;
    this.out = out;
    this.lines = new Lines(line => this.#show(line));
    // Node's own words, such as that a file of certificates cannot be read.
    this.errors = new Lines(line => void process.stderr.write(`${line}\n`));
  }

  /** @param {string} line */
  #show(line) {
    const [, kind = '', text = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
    switch (kind) {
      case '':
        return this.#showPlain(line);
      case 'group':
        if (!this.isQuiet) this.out.write(`▸ ${unescaped(text)}\n`);
        this.#isInGroup = true;
        return;
      case 'endgroup':
        this.#isInGroup = false;
        return;
      case 'error':
        return this.error(unescaped(text));
      case 'warning':
        return void process.stderr.write(`Warning: ${unescaped(text)}\n`);
      case 'debug':
        process.stderr.write(`Debug: ${unescaped(text)}\n`);
    }
  }

  /** @param {string} line */
  #showPlain(line) {
    if (!this.isQuiet) this.out.write(`${this.#isInGroup ? '  ' : ''}${line}\n`);
    // Which one closes the run is known at the end alone.
    else if (!this.#isInGroup) this.#lastLine = line;
  }

  /** @param {string} text */
  error(text) {
    process.stderr.write(`Error: ${text}\n`);
  }

  end() {
    this.lines.end();
    this.errors.end();
    if (this.#lastLine !== '') this.out.write(`${this.#lastLine}\n`);
  }
}

/** What a workflow command had to escape. @param {string} text */
function unescaped(text) {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
