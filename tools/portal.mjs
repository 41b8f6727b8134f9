// A stand-in for a DocSpace portal: a real HTTP server that answers the backup API as DocSpace-server v3.7.2 does,
// with a switch for each error and fault. For the tests, `npm start`, the benchmark and the end-to-end workflow.
//
//   node tools/portal.mjs --port 8080 --backups 40
//
// serves http://127.0.0.1:8080 until it is killed. `GET /_stand-in` there tells what it saw and what it holds;
// `POST /_stand-in` with a JSON object of PortalOptions starts it afresh.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

/**
 * A record of the history, as the API sends it. Tests put anything in here.
 * @typedef {{ id: string, fileName: string, storageType: number, createdOn: string, expiresOn: string }} BackupRecord
 */

/**
 * What goes wrong, on requests whose `METHOD name` matches `on`. Those of `times` are used up one by one.
 * @typedef {object} Fault
 * @property {FaultKind} kind
 * @property {string} [on] a regular expression; without it, every request
 * @property {number} [times] without it, for ever
 * @property {number} [skip] requests that match and go well before the first that does not
 * @property {string} [retryAfter] the header of that name
 * @property {string} [location] where a redirect points to
 * @property {number} [status] of a `status` fault
 * @property {string} [body] of a `status` fault; of a `raw` one, all that goes over the wire
 * @property {string} [type] the content type of a `status` fault
 * @property {Record<string, string>} [headers] more headers
 * @property {number} [ms] how long something takes
 */

/**
 * @typedef {'reset' | 'reset-after' | 'hang' | 'cut' | 'stall' | 'drip' | 'gzip' | 'huge' | 'not-http' | 'raw'
 *   | 'status' | 'slow-delete' | 'slow' | keyof typeof ERRORS} FaultKind
 */

/**
 * @typedef {object} PortalOptions
 * @property {unknown[]} [backups] the portal's own history
 * @property {unknown[]} [dumps] the server-wide dumps
 * @property {object | null} [schedule] the portal's own schedule
 * @property {object | null} [dumpSchedule] the schedule of the dumps
 * @property {boolean} [standalone] self-hosted: the only kind that has dumps
 * @property {boolean} [old] a server before 3.1: ignores `Dump`, refuses API keys
 * @property {'Owner' | 'DocSpaceAdmin' | 'User'} [role] of the token's user
 * @property {string[]} [scopes] of the API key; none listed: all
 * @property {string} [token] the only token that is accepted; without it, any that is well formed
 * @property {boolean} [zulu] times end in `Z`, as PostgreSQL portals send them
 * @property {string[]} [stuck] ids whose deletion is reported and does not happen
 * @property {string[]} [locked] ids whose deletion is an HTTP 500 and does not happen
 * @property {string[]} [broken] ids whose deletion is an HTTP 500 and happens all the same
 * @property {boolean} [stuckSchedule] deleting the schedule is reported and does not happen
 * @property {unknown[]} [madeMeanwhile] backups that are made while the history is being deleted
 * @property {boolean} [closes] each answer ends its connection
 * @property {number} [latencyMs] how long each answer takes, from the request's arrival
 * @property {Fault[]} [faults]
 */

/** @typedef {{ method: string, path: string, headers: import('node:http').IncomingHttpHeaders, body: string, connection: number }} SeenRequest */

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MOST_CHANGES_AT_ONCE = 15;

const problem = (/** @type {number} */ status, /** @type {string} */ title) =>
  answer(
    status,
    JSON.stringify({ type: 'about:blank', title, status }),
    'application/problem+json; charset=utf-8',
  );
const failure = (/** @type {number} */ status, /** @type {string} */ message) =>
  answer(
    status,
    JSON.stringify({
      error: {
        message,
        type: 'System.Exception',
        stack: '   at ASC.Secret.Internals() in /src/Secret.cs:line 42',
        hresult: -2146233088,
      },
      status: 1,
      statusCode: status,
    }),
  );
