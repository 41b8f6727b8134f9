// What the portal holds and has seen, and what its API does with it.

import { ANSWERS, answer, envelope, errorForm } from './answers.mjs';
import { idOf, storageTypeOf, withZulu } from './records.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('./portal.mjs').PortalOptions} PortalOptions */
/** @typedef {import('./portal.mjs').FileError} FileError */
/** @typedef {import('./portal.mjs').Exchange} Exchange */
/** @typedef {'own' | 'dumps'} Store */
/** @typedef {Record<Store, unknown[]>} History */
/** @typedef {(ms: number) => Promise<void>} Pause */

/** @typedef {{ method: string, path: string, headers: import('node:http').IncomingHttpHeaders, body: string, connection: number }} SeenRequest */

const MESSAGES = new Map([
  [400, 'The account of this storage is disconnected'],
  [403, 'Access denied'],
  [404, 'The required folder was not found'],
]);

export class State {
  /** All of them, those outside the backup API too. @type {SeenRequest[]} */
  requests = [];
  connections = 0;
  /** The most backups that were under deletion at once, also for clients that had hung up. */
  maxConcurrent = 0;
  /** The most deletions under way at once; a repetition for the same backup counts. */
  maxConcurrentRequests = 0;
  /** The most GETs under way at once. */
  maxConcurrentGets = 0;
  /** How many requests the portal's own limits refused. */
  refused = 0;
  /** How many file deletions a storage refused by its `StorageBehavior`. */
  refusedByStorage = 0;
  /** Ids whose record a DELETE has removed. @type {Set<string>} */
  deletedIds = new Set();
  /** Ids whose record a listing has dropped. @type {Set<string>} */
  vanishedIds = new Set();
  /** Ids whose file is there, whether or not their record is. @type {Set<string>} */
  files = new Set();
  /** What the portal's audit trail holds. @type {string[]} */
  audit = [];
  /** Listings that were answered. */
  listings = 0;

  /** What is being deleted, and by which requests. @type {Map<string, Set<Exchange>>} */
  #underWay = new Map();
  #requestsUnderWay = 0;
  /** The storage type of each file. @type {Map<string, string>} */
  #typeOf = new Map();
  /** How often the deletion of a file has failed. @type {Map<string, number>} */
  #failures = new Map();
  /** Records that were removed a short time ago. @type {{ record: unknown, store: Store, at: number }[]} */
  #lately = [];

  /** @param {PortalOptions} options @param {import('./clock.mjs').Clock} clock */
  constructor(options, clock) {
    this.options = options;
    this.clock = clock;
    /** @type {History} */
    this.history = { own: [...(options.backups ?? [])], dumps: [...(options.dumps ?? [])] };
    this.backends = (options.backends ?? []).map(({ backups, dumps = [], ...when }) => ({
      ...when,
      history: { own: [...backups], dumps: [...dumps] },
    }));
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
    this.#typeOf.set(id, storageTypeOf(record));
  }

  /** Ids whose record is gone and whose file is not. */
  get filesLeft() {
    const gone = [...this.deletedIds, ...this.vanishedIds];
    return gone.filter(id => this.files.has(id));
  }

