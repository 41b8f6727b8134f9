import { describe, expect, test } from '@jest/globals';
import { MustWait, NoAnswer, NotSent } from '../../src/failure.js';
import type { Request } from '../../src/portal/client.js';
import { type Fault, makeBackups, makeId, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { idOf } from '../support/backups.js';
import { theClock } from '../support/clock.js';
import { portalWith } from '../support/portals.js';
import { watch } from '../support/watch.js';
import { connect, failureOf, resultOf } from './support.js';

const GET: Request = { method: 'GET', path: '/api/2.0/backup/getbackupschedule' };
const DELETE: Request = { method: 'DELETE', path: '/api/2.0/backup/deletebackupschedule' };
const BY_ID: Request = {
  method: 'DELETE',
  path: `/api/2.0/backup/deletebackup/${idOf(1)}`,
  isOfOneBackup: true,
};

const portalThat = (...faults: Fault[]) =>
  portalWith({ backups: makeBackups(2), schedule: SCHEDULE, faults });

/** The waits that were announced, in seconds. */
function waitsIn(notes: readonly string[]): number[] {
  return notes.map(note => Number(/the next in ([\d.]+) s\.$/.exec(note)?.[1]));
}

/** Asserts that each wait is of this many seconds, or up to a quarter more. */
function expectWaits(notes: readonly string[], seconds: readonly number[]): void {
  const waits = waitsIn(notes);
  expect(waits).toHaveLength(seconds.length);
  for (const [index, least] of seconds.entries()) {
    // They are announced to a tenth of a second.
    expect(waits[index]).toBeGreaterThanOrEqual(least);
    expect(waits[index]).toBeLessThanOrEqual(least * 1.25 + 0.05);
  }
}

describe('what is sent again', () => {
  test.each([408, 502, 503, 504, 520, 521, 522, 523, 524])('a request answered by HTTP %d', async status => {
    const portal = await portalThat({ kind: 'page', status });
    const { client } = connect(portal.url, { retries: 2 });
    for (const request of [GET, DELETE]) expect((await resultOf(client.send(request))).status).toBe(status);
    expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual([
      'GET',
      'GET',
      'GET',
      'DELETE',
      'DELETE',
      'DELETE',
    ]);
  });

  test.each([200, 204, 301, 400, 401, 402, 403, 404, 405, 409, 425, 500, 501, 505, 519, 525])(
    'no request answered by HTTP %d',
    async status => {
      const portal = await portalThat({ kind: 'status', status });
      const { client, notes } = connect(portal.url, { retries: 2 });
      for (const request of [GET, DELETE]) expect((await resultOf(client.send(request))).status).toBe(status);
      expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual(['GET', 'DELETE']);
      expect(notes).toEqual([]);
    },
  );

  test('a request whose connection was lost, also before it could be made', async () => {
    const portal = await portalThat({ kind: 'reset', times: 1 });
    const { client, notes } = connect(portal.url, { retries: 2 });
    expect((await resultOf(client.send(DELETE))).status).toBe(200);
    expect(portal.seen).toHaveLength(2);
    expect(notes[0]).toMatch(
      /^DELETE \/api\/2\.0\/backup\/deletebackupschedule on portal\.example: The connection was lost\. \(ECONNRESET\) Attempt 1 of 3; the next in [01]\.\d s\.$/,
    );
  });

  test('a request that nobody listened to, which goes through when somebody does', async () => {
    const portal = await portalWith();
    await portal.close();
    const { client, notes } = connect(portal.url, { retries: 5 });
    let late: ReturnType<typeof portalWith> | undefined;
    theClock().after(9_000, () => {
      late = portalWith({ port: portal.port });
    });
    expect((await resultOf(client.send(GET))).status).toBe(200);
    expect((await late)?.seen).toEqual([`GET ${GET.path}`]);
    expectWaits(notes, [1, 2, 4, 8]);
  });

  test.each<[name: string, fault: Fault]>([['speaks no HTTP', { kind: 'not-http' }]])(
    'no request to a server that %s',
    async (_name, fault) => {
      const portal = await portalThat(fault);
      const { client } = connect(portal.url, { retries: 5 });
      expect(await failureOf(client.send(GET))).toMatchObject({ mayPass: false, mayGoOn: true });
      expect(portal.seen).toHaveLength(1);
    },
  );

  test('no request to a name that does not exist', async () => {
    // Longer than any name can be: it is not asked for anywhere.
    const { client, notes } = connect(`https://${'a'.repeat(64)}.example`, { retries: 5 });
    expect(await failureOf(client.send(GET))).toMatchObject({ mayPass: false });
    expect(notes).toEqual([]);
    expect(theClock().now()).toBe(0);
  });

  test.each([0, 1, 3])('with %d retries, so many attempts after the first', async retries => {
    const portal = await portalThat({ kind: 'reset' });
    const { client } = connect(portal.url, { retries });
    expect(await failureOf(client.send(GET))).toBeInstanceOf(NoAnswer);
    expect(portal.seen).toHaveLength(retries + 1);
  });

  test('fewer times than the settings say, where the request says so', async () => {
    const portal = await portalThat({ kind: 'unavailable' });
    const { client } = connect(portal.url, { retries: 5 });
    expect((await resultOf(client.send({ ...GET, retries: 0 }))).status).toBe(503);
    expect(portal.seen).toHaveLength(1);
  });
});

describe('the wait before another attempt', () => {
  test('doubles from 1 s to 30 s', async () => {
    const portal = await portalThat({ kind: 'unavailable' });
    const { client, notes } = connect(portal.url, { retries: 8, seconds: 3_600 });
    await resultOf(client.send(GET));
    expectWaits(notes, [1, 2, 4, 8, 16, 24, 24, 24]);
    expect(notes[7]).toMatch(/^GET \S+ on portal\.example: HTTP 503\. Attempt 8 of 9; the next in /);
    expect(theClock().now() / 1000).toBeCloseTo(
      waitsIn(notes).reduce((sum, wait) => sum + wait),
      -1,
    );
  });

  test.each([
    ['7', 7_000],
    ['90', 90_000],
  ])('is what Retry-After: %s says', async (retryAfter, ms) => {
    const portal = await portalThat({ kind: 'unavailable', retryAfter, times: 1 });
    const { client, notes } = connect(portal.url, { retries: 1 });
    expect((await resultOf(client.send(GET))).status).toBe(200);
    expect(theClock().now()).toBe(ms);
    expect(waitsIn(notes)).toEqual([ms / 1000]);
  });

  test('is never 0: Retry-After: 0 is as good as none', async () => {
    const portal = await portalThat({ kind: 'unavailable', retryAfter: '0' });
    const { client, notes } = connect(portal.url, { retries: 3 });
    await resultOf(client.send(GET));
    expectWaits(notes, [1, 2, 4]);
  });

  test.each(['300', '3600', '9'.repeat(400)])(
    'that Retry-After wants longer than the time left ends it at once: %s',
    async retryAfter => {
      const portal = await portalThat({ kind: 'unavailable', retryAfter });
      const { client, notes } = connect(portal.url, { retries: 5 });
      for (const request of [GET, DELETE, BY_ID]) {
        expect(await resultOf(client.send(request))).toMatchObject({
          status: 503,
          wait: Number(retryAfter) * 1000,
          mayGoOn: false,
        });
      }
      expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual(['GET', 'DELETE', 'DELETE']);
      expect([theClock().now(), notes]).toEqual([0, []]);
    },
  );

  test.each<[name: string, request: Request, retryAfter: string, attempts: number]>([
    ['a DELETE by id, with room for the listing', BY_ID, '69', 2],
    ['a DELETE by id, into the room', BY_ID, '70', 1],
    ['any other DELETE', DELETE, '70', 2],
    ['a GET', GET, '99', 2],
    ['a GET, as long as there is', GET, '100', 1],
  ])(
    'leaves a DELETE by id room for the closing listing: %s',
    async (_name, request, retryAfter, attempts) => {
      const portal = await portalThat({ kind: 'unavailable', retryAfter, times: 1 });
      const { client, deadline, notes } = connect(portal.url, { retries: 5, seconds: 100 });
      // It keeps 30.5 s.
      deadline.rememberListing(20_000);
      const isWaitedFor = attempts === 2;
      expect((await resultOf(client.send(request))).status).toBe(isWaitedFor ? 200 : 503);
      expect(portal.seen).toHaveLength(attempts);
      expect(theClock().now()).toBe(isWaitedFor ? Number(retryAfter) * 1000 : 0);
      expect(notes).toHaveLength(isWaitedFor ? 1 : 0);
    },
  );

  test('that would outlast the deadline is not begun: the last answer is the result', async () => {
    const portal = await portalThat({ kind: 'unavailable' });
    const { client } = connect(portal.url, { retries: 9, seconds: 5 });
    expect((await resultOf(client.send(GET))).status).toBe(503);
    expect(portal.seen).toHaveLength(3);
    expect(theClock().now()).toBeLessThanOrEqual(3_750);
  });

  test('ends with a signal that says stop, and no attempt follows', async () => {
    const portal = await portalThat({ kind: 'unavailable', retryAfter: '60' });
    const { client } = connect(portal.url, { retries: 3 });
    const stopped = new AbortController();
    const result = watch(client.send({ ...BY_ID, stopped: stopped.signal }));
    await theClock().advance(1_000);
    expect(result.value).toBe('pending');
    stopped.abort();
    await theClock().advance(0);
    expect(result.value).toMatchObject({ status: 503 });
    await theClock().advance(60_000);
    expect(portal.seen).toHaveLength(1);
  });

  test('ends with the stop of the run, and no attempt follows: the last failure is the result', async () => {
    const portal = await portalThat({ kind: 'reset' });
    const stop = new AbortController();
    const { client } = connect(portal.url, { retries: 3, stop: stop.signal });
    const sent = client.send(GET);
    await theClock().advance(100);
    stop.abort();
    expect(await failureOf(sent)).toMatchObject({
      message: expect.stringContaining('The connection was lost.'),
    });
    expect(portal.seen).toHaveLength(1);
  });
});

describe('the time of one attempt', () => {
  test('is half of the time left, and nine tenths for the last one of a GET', async () => {
    const portal = await portalThat({ kind: 'hang' });
    const { client, notes } = connect(portal.url, { retries: 1, seconds: 100 });
    const failure = await failureOf(client.send(GET));
    expect(notes[0]).toContain(
      'no whole answer within 50.0 s, of the 100 s that timeout-seconds allows. If the portal is slow, raise that; a single deletion has 100 s at most. Attempt 1 of 2',
    );
    expect(String(failure)).toMatch(
      /no whole answer within 4(3\.9|4\.[01]) s, of the 100 s that timeout-seconds allows\. If the portal is slow, raise that; a single deletion has 100 s at most\.$/,
    );
  });

  test('is half of the time left for each DELETE, so that a look can follow', async () => {
    const portal = await portalThat({ kind: 'hang' });
    const { client } = connect(portal.url, { retries: 0, seconds: 100 });
    expect(String(await failureOf(client.send(DELETE)))).toContain('no whole answer within 50.0 s');
  });

  test('is at least what a listing took before, as far as there is as much', async () => {
    const portal = await portalThat({ kind: 'hang' });
    const { client } = connect(portal.url, { retries: 1, seconds: 100 });
    const sent = client.send({ ...GET, leastMs: 70_000 });
    await theClock().advance(69_999);
    expect(portal.seen).toHaveLength(1);
    // The second attempt would want 70 s too, and may have nine tenths of the 29 s that are left.
    expect(String(await failureOf(sent))).toMatch(/no whole answer within 2[56]\.\d s/);
  });

  test('is no longer than the request says', async () => {
    const portal = await portalThat({ kind: 'hang' });
    const { client } = connect(portal.url);
    expect(String(await failureOf(client.send({ ...GET, longestMs: 5_000 })))).toContain('within 5.0 s');
  });

  test.each([
    [3_600, 0, '100.0'],
    [100, 0, '50.0'],
    [100, 60_000, '9.5'],
  ])('of a DELETE by id, of %d s with a listing of %d ms, is %s s', async (seconds, listingMs, limit) => {
    const portal = await portalThat({ kind: 'hang' });
    const { client, deadline } = connect(portal.url, { seconds });
    deadline.rememberListing(listingMs);
    expect(String(await failureOf(client.send(BY_ID)))).toContain(`no whole answer within ${limit} s`);
  });
});

describe('what is not sent at all', () => {
  test('a request after the deadline', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url, { seconds: 5 });
    await theClock().advance(5_000);
    const failure = await failureOf(client.send(GET));
    expect(failure).toBeInstanceOf(NotSent);
    expect(String(failure)).toContain('The deadline of 5 s has passed. Raise timeout-seconds.');
    expect(portal.seen).toEqual([]);
  });

  test('a request after a stop', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url, { stop: AbortSignal.abort() });
    expect(await failureOf(client.send(GET))).toEqual(
      expect.objectContaining({ message: 'The run was stopped.' }),
    );
    expect(portal.seen).toEqual([]);
  });

  test('a request whose own stop has fired', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url);
    expect(await failureOf(client.send({ ...GET, stopped: AbortSignal.abort() }))).toBeInstanceOf(NotSent);
    expect(portal.seen).toEqual([]);
  });

  test('a DELETE by id that, by the times seen so far, cannot end before the closing listing', async () => {
    const portal = await portalThat({ kind: 'slow', ms: 4_000 });
    const { client } = connect(portal.url, { seconds: 10 });
    expect((await resultOf(client.send(BY_ID))).status).toBe(200);
    const failure = await failureOf(
      client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(2)}` }),
    );
    expect(failure).toBeInstanceOf(NotSent);
    expect(String(failure)).toContain('There is no time left for another request. Raise timeout-seconds.');
    expect(portal.seen).toEqual([`DELETE ${BY_ID.path}`]);
    // Anything else may still go.
    expect((await resultOf(client.send(GET))).status).toBe(200);
  });

  test('the repetition of a DELETE by id for which no time is left: its last answer is the result', async () => {
    const portal = await portalThat({ on: makeId(1), kind: 'page', status: 502, delayMs: 4_000 });
    const { client, notes } = connect(portal.url, { seconds: 10, retries: 5 });
    expect((await resultOf(client.send(BY_ID))).status).toBe(502);
    expect(portal.seen).toHaveLength(1);
    // It is over as soon as one may not go.
    expect(notes).toHaveLength(1);
    expect(theClock().now()).toBeLessThanOrEqual(5_250);
  });
});

describe('a rate limit', () => {
  test.each<[name: string, request: Request, retryAfter: string, isWaitedFor: boolean]>([
    ['a DELETE by id, with room for the listing', BY_ID, '69', true],
    ['a DELETE by id, into the room', BY_ID, '70', false],
    ['any other DELETE', DELETE, '70', true],
    ['a GET', GET, '99', true],
  ])(
    'that leaves a DELETE by id no room for the closing listing: the refusal is the result: %s',
    async (_name, request, retryAfter, isWaitedFor) => {
      const portal = await portalThat({ kind: 'rate-limit', retryAfter, times: 1 });
      const { client, deadline } = connect(portal.url, { retries: 5, seconds: 100 });
      deadline.rememberListing(20_000);
      const result = await resultOf(client.send(request));
      expect([result.status, result.wait]).toEqual(
        isWaitedFor ? [200, undefined] : [429, Number(retryAfter) * 1000],
      );
      expect(portal.seen).toHaveLength(isWaitedFor ? 2 : 1);
      expect(theClock().now()).toBe(isWaitedFor ? Number(retryAfter) * 1000 : 0);
    },
  );

  test.each([GET, DELETE, BY_ID])(
    'that lasts longer than the run is the end of it: $method $path',
    async request => {
      const portal = await portalThat({ kind: 'rate-limit', retryAfter: '100' });
      const { client } = connect(portal.url, { retries: 5, seconds: 100 });
      const failure = await failureOf(client.send(request));
      expect(failure).toBeInstanceOf(MustWait);
      expect(String(failure)).toContain('It asks to wait 100 s, for which timeout-seconds leaves no room.');
      expect(portal.seen).toHaveLength(1);
      expect(theClock().now()).toBe(0);
    },
  );

  test('after which the DELETE may not go any more: the refusal is the result, and no answer before it', async () => {
    const portal = await portalThat(
      { kind: 'page', status: 502, times: 1 },
      { kind: 'rate-limit', retryAfter: '60', times: 1 },
    );
    const { client } = connect(portal.url, { retries: 5, seconds: 300 });
    const stopped = new AbortController();
    const result = watch(client.send({ ...BY_ID, stopped: stopped.signal }));
    await theClock().advance(10_000);
    expect([portal.seen.length, result.value]).toEqual([2, 'pending']);
    stopped.abort();
    await theClock().advance(0);
    expect(result.value).toMatchObject({ status: 429, wait: 60_000, mayGoOn: false });
    await theClock().advance(60_000);
    expect(portal.seen).toHaveLength(2);
  });

  test('in whose pause the next DELETE would begin: it is not sent, where that leaves no room for the listing', async () => {
    const portal = await portalThat({ kind: 'rate-limit', retryAfter: '70', times: 1 });
    const { client, deadline } = connect(portal.url, { seconds: 100 });
    deadline.rememberListing(20_000);
    expect((await resultOf(client.send(BY_ID))).status).toBe(429);
    const next = client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(2)}` });
    expect(await failureOf(next)).toBeInstanceOf(NotSent);
    expect([portal.seen.length, theClock().now()]).toEqual([1, 0]);
    // The closing listing waits for the end of the pause.
    expect((await resultOf(client.send(GET))).status).toBe(200);
    expect(theClock().now()).toBe(70_000);
  });
});

