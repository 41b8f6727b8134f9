// Storages that refuse to delete files.

/** @typedef {import('./options.mjs').PortalOptions} PortalOptions */
/** @typedef {import('./options.mjs').FileError} FileError */

/** One storage. A request identifies a running deletion: it deletes one file at a time. */
class Storage {
  attempts = 0;
  lastUsedAt = Number.NEGATIVE_INFINITY;
  coolsUntil = Number.NEGATIVE_INFINITY;
  /** @type {Set<object>} */
  running = new Set();
}

export class Storages {
  /** @type {Map<string, Storage>} */
  #storages = new Map();

  /** @param {PortalOptions} options @param {import('./clock.mjs').Clock} clock */
  constructor(options, clock) {
    this.options = options;
    this.clock = clock;
  }

  /** @param {string} type */
  #behaviorOf(type) {
    const { storages = {} } = this.options;
    return storages[type] ?? storages['*'];
  }

  /**
   * Starts to delete a file. The deletion runs until `end`.
   * @param {string} type @param {object} request
   * @returns {Promise<number | FileError | undefined>} the error, if the storage refuses
   */
  async start(type, request) {
    const behavior = this.#behaviorOf(type);
    if (!behavior) return undefined;
    const { maxConcurrent = Number.POSITIVE_INFINITY, failsFrom = Number.POSITIVE_INFINITY } = behavior;
    const { cooldownMs = 0, error = 500 } = behavior;
    const storage = this.#storages.get(type) ?? new Storage();
    this.#storages.set(type, storage);
    const now = this.clock.monotonicMs();
    storage.lastUsedAt = now;
    storage.attempts++;
    const { attempts, coolsUntil, running } = storage;
    const isRefused = now < coolsUntil || attempts >= failsFrom || running.size >= maxConcurrent;
    if (isRefused) storage.coolsUntil = now + cooldownMs;
    else storage.running.add(request);
    // Requests that arrived together must meet here, even when a deletion takes no time.
    await new Promise(resolve => setImmediate(resolve));
    return isRefused ? error : undefined;
  }

  /** @param {string} type */
  touch(type) {
    const storage = this.#storages.get(type);
    if (storage) storage.lastUsedAt = this.clock.monotonicMs();
  }

  /** @param {object} request */
  end(request) {
    for (const { running } of this.#storages.values()) running.delete(request);
  }

  /** Whether a listing now drops the records of this storage. @param {string} type */
  dropsRecords(type) {
    const { dropsAfterBurstMs = 0 } = this.#behaviorOf(type) ?? {};
    const { lastUsedAt } = this.#storages.get(type) ?? new Storage();
    return this.clock.monotonicMs() - lastUsedAt < dropsAfterBurstMs;
  }
}
