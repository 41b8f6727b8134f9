import { type IncomingHttpHeaders, request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import {
  type FileError,
  makeBackups,
  makeId,
  type Portal,
  type PortalOptions,
  SCHEDULE,
} from '../tools/stand-in/portal.mjs';
import { theClock } from './support/clock.js';
import { portalWith } from './support/portals.js';

const KEY = 'Bearer sk-any';
const BASE = '/api/2.0/backup/';
const LIST = 'GET getbackuphistory';
const DELETE_ALL = 'DELETE deletebackuphistory';
const deletion = (number: number) => `DELETE deletebackup/${makeId(number)}`;

interface Answer {
  status: number;
  type: string;
  body: string;
  headers: IncomingHttpHeaders;
}

/** Sends `METHOD name`, or `METHOD /whole/path`, and gives the answer. Fails when the connection is lost. */
function ask(
  portal: Portal,
  what: string,
  authorization: string | undefined = KEY,
  signal?: AbortSignal,
): Promise<Answer> {
  const [method = '', name = ''] = what.split(' ');
  const path = name.startsWith('/') ? name : BASE + name;
  const headers = authorization === '' ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(signal ? { signal } : {}) };
    const sent = request(portal.url + path, options, async message => {
      let body = '';
      try {
        for await (const chunk of message.setEncoding('utf8')) body += chunk;
      } catch (error) {
        reject(error);
      }
      const { statusCode: status = 0, headers } = message;
      resolve({ status, type: (headers['content-type'] ?? '').replace(/;.*/, ''), body, headers });
    });
    sent.on('error', reject).end();
  });
}

/** What `ask` gives, once time has passed as far as it must. */
function answerTo(portal: Portal, what: string, authorization?: string): Promise<Answer> {
  return theClock().runToEnd(ask(portal, what, authorization));
}

async function statusOf(portal: Portal, what: string, authorization?: string): Promise<number> {
  return (await answerTo(portal, what, authorization)).status;
}

async function listed(portal: Portal, query = ''): Promise<string[]> {
  const { body } = await answerTo(portal, LIST + query);
  return JSON.parse(body).response.map(({ id }: { id: string }) => id);
}

/** How an answer looks to a client that tells the server's forms apart. */
function formOf({ type, body }: Answer): string {
  if (body === '') return 'empty';
  if (type === 'text/html') return 'HTML';
  const value = JSON.parse(body);
  if (typeof value === 'string') return 'text';
  if (type === 'application/problem+json') return 'ProblemDetails';
  return 'error' in value ? 'error' : 'envelope';
}

const short = async (answer: Promise<Answer>) => {
  const given = await answer;
  return `${given.status} ${formOf(given)}`;
};

