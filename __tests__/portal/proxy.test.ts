import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../src/failure.js';
import { findProxy, makeProxyAgent } from '../../src/portal/proxy.js';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { KEY } from '../support/action.js';
import { portalWith } from '../support/portals.js';
import { startProxy } from '../support/proxy.js';

const CERTS = join(import.meta.dirname, '../../tools/certs');
const CA = readFileSync(join(CERTS, 'ca.pem'));

/** A certificate of tools/certs. */
function tlsOf(certificate: string) {
  const read = (file: string) => readFileSync(join(CERTS, file), 'utf8');
  return { key: read(`${certificate}-key.pem`), cert: read(`${certificate}.pem`) };
}

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

/** The proxy to a portal, in the environment given. */
function proxyTo(portal: string, env: Record<string, string>): string | undefined {
  Object.assign(process.env, env);
  return findProxy(new URL(portal));
}

const PROXY = 'http://proxy.example:3128/';

test('without a variable there is none', () => {
  expect(proxyTo('https://portal.test', {})).toBeUndefined();
});

describe('the variable that counts', () => {
  test.each([
    ['https_proxy', 'https://portal.test'],
    ['HTTPS_PROXY', 'https://portal.test'],
    ['http_proxy', 'http://portal.test'],
    ['HTTP_PROXY', 'http://portal.test'],
  ])('%s names the proxy to %s', (name, portal) => {
    expect(proxyTo(portal, { [name]: 'http://proxy.example:3128' })).toBe(PROXY);
  });

  test.each([
    ['https://portal.test', { http_proxy: PROXY, HTTP_PROXY: PROXY }],
    ['http://portal.test', { https_proxy: PROXY, HTTPS_PROXY: PROXY }],
  ])('that of the other scheme is none for %s', (portal, env) => {
    expect(proxyTo(portal, env)).toBeUndefined();
  });

  test('in small letters comes first, and an empty one is none', () => {
    const env = { https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' };
    expect(proxyTo('https://portal.test', env)).toBe(PROXY);
    expect(proxyTo('https://portal.test', { https_proxy: '', HTTPS_PROXY: PROXY })).toBe(PROXY);
    expect(proxyTo('https://portal.test', { https_proxy: '', HTTPS_PROXY: '' })).toBeUndefined();
  });
});

describe('what is taken for the URL of a proxy', () => {
  test.each([
    ['http://proxy.example', 'http://proxy.example/'],
    ['https://proxy.example:8443', 'https://proxy.example:8443/'],
    ['proxy.example', 'http://proxy.example/'],
    ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['http://robot:p%25%3A@proxy.example', 'http://robot:p%25%3A@proxy.example/'],
  ])('%s', (written, href) => {
    expect(proxyTo('https://portal.test', { https_proxy: written })).toBe(href);
  });

  test.each([
    'not a url',
    'http://[',
    'http://127.0.0.1:99999',
    'socks5://127.0.0.1:1080',
    'proxy.example:3128',
    '://',
  ])('not "%s": the run must fail, and not pass the proxy by', written => {
    let thrown: unknown;
    try {
      proxyTo('https://portal.test', { https_proxy: written });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NoAnswer);
    expect(thrown).toMatchObject({
      message:
        'The proxy that https_proxy or http_proxy names is not a URL such as http://proxy.example:3128.',
      mayPass: false,
      mayGoOn: false,
    });
  });
});

test.each(['https://[2001:db8::1]', 'https://[2001:db8::1]:8443', 'http://[2001:db8::1]'])(
  'a portal with an IPv6 address is not asked for through a proxy, which does not get it right: %s',
  portal => {
    let thrown: unknown;
    try {
      proxyTo(portal, { https_proxy: PROXY, http_proxy: PROXY });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NoAnswer);
    expect(thrown).toMatchObject({
      message:
        'A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or name it in no_proxy.',
      mayPass: false,
      mayGoOn: false,
    });
    expect(proxyTo(portal, { https_proxy: '', http_proxy: '' })).toBeUndefined();
  },
);

describe('a portal that is reached without the proxy', () => {
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
  ])('by no_proxy "%s": %s', (no_proxy, portal) => {
    expect(proxyTo(portal, { https_proxy: PROXY, no_proxy })).toBeUndefined();
    // One that cannot be read does no harm to whoever does not need it.
    expect(proxyTo(portal, { https_proxy: 'not a url', no_proxy })).toBeUndefined();
  });

  test.each([
    ['other.test', 'https://portal.test'],
    ['portal.test:8443', 'https://portal.test'],
    ['rtal.test', 'https://portal.test'],
  ])('is not: by no_proxy "%s": %s', (no_proxy, portal) => {
    expect(proxyTo(portal, { https_proxy: PROXY, no_proxy })).toBe(PROXY);
  });
});

