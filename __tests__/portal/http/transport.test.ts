import { Agent } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '../../../src/clock.js';
import { Deadline, GRACE_MS } from '../../../src/deadline.js';
import type { Answer } from '../../../src/portal/answers/answer.js';
import type { BodyForm } from '../../../src/portal/answers/body-form.js';
import { NoResponseError } from '../../../src/portal/answers/outcomes.js';
import { type Attempt, Transport } from '../../../src/portal/http/transport.js';
import { createRedact, text } from '../../../src/text/printable.js';
import type { Fault } from '../../../tools/stand-in/portal.mjs';
import { makeBackups, SCHEDULE } from '../../../tools/stand-in/portal.mjs';
import { KEY } from '../../support/action.js';
import { idOf } from '../../support/backups.js';
import { theClock } from '../../support/clock.js';
import { portalWith } from '../../support/portals.js';
import { startProxy } from '../../support/proxy.js';
import { watch } from '../../support/watch.js';
import { errorOf, resultOf, settingsFor } from '../support.js';

const MIB = 1024 * 1024;
const WHERE = text`GET /x on portal.example`;
const GET: Attempt = {
  method: 'GET',
  path: '/api/2.0/backup/getbackuphistory?Dump=false',
  where: WHERE,
  maxBytes: MIB,
  maxMs: 60_000,
  isSingleBackup: false,
};
const DELETE: Attempt = { ...GET, method: 'DELETE', path: '/api/2.0/backup/deletebackuphistory?Dump=false' };
const BY_ID: Attempt = {
  ...DELETE,
  path: `/api/2.0/backup/deletebackup/${idOf(1)}`,
  isSingleBackup: true,
};

/** An answer with headers of this many bytes: long ones, because Node counts only their names and values. */
const withHeaders = (bytes: number): Fault => ({
  kind: 'raw',
  body: `HTTP/1.1 200 OK\r\n${`x-more: ${'m'.repeat(90)}\r\n`.repeat(bytes / 100)}\r\n{}`,
});

function createTransport(
  url: string,
  { seconds = 300, stop = new AbortController().signal, token = KEY } = {},
): Transport {
  const settings = { ...settingsFor(url), redact: createRedact([token]) };
  return new Transport(settings, new Deadline(seconds, stop, theClock()), theClock());
}

async function answerTo(transport: Transport, attempt: Attempt = GET): Promise<Answer> {
  const result = await resultOf(transport.exchange(attempt));
  if (result instanceof NoResponseError) throw result;
  return result;
}

async function noAnswerTo(transport: Transport, attempt: Attempt = GET): Promise<NoResponseError> {
  const result = await resultOf(transport.exchange(attempt));
  if (result instanceof NoResponseError) return result;
  throw new Error(`It was answered: HTTP ${result.status}`);
}

const UNREADABLE = { body: '', bodyProblem: 'the answer could not be read to its end.' };

const startPortal = (...faults: Fault[]) =>
  portalWith({ backups: makeBackups(2), schedule: SCHEDULE, faults });

