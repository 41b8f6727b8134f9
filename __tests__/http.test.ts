import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startDeadline } from '../src/deadline.js';
import { NoAnswer } from '../src/failure.js';
import { watch } from './support/watch.js';

/** What the library does with the next requests; the last stays. */
let answers: ((signal: AbortSignal) => Promise<unknown>)[] = [];
let sent = 0;

jest.unstable_mockModule('@actions/http-client', () => ({
  HttpClient: class {
    userAgent = undefined;
    getAgent() {}
    dispose() {}
    requestRaw({ options }: { options: { signal: AbortSignal } }) {
      const answer = answers[sent] ?? answers.at(-1);
      sent++;
      return answer?.(options.signal);
    }
  },
}));
const { openHttp } = await import('../src/http.js');

let cancellation: AbortController;
let notes: string[];

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  jest.spyOn(process, 'uptime').mockImplementation(() => Date.now() / 1000);
  [answers, sent, notes, cancellation] = [[], 0, [], new AbortController()];
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function open(retries: number, seconds: number) {
  const settings = { portalUrl: new URL('https://portal.example'), authorization: 'x', retries };
  return openHttp(settings, startDeadline(seconds, cancellation.signal), line => notes.push(line));
}

/** Sends a GET under a deadline that never comes too soon. */
async function get(retries = 0, seconds = 3600) {
  const result = open(retries, seconds)
    .request('GET', '/path')
    .catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(seconds * 1000);
  return result;
}

const fails =
  (code: unknown, message = '') =>
  () =>
    Promise.reject(Object.assign(new Error(message), { code }));
const hangs = (signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
const status = (statusCode: number, headers: Record<string, string> = {}, body = Readable.from([])) => {
  return async () => ({ message: Object.assign(body, { statusCode, headers, complete: true }) });
};

const TRY_AGAIN = true;
const GIVE_UP = false;
const LOST = 'The connection was lost.';
const OLD = 'The certificate of the portal has expired, or a clock is wrong.';
const NO_HTTP = 'No HTTP, or no TLS, is spoken here. Check scheme and port of portal-url.';
const UNTRUSTED =
  'The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS.';

/** A request that got no answer, in its own words. */
const noAnswer = (text: string, worthRetrying: boolean) =>
  new NoAnswer(`GET /path on portal.example: ${text}`, worthRetrying);

describe('an error of the connection', () => {
  test.each([
    ['ECONNREFUSED', 'The connection was refused: nothing listens at this host and port.', TRY_AGAIN],
    ['ENOTFOUND', 'The host name cannot be found. Check portal-url.', TRY_AGAIN],
    ['EAI_AGAIN', 'The host name cannot be found. Check portal-url.', TRY_AGAIN],
    ['ECONNRESET', LOST, TRY_AGAIN],
    ['EPIPE', LOST, TRY_AGAIN],
    ['ETIMEDOUT', LOST, TRY_AGAIN],
    ['EHOSTUNREACH', LOST, TRY_AGAIN],
    ['CERT_HAS_EXPIRED', OLD, GIVE_UP],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'The certificate of the portal is for another host name. Check portal-url.',
      GIVE_UP,
    ],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED, GIVE_UP],
    ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED, GIVE_UP],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED, GIVE_UP],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED, GIVE_UP],
    ['CERT_NOT_YET_VALID', OLD, GIVE_UP],
    ['CERT_REVOKED', UNTRUSTED, GIVE_UP],
    ['CERT_UNTRUSTED', UNTRUSTED, GIVE_UP],
    ['INVALID_CA', UNTRUSTED, GIVE_UP],
    ['INVALID_PURPOSE', UNTRUSTED, GIVE_UP],
    ['EPROTO', NO_HTTP, GIVE_UP],
    ['ERR_SSL_WRONG_VERSION_NUMBER', NO_HTTP, GIVE_UP],
    ['HPE_INVALID_CONSTANT', NO_HTTP, GIVE_UP],
    ['HPE_HEADER_OVERFLOW', NO_HTTP, GIVE_UP],
    [
      'ERR_INVALID_URL',
      'The proxy that https_proxy or http_proxy names is no URL such as http://proxy.example:3128.',
      GIVE_UP,
    ],
  ])('%s is put into words', async (code, text, worthRetrying) => {
    answers = [fails(code, '::error::raw')];
    expect(await get(1)).toEqual(noAnswer(`${text} (${code})`, worthRetrying));
    expect(sent).toBe(worthRetrying ? 2 : 1);
    expect(notes.join()).not.toContain('raw');
  });

  test.each([[() => Promise.reject('text')], [() => Promise.reject()], [fails(undefined)], [fails('')]])(
    'one of no kind at all is a lost connection',
    async answer => {
      answers = [answer];
      expect(await get()).toEqual(noAnswer(`${LOST} (no code)`, TRY_AGAIN));
    },
  );
});

