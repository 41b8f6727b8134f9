import { afterEach, describe, expect, test } from '@jest/globals';
import { Deadline, GRACE_MS } from '../../src/deadline.js';
import { NoAnswer } from '../../src/failure.js';
import { type Answer, type Attempt, Http } from '../../src/portal/http.js';
import { redactor, say } from '../../src/text.js';
import type { Fault } from '../../tools/stand-in/portal.mjs';
import { makeBackups, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { KEY } from '../support/action.js';
import { idOf } from '../support/backups.js';
import { theClock } from '../support/clock.js';
import { portalWith } from '../support/portals.js';
import { watch } from '../support/watch.js';
import { failureOf, resultOf, settingsFor } from './support.js';

const MIB = 1024 * 1024;
const WHERE = say`GET /x on portal.example`;
const GET: Attempt = {
  method: 'GET',
  path: '/api/2.0/backup/getbackuphistory?Dump=false',
  where: WHERE,
  mostBytes: MIB,
  limitMs: 60_000,
  isOfOneBackup: false,
};
const DELETE: Attempt = { ...GET, method: 'DELETE', path: '/api/2.0/backup/deletebackuphistory?Dump=false' };
const BY_ID: Attempt = {
  ...DELETE,
  path: `/api/2.0/backup/deletebackup/${idOf(1)}`,
  isOfOneBackup: true,
};

function open(url: string, { seconds = 300, stop = new AbortController().signal, token = KEY } = {}): Http {
  const settings = { ...settingsFor(url), redact: redactor([token]) };
  return new Http(settings, new Deadline(seconds, stop, theClock()), theClock());
}

async function answerTo(http: Http, attempt: Attempt = GET): Promise<Answer> {
  const result = await resultOf(http.attempt(attempt));
  if (result instanceof NoAnswer) throw result;
  return result;
}

async function silenceOf(http: Http, attempt: Attempt = GET): Promise<NoAnswer> {
  const result = await resultOf(http.attempt(attempt));
  if (result instanceof NoAnswer) return result;
  throw new Error(`It was answered: HTTP ${result.status}`);
}

const UNREADABLE = { body: '', flaw: 'the answer could not be read to its end.' };

const portalThat = (...faults: Fault[]) =>
  portalWith({ backups: makeBackups(2), schedule: SCHEDULE, faults });

describe('a request', () => {
  test.each([GET, DELETE, BY_ID])(
    '$method has the token, asks for plain JSON, and has no body',
    async attempt => {
      const portal = await portalWith();
      await answerTo(open(portal.url), attempt);
      const [seen] = portal.state.requests;
      expect(portal.seen).toEqual([`${attempt.method} ${attempt.path}`]);
      expect(seen?.headers).toEqual({
        host: `127.0.0.1:${portal.port}`,
        connection: attempt.isOfOneBackup ? 'keep-alive' : 'close',
        accept: 'application/json',
        'accept-encoding': 'identity',
        authorization: `Bearer ${KEY}`,
        'user-agent': expect.stringContaining('docspace-backup-cleanup'),
      });
      expect(seen?.body).toBe('');
    },
  );

  test('goes to a portal at an IPv6 address', async () => {
    const portal = await portalWith({ host: '::1' });
    expect((await answerTo(open(portal.url))).status).toBe(200);
    expect(portal.state.requests[0]?.headers.host).toBe(`[::1]:${portal.port}`);
  });

  test('that deletes a backup uses the connection of the deletion before', async () => {
    const portal = await portalWith();
    const http = open(portal.url);
    for (const attempt of [BY_ID, BY_ID, BY_ID]) await answerTo(http, attempt);
    expect(portal.state.connections).toBe(1);
  });

  test('of another kind has a connection of its own, and closes it', async () => {
    const portal = await portalWith();
    const http = open(portal.url);
    for (const attempt of [GET, BY_ID, DELETE, BY_ID, GET]) await answerTo(http, attempt);
    expect(new Set(portal.state.requests.map(({ connection }) => connection)).size).toBe(5);
    const headers = portal.state.requests.map(request => request.headers.connection);
    expect(headers).toEqual(['close', 'keep-alive', 'close', 'keep-alive', 'close']);
  });

  test('that reads closes the connections that are idle: the portal may have room for few', async () => {
    const portal = await portalWith({ latencyMs: 10 });
    const http = open(portal.url);
    await theClock().runToEnd(Promise.all([http.attempt(BY_ID), http.attempt(BY_ID)]));
    await theClock().advance(1);
    expect(portal.links.size).toBe(2);
    const reading = http.attempt(GET);
    await theClock().advance(1);
    expect(portal.links.size).toBe(1);
    expect((await theClock().runToEnd(reading)) instanceof NoAnswer).toBe(false);
  });

  test('that reads leaves the connections alone that are at work', async () => {
    const portal = await portalWith({ latencyMs: 10 });
    const http = open(portal.url);
    const answers = await theClock().runToEnd(
      Promise.all([DELETE, GET].map(attempt => http.attempt(attempt))),
    );
    expect(answers.filter(answer => answer instanceof NoAnswer)).toEqual([]);
  });

  test('makes a connection of its own where the portal has closed the one before', async () => {
    const portal = await portalWith({ closes: true });
    const http = open(portal.url);
    for (const attempt of [DELETE, DELETE]) expect((await answerTo(http, attempt)).status).toBe(200);
    expect(portal.state.connections).toBe(2);
  });
});

describe('an answer', () => {
  test('has status, type in lower case, body, and how long it took', async () => {
    const fault: Fault = { kind: 'status', status: 418, body: 'short', type: 'TEXT/Plain', delayMs: 120 };
    const portal = await portalThat(fault);
    expect(await answerTo(open(portal.url))).toEqual({
      where: WHERE,
      status: 418,
      contentType: 'text/plain',
      redirect: expect.any(String),
      wait: undefined,
      rateLimit: undefined,
      body: 'short',
      took: 120,
    });
  });

  test('without a type has an empty one', async () => {
    const portal = await portalThat({ kind: 'raw', body: 'HTTP/1.1 200 OK\r\n\r\n{}' });
    expect(await answerTo(open(portal.url))).toMatchObject({ status: 200, contentType: '', body: '{}' });
  });

  test('that comes letter by letter took until its last one', async () => {
    const portal = await portalThat({ kind: 'drip', ms: 10 });
    const { body, took } = await answerTo(open(portal.url), DELETE);
    expect(JSON.parse(body)).toMatchObject({ response: true });
    expect(took).toBe(10 * body.length);
  });

  test('tells the wait that the portal asks for, and its rate limit', async () => {
    const headers = { 'X-RateLimit-Limit': '1500', 'X-RateLimit-Reset': '37' };
    const portal = await portalThat({ kind: 'rate-limit', headers });
    expect(await answerTo(open(portal.url))).toMatchObject({ status: 429, wait: 37_000, rateLimit: 1500 });
  });

  test.each(['1500, 50', '-1', '1.5', '1e3', '0x10', '', 'many'])(
    'tells no rate limit where it is not in digits: "%s"',
    async limit => {
      const portal = await portalThat({ kind: 'rate-limit', headers: { 'X-RateLimit-Limit': limit } });
      const answer = await answerTo(open(portal.url));
      expect([answer.status, answer.rateLimit]).toEqual([429, undefined]);
    },
  );

  test('tells a wait until a date by the date of the clock', async () => {
    const retryAfter = new Date(theClock().date() + 90_000).toUTCString();
    const portal = await portalThat({ kind: 'unavailable', retryAfter });
    expect(await answerTo(open(portal.url))).toMatchObject({ status: 503, wait: 90_000 });
  });

  test('to a DELETE, and no other, is remembered by its status', async () => {
    const portal = await portalThat({ on: 'DELETE', kind: 'server-error', times: 1 });
    const http = open(portal.url);
    await answerTo(http, GET);
    expect(http.lastDeleteStatus).toBeUndefined();
    await answerTo(http, DELETE);
    expect(http.lastDeleteStatus).toBe(500);
    await answerTo(http, DELETE);
    await answerTo(http, GET);
    expect(http.lastDeleteStatus).toBe(200);
  });
});

describe('a body', () => {
  /** The most that a listing may have. */
  const limit = { ...GET, mostBytes: 8 * MIB };

  test('of just as many bytes as are allowed is read', async () => {
    const portal = await portalThat({ kind: 'status', status: 200, body: ' '.repeat(8 * MIB) });
    expect((await answerTo(open(portal.url), limit)).body).toHaveLength(8 * MIB);
  });

  test('of one byte more is none, and the answer says so', async () => {
    const portal = await portalThat({ kind: 'status', status: 200, body: ' '.repeat(8 * MIB + 1) });
    expect(await answerTo(open(portal.url), limit)).toMatchObject({
      status: 200,
      body: '',
      flaw: 'the answer is longer than 8 MiB, which no portal sends. Check portal-url, and any proxy in between.',
    });
  });

  test('is read as UTF-8, also where a letter comes in two pieces', async () => {
    const portal = await portalThat({ kind: 'status', status: 200, body: '備份'.repeat(100_000) });
    expect((await answerTo(open(portal.url))).body).toBe('備份'.repeat(100_000));
  });

  test('of an HTTP error that is too long counts as unreadable, and its connection is given up', async () => {
    const portal = await portalThat({ kind: 'huge', status: 500, times: 1 });
    const http = open(portal.url);
    expect(await answerTo(http)).toMatchObject({ status: 500, ...UNREADABLE });
    expect((await answerTo(http)).status).toBe(200);
    expect(portal.state.connections).toBe(2);
  });

  test.each([
    ['5 s', 300, 5_000],
    ['a quarter of the time left', 8, 2_000],
  ])('of an HTTP error has %s to come, then it counts as unreadable', async (_name, seconds, ms) => {
    const portal = await portalWith({ role: 'User', faults: [{ kind: 'stall' }] });
    const answer = await answerTo(open(portal.url, { seconds }));
    expect(answer).toMatchObject({ status: 403, ...UNREADABLE, took: ms });
    await theClock().advance(0);
    expect(portal.links.size).toBe(0);
  });

  test('of an HTTP error that is cut off counts as unreadable, and the status counts', async () => {
    const body = 'HTTP/1.1 404 Not Found\r\ncontent-length: 99\r\n\r\n{"error"';
    const portal = await portalThat({ kind: 'raw', body });
    expect(await answerTo(open(portal.url))).toMatchObject({ status: 404, ...UNREADABLE });
  });
});

describe('no answer, from a connection that is lost', () => {
  test.each<[name: string, fault: Fault]>([
    ['is reset', { kind: 'reset' }],
    ['is reset after the portal has done it', { kind: 'reset-after' }],
    ['ends without a word', { kind: 'lost-before' }],
    ['ends in the middle of the body', { kind: 'cut' }],
  ])('%s: the portal may be at work, and another attempt may help', async (_name, fault) => {
    const portal = await portalThat(fault);
    const { message, mayPass, mayGoOn } = await silenceOf(open(portal.url), DELETE);
    expect(message).toMatch(new RegExp(`^${WHERE}: The connection was lost\\. \\(\\w+\\)$`));
    expect([mayPass, mayGoOn]).toEqual([true, true]);
  });

  test.each<[name: string, fault: Fault]>([
    ['something else than HTTP', { kind: 'not-http' }],
    [
      'headers without an end',
      { kind: 'raw', body: `HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(5_000)}` },
    ],
  ])('%s will not pass by itself, and the portal may be at work', async (_name, fault) => {
    const portal = await portalThat(fault);
    const { message, mayPass, mayGoOn } = await silenceOf(open(portal.url));
    expect(message).toContain(`${WHERE}: The answer is not valid HTTP.`);
    expect([mayPass, mayGoOn]).toEqual([false, true]);
  });

  test('a defect is thrown on, and does not pass for a lost connection', async () => {
    const portal = await portalThat({ kind: 'redirect', location: 'https://b.example/' });
    const defect = new TypeError('a defect');
    const redact = () => {
      throw defect;
    };
    const deadline = new Deadline(300, new AbortController().signal, theClock());
    const http = new Http({ ...settingsFor(portal.url), redact }, deadline, theClock());
    expect(await failureOf(http.attempt(GET))).toBe(defect);
  });

  test('nobody who listens: nothing has reached the portal', async () => {
    const portal = await portalWith();
    await portal.close();
    const { message, mayPass, mayGoOn } = await silenceOf(open(portal.url));
    expect(message).toBe(
      `${WHERE}: The connection was refused: nothing listens at this host and port. (ECONNREFUSED)`,
    );
    expect([mayPass, mayGoOn]).toEqual([true, false]);
    await portalWith({ port: portal.port });
  });

  test('a name that does not exist will not pass by itself', async () => {
    // Longer than any name can be: it is not asked for anywhere.
    const { message, mayPass } = await silenceOf(open(`https://${'a'.repeat(64)}.example`));
    expect(message).toBe(`${WHERE}: The host name does not exist. Check portal-url. (ENOTFOUND)`);
    expect(mayPass).toBe(false);
  });
});

describe('a limit of time', () => {
  test.each<[name: string, fault: Fault]>([
    ['hangs before the headers', { kind: 'hang' }],
    ['stalls in the middle of the body', { kind: 'stall' }],
    ['drips for longer than that', { kind: 'drip', ms: 7_000 }],
    [
      'is answered by another protocol',
      { kind: 'raw', body: 'HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n' },
    ],
  ])(
    'ends an attempt that %s: the portal may be at work, and another attempt may help',
    async (_name, fault) => {
      const portal = await portalThat(fault);
      const { message, mayPass, mayGoOn } = await silenceOf(open(portal.url), { ...DELETE, limitMs: 44_500 });
      expect(message).toBe(
        `${WHERE}: no whole answer within 44.5 s, of the 300 s that timeout-seconds allows. If the portal is slow, raise that; a single deletion has 100 s at most.`,
      );
      expect([mayPass, mayGoOn]).toEqual([true, true]);
      expect(theClock().now()).toBe(44_500);
      await theClock().advance(0);
      expect(portal.links.size).toBe(0);
    },
  );

  test('is over five seconds after a stop, with no other attempt', async () => {
    const portal = await portalThat({ kind: 'hang' });
    const stop = new AbortController();
    const result = watch(open(portal.url, { stop: stop.signal }).attempt(GET));
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(GRACE_MS - 1);
    expect(result.value).toBe('pending');
    await theClock().advance(1);
    expect(result.value).toEqual(
      new NoAnswer(say`${WHERE}: no answer before the run was stopped.`, false, true),
    );
  });

  test('does not cut off an answer that comes within five seconds of a stop', async () => {
    const portal = await portalThat({ kind: 'slow', ms: 4_000 });
    const stop = new AbortController();
    const result = open(portal.url, { stop: stop.signal }).attempt(DELETE);
    await theClock().advance(1_000);
    stop.abort();
    expect(await resultOf(result)).toMatchObject({ status: 200, took: 4_000 });
  });
});

describe('a redirect is not followed, and its advice is right for', () => {
  const OWN_PAGE = /^the portal redirects to another page of its own: a login or a setup page/;
  const ANOTHER_PLACE = /^the portal redirects to another place\. A login in front of it may do that/;
  const OTHER_HOST = /^the portal redirects to another host, [a-z0-9.:-]+\. If that is a login in front of/;
  const SAME_HOST = /^the portal redirects to another service on its host, /;

  test.each<[name: string, location: string | undefined, says: RegExp]>([
    [
      'the way from http to https',
      'https://127.0.0.1PATH',
      /^the portal redirects to https:\/\/127\.0\.0\.1\. Set portal-url to that\.$/,
    ],
    [
      'the way from http to https at another port',
      'https://127.0.0.1:8443PATH',
      /^the portal redirects to https:\/\/127\.0\.0\.1:8443\. Set portal-url to that\.$/,
    ],
    ['another page on the way from http to https', 'https://127.0.0.1/login', SAME_HOST],
    ['the first page on the way from http to https', 'https://127.0.0.1/', SAME_HOST],
    ['a page below on the way from http to https', 'https://127.0.0.1/docspacePATH', SAME_HOST],
    ['the same page with another query', 'https://127.0.0.1PATH&auth=1', SAME_HOST],
    ['the same page without its query', 'https://127.0.0.1/api/2.0/backup/deletebackuphistory', SAME_HOST],
    ['the same page at another port by http', 'http://127.0.0.1:1PATH', SAME_HOST],
    ['the same page of another host by https', 'https://login.examplePATH', OTHER_HOST],
    ['a page at the same address', '/login', OWN_PAGE],
    ['a page beside the one asked for', 'x/../y?z#a', OWN_PAGE],
    ['the same address in full', 'SAME/auth', OWN_PAGE],
    ['the very same page', '', ANOTHER_PLACE],
    ['a login on another host', 'https://login.example/?token=1', OTHER_HOST],
    ['a login at another port of another host', 'https://login.example:8443', OTHER_HOST],
    ['another host without a scheme', '//login.example/x', OTHER_HOST],
    ['another host by http', 'http://login.example/', OTHER_HOST],
    ['a host below that of the portal', 'https://auth.127.0.0.1.example/', OTHER_HOST],
    ['another port of the same host by http', 'http://127.0.0.1:1/', SAME_HOST],
    ['none', undefined, ANOTHER_PLACE],
    ['no URL', 'http://[', ANOTHER_PLACE],
    ['a URL without a host', 'javascript:alert(1)', ANOTHER_PLACE],
    ['another scheme', 'ftp://login.example/', ANOTHER_PLACE],
    ['a name that is too long', `https://${'a'.repeat(9_000)}/`, ANOTHER_PLACE],
    ['an expression of the workflow', 'https://\u0024{{github.token}}/', ANOTHER_PLACE],
    ['a command of the shell', 'https://$(id)/', ANOTHER_PLACE],
    ['a command of the shell in a user name', 'https://$(id):`id`@login.example/', OTHER_HOST],
  ])('%s', async (_name, location, says) => {
    const portal = await portalWith();
    const fault: Fault = { kind: 'status', status: 302, body: 'x' };
    if (location !== undefined)
      fault.location = location.replace('SAME', portal.url).replace('PATH', DELETE.path);
    portal.state.faults.push(fault);
    const { status, redirect } = await answerTo(open(portal.url), DELETE);
    expect(status).toBe(302);
    expect(redirect).toMatch(says);
    expect(redirect).not.toMatch(/[$`{}()]|token|\bid\b/);
    expect(/set portal-url/i.test(redirect)).toBe(says.source.includes('Set portal-url'));
    expect(portal.seen).toHaveLength(1);
  });

  test('the token in a Location, in whatever case of letters: it is blanked out', async () => {
    const portal = await portalWith();
    const mixed = KEY.replace(/[a-f]/g, letter => letter.toUpperCase());
    portal.state.faults.push({ kind: 'redirect', location: `https://${mixed}.example/${KEY}` });
    const { redirect } = await answerTo(open(portal.url));
    expect(redirect).toMatch(/^the portal redirects to another host, \*\*\*\.example\. /);
    expect(redirect.toLowerCase()).not.toContain(KEY.slice(3));
  });

  test('the other host is never asked, whatever the portal says', async () => {
    const other = await portalWith();
    const portal = await portalWith();
    for (const status of [301, 302, 303, 307, 308]) {
      portal.state.faults.push({ kind: 'status', status, location: `${other.url}/x`, times: 1 });
      expect((await answerTo(open(portal.url), DELETE)).status).toBe(status);
    }
    expect(portal.seen).toHaveLength(5);
    expect(other.state.requests).toEqual([]);
    expect(other.state.connections).toBe(0);
  });
});

describe('a machine on which Node is told not to verify certificates', () => {
  afterEach(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  test('is told otherwise', () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    open('https://portal.example');
    expect(process.env).not.toHaveProperty('NODE_TLS_REJECT_UNAUTHORIZED');
  });
});
