import { describe, expect, test } from '@jest/globals';
import { Deadline } from '../../src/deadline.js';
import { MustWait } from '../../src/failure.js';
import type { Request } from '../../src/portal/client.js';
import type { Answer } from '../../src/portal/http.js';
import { RateLimit } from '../../src/portal/rate-limit.js';
import { type Printable, say } from '../../src/text.js';
import { type Fault, makeBackups, type PortalOptions } from '../../tools/stand-in/portal.mjs';
import { idOf } from '../support/backups.js';
import { theClock } from '../support/clock.js';
import { deletions, portalWith } from '../support/portals.js';
import { watch } from '../support/watch.js';
import { connect, failureOf, resultOf } from './support.js';

const MOST = 8;

/** A limit, and what it said. */
function limitOf(seconds: number, stop = new AbortController().signal) {
  const notes: Printable[] = [];
  const deadline = new Deadline(seconds, stop, theClock());
  return { limit: new RateLimit(deadline, theClock(), line => notes.push(line)), notes, deadline };
}

function answer(change: Partial<Answer> = {}): Answer {
  return {
    where: say`DELETE /x on portal.example`,
    status: 200,
    contentType: '',
    redirect: say``,
    wait: undefined,
    rateLimit: undefined,
    body: '',
    took: 1,
    ...change,
  };
}
const refusal = (change: Partial<Answer> = {}) => answer({ status: 429, rateLimit: 1500, ...change });

/** Enters; the ticket must be had at once. */
async function enter(limit: RateLimit): Promise<number> {
  const entered = watch(limit.enter());
  await theClock().advance(0);
  if (typeof entered.value !== 'number') throw new Error(`It does not get in: ${entered.value}`);
  return entered.value;
}

/** How many get in at once. They leave again without an answer. */
async function roomIn(limit: RateLimit): Promise<number> {
  const stop = new AbortController();
  const entered = Array.from({ length: MOST + 1 }, () => watch(limit.enter(stop.signal)));
  await theClock().advance(0);
  const tickets = entered.map(({ value }) => value).filter(value => typeof value === 'number');
  stop.abort();
  for (const ticket of tickets) limit.leave(ticket, undefined);
  await theClock().advance(0);
  return tickets.length;
}

/** How long nobody gets in, in milliseconds. */
async function pauseOf(limit: RateLimit): Promise<number> {
  const start = theClock().now();
  const ticket = await theClock().runToEnd(limit.enter());
  if (ticket !== undefined) limit.leave(ticket, undefined);
  return theClock().now() - start;
}

describe('a pause', () => {
  test.each([
    ['as long as the portal asks', 7_000],
    ['as long as the portal asks, however long that is', 290_000],
  ])('is %s: %d ms', async (_name, wait) => {
    const { limit } = limitOf(300);
    expect(limit.leave(await enter(limit), refusal({ wait }))).toBe(true);
    expect(await pauseOf(limit)).toBe(wait);
  });

  test('grows from 1 s to 60 s where the portal names no time', async () => {
    const { limit } = limitOf(100_000);
    for (let refusals = 1; refusals <= 70; refusals++) {
      limit.leave(await enter(limit), refusal());
      const pause = await pauseOf(limit);
      expect(pause).toBeLessThanOrEqual(Math.min(48, refusals) * 1_250);
      expect(pause).toBeGreaterThanOrEqual(Math.min(48, refusals) * 1_000);
    }
  });

  test.each([15, 50])(
    'stays at 1 s where X-RateLimit-Limit is %d, which counts what is under way',
    async rateLimit => {
      const { limit } = limitOf(100_000);
      for (let refusals = 1; refusals <= 5; refusals++) {
        limit.leave(await enter(limit), refusal({ rateLimit }));
        const pause = await pauseOf(limit);
        expect(pause).toBeLessThanOrEqual(1_250);
        expect(pause).toBeGreaterThanOrEqual(1_000);
      }
    },
  );

  test.each([undefined, Number.NaN, 14, 51, 1500])('grows where X-RateLimit-Limit is %s', async rateLimit => {
    const { limit } = limitOf(100_000);
    for (let refusals = 1; refusals <= 3; refusals++) {
      limit.leave(await enter(limit), refusal({ rateLimit }));
      await pauseOf(limit);
    }
    expect(theClock().now()).toBeGreaterThanOrEqual(6_000);
  });

  test('starts at 1 s again once something was answered', async () => {
    const { limit } = limitOf(100_000);
    for (let refusals = 1; refusals <= 5; refusals++) {
      limit.leave(await enter(limit), refusal());
      await pauseOf(limit);
    }
    limit.leave(await enter(limit), answer({ status: 500 }));
    limit.leave(await enter(limit), refusal());
    expect(await pauseOf(limit)).toBeLessThanOrEqual(1_250);
  });

  test('does not start at 1 s again for an answer to what was sent before it', async () => {
    const { limit } = limitOf(100_000);
    const late = await enter(limit);
    for (let refusals = 1; refusals <= 5; refusals++) {
      limit.leave(await enter(limit), refusal());
      await pauseOf(limit);
    }
    limit.leave(late, answer());
    limit.leave(await enter(limit), refusal());
    expect(await pauseOf(limit)).toBeGreaterThanOrEqual(6_000);
  });

  test('that would not fit, where the portal names no time, is half of the time left', async () => {
    const { limit } = limitOf(0.7);
    limit.leave(await enter(limit), refusal());
    expect(await pauseOf(limit)).toBe(350);
  });

  test('that just fits, where the portal names no time, is not shortened', async () => {
    const { limit } = limitOf(1.26);
    limit.leave(await enter(limit), refusal());
    expect(await pauseOf(limit)).toBeGreaterThanOrEqual(1_000);
  });

  test('is announced once, with its length', async () => {
    const { limit, notes } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 7_000 }));
    expect(notes).toEqual([
      'DELETE /x on portal.example: HTTP 429, the rate limit of the portal is reached. All requests wait 7.0 s.',
    ]);
  });
});

