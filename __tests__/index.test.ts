import { describe, expect, jest, test } from '@jest/globals';
import { type Clock, systemClock } from '../src/clock.js';

const EVENTS = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGBREAK',
  'message',
  'disconnect',
  'uncaughtException',
  'unhandledRejection',
  'beforeExit',
] as const;

/** Starts src/index.ts with a fake main(), and waits until it ends the process. */
async function start(main: (clock: Clock, stop: AbortSignal) => Promise<boolean>) {
  const before = EVENTS.map(event => [event, process.listeners(event as 'beforeExit')] as const);
  for (const event of EVENTS) process.removeAllListeners(event);
  // That of jest's own process.
  const { channel } = process;
  Reflect.set(process, 'channel', undefined);
  jest.resetModules();
  jest.unstable_mockModule('../src/main.js', () => ({ CANCELLED: 'cancelled', main }));
  const { exit } = process;
  const { write } = process.stdout;
  let [log, hasPrinted] = ['', false];
  const ended = new Promise<{ code: number; isPrinted: boolean }>(resolve => {
    Reflect.set(process, 'exit', (code: number) => resolve({ code, isPrinted: hasPrinted }));
  });
  Reflect.set(process.stdout, 'write', (text: string, then: () => void) => {
    log += text;
    setImmediate(() => {
      hasPrinted = true;
      then();
    });
  });
  try {
    await import('../src/index.js');
    const { exitCode } = process;
    return { ...(await ended), log, exitCode };
  } finally {
    Object.assign(process, { exit, channel, exitCode: undefined });
    Object.assign(process.stdout, { write });
    for (const [event, listeners] of before) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event as 'beforeExit', listener);
    }
  }
}

test.each([
  [true, 0],
  [false, 1],
])('when main() returns %s, the exit code is %d; until then it is 1', async (isSuccess, code) => {
  expect(await start(async () => isSuccess)).toEqual({ code, isPrinted: true, log: '', exitCode: 1 });
});

test('main() gets the system clock', async () => {
  const times: number[] = [];
  await start(async clock => {
    const begin = clock.monotonicMs();
    await new Promise<void>(resolve => void clock.after(20, resolve));
    times.push(clock.monotonicMs() - begin, Math.abs(clock.epochMs() - Date.now()));
    return true;
  });
  expect(times[0]).toBeGreaterThanOrEqual(15);
  expect(times[1]).toBeLessThan(1_000);
});

test.each([[new Error('secret')], ['secret'], [undefined]])(
  'when main() fails with %p, the exit code is 1',
  async error => {
    expect(await start(() => Promise.reject(error))).toEqual({
      code: 1,
      isPrinted: true,
      log: '::error::Unexpected error: a defect in this action.\n',
      exitCode: 1,
    });
  },
);

/** The reason that main() gets when something happens to the process. */
async function reasonAfter(happen: () => void): Promise<unknown> {
  let reason: unknown = 'nothing';
  await start(async (_clock, stop) => {
    expect(stop.aborted).toBe(false);
    setImmediate(happen);
    await new Promise(resolve => stop.addEventListener('abort', resolve));
    reason = stop.reason;
    return false;
  });
  return reason;
}

describe('main() is stopped', () => {
  // A message, or the end of its channel, comes from the command. SIGBREAK is the runner's second signal on Windows.
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'message', 'disconnect'] as const)(
    'by %s, with a cancellation as the reason; more signals change nothing',
    async event => {
      const reason = await reasonAfter(() => {
        process.emit(event as 'SIGINT');
        process.emit('SIGINT');
        process.emit('SIGTERM');
      });
      expect(reason).toBe('cancelled');
    },
  );

  test.each<[what: string, thrown: unknown, reason: unknown]>([
    ['an Error', new RangeError('a'), expect.objectContaining({ message: 'a' })],
    ['a text', 'b', 'b'],
    [
      'undefined, which must not count as a cancellation',
      undefined,
      expect.objectContaining({ name: 'Error' }),
    ],
    ['null', null, expect.objectContaining({ name: 'Error' })],
  ])('by a thrown value that nothing caught: %s', async (_what, thrown, reason) => {
    const emit = (event: string, ...args: unknown[]) =>
      Reflect.apply(process.emit, process, [event, ...args]);
    expect(await reasonAfter(() => emit('uncaughtException', thrown))).toEqual(reason);
    expect(await reasonAfter(() => emit('unhandledRejection', thrown, Promise.resolve()))).toEqual(reason);
  });

  test('by a standstill', async () => {
    const reason = await reasonAfter(() => process.emit('beforeExit', 0));
    expect(String(reason)).toBe('Error: The run came to a standstill');
  });
});

test('a timer that is too long for Node does not fire immediately', async () => {
  const fired: string[] = [];
  const cancel = systemClock.after(2 ** 40, () => fired.push('long'));
  await new Promise<void>(resolve => void systemClock.after(20, resolve));
  cancel();
  expect(fired).toEqual([]);
});
