import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type PortalOptions,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { act, errorOf, readIds } from '../support/action.js';
import { openPortal, portalWith } from '../support/portals.js';
import { spread } from '../support/spread.js';

// portal/answers/envelope.test.ts and statuses.test.ts test what each answer means. These tests check what the user sees,
// once for each way that the action handles an answer.

const BASE = '/api/2.0/backup';
const LIST = `GET ${BASE}/getbackuphistory?Dump=false`;
const deletion = (number: number) => `DELETE ${BASE}/deletebackup/${makeId(number)}`;
const deletionByAlias = (number: number) => deletion(number).replace('/backup/', '/portal/');
const PRUNE = { operation: 'prune-history', 'keep-last': '1', retries: '1' };

const json = (value: unknown): Fault => ({ kind: 'status', status: 200, body: JSON.stringify(value) });
const to = (location: string): Fault => ({ kind: 'status', status: 302, location });

/** Envelopes that contradict themselves. */
const CONTRADICTION = json({ response: [], count: 0, status: 0, statusCode: 500, error: { message: 'x' } });
const WRONG_COUNT = json({ response: [], count: 4, status: 0, statusCode: 200 });
const WRONG_TOTAL = json({ response: makeBackups(3), count: 3, total: 4, status: 0, statusCode: 200 });
const TRUE_CONTRADICTION = json({
  response: true,
  count: 1,
  status: 0,
  statusCode: 500,
  error: { message: 'x' },
});

describe('the first answer of a run', () => {
  const cells = Array.of<[name: string, fault: Fault, status: number, message: RegExp]>(
    [
      '401: the key, quotes, and the name of the portal',
      { kind: 'unauthorized' },
      401,
      /without quotes, .*is it a key of the portal that portal-url names\?/,
    ],
    [
      '500: the name of the portal may be wrong',
      { kind: 'server-error' },
      500,
      /answers like this if its name in portal-url is wrong/,
    ],
    [
      '403 with plain text: a key of the Owner works',
      { kind: 'ip-blocked' },
      403,
      /or use a key made by the Owner, to whom IP restrictions do not apply/,
    ],
    [
      '403 without a body: the key may not even read',
      { kind: 'no-scope' },
      403,
      /may not even read\. Make one with access "All"/,
    ],
    [
      '403 "Access denied": the role of its user',
      { kind: 'access-denied' },
      403,
      /must be the Owner or a DocSpace admin/,
    ],
    ['404: no such API', { kind: 'not-found' }, 404, /no such API at this URL/],
    [
      '302 to a login on another host',
      to('https://login.example/?rd=/api'),
      302,
      /another host, login\.example\. If that is a login in front of/,
    ],
    [
      '302 to a page of its own',
      to('/login'),
      302,
      /another page of its own, such as a login or setup page in front of it/,
    ],
    [
      '302 to the same page of the same host by https',
      to('https://127.0.0.1/api/2.0/backup/getbackuphistory?Dump=false'),
      302,
      /redirects to https:\/\/127\.0\.0\.1\. Set portal-url to that\./,
    ],
    [
      '302 to another page of the same host by https',
      to('https://127.0.0.1/'),
      302,
      /another service on its host, 127\.0\.0\.1, such as a login or setup page in front of it/,
    ],
    [
      '400 from a web server',
      { kind: 'page', status: 400 },
      400,
      /a web server or proxy refused the request\. Check scheme and port of portal-url\./,
    ],
    [
      '404 with an error that is not from the portal',
      { kind: 'status', status: 404, body: '{"status":404,"error":"Not Found"}' },
      404,
      /no such API at this URL/,
    ],
    [
      '200 with a web page',
      { kind: 'web-client' },
      200,
      /the answer is a web page: there is no DocSpace API at this URL/,
    ],
    [
      '200 with incomplete JSON',
      { kind: 'not-json' },
      200,
      /the answer is incomplete: its JSON breaks off or is damaged\. Run again/,
    ],
    [
      '200 by HTTP/1.0, without its last byte',
      { kind: 'http10-cut' },
      200,
      /the answer is incomplete: its JSON breaks off or is damaged\. Run again/,
    ],
    [
      '200 with a total of 4 over a list of three',
      WRONG_TOTAL,
      200,
      /does not report success: the list is not complete, because "total" is larger than its length/,
    ],
    [
      '403 with a bot check',
      { kind: 'bot-check' },
      403,
      /a bot check in front of the portal answered.* Exempt \/api\/2\.0\/ from it, or use a self-hosted runner/,
    ],
    [
      '503 with a bot check',
      { kind: 'bot-check', status: 503 },
      503,
      /a bot check in front of the portal answered.* Exempt \/api\/2\.0\/ from it, or use a self-hosted runner/,
    ],
    [
      '403 with a bot check that only its body shows',
      {
        kind: 'status',
        status: 403,
        body: '<script src="/cdn-cgi/challenge-platform/a">',
        type: 'text/html',
      },
      403,
      /a bot check in front of the portal answered/,
    ],
    [
      '403 with a page of a firewall',
      { kind: 'page', status: 403 },
      403,
      /a firewall or proxy in front of the portal refused the request\. Allow this runner's address there/,
    ],
    ['101', { kind: 'switching-protocols' }, 101, /DocSpace never sends this status\. Check proxies between/],
    [
      '200 with status 0, statusCode 500 and an error',
      CONTRADICTION,
      200,
      /does not report success: "statusCode" is not 200/,
    ],
    [
      '200 with a count of 4 over an empty list',
      WRONG_COUNT,
      200,
      /does not report success: "count" is not the length/,
    ],
    ['200 with no list', { kind: 'says-text' }, 200, /its "response" is not a list/],
  ).map(([name, fault, status, message]) => ({ name, fault, status, message }));
  const resultOf = spread(cells, async ({ fault }) => {
    const portal = await openPortal({ backups: makeBackups(3), faults: [fault] });
    try {
      return { portal, ...(await act({ ...PRUNE, 'portal-url': portal.url })) };
    } finally {
      await portal.close();
    }
  });

  test.each(cells)('$name', async cell => {
    const { status, message } = cell;
    const result = await resultOf(cell);
    const { port, seen, state } = result.portal;
    expect(result.code).toBe(1);
    expect(seen).toEqual([LIST]);
    expect(state.deletedIds.size).toBe(0);
    expect(errorOf(result)).toMatch(message);
    expect(errorOf(result)).toContain(`HTTP ${status} from ${LIST} on 127.0.0.1:${port}`);
    expect(/set portal-url/i.test(errorOf(result))).toBe(/Set portal-url/.test(message.source));
    expect(result.log).toContain('Failed: nothing was deleted.');
    expect(result.summary).toContain('❌ Failed: nothing was deleted');
    expect(result.outputs).toMatchObject({ 'status-code': '', 'selected-count': '', 'deleted-count': '0' });
  });
});

