// Runs the stand-in portal beside the steps of an end-to-end run, and talks to it:
//
//   node tools/stand-in/steps.mjs start | tee -a "$GITHUB_ENV" >> "$GITHUB_OUTPUT"
//   node tools/stand-in/steps.mjs reset '{"backups": 40, "schedule": true}'
//   node tools/stand-in/steps.mjs expect outcome=success deleted-count=33 backups=7
//
// `start` prints PORTAL_URL and PORTAL_PID, which the other verbs want in their environment, and leaves the portal running;
// `stop` (node tools/stand-in/steps.mjs stop) ends it. `reset` starts it afresh; `backups`, `fresh`, `dumps` and `schedule` may be given
// in short, as above. `expect` compares what the portal saw and holds, and the outcome and outputs of a step (OUTCOME and
// OUTPUTS in the environment), with what is expected.

import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeBackups, makeId, SCHEDULE } from './records.mjs';

/**
 * @typedef {object} ShortOptions
 * @property {number} [backups] how many; one every 20 hours, up to a day long ago
 * @property {boolean} [fresh] one more, made an hour ago
 * @property {number} [dumps] likewise
 * @property {boolean} [schedule] whether there is one
 */

/** @typedef {Omit<import('./portal.mjs').PortalOptions, keyof ShortOptions> & ShortOptions} ResetOptions */

/**
 * Starts a portal on a free port that outlives this process: detached, as the end of a step hangs up on what it started.
 * @returns {Promise<{ url: string, pid: number }>}
 */
export async function startPortalProcess() {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('serve.mjs', import.meta.url)), '--port', '0'],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', text => resolve(/http:\S+/.exec(text)?.[0]));
    child.on('error', reject).on('exit', code => reject(new Error(`The stand-in portal ended: ${code}`)));
  });
  child.stdout.destroy();
  child.unref();
  return { url, pid: child.pid ?? 0 };
}

/**
 * Starts the portal afresh. It takes no other token than `sk-end-to-end`, unless told otherwise.
 * @param {string} url @param {ResetOptions} options
 */
export async function resetPortal(url, { backups = 0, fresh = false, dumps = 0, schedule = false, ...rest }) {
  const [newest] = makeBackups(1);
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  /** @type {import('./portal.mjs').PortalOptions} */
  const options = {
    token: 'sk-end-to-end',
    standalone: true,
    backups: [
      ...(fresh ? [{ ...newest, id: makeId(0), createdOn: anHourAgo }] : []),
      ...makeBackups(backups, { everyHours: 20 }),
    ],
    // Ids of their own: one that is in both lists would be looked up in the portal's own first.
    dumps: makeBackups(dumps, { everyHours: 20 }).map(dump => ({ ...dump, id: dump.id.replace('0', 'd') })),
    schedule: schedule ? SCHEDULE : null,
    ...rest,
  };
  await control(url, { method: 'POST', body: JSON.stringify(options) });
}

/**
 * What the portal saw and holds, in the words of `expect`.
 * @param {string} url
 * @returns {Promise<Record<string, string>>}
 */
export async function readPortal(url) {
  /** @type {{ requests: string[], history: { own: unknown[], dumps: unknown[] }, schedule: { own?: unknown } }} */
  const { requests, history, schedule } = await control(url);
  return {
    requests: inShort(requests),
    backups: String(history.own.length),
    dumps: String(history.dumps.length),
    schedule: String(schedule.own !== undefined),
  };
}

/** @param {string} url @param {RequestInit} [options] */
async function control(url, options) {
  const response = await fetch(`${url}/_stand-in`, options);
  if (!response.ok) throw new Error(`The stand-in portal answered ${response.status}`);
  return JSON.parse(await response.text());
}

/**
 * `GET getbackuphistory?Dump=false, 33 DELETE deletebackup/{id}`: equal requests in a row are counted.
 * @param {string[]} requests
 */
function inShort(requests) {
  /** @type {{ text: string, times: number }[]} */
  const runs = [];
  for (const request of requests) {
    const text = request.replace('/api/2.0/backup/', '').replace(/[0-9a-f-]{36}/, '{id}');
    const last = runs.at(-1);
    if (last?.text === text) last.times++;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times > 1 ? `${times} ${text}` : text)).join(', ');
}

/**
 * The differences between what was expected and what was found, a line for each.
 * @param {Record<string, string>} expected @param {Record<string, string>} found
 */
export function differences(expected, found) {
  return Object.entries(expected)
    .filter(([name, value]) => found[name] !== value)
    .map(([name, value]) => `${name}: expected "${value}", found "${found[name] ?? '(nothing)'}"`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [verb, ...args] = process.argv.slice(2);
  const { PORTAL_URL = '', PORTAL_PID, OUTCOME = '', OUTPUTS = '{}' } = process.env;
  if (verb === 'start') {
    const { url, pid } = await startPortalProcess();
    console.log(`PORTAL_URL=${url}\nPORTAL_PID=${pid}`);
  } else if (verb === 'stop') {
    process.kill(Number(PORTAL_PID)); // not the shell's kill: on Windows that knows other ids
  } else if (verb === 'reset') {
    await resetPortal(PORTAL_URL, JSON.parse(args[0] ?? '{}'));
  } else if (verb === 'expect') {
    const expected = Object.fromEntries(
      args.map(arg => [arg.split('=', 1)[0] ?? '', arg.replace(/^.*?=/, '')]),
    );
    const found = { outcome: OUTCOME, ...JSON.parse(OUTPUTS), ...(await readPortal(PORTAL_URL)) };
    const wrong = differences(expected, found);
    for (const line of wrong) console.log(`::error title=Not as expected::${line}`);
    if (wrong.length === 0) console.log(`As expected: ${Object.keys(expected).join(', ')}`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } else {
    throw new Error(`Unknown verb: ${verb}`);
  }
}
