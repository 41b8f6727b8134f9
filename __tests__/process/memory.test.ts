import { expect, test } from '@jest/globals';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { askProcess, MAX_WAIT_MS, realPortal } from './support.js';

/** Peak memory in KiB. On Linux, `maxRSS` starts with the memory of the process that started this one. */
const PEAK =
  process.platform === 'linux'
    ? `Number(/VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1])`
    : 'process.resourceUsage().maxRSS';

test(
  'a prune of 10,000 backups takes at most 300 MiB of memory',
  async () => {
    const portal = await realPortal({ backups: makeBackups(10_000, { everyHours: 1 }), latencyMs: 2 });
    const inputs = {
      operation: 'prune-history',
      'portal-url': portal.url,
      'keep-last': '1',
      'timeout-seconds': '900',
    };
    const { result, value } = await askProcess(inputs, PEAK);
    expect(result.outputs).toMatchObject({ result: 'true', 'deleted-count': '9999', 'kept-count': '1' });
    expect(portal.state.deletedIds.size).toBe(9_999);
    expect(portal.state.maxConcurrent).toBe(8);
    // Node takes about 40 MiB when it does nothing.
    expect(Number(value) / 1024).toBeGreaterThan(30);
    // What it holds is about 13 MiB. Node 24 alone decides how far its young generation grows: to about 250 MiB.
    expect(Number(value) / 1024).toBeLessThanOrEqual(300);
  },
  4 * MAX_WAIT_MS,
);
