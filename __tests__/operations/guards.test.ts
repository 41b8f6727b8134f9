import { describe, expect, test } from '@jest/globals';
import {
  type BackupRecord,
  makeBackups,
  makeId,
  type Portal,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle, testOfSource } from '../support/action.js';
import { deletions, portalWith } from '../support/portals.js';
import { DELETE, deleteBackups, ids, LIST, prune, range, record, runOn, warningsOf } from './support.js';

const KEY_PATH = '/api/2.0/keys/@self';

/** How often a portal was asked about the key. */
function countKeyRequests({ state }: Portal): number {
  return state.requests.filter(({ method, path }) => `${method} ${path}` === `GET ${KEY_PATH}`).length;
}

/** A time some days from now, by the clock of the run, as the API writes it. */
function inDays(days: number): string {
  const now = ofTheBundle ? Date.now() : Date.parse('2026-04-01T00:00:00Z');
  return new Date(now + days * 86_400_000).toISOString().replace('Z', '0000+00:00');
}

const OPERATIONS: [name: string, inputs: Record<string, string>, deletions: number][] = [
  ['delete-schedule', { operation: 'delete-schedule' }, 1],
  ['delete-history', { operation: 'delete-history' }, 1],
  ['delete-backups', { operation: 'delete-backups', 'backup-ids': ids(3) }, 1],
  ['prune-history', { operation: 'prune-history', 'keep-last': '2' }, 1],
];

/** Runs any operation, without the checks that only apply to deletions by id. */
function runAny(portal: Portal, inputs: Record<string, string>) {
  return act({ 'portal-url': portal.url, ...inputs });
}

