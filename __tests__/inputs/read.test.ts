import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { STORAGE_TYPES } from '../../src/backups/backup.js';
import { RefusedError } from '../../src/errors.js';
import { isInputSetTo, OPERATIONS, type Operation } from '../../src/inputs/definitions.js';
import { type Inputs, readInputs, readRawToken } from '../../src/inputs/read.js';
import { findSecrets } from '../../src/inputs/token.js';
import { UTC } from '../../src/retention/calendar.js';
import { createRedact } from '../../src/text/printable.js';
import { inputVariables, readDefaults, root } from '../../tools/runner.mjs';
import { makeBackups, makeId, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, KEY, readIds } from '../support/action.js';
import { policyOf } from '../support/backups.js';
import { portalWith } from '../support/portals.js';
import { forEach } from '../support/spread.js';

const PORTAL = 'https://portal.example';
/** The inputs that each operation needs. */
const NEEDED: Record<Operation, Record<string, string>> = {
  'delete-schedule': { operation: 'delete-schedule', 'portal-url': PORTAL, token: KEY },
  'delete-history': { operation: 'delete-history', 'portal-url': PORTAL, token: KEY },
  'delete-backups': {
    operation: 'delete-backups',
    'portal-url': PORTAL,
    token: KEY,
    'backup-ids': makeId(1),
  },
  'prune-history': { operation: 'prune-history', 'portal-url': PORTAL, token: KEY, 'keep-last': '7' },
};
const SCHEDULED = NEEDED['delete-schedule'];
const HISTORY = NEEDED['delete-history'];
const BACKUPS = NEEDED['delete-backups'];
const PRUNE = NEEDED['prune-history'];

const COUNTS = ['keep-last', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'];
const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];
const SPANS = ['keep-within', ...PERIODS.map(period => `keep-within-${period}`)];

beforeEach(clearInputs);

function clearInputs(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
}

/** Reads inputs as a workflow gives them; action.yml adds its defaults. */
function read(inputs: Record<string, string>): Inputs {
  clearInputs();
  Object.assign(process.env, inputVariables(inputs));
  return readInputs(createRedact(findSecrets(readRawToken())));
}

