import { describe, expect, test } from '@jest/globals';
import { NoResponseError, NotSentError, RateLimitError } from '../../../src/portal/answers/outcomes.js';
import type { PortalRequest } from '../../../src/portal/http/client.js';
import { type Fault, makeBackups, makeId, SCHEDULE } from '../../../tools/stand-in/portal.mjs';
import { idOf } from '../../support/backups.js';
import { theClock } from '../../support/clock.js';
import { portalWith } from '../../support/portals.js';
import { watch } from '../../support/watch.js';
import { answerOf, connect, errorOf, noAnswerOf, resultOf } from '../support.js';

const GET: PortalRequest = { method: 'GET', path: '/api/2.0/backup/getbackupschedule' };
const DELETE: PortalRequest = { method: 'DELETE', path: '/api/2.0/backup/deletebackupschedule' };
const BY_ID: PortalRequest = {
  method: 'DELETE',
  path: `/api/2.0/backup/deletebackup/${idOf(1)}`,
  isSingleBackup: true,
};

const startPortal = (...faults: Fault[]) =>
  portalWith({ backups: makeBackups(2), schedule: SCHEDULE, faults });

/** Reads the waits from the log, in seconds. */
function readWaits(notes: readonly string[]): number[] {
  return notes.map(note => Number(/the next in ([\d.]+) s\.$/.exec(note)?.[1]));
}

/** Asserts that each wait takes the given seconds, or up to a quarter more. */
function expectWaits(notes: readonly string[], seconds: readonly number[]): void {
  const waits = readWaits(notes);
  expect(waits).toHaveLength(seconds.length);
  for (const [index, min] of seconds.entries()) {
    // The log rounds to a tenth of a second.
    expect(waits[index]).toBeGreaterThanOrEqual(min);
    expect(waits[index]).toBeLessThanOrEqual(min * 1.25 + 0.05);
  }
}

