import { Refusal } from './failure.js';
import {
  type BackupId,
  parseBackupId,
  parseStorageType,
  STORAGE_TYPES,
  type StorageType,
} from './portal/records.js';
import { type Calendar, UTC } from './retention/calendar.js';
import { type Duration, isZero, parseDuration } from './retention/duration.js';
import { COUNTED, hasRule, NO_RULE, PERIODS, type Policy, UNLIMITED } from './retention/policy.js';
import { zonedCalendar } from './retention/time-zone.js';
import { join, type Printable, printableHost, quoted, type Redact, say } from './text.js';
import { parseToken, type Token } from './token.js';
import { readInput } from './workflow.js';

export const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'] as const;
export type Operation = (typeof OPERATIONS)[number];

interface CommonInputs {
  token: Token;
  portalUrl: URL;
  /** Host and port of the portal, as they may be printed. */
  host: Printable;
  /** `undefined`: not said. */
  dump: boolean | undefined;
  dryRun: boolean;
  /** Attempts after the first. */
  retries: number;
  timeoutSeconds: number;
  /** Whose days count, and in which times are shown. */
  calendar: Calendar;
}

/** What one operation needs beside that. `undefined`: no limit, or all storage types. */
interface OperationInputs {
  'delete-schedule': { verify: boolean };
  'delete-history': { verify: boolean; maxDeletions: number | undefined };
  'delete-backups': {
    ids: ReadonlySet<BackupId>;
    ignoreNotFound: boolean;
    maxDeletions: number | undefined;
  };
  'prune-history': {
    policy: Policy;
    /** What stays whatever the policy says. */
    pinned: ReadonlySet<BackupId>;
    requireBackupWithin: Duration | undefined;
    storageTypes: ReadonlySet<StorageType> | undefined;
    ignoreNotFound: boolean;
    maxDeletions: number | undefined;
  };
}

export type InputsOf<O extends Operation> = CommonInputs & { operation: O } & OperationInputs[O];
export type Inputs = { [O in Operation]: InputsOf<O> }[Operation];

interface Input {
  /** The same as in action.yml. */
  default?: string;
  /** The operations that it belongs to; all, where it says nothing. */
  of?: readonly Operation[];
}

const PRUNE: Input = { of: ['prune-history'] };

/** Every input that there is, as in action.yml. */
const INPUTS = {
  operation: {},
  'portal-url': {},
  token: {},
  dump: {},
  'backup-ids': { of: ['delete-backups'] },
  'keep-last': PRUNE,
  'keep-hourly': PRUNE,
  'keep-daily': PRUNE,
  'keep-weekly': PRUNE,
  'keep-monthly': PRUNE,
  'keep-yearly': PRUNE,
  'keep-within': PRUNE,
  'keep-within-hourly': PRUNE,
  'keep-within-daily': PRUNE,
  'keep-within-weekly': PRUNE,
  'keep-within-monthly': PRUNE,
  'keep-within-yearly': PRUNE,
  'keep-ids': PRUNE,
  'time-zone': { default: 'UTC', ...PRUNE },
  'require-backup-within': PRUNE,
  'storage-types': PRUNE,
  'ignore-not-found': { default: 'false', of: ['delete-backups', 'prune-history'] },
  'max-deletions': { of: ['delete-history', 'delete-backups', 'prune-history'] },
  'dry-run': { default: 'false' },
  verify: { default: 'true', of: ['delete-schedule', 'delete-history'] },
  retries: { default: '5' },
  'timeout-seconds': { default: '300' },
  'allow-http': { default: 'false' },
  summary: { default: 'true' },
} as const satisfies Record<string, Input>;

type InputName = keyof typeof INPUTS;

/** The token as it was given, without white space around it. */
export function readGivenToken(): string {
  return readInput('token');
}

/** Whether a boolean input says so, for what has to be known even if another input, or this one, is refused. */
export function says(name: 'dry-run' | 'summary', value: 'true' | 'false'): boolean {
  return read(name).toLowerCase() === value;
}

/**
 * Reads and checks all inputs. An empty one means its default, because `${{ inputs.x }}` is empty on `schedule`.
 * @param redact blanks out the token in what is repeated of a value
 * @throws Refusal for the first that cannot be used as it stands, naming it, its value and what is allowed
 */
export function readInputs(redact: Redact): Inputs {
  return new Reader(redact).inputs();
}

/** The value of an input, or its default where it is empty. */
function read(name: InputName): string {
  const input: Input = INPUTS[name];
  return readInput(name) || (input.default ?? '');
}

class Reader {
  constructor(private readonly redact: Redact) {}

