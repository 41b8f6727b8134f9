import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../../tools/stand-in/portal.mjs';
import { deletions, portalWith } from '../support/portals.js';
import {
  DELETE,
  deleteBackups,
  ids,
  LIST,
  NO_BACKUPS,
  prune,
  range,
  record,
  runOn,
  story,
} from './support.js';

/** An id that has letters, so that upper case differs. */
const lower = 'abcdef01-abcd-4abc-8abc-abcdefabcdef';

describe('delete-backups', () => {
  test('lists, deletes each backup by its id, oldest first, and lists again', async () => {
    const backups = makeBackups(5);
    const portal = await portalWith({ backups });
    const result = await deleteBackups(portal, [2, 5, 4]);

    expect(result.code).toBe(0);
    expect(portal.seen.slice(0, 2)).toEqual([LIST, DELETE(5)]);
    expect(portal.seen.slice(2, -1).sort()).toEqual([DELETE(2), DELETE(4)]);
    expect(portal.seen.at(-1)).toBe(LIST);
    expect(portal.state.history.own).toEqual([backups[0], backups[2]]);
    expect(portal.state.filesLeft).toEqual([]);
    expect(result.log).toContain('Done: 3 of 3 backups deleted.');
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '3',
      'selected-ids': ids(5, 4, 2),
      'deleted-count': '3',
      'deleted-ids': ids(5, 4, 2),
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
      'report-file': expect.any(String),
    });
  });

  test('in a dry run sends only GETs, and selects what a real run deletes', async () => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const dry = await deleteBackups(portal, [1, 4], { 'dry-run': 'true' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
    expect(dry.outputs).toEqual({
      result: '',
      'status-code': '',
      'selected-count': '2',
      'selected-ids': ids(4, 1),
      'deleted-count': '0',
      'deleted-ids': '[]',
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
      'report-file': expect.any(String),
    });
    expect(dry.log).toContain('Dry run: 2 backups would be deleted.');
    expect((await deleteBackups(portal, [1, 4])).outputs['deleted-ids']).toBe(dry.outputs['selected-ids']);
    expect([...portal.state.deletedIds].sort()).toEqual([makeId(1), makeId(4)]);
  });

  test.each(['false', 'true'])(
    'of an empty list with dry-run: %s succeeds and deletes nothing',
    async dryRun => {
      const portal = await portalWith({ backups: makeBackups(5) });
      const inputs = { operation: 'delete-backups', 'backup-ids': '[]', 'dry-run': dryRun };
      const result = await runOn(portal, inputs);
      expect(result.code).toBe(0);
      expect(deletions(portal)).toEqual([]);
      expect(result.outputs).toMatchObject({
        result: dryRun === 'true' ? '' : 'true',
        'selected-count': '0',
        'deleted-count': '0',
        'deleted-ids': '[]',
      });
      expect(result.log).toContain('nothing to delete');
    },
  );

  test('accepts the selected-ids of a dry prune-history', async () => {
    const portal = await portalWith({ backups: makeBackups(8) });
    const plan = await prune(portal, { 'dry-run': 'true' });
    const selected = plan.outputs['selected-ids'] ?? '';
    const result = await runOn(portal, { operation: 'delete-backups', 'backup-ids': selected });
    expect(result.outputs['deleted-ids']).toBe(selected);
    const again = await prune(portal, { 'dry-run': 'true' });
    const nothing = await runOn(portal, {
      operation: 'delete-backups',
      'backup-ids': again.outputs['selected-ids'] ?? '',
    });
    expect(nothing.code).toBe(0);
    expect(nothing.outputs['deleted-count']).toBe('0');
  });

  test.each(['false', 'true'])('of no ids, with dry-run: %s, sends nothing and succeeds', async dryRun => {
    const portal = await portalWith({ backups: makeBackups(2) });
    const inputs = { operation: 'delete-backups', 'backup-ids': '[]', 'dry-run': dryRun };
    const result = await runOn(portal, inputs);
    expect(result.code).toBe(0);
    expect(portal.state.requests).toEqual([]);
    expect(result.log).toContain('0 backups deleted, there was nothing to delete.');
    expect(result.outputs).toEqual({
      result: dryRun === 'true' ? '' : 'true',
      'status-code': '',
      ...NO_BACKUPS,
    });
  });

  test.each([
    ['the input has upper case', lower, lower.toUpperCase()],
    ['the listing has upper case', lower.toUpperCase(), lower],
    ['the input has both', lower, `${lower} ${lower.toUpperCase()}`],
  ])('ignores the case of ids: %s', async (_case, listed, requested) => {
    const backups = [...makeBackups(2), record(3, { id: listed })];
    const portal = await portalWith({ backups });
    const result = await runOn(portal, { operation: 'delete-backups', 'backup-ids': requested });
    expect(result.code).toBe(0);
    expect(deletions(portal)).toEqual([`DELETE /api/2.0/backup/deletebackup/${lower}`]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '1', 'deleted-ids': `["${lower}"]` });
  });

  test('deletes any backup: temporary, unreadable, dated in the future, and of any storage type', async () => {
    const backups = [
      record(1, { expiresOn: '2026-04-01T00:00:00' }),
      record(2, { createdOn: 'yesterday' }),
      record(3, { storageType: 99 }),
      record(4, { createdOn: '2026-01-01T00:00:00' }),
      record(5, { createdOn: '2036-01-01T00:00:00' }),
      record(6, { storageType: 0, createdOn: '2026-02-01T00:00:00' }),
    ];
    const portal = await portalWith({ backups });
    const result = await deleteBackups(portal, range(1, 6));
    expect(result.code).toBe(0);
    expect(portal.state.history.own).toEqual([]);
    // Oldest first. Backups without a readable age are last.
    expect(result.outputs).toMatchObject({ 'deleted-count': '6', 'deleted-ids': ids(4, 6, 1, 5, 2, 3) });
  });

  test('with dump: true uses only the server-wide dumps', async () => {
    const dumps = [record(11), record(12)];
    const portal = await portalWith({ backups: makeBackups(2), dumps, standalone: true });
    const wrong = await deleteBackups(portal, [1, 11], { dump: 'true' });
    expect(wrong.code).toBe(1);
    expect(portal.seen).toEqual([LIST.replace('false', 'true')]);
    const right = await deleteBackups(portal, [11], { dump: 'true' });
    expect(right.code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE(11)]);
    expect(portal.state.history).toEqual({ own: makeBackups(2), dumps: dumps.slice(1) });
  });

  test('of dumps fails on a server that ignores their ids', async () => {
    const dumps = [record(11), record(12)];
    const portal = await portalWith({ dumps, standalone: true, ignoresDumpIds: true });
    const result = await deleteBackups(portal, [11], { dump: 'true' });
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ids(11) });
  });

  test('reads a history of more than 1 MiB', async () => {
    const backups = makeBackups(3).map(backup => ({ ...backup, fileName: 'x'.repeat(400_000) }));
    const portal = await portalWith({ backups });
    expect((await deleteBackups(portal, [1])).code).toBe(0);
    expect(story(portal)).toEqual(['list', 1, 'list']);
  });

  test('reuses a connection after an error', async () => {
    const portal = await portalWith({ backups: makeBackups(2), locked: [makeId(1)] });
    const token = 'an-authentication-token';
    const result = await deleteBackups(portal, [1], { token });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['list', 1, 1, 'list']);
    // Each listing has a connection of its own.
    expect(portal.state.connections).toBe(2 + 1);
  });
});
