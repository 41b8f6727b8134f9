import { describe, expect, test } from '@jest/globals';
import { property } from '../src/records.js';
import { makeBackups, makeId, type PortalOptions } from '../tools/stand-in/portal.mjs';
import { act, errorOf } from './support/action.js';
import { portalWith } from './support/portals.js';
import { forEach } from './support/spread.js';
import { TRICKS } from './support/tricks.js';

/** Signs that mean something to the runner, a terminal, HTML or Markdown, and which no text of the action's has. */
const MEANING = /[<>`[\]{}|#$%\\]|::|\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/u;

interface Visible {
  log: string;
  summary: string;
  outputs: Record<string, string>;
}

/** Asserts that log, summary and outputs have the form that the action gives them, and nothing that a server could add. */
function expectOwnFormOnly({ log, summary, outputs }: Visible): void {
  const lines = log.split('\n').filter(line => !line.startsWith('::add-mask::'));
  for (const line of lines) {
    expect(line.replace(/^::(debug|group|endgroup|warning|error)::/, '')).not.toMatch(MEANING);
  }
  const tags = summary.match(/<[^>]*>/g) ?? [];
  for (const tag of tags) {
    expect(tag).toMatch(/^<\/?(h3|h4|p|details|details open|summary|table|tr|th|td|code|pre)>$/);
  }
  expect(summary.replace(/<[^>]*>|&#\d+;|\n/g, '')).not.toMatch(MEANING);
  // An empty line would bring Markdown back, but in the drawing.
  for (const block of summary
    .replace(/<pre>[^<]*<\/pre>\n\n/, '')
    .trim()
    .split('\n\n')) {
    expect(block).toMatch(/^<(h3|h4|p|details|details open)>.*<\/(h3|h4|p|details)>$/s);
  }
  for (const value of Object.values(outputs)) {
    expect(value).toMatch(/^(true|false|\d*|\[("[0-9a-f-]{36}"(,"[0-9a-f-]{36}")*)?\])$/);
  }
}

const GOOD = makeBackups(2);
const OPERATIONS = [
  { operation: 'prune-history', 'keep-last': '1' },
  { operation: 'delete-history' },
  { operation: 'delete-backups', 'backup-ids': makeId(2) },
];
/** Paths that the action may ask for. */
const OWN_PATH =
  /^(GET|DELETE) \/api\/2\.0\/backup\/(get|delete)backup(history\?Dump=false|schedule|\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

async function actOn(options: PortalOptions, inputs: Record<string, string>) {
  const portal = await portalWith(options);
  const result = await act({ retries: '0', ...inputs, 'portal-url': portal.url });
  for (const request of portal.seen) expect(request).toMatch(OWN_PATH);
  expectOwnFormOnly(result);
  return { ...result, portal };
}

describe.each(TRICKS)('a portal that tries %s', (_name, text) => {
  test('as the name of a backup that is kept, deleted, left alone, or fails', async () => {
    const old = makeBackups(4, { newest: '2026-01-31' }).slice(2);
    const backups = [...GOOD, ...old].map(backup => ({ ...backup, fileName: text }));
    await forEach(OPERATIONS, async inputs => {
      await actOn({ backups, stuck: [makeId(2)] }, inputs);
    });
  });

  test('as any other field of a backup, which then is not deleted by a policy', async () => {
    const odd = ['id', 'storageType', 'createdOn', 'expiresOn'].flatMap((field, index) => [
      { ...GOOD[0], id: makeId(index + 10), fileName: text, [text]: text, [field]: text },
      { ...GOOD[0], id: makeId(index + 20), [field]: { toString: text, [text]: [text] } },
    ]);
    const { portal, outputs, log } = await actOn(
      { backups: [...GOOD, ...odd, text, [text], { [text]: text }] },
      { operation: 'prune-history', 'keep-last': '1', 'max-deletions': '1' },
    );
    expect(outputs['deleted-ids']).toBe(JSON.stringify([makeId(2)]));
    expect(portal.state.deletedIds.size).toBe(1);
    expect(outputs['kept-ids']).toBe(JSON.stringify([makeId(1)]));
    expect(log).toContain('11 records of the history left alone: ');
  });

  test('in a schedule', async () => {
    const cronParams = { period: text, hour: text, day: text, [text]: text };
    const schedule = { storageType: text, storageParams: { a: text }, cronParams, backupsStored: text };
    const { summary } = await actOn({ schedule }, { operation: 'delete-schedule' });
    expect(summary).toContain('The schedule: ?, day ?, at ?:00, keeping ? copies, in ?.');
  });

  test('in the body of an error', async () => {
    const error = { message: text, type: text, stack: text };
    const json = JSON.stringify({ error, title: text, status: text, response: text, [text]: text });
    await forEach([200, 302, 403, 404, 500], async status => {
      const body = status === 403 ? text : json;
      const type = status === 404 ? 'application/problem+json' : 'text/plain; charset=utf-8';
      const faults = [{ kind: 'status', status, body, type } as const];
      const result = await actOn({ faults }, { operation: 'delete-history', verify: 'false' });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain(`HTTP ${status} from DELETE `);
    });
  });

  test('in headers and in the reason of the status', async () => {
    const value = text.replace(/[^\x20-\x7e]/g, '');
    const names = ['content-type', 'retry-after', 'x-ratelimit-limit', 'set-cookie'];
    const headers = names.map(name => `${name}: ${value}\r\n`).join('');
    const locations = [value, `https://b.example/${value}`, `https://${value}/`, `x:${value}`];
    await forEach(locations, async location => {
      const status = location === value ? 429 : 301;
      const body = `HTTP/1.1 ${status} ${value}\r\n${headers}location: ${location}\r\n\r\n<p>`;
      const result = await actOn({ faults: [{ kind: 'raw', body }] }, { operation: 'delete-schedule' });
      expect(errorOf(result)).toContain(`HTTP ${status} from GET `);
    });
  });
});