  /** What it saw of the backup API: `METHOD /path?query`, in order. */
  get seen() {
    return this.requests
      .filter(({ path }) => !path.includes('/keys/'))
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** Takes down that something is being deleted. @param {string} key @param {Exchange} exchange */
  begin(key, exchange) {
    const those = this.#underWay.get(key);
    if (those) those.add(exchange);
    else this.#underWay.set(key, new Set([exchange]));
    this.#requestsUnderWay++;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.#underWay.size);
    this.maxConcurrentRequests = Math.max(this.maxConcurrentRequests, this.#requestsUnderWay);
  }

  /**
   * Takes down that a request is over. When the portal has carried it out, the backup is not under deletion any more,
   * whatever became of earlier requests for it.
   * @param {string} key @param {Exchange} exchange @param {boolean} isDone
   */
  end(key, exchange, isDone) {
    const those = this.#underWay.get(key);
    if (!those?.has(exchange)) return;
    this.#requestsUnderWay -= isDone ? those.size : 1;
    those.delete(exchange);
    if (isDone || those.size === 0) this.#underWay.delete(key);
  }

  /** The history that answers: the portal's own or, for some requests, another backend's. @param {boolean} isListing */
  #historyNow(isListing) {
    if (isListing) this.listings++;
    if (this.backends.length === 0) return this.history;
    const number = this.seen.length;
    const backend = this.backends.find(
      ({ listings = [], requests = [] }) =>
        (isListing && listings.includes(this.listings)) || requests.includes(number),
    );
    return backend?.history ?? this.history;
  }

  /** @param {Store} store @param {Pause} pause */
  async list(store, pause) {
    const { options } = this;
    const history = this.#historyNow(true);
    for (const record of history[store].filter(record => this.#vanishesNow(idOf(record)))) {
      history[store].splice(history[store].lastIndexOf(record), 1);
      this.vanishedIds.add(idOf(record));
    }
    const listed = history[store].filter(record => !options.unlisted?.includes(idOf(record)));
    const since = this.clock.now() - (options.lagMs ?? 0);
    this.#lately = this.#lately.filter(({ at }) => at > since);
    if (history === this.history) {
      listed.push(...this.#lately.filter(entry => entry.store === store).map(({ record }) => record));
    }
    const ms = (options.listingMs ?? 0) + (options.listingMsPerRecord ?? 0) * listed.length;
    if (ms > 0) await pause(ms);
    return options.zulu ? listed.map(withZulu) : listed;
  }

  /** @param {string} id */
  #vanishesNow(id) {
    const { vanishing = [] } = this.options;
    if (Array.isArray(vanishing)) return this.listings > 1 && vanishing.includes(id);
    return this.listings >= (vanishing[id] ?? Number.POSITIVE_INFINITY);
  }

  /** @param {Store} store */
  deleteSchedule(store) {
    this.audit.push('schedule deleted');
    if (!this.options.stuckSchedule) this.schedule[store] = undefined;
    return true;
  }

  /**
   * Goes through the history record by record. That a file cannot be deleted is swallowed.
   * @param {Store} store @param {Pause} pause @param {number} [moreMs] how much longer each record takes
   */
  async deleteHistory(store, pause, moreMs = 0) {
    const history = this.#historyNow(false);
    for (const record of [...history[store]]) {
      if (moreMs > 0) await pause(moreMs);
      await this.#remove(history, record, pause);
    }
    for (const record of this.options.madeMeanwhile ?? []) {
      history[store].push(record);
      this.#addFile(record);
    }
    return true;
  }

  /**
   * One backup: its record first, then its file.
   * @param {string} given @param {Pause} pause
   * @returns {Promise<Answer>}
   */
  async deleteOne(given, pause) {
    const id = given.toLowerCase();
    const { foreign, ignoresDumpIds, locked } = this.options;
    const done = answer(200, envelope(true, { href: hrefOf(id), action: 'DELETE' }));
    const history = this.#historyNow(false);
    const hasId = (/** @type {unknown} */ record) => idOf(record).toLowerCase() === id;
    const own = history.own.findLast(hasId);
    const record = own ?? history.dumps.findLast(hasId);
    if (record && locked?.includes(idOf(record))) return ANSWERS['server-error'];
    if (record && !own && ignoresDumpIds) return done;
    if (record) return (await this.#remove(history, record, pause)) ?? done;
    if (this.deletedIds.has(id) || this.vanishedIds.has(id))
      return (await this.#deleteFile(id, pause)) ?? done;
    return foreign?.includes(id) ? done : ANSWERS['server-error'];
  }

  /**
   * @param {History} history @param {unknown} record @param {Pause} pause
   * @returns {Promise<Answer | undefined>} the error, if any
   */
  async #remove(history, record, pause) {
    const { options } = this;
    const id = idOf(record);
    if (options.stuck?.includes(id) || options.locked?.includes(id)) return undefined;
    if (options.markMs) await pause(options.markMs);
    for (const store of /** @type {const} */ (['own', 'dumps'])) {
      // From the end, where the oldest are, which go first: the stand-in must not slow down with the number of backups.
      const at = history[store].lastIndexOf(record);
      if (at < 0) continue;
      history[store].splice(at, 1);
      this.deletedIds.add(id);
      if (options.lagMs) this.#lately.push({ record, store, at: this.clock.now() });
    }
    return this.#deleteFile(id, pause);
  }

  /**
   * Deletes a file, or fails to.
   * @param {string} id @param {Pause} pause
   * @returns {Promise<Answer | undefined>}
   */
  async #deleteFile(id, pause) {
    const { deleteMs = 0 } = this.options;
    const ms = typeof deleteMs === 'number' ? deleteMs : (deleteMs[id] ?? deleteMs['*'] ?? 0);
    if (ms > 0) await pause(ms);
    if (!this.files.has(id)) return undefined;
    const error = this.#fileErrorOf(id);
    const failures = this.#failures.get(id) ?? 0;
    if (!error || failures >= (error.times ?? Number.POSITIVE_INFINITY)) {
      this.files.delete(id);
      return undefined;
    }
    this.#failures.set(id, failures + 1);
    // Its folder is not there: there is no file either.
    if (error.status === 404) this.files.delete(id);
    return errorForm(
      error.status,
      error.message ?? MESSAGES.get(error.status) ?? 'The server could not process the request',
    );
  }

  /** @param {string} id @returns {FileError | undefined} */
  #fileErrorOf(id) {
    const { fileErrors = {}, storageErrors = {}, broken } = this.options;
    const type = this.#typeOf.get(id) ?? '';
    const error =
      fileErrors[id] ?? fileErrors['*'] ?? storageErrors[type] ?? (broken?.includes(id) ? 500 : undefined);
    return typeof error === 'number' ? { status: error } : error;
  }
}

/** @param {string} id */
function hrefOf(id) {
  return `https://portal.example/api/2.0/backup/deletebackup/${id}`;
}