  inputs(): Inputs {
    this.refuseUnread();
    const operation = OPERATIONS.find(name => name === read('operation'));
    if (!operation) throw this.refusal('operation', join(OPERATIONS));
    this.refuseForeign(operation);

    const token = parseToken(readGivenToken());
    const dump = read('dump') === '' ? undefined : this.boolean('dump');
    if (dump && !token.isApiKey) {
      throw new Refusal(
        say`dump: true needs an API key (sk-…) as token: a portal too old for keys would ignore dump and delete its own backups.`,
      );
    }
    // What it says was looked at before; here it is checked.
    this.boolean('summary');
    const common: CommonInputs = {
      token,
      ...this.portal(),
      dump,
      dryRun: this.boolean('dry-run'),
      retries: this.number('retries'),
      timeoutSeconds: this.number('timeout-seconds', 1),
      calendar: this.calendar(),
    };
    return this.ofOperation(operation, common);
  }

  private ofOperation(operation: Operation, common: CommonInputs): Inputs {
    const verify = this.boolean('verify');
    const ignoreNotFound = this.boolean('ignore-not-found');
    const maxDeletions = read('max-deletions') === '' ? undefined : this.number('max-deletions');
    switch (operation) {
      case 'delete-schedule':
        return { ...common, operation, verify: verify || common.dryRun };
      case 'delete-history':
        if (maxDeletions !== undefined && !verify) {
          throw new Refusal(say`max-deletions does not go with verify: false, which lists nothing.`);
        }
        return { ...common, operation, verify: verify || common.dryRun, maxDeletions };
      case 'delete-backups': {
        const ids = this.ids('backup-ids');
        if (!ids) throw this.refusal('backup-ids', say`GUIDs, at least one, or []`);
        return { ...common, operation, ids, ignoreNotFound, maxDeletions };
      }
      case 'prune-history':
        return {
          ...common,
          operation,
          policy: this.policy(),
          pinned: this.ids('keep-ids') ?? new Set(),
          requireBackupWithin: this.requireBackupWithin(),
          storageTypes: this.storageTypes(),
          ignoreNotFound,
          maxDeletions,
        };
    }
  }

  private refusal(name: InputName, allowed: Printable, value = read(name)): Refusal {
    return new Refusal(say`${name} cannot be ${quoted(value, this.redact)}. Allowed: ${allowed}.`);
  }

  /** The runner only warns of an input that does not exist; here, `dryrun: true` must not become a real run. */
  private refuseUnread(): void {
    const names = Object.keys(INPUTS).filter(isInputName);
    const variables = new Set(names.map(name => `INPUT_${name.toUpperCase()}`));
    for (const [variable, value] of Object.entries(process.env)) {
      if (!variable.startsWith('INPUT_') || !value || variables.has(variable)) continue;
      throw new Refusal(
        say`There is no input for the environment variable ${quoted(variable, this.redact)}, so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: ${join(names)}.`,
      );
    }
  }

  /** `keep-last` beside `delete-history` must never delete everything. */
  private refuseForeign(operation: Operation): void {
    for (const name of Object.keys(INPUTS).filter(isInputName)) {
      const { of, default: standard = '' }: Input = INPUTS[name];
      if (!of || of.includes(operation)) continue;
      const isBoolean = standard === 'true' || standard === 'false';
      const isDefault = isBoolean ? String(this.boolean(name)) === standard : read(name) === standard;
      if (isDefault) continue;
      throw new Refusal(say`${name} does not belong to ${operation}, but to ${join(of)}. Leave it out.`);
    }
  }

