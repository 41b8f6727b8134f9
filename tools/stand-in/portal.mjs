// A stand-in for a DocSpace portal: a real HTTP server that answers the backup API as DocSpace-server v3.7.2 does,
// with a switch for each error and fault. For the tests, `npm start`, the benchmark and the end-to-end workflow.

import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { ANSWERS, answer, envelope, page, rateLimited } from './answers.mjs';
import { preciseClock } from './clock.mjs';
import { answerOf, nextFault, send, sendHuge, spoil } from './faults.mjs';
import { State } from './state.mjs';

export { makeBackups, makeId, SCHEDULE } from './records.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('./clock.mjs').Clock} Clock */
/** @typedef {import('./faults.mjs').Fault} Fault */
/** @typedef {import('./faults.mjs').FaultKind} FaultKind */
/** @typedef {import('./records.mjs').BackupRecord} BackupRecord */

/**
 * How the deletion of a file fails: with this status in the `error` form. `times`: so often, then it works; without it,
 * for ever. 404 means that the folder is not there, and so no file is left.
 * @typedef {{ status: number, message?: string, times?: number }} FileError
 */

/**
 * How a storage fails. Each refused deletion of a file answers `error` (default 500) and leaves its record removed.
 * @typedef {object} StorageBehavior
 * @property {number} [maxConcurrent] file deletions beyond this many at once are refused
 * @property {number} [cooldownMs] after each refusal, every deletion is refused for this long
 * @property {number} [failsFrom] every file deletion from this one on is refused, counted from 1
 * @property {number | FileError} [error]
 * @property {number} [dropsAfterBurstMs] a listing within this time after a file deletion drops the storage's other
 *   records for ever
 */

/**
 * How much a portal admits. By default 15 deletions and 50 GETs at once, and as many a minute as there are.
 * @typedef {object} Limits
 * @property {number} [perMinute] requests that are admitted within 60 s, counted from the first of them
 * @property {number} [deletesAtOnce]
 * @property {number} [getsAtOnce]
 * @property {boolean} [resetHeader] a refusal has `X-RateLimit-Reset`: the seconds until the 60 s are over, else 1
 * @property {boolean | string} [retryAfter] a refusal has `Retry-After`: likewise, or this text
 */

/**
 * What the portal says of the key that it is asked with. `permissions`: those of `scopes`, unless given.
 * @typedef {{ permissions?: string[], expiresAt?: string, isActive?: boolean, [more: string]: unknown }} KeyDetails
 */

/**
 * What another backend of the portal answers in place of the first: the listings or the requests of the backup API with
 * these numbers, counted from 1.
 * @typedef {{ listings?: number[], requests?: number[], backups: unknown[], dumps?: unknown[] }} Backend
 */

/**
 * @typedef {object} PortalOptions
 * @property {unknown[]} [backups] the portal's own history
 * @property {unknown[]} [dumps] the server-wide dumps
 * @property {object | null} [schedule] the portal's own schedule
 * @property {object | null} [dumpSchedule] the schedule of the dumps
 * @property {boolean} [standalone] self-hosted: the only kind that has dumps
 * @property {boolean} [old] a server before 3.1: ignores `Dump`, refuses API keys
 * @property {boolean} [ignoresDumpIds] 3.1.0 and 3.1.1: deleting a dump by its id is reported and does not happen
 * @property {'Owner' | 'DocSpaceAdmin' | 'User'} [role] of the token's user
 * @property {string[]} [scopes] of the API key; none listed: all
 * @property {KeyDetails | 'absent'} [key] what `keys/@self` says; `absent`: an older portal, which does not have it
 * @property {string} [token] the only token that is accepted; without it, any that is well formed
 * @property {boolean} [zulu] times end in `Z`, as PostgreSQL portals send them
 * @property {string[]} [stuck] ids whose deletion is reported and does not happen
 * @property {string[]} [locked] ids whose deletion is an HTTP 500 and does not happen; the record stays
 * @property {string[]} [broken] ids whose file cannot be deleted, with an HTTP 500, and whose record goes
 * @property {Record<string, number | FileError>} [fileErrors] likewise, by id (`*`: each), with a status or more
 * @property {Record<string, number | FileError>} [storageErrors] likewise, by the number of the storage type
 * @property {Record<string, StorageBehavior>} [storages] by the number of the storage type; `*`: every other
 * @property {string[]} [foreign] ids of another portal of the same server: `true`, and nothing is done
 * @property {string[] | Record<string, number>} [vanishing] ids that the listing drops for ever: from the second listing
 *   on, or from the one with this number
 * @property {string[]} [unlisted] ids of `backups` that no listing shows, and that `deletebackuphistory` deletes
 * @property {number} [lagMs] a listing still shows what was removed less than this before
 * @property {number} [total] the `total` of a listing's envelope
 * @property {boolean} [nginx] `false`: the community image, whose nginx has no rule for the word `feed`
 * @property {Backend[]} [backends]
 * @property {boolean} [stuckSchedule] deleting the schedule is reported and does not happen
 * @property {unknown[]} [madeMeanwhile] backups that are made while the history is being deleted
 * @property {boolean} [closes] each answer ends its connection
 * @property {number} [latencyMs] how long each answer takes, from the request's arrival; the work is done at once
 * @property {number} [markMs] how long it takes to mark a record as removed
 * @property {number | Record<string, number>} [deleteMs] how long each file takes after that; by id (`*`: the rest)
 * @property {number} [listingMs] how long a listing takes
 * @property {number} [listingMsPerRecord] and how much longer for each record
 * @property {{ ms: number, status?: number }} [gateway] what stands in front gives up after `ms`, with 504 or `status`,
 *   and the portal goes on
 * @property {Limits} [limits]
 * @property {Fault[]} [faults]
 */