describe('the calls', () => {
  test('answer in an envelope with links and a count', async () => {
    const portal = await portalWith({ backups: makeBackups(3), schedule: SCHEDULE });
    const envelope = async (what: string) => JSON.parse((await answerTo(portal, what)).body);
    const link = (name: string, action: string) => [{ href: portal.url + BASE + name, action }];
    expect(await envelope(`${LIST}?Dump=false`)).toEqual({
      response: makeBackups(3),
      count: 3,
      links: link('getbackuphistory?Dump=false', 'GET'),
      status: 0,
      statusCode: 200,
    });
    expect(await envelope('GET getbackupschedule')).toMatchObject({ response: SCHEDULE, count: 1 });
    expect(await envelope('DELETE deletebackupschedule')).toEqual({
      response: true,
      count: 1,
      links: link('deletebackupschedule', 'DELETE'),
      status: 0,
      statusCode: 200,
    });
    const none = await envelope('GET getbackupschedule');
    expect(none).toEqual({ count: 0, links: link('getbackupschedule', 'GET'), status: 0, statusCode: 200 });
    expect(await envelope(DELETE_ALL)).toMatchObject({ response: true, count: 1 });
    expect(await envelope(LIST)).toMatchObject({ response: [], count: 0 });
  });

  test('each deletion of the schedule is in the audit trail, and no other deletion is', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    for (const what of [
      'DELETE deletebackupschedule',
      'DELETE deletebackupschedule',
      deletion(1),
      DELETE_ALL,
    ]) {
      expect(await statusOf(portal, what)).toBe(200);
    }
    expect(portal.state.audit).toEqual(['schedule deleted', 'schedule deleted']);
  });

  test.each([
    ['no such call', 'GET startbackup', '404 empty'],
    ['a call with one part too many', 'GET getbackuphistory/x', '404 empty'],
    ['another API', 'GET /api/2.0/files/1', '404 empty'],
    ['outside the API, to read', 'GET /docspace/api/2.0/backup/getbackuphistory', '200 HTML'],
    ['outside the API, to delete', 'DELETE /docspace/api/2.0/backup/deletebackuphistory', '405 HTML'],
    ['an id that is no GUID', 'DELETE deletebackup/17', '404 empty'],
    ['the wrong verb', 'DELETE getbackuphistory', '405 empty'],
    ['the wrong verb', 'GET deletebackuphistory', '405 empty'],
  ])('%s: %s is %s, whoever asks', async (_name, what, expected) => {
    const portal = await portalWith();
    for (const authorization of [KEY, '']) {
      expect(await short(answerTo(portal, what, authorization))).toBe(expected);
    }
  });

  test.each([
    ['?dump=TRUE', '200 envelope'],
    ['?Dump=false', '200 envelope'],
    ['?Dump=1', '400 ProblemDetails'],
    ['?Dump=', '400 ProblemDetails'],
  ])('Dump: %s is %s', async (query, expected) => {
    const portal = await portalWith({ standalone: true });
    expect(await short(answerTo(portal, LIST + query))).toBe(expected);
  });

  test('the dumps are a history of their own, on self-hosted portals alone', async () => {
    const dumps = [{ ...makeBackups(1)[0], id: makeId(9) }];
    const portal = await portalWith({ backups: makeBackups(1), dumps, standalone: true });
    expect([await listed(portal), await listed(portal, '?Dump=true')]).toEqual([[makeId(1)], [makeId(9)]]);
    expect(await statusOf(portal, `${DELETE_ALL}?Dump=true`)).toBe(200);
    expect([await listed(portal), await listed(portal, '?Dump=true')]).toEqual([[makeId(1)], []]);
    expect(await short(answerTo(await portalWith({ dumps }), `${LIST}?Dump=true`))).toBe('403 error');
    const old = await portalWith({ backups: makeBackups(1), dumps, old: true });
    expect(await statusOf(old, `${DELETE_ALL}?Dump=true`, 'a-token')).toBe(200);
    expect(old.state.history).toEqual({ own: [], dumps });
  });
});

describe('who may', () => {
  test.each([
    ['a key', {}, KEY, '200 envelope'],
    ['a key without Bearer', {}, 'sk-any', '401 empty'],
    ['a key after two spaces', {}, 'Bearer  sk-any', '401 empty'],
    ['a key of another portal', { token: 'sk-other' }, KEY, '401 empty'],
    ['a key on an old portal', { old: true }, KEY, '401 empty'],
    ['nobody', {}, '', '401 empty'],
    ['a token', {}, 'abcdefgh', '200 envelope'],
    ['a token with Bearer', {}, 'Bearer abcdefgh', '200 envelope'],
    ['a password', {}, 'Basic YTpi', '200 envelope'],
    ['a user who is no administrator', { role: 'User' }, KEY, '403 error'],
    ['a key for everything', { scopes: ['*'] }, KEY, '200 envelope'],
    ['a key that may write', { scopes: ['*:write'] }, KEY, '200 envelope'],
    ['a key that may only read', { scopes: ['*:read'] }, KEY, '403 empty'],
    ['a key for something else', { scopes: ['files:write'] }, KEY, '403 empty'],
    ['a key that may only read, by its own account', { key: { permissions: ['*:read'] } }, KEY, '403 empty'],
  ] as [string, PortalOptions, string, string][])(
    'delete: %s (%j): %s is %s',
    async (_n, options, who, is) => {
      expect(await short(answerTo(await portalWith(options), DELETE_ALL, who))).toBe(is);
    },
  );

  test('read: a key that may only read', async () => {
    const portal = await portalWith({ scopes: ['*:read'], backups: makeBackups(1) });
    expect(await listed(portal)).toEqual([makeId(1)]);
    expect(await short(answerTo(portal, deletion(1)))).toBe('403 empty');
    expect(portal.state.history.own).toHaveLength(1);
  });
});

