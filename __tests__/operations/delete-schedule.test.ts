import { describe, expect, test } from '@jest/globals';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle } from '../support/action.js';
import { deletions, portalWith } from '../support/portals.js';
import { NO_BACKUPS } from './support.js';

const GET = 'GET /api/2.0/backup/getbackupschedule';
const DELETE = 'DELETE /api/2.0/backup/deletebackupschedule';
const operation = { operation: 'delete-schedule' };

describe('delete-schedule', () => {
  test.each([
    ['', ''],
    ['false', '?Dump=false'],
    ['true', '?Dump=true'],
  ])('with dump "%s" reads the schedule, deletes it and checks it again', async (dump, query) => {
    const portal = await portalWith({ schedule: SCHEDULE, dumpSchedule: SCHEDULE, standalone: true });
    const result = await act({ ...operation, 'portal-url': portal.url, dump });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET + query, DELETE + query, GET + query]);
    expect(portal.state.schedule).toEqual(
      dump === 'true' ? { own: SCHEDULE, dumps: undefined } : { own: undefined, dumps: SCHEDULE },
    );
    expect(result.log).toContain('Done: the backup schedule is deleted.');
    expect(result.outputs).toEqual({ result: 'true', 'status-code': '200', ...NO_BACKUPS });
  });

  test('shows the old schedule and the effects of deleting it, but not its storage parameters', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { summary, log } = await act({ ...operation, 'portal-url': portal.url });
    for (const text of [log, summary.replaceAll('&#39;', "'")]) {
      expect(text).toContain(
        "The schedule: weekly, day 2 (as the API counts), at 5:00 in the portal's time zone, keeping 7 copies, in Documents.",
      );
      // act() checks that storageParams are nowhere.
    }
    expect(log).toContain('Once the schedule is gone, the portal no longer removes old scheduled copies.');
  });

  test('shows a ? for each unreadable part', async () => {
    const portal = await portalWith({ schedule: { cronParams: { period: 9, hour: '5' }, storageType: 17 } });
    const { code, log } = await act({ ...operation, 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(log).toContain('The schedule: ?, day ? (as the API counts), at ?:00');
    expect(log).toContain('keeping ? copies, in ?.');
  });

  test.each(['false', 'true'])(
    'without a schedule and with dry-run: %s sends no DELETE and succeeds',
    async dryRun => {
      const portal = await portalWith();
      const result = await act({ ...operation, 'portal-url': portal.url, 'dry-run': dryRun });
      expect(result.code).toBe(0);
      expect(portal.seen).toEqual([GET]);
      expect(portal.state.audit).toEqual([]);
      expect(result.log).toContain(': there was no backup schedule.');
      expect(result.log + result.summary).not.toContain('old scheduled copies');
      expect(result.outputs).toEqual({
        result: dryRun === 'true' ? '' : 'true',
        'status-code': '',
        ...NO_BACKUPS,
      });
    },
  );

  test('treats a response of null as no schedule', async () => {
    const body = JSON.stringify({ response: null, count: 0, status: 0, statusCode: 200 });
    const portal = await portalWith({ faults: [{ on: 'GET get', kind: 'status', body }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET]);
  });

  test.each([SCHEDULE, null])(
    'with verify: false sends one DELETE, with and without a schedule',
    async schedule => {
      const portal = await portalWith({ schedule });
      const result = await act({ ...operation, 'portal-url': portal.url, verify: 'false' });
      expect(result.code).toBe(0);
      expect(portal.state.requests.map(({ method }) => method)).toEqual(['DELETE']);
      expect(portal.seen).toEqual([DELETE]);
      expect(result.outputs).toEqual({ result: 'true', 'status-code': '200', ...NO_BACKUPS });
      expect(result.log).toContain('Done: the portal reports that the backup schedule is deleted.');
      expect(result.log).toContain('Existing backups stay.');
    },
  );

  test.each(['true', 'false'])('in a dry run with verify: %s sends only GETs', async verify => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { ...operation, 'portal-url': portal.url, verify, 'dry-run': 'true' };
    const result = await act(inputs);
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET]);
    expect(portal.state.schedule.own).toEqual(SCHEDULE);
    expect(result.outputs).toEqual({ result: '', 'status-code': '', ...NO_BACKUPS });
    expect(result.log).toContain('Dry run: the backup schedule would be deleted.');
    expect(result.summary).toContain('The schedule: weekly');
  });

  test('fails if the portal reports success and the schedule is still there after two more checks', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, stuckSchedule: true });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('the schedule is still there');
    expect(portal.seen).toEqual([GET, DELETE, GET, GET, GET]);
    expect(result.log).toContain('Failed: it is not proven that the backup schedule is gone.');
    if (!ofTheBundle) expect(result.ms).toBe(8_000);
  });

  test('succeeds as soon as a later check finds no schedule', async () => {
    const faults = [
      // Another backend still has it.
      {
        on: 'GET get',
        kind: 'status' as const,
        body: JSON.stringify({ response: SCHEDULE, count: 1, status: 0, statusCode: 200 }),
        skip: 1,
        times: 1,
      },
    ];
    const portal = await portalWith({ schedule: SCHEDULE, faults });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET, GET]);
  });
});

