import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { act, errorOf, KEY, ofTheBundle } from './support/action.js';
import { portalWith } from './support/portals.js';
import { startProxy } from './support/proxy.js';

const CERTS = join(import.meta.dirname, '../tools/certs');
const CA = { NODE_EXTRA_CA_CERTS: join(CERTS, 'ca.pem') };
/** The source runs on a faster clock, the network does not. */
const INPUTS = { operation: 'delete-schedule', retries: '1', 'timeout-seconds': ofTheBundle ? '4' : '20' };

/** A certificate of tools/certs. */
function tlsOf(certificate: string) {
  const read = (file: string) => readFileSync(join(CERTS, file), 'utf8');
  return { key: read(`${certificate}-key.pem`), cert: read(`${certificate}.pem`) };
}

/** A portal with that certificate. */
function securePortal(certificate: string, closes = false) {
  return portalWith({ schedule: SCHEDULE, backups: makeBackups(100), tls: tlsOf(certificate), closes });
}

test.each(['::1', '127.0.0.1'] as const)('a portal at the address %s', async host => {
  const portal = await portalWith({ schedule: SCHEDULE, host });
  const { code } = await act({ ...INPUTS, 'portal-url': portal.url });
  expect(code).toBe(0);
  expect(portal.state.requests[0]?.headers.host).toBe(new URL(portal.url).host);
});

describe('TLS', () => {
  test('a certificate of a private authority that NODE_EXTRA_CA_CERTS names is trusted', async () => {
    const portal = await securePortal('localhost');
    const { code } = await act({ ...INPUTS, 'portal-url': portal.url }, { env: CA });
    expect(code).toBe(0);
    expect(portal.seen).toHaveLength(3);
  });

  test('many deletions share few connections', async () => {
    const portal = await securePortal('localhost');
    const inputs = { ...INPUTS, operation: 'prune-history', 'keep-last': '1', 'portal-url': portal.url };
    expect((await act(inputs, { env: CA })).outputs['deleted-count']).toBe('99');
    expect(portal.state.connections).toBeLessThanOrEqual(8);
  });

  test.each([
    [
      'an untrusted authority',
      'localhost',
      {},
      /is not trusted\. For a private authority, set NODE_EXTRA_CA_CERTS\./,
    ],
    [
      'another host',
      'other-host',
      CA,
      /is for another host name\. Check portal-url\. \(ERR_TLS_CERT_ALTNAME/,
    ],
    [
      'a date in the past',
      'expired',
      CA,
      /The certificate of the portal has expired, or a clock is wrong\. \(CERT_HAS_EXPIRED\)/,
    ],
  ])('a certificate of %s: red at once, and not a request sent', async (_name, certificate, env, says) => {
    const portal = await securePortal(certificate);
    const result = await act({ ...INPUTS, 'portal-url': portal.url }, { env });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(says);
    expect(errorOf(result)).toContain(`on localhost:${portal.port}: `);
    expect(result.log).not.toContain('Attempt 1');
    expect(portal.seen).toEqual([]);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing, by a proxy neither', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', https_proxy: proxy.url };
    for (const host of ['localhost', 'portal.test']) {
      const result = await act({ ...INPUTS, 'portal-url': `https://${host}:${portal.port}` }, { env });
      expect(errorOf(result)).toContain('is not trusted.');
    }
    expect(proxy.seen).toHaveLength(1);
    expect(portal.seen).toEqual([]);
  });

  test('allow-http: true does not mean that any certificate will do', async () => {
    const portal = await securePortal('localhost');
    const { code } = await act({ ...INPUTS, 'portal-url': portal.url, 'allow-http': 'true' });
    expect(code).toBe(1);
    expect(portal.seen).toEqual([]);
  });

  test('https to a port that speaks plain HTTP: red, and says so', async () => {
    const { port, seen } = await portalWith({ schedule: SCHEDULE });
    const result = await act({ ...INPUTS, 'portal-url': `https://127.0.0.1:${port}` });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(
      'No HTTP, or no TLS, is spoken here. Check scheme and port of portal-url.',
    );
    expect(seen).toEqual([]);
  });

  test('http to a port that speaks TLS: red', async () => {
    const { port, seen } = await securePortal('localhost');
    const result = await act({ ...INPUTS, 'portal-url': `http://localhost:${port}` }, { env: CA });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('The connection was lost.');
    expect(seen).toEqual([]);
  });
});