describe('keys/@self', () => {
  const SELF = 'GET /api/2.0/keys/@self';
  const say = async (options: PortalOptions) =>
    JSON.parse((await answerTo(await portalWith(options), SELF)).body).response;

  test('describes the key, with what must not be printed', async () => {
    const key = await say({});
    expect(key).toMatchObject({ permissions: [], isActive: true });
    expect(key.expiresAt).toBeUndefined();
    expect([key.key, key.createBy.displayName]).toEqual([
      'sk-the-key-itself-is-secret',
      'the-maker-is-secret',
    ]);
    expect(new Date(key.lastUsed).getTime()).toBe(theClock().date());
    const expiresAt = '2026-04-20T00:00:00+00:00';
    expect(await say({ scopes: ['*:read'], key: { expiresAt } })).toMatchObject({
      permissions: ['*:read'],
      expiresAt,
    });
    expect(await say({ key: { permissions: ['*'] } })).toMatchObject({ permissions: ['*'] });
  });

  test.each([
    ['a key that may nothing', { scopes: ['files:read'] }, KEY, '200 envelope'],
    ['a user who is no administrator', { role: 'User' }, KEY, '200 envelope'],
    ['a token', {}, 'abcdefgh', '401 empty'],
    ['a wrong key', { token: 'sk-other' }, KEY, '401 empty'],
    ['an older portal', { key: 'absent' }, KEY, '404 HTML'],
    ['a portal without keys', { old: true }, 'abcdefgh', '404 HTML'],
  ] as [string, PortalOptions, string, string][])('%s: %j, %s: %s', async (_name, options, who, expected) => {
    expect(await short(answerTo(await portalWith(options), SELF, who))).toBe(expected);
  });

  test('goes wrong where a fault names it, and is not in `seen`', async () => {
    const faults = [
      { kind: 'unavailable' as const, on: 'keys', times: 1 },
      { kind: 'bad-gateway' as const, times: 1 },
    ];
    const portal = await portalWith({ faults });
    const statuses = [SELF, SELF, LIST, LIST].map(what => () => statusOf(portal, what));
    const given = [];
    for (const status of statuses) given.push(await status());
    expect(given).toEqual([503, 200, 502, 200]);
    expect(portal.seen).toEqual([`GET ${BASE}getbackuphistory`, `GET ${BASE}getbackuphistory`]);
    expect(portal.state.requests).toHaveLength(4);
  });
});

