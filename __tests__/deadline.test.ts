import { describe, expect, test } from '@jest/globals';
import { Deadline, GRACE_MS } from '../src/deadline.js';
import { theClock } from './support/clock.js';
import { watch } from './support/watch.js';

function createDeadline(seconds: number, stop = new AbortController().signal): Deadline {
  return new Deadline(seconds, stop, theClock());
}

const pass = (ms: number) => theClock().advance(ms);
/** Work that ends when its signal fires. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
/** Work that ignores its signal. */
const forever = () => new Promise<string>(() => undefined);

describe('remainingMs', () => {
  test('counts down to 0', async () => {
    const deadline = createDeadline(3);
    expect(deadline.remainingMs()).toBe(3000);
    await pass(2999);
    expect(deadline.remainingMs()).toBe(1);
    await pass(1);
    expect(deadline.remainingMs()).toBe(0);
    await pass(1000);
    expect(deadline.remainingMs()).toBe(0);
  });

  test('counts from the moment at which the deadline was created', async () => {
    await pass(5000);
    expect(createDeadline(3).remainingMs()).toBe(3000);
  });
});

describe('sleep', () => {
  test('waits for the given time', async () => {
    const result = watch(createDeadline(10).sleep(4000));
    await pass(3999);
    expect(result.value).toBe('pending');
    await pass(1);
    expect(result.value).toBe(true);
    expect(theClock().pending).toBe(0);
  });

  test.each([1000, 1001, Number.POSITIVE_INFINITY])('does not wait %d ms when 1,000 ms remain', async ms => {
    expect(await createDeadline(1).sleep(ms)).toBe(false);
    expect(theClock().pending).toBe(0);
  });

  test.each(["the run's stop signal", 'its own signal'])(
    'ends when %s fires, and does not wait after that',
    async which => {
      const stop = new AbortController();
      const deadline = createDeadline(10, which.startsWith('the run') ? stop.signal : undefined);
      const own = which.startsWith('the run') ? undefined : stop.signal;
      const result = watch(deadline.sleep(4000, own));
      await pass(1000);
      expect(result.value).toBe('pending');
      stop.abort();
      await pass(0);
      expect(result.value).toBe(false);
      expect(theClock().pending).toBe(own ? 0 : 1);
      expect(await deadline.sleep(1000, own)).toBe(false);
      expect(theClock().monotonicMs()).toBe(1000);
    },
  );

  test('ends when the run is stopped, even if it has a signal of its own', async () => {
    const stop = new AbortController();
    const result = watch(createDeadline(10, stop.signal).sleep(4000, new AbortController().signal));
    stop.abort();
    await pass(0);
    expect(result.value).toBe(false);
  });
});

describe('withTimeout', () => {
  test('returns the result of the work, or throws its error, and leaves no timer behind', async () => {
    const deadline = createDeadline(10);
    expect(await deadline.withTimeout(1000, async () => 'done')).toBe('done');
    await expect(deadline.withTimeout(1000, () => Promise.reject(new RangeError('no')))).rejects.toThrow(
      RangeError,
    );
    await pass(0);
    expect(theClock().pending).toBe(0);
  });

  test.each([
    ['work that ends when its signal fires', untilAborted],
    ['work that ignores its signal', forever],
  ])('aborts overdue work and returns at once: %s', async (_name, work) => {
    let signal: AbortSignal | undefined;
    const result = watch(
      createDeadline(60).withTimeout(1000, given => {
        signal = given;
        return work(given);
      }),
    );
    await pass(999);
    expect([result.value, signal?.aborted]).toEqual(['pending', false]);
    await pass(1);
    expect([result.value, signal?.aborted]).toEqual([undefined, true]);
  });

  test('gives work five more seconds after a stop', async () => {
    const stop = new AbortController();
    const deadline = createDeadline(60, stop.signal);
    const results = [
      watch(deadline.withTimeout(30_000, untilAborted)),
      watch(deadline.withTimeout(30_000, forever)),
    ];
    const finished = watch(deadline.withTimeout(30_000, async () => 'finished'));
    await pass(1000);
    stop.abort();
    await pass(GRACE_MS - 1);
    expect(results.map(({ value }) => value)).toEqual(['pending', 'pending']);
    await pass(1);
    expect(results.map(({ value }) => value)).toEqual([undefined, undefined]);
    expect(finished.value).toBe('finished');
    expect(GRACE_MS).toBe(5_000);
  });

  test('ends work on time after a stop if its time is up within the five seconds', async () => {
    const stop = new AbortController();
    const result = watch(createDeadline(60, stop.signal).withTimeout(2_000, forever));
    stop.abort();
    await pass(2_000);
    expect(result.value).toBeUndefined();
  });
});