const page = (/** @type {number} */ status) =>
  answer(
    status,
    `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
    'text/html',
  );

/** The errors that the server, or what stands before it, answers with. */
const ERRORS = {
  unauthorized: answer(401, ''),
  'no-scope': answer(403, ''),
  'access-denied': failure(403, 'Access denied'),
  'portal-busy': problem(403, 'Portal is being restored'),
  'ip-blocked': answer(403, 'Your IP is restricted', 'text/plain'),
  suspended: problem(404, 'Portal is suspended'),
  'not-found': answer(404, ''),
  unpaid: problem(402, 'Payment required'),
  quota: failure(402, 'Quota exceeded'),
  'bad-request': answer(
    400,
    JSON.stringify({
      response: {
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: { Dump: ["The value 'abc' is not valid."] },
      },
      count: 1,
      status: 1,
      statusCode: 400,
    }),
  ),
  'wrong-verb': answer(405, ''),
  'rate-limit': answer(429, ''),
  'server-error': failure(500, 'The server could not process the request'),
  'bad-gateway': page(502),
  unavailable: page(503),
  'gateway-timeout': page(504),
  redirect: answer(301, '', 'text/html'),
  'web-client': answer(
    200,
    '<!doctype html><html><head><title>DocSpace</title></head><body></body></html>',
    'text/html',
  ),
  created: answer(201, envelope(true)),
  'no-content': answer(204, ''),
  'says-false': answer(200, envelope(false)),
  'says-status-1': answer(200, envelope(true).replace('"status":0', '"status":1')),
  'says-nothing': answer(200, envelope(undefined)),
  'says-text': answer(200, envelope('true')),
  empty: answer(200, ''),
  'not-json': answer(200, '{"response":true,'),
  'json-null': answer(200, 'null'),
};

/** @param {number} status @param {string} body */
function answer(status, body, type = 'application/json; charset=utf-8') {
  return { status, body, type };
}

/** The API's envelope around a `response`. @param {unknown} response */
function envelope(response) {
  const count = Array.isArray(response) ? response.length : response === undefined ? 0 : 1;
  return JSON.stringify({ response, count, links: [], status: 0, statusCode: 200 });
}

/**
 * Backups at a steady pace, the newest one first dated at 02:15 on the day given.
 * @param {number} number
 * @param {{ newest?: string, everyHours?: number, storageType?: number }} [options]
 * @returns {BackupRecord[]}
 */
export function makeBackups(number, { newest = '2026-03-31', everyHours = 24, storageType = 3 } = {}) {
  const start = Date.parse(`${newest}T02:15:00Z`);
  return Array.from({ length: number }, (_, index) => {
    const createdOn = new Date(start - index * everyHours * 3_600_000).toISOString().slice(0, 19);
    return {
      id: makeId(index + 1),
      fileName: `alias_${createdOn.slice(0, 10)}_05-15-00.tar.gz`,
      storageType,
      createdOn,
      expiresOn: '0001-01-01T00:00:00',
    };
  });
}

/** A GUID that tells its number. @param {number} number */
export function makeId(number) {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A schedule as the API sends it: weekly, on day 2, at 5. */
export const SCHEDULE = {
  storageType: 0,
  storageParams: { folderId: '123', secretKey: 'storage-params-are-secret' },
  cronParams: { period: 1, hour: 5, day: 2 },
  backupsStored: 7,
  lastBackupTime: '0001-01-01T00:00:00',
  dump: false,
};

/** What the portal holds and has seen. */
class State {
  /** @type {SeenRequest[]} */
  requests = [];
  /** The most deletions that were under way at once. */
  mostAtOnce = 0;
  /** @type {Set<string>} */
  deletedIds = new Set();
  connections = 0;

  /** @param {PortalOptions} options */
  constructor(options) {
    this.options = options;
    this.history = { own: [...(options.backups ?? [])], dumps: [...(options.dumps ?? [])] };
    this.schedule = { own: options.schedule ?? undefined, dumps: options.dumpSchedule ?? undefined };
    this.faults = (options.faults ?? []).map(fault => ({ ...fault }));
  }
}

/**
 * Starts a portal on a free port of 127.0.0.1, or of `[::1]`.
 * @param {PortalOptions & { port?: number, host?: '127.0.0.1' | '::1', tls?: { key: string | Buffer, cert: string | Buffer } }} [options]
 */
export async function startPortal({ port = 0, host = '127.0.0.1', tls, ...options } = {}) {
  let state = new State(options);
  let changesUnderWay = 0;

  /** @type {import('node:http').RequestListener} */
  const listener = async (request, response) => {
    const arrived = performance.now();
    const body = await readBody(request);
    const path = request.url ?? '';
    if (path === '/_stand-in') return void control(request.method, body, response);

    const current = state;
    const method = request.method ?? '';
    const { remotePort = 0 } = request.socket;
    current.requests.push({ method, path, headers: request.headers, body, connection: remotePort });
    if (method !== 'GET') changesUnderWay++;
    current.mostAtOnce = Math.max(current.mostAtOnce, changesUnderWay);
    if (current.options.closes) response.setHeader('connection', 'close');
    const due = arrived + (current.options.latencyMs ?? 0);
    try {
      const result =
        changesUnderWay > MOST_CHANGES_AT_ONCE && method !== 'GET' ? ERRORS['rate-limit'] : undefined;
      await respond(current, request, response, due, result);
    } catch (error) {
      // Whoever asked must not wait for an answer that will not come.
      response.destroy();
      throw error;
    } finally {
      if (method !== 'GET') changesUnderWay--;
    }
  };

  /** @param {string | undefined} method @param {string} body @param {import('node:http').ServerResponse} response */
  function control(method, body, response) {
    if (method === 'POST') state = new State(JSON.parse(body || '{}'));
    const { requests, history, schedule, deletedIds } = state;
    const seen = requests.map(({ method, path }) => `${method} ${path}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ requests: seen, history, schedule, deletedIds: [...deletedIds] }));
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  server.on(tls ? 'secureConnection' : 'connection', () => state.connections++);
  await new Promise(resolve => server.listen(port, host, () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The portal has no port');

  return {
    url: `${tls ? 'https://localhost' : `http://${host === '::1' ? '[::1]' : host}`}:${address.port}`,
    port: address.port,
    get state() {
      return state;
    },
    /** What it saw: `METHOD /path?query`, in order. */
    get seen() {
      return state.requests.map(({ method, path }) => `${method} ${path}`);
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** The body of a request; looked for only where there is one, for that is a tenth of the work. @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const { headers } = request;
  if (!headers['content-length'] && !headers['transfer-encoding']) return '';
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * Answers one request, well or with the fault that is due.
 * @param {State} state
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} due when, by `performance.now()`
 * @param {ReturnType<typeof answer> | undefined} early an answer that is certain already
 */
async function respond(state, request, response, due, early) {
  const fault = nextFault(state, `${request.method} ${request.url?.replace('/api/2.0/backup/', '')}`);
  const { socket } = response;
  if (!fault) {
    const result = early ?? handle(state, request);
    await sleepUntil(due);
    return send(response, result);
  }
  await sleepUntil(due);
  switch (fault.kind) {
    case 'reset':
      return void socket?.resetAndDestroy();
    case 'reset-after':
      handle(state, request);
      return void socket?.resetAndDestroy();
    case 'hang':
      return;
    case 'not-http':
      return void socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
    case 'raw':
      return void socket?.end(fault.body ?? '');
    case 'slow':
      await sleep(fault.ms ?? 1000);
      return send(response, handle(state, request));
    case 'cut':
    case 'stall': {
      const { status, body, type } = handle(state, request);
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)));
      if (fault.kind === 'cut') setTimeout(() => socket?.destroy(), 20);
      return;
    }
    case 'drip': {
      const { status, body, type } = handle(state, request);
      response.writeHead(status, { 'content-type': type });
      for (const letter of body) {
        if (response.destroyed) return;
        response.write(letter);
        await sleep(fault.ms ?? 100);
      }
      return void response.end();
    }
    case 'gzip': {
      const { status, body, type } = handle(state, request);
      response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' });
      return void response.end(gzipSync(body));
    }
    case 'huge': {
      response.writeHead(fault.status ?? 200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(1024 * 1024, ' ');
      for (let sent = 0; sent < 200 && !response.destroyed; sent++) {
        if (!response.write(piece)) await room(response);
      }
      return void response.end('{}');
    }
    case 'slow-delete':
      // nginx gives up on it; the server behind does not notice.
      void deleteSlowly(state, request, fault.ms ?? 100);
      return send(response, ERRORS['gateway-timeout']);
    case 'status':
      return send(response, answer(fault.status ?? 200, fault.body ?? '', fault.type), fault);
    default:
      return send(response, ERRORS[fault.kind], fault);
  }
}

/** @param {State} state @param {string} what */
function nextFault(state, what) {
  const fault = state.faults.find(({ on, times }) => (times ?? 1) > 0 && new RegExp(on ?? '').test(what));
  if (!fault) return undefined;
  if (fault.skip) {
    fault.skip--;
    return undefined;
  }
  if (fault.times !== undefined) fault.times--;
  return fault;
}

/** @param {import('node:http').ServerResponse} response @param {ReturnType<typeof answer>} answer @param {Partial<Fault>} [fault] */
function send(response, { status, body, type }, { retryAfter, location, headers } = {}) {
  response.writeHead(status, {
    ...(body === '' ? {} : { 'content-type': type }),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(location === undefined ? {} : { location }),
    ...headers,
    ...(status === 429 ? { 'x-ratelimit-limit': '15', 'x-ratelimit-remaining': '0' } : {}),
  });
  response.end(status === 204 ? undefined : body);
}

/**
 * A history goes backup by backup; anything else at one stroke, in the end.
 * @param {State} state @param {import('node:http').IncomingMessage} request @param {number} ms
 */
async function deleteSlowly(state, request, ms) {
  const store = storeOf(request);
  if (!request.url?.includes('deletebackuphistory')) {
    await sleep(ms);
    handle(state, request);
    return;
  }
  for (const record of [...state.history[store]]) {
    await sleep(ms);
    remove(state, record);
  }
}

/** @param {import('node:http').IncomingMessage} request @returns {'own' | 'dumps'} */
function storeOf(request) {
  return /[?&]dump=true/i.test(request.url ?? '') ? 'dumps' : 'own';
}

/** @param {State} state @param {import('node:http').IncomingMessage} request */
function handle(state, request) {
  const { options } = state;
  const url = new URL(request.url ?? '', 'http://portal.example');
  const [, name = '', id] =
    /^\/api\/2\.0\/(?:backup|portal)\/([a-z]+)(?:\/([^/]*))?$/i.exec(url.pathname) ?? [];
  const isRead = name.startsWith('get');
  if (
    ![
      'deletebackupschedule',
      'deletebackuphistory',
      'deletebackup',
      'getbackuphistory',
      'getbackupschedule',
    ].includes(name)
  ) {
    return ERRORS['web-client'];
  }
  const refused = refuse(options, request.headers.authorization, isRead);
  if (refused) return refused;
  if (request.method !== (isRead ? 'GET' : 'DELETE')) return ERRORS['wrong-verb'];
  if (name === 'deletebackup') return deleteOne(state, id ?? '');

  const dump = [...url.searchParams].find(([key]) => key.toLowerCase() === 'dump')?.[1] ?? 'false';
  if (!/^(true|false)$/i.test(dump)) return ERRORS['bad-request'];
  const store = dump.toLowerCase() === 'true' && !options.old ? 'dumps' : 'own';
  if (store === 'dumps' && !options.standalone) return ERRORS['access-denied'];
  return answer(200, envelope(call(state, name, store)));
}

/** @param {State} state @param {string} name @param {'own' | 'dumps'} store */
function call(state, name, store) {
  switch (name) {
    case 'getbackuphistory':
      return state.history[store].map(record => inServerForm(record, state.options.zulu ?? false));
    case 'getbackupschedule':
      return state.schedule[store];
    case 'deletebackupschedule':
      if (!state.options.stuckSchedule) state.schedule[store] = undefined;
      return true;
    default:
      for (const record of [...state.history[store]]) remove(state, record);
      state.history[store].push(...(state.options.madeMeanwhile ?? []));
      return true;
  }
}

/** @param {State} state @param {string} id */
function deleteOne(state, id) {
  if (!GUID.test(id)) return ERRORS['not-found'];
  const hasId = (/** @type {unknown} */ record) => idOf(record) === id;
  const record = state.history.own.findLast(hasId) ?? state.history.dumps.findLast(hasId);
  if (!record) return state.deletedIds.has(id) ? answer(200, envelope(true)) : ERRORS['server-error'];
  if (state.options.locked?.includes(id)) return ERRORS['server-error'];
  remove(state, record);
  return state.options.broken?.includes(id) ? ERRORS['server-error'] : answer(200, envelope(true));
}

/** @param {State} state @param {unknown} record */
function remove(state, record) {
  const id = idOf(record);
  if (state.options.stuck?.includes(id) || state.options.locked?.includes(id)) return;
  for (const records of [state.history.own, state.history.dumps]) {
    // From the end, where the oldest are, which go first: the stand-in must not slow down with the number of backups.
    const at = records.lastIndexOf(record);
    if (at < 0) continue;
    records.splice(at, 1);
    state.deletedIds.add(id);
  }
}

/** @param {unknown} record */
function idOf(record) {
  if (typeof record !== 'object' || record === null || !('id' in record)) return '';
  return typeof record.id === 'string' ? record.id : '';
}

/** @param {unknown} record @param {boolean} zulu */
function inServerForm(record, zulu) {
  if (!zulu || typeof record !== 'object' || record === null) return record;
  const withZ = (/** @type {[string, unknown]} */ [key, value]) => [
    key,
    key.endsWith('On') ? `${value}Z` : value,
  ];
  return Object.fromEntries(Object.entries(record).map(withZ));
}

/**
 * Who may do what. An API key needs `Bearer ` and exactly one space; other tokens go with or without.
 * @param {PortalOptions} options @param {string | undefined} authorization @param {boolean} isRead
 */
function refuse({ old, role = 'Owner', scopes = [], token }, authorization, isRead) {
  const value = /^(?:Bearer |Basic )?(\S+)$/.exec(authorization ?? '')?.[1];
  const isKey = value?.startsWith('sk-') ?? false;
  if (value === undefined || (token !== undefined && value !== token)) return ERRORS.unauthorized;
  if (isKey && (old || !authorization?.startsWith('Bearer '))) return ERRORS.unauthorized;
  const needed = isRead ? ['*:read', '*:write'] : ['*:write'];
  if (isKey && scopes.length > 0 && !scopes.some(scope => needed.includes(scope))) return ERRORS['no-scope'];
  return role === 'User' ? ERRORS['access-denied'] : undefined;
}

/** Waits until a response takes more, or is over. @param {import('node:http').ServerResponse} response */
async function room(response) {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(
    () => undefined,
  );
  done.abort();
}

/** A timer fires up to this much late. */
const TIMER_SLACK_MS = 2;

/** Those who wait for the next few milliseconds to pass. @type {{ time: number, wake: (value?: undefined) => void }[]} */
let waiting = [];

/**
 * Waits until a time of `performance.now()`: by a timer as far as one can be trusted, then by turns of the event loop. Else a
 * benchmark would take the lateness of this process's timers for the portal's latency.
 * @param {number} time
 */
async function sleepUntil(time) {
  const ms = time - performance.now() - TIMER_SLACK_MS;
  if (ms > 0) await sleep(ms);
  if (performance.now() >= time) return;
  await new Promise(wake => {
    if (waiting.push({ time, wake }) === 1) setImmediate(watchClock);
  });
}

/** One for all who wait: each by itself would make more garbage than all of the portal's answers. */
function watchClock() {
  const now = performance.now();
  for (const { time, wake } of waiting) if (time <= now) wake();
  waiting = waiting.filter(({ time }) => time > now);
  if (waiting.length > 0) setImmediate(watchClock);
}

/** Waits, without keeping a process alive whose portal is closed. @param {number} ms */
function sleep(ms) {
  return new Promise(resolve => setTimeout(resolve, ms).unref());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, backups: { type: 'string', default: '40' } },
  });
  const backups = makeBackups(Number(values.backups), { everyHours: 20 });
  const portal = await startPortal({
    port: Number(values.port),
    backups,
    schedule: SCHEDULE,
    standalone: true,
  });
  process.stdout.write(`The stand-in portal listens at ${portal.url}\n`);
}
