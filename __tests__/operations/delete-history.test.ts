import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type PortalOptions,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle, testOfSource } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { deletions, portalWith } from '../support/portals.js';
import { cancelWhen, ids, LIST, range, record, warningsOf } from './support.js';

const DELETE = 'DELETE /api/2.0/backup/deletebackuphistory?Dump=false';
const backups = makeBackups(3);
const ALL = ids(3, 2, 1);
const operation = { operation: 'delete-history' };

/** The body of a listing with these records. */
function listingOf(records: unknown[]): string {
  return JSON.stringify({ response: records, count: records.length, status: 0, statusCode: 200 });
}

/** The methods of the requests that a portal received. */
function story(portal: Awaited<ReturnType<typeof portalWith>>): string[] {
  return portal.seen.map(request => request.split(' ', 1)[0] ?? '');
}

describe('delete-history', () => {
  test.each(['', 'false', 'FALSE'])('with dump "%s" lists, deletes and lists again', async dump => {
    const portal = await portalWith({ backups, dumps: makeBackups(2), schedule: SCHEDULE, standalone: true });
    const result = await act({ ...operation, 'portal-url': `${portal.url}/`, dump });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    expect(portal.state.history).toEqual({ own: [], dumps: makeBackups(2) });
    expect(portal.state.schedule.own).toEqual(SCHEDULE);
    expect(result.log).toContain('Done: 3 of 3 backups deleted.');
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '3',
      'selected-ids': ALL,
      'deleted-count': '3',
      'deleted-ids': ALL,
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
      'report-file': expect.any(String),
    });
  });

  test('with dump: true deletes only the server-wide dumps', async () => {
    const portal = await portalWith({ backups, dumps: makeBackups(2), standalone: true });
    const result = await act({ ...operation, 'portal-url': portal.url, dump: 'true' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, DELETE, LIST].map(request => request.replace('false', 'true')));
    expect(portal.state.history).toEqual({ own: backups, dumps: [] });
    expect(result.outputs['deleted-count']).toBe('2');
  });

  test('sends no body, no Content-Type and no Origin', async () => {
    const portal = await portalWith({ backups });
    await act({ ...operation, 'portal-url': portal.url });
    expect(portal.state.requests).toHaveLength(4);
    for (const { headers, body } of portal.state.requests) {
      expect(body).toBe('');
      expect(headers).toMatchObject({ accept: 'application/json', 'accept-encoding': 'identity' });
      expect(headers['user-agent']).toMatch(/^docspace-backup-cleanup\b/);
      expect(Object.keys(headers).sort()).toEqual([
        'accept',
        'accept-encoding',
        'authorization',
        'connection',
        'host',
        'user-agent',
      ]);
    }
  });

  test('sends the DELETE for an empty history too, which can have unlisted records', async () => {
    const portal = await portalWith({ backups: [record(1)], unlisted: [makeId(1)] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    expect(portal.state.history.own).toEqual([]);
    expect(result.log).toContain('Done: there was nothing to delete.');
    expect(result.outputs).toMatchObject({ 'selected-count': '0', 'deleted-count': '0' });
  });

  test.each(['0', '10'])(
    'with max-deletions: %s does not trust a first listing that is empty by mistake',
    async limit => {
      // Of the listings, only the first one is wrong.
      const backends = [{ listings: [1], backups: [] }];
      const portal = await portalWith({ backups, backends });
      const result = await act({ ...operation, 'portal-url': portal.url, 'max-deletions': limit });
      expect(result.code).toBe(limit === '0' ? 1 : 0);
      expect(portal.seen).toEqual(limit === '0' ? [LIST, LIST] : [LIST, LIST, DELETE, LIST]);
      expect(result.outputs['selected-count']).toBe('3');
      if (limit === '0') expect(errorOf(result)).toContain('max-deletions allows 0. Nothing was deleted.');
    },
  );

  test('with max-deletions lists an empty history twice also where there is little time', async () => {
    const portal = await portalWith({ backups, backends: [{ listings: [1], backups: [] }] });
    const inputs = { 'max-deletions': '0', 'timeout-seconds': '2' };
    const result = await act({ ...operation, 'portal-url': portal.url, ...inputs });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toEqual([]);
  });

  test('with max-deletions lists an empty history twice, and then sends the DELETE', async () => {
    const portal = await portalWith({ backups: [] });
    const result = await act({ ...operation, 'portal-url': portal.url, 'max-deletions': '0' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, LIST, DELETE, LIST]);
  });

  test('with verify: false waits as long as the answer asks before it sends the DELETE again', async () => {
    const faults: Fault[] = [{ on: 'DELETE', kind: 'unavailable', retryAfter: '5', times: 1 }];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url, verify: 'false' });
    expect(result.code).toBe(0);
    expect(result.ms).toBeGreaterThanOrEqual(5_000);
    expect(result.log).toContain('HTTP 503. The DELETE is sent again in 5.0 s.');
  });

  test('with verify: false sends one DELETE, and has no counts', async () => {
    const portal = await portalWith({ backups });
    const result = await act({ ...operation, 'portal-url': portal.url, verify: 'false' });
    expect(result.code).toBe(0);
    expect(portal.state.requests).toHaveLength(1);
    expect(portal.seen).toEqual([DELETE]);
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '',
      'selected-ids': '[]',
      'deleted-count': '',
      'deleted-ids': '[]',
      'failed-count': '',
      'failed-ids': '[]',
      'kept-count': '',
      'kept-ids': '[]',
      'report-file': expect.any(String),
    });
    expect(result.log).toContain('unverified');
    expect(result.log).toContain('Done: the portal reports that the history is deleted.');
  });

  test.each([
    ['server-error', 500, 1],
    ['says-false', 200, 1],
    ['unavailable', 503, 2],
    // The portal may be at work on it.
    ['gateway-timeout', 504, 1],
    ['unauthorized', 401, 1],
  ] as const)('with verify: false depends only on the answer: "%s" (%d)', async (kind, status, sent) => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind }] });
    const inputs = { ...operation, 'portal-url': portal.url, verify: 'false', retries: '1' };
    const result = await act(inputs);
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual(Array(sent).fill(DELETE));
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    expect(result.log).toContain('Failed: it is not known what was deleted.');
    expect(result.outputs).toMatchObject({ 'deleted-count': '', 'failed-count': '', 'selected-count': '' });
  });

  test.each([
    ['unavailable', /^HTTP 503\. The DELETE is sent again in \d\.\d s\.$/m],
    ['lost-before', /^DELETE .*: The connection was lost\. \(\w+\) The DELETE is sent again\.$/m],
  ] as const)('logs why the DELETE is sent again: "%s"', async (kind, line) => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind, times: 1 }] });
    const env = { RUNNER_DEBUG: '1' };
    const result = await act({ ...operation, 'portal-url': portal.url }, { env });
    expect(result.code).toBe(0);
    expect(result.log).toMatch(line);
    expect(result.log.match(/sent again/g)).toHaveLength(1);
  });

  test('sends the DELETE as often as retries allows, and does not announce another', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'unavailable' }] });
    const inputs = { ...operation, 'portal-url': portal.url, retries: '1' };
    const result = await act(inputs, { env: { RUNNER_DEBUG: '1' } });
    expect(result.code).toBe(1);
    expect(result.log.match(/sent again/g)).toHaveLength(1);
  });

  test('in a dry run sends only GETs, and selects what a real run deletes', async () => {
    const portal = await portalWith({ backups });
    const inputs = { ...operation, 'portal-url': portal.url };
    const dry = await act({ ...inputs, 'dry-run': 'true', verify: 'false' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
    expect(portal.state.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(dry.outputs).toMatchObject({ 'selected-ids': ALL, 'deleted-count': '0', 'deleted-ids': '[]' });
    expect(dry.log).toContain('Dry run: 3 backups would be deleted.');
    expect((await act(inputs)).outputs['deleted-ids']).toBe(ALL);
  });

  test.each(['false', 'true'])(
    'with dry-run: %s fails before the DELETE if the list is shorter than its total',
    async dryRun => {
      for (const total of [26, 60]) {
        const portal = await portalWith({ backups: makeBackups(25), total });
        const inputs = { ...operation, 'portal-url': portal.url, 'max-deletions': '30', 'dry-run': dryRun };
        const result = await act(inputs);
        expect(result.code).toBe(1);
        expect(portal.seen).toEqual([LIST]);
        expect(portal.state.history.own).toHaveLength(25);
        expect(errorOf(result)).toContain(
          'the list is not complete, because "total" is larger than its length',
        );
        expect(result.outputs).toMatchObject({
          'selected-count': '',
          'deleted-count': '0',
          'failed-count': '0',
        });
      }
    },
  );

  test.each([0, 24, 25])('accepts a total that is not larger than the list: %d of 25', async total => {
    const portal = await portalWith({ backups: makeBackups(25), total });
    const result = await act({ ...operation, 'portal-url': portal.url, 'dry-run': 'true' });
    expect(result.code).toBe(0);
    expect(result.outputs['selected-count']).toBe('25');
  });

  test.each(['false', 'true'])('with dry-run: %s is refused above max-deletions', async dryRun => {
    const portal = await portalWith({ backups });
    const inputs = { ...operation, 'portal-url': portal.url, 'max-deletions': '2', 'dry-run': dryRun };
    const result = await act(inputs);
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(result.log).toContain('Refused: nothing was deleted; 3 selected, max-deletions allows 2.');
    expect(result.summary).toContain('Would be deleted: 3 backups');
    expect(result.outputs).toMatchObject({ 'selected-ids': ALL, 'deleted-count': '0', 'failed-count': '0' });
  });

  test.each([
    ['3', 1],
    ['4', 0],
  ])('counts records without a readable id for max-deletions: %s', async (limit, code) => {
    const portal = await portalWith({ backups: [...backups, record(7, { id: 'none' })] });
    const inputs = { ...operation, 'portal-url': portal.url, 'max-deletions': limit };
    const result = await act(inputs);
    expect(result.code).toBe(code);
    expect(deletions(portal)).toHaveLength(1 - code);
    if (code === 1) expect(errorOf(result)).toContain('4 backups selected, but max-deletions allows 3.');
  });

  test('succeeds if a backup was made meanwhile', async () => {
    const newBackup = record(99);
    const portal = await portalWith({ backups, madeMeanwhile: [newBackup] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(result.outputs['deleted-ids']).toBe(ALL);
    expect(portal.state.history.own).toEqual([newBackup]);
  });

  test('does not claim that files are deleted, which the listing cannot show', async () => {
    const portal = await portalWith({ backups, fileErrors: { '*': 500 } });
    const result = await act({ ...operation, 'portal-url': portal.url });
    // The portal answers true, and its list is empty. The remaining files cannot be noticed.
    expect(result.code).toBe(0);
    expect(portal.state.filesLeft).toHaveLength(3);
    expect(result.log + result.summary).not.toMatch(/\bfiles? (is|are|was|were) deleted|with its file/);
  });
});

describe('delete-history, if the portal reports success,', () => {
  test('fails if the list does not shrink in two more listings', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'lie' }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['GET', 'DELETE', 'GET', 'GET', 'GET']);
    expect(errorOf(result)).toContain('3 of 3 backups are still listed: ');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
  });

  test('fails if backups are still listed 15 s after the list shrank, and names them', async () => {
    const portal = await portalWith({ backups, stuck: [makeId(2)] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['GET', 'DELETE', 'GET', ...Array(4).fill('GET')]);
    expect(result.ms).toBeGreaterThanOrEqual(15_000);
    expect(errorOf(result)).toBe(
      `1 of 3 backups is still listed: alias_2026-03-30_05-15-00.tar.gz (Local, ${makeId(2)}). The portal reported success; see its log.`,
    );
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(3, 1), 'failed-ids': ids(2) });
    expect(result.summary).toContain('Not proven to be deleted: 1 backup');
  });

  if (!ofTheBundle) {
    test.each([
      ['for 14 s', 40, 350],
      ['by one every 6 s', 5, 6_000],
      ['by one every 14 s, after the first few,', 10, [...Array(7).fill(10), ...Array(3).fill(14_000)]],
    ])('waits while the list goes on shrinking %s: one DELETE', async (_name, number, ms) => {
      const own = makeBackups(number);
      // `slow-delete` answers true at once.
      const times = Array.isArray(ms)
        ? { deleteMs: Object.fromEntries(own.map(({ id }, index) => [id, Number(ms[index])])) }
        : {};
      const fault: Fault = { on: 'DELETE', kind: 'slow-delete', status: 200, ms: Array.isArray(ms) ? 0 : ms };
      const portal = await portalWith({ backups: own, ...times, faults: [fault] });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(errorOf(result)).toBe('');
      expect(result.outputs).toMatchObject({ result: 'true', 'deleted-count': String(number) });
      expect(deletions(portal)).toHaveLength(1);
      expect(portal.state.history.own).toEqual([]);
    });

    test.each([
      [1_500, 2],
      [7_000, 3],
    ])('succeeds if the listing lags by %d ms', async (lagMs, listings) => {
      const portal = await portalWith({ backups, lagMs });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(listings).fill('GET')]);
    });
  }

  test('counts unreadable records, and fails while one without an id is left', async () => {
    const unreadable = record(7, { createdOn: 'yesterday' });
    const readable = await portalWith({ backups: [...backups, unreadable] });
    const succeeded = await act({ ...operation, 'portal-url': readable.url });
    expect(succeeded.outputs).toMatchObject({ result: 'true', 'deleted-ids': ids(3, 2, 1, 7) });

    const portal = await portalWith({ backups: [...backups, record(8, { id: 'evil' })], stuck: ['evil'] });
    const failed = await act({ ...operation, 'portal-url': portal.url });
    expect(failed.code).toBe(1);
    expect(errorOf(failed)).toBe('1 of 4 backups is still listed. The portal reported success; see its log.');
    expect(failed.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '3' });
    expect(warningsOf(failed.log)).toEqual([
      '::warning::1 record of the history without a readable id will be deleted too, but is not counted in the outputs. max-deletions counts it.',
    ]);
  });

  test.each(['true', 'false'])(
    'does not call a history empty that has only records without an id (dry-run: %s)',
    async dryRun => {
      const portal = await portalWith({ backups: [record(1, { id: 'none' })] });
      const result = await act({ ...operation, 'portal-url': portal.url, 'dry-run': dryRun });
      expect(result.code).toBe(0);
      expect(result.log).not.toContain('nothing to delete');
      expect(result.summary).toContain('1 record of the history without a readable id will be deleted too');
    },
  );

  test.each<[string, unknown[]]>([
    ['in braces', backups.map(backup => ({ ...backup, id: `{${backup.id}}` }))],
    ['as nulls', [null, null, null]],
    ['without ids', backups.map(({ id: _, ...rest }) => rest)],
  ])('fails if the final listing has the records %s', async (_case, list) => {
    for (const kind of ['lie', 'server-error'] as const) {
      const portal = await portalWith({
        backups,
        faults: [{ on: 'DELETE', kind }],
        backends: [{ listings: range(2, 9), backups: list }],
      });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'deleted-ids': '[]', 'failed-ids': ALL });
      expect(result.log).toContain('Failed: it is not known what was deleted.');
    }
  });

  test.each<[name: string, faults: Fault[], code: number, listings: number]>([
    ['once, which is asked for once more', [{ kind: 'server-error', times: 1 }], 0, 2],
    ['twice', [{ kind: 'server-error' }], 1, 2],
    [
      'once, and then with 503',
      [
        { kind: 'server-error', times: 1 },
        { kind: 'unavailable', times: 1 },
      ],
      0,
      3,
    ],
    ['with 403, which is not asked for again', [{ kind: 'access-denied', times: 1 }], 1, 1],
    [
      'with 501 of the portal, which is not asked for again',
      [{ kind: 'error-form', status: 501, times: 1 }],
      1,
      1,
    ],
  ])('and the final listing fails with the 500 of the portal %s', async (_name, faults, code, listings) => {
    const portal = await portalWith({
      backups,
      faults: faults.map(fault => ({ on: 'GET get', ...fault, ...(fault === faults[0] ? { skip: 1 } : {}) })),
    });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
    expect(result.code).toBe(code);
    expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(listings).fill('GET')]);
    expect(result.outputs).toMatchObject(
      code === 0 ? { 'deleted-ids': ALL, 'failed-count': '0' } : { 'deleted-count': '0', 'failed-ids': ALL },
    );
  });

  test.each<[string, string]>([
    ['total 3 of an empty list', '{"response":[],"count":0,"total":3,"status":0,"statusCode":200}'],
    ['count 3 of an empty list', '{"response":[],"count":3,"status":0,"statusCode":200}'],
    ['an error', '{"response":[],"count":0,"status":0,"statusCode":500,"error":{}}'],
    ['no list', '{"response":true,"count":1,"status":0,"statusCode":200}'],
    ['a web page', '<html></html>'],
  ])('fails if the final listing is HTTP 200 with %s', async (_case, body) => {
    const portal = await portalWith({ backups, faults: [{ on: 'GET get', kind: 'status', body, skip: 1 }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
  });
});

describe('delete-history, if the portal does not report success,', () => {
  test.each([
    ['server-error', 500],
    ['bad-request', 400],
    ['created', 201],
    ['no-content', 204],
    ['web-client', 200],
    ['says-false', 200],
    ['says-text', 200],
    ['not-json', 200],
  ] as const)('("%s") fails, and lists once what is left', async (kind, status) => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    expect(errorOf(result)).toContain('3 of 3 backups are still listed');
    expect(result.outputs).toMatchObject({
      'status-code': String(status),
      'deleted-count': '0',
      'failed-ids': ALL,
    });
  });

  test('counts as deleted what is no longer listed', async () => {
    // One backend answers 500. The listing comes from another one, which lacks two of the backups.
    const options: PortalOptions = {
      backups,
      faults: [{ on: 'DELETE', kind: 'error-form', status: 500 }],
      vanishing: [makeId(1), makeId(2)],
    };
    const portal = await portalWith(options);
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(2, 1), 'failed-ids': ids(3) });
    expect(result.log).toContain('Failed: 2 of 3 backups deleted.');
  });

  test.each(['error-form', 'suspended'] as const)('("%s", 404) fails with nothing deleted', async kind => {
    const faults = [{ on: 'DELETE', kind, ...(kind === 'error-form' ? { status: 404 } : {}) }];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(1);
    expect(errorOf(result)).toContain('HTTP 404 from DELETE');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
  });

  test('and the final listing proves nothing, tells both', async () => {
    const faults: Fault[] = [{ on: 'DELETE', kind: 'server-error' }];
    const backends = [{ listings: [2], backups: [{}] }];
    const portal = await portalWith({ backups, faults, backends });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(errorOf(result)).toMatch(/^HTTP 500 from DELETE .* The final listing proves nothing: 1 record/);
  });

  test('and a listing fails, does not know what was deleted', async () => {
    const faults = [
      { on: 'DELETE', kind: 'server-error' as const },
      { on: 'GET get', kind: 'access-denied' as const, skip: 1 },
    ];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    expect(errorOf(result)).toContain('HTTP 500');
    expect(result.log).toContain('Failed: it is not known what was deleted.');
    expect(result.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '0', 'failed-ids': ALL });
    expect(result.summary).toContain('Not proven to be deleted: 3 backups in Local (not known)');
  });

  test('or reports success and the listing fails, does not know what was deleted', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'GET get', kind: 'access-denied', skip: 1 }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    // The answer true means nothing.
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    expect(result.log).toContain('Failed: it is not known what was deleted.');
  });

  test.each([
    ['unauthorized', 401],
    ['no-scope', 403],
    ['unpaid', 402],
    ['portal-busy', 403],
    ['redirect', 301],
  ] as const)('but "%s" (%d), does not list again', async (kind, status) => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(portal.seen).toEqual([LIST, DELETE]);
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
  });

  testOfSource('but refuses the DELETE after an unanswered one, lists again', async () => {
    for (const [first, rest] of [
      ['slow-delete', 'suspended'],
      ['bad-gateway', 'unauthorized'],
    ] as const) {
      const portal = await portalWith({
        backups,
        stuck: [makeId(2), makeId(3)],
        faults: [
          { on: 'DELETE', kind: first, ms: 1, times: 1 },
          { on: 'DELETE', kind: rest },
        ],
      });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
      expect(portal.seen.slice(-2)).toEqual([DELETE, LIST]);
      expect(deletions(portal)).toHaveLength(2);
      const isDeleting = first === 'slow-delete';
      expect(result.outputs).toMatchObject({
        'deleted-ids': isDeleting ? ids(1) : '[]',
        'failed-ids': isDeleting ? ids(3, 2) : ALL,
      });
    }
  });

  test('but asks to wait beyond the deadline, fails at once, without a listing', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '3600' }];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, DELETE]);
    expect(errorOf(result)).toContain('It asks to wait 3600 s');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
  });
});