describe('a proxy', () => {
  const target = (port: number) => ({ ...INPUTS, 'portal-url': `https://portal.test:${port}` });

  test.each(['https_proxy', 'HTTPS_PROXY'])('that %s names is used, and never sees the token', async name => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const result = await act(target(portal.port), { env: { ...CA, [name]: proxy.url } });
    expect(result.code).toBe(0);
    expect(portal.seen).toHaveLength(3);
    expect(portal.state.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT portal.test:${portal.port} HTTP/1.1`]));
    expect(proxy.received).not.toContain(KEY);
    expect(proxy.received).not.toMatch(/authorization|deletebackupschedule/i);
  });

  test('carries many deletions at once, over few connections', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const inputs = { ...target(portal.port), operation: 'delete-backups', 'backup-ids': ids(100) };
    const { outputs } = await act(inputs, { env: { ...CA, https_proxy: proxy.url } });
    expect(outputs['deleted-count']).toBe('100');
    expect(portal.state.mostAtOnce).toBeLessThanOrEqual(8);
    expect(proxy.seen.length).toBeLessThanOrEqual(8);
    expect(portal.state.connections).toBe(proxy.seen.length);
  });

  test('is asked once for each request of a portal that ends every connection', async () => {
    const portal = await securePortal('localhost', true);
    const proxy = await startProxy({ port: portal.port });
    const inputs = { ...target(portal.port), operation: 'delete-backups', 'backup-ids': ids(100) };
    const { outputs } = await act(inputs, { env: { ...CA, https_proxy: proxy.url } });
    expect(outputs['deleted-count']).toBe('100');
    expect(portal.seen).toHaveLength(102);
    expect(proxy.seen).toHaveLength(102);
  });

  test('that speaks TLS itself is used', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port, tls: tlsOf('localhost') });
    const { code } = await act(target(portal.port), { env: { ...CA, https_proxy: proxy.url } });
    expect(code).toBe(0);
    expect(proxy.seen).toHaveLength(1);
    expect(proxy.received).not.toMatch(new RegExp(`${KEY}|deletebackupschedule`));
  });

  test.each(['other-host', 'expired'])('whose own certificate is no good (%s) gets nothing', async name => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port, tls: tlsOf(name) });
    const result = await act(target(portal.port), { env: { ...CA, https_proxy: proxy.url } });
    expect(errorOf(result)).toContain('The proxy cannot be reached.');
    expect(proxy.received).toBe('');
    expect(portal.seen).toEqual([]);
  });

  test('leads to a portal without TLS too', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const proxy = await startProxy({ port: portal.port });
    const inputs = { ...INPUTS, 'portal-url': `http://portal.test:${portal.port}`, 'allow-http': 'true' };
    expect((await act(inputs, { env: { http_proxy: proxy.url } })).code).toBe(0);
    expect(proxy.seen).toEqual([`CONNECT portal.test:${portal.port} HTTP/1.1`]);
    expect(portal.seen).toHaveLength(3);
  });

  test.each([
    ['robot', 'robot:'],
    ['robot:p%25%3A%40%2f', 'robot:p%:@/'],
    ['ro%62ot:%C3%A4', 'robot:ä'],
  ])('gets the credentials %s as they are meant', async (written, meant) => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const https_proxy = proxy.url.replace('//', `//${written}@`);
    expect((await act(target(portal.port), { env: { ...CA, https_proxy } })).code).toBe(0);
    expect(proxy.received).toContain(`Basic ${Buffer.from(meant).toString('base64')}\r\n`);
  });

  test('gets the credentials that its URL holds; log and summary do not', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const https_proxy = proxy.url.replace('//', '//robot:hunter2@');
    for (const end of [portal.port, 1]) {
      const env = { ...CA, https_proxy: end === 1 ? 'http://robot:hunter2@127.0.0.1:1' : https_proxy };
      const { code, log, summary } = await act(target(portal.port), { env });
      expect(code).toBe(end === 1 ? 1 : 0);
      expect(log + summary).not.toMatch(/robot|hunter2/);
    }
    expect(proxy.received).toContain(`Basic ${Buffer.from('robot:hunter2').toString('base64')}`);
    expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test.each([
    ['of another host', 'other-host', /is for another host name/],
    ['that has expired', 'expired', /has expired/],
  ])('does not make a certificate %s any better', async (_name, certificate, says) => {
    const portal = await securePortal(certificate);
    const proxy = await startProxy({ port: portal.port });
    const result = await act(target(portal.port), { env: { ...CA, https_proxy: proxy.url } });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(says);
    expect(portal.seen).toEqual([]);
  });

  test.each([
    [
      'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      1,
      /The proxy does not connect to the portal \(HTTP 407\)/,
    ],
    [
      'HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nno!',
      1,
      /The proxy does not connect to the portal \(HTTP 403\)/,
    ],
    [
      'HTTP/1.1 302 ::error::\r\nlocation: http://x\r\n\r\n',
      1,
      /The proxy does not connect to the portal \(HTTP 302\)/,
    ],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 2, /The proxy does not connect to the portal \(HTTP 502\)/],
    ['SSH-2.0-OpenSSH_9.6\r\n', 2, /The proxy cannot be reached\. Check https_proxy and no_proxy\./],
    ['HTTP/1.1 200 Connected\r\n\r\nnot TLS', 2, /The connection was lost/],
    ['', 2, /no whole answer within/],
  ])('that answers %j is asked %d times, then red', async (answer, asked, says) => {
    const proxy = await startProxy({ answer });
    const result = await act(target(443), { env: { https_proxy: proxy.url } });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(says);
    expect(proxy.seen).toEqual(Array(asked).fill('CONNECT portal.test:443 HTTP/1.1'));
    expect(proxy.received).not.toContain(KEY);
  });

  test.each([
    ['http://127.0.0.1:1', /The proxy cannot be reached\. Check https_proxy and no_proxy\./],
    ['not a url', /The proxy that https_proxy or http_proxy names is no URL/],
    ['http://[', /The proxy that https_proxy or http_proxy names is no URL/],
    ['http://127.0.0.1:99999', /The proxy that https_proxy or http_proxy names is no URL/],
    ['socks5://127.0.0.1:1080', /The proxy that https_proxy or http_proxy names is no URL/],
    ['proxy.example:3128', /names is no URL such as http:\/\/proxy\.example:3128/],
    ['http://user:pa%ss@127.0.0.1:1', /names is no URL such as http:\/\/proxy\.example:3128/],
  ])('at %j: red, and says so', async (https_proxy, says) => {
    const result = await act(target(443), { env: { https_proxy } });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(says);
    expect(errorOf(result)).toContain(' on portal.test');
  });

  test.each([
    ['HTTPS_PROXY', 'https://portal.test'],
    ['http_proxy', 'http://portal.test'],
    ['HTTP_PROXY', 'http://portal.test'],
  ])('in %s that is no URL: red before any request', async (name, portalUrl) => {
    const inputs = { ...INPUTS, 'portal-url': portalUrl, 'allow-http': 'true' };
    const result = await act(inputs, { env: { [name]: 'proxy.example:3128' } });
    expect(errorOf(result)).toContain('The proxy that https_proxy or http_proxy names is no URL');
  });

  test('without a scheme is taken for http', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ port: portal.port });
    const env = { ...CA, https_proxy: proxy.url.replace('http://', '') };
    expect((await act(target(portal.port), { env })).code).toBe(0);
  });

  test.each(['portal.test', 'other.test, .test', '*'])('is passed by for no_proxy: %s', async no_proxy => {
    const proxy = await startProxy({ answer: '' });
    const result = await act(target(443), { env: { https_proxy: proxy.url, no_proxy } });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('The host name cannot be found.');
    expect(proxy.seen).toEqual([]);
  });

  test('is never used for this machine itself, nor for the other scheme', async () => {
    const portal = await securePortal('localhost');
    const proxy = await startProxy({ answer: '' });
    const env = { ...CA, https_proxy: proxy.url, http_proxy: proxy.url };
    expect((await act({ ...INPUTS, 'portal-url': portal.url }, { env })).code).toBe(0);
    const other = await act(target(443), { env: { http_proxy: proxy.url } });
    expect(errorOf(other)).toContain('The host name cannot be found.');
    expect(proxy.seen).toEqual([]);
  });
});

function ids(number: number): string {
  return Array.from({ length: number }, (_, index) => makeId(index + 1)).join();
}
