import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { Refusal } from '../src/failure.js';
import { type Inputs, OPERATIONS, type Operation, readGivenToken, readInputs, says } from '../src/inputs.js';
import { STORAGE_TYPES } from '../src/portal/records.js';
import { UTC } from '../src/retention/calendar.js';
import { redactor } from '../src/text.js';
import { secretsOf } from '../src/token.js';
import { inputVariables, readDefaults, root } from '../tools/runner.mjs';
import { makeBackups, makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { act, errorOf, idsOf, KEY } from './support/action.js';
import { policyOf } from './support/backups.js';
import { portalWith } from './support/portals.js';
import { forEach } from './support/spread.js';

const PORTAL = 'https://portal.example';
/** What each operation needs, and no more. */
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

/** What readInputs makes of inputs that a workflow gives; action.yml adds its defaults. */
function read(inputs: Record<string, string>): Inputs {
  clearInputs();
  Object.assign(process.env, inputVariables(inputs));
  return readInputs(redactor(secretsOf(readGivenToken())));
}

/** The text with which inputs are refused; empty where they are not. */
function refusalOf(inputs: Record<string, string>): string {
  try {
    read(inputs);
    return '';
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Values that are taken, and what is read from them. */
const TAKEN: [input: string, value: string, beside: Record<string, string>, read: Record<string, unknown>][] =
  [
    ['operation', 'prune-history', PRUNE, { operation: 'prune-history' }],
    [
      'portal-url',
      'https://portal.example/',
      HISTORY,
      { portalUrl: new URL(PORTAL), host: 'portal.example' },
    ],
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
    ['storage-types', '', PRUNE, { storageTypes: undefined }],
    ['time-zone', 'europe/berlin', PRUNE, { calendar: expect.objectContaining({ name: 'Europe/Berlin' }) }],
    ['time-zone', 'UTC', PRUNE, { calendar: UTC }],
    ['require-backup-within', '2d', PRUNE, { requireBackupWithin: { y: 0, m: 0, w: 0, d: 2, h: 0 } }],
    ['require-backup-within', '', PRUNE, { requireBackupWithin: undefined }],
  ];

describe('what is read', () => {
  test('with nothing but what is needed, the defaults', () => {
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

  test.each(OPERATIONS)('%s with every other input empty, as on schedule: the same', operation => {
    const empty = Object.fromEntries(Object.keys(readDefaults()).map(name => [name, '']));
    expect(read({ ...empty, ...NEEDED[operation] })).toEqual(read(NEEDED[operation]));
  });

  test.each(TAKEN)('%s: %j', (input, value, beside, expected) => {
    expect(read({ ...beside, [input]: value })).toMatchObject(expected);
  });

  test.each(COUNTS)('%s: a number, or unlimited', rule => {
    for (const value of ['0', '5', 'unlimited']) {
      const inputs = { ...PRUNE, 'keep-within': '1d', [rule]: value };
      expect(read(inputs)).toMatchObject({ policy: policyOf(inputs) });
    }
  });

  test.each(SPANS)('%s: a duration, its units in any order', rule => {
    const inputs = { ...PRUNE, [rule]: '3h1y5m2w7d' };
    expect(read(inputs)).toMatchObject({ policy: policyOf({ ...inputs, [rule]: '1y5m2w7d3h' }) });
    const alone = { ...PRUNE, 'keep-last': '', [rule]: '30d' };
    expect(read(alone)).toMatchObject({ policy: policyOf({ [rule]: '30d' }) });
  });

  test('a dry run lists, whatever verify says', () => {
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
  'portal-url must be a URL such as https://portal.example. What stands there is not shown: it may be a token.';
const PLAIN_URL =
  /Allowed: a URL such as https:\/\/portal\.example, without path, query, fragment, user name or password/;
const HTTPS = /Allowed: https, so that nobody reads the token on its way; or set allow-http: true\.$/;

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

/** Values that are refused, in a text that names the input and then says this. */
const REFUSED: [
  inputs: string[],
  what: string,
  values: string[],
  beside: Record<string, string>,
  says: RegExp,
][] = [
  [
    ['operation'],
    'what is none of the four',
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
  [['timeout-seconds'], 'no time at all', ['0', '00'], PRUNE, WHOLE],
  [COUNTS, 'no whole number', [...NO_NUMBERS, 'Unlimited', 'all'], PRUNE, COUNT],
  [[...SPANS, 'require-backup-within'], 'no duration', [...NO_SPANS, 'unlimited'], PRUNE, DURATION],
  [
    ['require-backup-within'],
    'no time at all',
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
    ['6', '-1', '1.0', '00', 'Locale', 'Documents;Local', ',', '[]', '[3]'],
    PRUNE,
    TYPES,
  ],
  [
    ['time-zone'],
    'no name of the IANA database',
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

describe('what is refused', () => {
  test.each(REFUSED)('%j: %s', (inputs, _what, values, beside, says) => {
    for (const input of inputs) {
      for (const value of values) {
        const message = refusalOf({ ...beside, [input]: value });
        expect([value, message]).toEqual([value, expect.stringMatching(says)]);
        expect(message.startsWith(`${input} cannot be "`)).toBe(true);
      }
    }
  });

  test.each<[what: string, inputs: Record<string, string>, says: string]>([
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
      'a prune with keep-ids alone',
      { ...PRUNE, 'keep-last': '', 'keep-ids': makeId(1) },
      'No keep- rule is set, or all are 0: that would delete every backup but those of keep-ids. Set one, such as keep-last: 7.',
    ],
    [
      'max-deletions without a list to count',
      { ...HISTORY, verify: 'false', 'max-deletions': '5', 'dry-run': 'true' },
      'max-deletions does not go with verify: false, which lists nothing.',
    ],
    ...['Basic dXNlcjpwYXNz', 'abcdefgh', 'Bearer abcdefgh', 'sk_live_x'].map(
      (token): [string, Record<string, string>, string] => [
        `dump: true with the token ${token}, which is no API key`,
        { ...HISTORY, dump: 'true', token },
        'dump: true needs an API key (sk-…) as token: a portal too old for keys would ignore dump and delete its own backups.',
      ],
    ),
  ])('%s', (_what, inputs, says) => {
    expect(refusalOf(inputs)).toBe(says);
  });

  test('dump: false with a token that is no API key is taken', () => {
    expect(read({ ...HISTORY, dump: 'false', token: 'abcdefgh' })).toMatchObject({ dump: false });
  });
});

/** The operations that an input belongs to, and a value that is not its default. */
const BELONGS: [input: string, value: string, of: Operation[]][] = [
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

describe('beside another operation', () => {
  test.each(BELONGS)(
    '%s: %s is refused where it does not belong, and taken where it does',
    (input, value, of) => {
      for (const operation of OPERATIONS) {
        const message = refusalOf({ ...NEEDED[operation], [input]: value });
        const foreign = `${input} does not belong to ${operation}, but to ${of.join(', ')}. Leave it out.`;
        if (of.includes(operation)) expect(message).not.toContain('does not belong');
        else expect(message).toBe(foreign);
      }
    },
  );

  test('the default of an input, in any spelling, is taken beside every operation', () => {
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
  ])('%s is refused by its full name, without its value', variable => {
    Object.assign(process.env, inputVariables(HISTORY), { [variable]: 'the-value' });
    expect(() => readInputs(redactor([]))).toThrow(
      `There is no input for the environment variable "${variable}", so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: operation, portal-url, token, `,
    );
    expect(() => readInputs(redactor([]))).not.toThrow('the-value');
    process.env[variable] = '';
    expect(readInputs(redactor([]))).toMatchObject({ operation: 'delete-history' });
  });

  test('is of no concern where its name only looks like an input’s', () => {
    Object.assign(process.env, inputVariables(HISTORY), { INPUTS: 'x', MY_INPUT_X: 'x' });
    expect(readInputs(redactor([]))).toMatchObject({ operation: 'delete-history' });
    delete process.env['INPUTS'];
    delete process.env['MY_INPUT_X'];
  });

  test('is shown in one line, and without the token in its name', () => {
    const message = refusalOf({ ...HISTORY, [`x\n::error::${KEY}`]: 'x' });
    expect(message).toMatch(/^There is no input for the environment variable "INPUT_X ::ERROR::\*\*\*"/);
  });
});

describe('action.yml', () => {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
  const names = Object.keys(action.inputs);

  test('has the inputs that the source knows, and no others', () => {
    const [, known = ''] = /The inputs are: (.*)\.$/.exec(refusalOf({ ...HISTORY, x: 'y' })) ?? [];
    expect(known.split(', ')).toEqual(names);
  });

  test('has the defaults that the source takes for an empty input', () => {
    const inputs: Record<string, { default?: string }> = action.inputs;
    const values = names.map(name => [`INPUT_${name.toUpperCase()}`, inputs[name]?.default ?? '']);
    for (const operation of OPERATIONS) {
      clearInputs();
      Object.assign(process.env, Object.fromEntries(values));
      for (const [name, value] of Object.entries(NEEDED[operation])) {
        process.env[`INPUT_${name.toUpperCase()}`] = value;
      }
      const withDefaults = readInputs(redactor([]));
      clearInputs();
      for (const [name, value] of Object.entries(NEEDED[operation])) {
        process.env[`INPUT_${name.toUpperCase()}`] = value;
      }
      expect(readInputs(redactor([]))).toEqual(withDefaults);
      expect([says('summary', 'true'), says('dry-run', 'false')]).toEqual([true, true]);
    }
  });

  test('is read by the tools as a YAML library reads it', () => {
    const inputs: [string, { default?: string }][] = Object.entries(action.inputs);
    expect(readDefaults()).toEqual(
      Object.fromEntries(inputs.map(([name, { default: of = '' }]) => [name, of])),
    );
  });

  test('has an output for each that a run sets, and no other', async () => {
    const portal = await portalWith();
    const { outputs } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test('has no input that the tables of this file leave out', () => {
    const taken = new Set(TAKEN.map(([input]) => input));
    const refused = new Set(REFUSED.flatMap(([inputs]) => inputs));
    // The token has tests of its own; the summary is looked at by `says`.
    const rules = new Set([...COUNTS, ...SPANS]);
    expect(names.filter(name => !taken.has(name) && !rules.has(name))).toEqual(['summary']);
    expect(names.filter(name => !refused.has(name))).toEqual(['token']);
  });
});

describe('what a message repeats of a value', () => {
  test.each([
    ['https://portal.example?key=secret', 'https://portal.example…', 'https://portal.example'],
    ['https://portal.example:8443/#secret', 'https://portal.example:8443/…', 'https://portal.example:8443'],
    ['https://portal.example/path', 'https://portal.example/path', 'https://portal.example'],
    ['http://Portal.Example/path', 'http://Portal.Example/path', 'http://portal.example'],
    ['https:portal.example', 'https:portal.example', 'https://portal.example'],
  ])('portal-url %s: nothing that may be secret, and the origin to write', (url, shown, origin) => {
    const allowed =
      'a URL such as https://portal.example, without path, query, fragment, user name or password';
    expect(refusalOf({ ...HISTORY, 'portal-url': url })).toBe(
      `portal-url cannot be "${shown}". Allowed: ${allowed}. Write ${origin}.`,
    );
  });

  test.each([
    ['https://admin:secret@portal.example', '…portal.example'],
    ['https://admin:secret@portal.example:8443/', '…portal.example:8443/'],
    ['https://secret@portal.example', '…portal.example'],
    ['https://admin:se@cret@portal.example', '…portal.example'],
    // What stands after the last @ may be part of the password, or there is more after the host.
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
    'portal-url %s: nothing of a user, and no origin to write, which could be the password',
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
  ])('portal-url "%s" is not shown, for it may be a token', url => {
    expect(refusalOf({ ...HISTORY, 'portal-url': url })).toBe(NO_URL);
  });

  test.each(['https://$(id)/x', 'https://a_b`c`.example/x', 'portal.example', 'ftp://portal.example'])(
    'portal-url %s: no origin to write where there is none, or none that may be printed',
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
  ])('%s: %j shows nothing secret', (input, value) => {
    const message = refusalOf({ ...(input === 'backup-ids' ? BACKUPS : PRUNE), [input]: value });
    expect(message).toMatch(new RegExp(`^${input} cannot be "`));
    expect(message.toLowerCase()).not.toMatch(/hunter2|0123456789abcdef/);
  });

  test.each([
    ['portal-url', 'a long host', `https://${'a'.repeat(60_000)}`],
    ['portal-url', 'a path of @', `https://portal.example/${'@'.repeat(60_000)}`],
    ['portal-url', 'the same again and again', 'https://'.repeat(7_500)],
    ['keep-within', 'the same again and again', '1d'.repeat(30_000)],
    ['keep-within', 'digits', '1'.repeat(60_000)],
    ['keep-ids', 'commas', ','.repeat(60_000)],
    ['keep-ids', 'brackets', '['.repeat(60_000)],
    ['time-zone', 'slashes', `a${'/a'.repeat(30_000)}`],
    ['token', 'a scheme and a word, far apart', `Bearer${' '.repeat(60_000)}a b`],
    ['token', 'a quotation mark at its end', `${'a'.repeat(60_000)}"`],
  ])('%s of 60,000 characters, %s: refused within a moment, in a short text', (input, _what, value) => {
    const start = performance.now();
    const message = refusalOf({ ...PRUNE, [input]: value });
    // A quadratic expression would take ten seconds.
    expect(performance.now() - start).toBeLessThan(3_000);
    const says = input === 'token' ? 'is longer than 8192 characters, so it cannot be one' : 'cannot be "';
    expect(message).toMatch(new RegExp(`^${input} ${says}`));
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
])('a report of refused inputs takes dry-run %j for a dry run: %s', (value, expected) => {
  process.env['INPUT_DRY-RUN'] = value;
  expect(says('dry-run', 'true')).toBe(expected);
});

describe('the whole action', () => {
  /** The newest is of 31 March; two a day. */
  const backups = makeBackups(8, { everyHours: 12 });
  const all = (...numbers: number[]) => numbers.map(makeId);

  test.each<[what: string, inputs: Record<string, string>, kept: string[]]>([
    ['keep-last: unlimited', { 'keep-last': 'unlimited' }, all(1, 2, 3, 4, 5, 6, 7, 8)],
    ['keep-daily: 2', { 'keep-daily': '2' }, all(1, 2)],
    [
      'keep-daily where it is tomorrow at 14:15 UTC',
      { 'keep-daily': '2', 'time-zone': 'Pacific/Kiritimati' },
      all(1, 3),
    ],
    ['keep-within-hourly', { 'keep-within-hourly': '25h' }, all(1, 2, 3)],
    ['keep-within-daily', { 'keep-within-daily': '36h' }, all(1, 2)],
    ['keep-within-weekly', { 'keep-within-weekly': '3d' }, all(1, 4)],
    ['keep-within-monthly', { 'keep-within-monthly': '1m' }, all(1, 8)],
    ['keep-within-yearly', { 'keep-within-yearly': '1y' }, all(1, 8)],
    ['keep-ids beside a rule', { 'keep-last': '1', 'keep-ids': makeId(5) }, all(1, 5)],
    ['keep-ids as JSON', { 'keep-last': '1', 'keep-ids': JSON.stringify(all(5, 6)) }, all(1, 5, 6)],
    ['keep-ids: []', { 'keep-last': '1', 'keep-ids': '[]' }, all(1)],
    ['require-backup-within that holds', { 'keep-last': '1', 'require-backup-within': '100y' }, all(1)],
    ['ignore-not-found', { 'keep-last': '1', 'keep-ids': makeId(99), 'ignore-not-found': 'true' }, all(1)],
  ])('prunes by %s', async (_what, inputs, kept) => {
    const portal = await portalWith({ backups });
    const result = await act({ operation: 'prune-history', 'portal-url': portal.url, ...inputs });
    expect(result.code).toBe(0);
    expect(idsOf(result.outputs, 'kept')).toEqual(kept);
    expect(idsOf(result.outputs, 'deleted')).toHaveLength(backups.length - kept.length);
  });

  test('deletes what backup-ids names as a JSON array, as the outputs of another step do', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url };
    const { outputs } = await act({ ...inputs, 'backup-ids': JSON.stringify(all(3, 8)) });
    expect(idsOf(outputs, 'deleted')).toEqual(all(8, 3));
  });

  test('with backup-ids: [] has nothing to do, and is green', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url, 'backup-ids': '[]' };
    const { code, outputs } = await act(inputs);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ result: 'true', 'selected-count': '0', 'deleted-count': '0' });
    expect(portal.state.deletedIds.size).toBe(0);
  });

  test('deletes the rest where ignore-not-found says so', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-backups', 'portal-url': portal.url };
    const ids = JSON.stringify(all(8, 99));
    const red = await act({ ...inputs, 'backup-ids': ids });
    expect(errorOf(red)).toContain('Set ignore-not-found: true to delete the rest.');
    expect(portal.state.deletedIds.size).toBe(0);
    const green = await act({ ...inputs, 'backup-ids': ids, 'ignore-not-found': 'true' });
    expect(green.code).toBe(0);
    expect(green.log).toContain(`::warning::1 of the backup-ids is not in the history: ${makeId(99)}.`);
    expect([...portal.state.deletedIds]).toEqual(all(8));
  });

  test('whose newest backup is older than require-backup-within deletes nothing', async () => {
    const portal = await portalWith({ backups });
    const inputs = { 'keep-last': '1', 'require-backup-within': '1h' };
    const result = await act({ operation: 'prune-history', 'portal-url': portal.url, ...inputs });
    expect(errorOf(result)).toContain('The newest backup is of 2026-03-31 02:15 (UTC), older than');
    expect(portal.state.deletedIds.size).toBe(0);
  });

  test('with inputs that are refused is red, with outputs and a summary, and sends no request', async () => {
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

  test('with summary: false writes none, also in a run that is red', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, summary: 'False' };
    const seen: unknown[] = [];
    for (const more of [
      {},
      { dump: 'true', token: 'no-key-at-all' },
      { 'keep-last': '3' },
      { dump: 'maybe' },
    ]) {
      const { code, summary } = await act({ ...inputs, ...more });
      seen.push([code, summary]);
    }
    expect(seen).toEqual([[0, ''], ...Array(3).fill([1, ''])]);
  });
});

/** Any text, and texts that look right at first sight. */
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
/** What the runner can put into an environment variable: no NUL, and no half of a character. */
function asVariable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}

type Row = [
  input: string,
  texts: fc.Arbitrary<string>,
  beside: Record<string, string>,
  expectUsed: (text: string, inputs: Inputs) => void,
];

describe('whatever an input holds', () => {
  const booleans = (
    name: string,
    beside: Record<string, string>,
    otherwise: boolean | undefined,
    used: (inputs: Inputs) => unknown,
  ): Row => [
    name,
    textLike('true', 'false', 'TRUE'),
    beside,
    (text, inputs) => {
      expect(text).toMatch(/^(|true|True|TRUE|false|False|FALSE)$/);
      expect(used(inputs)).toBe(text === '' ? otherwise : /^true$/i.test(text));
    },
  ];
  const numbers = (name: string, otherwise: number | undefined, used: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('0', '1', '42', '9007199254740991', '9007199254740993', 'unlimited'),
    PRUNE,
    (text, inputs) => {
      expect(text).toMatch(name.startsWith('keep-') ? /^([0-9]*|unlimited)$/ : /^[0-9]*$/);
      const number = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
      expect(used(inputs)).toBe(text === '' ? otherwise : number);
    },
  ];
  const spans = (name: string, used: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('30d', '2w', '1y5m7d2h', '0d', 'd'),
    PRUNE,
    (text, inputs) => {
      expect(text).toMatch(/^([0-9]+[ymwdh])*$/);
      const number = (unit: string) => Number(new RegExp(`([0-9]+)${unit}`).exec(text)?.[1] ?? 0);
      const meant = Object.fromEntries([...'ymwdh'].map(unit => [unit, number(unit)]));
      expect(used(inputs)).toEqual(text === '' ? undefined : meant);
    },
  ];
  const prune = (inputs: Inputs) => {
    if (inputs.operation !== 'prune-history') throw new Error(`Not a prune: ${inputs.operation}`);
    return inputs;
  };
  const ids = (
    name: string,
    beside: Record<string, string>,
    used: (inputs: Inputs) => Iterable<string>,
  ): Row => [
    name,
    textLike(makeId(1), `${makeId(1)},${makeId(2)}`, ',', `["${makeId(1)}"]`, '[]'),
    beside,
    (text, inputs) => {
      const items: string[] = text.startsWith('[') ? JSON.parse(text) : text.split(/[\s,]+/);
      const meant = items.filter(item => item !== '').map(item => item.toLowerCase());
      expect([...used(inputs)]).toEqual([...new Set(meant)]);
      for (const id of used(inputs)) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  ];

  test.each<Row>([
    booleans('dry-run', SCHEDULED, false, inputs => inputs.dryRun),
    booleans('dump', SCHEDULED, undefined, inputs => inputs.dump),
    booleans('summary', SCHEDULED, true, () => !says('summary', 'false')),
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
  ])('%s: refused, or used as documented; no message holds the token', (name, texts, beside, expectUsed) => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(texts, text => {
        const value = asVariable(text);
        const message = refusalOf({ ...beside, [name]: value });
        if (message === '') {
          taken++;
          expectUsed(value.trim(), read({ ...beside, [name]: value }));
        } else refused++;
        expect(message).not.toContain(KEY);
        expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
      { numRuns: 100 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(0);
  });

  test('an unknown name is refused, whatever it is', () => {
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
