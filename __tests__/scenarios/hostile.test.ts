import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type Portal,
  type PortalOptions,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { type ActResult, act, errorOf, KEY, ofTheBundle, readIds } from '../support/action.js';
import { deletions, portalWith } from '../support/portals.js';
import { forEach } from '../support/spread.js';
import { TRICKS } from '../support/tricks.js';

// text/printable.test.ts and portal/history.test.ts test each trick by itself. These tests use all of them at once against
// the whole action. After every run, support/action.ts checks that the token is not printed.

const TEXTS = TRICKS.map(([, trick]) => trick);
/** Every trick in one text. */
const ALL = TEXTS.join(' ');

/** Characters that a runner, a terminal, HTML or Markdown interprets. The action's own texts have none of them. */
const INTERPRETED = /[<>`[\]{}|#$%\\]|::|\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/u;
const OWN_TAG =
  /^<\/?(h3|p|details|details open|summary|table|tr|th|td|td nowrap|code|pre|blockquote|b|wbr)>$/;
/** Paths that the action may request. */
const OWN_PATH =
  /^(GET|DELETE) \/api\/2\.0\/(keys\/@self|backup\/(get|delete)backup(history\?Dump=false|schedule|\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

/** Checks that log, summary and outputs have only the form that the action gives them. */
function expectOnlyOwnForm({ log, summary, outputs }: ActResult): void {
  const lines = log.split('\n').filter(line => !line.startsWith('::add-mask::'));
  for (const line of lines) {
    expect(line.replace(/^::(debug|group|endgroup|warning|error)::/, '')).not.toMatch(INTERPRETED);
  }
  for (const tag of summary.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(OWN_TAG);
  expect(summary.replace(/<[^>]*>|&#\d+;|\n/g, '')).not.toMatch(INTERPRETED);
  // Markdown would start again after an empty line, except in `<pre>`.
  const blocks = summary
    .replace(/<pre>[^<]*<\/pre>\n\n/g, '')
    .trim()
    .split('\n\n');
  for (const block of blocks) {
    expect(block).toMatch(/^<(h3|p|details|details open|blockquote)>.*<\/(h3|p|details|blockquote)>$/s);
  }
  const { 'report-file': _, ...values } = outputs;
  for (const value of Object.values(values)) {
    expect(value).toMatch(/^(true|false|\d*|\[("[0-9a-f-]{36}"(,"[0-9a-f-]{36}")*)?\])$/);
  }
}

async function actWith(
  options: PortalOptions,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
): Promise<ActResult & { portal: Portal }> {
  const portal = await portalWith(options);
  const result = await act({ retries: '0', ...inputs, 'portal-url': portal.url }, { env });
  for (const { method, path } of portal.state.requests) expect(`${method} ${path}`).toMatch(OWN_PATH);
  expectOnlyOwnForm(result);
  return { ...result, portal };
}

const GOOD = makeBackups(2);
const PRUNE = { operation: 'prune-history', 'keep-last': '1' };

describe('a portal that uses every trick at once', () => {
  /** One backup with each trick: to keep, to delete, still listed after that, with a file that stays, and temporary. */
  const number = TEXTS.length;
  const named = (from: number, newest: string) =>
    makeBackups(number, { newest }).map((backup, index) => ({
      ...backup,
      id: makeId(from + index),
      fileName: TEXTS[index],
    }));
  const [kept, deleted, stuck, broken] = [
    named(1000, '2026-03-31'),
    // Among the broken ones: three deletions in a row that were not received would stop the storage type.
    named(2000, '2026-02-28'),
    named(3000, '2026-01-31'),
    named(4000, '2026-02-28'),
  ] as const;
  const temporary = named(5000, '2025-11-30').map(backup => ({
    ...backup,
    expiresOn: '2030-01-01T00:00:00',
  }));
  const ids = (backups: readonly { id: string }[]) => backups.map(({ id }) => id);
  const options: PortalOptions = {
    backups: [...kept, ...deleted, ...stuck, ...broken, ...temporary],
    stuck: ids(stuck),
    // The newest, because the action tries no other backup after such a loss.
    fileErrors: Object.fromEntries(ids(broken.slice(0, 1)).map(id => [id, { status: 500, message: ALL }])),
    faults: [{ kind: 'record-only', status: 503, on: ids(broken).slice(1, -1).join('|') }],
  };

  test('in names of backups that are pruned, with and without debug logging', async () => {
    const inputs = { operation: 'prune-history', 'keep-last': String(number), retries: '0' };
    await forEach([{}, { RUNNER_DEBUG: '1' }], async env => {
      const { code, outputs } = await actWith(options, inputs, env);
      expect(code).toBe(1);
      expect(outputs['kept-ids']).toBe(JSON.stringify(ids(kept)));
      expect(outputs['deleted-count']).toBe(String(number + 1));
      expect(new Set(readIds(outputs, 'failed'))).toEqual(
        new Set([...ids(stuck), ...ids(broken).slice(0, -1)]),
      );
    });
  });

  test('in names of backups in other operations, a dry run, and a refused run', async () => {
    const runs = [
      { operation: 'delete-history' },
      { operation: 'delete-backups', 'backup-ids': JSON.stringify(ids([...deleted, ...stuck])) },
      { operation: 'delete-history', 'dry-run': 'true' },
      { operation: 'prune-history', 'keep-last': '3', 'dry-run': 'true' },
      { operation: 'prune-history', 'keep-last': '3', 'max-deletions': '1' },
    ];
    await forEach(runs, async inputs => {
      const { outputs } = await actWith(options, inputs);
      expect(Number(outputs['selected-count'])).toBeGreaterThan(number);
    });
  });

  test('in any other field of a backup, which a policy then ignores', async () => {
    const fields = ['id', 'storageType', 'createdOn', 'expiresOn'];
    const odd = TEXTS.flatMap((text, at) =>
      fields.flatMap((field, index) => [
        { ...GOOD[0], id: makeId(at * 100 + index + 10), fileName: text, [text]: text, [field]: text },
        { ...GOOD[0], id: makeId(at * 100 + index + 20), [field]: { valueOf: text, [text]: [text] } },
      ]),
    );
    const loose = TEXTS.flatMap(text => [text, [text], { [text]: text }]);
    const inputs = { ...PRUNE, 'max-deletions': '1' };
    const { portal, outputs, log } = await actWith({ backups: [...GOOD, ...odd, ...loose] }, inputs);
    expect(outputs['deleted-ids']).toBe(JSON.stringify([makeId(2)]));
    expect(deletions(portal)).toHaveLength(1);
    expect(outputs['kept-ids']).toBe(JSON.stringify([makeId(1)]));
    expect(log).toContain(`${odd.length + loose.length} records of the history ignored: `);
  });

  test('in a schedule', async () => {
    const cronParams = { period: ALL, hour: ALL, day: ALL, [ALL]: ALL };
    const schedule = { storageType: ALL, storageParams: { a: ALL }, cronParams, backupsStored: ALL };
    const { summary, portal } = await actWith({ schedule }, { operation: 'delete-schedule' });
    expect(summary).toContain('The schedule: ?, day ? (as the API counts), at ?:00 ');
    expect(portal.seen).toHaveLength(3);
  });

  test('in its description of the key', async () => {
    const key = {
      name: ALL,
      key: ALL,
      keyPostfix: ALL,
      permissions: ['*', ALL],
      expiresAt: ALL,
      createBy: ALL,
    };
    const { code, portal, log } = await actWith({ backups: GOOD, key }, PRUNE, { RUNNER_DEBUG: '1' });
    expect(portal.state.requests.map(({ path }) => path)).toContain('/api/2.0/keys/@self');
    expect([code, log.includes('::warning::')]).toEqual([0, false]);
  });

  test.each([200, 302, 400, 403, 404, 429, 500, 503, 524])('in the body of an HTTP %d', async status => {
    const error = { message: ALL, type: ALL, stack: ALL };
    const bodies = [
      { body: JSON.stringify({ error, title: ALL, status: ALL, response: ALL, [ALL]: ALL }) },
      { body: JSON.stringify({ title: ALL, [ALL]: ALL }), type: 'application/problem+json' },
      { body: ALL, type: 'text/plain; charset=utf-8' },
    ];
    await forEach(bodies, async body => {
      const faults: Fault[] = [{ kind: 'status', status, ...body }];
      const inputs = { operation: 'delete-history', verify: 'false', 'timeout-seconds': '5' };
      const result = await actWith({ faults }, inputs);
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain(`HTTP ${status} from DELETE `);
    });
  });

  test('in the headers and the reason phrase', async () => {
    const value = ALL.replace(/[^\x20-\x7e]/g, '');
    const names = [
      'content-type',
      'retry-after',
      'x-ratelimit-limit',
      'x-ratelimit-reset',
      'set-cookie',
      'server',
    ];
    const headers = names.map(name => `${name}: ${value}\r\n`).join('');
    const [statuses, inputs] = [[200, 301, 403, 503], { operation: 'delete-history', verify: 'false' }];
    await forEach(statuses, async status => {
      const body = `HTTP/1.1 ${status} ${value}\r\n${headers}location: ${value}\r\n\r\n<p>`;
      const result = await actWith({ faults: [{ kind: 'raw', body }] }, inputs);
      expect(errorOf(result)).toContain(`HTTP ${status} from DELETE `);
    });
  });
});

describe('the target of a redirect', () => {
  /** Texts in place of a host, and what the error may show of them. */
  const hosts: [host: string, shown: RegExp][] = [
    ['\u0024{{github.token}}', /to another place\./],
    ['$(id)', /to another place\./],
    ['`id`', /to another place\./],
    ["a'b;c&d", /to another place\./],
    [`${KEY.toUpperCase()}.example`, /another host, \*\*\*\.example\./],
    [
      `${KEY.replace('sk-01', 'Sk-01').replace('abcdef', 'aBcDeF')}.example`,
      /another host, \*\*\*\.example\./,
    ],
    [
      `${[...KEY].map(letter => `%${letter.charCodeAt(0).toString(16)}`).join('')}.example`,
      /another host, \*\*\*\.ex/,
    ],
    [`user:${KEY}@login.example`, /another host, login\.example\./],
    [`login.example/${KEY}?key=${KEY}#${KEY}`, /another host, login\.example\./],
  ];

  test('is printed only if it is harmless, and never with the token', async () => {
    await forEach(hosts, async ([host, shown]) => {
      const faults: Fault[] = [{ kind: 'redirect', location: `https://${host}` }];
      const { portal, ...result } = await actWith({ faults }, { operation: 'delete-history' });
      expect(errorOf(result)).toMatch(shown);
      expect(`${result.log}${result.summary}`).not.toMatch(/\$\(|`|\{\{|github\.token/);
      expect(portal.seen).toHaveLength(1);
    });
  });
});

describe('the token', () => {
  const PASSWORD = 'Correct+Horse-Battery';
  const BASIC = `Basic ${Buffer.from(`robot@portal.example:${PASSWORD}`).toString('base64')}`;
  /** Forms in which a portal may send back a secret. */
  const forms = (secret: string) => [
    secret,
    secret.toUpperCase(),
    secret.toLowerCase(),
    `x${secret}x`,
    `${secret}\n`,
  ];

  test.each([
    ['an API key', KEY, [KEY, `Bearer ${KEY}`]],
    ['an API key, given with Bearer', `Bearer ${KEY}`, [KEY, `Bearer ${KEY}`]],
    ['another token', 'q8Zl+0Tc/Portal==', ['q8Zl+0Tc/Portal==']],
    ['user and password', BASIC, [BASIC.slice(6), BASIC, PASSWORD, `robot@portal.example:${PASSWORD}`]],
  ])('is redacted if the portal sends it back: %s', async (_name, token, secrets) => {
    const texts = secrets.flatMap(forms);
    const backups = texts.map((fileName, index) => ({ ...GOOD[0], id: makeId(index + 1), fileName }));
    const { portal, log } = await actWith({ backups }, { ...PRUNE, token }, { RUNNER_DEBUG: '1' });
    expect(portal.state.requests[0]?.headers.authorization).toContain(token.replace(/^\w+ /, ''));
    expect(log).toContain('???');
  });

  test('is never printed from its description at the portal, nor is the user who made it', async () => {
    const key = { expiresAt: '2026-04-15T00:00:00+00:00', permissions: ['*:read'] };
    const inputs = { ...PRUNE, 'dry-run': 'true' };
    const { portal, log, summary } = await actWith({ backups: GOOD, key }, inputs, { RUNNER_DEBUG: '1' });
    expect(portal.state.requests.map(({ path }) => path)).toContain('/api/2.0/keys/@self');
    expect(log).toContain('This key may only read.');
    expect(log).toContain('The API key expires on 2026-04-15');
    expect(log + summary).not.toMatch(/is-secret|5e1f0000|Backup cleanup/);
  });
});

// Windows gives a process no variable that is much longer.
describe('a portal-url of 30,000 characters', () => {
  test.each([
    ['letters', `https://${'a'.repeat(30_000)}`],
    ['labels', `https://${'a.'.repeat(15_000)}`],
    ['slashes', `https://portal.example${'/'.repeat(30_000)}`],
    ['user names', `https://${'a@'.repeat(15_000)}portal.example`],
    ['colons', `https:${':'.repeat(30_000)}`],
    ['spaces', `https://a${' '.repeat(30_000)}b`],
    ['fragments', `https://portal.example${'#?'.repeat(15_000)}`],
    ['percent signs', `https://${'%41'.repeat(10_000)}`],
    ['letters of another script', `https://${'ü'.repeat(30_000)}.example`],
    ['the token, over and over', `https://${KEY.repeat(450)}`],
  ])('of %s is refused within a second', async (_name, portalUrl) => {
    const start = performance.now();
    const result = await act({ operation: 'delete-history', 'portal-url': portalUrl });
    // On a busy machine, a process takes long to start and to end.
    expect(performance.now() - start).toBeLessThan(ofTheBundle ? 5_000 : 1_000);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(/^portal-url cannot be ".{1,90}"\. Allowed: /);
    expect(errorOf(result).length).toBeLessThan(600);
  });
});

test('invalid ids are never part of a path, and their records are ignored', async () => {
  const id = makeId(2);
  const hostile = [
    '../../people/00000000-0000-4000-8000-000000000002',
    `${id}/../../../people`,
    `${id}?Dump=true`,
    `${id}#`,
    `${id}\n`,
    ` ${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    id.replace('8', '%38'),
    id.replace('0', '\uff10'),
    '',
    '.',
    '__proto__',
  ];
  const old = hostile.map(text => ({ ...GOOD[1], id: text, createdOn: '2020-01-01T00:00:00' }));
  const { code, outputs, log, portal } = await actWith({ backups: [...GOOD, ...old] }, PRUNE);
  expect(code).toBe(0);
  expect(outputs['deleted-ids']).toBe(JSON.stringify([id]));
  expect(deletions(portal)).toEqual([`DELETE /api/2.0/backup/deletebackup/${id}`]);
  expect(log).toContain(`${hostile.length} records of the history ignored: `);
});

describe('JSON of odd shapes', () => {
  const deep = (open: string, close: string) => `${open.repeat(10_000)}1${close.repeat(10_000)}`;
  test.each([
    ['10,000 lists deep, as the response', `{"response":[${deep('[', ']')}],"status":0}`],
    ['10,000 objects deep, in a name', `{"response":[{"fileName":${deep('{"a":', '}')}}],"status":0}`],
    [
      'keys of prototypes',
      '{"response":[{"__proto__":{"id":"x"},"constructor":{"prototype":{"id":"x"}}}],"status":0}',
    ],
    [
      'numbers that are too large',
      '{"response":[{"id":1e999,"createdOn":-1e999,"storageType":1e999}],"status":0}',
    ],
    [
      'the same key over and over',
      `{"response":[],"status":1,${'"status":0,'.repeat(1000)}"response":[null]}`,
    ],
  ])('%s: a record that is ignored', async (_name, body) => {
    const faults: Fault[] = [{ on: 'GET', kind: 'status', status: 200, body }];
    const { code, log, portal } = await actWith({ faults }, PRUNE);
    expect(code).toBe(0);
    expect(log).toContain('1 record of the history ignored: ');
    expect(log.length).toBeLessThan(2_000);
    expect(deletions(portal)).toEqual([]);
  });

  test('10,000 nested lists as the answer: an error, but no crash', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 200, body: '['.repeat(10_000) }];
    expect(errorOf(await actWith({ faults }, PRUNE))).toContain(
      'the answer is incomplete: its JSON breaks off or is damaged.',
    );
  });
});

describe('an unrequested answer on a connection that stays open', () => {
  const listOf = (...backups: object[]) =>
    JSON.stringify({ response: backups, count: backups.length, status: 0, statusCode: 200 });
  const stuck = { stuck: [makeId(2)] };

  test.each<[operation: string, inputs: Record<string, string>, portal: PortalOptions, body: string]>([
    ['prune-history', { 'keep-last': '1' }, stuck, listOf(...makeBackups(1))],
    ['delete-backups', { 'backup-ids': makeId(2) }, stuck, listOf(...makeBackups(1))],
    ['delete-history', {}, stuck, listOf()],
    [
      'delete-schedule',
      {},
      { schedule: SCHEDULE, stuckSchedule: true },
      '{"count":0,"status":0,"statusCode":200}',
    ],
  ])('does not count as the final listing: %s', async (operation, inputs, options, body) => {
    // It arrives during the final listing.
    const faults = [{ on: 'DELETE', kind: 'unasked' as const, ms: 20, body }];
    const all = { backups: makeBackups(2), latencyMs: 40, ...options, faults };
    const result = await actWith(all, { operation, ...inputs });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('still');
    expect(result.portal.seen.at(-1)).toMatch(/^GET /);
  });
});
