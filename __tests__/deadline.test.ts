import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Deadline, startDeadline } from '../src/deadline.js';
import { NotSent } from '../src/failure.js';
import { watch } from './support/watch.js';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  jest.spyOn(process, 'uptime').mockImplementation(() => Date.now() / 1000);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function deadlineOf(seconds: number, cancelled = new AbortController().signal): Deadline {
  return startDeadline(seconds, cancelled);
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
/** Work that ends when it is told to, and not before. */
const never = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

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
      new NotSent('The deadline of 3 s passed. Raise timeout-seconds.'),
    );
    await pass(1000);
    expect(deadline.left()).toBe(0);
  });

  test('nothing is sent after a cancellation', () => {
    const cancellation = new AbortController();
    const deadline = deadlineOf(3, cancellation.signal);
    cancellation.abort();
    expect(() => deadline.assertOpen()).toThrow(new NotSent('The run was cancelled.'));
  });
});

describe('sleep', () => {
  test('waits as long as it is told', async () => {
    const result = watch(deadlineOf(10).sleep(4000));
    await pass(3999);
    expect(result.value).toBe('pending');
    await pass(1);
    expect(result.value).toBe(true);
  });

  test.each([1000, 1001, Number.POSITIVE_INFINITY])('does not wait %d ms of 1,000', async ms => {
    expect(await deadlineOf(1).sleep(ms)).toBe(false);
  });

  test('ends with a cancellation, and does not begin after one', async () => {
    const cancellation = new AbortController();
    const deadline = deadlineOf(10, cancellation.signal);
    const result = watch(deadline.sleep(4000));
    await pass(1000);
    cancellation.abort();
    await pass(0);
    expect(result.value).toBe(false);
    const next = watch(deadline.sleep(1000));
    await pass(1);
    expect(next.value).toBe(false);
  });
});

describe('limit', () => {
  test('gives the result of the work, or its error', async () => {
    const deadline = deadlineOf(10);
    expect(await deadline.limit(1000, async () => 'done')).toBe('done');
    const failing = deadline.limit(1000, () => Promise.reject(new RangeError('no')));
    await expect(failing).rejects.toThrow(new RangeError('no'));
    expect(jest.getTimerCount()).toBe(0);
  });

  test.each([
    ['its time', 10, 1000, 1000],
    ['a time that no timer can hold', 9_007_199_254_740, 1000, 1000],
  ])('ends work at %s', async (_name, seconds, ms, end) => {
    let signal: AbortSignal | undefined;
    const result = watch(
      deadlineOf(seconds).limit(ms, given => {
        signal = given;
        return never(given);
      }),
    );
    await pass(end - 1);
    expect([result.value, signal?.aborted]).toEqual(['pending', false]);
    await pass(1);
    expect([result.value, signal?.aborted]).toEqual([undefined, true]);
  });

  test('a deadline that no timer can hold is not over at once', async () => {
    const result = watch(deadlineOf(9_007_199_254_740).limit(Number.MAX_SAFE_INTEGER, never));
    await pass(24 * 24 * 3_600_000);
    expect(result.value).toBe('pending');
  });

  test('does not wait for work that hears no signal', async () => {
    const deadline = deadlineOf(60);
    const result = watch(deadline.limit(1000, () => new Promise(() => undefined)));
    await pass(999);
    expect(result.value).toBe('pending');
    await pass(1);
    expect(result.value).toBeUndefined();
    expect(await deadline.limit(1000, async signal => signal.aborted)).toBe(false);
  });

  test('after a cancellation, work has five seconds left', async () => {
    const cancellation = new AbortController();
    const result = watch(deadlineOf(60, cancellation.signal).limit(30_000, never));
    cancellation.abort();
    await pass(4999);
    expect(result.value).toBe('pending');
    await pass(1);
    expect(result.value).toBeUndefined();
  });
});