describe('delete-history, if the portal does not answer,', () => {
  const twenty = makeBackups(20);

  test.each([
    ['gateway-timeout', 504],
    ['page', 524],
    ['page', 522],
    ['page', 520],
    ['request-timeout', 408],
  ] as const)(
    '("%s", %d) waits while it is still deleting, and sends no second DELETE',
    async (_kind, status) => {
      const faults = [{ on: 'DELETE', kind: 'slow-delete' as const, status, ms: ofTheBundle ? 150 : 300 }];
      const portal = await portalWith({ backups: twenty, faults });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      expect(deletions(portal)).toEqual([DELETE]);
      expect(result.outputs).toMatchObject({
        'deleted-count': '20',
        'failed-count': '0',
        'status-code': String(status),
      });
      expect(result.log).toMatch(/The portal is still deleting: \d+ backups left\./);
    },
  );

  test.each(['reset-after', 'lost-after', 'cut'] as const)(
    '("%s") succeeds with an empty listing',
    async kind => {
      const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind }] });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      // An empty listing counts only if a second one is empty too.
      expect(portal.seen).toEqual([LIST, DELETE, LIST, LIST]);
      expect(result.log).not.toContain('still deleting');
      expect(result.outputs).toMatchObject({ 'deleted-ids': ALL });
    },
  );

  if (!ofTheBundle) {
    test('(it hangs) waits while it is still deleting', async () => {
      const portal = await portalWith({ backups: makeBackups(120), deleteMs: 1_500 });
      const result = await act({ ...operation, 'portal-url': portal.url, 'timeout-seconds': '300' });
      expect(result.code).toBe(0);
      // The portal works for three minutes. The DELETE waits for half of the remaining time.
      expect(result.ms).toBeGreaterThanOrEqual(180_000);
      expect(deletions(portal)).toEqual([DELETE]);
      expect(result.outputs['deleted-count']).toBe('120');
    });

    test('lists again after 2 s, or after as long as a listing takes', async () => {
      const faults = [{ on: 'DELETE', kind: 'slow-delete' as const, ms: 1_000 }];
      const portal = await portalWith({ backups: twenty, faults, listingMs: 4_000 });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      // The deletion takes 20 s. Four listings take 4 s each, with 4 s between them.
      expect(portal.seen.filter(request => request === LIST).length).toBeLessThanOrEqual(1 + 4);
    });

    test('does not wait beyond the deadline', async () => {
      const faults = [{ on: 'DELETE', kind: 'slow-delete' as const, ms: 1_500 }];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, 'timeout-seconds': '3' });
      expect(result.code).toBe(1);
      expect(result.ms).toBeLessThanOrEqual(3_000);
      expect(errorOf(result)).toContain('HTTP 504');
      expect(deletions(portal)).toHaveLength(1);
      const [deleted, failed] = ['deleted-count', 'failed-count'].map(name => Number(result.outputs[name]));
      expect([deleted, failed]).toEqual([1, 2]);
    });

    test('fails with the listing before if a later one fails', async () => {
      const faults = [
        { on: 'DELETE', kind: 'slow-delete' as const, ms: 1_500 },
        { on: 'GET get', kind: 'portal-busy' as const, skip: 2 },
      ];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      expect(deletions(portal)).toHaveLength(1);
      expect(errorOf(result)).toContain('HTTP 504 from DELETE');
      expect(errorOf(result)).toContain('2 of 3 backups are still listed');
      expect(result.outputs).toMatchObject({ 'deleted-count': '1', 'failed-count': '2' });
    });
  }

  if (!ofTheBundle) {
    test('sends the DELETE again after 15 s without a shrinking, and lists after 2, 4, 8 and 15 s', async () => {
      const portal = await portalWith({
        backups,
        faults: [{ on: 'DELETE', kind: 'gateway-timeout', times: 1 }],
      });
      const times: number[] = [];
      const list = portal.state.list.bind(portal.state);
      portal.state.list = (...args) => {
        times.push(Math.round(theClock().monotonicMs() / 1000));
        return list(...args);
      };
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(4).fill('GET'), 'DELETE', 'GET']);
      expect(times.slice(0, 5)).toEqual([0, 2, 4, 8, 15]);
      expect(result.outputs['status-code']).toBe('200');
    });

    test.each([
      ['0', 1],
      ['1', 2],
    ])('fails after as many DELETEs as retries: %s allows', async (retries, sent) => {
      const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'gateway-timeout' }] });
      const result = await act({ ...operation, 'portal-url': portal.url, retries });
      expect(result.code).toBe(1);
      expect(deletions(portal)).toHaveLength(sent);
      expect(errorOf(result)).toContain('HTTP 504');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    });

    test.each<[name: string, number: number, deleteMs: number, gateway: { ms: number; status?: number }]>([
      ['files of 5 s, a 504 after 2 s', 40, 5_000, { ms: 2_000 }],
      ['files of 14 s, a 502 after 2 s', 15, 14_000, { ms: 2_000, status: 502 }],
      ['files of 5 s, a 524 after 30 s', 40, 5_000, { ms: 30_000, status: 524 }],
      ['files of 5 s, the 500 of a gateway after 1 s', 40, 5_000, { ms: 1_000, status: 500 }],
    ])('waits for the portal: %s', async (_name, number, deleteMs, gateway) => {
      for (const retries of ['5', '20']) {
        const portal = await portalWith({ backups: makeBackups(number), deleteMs, gateway });
        const inputs = { ...operation, 'portal-url': portal.url, 'timeout-seconds': '250', retries };
        const result = await act(inputs);
        expect(errorOf(result)).toBe('');
        expect(result.outputs).toMatchObject({ result: 'true', 'deleted-count': String(number) });
        expect(deletions(portal)).toHaveLength(1);
        expect(portal.state.maxConcurrentRequests).toBe(1);
      }
    });

    test('waits for three times the longest time between two shrinkings', async () => {
      for (const [slowMs, sent] of [
        [44_000, 1],
        [70_000, 2],
      ] as const) {
        const deleteMs = { [makeId(1)]: 14_000, [makeId(2)]: slowMs, [makeId(3)]: 1_000 };
        const portal = await portalWith({ backups, deleteMs, gateway: { ms: 2_000 } });
        const result = await act({ ...operation, 'portal-url': portal.url });
        expect([slowMs, result.code, deletions(portal).length]).toEqual([slowMs, 0, sent]);
      }
    });

    test('counts the time before a shrinking that it finds just before it would send the DELETE again', async () => {
      // The third backup is removed after 19 s, while the action waits after the 503. The fourth is removed 30 s later.
      const deleteMs = { [makeId(1)]: 1_000, [makeId(2)]: 18_000, [makeId(3)]: 30_000, [makeId(4)]: 1_000 };
      const faults: Fault[] = [
        { on: 'DELETE', kind: 'gives-up', ms: 500, status: 502, times: 1 },
        { on: 'DELETE', kind: 'unavailable', retryAfter: '3', times: 1 },
      ];
      const portal = await portalWith({ backups: makeBackups(4), deleteMs, faults });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      expect(deletions(portal)).toHaveLength(2);
    });
  }

  test.each([
    ['bad-gateway', 502, '0', 1],
    ['nginx-error', 500, '0', 1],
    ['unavailable', 503, '1', 2],
    ['refused', 0, '0', 1],
  ] as const)(
    '("%s", %d) succeeds if nothing is listed after retries: %s',
    async (kind, status, retries, sent) => {
      const fault = kind === 'refused' ? ('lost-before' as const) : kind;
      const vanishing = backups.map(({ id }) => id);
      const portal = await portalWith({ backups, vanishing, faults: [{ on: 'DELETE', kind: fault }] });
      const result = await act({ ...operation, 'portal-url': portal.url, retries });
      expect(result.code).toBe(0);
      // The history must be empty twice.
      expect(story(portal)).toEqual(['GET', ...Array(sent).fill('DELETE'), 'GET', 'GET']);
      expect(result.log).toContain('Done: 3 of 3 backups deleted.');
      expect(result.outputs).toMatchObject({
        result: 'true',
        'deleted-ids': ALL,
        'failed-count': '0',
        'status-code': status === 0 ? '' : String(status),
      });
    },
  );

  test.each<[string, Partial<Fault>]>([
    ['is rejected', { kind: 'unauthorized' }],
    ['is no list', { kind: 'web-client' }],
    ['has a record without an id', { kind: 'status', body: listingOf([null]) }],
  ])('fails if no DELETE was answered and the listing after it %s', async (_case, fault) => {
    const faults = [
      { on: 'DELETE', kind: 'unavailable' as const },
      { on: 'GET get', kind: 'status' as const, skip: 1, ...fault },
    ];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(result.code).toBe(1);
    expect(story(portal)).toEqual(['GET', 'DELETE', 'GET']);
    expect(errorOf(result)).toContain('HTTP 503 from DELETE');
    expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0', 'failed-ids': ALL });
  });

  if (!ofTheBundle) {
    test('waits for the first DELETE even if a later one did not reach the portal', async () => {
      const faults = [
        { on: 'DELETE', kind: 'gives-up' as const, status: 504, times: 1 },
        { on: 'DELETE', kind: 'unavailable' as const },
      ];
      // The list shrinks at once, then after 18 and 19 s.
      const deleteMs = { [makeId(1)]: 18_000, '*': 1_000 };
      const portal = await portalWith({ backups, deleteMs, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
      expect(story(portal).slice(0, 8)).toEqual(['GET', 'DELETE', ...Array(5).fill('GET'), 'DELETE']);
      expect(errorOf(result)).toBe('');
      expect(deletions(portal)).toHaveLength(2);
      expect(result.outputs['deleted-ids']).toBe(ALL);
    });
  }

  test('warns if only the listing shows that everything is deleted', async () => {
    const vanishing = backups.map(({ id }) => id);
    const portal = await portalWith({ backups, vanishing, faults: [{ on: 'DELETE', kind: 'bad-gateway' }] });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(warningsOf(result.log)).toEqual([
      '::warning::3 backups are not listed any more, but the portal never answered the DELETE: the files may remain.',
    ]);
  });

  test.each(['bad-gateway', 'gateway-timeout'] as const)(
    '("%s") fails if the first listing was empty: no later one can show what was deleted',
    async kind => {
      const portal = await portalWith({
        backups: [record(1)],
        unlisted: [makeId(1)],
        faults: [{ on: 'DELETE', kind }],
      });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
      expect(result.code).toBe(1);
      // After such a wait, the first listing is out of date.
      expect(story(portal)).toEqual(['GET', 'DELETE', 'GET', 'DELETE', 'GET']);
      expect(errorOf(result)).toMatch(/^HTTP 50[24] from DELETE/);
      expect(result.outputs).toMatchObject({ result: 'false', 'deleted-count': '0' });
    },
  );

  test('reports what is left when the retries are used up, or why the listing is inconclusive', async () => {
    const faults = [{ on: 'DELETE', kind: 'unavailable' as const }];
    const portal = await portalWith({ backups, faults });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(errorOf(result)).toMatch(
      /^HTTP 503 from DELETE \S+ on \S+: the portal or its backup service is down\. Run again when it is back\. 3 of 3 backups are still listed: alias_\S+ \(Local, \S+\), alias_\S+ \(Local, \S+\), alias_\S+ \(Local, \S+\)\.$/,
    );

    const body = listingOf([null]);
    const inconclusive = await portalWith({
      backups,
      faults: [...faults, { on: 'GET get', kind: 'status', body, skip: 1 }],
    });
    const unknown = await act({ ...operation, 'portal-url': inconclusive.url, retries: '0' });
    expect(errorOf(unknown)).toMatch(
      /^HTTP 503 from DELETE .* The final listing proves nothing: 1 record in it/,
    );
  });

  if (!ofTheBundle) {
    test('does not send the DELETE again after a permanent error, such as an answer that is no HTTP', async () => {
      const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'not-http' }] });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      // The DELETE may have reached the portal.
      expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(4).fill('GET')]);
      expect(errorOf(result)).toContain('The answer is not valid HTTP.');
    });

    test('lists after each wait of 2 s or more, and waits for the first DELETE before it gives up', async () => {
      const faults = [
        { on: 'DELETE', kind: 'gateway-timeout' as const, times: 1 },
        { on: 'DELETE', kind: 'unavailable' as const },
      ];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '2' });
      expect(result.code).toBe(1);
      const waiting = ['DELETE', ...Array(4).fill('GET')];
      expect(story(portal)).toEqual(['GET', ...waiting, 'DELETE', 'GET', ...waiting]);
    });

    test.each([
      ['a 502', { kind: 'bad-gateway' }],
      ['the 500 of nginx', { kind: 'nginx-error' }],
      ['a lost connection', { kind: 'reset' }],
    ] as const)(
      'waits before it repeats a DELETE that may have reached the portal: %s',
      async (_name, fault) => {
        const portal = await portalWith({ backups, faults: [{ on: 'DELETE', ...fault, times: 1 }] });
        const result = await act({ ...operation, 'portal-url': portal.url });
        expect(result.code).toBe(0);
        expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(4).fill('GET'), 'DELETE', 'GET']);
      },
    );

    test('sends no second DELETE if the last listing has backups that the first one did not have', async () => {
      const faults: Fault[] = [{ on: 'DELETE', kind: 'gateway-timeout', times: 1 }];
      const portal = await portalWith({ backups, faults });
      // Between the answer and the first listing after it.
      theClock().after(
        1_000,
        () => void portal.state.history.own.push(...[4, 5].map(number => record(number))),
      );
      const result = await act({ ...operation, 'portal-url': portal.url, 'max-deletions': '3' });
      expect(result.code).toBe(1);
      expect(deletions(portal)).toEqual([DELETE]);
      expect(portal.state.history.own).toHaveLength(5);
      expect(errorOf(result)).toContain(
        '2 backups were made meanwhile. Another DELETE would delete new backups too, so none was sent.',
      );
      expect(errorOf(result)).toContain('3 of 3 backups are still listed');
    });

    test.each<[name: string, own: unknown[], fault: Omit<Fault, 'on'>, madeAtMs: number]>([
      ['before the repeat of a DELETE of an empty history', [], { kind: 'gateway-timeout', times: 1 }, 5_000],
      [
        'in the wait that the answer asks for',
        backups,
        { kind: 'gateway-timeout', times: 1, retryAfter: '120' },
        60_000,
      ],
      ['while the portal is down', backups, { kind: 'unavailable', times: 1, retryAfter: '8' }, 4_000],
      ['while the portal is down again and again', backups, { kind: 'unavailable', times: 3 }, 1_800],
      [
        'while the rate limit is waited for',
        backups,
        { kind: 'rate-limit', times: 1, retryAfter: '8' },
        4_000,
      ],
    ])('keeps a backup that is made %s', async (_name, own, fault, madeAtMs) => {
      const portal = await portalWith({ backups: own, faults: [{ on: 'DELETE', ...fault }] });
      theClock().after(madeAtMs, () => void portal.state.history.own.push(record(4)));
      const result = await act({ ...operation, 'portal-url': portal.url, 'max-deletions': '3' });
      expect(result.code).toBe(1);
      expect(portal.state.history.own).toContainEqual(record(4));
      expect(errorOf(result)).toContain('1 backup was made meanwhile');
    });

    test('is not proven by one empty listing if no DELETE reached the portal', async () => {
      const backends = [{ listings: [2], backups: [] }];
      const faults: Fault[] = [{ on: 'DELETE', kind: 'unavailable' }];
      const portal = await portalWith({ backups, backends, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
      expect(errorOf(result)).toContain('3 of 3 backups are still listed');
    });

    test('is not proven by one empty listing if the second one fails', async () => {
      const backends = [{ listings: [2], backups: [] }];
      const faults: Fault[] = [
        { on: 'DELETE', kind: 'gateway-timeout' },
        { on: 'GET getbackuphistory', kind: 'server-error', skip: 2 },
      ];
      const portal = await portalWith({ backups, backends, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '1' });
      expect(errorOf(result)).toContain('HTTP 500 from GET');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    });

    test.each<[name: string, kind: Fault['kind'], message: string]>([
      ['confirmed', 'lie', 'The portal reported that the history is deleted, but no listing proves it.'],
      ['not answered', 'gateway-timeout', 'HTTP 504 from DELETE'],
    ])('says that the DELETE was %s if no listing follows', async (_name, kind, message) => {
      const faults: Fault[] = [
        { on: 'DELETE', kind },
        { on: 'GET getbackuphistory', kind: 'unavailable', skip: 1 },
      ];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
      expect(errorOf(result)).toContain(message);
      expect(errorOf(result)).toContain('HTTP 503 from GET');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    });

    test.each<[name: string, kind: Fault['kind'], message: string]>([
      ['confirmed', 'lie', 'no backup was deleted'],
      ['not answered', 'gateway-timeout', 'HTTP 504 from DELETE'],
    ])('fails if it was %s and a later listing proves nothing', async (_name, kind, message) => {
      const body = '{"status":0,"statusCode":200,"count":2,"response":[]}';
      const faults: Fault[] = [
        { on: 'DELETE', kind },
        { on: 'GET getbackuphistory', kind: 'status', status: 200, body, skip: 2 },
      ];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(story(portal)).toEqual(['GET', 'DELETE', 'GET', 'GET']);
      expect(errorOf(result)).toContain('"count" is not the length of the list');
      if (kind !== 'lie') expect(errorOf(result)).toContain(message);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    });

    test('reports what the last listing showed if the rate limit refuses a second DELETE', async () => {
      const faults: Fault[] = [
        { on: 'DELETE', kind: 'slow-delete', ms: 100, status: 504, times: 1 },
        { on: 'DELETE', kind: 'rate-limit', retryAfter: '3600' },
      ];
      // The portal deletes only one of them.
      const portal = await portalWith({ backups, faults, locked: [makeId(1), makeId(2)] });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(deletions(portal)).toHaveLength(2);
      expect(errorOf(result)).toContain('HTTP 429 from DELETE');
      expect(errorOf(result)).toContain('2 of 3 backups are still listed');
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(3), 'failed-ids': ids(2, 1) });
    });

    test('discards the listing after the first DELETE when it sends a second one', async () => {
      const faults = [
        { on: 'DELETE', kind: 'gateway-timeout' as const },
        { on: 'GET get', kind: 'unauthorized' as const, skip: 5 },
      ];
      const portal = await portalWith({ backups, faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '2' });
      const listings = (number: number) => Array(number).fill('GET');
      expect(story(portal)).toEqual(['GET', 'DELETE', ...listings(4), 'DELETE', ...listings(2)]);
      expect(errorOf(result)).toContain('HTTP 504 from DELETE');
      expect(errorOf(result)).toContain('HTTP 401 from GET');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
      expect(result.log).toContain('Failed: it is not known what was deleted.');
    });
  }

  test.each([
    ['503', { kind: 'unavailable' }],
    ['530', { kind: 'page', status: 530 }],
    ['521', { kind: 'page', status: 521 }],
  ] as const)(
    'does not list before it repeats a DELETE that did not reach the portal: %s',
    async (_name, fault) => {
      const portal = await portalWith({ backups, faults: [{ on: 'DELETE', ...fault, times: 1 }] });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(0);
      expect(portal.seen).toEqual([LIST, DELETE, DELETE, LIST]);
    },
  );
});

