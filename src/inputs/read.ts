import {
  type BackupId,
  parseBackupId,
  parseStorageType,
  STORAGE_TYPES,
  type StorageType,
} from '../backups/backup.js';
import { RefusedError } from '../errors.js';
import { parseJson } from '../json.js';
import { type Calendar, UTC } from '../retention/calendar.js';
import { type Duration, isZero, parseDuration } from '../retention/duration.js';
import { COUNT_RULES, hasRule, NO_RULES, PERIODS, type Policy, UNLIMITED } from '../retention/policy.js';
import { createZonedCalendar } from '../retention/time-zone.js';
import { isBlankInput } from '../runner.js';
import { join, type Printable, quoteInput, type Redact, text, toPrintable } from '../text/printable.js';
import {
  findDefinition,
  INPUT_NAMES,
  type InputName,
  OPERATIONS,
  type Operation,
  readRawInput,
} from './definitions.js';
import { type PortalAddress, parsePortalUrl } from './portal-url.js';
import { parseToken, type Token } from './token.js';

interface CommonInputs extends PortalAddress {
  token: Token;
  dump: boolean | undefined;
  dryRun: boolean;
  retries: number;
  timeoutSeconds: number;
  calendar: Calendar;
}

/** What each operation needs in addition. `undefined`: no limit, or all storage types. */
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
    pinned: ReadonlySet<BackupId>;
    requireBackupWithin: Duration | undefined;
    storageTypes: ReadonlySet<StorageType> | undefined;
    ignoreNotFound: boolean;
    maxDeletions: number | undefined;
  };
}

export type InputsOf<O extends Operation> = CommonInputs & { operation: O } & OperationInputs[O];
export type Inputs = { [O in Operation]: InputsOf<O> }[Operation];

/** The token as it was given, without white space around it. */
export function readRawToken(): string {
  return readRawInput('token');
}

/**
 * Reads and checks all inputs. An empty one means its default, because `${{ inputs.x }}` is empty on `schedule`.
 * @param redact applied to values that an error repeats
 * @throws RefusedError for the first input that cannot be used: its name, its value and what is allowed
 */
export function readInputs(redact: Redact): Inputs {
  return new InputReader(redact).readAll();
}

/** The `keep-` inputs as they were written, on one line each and without the empty ones. */
export function readKeepInputs(): Record<string, Printable> {
  const written = INPUT_NAMES.filter(name => name.startsWith('keep-') && readRawInput(name) !== '');
  return Object.fromEntries(
    written.map(name => [name, toPrintable(readRawInput(name).replace(/\s+/g, ' '))]),
  );
}

class InputReader {
  constructor(private readonly redact: Redact) {}

  readAll(): Inputs {
    checkNodeDebug();
    this.checkNames();
    this.checkNoneIsBlank();
    const operation = OPERATIONS.find(name => name === readRawInput('operation'));
    if (!operation) throw this.createError('operation', join(OPERATIONS));
    this.checkBelongsTo(operation);

    const token = parseToken(readRawToken());
    const dump = readRawInput('dump') === '' ? undefined : this.readBoolean('dump');
    if (dump && !token.isApiKey) {
      throw new RefusedError(
        text`dump: true needs an API key (sk-…) as token: a portal without API keys would ignore dump and delete its own backups.`,
      );
    }
    // `isInputSetTo` reads it without checking it.
    this.readBoolean('summary');
    const common: CommonInputs = {
      token,
      ...parsePortalUrl(readRawInput('portal-url'), this.readBoolean('allow-http'), this.redact),
      dump,
      dryRun: this.readBoolean('dry-run'),
      retries: this.readNumber('retries'),
      timeoutSeconds: this.readNumber('timeout-seconds', { min: 1 }),
      calendar: this.readCalendar(),
    };
    return this.readFor(operation, common);
  }

  private readFor(operation: Operation, common: CommonInputs): Inputs {
    const verify = this.readBoolean('verify');
    const ignoreNotFound = this.readBoolean('ignore-not-found');
    const maxDeletions = readRawInput('max-deletions') === '' ? undefined : this.readNumber('max-deletions');
    switch (operation) {
      case 'delete-schedule':
        return { ...common, operation, verify: verify || common.dryRun };
      case 'delete-history':
        if (maxDeletions !== undefined && !verify) {
          throw new RefusedError(text`max-deletions cannot be used with verify: false, which lists nothing.`);
        }
        return { ...common, operation, verify: verify || common.dryRun, maxDeletions };
      case 'delete-backups': {
        const ids = this.readIds('backup-ids');
        if (!ids) throw this.createError('backup-ids', text`GUIDs, at least one, or []`);
        return { ...common, operation, ids, ignoreNotFound, maxDeletions };
      }
      case 'prune-history':
        return {
          ...common,
          operation,
          policy: this.readPolicy(),
          pinned: this.readIds('keep-ids') ?? new Set(),
          requireBackupWithin: this.readRequireBackupWithin(),
          storageTypes: this.readStorageTypes(),
          ignoreNotFound,
          maxDeletions,
        };
    }
  }

  private createError(name: InputName, allowed: Printable, value = readRawInput(name)): RefusedError {
    return new RefusedError(text`${name} cannot be ${quoteInput(value, this.redact)}. Allowed: ${allowed}.`);
  }

  /** The runner only warns about an unknown input; here, `dryrun: true` must not become a real run. */
  private checkNames(): void {
    const variables = new Set(INPUT_NAMES.map(name => `INPUT_${name.toUpperCase()}`));
    for (const [variable, value] of Object.entries(process.env)) {
      if (!variable.startsWith('INPUT_') || !value || variables.has(variable)) continue;
      throw new RefusedError(
        text`There is no input for the environment variable ${quoteInput(variable, this.redact)}, so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: ${join(INPUT_NAMES)}.`,
      );
    }
  }

