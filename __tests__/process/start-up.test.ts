import { describe, expect, test } from '@jest/globals';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { askProcess, realPortal } from './support.js';

// What a run loads is most of what it takes: a step with one DELETE is over in a fifth of a second.

const PRUNE = { operation: 'prune-history', 'keep-daily': '1' };

/** Counts what the data of languages and time zones is loaded for. */
const COUNT_INTL = `globalThis.uses = 0;
for (const name of Object.getOwnPropertyNames(Intl)) {
  if (typeof Intl[name] !== 'function' || !Intl[name].prototype) continue;
  const count = (make, ...all) => (globalThis.uses++, Reflect[make](...all));
  Intl[name] = new Proxy(Intl[name], {
    construct: (...all) => count('construct', ...all),
    apply: (...all) => count('apply', ...all),
  });
}
for (const { prototype } of [Date, Number, String, BigInt, Array]) {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const it = prototype[name];
    if (/^(toLocale|localeCompare)/.test(name)) prototype[name] = function (...all) {
      globalThis.uses++;
      return it.apply(this, all);
    };
  }
}`;

describe('a run of the bundle', () => {
  test("does not load Node's undici, nor what starts other programs", async () => {
    const portal = await realPortal({ backups: makeBackups(3) });
    const inputs = { ...PRUNE, 'portal-url': portal.url };
    const { result, told } = await askProcess(inputs, 'process.moduleLoadList');
    expect(result.code).toBe(0);
    const modules = (Array.isArray(told) ? told : []).map(String);
    // That the list is one.
    expect(modules).toContain('NativeModule http');
    expect(modules.filter(name => /undici|child_process/.test(name))).toEqual([]);
  });

  test.each([
    ['without a time-zone', {}, false],
    ['with time-zone: UTC', { 'time-zone': 'UTC' }, false],
    ['with a time-zone', { 'time-zone': 'Europe/Berlin' }, true],
  ])('%s: uses of Intl', async (_what, inputs, isUsed) => {
    const portal = await realPortal({ backups: makeBackups(3) });
    const all = { ...PRUNE, 'portal-url': portal.url, ...inputs };
    const { result, told } = await askProcess(all, 'globalThis.uses', COUNT_INTL);
    expect(result.code).toBe(0);
    if (isUsed) expect(told).toBeGreaterThan(0);
    else expect(told).toBe(0);
  });
});