  /** Reads what `core.getBooleanInput` accepts. */
  private boolean(name: InputName): boolean {
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(read(name))) throw this.refusal(name, say`true, false`);
    return read(name).toLowerCase() === 'true';
  }

  private number(name: InputName, least = 0, or = say``): number {
    const number = parseNumber(read(name));
    if (number !== undefined && number >= least) return number;
    throw this.refusal(name, say`a whole number from ${least}, in digits${or}`);
  }

  /**
   * Reads a list separated by white space or commas, or a JSON array of strings.
   * @returns `undefined` where nothing was given; an empty set for `[]`
   */
  private list<T>(
    name: InputName,
    parse: (item: string) => T | undefined,
    allowed: Printable,
  ): ReadonlySet<T> | undefined {
    const given = read(name);
    if (given === '') return undefined;
    const isJson = given.startsWith('[');
    const items = isJson ? parseStrings(given) : given.split(/[\s,]/).filter(item => item !== '');
    if (!items || (items.length === 0 && !isJson)) {
      throw this.refusal(name, say`${allowed}, separated by spaces or commas, or as a JSON array of strings`);
    }
    return new Set(
      items.map(item => {
        const value = parse(item);
        if (value === undefined)
          throw this.refusal(name, say`${allowed}, separated by spaces or commas`, item);
        return value;
      }),
    );
  }

  private ids(name: 'backup-ids' | 'keep-ids'): ReadonlySet<BackupId> | undefined {
    return this.list(name, parseBackupId, say`GUIDs`);
  }

  private storageTypes(): ReadonlySet<StorageType> | undefined {
    const allowed = join(STORAGE_TYPES.map((type, number) => say`${type} (${number})`));
    const types = this.list('storage-types', parseStorageType, allowed);
    if (types?.size === 0) throw this.refusal('storage-types', say`${allowed}, at least one; empty: all`);
    return types;
  }

  /** Scheme, host and port alone: a path would go unused, and credentials would end up in logs. */
  private portal(): { portalUrl: URL; host: Printable } {
    const given = read('portal-url');
    if (!/^https?:/i.test(given)) {
      throw new Refusal(
        say`portal-url must be a URL such as https://portal.example. What stands there is not shown: it may be a token.`,
      );
    }
    const url = URL.canParse(given) ? new URL(given) : undefined;
    const host = url && printableHost(url, this.redact);
    if (!host || !/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(given)) {
      const origin =
        host && !HAS_USER.test(given)
          ? say`. Write ${url.protocol === 'http:' ? 'http' : 'https'}://${host}`
          : say``;
      throw this.refusal(
        'portal-url',
        say`a URL such as https://portal.example, without path, query, fragment, user name or password${origin}`,
        withoutSecretParts(given),
      );
    }
    const allowHttp = this.boolean('allow-http');
    const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    if (url.protocol === 'http:' && !allowHttp && !isLoopback) {
      throw this.refusal(
        'portal-url',
        say`https, so that nobody reads the token on its way; or set allow-http: true`,
      );
    }
    return { portalUrl: url, host };
  }

  private policy(): Policy {
    const counts = { ...NO_RULE.counts };
    for (const rule of COUNTED) counts[rule] = this.keepCount(`keep-${rule}`);
    const withinPeriods = { ...NO_RULE.withinPeriods };
    for (const period of PERIODS) withinPeriods[period] = this.duration(`keep-within-${period}`);
    const policy = { counts, within: this.duration('keep-within'), withinPeriods };
    if (!hasRule(policy)) {
      throw new Refusal(
        say`No keep- rule is set, or all are 0: that would delete every backup${read('keep-ids') === '' ? '' : ' but those of keep-ids'}. Set one, such as keep-last: 7.`,
      );
    }
    return policy;
  }

  private keepCount(name: InputName): number {
    if (read(name) === '') return 0;
    return read(name) === 'unlimited' ? UNLIMITED : this.number(name, 0, say`, or unlimited`);
  }

  private duration(name: InputName): Duration | undefined {
    if (read(name) === '') return undefined;
    const duration = parseDuration(read(name));
    if (duration) return duration;
    throw this.refusal(
      name,
      say`a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once`,
    );
  }

  private requireBackupWithin(): Duration | undefined {
    const duration = this.duration('require-backup-within');
    if (!duration || !isZero(duration)) return duration;
    throw this.refusal('require-backup-within', say`a duration longer than 0, such as 2d`);
  }

  private calendar(): Calendar {
    const name = read('time-zone');
    // Nothing of time zones is loaded for that.
    if (name === 'UTC') return UTC;
    const calendar = zonedCalendar(name);
    if (!calendar) throw this.refusal('time-zone', say`a name such as Europe/Berlin, and no offset`);
    return calendar;
  }
}

function isInputName(name: string): name is InputName {
  return Object.hasOwn(INPUTS, name);
}

/** ASCII digits alone, and no more than a number can hold exactly: `3x`, `-1` and `1e3` are none. */
function parseNumber(digits: string): number | undefined {
  const number = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @returns `undefined` for anything but a JSON array of strings */
function parseStrings(json: string): string[] | undefined {
  try {
    const items: unknown = JSON.parse(json);
    if (Array.isArray(items) && items.every(item => typeof item === 'string')) return items;
  } catch {
    // Not JSON.
  }
  return undefined;
}

/** An `@`, also escaped or one that looks like it: before it stands a user name, and perhaps a password. */
const HAS_USER = /@|%40|＠|﹫/i;

/**
 * What may be repeated of a URL: user name, password, query and fragment may be secret, and what cannot be read may
 * be anything.
 */
function withoutSecretParts(url: string): string {
  const rest = url.replace(/^https?:[\\/]*/i, '');
  // A colon that no port follows: before it stands a user name, and after it a password.
  if (HAS_USER.test(url) || /:(?!\d*(?:[/?#\\]|$))/.test(rest)) {
    return /@([\w.-]+(?::\d+)?\/?)$/.exec(url)?.[0].replace('@', '…') ?? '…';
  }
  const end = url.search(/[?#]/);
  return end < 0 ? url : `${url.slice(0, end)}…`;
}