/** The error message for inputs that are refused; empty if they are accepted. */
function refusalOf(inputs: Record<string, string>): string {
  try {
    read(inputs);
    return '';
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

/** Values that are accepted, and what is read from them. */
const ACCEPTED: [
  input: string,
  value: string,
  others: Record<string, string>,
  read: Record<string, unknown>,
][] = [
  ['operation', 'prune-history', PRUNE, { operation: 'prune-history' }],
  ['portal-url', 'https://portal.example/', HISTORY, { portalUrl: new URL(PORTAL), host: 'portal.example' }],
  ['portal-url', 'HTTPS://Portal.Example:8443', HISTORY, { host: 'portal.example:8443' }],
  ['portal-url', 'https://[2001:db8::1]', HISTORY, { host: '[2001:db8::1]' }],
  ['portal-url', 'https://bücher.example', HISTORY, { host: 'xn--bcher-kva.example' }],
  ['portal-url', 'http://localhost:8080', HISTORY, { host: 'localhost:8080' }],
  ['portal-url', 'http://127.10.20.30', HISTORY, { host: '127.10.20.30' }],
  ['portal-url', 'http://[::1]/', HISTORY, { host: '[::1]' }],
  ['allow-http', 'true', { ...HISTORY, 'portal-url': 'http://portal.example' }, { host: 'portal.example' }],
  ['token', ` ${KEY}\n`, HISTORY, { token: { authorization: `Bearer ${KEY}`, isApiKey: true } }],
  ['dump', 'true', SCHEDULED, { dump: true }],
  ['dump', 'False', SCHEDULED, { dump: false }],
  ['dump', '', SCHEDULED, { dump: undefined }],
  ['dry-run', ' TRUE\n', HISTORY, { dryRun: true }],
  ['verify', 'False', HISTORY, { verify: false }],
  ['verify', 'false', SCHEDULED, { verify: false }],
  ['retries', '0', PRUNE, { retries: 0 }],
  ['retries', '007', PRUNE, { retries: 7 }],
  ['timeout-seconds', '1', PRUNE, { timeoutSeconds: 1 }],
  ['timeout-seconds', '9007199254740991', PRUNE, { timeoutSeconds: Number.MAX_SAFE_INTEGER }],
  ['max-deletions', '0', HISTORY, { maxDeletions: 0 }],
  ['max-deletions', '12', BACKUPS, { maxDeletions: 12 }],
  ['max-deletions', '', PRUNE, { maxDeletions: undefined }],
  ['ignore-not-found', 'TRUE', BACKUPS, { ignoreNotFound: true }],
  ['ignore-not-found', 'true', PRUNE, { ignoreNotFound: true }],
  ['backup-ids', `,${makeId(1)} \n\t${makeId(2)},,`, BACKUPS, { ids: new Set([makeId(1), makeId(2)]) }],
  ['backup-ids', `${makeId(1)},${makeId(1)}`, BACKUPS, { ids: new Set([makeId(1)]) }],
  ['backup-ids', ` [ "${makeId(1)}",\n"${makeId(2)}"] `, BACKUPS, { ids: new Set([makeId(1), makeId(2)]) }],
  ['backup-ids', '[]', BACKUPS, { ids: new Set() }],
  [
    'backup-ids',
    '["ABCDEF00-0000-4000-8000-00000000000A"]',
    BACKUPS,
    { ids: new Set(['abcdef00-0000-4000-8000-00000000000a']) },
  ],
  ['keep-ids', `${makeId(1)}\n${makeId(2)}`, PRUNE, { pinned: new Set([makeId(1), makeId(2)]) }],
  ['keep-ids', JSON.stringify([makeId(3)]), PRUNE, { pinned: new Set([makeId(3)]) }],
  ['keep-ids', '[]', PRUNE, { pinned: new Set() }],
  ['keep-ids', '', PRUNE, { pinned: new Set() }],
  [
    'storage-types',
    'local, DATASTORE 0',
    PRUNE,
    { storageTypes: new Set(['Local', 'DataStore', 'Documents']) },
  ],
  ['storage-types', '0,1,2,3,4,5', PRUNE, { storageTypes: new Set(STORAGE_TYPES) }],
  ['storage-types', '["3"]', PRUNE, { storageTypes: new Set(['Local']) }],
  // The server's own name is misspelt.
  ...[
    'ThirdpartyDocuments',
    'thirdPartyDocuments',
    'ThridpartyDocuments',
    '1',
    '["ThirdpartyDocuments"]',
  ].map((value): (typeof ACCEPTED)[number] => [
    'storage-types',
    value,
    PRUNE,
    { storageTypes: new Set(['ThridpartyDocuments']) },
  ]),
  ['storage-types', '', PRUNE, { storageTypes: undefined }],
  ['time-zone', 'europe/berlin', PRUNE, { calendar: expect.objectContaining({ name: 'Europe/Berlin' }) }],
  ['time-zone', 'UTC', PRUNE, { calendar: UTC }],
  ['require-backup-within', '2d', PRUNE, { requireBackupWithin: { y: 0, m: 0, w: 0, d: 2, h: 0 } }],
  ['require-backup-within', '', PRUNE, { requireBackupWithin: undefined }],
];

describe('readInputs', () => {
  test('uses the defaults of inputs that are not set', () => {
    expect(read(SCHEDULED)).toEqual({
      operation: 'delete-schedule',
      portalUrl: new URL(PORTAL),
      host: 'portal.example',
      token: { authorization: `Bearer ${KEY}`, isApiKey: true },
      dump: undefined,
      dryRun: false,
      retries: 5,
      timeoutSeconds: 300,
      calendar: UTC,
      verify: true,
    });
    expect(read(PRUNE)).toMatchObject({
      policy: policyOf({ 'keep-last': '7' }),
      pinned: new Set(),
      requireBackupWithin: undefined,
      storageTypes: undefined,
      ignoreNotFound: false,
      maxDeletions: undefined,
    });
  });

  test.each(OPERATIONS)('%s: uses the defaults of empty inputs, as on schedule', operation => {
    const empty = Object.fromEntries(Object.keys(readDefaults()).map(name => [name, '']));
    expect(read({ ...empty, ...NEEDED[operation] })).toEqual(read(NEEDED[operation]));
  });

  test.each(ACCEPTED)('reads %s: %j', (input, value, others, expected) => {
    expect(read({ ...others, [input]: value })).toMatchObject(expected);
  });

  test.each(COUNTS)('reads %s: a number, or unlimited', rule => {
    for (const value of ['0', '5', 'unlimited']) {
      const inputs = { ...PRUNE, 'keep-within': '1d', [rule]: value };
      expect(read(inputs)).toMatchObject({ policy: policyOf(inputs) });
    }
  });

  test.each(SPANS)('reads %s: a duration, with its units in any order', rule => {
    const inputs = { ...PRUNE, [rule]: '3h1y5m2w7d' };
    expect(read(inputs)).toMatchObject({ policy: policyOf({ ...inputs, [rule]: '1y5m2w7d3h' }) });
    const onlyRule = { ...PRUNE, 'keep-last': '', [rule]: '30d' };
    expect(read(onlyRule)).toMatchObject({ policy: policyOf({ [rule]: '30d' }) });
  });

  test('ignores verify: false in a dry run, which always lists', () => {
    for (const inputs of [HISTORY, SCHEDULED]) {
      expect(read({ ...inputs, verify: 'false', 'dry-run': 'true' })).toMatchObject({ verify: true });
    }
  });
});

const WHOLE = /Allowed: a whole number from [01], in digits\.$/;
const COUNT = /Allowed: a whole number from 0, in digits, or unlimited\.$/;
const BOOLEAN = /Allowed: true, false\.$/;
const DURATION =
  /Allowed: a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m \(months\), w, d and h, each at most once\.$/;
const GUIDS = /Allowed: GUIDs, separated by spaces or commas(, or as a JSON array of strings)?\.$/;
const TYPES =
  /Allowed: Documents \(0\), ThridpartyDocuments \(1\), .*ThirdPartyConsumer \(5\), (separated|at least one)/;
const ZONE = /Allowed: a name such as Europe\/Berlin, and no offset\.$/;
const NO_URL =
  'portal-url must be a URL such as https://portal.example. Its value is not shown, because it may be a token.';
const PLAIN_URL =
  /Allowed: a URL such as https:\/\/portal\.example, without path, query, fragment, user name or password/;
const HTTPS = /Allowed: https, so that nobody can read the token on its way; or set allow-http: true\.$/;

const NO_NUMBERS = ['3x', '-1', '+1', '1e3', '0x10', '1.0', '1,000', '1 2', '٣', '9007199254740992', 'NaN'];
const NO_SPANS = [
  '30',
  'd',
  '30D',
  '30 d',
  '1d1d',
  '-1d',
  '1.5d',
  '30min',
  'P30D',
  '٣d',
  '9007199254740992d',
];
const NO_IDS = [
  '*',
  'all',
  '../x',
  `${makeId(1)};${makeId(2)}`,
  `{${makeId(1)}}`,
  `${makeId(1)} ..`,
  ',',
].concat(makeId(1).replaceAll('-', ''), '["x"]', '[1]', '[[]]', '[', `["${makeId(1)}"`, '[null]', '{}');

/** Values that are refused, and the pattern that the error message must match. */
const REFUSED: [
  inputs: string[],
  what: string,
  values: string[],
  others: Record<string, string>,
  expected: RegExp,
][] = [
  [
    ['operation'],
    'no such operation',
    ['', 'Delete-History', 'delete', 'toString', 'delete-history delete-schedule'],
    SCHEDULED,
    /Allowed: delete-schedule, delete-history, delete-backups, prune-history\.$/,
  ],
  [
    ['dump', 'dry-run', 'verify', 'summary', 'allow-http'],
    'neither true nor false',
    ['yes', 'on', '1', 'tRUE', 'null', 'true false'],
    HISTORY,
    BOOLEAN,
  ],
  [['verify', 'ignore-not-found'], 'neither true nor false', ['no', '0'], PRUNE, BOOLEAN],
  [
    ['retries', 'timeout-seconds', 'max-deletions'],
    'no whole number',
    [...NO_NUMBERS, 'unlimited'],
    PRUNE,
    WHOLE,
  ],
  [['timeout-seconds'], 'zero', ['0', '00'], PRUNE, WHOLE],
  [COUNTS, 'no whole number', [...NO_NUMBERS, 'Unlimited', 'all'], PRUNE, COUNT],
  [[...SPANS, 'require-backup-within'], 'no duration', [...NO_SPANS, 'unlimited'], PRUNE, DURATION],
  [
    ['require-backup-within'],
    'zero',
    ['0h', '0d0h'],
    PRUNE,
    /Allowed: a duration longer than 0, such as 2d\.$/,
  ],
  [['backup-ids'], 'nothing', [''], BACKUPS, /Allowed: GUIDs, at least one, or \[\]\.$/],
  [['backup-ids'], 'no GUIDs', NO_IDS, BACKUPS, GUIDS],
  [['keep-ids'], 'no GUIDs', NO_IDS, PRUNE, GUIDS],
  [
    ['storage-types'],
    'no storage types',
    ['6', '-1', '1.0', '00', 'Locale', 'Documents;Local', 'ThirdpartyDocument', ',', '[]', '[3]'],
    PRUNE,
    TYPES,
  ],
  [
    ['time-zone'],
    'no IANA name',
    ['+02:00', 'Berlin', 'Europe/Nowhere', 'CEST', 'local', '../UTC', 'UTC+2'],
    PRUNE,
    ZONE,
  ],
  [
    ['portal-url'],
    'no address of a web server',
    [
      ...['https:portal.example', 'https:/portal.example', 'https://a%00b'],
      ...[
        'https:\\\\portal.example',
        'https://',
        'https:///x',
        'https://a b.example',
        'https://a\nb.example',
      ],
      ...['https://portal.example:99999', 'https://portal.example:x', 'https://[::1', 'https://<a>'],
      ...['https://$(id)', 'https://a`id`'],
    ],
    SCHEDULED,
    PLAIN_URL,
  ],
  [
    ['portal-url'],
    'more than an origin',
    [
      ...['https://portal.example/x', 'https://portal.example//', 'https://portal.example/?'],
      ...['https://portal.example?x', 'https://portal.example#x', 'https://portal.example\\x'],
      ...['https://user:pass@portal.example', 'https://portal.example@evil.example', 'https://@a.example'],
    ],
    SCHEDULED,
    PLAIN_URL,
  ],
  [
    ['portal-url'],
    'http: to another machine',
    [
      ...['http://portal.example', 'http://localhost.example', 'http://127.0.0.1.example', 'http://10.0.0.1'],
      ...['http://[::2]', 'http://0.0.0.0', 'http://notlocalhost'],
    ],
    SCHEDULED,
    HTTPS,
  ],
];

describe('refused inputs', () => {
  test.each(REFUSED)('%j: %s', (inputs, _what, values, others, expected) => {
    for (const input of inputs) {
      for (const value of values) {
        const message = refusalOf({ ...others, [input]: value });
        expect([value, message]).toEqual([value, expect.stringMatching(expected)]);
        expect(message.startsWith(`${input} cannot be "`)).toBe(true);
      }
    }
  });

  test.each<[what: string, inputs: Record<string, string>, message: string]>([
    [
      'a prune without a rule',
      { ...PRUNE, 'keep-last': '' },
      'No keep- rule is set, or all are 0: that would delete every backup. Set one, such as keep-last: 7.',
    ],
    [
      'a prune whose rules are all 0',
      { ...PRUNE, 'keep-last': '0', 'keep-within': '0d', 'keep-yearly': '00', 'keep-within-daily': '0h' },
      'No keep- rule is set, or all are 0: that would delete every backup. Set one, such as keep-last: 7.',
    ],
    [
      'a prune with keep-ids only',
      { ...PRUNE, 'keep-last': '', 'keep-ids': makeId(1) },
      'No keep- rule is set, or all are 0: that would delete every backup except those in keep-ids. Set one, such as keep-last: 7.',
    ],
    [
      'max-deletions without a listing to count',
      { ...HISTORY, verify: 'false', 'max-deletions': '5', 'dry-run': 'true' },
      'max-deletions cannot be used with verify: false, which lists nothing.',
    ],
    ...['Basic dXNlcjpwYXNz', 'abcdefgh', 'Bearer abcdefgh', 'sk_live_x'].map(
      (token): [string, Record<string, string>, string] => [
        `dump: true with the token ${token}, which is no API key`,
        { ...HISTORY, dump: 'true', token },
        'dump: true needs an API key (sk-…) as token: a portal without API keys would ignore dump and delete its own backups.',
      ],
    ),
  ])('%s', (_what, inputs, message) => {
    expect(refusalOf(inputs)).toBe(message);
  });

  test('dump: false is accepted with a token that is no API key', () => {
    expect(read({ ...HISTORY, dump: 'false', token: 'abcdefgh' })).toMatchObject({ dump: false });
  });
});

/** The operations that an input belongs to, and a value that is not its default. */
const BELONGS: [input: string, value: string, operations: Operation[]][] = [
  ...COUNTS.map((rule): (typeof BELONGS)[0] => [rule, '0', ['prune-history']]),
  ...SPANS.map((rule): (typeof BELONGS)[0] => [rule, '0d', ['prune-history']]),
  ['keep-ids', '[]', ['prune-history']],
  ['time-zone', 'Europe/Berlin', ['prune-history']],
  ['require-backup-within', '2d', ['prune-history']],
  ['storage-types', 'Local', ['prune-history']],
  ['backup-ids', '[]', ['delete-backups']],
  ['ignore-not-found', 'True', ['delete-backups', 'prune-history']],
  ['max-deletions', '1', ['delete-history', 'delete-backups', 'prune-history']],
  ['verify', 'False', ['delete-schedule', 'delete-history']],
];

test.each(['max-deletions', 'dry-run', 'storage-types', 'require-backup-within'])(
  '%s is refused if it holds only white space: a blank limit must not become no limit',
  input => {
    for (const blank of [' ', '\n', ' \t\n']) {
      expect(refusalOf({ ...NEEDED['prune-history'], [input]: blank })).toBe(
        `${input} holds only white space. Leave it out, or set a value.`,
      );
    }
  },
);

describe('an input of another operation', () => {
  test.each(BELONGS)('%s: %s is refused unless it belongs to the operation', (input, value, operations) => {
    for (const operation of OPERATIONS) {
      const message = refusalOf({ ...NEEDED[operation], [input]: value });
      const refusal = `${input} does not belong to ${operation}, but to ${operations.join(', ')}. Leave it out.`;
      if (operations.includes(operation)) expect(message).not.toContain('does not belong');
      else expect(message).toBe(refusal);
    }
  });

  test('is accepted with its default value, in any spelling', () => {
    const given = { verify: 'TRUE', 'ignore-not-found': 'False', 'time-zone': 'UTC' };
    for (const operation of OPERATIONS) {
      expect(read({ ...NEEDED[operation], ...given })).toEqual(read(NEEDED[operation]));
    }
  });
});

describe('an environment variable that nothing reads', () => {
  test.each([
    'INPUT_dry-run',
    'INPUT_DRY_RUN',
    'INPUT_DRYRUN',
    'INPUT_Dry-Run',
    'INPUT_KEEP-LATS',
    'INPUT_',
    'INPUT___PROTO__',
    'INPUT_TOSTRING',
  ])('%s is refused, with its full name but not its value', variable => {
    Object.assign(process.env, inputVariables(HISTORY), { [variable]: 'the-value' });
    expect(() => readInputs(createRedact([]))).toThrow(
      `There is no input for the environment variable "${variable}", so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: operation, portal-url, token, `,
    );
    expect(() => readInputs(createRedact([]))).not.toThrow('the-value');
    process.env[variable] = '';
    expect(readInputs(createRedact([]))).toMatchObject({ operation: 'delete-history' });
  });

  test('is ignored if its name does not begin with INPUT_', () => {
    Object.assign(process.env, inputVariables(HISTORY), { INPUTS: 'x', MY_INPUT_X: 'x' });
    expect(readInputs(createRedact([]))).toMatchObject({ operation: 'delete-history' });
    delete process.env['INPUTS'];
    delete process.env['MY_INPUT_X'];
  });

  test('is named in one line, without the token', () => {
    const message = refusalOf({ ...HISTORY, [`x\n::error::${KEY}`]: 'x' });
    expect(message).toMatch(/^There is no input for the environment variable "INPUT_X ::ERROR::\*\*\*"/);
  });
});

describe('NODE_DEBUG', () => {
  afterEach(() => {
    delete process.env['NODE_DEBUG'];
  });

  test.each(['https', 'HTTP', 'net', 'tls', 'child_process', 'fs,https', 'fs, net ', '*', 'ht*', 'fs,t*'])(
    'with %s is refused first: Node would print the token',
    value => {
      process.env['NODE_DEBUG'] = value;
      expect(refusalOf({ ...HISTORY, unknown: 'x' })).toMatch(/^NODE_DEBUG makes Node print what it sends/);
    },
  );

  test.each(['', 'fs', 'module,timer', 'https_', 'xnet'])('with "%s" is harmless', value => {
    Object.assign(process.env, inputVariables(HISTORY), { NODE_DEBUG: value });
    expect(readInputs(createRedact([]))).toMatchObject({ operation: 'delete-history' });
  });
});

describe('action.yml', () => {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
  const names = Object.keys(action.inputs);

  test('has exactly the inputs of the source', () => {
    const [, known = ''] = /The inputs are: (.*)\.$/.exec(refusalOf({ ...HISTORY, x: 'y' })) ?? [];
    expect(known.split(', ')).toEqual(names);
  });

  test('has the same defaults as the source', () => {
    const inputs: Record<string, { default?: string }> = action.inputs;
    const values = names.map(name => [`INPUT_${name.toUpperCase()}`, inputs[name]?.default ?? '']);
    for (const operation of OPERATIONS) {
      clearInputs();
      Object.assign(process.env, Object.fromEntries(values));
      for (const [name, value] of Object.entries(NEEDED[operation])) {
        process.env[`INPUT_${name.toUpperCase()}`] = value;
      }
      const withDefaults = readInputs(createRedact([]));
      clearInputs();
      for (const [name, value] of Object.entries(NEEDED[operation])) {
        process.env[`INPUT_${name.toUpperCase()}`] = value;
      }
      expect(readInputs(createRedact([]))).toEqual(withDefaults);
      expect([isInputSetTo('summary', 'true'), isInputSetTo('dry-run', 'false')]).toEqual([true, true]);
    }
  });

  test('is read correctly by the tools, which use no YAML library', () => {
    const inputs: [string, { default?: string }][] = Object.entries(action.inputs);
    expect(readDefaults()).toEqual(
      Object.fromEntries(inputs.map(([name, { default: value = '' }]) => [name, value])),
    );
  });

  test('has exactly the outputs that a run sets', async () => {
    const portal = await portalWith();
    const { outputs } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test('has no input that is missing in the tables of this file', () => {
    const accepted = new Set(ACCEPTED.map(([input]) => input));
    const refused = new Set(REFUSED.flatMap(([inputs]) => inputs));
    // The token has tests of its own; `isInputSetTo` reads the summary.
    const rules = new Set([...COUNTS, ...SPANS]);
    expect(names.filter(name => !accepted.has(name) && !rules.has(name))).toEqual(['summary']);
    expect(names.filter(name => !refused.has(name))).toEqual(['token']);
  });
});

describe('an error message', () => {
  test.each([
    ['https://portal.example?key=secret', 'https://portal.example…', 'https://portal.example'],
    ['https://portal.example:8443/#secret', 'https://portal.example:8443/…', 'https://portal.example:8443'],
    ['https://portal.example/path', 'https://portal.example/path', 'https://portal.example'],
    ['http://Portal.Example/path', 'http://Portal.Example/path', 'http://portal.example'],
    ['https:portal.example', 'https:portal.example', 'https://portal.example'],
  ])(
    'for portal-url %s repeats nothing that may be secret, and names the origin to write',
    (url, shown, origin) => {
      const allowed =
        'a URL such as https://portal.example, without path, query, fragment, user name or password';
      expect(refusalOf({ ...HISTORY, 'portal-url': url })).toBe(
        `portal-url cannot be "${shown}". Allowed: ${allowed}. Write ${origin}.`,
      );
    },
  );

  test.each([
    ['https://admin:secret@portal.example', '…portal.example'],
    ['https://admin:secret@portal.example:8443/', '…portal.example:8443/'],
    ['https://secret@portal.example', '…portal.example'],
    ['https://admin:se@cret@portal.example', '…portal.example'],
    // The text after the last @ may be part of the password, or more than a host.
    ['https://admin:123/secret@portal.example', '…portal.example'],
    ['https://secret/x@portal.example', '…portal.example'],
    ['https://admin:secret@portal.example/secret', '…'],
    ['https://admin:secret@portal.example?secret', '…'],
    ['https://admin:x@secret!', '…'],
    ['https://admin:secret%40portal.example', '…'],
    ['https://secret%40portal.example', '…'],
    ['https://portal.example/%40secret', '…'],
    ['https://admin:secret＠portal.example', '…'],
    ['https://secret＠portal.example', '…'],
    ['https://secret﹫portal.example', '…'],
    ['https://portal.example/secret＠', '…'],
    ['https://admin:secret', '…'],
    ['https://admin:secret/portal.example', '…'],
    ['https://admin:secret:portal.example', '…'],
    ['https://portal.example:8443:secret', '…'],
  ])(
    'for portal-url %s repeats no user name, and names no origin, which could be the password',
    (url, shown) => {
      const allowed =
        'a URL such as https://portal.example, without path, query, fragment, user name or password';
      expect(refusalOf({ ...HISTORY, 'portal-url': url })).toBe(
        `portal-url cannot be "${shown}". Allowed: ${allowed}.`,
      );
    },
  );

  test.each([
    ...['', 'portal.example', '//portal.example', 'ftp://portal.example', 'file:///etc/passwd'],
    ...['javascript:alert(1)', 'eyJhbGciOiJIUzI1NiJ9.hunter2.abcdef', 'Basic aHVudGVyMg==', 'a:hunter2@b'],
  ])('for portal-url "%s" does not repeat it, because it may be a token', url => {
    expect(refusalOf({ ...HISTORY, 'portal-url': url })).toBe(NO_URL);
  });

  test.each(['https://$(id)/x', 'https://a_b`c`.example/x', 'portal.example', 'ftp://portal.example'])(
    'for portal-url %s names no origin, because there is none that may be printed',
    url => {
      expect(refusalOf({ ...HISTORY, 'portal-url': url })).not.toContain('Write');
    },
  );

  test.each([
    ['portal-url', 'https://admin:\nhunter2@portal.example'],
    ['portal-url', 'https://portal.example/?key=\nhunter2'],
    ['portal-url', 'https:/admin:hunter2@portal.example'],
    ['portal-url', 'https://a/b@hunter2@c'],
    ['portal-url', 'https://hunter2/a@b'],
    ['portal-url', 'https://admin:hunter2%40portal.example'],
    ['portal-url', 'https://admin:hunter2＠portal.example'],
    ['portal-url', 'https://admin:hunter2:8443'],
    ['operation', 'sk-hunter20123456789'],
    ['portal-url', `https://portal.example/${KEY}`],
    ['portal-url', `https://${KEY}.example/x`],
    ['operation', KEY],
    ['operation', `Bearer ${KEY.toUpperCase()}`],
    ['keep-within', `${KEY}${KEY}`],
    ['time-zone', KEY],
    ['keep-ids', `["${KEY}"]`],
    ['backup-ids', `${makeId(1)} ${KEY}`],
    ['retries', `${'x'.repeat(60)}${KEY}`],
  ])('for %s: %j repeats nothing secret', (input, value) => {
    const message = refusalOf({ ...(input === 'backup-ids' ? BACKUPS : PRUNE), [input]: value });
    expect(message).toMatch(new RegExp(`^${input} cannot be "`));
    expect(message.toLowerCase()).not.toMatch(/hunter2|0123456789abcdef/);
  });

  test.each([
    ['portal-url', 'a long host', `https://${'a'.repeat(60_000)}`],
    ['portal-url', 'a path of @', `https://portal.example/${'@'.repeat(60_000)}`],
    ['portal-url', 'the same text over and over', 'https://'.repeat(7_500)],
    ['keep-within', 'the same text over and over', '1d'.repeat(30_000)],
    ['keep-within', 'digits', '1'.repeat(60_000)],
    ['keep-ids', 'commas', ','.repeat(60_000)],
    ['keep-ids', 'brackets', '['.repeat(60_000)],
    ['time-zone', 'slashes', `a${'/a'.repeat(30_000)}`],
    ['token', 'a scheme and credentials, far apart', `Bearer${' '.repeat(60_000)}a b`],
    ['token', 'a quotation mark at its end', `${'a'.repeat(60_000)}"`],
  ])('for %s of 60,000 characters, %s, comes quickly and is short', (input, _what, value) => {
    const start = performance.now();
    const message = refusalOf({ ...PRUNE, [input]: value });
    // A pattern with quadratic run time would take ten seconds.
    expect(performance.now() - start).toBeLessThan(3_000);
    const problem =
      input === 'token' ? 'is longer than 4096 characters, so it is not a token' : 'cannot be "';
    expect(message).toMatch(new RegExp(`^${input} ${problem}`));
    expect(message.length).toBeLessThan(400);
  });
});

test.each([
  ['true', true],
  ['True', true],
  [' TRUE ', true],
  ['tRUE', true],
  ['yes', false],
  ['', false],
  ['false', false],
])('if inputs are refused, does dry-run %j count as a dry run? %s', (value, expected) => {
  process.env['INPUT_DRY-RUN'] = value;
  expect(isInputSetTo('dry-run', 'true')).toBe(expected);
});

describe('the whole action', () => {
  /** Two backups a day; the newest is of 31 March. */
  const backups = makeBackups(8, { everyHours: 12 });
  const all = (...numbers: number[]) => numbers.map(makeId);

  test.each<[what: string, inputs: Record<string, string>, kept: string[]]>([
    ['keep-last: unlimited', { 'keep-last': 'unlimited' }, all(1, 2, 3, 4, 5, 6, 7, 8)],
    ['keep-daily: 2', { 'keep-daily': '2' }, all(1, 2)],
    [
      'keep-daily in a time zone where the next day has begun at 14:15 UTC',
      { 'keep-daily': '2', 'time-zone': 'Pacific/Kiritimati' },
      all(1, 3),
    ],
    ['keep-within-hourly', { 'keep-within-hourly': '25h' }, all(1, 2, 3)],
    ['keep-within-daily', { 'keep-within-daily': '36h' }, all(1, 2)],
    ['keep-within-weekly', { 'keep-within-weekly': '3d' }, all(1, 4)],
    ['keep-within-monthly', { 'keep-within-monthly': '1m' }, all(1, 8)],
    ['keep-within-yearly', { 'keep-within-yearly': '1y' }, all(1, 8)],
    ['keep-ids with a rule', { 'keep-last': '1', 'keep-ids': makeId(5) }, all(1, 5)],
    ['keep-ids as JSON', { 'keep-last': '1', 'keep-ids': JSON.stringify(all(5, 6)) }, all(1, 5, 6)],
    ['keep-ids: []', { 'keep-last': '1', 'keep-ids': '[]' }, all(1)],
    ['require-backup-within, which is met', { 'keep-last': '1', 'require-backup-within': '100y' }, all(1)],
    ['ignore-not-found', { 'keep-last': '1', 'keep-ids': makeId(99), 'ignore-not-found': 'true' }, all(1)],
  ])('prunes with %s', async (_what, inputs, kept) => {
    const portal = await portalWith({ backups });
    const result = await act({ operation: 'prune-history', 'portal-url': portal.url, ...inputs });
    expect(result.code).toBe(0);
    expect(readIds(result.outputs, 'kept')).toEqual(kept);
    expect(readIds(result.outputs, 'deleted')).toHaveLength(backups.length - kept.length);
  });

  test('deletes the backups of a JSON array in backup-ids, such as an output of another step', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url };
    const { outputs } = await act({ ...inputs, 'backup-ids': JSON.stringify(all(3, 8)) });
    expect(readIds(outputs, 'deleted')).toEqual(all(8, 3));
  });

  test('succeeds with backup-ids: [], and deletes nothing', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url, 'backup-ids': '[]' };
    const { code, outputs } = await act(inputs);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ result: 'true', 'selected-count': '0', 'deleted-count': '0' });
    expect(portal.state.deletedIds.size).toBe(0);
  });

  test('deletes the rest with ignore-not-found: true', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url };
    const ids = JSON.stringify(all(8, 99));
    const failed = await act({ ...inputs, 'backup-ids': ids });
    expect(errorOf(failed)).toContain('Set ignore-not-found: true to delete the rest.');
    expect(portal.state.deletedIds.size).toBe(0);
    const succeeded = await act({ ...inputs, 'backup-ids': ids, 'ignore-not-found': 'true' });
    expect(succeeded.code).toBe(0);
    expect(succeeded.log).toContain(`::warning::1 of the backup-ids is not in the history: ${makeId(99)}.`);
    expect([...portal.state.deletedIds]).toEqual(all(8));
  });

  test('deletes nothing if the newest backup is older than require-backup-within', async () => {
    const portal = await portalWith({ backups });
    const inputs = { 'keep-last': '1', 'require-backup-within': '1h' };
    const result = await act({ operation: 'prune-history', 'portal-url': portal.url, ...inputs });
    expect(errorOf(result)).toContain('The newest backup is from 2026-03-31 02:15 (UTC), older than');
    expect(portal.state.deletedIds.size).toBe(0);
  });

  test('fails with refused inputs, with outputs and a summary, and sends no request', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const good = { operation: 'delete-history', 'portal-url': portal.url };
    const refused: Record<string, string>[] = [
      { operation: 'delete-everything' },
      { 'portal-url': portal.url.replace('//', `//${KEY}@`) },
      { 'portal-url': `${portal.url}/path` },
      { token: `${KEY}\r\nx-injected: 1` },
      { token: '' },
      { token: `"${KEY}"` },
      { token: 'short' },
      { dump: 'true', token: 'no-key-at-all' },
      { 'dry-run': 'yes' },
      { dryrun: 'true' },
      { dry_run: 'true', 'dry-run': 'true' },
      { 'keep-last': '7' },
      { 'backup-ids': makeId(1) },
      { 'time-zone': 'Europe/Berlin' },
      { 'max-deletions': '-1' },
      { retries: '::error::owned' },
      { 'timeout-seconds': '0' },
      { operation: 'prune-history' },
      { operation: 'prune-history', 'keep-last': '1', 'time-zone': '+02:00' },
      { operation: 'prune-history', 'keep-last': '1', 'keep-ids': '[1]' },
      { operation: 'prune-history', 'keep-last': '1', 'storage-types': '\n::error::owned' },
      { operation: '\u001b[31m\u202e<b>' },
    ];
    await forEach(refused, async inputs => {
      const result = await act({ ...good, ...inputs });
      expect(result.code).toBe(1);
      expect(errorOf(result)).not.toBe('');
      expect(result.log).not.toMatch(/\p{Cf}|^::error::owned/mu);
      expect(result.log).not.toContain('\u001b');
      expect(result.log).toMatch(/^Refused: nothing was deleted\.$/m);
      expect(result.summary).toMatch(/^<h3>🚫 Refused: nothing was deleted<\/h3>/);
      expect(result.summary.replace('<b>Error:', '').replace('<b>This dry run failed:', '')).not.toContain(
        '<b>',
      );
      expect(result.outputs).toMatchObject({
        result: inputs['dry-run'] === 'true' ? '' : 'false',
        'status-code': '',
        'selected-count': '',
        'deleted-count': '0',
        'failed-count': '0',
        'kept-count': '',
      });
    });
    expect(portal.state.requests).toEqual([]);
  });

  test('writes no summary with summary: false, even if the step fails', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, summary: 'False' };
    const results: unknown[] = [];
    for (const more of [
      {},
      { dump: 'true', token: 'no-key-at-all' },
      { 'keep-last': '3' },
      { dump: 'maybe' },
    ]) {
      const { code, summary } = await act({ ...inputs, ...more });
      results.push([code, summary]);
    }
    expect(results).toEqual([[0, ''], ...Array(3).fill([1, ''])]);
  });
});