describe('the API key', () => {
  test.each(OPERATIONS)(
    'is requested once by %s, together with the first listing',
    async (_name, inputs, number) => {
      const portal = await portalWith({ backups: makeBackups(3), schedule: SCHEDULE });
      const result = await runAny(portal, inputs);
      expect(result.code).toBe(0);
      expect(countKeyRequests(portal)).toBe(1);
      expect(portal.state.requests.slice(0, 2).map(({ path }) => path)).toContain(KEY_PATH);
      expect(deletions(portal)).toHaveLength(number);
    },
  );

  test.each([
    ['delete-schedule', 'sk-any-key', 'false'],
    ['delete-history', 'sk-any-key', 'false'],
    ['delete-history', 'an-authentication-token', 'true'],
    ['delete-history', 'Basic dXNlcjpwYXNzd29yZC13aXRoLWxldHRlcnM=', 'true'],
  ])('is not requested by %s with the token "%s" and verify: %s', async (operation, token, verify) => {
    const portal = await portalWith({ backups: makeBackups(3), schedule: SCHEDULE });
    const result = await runAny(portal, { operation, token, verify });
    expect(result.code).toBe(0);
    expect(countKeyRequests(portal)).toBe(0);
  });

  test.each(OPERATIONS)(
    'that may only read fails a real %s before anything is deleted',
    async (_name, inputs) => {
      const portal = await portalWith({ backups: makeBackups(3), schedule: SCHEDULE, scopes: ['*:read'] });
      const result = await runAny(portal, inputs);
      expect(result.code).toBe(1);
      expect(deletions(portal)).toEqual([]);
      expect(errorOf(result)).toContain('The API key may only read. Nothing was deleted.');
      expect(result.log).toContain('Refused: nothing was deleted; the API key may only read.');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0', 'status-code': '' });
    },
  );

  test.each([
    ['true', 0],
    ['false', 1],
  ])(
    'that may only read, or expires soon, is reported without a schedule too, with dry-run: %s',
    async (dryRun, code) => {
      const expiresAt = inDays(5);
      const portal = await portalWith({ scopes: ['*:read'], key: { permissions: ['*:read'], expiresAt } });
      const result = await runAny(portal, { operation: 'delete-schedule', 'dry-run': dryRun });
      expect(result.code).toBe(code);
      expect(deletions(portal)).toEqual([]);
      expect(result.log).toContain(
        code === 1
          ? 'Refused: nothing was deleted; the API key may only read.'
          : `::warning::The API key expires on ${expiresAt.slice(0, 10)}`,
      );
    },
  );

  test.each(OPERATIONS)('that may only read causes a warning in a dry run of %s', async (_name, inputs) => {
    const portal = await portalWith({ backups: makeBackups(3), schedule: SCHEDULE, scopes: ['*:read'] });
    const result = await runAny(portal, { ...inputs, 'dry-run': 'true' });
    expect(result.code).toBe(0);
    expect(warningsOf(result.log)).toEqual([
      '::warning::This key may only read. The real run needs one with access "All".',
    ]);
    expect(result.summary).toContain('This key may only read.');
  });

  test.each<[string, unknown, boolean]>([
    ['all entries only read', ['files:read', '*:read'], true],
    ['one entry writes', ['*:read', '*:write'], false],
    ['everything is allowed', ['*'], false],
    ['the list is empty', [], false],
    ['one entry is no text', ['*:read', 7], false],
    ['the list is missing', undefined, false],
    ['the list is a text', '*:read', false],
  ])('may only read or not: in its permissions, %s (%j)', async (_case, permissions, mayOnlyRead) => {
    const key = { permissions: permissions as string[] };
    const portal = await portalWith({ backups: makeBackups(3), key, scopes: ['*'] });
    const result = await prune(portal, { 'dry-run': 'true' });
    // The stand-in grants access by its own switch. This test is about what it reports of the key.
    expect(warningsOf(result.log)).toHaveLength(mayOnlyRead ? 1 : 0);
  });

  test.each([
    ['in 29 days', 29, true],
    ['in 31 days', 31, false],
    ['tomorrow', 1, true],
  ])('that expires %s causes a warning or not', async (_when, days, warns) => {
    const expiresAt = inDays(days);
    const portal = await portalWith({ backups: makeBackups(3), key: { expiresAt } });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE(3)]);
    expect(warningsOf(result.log)).toEqual(
      warns ? [expect.stringContaining(`The API key expires on ${expiresAt.slice(0, 10)}`)] : [],
    );
  });

  test.each<[string, object]>([
    ['does not exist (an older portal)', { key: 'absent' }],
    ['is a 401', { faults: [{ on: 'keys', kind: 'unauthorized' }] }],
    ['is a 403', { faults: [{ on: 'keys', kind: 'access-denied' }] }],
    ['is a 500', { faults: [{ on: 'keys', kind: 'server-error' }] }],
    ['is a web page', { faults: [{ on: 'keys', kind: 'web-client' }] }],
    ['is no key', { faults: [{ on: 'keys', kind: 'says-text' }] }],
    ['is empty', { faults: [{ on: 'keys', kind: 'empty' }] }],
    ['is a redirect', { faults: [{ on: 'keys', kind: 'redirect', location: 'https://evil.example/' }] }],
    ['is lost', { faults: [{ on: 'keys', kind: 'lost-before' }] }],
    ['is a 503', { faults: [{ on: 'keys', kind: 'unavailable', retryAfter: '200' }] }],
    ['is huge', { faults: [{ on: 'keys', kind: 'huge' }] }],
  ])('does not matter if the answer about it %s', async (_case, options) => {
    const portal = await portalWith({ backups: makeBackups(3), ...options });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(countKeyRequests(portal)).toBe(1);
    expect(portal.seen).toEqual([LIST, DELETE(3), LIST]);
    expect(warningsOf(result.log)).toEqual([]);
    expect(result.outputs).toMatchObject({ 'status-code': '200', 'deleted-ids': ids(3) });
  });

  testOfSource('delays the run by at most a quarter of its time', async () => {
    const portal = await portalWith({ backups: makeBackups(3), faults: [{ on: 'keys', kind: 'hang' }] });
    const result = await prune(portal, { 'timeout-seconds': '2' });
    expect(result.code).toBe(0);
    expect(result.ms).toBe(500);
  });

  test('delays the run by at most five seconds', async () => {
    const portal = await portalWith({ backups: makeBackups(3), faults: [{ on: 'keys', kind: 'hang' }] });
    const result = await prune(portal);
    expect(result.code).toBe(0);
    expect(result.ms).toBeGreaterThanOrEqual(4_900);
    if (!ofTheBundle) expect(result.ms).toBeLessThan(5_100);
    expect(portal.seen).toEqual([LIST, DELETE(3), LIST]);
  });
});

