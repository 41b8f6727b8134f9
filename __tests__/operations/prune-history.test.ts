import { describe, expect, test } from '@jest/globals';
import { type BackupRecord, makeBackups, makeId, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, groupOf, ofTheBundle } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { deletions, portalWith } from '../support/portals.js';
import { DELETE, ids, LIST, prune, range, record, sentTo, story, warningsOf } from './support.js';

const SCHEDULE_PATH = 'GET /api/2.0/backup/getbackupschedule';

describe('prune-history', () => {
  test('lists, deletes each selected backup by its id, and lists again', async () => {
    const backups = makeBackups(5);
    const dumps = [record(11), record(12)];
    const portal = await portalWith({ backups, dumps, standalone: true });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(portal.seen.slice(0, 2)).toEqual([LIST, DELETE(5)]);
    expect(portal.seen.slice(2, -1).sort()).toEqual([DELETE(3), DELETE(4)]);
    expect(portal.seen.at(-1)).toBe(LIST);
    expect(portal.state.history).toEqual({ own: backups.slice(0, 2), dumps });
    expect(portal.state.filesLeft).toEqual([]);
    expect(result.log).toContain('keeping the last 2');
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
      'report-file': expect.any(String),
    });
  });

  test('with dump: true prunes only the server-wide dumps', async () => {
    const dumps = [11, 12, 13].map(number => record(number));
    const portal = await portalWith({ backups: makeBackups(3), dumps, standalone: true });
    const result = await prune(portal, { 'keep-last': '1', dump: 'true' });
    expect(result.outputs['deleted-ids']).toBe(ids(13, 12));
    expect(portal.seen.filter(request => request.includes('Dump=false'))).toEqual([]);
    expect(portal.state.history).toEqual({ own: makeBackups(3), dumps: dumps.slice(0, 1) });
  });

  test.each<[string, BackupRecord[], string, string]>([
    ['an empty history', [], '0', 'there was nothing to delete.'],
    ['nothing that the policy selects', makeBackups(2), '2', 'there was nothing to delete, 2 kept.'],
  ])('succeeds with %s, after one listing', async (_case, backups, kept, headline) => {
    const portal = await portalWith({ backups });
    const result = await prune(portal, { 'max-deletions': '0' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
    expect(result.outputs).toMatchObject({
      result: 'true',
      'status-code': '',
      'selected-count': '0',
      'deleted-count': '0',
      'kept-count': kept,
    });
    expect(result.log).toContain(`Done: ${headline}`);
  });

  test('selects nothing in a second run', async () => {
    const portal = await portalWith({ backups: makeBackups(60) });
    const policy = { 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '6' };
    const first = await prune(portal, policy);
    const second = await prune(portal, policy);
    expect(Number(first.outputs['deleted-count'])).toBeGreaterThan(40);
    expect(second.outputs).toMatchObject({ 'selected-count': '0', 'kept-ids': first.outputs['kept-ids'] });
  });

  test('shows the reasons for each kept backup, and the result for the rest', async () => {
    const portal = await portalWith({ backups: makeBackups(4), locked: [makeId(3)] });
    const { log, summary } = await prune(portal, { 'keep-last': '1', 'keep-ids': ids(2) });
    expect(groupOf(log, 'Kept: 2 backups').map(line => line.split('  ').at(-1))).toEqual(['last', 'pinned']);
    expect(groupOf(log, 'Selected: 2 backups')).toHaveLength(2);
    expect(log).toContain(`2026-03  ${'·'.repeat(27)}○○●●`);
    expect(summary).toContain(`2026-03  ${'·'.repeat(27)}○×●●`);
    expect(summary).toContain('<td>last</td>');
    expect(summary).toContain('<td>pinned</td>');
  });

  test('ignores the time zone of the machine', async () => {
    const portal = await portalWith({
      backups: makeBackups(24 * 9, { newest: '2026-03-31', everyHours: 1 }),
    });
    const policy = { 'keep-daily': '4', 'keep-weekly': '2', 'keep-monthly': '2', 'keep-within': '3h' };
    const results = [];
    for (const TZ of ofTheBundle ? ['UTC', 'Pacific/Auckland', 'America/St_Johns'] : ['Pacific/Auckland']) {
      const { outputs } = await prune(portal, { ...policy, 'dry-run': 'true' }, { env: { TZ } });
      results.push(outputs['kept-ids']);
    }
    // The newest of each day in UTC, which ends with the backup at 23:15.
    const kept = JSON.parse(results[0] ?? '').map((id: string) => Number(id.slice(-12)));
    expect(kept.slice(0, 6)).toEqual([1, 2, 3, 4, 28, 52]);
    expect(new Set(results).size).toBe(1);
  });

  test('counts days in time-zone, and shows times in it', async () => {
    const backups = [
      record(1, { createdOn: '2026-03-30T22:30:00' }),
      record(2, { createdOn: '2026-03-30T21:30:00Z' }),
      record(3, { createdOn: '2026-03-29T21:30:00' }),
    ];
    const portal = await portalWith({ backups });
    const berlin = await prune(portal, {
      'keep-daily': '2',
      'time-zone': 'Europe/Berlin',
      'dry-run': 'true',
    });
    expect(berlin.outputs['kept-ids']).toBe(ids(1, 2));
    expect(berlin.log).toContain('2026-03-31 00:30');
    const utc = await prune(portal, { 'keep-daily': '2', 'dry-run': 'true' });
    expect(utc.outputs['kept-ids']).toBe(ids(1, 3));
    expect(utc.log).toContain('2026-03-30 22:30');
  });
});