describe('an answer other than success to a DELETE', () => {
  test('of the schedule with verify: false: the step fails, with the status as an output', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ kind: 'no-scope' }] });
    const inputs = { operation: 'delete-schedule', verify: 'false', 'portal-url': portal.url };
    const result = await act(inputs);
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([`DELETE ${BASE}/deletebackupschedule`]);
    expect(errorOf(result)).toContain(
      `HTTP 403 from DELETE ${BASE}/deletebackupschedule on 127.0.0.1:${portal.port}: the API key may not write.`,
    );
    expect(result.outputs['status-code']).toBe('403');
    expect(result.outputs['result']).toBe('false');
  });

  test('of the history that contradicts itself: the step fails, and the final listing shows what is deleted', async () => {
    const portal = await portalWith({
      backups: makeBackups(2),
      faults: [{ on: 'DELETE', ...TRUE_CONTRADICTION }],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, `DELETE ${BASE}/deletebackuphistory?Dump=false`, LIST]);
    expect(errorOf(result)).toContain('the answer does not report success: "statusCode" is not 200');
    expect(result.outputs).toMatchObject({ 'status-code': '200', 'deleted-count': '0', 'failed-count': '2' });
  });

  test('of one backup that concerns only this backup: the rest is deleted', async () => {
    const faults: Fault[] = [{ on: makeId(3), ...TRUE_CONTRADICTION }];
    const portal = await portalWith({ backups: makeBackups(4), faults });
    const result = await act({ ...PRUNE, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen.at(0)).toBe(LIST);
    expect(portal.seen.slice(1, -1).sort()).toEqual([deletion(2), deletion(3), deletion(4)]);
    expect(portal.seen.at(-1)).toBe(LIST);
    expect(readIds(result.outputs, 'failed')).toEqual([makeId(3)]);
    expect(result.outputs['deleted-count']).toBe('2');
  });

  test.each([400, 403, 404, 405, 409, 451])(
    'from something that blocks DELETE, with HTTP %d: the step ends after three, and the error explains it',
    async status => {
      const faults: Fault[] = [{ on: 'DELETE', kind: 'page', status }];
      const portal = await portalWith({ backups: makeBackups(30), faults });
      const result = await act({ ...PRUNE, 'portal-url': portal.url });
      expect(result.code).toBe(1);
      // Such a 404 is also the answer of another service, which the alias avoids.
      const paths = (number: number) =>
        status === 404 ? [deletion(number), deletionByAlias(number)] : [deletion(number)];
      expect(portal.seen).toEqual([LIST, ...[30, 29, 28].flatMap(paths), LIST]);
      expect(errorOf(result)).toContain(
        'Something in front of the portal answers DELETE requests: 3 in a row.',
      );
      expect(errorOf(result)).toContain(
        [400, 403, 404, 405].includes(status)
          ? 'other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.'
          : 'DocSpace never sends this status. Check proxies between the runner and the portal.',
      );
      expect(errorOf(result)).toContain('26 backups were not tried.');
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '3' });
    },
  );

  test.each<[name: string, fault: Fault]>([
    ['403', { kind: 'bot-check' }],
    ['503', { kind: 'bot-check', status: 503 }],
    ['403 that only its body shows', { kind: 'status', status: 403, body: '/cdn-cgi/challenge-platform/' }],
  ])(
    'from a bot check, with HTTP %s: the step ends at once, and the error names it',
    async (_name, fault) => {
      const portal = await portalWith({ backups: makeBackups(30), faults: [{ on: 'DELETE', ...fault }] });
      const result = await act({ ...PRUNE, 'portal-url': portal.url, retries: '5' });
      expect(result.code).toBe(1);
      expect(portal.seen).toEqual([LIST, deletion(30), LIST]);
      expect(errorOf(result)).toMatch(
        /a bot check in front of the portal answered.* Exempt \/api\/2\.0\/ from it/,
      );
      expect(errorOf(result)).toContain('28 backups were not tried.');
    },
  );

  test('of one backup after which all would fail: no other DELETE is sent, but the final listing is', async () => {
    const portal = await portalWith({
      backups: makeBackups(30),
      faults: [{ on: 'DELETE', kind: 'no-scope' }],
    });
    const result = await act({ ...PRUNE, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, deletion(30), LIST]);
    expect(errorOf(result)).toContain('the API key may not write.');
    expect(errorOf(result)).toContain('28 backups were not tried.');
    expect(result.outputs).toMatchObject({ 'status-code': '403', 'deleted-count': '0', 'failed-count': '1' });
  });
});