describe('those refused together', () => {
  test('count once, by the first of them', async () => {
    const { limit, notes } = limitOf(300);
    const tickets: number[] = [];
    for (let number = 0; number < MOST; number++) tickets.push(await enter(limit));
    for (const [number, ticket] of tickets.entries()) {
      expect(limit.leave(ticket, refusal({ wait: (number + 1) * 1_000 }))).toBe(true);
    }
    expect(notes).toHaveLength(1);
    expect(await pauseOf(limit)).toBe(1_000);
  });

  test('count once also where some are refused when the pause is over', async () => {
    const { limit, notes } = limitOf(300);
    const [first, late] = [await enter(limit), await enter(limit)];
    limit.leave(first, refusal({ wait: 1_000 }));
    await pauseOf(limit);
    expect(limit.leave(late, refusal({ wait: 100_000 }))).toBe(true);
    expect(await pauseOf(limit)).toBe(0);
    expect(notes).toHaveLength(1);
  });

  test('do not end the run, though a late one asks for more time than there is', async () => {
    const { limit } = limitOf(300);
    const [first, late] = [await enter(limit), await enter(limit)];
    limit.leave(first, refusal({ wait: 1_000 }));
    expect(limit.leave(late, refusal({ wait: 300_000 }))).toBe(true);
  });
});

describe('a wait that is longer than the time left', () => {
  test.each([300_000, 3_600_000, Number.POSITIVE_INFINITY])('ends the run: %d ms of 300 s', async wait => {
    const { limit, notes } = limitOf(300);
    const ticket = await enter(limit);
    expect(() => limit.leave(ticket, refusal({ wait }))).toThrow(MustWait);
    expect(notes).toEqual([]);
  });

  test('is said with its seconds, and leaves room for others', async () => {
    const { limit } = limitOf(300);
    const tickets: number[] = [];
    for (let number = 0; number < MOST; number++) tickets.push(await enter(limit));
    const waiting = watch(limit.enter());
    expect(() => limit.leave(tickets[0] ?? 0, refusal({ wait: 300_500 }))).toThrow(
      'HTTP 429 from DELETE /x on portal.example: the rate limit of the portal is reached. It asks to wait 301 s, for which timeout-seconds leaves no room. Run again later.',
    );
    for (const ticket of tickets.slice(1)) limit.leave(ticket, answer());
    await theClock().advance(0);
    expect(waiting.value).toBe(0);
  });
});

test('an endless wait is said in a number that can be read', async () => {
  const { limit } = limitOf(300);
  const ticket = await enter(limit);
  expect(() => limit.leave(ticket, refusal({ wait: Number.POSITIVE_INFINITY }))).toThrow(
    'It asks to wait 9007199254740991 s, for which',
  );
});

