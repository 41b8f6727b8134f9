import { describe, expect, test } from '@jest/globals';
import { Deadline } from '../../../src/deadline.js';
import type { Answer } from '../../../src/portal/answers/answer.js';
import { NoResponseError, RateLimitError } from '../../../src/portal/answers/outcomes.js';
import type { PortalRequest } from '../../../src/portal/http/client.js';
import { RateLimit, type Ticket } from '../../../src/portal/http/rate-limit.js';
import { type Printable, text } from '../../../src/text/printable.js';
import { type Fault, makeBackups, type PortalOptions } from '../../../tools/stand-in/portal.mjs';
import { idOf } from '../../support/backups.js';
import { theClock } from '../../support/clock.js';
import { deletions, portalWith } from '../../support/portals.js';
import { watch } from '../../support/watch.js';
import { connect, errorOf, resultOf } from '../support.js';

const MAX_CONCURRENT = 8;

/** Creates a rate limit, and the list of lines that it logs. */
function createLimit(seconds: number, stop = new AbortController().signal) {
  const notes: Printable[] = [];
  const deadline = new Deadline(seconds, stop, theClock());
  return { limit: new RateLimit(deadline, theClock(), line => notes.push(line)), notes };
}

function createAnswer(change: Partial<Answer> = {}): Answer {
  return {
    where: text`DELETE /x on portal.example`,
    status: 200,
    contentType: '',
    redirect: text``,
    waitMs: undefined,
    rateLimit: undefined,
    form: 'empty',
    body: '',
    tookMs: 1,
    ...change,
  };
}
const createRefusal = (change: Partial<Answer> = {}) =>
  createAnswer({ status: 429, rateLimit: 1500, ...change });

/** Enters. Fails if it must wait for the ticket. */
async function enter(limit: RateLimit): Promise<Ticket> {
  const entered = watch(limit.enter());
  await theClock().advance(0);
  if (typeof entered.value !== 'object') throw new Error(`It must wait: ${entered.value}`);
  return entered.value;
}

function pauseCountOf(entered: Ticket | 'pending' | undefined): number | undefined {
  return typeof entered === 'object' ? entered.pauseCount : undefined;
}

function takeFirst(tickets: Ticket[]): Ticket {
  const [first] = tickets.splice(0, 1);
  if (!first) throw new Error('No ticket');
  return first;
}

/** Counts how many requests may enter at once. They leave again without an answer. */
async function countFree(limit: RateLimit): Promise<number> {
  const stop = new AbortController();
  const entered = Array.from({ length: MAX_CONCURRENT + 1 }, () => watch(limit.enter(stop.signal)));
  await theClock().advance(0);
  const tickets = entered.map(({ value }) => value).filter(value => typeof value === 'object');
  stop.abort();
  for (const ticket of tickets) limit.leave(ticket, undefined);
  await theClock().advance(0);
  return tickets.length;
}

/** Waits until a request may enter. Returns how long that took, in milliseconds. */
async function waitForPause(limit: RateLimit): Promise<number> {
  const start = theClock().monotonicMs();
  const ticket = await theClock().runToEnd(limit.enter());
  if (ticket !== undefined) limit.leave(ticket, undefined);
  return theClock().monotonicMs() - start;
}

