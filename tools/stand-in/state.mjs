// What the portal holds, what it has seen, and what its API does with the backups.

import { ANSWERS, answer, envelope, errorForm, page } from './answers.mjs';
import { idOf, storageTypeOf, withZulu } from './records.mjs';
import { Storages } from './storages.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('./exchange.mjs').Exchange} Exchange */
/** @typedef {import('./options.mjs').PortalOptions} PortalOptions */
/** @typedef {'own' | 'dumps'} Store */
/** @typedef {Record<Store, unknown[]>} History */
/**
 * @typedef {object} SeenRequest
 * @property {string} method
 * @property {string} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 * @property {number} connection the number of its connection: a client may use the port of an ended one again
 */

/** The part of an exchange that the work needs. @typedef {Pick<Exchange, 'pause'> & Partial<Pick<Exchange, 'extraMs' | 'keepsFile'>>} Work */

const MESSAGES = new Map([
  [400, 'The account of this storage is disconnected'],
  [403, 'Access denied'],
  [404, 'The required folder was not found'],
]);

export class State {
  /** All requests, also to other APIs. @type {SeenRequest[]} */
  requests = [];
  connections = 0;
  /** The most backups that were being deleted at once, also after the client had hung up. */
  maxConcurrent = 0;
  /** The same for requests: two for one backup count twice. */
  maxConcurrentRequests = 0;
  maxConcurrentGets = 0;
  /** How many requests the rate limits refused. */
  refused = 0;
  /** How many file deletions were refused by `storages`. */
  refusedByStorage = 0;
  /** Backups whose record was removed by a DELETE. @type {Set<string>} */
  deletedIds = new Set();
  /** Backups whose record was dropped by a listing. @type {Set<string>} */
  vanishedIds = new Set();
  /** Backups whose file exists, with or without a record. @type {Set<string>} */
  files = new Set();
  /** The portal's audit trail. @type {string[]} */
  audit = [];
  /** How many listings were asked for. */
  listings = 0;

  /** The backups that are being deleted, and the requests for each. @type {Map<string, Set<Exchange>>} */
  #running = new Map();
  #runningRequests = 0;
  /** @type {Map<string, string>} */
  #storageTypes = new Map();
  /** How often each file could not be deleted. @type {Map<string, number>} */
  #failures = new Map();
  /** Records that listings still show. @type {{ record: unknown, store: Store, removedAt: number }[]} */
  #lagging = [];

  /** @param {PortalOptions} options @param {import('./clock.mjs').Clock} clock */
  constructor(options, clock) {
    this.options = options;
    this.clock = clock;
    this.storages = new Storages(options, clock);
    /** @type {History} */
    this.history = { own: [...(options.backups ?? [])], dumps: [...(options.dumps ?? [])] };
    this.backends = (options.backends ?? []).map(({ backups, dumps = [], ...when }) => {
      return { ...when, history: { own: [...backups], dumps: [...dumps] } };
    });
    this.schedule = { own: options.schedule ?? undefined, dumps: options.dumpSchedule ?? undefined };
    this.faults = (options.faults ?? []).map(fault => ({ ...fault }));
    for (const { own, dumps } of [this.history, ...this.backends.map(({ history }) => history)]) {
      for (const record of [...own, ...dumps]) this.#addFile(record);
    }
  }