/** A GET through an agent for that proxy, by real time, which is the network's. @returns the status, or the failure */
function getThrough(proxy: string, { isTls = true, port = 443 } = {}): Promise<number | NoAnswer> {
  const agent = makeProxyAgent(isTls, proxy, true);
  const options = { host: 'portal.test', port, path: '/api/2.0/backup/getbackupschedule', agent, ca: CA };
  const headers = { authorization: `Bearer ${KEY}` };
  return new Promise((resolve, reject) => {
    const request = (isTls ? https : http).get({ ...options, headers }, message => {
      message.resume().on('end', () => resolve(message.statusCode ?? 0));
    });
    request.on('error', error => (error instanceof NoAnswer ? resolve(error) : reject(error)));
  }).finally(() => agent.destroy()) as Promise<number | NoAnswer>;
}

describe('a request through a proxy', () => {
  const securePortal = () => portalWith({ schedule: SCHEDULE, tls: tlsOf('localhost'), inRealTime: true });

  test('reaches the portal, and the proxy sees nothing but CONNECT', async () => {
    const portal = await securePortal();
    const proxy = await startProxy({ port: portal.port });
    expect(await getThrough(proxy.url, { port: portal.port })).toBe(200);
    expect(portal.state.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(proxy.seen).toEqual([`CONNECT portal.test:${portal.port} HTTP/1.1`]);
    expect(proxy.received).not.toMatch(new RegExp(`${KEY}|getbackupschedule`));
  });

  test('reaches a portal without TLS by CONNECT too', async () => {
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
  ])('that wants the credentials %s gets them as they are meant', async (written, meant) => {
    const portal = await securePortal();
    const proxy = await startProxy({ port: portal.port });
    expect(await getThrough(proxy.url.replace('//', `//${written}@`), { port: portal.port })).toBe(200);
    expect(proxy.received).toContain(`Basic ${Buffer.from(meant).toString('base64')}\r\n`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test.each<[answer: string, status: number, mayPass: boolean]>([
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 407, false],
    ['HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nno!', 403, false],
    ['HTTP/1.1 302 ::error::\r\nlocation: http://x\r\n\r\n', 302, false],
    ['HTTP/1.1 500 Oops\r\n\r\n', 500, false],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 502, true],
    ['HTTP/1.1 503 Unavailable\r\n\r\n', 503, true],
    ['HTTP/1.1 504 Timeout\r\n\r\n', 504, true],
  ])('that answers %j: no answer of the portal, and its status is told', async (answer, status, mayPass) => {
    const proxy = await startProxy({ answer });
    expect(await getThrough(proxy.url)).toMatchObject({
      message: `The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`,
      mayPass,
      mayGoOn: false,
    });
    expect(proxy.seen).toEqual(['CONNECT portal.test:443 HTTP/1.1']);
    expect(proxy.received).not.toContain(KEY);
  });

  test.each([
    ['is not there', async () => 'http://127.0.0.1:1', 'ECONNREFUSED'],
    [
      'speaks no HTTP',
      async () => (await startProxy({ answer: 'SSH-2.0-OpenSSH_9.6\r\n' })).url,
      'HPE_INVALID_CONSTANT',
    ],
    [
      'speaks no TLS',
      async () => (await startProxy({ answer: 'HTTP/1.1 400 x\r\n\r\n' })).url.replace('http:', 'https:'),
      '(ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)',
    ],
  ])('that %s: no answer, and worth another attempt', async (_name, start, code) => {
    expect(await getThrough(await start())).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^The proxy cannot be reached\\. Check https_proxy and no_proxy\\. \\(${code}\\)$`),
      ),
      mayPass: true,
      mayGoOn: false,
    });
  });

  test.each([
    ['is of an authority that nobody trusts', 'localhost', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['has expired', 'expired', 'CERT_HAS_EXPIRED'],
  ])('whose certificate %s: no answer, and no other attempt', async (_name, certificate, code) => {
    const proxy = await startProxy({ tls: tlsOf(certificate) });
    expect(await getThrough(proxy.url)).toMatchObject({
      message: `The certificate of the proxy is not trusted, or not valid. (${code})`,
      mayPass: false,
      mayGoOn: false,
    });
    expect(proxy.received).toBe('');
  });
});
