import { describe, expect, test } from '@jest/globals';
import { parseBackupId } from '../../src/backups/backup.js';
import {
  type DeleteOutcome,
  NoResponseError,
  type OutcomeKind,
  RateLimitError,
  ResponseError,
} from '../../src/portal/answers/outcomes.js';
import type { DeleteOptions, Portal } from '../../src/portal/api.js';
import { asDryRun } from '../../src/portal/dry-run.js';
import {
  type Fault,
  makeBackups,
  makeId,
  type PortalOptions,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { idOf } from '../support/backups.js';
import { theClock } from '../support/clock.js';
import { portalWith } from '../support/portals.js';
import { watch } from '../support/watch.js';
import { connectApi, errorOf, resultOf } from './support.js';

const BASE = '/api/2.0/backup';
const KEYS = 'GET /api/2.0/keys/@self';
const ONCE: DeleteOptions = { onSend: () => undefined, maxRetries: 0 };
const ANY: DeleteOptions = { onSend: () => undefined };

const startServer = (options: PortalOptions = {}) =>
  portalWith({ backups: makeBackups(3), schedule: SCHEDULE, standalone: true, ...options });
const createJson = (value: unknown): Fault => ({ kind: 'status', status: 200, body: JSON.stringify(value) });

describe('the calls', () => {
  test.each<[dump: boolean | undefined, schedule: string, history: string]>([
    [undefined, '', '?Dump=false'],
    [false, '?Dump=false', '?Dump=false'],
    [true, '?Dump=true', '?Dump=true'],
  ])('send the right requests with dump %s', async (dump, schedule, history) => {
    const server = await startServer();
    const { portal } = connectApi(server.url, dump === undefined ? {} : { dump });
    await resultOf(portal.getSchedule());
    await resultOf(portal.getScheduleIfAvailable());
    await resultOf(portal.listBackups());
    await resultOf(portal.deleteSchedule(ANY));
    await resultOf(portal.deleteHistory(ANY));
    await resultOf(portal.deleteBackup(idOf(1), ANY));
    expect(server.seen).toEqual([
      `GET ${BASE}/getbackupschedule${schedule}`,
      `GET ${BASE}/getbackupschedule${schedule}`,
      `GET ${BASE}/getbackuphistory${history}`,
      `DELETE ${BASE}/deletebackupschedule${schedule}`,
      `DELETE ${BASE}/deletebackuphistory${history}`,
      `DELETE ${BASE}/deletebackup/${makeId(1)}`,
    ]);
  });

  test('call onSend before each DELETE', async () => {
    const server = await startServer();
    const { portal } = connectApi(server.url);
    const seenBefore: number[] = [];
    const recordSeen = () => seenBefore.push(server.seen.length);
    await resultOf(portal.deleteSchedule({ onSend: recordSeen }));
    await resultOf(portal.deleteHistory({ onSend: recordSeen }));
    await resultOf(portal.deleteBackup(idOf(1), { onSend: recordSeen }));
    expect(seenBefore).toEqual([0, 1, 2]);
  });
});

describe('the schedule', () => {
  test('is read', async () => {
    const { portal } = connectApi((await startServer()).url);
    expect(await resultOf(portal.getSchedule())).toMatchObject({ copies: 7 });
  });

  test.each<[name: string, options: PortalOptions]>([
    ['has no response', { schedule: null }],
    ['has the response null', { faults: [createJson({ response: null, status: 0, statusCode: 200 })] }],
  ])('does not exist if the envelope %s', async (_name, options) => {
    const { portal } = connectApi((await startServer(options)).url);
    expect(await resultOf(portal.getSchedule())).toBeUndefined();
  });

  test.each([[true], ['daily'], [7], [false], [[]]])('is an error if the response is %j', async response => {
    const { portal } = connectApi((await startServer({ faults: [createJson({ response, status: 0 })] })).url);
    expect(String(await errorOf(portal.getSchedule()))).toContain('its "response" is not a schedule.');
  });
});

describe('the history', () => {
  test('is read, and its time is recorded', async () => {
    const { portal, budget } = connectApi((await startServer({ listingMs: 4_000 })).url, { seconds: 10 });
    expect((await resultOf(portal.listBackups())).map(({ id }) => id)).toEqual([
      makeId(1),
      makeId(2),
      makeId(3),
    ]);
    expect(budget.expectedListingMs).toBe(5_000);
  });

  test.each([[true], ['text'], [{ length: 0 }], [null], [undefined]])(
    'is an error if the response is %j, not an empty list',
    async response => {
      const { portal } = connectApi(
        (await startServer({ faults: [createJson({ response, status: 0, statusCode: 200 })] })).url,
      );
      expect(String(await errorOf(portal.listBackups()))).toContain('its "response" is not a list.');
    },
  );

  const createRecords = (number: number) => `{"response":[${Array(number).fill('0').join()}],"status":0}`;

  test('may have 200,000 records', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 200, body: createRecords(200_000) }];
    const { portal } = connectApi((await startServer({ faults })).url);
    expect(await resultOf(portal.listBackups())).toHaveLength(200_000);
  });

  test('is an error if it has 200,001 records', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 200, body: createRecords(200_001) }];
    const { portal } = connectApi((await startServer({ faults })).url);
    expect(await errorOf(portal.listBackups())).toMatchObject({
      message: expect.stringMatching(
        /^HTTP 200 from GET \S+ on portal\.example, but the list has more than 200000 rec/,
      ),
      status: 200,
      kind: 'rejected-on-the-way',
    });
  });

  test('may have 8 MiB, and any other answer 1 MiB', async () => {
    const body = `{"response":[],"status":0}${' '.repeat(2 * 1024 * 1024)}`;
    const { portal } = connectApi(
      (await startServer({ faults: [{ kind: 'status', status: 200, body }] })).url,
    );
    expect(await resultOf(portal.listBackups())).toEqual([]);
    const tooLong = 'the answer is longer than 1 MiB, ';
    expect(String(await errorOf(portal.getSchedule()))).toContain(tooLong);
    const outcome = await resultOf(portal.deleteHistory(ANY));
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining(tooLong) } });
  });

  test('gets at least the time that it took before', async () => {
    const server = await startServer({ listingMs: 40_000, faults: [{ on: 'GET', kind: 'hang', skip: 1 }] });
    const { portal } = connectApi(server.url, { seconds: 110, retries: 1 });
    await resultOf(portal.listBackups());
    const second = portal.listBackups();
    await theClock().advance(49_900);
    // Half of the remaining 70 s would be only 35 s.
    expect(server.seen).toHaveLength(2);
    await errorOf(second);
    expect(server.seen).toHaveLength(3);
  });
});

