import { expect, test } from '@jest/globals';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { askProcess, realPortal } from './support.js';

test("the bundle does not load Node's undici", async () => {
  const portal = await realPortal({ backups: makeBackups(3) });
  const inputs = { operation: 'prune-history', 'keep-daily': '1', 'portal-url': portal.url };
  const { result, value } = await askProcess(inputs, 'process.moduleLoadList');
  expect(result.code).toBe(0);
  const modules = (Array.isArray(value) ? value : []).map(String);
  // The list exists and names modules.
  expect(modules).toContain('NativeModule http');
  expect(modules.filter(name => name.includes('internal/deps/undici'))).toEqual([]);
});
