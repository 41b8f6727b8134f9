import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type Portal, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { type ActResult, act, errorOf, ofTheBundle, testOfSource } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { openPortal, portalWith } from '../support/portals.js';

/** G for a GET, D for a DELETE. */
function lettersOf({ seen }: Portal): string {
  return seen.map(request => request[0]).join('');
}

/** Calls back after this time, by the clock of the run. */
function later(ms: number, callback: () => void): void {
  if (ofTheBundle) setTimeout(callback, ms);
  else theClock().after(ms, callback);
}

describe('a portal that restarts', () => {
  /** How long the portal is down: a shorter time if it is real time. */
  const DOWN_MS = ofTheBundle ? 1_500 : 8_000;
  const state = { backups: makeBackups(20), schedule: SCHEDULE };
  const OPERATIONS: [operation: string, inputs: Record<string, string>, deletes: number][] = [
    ['delete-schedule', {}, 1],
    ['delete-history', {}, 1],
    ['delete-backups', { 'backup-ids': `${makeId(2)} ${makeId(3)}` }, 2],
    ['prune-history', { 'keep-last': '5' }, 15],
  ];

  test.each(OPERATIONS)(
    'before %s starts: the step succeeds with the default retries',
    async (operation, inputs, deletes) => {
      const { port, url, close } = await openPortal(state);
      await close();
      let up: Promise<Portal> | undefined;
      later(DOWN_MS, () => {
        up = portalWith({ ...state, port });
      });
      const result = await act({ operation, ...inputs, 'portal-url': url });
      expect(result.code).toBe(0);
      expect(lettersOf((await up) ?? (await portalWith()))).toBe(`G${'D'.repeat(deletes)}G`);
      expect(result.log).toContain('ECONNREFUSED');
    },
  );

  test.each(OPERATIONS)(
    'between the GETs of %s: the step succeeds with the default retries',
    async (operation, inputs, deletes) => {
      const down = await openPortal(state);
      let up: Promise<Portal> | undefined;
      const result = await act(
        { operation, ...inputs, 'portal-url': down.url },
        {
          onLog: text => {
            if (up || !/The schedule: |::group::Selected/.test(text)) return;
            up = (async () => {
              await Promise.all([down.close(), new Promise<void>(resolve => later(DOWN_MS, resolve))]);
              return portalWith({ ...state, port: down.port });
            })();
          },
        },
      );
      expect(result.code).toBe(0);
      expect(down.seen.length).toBeLessThanOrEqual(1 + 8);
      const back = (await up) ?? (await portalWith());
      // The DELETE of the history is sent again only after listings have shown that the portal is not working on it.
      expect(lettersOf(back)).toMatch(operation === 'delete-history' ? /^G{0,4}DG$/ : /^D+G$/);
      expect(back.state.deletedIds.size + Number(operation === 'delete-schedule')).toBe(
        operation === 'delete-history' ? 20 : deletes,
      );
    },
  );
});

test.each<[name: string, fault: Fault]>([
  ['530', { kind: 'page', status: 530 }],
  ['the 500 of nginx', { kind: 'nginx-error' }],
  ['an empty 500', { kind: 'status', status: 500 }],
  ['599', { kind: 'page', status: 599 }],
])('an outage of 6 s with %s delays the run, and every backup is deleted', async (_name, fault) => {
  const portal = await portalWith({
    backups: makeBackups(100),
    latencyMs: 100,
    faults: [{ ...fault, on: 'DELETE', skip: 40 }],
  });
  later(6_000, () => portal.state.faults.splice(0));
  const result = await act({ operation: 'prune-history', 'keep-last': '1', 'portal-url': portal.url });
  expect(errorOf(result)).toBe('');
  expect(result.outputs['deleted-count']).toBe('99');
  expect(portal.state.filesLeft).toEqual([]);
  expect(portal.state.maxConcurrent).toBeLessThanOrEqual(8);
  expect(result.ms).toBeLessThan(30_000);
});

