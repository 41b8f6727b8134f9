import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { type BackupRecord, makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { act, errorOf, groupOf, ofTheBundle } from './support/action.js';
import { deletions, portalWith } from './support/portals.js';

const GET = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const DELETE = (number: number) => `DELETE /api/2.0/backup/deletebackup/${makeId(number)}`;
const prune = { operation: 'prune-history' };

/** The ids of these backups, as an output holds them. */
function ids(...numbers: number[]): string {
  return JSON.stringify(numbers.map(makeId));
}

/** A record of the history that is not what makeBackups makes of it. */
function record(number: number, changes: Record<string, unknown>): Record<string, unknown> {
  const all: Record<string, unknown> = { ...makeBackups(number).at(-1), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function warningsOf(log: string): string[] {
  return log.match(/^::warning::.*$/gm) ?? [];
}

describe('prune-history', () => {
  test('lists, deletes each selected backup by its id, and lists again', async () => {
    const backups = makeBackups(5);
    const dumps = [record(11, {}), record(12, {})];
    const portal = await portalWith({ backups, dumps, standalone: true });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });

    expect(result.code).toBe(0);
    expect(portal.seen[0]).toBe(GET);
    expect(portal.seen.at(-1)).toBe(GET);
    expect(deletions(portal).sort()).toEqual([DELETE(3), DELETE(4), DELETE(5)]);
    expect(portal.seen).toHaveLength(5);
    expect(portal.state.history).toEqual({ own: backups.slice(0, 2), dumps });
    expect(result.log).toContain('keeping 2 last');
    expect(result.log).toContain('Done: 3 of 3 backups deleted, 2 kept.');
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '3',
      'selected-ids': ids(5, 4, 3),
      'deleted-count': '3',
      'deleted-ids': ids(5, 4, 3),
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '2',
      'kept-ids': ids(1, 2),
    });
  });

  test('deletes oldest first, whatever the order of the list', async () => {
    const backups = makeBackups(40);
    const mixed = backups.map((_, index) => backups[(index * 7) % 40]);
    const portal = await portalWith({ backups: mixed, faults: [{ on: 'DELETE', kind: 'slow', ms: 20 }] });
    const { outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '8' });
    expect(outputs['deleted-ids']).toBe(ids(...Array.from({ length: 32 }, (_, index) => 40 - index)));
    // Eight at a time may overtake each other, but not by far.
    const order = deletions(portal).map(request => Number(request.slice(-12)));
    for (const [index, number] of order.entries()) expect(Math.abs(40 - index - number)).toBeLessThan(16);
  });

  test('with dump: true prunes the server-wide dumps alone', async () => {
    const dumps = [11, 12, 13].map(number => record(number, {}));
    const portal = await portalWith({ backups: makeBackups(3), dumps, standalone: true });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '1', dump: 'true' };
    expect((await act(inputs)).outputs['deleted-ids']).toBe(ids(13, 12));
    expect(portal.seen.filter(request => request.includes('Dump=false'))).toEqual([]);
    expect(portal.state.history).toEqual({ own: makeBackups(3), dumps: dumps.slice(0, 1) });
  });

  test.each<[string, BackupRecord[], string, string]>([
    ['an empty history', [], '0', 'there was nothing to delete.'],
    ['nothing that the policy selects', makeBackups(2), '2', 'there was nothing to delete, 2 kept.'],
  ])('is green with %s, and deletes nothing', async (_what, backups, kept, closing) => {
    const portal = await portalWith({ backups });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '2', 'max-deletions': '0' };
    const { code, outputs, log } = await act(inputs);
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET, GET]);
    expect(outputs).toMatchObject({
      result: 'true',
      'status-code': '',
      'selected-count': '0',
      'kept-count': kept,
    });
    expect(log).toContain(`Done: ${closing}`);
  });

  test.each(['300000y', '9007199254740991m', '1950y'])('keep-within: %s deletes nothing', async span => {
    const old = record(3, { createdOn: '1971-01-01T00:00:00' });
    const portal = await portalWith({ backups: [...makeBackups(2), old] });
    const { code, outputs, log } = await act({ ...prune, 'portal-url': portal.url, 'keep-within': span });
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([]);
    expect(outputs['kept-ids']).toBe(ids(1, 2, 3));
    expect(log).toContain(`keeping within ${span}`);
  });

  test('a backup dated in the future does not make the others old', async () => {
    const future = record(9, { createdOn: '9999-12-31T23:59:59' });
    const portal = await portalWith({ backups: [record(1, {}), future, record(2, {}), record(4, {})] });
    const { outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-within': '2d' });
    expect(outputs).toMatchObject({ 'kept-ids': ids(9, 1, 2), 'deleted-ids': ids(4) });
  });

  test('a second run selects nothing', async () => {
    const portal = await portalWith({ backups: makeBackups(60) });
    const policy = { 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '6' };
    const first = await act({ ...prune, 'portal-url': portal.url, ...policy });
    const second = await act({ ...prune, 'portal-url': portal.url, ...policy });
    expect(Number(first.outputs['deleted-count'])).toBeGreaterThan(40);
    expect(second.outputs).toMatchObject({ 'selected-count': '0', 'kept-ids': first.outputs['kept-ids'] });
  });

  test('shows the reason for each kept backup, and what became of the rest', async () => {
    const portal = await portalWith({ backups: makeBackups(4) });
    const policy = { 'keep-last': '1', 'keep-monthly': '12' };
    const { log, summary } = await act({ ...prune, 'portal-url': portal.url, ...policy });
    expect(groupOf(log, 'Kept: 2 backups').map(line => line.split('  ').at(-1))).toEqual([
      'last, monthly',
      'oldest monthly',
    ]);
    expect(groupOf(log, 'Selected: 2 backups')).toHaveLength(2);
    expect(log).toContain('2026-03  ···························●○○●');
    expect(summary).toContain('2026-03  ···························●○○●');
    expect(summary).toContain('<td>kept: last, monthly</td>');
    expect(summary).toContain('<td>kept: oldest monthly</td>');
    expect(summary.match(/<td>deleted<\/td>/g)).toHaveLength(2);
  });
});