/** @typedef {Awaited<ReturnType<typeof startPortal>>} Portal */

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CALLS = [
  'deletebackupschedule',
  'deletebackuphistory',
  'deletebackup',
  'getbackuphistory',
  'getbackupschedule',
];
const MINUTE_MS = 60_000;

/** A request and its answer. */
export class Exchange {
  /** The answer will not come, or not its rest. */
  hangs = false;
  /** The portal goes on with it after the answer, or after the client has hung up. */
  goesOn = false;
  waits = 0;

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response @param {Clock} clock */
  constructor(request, response, clock) {
    this.request = request;
    this.response = response;
    this.clock = clock;
  }

  /** Whether it waits for time to pass, or for nothing at all. */
  get isParked() {
    return !this.response.writableEnded && (this.hangs || this.waits > 0);
  }

  /** Waits by the portal's clock. @param {number} ms */
  async pause(ms) {
    if (ms <= 0) return;
    this.waits++;
    await new Promise(resolve => {
      this.clock.after(ms, () => {
        this.waits--;
        resolve(undefined);
      });
    });
  }
}

/** How many requests are under way, and how many were admitted within the last minute. */
class Admission {
  #deletes = 0;
  #gets = 0;
  #admitted = 0;
  #windowEnds = Number.NEGATIVE_INFINITY;

