// Runs the stand-in portal beside the steps of an end-to-end run:
//
//   node tools/stand-in/steps.mjs start | tee -a "$GITHUB_ENV" >> "$GITHUB_OUTPUT"
//   node tools/stand-in/steps.mjs reset '{"backups": 40, "schedule": true}'
//   node tools/stand-in/steps.mjs expect outcome=success deleted-count=33 backups=7
//   node tools/stand-in/steps.mjs stop
//
// `start` prints PORTAL_URL and PORTAL_PID, which the other verbs read from the environment. `expect` compares the portal,
// OUTCOME and OUTPUTS with the expected values.

import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeBackups, makeId, SCHEDULE } from './records.mjs';

/**
 * @typedef {object} ShortOptions
 * @property {number} [backups] how many, one every 20 hours, all old
 * @property {boolean} [fresh] one more that was made an hour ago
 * @property {number} [dumps] like `backups`
 * @property {boolean} [schedule]
 */

/** @typedef {Omit<import('./options.mjs').PortalOptions, keyof ShortOptions> & ShortOptions} ResetOptions */

/**
 * Starts a portal that outlives this process. It is detached because a runner ends the processes of a finished step.
 * @returns {Promise<{ url: string, pid: number }>}
 */
export async function startPortalProcess() {
  const script = fileURLToPath(new URL('serve.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', text => resolve(/http:\S+/.exec(text)?.[0]));
    child.on('error', reject).on('exit', code => reject(new Error(`The stand-in portal ended: ${code}`)));
  });
  child.stdout.destroy();
  child.unref();
  return { url, pid: child.pid ?? 0 };
}

/**
 * Resets the portal. By default it accepts only the token `sk-end-to-end`.
 * @param {string} url @param {ResetOptions} options
 */
export async function resetPortal(url, { backups = 0, fresh = false, dumps = 0, schedule = false, ...rest }) {
  const [newest] = makeBackups(1);
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  /** @type {import('./options.mjs').PortalOptions} */
  const options = {
    token: 'sk-end-to-end',
    standalone: true,
    backups: [
      ...(fresh ? [{ ...newest, id: makeId(0), createdOn: anHourAgo }] : []),
      ...makeBackups(backups, { everyHours: 20 }),
    ],
    // A DELETE by id looks in the portal's own history first, so dumps need other ids.
    dumps: makeBackups(dumps, { everyHours: 20 }).map(dump => ({ ...dump, id: dump.id.replace('0', 'd') })),
    schedule: schedule ? SCHEDULE : null,
    ...rest,
  };
  await control(url, { method: 'POST', body: JSON.stringify(options) });
}

/** The portal's state under the names of `expect`. @param {string} url @returns {Promise<Record<string, string>>} */
export async function readPortal(url) {
  /** @type {{ requests: string[], history: { own: unknown[], dumps: unknown[] }, schedule: { own?: unknown } }} */
  const { requests, history, schedule } = await control(url);
  return {
    requests: summarize(requests),
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

/** Counts equal requests in a row: `GET getbackupschedule, 33 DELETE deletebackup/{id}`. @param {string[]} requests */
function summarize(requests) {
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

/** Describes each difference in a line. @param {Record<string, string>} expected @param {Record<string, string>} found */
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
    process.kill(Number(PORTAL_PID)); // the shell's own kill uses other ids on Windows
  } else if (verb === 'reset') {
    await resetPortal(PORTAL_URL, JSON.parse(args[0] ?? '{}'));
  } else if (verb === 'expect') {
    const expected = Object.fromEntries(args.map(arg => arg.split(/=(.*)/s)));
    const found = { outcome: OUTCOME, ...JSON.parse(OUTPUTS), ...(await readPortal(PORTAL_URL)) };
    const wrong = differences(expected, found);
    for (const line of wrong) console.log(`::error title=Not as expected::${line}`);
    if (wrong.length === 0) console.log(`As expected: ${Object.keys(expected).join(', ')}`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } else {
    throw new Error(`Unknown verb: ${verb}`);
  }
}