describe('time zones', () => {
  test('of the machine change nothing', async () => {
    // Every hour around the clock changes and the turn of the month, where local days, weeks and months differ.
    const backups = makeBackups(24 * 35, { newest: '2026-04-06', everyHours: 1 });
    const portal = await portalWith({ backups });
    const policy = { 'keep-daily': '9', 'keep-weekly': '4', 'keep-monthly': '9', 'keep-within': '1m3h' };
    const results = [];
    for (const TZ of ['UTC', 'Pacific/Auckland', 'America/St_Johns', 'Pacific/Kiritimati', 'Europe/Berlin']) {
      const inputs = { ...prune, 'portal-url': portal.url, ...policy, 'dry-run': 'true' };
      const { outputs, log } = await act(inputs, { env: { TZ } });
      results.push({ outputs, log });
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test.each([
    ['2026-03-31T00:30:00', '2026-03-30T23:30:00', '00:30', '23:30'],
    ['2026-03-31T00:30:00Z', '2026-03-30T23:30:00Z', '00:30', '23:30'],
    ['2026-03-31T00:30:00.1234567Z', '2026-03-30T23:30:00.9', '00:30', '23:30'],
    ['2026-03-31T02:00:00+02:00', '2026-03-30T18:29:59-05:30', '00:00', '23:59'],
  ])('%s and %s are two days in UTC', async (today, yesterday, shownToday, shownYesterday) => {
    const backups = [record(1, { createdOn: today }), record(2, { createdOn: yesterday })];
    const portal = await portalWith({
      backups: [...backups, record(9, { createdOn: '2026-03-30T10:00:00' })],
    });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-daily': '2' };
    const { outputs, log } = await act(inputs, { env: { TZ: 'America/St_Johns' } });
    expect(outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'deleted-ids': ids(9) });
    expect(log).toContain(`2026-03-31 ${shownToday}`);
    expect(log).toContain(`2026-03-30 ${shownYesterday}`);
  });
});

describe('a dry run', () => {
  test('sends one GET, and selects what a real run then deletes', async () => {
    const backups = makeBackups(50, { everyHours: 20 });
    const portal = await portalWith({ backups });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-daily': '7', 'keep-within': '10d' };
    const dry = await act({ ...inputs, 'dry-run': 'true' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([GET]);
    expect(portal.state.history.own).toEqual(backups);
    expect(dry.outputs).toMatchObject({
      result: '',
      'status-code': '',
      'deleted-count': '0',
      'deleted-ids': '[]',
      'failed-count': '0',
    });
    expect(dry.log).toContain('Dry run, nothing will be deleted: prune-history');
    expect(dry.log).toMatch(/^Dry run: \d+ backups would be deleted, \d+ kept\.$/m);

    const real = await act(inputs);
    expect(real.outputs['deleted-ids']).toBe(dry.outputs['selected-ids']);
    expect(real.outputs['kept-ids']).toBe(dry.outputs['kept-ids']);
    const wanted = JSON.parse(dry.outputs['selected-ids'] ?? '');
    expect([...portal.state.deletedIds].sort()).toEqual(wanted.sort());
  });
});

describe('red before any request', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no rule', {}, 'No keep- rule is set'],
    ['empty rules', { 'keep-last': '', 'keep-daily': ' ', 'keep-within': '' }, 'No keep- rule is set'],
    ['a zero', { 'keep-last': '0' }, 'No keep- rule is set'],
    ['zeros', { 'keep-last': '0', 'keep-hourly': '00', 'keep-yearly': '0' }, 'No keep- rule is set'],
    ['no time', { 'keep-within': '0d' }, 'No keep- rule is set'],
    ['no time at all', { 'keep-within': '0y0m0w0d0h', 'keep-last': '0' }, 'No keep- rule is set'],
    ['a number and more', { 'keep-last': '3x' }, 'keep-last cannot be "3x"'],
    ['a negative number', { 'keep-daily': '-1' }, 'keep-daily cannot be "-1"'],
    ['a power of ten', { 'keep-weekly': '1e3' }, 'keep-weekly cannot be "1e3"'],
    ['a fraction', { 'keep-monthly': '1.5' }, 'keep-monthly cannot be "1.5"'],
    ['a word', { 'keep-yearly': 'all' }, 'keep-yearly cannot be "all"'],
    ['digits of another script', { 'keep-hourly': '٣' }, 'keep-hourly cannot be'],
    ['a number too large', { 'keep-last': '9007199254740992' }, 'keep-last cannot be'],
    ['a span without unit', { 'keep-within': '30' }, 'keep-within cannot be "30"'],
    ['a span without number', { 'keep-within': 'd' }, 'keep-within cannot be "d"'],
    ['a span with a unit twice', { 'keep-within': '1d1d' }, 'keep-within cannot be "1d1d"'],
    ['a span with a space', { 'keep-within': '1d 2h' }, 'keep-within cannot be "1d 2h"'],
    ['a negative span', { 'keep-within': '-1d' }, 'keep-within cannot be "-1d"'],
    ['a span in capitals', { 'keep-within': '30D' }, 'keep-within cannot be "30D"'],
    ['a span with a fraction', { 'keep-within': '1.5d' }, 'keep-within cannot be "1.5d"'],
    ['a span in seconds', { 'keep-within': '30s' }, 'keep-within cannot be "30s"'],
    ['a span that goes on', { 'keep-within': '30d5' }, 'keep-within cannot be "30d5"'],
    ['a good rule beside a bad one', { 'keep-last': '3', 'keep-daily': 'x' }, 'keep-daily cannot be "x"'],
    ['an unknown storage', { 'keep-last': '3', 'storage-types': 'Lokal' }, 'storage-types cannot be "Lokal"'],
    ['storage number 6', { 'keep-last': '3', 'storage-types': '3,6' }, 'storage-types cannot be "6"'],
    ['separators for a storage', { 'keep-last': '3', 'storage-types': ',' }, 'storage-types cannot be ","'],
    ['a bad limit', { 'keep-last': '3', 'max-deletions': 'many' }, 'max-deletions cannot be "many"'],
    [
      'backup-ids',
      { 'keep-last': '3', 'backup-ids': makeId(1) },
      'backup-ids does not belong to prune-history',
    ],
    ['verify: false', { 'keep-last': '3', verify: 'false' }, 'verify does not belong to prune-history'],
    ['an input that there is not', { 'keep-last': '3', dryrun: 'true' }, 'There is no input "dryrun"'],
  ])('with %s', async (_what, inputs, message) => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const result = await act({ ...prune, 'portal-url': portal.url, ...inputs });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(message);
    expect(portal.seen).toEqual([]);
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'deleted-ids': '[]' });
  });
});