describe('a request', () => {
  test('to a portal on https speaks TLS', async () => {
    const portal = await startPortal();
    const error = await noAnswerTo(createTransport(portal.url.replace('http:', 'https:')));
    expect(error.message).toContain('does not speak HTTP (or TLS) on this port');
    expect(portal.state.requests).toHaveLength(0);
  });

  test.each([GET, DELETE, BY_ID])(
    '$method sends the token, accepts uncompressed JSON, and has no body',
    async attempt => {
      const portal = await portalWith();
      await answerTo(createTransport(portal.url), attempt);
      const [seen] = portal.state.requests;
      expect(portal.seen).toEqual([`${attempt.method} ${attempt.path}`]);
      expect(seen?.headers).toEqual({
        host: `127.0.0.1:${portal.port}`,
        connection: attempt.isSingleBackup ? 'keep-alive' : 'close',
        accept: 'application/json',
        'accept-encoding': 'identity',
        authorization: `Bearer ${KEY}`,
        'user-agent': expect.stringContaining('docspace-backup-cleanup'),
      });
      expect(seen?.body).toBe('');
    },
  );

  test('reaches a portal at an IPv6 address', async () => {
    const portal = await portalWith({ host: '::1' });
    expect((await answerTo(createTransport(portal.url))).status).toBe(200);
    expect(portal.state.requests[0]?.headers.host).toBe(`[::1]:${portal.port}`);
  });

  test('that deletes one backup uses the connection of the deletion before', async () => {
    const portal = await portalWith();
    const transport = createTransport(portal.url);
    for (const attempt of [BY_ID, BY_ID, BY_ID]) await answerTo(transport, attempt);
    expect(portal.state.connections).toBe(1);
  });

  test('of another kind opens its own connection, and closes it', async () => {
    const portal = await portalWith();
    const transport = createTransport(portal.url);
    for (const attempt of [GET, BY_ID, DELETE, BY_ID, GET]) await answerTo(transport, attempt);
    expect(new Set(portal.state.requests.map(({ connection }) => connection)).size).toBe(5);
    const headers = portal.state.requests.map(request => request.headers.connection);
    expect(headers).toEqual(['close', 'keep-alive', 'close', 'keep-alive', 'close']);
  });

  test('of another kind closes idle connections, because the portal may accept only few', async () => {
    const portal = await portalWith({ latencyMs: 10 });
    const transport = createTransport(portal.url);
    await theClock().runToEnd(Promise.all([transport.exchange(BY_ID), transport.exchange(BY_ID)]));
    await theClock().advance(1);
    expect(portal.links.size).toBe(2);
    const listing = transport.exchange(GET);
    await theClock().advance(1);
    expect(portal.links.size).toBe(1);
    expect((await theClock().runToEnd(listing)) instanceof NoResponseError).toBe(false);
  });

  test('of another kind keeps connections open that are in use', async () => {
    const portal = await portalWith({ latencyMs: 10 });
    const transport = createTransport(portal.url);
    const answers = await theClock().runToEnd(
      Promise.all([DELETE, GET].map(attempt => transport.exchange(attempt))),
    );
    expect(answers.filter(answer => answer instanceof NoResponseError)).toEqual([]);
  });

  test('opens a connection if the portal has closed the one before', async () => {
    const portal = await portalWith({ closes: true });
    const transport = createTransport(portal.url);
    for (const attempt of [DELETE, DELETE]) expect((await answerTo(transport, attempt)).status).toBe(200);
    expect(portal.state.connections).toBe(2);
  });
});

describe('each address of a host', () => {
  const { createConnection } = Agent.prototype;
  afterEach(() => {
    Agent.prototype.createConnection = createConnection;
  });

  test.each([GET, DELETE, BY_ID])('has 2.5 s to accept a connection: $method $path', async attempt => {
    const limits: unknown[] = [];
    Agent.prototype.createConnection = function (options, ...rest) {
      limits.push(Reflect.get(options, 'autoSelectFamilyAttemptTimeout'));
      return createConnection.call(this, options, ...rest);
    };
    const portal = await portalWith();
    await answerTo(createTransport(portal.url), attempt);
    expect(limits).toEqual([2_500]);
  });
});