describe('a dry prune-history', () => {
  test('sends only GETs, and selects what a real run then deletes', async () => {
    const backups = makeBackups(50, { everyHours: 20 });
    const portal = await portalWith({ backups, schedule: { ...SCHEDULE, backupsStored: 30 } });
    const policy = { 'keep-daily': '7', 'keep-within': '10d' };
    const dry = await prune(portal, { ...policy, 'dry-run': 'true' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([LIST, SCHEDULE_PATH]);
    expect(portal.state.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(portal.state.history.own).toEqual(backups);
    expect(warningsOf(dry.log)).toEqual([]);
    expect(dry.outputs).toMatchObject({
      result: '',
      'status-code': '',
      'deleted-count': '0',
      'deleted-ids': '[]',
      'failed-count': '0',
      'failed-ids': '[]',
    });
    expect(dry.log).toContain('Dry run, nothing will be deleted: prune-history');
    expect(dry.log).toMatch(/^Dry run: \d+ backups would be deleted, \d+ kept\.$/m);

    const real = await prune(portal, policy);
    expect(real.outputs['deleted-ids']).toBe(dry.outputs['selected-ids']);
    expect(real.outputs['kept-ids']).toBe(dry.outputs['kept-ids']);
    expect(portal.seen.filter(request => request === SCHEDULE_PATH)).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['keep-last: 8', { 'keep-last': '8' }, 7, '8'],
    ['keep-last: 7', { 'keep-last': '7' }, 7, ''],
    ['keep-last: unlimited', { 'keep-last': 'unlimited' }, 30, 'all'],
    ['a smaller and a larger rule', { 'keep-last': '3', 'keep-monthly': '12' }, 7, '12'],
    ['a duration, which is no count', { 'keep-within': '1y' }, 7, ''],
  ])('with %s warns if the schedule keeps fewer copies', async (_case, rules, stored, needed) => {
    const portal = await portalWith({
      backups: makeBackups(5),
      schedule: { ...SCHEDULE, backupsStored: stored },
    });
    const result = await prune(portal, { ...rules, 'dry-run': 'true' });
    expect(result.code).toBe(0);
    const warning = `::warning::The portal's own schedule keeps ${stored} scheduled copies, and a rule keeps ${needed}, so the portal removes copies that the rule would keep.${stored < 30 ? ' The schedule can keep up to 30.' : ''} It never removes backups that were made by hand.`;
    expect(warningsOf(result.log)).toEqual(needed ? [warning] : []);
  });

  test.each<[string, Record<string, string>, number, number | undefined]>([
    ['23 by all rules', { 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' }, 15, 23],
    ['23 by all rules', { 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' }, 23, undefined],
    ['8 by two rules', { 'keep-last': '4', 'keep-hourly': '4', 'keep-within': '1y' }, 7, 8],
    ['40 by two rules', { 'keep-last': '20', 'keep-daily': '20' }, 29, 40],
    // More than 30 the schedule cannot keep.
    ['40 by two rules', { 'keep-last': '20', 'keep-daily': '20' }, 30, undefined],
  ])(
    'with %s warns if the schedule keeps fewer copies than the rules together',
    async (_case, rules, stored, sum) => {
      const portal = await portalWith({
        backups: makeBackups(5),
        schedule: { ...SCHEDULE, backupsStored: stored },
      });
      const { log } = await prune(portal, { 'keep-last': '', ...rules, 'dry-run': 'true' });
      const warning = `::warning::The portal's own schedule keeps ${stored} scheduled copies, and the rules together keep up to ${sum}, so the portal may have removed some of those already. The schedule can keep up to 30. It never removes backups that were made by hand.`;
      expect(warningsOf(log)).toEqual(sum === undefined ? [] : [warning]);
    },
  );

  test.each<[string, object]>([
    ['there is none', {}],
    ['it cannot be read', { faults: [{ on: 'getbackupschedule', kind: 'server-error' }] }],
    ['it is refused', { faults: [{ on: 'getbackupschedule', kind: 'access-denied' }] }],
    ['its answer is no schedule', { faults: [{ on: 'getbackupschedule', kind: 'says-text' }] }],
    ['its number is a text', { schedule: { ...SCHEDULE, backupsStored: '1' } }],
  ])('ignores the schedule if %s', async (_case, options) => {
    const portal = await portalWith({ backups: makeBackups(5), ...options });
    const result = await prune(portal, { 'keep-last': '3', 'dry-run': 'true' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, SCHEDULE_PATH]);
    expect(warningsOf(result.log)).toEqual([]);
    expect(result.outputs['selected-count']).toBe('2');
  });

  if (!ofTheBundle) {
    test('waits at most five seconds for the schedule', async () => {
      const faults = [{ on: 'getbackupschedule', kind: 'hang' as const }];
      const portal = await portalWith({ backups: makeBackups(5), faults });
      const result = await prune(portal, { 'dry-run': 'true' });
      expect(result.code).toBe(0);
      expect(result.ms).toBe(5_000);
    });

    test('that is slow does not report deletions', async () => {
      const portal = await portalWith({ backups: makeBackups(5), listingMs: 9_000 });
      const result = await prune(portal, { 'dry-run': 'true' });
      expect(result.code).toBe(0);
      expect(result.log).not.toMatch(/\d backups? deleted/);
    });
  }

  test('of dumps reads the schedule of the dumps', async () => {
    const dumpSchedule = { ...SCHEDULE, backupsStored: 1 };
    const portal = await portalWith({ dumps: makeBackups(5), dumpSchedule, standalone: true });
    const result = await prune(portal, { dump: 'true', 'dry-run': 'true' });
    expect(portal.seen).toEqual([LIST.replace('false', 'true'), `${SCHEDULE_PATH}?Dump=true`]);
    expect(warningsOf(result.log)).toHaveLength(1);
  });
});

describe('the rules', () => {
  test('are applied to each storage type separately', async () => {
    const backups = range(1, 6).map(number => record(number, { storageType: number % 2 ? 3 : 0 }));
    const portal = await portalWith({ backups });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'deleted-ids': ids(6, 5, 4, 3) });
    expect(groupOf(result.log, 'Kept in Local: 1 backup')).toHaveLength(1);
    expect(groupOf(result.log, 'Kept in Documents: 1 backup')).toHaveLength(1);
    expect(result.summary).toMatch(/^Documents\n.*^Local\n/ms);
  });

  test('keep the backups of keep-ids, and count them like any other', async () => {
    const portal = await portalWith({ backups: makeBackups(8) });
    const result = await prune(portal, { 'keep-ids': `${makeId(7)},${makeId(1)}` });
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2, 7), 'deleted-ids': ids(8, 6, 5, 4, 3) });
    expect(sentTo(portal)).not.toContain(7);
  });

  test('warn if keep-ids has temporary backups, which the portal removes itself', async () => {
    const temporary = { expiresOn: '2036-01-01T00:00:00' };
    const backups = [record(1), record(2, temporary), record(3), record(4, { ...temporary, fileName: null })];
    const portal = await portalWith({ backups: [...backups, record(5, temporary)] });
    const result = await prune(portal, { 'keep-last': '1', 'keep-ids': ids(2, 4) });
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toEqual([3]);
    expect(warningsOf(result.log)).toEqual([
      `::warning::keep-ids cannot keep temporary backups, which the portal removes itself: ${makeId(2)}, ${makeId(4)}.`,
    ]);
  });

  test('pin nothing with keep-ids: []', async () => {
    const portal = await portalWith({ backups: makeBackups(4) });
    const result = await prune(portal, { 'keep-ids': '[]' });
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'deleted-ids': ids(4, 3) });
  });
});