describe('max-deletions', () => {
  test.each(['false', 'true'])('passed with dry-run: %s is red before any deletion', async dryRun => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const limit = { 'keep-last': '2', 'max-deletions': '2', 'dry-run': dryRun };
    const result = await act({ ...prune, 'portal-url': portal.url, ...limit });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('3 backups selected, but max-deletions allows 2. Nothing was deleted.');
    expect(portal.seen).toEqual([GET]);
    expect(result.outputs).toMatchObject({
      'selected-ids': ids(5, 4, 3),
      'deleted-count': '0',
      'failed-count': '0',
      'kept-ids': ids(1, 2),
    });
  });

  test.each([
    ['0', 1, 0],
    ['3', 0, 3],
    ['4', 0, 3],
  ])('of %s ends with code %d after %d deletions', async (limit, code, number) => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '2', 'max-deletions': limit };
    expect((await act(inputs)).code).toBe(code);
    expect(deletions(portal)).toHaveLength(number);
  });
});

describe('what the policy does not look at', () => {
  test('temporary backups neither count nor go', async () => {
    const expires = [1, 3, 6].map(number => record(number, { expiresOn: '2020-01-01T00:00:00' }));
    const backups = [...expires, record(2, {}), record(4, {}), record(5, {})];
    const portal = await portalWith({ backups });
    const { outputs, log, summary } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(outputs).toMatchObject({ 'kept-ids': ids(2, 4), 'selected-ids': ids(5), 'deleted-ids': ids(5) });
    expect(deletions(portal)).toEqual([DELETE(5)]);
    expect(warningsOf(log)).toEqual([]);
    expect(summary).toContain('Left alone: 3 backups');
    expect(summary).toContain('temporary: the portal removes it');
  });

  test('temporary backups alone are nothing to prune', async () => {
    const portal = await portalWith({ backups: [record(1, { expiresOn: '2030-01-01T00:00:00Z' })] });
    const { code, outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ 'selected-count': '0', 'kept-count': '0' });
    expect(deletions(portal)).toEqual([]);
  });

  test.each([
    ['of the year 1', '0001-01-01T00:00:00'],
    ['of the year 1 with Z', '0001-01-01T00:00:00Z'],
    ['that is missing', undefined],
    ['that is null', null],
  ])('but an expiresOn %s means never', async (_what, expiresOn) => {
    const portal = await portalWith({ backups: [record(1, { expiresOn }), record(2, { expiresOn })] });
    const { outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(outputs).toMatchObject({ 'kept-ids': ids(1), 'deleted-ids': ids(2) });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['createdOn missing', { createdOn: undefined }, 'its createdOn is missing or cannot be read'],
    ['createdOn null', { createdOn: null }, 'its createdOn is missing or cannot be read'],
    ['createdOn empty', { createdOn: '' }, 'its createdOn is missing or cannot be read'],
    ['createdOn in words', { createdOn: 'yesterday' }, 'its createdOn is missing or cannot be read'],
    ['createdOn as a number', { createdOn: 1_772_331_300 }, 'its createdOn is missing or cannot be read'],
    ['createdOn without seconds', { createdOn: '2026-03-01T02:15' }, 'its createdOn is missing'],
    ['createdOn without time', { createdOn: '2026-03-01' }, 'its createdOn is missing'],
    ['createdOn of 30 February', { createdOn: '2026-02-30T02:15:00' }, 'its createdOn is missing'],
    ['createdOn at 24 o’clock', { createdOn: '2026-02-01T24:00:00' }, 'its createdOn is missing'],
    ['createdOn of nothing', { createdOn: '0000-00-00T00:00:00' }, 'its createdOn is missing'],
    ['createdOn with more behind', { createdOn: '2026-03-01T02:15:00Z; x' }, 'its createdOn is missing'],
    ['createdOn of another kind', { createdOn: { year: 2026 } }, 'its createdOn is missing'],
    [
      'createdOn of the year 1',
      { createdOn: '0001-01-01T00:00:00' },
      'its createdOn is missing or cannot be read',
    ],
    [
      'createdOn of the year 1, Z',
      { createdOn: '0001-01-01T00:00:00Z' },
      'its createdOn is missing or cannot be read',
    ],
    [
      'createdOn of the year 1, 3 h',
      { createdOn: '0001-01-01T03:00:00' },
      'its createdOn is missing or cannot be read',
    ],
    ['expiresOn in words', { expiresOn: 'soon' }, 'its expiresOn cannot be read'],
    ['expiresOn empty', { expiresOn: '' }, 'its expiresOn cannot be read'],
    ['expiresOn false', { expiresOn: false }, 'its expiresOn cannot be read'],
    ['storageType missing', { storageType: undefined }, 'its storageType is missing or unknown'],
    ['storageType 6', { storageType: 6 }, 'its storageType is missing or unknown'],
    ['storageType -1', { storageType: -1 }, 'its storageType is missing or unknown'],
    ['storageType of another kind', { storageType: ['3'] }, 'its storageType is missing or unknown'],
  ])('a record with %s is named in a warning', async (_what, changes, problem) => {
    const strange = record(9, changes);
    const backups = [record(1, {}), strange, record(2, {}), record(3, {})];
    const portal = await portalWith({ backups });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE(3)]);
    expect(portal.state.history.own).toContain(strange);
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'selected-ids': ids(3) });
    expect(warningsOf(result.log)).toHaveLength(1);
    expect(warningsOf(result.log)[0]).toContain(
      `1 record of the history left alone: ${makeId(9)} (${problem}`,
    );
    expect(result.summary).toContain('Left alone: 1 backup');
  });

  test.each<[string, unknown]>([
    ['a path', '../deletebackuphistory'],
    ['a GUID in braces', `{${makeId(9)}}`],
    ['a GUID with more behind', `${makeId(9)}?x=1`],
    ['a GUID and a line', `${makeId(9)}\n`],
    ['a GUID without hyphens', makeId(9).replaceAll('-', '')],
    ['a number', 9],
    ['nothing', ''],
    ['a list', [makeId(9)]],
  ])('a record whose id is %s is named in a warning', async (_what, id) => {
    const portal = await portalWith({ backups: [record(1, {}), record(9, { id }), record(3, {})] });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(result.code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE(3)]);
    expect(warningsOf(result.log)).toEqual([
      '::warning::1 record of the history left alone: alias_2026-03-23_05-15-00.tar.gz (its id is no GUID).',
    ]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'backup'],
    ['a number', 7],
    ['a list', [record(9, {})]],
    ['an object of nothing', {}],
  ])('%s in place of a record is left alone', async (_what, item) => {
    const portal = await portalWith({ backups: [record(1, {}), item, record(3, {})] });
    const { outputs, log } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(outputs).toMatchObject({ 'kept-ids': ids(1), 'deleted-ids': ids(3), 'failed-count': '0' });
    expect(warningsOf(log)[0]).toContain('(no name) (its id is no GUID)');
  });

  test('two records with one id are both left alone', async () => {
    const twice = [record(2, { id: makeId(9) }), record(5, { id: makeId(9).toUpperCase() })];
    const portal = await portalWith({ backups: [record(1, {}), ...twice, record(4, {})] });
    const { outputs, log } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(outputs).toMatchObject({ 'kept-ids': ids(1), 'selected-ids': ids(4), 'deleted-ids': ids(4) });
    expect(deletions(portal)).toEqual([DELETE(4)]);
    expect(warningsOf(log)).toHaveLength(1);
    expect(warningsOf(log)[0]).toContain(`${makeId(9)} (its id is listed twice)`);
  });

  test('many of them are one warning, which names the first', async () => {
    const strange = Array.from({ length: 25 }, (_, index) => record(30 + index, { createdOn: 'never' }));
    const portal = await portalWith({ backups: [...makeBackups(3), ...strange] });
    const { log, outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(outputs).toMatchObject({ 'selected-count': '2', 'kept-count': '1' });
    expect(warningsOf(log)).toHaveLength(1);
    expect(warningsOf(log)[0]).toMatch(/25 records of the history left alone: .* and 15 more\.$/);
    expect(warningsOf(log)[0]?.match(/its createdOn/g)).toHaveLength(10);
  });

  test('it warns in a dry run too', async () => {
    const portal = await portalWith({ backups: [record(1, {}), record(2, { createdOn: 'x' })] });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '1', 'dry-run': 'true' };
    expect(warningsOf((await act(inputs)).log)).toHaveLength(1);
  });
});