describe('a listing behind a gateway', () => {
  const CUT =
    / The list takes longer than the gateway in front of the portal allows, which timeout-seconds cannot change\. Raise the gateway's limit\.$/;

  test('that gives up first is asked for three times at most, and the error names the gateway', async () => {
    const server = await startServer({ listingMs: 70_000, gateway: { ms: 60_000 } });
    const { portal } = connectApi(server.url, { retries: 5 });
    const error = await errorOf(portal.listBackups());
    expect(error).toMatchObject({ status: 504, kind: 'unanswered', message: expect.stringMatching(CUT) });
    expect(String(error)).not.toMatch(/raise timeout-seconds/i);
    expect(server.seen).toHaveLength(3);
  });

  test('that gives up in the middle of a busy minute is asked for again, and succeeds', async () => {
    const server = await startServer({ faults: [{ kind: 'gateway-timeout', times: 2, delayMs: 60_000 }] });
    const { portal } = connectApi(server.url, { retries: 5, seconds: 600 });
    expect(await resultOf(portal.listBackups())).toHaveLength(3);
    expect(server.seen).toHaveLength(3);
  });

  test('that answers another status is asked for as often as retries allows, and has no such advice', async () => {
    for (const status of [502, 524]) {
      const server = await startServer({ faults: [{ kind: 'page', status }] });
      const { portal } = connectApi(server.url, { retries: 5 });
      expect(String(await errorOf(portal.listBackups()))).not.toMatch(CUT);
      expect(server.seen).toHaveLength(6);
    }
  });
});