describe('a pause', () => {
  test.each([
    ['as long as the portal asks', 7_000],
    ['as long as the portal asks, even if that is almost the whole run', 290_000],
  ])('is %s: %d ms', async (_name, waitMs) => {
    const { limit } = createLimit(300);
    expect(limit.leave(await enter(limit), createRefusal({ waitMs }))).toBe(true);
    expect(await waitForPause(limit)).toBe(waitMs);
  });

  test('grows from 1 s to 60 s if the portal names no time', async () => {
    const { limit } = createLimit(100_000);
    for (let refusals = 1; refusals <= 70; refusals++) {
      limit.leave(await enter(limit), createRefusal());
      const pause = await waitForPause(limit);
      expect(pause).toBeLessThanOrEqual(Math.min(48, refusals) * 1_250);
      expect(pause).toBeGreaterThanOrEqual(Math.min(48, refusals) * 1_000);
    }
  });

  test.each([15, 50])(
    'stays at 1 s if X-RateLimit-Limit is %d, which counts simultaneous requests',
    async rateLimit => {
      const { limit } = createLimit(100_000);
      for (let refusals = 1; refusals <= 5; refusals++) {
        limit.leave(await enter(limit), createRefusal({ rateLimit }));
        const pause = await waitForPause(limit);
        expect(pause).toBeLessThanOrEqual(1_250);
        expect(pause).toBeGreaterThanOrEqual(1_000);
      }
    },
  );

  test.each([undefined, Number.NaN, 14, 51, 1500])('grows if X-RateLimit-Limit is %s', async rateLimit => {
    const { limit } = createLimit(100_000);
    for (let refusals = 1; refusals <= 3; refusals++) {
      limit.leave(await enter(limit), createRefusal({ rateLimit }));
      await waitForPause(limit);
    }
    expect(theClock().monotonicMs()).toBeGreaterThanOrEqual(6_000);
  });

  test('starts at 1 s again after an answer', async () => {
    const { limit } = createLimit(100_000);
    for (let refusals = 1; refusals <= 5; refusals++) {
      limit.leave(await enter(limit), createRefusal());
      await waitForPause(limit);
    }
    limit.leave(await enter(limit), createAnswer({ status: 500 }));
    limit.leave(await enter(limit), createRefusal());
    expect(await waitForPause(limit)).toBeLessThanOrEqual(1_250);
  });

  test('does not start at 1 s again after an answer to a request from before the pause', async () => {
    const { limit } = createLimit(100_000);
    const late = await enter(limit);
    for (let refusals = 1; refusals <= 5; refusals++) {
      limit.leave(await enter(limit), createRefusal());
      await waitForPause(limit);
    }
    limit.leave(late, createAnswer());
    limit.leave(await enter(limit), createRefusal());
    expect(await waitForPause(limit)).toBeGreaterThanOrEqual(6_000);
  });

  test('that would not fit is half of the remaining time if the portal names no time', async () => {
    const { limit } = createLimit(0.7);
    limit.leave(await enter(limit), createRefusal());
    expect(await waitForPause(limit)).toBe(350);
  });

  test('that just fits is not shortened if the portal names no time', async () => {
    const { limit } = createLimit(1.26);
    limit.leave(await enter(limit), createRefusal());
    expect(await waitForPause(limit)).toBeGreaterThanOrEqual(1_000);
  });

  test('is logged once, with its length', async () => {
    const { limit, notes } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 7_000 }));
    expect(notes).toEqual([
      'DELETE /x on portal.example: HTTP 429, the rate limit of the portal is reached. All requests wait 7.0 s.',
    ]);
  });
});

describe('requests that are refused together', () => {
  test('cause one pause, which the first of them sets', async () => {
    const { limit, notes } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    for (const [number, ticket] of tickets.entries()) {
      expect(limit.leave(ticket, createRefusal({ waitMs: (number + 1) * 1_000 }))).toBe(true);
    }
    expect(notes).toHaveLength(1);
    expect(await waitForPause(limit)).toBe(1_000);
  });

  test('cause one pause even if some are refused after it', async () => {
    const { limit, notes } = createLimit(300);
    const [first, late] = [await enter(limit), await enter(limit)];
    limit.leave(first, createRefusal({ waitMs: 1_000 }));
    await waitForPause(limit);
    expect(limit.leave(late, createRefusal({ waitMs: 100_000 }))).toBe(true);
    expect(await waitForPause(limit)).toBe(0);
    expect(notes).toHaveLength(1);
  });

  test('do not end the run if a late one asks for more time than remains', async () => {
    const { limit } = createLimit(300);
    const [first, late] = [await enter(limit), await enter(limit)];
    limit.leave(first, createRefusal({ waitMs: 1_000 }));
    expect(limit.leave(late, createRefusal({ waitMs: 300_000 }))).toBe(true);
  });
});