describe('storage-types', () => {
  // One in each storage, and an older one in each; the numbers tell the storage.
  const backups = [0, 1, 2, 3, 4, 5].flatMap(storageType => [
    record(10 + storageType, { storageType }),
    record(20 + storageType, { storageType }),
  ]);

  test.each([
    ['', [10], [25, 24, 23, 22, 21, 20, 15, 14, 13, 12, 11]],
    ['Local', [13], [23]],
    ['local', [13], [23]],
    ['LOCAL', [13], [23]],
    ['3', [13], [23]],
    ['Local, 3 local', [13], [23]],
    ['0,3', [10], [23, 20, 13]],
    ['Documents\nThridpartyDocuments', [10], [21, 20, 11]],
    ['CustomCloud 4, ThirdPartyConsumer', [12], [25, 24, 22, 15, 14]],
  ])('"%s" keep %j and delete %j', async (storageTypes, kept, deleted) => {
    const portal = await portalWith({ backups });
    const inputs = { 'keep-last': '1', 'storage-types': storageTypes };
    const { outputs, log } = await act({ ...prune, 'portal-url': portal.url, ...inputs });
    expect(outputs).toMatchObject({ 'kept-ids': ids(...kept), 'deleted-ids': ids(...deleted) });
    expect(portal.state.history.own).toHaveLength(backups.length - deleted.length);
    expect(warningsOf(log)).toEqual([]);
  });

  test('understand a portal that sends names', async () => {
    const named = [record(1, { storageType: 'local' }), record(2, { storageType: 'Documents' })];
    const portal = await portalWith({ backups: [...named, record(3, { storageType: 'Local' })] });
    const inputs = { 'keep-last': '1', 'storage-types': 'Local' };
    const { outputs, summary } = await act({ ...prune, 'portal-url': portal.url, ...inputs });
    expect(outputs).toMatchObject({ 'kept-ids': ids(1), 'deleted-ids': ids(3) });
    expect(summary).toContain('not of the storage-types');
  });
});