/** Any text, and texts that are nearly valid. */
function textLike(...hints: string[]) {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(...'0123456789ymwdhtruefals:/.,@?#[]" \n\t%-+eE', '\u0000', '٣', KEY),
    }),
    fc
      .constantFrom(...hints)
      .chain(hint =>
        fc.tuple(fc.string({ maxLength: 2 }), fc.string({ maxLength: 2 })).map(([a, b]) => a + hint + b),
      ),
    fc.constantFrom(...hints),
  );
}
/** Makes a valid environment variable of a text: without NUL, and without half characters. */
function asVariable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}

type Row = [
  input: string,
  texts: fc.Arbitrary<string>,
  others: Record<string, string>,
  checkUse: (text: string, inputs: Inputs) => void,
];

describe('for any value', () => {
  const booleans = (
    name: string,
    others: Record<string, string>,
    standard: boolean | undefined,
    use: (inputs: Inputs) => unknown,
  ): Row => [
    name,
    textLike('true', 'false', 'TRUE'),
    others,
    (text, inputs) => {
      expect(text).toMatch(/^(|true|True|TRUE|false|False|FALSE)$/);
      expect(use(inputs)).toBe(text === '' ? standard : /^true$/i.test(text));
    },
  ];
  const numbers = (name: string, standard: number | undefined, use: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('0', '1', '42', '9007199254740991', '9007199254740993', 'unlimited'),
    PRUNE,
    (text, inputs) => {
      expect(text).toMatch(name.startsWith('keep-') ? /^([0-9]*|unlimited)$/ : /^[0-9]*$/);
      const number = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
      expect(use(inputs)).toBe(text === '' ? standard : number);
    },
  ];
  const spans = (name: string, use: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('30d', '2w', '1y5m7d2h', '0d', 'd'),
    PRUNE,
    (text, inputs) => {
      expect(text).toMatch(/^([0-9]+[ymwdh])*$/);
      const number = (unit: string) => Number(new RegExp(`([0-9]+)${unit}`).exec(text)?.[1] ?? 0);
      const expected = Object.fromEntries([...'ymwdh'].map(unit => [unit, number(unit)]));
      expect(use(inputs)).toEqual(text === '' ? undefined : expected);
    },
  ];
  const prune = (inputs: Inputs) => {
    if (inputs.operation !== 'prune-history') throw new Error(`Not a prune: ${inputs.operation}`);
    return inputs;
  };
  const ids = (
    name: string,
    others: Record<string, string>,
    use: (inputs: Inputs) => Iterable<string>,
  ): Row => [
    name,
    textLike(makeId(1), `${makeId(1)},${makeId(2)}`, ',', `["${makeId(1)}"]`, '[]'),
    others,
    (text, inputs) => {
      const items: string[] = text.startsWith('[') ? JSON.parse(text) : text.split(/[\s,]+/);
      const expected = items.filter(item => item !== '').map(item => item.toLowerCase());
      expect([...use(inputs)]).toEqual([...new Set(expected)]);
      for (const id of use(inputs)) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  ];

  test.each<Row>([
    booleans('dry-run', SCHEDULED, false, inputs => inputs.dryRun),
    booleans('dump', SCHEDULED, undefined, inputs => inputs.dump),
    booleans('summary', SCHEDULED, true, () => !isInputSetTo('summary', 'false')),
    booleans('ignore-not-found', PRUNE, false, inputs => prune(inputs).ignoreNotFound),
    numbers('retries', 5, inputs => inputs.retries),
    numbers('timeout-seconds', 300, inputs => inputs.timeoutSeconds),
    numbers('max-deletions', undefined, inputs => prune(inputs).maxDeletions),
    numbers('keep-daily', 0, inputs => prune(inputs).policy.counts.daily),
    spans('keep-within', inputs => prune(inputs).policy.within),
    spans('keep-within-weekly', inputs => prune(inputs).policy.withinPeriods.weekly),
    ids('keep-ids', PRUNE, inputs => prune(inputs).pinned),
    ids('backup-ids', BACKUPS, inputs => ('ids' in inputs ? inputs.ids : [])),
    [
      'operation',
      textLike('delete-schedule', 'delete-history'),
      SCHEDULED,
      (text, inputs) => {
        expect(inputs.operation).toBe(text);
      },
    ],
    [
      'portal-url',
      textLike('https://portal.example', 'http://localhost:80', 'https://u:p@h', 'https://h/p?q#f'),
      SCHEDULED,
      (text, { portalUrl, host }) => {
        expect(text).toMatch(/^https?:\/\/[^/?#@\s\\]+\/?$/i);
        expect(portalUrl.href).toBe(`${portalUrl.protocol}//${portalUrl.host}/`);
        expect(host).toMatch(/^[a-z0-9._:[\]*-]+$/);
        if (portalUrl.protocol !== 'https:')
          expect(portalUrl.hostname).toMatch(/^(localhost|127\.[\d.]+|\[::1\])$/);
      },
    ],
    [
      'storage-types',
      textLike('Local', '3', 'local,4', 'Documents', '["Local"]'),
      PRUNE,
      (text, inputs) => {
        const { storageTypes } = prune(inputs);
        expect(storageTypes === undefined).toBe(text === '');
        for (const type of storageTypes ?? []) expect(STORAGE_TYPES).toContain(type);
      },
    ],
    [
      'time-zone',
      textLike('Europe/Berlin', 'UTC', 'Etc/GMT+5', 'EST5EDT', '+02:00'),
      PRUNE,
      (text, { calendar }) => {
        expect(calendar.name.toLowerCase()).toBe(text === '' ? 'utc' : text.toLowerCase());
      },
    ],
  ])(
    '%s is either refused or used as documented, and no message contains the token',
    (name, texts, others, checkUse) => {
      let [accepted, refused] = [0, 0];
      fc.assert(
        fc.property(texts, text => {
          const value = asVariable(text);
          const message = refusalOf({ ...others, [name]: value });
          if (message === '') {
            accepted++;
            checkUse(value.trim(), read({ ...others, [name]: value }));
          } else refused++;
          expect(message).not.toContain(KEY);
          expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        }),
        { numRuns: 100 },
      );
      expect(Math.min(accepted, refused)).toBeGreaterThan(0);
    },
  );

  test('any unknown input name is refused', () => {
    const known = new Set(Object.keys(readDefaults()));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), name => {
        const input = asVariable(name).replaceAll('=', '').toUpperCase();
        if (known.has(input.toLowerCase())) return;
        const message = refusalOf({ ...HISTORY, [input]: 'x' });
        expect(message).toMatch(/^There is no input for the environment variable "INPUT_/);
      }),
    );
  });
});