describe('an answer', () => {
  test('has a status, a type in lower case, a body, and the time that it took', async () => {
    const fault: Fault = { kind: 'status', status: 418, body: 'short', type: 'TEXT/Plain', delayMs: 120 };
    const portal = await startPortal(fault);
    expect(await answerTo(createTransport(portal.url))).toEqual({
      where: WHERE,
      status: 418,
      contentType: 'text/plain',
      redirect: expect.any(String),
      waitMs: undefined,
      rateLimit: undefined,
      form: 'other',
      body: 'short',
      tookMs: 120,
    });
  });

  test('without a type has an empty one', async () => {
    const portal = await startPortal({ kind: 'raw', body: 'HTTP/1.1 200 OK\r\n\r\n{}' });
    expect(await answerTo(createTransport(portal.url))).toMatchObject({
      status: 200,
      contentType: '',
      body: '{}',
    });
  });

  test('that arrives byte by byte takes until its last byte', async () => {
    const portal = await startPortal({ kind: 'drip', ms: 10 });
    const { body, tookMs } = await answerTo(createTransport(portal.url), DELETE);
    expect(JSON.parse(body)).toMatchObject({ response: true });
    expect(tookMs).toBe(10 * body.length);
  });

  test('names the wait that the portal asks for, and its rate limit', async () => {
    const headers = { 'X-RateLimit-Limit': '1500', 'X-RateLimit-Reset': '37' };
    const portal = await startPortal({ kind: 'rate-limit', headers });
    expect(await answerTo(createTransport(portal.url))).toMatchObject({
      status: 429,
      waitMs: 37_000,
      rateLimit: 1500,
    });
  });

  test.each(['1500, 50', '-1', '1.5', '1e3', '0x10', '', 'many'])(
    'names no rate limit if the header is not a whole number: "%s"',
    async limit => {
      const portal = await startPortal({ kind: 'rate-limit', headers: { 'X-RateLimit-Limit': limit } });
      const answer = await answerTo(createTransport(portal.url));
      expect([answer.status, answer.rateLimit]).toEqual([429, undefined]);
    },
  );

  test.each<[name: string, date: string | undefined, ms: number]>([
    ['its own Date, whatever the time of the clock', 'Mon, 05 Jan 2026 10:00:00 GMT', 90_000],
    ['the time of the clock, if its Date cannot be read', 'a while ago', 30_000],
  ])('measures a wait until a date from %s', async (_name, date, ms) => {
    const from = date && ms === 90_000 ? Date.parse(date) : theClock().epochMs() - 60_000;
    const retryAfter = new Date(from + 90_000).toUTCString();
    const fault: Fault = { kind: 'unavailable', retryAfter, ...(date ? { headers: { date } } : {}) };
    const portal = await startPortal(fault);
    expect(await answerTo(createTransport(portal.url))).toMatchObject({ status: 503, waitMs: ms });
  });

  test.each<[name: string, fault: Fault, form: BodyForm]>([
    ['no body', { kind: 'no-scope' }, 'empty'],
    ['an error of the portal', { kind: 'server-error' }, 'own-error'],
    ['"Access denied"', { kind: 'access-denied' }, 'access-denied'],
    ['a problem', { kind: 'portal-busy' }, 'problem-details'],
    ['an error of nginx', { kind: 'nginx-error' }, 'html'],
    ['a text', { kind: 'ip-blocked' }, 'other'],
    ['a bot check', { kind: 'bot-check' }, 'bot-check'],
    ['a bot check with HTTP 503', { kind: 'bot-check', status: 503 }, 'bot-check'],
    [
      'a bot check by its header only',
      { kind: 'no-scope', headers: { 'cf-mitigated': 'challenge' } },
      'bot-check',
    ],
    [
      'a bot check by its body only',
      { kind: 'status', status: 403, body: 'x /cdn-cgi/challenge-platform/ x', type: 'text/html' },
      'bot-check',
    ],
    [
      'a page that something else than a challenge mitigated',
      { kind: 'page', status: 403, headers: { 'cf-mitigated': 'block' } },
      'html',
    ],
    [
      'half of an error',
      { kind: 'raw', body: 'HTTP/1.1 500 x\r\ncontent-length: 99\r\n\r\n{' },
      'unreadable',
    ],
  ])('with %s has its form', async (_name, fault, form) => {
    const portal = await startPortal(fault);
    expect(await answerTo(createTransport(portal.url), DELETE)).toMatchObject({ form });
  });

  test.each([GET, BY_ID])('with 40 kB of headers is read: $method $path', async attempt => {
    const headers = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`x-policy-${n}`, 'x'.repeat(4_000)]),
    );
    const portal = await startPortal({ kind: 'lie', headers });
    expect(await answerTo(createTransport(portal.url), attempt)).toMatchObject({
      status: 200,
      form: 'other',
    });
  });

  test.each<[name: string, request: Attempt]>([
    ['a DELETE by id', BY_ID],
    ['a DELETE', DELETE],
    ['a GET', GET],
  ])('101 Switching Protocols ends %s at once', async (_name, request) => {
    const portal = await startPortal({ kind: 'switching-protocols', times: 1 });
    const transport = createTransport(portal.url);
    expect(await answerTo(transport, request)).toMatchObject({ status: 101, tookMs: 0 });
    // The connection is not HTTP any more.
    await theClock().advance(0);
    expect(portal.links.size).toBe(0);
    expect((await answerTo(transport, request)).status).toBe(200);
    expect(portal.state.connections).toBe(2);
  });

  test('to a DELETE sets lastDeleteStatus, and one to a GET does not', async () => {
    const portal = await startPortal({ on: 'DELETE', kind: 'server-error', times: 1 });
    const transport = createTransport(portal.url);
    await answerTo(transport, GET);
    expect(transport.lastDeleteStatus).toBeUndefined();
    await answerTo(transport, DELETE);
    expect(transport.lastDeleteStatus).toBe(500);
    await answerTo(transport, DELETE);
    await answerTo(transport, GET);
    expect(transport.lastDeleteStatus).toBe(200);
  });
});