describe('require-backup-within', () => {
  // The newest backup is nearly 22 hours old, by the clock of the run.
  if (!ofTheBundle) {
    test.each([
      ['22h', 0],
      ['1d', 0],
      ['21h', 1],
    ])('of %s ends with exit code %d', async (within, code) => {
      for (const dryRun of ['false', 'true']) {
        const portal = await portalWith({ backups: makeBackups(5) });
        const inputs = { 'require-backup-within': within, 'dry-run': dryRun };
        const result = await prune(portal, inputs);
        expect(result.code).toBe(code);
        expect(deletions(portal)).toHaveLength(code === 0 && dryRun === 'false' ? 3 : 0);
        if (code === 0) continue;
        expect(errorOf(result)).toContain('The newest backup is from 2026-03-31 02:15 (UTC)');
        expect(errorOf(result)).toContain(
          'Nothing was deleted. Are backups still made? A full storage or a full disk stops them too. To make room by this prune, run it once without require-backup-within.',
        );
        expect(result.log).toContain(
          `Refused: nothing was deleted; the newest backup is older than ${within}.`,
        );
        expect(result.summary).toContain('Would be deleted: 3 backups');
        expect(result.outputs).toMatchObject({ 'selected-ids': ids(5, 4, 3), 'deleted-count': '0' });
      }
    });
  }

  test.each<[string, unknown[], Record<string, string>]>([
    ['no backup at all', [], {}],
    ['none in storage-types', makeBackups(3), { 'storage-types': 'Documents' }],
    ['only temporary ones', [record(1, { expiresOn: '2036-01-01T00:00:00' })], {}],
    ['only one dated in the future', [record(1, { createdOn: '2036-01-01T00:00:00' })], {}],
    ['only an unreadable one', [record(1, { storageType: 77 })], {}],
  ])('fails the run with %s', async (_case, backups, inputs) => {
    const portal = await portalWith({ backups });
    const result = await prune(portal, { 'require-backup-within': '99y', ...inputs });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(result.log).toContain('Refused: nothing was deleted; there is no backup.');
    expect(errorOf(result)).toBe(
      'There is no backup that the rules look at, and require-backup-within is 99y. Nothing was deleted. Are backups still made? A full storage or a full disk stops them too.',
    );
  });

  test('advises no run without it where that would delete nothing', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    const result = await prune(portal, { 'require-backup-within': '1h' });
    expect(errorOf(result)).toMatch(/A full storage or a full disk stops them too\.$/);
  });

  test('accepts a new backup of any storage type that is not ignored', async () => {
    const newest = new Date(ofTheBundle ? Date.now() : Date.parse('2026-03-31T23:00:00Z')).toISOString();
    const backups = [...makeBackups(4), record(9, { createdOn: newest.slice(0, 19), storageType: 0 })];
    const portal = await portalWith({ backups });
    const within = { 'require-backup-within': '2h' };
    expect((await prune(portal, { ...within, 'storage-types': 'Local' })).code).toBe(1);
    expect(deletions(portal)).toEqual([]);
    const result = await prune(portal, within);
    expect(result.code).toBe(0);
    expect(result.outputs['deleted-ids']).toBe(ids(4, 3));
  });
});