describe('a request', () => {
  test.each([408, 500, 501, 502, 503, 504, 505, 519, 520, 521, 522, 523, 524, 525, 530, 599])(
    'is sent again after a page with HTTP %d',
    async status => {
      const portal = await startPortal({ kind: 'page', status });
      const { client } = connect(portal.url, { retries: 2 });
      for (const request of [GET, DELETE]) expect((await answerOf(client.send(request))).status).toBe(status);
      expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual([
        'GET',
        'GET',
        'GET',
        'DELETE',
        'DELETE',
        'DELETE',
      ]);
    },
  );

  test.each<[name: string, status: number, fault: Fault]>([
    ...[200, 204, 301, 400, 401, 402, 403, 404, 405, 409, 425].map((status): [string, number, Fault] => [
      `HTTP ${status}`,
      status,
      { kind: 'status', status },
    ]),
    ['the 500 of the portal', 500, { kind: 'server-error' }],
    ['another error of the portal', 501, { kind: 'error-form', status: 501 }],
    ['HTTP 101', 101, { kind: 'switching-protocols' }],
    ['a bot check', 403, { kind: 'bot-check' }],
    ['a bot check with HTTP 503', 503, { kind: 'bot-check', status: 503 }],
    [
      'a bot check with HTTP 503, by its header only',
      503,
      { kind: 'status', status: 503, headers: { 'cf-mitigated': 'challenge' } },
    ],
    [
      'a bot check with HTTP 503, by its body only',
      503,
      { kind: 'status', status: 503, body: '<script src="/cdn-cgi/challenge-platform/x">' },
    ],
  ])('is not sent again after %s', async (_name, status, fault) => {
    const portal = await startPortal(fault);
    const { client, notes } = connect(portal.url, { retries: 2 });
    for (const request of [GET, DELETE]) expect((await answerOf(client.send(request))).status).toBe(status);
    expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual(['GET', 'DELETE']);
    expect(notes).toEqual([]);
    expect(theClock().monotonicMs()).toBe(0);
  });

  test('is sent again after the error of nginx, and succeeds', async () => {
    const portal = await startPortal({ kind: 'nginx-error', times: 2 });
    const { client, notes } = connect(portal.url, { retries: 5 });
    expect((await answerOf(client.send(BY_ID))).status).toBe(200);
    expectWaits(notes, [1, 2]);
  });

  test('is sent again after a lost connection', async () => {
    const portal = await startPortal({ kind: 'reset', times: 1 });
    const { client, notes } = connect(portal.url, { retries: 2 });
    expect((await answerOf(client.send(DELETE))).status).toBe(200);
    expect(portal.seen).toHaveLength(2);
    expect(notes[0]).toMatch(
      /^DELETE \/api\/2\.0\/backup\/deletebackupschedule on portal\.example: The connection was lost\. \(ECONNRESET\) Attempt 1 of 3; the next in [01]\.\d s\.$/,
    );
  });

  test('is sent again at once, and uses no retry, if its connection was used before and is lost', async () => {
    for (const fault of [{ kind: 'reset-reused' }, { kind: 'lost-before', skip: 1 }] satisfies Fault[]) {
      const portal = await startPortal({ ...fault, times: 1 });
      const { client, notes } = connect(portal.url, { retries: 0 });
      const before = theClock().monotonicMs();
      let attempts = 0;
      for (let number = 0; number < 2; number++) {
        expect((await answerOf(client.send({ ...BY_ID, onSend: () => attempts++ }))).status).toBe(200);
      }
      expect([fault.kind, portal.seen.length, portal.state.connections]).toEqual([fault.kind, 3, 2]);
      expect([theClock().monotonicMs() - before, attempts, notes]).toEqual([0, 2, []]);
    }
  });

  test('uses a retry, and waits, if the new connection is lost too', async () => {
    const portal = await startPortal({ kind: 'reset', skip: 1, times: 2 });
    const { client, notes } = connect(portal.url, { retries: 1 });
    await resultOf(client.send(BY_ID));
    expect(theClock().monotonicMs()).toBe(0);
    expect((await answerOf(client.send(BY_ID))).status).toBe(200);
    expect(portal.seen).toHaveLength(4);
    expectWaits(notes, [1]);
  });

  test('is lost if the new connection is lost too, and no retry is allowed', async () => {
    const portal = await startPortal({ kind: 'reset', skip: 1 });
    const { client } = connect(portal.url, { retries: 0 });
    await resultOf(client.send(BY_ID));
    expect(await resultOf(client.send(BY_ID))).toMatchObject({
      result: { kind: 'unanswered', reason: 'lost' },
      mayBeRunning: true,
    });
    expect(portal.seen).toHaveLength(3);
  });

  test('may still be running after the first of two attempts at once, whatever the second one is answered', async () => {
    const portal = await startPortal(
      { kind: 'reset-reused', times: 1 },
      { kind: 'server-error', skip: 1, times: 1 },
    );
    const { client } = connect(portal.url, { retries: 0 });
    await resultOf(client.send(BY_ID));
    expect(await resultOf(client.send(BY_ID))).toMatchObject({ result: { status: 500 }, mayBeRunning: true });
  });

  test('is not sent again at once if it may not be sent any more', async () => {
    const portal = await startPortal({ kind: 'reset', skip: 1, delayMs: 1_000 });
    const { client } = connect(portal.url, { retries: 5 });
    await resultOf(client.send(BY_ID));
    const stopped = new AbortController();
    const sent = watch(client.send({ ...BY_ID, signal: stopped.signal }));
    await theClock().advance(500);
    stopped.abort();
    await theClock().advance(60_000);
    expect(sent.value).toMatchObject({ result: { reason: 'lost-on-used-connection' } });
    expect(portal.seen).toHaveLength(2);
  });

  test('that deletes one backup is sent only once more after a time-out', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const { client, notes } = connect(portal.url, { retries: 5, seconds: 3_600 });
    expect(await noAnswerOf(client.send(BY_ID))).toMatchObject({ reason: 'timeout' });
    expect(portal.seen).toHaveLength(2);
    expect(notes).toHaveLength(1);
  });

  test.each([
    [5, 3],
    [1, 2],
    [0, 1],
  ])(
    'that lists is sent at most twice more after HTTP 504: with retries: %d %d times',
    async (retries, sent) => {
      const portal = await startPortal({ kind: 'gateway-timeout' });
      const { client } = connect(portal.url, { retries });
      expect((await answerOf(client.send({ ...GET, isListing: true }))).status).toBe(504);
      expect(portal.seen).toHaveLength(sent);
    },
  );

  test.each([408, 502, 503, 522, 524])(
    'that lists is sent as often as retries allows after HTTP %d',
    async status => {
      const portal = await startPortal({ kind: 'page', status });
      const { client } = connect(portal.url, { retries: 5 });
      expect((await answerOf(client.send({ ...GET, isListing: true }))).status).toBe(status);
      expect(portal.seen).toHaveLength(6);
    },
  );

  test('is sent again while the port is closed, and succeeds when it opens', async () => {
    const portal = await portalWith();
    await portal.close();
    const { client, notes } = connect(portal.url, { retries: 5 });
    let restarted: ReturnType<typeof portalWith> | undefined;
    theClock().after(9_000, () => {
      restarted = portalWith({ port: portal.port });
    });
    expect((await answerOf(client.send(GET))).status).toBe(200);
    expect((await restarted)?.seen).toEqual([`GET ${GET.path}`]);
    expectWaits(notes, [1, 2, 4, 8]);
  });

  test('is not sent again to a server that does not speak HTTP', async () => {
    const portal = await startPortal({ kind: 'not-http' });
    const { client } = connect(portal.url, { retries: 5 });
    const { result, mayBeRunning } = await resultOf(client.send(GET));
    expect(result).toMatchObject({ kind: 'unanswered', isRetryable: false });
    expect(mayBeRunning).toBe(true);
    expect(portal.seen).toHaveLength(1);
  });

  test('is not sent again to a host name that does not exist', async () => {
    // Longer than any name can be, so no name server is asked.
    const { client, notes } = connect(`https://${'a'.repeat(64)}.example`, { retries: 5 });
    const { result, mayBeRunning } = await resultOf(client.send(GET));
    expect(result).toMatchObject({ kind: 'rejected-for-all', isRetryable: false });
    expect(mayBeRunning).toBe(false);
    expect(notes).toEqual([]);
    expect(theClock().monotonicMs()).toBe(0);
  });

  test.each([0, 1, 3])('is sent again %d times if the settings allow as many retries', async retries => {
    const portal = await startPortal({ kind: 'reset' });
    const { client } = connect(portal.url, { retries });
    await noAnswerOf(client.send(GET));
    expect(portal.seen).toHaveLength(retries + 1);
  });

  test('may ask for one attempt, whatever the settings allow', async () => {
    const portal = await startPortal({ kind: 'unavailable' });
    const { client } = connect(portal.url, { retries: 5 });
    expect((await answerOf(client.send({ ...GET, maxRetries: 0 }))).status).toBe(503);
    expect(portal.seen).toHaveLength(1);
  });
});