describe('the absence of a schedule', () => {
  test.each<[string, string]>([
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['null', 'null'],
    ['status 1', '{"count":0,"status":1,"statusCode":200}'],
    ['status 0 and statusCode 500', '{"count":0,"status":0,"statusCode":500}'],
    ['an error', '{"count":0,"status":0,"statusCode":200,"error":{"message":"x"}}'],
    ['no status', '{"count":0,"statusCode":200}'],
    ['a text', '{"response":"none","count":1,"status":0,"statusCode":200}'],
    ['a web page', '<html></html>'],
    ['nothing', ''],
  ])('is not proven by HTTP 200 with %s', async (_case, body) => {
    const faults = [{ on: 'GET get', kind: 'status' as const, body, skip: 1 }];
    const portal = await portalWith({ schedule: SCHEDULE, faults });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(result.log).toContain('Failed: it is not proven that the backup schedule is gone.');
  });

  test.each([
    [
      'lie',
      'The portal reported that the schedule is deleted, but that could not be checked. HTTP 503 from GET',
    ],
    ['unavailable', 'HTTP 503 from DELETE'],
  ] as const)(
    'that cannot be checked after "%s": the error tells what became of the DELETE',
    async (kind, message) => {
      const faults = [
        { on: 'DELETE', kind },
        { on: 'GET', kind: 'unavailable' as const, skip: 1 },
      ];
      const portal = await portalWith({ schedule: SCHEDULE, key: 'absent', faults });
      const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain(message);
      expect(errorOf(result)).toContain('HTTP 503 from GET');
    },
  );

  test('is judged by the check before if a later one gets no answer', async () => {
    const faults = [
      { on: 'DELETE', kind: 'lie' as const },
      { on: 'GET getbackupschedule', kind: 'unavailable' as const, skip: 2 },
    ];
    const portal = await portalWith({ schedule: SCHEDULE, faults });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(errorOf(result)).toContain('but the schedule is still there');
  });

  test.each(['access-denied', 'server-error', 'not-found'] as const)('is not proven by "%s"', async kind => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'GET get', kind, skip: 1 }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(1);
  });

  test.each([
    ['lost-after', 'false', 0],
    ['lost-before', 'true', 1],
    ['gateway-timeout', 'true', 1],
    ['bad-gateway', 'true', 1],
    ['slow-delete', 'false', 0],
  ] as const)('is checked after "%s"; the schedule is still there: %s', async (kind, isThere, code) => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'DELETE', kind, ms: 0 }] });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(result.code).toBe(code);
    expect(portal.seen.slice(0, 3)).toEqual([GET, DELETE, GET]);
    expect(deletions(portal)).toHaveLength(1);
    expect(String(portal.state.schedule.own !== undefined)).toBe(isThere);
    if (code === 1) expect(errorOf(result)).toMatch(/from DELETE|^DELETE/);
  });
});

describe('an answer that is no schedule', () => {
  test.each([
    ['says-text', 'but its "response" is not a schedule'],
    ['access-denied', 'HTTP 403'],
    ['web-client', 'web page'],
  ] as const)('("%s") stops the run before anything is deleted', async (kind, message) => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'GET get', kind }] });
    const result = await act({ ...operation, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET]);
    expect(errorOf(result)).toContain(message);
    expect(result.log).toContain('Failed: nothing was deleted.');
    expect(result.log + result.summary).not.toContain('old scheduled copies');
  });
});

describe('a DELETE of the schedule', () => {
  test.each([
    ['server-error', 500],
    ['unauthorized', 401],
    ['no-scope', 403],
    ['says-false', 200],
    ['created', 201],
  ] as const)('that ends in "%s" (%d) fails the run', async (kind, status) => {
    for (const verify of ['true', 'false']) {
      const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'DELETE', kind }] });
      const result = await act({ ...operation, 'portal-url': portal.url, verify });
      expect(result.code).toBe(1);
      expect(deletions(portal)).toHaveLength(1);
      expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
      expect(result.outputs['status-code']).toBe(String(status));
    }
  });

  test('that did not reach the portal is followed by only one check', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'DELETE', kind: 'unavailable' }] });
    const result = await act({ ...operation, 'portal-url': portal.url, retries: '0' });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(errorOf(result)).toContain('HTTP 503 from DELETE');
  });

  test('with verify: false is repeated as often as retries allows', async () => {
    for (const [retries, sent] of [
      ['0', 1],
      ['1', 2],
    ] as const) {
      const portal = await portalWith({
        schedule: SCHEDULE,
        faults: [{ on: 'DELETE', kind: 'unavailable' }],
      });
      const inputs = { ...operation, 'portal-url': portal.url, verify: 'false', retries };
      const result = await act(inputs);
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual(Array(sent).fill(DELETE));
      expect(errorOf(result)).toContain('HTTP 503');
    }
  });
});