describe('a bot check', () => {
  test.each<[name: string, fault: Fault]>([
    ['403', { kind: 'bot-check' }],
    ['503', { kind: 'bot-check', status: 503 }],
    [
      '403, by its body',
      { kind: 'status', status: 403, body: '/cdn-cgi/challenge-platform/', type: 'text/html' },
    ],
    [
      '503, by its body',
      { kind: 'status', status: 503, body: '/cdn-cgi/challenge-platform/', type: 'text/html' },
    ],
  ])('is named, and the request is not repeated: %s', async (_name, fault) => {
    const server = await startServer({ faults: [fault] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const advice =
      /a bot check in front of the portal answered, which only a browser passes\. Exempt \/api\/2\.0\/ from it, or use a self-hosted runner/;
    expect(String(await errorOf(portal.listBackups()))).toMatch(advice);
    expect(await resultOf(portal.deleteBackup(idOf(1), ANY))).toMatchObject({
      kind: 'rejected-for-all',
      error: { message: expect.stringMatching(advice) },
    });
    expect(server.seen).toHaveLength(2);
    expect(theClock().monotonicMs()).toBe(0);
  });

  test.each([400, 409, 502])('is not taken from the body of an answer with status %d', async status => {
    const body = '/cdn-cgi/challenge-platform/';
    const server = await startServer({ faults: [{ kind: 'status', status, body, type: 'text/html' }] });
    const { portal } = connectApi(server.url, { retries: 0 });
    expect(String(await errorOf(portal.listBackups()))).not.toContain('bot check');
  });
});

describe('the key', () => {
  test('is read', async () => {
    const server = await startServer({
      key: { permissions: ['*:read'], expiresAt: '2026-05-01T00:00:00+00:00' },
    });
    const { portal } = connectApi(server.url);
    expect(await resultOf(portal.getKey())).toEqual({ isReadOnly: true, expiresOn: Date.UTC(2026, 4, 1) });
    expect(server.state.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([KEYS]);
  });

  test('is not requested with a token of another kind', async () => {
    const server = await startServer();
    const { portal } = connectApi(server.url, { isApiKey: false });
    expect(await resultOf(portal.getKey())).toBeUndefined();
    expect(server.state.requests).toEqual([]);
  });

  test.each<[name: string, options: PortalOptions, ms: number]>([
    ['an older portal, which has no such call', { key: 'absent' }, 0],
    ['a portal that refuses it', { faults: [{ on: 'keys', kind: 'unauthorized' }] }, 0],
    ['a portal that fails', { faults: [{ on: 'keys', kind: 'server-error' }] }, 0],
    ['a gateway that is down', { faults: [{ on: 'keys', kind: 'unavailable', retryAfter: '3600' }] }, 0],
    ['a connection that is lost', { faults: [{ on: 'keys', kind: 'reset' }] }, 0],
    ['a page', { faults: [{ on: 'keys', kind: 'web-client' }] }, 0],
    ['200 MiB', { faults: [{ on: 'keys', kind: 'huge' }] }, 0],
    ['a portal that does not answer', { faults: [{ on: 'keys', kind: 'hang' }] }, 5_000],
    ['a portal that is slow', { faults: [{ on: 'keys', kind: 'slow', ms: 5_001 }] }, 5_000],
    ['a bot check', { faults: [{ on: 'keys', kind: 'bot-check' }] }, 0],
    ['a rate limit', { faults: [{ on: 'keys', kind: 'rate-limit' }] }, 0],
    ['a rate limit for a minute', { faults: [{ on: 'keys', kind: 'rate-limit', retryAfter: '60' }] }, 0],
    [
      'a rate limit for longer than the run',
      { faults: [{ on: 'keys', kind: 'rate-limit', retryAfter: '900' }] },
      0,
    ],
  ])('is unknown with %s: it is requested once, for 5 s at most', async (_name, options, ms) => {
    const server = await startServer(options);
    const { portal } = connectApi(server.url, { retries: 5 });
    expect(await resultOf(portal.getKey())).toBeUndefined();
    expect(theClock().monotonicMs()).toBe(ms);
    expect(server.state.requests).toHaveLength(1);
  });
});

describe('a rate limit of information that the run can do without', () => {
  test.each([
    ['the key', 'keys'],
    ['the schedule', 'getbackupschedule'],
  ])('pauses no other request: %s', async (_name, on) => {
    const server = await startServer({ faults: [{ on, kind: 'rate-limit', retryAfter: '15' }] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const unknown = Promise.all([portal.getKey(), portal.getScheduleIfAvailable()]);
    expect(await resultOf(portal.listBackups())).toHaveLength(3);
    expect((await resultOf(unknown)).filter(value => value !== undefined)).toHaveLength(1);
    expect(await resultOf(portal.deleteBackup(idOf(1), ANY))).toEqual({ kind: 'confirmed' });
    expect(theClock().monotonicMs()).toBe(0);
  });
});

test('getScheduleIfAvailable requests the schedule once, for 5 s at most', async () => {
  for (const kind of ['server-error', 'unavailable', 'hang', 'says-text'] as const) {
    const server = await startServer({ faults: [{ kind }] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const before = theClock().monotonicMs();
    expect([kind, await resultOf(portal.getScheduleIfAvailable())]).toEqual([kind, undefined]);
    expect(theClock().monotonicMs() - before).toBe(kind === 'hang' ? 5_000 : 0);
    expect(server.seen).toHaveLength(1);
  }
  const { portal } = connectApi((await startServer()).url);
  expect(await resultOf(portal.getScheduleIfAvailable())).toMatchObject({ copies: 7 });
});

describe('the outcome of a DELETE', () => {
  const CONFIRMED: DeleteOutcome = { kind: 'confirmed' };
  const failed = (kind: OutcomeKind, mayBeRunning = false, type: unknown = ResponseError) => ({
    kind,
    error: expect.any(type),
    mayBeRunning,
  });
  const AT_FILE = failed('rejected-by-portal');
  const ON_THE_WAY = failed('rejected-on-the-way');
  const ON_THE_WAY_UNFINISHED = failed('rejected-on-the-way', true);
  const FOR_ALL = failed('rejected-for-all');
  const NOT_RECEIVED = failed('not-received');
  const UNANSWERED = failed('unanswered', true);
  const LOST = failed('unanswered', true, NoResponseError);

  test.each<[name: string, fault: Fault | undefined, byId: unknown, others: unknown]>([
    ['true', undefined, CONFIRMED, CONFIRMED],
    ['false', { kind: 'says-false' }, ON_THE_WAY, ON_THE_WAY],
    ['"true" in quotes', { kind: 'says-text' }, ON_THE_WAY, ON_THE_WAY],
    ['no response', { kind: 'says-nothing' }, ON_THE_WAY, ON_THE_WAY],
    ['an envelope that contradicts itself', { kind: 'says-status-1' }, ON_THE_WAY, ON_THE_WAY],
    ['a page with HTTP 200', { kind: 'web-client' }, ON_THE_WAY, ON_THE_WAY],
    ['HTTP 204', { kind: 'no-content' }, ON_THE_WAY, ON_THE_WAY],
    ['500', { kind: 'server-error' }, AT_FILE, AT_FILE],
    ['500 as a page', { kind: 'page', status: 500 }, UNANSWERED, UNANSWERED],
    ['the 500 of nginx', { kind: 'nginx-error' }, UNANSWERED, UNANSWERED],
    ['500 without a body', { kind: 'status', status: 500 }, UNANSWERED, UNANSWERED],
    ['403 in the error form', { kind: 'access-denied' }, AT_FILE, AT_FILE],
    ['400 in the error form', { kind: 'error-form', status: 400 }, AT_FILE, AT_FILE],
    ['400 as a problem', { kind: 'bad-request' }, ON_THE_WAY, ON_THE_WAY],
    ['404 in the error form', { kind: 'error-form', status: 404 }, CONFIRMED, AT_FILE],
    ['501', { kind: 'status', status: 501 }, UNANSWERED, UNANSWERED],
    ['502', { kind: 'bad-gateway' }, UNANSWERED, UNANSWERED],
    ['599', { kind: 'page', status: 599 }, UNANSWERED, UNANSWERED],
    ['530', { kind: 'page', status: 530 }, NOT_RECEIVED, NOT_RECEIVED],
    ['409', { kind: 'page', status: 409 }, ON_THE_WAY, ON_THE_WAY],
    ['101', { kind: 'switching-protocols' }, ON_THE_WAY_UNFINISHED, ON_THE_WAY_UNFINISHED],
    ['a bot check', { kind: 'bot-check' }, FOR_ALL, FOR_ALL],
    ['a bot check with 503', { kind: 'bot-check', status: 503 }, FOR_ALL, FOR_ALL],
    ['503', { kind: 'unavailable' }, NOT_RECEIVED, NOT_RECEIVED],
    ['521', { kind: 'page', status: 521 }, NOT_RECEIVED, NOT_RECEIVED],
    ['523', { kind: 'page', status: 523 }, NOT_RECEIVED, NOT_RECEIVED],
    ['408', { kind: 'request-timeout' }, UNANSWERED, UNANSWERED],
    ['504', { kind: 'gateway-timeout' }, UNANSWERED, UNANSWERED],
    ['520', { kind: 'page', status: 520 }, UNANSWERED, UNANSWERED],
    ['522', { kind: 'page', status: 522 }, UNANSWERED, UNANSWERED],
    ['524', { kind: 'page', status: 524 }, UNANSWERED, UNANSWERED],
    ['a lost connection', { kind: 'lost-after' }, LOST, LOST],
    ['no answer', { kind: 'hang' }, LOST, LOST],
    ['401', { kind: 'unauthorized' }, FOR_ALL, FOR_ALL],
    ['402', { kind: 'unpaid' }, FOR_ALL, FOR_ALL],
    ['403 without a body', { kind: 'no-scope' }, FOR_ALL, FOR_ALL],
    ['403 as a problem', { kind: 'portal-busy' }, FOR_ALL, FOR_ALL],
    ['403 as a bare text', { kind: 'ip-blocked' }, FOR_ALL, FOR_ALL],
    ['404 without a body', { kind: 'not-found' }, ON_THE_WAY, ON_THE_WAY],
    ['404 as a problem', { kind: 'suspended' }, FOR_ALL, FOR_ALL],
    ['301', { kind: 'redirect', location: 'https://b.example/' }, FOR_ALL, FOR_ALL],
    ['304', { kind: 'status', status: 304 }, FOR_ALL, FOR_ALL],
    ['something other than HTTP', { kind: 'not-http' }, LOST, LOST],
    ['404 as a page', { kind: 'page', status: 404 }, ON_THE_WAY, ON_THE_WAY],
    ['403 as a page', { kind: 'page', status: 403 }, ON_THE_WAY, ON_THE_WAY],
    [
      '404 with an error of other software',
      { kind: 'status', status: 404, body: '{"status":404,"error":"Not Found"}' },
      ON_THE_WAY,
      ON_THE_WAY,
    ],
    ['400 as a page', { kind: 'page', status: 400 }, ON_THE_WAY, ON_THE_WAY],
    ['405 as a page', { kind: 'page', status: 405 }, ON_THE_WAY, ON_THE_WAY],
  ])('after %s', async (_name, fault, byId, others) => {
    const server = await startServer({ faults: fault ? [fault] : [] });
    const { portal } = connectApi(server.url);
    const calls = [
      [() => portal.deleteBackup(idOf(1), ANY), byId],
      [() => portal.deleteHistory(ANY), others],
      [() => portal.deleteSchedule(ANY), others],
    ] as const;
    for (const [call, expected] of calls) {
      expect(await resultOf(call())).toEqual(expected);
    }
    const deletions = server.seen.filter(request => !request.includes('/portal/'));
    expect(deletions).toHaveLength(3);
  });

  test.each<[name: string, fault: Fault | undefined, expected: unknown]>([
    ['true', undefined, CONFIRMED],
    ['404 in the error form', { kind: 'error-form', status: 404 }, CONFIRMED],
    ['500', { kind: 'server-error' }, failed('rejected-by-portal', true)],
    ['403 in the error form', { kind: 'access-denied' }, failed('rejected-by-portal', true)],
    ['405 as a page', { kind: 'page', status: 405 }, failed('rejected-on-the-way', true)],
    ['false', { kind: 'says-false' }, failed('rejected-on-the-way', true)],
    ['an answer of 200 MiB', { kind: 'huge' }, failed('rejected-on-the-way', true)],
    ['503', { kind: 'unavailable' }, failed('not-received', true)],
    ['521', { kind: 'page', status: 521 }, failed('not-received', true)],
    ['a connection that ends', { kind: 'lost-before' }, LOST],
    ['a connection that is reset', { kind: 'reset' }, LOST],
  ])(
    'after 504 and then %s: the portal may still be working on the first attempt',
    async (_name, fault, expected) => {
      const faults: Fault[] = [{ kind: 'gateway-timeout', times: 1 }, ...(fault ? [fault] : [])];
      const server = await startServer({ faults });
      const { portal } = connectApi(server.url, { retries: 1 });
      expect(await resultOf(portal.deleteBackup(idOf(1), ANY))).toEqual(expected);
      // A used connection that is lost costs no retry: the request is sent once more on a new one.
      expect(server.seen).toHaveLength(expected === LOST ? 3 : 2);
    },
  );

  test.each<[name: string, fault: Fault, expected: unknown]>([
    ['an answer that is too long', { kind: 'huge' }, failed('rejected-on-the-way', true)],
    ['403 that is too long', { kind: 'huge', status: 403 }, failed('rejected-for-all', true)],
    ['400 whose body never ends', { kind: 'drip', ms: 900 }, failed('rejected-on-the-way', true)],
  ])(
    'after %s: without the end of the answer, the portal may still be working',
    async (_name, fault, expected) => {
      const server = await startServer({ fileErrors: { [idOf(1)]: 400 }, faults: [fault] });
      const { portal } = connectApi(server.url, { retries: 1 });
      expect(await resultOf(portal.deleteBackup(idOf(1), ANY))).toEqual(expected);
      expect(server.seen).toHaveLength(1);
    },
  );

  test('after a gateway asks for a wait that is too long: not received, at once', async () => {
    const server = await startServer({ faults: [{ kind: 'unavailable', retryAfter: '3000' }] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const calls = [portal.deleteBackup(idOf(1), ANY), portal.deleteHistory(ANY), portal.deleteSchedule(ANY)];
    for (const call of calls) {
      const outcome = await resultOf(call);
      expect(outcome).toEqual(NOT_RECEIVED);
      const wait = ' It asks to wait 3000 s.';
      expect(outcome).toMatchObject({ error: { message: expect.stringContaining(wait) } });
    }
    expect([server.seen.length, theClock().monotonicMs()]).toEqual([3, 0]);
  });

  test('after a rate limit that leaves no time for the final listing: rejected for all', async () => {
    const server = await startServer({ faults: [{ kind: 'rate-limit', retryAfter: '70' }] });
    const { portal, budget } = connectApi(server.url, { retries: 5, seconds: 100 });
    budget.recordListing(20_000);
    const outcome = await resultOf(portal.deleteBackup(idOf(1), ANY));
    expect(outcome).toEqual(FOR_ALL);
    expect(outcome).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^HTTP 429 from DELETE \S+ on portal\.example: the rate limit of the portal is reached\. Run again later\. It asks to wait 70 s\.$/,
        ),
        status: 429,
        kind: 'rejected-for-all',
      },
    });
    expect([server.seen.length, theClock().monotonicMs()]).toEqual([1, 0]);
  });

  test('after a rate limit that lasts longer than the run: the call throws', async () => {
    const server = await startServer({ faults: [{ kind: 'rate-limit', retryAfter: '3000' }] });
    const { portal } = connectApi(server.url);
    for (const call of [portal.deleteBackup(idOf(1), ANY), portal.deleteHistory(ANY)]) {
      expect(await errorOf(call)).toBeInstanceOf(RateLimitError);
    }
  });

  test('that the run can do without, after a rate limit: rejected, and nothing else is paused', async () => {
    const fault: Fault = { on: 'DELETE', kind: 'rate-limit', retryAfter: '900', times: 1 };
    const server = await startServer({ faults: [fault] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const optional = { ...ANY, maxRetries: 0, isOptional: true };
    expect(await resultOf(portal.deleteBackup(idOf(1), optional))).toMatchObject({ error: { status: 429 } });
    expect(await resultOf(portal.deleteBackup(idOf(2), ANY))).toEqual(CONFIRMED);
    expect([server.seen.length, theClock().monotonicMs()]).toEqual([2, 0]);
  });

  test('after a refused connection: not received', async () => {
    const server = await startServer();
    await server.close();
    const { portal } = connectApi(server.url);
    const outcome = await resultOf(portal.deleteBackup(idOf(1), ANY));
    expect(outcome).toEqual(failed('not-received', false, NoResponseError));
  });

  test('of the history: the caller may ask for one attempt', async () => {
    const server = await startServer({ faults: [{ kind: 'unavailable' }] });
    const { portal } = connectApi(server.url, { retries: 2 });
    await resultOf(portal.deleteHistory(ONCE));
    expect(server.seen).toHaveLength(1);
    await resultOf(portal.deleteHistory(ANY));
    expect(server.seen).toHaveLength(4);
  });

  test('of one backup: the caller may ask for one attempt', async () => {
    const server = await startServer({ faults: [{ kind: 'unavailable' }] });
    const { portal } = connectApi(server.url, { retries: 2 });
    await resultOf(portal.deleteBackup(idOf(1), ONCE));
    expect(server.seen).toHaveLength(1);
    await resultOf(portal.deleteBackup(idOf(1), ANY));
    expect(server.seen).toHaveLength(4);
  });

  test.each<[name: string, fault: Fault]>([
    ['502', { kind: 'bad-gateway' }],
    ['the 500 of nginx', { kind: 'nginx-error' }],
    ['a 500 whose body never ends', { kind: 'drip', ms: 900 }],
  ])('after %s and then 503: the portal may still be working on the first attempt', async (_name, fault) => {
    const faults: Fault[] = [{ ...fault, times: 1 }, { kind: 'unavailable' }];
    const { portal } = connectApi((await startServer({ locked: [idOf(1)], faults })).url, { retries: 1 });
    expect(await resultOf(portal.deleteBackup(idOf(1), ANY))).toEqual(failed('not-received', true));
  });

  describe('of an id that another service gets', () => {
    const ID = parseBackupId(`feed${makeId(1).slice(4)}`);
    const backups = [...makeBackups(2), { ...makeBackups(1)[0], id: ID }];
    const PATHS = [`DELETE ${BASE}/deletebackup/${ID}`, `DELETE /api/2.0/portal/deletebackup/${ID}`];
    const remove = (portal: Portal) => {
      if (!ID) throw new Error('No id');
      return resultOf(portal.deleteBackup(ID, ANY));
    };

    test('is that of the same request by the alias', async () => {
      const server = await startServer({ backups });
      const { portal } = connectApi(server.url);
      expect(await remove(portal)).toEqual(CONFIRMED);
      expect(server.seen).toEqual(PATHS);
      expect(server.state.deletedIds).toEqual(new Set([ID]));
    });

    test.each<[name: string, fault: Fault, expected: unknown, sent: number]>([
      ['500', { kind: 'server-error' }, AT_FILE, 2],
      ['404 in the error form', { kind: 'error-form', status: 404 }, CONFIRMED, 2],
      ['404 without a body', { kind: 'not-found' }, ON_THE_WAY, 2],
      ['401', { kind: 'unauthorized' }, FOR_ALL, 2],
      ['503 twice', { kind: 'unavailable' }, NOT_RECEIVED, 3],
    ])('is that of the alias, also after %s', async (_name, fault, expected, sent) => {
      const server = await startServer({ backups, faults: [{ ...fault, on: '/portal/' }] });
      const { portal } = connectApi(server.url, { retries: 1 });
      expect(await remove(portal)).toEqual(expected);
      expect(server.seen).toHaveLength(sent);
    });

    test('is that of the usual path where nginx has no such rule: the alias is not needed', async () => {
      const server = await startServer({ backups, nginx: false });
      const { portal } = connectApi(server.url);
      expect(await remove(portal)).toEqual(CONFIRMED);
      expect(server.seen).toEqual(PATHS.slice(0, 1));
    });

    test('is that of the usual path if the alias may not be tried any more', async () => {
      const server = await startServer({ backups });
      const { portal } = connectApi(server.url);
      const stop = new AbortController();
      server.state.faults.push({ kind: 'not-found', delayMs: 1_000 });
      if (!ID) throw new Error('No id');
      const deletion = watch(portal.deleteBackup(ID, { ...ANY, signal: stop.signal }));
      await theClock().advance(500);
      stop.abort();
      await theClock().advance(1_000);
      expect(deletion.value).toEqual(ON_THE_WAY);
      expect(server.seen).toEqual(PATHS.slice(0, 1));
    });
  });

  test('of one backup: no attempt follows once its signal has fired', async () => {
    const server = await startServer({ faults: [{ kind: 'unavailable' }] });
    const { portal } = connectApi(server.url, { retries: 5 });
    const stop = new AbortController();
    const deletion = watch(portal.deleteBackup(idOf(1), { ...ANY, signal: stop.signal }));
    await theClock().advance(100);
    stop.abort();
    await theClock().advance(60_000);
    expect(deletion.value).toMatchObject({ kind: 'not-received' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('the advice on an HTTP 500', () => {
  const adviceAfter = async (skip: number) => {
    const server = await startServer({ faults: [{ kind: 'server-error', skip }] });
    const { portal } = connectApi(server.url);
    for (let before = 0; before < skip; before++) await resultOf(portal.getSchedule());
    return String(await errorOf(portal.listBackups()));
  };

  test('to the first request of a run mentions portal-url', async () => {
    expect(await adviceAfter(0)).toContain('if its name in portal-url is wrong: check that.');
  });

  test('to a later request does not', async () => {
    expect(await adviceAfter(1)).not.toContain('portal-url');
  });

  test('to the first request mentions portal-url even after a lost connection', async () => {
    const server = await startServer({ faults: [{ kind: 'reset', times: 1 }, { kind: 'server-error' }] });
    const { portal } = connectApi(server.url, { retries: 1 });
    expect(String(await errorOf(portal.listBackups()))).toContain('if its name in portal-url is wrong');
  });
});

describe('asDryRun', () => {
  test('throws instead of sending a DELETE', async () => {
    const server = await startServer();
    const dryRun = asDryRun(connectApi(server.url).portal);
    let calls = 0;
    const count = () => calls++;
    await expect(dryRun.deleteSchedule({ onSend: count })).rejects.toThrow('A DELETE in a dry run');
    await expect(dryRun.deleteHistory({ onSend: count })).rejects.toThrow('A DELETE in a dry run');
    await expect(dryRun.deleteBackup(idOf(1), { onSend: count })).rejects.toThrow('A DELETE in a dry run');
    expect([server.state.requests, calls]).toEqual([[], 0]);
  });

  test('sends every GET', async () => {
    const server = await startServer();
    const dryRun = asDryRun(connectApi(server.url).portal);
    expect(await resultOf(dryRun.listBackups())).toHaveLength(3);
    expect(await resultOf(dryRun.getSchedule())).toMatchObject({ copies: 7 });
    expect(await resultOf(dryRun.getKey())).toMatchObject({ isReadOnly: false });
    expect(server.state.requests).toHaveLength(3);
  });
});