describe('max-deletions', () => {
  test.each([
    ['0', 1],
    ['2', 1],
    ['3', 0],
    ['4', 0],
  ])('of %s with three selected backups ends with exit code %d', async (limit, code) => {
    for (const run of [
      (portal: Portal) => prune(portal, { 'max-deletions': limit }),
      (portal: Portal) => deleteBackups(portal, [3, 4, 5], { 'max-deletions': limit }),
    ]) {
      const portal = await portalWith({ backups: makeBackups(5) });
      const result = await run(portal);
      expect(result.code).toBe(code);
      expect(deletions(portal)).toHaveLength(code === 1 ? 0 : 3);
      expect(result.outputs).toMatchObject({ 'selected-ids': ids(5, 4, 3) });
      if (code === 1) expect(portal.seen).toEqual([LIST]);
    }
  });

  test.each(['false', 'true'])('refuses a run with dry-run: %s, and shows the plan', async dryRun => {
    const portal = await portalWith({ backups: makeBackups(84, { everyHours: 12 }) });
    const inputs = { 'keep-last': '7', 'max-deletions': '20', 'dry-run': dryRun };
    const result = await prune(portal, inputs);
    expect(result.code).toBe(1);
    expect(deletions(portal)).toEqual([]);
    expect(errorOf(result)).toBe(
      '77 backups selected, but max-deletions allows 20. Nothing was deleted. Check the list, then raise the limit or select fewer.',
    );
    const headline = 'Refused: nothing was deleted; 77 selected, max-deletions allows 20';
    expect(result.log).toContain(`\n${headline}.\n`);
    expect(result.summary).toContain(`<h3>🚫 ${headline}</h3>`);
    expect(result.summary).toContain('<details open><summary>Would be deleted: 77 backups');
    expect(result.summary).toContain('○ delete');
    expect(result.summary).not.toMatch(/not proven|Not known|not tried|still listed|×/);
    expect(result.outputs).toMatchObject({
      'selected-count': '77',
      'deleted-count': '0',
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '7',
      'status-code': '',
    });
  });

  test('refuses delete-backups in the same way, with an open table', async () => {
    const portal = await portalWith({ backups: makeBackups(30) });
    const result = await deleteBackups(portal, range(1, 25), { 'max-deletions': '24' });
    expect(portal.seen).toEqual([LIST]);
    expect(result.log).toContain('Refused: nothing was deleted; 25 selected, max-deletions allows 24.');
    expect(result.summary).toContain('<details open><summary>Would be deleted: 25 backups');
  });

  test('is no limit if it is empty', async () => {
    const portal = await portalWith({ backups: makeBackups(40) });
    const result = await prune(portal, { 'max-deletions': '' });
    expect(result.outputs['deleted-count']).toBe('38');
  });
});