describe('hasAnswer', () => {
  test('is true once anything was answered, whatever it was', async () => {
    const portal = await portalThat({ kind: 'server-error' });
    const { client } = connect(portal.url);
    expect(client.hasAnswer).toBe(false);
    await resultOf(client.send(GET));
    expect(client.hasAnswer).toBe(true);
  });

  test('is false while connections are lost', async () => {
    const portal = await portalThat({ kind: 'reset' });
    const { client } = connect(portal.url, { retries: 1 });
    await failureOf(client.send(GET));
    expect(client.hasAnswer).toBe(false);
  });
});

describe('whether the portal may still be at work', () => {
  const page = (status: number): Fault => ({ kind: 'page', status, times: 1 });
  test.each<[name: string, faults: Fault[], mayGoOn: boolean]>([
    ['502 and 502', [page(502), page(502)], false],
    ['504 and 502', [page(504), page(502)], true],
    ['502 and 504', [page(502), page(504)], true],
    ['524 and 500', [page(524), { kind: 'server-error', times: 1 }], true],
    ['a lost connection and 503', [{ kind: 'reset', times: 1 }, page(503)], true],
    ['silence and 503', [{ kind: 'hang', times: 1 }, page(503)], true],
    ['503 and 500', [page(503), { kind: 'server-error', times: 1 }], false],
    ['500 alone', [{ kind: 'server-error', times: 1 }], false],
  ])('after %s', async (_name, faults, mayGoOn) => {
    const portal = await portalThat(...faults);
    const { client } = connect(portal.url, { retries: 1 });
    expect(await resultOf(client.send(DELETE))).toMatchObject({ mayGoOn });
    expect(portal.seen).toHaveLength(faults.length);
  });

  test('is known also where the last attempt did not reach it', async () => {
    const portal = await portalThat({ kind: 'gateway-timeout' });
    const { client } = connect(portal.url, { retries: 1 });
    const sent = client.send(DELETE);
    await theClock().advance(100);
    await portal.close();
    const failure = await failureOf(sent);
    expect(String(failure)).toContain('ECONNREFUSED');
    expect(failure).toMatchObject({ mayGoOn: true });
    await portalWith({ port: portal.port });
  });
});