describe('a wait that is longer than the remaining time', () => {
  test.each([300_000, 3_600_000, Number.POSITIVE_INFINITY])('ends the run: %d ms of 300 s', async waitMs => {
    const { limit, notes } = createLimit(300);
    const ticket = await enter(limit);
    expect(() => limit.leave(ticket, createRefusal({ waitMs }))).toThrow(RateLimitError);
    expect(notes).toEqual([]);
  });

  test('is named in seconds, and another request may enter', async () => {
    const { limit } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    const waiting = watch(limit.enter());
    expect(() => limit.leave(takeFirst(tickets), createRefusal({ waitMs: 300_500 }))).toThrow(
      'HTTP 429 from DELETE /x on portal.example: the rate limit of the portal is reached. It asks to wait 301 s, which is longer than timeout-seconds allows. Run again later.',
    );
    for (const ticket of tickets) limit.leave(ticket, createAnswer());
    await theClock().advance(0);
    expect(pauseCountOf(waiting.value)).toBe(0);
  });
});

test('an infinite wait is named as a readable number', async () => {
  const { limit } = createLimit(300);
  const ticket = await enter(limit);
  expect(() => limit.leave(ticket, createRefusal({ waitMs: Number.POSITIVE_INFINITY }))).toThrow(
    'It asks to wait 9007199254740991 s, which is',
  );
});

describe('a request with a maximum wait', () => {
  test.each([
    [10_001, true],
    [10_000, false],
    [0, false],
  ])('of %d ms waits for a pause of 10 s: %s', async (maxMs, mayWait) => {
    const { limit } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 10_000 }));
    const entered = watch(limit.enter(undefined, maxMs));
    await theClock().advance(0);
    expect(entered.value).toBe(mayWait ? 'pending' : undefined);
    await theClock().advance(10_000);
    expect(pauseCountOf(entered.value)).toBe(mayWait ? 1 : undefined);
  });

  test('enters at once if there is no pause', async () => {
    const { limit } = createLimit(300);
    const entered = watch(limit.enter(undefined, 0));
    await theClock().advance(0);
    expect(pauseCountOf(entered.value)).toBe(0);
  });

  test('waits for others to leave without a limit, but not for a pause that follows', async () => {
    const { limit } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    const entered = watch(limit.enter(undefined, 5_000));
    await theClock().advance(14_000);
    expect(entered.value).toBe('pending');
    limit.leave(takeFirst(tickets), createRefusal({ waitMs: 5_000 }));
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
    for (const ticket of tickets) limit.leave(ticket, createAnswer());
    expect(await waitForPause(limit)).toBe(5_000);
    expect(await countFree(limit)).toBe(MAX_CONCURRENT - 1);
  });
});

describe('the number of simultaneous requests', () => {
  test('is eight at the start', async () => {
    expect(await countFree(createLimit(300).limit)).toBe(MAX_CONCURRENT);
  });

  test('falls by one with each refusal, also with simultaneous ones, and stays at one', async () => {
    const { limit } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    for (const ticket of tickets.slice(0, 3)) limit.leave(ticket, createRefusal({ waitMs: 1_000 }));
    for (const ticket of tickets.slice(3)) limit.leave(ticket, createAnswer());
    await waitForPause(limit);
    expect(await countFree(limit)).toBe(5);
    for (let refusals = 0; refusals < 20; refusals++) {
      limit.leave(await enter(limit), createRefusal({ waitMs: 1_000 }));
      await waitForPause(limit);
    }
    expect(await countFree(limit)).toBe(1);
  });

  test('rises by one after fifty answers without a refusal, up to eight', async () => {
    const { limit } = createLimit(300);
    for (let refusals = 0; refusals < 3; refusals++) {
      limit.leave(await enter(limit), createRefusal({ waitMs: 1_000 }));
      await waitForPause(limit);
    }
    const free = [];
    for (let answers = 1; answers <= 300; answers++) {
      limit.leave(await enter(limit), createAnswer());
      if (answers % 50 === 49 || answers % 50 === 0) free.push(await countFree(limit));
    }
    expect(free).toEqual([5, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 8]);
  });

  test('counts the fifty answers from the last refusal', async () => {
    const { limit } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 1_000 }));
    await waitForPause(limit);
    for (let answers = 0; answers < 49; answers++) limit.leave(await enter(limit), createAnswer());
    limit.leave(await enter(limit), createRefusal({ waitMs: 1_000 }));
    await waitForPause(limit);
    for (let answers = 0; answers < 49; answers++) limit.leave(await enter(limit), createAnswer());
    expect(await countFree(limit)).toBe(6);
    limit.leave(await enter(limit), createAnswer());
    expect(await countFree(limit)).toBe(7);
  });

  test('does not rise with unanswered requests', async () => {
    const { limit } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 1_000 }));
    await waitForPause(limit);
    for (let lost = 0; lost < 200; lost++) limit.leave(await enter(limit), undefined);
    expect(await countFree(limit)).toBe(7);
  });
});