describe('a record that the policy ignores', () => {
  test('can be temporary', async () => {
    const expires = [1, 3, 6].map(number => record(number, { expiresOn: '2020-01-01T00:00:00' }));
    const portal = await portalWith({ backups: [...expires, record(2), record(4), record(5)] });
    const result = await prune(portal);
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(2, 4), 'deleted-ids': ids(5) });
    expect(sentTo(portal)).toEqual([5]);
    expect(warningsOf(result.log)).toEqual([]);
    expect(result.summary).toContain('Ignored: 3 backups');
    expect(result.summary).toContain('temporary: the portal removes it');
  });

  // One example of each kind. The tests of the records have more.
  test.each<[string, Record<string, unknown>, string]>([
    ['has no createdOn', { createdOn: undefined }, 'its createdOn is missing or cannot be read'],
    [
      'is from the year 1',
      { createdOn: '0001-01-01T00:00:00' },
      'its createdOn is missing or cannot be read',
    ],
    ['has an expiresOn that is no time', { expiresOn: 'soon' }, 'its expiresOn cannot be read'],
    ['has storageType 6', { storageType: 6 }, 'its storageType is missing or unknown'],
    [
      'is from the year 2036',
      { createdOn: '2036-01-01T00:00:00' },
      'dated 2036-01-01 00:00 UTC, more than a day ahead',
    ],
  ])('is named in a warning if it %s', async (_case, changes, problem) => {
    const unusable = record(9, changes);
    const portal = await portalWith({ backups: [record(1), unusable, record(2), record(3)] });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(sentTo(portal)).toEqual([3]);
    expect(portal.state.history.own).toContain(unusable);
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'selected-ids': ids(3) });
    expect(warningsOf(result.log)).toHaveLength(1);
    expect(warningsOf(result.log)[0]).toContain(`1 record of the history ignored: ${makeId(9)} (${problem}`);
    expect(result.summary).toContain('Ignored: 1 backup');
  });

  test('is named by its name if it has no id', async () => {
    const unusable = record(9, { id: null, createdOn: 'never' });
    const portal = await portalWith({ backups: [record(1), unusable, record(2), record(3)] });
    const result = await prune(portal);
    expect(sentTo(portal)).toEqual([3]);
    expect(warningsOf(result.log).join()).toContain(
      `1 record of the history ignored: ${unusable['fileName']} (`,
    );
  });

  test.each<[string, unknown]>([
    ['a path for an id', record(9, { id: '../deletebackuphistory' })],
    ['a GUID in braces', record(9, { id: `{${makeId(9)}}` })],
    ['null as its value', null],
    ['a list as its value', [record(9)]],
  ])('is named in a warning if it has %s', async (_case, item) => {
    const portal = await portalWith({ backups: [record(1), item, record(3)] });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.code).toBe(0);
    expect(story(portal)).toEqual(['list', 3, 'list']);
    expect(warningsOf(result.log)).toHaveLength(1);
    expect(warningsOf(result.log)[0]).toContain('(its id is not a GUID)');
  });

  test('can be two records with one id', async () => {
    const twice = [record(2, { id: makeId(9) }), record(5, { id: makeId(9).toUpperCase() })];
    const portal = await portalWith({ backups: [record(1), ...twice, record(4)] });
    const result = await prune(portal, { 'keep-last': '1' });
    expect(result.outputs).toMatchObject({
      'kept-ids': ids(1),
      'selected-ids': ids(4),
      'deleted-ids': ids(4),
    });
    expect(sentTo(portal)).toEqual([4]);
    expect(warningsOf(result.log)[0]).toContain(`${makeId(9)} (its id is listed twice)`);
  });

  test('shares one warning with others, which names the first ten', async () => {
    const unusable = range(30, 54).map(number => record(number, { createdOn: 'never' }));
    const portal = await portalWith({ backups: [...makeBackups(3), ...unusable] });
    const result = await prune(portal, { 'keep-last': '1', 'dry-run': 'true' });
    expect(result.outputs).toMatchObject({ 'selected-count': '2', 'kept-count': '1' });
    expect(warningsOf(result.log)).toHaveLength(1);
    expect(warningsOf(result.log)[0]).toMatch(/25 records of the history ignored: .* and 15 more\.$/);
    expect(warningsOf(result.log)[0]?.match(/its createdOn/g)).toHaveLength(10);
  });

  test('does not affect the age of others if it is dated in the future', async () => {
    const future = record(9, { createdOn: '9999-12-31T23:59:59' });
    const portal = await portalWith({ backups: [record(1), future, record(2), record(4)] });
    const within = await prune(portal, { 'keep-within': '2d', 'dry-run': 'true' });
    expect(within.outputs).toMatchObject({ 'kept-ids': ids(1, 2), 'selected-ids': ids(4) });
    const last = await prune(portal, { 'keep-last': '1', 'dry-run': 'true' });
    expect(last.outputs).toMatchObject({ 'kept-ids': ids(1), 'selected-ids': ids(4, 2) });
  });
});

