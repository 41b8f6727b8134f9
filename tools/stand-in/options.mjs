// What a stand-in portal can be told to do.

/** @typedef {import('./faults.mjs').Fault} Fault */

/**
 * How the deletion of a file fails: with this status in the `error` form, `times` times for each file, or always. A 404
 * means that the folder does not exist, so no file is left.
 * @typedef {{ status: number, message?: string, times?: number }} FileError
 */

/**
 * When a storage refuses to delete files. A refusal answers with `error` (default 500); the record is already gone.
 * @typedef {object} StorageBehavior
 * @property {number} [maxConcurrent] refuses more deletions than this at once
 * @property {number} [cooldownMs] refuses every deletion for this long after each refusal
 * @property {number} [failsFrom] refuses every deletion from this one on, counted from 1
 * @property {number | FileError} [error]
 * @property {number} [dropsAfterBurstMs] a listing less than this after a deletion drops the storage's other records
 */

/**
 * How many requests a portal admits.
 * @typedef {object} Limits
 * @property {number} [perMinute] in 60 s from the first one; default unlimited
 * @property {number} [deletesAtOnce] default 15
 * @property {number} [getsAtOnce] default 50
 * @property {boolean} [resetHeader] a refusal has `X-RateLimit-Reset`: the seconds that are left of the 60, or 1
 * @property {boolean | string} [retryAfter] a refusal has `Retry-After`: the same, or this text
 */

/**
 * What `keys/@self` says of the key. `permissions` are `scopes` by default.
 * @typedef {{ permissions?: string[], expiresAt?: string, isActive?: boolean, [more: string]: unknown }} KeyDetails
 */

/**
 * Another backend with its own history. It answers the listings, or the requests to the backup API, with these numbers,
 * counted from 1.
 * @typedef {{ listings?: number[], requests?: number[], backups: unknown[], dumps?: unknown[] }} Backend
 */

/**
 * @typedef {object} PortalOptions
 * @property {unknown[]} [backups] the portal's own history
 * @property {unknown[]} [dumps] the server-wide dumps
 * @property {object | null} [schedule] the portal's own schedule
 * @property {object | null} [dumpSchedule] the schedule of the dumps
 * @property {boolean} [standalone] self-hosted: only these portals have dumps
 * @property {boolean} [old] a server before 3.1: ignores `Dump` and refuses API keys
 * @property {boolean} [ignoresDumpIds] as in 3.1.0 and 3.1.1: deleting a dump by id answers `true` and does nothing
 * @property {'Owner' | 'DocSpaceAdmin' | 'User'} [role] of the token's user
 * @property {string[]} [scopes] of the API key; none: all
 * @property {KeyDetails | 'absent'} [key] `absent`: an older portal without `keys/@self`
 * @property {string} [token] the only accepted token; by default any well-formed one is accepted
 * @property {boolean} [zulu] times end in `Z`, as on PostgreSQL
 * @property {boolean} [nginx] false: the community image, whose nginx has no rule for `feed`
 * @property {number} [total] in the envelope of listings
 * @property {string[]} [stuck] ids whose deletion answers `true` and does nothing
 * @property {string[]} [locked] ids whose deletion answers 500 and does nothing
 * @property {string[]} [broken] ids whose record is removed and whose file fails with 500
 * @property {Record<string, number | FileError>} [fileErrors] files that fail, by id; `*`: all others
 * @property {Record<string, number | FileError>} [storageErrors] files that fail, by the number of the storage type
 * @property {Record<string, StorageBehavior>} [storages] by the number of the storage type; `*`: each of the others
 * @property {string[]} [foreign] ids of another portal on the server: deletion answers `true` and does nothing
 * @property {string[] | Record<string, number>} [vanishing] ids that the second listing, or the one with this number,
 *   drops for good
 * @property {string[]} [unlisted] ids of `backups` that no listing shows but `deletebackuphistory` deletes
 * @property {number} [lagMs] listings show removed records for this long
 * @property {Backend[]} [backends]
 * @property {boolean} [stuckSchedule] deleting the schedule answers `true` and does nothing
 * @property {unknown[]} [madeMeanwhile] backups that are made while the history is being deleted
 * @property {boolean} [closes] each answer closes its connection
 * @property {number} [latencyMs] delays each answer, but not the work
 * @property {number} [markMs] how long it takes to remove a record
 * @property {number | Record<string, number>} [deleteMs] how long it then takes to delete the file, also by id (`*`: all
 *   others)
 * @property {number} [listingMs] how long a listing takes
 * @property {number} [listingMsPerRecord] how much longer it takes for each record
 * @property {{ ms: number, status?: number }} [gateway] answers 504, or `status`, after `ms`; the portal goes on
 * @property {Limits} [limits]
 * @property {Fault[]} [faults]
 */

export {};
