import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, groupOf, ofTheBundle, readIds, testOfSource } from '../support/action.js';
import { deletions, portalWith } from '../support/portals.js';

const LIST = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const PRUNE = { operation: 'prune-history', 'keep-last': '1' };
const MIB = 1024 * 1024;

/** Prunes a history of records that are no backups. */
async function pruneRecords(response: string, env: Record<string, string> = {}) {
  const body = `{"response":[${response}],"status":0}`;
  const portal = await portalWith({ faults: [{ kind: 'status', status: 200, body }] });
  const start = performance.now();
  const result = await act({ ...PRUNE, 'portal-url': portal.url }, { env });
  return { ...result, portal, tookMs: performance.now() - start };
}

/** Repeats a value this many times, separated by commas. */
function repeat(value: string, number: number): string {
  return Array(number).fill(value).join();
}

describe('a history that is too large', () => {
  test.each([
    ['a name of 5 MB', JSON.stringify({ fileName: '<'.repeat(5e6) }), '1 record'],
    ['20,000 records', repeat('0', 20_000), '20,000 records'],
  ])('%s: ignored, with a short message', async (_name, response, records) => {
    const { code, log, summary, portal } = await pruneRecords(response);
    expect(code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
    expect(log).toContain(`${records} of the history ignored: `);
    // The group lists at most 200, each in a short line, and the number of the others.
    const group = groupOf(log, 'Ignored: ');
    expect(log).toContain(`::group::Ignored: ${records}\n`);
    expect(group.slice(200)).toEqual(records === '1 record' ? [] : ['… and 19,800 more']);
    expect(Math.max(...group.map(line => line.length))).toBeLessThan(250);
    expect(log.length - group.join('\n').length).toBeLessThan(2_000);
    expect(summary.length).toBeLessThan(100_000);
  });

  /** As many values as fit into the 8 MiB that are read. */
  const fill = (value: string) => repeat(value, Math.floor((8 * MIB - 100) / (value.length + 1)));

  const MANY_RECORDS = 'but the list has more than 200000 records, which no portal has. Check portal-url';
  const MANY_PARTS = 'but the answer has more than 400000 parts.';
  test.each([
    ['200,001 records', repeat('0', 200_001), MANY_RECORDS],
    ['200,001 empty objects', repeat('{}', 200_001), MANY_RECORDS],
    ['400,000 empty objects', repeat('{}', 400_000), MANY_PARTS],
    ['8 MiB of empty lists', fill('[]'), MANY_PARTS],
    ['8 MiB of empty objects', fill('{}'), MANY_PARTS],
  ])('%s: the step fails quickly, within 256 MiB of memory', async (_name, response, message) => {
    const { portal, tookMs, ...result } = await pruneRecords(response, {
      NODE_OPTIONS: '--max-old-space-size=256',
    });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(errorOf(result)).toContain(`HTTP 200 from ${LIST}`);
    expect(errorOf(result)).toContain(message);
    // Without a limit, it took 9 s and 1.5 GB on an idle machine. This machine may be busy.
    expect(tookMs).toBeLessThan(15_000);
  });

  test('more than 8 MiB: the step fails, and the rest is not read', async () => {
    const { portal, ...result } = await pruneRecords(' '.repeat(8 * MIB));
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(errorOf(result)).toContain(
      'the answer is longer than 8 MiB, which no portal sends. Check portal-url',
    );
  });
});

describe('a long history', () => {
  testOfSource(
    'summary and log stay readable if 600 of 1,200 backups with names of the max. length are pruned and half of these fail',
    async () => {
      const fileName = '𝒜'.repeat(100);
      const backups = makeBackups(1_200, { everyHours: 6 }).map((backup, index) => ({
        ...backup,
        fileName,
        expiresOn: index % 4 === 0 ? '2030-01-01T00:00:00' : backup.expiresOn,
      }));
      const selected = backups.filter((_, index) => index % 4 !== 0).slice(-600);
      // The oldest, which come first: a success between two failures would lead to a listing after every third.
      const locked = selected.slice(-300).map(({ id }) => id);
      const portal = await portalWith({ backups, locked });
      const result = await act({ ...PRUNE, 'portal-url': portal.url, 'keep-last': '300' });
      expect(result.outputs).toMatchObject({
        'selected-count': '600',
        'deleted-count': '300',
        'failed-count': '300',
        'kept-count': '300',
      });
      expect(new Set(readIds(result.outputs, 'failed'))).toEqual(new Set(locked));
      // Those that failed were tried twice.
      expect(deletions(portal)).toHaveLength(300 + 2 * 300);
      expect(Buffer.byteLength(result.summary)).toBeLessThan(MIB);
      expect(result.log.split('\n').length).toBeLessThan(1_000);
      for (const title of ['Not proven to be deleted: 300', 'Deleted: 300', 'Kept: 300', 'Ignored: 300']) {
        expect(result.summary).toContain(`<summary>${title} backups in Local`);
      }
      expect(result.summary.match(/, the first \d{3} here</g)).toHaveLength(4);
    },
    60_000,
  );

  test('summary and log stay readable in a dry run with 10,000 backups', async () => {
    const portal = await portalWith({ backups: makeBackups(10_000, { everyHours: 1 }) });
    const inputs = {
      operation: 'prune-history',
      'portal-url': portal.url,
      'keep-daily': '30',
      'dry-run': 'true',
    };
    const { code, log, summary, outputs } = await act(inputs);
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([]);
    expect(outputs).toMatchObject({ 'selected-count': '9970', 'kept-count': '30' });
    expect(readIds(outputs, 'selected')).toContain(makeId(10_000));
    expect(Buffer.byteLength(summary)).toBeLessThan(MIB);
    expect(log.split('\n').length).toBeLessThan(1_000);
  });
});

if (!ofTheBundle) {
  test.each<[name: string, slow: Record<string, number>]>([
    ['one of 8 s', { [makeId(900)]: 8_000 }],
    ['three of 6 s', { [makeId(900)]: 6_000, [makeId(600)]: 6_000, [makeId(300)]: 6_000 }],
  ])('a few slow deletions among 1,600 of 0.1 s do not end a run of 30 s early: %s', async (_name, slow) => {
    const portal = await portalWith({ backups: makeBackups(1_601), deleteMs: { ...slow, '*': 100 } });
    const result = await act({ ...PRUNE, 'portal-url': portal.url, 'timeout-seconds': '30' });
    expect(errorOf(result)).toBe('');
    expect(result.outputs['deleted-count']).toBe('1600');
  });
}

if (ofTheBundle) {
  describe('with 96 MiB of memory', () => {
    const small = { env: { NODE_OPTIONS: '--max-old-space-size=96' } };

    test.each<[on: string, status: number]>([
      ['GET', 200],
      ['DELETE', 200],
      ['GET', 500],
      ['DELETE', 503],
    ])(
      'a body of 200 MiB in answer to a %s, HTTP %d: the step fails, with the right error',
      async (on, status) => {
        const faults: Fault[] = [{ on, kind: 'huge', status }];
        const portal = await portalWith({ backups: makeBackups(3), faults });
        const inputs = { operation: 'delete-history', 'portal-url': portal.url, retries: '1' };
        const result = await act(inputs, small);
        expect(result.code).toBe(1);
        expect(errorOf(result)).toMatch(
          status === 200 ? /longer than [18] MiB,/ : new RegExp(`HTTP ${status}`),
        );
        expect(Object.keys(result.outputs)).toHaveLength(11);
      },
    );

    test.each([
      [{ operation: 'delete-history' }, 10_000],
      [{ operation: 'prune-history', 'keep-yearly': '1', 'dry-run': 'true' }, 0],
      [{ operation: 'prune-history', 'keep-last': '9900', 'dry-run': 'false' }, 100],
    ])('a listing of 10,000 backups works: %j', async (inputs, deleted) => {
      const portal = await portalWith({ backups: makeBackups(10_000, { everyHours: 1 }) });
      const result = await act({ ...inputs, 'portal-url': portal.url }, small);
      expect(result.code).toBe(0);
      expect(portal.state.deletedIds.size).toBe(deleted);
      expect(Buffer.byteLength(result.summary)).toBeLessThan(512 * 1024);
    });
  });
}
