import { describe, expect, test } from '@jest/globals';
import { BadAnswer, MustWait, NoAnswer } from '../../src/failure.js';
import { rehearse, type Word } from '../../src/portal/portal.js';
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
import { callsOf, failureOf, resultOf } from './support.js';

const BASE = '/api/2.0/backup';
const KEYS = 'GET /api/2.0/keys/@self';
const onSend = () => undefined;
const stopped = new AbortController().signal;

const start = (options: PortalOptions = {}) =>
  portalWith({ backups: makeBackups(3), schedule: SCHEDULE, standalone: true, ...options });
const json = (value: unknown): Fault => ({ kind: 'status', status: 200, body: JSON.stringify(value) });

describe('the requests', () => {
  test.each<[dump: boolean | undefined, schedule: string, history: string]>([
    [undefined, '', '?Dump=false'],
    [false, '?Dump=false', '?Dump=false'],
    [true, '?Dump=true', '?Dump=true'],
  ])('with dump %s', async (dump, schedule, history) => {
    const server = await start();
    const { portal } = callsOf(server.url, dump === undefined ? {} : { dump });
    await resultOf(portal.schedule());
    await resultOf(portal.scheduleIfKnown());
    await resultOf(portal.history());
    await resultOf(portal.deleteSchedule(onSend));
    await resultOf(portal.deleteHistory(onSend));
    await resultOf(portal.deleteBackup(idOf(1), onSend, stopped));
    expect(server.seen).toEqual([
      `GET ${BASE}/getbackupschedule${schedule}`,
      `GET ${BASE}/getbackupschedule${schedule}`,
      `GET ${BASE}/getbackuphistory${history}`,
      `DELETE ${BASE}/deletebackupschedule${schedule}`,
      `DELETE ${BASE}/deletebackuphistory${history}`,
      `DELETE ${BASE}/deletebackup/${makeId(1)}`,
    ]);
  });

  test('each DELETE tells that it is about to leave', async () => {
    const server = await start();
    const { portal } = callsOf(server.url);
    const seenBefore: number[] = [];
    const note = () => seenBefore.push(server.seen.length);
    await resultOf(portal.deleteSchedule(note));
    await resultOf(portal.deleteHistory(note));
    await resultOf(portal.deleteBackup(idOf(1), note, stopped));
    expect(seenBefore).toEqual([0, 1, 2]);
  });
});

describe('the schedule', () => {
  test('is read', async () => {
    const { portal } = callsOf((await start()).url);
    expect(await resultOf(portal.schedule())).toMatchObject({ copies: 7 });
  });

  test.each<[name: string, options: PortalOptions]>([
    ['has no response', { schedule: null }],
    ['has the response null', { faults: [json({ response: null, status: 0, statusCode: 200 })] }],
  ])('is none where the envelope %s', async (_name, options) => {
    const { portal } = callsOf((await start(options)).url);
    expect(await resultOf(portal.schedule())).toBeUndefined();
  });

  test.each([[true], ['daily'], [7], [false], [[]]])(
    'is an error where the response is %j',
    async response => {
      const { portal } = callsOf((await start({ faults: [json({ response, status: 0 })] })).url);
      expect(String(await failureOf(portal.schedule()))).toContain('its "response" is not a schedule.');
    },
  );
});