describe('a portal that cannot be reached', () => {
  const dead = { operation: 'prune-history', 'keep-last': '1', retries: '1' };
  /** The lines about repeated attempts. */
  const notesOf = ({ log }: ActResult) => log.match(/Attempt \d of \d; the next in \d+\.\d s\./g) ?? [];

  test('nothing listens: the action tries as often as retries allows, then the step fails', async () => {
    const { port, close } = await openPortal();
    await close();
    const result = await act({ ...dead, 'portal-url': `http://127.0.0.1:${port}` });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(
      `on 127.0.0.1:${port}: The connection was refused: nothing listens at this host and port. (ECONNREFUSED)`,
    );
    expect(notesOf(result)).toHaveLength(1);
    expect(result.log).toContain('Failed: nothing was deleted.');
  });

  test('a host name that does not exist: the step fails after one attempt', async () => {
    // Too long for a host name, so no name server is asked.
    const host = `${'a'.repeat(64)}.example`;
    const result = await act({ ...dead, retries: '5', 'portal-url': `https://${host}` });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(
      ` on ${host}: The host name does not exist. Check portal-url. (ENOTFOUND)`,
    );
    expect(notesOf(result)).toEqual([]);
    expect(result.ms).toBeLessThan(5_000);
  });
});

describe('a rate limit', () => {
  const limited = { operation: 'prune-history', 'keep-last': '1', retries: '0' };
  const pruneWith = async (faults: Fault[], inputs: Record<string, string> = {}) => {
    const portal = await portalWith({ backups: makeBackups(4), faults });
    return { portal, ...(await act({ ...limited, ...inputs, 'portal-url': portal.url })) };
  };

  test('only delays the run, even without retries', async () => {
    const { code, portal } = await pruneWith([{ kind: 'rate-limit', times: 3 }]);
    expect(code).toBe(0);
    expect(lettersOf(portal)).toBe('GGGGDDDG');
  });

  test('that lasts longer than the run: the step fails immediately, without a final listing', async () => {
    const fault: Fault = { kind: 'rate-limit', on: makeId(3), retryAfter: '3600' };
    const result = await pruneWith([fault]);
    expect(result.code).toBe(1);
    // After the probe, the others were sent together. A listing would be refused too.
    expect(lettersOf(result.portal)).toBe('GDDD');
    expect(errorOf(result)).toMatch(/HTTP 429 .*It asks to wait 3600 s/);
    expect(result.outputs).toMatchObject({ 'deleted-count': '2', 'failed-count': '1' });
    expect(result.log).toContain('as the portal reported, not checked');
    expect(result.ms).toBeLessThan(5_000);
  });

  testOfSource(
    'that lasts until the time of the final listing: the step fails, and only the listing is sent',
    async () => {
      // A listing takes 10 s here, so 15.5 s are set aside for it, and 34.5 s are left for the DELETEs.
      const fault: Fault = { kind: 'rate-limit', on: makeId(3), retryAfter: '35', times: 1 };
      const portal = await portalWith({ backups: makeBackups(4), listingMs: 10_000, faults: [fault] });
      const result = await act({ ...limited, 'timeout-seconds': '60', 'portal-url': portal.url });
      expect(result.code).toBe(1);
      expect(lettersOf(portal)).toBe('GDDDG');
      expect(errorOf(result)).toMatch(
        /HTTP 429 from DELETE .*the rate limit of the portal is reached\. Run again later\. It asks to wait 35 s\./,
      );
      expect(result.outputs).toMatchObject({ 'deleted-count': '2', 'failed-count': '1' });
      expect(result.log).not.toContain('not checked');
      expect(portal.state.deletedIds.size).toBe(2);
    },
  );

  test('that never ends and gives no time to wait: the step fails in time, and the error explains it', async () => {
    const result = await pruneWith([{ kind: 'rate-limit', on: 'GET' }], { 'timeout-seconds': '6' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(
      /HTTP 429 from GET .*the rate limit of the portal is reached\. No time is left to wait\./,
    );
    expect(result.ms).toBeLessThan(6_000 + (ofTheBundle ? 3_000 : 0));
    expect(lettersOf(result.portal)).toMatch(/^G{4,20}$/);
  });
});

test('with Retry-After: 0 and many retries, the action still waits between attempts', async () => {
  const portal = await portalWith({ faults: [{ kind: 'unavailable', retryAfter: '0' }] });
  const inputs = { operation: 'delete-history', retries: '1000', 'timeout-seconds': '10' };
  const result = await act({ ...inputs, 'portal-url': portal.url });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain('HTTP 503 from GET ');
  expect(lettersOf(portal)).toMatch(/^G{3,5}$/);
});