describe('a body', () => {
  /** A GET with the limit of a listing. */
  const listing = { ...GET, maxBytes: 8 * MIB };

  test('of the maximum size is read', async () => {
    const portal = await startPortal({ kind: 'status', status: 200, body: ' '.repeat(8 * MIB) });
    expect((await answerTo(createTransport(portal.url), listing)).body).toHaveLength(8 * MIB);
  });

  test('of one byte more is not read, and the answer names the problem', async () => {
    const portal = await startPortal({ kind: 'status', status: 200, body: ' '.repeat(8 * MIB + 1) });
    expect(await answerTo(createTransport(portal.url), listing)).toMatchObject({
      status: 200,
      body: '',
      bodyProblem:
        'the answer is longer than 8 MiB, which no portal sends. Check portal-url, and any proxy in between.',
    });
  });

  test('is read as UTF-8, even if a letter arrives in two parts', async () => {
    const portal = await startPortal({ kind: 'status', status: 200, body: '備份'.repeat(100_000) });
    expect((await answerTo(createTransport(portal.url))).body).toBe('備份'.repeat(100_000));
  });

  test('of an HTTP error that is too long counts as unreadable, and its connection is closed', async () => {
    const portal = await startPortal({ kind: 'huge', status: 500, times: 1 });
    const transport = createTransport(portal.url);
    expect(await answerTo(transport)).toMatchObject({ status: 500, ...UNREADABLE });
    expect((await answerTo(transport)).status).toBe(200);
    expect(portal.state.connections).toBe(2);
  });

  test.each([
    ['5 s', 300, 5_000],
    ['a quarter of the remaining time', 8, 2_000],
  ])('of an HTTP error has %s to arrive, then it counts as unreadable', async (_name, seconds, ms) => {
    const portal = await portalWith({ role: 'User', faults: [{ kind: 'stall' }] });
    const answer = await answerTo(createTransport(portal.url, { seconds }));
    expect(answer).toMatchObject({ status: 403, ...UNREADABLE, tookMs: ms });
    await theClock().advance(0);
    expect(portal.links.size).toBe(0);
  });

  test('of an HTTP error that is cut off counts as unreadable, but the status is known', async () => {
    const body = 'HTTP/1.1 404 Not Found\r\ncontent-length: 99\r\n\r\n{"error"';
    const portal = await startPortal({ kind: 'raw', body });
    expect(await answerTo(createTransport(portal.url))).toMatchObject({ status: 404, ...UNREADABLE });
  });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a server that answers everything with these bytes. @returns its URL */
async function serverWith(answer: Buffer): Promise<string> {
  const server = createServer(socket => {
    socket.on('error', () => undefined).once('data', () => socket.end(answer));
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a compressed body, which nobody asked for,', () => {
  const COMPRESSED =
    'the answer is compressed, though it was requested without compression, and cannot be read.';

  /** A portal whose answers something in front of it compresses. */
  function portalThatSends(body: Buffer, encoding: string, status = 200) {
    const head = `HTTP/1.1 ${status} x\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return serverWith(Buffer.concat([Buffer.from(head), body]));
  }

  test.each<[encoding: string, body: Buffer]>([
    ['gzip', gzipSync('{"a":"備份"}')],
    ['x-gzip', gzipSync('{"a":"備份"}')],
    ['GZIP', gzipSync('{"a":"備份"}')],
    ['deflate', deflateSync('{"a":"備份"}')],
    ['br', brotliCompressSync('{"a":"備份"}')],
    ['identity', Buffer.from('{"a":"備份"}')],
    // A proxy has decompressed it, and left the header.
    ['gzip', Buffer.from('{"a":"備份"}')],
  ])('is read if it is %s', async (encoding, body) => {
    const url = await portalThatSends(body, encoding);
    const answer = await answerTo(createTransport(url));
    expect([answer.body, answer.bodyProblem]).toEqual(['{"a":"備份"}', undefined]);
  });

  test('is read if no header says so', async () => {
    const url = await portalThatSends(gzipSync('{}'), '');
    expect((await answerTo(createTransport(url))).body).toBe('{}');
  });

  test.each<[name: string, encoding: string, body: Buffer]>([
    ['of another kind', 'zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1])],
    ['of two kinds', 'br, br', brotliCompressSync(brotliCompressSync('{}'))],
    ['that is damaged', 'gzip', gzipSync('{"a":1}').subarray(0, 15)],
    ['that is no such thing', 'br', Buffer.from('{"a":1}')],
  ])('%s is named', async (_name, encoding, body) => {
    const { bodyProblem } = await answerTo(createTransport(await portalThatSends(body, encoding)));
    expect(bodyProblem).toContain(COMPRESSED);
  });

  test('is not read if it becomes longer than the limit', async () => {
    const body = gzipSync(' '.repeat(MIB + 1));
    const answer = await answerTo(createTransport(await portalThatSends(body, 'gzip')));
    expect(answer).toMatchObject({ body: '', bodyProblem: expect.stringContaining('is longer than 1 MiB') });
  });

  test('tells the form of an HTTP error; an empty one stays empty', async () => {
    const denied = { error: { message: 'Access denied' }, status: 1, statusCode: 403 };
    const body = brotliCompressSync(JSON.stringify(denied));
    expect((await answerTo(createTransport(await portalThatSends(body, 'br', 403)))).form).toBe(
      'access-denied',
    );
    const empty = await portalThatSends(Buffer.alloc(0), 'br', 403);
    expect((await answerTo(createTransport(empty))).form).toBe('empty');
  });
});

test('headers of 60 kB are read', async () => {
  const portal = await startPortal(withHeaders(60_000));
  expect(await answerTo(createTransport(portal.url))).toMatchObject({ status: 200, body: '{}' });
});

describe('a request without an answer', () => {
  test.each<[name: string, fault: Fault]>([
    ['is reset', { kind: 'reset' }],
    ['is reset after the portal has done the work', { kind: 'reset-after' }],
    ['ends without an answer', { kind: 'lost-before' }],
    ['ends in the middle of the body', { kind: 'cut' }],
  ])('whose connection %s is retryable, and may still be running', async (_name, fault) => {
    const portal = await startPortal(fault);
    const { message, kind, isRetryable } = await noAnswerTo(createTransport(portal.url), DELETE);
    expect(message).toMatch(new RegExp(`^${WHERE}: The connection was lost\\. \\(\\w+\\)$`));
    expect([kind, isRetryable]).toEqual(['unanswered', true]);
  });

  test.each<[name: string, fault: Fault]>([
    ['is reset', { kind: 'reset-reused' }],
    ['ends', { kind: 'lost-before', skip: 1 }],
    ['is reset after the portal has done the work', { kind: 'reset-after', skip: 1 }],
  ])('whose connection %s after it was used before says so', async (_name, fault) => {
    const portal = await startPortal(fault);
    const transport = createTransport(portal.url);
    expect((await answerTo(transport, BY_ID)).status).toBe(200);
    expect(await noAnswerTo(transport, BY_ID)).toMatchObject({
      kind: 'unanswered',
      isRetryable: true,
      reason: 'lost-on-used-connection',
    });
    expect(portal.state.connections).toBe(1);
  });

  test('may ask for a new connection', async () => {
    const portal = await startPortal({ kind: 'reset', skip: 1, times: 1 });
    const transport = createTransport(portal.url);
    await answerTo(transport, BY_ID);
    expect(await noAnswerTo(transport, { ...BY_ID, onNewConnection: true })).toMatchObject({
      reason: 'lost',
    });
    expect(portal.state.connections).toBe(2);
    expect(portal.state.requests[1]?.headers.connection).toBe('close');
  });

  test('whose connection is new says that it was lost', async () => {
    const portal = await startPortal({ kind: 'reset' });
    for (const attempt of [GET, DELETE, BY_ID])
      expect(await noAnswerTo(createTransport(portal.url), attempt)).toMatchObject({ reason: 'lost' });
  });

  test.each<[name: string, fault: Fault, what: string]>([
    ['something other than HTTP', { kind: 'not-http' }, 'The answer is not valid HTTP.'],
    ['endless headers', withHeaders(90_000), 'The headers of the answer are larger than 64 kB,'],
    ['headers of 80 kB', withHeaders(80_000), 'The headers of the answer are larger than 64 kB,'],
  ])('that gets %s is not retryable, and may still be running', async (_name, fault, what) => {
    const portal = await startPortal(fault);
    const { message, kind, isRetryable } = await noAnswerTo(createTransport(portal.url));
    expect(message).toContain(`${WHERE}: ${what}`);
    expect([kind, isRetryable]).toEqual(['unanswered', false]);
  });

  test('throws a defect, which must not look like a lost connection', async () => {
    const portal = await startPortal({ kind: 'redirect', location: 'https://b.example/' });
    const defect = new TypeError('a defect');
    const redact = () => {
      throw defect;
    };
    const deadline = new Deadline(300, new AbortController().signal, theClock());
    const transport = new Transport({ ...settingsFor(portal.url), redact }, deadline, theClock());
    expect(await errorOf(transport.exchange(GET))).toBe(defect);
  });

  test('to a closed port is retryable, and the portal did not get it', async () => {
    const portal = await portalWith();
    await portal.close();
    const { message, kind, isRetryable } = await noAnswerTo(createTransport(portal.url));
    expect(message).toBe(
      `${WHERE}: The connection was refused: nothing listens at this host and port. (ECONNREFUSED)`,
    );
    expect([kind, isRetryable]).toEqual(['not-received', true]);
    await portalWith({ port: portal.port });
  });

  test('to a host name that does not exist is not retryable', async () => {
    // Longer than any name can be, so no name server is asked.
    const { message, kind, isRetryable } = await noAnswerTo(
      createTransport(`https://${'a'.repeat(64)}.example`),
    );
    expect(message).toBe(`${WHERE}: The host name does not exist. Check portal-url. (ENOTFOUND)`);
    expect([kind, isRetryable]).toEqual(['rejected-for-all', false]);
  });
});

describe('the time limit', () => {
  test('of a single deletion is named if it is the longest', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const attempt = { ...DELETE, isSingleBackup: true, maxMs: 100_000 };
    const { message } = await noAnswerTo(createTransport(portal.url), attempt);
    expect(message).toBe(
      `${WHERE}: no complete answer within 100.0 s, the most that a single deletion gets. See the portal's log.`,
    );
  });

  test.each<[name: string, fault: Fault]>([
    ['hangs before the headers', { kind: 'hang' }],
    ['stalls in the middle of the body', { kind: 'stall' }],
    ['arrives too slowly', { kind: 'drip', ms: 7_000 }],
  ])('ends an attempt that %s: it is retryable, and may still be running', async (_name, fault) => {
    const portal = await startPortal(fault);
    const { message, kind, isRetryable } = await noAnswerTo(createTransport(portal.url), {
      ...DELETE,
      isSingleBackup: true,
      maxMs: 44_500,
    });
    expect(message).toBe(
      `${WHERE}: no complete answer within 44.5 s; timeout-seconds is 300. If the portal is slow, raise timeout-seconds.`,
    );
    expect([kind, isRetryable]).toEqual(['unanswered', true]);
    expect(theClock().monotonicMs()).toBe(44_500);
    await theClock().advance(0);
    expect(portal.links.size).toBe(0);
  });

  test('ends an attempt after 30 s if a proxy makes no connection: the portal did not get it', async () => {
    // The manual clock waits while a CONNECT is on its way.
    const fastClock: Clock = {
      ...systemClock,
      after: (ms, callback) => systemClock.after(ms / 300, callback),
    };
    const proxy = await startProxy({ answer: '' });
    process.env['http_proxy'] = proxy.url;
    try {
      const deadline = new Deadline(300, new AbortController().signal, fastClock);
      const transport = new Transport(settingsFor('http://portal.test'), deadline, fastClock);
      expect(await transport.exchange({ ...BY_ID, maxMs: 100_000 })).toMatchObject({
        message: expect.stringContaining(`${WHERE}: no connection could be made within 30.0 s. `),
        kind: 'not-received',
        isRetryable: true,
      });
    } finally {
      delete process.env['http_proxy'];
    }
  });

  test('ends an attempt five seconds after a stop, and it is not retryable', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const stop = new AbortController();
    const result = watch(createTransport(portal.url, { stop: stop.signal }).exchange(GET));
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(GRACE_MS - 1);
    expect(result.value).toBe('pending');
    await theClock().advance(1);
    expect(result.value).toEqual(
      new NoResponseError(text`${WHERE}: no answer before the run was stopped.`, 'unanswered', false),
    );
  });

  test('allows an answer within five seconds of a stop', async () => {
    const portal = await startPortal({ kind: 'slow', ms: 4_000 });
    const stop = new AbortController();
    const result = createTransport(portal.url, { stop: stop.signal }).exchange(DELETE);
    await theClock().advance(1_000);
    stop.abort();
    expect(await resultOf(result)).toMatchObject({ status: 200, tookMs: 4_000 });
  });
});

