import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../src/failure.js';
import { type Inputs, readInputs, readSecret, says } from '../src/inputs.js';
import { STORAGE_TYPES } from '../src/records.js';
import { makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { inputVariables, readDefaults } from '../tools/runner.mjs';
import { act, errorOf, KEY } from './support/action.js';
import { portalWith } from './support/portals.js';
import { forEach } from './support/spread.js';

const URL_OF_PORTAL = 'https://portal.example';
const SCHEDULED = { operation: 'delete-schedule', 'portal-url': URL_OF_PORTAL, token: KEY };
const HISTORY = { ...SCHEDULED, operation: 'delete-history' };
const BACKUPS = { ...SCHEDULED, operation: 'delete-backups', 'backup-ids': makeId(1) };
const PRUNE = { ...SCHEDULED, operation: 'prune-history', 'keep-last': '7' };

beforeEach(clearInputs);

function clearInputs(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
}

/** What readInputs makes of inputs that a workflow gives; action.yml adds its defaults. */
function read(inputs: Record<string, string>): Inputs {
  clearInputs();
  for (const [name, value] of Object.entries(inputVariables(inputs))) process.env[name] = value;
  return readInputs();
}

/** The text with which inputs are refused; empty where they are not. */
function refusalOf(inputs: Record<string, string>): string {
  try {
    read(inputs);
    return '';
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

describe('what is read', () => {
  test('with nothing but what is needed, the defaults', () => {
    expect(read(SCHEDULED)).toEqual({
      operation: 'delete-schedule',
      portalUrl: new URL(URL_OF_PORTAL),
      authorization: `Bearer ${KEY}`,
      dump: undefined,
      dryRun: false,
      retries: 3,
      timeoutSeconds: 300,
      verify: true,
    });
  });

  test('the same when every other input is empty, as on schedule', () => {
    const empty = Object.fromEntries(Object.keys(readDefaults()).map(name => [name, '']));
    for (const inputs of [SCHEDULED, HISTORY, BACKUPS, PRUNE]) {
      expect(read({ ...empty, ...inputs })).toEqual(read(inputs));
    }
  });

  test.each<[input: string, value: string, base: Record<string, string>, read: Record<string, unknown>]>([
    ['dump', 'true', SCHEDULED, { dump: true }],
    ['dump', 'False', SCHEDULED, { dump: false }],
    ['dry-run', 'TRUE', HISTORY, { dryRun: true, verify: true }],
    ['dry-run', ' true\n', HISTORY, { dryRun: true }],
    ['verify', 'false', SCHEDULED, { verify: false }],
    ['verify', 'False', HISTORY, { verify: false }],
    ['verify', 'true', BACKUPS, { operation: 'delete-backups' }],
    ['retries', '0', PRUNE, { retries: 0 }],
    ['retries', '007', PRUNE, { retries: 7 }],
    ['timeout-seconds', '1', PRUNE, { timeoutSeconds: 1 }],
    ['timeout-seconds', '9007199254740991', PRUNE, { timeoutSeconds: Number.MAX_SAFE_INTEGER }],
    ['max-deletions', '0', HISTORY, { maxDeletions: 0 }],
    ['max-deletions', '12', BACKUPS, { maxDeletions: 12 }],
    ['max-deletions', '', PRUNE, { maxDeletions: undefined }],
    ['backup-ids', `${makeId(1)},${makeId(2)}`, BACKUPS, { ids: new Set([makeId(1), makeId(2)]) }],
    ['backup-ids', `,${makeId(1)} \n\t${makeId(2)},,`, BACKUPS, { ids: new Set([makeId(1), makeId(2)]) }],
    [
      'backup-ids',
      'ABCDEF00-0000-4000-8000-00000000000A',
      BACKUPS,
      { ids: new Set(['abcdef00-0000-4000-8000-00000000000a']) },
    ],
    ['backup-ids', `${makeId(1)} ${makeId(1)}`, BACKUPS, { ids: new Set([makeId(1)]) }],
    ['storage-types', 'Local', PRUNE, { storageTypes: new Set(['Local']) }],
    [
      'storage-types',
      'local, DATASTORE 0',
      PRUNE,
      { storageTypes: new Set(['Local', 'DataStore', 'Documents']) },
    ],
    ['storage-types', '0,1,2,3,4,5', PRUNE, { storageTypes: new Set(STORAGE_TYPES) }],
    ['storage-types', '', PRUNE, { storageTypes: undefined }],
    ['keep-within', '1y5m2w7d3h', PRUNE, policy({ last: 7, within: { y: 1, m: 5, w: 2, d: 7, h: 3 } })],
    ['keep-within', '3h1y', PRUNE, policy({ last: 7, within: { y: 1, m: 0, w: 0, d: 0, h: 3 } })],
    ['keep-within', '0d', PRUNE, policy({ last: 7 })],
    ['keep-hourly', '1', PRUNE, policy({ last: 7, hourly: 1 })],
    ['keep-daily', '2', PRUNE, policy({ last: 7, daily: 2 })],
    ['keep-weekly', '3', PRUNE, policy({ last: 7, weekly: 3 })],
    ['keep-monthly', '4', PRUNE, policy({ last: 7, monthly: 4 })],
    ['keep-yearly', '5', PRUNE, policy({ last: 7, yearly: 5 })],
    [
      'keep-last',
      '0',
      { ...PRUNE, 'keep-within': '1h' },
      policy({ within: { y: 0, m: 0, w: 0, d: 0, h: 1 } }),
    ],
    ['portal-url', 'https://portal.example/', SCHEDULED, { portalUrl: new URL(URL_OF_PORTAL) }],
    [
      'portal-url',
      'HTTPS://Portal.Example:8443',
      SCHEDULED,
      { portalUrl: new URL('https://portal.example:8443') },
    ],
    ['portal-url', 'https://[2001:db8::1]', SCHEDULED, { portalUrl: new URL('https://[2001:db8::1]') }],
    [
      'portal-url',
      'https://bücher.example',
      SCHEDULED,
      { portalUrl: new URL('https://xn--bcher-kva.example') },
    ],
    ['portal-url', 'http://localhost:8080', SCHEDULED, { portalUrl: new URL('http://localhost:8080') }],
    ['portal-url', 'http://127.0.0.2', SCHEDULED, { portalUrl: new URL('http://127.0.0.2') }],
    ['portal-url', 'http://127.10.20.30', SCHEDULED, { portalUrl: new URL('http://127.10.20.30') }],
    ['portal-url', 'http://[::1]/', SCHEDULED, { portalUrl: new URL('http://[::1]') }],
    [
      'portal-url',
      'http://portal.example',
      { ...SCHEDULED, 'allow-http': 'true' },
      { portalUrl: new URL('http://portal.example') },
    ],
  ])('%s: %j', (input, value, base, expected) => {
    expect(read({ ...base, [input]: value })).toMatchObject(expected);
  });

  test.each([
    [{ 'dry-run': 'true', verify: 'false' }, true],
    [{ 'dry-run': 'false', verify: 'false' }, false],
  ])('%j: a dry run lists in any case', (inputs, verify) => {
    expect(read({ ...HISTORY, ...inputs })).toMatchObject({ verify });
    expect(read({ ...SCHEDULED, ...inputs })).toMatchObject({ verify });
  });
});

function policy(rules: object) {
  const none = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, within: undefined };
  return { policy: { ...none, ...rules } };
}

const WHOLE = /^\S+ cannot be ".*"\. Allowed: a whole number from [01], in digits\.$/;
const BOOLEAN = /^\S+ cannot be ".*"\. Allowed: true, false\.$/;
const DURATION = /^keep-within cannot be ".*"\. Allowed: a duration such as 30d, 2w, 6m or 1y5m7d2h/;
const PLAIN_URL =
  /^portal-url cannot be ".*"\. Allowed: a URL such as https:\/\/portal\.example, without path/;
const HTTPS = /^portal-url cannot be ".*"\. Allowed: https, so that nobody reads the token on its way/;
const TOKEN = /^token cannot be sent as it is\. Allowed: an API key \(sk-…\)/;

describe('what is refused', () => {
  test.each<[input: string, values: string[], base: Record<string, string>, says: RegExp]>([
    [
      'operation',
      ['', 'Delete-History', 'delete', 'toString', 'delete-history delete-schedule'],
      SCHEDULED,
      /^operation cannot be ".*"\. Allowed: delete-schedule, delete-history, delete-backups, prune-history\.$/,
    ],
    ['dump', ['yes', '1', 'tRUE', 'null'], SCHEDULED, BOOLEAN],
    ['dry-run', ['yes', 'on', '1', 'true false', 'trUe'], HISTORY, BOOLEAN],
    ['verify', ['no', '0'], HISTORY, BOOLEAN],
    ['verify', ['no', '0'], PRUNE, BOOLEAN],
    ['summary', ['y'], HISTORY, BOOLEAN],
    ['allow-http', ['y'], { ...HISTORY, 'portal-url': 'http://portal.example' }, BOOLEAN],
    ['allow-http', ['y'], HISTORY, BOOLEAN],
    ...[
      'retries',
      'timeout-seconds',
      'max-deletions',
      'keep-last',
      'keep-hourly',
      'keep-daily',
      'keep-weekly',
      'keep-monthly',
      'keep-yearly',
    ].map((name): [string, string[], Record<string, string>, RegExp] => [
      name,
      ['3x', '-1', '+1', '1e3', '0x10', '1.0', '1,000', '1 2', '٣', '9007199254740992', 'NaN', 'Infinity'],
      PRUNE,
      WHOLE,
    ]),
    ['timeout-seconds', ['0', '00'], PRUNE, WHOLE],
    [
      'keep-within',
      [
        '30',
        'd',
        '30D',
        '30 d',
        '1d1d',
        '-1d',
        '1.5d',
        '30d!',
        '30min',
        '1y 5m',
        'P30D',
        '٣d',
        '9007199254740992d',
        'y1',
        '1d\n2h',
        '1😀',
      ],
      PRUNE,
      DURATION,
    ],
    ['backup-ids', ['', ' , '], BACKUPS, /^backup-ids cannot be ".*"\. Allowed: GUIDs, at least one\.$/],
    [
      'backup-ids',
      [
        '*',
        'all',
        '../x',
        `${makeId(1)};${makeId(2)}`,
        `{${makeId(1)}}`,
        `${makeId(1)}x`,
        `${makeId(1)} ..`,
        makeId(1).replaceAll('-', ''),
      ],
      BACKUPS,
      /^backup-ids cannot be ".*"\. Allowed: GUIDs, separated by spaces or commas\.$/,
    ],
    [
      'storage-types',
      ['6', '-1', '1.0', '00', 'Locale', 'Documents;Local'],
      PRUNE,
      /^storage-types cannot be ".*"\. Allowed: Documents \(0\), ThridpartyDocuments \(1\), .* separated by/,
    ],
    [
      'storage-types',
      [','],
      PRUNE,
      /^storage-types cannot be ","\. Allowed: Documents \(0\), .*, at least one\.$/,
    ],
    [
      'portal-url',
      [
        '',
        'portal.example',
        '//portal.example',
        'https:portal.example',
        'https:/portal.example',
        'https:\\\\portal.example',
        'https://',
        'https:///x',
        'ftp://portal.example',
        'file:///etc/passwd',
        'javascript:alert(1)',
      ],
      SCHEDULED,
      PLAIN_URL,
    ],
    [
      'portal-url',
      [
        'https://portal.example/x',
        'https://portal.example//',
        'https://portal.example/?',
        'https://portal.example?x',
        'https://portal.example#x',
        'https://portal.example\\x',
        'https://a b.example',
        'https://a\nb.example',
        'https://portal.example:99999',
        'https://portal.example:x',
        'https://[::1',
        'https://a%00b',
        'https://<a>',
      ],
      SCHEDULED,
      PLAIN_URL,
    ],
    [
      'portal-url',
      [
        'https://user:pass@portal.example',
        'https://user@portal.example',
        'https://portal.example@evil.example',
        'https://@portal.example',
      ],
      SCHEDULED,
      PLAIN_URL,
    ],
    [
      'portal-url',
      [
        'http://portal.example',
        'http://localhost.example',
        'http://127.0.0.1.example',
        'http://10.0.0.1',
        'http://[::2]',
        'http://0.0.0.0',
        'http://notlocalhost',
      ],
      SCHEDULED,
      HTTPS,
    ],
    ['token', [''], SCHEDULED, /^token is empty\. Does the secret exist, and may this workflow read it/],
    [
      'token',
      [
        'Bearer',
        'Basic',
        'a b',
        'Bearer a b',
        'Digest abc',
        'sk-\u0000',
        'sk-é',
        'a\r\nx: y',
        'Bearer\tx',
        'sk-😀',
        'a\u00a0b',
      ],
      SCHEDULED,
      TOKEN,
    ],
  ])('%s: %j', (input, values, base, says) => {
    for (const value of values) expect(refusalOf({ ...base, [input]: value })).toMatch(says);
  });

  test.each([
    ['keep-last', '7', HISTORY, 'keep-last does not belong to delete-history, but to prune-history.'],
    ['keep-within', '7d', SCHEDULED, 'keep-within does not belong to delete-schedule, but to prune-history.'],
    ['keep-daily', '0', BACKUPS, 'keep-daily does not belong to delete-backups, but to prune-history.'],
    [
      'storage-types',
      'Local',
      HISTORY,
      'storage-types does not belong to delete-history, but to prune-history.',
    ],
    [
      'backup-ids',
      makeId(1),
      HISTORY,
      'backup-ids does not belong to delete-history, but to delete-backups.',
    ],
    ['backup-ids', 'x', PRUNE, 'backup-ids does not belong to prune-history, but to delete-backups.'],
    [
      'max-deletions',
      '1',
      SCHEDULED,
      'max-deletions does not belong to delete-schedule, but to delete-history, delete-backups, prune-history.',
    ],
    [
      'verify',
      'false',
      BACKUPS,
      'verify does not belong to delete-backups, but to delete-schedule, delete-history.',
    ],
    [
      'verify',
      'False',
      PRUNE,
      'verify does not belong to prune-history, but to delete-schedule, delete-history.',
    ],
  ])('%s: %s where it does not belong', (input, value, base, says) => {
    expect(refusalOf({ ...base, [input]: value })).toBe(`${says} Leave it out.`);
  });

  test.each([
    [{ ...PRUNE, 'keep-last': '' }, /^No keep- rule is set, or all are 0: that would delete every backup/],
    [{ ...PRUNE, 'keep-last': '0', 'keep-within': '0d', 'keep-yearly': '00' }, /^No keep- rule is set/],
    [
      { ...HISTORY, verify: 'false', 'max-deletions': '5' },
      /^max-deletions does not go with verify: false, which counts nothing\.$/,
    ],
    [
      { ...HISTORY, verify: 'false', 'max-deletions': '5', 'dry-run': 'true' },
      /^max-deletions does not go with verify: false/,
    ],
  ])('inputs that do not go together: %j', (inputs, says) => {
    expect(refusalOf(inputs)).toMatch(says);
  });

  test.each(['Basic dXNlcjpwYXNz', 'abcdef', 'Bearer abcdef', 'sk_live', 'Basic sk-abc'])(
    'dump: true with the token %s, which is no API key',
    token => {
      expect(refusalOf({ ...HISTORY, dump: 'true', token })).toMatch(/^dump: true needs an API key \(sk-…\)/);
      expect(refusalOf({ ...HISTORY, dump: 'false', token })).toBe('');
    },
  );

  test.each([
    ['INPUT_DRYRUN', 'dryrun'],
    ['INPUT_DRY_RUN', 'dry_run'],
    ['INPUT_KEEP-LATS', 'keep-lats'],
    ['INPUT_', ''],
    ['INPUT___PROTO__', '__proto__'],
  ])('an input that does not exist: %s', (variable, name) => {
    process.env[variable] = 'true';
    for (const [known, value] of Object.entries(inputVariables(HISTORY))) process.env[known] = value;
    expect(() => readInputs()).toThrow(
      `There is no input "${name}". The inputs are: operation, portal-url, token, `,
    );
    process.env[variable] = '';
    expect(readInputs()).toMatchObject({ operation: 'delete-history' });
  });

  test('all inputs of action.yml are known, and no others', () => {
    process.env['INPUT_X'] = 'y';
    expect(() => readInputs()).toThrow(/^There is no input "x"\. The inputs are: [a-z, -]+\.$/);
    const [, listed = ''] = /The inputs are: (.*)\.$/.exec(refusalOf({ x: 'y' })) ?? [];
    expect(listed.split(', ').sort()).toEqual(Object.keys(readDefaults()).sort());
  });

  test.each([
    ['portal-url', `https://admin:hunter2@portal.example`],
    ['portal-url', 'admin:hunter2@portal.example'],
    ['portal-url', 'https:/admin:hunter2@portal.example'],
    ['portal-url', 'https://admin:\nhunter2@portal.example'],
    ['portal-url', 'https://portal.example/?key=\nhunter2'],
    ['portal-url', `https://portal.example/?key=hunter2`],
    ['portal-url', `https://portal.example/#hunter2`],
    ['portal-url', `https://a/b@hunter2@c`],
    ['portal-url', `https://portal.example/${KEY}`],
    ['operation', KEY],
    ['operation', `Bearer ${KEY}`],
    ['keep-within', `${KEY}${KEY}`],
    ['backup-ids', `${makeId(1)} ${KEY}`],
    ['retries', `${'x'.repeat(60)}${KEY}`],
  ])('the message on %s: %s holds nothing secret', (input, value) => {
    const message = refusalOf({ ...(input === 'backup-ids' ? BACKUPS : PRUNE), [input]: value });
    expect(message).toMatch(new RegExp(`^${input} cannot be "`));
    expect(message).not.toMatch(/hunter2|0123456789abcdef/);
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
])('says: dry-run %j', (value, expected) => {
  process.env['INPUT_DRY-RUN'] = value;
  expect(says('dry-run', 'true')).toBe(expected);
});

describe('the token', () => {
  test.each([
    [KEY, `Bearer ${KEY}`, KEY],
    [` ${KEY}\n`, `Bearer ${KEY}`, KEY],
    [`Bearer ${KEY}`, `Bearer ${KEY}`, KEY],
    [`bearer   ${KEY}`, `Bearer ${KEY}`, KEY],
    ['AbC+/=_-.~', 'AbC+/=_-.~', 'AbC+/=_-.~'],
    ['Bearer AbC+/=', 'Bearer AbC+/=', 'AbC+/='],
    ['Basic dXNlcjpwYXNz', 'Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['BASIC dXNlcjpwYXNz', 'Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['bearer-like', 'bearer-like', 'bearer-like'],
  ])('%j goes as %j', async (token, authorization, secret) => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { code } = await act({ operation: 'delete-schedule', 'portal-url': portal.url, token });
    expect(code).toBe(0);
    expect(new Set(portal.state.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([authorization]),
    );
    expect(read({ ...SCHEDULED, token }).authorization).toBe(authorization);
    expect(readSecret()).toBe(secret);
  });
});

test.each([
  ['https://admin:secret@portal.example', '\\u{2026}portal.example'],
  ['https://portal.example?key=secret', 'https://portal.example\\u{2026}'],
  ['https://portal.example#secret', 'https://portal.example\\u{2026}'],
  ['https://portal.example/path', 'https://portal.example/path'],
])('what may be secret in the portal-url %j is left out of the message', (url, shown) => {
  expect(refusalOf({ ...SCHEDULED, 'portal-url': url })).toContain(
    `portal-url cannot be "${shown}". Allowed:`,
  );
});

test('of a token that names a scheme in its middle, all is secret', () => {
  process.env['INPUT_TOKEN'] = 'abc bearer def';
  expect(readSecret()).toBe('abc bearer def');
});

test('refused inputs: red, with outputs and a summary, and never a request', async () => {
  const portal = await portalWith({ schedule: SCHEDULE });
  const good = { operation: 'delete-history', 'portal-url': portal.url };
  const refused: Record<string, string>[] = [
    { operation: 'delete-everything' },
    { 'portal-url': portal.url.replace('//', `//${KEY}@`) },
    { 'portal-url': `${portal.url}/path` },
    { token: `${KEY}\r\nx-injected: 1` },
    { token: '' },
    { dump: 'true', token: 'no-key' },
    { 'dry-run': 'yes' },
    { dryrun: 'true' },
    { 'keep-last': '7' },
    { 'backup-ids': makeId(1) },
    { 'max-deletions': '-1' },
    { retries: '::error::owned' },
    { 'timeout-seconds': '0' },
    { 'storage-types': '\n::error::owned' },
    { operation: 'prune-history' },
    { operation: '\u001b[31m\u202e<b>' },
  ];
  await forEach(refused, async inputs => {
    const result = await act({ ...good, ...inputs });
    expect(result.code).toBe(1);
    expect(errorOf(result)).not.toBe('');
    expect(result.log).not.toMatch(/\p{Cf}|^::error::owned/mu);
    expect(result.log).not.toContain('\u001b');
    expect(result.summary).toMatch(/^<h3>❌ Failed: nothing was deleted<\/h3>/);
    expect(result.summary).not.toContain('<b>');
    expect(result.outputs).toMatchObject({ result: 'false', 'status-code': '', 'deleted-count': '0' });
  });
  expect(portal.seen).toEqual([]);
});

test('summary: false writes none, also in a run that fails', async () => {
  const portal = await portalWith({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, summary: 'false' };
  expect((await act(inputs)).summary).toBe('');
  for (const refused of [{ token: 'wrong', dump: 'true' }, { 'keep-last': '3' }, { dump: 'maybe' }]) {
    const { code, summary } = await act({ ...inputs, ...refused });
    expect([code, summary]).toEqual([1, '']);
  }
});

/** Any text, and texts that look right at first sight. */
function textLike(...hints: string[]) {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'0123456789ymwdhtruefals:/.,@?#[] \n\t%-+eE', '\u0000', '٣', KEY) }),
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
  base: Record<string, string>,
  expectUsed: (text: string, inputs: Inputs) => void,
];

describe('whatever an input holds', () => {
  const booleans = (name: string, otherwise: boolean | undefined, used: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('true', 'false', 'TRUE'),
    SCHEDULED,
    (text: string, inputs: Inputs) => {
      expect(text).toMatch(/^(|true|True|TRUE|false|False|FALSE)$/);
      expect(used(inputs)).toBe(text === '' ? otherwise : /^true$/i.test(text));
    },
  ];
  const numbers = (name: string, otherwise: number | undefined, used: (inputs: Inputs) => unknown): Row => [
    name,
    textLike('0', '1', '42', '9007199254740991', '9007199254740993'),
    PRUNE,
    (text: string, inputs: Inputs) => {
      expect(text).toMatch(/^[0-9]*$/);
      expect(used(inputs)).toBe(text === '' ? otherwise : Number(text));
    },
  ];
  const rule = (name: 'last' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly') =>
    numbers(`keep-${name}`, 0, inputs => inputs.operation === 'prune-history' && inputs.policy[name]);

  test.each<Row>([
    booleans('dry-run', false, inputs => inputs.dryRun),
    booleans('dump', undefined, inputs => inputs.dump),
    booleans('summary', true, () => !says('summary', 'false')),
    numbers('retries', 3, inputs => inputs.retries),
    numbers('timeout-seconds', 300, inputs => inputs.timeoutSeconds),
    numbers('max-deletions', undefined, inputs => ('maxDeletions' in inputs ? inputs.maxDeletions : 'none')),
    ...(['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map(rule),
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
      (text, { portalUrl }) => {
        expect(text).toMatch(/^https?:\/\/[^/?#@\s\\]+\/?$/i);
        expect(portalUrl.href).toBe(`${portalUrl.protocol}//${portalUrl.host}/`);
        if (portalUrl.protocol !== 'https:')
          expect(portalUrl.hostname).toMatch(/^(localhost|127\.[\d.]+|\[::1\])$/);
      },
    ],
    [
      'backup-ids',
      textLike(makeId(1), `${makeId(1)},${makeId(2)}`, ','),
      BACKUPS,
      (text, inputs) => {
        const ids = inputs.operation === 'delete-backups' ? [...inputs.ids] : [];
        expect(ids.length).toBeGreaterThan(0);
        for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(ids).toEqual([
          ...new Set(
            text
              .toLowerCase()
              .split(/[\s,]+/)
              .filter(part => part !== ''),
          ),
        ]);
      },
    ],
    [
      'storage-types',
      textLike('Local', '3', 'local,4', 'Documents'),
      PRUNE,
      (text, inputs) => {
        const types = inputs.operation === 'prune-history' ? inputs.storageTypes : new Set();
        if (text === '') expect(types).toBeUndefined();
        else for (const type of types ?? []) expect(STORAGE_TYPES).toContain(type);
      },
    ],
    [
      'keep-within',
      textLike('30d', '2w', '1y5m7d2h', '0d', 'd'),
      PRUNE,
      (text, inputs) => {
        expect(text).toMatch(/^([0-9]+[ymwdh])*$/);
        const within = inputs.operation === 'prune-history' ? inputs.policy.within : undefined;
        for (const [unit, number] of Object.entries(within ?? {})) {
          expect(number).toBe(Number(new RegExp(`([0-9]+)${unit}`).exec(text)?.[1] ?? 0));
        }
        if (!within) expect(text).toMatch(/^(0+[ymwdh])*$/);
      },
    ],
  ])('%s: refused, or used as documented; no message holds the token', (name, texts, base, expectUsed) => {
    fc.assert(
      fc.property(texts, text => {
        const value = asVariable(text);
        const inputs = { ...base, [name]: value };
        const message = refusalOf(inputs);
        if (message === '') expectUsed(value.trim(), read(inputs));
        expect(message).not.toContain(KEY);
        expect(message).toMatch(/^[\x20-\x7e…→“”‘’–—]*$/);
      }),
      { numRuns: 300 },
    );
  });

  test('token: refused, or sent as it is; no message holds it', () => {
    fc.assert(
      fc.property(textLike(KEY, `Bearer ${KEY}`, `Basic ${KEY}`, 'Bearer', 'sk-'), text => {
        const token = asVariable(text);
        const message = refusalOf({ ...HISTORY, token });
        if (message === '') {
          const { authorization } = read({ ...HISTORY, token });
          expect(authorization).toMatch(/^(Bearer |Basic )?[\x21-\x7e]+$/);
          expect(token.trim().endsWith(authorization.replace(/^(Bearer|Basic) /, ''))).toBe(true);
          expect(authorization).toContain(readSecret());
        }
        expect(message).not.toContain(KEY);
      }),
      { numRuns: 300 },
    );
  });

  test('an unknown name: refused, whatever it is', () => {
    const known = new Set(Object.keys(readDefaults()));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), name => {
        const input = asVariable(name).replaceAll('=', '').toUpperCase();
        if (known.has(input.toLowerCase())) return;
        const message = refusalOf({ ...HISTORY, [input]: 'x' });
        expect(message).toMatch(/^There is no input ".*"\. The inputs are: operation, /);
      }),
    );
  });
});