describe('the wait before a retry', () => {
  test('doubles from 1 s to 30 s', async () => {
    const portal = await startPortal({ kind: 'unavailable' });
    const { client, notes } = connect(portal.url, { retries: 8, seconds: 3_600 });
    await resultOf(client.send(GET));
    expectWaits(notes, [1, 2, 4, 8, 16, 24, 24, 24]);
    expect(notes[7]).toMatch(/^GET \S+ on portal\.example: HTTP 503\. Attempt 8 of 9; the next in /);
    expect(theClock().monotonicMs() / 1000).toBeCloseTo(
      readWaits(notes).reduce((sum, wait) => sum + wait),
      -1,
    );
  });

  test.each([
    ['7', 7_000],
    ['90', 90_000],
  ])('is that of Retry-After: %s', async (retryAfter, ms) => {
    const portal = await startPortal({ kind: 'unavailable', retryAfter, times: 1 });
    const { client, notes } = connect(portal.url, { retries: 1 });
    expect((await answerOf(client.send(GET))).status).toBe(200);
    expect(theClock().monotonicMs()).toBe(ms);
    expect(readWaits(notes)).toEqual([ms / 1000]);
  });

  test('is never 0: Retry-After: 0 counts as none', async () => {
    const portal = await startPortal({ kind: 'unavailable', retryAfter: '0' });
    const { client, notes } = connect(portal.url, { retries: 3 });
    await resultOf(client.send(GET));
    expectWaits(notes, [1, 2, 4]);
  });

  test.each(['300', '3600', '9'.repeat(400)])(
    'is not begun if Retry-After is longer than the remaining time: %s',
    async retryAfter => {
      const portal = await startPortal({ kind: 'unavailable', retryAfter });
      const { client, notes } = connect(portal.url, { retries: 5 });
      for (const request of [GET, DELETE, BY_ID]) {
        expect(await resultOf(client.send(request))).toMatchObject({
          result: { status: 503, waitMs: Number(retryAfter) * 1000 },
          mayBeRunning: false,
        });
      }
      expect(portal.seen.map(seen => seen.split(' ')[0])).toEqual(['GET', 'DELETE', 'DELETE']);
      expect([theClock().monotonicMs(), notes]).toEqual([0, []]);
    },
  );

  test.each<[name: string, request: PortalRequest, retryAfter: string, attempts: number]>([
    ['a DELETE by id, before the time for the listing', BY_ID, '69', 2],
    ['a DELETE by id, into the time for the listing', BY_ID, '70', 1],
    ['any other DELETE', DELETE, '70', 2],
    ['a GET, before the deadline', GET, '99', 2],
    ['a GET, until the deadline', GET, '100', 1],
  ])(
    'of a DELETE by id leaves time for the final listing: %s',
    async (_name, request, retryAfter, attempts) => {
      const portal = await startPortal({ kind: 'unavailable', retryAfter, times: 1 });
      const { client, budget, notes } = connect(portal.url, { retries: 5, seconds: 100 });
      // This sets 30.5 s aside.
      budget.recordListing(20_000);
      const isWaitedFor = attempts === 2;
      expect((await answerOf(client.send(request))).status).toBe(isWaitedFor ? 200 : 503);
      expect(portal.seen).toHaveLength(attempts);
      expect(theClock().monotonicMs()).toBe(isWaitedFor ? Number(retryAfter) * 1000 : 0);
      expect(notes).toHaveLength(isWaitedFor ? 1 : 0);
    },
  );

  test('is not begun if it would outlast the deadline: the last answer is the result', async () => {
    const portal = await startPortal({ kind: 'unavailable' });
    const { client } = connect(portal.url, { retries: 9, seconds: 5 });
    expect((await answerOf(client.send(GET))).status).toBe(503);
    expect(portal.seen).toHaveLength(3);
    expect(theClock().monotonicMs()).toBeLessThanOrEqual(3_750);
  });

  test('ends when the signal of the request fires, and no attempt follows', async () => {
    const portal = await startPortal({ kind: 'unavailable', retryAfter: '60' });
    const { client } = connect(portal.url, { retries: 3 });
    const stopped = new AbortController();
    const sent = watch(client.send({ ...BY_ID, signal: stopped.signal }));
    await theClock().advance(1_000);
    expect(sent.value).toBe('pending');
    stopped.abort();
    await theClock().advance(0);
    expect(sent.value).toMatchObject({ result: { status: 503 } });
    await theClock().advance(60_000);
    expect(portal.seen).toHaveLength(1);
  });

  test('ends when the run is stopped, and no attempt follows: the last error is the result', async () => {
    const portal = await startPortal({ kind: 'reset' });
    const stop = new AbortController();
    const { client } = connect(portal.url, { retries: 3, stop: stop.signal });
    const sent = client.send(GET);
    await theClock().advance(100);
    stop.abort();
    expect((await noAnswerOf(sent)).message).toContain('The connection was lost.');
    expect(portal.seen).toHaveLength(1);
  });
});