  /** @param {unknown} record */
  #addFile(record) {
    const id = idOf(record);
    if (id === '') return;
    this.files.add(id);
    this.#storageTypes.set(id, storageTypeOf(record));
  }

  /** Backups whose file exists without a record. */
  get filesLeft() {
    const gone = new Set([...this.deletedIds, ...this.vanishedIds]);
    return [...gone].filter(id => this.files.has(id));
  }

  /** The requests to the backup API: `METHOD /path?query`. */
  get seen() {
    const requests = this.requests.filter(({ path }) => !path.includes('/keys/'));
    return requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Counts a request that deletes. @param {Exchange} exchange */
  begin(exchange) {
    const requests = this.#running.get(exchange.target) ?? new Set();
    this.#running.set(exchange.target, requests.add(exchange));
    this.#runningRequests++;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.#running.size);
    this.maxConcurrentRequests = Math.max(this.maxConcurrentRequests, this.#runningRequests);
  }

  /** When the portal has finished, earlier requests for the same backup are over too. @param {Exchange} exchange */
  end(exchange) {
    const { target, isDone } = exchange;
    this.storages.end(exchange);
    const requests = this.#running.get(target);
    if (!requests?.has(exchange)) return;
    this.#runningRequests -= isDone ? requests.size : 1;
    requests.delete(exchange);
    if (isDone || requests.size === 0) this.#running.delete(target);
  }

  /** The history of the backend that answers. @param {boolean} isListing */
  #historyNow(isListing) {
    if (isListing) this.listings++;
    if (this.backends.length === 0) return this.history;
    const number = this.seen.length;
    const backend = this.backends.find(({ listings, requests }) => {
      return (isListing && listings?.includes(this.listings)) || requests?.includes(number);
    });
    return backend?.history ?? this.history;
  }

  /** @param {Store} store @param {Work} work */
  async list(store, work) {
    const { lagMs = 0, listingMs = 0, listingMsPerRecord = 0, unlisted, zulu } = this.options;
    const history = this.#historyNow(true);
    for (const record of history[store].filter(record => this.#vanishesNow(record))) {
      history[store].splice(history[store].lastIndexOf(record), 1);
      this.vanishedIds.add(idOf(record));
    }
    const listed = history[store].filter(record => !unlisted?.includes(idOf(record)));
    const now = this.clock.monotonicMs();
    this.#lagging = this.#lagging.filter(({ removedAt }) => removedAt + lagMs > now);
    if (history === this.history) {
      listed.push(...this.#lagging.filter(entry => entry.store === store).map(({ record }) => record));
    }
    await work.pause(listingMs + listingMsPerRecord * listed.length);
    return zulu ? listed.map(withZulu) : listed;
  }

  /** @param {unknown} record */
  #vanishesNow(record) {
    const { vanishing = [] } = this.options;
    const id = idOf(record);
    if (this.storages.dropsRecords(storageTypeOf(record))) return true;
    if (Array.isArray(vanishing)) return this.listings > 1 && vanishing.includes(id);
    return this.listings >= (vanishing[id] ?? Number.POSITIVE_INFINITY);
  }

  /** @param {Store} store @param {Work} work */
  async deleteSchedule(store, work) {
    await work.pause(work.extraMs ?? 0);
    this.audit.push('schedule deleted');
    if (!this.options.stuckSchedule) this.schedule[store] = undefined;
    return true;
  }

  /** Deletes record by record, and ignores files that fail. @param {Store} store @param {Work} work */
  async deleteHistory(store, work) {
    const history = this.#historyNow(false);
    for (const record of [...history[store]]) {
      await work.pause(work.extraMs ?? 0);
      await this.#remove(history, record, work);
      this.storages.end(work);
    }
    for (const record of this.options.madeMeanwhile ?? []) {
      history[store].push(record);
      this.#addFile(record);
    }
    return true;
  }

  /** @param {string} given @param {Work} work @returns {Promise<Answer>} */
  async deleteOne(given, work) {
    await work.pause(work.extraMs ?? 0);
    const id = given.toLowerCase();
    const { foreign, ignoresDumpIds, locked } = this.options;
    const href = `https://portal.example/api/2.0/backup/deletebackup/${id}`;
    const done = answer(200, envelope(true, { href, action: 'DELETE' }));
    const history = this.#historyNow(false);
    const hasId = (/** @type {unknown} */ record) => idOf(record).toLowerCase() === id;
    const own = history.own.findLast(hasId);
    const record = own ?? history.dumps.findLast(hasId);
    if (record && locked?.includes(idOf(record))) return ANSWERS['server-error'];
    if (record && !own && ignoresDumpIds) return done;
    if (record) return (await this.#remove(history, record, work)) ?? done;
    if (this.deletedIds.has(id) || this.vanishedIds.has(id))
      return (await this.#deleteFile(id, work)) ?? done;
    return foreign?.includes(id) ? done : ANSWERS['server-error'];
  }

  /**
   * Removes the record first, then the file.
   * @param {History} history @param {unknown} record @param {Work} work
   * @returns {Promise<Answer | undefined>} the error, if any
   */
  async #remove(history, record, work) {
    const { stuck, locked, markMs = 0, lagMs } = this.options;
    const id = idOf(record);
    if (stuck?.includes(id) || locked?.includes(id)) return undefined;
    await work.pause(markMs);
    for (const store of /** @type {const} */ (['own', 'dumps'])) {
      // The oldest are last and go first, so this stays fast with many backups.
      const index = history[store].lastIndexOf(record);
      if (index < 0) continue;
      history[store].splice(index, 1);
      this.deletedIds.add(id);
      if (lagMs) this.#lagging.push({ record, store, removedAt: this.clock.monotonicMs() });
    }
    return this.#deleteFile(id, work);
  }

  /** @param {string} id @param {Work} work @returns {Promise<Answer | undefined>} the error, if any */
  async #deleteFile(id, work) {
    if (work.keepsFile) return page(502);
    const { deleteMs = 0 } = this.options;
    const type = this.#storageTypes.get(id) ?? '';
    const refusal = await this.storages.start(type, work);
    await work.pause(typeof deleteMs === 'number' ? deleteMs : (deleteMs[id] ?? deleteMs['*'] ?? 0));
    this.storages.touch(type);
    const error = refusal ?? (this.files.has(id) ? this.#fileErrorOf(id, type) : undefined);
    const failures = this.#failures.get(id) ?? 0;
    const { status, message, times } = typeof error === 'object' ? error : { status: error ?? 0 };
    const succeeds = status === 0 || (times !== undefined && failures >= times);
    // A 404 says that the folder does not exist, so the file does not either.
    if (succeeds || status === 404) this.files.delete(id);
    if (succeeds) return undefined;
    if (refusal) this.refusedByStorage++;
    this.#failures.set(id, failures + 1);
    return errorForm(status, message ?? MESSAGES.get(status));
  }

  /** @param {string} id @param {string} type */
  #fileErrorOf(id, type) {
    const { fileErrors = {}, storageErrors = {}, broken } = this.options;
    const error = fileErrors[id] ?? fileErrors['*'] ?? storageErrors[type];
    return error ?? (broken?.includes(id) ? 500 : undefined);
  }

  /** The key of the request, with two fields that the action must not print. */
  describeKey() {
    const { key, scopes = [] } = this.options;
    return {
      id: '5e1f0000-0000-4000-8000-000000000001',
      name: 'Backup cleanup',
      key: 'sk-the-key-itself-is-secret',
      keyPostfix: 'cret',
      permissions: scopes,
      lastUsed: new Date(this.clock.epochMs()).toISOString(),
      createOn: '2026-01-01T00:00:00.0000000Z',
      createBy: { id: '5e1f0000-0000-4000-8000-000000000002', displayName: 'the-maker-is-secret' },
      isActive: true,
      ...(key === 'absent' ? {} : key),
    };
  }
}
