import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../tools/runner.mjs';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { errorOf, KEY } from '../support/action.js';
import { startProxy } from '../support/proxy.js';
import { realPortal, runBundle } from './support.js';

const CERTS = join(root, 'tools/certs');
const CA = { NODE_EXTRA_CA_CERTS: join(CERTS, 'ca.pem') };
const PRUNE = { operation: 'prune-history', 'keep-last': '1', retries: '0' };

function securePortal() {
  const read = (file: string) => readFileSync(join(CERTS, file), 'utf8');
  const tls = { key: read('localhost-key.pem'), cert: read('localhost.pem') };
  return realPortal({ backups: makeBackups(30), tls });
}

// These tests cover what Node reads when it starts. The tests of the source cover the rest.

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