describe('who will not wait for long', () => {
  test.each([
    [10_001, true],
    [10_000, false],
    [0, false],
  ])('%d ms at most, of a pause of 10 s: goes after it: %s', async (longestMs, goes) => {
    const { limit } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 10_000 }));
    const entered = watch(limit.enter(undefined, longestMs));
    await theClock().advance(0);
    expect(entered.value).toBe(goes ? 'pending' : undefined);
    await theClock().advance(10_000);
    expect(entered.value).toBe(goes ? 1 : undefined);
  });

  test('goes at once where there is no pause', async () => {
    const { limit } = limitOf(300);
    const entered = watch(limit.enter(undefined, 0));
    await theClock().advance(0);
    expect(entered.value).toBe(0);
  });

  test('waits for a place however long that takes, and takes none where a pause comes of it', async () => {
    const { limit } = limitOf(300);
    const tickets: number[] = [];
    for (let number = 0; number < MOST; number++) tickets.push(await enter(limit));
    const entered = watch(limit.enter(undefined, 5_000));
    await theClock().advance(20_000);
    expect(entered.value).toBe('pending');
    limit.leave(tickets.shift() ?? 0, refusal({ wait: 5_000 }));
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
    for (const ticket of tickets) limit.leave(ticket, answer());
    expect(await pauseOf(limit)).toBe(5_000);
    expect(await roomIn(limit)).toBe(MOST - 1);
  });
});

describe('how many go at once', () => {
  test('is eight, unless the portal refuses', async () => {
    expect(await roomIn(limitOf(300).limit)).toBe(MOST);
  });

  test('is one less for each refusal, also for those refused together, and never none', async () => {
    const { limit } = limitOf(300);
    const tickets: number[] = [];
    for (let number = 0; number < MOST; number++) tickets.push(await enter(limit));
    for (const ticket of tickets.slice(0, 3)) limit.leave(ticket, refusal({ wait: 1_000 }));
    for (const ticket of tickets.slice(3)) limit.leave(ticket, answer());
    await pauseOf(limit);
    expect(await roomIn(limit)).toBe(5);
    for (let refusals = 0; refusals < 20; refusals++) {
      limit.leave(await enter(limit), refusal({ wait: 1_000 }));
      await pauseOf(limit);
    }
    expect(await roomIn(limit)).toBe(1);
  });

  test('is one more after fifty answers without a refusal, up to eight', async () => {
    const { limit } = limitOf(300);
    for (let refusals = 0; refusals < 3; refusals++) {
      limit.leave(await enter(limit), refusal({ wait: 1_000 }));
      await pauseOf(limit);
    }
    const rooms = [];
    for (let answers = 1; answers <= 300; answers++) {
      limit.leave(await enter(limit), answer());
      if (answers % 50 === 49 || answers % 50 === 0) rooms.push(await roomIn(limit));
    }
    expect(rooms).toEqual([5, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 8]);
  });

  test('is counted anew from each refusal on', async () => {
    const { limit } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 1_000 }));
    await pauseOf(limit);
    for (let answers = 0; answers < 49; answers++) limit.leave(await enter(limit), answer());
    limit.leave(await enter(limit), refusal({ wait: 1_000 }));
    await pauseOf(limit);
    for (let answers = 0; answers < 49; answers++) limit.leave(await enter(limit), answer());
    expect(await roomIn(limit)).toBe(6);
    limit.leave(await enter(limit), answer());
    expect(await roomIn(limit)).toBe(7);
  });

  test('does not rise with requests that had no answer', async () => {
    const { limit } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 1_000 }));
    await pauseOf(limit);
    for (let lost = 0; lost < 200; lost++) limit.leave(await enter(limit), undefined);
    expect(await roomIn(limit)).toBe(7);
  });
});

describe('who waits to go', () => {
  test('goes as soon as somebody has left', async () => {
    const { limit } = limitOf(300);
    const tickets: number[] = [];
    for (let number = 0; number < MOST; number++) tickets.push(await enter(limit));
    const [first, second] = [watch(limit.enter()), watch(limit.enter())];
    await theClock().advance(1_000);
    expect([first.value, second.value]).toEqual(['pending', 'pending']);
    limit.leave(tickets[0] ?? 0, answer());
    await theClock().advance(0);
    expect([first.value, second.value]).toEqual([0, 'pending']);
  });

  test('goes no more when its own stop fires during a pause', async () => {
    const { limit } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 60_000 }));
    const stop = new AbortController();
    const entered = watch(limit.enter(stop.signal));
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
  });

  test('goes no more after a stop of the run', async () => {
    const stop = new AbortController();
    const { limit } = limitOf(300, stop.signal);
    limit.leave(await enter(limit), refusal({ wait: 60_000 }));
    const entered = watch(limit.enter());
    await theClock().advance(1_000);
    stop.abort();
    await theClock().advance(0);
    expect(entered.value).toBeUndefined();
  });

  test('does not go while the others pause, and finds it no longer than it is', async () => {
    const { limit } = limitOf(300);
    limit.leave(await enter(limit), refusal({ wait: 10_000 }));
    await theClock().advance(4_000);
    expect(await pauseOf(limit)).toBe(6_000);
  });
});

