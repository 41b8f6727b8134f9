import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { makeBackups, makeId, type Portal, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, assertAlways, errorOf, KEY, ofTheBundle } from '../support/action.js';
import { CA_FILE, readCertificate } from '../support/certificates.js';
import { portalWith } from '../support/portals.js';
import { runProcess } from '../support/processes.js';
import { startProxy } from '../support/proxy.js';

// Node reads the certificates that it trusts when it starts, and the manual clock cannot follow a request through a proxy.
// So most of these tests run only with the bundle. portal/http/proxy.test.ts tests the answers of proxies in this process,
// portal/answers/connection-errors.test.ts the errors.

const CA = { NODE_EXTRA_CA_CERTS: CA_FILE };
const INPUTS = { operation: 'delete-schedule', retries: '1' };
/** Not an API key, so that the action sends no request for the key. */
const OTHER_TOKEN = 'not-a-key-so-no-request';
const DELETE_SCHEDULE = 'DELETE /api/2.0/backup/deletebackupschedule';

/** Starts a portal with this certificate, for processes. */
function securePortal(certificate = 'localhost', closes = false) {
  const backups = makeBackups(100);
  return portalWith({
    schedule: SCHEDULE,
    backups,
    tls: readCertificate(certificate),
    closes,
    inRealTime: true,
  });
}

const ids = (number: number) => Array.from({ length: number }, (_, index) => makeId(index + 1)).join();
const toProxied = (port: number) => ({ ...INPUTS, 'portal-url': `https://portal.test:${port}` });