describe('when a deletion fails', () => {
  test('the rest is tried, and the counts are exact', async () => {
    const portal = await portalWith({
      backups: makeBackups(20),
      locked: [makeId(18), makeId(7)],
      broken: [makeId(19)],
      stuck: [makeId(12)],
    });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(18);
    expect(portal.seen.at(-1)).toBe(GET);
    expect(result.outputs).toMatchObject({
      'selected-count': '18',
      'deleted-count': '15',
      'deleted-ids': ids(20, 19, 17, 16, 15, 14, 13, 11, 10, 9, 8, 6, 5, 4, 3),
      'failed-count': '3',
      'failed-ids': ids(18, 12, 7),
      'kept-ids': ids(1, 2),
    });
    expect(errorOf(result)).toContain('3 backups of 18 still listed');
    expect(errorOf(result)).toContain('HTTP 500');
    for (const number of [18, 12, 7]) expect(errorOf(result)).toContain(makeId(number));
    expect(result.log).toContain('Failed: 15 of 18 backups deleted, 2 kept.');
    expect(result.summary).toContain('Not known to be deleted: 3 backups');
    expect(result.summary).toContain('Deleted: 15 backups');
  });

  test('an HTTP 500 for a backup that is gone all the same counts as deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(3), broken: [makeId(2), makeId(3)] });
    const { code, outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ 'deleted-ids': ids(3, 2), 'failed-count': '0', 'status-code': '500' });
  });

  test('the timeline of the summary marks what is still there', async () => {
    const portal = await portalWith({ backups: makeBackups(4), locked: [makeId(3)] });
    const { summary } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(summary).toContain(`2026-03  ${'·'.repeat(27)}○×○●`);
  });

  test('true for a backup that is still listed counts as failed', async () => {
    const portal = await portalWith({ backups: makeBackups(3), stuck: [makeId(2)] });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '1' });
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({
      'deleted-ids': ids(3),
      'failed-ids': ids(2),
      'status-code': '200',
    });
    expect(errorOf(result)).toContain('The portal reported success for each');
  });

  test('a connection lost after the deletion leads to a second one, which the portal grants', async () => {
    const portal = await portalWith({
      backups: makeBackups(3),
      faults: [{ on: 'DELETE', kind: 'reset-after', times: 1 }],
    });
    const { code, outputs } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE(3), DELETE(3)]);
    expect(outputs).toMatchObject({ 'deleted-ids': ids(3), 'failed-count': '0' });
  });

  test.each<['reset-after' | 'reset', number, number]>([
    ['reset-after', 0, 2],
    ['reset', 1, 1],
  ])('without retries "%s" ends with code %d, %d deleted', async (kind, code, deleted) => {
    const faults = [{ on: `DELETE .*${makeId(3)}`, kind }];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '1', retries: '0' };
    const result = await act(inputs);
    expect(result.code).toBe(code);
    expect(deletions(portal)).toHaveLength(2);
    expect(result.outputs['deleted-count']).toBe(String(deleted));
  });

  test.each([
    ['server-error', 500],
    ['bad-request', 400],
    ['wrong-verb', 405],
    ['created', 201],
    ['no-content', 204],
    ['web-client', 200],
    ['says-false', 200],
    ['says-text', 200],
    ['says-nothing', 200],
    ['says-status-1', 200],
    ['empty', 200],
    ['not-json', 200],
    ['json-null', 200],
  ] as const)('"%s" for one of them is no success', async (kind, status) => {
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(10);
    expect(result.outputs).toMatchObject({ 'deleted-count': '9', 'failed-ids': ids(12) });
    expect(errorOf(result)).toContain(`HTTP ${status}`);
  });

  test.each([
    ['redirect', 301],
    ['unauthorized', 401],
    ['unpaid', 402],
    ['quota', 402],
    ['no-scope', 403],
    ['access-denied', 403],
    ['portal-busy', 403],
    ['ip-blocked', 403],
    ['suspended', 404],
    ['not-found', 404],
  ] as const)('"%s" stops everything', async (kind, status) => {
    const faults = [{ on: 'DELETE', kind, skip: 3 }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(1);
    expect(deletions(portal).length).toBeLessThanOrEqual(3 + 8);
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    expect(result.outputs).toMatchObject({
      'selected-count': '38',
      'deleted-count': '3',
      'failed-count': String(deletions(portal).length - 3),
    });
    expect(JSON.parse(result.outputs['deleted-ids'] ?? '').sort()).toEqual(
      [...portal.state.deletedIds].sort(),
    );
    expect(result.summary).toContain('not tried');
  });

  test('a refusal at once is seen for eight deletions at the most', async () => {
    const faults = [{ on: 'DELETE', kind: 'no-scope' as const }];
    const portal = await portalWith({ backups: makeBackups(40), faults });
    await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(deletions(portal).length).toBeLessThanOrEqual(8);
  });

  test('the answers count where the last listing fails', async () => {
    const faults = [{ on: 'GET', kind: 'access-denied' as const, skip: 1 }];
    const portal = await portalWith({ backups: makeBackups(6), faults, locked: [makeId(5)] });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('HTTP 403 from GET');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(6, 4, 3), 'failed-ids': ids(5) });
  });

  test.each([
    'access-denied',
    'web-client',
    'says-nothing',
    'says-text',
    'not-json',
    'server-error',
  ] as const)('a first listing that is "%s" means that nothing is deleted', async kind => {
    const portal = await portalWith({ backups: makeBackups(5), faults: [{ on: 'GET', kind }] });
    const result = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET]);
    expect(result.outputs).toMatchObject({ 'selected-count': '', 'deleted-count': '0', 'kept-count': '' });
  });
});