describe('a waiting request', () => {
  test('enters as soon as another has left', async () => {
    const { limit } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    const [first, second] = [watch(limit.enter()), watch(limit.enter())];
    await theClock().advance(1_000);
    expect([first.value, second.value]).toEqual(['pending', 'pending']);
    limit.leave(takeFirst(tickets), createAnswer());
    await theClock().advance(0);
    expect([pauseCountOf(first.value), second.value]).toEqual([0, 'pending']);
  });

  test('enters when another has hung for 15 s, and none enters when that one ends at last', async () => {
    const { limit } = createLimit(300);
    const tickets: Ticket[] = [];
    for (let number = 0; number < MAX_CONCURRENT; number++) tickets.push(await enter(limit));
    const waiting = Array.from({ length: MAX_CONCURRENT + 1 }, () => watch(limit.enter()));
    const countWaiting = () => waiting.filter(({ value }) => value === 'pending').length;
    await theClock().advance(14_999);
    expect(countWaiting()).toBe(MAX_CONCURRENT + 1);
    await theClock().advance(1);
    expect(countWaiting()).toBe(1);
    for (const ticket of tickets) limit.leave(ticket, createAnswer());
    await theClock().advance(0);
    expect(countWaiting()).toBe(1);
  });

  test('does not enter if its own signal fires during a pause', async () => {
    const { limit } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 60_000 }));
    const stop = new AbortController();
    const entered = watch(limit.enter(stop.signal));
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
  });

  test('does not enter after the run was stopped', async () => {
    const stop = new AbortController();
    const { limit } = createLimit(300, stop.signal);
    limit.leave(await enter(limit), createRefusal({ waitMs: 60_000 }));
    const entered = watch(limit.enter());
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
  });

  test('waits for the rest of a pause that has begun', async () => {
    const { limit } = createLimit(300);
    limit.leave(await enter(limit), createRefusal({ waitMs: 10_000 }));
    await theClock().advance(4_000);
    expect(await waitForPause(limit)).toBe(6_000);
  });
});

/** Deletes this number of backups of a portal, eight at a time. */
async function deleteAll(number: number, options: PortalOptions, { retries = 0, seconds = 300 } = {}) {
  const portal = await portalWith({ backups: makeBackups(number), ...options });
  const { client, notes } = connect(portal.url, { retries, seconds });
  const requests = Array.from({ length: number }, (_, index): PortalRequest => {
    return { method: 'DELETE', path: `/api/2.0/backup/deletebackup/${idOf(index + 1)}` };
  });
  const answers: Answer[] = [];
  async function work(): Promise<void> {
    for (let request = requests.pop(); request; request = requests.pop()) {
      const { result } = await client.send(request);
      if (result instanceof NoResponseError) throw result;
      answers.push(result);
    }
  }
  const done = Promise.all(Array.from({ length: MAX_CONCURRENT }, work)).then(() => answers);
  return { portal, notes, done };
}

