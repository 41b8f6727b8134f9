import * as runner from '../runner.js';

export const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'] as const;
export type Operation = (typeof OPERATIONS)[number];

interface Definition {
  /** The same as in action.yml. */
  default?: string;
  /** The operations that use the input; without it, all. */
  operations?: readonly Operation[];
}

const PRUNE: Definition = { operations: ['prune-history'] };

const DEFINITIONS = {
  operation: {},
  'portal-url': {},
  token: {},
  dump: {},
  'backup-ids': { operations: ['delete-backups'] },
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
  'ignore-not-found': { default: 'false', operations: ['delete-backups', 'prune-history'] },
  'max-deletions': { operations: ['delete-history', 'delete-backups', 'prune-history'] },
  'dry-run': { default: 'false' },
  verify: { default: 'true', operations: ['delete-schedule', 'delete-history'] },
  retries: { default: '5' },
  'timeout-seconds': { default: '300' },
  'allow-http': { default: 'false' },
  summary: { default: 'true' },
} as const satisfies Record<string, Definition>;

export type InputName = keyof typeof DEFINITIONS;

export const INPUT_NAMES: readonly InputName[] = Object.keys(DEFINITIONS).filter(isInputName);

function isInputName(name: string): name is InputName {
  return Object.hasOwn(DEFINITIONS, name);
}

export function findDefinition(name: InputName): Definition {
  return DEFINITIONS[name];
}

/** The value of an input without white space around it, or its default if it is empty. */
export function readRawInput(name: InputName): string {
  return runner.readInput(name) || (findDefinition(name).default ?? '');
}

/** Whether a boolean input has a value. For what must be known even if this input, or another, is refused. */
export function isInputSetTo(name: 'dry-run' | 'summary', value: 'true' | 'false'): boolean {
  return readRawInput(name).toLowerCase() === value;
}