/** Deletes so many backups of a portal, eight at a time. */
async function deleteAll(number: number, options: PortalOptions, { retries = 0, seconds = 300 } = {}) {
  const portal = await portalWith({ backups: makeBackups(number), ...options });
  const { client, notes } = connect(portal.url, { retries, seconds });
  const requests = Array.from({ length: number }, (_, index): Request => {
    return { method: 'DELETE', path: `/api/2.0/backup/deletebackup/${idOf(index + 1)}` };
  });
  const answers: Answer[] = [];
  async function work(): Promise<void> {
    for (let request = requests.pop(); request; request = requests.pop()) {
      answers.push(await client.send(request));
    }
  }
  const done = Promise.all(Array.from({ length: MOST }, work)).then(() => answers);
  return { portal, notes, done };
}

describe('against a portal', () => {
  test('a 429 uses up no retries: with none, all is deleted', async () => {
    const fault: Fault = { kind: 'rate-limit', times: 30, retryAfter: '5' };
    const { portal, done } = await deleteAll(20, { faults: [fault] });
    expect((await resultOf(done)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(portal.state.deletedIds.size).toBe(20);
    expect(portal.seen).toHaveLength(50);
  });

  test('while one request is refused, none of the others is sent', async () => {
    const { portal, done } = await deleteAll(20, {
      latencyMs: 10,
      faults: [{ kind: 'rate-limit', times: 1, retryAfter: '30' }],
    });
    await theClock().advance(29_000);
    expect(portal.seen).toHaveLength(8);
    await resultOf(done);
    expect(portal.seen).toHaveLength(21);
    expect(theClock().now()).toBeLessThan(31_000);
  });

  test.each<[name: string, fault: Fault, ms: number]>([
    ['Retry-After in seconds', { kind: 'rate-limit', retryAfter: '12' }, 12_000],
    ['Retry-After as a date', { kind: 'rate-limit', retryAfter: 'Wed, 01 Apr 2026 00:00:12 GMT' }, 12_000],
    ['X-RateLimit-Reset', { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '12' } }, 12_000],
  ])('by %s the pause is as long as that', async (_name, fault, ms) => {
    const { portal, done } = await deleteAll(1, { faults: [{ ...fault, times: 1 }] });
    await resultOf(done);
    expect(theClock().now()).toBe(ms);
    expect(portal.seen).toHaveLength(2);
  });

  test.each<[name: string, fault: Fault]>([
    ['Retry-After: 0', { kind: 'rate-limit', retryAfter: '0' }],
    ['Retry-After of no meaning', { kind: 'rate-limit', retryAfter: 'in a while' }],
    ['X-RateLimit-Reset: 0', { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '0' } }],
    [
      'X-RateLimit-Reset with a time of day',
      { kind: 'rate-limit', headers: { 'X-RateLimit-Reset': '1775001600' } },
    ],
    ['a 429 without headers', { kind: 'status', status: 429 }],
    ['a 429 with a page', { kind: 'page', status: 429 }],
  ])('%s is no reason for a loop without a pause', async (_name, fault) => {
    const { portal, done } = await deleteAll(1, { faults: [{ ...fault, times: 5 }] });
    await resultOf(done);
    expect(portal.seen).toHaveLength(6);
    expect(theClock().now()).toBeGreaterThanOrEqual(5 * 750);
  });

  test('of 300 with four admitted at once, all are deleted within 15 s', async () => {
    const { portal, done } = await deleteAll(300, { latencyMs: 20, limits: { deletesAtOnce: 4 } });
    await resultOf(done);
    expect(portal.state.deletedIds.size).toBe(300);
    expect(theClock().now()).toBeLessThan(15_000);
    expect(portal.state.refused).toBeLessThan(30);
  });

  test('of 3,000 with 1,500 admitted a minute, all are deleted within 150 s and with 50 refusals at most', async () => {
    const { portal, done } = await deleteAll(3_000, { latencyMs: 20, limits: { perMinute: 1_500 } });
    await resultOf(done);
    expect(portal.state.deletedIds.size).toBe(3_000);
    expect(theClock().now()).toBeLessThan(150_000);
    expect(portal.state.refused).toBeLessThanOrEqual(50);
    expect(deletions(portal)).toHaveLength(3_000 + portal.state.refused);
  });

  test('that refuses for ever, the run is over when its time is, with the reason', async () => {
    const { portal, done } = await deleteAll(1, { faults: [{ kind: 'rate-limit' }] }, { seconds: 20 });
    expect(String(await failureOf(done))).toMatch(
      /HTTP 429 from DELETE .*limit of the portal is reached\. There is no time left to wait\. Run/,
    );
    expect(theClock().now()).toBeLessThanOrEqual(20_000);
    expect(portal.seen.length).toBeLessThan(40);
  });
});