describe('an inconclusive final listing', () => {
  test.each<[name: string, fault: Fault]>([
    ['contradicts itself', CONTRADICTION],
    ['has a count of 4 over an empty list', WRONG_COUNT],
    ['has a total of 4 over a list of three', WRONG_TOTAL],
    [
      'has a total of 1 over an empty list',
      json({ response: [], count: 0, total: 1, status: 0, statusCode: 200 }),
    ],
    ['lacks its last byte', { kind: 'http10-cut' }],
    ['is a page', { kind: 'web-client' }],
    ['is not JSON', { kind: 'not-json' }],
    ['has a null response', json({ response: null, count: 0, status: 0, statusCode: 200 })],
  ])('that %s: the step fails, and nothing counts as deleted', async (_name, fault) => {
    const portal = await portalWith({ backups: makeBackups(3), faults: [{ on: 'GET', skip: 1, ...fault }] });
    const result = await act({ ...PRUNE, 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([LIST, deletion(3), deletion(2), LIST]);
    expect(errorOf(result)).toContain(`HTTP 200 from ${LIST}`);
    expect(result.outputs).toMatchObject({ 'status-code': '200', 'deleted-count': '0', 'failed-count': '2' });
    expect(result.summary).toContain('not known');
  });
});

describe('the deletion of a schedule', () => {
  test.each<[name: string, fault: Fault]>([
    ['contradicts itself', CONTRADICTION],
    ['has status 1', { kind: 'says-status-1' }],
    ['is an empty object', json({})],
    ['is null', { kind: 'json-null' }],
    ['has a true response', json({ response: true, status: 0, statusCode: 200 })],
  ])('is not proven by an answer that %s', async (_name, fault) => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'GET', skip: 1, ...fault }] });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen.map(request => request.split(' ')[0])).toEqual(['GET', 'DELETE', 'GET']);
    expect(result.log).toContain('Failed: it is not proven that the backup schedule is gone.');
  });

  test('is proven by a response that is null', async () => {
    const gone = json({ response: null, count: 0, status: 0, statusCode: 200 });
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'GET', skip: 1, ...gone }] });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(result.code).toBe(0);
    expect(portal.seen.map(request => request.split(' ')[0])).toEqual(['GET', 'DELETE', 'GET']);
  });
});

