import * as core from '@actions/core';
import { Failure } from './failure.js';
import {
  type BackupId,
  parseBackupId,
  parseStorageType,
  STORAGE_TYPES,
  type StorageType,
} from './records.js';
import { type Duration, NO_RULE, PERIODS, type Policy } from './retention.js';
import { quoted } from './text.js';

export const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'] as const;
export type Operation = (typeof OPERATIONS)[number];

interface CommonInputs {
  portalUrl: URL;
  /** The value of the `Authorization` header. */
  authorization: string;
  /** `undefined`: not said. */
  dump: boolean | undefined;
  dryRun: boolean;
  /** Attempts after the first. */
  retries: number;
  timeoutSeconds: number;
}

/** What one operation needs beside that. `undefined`: no limit, or all storage types. */
export type OperationInputs =
  | { operation: 'delete-schedule'; verify: boolean }
  | { operation: 'delete-history'; verify: boolean; maxDeletions: number | undefined }
  | { operation: 'delete-backups'; ids: ReadonlySet<BackupId>; maxDeletions: number | undefined }
  | {
      operation: 'prune-history';
      policy: Policy;
      storageTypes: ReadonlySet<StorageType> | undefined;
      maxDeletions: number | undefined;
    };

export type Inputs = CommonInputs & OperationInputs;

/** Every input that has a default, and it; the same stand in action.yml. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'dry-run': 'false',
  verify: 'true',
  retries: '3',
  'timeout-seconds': '300',
  'allow-http': 'false',
  summary: 'true',
};

/** The inputs that belong to some operations, and to which. */
const BELONGS_TO: Readonly<Record<string, readonly Operation[]>> = {
  'backup-ids': ['delete-backups'],
  ...Object.fromEntries([...PERIODS, 'within'].map(rule => [`keep-${rule}`, ['prune-history']])),
  'storage-types': ['prune-history'],
  'max-deletions': ['delete-history', 'delete-backups', 'prune-history'],
  verify: ['delete-schedule', 'delete-history'],
};

const INPUTS: readonly string[] = [
  ...['operation', 'portal-url', 'token', 'dump'],
  ...Object.keys({ ...BELONGS_TO, ...DEFAULTS }),
];

/** The part of the token that must never be printed, in whatever form it was given; empty where there is none. */
export function readSecret(): string {
  return core.getInput('token').replace(/^(bearer|basic)\s+/i, '');
}

/** Whether a boolean input says so, for what has to be known even if another input, or this one, is refused. */
export function says(name: 'dry-run' | 'summary', value: 'true' | 'false'): boolean {
  return read(name).toLowerCase() === value;
}

/**
 * Reads and checks all inputs. An empty one means its default, because `${{ inputs.x }}` is empty on `schedule`.
 * @throws Failure for the first that cannot be used as it stands, naming it, its value and what is allowed
 */
export function readInputs(): Inputs {
  refuseUnknownInputs();
  const operation = OPERATIONS.find(name => name === read('operation'));
  if (!operation) throw refusal('operation', OPERATIONS.join(', '));
  refuseForeignInputs(operation);

  const authorization = readAuthorization();
  const dump = read('dump') === '' ? undefined : readBoolean('dump');
  if (dump && !authorization.startsWith('Bearer sk-')) {
    throw new Failure(
      'dump: true needs an API key (sk-…) as token: a portal too old for keys would ignore dump and delete its own backups.',
    );
  }
  const dryRun = readBoolean('dry-run');
  // What it says was looked at before; here it is checked.
  readBoolean('summary');
  return {
    portalUrl: readPortalUrl(),
    authorization,
    dump,
    dryRun,
    retries: readNumber('retries'),
    timeoutSeconds: readNumber('timeout-seconds', 1),
    ...readOperationInputs(operation, dryRun),
  };
}

function readOperationInputs(operation: Operation, dryRun: boolean): OperationInputs {
  const verify = readBoolean('verify');
  const maxDeletions = read('max-deletions') === '' ? undefined : readNumber('max-deletions');
  switch (operation) {
    case 'delete-schedule':
      return { operation, verify: verify || dryRun };
    case 'delete-history':
      if (maxDeletions !== undefined && !verify) {
        throw new Failure('max-deletions does not go with verify: false, which counts nothing.');
      }
      return { operation, verify: verify || dryRun, maxDeletions };
    case 'delete-backups':
      return { operation, ids: readList('backup-ids', parseBackupId, 'GUIDs'), maxDeletions };
    case 'prune-history':
      return { operation, policy: readPolicy(), storageTypes: readStorageTypes(), maxDeletions };
  }
}

/** The value of an input, or its default where it is empty. */
function read(name: string): string {
  return core.getInput(name) || (DEFAULTS[name] ?? '');
}

function refusal(name: string, allowed: string, value = read(name)): Failure {
  return new Failure(`${name} cannot be ${quoted(value, readSecret())}. Allowed: ${allowed}.`);
}

