import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { systemClock } from '../src/clock.js';

// These tests use the real clock, and take real time.

test('the clock for durations counts milliseconds', async () => {
  const [start, real] = [systemClock.monotonicMs(), performance.now()];
  await wait(30);
  const [passed, really] = [systemClock.monotonicMs() - start, performance.now() - real];
  expect(Math.abs(passed - really)).toBeLessThan(10);
});

test('the clock for dates is the clock of the machine', () => {
  expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1_000);
});

test('a timer fires once, and not too early', async () => {
  let calls = 0;
  const start = performance.now();
  await new Promise<void>(resolve => {
    systemClock.after(30, () => {
      calls++;
      resolve();
    });
  });
  // A timer of Node may be a millisecond early.
  expect(performance.now() - start).toBeGreaterThan(28);
  await wait(40);
  expect(calls).toBe(1);
});

test('a cancelled timer does not fire', async () => {
  let calls = 0;
  const cancel = systemClock.after(10, () => calls++);
  cancel();
  await wait(30);
  expect(calls).toBe(0);
});

test.each([2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'a timer of %d ms, which is too long for Node, does not fire immediately',
  async ms => {
    let calls = 0;
    const cancel = systemClock.after(ms, () => calls++);
    await wait(20);
    cancel();
    expect(calls).toBe(0);
  },
);

test('a timer keeps the process alive', () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const cancel = systemClock.after(60_000, () => undefined);
  expect(timers()).toBe(before + 1);
  cancel();
  expect(timers()).toBe(before);
});
