import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  type FaultKind,
  type FileError,
  makeBackups,
  makeId,
  type Portal,
  type PortalOptions,
  SCHEDULE,
  type StorageBehavior,
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

/** Sends `METHOD name` or `METHOD /whole/path`. Fails when the connection is lost. */
function ask(
  portal: Portal,
  what: string,
  authorization: string | undefined = KEY,
  options: { signal?: AbortSignal; agent?: Agent } = {},
): Promise<Answer> {
  const [method = '', name = ''] = what.split(' ');
  const path = name.startsWith('/') ? name : BASE + name;
  const headers = authorization === '' ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const sent = request(portal.url + path, { method, headers, agent: false, ...options }, async message => {
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

/** Sends a request, and lets time pass until the answer. */
function answerTo(portal: Portal, what: string, authorization?: string): Promise<Answer> {
  return theClock().runToEnd(ask(portal, what, authorization));
}

/** Sends a request whose answer may be lost: the answer, or the code of the error. */
const lost = (portal: Portal, what: string) =>
  theClock().runToEnd(ask(portal, what).catch((error: NodeJS.ErrnoException) => error.code));

async function statusOf(portal: Portal, what: string, authorization?: string): Promise<number> {
  return (await answerTo(portal, what, authorization)).status;
}

async function listed(portal: Portal, query = ''): Promise<string[]> {
  const { body } = await answerTo(portal, LIST + query);
  return JSON.parse(body).response.map(({ id }: { id: string }) => id);
}

/** Which form of answer this is. */
function formOf({ type, body }: Answer): string {
  if (body === '') return 'empty';
  if (type === 'text/html') return 'HTML';
  const value = JSON.parse(body);
  if (typeof value === 'string') return 'text';
  if (type === 'application/problem+json') return 'ProblemDetails';
  return 'error' in value ? 'error' : 'envelope';
}

const summarize = async (answer: Promise<Answer>) => {
  const given = await answer;
  return `${given.status} ${formOf(given)}`;
};

describe('the calls', () => {
  test('answer with an envelope that has links and a count', async () => {
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

  test('only deletions of the schedule are in the audit trail', async () => {
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
    ['a call with an extra segment', 'GET getbackuphistory/x', '404 empty'],
    ['a portal call', 'GET /api/2.0/portal/nothing', '404 empty'],
    ['a portal call', 'DELETE /api/2.0/portal/nothing', '404 empty'],
    ['another API', 'DELETE /api/2.0/files/1', '404 empty'],
    ['no API', 'GET /api/2.0/nothing', '404 HTML'],
    ['no API', 'DELETE /api/2.0/nothing', '405 HTML'],
    ['a file', 'GET /s/x', '404 empty'],
    ['a file', 'DELETE /storage/x', '404 empty'],
    ['GET outside the API', 'GET /docspace/api/2.0/backup/getbackuphistory', '200 HTML'],
    ['DELETE outside the API', 'DELETE /docspace/api/2.0/backup/deletebackuphistory', '405 HTML'],
    ['an id that is no GUID', 'DELETE deletebackup/17', '404 empty'],
    ['the wrong verb', 'DELETE getbackuphistory', '405 empty'],
    ['the wrong verb', 'GET deletebackuphistory', '405 empty'],
  ])('%s: %s is %s, with or without a token', async (_name, what, expected) => {
    const portal = await portalWith();
    for (const authorization of [KEY, '']) {
      expect(await summarize(answerTo(portal, what, authorization))).toBe(expected);
    }
  });

  test('work under /portal/ too', async () => {
    const portal = await portalWith({ backups: makeBackups(2), schedule: SCHEDULE });
    const calls = [`GET getbackuphistory?Dump=false`, deletion(1), 'GET getbackupschedule'];
    for (const what of [...calls, 'DELETE deletebackupschedule', DELETE_ALL]) {
      expect(await summarize(answerTo(portal, what.replace(' ', ' /api/2.0/portal/')))).toBe('200 envelope');
    }
    expect(portal.state.history.own).toEqual([]);
    expect(portal.state.schedule.own).toBeUndefined();
  });

  test('never reach an id that begins with `feed`, except under /portal/ or without nginx', async () => {
    const [begins, upper, contains] = ['feed0000', 'FEED0000', '0000feed'].map(
      start => start + makeId(1).slice(8),
    );
    const backups = [begins, upper, contains].map(id => ({ ...makeBackups(1)[0], id }));
    for (const [options, path, expected] of [
      [{}, '/api/2.0/backup/', ['404 empty', '404 empty', '200 envelope']],
      [{}, '/api/2.0/portal/', ['200 envelope', '200 envelope', '200 envelope']],
      [{ nginx: false }, '/api/2.0/backup/', ['200 envelope', '200 envelope', '200 envelope']],
    ] as const) {
      const portal = await portalWith({ backups, ...options });
      const given = [];
      for (const { id } of backups)
        given.push(await summarize(answerTo(portal, `DELETE ${path}deletebackup/${id}`)));
      expect(given).toEqual(expected);
      expect(portal.state.history.own).toHaveLength(expected.filter(answer => answer === '404 empty').length);
    }
    const portal = await portalWith({ backups });
    expect(await summarize(answerTo(portal, `GET deletebackup/${begins}`))).toBe('404 empty');
  });

  test.each([
    ['?dump=TRUE', '200 envelope'],
    ['?Dump=false', '200 envelope'],
    ['?Dump=1', '400 ProblemDetails'],
    ['?Dump=', '400 ProblemDetails'],
  ])('Dump: %s is %s', async (query, expected) => {
    const portal = await portalWith({ standalone: true });
    expect(await summarize(answerTo(portal, LIST + query))).toBe(expected);
  });

  test('only self-hosted portals have dumps, in a history of their own', async () => {
    const dumps = [{ ...makeBackups(1)[0], id: makeId(9) }];
    const portal = await portalWith({ backups: makeBackups(1), dumps, standalone: true });
    expect([await listed(portal), await listed(portal, '?Dump=true')]).toEqual([[makeId(1)], [makeId(9)]]);
    expect(await statusOf(portal, `${DELETE_ALL}?Dump=true`)).toBe(200);
    expect([await listed(portal), await listed(portal, '?Dump=true')]).toEqual([[makeId(1)], []]);
    expect(await summarize(answerTo(await portalWith({ dumps }), `${LIST}?Dump=true`))).toBe('403 error');
    const old = await portalWith({ backups: makeBackups(1), dumps, old: true });
    expect(await statusOf(old, `${DELETE_ALL}?Dump=true`, 'a-token')).toBe(200);
    expect(old.state.history).toEqual({ own: [], dumps });
  });
});

describe('permissions', () => {
  test.each([
    ['a key', {}, KEY, '200 envelope'],
    ['a key without Bearer', {}, 'sk-any', '401 empty'],
    ['a key after two spaces', {}, 'Bearer  sk-any', '401 empty'],
    ['a key of another portal', { token: 'sk-other' }, KEY, '401 empty'],
    ['a key on an old portal', { old: true }, KEY, '401 empty'],
    ['no token', {}, '', '401 empty'],
    ['a token', {}, 'abcdefgh', '200 envelope'],
    ['a token with Bearer', {}, 'Bearer abcdefgh', '200 envelope'],
    ['a password', {}, 'Basic YTpi', '200 envelope'],
    ['a user who is no administrator', { role: 'User' }, KEY, '403 error'],
    ['a key for everything', { scopes: ['*'] }, KEY, '200 envelope'],
    ['a key that may write', { scopes: ['*:write'] }, KEY, '200 envelope'],
    ['a key that may only read', { scopes: ['*:read'] }, KEY, '403 empty'],
    ['a key for something else', { scopes: ['files:write'] }, KEY, '403 empty'],
    ['a key with the permission to read', { key: { permissions: ['*:read'] } }, KEY, '403 empty'],
  ] as [string, PortalOptions, string, string][])(
    'deleting with %s (%j, %s) is %s',
    async (_n, options, who, is) => {
      expect(await summarize(answerTo(await portalWith(options), DELETE_ALL, who))).toBe(is);
    },
  );

  test('a read-only key may list but not delete', async () => {
    const portal = await portalWith({ scopes: ['*:read'], backups: makeBackups(1) });
    expect(await listed(portal)).toEqual([makeId(1)]);
    expect(await summarize(answerTo(portal, deletion(1)))).toBe('403 empty');
    expect(portal.state.history.own).toHaveLength(1);
  });
});

describe('keys/@self', () => {
  const SELF = 'GET /api/2.0/keys/@self';
  const describeKey = async (options: PortalOptions) =>
    JSON.parse((await answerTo(await portalWith(options), SELF)).body).response;

  test('describes the key, with fields that must not be printed', async () => {
    const key = await describeKey({});
    expect(key).toMatchObject({ permissions: [], isActive: true });
    expect(key.expiresAt).toBeUndefined();
    expect([key.key, key.createBy.displayName]).toEqual([
      'sk-the-key-itself-is-secret',
      'the-maker-is-secret',
    ]);
    expect(new Date(key.lastUsed).getTime()).toBe(theClock().epochMs());
    const expiresAt = '2026-04-20T00:00:00+00:00';
    expect(await describeKey({ scopes: ['*:read'], key: { expiresAt } })).toMatchObject({
      permissions: ['*:read'],
      expiresAt,
    });
    expect(await describeKey({ key: { permissions: ['*'] } })).toMatchObject({ permissions: ['*'] });
  });

  test.each([
    ['a key without access to backups', { scopes: ['files:read'] }, KEY, '200 envelope'],
    ['a user who is no administrator', { role: 'User' }, KEY, '200 envelope'],
    ['a token', {}, 'abcdefgh', '401 empty'],
    ['a wrong key', { token: 'sk-other' }, KEY, '401 empty'],
    ['an older portal', { key: 'absent' }, KEY, '404 HTML'],
    ['a portal without keys', { old: true }, 'abcdefgh', '404 HTML'],
  ] as [string, PortalOptions, string, string][])('%s: %j, %s: %s', async (_name, options, who, expected) => {
    expect(await summarize(answerTo(await portalWith(options), SELF, who))).toBe(expected);
  });

  test('fails only when a fault names it, and is not in `seen`', async () => {
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
  test('removes the record and the file, and answers true again when repeated', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    expect(await summarize(answerTo(portal, deletion(1)))).toBe('200 envelope');
    expect(await listed(portal)).toEqual([makeId(2)]);
    expect([...portal.state.files]).toEqual([makeId(2)]);
    expect(
      await summarize(answerTo(portal, deletion(1).toUpperCase().replace('DELETEBACKUP', 'deletebackup'))),
    ).toBe('200 envelope');
    expect([...portal.state.deletedIds]).toEqual([makeId(1)]);
  });

  test('of an unknown id fails, of another portal answers true and does nothing', async () => {
    const portal = await portalWith({ backups: makeBackups(1), foreign: [makeId(7)] });
    expect(await summarize(answerTo(portal, deletion(8)))).toBe('500 error');
    expect(await summarize(answerTo(portal, deletion(7)))).toBe('200 envelope');
    expect(portal.state.history.own).toHaveLength(1);
  });

  test('of a dump answers true and does nothing on 3.1.0', async () => {
    const dumps = makeBackups(1);
    for (const [ignoresDumpIds, left] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const portal = await portalWith({ dumps, standalone: true, ignoresDumpIds });
      expect(await summarize(answerTo(portal, deletion(1)))).toBe('200 envelope');
      expect(portal.state.history.dumps).toHaveLength(left);
    }
  });

  test.each<[name: string, error: number | FileError, statuses: number[], fileIsLeft: boolean]>([
    ['always', 500, [500, 500, 500], true],
    ['once', { status: 500, times: 1 }, [500, 200, 200], false],
    ['twice, with 403', { status: 403, times: 2 }, [403, 403, 200], false],
    ['with 400', 400, [400, 400, 400], true],
    ['because its folder is missing', 404, [404, 200, 200], false],
  ])('whose file fails %s (%j) removes the record, and answers %j', async (_n, error, statuses, isLeft) => {
    const portal = await portalWith({ backups: makeBackups(2), fileErrors: { [makeId(1)]: error } });
    for (const status of statuses) {
      expect(await summarize(answerTo(portal, deletion(1)))).toBe(
        `${status} ${status === 200 ? 'envelope' : 'error'}`,
      );
      expect(await listed(portal)).toEqual([makeId(2)]);
    }
    expect(portal.state.filesLeft).toEqual(isLeft ? [makeId(1)] : []);
  });

  test('answers errors with a message and with a stack that must not be printed', async () => {
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
  ])('fails everywhere (%j) or in one storage (%j): %j', async (fileErrors, storageErrors, statuses) => {
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

  test('of a stuck, locked or broken backup', async () => {
    const backups = makeBackups(3);
    const portal = await portalWith({
      backups,
      stuck: [makeId(1)],
      locked: [makeId(2)],
      broken: [makeId(3)],
    });
    const given = [];
    for (const number of [1, 2, 3]) given.push(await summarize(answerTo(portal, deletion(number))));
    expect(given).toEqual(['200 envelope', '500 error', '500 error']);
    expect(await listed(portal)).toEqual([makeId(1), makeId(2)]);
    expect(portal.state.filesLeft).toEqual([makeId(3)]);
  });
});

describe('a DELETE of the history', () => {
  test('answers true even when files fail', async () => {
    const portal = await portalWith({
      backups: makeBackups(4),
      fileErrors: { [makeId(1)]: 403, [makeId(2)]: 500 },
      stuck: [makeId(3)],
    });
    expect(await summarize(answerTo(portal, DELETE_ALL))).toBe('200 envelope');
    expect(await listed(portal)).toEqual([makeId(3)]);
    expect(portal.state.filesLeft).toEqual([makeId(1), makeId(2)]);
  });

  test('deletes unlisted backups, and leaves those that are made meanwhile', async () => {
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

describe('a storage', () => {
  const portalOf = (behavior: StorageBehavior, options: PortalOptions = {}) =>
    portalWith({ backups: makeBackups(9), storages: { 3: behavior }, ...options });
  /** The statuses of deletions that are sent together. */
  const together = async (portal: Portal, numbers: number[]) => {
    const answers = numbers.map(number => ask(portal, deletion(number)));
    return (await theClock().runToEnd(Promise.all(answers))).map(({ status }) => status).sort();
  };

  test.each<[string, PortalOptions]>([
    ['deletions that take time', { deleteMs: 100 }],
    ['late answers', { latencyMs: 100 }],
  ])('refuses more than `maxConcurrent` deletions at once: %s', async (_name, options) => {
    const portal = await portalOf({ maxConcurrent: 2 }, options);
    expect(await together(portal, [1, 2, 3, 4, 5])).toEqual([200, 200, 500, 500, 500]);
    const { state } = portal;
    expect([state.history.own.length, state.filesLeft.length, state.refusedByStorage]).toEqual([4, 3, 3]);
    expect(state.maxConcurrent).toBe(5);
    expect(await together(portal, [6, 7])).toEqual([200, 200]);
    for (const id of [...state.filesLeft]) {
      expect(await summarize(answerTo(portal, `DELETE deletebackup/${id}`))).toBe('200 envelope');
    }
    expect([state.filesLeft, state.refusedByStorage]).toEqual([[], 3]);
  });

  test('sees simultaneous deletions that take no time', async () => {
    const portal = await portalOf({ maxConcurrent: 1 });
    const agent = new Agent({ keepAlive: true });
    const all = (calls: string[]) =>
      theClock().runToEnd(Promise.all(calls.map(what => ask(portal, what, KEY, { agent }))));
    // Opens the connections, so that the deletions arrive together.
    await all([LIST, LIST, LIST, LIST]);
    await all([1, 2, 3, 4].map(deletion));
    expect(portal.state.refusedByStorage).toBeGreaterThan(0);
    agent.destroy();
  });

  test('counts a deletion as running after the client has hung up', async () => {
    const portal = await portalOf({ maxConcurrent: 1 }, { deleteMs: 100 });
    const end = new AbortController();
    const given = ask(portal, deletion(1), KEY, { signal: end.signal }).catch(() => 'hung up');
    await theClock().advance(10);
    end.abort();
    expect(await given).toBe('hung up');
    expect(await statusOf(portal, deletion(2))).toBe(500);
    expect(portal.state.filesLeft).toEqual([makeId(2)]);
  });

  test('refuses every deletion for `cooldownMs` after each refusal', async () => {
    const portal = await portalOf({ maxConcurrent: 1, cooldownMs: 1000 }, { deleteMs: 100 });
    expect(await together(portal, [1, 2])).toEqual([200, 500]);
    await theClock().advance(899);
    expect(await statusOf(portal, deletion(3))).toBe(500);
    await theClock().advance(899);
    expect(await statusOf(portal, deletion(4))).toBe(500);
    await theClock().advance(900);
    expect(await statusOf(portal, deletion(5))).toBe(200);
    expect(portal.state.refusedByStorage).toBe(3);
  });

  test('refuses all deletions from the nth on', async () => {
    const portal = await portalOf({ failsFrom: 3, error: { status: 403, message: 'No' } });
    const given = [];
    for (const number of [1, 1, 2, 3, 3]) given.push(await statusOf(portal, deletion(number)));
    expect(given).toEqual([200, 200, 403, 403, 403]);
    expect((await answerTo(portal, deletion(3))).body).toContain('"message":"No"');
    expect(portal.state.filesLeft).toEqual([makeId(2), makeId(3)]);
    expect(portal.state.refusedByStorage).toBe(4);
  });

  test('is separate from other storages, also under `*`', async () => {
    const backups = makeBackups(4).map((backup, index) => ({ ...backup, storageType: index % 2 }));
    for (const [storages, expected] of [
      [{ 1: { failsFrom: 1, error: 400 } }, [200, 400, 200, 400]],
      [{ '*': { failsFrom: 2 } }, [200, 200, 500, 500]],
      [{ '*': { failsFrom: 2 }, 1: {} }, [200, 200, 500, 200]],
    ] as const) {
      const portal = await portalWith({ backups, storages });
      const given = [];
      for (const number of [1, 2, 3, 4]) given.push(await statusOf(portal, deletion(number)));
      expect(given).toEqual(expected);
    }
  });

  test('refuses within a DELETE of the history, which answers true', async () => {
    const portal = await portalOf({ failsFrom: 8 });
    expect(await summarize(answerTo(portal, DELETE_ALL))).toBe('200 envelope');
    expect(portal.state.filesLeft).toEqual([makeId(8), makeId(9)]);
    const busy = await portalOf({ maxConcurrent: 1, cooldownMs: 150 }, { deleteMs: 100 });
    const all = ask(busy, DELETE_ALL);
    await theClock().advance(250);
    expect(await statusOf(busy, deletion(9))).toBe(500);
    expect(await summarize(theClock().runToEnd(all))).toBe('200 envelope');
    // The cooldown began at 250 ms. It hits the file that is due at 300 ms, which begins another one.
    expect(busy.state.filesLeft).toEqual([9, 4, 5, 6, 7, 8].map(makeId));
  });

  test('lets a listing soon after a deletion drop its other records', async () => {
    const [other] = makeBackups(1, { storageType: 4 });
    const backups = [...makeBackups(3), { ...other, id: makeId(9) }];
    const portal = await portalOf({ dropsAfterBurstMs: 3000 }, { backups, deleteMs: 100 });
    expect(await listed(portal)).toHaveLength(4);
    expect(await statusOf(portal, deletion(1))).toBe(200);
    await theClock().advance(3000);
    expect(await listed(portal)).toHaveLength(3);
    expect(await statusOf(portal, deletion(9))).toBe(200);
    expect(await listed(portal)).toHaveLength(2);
    expect(await statusOf(portal, deletion(2))).toBe(200);
    await theClock().advance(2999);
    expect(await listed(portal)).toEqual([]);
    expect([...portal.state.vanishedIds]).toEqual([makeId(3)]);
    expect(portal.state.filesLeft).toEqual([makeId(3)]);
    await theClock().advance(10_000);
    expect(await listed(portal)).toEqual([]);
  });
});

describe('a listing', () => {
  test.each([
    ['the second', [makeId(2)], [2, 1, 1]],
    ['the third', { [makeId(2)]: 3 }, [2, 2, 1]],
  ])('drops records for good: %s', async (_name, vanishing, lengths) => {
    const portal = await portalWith({ backups: makeBackups(2), vanishing });
    for (const length of lengths) expect(await listed(portal)).toHaveLength(length);
    expect([...portal.state.vanishedIds]).toEqual([makeId(2)]);
    expect(portal.state.filesLeft).toEqual([makeId(2)]);
    expect(await statusOf(portal, deletion(2))).toBe(200);
    expect(portal.state.filesLeft).toEqual([]);
  });

  test('lags', async () => {
    const portal = await portalWith({ backups: makeBackups(2), lagMs: 1500 });
    expect(await statusOf(portal, deletion(1))).toBe(200);
    await theClock().advance(1499);
    expect((await listed(portal)).sort()).toEqual([makeId(1), makeId(2)]);
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([makeId(2)]);
  });

  test('shows a removed record for `lagMs`, whatever became of its DELETE', async () => {
    const portal = await portalWith({
      backups: makeBackups(5),
      lagMs: 500,
      broken: [makeId(1)],
      storages: { 3: { failsFrom: 3 } },
      faults: [
        { kind: 'record-only', on: makeId(2), times: 1 },
        { kind: 'lost-after', on: makeId(3), times: 1 },
      ],
    });
    for (const number of [1, 2, 3, 4]) await lost(portal, deletion(number));
    expect(portal.state.history.own).toHaveLength(1);
    await theClock().advance(499);
    expect((await listed(portal)).sort()).toEqual([1, 2, 3, 4, 5].map(makeId));
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([makeId(5)]);
  });

  test('has the `total` that it is told', async () => {
    const portal = await portalWith({ backups: makeBackups(2), schedule: SCHEDULE, total: 30 });
    const envelope = async (what: string) => JSON.parse((await answerTo(portal, what)).body);
    expect(await envelope(LIST)).toMatchObject({ count: 2, total: 30 });
    expect(await envelope('GET getbackupschedule')).not.toHaveProperty('total');
  });

  test('may come from another backend', async () => {
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

  test('takes longer with more records', async () => {
    const portal = await portalWith({ backups: makeBackups(40), listingMs: 100, listingMsPerRecord: 30 });
    expect(await listed(portal)).toHaveLength(40);
    expect(theClock().monotonicMs()).toBe(1300);
  });

  test('has times that end in Z on PostgreSQL', async () => {
    const portal = await portalWith({ backups: makeBackups(1), zulu: true });
    const { body } = await answerTo(portal, LIST);
    expect(JSON.parse(body).response[0]).toMatchObject({
      createdOn: '2026-03-31T02:15:00Z',
      expiresOn: '0001-01-01T00:00:00Z',
    });
  });
});

describe('rate limits', () => {
  test('refuse more requests until the minute is over', async () => {
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

  test('say how long to wait', async () => {
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
  ])('%j with %s: of %d at once, %d are admitted', async (limits, method, number, admitted) => {
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

describe('a slow portal', () => {
  test('removes the record, then deletes the file, then answers', async () => {
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
    expect([theClock().monotonicMs(), state.files.size]).toEqual([1300, 0]);
  });

  test('with latency answers late but works at once', async () => {
    const portal = await portalWith({ backups: makeBackups(1), latencyMs: 700 });
    const answer = ask(portal, deletion(1));
    await theClock().advance(699);
    expect(portal.state.files.size).toBe(0);
    expect((await theClock().runToEnd(answer)).status).toBe(200);
    expect(theClock().monotonicMs()).toBe(700);
  });

  test('takes a different time for each backup', async () => {
    const deleteMs = { [makeId(1)]: 500, '*': 100 };
    const portal = await portalWith({ backups: makeBackups(3), deleteMs });
    await theClock().runToEnd(Promise.all([1, 2, 3].map(number => ask(portal, deletion(number)))));
    expect(theClock().monotonicMs()).toBe(500);
    const whole = await portalWith({ backups: makeBackups(3), deleteMs });
    await answerTo(whole, DELETE_ALL);
    expect(theClock().monotonicMs()).toBe(500 + 700);
  });

  test('goes on after the client has hung up, and counts that as running', async () => {
    const portal = await portalWith({ backups: makeBackups(4), deleteMs: 1000 });
    const end = new AbortController();
    const given = [1, 2].map(number =>
      ask(portal, deletion(number), KEY, { signal: end.signal }).catch(() => 'hung up'),
    );
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

  test('goes on after the gateway has given up', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      deleteMs: 400,
      gateway: { ms: 1000, status: 524 },
    });
    expect(await summarize(answerTo(portal, deletion(1)))).toBe('200 envelope');
    expect(theClock().monotonicMs()).toBe(400);
    expect(await summarize(answerTo(portal, `${DELETE_ALL}?Dump=false`))).toBe('200 envelope');
    expect(theClock().monotonicMs()).toBe(1200);
    const slow = await portalWith({ backups: makeBackups(3), deleteMs: 400, gateway: { ms: 1000 } });
    expect(await summarize(answerTo(slow, DELETE_ALL))).toBe('504 HTML');
    expect([theClock().monotonicMs(), slow.state.files.size]).toEqual([2200, 1]);
    await theClock().advance(200);
    expect(slow.state.files.size).toBe(0);
  });
});

describe('faults', () => {
  test.each([
    ['reset', 1],
    ['lost-before', 1],
    ['reset-after', 0],
    ['lost-after', 0],
  ] as const)('%s loses the answer and leaves %d backups', async (kind, left) => {
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
  ] as const)('%s fails with %s at once', async (kind, code) => {
    const portal = await portalWith({ faults: [{ kind }] });
    theClock().after(1, () => undefined);
    expect([await lost(portal, LIST), theClock().monotonicMs()]).toEqual([code, 0]);
  });

  test.each([408, 502, 503, 504, 520, 521, 522, 523, 524, 530])(
    'page %d is HTML, and nothing is done',
    async status => {
      const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind: 'page', status }] });
      expect(await summarize(answerTo(portal, deletion(1)))).toBe(`${status} HTML`);
      expect(portal.state.history.own).toHaveLength(1);
    },
  );

  test.each([undefined, 408, 520, 522, 524, 200])(
    'slow-delete %s answers at once and goes on',
    async status => {
      const fault = { kind: 'slow-delete' as const, ms: 300, ...(status ? { status } : {}) };
      const portal = await portalWith({ backups: makeBackups(3), faults: [fault] });
      const expected = status === 200 ? '200 envelope' : `${status ?? 504} HTML`;
      expect(await summarize(answerTo(portal, deletion(3)))).toBe(expected);
      expect(await summarize(answerTo(portal, DELETE_ALL))).toBe(expected);
      expect([theClock().monotonicMs(), portal.state.history.own.length]).toEqual([0, 3]);
      await theClock().advance(300);
      expect(portal.state.history.own).toHaveLength(1);
      await theClock().advance(600);
      expect(portal.state.history.own).toHaveLength(0);
    },
  );

  test.each<[FaultKind, Partial<Fault>, string]>([
    ['record-only', {}, '502 HTML'],
    ['record-only', { status: 504 }, '504 HTML'],
  ])('%s %j removes the record of a DELETE by id and leaves the file', async (kind, more, expected) => {
    const portal = await portalWith({ backups: makeBackups(3), faults: [{ kind, times: 1, ...more }] });
    expect(await listed(portal)).toHaveLength(3);
    expect(await summarize(answerTo(portal, deletion(1)))).toBe(expected);
    expect(await listed(portal)).toHaveLength(2);
    expect(portal.state.filesLeft).toEqual([makeId(1)]);
    expect(await summarize(answerTo(portal, deletion(1)))).toBe('200 envelope');
    expect(portal.state.filesLeft).toEqual([]);
    expect(await summarize(answerTo(portal, DELETE_ALL))).toBe('200 envelope');
    expect(portal.state.maxConcurrent).toBe(1);
  });

  test('gives-up answers after `ms`, and the portal goes on', async () => {
    const faults: Fault[] = [
      { kind: 'gives-up', on: makeId(1), ms: 50 },
      { kind: 'gives-up', on: makeId(2), ms: 300, status: 524 },
    ];
    const portal = await portalWith({ backups: makeBackups(3), deleteMs: 100, faults });
    expect(await summarize(answerTo(portal, deletion(1)))).toBe('502 HTML');
    expect([theClock().monotonicMs(), portal.state.files.size]).toEqual([50, 3]);
    await theClock().runToEnd(ask(portal, deletion(3)));
    expect([portal.state.files.size, portal.state.maxConcurrent]).toEqual([1, 2]);
    expect(await summarize(answerTo(portal, deletion(2)))).toBe('524 HTML');
    expect([theClock().monotonicMs(), portal.state.files.size]).toEqual([450, 0]);
    expect(portal.state.maxConcurrent).toBe(2);
  });

  test('reset-reused hits only requests on a connection that was used before', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      faults: [{ kind: 'reset-reused', times: 1 }],
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const status = async (number: number) => {
      const answer = ask(portal, deletion(number), KEY, { agent }).then(({ status }) => status);
      return theClock().runToEnd(answer.catch((error: NodeJS.ErrnoException) => error.code));
    };
    expect(await status(1)).toBe(200);
    expect(await status(2)).toBe('ECONNRESET');
    expect(portal.state.history.own).toHaveLength(2);
    expect([await status(2), await status(3)]).toEqual([200, 200]);
    expect(portal.state.connections).toBe(2);
    agent.destroy();
  });

  test('bot-check and nginx-error look like those of Cloudflare and nginx', async () => {
    const faults: Fault[] = [{ kind: 'bot-check', status: 503, times: 1 }, { kind: 'nginx-error' }];
    const portal = await portalWith({ faults });
    const { status, headers, body } = await answerTo(portal, LIST);
    expect([status, headers['cf-mitigated']]).toEqual([503, 'challenge']);
    expect(body).toContain('/cdn-cgi/challenge-platform/');
    expect((await answerTo(portal, LIST)).body).toContain('worker_connections are not enough');
  });

  test('switching-protocols sends a 101 and nothing else', async () => {
    const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind: 'switching-protocols' }] });
    const upgraded = new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const options = { method: 'DELETE', agent: false, headers: { authorization: KEY } };
      const sent = request(portal.url + BASE + `deletebackup/${makeId(1)}`, options);
      sent.on('upgrade', ({ headers }, socket) => {
        socket.destroy();
        resolve(headers);
      });
      sent.on('error', reject).end();
    });
    expect(await upgraded).toMatchObject({ connection: 'Upgrade', upgrade: 'websocket' });
    expect(portal.state.history.own).toHaveLength(1);
  });

  test('http10-cut sends all but the last byte, and the client cannot tell', async () => {
    const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind: 'http10-cut' }] });
    const { status, headers, body } = await answerTo(portal, deletion(1));
    expect([status, headers['content-length']]).toEqual([200, undefined]);
    expect(JSON.parse(`${body}}`)).toMatchObject({ response: true, statusCode: 200 });
    expect(portal.state.history.own).toEqual([]);
  });

  test('hang never answers, and works later or never', async () => {
    const faults = [
      { kind: 'hang' as const, on: makeId(1) },
      { kind: 'hang' as const, on: makeId(2), ms: 5000 },
    ];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const end = new AbortController();
    const given = [1, 2].map(number =>
      ask(portal, deletion(number), KEY, { signal: end.signal }).catch(() => 'hung up'),
    );
    await theClock().advance(1000);
    end.abort();
    await theClock().advance(3999);
    expect(await Promise.all(given)).toEqual(['hung up', 'hung up']);
    expect(portal.state.history.own).toHaveLength(3);
    await theClock().advance(1);
    expect(await listed(portal)).toEqual([makeId(1), makeId(3)]);
    await theClock().advance(1_000_000);
    await answerTo(portal, deletion(3));
    // The portal never finishes the first one.
    expect(portal.state.maxConcurrent).toBe(2);
  });

  test('lie does nothing, slow and delayMs take longer', async () => {
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
    expect([theClock().monotonicMs(), portal.state.history.own.length]).toEqual([700, 0]);
    const { status, body } = await answerTo(portal, deletion(1));
    expect([status, JSON.parse(body).error.message, theClock().monotonicMs()]).toEqual([403, 'No', 800]);
  });

  test('bom precedes complete JSON', async () => {
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
    ['nginx-error', '500 HTML'],
    ['bot-check', '403 HTML'],
    ['web-client', '200 HTML'],
  ] as const)('%s is %s, and nothing is done', async (kind, expected) => {
    const portal = await portalWith({ backups: makeBackups(1), faults: [{ kind }] });
    expect(await summarize(answerTo(portal, DELETE_ALL))).toBe(expected);
    expect(portal.state.history.own).toHaveLength(1);
  });

  test('end after `skip` and `times` requests', async () => {
    const portal = await portalWith({ faults: [{ kind: 'server-error', on: '^GET', skip: 1, times: 2 }] });
    const given = [];
    for (let n = 0; n < 5; n++) given.push(await statusOf(portal, LIST));
    given.push(await statusOf(portal, DELETE_ALL));
    expect(given).toEqual([200, 500, 500, 200, 200, 200]);
  });
});

test('deleting 10,000 backups from the oldest on is fast', async () => {
  const portal = await portalWith({ backups: makeBackups(10_000) });
  const start = performance.now();
  for (let number = 10_000; number > 0; number--)
    await portal.state.deleteOne(makeId(number), { pause: async () => undefined });
  expect(portal.state.history.own).toEqual([]);
  expect(performance.now() - start).toBeLessThan(5_000);
});