describe('many backups', () => {
  test('are deleted eight at a time, over connections that are kept', async () => {
    const faults = [{ on: 'DELETE', kind: 'slow' as const, ms: 60 }];
    const portal = await portalWith({ backups: makeBackups(200), faults });
    const { code } = await act({ ...prune, 'portal-url': portal.url, 'keep-last': '40' });
    expect(code).toBe(0);
    expect(portal.seen).toHaveLength(1 + 160 + 1);
    expect(portal.state.mostAtOnce).toBe(8);
    expect(portal.state.connections).toBeLessThanOrEqual(9);
  });
});

test('a dry run that takes its time does not say that anything was deleted', async () => {
  const faults = [{ on: 'GET', kind: 'slow' as const, ms: 5_200 }];
  const portal = await portalWith({ backups: makeBackups(5), faults });
  const inputs = { ...prune, 'portal-url': portal.url, 'keep-last': '2', 'dry-run': 'true' };
  const { code, log } = await act(inputs);
  expect(code).toBe(0);
  expect(log).toMatch(/^\d of 3 backups done\.$/m);
  expect(log).not.toMatch(/\d backups? deleted/);
});

// Signals reach a process alone.
if (ofTheBundle) {
  describe('when the run is cancelled', () => {
    /** Waits until the portal has seen something. */
    async function until(condition: () => boolean): Promise<void> {
      while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
    }

    /** Starts a run that a test can send signals to. */
    function start(inputs: Record<string, string>) {
      let child: ChildProcess | undefined;
      const run = act(inputs, { onLog: (_text, process) => (child = process) });
      return { run, signal: (name: NodeJS.Signals) => child?.kill(name) };
    }

    const stops = (log: string) => log.match(/^::error::.*cancelled.*$/gm) ?? [];

    test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
      '%s starts no new deletion, awaits those on their way, and reports what the portal saw',
      async name => {
        const faults = [{ on: 'DELETE', kind: 'slow' as const, ms: 700, skip: 8 }];
        const portal = await portalWith({ backups: makeBackups(40), faults });
        const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
        await until(() => deletions(portal).length === 16);
        signal(name);
        const result = await run;

        expect(result.code).toBe(1);
        expect(portal.seen).toHaveLength(1 + 16);
        expect(portal.seen.filter(request => request === GET)).toHaveLength(1);
        expect(portal.state.deletedIds.size).toBe(16);
        const { outputs } = result;
        expect(JSON.parse(outputs['deleted-ids'] ?? '').sort()).toEqual([...portal.state.deletedIds].sort());
        expect(outputs).toMatchObject({
          'selected-count': '38',
          'deleted-count': '16',
          'failed-count': '0',
          'kept-count': '2',
        });
        expect(stops(result.log)).toHaveLength(1);
        expect(errorOf(result)).toContain('The run was cancelled. No deletion was started after that');
        expect(result.log).toContain('Cancelled: 16 of 38 backups deleted, 2 kept.');
        expect(result.summary).toContain('Cancelled: 16 of 38 backups deleted, 2 kept');
        expect(result.summary).toContain('Deleted: 16 backups');
        expect(result.summary).toContain('Not known to be deleted: 22 backups');
      },
    );

    test('more signals change nothing', async () => {
      const faults = [{ on: 'DELETE', kind: 'slow' as const, ms: 1000 }];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
      await until(() => deletions(portal).length === 8);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
        signal(name);
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      const result = await run;
      expect(result.code).toBe(1);
      expect(portal.seen).toHaveLength(1 + 8);
      expect(result.outputs['deleted-count']).toBe('8');
      expect(stops(result.log)).toHaveLength(1);
    });

    test('a deletion that hangs is awaited for five seconds, and not proven', async () => {
      const faults = [
        { on: `DELETE .*${makeId(18)}`, kind: 'hang' as const },
        { on: 'DELETE', kind: 'slow' as const, ms: 500 },
      ];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
      await until(() => deletions(portal).length === 8);
      const sent = Date.now();
      signal('SIGINT');
      const result = await run;
      const seconds = (Date.now() - sent) / 1000;
      expect(seconds).toBeGreaterThan(4.5);
      expect(seconds).toBeLessThan(7);
      expect(result.code).toBe(1);
      expect(portal.seen).toHaveLength(1 + 8);
      expect(result.outputs).toMatchObject({ 'deleted-count': '7', 'failed-ids': ids(18) });
      expect(JSON.parse(result.outputs['deleted-ids'] ?? '').sort()).toEqual(
        [...portal.state.deletedIds].sort(),
      );
      expect(errorOf(result)).toContain('one on its way may have been carried out.');
    });

    test('no attempt is repeated', async () => {
      const faults = [{ on: 'DELETE', kind: 'unavailable' as const, retryAfter: '20' }];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
      await until(() => deletions(portal).length === 8);
      await new Promise(resolve => setTimeout(resolve, 100));
      const before = Date.now();
      signal('SIGINT');
      const result = await run;
      expect(Date.now() - before).toBeLessThan(3000);
      expect(portal.seen).toHaveLength(1 + 8);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '8' });
      expect(stops(result.log)).toHaveLength(1);
    });

    test('before the plan nothing is deleted', async () => {
      const faults = [{ on: 'GET', kind: 'slow' as const, ms: 500 }];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
      await until(() => portal.seen.length === 1);
      signal('SIGINT');
      const result = await run;
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([GET]);
      expect(result.outputs['deleted-count']).toBe('0');
      expect(stops(result.log)).toHaveLength(1);
    });

    test('during the last listing it is red, and knows what was deleted', async () => {
      const faults = [{ on: 'GET', kind: 'slow' as const, ms: 500, skip: 1 }];
      const portal = await portalWith({ backups: makeBackups(5), faults, stuck: [makeId(5)] });
      const { run, signal } = start({ ...prune, 'portal-url': portal.url, 'keep-last': '2' });
      await until(() => portal.seen.length === 5);
      signal('SIGINT');
      const result = await run;
      expect(result.code).toBe(1);
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(4, 3), 'failed-ids': ids(5) });
      expect(stops(result.log)).toHaveLength(1);
    });
  });
}