describe('the maximum time of an attempt', () => {
  test('is half of the remaining time, and nine tenths for the last attempt of a GET', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const { client, notes } = connect(portal.url, { retries: 1, seconds: 100 });
    const { message } = await noAnswerOf(client.send(GET));
    expect(notes[0]).toContain(
      'no complete answer within 50.0 s; timeout-seconds is 100. If the portal is slow, raise timeout-seconds. Attempt 1 of 2',
    );
    expect(message).toMatch(
      /no complete answer within 4(3\.9|4\.[01]) s; timeout-seconds is 100\. If the portal is slow, raise timeout-seconds\.$/,
    );
  });

  test('is half of the remaining time for each DELETE, so that a listing can follow', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const { client } = connect(portal.url, { retries: 0, seconds: 100 });
    expect((await noAnswerOf(client.send(DELETE))).message).toContain('no complete answer within 50.0 s');
  });

  test('is at least the minimum of the request, as far as that remains', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const { client } = connect(portal.url, { retries: 1, seconds: 100 });
    const sent = client.send({ ...GET, minMs: 70_000 });
    await theClock().advance(69_999);
    expect(portal.seen).toHaveLength(1);
    // The second attempt gets nine tenths of the remaining 29 s, although its minimum is 70 s.
    expect((await noAnswerOf(sent)).message).toMatch(/no complete answer within 2[56]\.\d s/);
  });

  test('is at most the maximum of the request', async () => {
    const portal = await startPortal({ kind: 'hang' });
    const { client } = connect(portal.url);
    expect((await noAnswerOf(client.send({ ...GET, maxMs: 5_000 }))).message).toContain('within 5.0 s');
  });

  test.each([
    [3_600, 0, '100.0'],
    [101, 0, '100.0'],
    [100, 0, '99.5'],
    [100, 60_000, '9.5'],
  ])(
    'of a DELETE by id, in a run of %d s after a listing of %d ms, is %s s',
    async (seconds, listingMs, max) => {
      const portal = await startPortal({ kind: 'hang' });
      const { client, budget } = connect(portal.url, { seconds });
      budget.recordListing(listingMs);
      expect((await noAnswerOf(client.send(BY_ID))).message).toContain(`no complete answer within ${max} s`);
    },
  );
});