test('a process trusts the authority in NODE_EXTRA_CA_CERTS, and its proxy never sees the token', async () => {
  const portal = await securePortal();
  const proxy = await startProxy({ port: portal.port });
  const inputs = { token: KEY, ...toProxied(portal.port) };
  const result = await runProcess(inputs, { env: { ...CA, https_proxy: proxy.url } });
  assertAlways(inputs, result);
  expect(result.code).toBe(0);
  expect(portal.seen.map(request => request[0]).join('')).toBe('GDG');
  expect(portal.seen[1]).toBe(DELETE_SCHEDULE);
  expect(portal.state.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT portal.test:${portal.port} HTTP/1.1`]));
  expect(proxy.received).not.toContain(KEY);
  expect(proxy.received).not.toMatch(/authorization|deletebackupschedule/i);
});

test.each(['::1', '127.0.0.1'] as const)('a portal at the address %s', async host => {
  const portal = await portalWith({ schedule: SCHEDULE, host });
  const { code, log } = await act({ ...INPUTS, 'portal-url': portal.url });
  expect(code).toBe(0);
  expect(log).toContain(`delete-schedule on ${new URL(portal.url).host}; `);
  expect(portal.seen.map(request => request[0]).join('')).toBe('GDG');
});

describe('the step fails after one attempt with', () => {
  /** Runs with this URL; checks that the step fails with this message, after one attempt. */
  async function expectFailure(portalUrl: string, message: RegExp): Promise<void> {
    const result = await act({ ...INPUTS, 'portal-url': portalUrl });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(message);
    expect(errorOf(result)).toContain(` on ${new URL(portalUrl).host}: `);
    expect(result.log).not.toContain('Attempt 1');
  }

  test('a certificate of an unknown authority', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, tls: readCertificate('localhost') });
    await expectFailure(
      portal.url,
      /is not trusted\. The server may not send its whole chain: .* For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE/,
    );
    expect(portal.seen).toEqual([]);
  });

  test('such a certificate, even with allow-http: true', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, tls: readCertificate('localhost') });
    const result = await act({ ...INPUTS, 'portal-url': portal.url, 'allow-http': 'true' });
    expect(errorOf(result)).toContain('is not trusted.');
    expect(portal.seen).toEqual([]);
  });

  test('such a certificate, even with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, tls: readCertificate('localhost') });
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(errorOf(await act({ ...INPUTS, 'portal-url': portal.url }, { env }))).toContain('is not trusted.');
    expect(portal.seen).toEqual([]);
  });

  test('a server that speaks only HTTP, for an https: URL', async () => {
    const { port, seen } = await portalWith({ schedule: SCHEDULE });
    await expectFailure(
      `https://127.0.0.1:${port}`,
      /The server does not speak HTTP \(or TLS\) on this port\. Check scheme and port of portal-url\./,
    );
    expect(seen).toEqual([]);
  });

  const servers: { close(): void; closeAllConnections(): void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  test.each(['TLSv1.2', ...(ofTheBundle ? ['TLSv1.3'] : [])] as const)(
    'a server that requires a client certificate, with %s',
    async version => {
      let served = 0;
      const server = createServer(
        {
          ...readCertificate('localhost'),
          ca: readFileSync(CA.NODE_EXTRA_CA_CERTS),
          requestCert: true,
          rejectUnauthorized: true,
          maxVersion: version as 'TLSv1.2' | 'TLSv1.3',
        },
        (_request, response) => {
          served++;
          response.end();
        },
      );
      servers.push(server);
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const result = await act({ ...INPUTS, 'portal-url': `https://localhost:${port}` }, { env: CA });
      expect(errorOf(result)).toContain(
        `on localhost:${port}: The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or support only an old TLS version. (`,
      );
      expect(served).toBe(0);
    },
  );

  test('a server that supports only an old TLS version', async () => {
    const server = createServer({
      ...readCertificate('localhost'),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expectFailure(
      `https://localhost:${port}`,
      /The TLS of the server is too old or too weak\. It must support TLS 1\.2 or newer, .*\. \(/,
    );
  });
});

test('with a proxy, a portal with an IPv6 address is refused before any request', async () => {
  const inputs = { ...INPUTS, 'portal-url': 'https://[2001:db8::1]' };
  const result = await act(inputs, { env: { https_proxy: 'http://127.0.0.1:1' } });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain(
    'on [2001:db8::1]: A portal with an IPv6 address cannot be reached through a proxy.',
  );
  expect(result.log).not.toContain('Attempt 1');
});

test('with an http: URL for a server that speaks TLS, the step fails, and no request reaches the server', async () => {
  const { port, seen } = await securePortal();
  const result = await act({ ...INPUTS, 'portal-url': `http://localhost:${port}` });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain('The connection was lost.');
  expect(seen).toEqual([]);
});

test.each([
  ['HTTPS_PROXY', 'https://portal.test'],
  ['http_proxy', 'http://portal.test'],
])('with a proxy in %s that is no URL, the step fails before any request', async (name, portalUrl) => {
  const inputs = { ...INPUTS, 'portal-url': portalUrl, 'allow-http': 'true' };
  const result = await act(inputs, { env: { [name]: 'proxy.example:3128' } });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain(
    'on portal.test: The proxy in https_proxy or http_proxy is not a URL such as',
  );
  expect(result.log).not.toContain('Attempt 1');
});

/** Checks that both listings and the request for the key each have a connection of their own. */
function expectOwnConnections({ state }: Portal): void {
  const connectionsOf = (isGet: boolean) =>
    state.requests.filter(({ method }) => (method === 'GET') === isGet).map(({ connection }) => connection);
  expect(new Set(connectionsOf(true)).size).toBe(3);
  expect(connectionsOf(false).filter(connection => connectionsOf(true).includes(connection))).toEqual([]);
}

if (ofTheBundle) {
  describe('TLS', () => {
    test('many deletions share a few connections', async () => {
      const portal = await securePortal();
      const inputs = { ...INPUTS, operation: 'prune-history', 'keep-last': '1', 'portal-url': portal.url };
      expect((await act(inputs, { env: CA })).outputs['deleted-count']).toBe('99');
      expectOwnConnections(portal);
      expect(portal.state.connections).toBeLessThanOrEqual(8 + 3);
    });

    test.each([
      [
        'for another host',
        'other-host',
        /is for another host name\. Check portal-url\. \(ERR_TLS_CERT_ALTNAME/,
      ],
      [
        'that has expired',
        'expired',
        /has expired or is not valid yet, or a clock is wrong\. \(CERT_HAS_EXPIRED\)/,
      ],
    ])(
      'with a certificate %s, the step fails after one attempt, with and without a proxy, and sends no request',
      async (_name, certificate, message) => {
        const portal = await securePortal(certificate);
        const proxy = await startProxy({ port: portal.port });
        for (const inputs of [{ ...INPUTS, 'portal-url': portal.url }, toProxied(portal.port)]) {
          const env = { ...CA, https_proxy: proxy.url };
          const result = await act({ ...inputs, token: OTHER_TOKEN }, { env });
          expect(result.code).toBe(1);
          expect(errorOf(result)).toMatch(message);
          expect(result.log).not.toContain('Attempt 1');
        }
        expect(proxy.seen).toHaveLength(1);
        expect(portal.seen).toEqual([]);
      },
    );

    test('NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect with a proxy', async () => {
      const portal = await securePortal();
      const proxy = await startProxy({ port: portal.port });
      const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', https_proxy: proxy.url };
      expect(errorOf(await act({ ...toProxied(portal.port), token: OTHER_TOKEN }, { env }))).toContain(
        'is not trusted.',
      );
      expect(proxy.seen).toHaveLength(1);
      expect(portal.seen).toEqual([]);
    });
  });

  describe('a proxy', () => {
    test('serves many deletions with a few connections', async () => {
      const portal = await securePortal();
      const proxy = await startProxy({ port: portal.port });
      const inputs = { ...toProxied(portal.port), operation: 'delete-backups', 'backup-ids': ids(100) };
      const { outputs } = await act(inputs, { env: { ...CA, https_proxy: proxy.url } });
      expect(outputs['deleted-count']).toBe('100');
      expect(portal.state.maxConcurrent).toBeLessThanOrEqual(8);
      expectOwnConnections(portal);
      expect(proxy.seen.length).toBeLessThanOrEqual(8 + 3);
      expect(portal.state.connections).toBe(proxy.seen.length);
    });

    test('gets one CONNECT for each request to a portal that ends every connection', async () => {
      const portal = await securePortal('localhost', true);
      const proxy = await startProxy({ port: portal.port });
      const inputs = { ...toProxied(portal.port), operation: 'delete-backups', 'backup-ids': ids(100) };
      const { outputs } = await act(inputs, { env: { ...CA, https_proxy: proxy.url } });
      expect(outputs['deleted-count']).toBe('100');
      expect(portal.state.requests).toHaveLength(103);
      expect(proxy.seen).toHaveLength(103);
    });

    test('can require TLS itself', async () => {
      const portal = await securePortal();
      const proxy = await startProxy({ port: portal.port, tls: readCertificate('localhost') });
      const { code } = await act(toProxied(portal.port), { env: { ...CA, https_proxy: proxy.url } });
      expect(code).toBe(0);
      expect(portal.seen[1]).toBe(DELETE_SCHEDULE);
      expect(proxy.received).not.toMatch(new RegExp(`${KEY}|deletebackupschedule`));
    });

    test.each(['other-host', 'expired'])(
      'whose own certificate is not valid (%s) receives nothing',
      async name => {
        const portal = await securePortal();
        const proxy = await startProxy({ port: portal.port, tls: readCertificate(name) });
        const result = await act(toProxied(portal.port), { env: { ...CA, https_proxy: proxy.url } });
        expect(errorOf(result)).toContain('The certificate of the proxy is not trusted, or not valid. (');
        expect(result.log).not.toContain('Attempt 1');
        expect(proxy.received).toBe('');
        expect(portal.seen).toEqual([]);
      },
    );

    test('also works for a portal without TLS', async () => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const proxy = await startProxy({ port: portal.port });
      const inputs = { ...INPUTS, 'portal-url': `http://portal.test:${portal.port}`, 'allow-http': 'true' };
      expect((await act(inputs, { env: { http_proxy: proxy.url } })).code).toBe(0);
      expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT portal.test:${portal.port} HTTP/1.1`]));
      expect(portal.seen).toHaveLength(3);
    });

    test('gets the credentials of its URL, and log and summary never show them', async () => {
      const portal = await securePortal();
      const proxy = await startProxy({ port: portal.port });
      for (const [host, code] of [
        [proxy.url.replace('http://', ''), 0],
        ['127.0.0.1:1', 1],
      ] as const) {
        const env = { ...CA, https_proxy: `http://robot:hunter2@${host}` };
        const result = await act(toProxied(portal.port), { env });
        expect(result.code).toBe(code);
        expect(result.log + result.summary).not.toMatch(/robot|hunter2/);
      }
      expect(proxy.received).toContain(`Basic ${Buffer.from('robot:hunter2').toString('base64')}\r\n`);
      expect(portal.state.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    });

    test.each<[answer: string, attempts: number, message: RegExp]>([
      [
        'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
        1,
        /The proxy does not connect to the portal \(HTTP 407\)/,
      ],
      [
        'HTTP/1.1 302 ::error::\r\nlocation: http://x\r\n\r\n',
        1,
        /The proxy does not connect to the portal \(HTTP 302\)/,
      ],
      ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 2, /The proxy does not connect to the portal \(HTTP 502\)/],
      ['SSH-2.0-OpenSSH_9.6\r\n', 2, /The proxy cannot be reached\. Check https_proxy and no_proxy\./],
      ['HTTP/1.1 200 Connected\r\n\r\nnot TLS', 2, /The connection was lost/],
      ['', 2, /no connection could be made within/],
    ])('that answers %j gets %d attempts, then the step fails', async (answer, attempts, message) => {
      const proxy = await startProxy({ answer });
      const inputs = { ...toProxied(443), token: OTHER_TOKEN, 'timeout-seconds': '8' };
      const result = await act(inputs, { env: { https_proxy: proxy.url } });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toMatch(message);
      expect(errorOf(result)).toContain(' on portal.test: ');
      expect(proxy.seen).toEqual(Array(attempts).fill('CONNECT portal.test:443 HTTP/1.1'));
      expect(proxy.received).not.toContain(OTHER_TOKEN);
    });

    test('is not used for a host in no_proxy, nor for this machine itself', async () => {
      const portal = await securePortal();
      const proxy = await startProxy({ answer: '' });
      const env = { ...CA, https_proxy: proxy.url, http_proxy: proxy.url };
      expect((await act({ ...INPUTS, 'portal-url': portal.url }, { env })).code).toBe(0);
      const name = `${'a'.repeat(64)}.example`;
      const inputs = { ...INPUTS, 'portal-url': `https://${name}` };
      const result = await act(inputs, { env: { https_proxy: proxy.url, no_proxy: name } });
      expect(errorOf(result)).toContain('The host name does not exist.');
      expect(proxy.seen).toEqual([]);
    });
  });
}
