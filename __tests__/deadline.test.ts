import { describe, expect, test } from '@jest/globals';
import { Deadline, GRACE_MS } from '../src/deadline.js';
import { NotSent } from '../src/failure.js';
import { say } from '../src/text.js';
import { theClock } from './support/clock.js';
import { watch } from './support/watch.js';

function deadlineOf(seconds: number, stop = new AbortController().signal): Deadline {
  return new Deadline(seconds, stop, theClock());
}

const pass = (ms: number) => theClock().advance(ms);
/** Work that ends when it is told to, and not before. */
const untilTold = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(new Error('told'))));
/** Work that hears no signal. */
const never = () => new Promise<string>(() => undefined);

describe('left and assertOpen', () => {
  test('count down to the end', async () => {
    const deadline = deadlineOf(3);
    expect(deadline.left()).toBe(3000);
    await pass(2999);
    expect(deadline.left()).toBe(1);
    deadline.assertOpen();
    await pass(1);
    expect(deadline.left()).toBe(0);
    expect(() => deadline.assertOpen()).toThrow(
      new NotSent(say`The deadline of 3 s has passed. Raise timeout-seconds.`),
    );
    await pass(1000);
    expect(deadline.left()).toBe(0);
  });

  test('count from when the deadline was made', async () => {
    await pass(5000);
    expect(deadlineOf(3).left()).toBe(3000);
  });

  test('nothing is sent after a stop', () => {
    const stop = new AbortController();
    const deadline = deadlineOf(3, stop.signal);
    stop.abort();
    expect(() => deadline.assertOpen()).toThrow(new NotSent(say`The run was stopped.`));
  });
});

describe('sleep', () => {
  test('waits as long as it is told', async () => {
    const result = watch(deadlineOf(10).sleep(4000));
    await pass(3999);
    expect(result.value).toBe('pending');
    await pass(1);
    expect(result.value).toBe(true);
    expect(theClock().pending).toBe(0);
  });

  test.each([1000, 1001, Number.POSITIVE_INFINITY])(
    'does not begin a wait of %d ms where 1,000 are left',
    async ms => {
      expect(await deadlineOf(1).sleep(ms)).toBe(false);
      expect(theClock().pending).toBe(0);
    },
  );

  test.each(['the stop of the run', 'a stop of its own'])(
    'ends with %s, and does not begin after it',
    async which => {
      const stop = new AbortController();
      const deadline = deadlineOf(10, which.startsWith('the') ? stop.signal : undefined);
      const own = which.startsWith('the') ? undefined : stop.signal;
      const result = watch(deadline.sleep(4000, own));
      await pass(1000);
      expect(result.value).toBe('pending');
      stop.abort();
      await pass(0);
      expect(result.value).toBe(false);
      expect(theClock().pending).toBe(own ? 0 : 1);
      expect(await deadline.sleep(1000, own)).toBe(false);
      expect(theClock().now()).toBe(1000);
    },
  );

  test('hears the stop of the run beside a stop of its own', async () => {
    const stop = new AbortController();
    const result = watch(deadlineOf(10, stop.signal).sleep(4000, new AbortController().signal));
    stop.abort();
    await pass(0);
    expect(result.value).toBe(false);
  });
});

describe('limit', () => {
  test('gives the result of the work, or its error, and leaves no timer behind', async () => {
    const deadline = deadlineOf(10);
    expect(await deadline.limit(1000, async () => 'done')).toBe('done');
    await expect(deadline.limit(1000, () => Promise.reject(new RangeError('no')))).rejects.toThrow(
      RangeError,
    );
    await pass(0);
    expect(theClock().pending).toBe(0);
  });

  test.each([
    ['that ends when it is told to', untilTold],
    ['that hears no signal', never],
  ])('tells work %s when its time is up, and waits no longer', async (_name, work) => {
    let signal: AbortSignal | undefined;
    const result = watch(
      deadlineOf(60).limit(1000, given => {
        signal = given;
        return work(given);
      }),
    );
    await pass(999);
    expect([result.value, signal?.aborted]).toEqual(['pending', false]);
    await pass(1);
    expect([result.value, signal?.aborted]).toEqual([undefined, true]);
  });

  test('after a stop, work has five seconds left', async () => {
    const stop = new AbortController();
    const deadline = deadlineOf(60, stop.signal);
    const results = [watch(deadline.limit(30_000, untilTold)), watch(deadline.limit(30_000, never))];
    const over = watch(deadline.limit(30_000, async () => 'over'));
    await pass(1000);
    stop.abort();
    await pass(GRACE_MS - 1);
    expect(results.map(({ value }) => value)).toEqual(['pending', 'pending']);
    await pass(1);
    expect(results.map(({ value }) => value)).toEqual([undefined, undefined]);
    expect(over.value).toBe('over');
    expect(GRACE_MS).toBe(5_000);
  });

  test('after a stop, work whose time is up before the five seconds ends with its time', async () => {
    const stop = new AbortController();
    const result = watch(deadlineOf(60, stop.signal).limit(2_000, never));
    stop.abort();
    await pass(2_000);
    expect(result.value).toBeUndefined();
  });
});