describe('what is not sent', () => {
  test('a request after the deadline', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url, { seconds: 5 });
    await theClock().advance(4_999);
    expect((await answerOf(client.send(GET))).status).toBe(200);
    await theClock().advance(1);
    const error = await errorOf(client.send(GET));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error).toMatchObject({ message: 'The deadline of 5 s has passed. Raise timeout-seconds.' });
    expect(portal.seen).toHaveLength(1);
  });

  test('a request after the run was stopped', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url, { stop: AbortSignal.abort() });
    const error = await errorOf(client.send(GET));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error).toMatchObject({ message: 'The run was stopped.' });
    expect(portal.seen).toEqual([]);
  });

  test('a request whose signal has fired', async () => {
    const portal = await portalWith();
    const { client } = connect(portal.url);
    expect(await errorOf(client.send({ ...GET, signal: AbortSignal.abort() }))).toBeInstanceOf(NotSentError);
    expect(portal.seen).toEqual([]);
  });

  test('a DELETE by id that probably cannot end before the final listing', async () => {
    const portal = await startPortal({ on: 'DELETE', kind: 'slow', ms: 5_000 });
    const { client } = connect(portal.url, { seconds: 10 });
    expect((await answerOf(client.send(BY_ID))).status).toBe(200);
    const error = await errorOf(client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(2)}` }));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error).toMatchObject({ message: 'No time is left for another request. Raise timeout-seconds.' });
    expect(portal.seen).toEqual([`DELETE ${BY_ID.path}`]);
    // Any other request may still be sent.
    expect((await answerOf(client.send(GET))).status).toBe(200);
  });

  test('no DELETE by id is held back by one slow deletion among many fast ones', async () => {
    const portal = await portalWith({ backups: makeBackups(80), deleteMs: { [makeId(1)]: 8_000, '*': 100 } });
    const { client } = connect(portal.url, { seconds: 30 });
    const remove = async (number: number) => {
      const path = `/api/2.0/backup/deletebackup/${idOf(number)}` as const;
      return (await answerOf(client.send({ ...BY_ID, path }))).status;
    };
    for (let number = 1; number <= 20; number++) expect(await remove(number)).toBe(200);
    // 8 s and 1.9 s have passed. Less than 8 s remains when the next one starts.
    await theClock().advance(13_000);
    for (let number = 21; number <= 60; number++) expect(await remove(number)).toBe(200);
    expect(theClock().monotonicMs()).toBeLessThan(29_500);
  });

  test('the retry of a DELETE by id for which no time is left: the last answer is the result', async () => {
    const portal = await startPortal({ on: makeId(1), kind: 'page', status: 502, delayMs: 4_500 });
    const { client, notes } = connect(portal.url, { seconds: 10, retries: 5 });
    expect((await answerOf(client.send(BY_ID))).status).toBe(502);
    expect(portal.seen).toHaveLength(1);
    // No wait follows once an attempt may not be sent.
    expect(notes).toHaveLength(1);
    expect(theClock().monotonicMs()).toBeLessThanOrEqual(5_750);
  });
});

describe('a rate limit', () => {
  test.each<[name: string, request: PortalRequest, retryAfter: string, isWaitedFor: boolean]>([
    ['a DELETE by id, before the time for the listing', BY_ID, '69', true],
    ['a DELETE by id, into the time for the listing', BY_ID, '70', false],
    ['any other DELETE', DELETE, '70', true],
    ['a GET', GET, '99', true],
  ])(
    'that leaves a DELETE by id no time for the final listing makes the refusal its result: %s',
    async (_name, request, retryAfter, isWaitedFor) => {
      const portal = await startPortal({ kind: 'rate-limit', retryAfter, times: 1 });
      const { client, budget } = connect(portal.url, { retries: 5, seconds: 100 });
      budget.recordListing(20_000);
      const answer = await answerOf(client.send(request));
      expect([answer.status, answer.waitMs]).toEqual(
        isWaitedFor ? [200, undefined] : [429, Number(retryAfter) * 1000],
      );
      expect(portal.seen).toHaveLength(isWaitedFor ? 2 : 1);
      expect(theClock().monotonicMs()).toBe(isWaitedFor ? Number(retryAfter) * 1000 : 0);
    },
  );

  test.each([GET, DELETE, BY_ID])('that lasts longer than the run ends it: $method $path', async request => {
    const portal = await startPortal({ kind: 'rate-limit', retryAfter: '100' });
    const { client } = connect(portal.url, { retries: 5, seconds: 100 });
    const error = await errorOf(client.send(request));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(String(error)).toContain('It asks to wait 100 s, which is longer than timeout-seconds allows.');
    expect(portal.seen).toHaveLength(1);
    expect(theClock().monotonicMs()).toBe(0);
  });

  test('after which the DELETE may not be sent makes the refusal its result, not an earlier answer', async () => {
    const portal = await startPortal(
      { kind: 'page', status: 503, times: 1 },
      { kind: 'rate-limit', retryAfter: '60', times: 1 },
    );
    const { client } = connect(portal.url, { retries: 5, seconds: 300 });
    const stopped = new AbortController();
    const sent = watch(client.send({ ...BY_ID, signal: stopped.signal }));
    await theClock().advance(10_000);
    expect([portal.seen.length, sent.value]).toEqual([2, 'pending']);
    stopped.abort();
    await theClock().advance(0);
    expect(sent.value).toMatchObject({ result: { status: 429, waitMs: 60_000 }, mayBeRunning: false });
    await theClock().advance(60_000);
    expect(portal.seen).toHaveLength(2);
  });

  test('stops the next DELETE by id if its pause leaves no time for the final listing', async () => {
    const portal = await startPortal({ kind: 'rate-limit', retryAfter: '70', times: 1 });
    const { client, budget } = connect(portal.url, { seconds: 100 });
    budget.recordListing(20_000);
    expect((await answerOf(client.send(BY_ID))).status).toBe(429);
    const next = client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(2)}` });
    expect(await errorOf(next)).toBeInstanceOf(NotSentError);
    expect([portal.seen.length, theClock().monotonicMs()]).toEqual([1, 0]);
    // The final listing waits for the end of the pause.
    expect((await answerOf(client.send(GET))).status).toBe(200);
    expect(theClock().monotonicMs()).toBe(70_000);
  });
});

