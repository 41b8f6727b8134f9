import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle } from './support/action.js';
import { portalWith } from './support/portals.js';

const prune = { operation: 'prune-history' };

describe('a history beyond all bounds', () => {
  test.each([
    ['a name of 5 MB', 1, () => [{ fileName: '<'.repeat(5e6) }]],
    ['a million records', 1_000_000, () => Array(1_000_000).fill(0)],
  ])('%s', async (_name, number, response) => {
    const body = JSON.stringify({ response: response(), status: 0 });
    const portal = await portalWith({ faults: [{ kind: 'status', status: 200, body }] });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(result.code).toBe(0);
    expect(result.log).toContain(
      number === 1 ? '1 record of the history left alone' : '1,000,000 records of the history left alone',
    );
    expect(result.log.length).toBeLessThan(2_000);
    expect(result.summary.length).toBeLessThan(100_000);
  });
});

describe('a prune', () => {
  test('of 10,000 backups with the longest names leaves a summary and a log that can be read', async () => {
    const fileName = '𝒜'.repeat(100);
    const backups = makeBackups(10_000, { everyHours: 6 }).map((backup, index) => ({
      ...backup,
      fileName,
      expiresOn: index % 25 === 0 ? '2026-01-01T00:00:00' : backup.expiresOn,
    }));
    const locked = Array.from({ length: 10_000 }, (_, index) => makeId(index)).filter(
      (_, index) => index % 2,
    );
    const portal = await portalWith({ backups, locked });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '9000' });
    expect(result.outputs).toMatchObject({
      'selected-count': '600',
      'deleted-count': '300',
      'failed-count': '300',
      'kept-count': '9000',
    });
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
    expect(result.log.split('\n').length).toBeLessThan(1000);
    for (const title of ['Not known to be deleted: 300', 'Deleted: 300', 'Kept: 9,000', 'Left alone: 400']) {
      expect(result.summary).toContain(`<details><summary>${title} backups, the first 250 here`);
    }
    expect(JSON.parse(result.outputs['kept-ids'] ?? '')).toHaveLength(9000);
  });

  test('of 10,000 backups in a dry run too', async () => {
    const portal = await portalWith({ backups: makeBackups(10_000, { everyHours: 1 }) });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-daily': '30', 'dry-run': 'true' };
    const { code, log, summary, outputs } = await act(inputs);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ 'selected-count': '9970', 'kept-count': '30' });
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(log.split('\n').length).toBeLessThan(1000);
  });
});

if (ofTheBundle) {
  describe('with 96 MiB of memory', () => {
    const small = { nodeArgs: ['--max-old-space-size=96'] };

    test.each([
      ['GET', 200],
      ['DELETE', 200],
      ['GET', 500],
      ['DELETE', 429],
    ])('200 MiB of body for a %s, HTTP %d: red, with the error', async (on, status) => {
      const portal = await portalWith({ backups: makeBackups(3), faults: [{ on, kind: 'huge', status }] });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url, retries: '1' };
      const result = await act(inputs, small);
      expect(result.code).toBe(1);
      expect(errorOf(result)).toMatch(status === 200 ? /longer than [18] MiB\./ : `HTTP ${status}`);
      expect(Object.keys(result.outputs)).toHaveLength(10);
    });

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