describe('a DELETE by id', () => {
  test('removes the record and the file; again: true as well', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    expect(await short(answerTo(portal, deletion(1)))).toBe('200 envelope');
    expect(await listed(portal)).toEqual([makeId(2)]);
    expect([...portal.state.files]).toEqual([makeId(2)]);
    expect(
      await short(answerTo(portal, deletion(1).toUpperCase().replace('DELETEBACKUP', 'deletebackup'))),
    ).toBe('200 envelope');
    expect([...portal.state.deletedIds]).toEqual([makeId(1)]);
  });

  test('of an unknown id is an error; of another portal is true, and nothing is done', async () => {
    const portal = await portalWith({ backups: makeBackups(1), foreign: [makeId(7)] });
    expect(await short(answerTo(portal, deletion(8)))).toBe('500 error');
    expect(await short(answerTo(portal, deletion(7)))).toBe('200 envelope');
    expect(portal.state.history.own).toHaveLength(1);
  });

  test('of a dump is true on 3.1.0, and nothing is done', async () => {
    const dumps = makeBackups(1);
    for (const [ignoresDumpIds, left] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const portal = await portalWith({ dumps, standalone: true, ignoresDumpIds });
      expect(await short(answerTo(portal, deletion(1)))).toBe('200 envelope');
      expect(portal.state.history.dumps).toHaveLength(left);
    }
  });

  test.each<[name: string, error: number | FileError, statuses: number[], fileIsLeft: boolean]>([
    ['for ever', 500, [500, 500, 500], true],
    ['once', { status: 500, times: 1 }, [500, 200, 200], false],
    ['twice, with no right to', { status: 403, times: 2 }, [403, 403, 200], false],
    ['with its account disconnected', 400, [400, 400, 400], true],
    ['with no folder: nothing is left', 404, [404, 200, 200], false],
  ])(
    'whose file fails %s (%j): the record is gone, and each try is %j',
    async (_n, error, statuses, isLeft) => {
      const portal = await portalWith({ backups: makeBackups(2), fileErrors: { [makeId(1)]: error } });
      for (const status of statuses) {
        expect(await short(answerTo(portal, deletion(1)))).toBe(
          `${status} ${status === 200 ? 'envelope' : 'error'}`,
        );
        expect(await listed(portal)).toEqual([makeId(2)]);
      }
      expect(portal.state.filesLeft).toEqual(isLeft ? [makeId(1)] : []);
    },
  );

  test('says what the server says, with what must not be printed', async () => {
    const portal = await portalWith({
      backups: makeBackups(2),
      fileErrors: { [makeId(1)]: 403, [makeId(2)]: { status: 403, message: 'The file is locked' } },
    });
    const error = async (number: number) => JSON.parse((await answerTo(portal, deletion(number))).body);
    expect(await error(1)).toEqual({
      error: {
        message: 'Access denied',
        type: expect.any(String),
        stack: expect.stringMatching(/ASC\.Secret.*Secret\.cs/),
        hresult: expect.any(Number),
      },
      status: 1,
      statusCode: 403,
    });
    expect(await error(2)).toMatchObject({ error: { message: 'The file is locked' } });
  });

  test.each([
    [{ '*': 500 }, undefined, [500, 500, 500]],
    [undefined, { 1: 500 }, [200, 500, 200]],
  ])('fails in each storage (%j) or in one (%j): %j', async (fileErrors, storageErrors, statuses) => {
    const backups = makeBackups(3).map((backup, index) => ({ ...backup, storageType: index }));
    const portal = await portalWith({
      backups,
      ...(fileErrors ? { fileErrors } : {}),
      ...(storageErrors ? { storageErrors } : {}),
    });
    const given = [];
    for (const number of [1, 2, 3]) given.push(await statusOf(portal, deletion(number)));
    expect(given).toEqual(statuses);
    expect(await listed(portal)).toEqual([]);
  });

  test('of one that is stuck, locked or broken', async () => {
    const backups = makeBackups(3);
    const portal = await portalWith({
      backups,
      stuck: [makeId(1)],
      locked: [makeId(2)],
      broken: [makeId(3)],
    });
    const given = [];
    for (const number of [1, 2, 3]) given.push(await short(answerTo(portal, deletion(number))));
    expect(given).toEqual(['200 envelope', '500 error', '500 error']);
    expect(await listed(portal)).toEqual([makeId(1), makeId(2)]);
    expect(portal.state.filesLeft).toEqual([makeId(3)]);
  });
});

describe('a DELETE of the history', () => {
  test('is true whatever happens to the files', async () => {
    const portal = await portalWith({
      backups: makeBackups(4),
      fileErrors: { [makeId(1)]: 403, [makeId(2)]: 500 },
      stuck: [makeId(3)],
    });
    expect(await short(answerTo(portal, DELETE_ALL))).toBe('200 envelope');
    expect(await listed(portal)).toEqual([makeId(3)]);
    expect(portal.state.filesLeft).toEqual([makeId(1), makeId(2)]);
  });

  test('takes what is never listed, and leaves what is made meanwhile', async () => {
    const [late] = makeBackups(9).slice(-1);
    const portal = await portalWith({
      backups: makeBackups(2),
      unlisted: [makeId(2)],
      madeMeanwhile: [late],
    });
    expect(await listed(portal)).toEqual([makeId(1)]);
    expect(await statusOf(portal, DELETE_ALL)).toBe(200);
    expect(await listed(portal)).toEqual([makeId(9)]);
    expect([...portal.state.deletedIds]).toEqual([makeId(1), makeId(2)]);
  });
});