describe('a request that the run can do without', () => {
  const OPTIONAL: PortalRequest = {
    method: 'GET',
    path: '/api/2.0/keys/@self',
    isOptional: true,
    maxRetries: 0,
  };

  test.each(['15', '900'])(
    'pauses no other request if it gets a 429 with Retry-After: %s',
    async retryAfter => {
      const portal = await startPortal({ on: 'keys', kind: 'rate-limit', retryAfter });
      const { client, notes } = connect(portal.url);
      expect((await answerOf(client.send(OPTIONAL))).status).toBe(429);
      for (const request of [GET, BY_ID, DELETE]) {
        expect((await answerOf(client.send(request))).status).toBe(200);
      }
      expect([theClock().monotonicMs(), notes]).toEqual([0, []]);
      expect(portal.state.requests).toHaveLength(4);
    },
  );

  test('is not sent again after a 429 by itself', async () => {
    const portal = await startPortal({ on: 'keys', kind: 'rate-limit' });
    const { client } = connect(portal.url, { retries: 5 });
    expect((await answerOf(client.send(OPTIONAL))).status).toBe(429);
    expect(portal.state.requests).toHaveLength(1);
  });

  test('leaves the number of simultaneous requests as it is', async () => {
    const portal = await startPortal({ on: 'keys', kind: 'rate-limit' });
    const { client } = connect(portal.url);
    for (let number = 0; number < 20; number++) await resultOf(client.send(OPTIONAL));
    portal.state.options.latencyMs = 1_000;
    const requests = Array.from({ length: 8 }, (_, index) =>
      client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(index + 1)}` }),
    );
    await resultOf(Promise.all(requests));
    expect(portal.state.maxConcurrent).toBe(8);
  });
});

describe('hasAnswered', () => {
  test('is true after any answer', async () => {
    const portal = await startPortal({ kind: 'server-error' });
    const { client } = connect(portal.url);
    expect(client.hasAnswered).toBe(false);
    await resultOf(client.send(GET));
    expect(client.hasAnswered).toBe(true);
  });

  test('is false after lost connections', async () => {
    const portal = await startPortal({ kind: 'reset' });
    const { client } = connect(portal.url, { retries: 1 });
    await noAnswerOf(client.send(GET));
    expect(client.hasAnswered).toBe(false);
  });
});

describe('mayBeRunning', () => {
  const page = (status: number): Fault => ({ kind: 'page', status, times: 1 });
  test.each<[name: string, faults: Fault[], mayBeRunning: boolean]>([
    ['503 and 530', [page(503), page(530)], false],
    ['521 and 523', [page(521), page(523)], false],
    ['502 and 503', [page(502), page(503)], true],
    ['503 and 502', [page(503), page(502)], true],
    ['504 and 503', [page(504), page(503)], true],
    ['503 and 504', [page(503), page(504)], true],
    ['503 and 599', [page(503), page(599)], true],
    ['503 and the error of nginx', [page(503), { kind: 'nginx-error', times: 1 }], true],
    ['a bot check', [{ kind: 'bot-check', status: 503 }], false],
    ['524 and 500', [page(524), { kind: 'server-error', times: 1 }], true],
    ['a lost connection and 503', [{ kind: 'reset', times: 1 }, page(503)], true],
    ['a hung attempt and 503', [{ kind: 'hang', times: 1 }, page(503)], true],
    ['503 and 500', [page(503), { kind: 'server-error', times: 1 }], false],
    ['only 500', [{ kind: 'server-error', times: 1 }], false],
  ])('after %s', async (_name, faults, mayBeRunning) => {
    const portal = await startPortal(...faults);
    const { client } = connect(portal.url, { retries: 1 });
    expect(await resultOf(client.send(DELETE))).toMatchObject({ mayBeRunning });
    expect(portal.seen).toHaveLength(faults.length);
  });

  test('stays true if the last attempt did not reach the portal', async () => {
    const portal = await startPortal({ kind: 'gateway-timeout' });
    const { client } = connect(portal.url, { retries: 1 });
    const sent = client.send(DELETE);
    await theClock().advance(100);
    await portal.close();
    const { result, mayBeRunning } = await resultOf(sent);
    expect(result).toMatchObject({ kind: 'not-received', message: expect.stringContaining('ECONNREFUSED') });
    expect(mayBeRunning).toBe(true);
    await portalWith({ port: portal.port });
  });
});

test('onSend is called before each attempt', async () => {
  const portal = await startPortal({ kind: 'unavailable', times: 2 });
  const { client } = connect(portal.url, { retries: 5 });
  const seenBefore: number[] = [];
  await resultOf(client.send({ ...DELETE, onSend: () => seenBefore.push(portal.seen.length) }));
  expect(seenBefore).toEqual([0, 1, 2]);
});

test('onSend is not called for a request that is not sent', async () => {
  const portal = await portalWith();
  const { client } = connect(portal.url, { stop: AbortSignal.abort() });
  let calls = 0;
  await errorOf(client.send({ ...DELETE, onSend: () => calls++ }));
  expect(calls).toBe(0);
});

test.each([
  [undefined, 1],
  [8 * 1024 * 1024, 8],
])('an answer of more than %s bytes is not read', async (maxBytes, mib) => {
  const portal = await startPortal({ kind: 'huge' });
  const { client } = connect(portal.url, { retries: 5 });
  const sent = client.send(maxBytes === undefined ? GET : { ...GET, maxBytes });
  expect(await answerOf(sent)).toMatchObject({
    body: '',
    bodyProblem: expect.stringContaining(`longer than ${mib} MiB`),
  });
  expect(portal.seen).toHaveLength(1);
});

test('eight of many requests run at once', async () => {
  const portal = await portalWith({ backups: makeBackups(100), latencyMs: 50 });
  const { client } = connect(portal.url);
  const requests = Array.from({ length: 100 }, (_, index) =>
    client.send({ ...BY_ID, path: `/api/2.0/backup/deletebackup/${idOf(index + 1)}` }),
  );
  const sent = await resultOf(Promise.all(requests));
  const statuses = sent.map(({ result }) => (result instanceof NoResponseError ? undefined : result.status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(portal.state.maxConcurrentRequests).toBe(8);
  expect(portal.state.connections).toBe(8);
});

test('lastDeleteStatus is known even if the answer could not be read', async () => {
  const portal = await startPortal({ on: 'DELETE', kind: 'huge' });
  const { client } = connect(portal.url);
  await resultOf(client.send(DELETE));
  expect(client.lastDeleteStatus).toBe(200);
});
