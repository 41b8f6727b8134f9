import { expect, test } from '@jest/globals';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { askProcess, PATIENCE_MS, realPortal } from './support.js';

/** In KiB. Linux's own count is that of this program alone; the other begins with what the process that started it had. */
const PEAK = `Number(/VmHWM:\\s*(\\d+)/.exec(
  require('node:fs').existsSync('/proc/self/status') ? require('node:fs').readFileSync('/proc/self/status', 'utf8') : '',
)?.[1] ?? process.resourceUsage().maxRSS)`;

test(
  'a prune of 10,000 backups takes 130 MiB of memory at most',
  async () => {
    const portal = await realPortal({ backups: makeBackups(10_000, { everyHours: 1 }), latencyMs: 2 });
    const inputs = {
      operation: 'prune-history',
      'portal-url': portal.url,
      'keep-last': '1',
      'timeout-seconds': '900',
    };
    const { result, told } = await askProcess(inputs, PEAK);
    expect(result.outputs).toMatchObject({ result: 'true', 'deleted-count': '9999', 'kept-count': '1' });
    expect(portal.state.deletedIds.size).toBe(9_999);
    expect(portal.state.mostAtOnce).toBe(8);
    // A Node that does nothing takes about 40.
    expect(Number(told) / 1024).toBeGreaterThan(30);
    expect(Number(told) / 1024).toBeLessThanOrEqual(130);
  },
  4 * PATIENCE_MS,
);