describe('ids that are none', () => {
  const id = makeId(2);
  test.each([
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
    id.replace('4', '\u0664'),
    '',
    '.',
    '__proto__',
    'constructor',
  ])('%j reaches no path, and is left alone', async hostile => {
    const backups = [...GOOD, { ...GOOD[1], id: hostile, createdOn: '2020-01-01T00:00:00' }];
    const { code, outputs, log } = await actOn({ backups }, { operation: 'prune-history', 'keep-last': '1' });
    expect(code).toBe(0);
    expect(outputs['deleted-ids']).toBe(JSON.stringify([id]));
    expect(log).toContain('1 record of the history left alone');
  });

  test('one listed twice is left alone, also when it differs in case', async () => {
    const twin = { ...GOOD[1], id: 'AAAAAAAA-0000-4000-8000-00000000000A' };
    const backups = [...GOOD, twin, { ...twin, id: twin.id.toLowerCase(), createdOn: '2020-01-01T00:00:00' }];
    const { outputs, log } = await actOn({ backups }, { operation: 'prune-history', 'keep-last': '1' });
    expect(outputs['deleted-ids']).toBe(JSON.stringify([makeId(2)]));
    expect(log).toContain('its id is listed twice');
  });
});

describe('JSON of odd shapes', () => {
  const json = (body: string): PortalOptions => ({ faults: [{ kind: 'status', status: 200, body }] });

  test.each([
    [
      '10,000 lists deep, as the response',
      `{"response":${'['.repeat(10_000)}${']'.repeat(10_000)},"status":0}`,
    ],
    [
      '10,000 objects deep, in a name',
      `{"response":[{"fileName":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}],"status":0}`,
    ],
    [
      'keys of prototypes',
      '{"response":[{"__proto__":{"id":"x"},"constructor":{"prototype":{"id":"x"}}}],"status":0}',
    ],
    [
      'numbers beyond all bounds',
      '{"response":[{"id":1e999,"createdOn":-1e999,"storageType":1e999}],"status":0}',
    ],
    [
      'the same key over and over',
      `{"response":[],"status":1,${'"status":0,'.repeat(1000)}"response":[null]}`,
    ],
  ])('%s', async (_name, body) => {
    const { code, log } = await actOn(json(body), { operation: 'prune-history', 'keep-last': '1' });
    expect(code).toBe(0);
    expect(log).toContain('1 record of the history left alone');
    expect(log.length).toBeLessThan(2_000);
  });

  test('10,000 deep all over is an error, not a crash', async () => {
    const result = await actOn(json('['.repeat(10_000)), { operation: 'prune-history', 'keep-last': '1' });
    expect(errorOf(result)).toContain('the answer is not JSON.');
  });

  test("a property is an object's own, or none", () => {
    expect(property({ a: 1 }, 'a')).toBe(1);
    for (const value of [Object.create({ a: 1 }), {}, [], null, undefined, 'a', 1]) {
      expect(property(value, 'a')).toBeUndefined();
      expect(property(value, 'toString')).toBeUndefined();
    }
  });

  test('the prototype of all objects is as it was', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
