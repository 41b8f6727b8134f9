// Runs the action once outside a workflow, for a person at a terminal, cron or a script.

import { writeFileSync } from 'node:fs';
import { runAction } from '../runner.mjs';
import { outputLines, parseLine, print } from './print.mjs';

/** The variables of this process's environment that the action gets. */
const PASSED_ON = [
  ...['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'RUNNER_DEBUG'],
];

/** @type {Record<string, string>} */
const ANNOTATIONS = { error: 'Error', warning: 'Warning', debug: 'Debug' };

/**
 * @typedef {object} CommandOptions
 * @property {boolean} quiet print only warnings, errors and the last line
 * @property {string} about what each of these lines begins with, which names the portal
 * @property {boolean} json print the outputs as JSON, and the log to standard error
 * @property {string | undefined} reportFile where to write the JSON report; undefined: nowhere
 * @property {AbortSignal} cancelled
 */

/**
 * Runs the action, and prints what it prints. Warnings and errors go to standard error.
 * @param {Record<string, string>} inputs @param {CommandOptions} options
 * @returns {Promise<number>} the exit code: 0 for success, else 1
 */
export async function command(inputs, { quiet, json, reportFile, about, cancelled }) {
  const view = new LogView(quiet, about, json ? process.stderr : process.stdout);
  /** @type {Record<string, string | undefined>} */
  const env = Object.fromEntries(PASSED_ON.map(name => [name, process.env[name]]));
  // The action gets the token as an input.
  env['DOCSPACE_TOKEN'] = undefined;
  if (reportFile === undefined) env['RUNNER_TEMP'] = undefined;
  const { code, signal, outputs, report } = await runAction(
    // Nobody would see the job summary.
    { ...inputs, summary: 'false' },
    {
      env,
      cancelled,
      // A terminal sends its signals to all processes that it started, and some would kill the action. This process cancels
      // it instead. On Windows, this option would open a window.
      detached: process.platform !== 'win32',
      onLog: (text, _, isError) => void (isError ? process.stderr.write(text) : view.add(text)),
    },
  );
  view.end();
  const isReported = reportFile === undefined || saveReport(reportFile, report);
  // The action's own file is gone by now.
  if (outputs['report-file']) outputs['report-file'] = (isReported && reportFile) || '';
  if (code === null) {
    const text = `${signal} ended the action. It is not known what it had deleted by then.`;
    process.stderr.write(`${about}Error: ${text}\n`);
  }
  if (json) print(JSON.stringify(typed(outputs)));
  else if (!quiet && Object.keys(outputs).length > 0) {
    // After a failure the user needs all of them.
    print('', ...outputLines(outputs, code === 0 ? [] : ['deleted-ids', 'failed-ids']));
  }
  return code === 0 && isReported ? 0 : 1;
}

/** @param {string} file @param {string} report empty: there is none @returns {boolean} whether it could be saved */
function saveReport(file, report) {
  try {
    if (report === '') throw new Error('there is none');
    writeFileSync(file, report);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    process.stderr.write(`Error: The report of this run could not be written: ${reason}\n`);
    return false;
  }
}

/** The outputs as JSON values; an empty one is `null`. @param {Record<string, string>} outputs */
function typed(outputs) {
  const values = Object.entries(outputs).map(([name, value]) => {
    const isText = name === 'report-file';
    return [name, isText ? value || null : JSON.parse(value || 'null')];
  });
  return Object.fromEntries(values);
}

/** Shows a workflow log as plain text: groups as indented lines, annotations by their names. */
class LogView {
  #isInGroup = false;
  #lastLine = '';
  #rest = '';

  /** @param {boolean} isQuiet @param {string} about @param {NodeJS.WriteStream} out */
  constructor(isQuiet, about, out) {
    this.isQuiet = isQuiet;
    this.about = about;
    this.out = out;
  }

  /** @param {string} text */
  add(text) {
    const lines = `${this.#rest}${text}`.split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#show(line);
  }

  /** @param {string} line */
  #show(line) {
    const { command, text } = parseLine(line);
    const name = ANNOTATIONS[command];
    if (name !== undefined) process.stderr.write(`${this.about}${name}: ${text}\n`);
    if (command === 'group' && !this.isQuiet) this.out.write(`▸ ${text}\n`);
    if (command === 'group' || command === 'endgroup') this.#isInGroup = command === 'group';
    if (command !== '') return;
    if (!this.isQuiet) this.out.write(`${this.#isInGroup ? '  ' : ''}${line}\n`);
    // Only the end shows which line is the last.
    else if (!this.#isInGroup) this.#lastLine = line;
  }

  end() {
    if (this.#rest !== '') this.add('\n');
    if (this.#lastLine !== '') this.out.write(`${this.about}${this.#lastLine}\n`);
  }
}