describe('an id that is not in the history', () => {
  test.each([
    ['by itself', [9], '1 of the backup-ids is not in the history'],
    ['with known ones', [1, 9, 2], '1 of the backup-ids is not in the history'],
    ['with another', [8, 1, 9], '2 of the backup-ids are not in the history'],
  ])('in backup-ids (%s) fails the run before anything is deleted', async (_case, numbers, message) => {
    for (const dryRun of ['false', 'true']) {
      const portal = await portalWith({ backups: makeBackups(5) });
      const result = await deleteBackups(portal, numbers, { 'dry-run': dryRun });
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST]);
      expect(errorOf(result)).toContain(message);
      expect(errorOf(result)).toContain('Set ignore-not-found: true to delete the rest.');
      expect(result.log).toContain(`Refused: nothing was deleted; ${message}.`);
      const pronoun = message.startsWith('1') ? 'It' : 'They';
      expect(errorOf(result)).toContain(
        `Nothing was deleted. ${pronoun} may be deleted already, or be in the other list: check the input dump.`,
      );
      for (const number of numbers) expect(errorOf(result).includes(makeId(number))).toBe(number > 5);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '0' });
    }
  });

  test('in keep-ids fails the run before anything is deleted', async () => {
    for (const dryRun of ['false', 'true']) {
      const portal = await portalWith({ backups: makeBackups(5) });
      const result = await prune(portal, { 'keep-ids': ids(4, 9), 'dry-run': dryRun });
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST]);
      expect(errorOf(result)).toContain(`1 of the keep-ids is not in the history: ${makeId(9)}.`);
      expect(errorOf(result)).toContain(
        'Set ignore-not-found: true to prune anyway and keep those that exist.',
      );
    }
  });

  test('in backup-ids causes a warning with ignore-not-found, and the rest is deleted', async () => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const result = await deleteBackups(portal, [9, 4, 8], { 'ignore-not-found': 'true' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST, DELETE(4), LIST]);
    expect(warningsOf(result.log)).toEqual([
      `::warning::2 of the backup-ids are not in the history: ${makeId(9)}, ${makeId(8)}.`,
    ]);
    expect(result.outputs).toMatchObject({ 'selected-ids': ids(4), 'deleted-ids': ids(4) });
  });

  test('in keep-ids causes a warning with ignore-not-found, and the rest is kept', async () => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const result = await prune(portal, { 'keep-ids': ids(9, 4), 'ignore-not-found': 'true' });
    expect(result.code).toBe(0);
    expect(warningsOf(result.log)).toEqual([
      `::warning::1 of the keep-ids is not in the history: ${makeId(9)}.`,
    ]);
    expect(result.outputs).toMatchObject({ 'kept-ids': ids(1, 2, 4), 'deleted-ids': ids(5, 3) });
  });

  test('leaves nothing to do if it is the only one in backup-ids, with ignore-not-found', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    const result = await deleteBackups(portal, [8, 9], { 'ignore-not-found': 'true' });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([LIST]);
    expect(result.outputs).toMatchObject({ 'selected-count': '0', 'deleted-count': '0' });
  });

  test('does not prevent the repetition of a half-finished run with ignore-not-found', async () => {
    const portal = await portalWith({ backups: makeBackups(4), locked: [makeId(3)] });
    const ignoreNotFound = { 'ignore-not-found': 'true' };
    expect((await deleteBackups(portal, [2, 3])).code).toBe(1);
    portal.state.options.locked = [];
    expect((await deleteBackups(portal, [2, 3])).code).toBe(1);
    const result = await deleteBackups(portal, [2, 3], ignoreNotFound);
    expect(result.code).toBe(0);
    expect(result.outputs['deleted-ids']).toBe(ids(3));
  });

  test('is counted, and named with nine others at most', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    const result = await deleteBackups(portal, range(11, 35));
    expect(errorOf(result)).toContain(`25 of the backup-ids are not in the history: ${makeId(11)}`);
    expect(errorOf(result)).toContain(`${makeId(20)} and 15 more`);
    expect(errorOf(result)).not.toContain(makeId(21));
  });
});

describe('the time for a final listing', () => {
  const slow = { backups: makeBackups(5) as BackupRecord[], listingMs: 4_000 };

  if (!ofTheBundle) {
    test.each(['false', 'true'])(
      'fails a run with dry-run: %s before the first deletion if it is too short',
      async dryRun => {
        const portal = await portalWith(slow);
        const result = await prune(portal, { 'timeout-seconds': '10', 'dry-run': dryRun });
        expect(result.code).toBe(1);
        expect(deletions(portal)).toEqual([]);
        expect(errorOf(result)).toMatch(
          /^The list of backups took 4\.0 s, so .* Set timeout-seconds to \d+ or more\.$/,
        );
        expect(result.log).toContain(
          'Refused: nothing was deleted; no time for a listing after the deletions.',
        );
        expect(result.summary).toContain('Would be deleted: 3 backups');
      },
    );

    test('is sufficient with the timeout-seconds from the error', async () => {
      const refused = await prune(await portalWith(slow), { 'timeout-seconds': '10' });
      const suggested = /timeout-seconds to (\d+)/.exec(errorOf(refused))?.[1] ?? '';
      const portal = await portalWith(slow);
      expect((await prune(portal, { 'timeout-seconds': suggested })).code).toBe(0);
      expect(Number(suggested)).toBeLessThan(40);
    });

    test.each([
      [1, 3],
      [5, 3],
      [3, 0],
    ])(
      'with backups of storage type %d includes a pause of %d s before it',
      async (storageType, pauseSeconds) => {
        const backups = [5, 4, 3, 2, 1].map(number => record(number, { storageType }));
        const runFor = async (seconds: number) => {
          const portal = await portalWith({ backups, listingMs: 1_000 });
          return { portal, result: await prune(portal, { 'timeout-seconds': String(seconds) }) };
        };
        const long = await runFor(4 + pauseSeconds);
        expect(long.result.code).toBe(0);
        expect(long.result.ms).toBe(2_000 + pauseSeconds * 1_000);
        const short = await runFor(3 + pauseSeconds);
        expect(short.result.code).toBe(1);
        expect(deletions(short.portal)).toEqual([]);
        const pause =
          pauseSeconds > 0
            ? ', and a third-party storage needs a pause of 3.0 s before it can be listed again'
            : '';
        expect(errorOf(short.result)).toContain(
          `The list of backups took 1.0 s${pause}, so there is no time for another listing after the deletions.`,
        );
      },
    );

    test('is not needed if there is nothing to delete', async () => {
      const portal = await portalWith(slow);
      const result = await prune(portal, { 'keep-last': '5', 'timeout-seconds': '9' });
      expect(result.code).toBe(0);
      expect(portal.seen).toEqual([LIST]);
    });

    test('is checked by delete-history too', async () => {
      const portal = await portalWith(slow);
      const result = await runAny(portal, { operation: 'delete-history', 'timeout-seconds': '10' });
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST]);
      expect(errorOf(result)).toContain('no time for another listing after the deletions');
      expect(result.outputs).toMatchObject({
        'selected-count': '5',
        'deleted-count': '0',
        'failed-count': '0',
      });
    });
  }
});