describe('the room for the closing listing', () => {
  test('before any listing, half a second is kept free', async () => {
    const deadline = deadlineOf(10);
    expect(deadline.lackOfTime()).toBeUndefined();
    await pass(9_499);
    expect(deadline.lackOfTime()).toBeUndefined();
    await pass(1);
    expect(deadline.lackOfTime()).toMatchObject({ listingTook: 0 });
  });

  test('grows with the longest listing so far, and not with a shorter one after it', () => {
    const deadline = deadlineOf(10);
    deadline.rememberListing(4_000);
    expect(deadline.lackOfTime()).toBeUndefined();
    deadline.rememberListing(7_000);
    deadline.rememberListing(1);
    expect(deadline.lackOfTime()).toMatchObject({ listingTook: 7_000 });
  });

  test('the timeout-seconds that it names would have done', async () => {
    const first = deadlineOf(10);
    await pass(7_000);
    first.rememberListing(7_000);
    const { secondsThatWouldDo = 0 } = first.lackOfTime() ?? {};
    const second = deadlineOf(secondsThatWouldDo);
    await pass(7_000);
    second.rememberListing(7_000);
    expect(second.lackOfTime()).toBeUndefined();
    expect(second.deletionLimit()).toBeGreaterThan(5_000);
    expect(secondsThatWouldDo).toBeLessThan(60);
  });
});

describe('a deletion', () => {
  test.each([
    ['100 s at most', 3600, 0, 100_000],
    ['half of the time left', 100, 0, 50_000],
    ['all but the room for the closing listing', 100, 40_000, 39_500],
    ['no time, where the closing listing needs all of it', 100, 70_000, 0],
  ])('may take %s', (_name, seconds, listingTook, limit) => {
    const deadline = deadlineOf(seconds);
    deadline.rememberListing(listingTook);
    expect(deadline.deletionLimit()).toBe(limit);
  });

  test('may start while the time allows one and a quarter of the longest so far', () => {
    const deadline = deadlineOf(10);
    expect(deadline.hasTimeForDeletion()).toBe(true);
    deadline.rememberDeletion(3_999);
    deadline.rememberDeletion(1);
    expect(deadline.hasTimeForDeletion()).toBe(true);
    deadline.rememberDeletion(4_000);
    expect(deadline.hasTimeForDeletion()).toBe(false);
  });

  test.each([
    [3_600, true],
    [200, true],
    [199, false],
  ])(
    'may start after one that took nearly all that any is given, with %d s left: %s',
    (seconds, mayStart) => {
      const deadline = deadlineOf(seconds);
      // With a quarter more it would be 106 s, but after 100 s it counts as hung.
      deadline.rememberDeletion(85_000);
      expect(deadline.hasTimeForDeletion()).toBe(mayStart);
    },
  );

  test('that took long is forgotten after sixteen others', () => {
    const deadline = deadlineOf(10);
    deadline.rememberDeletion(9_000);
    for (let number = 1; number < 16; number++) deadline.rememberDeletion(10);
    expect(deadline.hasTimeForDeletion()).toBe(false);
    deadline.rememberDeletion(10);
    expect(deadline.hasTimeForDeletion()).toBe(true);
  });

  test('may not start when all of the time is kept for the closing listing', async () => {
    const deadline = deadlineOf(10);
    await pass(9_500);
    expect(deadline.hasTimeForDeletion()).toBe(false);
  });
});
