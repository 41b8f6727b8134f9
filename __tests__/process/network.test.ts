import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { errorOf, KEY } from '../support/action.js';
import { CA_FILE, readCertificate } from '../support/certificates.js';
import { startProxy } from '../support/proxy.js';
import { preload, realPortal, runBundle } from './support.js';

const CA = { NODE_EXTRA_CA_CERTS: CA_FILE };
const PRUNE = { operation: 'prune-history', 'keep-last': '1', retries: '0' };

function securePortal() {
  return realPortal({ backups: makeBackups(30), tls: readCertificate('localhost') });
}

// These tests cover what Node reads when it starts, and what needs real connections. The tests of the source cover the rest.

test('with a NODE_DEBUG that prints headers, nothing is sent, and the token is nowhere', async () => {
  const portal = await securePortal();
  for (const NODE_DEBUG of ['https', 'fs,HTTP*']) {
    const env = { ...CA, NODE_DEBUG };
    const result = await runBundle({ ...PRUNE, 'portal-url': portal.url }, { env });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('NODE_DEBUG makes Node print what it sends');
    expect(result.log.replace(/^::add-mask::.*$/m, '') + result.stderr).not.toContain(KEY);
  }
  expect(portal.state.requests).toEqual([]);
});

const folder = mkdtempSync(join(tmpdir(), 'network-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('while something drops all packets, the error says that no connection could be made', async () => {
  const dropped = `require('node:net').Socket.prototype.connect = function () {
    this.connecting = true;
    return this;
  };`;
  const inputs = { ...PRUNE, 'portal-url': 'https://portal.test', 'timeout-seconds': '2' };
  const result = await runBundle(inputs, preload(dropped, folder));
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatch(
    /: no connection could be made within \d\.\d s\. Can this machine reach the portal, or does a firewall or a proxy in between block it\?$/,
  );
});

/** Serves a TLS handshake of which the first bytes are these. @returns the URL of the server */
async function handshake(bytes: number[]): Promise<string> {
  const server = createServer(socket => {
    socket.on('error', () => undefined).once('data', () => socket.end(Buffer.from(bytes)));
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** The first answer of a server, with this version of TLS and this cipher. It lacks secure renegotiation. */
function serverHello(version: number[], cipher: number[]): number[] {
  const body = [...version, ...Array(32).fill(7), 0, ...cipher, 0];
  return [0x16, ...version, 0, body.length + 4, 2, 0, 0, body.length, ...body];
}

test.each<[name: string, bytes: number[]]>([
  ['without secure renegotiation', serverHello([3, 3], [0xc0, 0x2f])],
  ['with TLS 1.0', serverHello([3, 1], [0xc0, 0x2f])],
  ['with RC4', serverHello([3, 3], [0, 5])],
  ['that wants less security', [0x15, 3, 3, 0, 2, 2, 71]],
])('a server %s is named as too old or too weak', async (_name, bytes) => {
  const result = await runBundle({ ...PRUNE, 'portal-url': await handshake(bytes) });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatch(/ The TLS of the server is too old or too weak\. .* \(EPROTO\)$/);
});

test('a NODE_EXTRA_CA_CERTS that cannot be read is named', async () => {
  const portal = await securePortal();
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'none.pem') };
  const result = await runBundle({ ...PRUNE, 'portal-url': portal.url }, { env });
  expect(errorOf(result)).toContain('NODE_EXTRA_CA_CERTS names a file that this job cannot read.');
});

test('a certificate is trusted if NODE_EXTRA_CA_CERTS has its authority', async () => {
  const portal = await securePortal();
  const result = await runBundle({ ...PRUNE, 'portal-url': portal.url }, { env: CA });
  expect([result.code, result.stderr]).toEqual([0, '']);
  expect(portal.state.deletedIds.size).toBe(29);
});

test('without that, a certificate is not trusted, whatever the value of NODE_TLS_REJECT_UNAUTHORIZED', async () => {
  const portal = await securePortal();
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const result = await runBundle({ ...PRUNE, 'portal-url': portal.url }, { env });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain('certificate');
  expect(portal.state.requests).toEqual([]);
});

test('a proxy receives a CONNECT request, and never the token', async () => {
  const portal = await securePortal();
  const proxy = await startProxy({ port: portal.port });
  const target = { ...PRUNE, 'portal-url': `https://portal.test:${portal.port}` };
  const result = await runBundle(target, { env: { ...CA, https_proxy: proxy.url } });
  expect(result.code).toBe(0);
  expect(portal.state.deletedIds.size).toBe(29);
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT portal.test:${portal.port} HTTP/1.1`]));
  expect(proxy.received).not.toContain(KEY);
});