describe('the history', () => {
  test('is read, and how long it took is remembered', async () => {
    const { portal, deadline } = callsOf((await start({ listingMs: 4_000 })).url, { seconds: 10 });
    expect((await resultOf(portal.history())).map(({ id }) => id)).toEqual([makeId(1), makeId(2), makeId(3)]);
    expect(deadline.listingMs).toBe(5_000);
  });

  test.each([[true], ['text'], [{ length: 0 }], [null], [undefined]])(
    'is an error where the response is %j, and no list that is empty',
    async response => {
      const { portal } = callsOf(
        (await start({ faults: [json({ response, status: 0, statusCode: 200 })] })).url,
      );
      expect(String(await failureOf(portal.history()))).toContain('its "response" is not a list.');
    },
  );

  const records = (number: number) => `{"response":[${Array(number).fill('0').join()}],"status":0}`;

  test('may have 200,000 records', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 200, body: records(200_000) }];
    const { portal } = callsOf((await start({ faults })).url);
    expect(await resultOf(portal.history())).toHaveLength(200_000);
  });

  test('of 200,001 records is an error, and none of them is looked at', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 200, body: records(200_001) }];
    const { portal } = callsOf((await start({ faults })).url);
    const failure = await failureOf(portal.history());
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^HTTP 200 from GET \S+ on portal\.example, but the list has more than 200000 rec/,
      ),
      status: 200,
      verdict: 'backup',
    });
  });

  test('may have 8 MiB, where anything else may have 1 MiB', async () => {
    const body = `{"response":[],"status":0}${' '.repeat(2 * 1024 * 1024)}`;
    const { portal } = callsOf((await start({ faults: [{ kind: 'status', status: 200, body }] })).url);
    expect(await resultOf(portal.history())).toEqual([]);
    for (const call of [portal.schedule(), portal.deleteHistory(onSend)]) {
      const result = await resultOf(call.catch((error: unknown) => error));
      const failure = result instanceof Error ? result : (result as { failure: Error }).failure;
      expect(failure.message).toContain('the answer is longer than 1 MiB, ');
    }
  });

  test('is given at least the time that it took before', async () => {
    const server = await start({ listingMs: 40_000, faults: [{ on: 'GET', kind: 'hang', skip: 1 }] });
    const { portal } = callsOf(server.url, { seconds: 110, retries: 1 });
    await resultOf(portal.history());
    const second = portal.history();
    await theClock().advance(49_900);
    // Half of the 70 s that are left would be 35 s.
    expect(server.seen).toHaveLength(2);
    await failureOf(second);
    expect(server.seen).toHaveLength(3);
  });
});