describe('a portal', () => {
  test('a 429 uses no retry: all backups are deleted without any', async () => {
    const fault: Fault = { kind: 'rate-limit', times: 30, retryAfter: '5' };
    const { portal, done } = await deleteAll(20, { faults: [fault] });
    expect((await resultOf(done)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(portal.state.deletedIds.size).toBe(20);
    expect(portal.seen).toHaveLength(50);
  });

  test('no request is sent while one waits for the rate limit', async () => {
    const { portal, done } = await deleteAll(20, {
      latencyMs: 10,
      faults: [{ kind: 'rate-limit', times: 1, retryAfter: '30' }],
    });
    await theClock().advance(29_000);
    expect(portal.seen).toHaveLength(8);
    await resultOf(done);
    expect(portal.seen).toHaveLength(21);
    expect(theClock().monotonicMs()).toBeLessThan(31_000);
  });

  test.each<[name: string, fault: Fault, ms: number]>([
    ['Retry-After in seconds', { kind: 'rate-limit', retryAfter: '12' }, 12_000],
    [
      'Retry-After as a date, after the Date of the answer,',
      {
        kind: 'rate-limit',
        retryAfter: 'Mon, 05 Jan 2026 10:00:12 GMT',
        headers: { date: 'Mon, 05 Jan 2026 10:00:00 GMT' },
      },
      12_000,
    ],
    [
      'Retry-After as a date, after the time of the clock if there is no Date that can be read,',
      { kind: 'rate-limit', retryAfter: 'Wed, 01 Apr 2026 00:00:12 GMT', headers: { date: 'never' } },
      12_000,
    ],
    ['X-RateLimit-Reset', { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '12' } }, 12_000],
  ])('%s sets the length of the pause', async (_name, fault, ms) => {
    const { portal, done } = await deleteAll(1, { faults: [{ ...fault, times: 1 }] });
    await resultOf(done);
    expect(theClock().monotonicMs()).toBe(ms);
    expect(portal.seen).toHaveLength(2);
  });

  test.each<[name: string, fault: Fault]>([
    ['Retry-After: 0', { kind: 'rate-limit', retryAfter: '0' }],
    ['an invalid Retry-After', { kind: 'rate-limit', retryAfter: 'in a while' }],
    ['X-RateLimit-Reset: 0', { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '0' } }],
    [
      'X-RateLimit-Reset with a point in time',
      { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '1775001600' } },
    ],
    ['a 429 without headers', { kind: 'status', status: 429 }],
    ['a 429 with a page', { kind: 'page', status: 429 }],
  ])('%s does not cause attempts without a pause', async (_name, fault) => {
    const { portal, done } = await deleteAll(1, { faults: [{ ...fault, times: 5 }] });
    await resultOf(done);
    expect(portal.seen).toHaveLength(6);
    expect(theClock().monotonicMs()).toBeGreaterThanOrEqual(5 * 750);
  });

  test('deletes 300 backups within 15 s if it accepts four requests at once', async () => {
    const { portal, done } = await deleteAll(300, { latencyMs: 20, limits: { deletesAtOnce: 4 } });
    await resultOf(done);
    expect(portal.state.deletedIds.size).toBe(300);
    expect(theClock().monotonicMs()).toBeLessThan(15_000);
    expect(portal.state.refused).toBeLessThan(30);
  });

  test('deletes 600 backups within 150 s, with few refusals, if it accepts 300 requests a minute', async () => {
    const { portal, done } = await deleteAll(600, { latencyMs: 20, limits: { perMinute: 300 } });
    await resultOf(done);
    expect(portal.state.deletedIds.size).toBe(600);
    expect(theClock().monotonicMs()).toBeLessThan(150_000);
    expect(portal.state.refused).toBeLessThanOrEqual(50);
    expect(deletions(portal)).toHaveLength(600 + portal.state.refused);
  });

  test('that always refuses ends the run at its deadline, with the reason', async () => {
    const { portal, done } = await deleteAll(1, { faults: [{ kind: 'rate-limit' }] }, { seconds: 20 });
    expect(String(await errorOf(done))).toMatch(
      /HTTP 429 from DELETE .*limit of the portal is reached\. No time is left to wait\. Run/,
    );
    expect(theClock().monotonicMs()).toBeLessThanOrEqual(20_000);
    expect(portal.seen.length).toBeLessThan(40);
  });
});