/** The runner only warns of an input that does not exist; here, `dryrun: true` must not become a real run. */
function refuseUnknownInputs(): void {
  for (const [variable, value] of Object.entries(process.env)) {
    const name = variable.replace(/^INPUT_/, '').toLowerCase();
    if (!variable.startsWith('INPUT_') || INPUTS.includes(name) || !value) continue;
    throw new Failure(
      `There is no input ${quoted(name, readSecret())}. The inputs are: ${INPUTS.join(', ')}.`,
    );
  }
}

/** `keep-last` beside `delete-history` must never delete everything. */
function refuseForeignInputs(operation: Operation): void {
  for (const [name, operations] of Object.entries(BELONGS_TO)) {
    const isDefault = name === 'verify' ? readBoolean(name) : read(name) === '';
    if (isDefault || operations.includes(operation)) continue;
    throw new Failure(
      `${name} does not belong to ${operation}, but to ${operations.join(', ')}. Leave it out.`,
    );
  }
}

/** Reads what `core.getBooleanInput` accepts. */
function readBoolean(name: string): boolean {
  if (!/^(true|True|TRUE|false|False|FALSE)$/.test(read(name))) throw refusal(name, 'true, false');
  return read(name).toLowerCase() === 'true';
}

function readNumber(name: string, least = 0): number {
  const number = parseNumber(read(name));
  if (number === undefined || number < least) throw refusal(name, `a whole number from ${least}, in digits`);
  return number;
}

/** ASCII digits alone, and no more than a number can hold exactly: `3x`, `-1` and `1e3` are none. */
function parseNumber(text: string): number | undefined {
  const number = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Reads a list separated by white space or commas. */
function readList<T>(name: string, parse: (text: string) => T | undefined, allowed: string): ReadonlySet<T> {
  const items = read(name)
    .split(/[\s,]/)
    .filter(item => item !== '');
  if (items.length === 0) throw refusal(name, `${allowed}, at least one`);
  return new Set(
    items.map(item => {
      const value = parse(item);
      if (value === undefined) throw refusal(name, `${allowed}, separated by spaces or commas`, item);
      return value;
    }),
  );
}

function readStorageTypes(): ReadonlySet<StorageType> | undefined {
  if (read('storage-types') === '') return undefined;
  const allowed = STORAGE_TYPES.map((name, number) => `${name} (${number})`).join(', ');
  return readList('storage-types', parseStorageType, allowed);
}

/** Scheme, host and port alone: a path would go unused, and credentials would end up in logs. */
function readPortalUrl(): URL {
  const text = read('portal-url');
  const expected =
    'a URL such as https://portal.example, without path, query, fragment, user name or password';
  if (!/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(text) || !URL.canParse(text)) {
    // What stands before an @, or after these signs, may be secret, and is not repeated.
    throw refusal('portal-url', expected, text.replace(/.*@|[?#].*/gs, '…'));
  }
  const url = new URL(text);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const allowsHttp = readBoolean('allow-http') || isLoopback;
  if (url.protocol === 'http:' && !allowsHttp) {
    throw refusal('portal-url', 'https, so that nobody reads the token on its way; or set allow-http: true');
  }
  return url;
}

/**
 * The value of the `Authorization` header. An API key needs `Bearer ` before it, which the portal's own samples leave
 * out and get a 401; a token from `POST /api/2.0/authentication` goes as it is.
 */
function readAuthorization(): string {
  const token = core.getInput('token');
  if (token === '') {
    throw new Failure(
      'token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.',
    );
  }
  const [, scheme = '', credentials] =
    /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(token) ?? [];
  if (credentials === undefined) {
    throw new Failure(
      'token cannot be sent as it is. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.',
    );
  }
  if (scheme.toLowerCase() === 'basic') return `Basic ${credentials}`;
  return scheme || credentials.startsWith('sk-') ? `Bearer ${credentials}` : credentials;
}

function readPolicy(): Policy {
  const policy: Policy = { ...NO_RULE, within: readDuration('keep-within') };
  for (const period of PERIODS) {
    if (read(`keep-${period}`) !== '') policy[period] = readNumber(`keep-${period}`);
  }
  if (!policy.within && PERIODS.every(period => policy[period] === 0)) {
    throw new Failure(
      'No keep- rule is set, or all are 0: that would delete every backup. Set one, such as keep-last: 7.',
    );
  }
  return policy;
}

const NO_TIME: Duration = { y: 0, m: 0, w: 0, d: 0, h: 0 };

/** @returns `undefined` for an empty or a zero duration, which is no rule */
function readDuration(name: string): Duration | undefined {
  const text = read(name);
  const duration: Duration = { ...NO_TIME };
  const given = new Set<string>();
  for (const part of text.match(/[0-9]*./gs) ?? []) {
    const unit = part.slice(-1);
    const number = parseNumber(part.slice(0, -1));
    if (number === undefined || !isUnit(unit) || given.has(unit)) {
      throw refusal(
        name,
        'a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once',
      );
    }
    given.add(unit);
    duration[unit] = number;
  }
  return Object.values(duration).some(number => number > 0) ? duration : undefined;
}

function isUnit(letter: string): letter is keyof Duration {
  return Object.hasOwn(NO_TIME, letter);
}