  /**
   * Admits a request, or refuses it: nothing is queued.
   * @param {State} state @param {boolean} isRead
   * @returns {Answer | undefined} the refusal
   */
  refuse(state, isRead) {
    const { perMinute, deletesAtOnce = 15, getsAtOnce = 50, ...headers } = state.options.limits ?? {};
    const now = state.clock.now();
    if (now >= this.#windowEnds) {
      this.#admitted = 0;
      this.#windowEnds = now + MINUTE_MS;
    }
    if (perMinute !== undefined && this.#admitted >= perMinute) {
      return refuseFor(perMinute, Math.ceil((this.#windowEnds - now) / 1000));
    }
    const [underWay, most] = isRead ? [this.#gets, getsAtOnce] : [this.#deletes, deletesAtOnce];
    if (underWay >= most) return refuseFor(most, 1);
    this.#admitted++;
    if (isRead) this.#gets++;
    else this.#deletes++;
    if (isRead) state.maxConcurrentGets = Math.max(state.maxConcurrentGets, this.#gets);
    return undefined;

    /** @param {number} limit @param {number} seconds */
    function refuseFor(limit, seconds) {
      state.refused++;
      const { resetHeader, retryAfter } = headers;
      return rateLimited(limit, {
        ...(resetHeader ? { 'X-RateLimit-Reset': String(seconds) } : {}),
        ...(retryAfter ? { 'Retry-After': retryAfter === true ? String(seconds) : retryAfter } : {}),
      });
    }
  }

  /** @param {boolean} isRead */
  leave(isRead) {
    if (isRead) this.#gets--;
    else this.#deletes--;
  }
}

/**
 * Starts a portal on a free port of 127.0.0.1, or of `[::1]`.
 * @param {PortalOptions & {
 *   port?: number,
 *   host?: '127.0.0.1' | '::1',
 *   tls?: { key: string | Buffer, cert: string | Buffer },
 *   clock?: Clock,
 * }} [options]
 */
export async function startPortal({
  port = 0,
  host = '127.0.0.1',
  tls,
  clock = preciseClock,
  ...options
} = {}) {
  let state = new State(options, clock);
  let admission = new Admission();
  /** The open connections, by the client's port. @type {Map<number, { socket: import('node:net').Socket, exchange?: Exchange }>} */
  const links = new Map();

  /** @type {import('node:http').RequestListener} */
  const listener = async (request, response) => {
    const exchange = new Exchange(request, response, clock);
    const { remotePort = 0 } = request.socket;
    const link = links.get(remotePort);
    if (link) link.exchange = exchange;
    const arrived = clock.now();
    const body = await readBody(request);
    const path = request.url ?? '';
    if (path === '/_stand-in') return void control(request.method, body, response);

    const current = state;
    const method = request.method ?? '';
    current.requests.push({ method, path, headers: request.headers, body, connection: remotePort });
    if (current.options.closes) response.setHeader('connection', 'close');
    const key = keyOf(path);
    if (method !== 'GET') current.begin(key, exchange);
    const call = new Call(current, admission, exchange, arrived, key);
    try {
      await serve(call);
    } catch (error) {
      // Whoever asked must not wait for an answer that will not come.
      response.destroy();
      throw error;
    } finally {
      if (!exchange.goesOn) current.end(key, exchange, call.isDone);
    }
  };

  /** @param {string | undefined} method @param {string} body @param {import('node:http').ServerResponse} response */
  function control(method, body, response) {
    if (method === 'POST') {
      state = new State(JSON.parse(body || '{}'), clock);
      admission = new Admission();
    }
    const { seen, history, schedule, deletedIds, filesLeft } = state;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ requests: seen, history, schedule, deletedIds: [...deletedIds], filesLeft }),
    );
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  // By real time, which is not the portal's: a connection that ends while a client takes it up would be a fault by chance.
  server.keepAliveTimeout = 0;
  server.on(tls ? 'secureConnection' : 'connection', socket => {
    state.connections++;
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    links.set(remotePort, { socket });
    socket.on('close', () => {
      if (links.get(remotePort)?.socket === socket) links.delete(remotePort);
    });
  });
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The portal has no port');

  return {
    url: `${tls ? 'https://localhost' : `http://${host === '::1' ? '[::1]' : host}`}:${address.port}`,
    port: address.port,
    /** For a clock that is turned by hand, which must know who waits for it. */
    links,
    get state() {
      return state;
    },
    /** What it saw of the backup API: `METHOD /path?query`, in order. `state.requests` has the rest too. */
    get seen() {
      return state.seen;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** What a DELETE is for: the id of a backup, or a path. @param {string} path */
function keyOf(path) {
  return (/\/deletebackup\/([^/?]*)/i.exec(path)?.[1] ?? path).toLowerCase();
}

/** The body of a request; looked for only where there is one, for that is a tenth of the work. @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const { headers } = request;
  if (!headers['content-length'] && !headers['transfer-encoding']) return '';
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A request to the portal, and all that belongs to it. */
class Call {
  /** The portal has done it, or says so. An error is the word on one request: others for the same backup may go on. */
  isDone = false;

  /** @param {State} state @param {Admission} admission @param {Exchange} exchange @param {number} arrived @param {string} key */
  constructor(state, admission, exchange, arrived, key) {
    this.state = state;
    this.admission = admission;
    this.exchange = exchange;
    this.arrived = arrived;
    this.key = key;
    this.isRead = exchange.request.method === 'GET';
  }

  /** @param {number} ms */
  pause = ms => this.exchange.pause(ms);

  /** Waits until the answer is due. */
  async latency() {
    const { latencyMs } = this.state.options;
    if (latencyMs) await this.pause(this.arrived + latencyMs - this.state.clock.now());
  }

  /**
   * Carries it out, whoever waits for it.
   * @param {number} [moreMs] how much longer it takes, or each record of a history
   * @returns {Promise<Answer>}
   */
  async carryOut(moreMs = 0) {
    const { state, admission, isRead, pause } = this;
    const { request } = this.exchange;
    const early = route(state, request) ?? admission.refuse(state, isRead);
    if (early) return early;
    try {
      const result = await handle(state, request, pause, moreMs);
      this.isDone = isDone(result);
      await this.latency();
      return result;
    } finally {
      admission.leave(isRead);
    }
  }

  /** Lets the portal go on without anybody waiting for it. @param {Promise<unknown>} work */
  goOn(work) {
    const { state, key, exchange } = this;
    exchange.goesOn = true;
    void work.then(() => state.end(key, exchange, this.isDone));
  }
}

/** Whether an answer says that nothing is left to do. @param {Answer} answer */
function isDone({ status, body }) {
  return (
    (status === 200 && /"response":true.*"status":0/.test(body)) ||
    (status === 404 && /^\{"error":.*"status":1,"statusCode":404\}$/.test(body))
  );
}

/**
 * Answers one request, well or with the fault that is due.
 * @param {Call} call
 */
async function serve(call) {
  const { state, exchange, pause } = call;
  const { request, response } = exchange;
  const what = `${request.method} ${request.url?.replace('/api/2.0/backup/', '')}`;
  const fault = nextFault(state.faults, what);
  if (!fault) {
    const { gateway } = state.options;
    const work = call.carryOut();
    const result = gateway ? await within(gateway.ms, work, state.clock, exchange) : await work;
    if (!result) call.goOn(work);
    return send(response, result ?? page(gateway?.status ?? 504));
  }

  if (fault.delayMs) await pause(fault.delayMs);
  const { kind, ms } = fault;
  const early = answerOf(fault);
  if (early) {
    await call.latency();
    call.isDone = isDone(early);
    return send(response, early);
  }
  switch (kind) {
    case 'reset':
      await call.latency();
      return void response.socket?.resetAndDestroy();
    case 'lost-before':
      await call.latency();
      return void response.socket?.destroy();
    case 'not-http':
      return void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
    case 'raw':
      await call.latency();
      return void response.socket?.end(fault.body ?? '');
    case 'huge':
      return sendHuge(response, fault.status ?? 200);
    case 'hang':
      exchange.hangs = true;
      // Without a time: as far as anybody can tell, the portal is still at it.
      call.goOn(ms === undefined ? new Promise(() => undefined) : pause(ms).then(() => call.carryOut()));
      return;
    case 'slow-delete':
      call.goOn(call.carryOut(ms ?? 100));
      return send(response, page(fault.status ?? 504));
    default: {
      if (kind === 'slow') await pause(ms ?? 1000);
      return spoil(exchange, await call.carryOut(), fault);
    }
  }
}

/**
 * The answer, if it is there in time.
 * @param {number} ms @param {Promise<Answer>} work @param {Clock} clock @param {Exchange} exchange
 */
async function within(ms, work, clock, exchange) {
  exchange.waits++;
  let cancel = () => {};
  const end = new Promise(resolve => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  const result = await Promise.race([work, /** @type {Promise<undefined>} */ (end)]);
  cancel();
  exchange.waits--;
  return result;
}

/**
 * What is certain before the portal does anything: no such name, the wrong verb, no right to do it.
 * @param {State} state @param {import('node:http').IncomingMessage} request
 * @returns {Answer | undefined}
 */
function route({ options }, { url = '', method, headers }) {
  const [pathname = ''] = url.split('?');
  const [, base = '', rest = ''] = /^\/api\/2\.0\/(backup|portal)\/(.*)$/i.exec(pathname) ?? [];
  const [name = '', id, ...more] = rest.split('/');
  const isRead = name.toLowerCase().startsWith('get');
  if (!/^\/api\/2\.0(\/|$)/.test(pathname)) return method === 'GET' ? ANSWERS['web-client'] : page(405);
  if (/^\/api\/2\.0\/keys\/@self$/i.test(pathname)) {
    if (options.key === 'absent' || options.old) return page(404);
    if (method !== 'GET') return ANSWERS['wrong-verb'];
    return headers.authorization?.startsWith('Bearer sk-')
      ? refuse(options, headers.authorization)
      : ANSWERS.unauthorized;
  }
  const takesId = name.toLowerCase() === 'deletebackup';
  const isKnown = CALLS.includes(name.toLowerCase()) && more.length === 0 && takesId === (id !== undefined);
  if (!isKnown) return base.toLowerCase() === 'backup' ? ANSWERS['not-found'] : page(404);
  if (takesId && !GUID.test(id ?? '')) return ANSWERS['not-found'];
  if (method !== (isRead ? 'GET' : 'DELETE')) return ANSWERS['wrong-verb'];
  return refuse(options, headers.authorization, isRead ? ['*', '*:read', '*:write'] : ['*', '*:write']);
}

/**
 * Who may do what. An API key needs `Bearer ` and exactly one space; other tokens go with or without.
 * @param {PortalOptions} options @param {string | undefined} authorization
 * @param {string[]} [needed] the scopes of which one is needed; without it, none is, nor a role
 */
function refuse({ old, role = 'Owner', scopes, key, token }, authorization, needed) {
  const value = /^(?:Bearer |Basic )?(\S+)$/.exec(authorization ?? '')?.[1];
  const isKey = value?.startsWith('sk-') ?? false;
  if (value === undefined || (token !== undefined && value !== token)) return ANSWERS.unauthorized;
  if (isKey && (old || !authorization?.startsWith('Bearer '))) return ANSWERS.unauthorized;
  if (!needed) return undefined;
  const granted = scopes ?? (key === 'absent' ? undefined : key?.permissions) ?? [];
  if (isKey && granted.length > 0 && !granted.some(scope => needed.includes(scope)))
    return ANSWERS['no-scope'];
  return role === 'User' ? ANSWERS['access-denied'] : undefined;
}

/**
 * What an admitted request does.
 * @param {State} state @param {import('node:http').IncomingMessage} request
 * @param {import('./state.mjs').Pause} pause @param {number} moreMs
 * @returns {Promise<Answer>}
 */
async function handle(state, request, pause, moreMs) {
  const { options } = state;
  const url = new URL(request.url ?? '', `http://${request.headers.host ?? 'portal.example'}`);
  const link = { href: url.href, action: request.method ?? '' };
  const [name = '', id = ''] = url.pathname.split('/').slice(4);
  if (url.pathname.toLowerCase().includes('/keys/')) return answer(200, envelope(describeKey(state), link));
  if (name.toLowerCase() === 'deletebackup') {
    if (moreMs > 0) await pause(moreMs);
    return state.deleteOne(id, pause);
  }

  const dump = [...url.searchParams].find(([key]) => key.toLowerCase() === 'dump')?.[1] ?? 'false';
  if (!/^(true|false)$/i.test(dump)) return ANSWERS['bad-request'];
  const store = dump.toLowerCase() === 'true' && !options.old ? 'dumps' : 'own';
  if (store === 'dumps' && !options.standalone) return ANSWERS['access-denied'];
  return answer(200, envelope(await operate(), link));

  function operate() {
    switch (name.toLowerCase()) {
      case 'getbackuphistory':
        return state.list(store, pause);
      case 'getbackupschedule':
        return state.schedule[store];
      case 'deletebackupschedule':
        return pause(moreMs).then(() => state.deleteSchedule(store));
      case 'deletebackuphistory':
        return state.deleteHistory(store, pause, moreMs);
      default:
        throw new Error(`The stand-in does not know ${name}`);
    }
  }
}

/** The key that asks, with two fields that must never be printed. @param {State} state */
function describeKey({ options, clock }) {
  const details = options.key === 'absent' ? {} : options.key;
  return {
    id: '5e1f0000-0000-4000-8000-000000000001',
    name: 'Backup cleanup',
    key: 'sk-the-key-itself-is-secret',
    keyPostfix: 'cret',
    permissions: options.scopes ?? [],
    lastUsed: new Date(clock.date()).toISOString(),
    createOn: '2026-01-01T00:00:00.0000000Z',
    createBy: { id: '5e1f0000-0000-4000-8000-000000000002', displayName: 'the-maker-is-secret' },
    isActive: true,
    ...details,
  };
}