describe('a redirect', () => {
  const OWN_PAGE = /^the portal redirects to another page of its own, such as a login or setup page/;
  const ANOTHER_PLACE = /^the portal redirects to another place\. A login in front of it may do that/;
  const OTHER_HOST = /^the portal redirects to another host, [a-z0-9.:-]+\. If that is a login in front of/;
  const SAME_HOST = /^the portal redirects to another service on its host, /;

  test.each<[name: string, location: string | undefined, advice: RegExp]>([
    [
      'the same page by https',
      'https://127.0.0.1PATH',
      /^the portal redirects to https:\/\/127\.0\.0\.1\. Set portal-url to that\.$/,
    ],
    [
      'the same page by https at another port',
      'https://127.0.0.1:8443PATH',
      /^the portal redirects to https:\/\/127\.0\.0\.1:8443\. Set portal-url to that\.$/,
    ],
    ['another page by https', 'https://127.0.0.1/login', SAME_HOST],
    ['the start page by https', 'https://127.0.0.1/', SAME_HOST],
    ['a page in a folder by https', 'https://127.0.0.1/docspacePATH', SAME_HOST],
    ['the same page by https with another query', 'https://127.0.0.1PATH&auth=1', SAME_HOST],
    [
      'the same page by https without its query',
      'https://127.0.0.1/api/2.0/backup/deletebackuphistory',
      SAME_HOST,
    ],
    ['the same page at another port by http', 'http://127.0.0.1:1PATH', SAME_HOST],
    ['the same page of another host by https', 'https://login.examplePATH', OTHER_HOST],
    ['a page at the same address', '/login', OWN_PAGE],
    ['a page by a relative path', 'x/../y?z#a', OWN_PAGE],
    ['a page at the same address, as a full URL', 'SAME/auth', OWN_PAGE],
    ['an empty address', '', ANOTHER_PLACE],
    ['a login on another host', 'https://login.example/?token=1', OTHER_HOST],
    ['a login at another port of another host', 'https://login.example:8443', OTHER_HOST],
    ['another host without a scheme', '//login.example/x', OTHER_HOST],
    ['another host by http', 'http://login.example/', OTHER_HOST],
    ['a host whose name contains that of the portal', 'https://auth.127.0.0.1.example/', OTHER_HOST],
    ['another port of the same host by http', 'http://127.0.0.1:1/', SAME_HOST],
    ['nowhere, without a Location', undefined, ANOTHER_PLACE],
    ['an address that is not a URL', 'http://[', ANOTHER_PLACE],
    ['a URL without a host', 'javascript:alert(1)', ANOTHER_PLACE],
    ['another scheme', 'ftp://login.example/', ANOTHER_PLACE],
    ['a name that is too long', `https://${'a'.repeat(9_000)}/`, ANOTHER_PLACE],
    ['an expression of the workflow', 'https://\u0024{{github.token}}/', ANOTHER_PLACE],
    ['a command of the shell', 'https://$(id)/', ANOTHER_PLACE],
    ['a command of the shell in a user name', 'https://$(id):`id`@login.example/', OTHER_HOST],
  ])('to %s is not followed, and its advice fits', async (_name, location, advice) => {
    const portal = await portalWith();
    const fault: Fault = { kind: 'status', status: 302, body: 'x' };
    if (location !== undefined)
      fault.location = location.replace('SAME', portal.url).replace('PATH', DELETE.path);
    portal.state.faults.push(fault);
    const { status, redirect } = await answerTo(createTransport(portal.url), DELETE);
    expect(status).toBe(302);
    expect(redirect).toMatch(advice);
    expect(redirect).not.toMatch(/[$`{}()]|token|\bid\b/);
    expect(/set portal-url/i.test(redirect)).toBe(advice.source.includes('Set portal-url'));
    expect(portal.seen).toHaveLength(1);
  });

  test('never prints the token of its Location, in upper or lower case', async () => {
    const portal = await portalWith();
    const mixed = KEY.replace(/[a-f]/g, letter => letter.toUpperCase());
    portal.state.faults.push({ kind: 'redirect', location: `https://${mixed}.example/${KEY}` });
    const { redirect } = await answerTo(createTransport(portal.url));
    expect(redirect).toMatch(/^the portal redirects to another host, \*\*\*\.example\. /);
    expect(redirect.toLowerCase()).not.toContain(KEY.slice(3));
  });

  test('sends no request to the other host, whatever its status', async () => {
    const other = await portalWith();
    const portal = await portalWith();
    for (const status of [301, 302, 303, 307, 308]) {
      portal.state.faults.push({ kind: 'status', status, location: `${other.url}/x`, times: 1 });
      expect((await answerTo(createTransport(portal.url), DELETE)).status).toBe(status);
    }
    expect(portal.seen).toHaveLength(5);
    expect(other.state.requests).toEqual([]);
    expect(other.state.connections).toBe(0);
  });
});