if (!ofTheBundle) {
  describe('delete-history, if a listing takes 70 s and a gateway gives up after 60 s,', () => {
    const slow = { backups, listingMs: 70_000, gateway: { ms: 60_000 } };
    const CUT =
      /takes longer than the gateway in front of the portal allows, which timeout-seconds cannot change/;

    test('asks for the first listing three times at most, and sends no DELETE', async () => {
      const portal = await portalWith(slow);
      const inputs = { ...operation, 'portal-url': portal.url, 'timeout-seconds': '3600' };
      const result = await act(inputs);
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST, LIST, LIST]);
      expect(errorOf(result)).toMatch(CUT);
      expect(errorOf(result)).not.toMatch(/raise timeout-seconds/i);
    });

    test('asks for the final listing three times at most', async () => {
      const portal = await portalWith({
        backups,
        faults: [{ on: 'GET get', kind: 'gateway-timeout', skip: 1 }],
      });
      const result = await act({ ...operation, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST, DELETE, LIST, LIST, LIST]);
      expect(errorOf(result)).toMatch(CUT);
      expect(result.log).toContain('Failed: it is not known what was deleted.');
    });
  });
}

describe('delete-history, if the run is cancelled', () => {
  test('before the DELETE, reports that nothing was deleted', async () => {
    const portal = await portalWith({ backups, listingMs: 400 });
    const cancelled = cancelWhen(() => portal.seen.length === 1);
    const result = await act({ ...operation, 'portal-url': portal.url }, { cancelled });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0' });
    expect(result.log).toContain('Cancelled: nothing was deleted.');
  });

  test('during the DELETE, awaits its answer, which means nothing', async () => {
    const portal = await portalWith({ backups, deleteMs: 300 });
    const cancelled = cancelWhen(() => portal.seen.length === 2);
    const result = await act({ ...operation, 'portal-url': portal.url }, { cancelled });
    expect(portal.seen).toEqual([LIST, DELETE]);
    expect(result.outputs).toMatchObject({ 'status-code': '200', 'deleted-count': '0', 'failed-ids': ALL });
    expect(result.log).toContain('Cancelled: it is not known what was deleted.');
  });

  test('during a second DELETE, does not use the listing before it', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'gateway-timeout', times: 1 },
        { on: 'DELETE', kind: 'slow', ms: 500 },
      ],
    });
    const cancelled = cancelWhen(() => deletions(portal).length === 2);
    const result = await act({ ...operation, 'portal-url': portal.url }, { cancelled });
    expect(story(portal)).toEqual(['GET', 'DELETE', ...Array(4).fill('GET'), 'DELETE']);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-ids': ALL });
    expect(result.log).toContain('Cancelled: it is not known what was deleted.');
  });

  test('in a dry run, has no DELETE under way', async () => {
    const portal = await portalWith({ backups, listingMs: 400 });
    const cancelled = cancelWhen(() => portal.seen.length === 1);
    const inputs = { ...operation, 'portal-url': portal.url, 'dry-run': 'true' };
    expect(errorOf(await act(inputs, { cancelled }))).toBe('The run was cancelled.');
  });

  test('while the portal is still deleting, uses the last listing', async () => {
    const faults = [{ on: 'DELETE', kind: 'slow-delete' as const, ms: 1 }];
    const portal = await portalWith({ backups, stuck: [makeId(3)], faults });
    let isWaiting = false;
    const cancelled = cancelWhen(() => isWaiting);
    const onLog = (line: string) => {
      isWaiting ||= line.includes('is still deleting');
    };
    const result = await act({ ...operation, 'portal-url': portal.url }, { cancelled, onLog });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, DELETE, LIST]);
    const sent = ['deleted-ids', 'failed-ids'].flatMap(name => JSON.parse(result.outputs[name] ?? ''));
    expect(sent.sort()).toEqual([makeId(1), makeId(2), makeId(3)]);
    expect(JSON.parse(result.outputs['failed-ids'] ?? '')).toContain(makeId(3));
    expect(errorOf(result)).not.toMatch(/rate limit|reported success/);
  });
});
