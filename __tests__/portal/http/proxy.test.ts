import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NoResponseError, type OutcomeKind } from '../../../src/portal/answers/outcomes.js';
import { createProxyAgent, findProxy } from '../../../src/portal/http/proxy.js';
import { SCHEDULE } from '../../../tools/stand-in/portal.mjs';
import { KEY } from '../../support/action.js';
import { CA_FILE, readCertificate } from '../../support/certificates.js';
import { withSystemThatHas } from '../../support/platform.js';
import { portalWith } from '../../support/portals.js';
import { startProxy } from '../../support/proxy.js';

const CA = readFileSync(CA_FILE);

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'];
let before: Record<string, string | undefined>;

beforeEach(() => {
  before = Object.fromEntries(VARIABLES.map(name => [name, process.env[name]]));
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** Finds the proxy to a portal, with these environment variables. */
function findProxyWith(portal: string, env: Record<string, string>): string | undefined {
  Object.assign(process.env, env);
  return findProxy(new URL(portal));
}

const PROXY = 'http://proxy.example:3128/';

test('there is no proxy without a variable', () => {
  expect(findProxyWith('https://portal.test', {})).toBeUndefined();
});

describe('the variable', () => {
  test.each([
    ['https_proxy', 'https://portal.test'],
    ['HTTPS_PROXY', 'https://portal.test'],
    ['http_proxy', 'http://portal.test'],
    ['HTTP_PROXY', 'http://portal.test'],
  ])('%s names the proxy to %s', (name, portal) => {
    expect(findProxyWith(portal, { [name]: 'http://proxy.example:3128' })).toBe(PROXY);
  });

  test.each([
    ['https://portal.test', { http_proxy: PROXY, HTTP_PROXY: PROXY }],
    ['http://portal.test', { https_proxy: PROXY, HTTPS_PROXY: PROXY }],
  ])('of the other scheme does not count for %s', (portal, env) => {
    expect(findProxyWith(portal, env)).toBeUndefined();
  });

  withSystemThatHas('variables that differ only in case', () => {
    test('in lower case comes first', () => {
      const env = { https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' };
      expect(findProxyWith('https://portal.test', env)).toBe(PROXY);
    });
  });

  test('does not count if it is empty', () => {
    expect(findProxyWith('https://portal.test', { https_proxy: '', HTTPS_PROXY: PROXY })).toBe(PROXY);
    expect(findProxyWith('https://portal.test', { https_proxy: '', HTTPS_PROXY: '' })).toBeUndefined();
  });
});

describe('the URL of a proxy', () => {
  test.each([
    ['http://proxy.example', 'http://proxy.example/'],
    ['https://proxy.example:8443', 'https://proxy.example:8443/'],
    ['proxy.example', 'http://proxy.example/'],
    ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['http://robot:p%25%3A@proxy.example', 'http://robot:p%25%3A@proxy.example/'],
  ])('may be %s', (written, href) => {
    expect(findProxyWith('https://portal.test', { https_proxy: written })).toBe(href);
  });

  test.each([
    'not a url',
    'http://[',
    'http://127.0.0.1:99999',
    'socks5://127.0.0.1:1080',
    'proxy.example:3128',
    '://',
  ])('must not be "%s": the run fails instead of bypassing the proxy', written => {
    let thrown: unknown;
    try {
      findProxyWith('https://portal.test', { https_proxy: written });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NoResponseError);
    expect(thrown).toMatchObject({
      message: 'The proxy in https_proxy or http_proxy is not a URL such as http://proxy.example:3128.',
      kind: 'rejected-for-all',
      isRetryable: false,
    });
  });
});

test.each(['https://[2001:db8::1]', 'https://[2001:db8::1]:8443', 'http://[2001:db8::1]'])(
  'a portal with an IPv6 address is not reached through a proxy, which would get the address wrong: %s',
  portal => {
    let thrown: unknown;
    try {
      findProxyWith(portal, { https_proxy: PROXY, http_proxy: PROXY });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NoResponseError);
    expect(thrown).toMatchObject({
      message:
        'A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or list it in no_proxy.',
      kind: 'rejected-for-all',
      isRetryable: false,
    });
    expect(findProxyWith(portal, { https_proxy: '', http_proxy: '' })).toBeUndefined();
  },
);

describe('no_proxy', () => {
  test.each([
    ['portal.test', 'https://portal.test'],
    ['PORTAL.test', 'https://portal.test'],
    ['other.test, .test', 'https://portal.test'],
    ['test', 'https://portal.test'],
    ['portal.test:443', 'https://portal.test'],
    ['*', 'https://portal.test'],
    ['', 'https://localhost'],
    ['', 'https://127.0.0.1:8443'],
    ['', 'https://[::1]'],
    ['[2001:db8::1]', 'https://[2001:db8::1]'],
  ])('"%s" bypasses the proxy for %s', (no_proxy, portal) => {
    expect(findProxyWith(portal, { https_proxy: PROXY, no_proxy })).toBeUndefined();
    // An invalid proxy that is not used is no error.
    expect(findProxyWith(portal, { https_proxy: 'not a url', no_proxy })).toBeUndefined();
  });

  test.each([
    ['other.test', 'https://portal.test'],
    ['portal.test:8443', 'https://portal.test'],
    ['rtal.test', 'https://portal.test'],
  ])('"%s" does not bypass the proxy for %s', (no_proxy, portal) => {
    expect(findProxyWith(portal, { https_proxy: PROXY, no_proxy })).toBe(PROXY);
  });
});

/** Sends a GET through an agent for this proxy, in real time. Returns the status, or the error. */
function getThrough(proxy: string, { isTls = true, port = 443 } = {}): Promise<number | NoResponseError> {
  const agent = createProxyAgent(isTls, proxy, true);
  const options = { host: 'portal.test', port, path: '/api/2.0/backup/getbackupschedule', agent, ca: CA };
  const headers = { authorization: `Bearer ${KEY}` };
  return new Promise((resolve, reject) => {
    const request = (isTls ? https : http).get({ ...options, headers }, message => {
      message.resume().on('end', () => resolve(message.statusCode ?? 0));
    });
    request.on('error', error => (error instanceof NoResponseError ? resolve(error) : reject(error)));
  }).finally(() => agent.destroy()) as Promise<number | NoResponseError>;
}

describe('a request through a proxy', () => {
  const securePortal = () =>
    portalWith({ schedule: SCHEDULE, tls: readCertificate('localhost'), inRealTime: true });

  test('reaches the portal, and the proxy sees only CONNECT', async () => {
    const portal = await securePortal();
    const proxy = await startProxy({ port: portal.port });
    expect(await getThrough(proxy.url, { port: portal.port })).toBe(200);
    expect(portal.state.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(proxy.seen).toEqual([`CONNECT portal.test:${portal.port} HTTP/1.1`]);
    expect(proxy.received).not.toMatch(new RegExp(`${KEY}|getbackupschedule`));
  });

  test('also uses CONNECT for a portal without TLS', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, inRealTime: true });
    const proxy = await startProxy({ port: portal.port });
    expect(await getThrough(proxy.url, { isTls: false, port: portal.port })).toBe(200);
    expect(proxy.seen).toEqual([`CONNECT portal.test:${portal.port} HTTP/1.1`]);
  });

  test.each([
    ['robot', 'robot:'],
    ['robot:hunter2', 'robot:hunter2'],
    ['robot:p%25%3A%40%2f', 'robot:p%:@/'],
    ['ro%62ot:%C3%A4', 'robot:ä'],
  ])('sends the credentials %s decoded', async (written, decoded) => {
    const portal = await securePortal();
    const proxy = await startProxy({ port: portal.port });
    expect(await getThrough(proxy.url.replace('//', `//${written}@`), { port: portal.port })).toBe(200);
    expect(proxy.received).toContain(`Basic ${Buffer.from(decoded).toString('base64')}\r\n`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test.each<[answer: string, status: number, kind: OutcomeKind]>([
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 407, 'rejected-for-all'],
    ['HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nno!', 403, 'rejected-for-all'],
    ['HTTP/1.1 302 ::error::\r\nlocation: http://x\r\n\r\n', 302, 'rejected-for-all'],
    ['HTTP/1.1 404 Not Found\r\n\r\n', 404, 'rejected-for-all'],
    ['HTTP/1.1 500 Oops\r\n\r\n', 500, 'not-received'],
    ['HTTP/1.1 530 ::error::\r\n\r\n', 530, 'not-received'],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 502, 'not-received'],
    ['HTTP/1.1 503 Unavailable\r\n\r\n', 503, 'not-received'],
    ['HTTP/1.1 504 Timeout\r\n\r\n', 504, 'not-received'],
  ])('fails with the status of the proxy when that answers %j', async (answer, status, kind) => {
    const proxy = await startProxy({ answer });
    expect(await getThrough(proxy.url)).toMatchObject({
      message: `The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`,
      kind,
      isRetryable: kind === 'not-received',
    });
    expect(proxy.seen).toEqual(['CONNECT portal.test:443 HTTP/1.1']);
    expect(proxy.received).not.toContain(KEY);
  });

  test.each([
    ['does not exist', async () => 'http://127.0.0.1:1', 'ECONNREFUSED'],
    [
      'does not speak HTTP',
      async () => (await startProxy({ answer: 'SSH-2.0-OpenSSH_9.6\r\n' })).url,
      'HPE_INVALID_CONSTANT',
    ],
    [
      'does not speak TLS',
      async () => (await startProxy({ answer: 'HTTP/1.1 400 x\r\n\r\n' })).url.replace('http:', 'https:'),
      '(ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)',
    ],
  ])('to a proxy that %s fails, and is sent again', async (_name, start, code) => {
    expect(await getThrough(await start())).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^The proxy cannot be reached\\. Check https_proxy and no_proxy\\. \\(${code}\\)$`),
      ),
      kind: 'not-received',
      isRetryable: true,
    });
  });

  test.each([
    ['is from an unknown authority', 'localhost', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['has expired', 'expired', 'CERT_HAS_EXPIRED'],
  ])('to a proxy whose certificate %s fails, and is not sent again', async (_name, certificate, code) => {
    const proxy = await startProxy({ tls: readCertificate(certificate) });
    expect(await getThrough(proxy.url)).toMatchObject({
      message: `The certificate of the proxy is not trusted, or not valid. (${code})`,
      kind: 'rejected-for-all',
      isRetryable: false,
    });
    expect(proxy.received).toBe('');
  });
});