test('onSend is called for each attempt, before it leaves', async () => {
  const portal = await portalThat({ kind: 'unavailable', times: 2 });
  const { client } = connect(portal.url, { retries: 5 });
  const seenBefore: number[] = [];
  await resultOf(client.send({ ...DELETE, onSend: () => seenBefore.push(portal.seen.length) }));
  expect(seenBefore).toEqual([0, 1, 2]);
});

test('onSend is not called for what is not sent', async () => {
  const portal = await portalWith();
  const { client } = connect(portal.url, { stop: AbortSignal.abort() });
  let calls = 0;
  await failureOf(client.send({ ...DELETE, onSend: () => calls++ }));
  expect(calls).toBe(0);
});

test.each([
  [undefined, 1],
  [8 * 1024 * 1024, 8],
])('an answer may have %s bytes, and one that is longer has none', async (mostBytes, mib) => {
  const portal = await portalThat({ kind: 'huge' });
  const { client } = connect(portal.url, { retries: 5 });
  const sent = client.send(mostBytes === undefined ? GET : { ...GET, mostBytes });
  expect(await resultOf(sent)).toMatchObject({
    body: '',
    flaw: expect.stringContaining(`longer than ${mib} MiB`),
  });
  expect(portal.seen).toHaveLength(1);
});

test('of many requests at once, eight are under way', async () => {
  const portal = await portalWith({ backups: makeBackups(100), latencyMs: 50 });
  const { client } = connect(portal.url);
  const requests = Array.from({ length: 100 }, (_, index) =>
    client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(index + 1)}` }),
  );
  const answers = await resultOf(Promise.all(requests));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(portal.state.mostRequestsAtOnce).toBe(8);
  expect(portal.state.connections).toBe(8);
});

test('the status of the last DELETE is known, also where its answer could not be read', async () => {
  const portal = await portalThat({ on: 'DELETE', kind: 'huge' });
  const { client } = connect(portal.url);
  await resultOf(client.send(DELETE));
  expect(client.lastDeleteStatus).toBe(200);
});