describe('a first listing', () => {
  test.each([
    ['access-denied', 'HTTP 403'],
    ['unauthorized', 'HTTP 401'],
    ['server-error', 'HTTP 500'],
    ['web-client', 'HTTP 200'],
    ['says-nothing', 'HTTP 200'],
    ['says-text', 'HTTP 200'],
    ['says-status-1', 'HTTP 200'],
    ['not-json', 'HTTP 200'],
  ] as const)(
    'that is "%s" stops the run before anything is deleted, with unknown counts',
    async (kind, message) => {
      const portal = await portalWith({ backups: makeBackups(5), faults: [{ on: 'GET get', kind }] });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST]);
      expect(errorOf(result)).toContain(message);
      expect(result.log).toContain('Failed: nothing was deleted.');
      expect(result.outputs).toMatchObject({
        'selected-count': '',
        'deleted-count': '0',
        'failed-count': '0',
        'kept-count': '',
      });
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['status 0 and an error', { error: { message: 'x' }, status: 0, statusCode: 500 }],
    ['statusCode 500', { statusCode: 500 }],
    ['a null error and status 1', { error: null, status: 1 }],
    ['a count that is not the length', { count: 4 }],
    ['a count that is a text', { count: '5' }],
  ])(
    'with contradictions in its envelope (%s) stops the run before anything is deleted',
    async (_case, more) => {
      const response = makeBackups(5);
      const body = JSON.stringify({ response, count: 5, status: 0, statusCode: 200, ...more });
      const portal = await portalWith({
        backups: response,
        faults: [{ on: 'GET get', kind: 'status', body }],
      });
      const result = await prune(portal);
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST]);
    },
  );

  test('is repeated after a gateway error, and the run continues', async () => {
    const faults = [{ on: 'GET get', kind: 'bad-gateway' as const, times: 1 }];
    const portal = await portalWith({ backups: makeBackups(3), faults });
    expect((await prune(portal)).code).toBe(0);
    expect(portal.seen).toEqual([LIST, LIST, DELETE(3), LIST]);
  });

  test('with one id twice has a record that no rule selects, and that can be deleted by its id', async () => {
    const backups = [record(1), record(2), record(3), record(3), record(4)];
    const portal = await portalWith({ backups });
    const pruned = await prune(portal, { 'keep-last': '1', 'dry-run': 'true' });
    expect(pruned.outputs['selected-ids']).toBe(ids(4, 2));
    const deleted = await runOn(portal, {
      operation: 'delete-backups',
      'backup-ids': ids(3),
      'dry-run': 'true',
    });
    expect(deleted.outputs).toMatchObject({ 'selected-count': '1', 'selected-ids': ids(3) });
  });
});
