import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { systemClock } from '../src/clock.js';

// These few are about the real clock, and take real time.

test('the clock for durations goes on in milliseconds', async () => {
  const [start, real] = [systemClock.now(), performance.now()];
  await wait(30);
  const [passed, really] = [systemClock.now() - start, performance.now() - real];
  expect(Math.abs(passed - really)).toBeLessThan(10);
});

test('the clock for dates is that of the machine', () => {
  expect(Math.abs(systemClock.date() - Date.now())).toBeLessThan(1_000);
});

test('a timer calls back once, and not too soon', async () => {
  let calls = 0;
  const start = performance.now();
  await new Promise<void>(resolve => {
    systemClock.after(30, () => {
      calls++;
      resolve();
    });
  });
  // A timer of Node's may be a millisecond early.
  expect(performance.now() - start).toBeGreaterThan(28);
  await wait(40);
  expect(calls).toBe(1);
});

test('a timer that was cancelled does not call back', async () => {
  let calls = 0;
  const cancel = systemClock.after(10, () => calls++);
  cancel();
  await wait(30);
  expect(calls).toBe(0);
});

test.each([2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'a timer of %d ms, which Node cannot hold, does not fire at once',
  async ms => {
    let calls = 0;
    const cancel = systemClock.after(ms, () => calls++);
    await wait(20);
    cancel();
    expect(calls).toBe(0);
  },
);

test('a timer keeps the process alive, so that no wait ends unseen', () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const cancel = systemClock.after(60_000, () => undefined);
  expect(timers()).toBe(before + 1);
  cancel();
  expect(timers()).toBe(before);
});