describe('a listing', () => {
  test.each([
    ['from the second on', [makeId(2)], [2, 1, 1]],
    ['from the third on', { [makeId(2)]: 3 }, [2, 2, 1]],
  ])('drops records for ever, %s', async (_name, vanishing, lengths) => {
    const portal = await portalWith({ backups: makeBackups(2), vanishing });
    for (const length of lengths) expect(await listed(portal)).toHaveLength(length);
    expect([...portal.state.vanishedIds]).toEqual([makeId(2)]);
    expect(portal.state.filesLeft).toEqual([makeId(2)]);
    expect(await statusOf(portal, deletion(2))).toBe(200);
    expect(portal.state.filesLeft).toEqual([]);
  });

  test('lags behind', async () => {
    const portal = await portalWith({ backups: makeBackups(2), lagMs: 1500 });
    expect(await statusOf(portal, deletion(1))).toBe(200);
    await theClock().advance(1499);
    expect((await listed(portal)).sort()).toEqual([makeId(1), makeId(2)]);
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([makeId(2)]);
  });

  test('comes from another backend', async () => {
    const portal = await portalWith({
      backups: makeBackups(2),
      backends: [
        { listings: [2], backups: [] },
        { requests: [4, 5], backups: makeBackups(9).slice(-1) },
      ],
    });
    expect(await listed(portal)).toHaveLength(2);
    expect(await listed(portal)).toHaveLength(0);
    expect(await listed(portal)).toHaveLength(2);
    expect(await listed(portal)).toEqual([makeId(9)]);
    expect(await statusOf(portal, deletion(1))).toBe(500);
    expect(await listed(portal)).toHaveLength(2);
  });

  test('takes its time for each record', async () => {
    const portal = await portalWith({ backups: makeBackups(40), listingMs: 100, listingMsPerRecord: 30 });
    expect(await listed(portal)).toHaveLength(40);
    expect(theClock().now()).toBe(1300);
  });

  test('has times in the form of PostgreSQL', async () => {
    const portal = await portalWith({ backups: makeBackups(1), zulu: true });
    const { body } = await answerTo(portal, LIST);
    expect(JSON.parse(body).response[0]).toMatchObject({
      createdOn: '2026-03-31T02:15:00Z',
      expiresOn: '0001-01-01T00:00:00Z',
    });
  });
});

describe('limits', () => {
  test('refuses what is too much for a minute, until it is over', async () => {
    const portal = await portalWith({ limits: { perMinute: 3 } });
    const statuses = async (number: number) => {
      const given = [];
      for (let n = 0; n < number; n++) given.push(await statusOf(portal, LIST));
      return given;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    await theClock().advance(59_999);
    const { status, headers, body } = await answerTo(portal, LIST);
    expect([status, body]).toEqual([429, '']);
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0' });
    expect(Object.keys(headers).filter(name => /retry|reset/.test(name))).toEqual([]);
    await theClock().advance(1);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(portal.state.refused).toBe(3);
  });

  test('says how long, where it is told to', async () => {
    const limits = { perMinute: 0, resetHeader: true, retryAfter: true };
    const portal = await portalWith({ limits });
    await statusOf(portal, LIST);
    await theClock().advance(12_300);
    const { headers } = await answerTo(portal, LIST);
    expect(headers).toMatchObject({ 'x-ratelimit-reset': '48', 'retry-after': '48' });
    const other = await portalWith({ limits: { perMinute: 0, retryAfter: 'soon' } });
    expect((await answerTo(other, LIST)).headers).toMatchObject({ 'retry-after': 'soon' });
  });

  test.each([
    [{}, 'DELETE', 16, 15],
    [{}, 'GET', 51, 50],
    [{ deletesAtOnce: 4, getsAtOnce: 2 }, 'DELETE', 9, 4],
    [{ deletesAtOnce: 4, getsAtOnce: 2 }, 'GET', 9, 2],
  ])('%j: of %s, %d at once, admits %d', async (limits, method, number, admitted) => {
    const portal = await portalWith({ backups: makeBackups(number), latencyMs: 10, limits });
    const sent = Array.from({ length: number }, (_, index) =>
      ask(portal, method === 'GET' ? LIST : deletion(index + 1)),
    );
    const answers = await theClock().runToEnd(Promise.all(sent));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(admitted);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(number - admitted);
    expect(refused[0]?.headers).toMatchObject({ 'x-ratelimit-limit': String(admitted) });
    expect(portal.state.refused).toBe(number - admitted);
    expect(await statusOf(portal, LIST)).toBe(200);
    if (method === 'GET') expect(portal.state.maxConcurrentGets).toBe(admitted);
  });
});

describe('a portal that takes its time', () => {
  test('marks the record first, deletes the file then, and answers', async () => {
    const portal = await portalWith({ backups: makeBackups(1), markMs: 300, deleteMs: 1000 });
    const { state } = portal;
    const answer = ask(portal, deletion(1));
    await theClock().advance(299);
    expect([state.history.own.length, state.files.size]).toEqual([1, 1]);
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([]);
    await theClock().advance(999);
    expect([state.history.own.length, state.files.size]).toEqual([0, 1]);
    expect((await theClock().runToEnd(answer)).status).toBe(200);
    expect([theClock().now(), state.files.size]).toEqual([1300, 0]);
  });

  test('answers late, and does the work at once', async () => {
    const portal = await portalWith({ backups: makeBackups(1), latencyMs: 700 });
    const answer = ask(portal, deletion(1));
    await theClock().advance(699);
    expect(portal.state.files.size).toBe(0);
    expect((await theClock().runToEnd(answer)).status).toBe(200);
    expect(theClock().now()).toBe(700);
  });

  test('may take another time for each backup', async () => {
    const deleteMs = { [makeId(1)]: 500, '*': 100 };
    const portal = await portalWith({ backups: makeBackups(3), deleteMs });
    await theClock().runToEnd(Promise.all([1, 2, 3].map(number => ask(portal, deletion(number)))));
    expect(theClock().now()).toBe(500);
    const whole = await portalWith({ backups: makeBackups(3), deleteMs });
    await answerTo(whole, DELETE_ALL);
    expect(theClock().now()).toBe(500 + 700);
  });

  test('goes on after the client has hung up, and counts that as under way', async () => {
    const portal = await portalWith({ backups: makeBackups(4), deleteMs: 1000 });
    const end = new AbortController();
    const given = [1, 2].map(number => ask(portal, deletion(number), KEY, end.signal).catch(() => 'hung up'));
    await theClock().advance(500);
    end.abort();
    expect(await Promise.all(given)).toEqual(['hung up', 'hung up']);
    const later = [2, 3].map(number => ask(portal, deletion(number)));
    await theClock().advance(499);
    expect([portal.state.maxConcurrent, portal.state.maxConcurrentRequests]).toEqual([3, 4]);
    expect(portal.state.files.size).toBe(4);
    await theClock().advance(1);
    expect(portal.state.files.size).toBe(2);
    await theClock().runToEnd(Promise.all(later));
    expect(portal.state.filesLeft).toEqual([]);
    await answerTo(portal, deletion(4));
    expect(portal.state.maxConcurrent).toBe(3);
  });

  test('outlasts the gateway, and goes on', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      deleteMs: 400,
      gateway: { ms: 1000, status: 524 },
    });
    expect(await short(answerTo(portal, deletion(1)))).toBe('200 envelope');
    expect(theClock().now()).toBe(400);
    expect(await short(answerTo(portal, `${DELETE_ALL}?Dump=false`))).toBe('200 envelope');
    expect(theClock().now()).toBe(1200);
    const slow = await portalWith({ backups: makeBackups(3), deleteMs: 400, gateway: { ms: 1000 } });
    expect(await short(answerTo(slow, DELETE_ALL))).toBe('504 HTML');
    expect([theClock().now(), slow.state.files.size]).toEqual([2200, 1]);
    await theClock().advance(200);
    expect(slow.state.files.size).toBe(0);
  });
});