  /** A blank limit must not become no limit. */
  private checkNoneIsBlank(): void {
    for (const name of INPUT_NAMES) {
      if (name === 'token' || !isBlankInput(name)) continue;
      throw new RefusedError(text`${name} holds only white space. Leave it out, or set a value.`);
    }
  }

  /** An input of another operation is an error: `keep-last` with `delete-history` must not delete everything. */
  private checkBelongsTo(operation: Operation): void {
    for (const name of INPUT_NAMES) {
      const { operations, default: standard = '' } = findDefinition(name);
      if (!operations || operations.includes(operation)) continue;
      const isBoolean = standard === 'true' || standard === 'false';
      const value = isBoolean ? String(this.readBoolean(name)) : readRawInput(name);
      if (value === standard) continue;
      throw new RefusedError(
        text`${name} does not belong to ${operation}, but to ${join(operations)}. Leave it out.`,
      );
    }
  }

  /** Reads what `core.getBooleanInput` accepts. */
  private readBoolean(name: InputName): boolean {
    const value = readRawInput(name);
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value)) throw this.createError(name, text`true, false`);
    return value.toLowerCase() === 'true';
  }

  private readNumber(name: InputName, { min = 0, alsoAllowed = text`` } = {}): number {
    const number = parseNumber(readRawInput(name));
    if (number !== undefined && number >= min) return number;
    throw this.createError(name, text`a whole number from ${min}, in digits${alsoAllowed}`);
  }

  /**
   * Reads a list separated by white space or commas, or a JSON array of strings.
   * @returns `undefined` if the input is empty; an empty set for `[]`
   */
  private readList<T>(
    name: InputName,
    parse: (item: string) => T | undefined,
    allowed: Printable,
  ): ReadonlySet<T> | undefined {
    const given = readRawInput(name);
    if (given === '') return undefined;
    const isJson = given.startsWith('[');
    const items = isJson ? parseStrings(given) : given.split(/[\s,]/).filter(item => item !== '');
    if (!items || (items.length === 0 && !isJson)) {
      throw this.createError(
        name,
        text`${allowed}, separated by spaces or commas, or as a JSON array of strings`,
      );
    }
    return new Set(
      items.map(item => {
        const value = parse(item);
        if (value !== undefined) return value;
        throw this.createError(name, text`${allowed}, separated by spaces or commas`, item);
      }),
    );
  }

  private readIds(name: 'backup-ids' | 'keep-ids'): ReadonlySet<BackupId> | undefined {
    return this.readList(name, parseBackupId, text`GUIDs`);
  }

  private readStorageTypes(): ReadonlySet<StorageType> | undefined {
    const allowed = join(STORAGE_TYPES.map((type, number) => text`${type} (${number})`));
    const types = this.readList('storage-types', parseStorageType, allowed);
    if (types?.size === 0) {
      throw this.createError('storage-types', text`${allowed}, at least one; empty: all`);
    }
    return types;
  }

  private readPolicy(): Policy {
    const counts = { ...NO_RULES.counts };
    for (const rule of COUNT_RULES) counts[rule] = this.readCount(`keep-${rule}`);
    const withinPeriods = { ...NO_RULES.withinPeriods };
    for (const period of PERIODS) withinPeriods[period] = this.readDuration(`keep-within-${period}`);
    const policy = { counts, within: this.readDuration('keep-within'), withinPeriods };
    if (hasRule(policy)) return policy;
    const except = readRawInput('keep-ids') === '' ? '' : ' except those in keep-ids';
    throw new RefusedError(
      text`No keep- rule is set, or all are 0: that would delete every backup${except}. Set one, such as keep-last: 7.`,
    );
  }

  private readCount(name: InputName): number {
    const value = readRawInput(name);
    if (value === '') return 0;
    return value === 'unlimited' ? UNLIMITED : this.readNumber(name, { alsoAllowed: text`, or unlimited` });
  }

  private readDuration(name: InputName): Duration | undefined {
    if (readRawInput(name) === '') return undefined;
    const duration = parseDuration(readRawInput(name));
    if (duration) return duration;
    throw this.createError(
      name,
      text`a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once`,
    );
  }

  private readRequireBackupWithin(): Duration | undefined {
    const duration = this.readDuration('require-backup-within');
    if (!duration || !isZero(duration)) return duration;
    throw this.createError('require-backup-within', text`a duration longer than 0, such as 2d`);
  }

  private readCalendar(): Calendar {
    const name = readRawInput('time-zone');
    const calendar = name === 'UTC' ? UTC : createZonedCalendar(name);
    if (!calendar) throw this.createError('time-zone', text`a name such as Europe/Berlin, and no offset`);
    return calendar;
  }
}

/** Node reads this variable when it starts, so removing it here would come too late. */
function checkNodeDebug(): void {
  const sections = (process.env['NODE_DEBUG'] ?? '').split(',');
  const printsSecrets = (section: string) =>
    section.includes('*') || /^(https?|net|tls|child_process)$/i.test(section.trim());
  if (!sections.some(printsSecrets)) return;
  throw new RefusedError(
    text`NODE_DEBUG makes Node print what it sends, and the token with it. Nothing was sent. Remove http, https, net, tls, child_process and any * from NODE_DEBUG, in the step and on the runner.`,
  );
}

/** Only ASCII digits, and no more than a number can represent exactly: `3x`, `-1` and `1e3` are refused. */
function parseNumber(digits: string): number | undefined {
  const number = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @returns `undefined` for anything but a JSON array of strings */
function parseStrings(json: string): string[] | undefined {
  const items = parseJson(json);
  return Array.isArray(items) && items.every(item => typeof item === 'string') ? items : undefined;
}
