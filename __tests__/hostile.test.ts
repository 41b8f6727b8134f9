import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseBackupId, parseHistory, property } from '../src/records.js';
import { escapeHtml, printable, quoted, redact } from '../src/text.js';
import { makeBackups, makeId, type PortalOptions } from '../tools/portal.mjs';
import { act, errorOf, KEY, ofTheBundle } from './support/action.js';
import { portalWith } from './support/portals.js';
import { forEach } from './support/spread.js';

/** What a text would have to hold to be understood by someone else: the runner, a terminal, HTML or Markdown. */
const TRICKS: [name: string, text: string][] = [
  ['a workflow command', '::error::owned'],
  ['a workflow command after a line break', 'x\n::error::owned\r\n::set-output name=result::true'],
  ['a mask', '\n::add-mask::a'],
  ['a workflow command of the old kind', '##[error]owned'],
  ['stopped commands', '\n::stop-commands::x'],
  ['a command in escapes', 'x%0A::error::owned%0D%0A%3A%3Aerror::'],
  ['other line breaks', 'x\u2028::error::a\u2029::error::b\u0085::error::c\v::error::d\f::error::e'],
  ['HTML', '</code></td></tr></table><script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['HTML in entities', '&lt;script&gt;&#60;b&#62;'],
  ['Markdown', '[a](http://evil.example) ![b](http://evil.example/i.png) **c** `d` # e'],
  ['table breaks', 'a | b |\n|---|---|\n| c | d |'],
  ['control characters', 'a\u0000b\u0007c\u001b[31md\u001b]8;;http://evil.example\u0007e\u007ff\u009bg'],
  ['bidi characters', '\u202egpj.exe\u202c \u2066a\u2069 \u200fb\u061c'],
  ['invisible characters', 'a\u200bb\ufeffc\u00add\u2060e\u{e0041}f\u180eg'],
  ['a lone surrogate', 'a\ud800b\udc00c'],
  ['the token', `Bearer ${KEY}`],
  ['the token, cut at the longest name', `${'x'.repeat(60)}${KEY}`],
  ['an output', 'x\nresult=true\nresult<<EOF\ntrue\nEOF'],
  ['a template', '\u0024{{ github.token }} $(id) `id` \u0024{IFS}'],
];

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
    const fields = ['id', 'storageType', 'createdOn', 'expiresOn', text];
    const odd = fields.map((field, index) => ({
      ...GOOD[0],
      id: makeId(index + 10),
      fileName: text,
      [field]: text,
    }));
    const nested = fields.map((field, index) => ({
      ...GOOD[0],
      id: makeId(index + 20),
      [field]: { toString: text, [text]: [text] },
    }));
    const { portal, outputs, log } = await actOn(
      { backups: [...GOOD, ...odd.slice(0, -1), ...nested.slice(0, -1), text, [text], { [text]: text }] },
      { operation: 'prune-history', 'keep-last': '1', 'max-deletions': '1' },
    );
    expect(outputs['deleted-ids']).toBe(JSON.stringify([makeId(2)]));
    expect(portal.state.deletedIds.size).toBe(1);
    expect(log).toContain('records of the history left alone: ');
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
    ['a name of 5 MB', `{"response":[{"fileName":"${'<'.repeat(5e6)}"}],"status":0}`],
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

  test('a million records', async () => {
    const list = JSON.stringify({ response: Array(1_000_000).fill(0), status: 0 });
    const { code, log, summary } = await actOn(json(list), { operation: 'prune-history', 'keep-last': '1' });
    expect(code).toBe(0);
    expect(log).toContain('1,000,000 records of the history left alone');
    expect(log.length).toBeLessThan(2_000);
    expect(summary.length).toBeLessThan(100_000);
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

if (ofTheBundle) {
  describe('with 96 MiB of memory', () => {
    const small = { nodeArgs: ['--max-old-space-size=96'] };

    test.each([
      ['GET', 200],
      ['DELETE', 200],
      ['GET', 500],
      ['DELETE', 429],
    ])('200 MiB of body for a %s, HTTP %d: red, with the error', async (on, status) => {
      const portal = await portalWith({ backups: GOOD, faults: [{ on, kind: 'huge', status }] });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url, retries: '1' };
      const result = await act(inputs, small);
      expect(result.code).toBe(1);
      expect(errorOf(result)).toMatch(status === 200 ? /longer than [18] MiB\./ : `HTTP ${status}`);
      expect(Object.keys(result.outputs)).toHaveLength(10);
    });

    test.each([
      [{ operation: 'delete-history' }, 10_000],
      [{ operation: 'prune-history', 'keep-yearly': '1', 'dry-run': 'true' }, 0],
      [{ operation: 'prune-history', 'keep-last': '9900', 'dry-run': 'false' }, 100],
    ])('a listing of 10,000 backups works: %j', async (inputs, deleted) => {
      const portal = await portalWith({ backups: makeBackups(10_000, { everyHours: 1 }) });
      const result = await act({ ...inputs, 'portal-url': portal.url }, small);
      expect(result.code).toBe(0);
      expect(portal.state.deletedIds.size).toBe(deleted);
      expect(Buffer.byteLength(result.summary)).toBeLessThan(512 * 1024);
    });
  });
}

/** Texts in which everything turns up that could do harm. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.array(fc.constantFrom(...TRICKS.map(([, text]) => text))).map(texts => texts.join('')),
  fc
    .array(fc.constantFrom(KEY, KEY.slice(1), '\ud83d', '\ude00', '*', '"', '\\', '%', ':', 'a'))
    .map(all => all.join('')),
);

describe('properties', () => {
  test('printable has nothing but letters, digits and harmless signs, is short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, text => {
        const shown = printable(text, KEY);
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]*…?$/u);
        expect(Array.from(shown).length).toBeLessThanOrEqual(101);
        expect(shown).not.toContain(KEY);
        expect(printable(shown.replace('…', ''), KEY)).toBe(shown.replace('…', ''));
      }),
    );
  });

  test('printable leaves a name of its own kind as it is', () => {
    const name = 'Ökö_2026-03-01 02,15+a=(b)@c.tar.gz 備份 резерв';
    expect(printable(name, KEY)).toBe(name);
    expect(printable('x'.repeat(100), KEY)).toBe('x'.repeat(100));
    expect(printable('x'.repeat(101), KEY)).toBe(`${'x'.repeat(100)}…`);
    expect(printable('𝒳'.repeat(101), KEY)).toBe(`${'𝒳'.repeat(100)}…`);
    expect(printable(`${'x'.repeat(60)}${KEY}y`, KEY)).toBe(`${'x'.repeat(60)}???y`);
  });

  test('quoted is one line of ASCII between quotation marks, short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, text => {
        const shown = quoted(text, KEY);
        expect(shown).toMatch(/^"[\x20-\x7e]*"$/);
        expect(shown.length).toBeLessThanOrEqual(2 + 81 * '\\u{10ffff}'.length);
        expect(shown).not.toContain(KEY);
      }),
    );
  });

  test('quoted leaves plain text as it is, and shows the rest by its numbers', () => {
    expect(quoted('keep 7', '')).toBe('"keep 7"');
    expect(quoted('a"b\\c\nd\u202e😀', '')).toBe('"a\\"b\\\\c\\nd\\u{202e}\\u{1f600}"');
    expect(quoted('x'.repeat(80), '')).toBe(`"${'x'.repeat(80)}"`);
    expect(quoted('x'.repeat(81), '')).toBe(`"${'x'.repeat(80)}\\u{2026}"`);
    expect(quoted(`a ${KEY} b ${KEY}`, KEY)).toBe('"a *** b ***"');
  });

  test('redact leaves no secret, and everything else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', KEY, '\n', '<')), parts => {
        const expected = parts.map(part => (part === KEY ? '***' : part)).join('');
        expect(redact(parts.join(''), KEY)).toBe(expected);
      }),
    );
    expect(redact('a', '')).toBe('a');
  });

  test('escapeHtml leaves no sign with a meaning to HTML, and loses nothing', () => {
    fc.assert(
      fc.property(anyText, text => {
        const escaped = escapeHtml(text);
        expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[&<>"'`]/);
        expect(escaped.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))).toBe(text);
      }),
    );
  });

  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
    fc.constantFrom(
      '0001-01-01T00:00:00',
      '0000-01-01T00:00:00',
      '2026-02-30T00:00:00',
      '2026-03-01T02:15:00+02:00',
      '2026-03-01T24:00:00',
    ),
    anyText,
  );
  const item = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        id: fc.oneof(
          fc.uuid(),
          fc.constantFrom('AAAAAAAA-0000-4000-8000-00000000000A', 'aaaaaaaa-0000-4000-8000-00000000000a'),
          fc.uuid().map(id => id.toUpperCase()),
          anyText,
        ),
        fileName: fc.oneof(anyText, fc.jsonValue()),
        storageType: fc.oneof(
          fc.integer({ min: -1, max: 7 }),
          fc.constantFrom('Local', 'DATASTORE', '3'),
          fc.jsonValue(),
        ),
        createdOn: fc.oneof(time, fc.jsonValue()),
        expiresOn: fc.oneof(time, fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );

  test('parseHistory understands a record as a whole, or calls it unreadable; it never throws', () => {
    fc.assert(
      fc.property(fc.array(item), items => {
        const listed: unknown[] = JSON.parse(JSON.stringify(items));
        const records = parseHistory(listed, KEY);
        const listedIds = listed.map(record => parseBackupId(property(record, 'id')));
        const withoutId = (id: unknown) => id === undefined;
        const recordIds = records.map(({ id }) => id);
        expect(new Set(recordIds)).toEqual(new Set(listedIds));
        expect(recordIds.filter(withoutId)).toHaveLength(listedIds.filter(withoutId).length);
        expect(recordIds.filter(id => !withoutId(id))).toHaveLength(
          new Set(listedIds.filter(id => !withoutId(id))).size,
        );
        for (const record of records) {
          if (record.id !== undefined)
            expect(record.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
          expect(record.name).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]+…?$/u);
          if (record.kind === 'unreadable')
            expect(record.problem).toMatch(/^its (id|createdOn|expiresOn|storageType) /);
          else expect(Number.isSafeInteger(record.createdOn)).toBe(true);
        }
        for (const { kind, id } of records) {
          if (kind === 'backup') expect(listedIds.filter(other => other === id)).toHaveLength(1);
        }
      }),
    );
  });
});