describe('faults', () => {
  const lost = (portal: Portal, what: string) =>
    theClock().runToEnd(ask(portal, what).catch((error: NodeJS.ErrnoException) => error.code));

  test.each([
    ['reset', 1],
    ['lost-before', 1],
    ['reset-after', 0],
    ['lost-after', 0],
  ] as const)('%s: no answer, and %d of 1 is left', async (kind, left) => {
    const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind, times: 1 }] });
    expect(await lost(portal, deletion(1))).toBe('ECONNRESET');
    expect(portal.state.history.own).toHaveLength(left);
    expect(await statusOf(portal, deletion(1))).toBe(200);
    expect(portal.state.maxConcurrent).toBe(1);
  });

  test.each([
    ['cut', 'ECONNRESET'],
    ['not-http', 'HPE_INVALID_CONSTANT'],
    ['raw', 'ECONNRESET'],
  ] as const)('%s: %s, and no time passes', async (kind, code) => {
    const portal = await portalWith({ faults: [{ kind }] });
    theClock().after(1, () => undefined);
    expect([await lost(portal, LIST), theClock().now()]).toEqual([code, 0]);
  });

  test.each([408, 502, 503, 504, 520, 521, 522, 523, 524])(
    'page %d: HTML, and nothing is done',
    async status => {
      const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind: 'page', status }] });
      expect(await short(answerTo(portal, deletion(1)))).toBe(`${status} HTML`);
      expect(portal.state.history.own).toHaveLength(1);
    },
  );

  test.each([undefined, 408, 520, 522, 524])('slow-delete %d: HTML, and the portal goes on', async status => {
    const fault = { kind: 'slow-delete' as const, ms: 300, ...(status ? { status } : {}) };
    const portal = await portalWith({ backups: makeBackups(3), faults: [fault] });
    expect(await short(answerTo(portal, deletion(3)))).toBe(`${status ?? 504} HTML`);
    expect(await short(answerTo(portal, DELETE_ALL))).toBe(`${status ?? 504} HTML`);
    expect([theClock().now(), portal.state.history.own.length]).toEqual([0, 3]);
    await theClock().advance(300);
    expect(portal.state.history.own).toHaveLength(1);
    await theClock().advance(600);
    expect(portal.state.history.own).toHaveLength(0);
  });

  test('hang: never, or later', async () => {
    const faults = [
      { kind: 'hang' as const, on: makeId(1) },
      { kind: 'hang' as const, on: makeId(2), ms: 5000 },
    ];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const end = new AbortController();
    const given = [1, 2].map(number => ask(portal, deletion(number), KEY, end.signal).catch(() => 'hung up'));
    await theClock().advance(1000);
    end.abort();
    await theClock().advance(3999);
    expect(await Promise.all(given)).toEqual(['hung up', 'hung up']);
    expect(portal.state.history.own).toHaveLength(3);
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([makeId(1), makeId(3)]);
    await theClock().advance(1_000_000);
    await answerTo(portal, deletion(3));
    // As far as anybody can tell, the portal is still at the first one.
    expect(portal.state.maxConcurrent).toBe(2);
  });

  test('lie: true, and nothing is done; slow: later; delayMs: later too', async () => {
    const faults = [
      { kind: 'lie' as const, times: 1 },
      { kind: 'slow' as const, ms: 700, times: 1 },
      { kind: 'error-form' as const, status: 403, message: 'No', delayMs: 100, times: 1 },
    ];
    const portal = await portalWith({ backups: makeBackups(1), faults });
    expect(await answerTo(portal, deletion(1))).toMatchObject({
      status: 200,
      body: expect.stringContaining('true'),
    });
    expect(portal.state.history.own).toHaveLength(1);
    expect(await statusOf(portal, deletion(1))).toBe(200);
    expect([theClock().now(), portal.state.history.own.length]).toEqual([700, 0]);
    const { status, body } = await answerTo(portal, deletion(1));
    expect([status, JSON.parse(body).error.message, theClock().now()]).toEqual([403, 'No', 800]);
  });

  test('bom: before JSON that is whole', async () => {
    const portal = await portalWith({ faults: [{ kind: 'bom' }] });
    const { body } = await answerTo(portal, LIST);
    expect(body.charCodeAt(0)).toBe(0xfeff);
    expect(JSON.parse(body.slice(1)).response).toEqual([]);
  });

  test.each([
    ['unauthorized', '401 empty'],
    ['no-scope', '403 empty'],
    ['access-denied', '403 error'],
    ['portal-busy', '403 ProblemDetails'],
    ['ip-blocked', '403 text'],
    ['suspended', '404 ProblemDetails'],
    ['not-found', '404 empty'],
    ['unpaid', '402 ProblemDetails'],
    ['quota', '402 error'],
    ['bad-request', '400 ProblemDetails'],
    ['rate-limit', '429 empty'],
    ['server-error', '500 error'],
    ['unavailable', '503 HTML'],
    ['web-client', '200 HTML'],
  ] as const)('%s is %s, and nothing is done', async (kind, expected) => {
    const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind }] });
    expect(await short(answerTo(portal, DELETE_ALL))).toBe(expected);
    expect(portal.state.history.own).toHaveLength(1);
  });

  test('are counted, skipped and used up', async () => {
    const portal = await portalWith({ faults: [{ kind: 'server-error', on: '^GET', skip: 1, times: 2 }] });
    const given = [];
    for (let n = 0; n < 5; n++) given.push(await statusOf(portal, LIST));
    given.push(await statusOf(portal, DELETE_ALL));
    expect(given).toEqual([200, 500, 500, 200, 200, 200]);
  });
});

test('10,000 backups, deleted from the oldest on, take no longer than their requests', async () => {
  const portal = await portalWith({ backups: makeBackups(10_000) });
  const start = performance.now();
  for (let number = 10_000; number > 0; number--)
    await portal.state.deleteOne(makeId(number), { pause: async () => undefined });
  expect(portal.state.history.own).toEqual([]);
  expect(performance.now() - start).toBeLessThan(5_000);
});