describe('waiting', () => {
  /** The waits that were announced, in seconds. */
  const waits = () => notes.map(note => Number(/the next in ([\d.]+) s/.exec(note)?.[1]));

  test.each([
    [0, [0.3, 0.5, 1, 2, 4, 8, 15, 15, 15]],
    [1, [0.5, 1, 2, 4, 8, 16, 30, 30, 30]],
  ])('doubles up to 30 s, with jitter: random %d', async (random, expected) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    answers = [fails('ECONNRESET')];
    await get(9);
    expect(sent).toBe(10);
    expect(waits()).toEqual(expected);
    expect(notes[0]).toMatch(
      /^GET \/path on portal\.example: The connection was lost\. \(ECONNRESET\) Attempt 1 of 10; the next in 0/,
    );
  });

  const in5Seconds = () => new Date(Date.now() + 5000).toUTCString();
  test.each([
    ['7', 7],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    [in5Seconds, 5],
  ])('honours Retry-After: %s', async (header, seconds) => {
    jest.setSystemTime(Date.UTC(2026, 2, 1));
    const value = typeof header === 'string' ? header : header();
    answers = [status(503, { 'retry-after': value }), status(404)];
    expect(await get(1)).toMatchObject({ status: 404 });
    expect(waits()).toEqual([seconds]);
  });

  test.each(['', '-1', '1.5', '1e3', 'soon', '2026-03-01', 'Sun, 99 Foo 2026 00:00:00 GMT', '1, 2'])(
    'takes Retry-After: "%s" for none',
    async value => {
      jest.spyOn(Math, 'random').mockReturnValue(1);
      answers = [status(429, { 'retry-after': value }), status(404)];
      expect(await get(1)).toMatchObject({ status: 404 });
      expect(waits()).toEqual([0.5]);
    },
  );

  test.each(['3600', '9999999999', '9'.repeat(400)])(
    'a Retry-After beyond the deadline ends it: %s',
    async value => {
      answers = [status(429, { 'retry-after': value })];
      expect(await get(3)).toMatchObject({
        status: 429,
        retryAfterMs: Number(value) * 1000,
        asksTooMuch: true,
      });
      expect(sent).toBe(1);
      expect(notes).toEqual([]);
    },
  );

  test.each([400, 404, 500])('a Retry-After beside HTTP %d, which is final, means nothing', async code => {
    answers = [status(code, { 'retry-after': '3600' })];
    expect(await get(3)).toMatchObject({ status: code, retryAfterMs: undefined, asksTooMuch: false });
  });

  test.each([429, 502, 503, 504])('HTTP %d is worth another attempt', async code => {
    answers = [status(code)];
    expect(await get(2)).toMatchObject({ status: code });
    expect(sent).toBe(3);
  });

  test.each([200, 204, 301, 400, 401, 403, 404, 408, 425, 500, 501, 505])('HTTP %d is final', async code => {
    answers = [status(code)];
    expect(await get(2)).toMatchObject({ status: code });
    expect(sent).toBe(1);
  });
});

describe('a cancellation', () => {
  test('while a request hangs: no answer, and no other attempt', async () => {
    answers = [hangs];
    setTimeout(() => cancellation.abort(), 1000);
    expect(await get(3)).toEqual(noAnswer('no answer before the run was cancelled.', false));
    expect(sent).toBe(1);
  });

  test('while it waits: the last failure, and no other attempt', async () => {
    answers = [fails('ECONNRESET')];
    setTimeout(() => cancellation.abort(), 100);
    expect(await get(3)).toEqual(noAnswer(`${LOST} (ECONNRESET)`, true));
    expect(sent).toBe(1);
  });
});

test('an attempt that failed is told with its HTTP status', async () => {
  answers = [status(503), status(404)];
  await get(1);
  expect(notes[0]).toMatch(
    /^GET \/path on portal\.example: HTTP 503\. Attempt 1 of 2; the next in 0\.\d s\.$/,
  );
});

test.each([
  [3600, 5000],
  [8, 2000],
])('of %d s, the body of an error has %d ms, and its connection is given up', async (seconds, ms) => {
  const body = new Readable({ read: () => undefined });
  answers = [status(403, {}, body)];
  const result = watch(open(0, seconds).request('GET', '/path'));
  await jest.advanceTimersByTimeAsync(ms - 1);
  expect([result.value, body.destroyed]).toEqual(['pending', false]);
  await jest.advanceTimersByTimeAsync(1);
  expect(result.value).toMatchObject({ status: 403, body: 'unreadable' });
  expect(body.destroyed).toBe(true);
});

test('the body of an error that can be read is read', async () => {
  answers = [status(403, {}, Readable.from([Buffer.from('no'), Buffer.from('!')]))];
  expect(await get()).toMatchObject({ status: 403, body: 'no!' });
});

test('no machine is trusted to leave certificates unverified', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  answers = [status(200)];
  await get();
  expect(process.env).not.toHaveProperty('NODE_TLS_REJECT_UNAUTHORIZED');
});

test('a signal that says stop ends the wait, and no attempt follows', async () => {
  answers = [status(503, { 'retry-after': '60' })];
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 1000);
  const result = watch(open(3, 3600).request('DELETE', '/path', { stopped: stop.signal }));
  await jest.advanceTimersByTimeAsync(999);
  expect(result.value).toBe('pending');
  await jest.advanceTimersByTimeAsync(1);
  expect(result.value).toMatchObject({ status: 503, asksTooMuch: false });
  expect(sent).toBe(1);
});

test('a request that hangs has half of the time that is left; the last one nine tenths', async () => {
  answers = [hangs];
  jest.spyOn(Math, 'random').mockReturnValue(1);
  expect(await get(1, 100)).toEqual(
    noAnswer('no whole answer within 44.5 s, of the 100 s that timeout-seconds allows.', true),
  );
  expect(notes[0]).toContain('no whole answer within 50.0 s, of the 100 s that timeout-seconds allows.');
});

test('an answer without a status is none', async () => {
  answers = [async () => ({ message: Object.assign(Readable.from([]), { headers: {}, complete: false }) })];
  expect(await get()).toMatchObject({ status: 0, body: '', contentType: '' });
});