describe('storage-types', () => {
  // Two backups in each storage type. The last digit of the number is the storage type.
  const backups = [0, 1, 2, 3, 4, 5].flatMap(storageType => [
    record(10 + storageType, { storageType }),
    record(20 + storageType, { storageType }),
  ]);

  test.each([
    ['', [10, 11, 12, 13, 14, 15], [25, 24, 23, 22, 21, 20]],
    ['Local', [13], [23]],
    ['0,3', [10, 13], [23, 20]],
    ['CustomCloud 4, thridpartydocuments', [11, 12, 14], [24, 22, 21]],
  ])('"%s" keep %j and delete %j', async (storageTypes, kept, deleted) => {
    const portal = await portalWith({ backups });
    const result = await prune(portal, { 'keep-last': '1', 'storage-types': storageTypes });
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(...kept), 'deleted-ids': ids(...deleted) });
    expect(portal.state.history.own).toHaveLength(backups.length - deleted.length);
    expect(warningsOf(result.log)).toEqual([]);
  });

  test('match a portal that sends names', async () => {
    const named = [record(1, { storageType: 'local' }), record(2, { storageType: 'Documents' })];
    const portal = await portalWith({ backups: [...named, record(3, { storageType: 'Local' })] });
    const result = await prune(portal, { 'keep-last': '1', 'storage-types': 'Local' });
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1), 'deleted-ids': ids(3) });
    expect(result.summary).toContain('not one of storage-types');
  });
});

describe('a portal that is slow or restarts', () => {
  if (!ofTheBundle) {
    test.each([
      ['unavailable', 8_000],
      ['bad-gateway', 25_000],
      ['lost-before', 12_000],
    ] as const)('("%s" for %d ms during the deletions) succeeds', async (kind, ms) => {
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: 200 });
      const clock = theClock();
      clock.after(500, () => {
        const fault = { kind };
        portal.state.faults.push(fault);
        clock.after(ms, () => portal.state.faults.splice(portal.state.faults.indexOf(fault), 1));
      });
      const result = await prune(portal);
      expect(result.code).toBe(0);
      expect(result.ms).toBeGreaterThan(ms);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });
  }

  test('and sends times as PostgreSQL portals do succeeds', async () => {
    const portal = await portalWith({ backups: makeBackups(4), zulu: true });
    const result = await act({ operation: 'prune-history', 'keep-last': '2', 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(sentTo(portal).sort()).toEqual([3, 4]);
  });
});
