import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type Portal,
  type PortalOptions,
} from '../../tools/stand-in/portal.mjs';
import { errorOf, KEY, readIds } from '../support/action.js';
import { deletions } from '../support/portals.js';
import { type ProcessResult, type RunningProcess, startProcess } from '../support/processes.js';
import { checked, realPortal, realTime, runTogether, until } from './support.js';

const GET = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const slow = (ms: number, skip = 0): Fault => ({ on: 'DELETE', kind: 'slow', ms, skip });

interface Cancelled {
  portal: Portal;
  result: ProcessResult;
  /** From the first signal to the end of the process. */
  ms: number;
}

/** Prunes backups down to two, and sends signals to the process. */
async function cancel(
  options: PortalOptions,
  send: (portal: Portal, process: RunningProcess) => Promise<void>,
): Promise<Cancelled> {
  const portal = await realPortal({ backups: makeBackups(40), ...options });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '2' };
  const process = startProcess({ token: KEY, ...inputs });
  let sentAt = 0;
  const { kill } = process;
  const watched: RunningProcess = {
    ...process,
    kill(signal) {
      sentAt ||= performance.now();
      kill(signal);
    },
  };
  await send(portal, watched);
  const result = checked(inputs, await process.result);
  return { portal, result, ms: performance.now() - sentAt };
}

/** Waits until this number of DELETEs has been sent, and sends the signal. */
const after = (number: number, signal: NodeJS.Signals) => async (portal: Portal, process: RunningProcess) => {
  await until(() => deletions(portal).length === number);
  process.kill(signal);
};

// The first deletion is sent alone as a probe; after it, eight run at a time.
const run = runTogether({
  SIGINT: () => cancel({ faults: [slow(3_000, 9)] }, after(17, 'SIGINT')),
  SIGTERM: () => cancel({ faults: [slow(3_000, 9)] }, after(17, 'SIGTERM')),
  'more signals': () =>
    cancel({ faults: [slow(3_000, 1)] }, async (portal, process) => {
      await until(() => deletions(portal).length === 9);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
        process.kill(signal);
        await realTime(100);
      }
    }),
  'a deletion that hangs': () =>
    cancel({ faults: [{ on: `DELETE .*${makeId(39)}`, kind: 'hang' }, slow(500, 1)] }, after(9, 'SIGINT')),
  'a wait before another attempt': () =>
    cancel(
      { faults: [{ on: 'DELETE', kind: 'unavailable', retryAfter: '60', skip: 1 }] },
      async (_portal, process) => {
        await process.logged(/(.*the next in 60\.0 s\.\s+){8}/);
        process.kill('SIGINT');
      },
    ),
  'the first listing': () =>
    cancel({ faults: [{ on: 'GET', kind: 'slow', ms: 2_000 }] }, async (portal, process) => {
      await until(() => portal.seen.length === 1);
      process.kill('SIGINT');
    }),
  'the final listing': () =>
    cancel(
      {
        backups: makeBackups(5),
        stuck: [makeId(5)],
        faults: [{ on: 'GET', kind: 'slow', ms: 2_000, skip: 1 }],
      },
      async (portal, process) => {
        await until(() => portal.seen.length === 5);
        process.kill('SIGTERM');
      },
    ),
  'the start': () =>
    cancel({}, async (_portal, process) => {
      await process.logged(/^::add-mask::/);
      process.kill('SIGINT');
      process.kill('SIGTERM');
    }),
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s during the deletions', signal => {
  test('starts no new deletion, waits for running ones, and does not list', async () => {
    const { portal, result } = await run(signal);
    expect([result.code, result.signal, result.stderr]).toEqual([1, null, '']);
    expect(deletions(portal)).toHaveLength(17);
    expect(portal.seen.filter(request => request.startsWith('GET'))).toEqual([GET]);
    expect(portal.state.deletedIds.size).toBe(17);
  });

  test('reports what the portal answered, as not checked', async () => {
    const { portal, result } = await run(signal);
    expect(new Set(readIds(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
    expect(result.outputs).toMatchObject({
      'selected-count': '38',
      'deleted-count': '17',
      'failed-count': '0',
      'kept-count': '2',
      'status-code': '200',
    });
    expect(errorOf(result)).toBe(
      'The run was cancelled. No deletion was started after that; one that was already sent may have been carried out.',
    );
    const headline = 'Cancelled: 17 of 38 backups deleted, as the portal reported, not checked, 2 to keep';
    expect(result.log).toContain(`${headline}.`);
    expect(result.summary).toContain(`<h3>⏹️ ${headline}</h3>`);
    expect(result.summary).toContain('Not tried: 21 backups in Local');
    expect(result.summary).toContain('Deleted, as the portal reported, not checked: 17 backups in Local');
  });
});

test('more signals during the deletions change nothing', async () => {
  const { portal, result } = await run('more signals');
  expect([result.code, result.signal]).toEqual([1, null]);
  expect(deletions(portal)).toHaveLength(9);
  expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-count': '0' });
  expect(result.log.match(/cancelled/g)).toHaveLength(1);
});

test('a deletion that hangs ends five seconds after the signal, and counts as failed', async () => {
  const { portal, result, ms } = await run('a deletion that hangs');
  expect(ms).toBeGreaterThan(4_500);
  expect(ms).toBeLessThan(20_000);
  expect(result.code).toBe(1);
  expect(readIds(result.outputs, 'failed')).toEqual([makeId(39)]);
  expect(new Set(readIds(result.outputs, 'deleted'))).toEqual(portal.state.deletedIds);
  expect(deletions(portal)).toHaveLength(9);
});

test('a wait before another attempt ends immediately, and no attempt is repeated', async () => {
  const { portal, result, ms } = await run('a wait before another attempt');
  // The wait would take a minute.
  expect(ms).toBeLessThan(20_000);
  expect(result.code).toBe(1);
  expect(deletions(portal)).toHaveLength(9);
  expect(result.outputs).toMatchObject({ 'deleted-count': '1', 'failed-count': '8' });
});

test('a signal during the first listing: nothing is deleted', async () => {
  const { portal, result } = await run('the first listing');
  expect(result.code).toBe(1);
  expect(portal.seen).toEqual([GET]);
  expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0' });
  expect(errorOf(result)).toBe('The run was cancelled.');
  expect(result.log).toContain('Cancelled: nothing was deleted.');
});

test('a signal during the final listing: the step fails, with the result of that listing', async () => {
  const { portal, result } = await run('the final listing');
  expect(result.code).toBe(1);
  expect(portal.seen).toHaveLength(5);
  expect(readIds(result.outputs, 'deleted')).toEqual([makeId(4), makeId(3)]);
  expect(readIds(result.outputs, 'failed')).toEqual([makeId(5)]);
  expect(result.log.match(/^::error::The run was cancelled\./gm)).toHaveLength(1);
});

test('signals right after the first line of the log: the step fails, with outputs', async () => {
  const { portal, result } = await run('the start');
  expect([result.code, result.signal]).toEqual([1, null]);
  expect(deletions(portal)).toEqual([]);
  expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0' });
});