test('a byte order mark before each answer is ignored', async () => {
  const portal = await portalWith({ backups: makeBackups(3), faults: [{ kind: 'bom' }] });
  const result = await act({ ...PRUNE, 'portal-url': portal.url });
  expect(result.code).toBe(0);
  expect(portal.seen).toEqual([LIST, deletion(3), deletion(2), LIST]);
  expect(result.outputs['deleted-count']).toBe('2');
});

test.each<[name: string, fault: Fault]>([
  ['without a length', { kind: 'raw', body: 'HTTP/1.1 200 OK\r\n\r\n{"response":true,"status":0}' }],
  ['that arrives byte by byte', { kind: 'drip', ms: 5 }],
])('an answer %s is accepted', async (_name, fault) => {
  const portal = await portalWith({ schedule: SCHEDULE, faults: [fault] });
  const inputs = { operation: 'delete-schedule', verify: 'false', 'portal-url': portal.url };
  expect((await act(inputs)).outputs['result']).toBe('true');
  expect(portal.seen).toHaveLength(1);
});

test('a token in quotes is not sent', async () => {
  const portal = await portalWith({ schedule: SCHEDULE });
  for (const token of ['"sk-0123456789abcdef"', "'sk-0123456789abcdef'", 'Bearer "sk-0123456789abcdef"']) {
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url, token });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toBe('token is in quotes. Save the secret without them.');
  }
  expect(portal.state.requests).toEqual([]);
});

test('response headers of 40 kB are read', async () => {
  const headers = Object.fromEntries(
    Array.from({ length: 10 }, (_, number) => [`x-policy-${number}`, 'x'.repeat(4_000)]),
  );
  const gone = json({ response: true, count: 1, status: 0, statusCode: 200 });
  const portal = await portalWith({ schedule: SCHEDULE, faults: [{ on: 'DELETE', headers, ...gone }] });
  const inputs = { operation: 'delete-schedule', verify: 'false', 'portal-url': portal.url };
  expect((await act(inputs)).outputs['result']).toBe('true');
});

test.each<[name: string, fault: Fault]>([
  ['of the key, for 15 s,', { on: 'keys', kind: 'rate-limit', retryAfter: '15' }],
  ['of the key, for an hour,', { on: 'keys', kind: 'rate-limit', retryAfter: '3600' }],
  ['of the key, without a time,', { on: 'keys', kind: 'rate-limit' }],
  ['of the schedule in a dry run', { on: 'getbackupschedule', kind: 'rate-limit', retryAfter: '15' }],
])('a rate limit %s pauses nothing', async (_name, fault) => {
  for (const dryRun of ['true', 'false']) {
    const portal = await portalWith({ backups: makeBackups(9), schedule: SCHEDULE, faults: [fault] });
    const result = await act({ ...PRUNE, 'portal-url': portal.url, 'dry-run': dryRun });
    expect(result.code).toBe(0);
    expect(result.outputs['selected-count']).toBe('8');
    expect(result.ms).toBeLessThan(5_000);
    expect(result.log).not.toContain('the rate limit of the portal is reached');
  }
});

test.each<[name: string, options: PortalOptions]>([
  ['an answer of the wrong kind', { faults: [{ on: 'keys', kind: 'says-text' }] }],
  ['401', { faults: [{ on: 'keys', kind: 'unauthorized' }] }],
  ['a redirect', { faults: [{ on: 'keys', ...to('https://login.example/') }] }],
  ['an answer that contradicts itself', { faults: [{ on: 'keys', ...TRUE_CONTRADICTION }] }],
])('the run goes on if the request for the key gets %s', async (_name, options) => {
  const portal = await portalWith({ backups: makeBackups(2), ...options });
  const result = await act({ ...PRUNE, 'portal-url': portal.url });
  expect(result.code).toBe(0);
  expect(portal.state.requests.map(({ path }) => path)).toContain('/api/2.0/keys/@self');
  expect(portal.seen).toEqual([LIST, deletion(2), LIST]);
  expect(result.log).not.toContain('::warning::');
});