describe('the key', () => {
  test('is what the portal says of it', async () => {
    const server = await start({ key: { permissions: ['*:read'], expiresAt: '2026-05-01T00:00:00+00:00' } });
    const { portal } = callsOf(server.url);
    expect(await resultOf(portal.key())).toEqual({ mayOnlyRead: true, expiresOn: Date.UTC(2026, 4, 1) });
    expect(server.state.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([KEYS]);
  });

  test('is not asked for with a token of another kind', async () => {
    const server = await start();
    const { portal } = callsOf(server.url, { isApiKey: false });
    expect(await resultOf(portal.key())).toBeUndefined();
    expect(server.state.requests).toEqual([]);
  });

  test.each<[name: string, options: PortalOptions, ms: number]>([
    ['an older portal, which does not know it', { key: 'absent' }, 0],
    ['a portal that refuses it', { faults: [{ on: 'keys', kind: 'unauthorized' }] }, 0],
    ['a portal that fails at it', { faults: [{ on: 'keys', kind: 'server-error' }] }, 0],
    ['a gateway that is down', { faults: [{ on: 'keys', kind: 'unavailable', retryAfter: '3600' }] }, 0],
    ['a connection that is lost', { faults: [{ on: 'keys', kind: 'reset' }] }, 0],
    ['a page', { faults: [{ on: 'keys', kind: 'web-client' }] }, 0],
    ['200 MiB', { faults: [{ on: 'keys', kind: 'huge' }] }, 0],
    ['a portal that does not answer', { faults: [{ on: 'keys', kind: 'hang' }] }, 5_000],
    ['a portal that is slow', { faults: [{ on: 'keys', kind: 'slow', ms: 5_001 }] }, 5_000],
    ['a rate limit for a minute', { faults: [{ on: 'keys', kind: 'rate-limit', retryAfter: '60' }] }, 5_000],
    [
      'a rate limit for longer than the run',
      { faults: [{ on: 'keys', kind: 'rate-limit', retryAfter: '900' }] },
      0,
    ],
  ])('is not known from %s: asked once, and for 5 s at most', async (_name, options, ms) => {
    const server = await start(options);
    const { portal } = callsOf(server.url, { retries: 5 });
    expect(await resultOf(portal.key())).toBeUndefined();
    expect(theClock().now()).toBe(ms);
    expect(server.state.requests).toHaveLength(1);
  });
});

test('the schedule, where it is only good to know, is asked for once, and for 5 s at most', async () => {
  for (const kind of ['server-error', 'unavailable', 'hang', 'says-text'] as const) {
    const server = await start({ faults: [{ kind }] });
    const { portal } = callsOf(server.url, { retries: 5 });
    const before = theClock().now();
    expect([kind, await resultOf(portal.scheduleIfKnown())]).toEqual([kind, undefined]);
    expect(theClock().now() - before).toBe(kind === 'hang' ? 5_000 : 0);
    expect(server.seen).toHaveLength(1);
  }
  const { portal } = callsOf((await start()).url);
  expect(await resultOf(portal.scheduleIfKnown())).toMatchObject({ copies: 7 });
});

/** What the portal has to say to each DELETE, and what follows from it. */
describe('the word', () => {
  const DONE: Word = { said: 'done', reported: true };
  const no = (tryAgain: boolean, mayGoOn = false) => ({
    said: 'no',
    failure: expect.any(BadAnswer),
    tryAgain,
    mayGoOn,
  });
  const nothing = (mayGoOn: boolean) => ({ said: 'nothing', failure: expect.any(Error), mayGoOn });
  const ENDS = 'ends the run';

  test.each<[name: string, fault: Fault | undefined, byId: unknown, others: unknown]>([
    ['true', undefined, DONE, DONE],
    ['false', { kind: 'says-false' }, no(false), no(false)],
    ['"true" in quotes', { kind: 'says-text' }, no(false), no(false)],
    ['no response', { kind: 'says-nothing' }, no(false), no(false)],
    ['an envelope that contradicts itself', { kind: 'says-status-1' }, no(false), no(false)],
    ['a page with HTTP 200', { kind: 'web-client' }, no(false), no(false)],
    ['HTTP 204', { kind: 'no-content' }, no(false), no(false)],
    ['500', { kind: 'server-error' }, no(true), no(false)],
    ['500 as a page', { kind: 'page', status: 500 }, no(true), no(false)],
    ['403 in the error form', { kind: 'access-denied' }, no(true), no(false)],
    ['400 in the error form', { kind: 'error-form', status: 400 }, no(true), no(false)],
    ['400 as a problem', { kind: 'bad-request' }, no(false), no(false)],
    [
      '404 in the error form',
      { kind: 'error-form', status: 404 },
      { said: 'done', reported: false },
      no(false),
    ],
    ['501', { kind: 'status', status: 501 }, no(false), no(false)],
    ['502', { kind: 'bad-gateway' }, nothing(false), nothing(false)],
    ['503', { kind: 'unavailable' }, nothing(false), nothing(false)],
    ['521', { kind: 'page', status: 521 }, nothing(false), nothing(false)],
    ['523', { kind: 'page', status: 523 }, nothing(false), nothing(false)],
    ['408', { kind: 'request-timeout' }, nothing(true), nothing(true)],
    ['504', { kind: 'gateway-timeout' }, nothing(true), nothing(true)],
    ['520', { kind: 'page', status: 520 }, nothing(true), nothing(true)],
    ['522', { kind: 'page', status: 522 }, nothing(true), nothing(true)],
    ['524', { kind: 'page', status: 524 }, nothing(true), nothing(true)],
    ['a lost connection', { kind: 'lost-after' }, nothing(true), nothing(true)],
    ['silence', { kind: 'hang' }, nothing(true), nothing(true)],
    ['401', { kind: 'unauthorized' }, ENDS, ENDS],
    ['402', { kind: 'unpaid' }, ENDS, ENDS],
    ['403 without a body', { kind: 'no-scope' }, ENDS, ENDS],
    ['403 as a problem', { kind: 'portal-busy' }, ENDS, ENDS],
    ['403 as a bare text', { kind: 'ip-blocked' }, ENDS, ENDS],
    ['404 without a body', { kind: 'not-found' }, ENDS, ENDS],
    ['404 as a problem', { kind: 'suspended' }, ENDS, ENDS],
    ['301', { kind: 'redirect', location: 'https://b.example/' }, ENDS, ENDS],
    ['304', { kind: 'status', status: 304 }, ENDS, ENDS],
    ['something else than HTTP', { kind: 'not-http' }, nothing(true), nothing(true)],
    ['404 as a page', { kind: 'page', status: 404 }, ENDS, ENDS],
    ['403 as a page', { kind: 'page', status: 403 }, ENDS, ENDS],
    [
      '404 with an error that is not of the portal',
      { kind: 'status', status: 404, body: '{"status":404,"error":"Not Found"}' },
      ENDS,
      ENDS,
    ],
    ['400 as a page', { kind: 'page', status: 400 }, no(false), no(false)],
    ['405 as a page', { kind: 'page', status: 405 }, no(false), no(false)],
  ])('in %s', async (_name, fault, byId, others) => {
    const server = await start({ faults: fault ? [fault] : [] });
    const { portal } = callsOf(server.url);
    const calls = [
      [() => portal.deleteBackup(idOf(1), onSend, stopped), byId],
      [() => portal.deleteHistory(onSend), others],
      [() => portal.deleteSchedule(onSend), others],
    ] as const;
    for (const [call, expected] of calls) {
      const word = await resultOf(call().catch(() => ENDS));
      expect(word).toEqual(expected);
    }
    expect(server.seen).toHaveLength(3);
  });

  test.each<[name: string, fault: Fault | undefined, expected: unknown]>([
    ['true', undefined, DONE],
    ['404 in the error form', { kind: 'error-form', status: 404 }, { said: 'done', reported: false }],
    ['500', { kind: 'server-error' }, no(true, true)],
    ['403 in the error form', { kind: 'access-denied' }, no(true, true)],
    ['405 as a page', { kind: 'page', status: 405 }, no(false, true)],
    ['false', { kind: 'says-false' }, no(false, true)],
    ['an answer of 200 MiB', { kind: 'huge' }, no(false, true)],
    ['503', { kind: 'unavailable' }, nothing(true)],
    ['521', { kind: 'page', status: 521 }, nothing(true)],
    ['a connection that is reset', { kind: 'reset' }, nothing(true)],
  ])(
    'in %s, after a 504: the portal may still be at work on what was not answered',
    async (_name, fault, expected) => {
      const faults: Fault[] = [{ kind: 'gateway-timeout', times: 1 }, ...(fault ? [fault] : [])];
      const server = await start({ faults });
      const { portal } = callsOf(server.url, { retries: 1 });
      expect(await resultOf(portal.deleteBackup(idOf(1), onSend, stopped))).toEqual(expected);
      expect(server.seen).toHaveLength(2);
    },
  );

  test.each<[name: string, fault: Fault, expected: unknown]>([
    ['an answer that is too long', { kind: 'huge' }, no(false, true)],
    ['500 that is too long', { kind: 'huge', status: 500 }, no(true, true)],
    ['500 whose body never ends', { kind: 'drip', ms: 900 }, no(true, true)],
  ])('in %s: where its end was not seen, the portal may still be at work', async (_name, fault, expected) => {
    const server = await start({ locked: [idOf(1)], faults: [fault] });
    const { portal } = callsOf(server.url, { retries: 1 });
    expect(await resultOf(portal.deleteBackup(idOf(1), onSend, stopped))).toEqual(expected);
    expect(server.seen).toHaveLength(1);
  });

  test('in a gateway\'s "wait longer than you have" is nothing, at once, and the run goes on', async () => {
    const server = await start({ faults: [{ kind: 'unavailable', retryAfter: '3000' }] });
    const { portal } = callsOf(server.url, { retries: 5 });
    const calls = [
      portal.deleteBackup(idOf(1), onSend, stopped),
      portal.deleteHistory(onSend),
      portal.deleteSchedule(onSend),
    ];
    for (const call of calls) {
      const word = await resultOf(call);
      expect(word).toEqual(nothing(false));
      expect(String((word as { failure: Error }).failure)).toContain(
        ' It asks to wait 3000 s, for which retries or timeout-seconds left no room.',
      );
    }
    expect([server.seen.length, theClock().now()]).toEqual([3, 0]);
  });

  test('in a rate limit that leaves no room for the closing listing ends the run, with that answer', async () => {
    const server = await start({ faults: [{ kind: 'rate-limit', retryAfter: '70' }] });
    const { portal, deadline } = callsOf(server.url, { retries: 5, seconds: 100 });
    deadline.rememberListing(20_000);
    const failure = await failureOf(portal.deleteBackup(idOf(1), onSend, stopped));
    expect(failure).toBeInstanceOf(BadAnswer);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^HTTP 429 from DELETE \S+ on portal\.example: the rate limit of the portal is reached\. Run again later\. It asks to wait 70 s, for which timeout-seconds left no room\.$/,
      ),
      status: 429,
      verdict: 'all',
    });
    expect([server.seen.length, theClock().now()]).toEqual([1, 0]);
  });

  test('in "wait longer than you have" ends the run', async () => {
    const server = await start({ faults: [{ kind: 'rate-limit', retryAfter: '3000' }] });
    const { portal } = callsOf(server.url);
    for (const call of [portal.deleteBackup(idOf(1), onSend, stopped), portal.deleteHistory(onSend)]) {
      expect(await failureOf(call)).toBeInstanceOf(MustWait);
    }
  });

  test('in nobody who listens is silence that leaves nothing to wait for', async () => {
    const server = await start();
    await server.close();
    const { portal } = callsOf(server.url);
    const word = await resultOf(portal.deleteBackup(idOf(1), onSend, stopped));
    expect(word).toEqual({ said: 'nothing', failure: expect.any(NoAnswer), mayGoOn: false });
  });

  test('of the history is asked for as often as the caller says', async () => {
    const server = await start({ faults: [{ kind: 'unavailable' }] });
    const { portal } = callsOf(server.url, { retries: 2 });
    await resultOf(portal.deleteHistory(onSend, 0));
    expect(server.seen).toHaveLength(1);
    await resultOf(portal.deleteHistory(onSend));
    expect(server.seen).toHaveLength(4);
  });

  test('of one backup is asked for as often as the caller says', async () => {
    const server = await start({ faults: [{ kind: 'unavailable' }] });
    const { portal } = callsOf(server.url, { retries: 2 });
    await resultOf(portal.deleteBackup(idOf(1), onSend, stopped, 0));
    expect(server.seen).toHaveLength(1);
    await resultOf(portal.deleteBackup(idOf(1), onSend, stopped));
    expect(server.seen).toHaveLength(4);
  });

  test('in 504 and then 502 is silence, and the portal may still be at work', async () => {
    const faults: Fault[] = [{ kind: 'gateway-timeout', times: 1 }, { kind: 'bad-gateway' }];
    const { portal } = callsOf((await start({ faults })).url, { retries: 1 });
    expect(await resultOf(portal.deleteBackup(idOf(1), onSend, stopped))).toEqual(nothing(true));
  });

  test('of one backup is not asked for again when the run is over', async () => {
    const server = await start({ faults: [{ kind: 'unavailable' }] });
    const { portal } = callsOf(server.url, { retries: 5 });
    const stop = new AbortController();
    const word = watch(portal.deleteBackup(idOf(1), onSend, stop.signal));
    await theClock().advance(100);
    stop.abort();
    await theClock().advance(60_000);
    expect(word.value).toMatchObject({ said: 'nothing' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('the advice on an HTTP 500', () => {
  const says = async (skip: number) => {
    const server = await start({ faults: [{ kind: 'server-error', skip }] });
    const { portal } = callsOf(server.url);
    for (let before = 0; before < skip; before++) await resultOf(portal.schedule());
    return String(await failureOf(portal.history()));
  };

  test('to the first request of a run names portal-url', async () => {
    expect(await says(0)).toContain('if its name in portal-url is wrong: check that.');
  });

  test('to a later request does not', async () => {
    expect(await says(1)).not.toContain('portal-url');
  });

  test('to the first request names portal-url also after a connection that was lost', async () => {
    const server = await start({ faults: [{ kind: 'reset', times: 1 }, { kind: 'server-error' }] });
    const { portal } = callsOf(server.url, { retries: 1 });
    expect(String(await failureOf(portal.history()))).toContain('if its name in portal-url is wrong');
  });
});

describe('the portal of a dry run', () => {
  test('says "done" to every DELETE, and sends none', async () => {
    const server = await start();
    const rehearsal = rehearse(callsOf(server.url).portal);
    let calls = 0;
    const count = () => calls++;
    expect(await rehearsal.deleteSchedule(count)).toEqual({ said: 'done', reported: false });
    expect(await rehearsal.deleteHistory(count)).toEqual({ said: 'done', reported: false });
    expect(await rehearsal.deleteBackup(idOf(1), count, stopped)).toEqual({ said: 'done', reported: false });
    expect([server.state.requests, calls]).toEqual([[], 0]);
  });

  test('looks as the real one does', async () => {
    const server = await start();
    const rehearsal = rehearse(callsOf(server.url).portal);
    expect(await resultOf(rehearsal.history())).toHaveLength(3);
    expect(await resultOf(rehearsal.schedule())).toMatchObject({ copies: 7 });
    expect(await resultOf(rehearsal.key())).toMatchObject({ mayOnlyRead: false });
    expect(server.state.requests).toHaveLength(3);
  });
});
