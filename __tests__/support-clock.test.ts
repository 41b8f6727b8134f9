import { readFile } from 'node:fs/promises';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { ManualClock, START, theClock } from './support/clock.js';
import { portalWith } from './support/portals.js';
import { watch } from './support/watch.js';

const HEADERS = { authorization: 'Bearer sk-any' };
const LIST = '/api/2.0/backup/getbackuphistory';

/** Sends a request, and reads the answer to its end. */
function request(url: string, path = LIST, method = 'GET', signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: HEADERS, agent: false, ...(signal ? { signal } : {}) };
    get(`${url}${path}`, options, message => resolve(read(message))).on('error', reject);
  });
}

async function read(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) text += chunk;
  return text;
}

const sleep = (clock: ManualClock, ms: number) => new Promise<void>(resolve => clock.after(ms, resolve));
const realTime = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanups.splice(0)) cleanUp();
});

describe('a manual clock', () => {
  test('stands still, and starts at the given date', async () => {
    const clock = new ManualClock();
    await realTime(20);
    expect([clock.monotonicMs(), clock.epochMs()]).toEqual([0, Date.parse(START)]);
    const other = new ManualClock('2027-01-01T00:00:00Z');
    await other.advance(1500);
    expect([other.monotonicMs(), other.epochMs()]).toEqual([1500, Date.parse('2027-01-01T00:00:01.500Z')]);
  });

  test('fires timers in the order of their times; timers of the same time in the order in which they were set', async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    for (const [name, ms] of [
      ['a', 30],
      ['b', 10],
      ['c', 30],
      ['d', 0],
      ['e', 20],
      ['f', -5],
    ] as const) {
      clock.after(ms, () => fired.push(`${name} at ${clock.monotonicMs()}`));
    }
    await clock.advance(29);
    expect(fired).toEqual(['d at 0', 'f at 0', 'b at 10', 'e at 20']);
    await clock.advance(1);
    expect(fired.slice(4)).toEqual(['a at 30', 'c at 30']);
  });

  test('fires no cancelled timer, even if a timer of the same time cancels it', async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.after(10, () => cancel());
    const cancel = clock.after(10, () => fired.push('cancelled'));
    clock.after(10, () => fired.push('kept'));
    await clock.advance(10);
    expect(fired).toEqual(['kept']);
    expect(clock.pending).toBe(0);
  });

  test('waits for everything that a timer causes before it fires the next one', async () => {
    const clock = new ManualClock();
    const happened: string[] = [];
    clock.after(10, () => {
      void (async () => {
        for (let step = 0; step < 20; step++) await null;
        for (let step = 0; step < 3; step++) await new Promise(resolve => setImmediate(resolve));
        await readFile(import.meta.filename);
        happened.push(`read at ${clock.monotonicMs()}`);
        clock.after(0, () => happened.push(`after it at ${clock.monotonicMs()}`));
      })();
    });
    clock.after(10, () => happened.push(`next at ${clock.monotonicMs()}`));
    clock.after(11, () => happened.push(`last at ${clock.monotonicMs()}`));
    await clock.advance(11);
    expect(happened).toEqual(['read at 10', 'next at 10', 'after it at 10', 'last at 11']);
  });
});

describe('runToEnd', () => {
  test('lets only as much time pass as the work waits for', async () => {
    const clock = new ManualClock();
    clock.after(5000, () => undefined);
    const work = async () => {
      for (let second = 0; second < 3; second++) await sleep(clock, 1000);
      return 'done';
    };
    expect(await clock.runToEnd(work())).toBe('done');
    expect([clock.monotonicMs(), clock.pending]).toEqual([3000, 1]);
  });

  test('passes on an error', async () => {
    const clock = new ManualClock();
    const work = sleep(clock, 10).then(() => Promise.reject(new RangeError('no')));
    await expect(clock.runToEnd(work)).rejects.toThrow(new RangeError('no'));
  });

  test('detects a standstill', async () => {
    const clock = new ManualClock();
    clock.after(10, () => undefined);
    await expect(clock.runToEnd(new Promise(() => undefined))).rejects.toThrow('A standstill');
  });

  test('fails when the test is over', async () => {
    const clock = new ManualClock();
    const tick = () => void clock.after(1, tick);
    tick();
    const end = clock.runToEnd(new Promise(() => undefined));
    setTimeout(() => clock.end(), 10);
    await expect(end).rejects.toThrow('The test is over');
  });

  test('waits for work that it cannot see', async () => {
    expect(await new ManualClock().runToEnd(realTime(200).then(() => 'done'))).toBe('done');
  });
});

describe('during a request', () => {
  test('no time passes before its answer arrives', async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end('late'), 150));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const clock = theClock();
    const { port } = server.address() as { port: number };
    const fired = watch(sleep(clock, 1).then(() => 'fired'));
    const answer = await clock.runToEnd(request(`http://127.0.0.1:${port}`));
    expect([answer, clock.monotonicMs(), fired.value]).toEqual(['late', 0, 'pending']);
  });

  test('no time passes before a connection without an answer has ended', async () => {
    const server = createTcpServer(socket => void setTimeout(() => socket.destroy(), 150));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const clock = theClock();
    const { port } = server.address() as { port: number };
    void sleep(clock, 1);
    const lost = request(`http://127.0.0.1:${port}`).catch((error: NodeJS.ErrnoException) => error.code);
    expect([await clock.runToEnd(lost), clock.monotonicMs()]).toEqual(['ECONNRESET', 0]);
  });

  test('time passes if the portal waits for the clock', async () => {
    const portal = await portalWith({ backups: makeBackups(2), latencyMs: 700 });
    const clock = theClock();
    const texts = await clock.runToEnd(Promise.all([request(portal.url), request(portal.url)]));
    expect(clock.monotonicMs()).toBe(700);
    expect(texts.map(text => JSON.parse(text).count)).toEqual([2, 2]);
  });

  test('time passes if the request hangs', async () => {
    const portal = await portalWith({ faults: [{ kind: 'hang' }] });
    const clock = theClock();
    const end = new AbortController();
    clock.after(90_000, () => end.abort());
    const hung = request(portal.url, LIST, 'GET', end.signal).catch((error: Error) => error.name);
    expect([await clock.runToEnd(hung), clock.monotonicMs()]).toEqual(['AbortError', 90_000]);
  });

  test('no time passes before the first half of an answer that then stops has arrived', async () => {
    const portal = await portalWith({ backups: makeBackups(20_000), faults: [{ kind: 'stall' }] });
    const clock = theClock();
    let bytesAtTimer = 0;
    let bytes = 0;
    get(`${portal.url}${LIST}`, { headers: HEADERS, agent: false }, message => {
      message
        .on('error', () => undefined)
        .on('data', chunk => {
          bytes += chunk.length;
        });
    }).on('error', () => undefined);
    clock.after(0, () => {
      bytesAtTimer = bytes;
    });
    await clock.advance(0);
    expect(bytesAtTimer).toBeGreaterThan(1_000_000);
    await realTime(50);
    expect(bytes).toBe(bytesAtTimer);
  });

  test('an answer that arrives byte by byte takes exactly its time', async () => {
    const portal = await portalWith({ faults: [{ kind: 'drip', ms: 250 }] });
    const clock = theClock();
    const text = await clock.runToEnd(request(portal.url));
    expect(JSON.parse(text).response).toEqual([]);
    expect(clock.monotonicMs()).toBe(text.length * 250);
  });

  test('no time passes before the portal has noticed that the connection was closed', async () => {
    const portal = await portalWith({ backups: makeBackups(1), deleteMs: 1000 });
    const clock = theClock();
    const end = new AbortController();
    const path = `/api/2.0/backup/deletebackup/${makeId(1)}`;
    const given = request(portal.url, path, 'DELETE', end.signal).catch((error: Error) => error.name);
    await clock.advance(400);
    expect(portal.links.size).toBe(1);
    end.abort();
    await clock.advance(0);
    expect([await given, portal.links.size]).toEqual(['AbortError', 0]);
    expect([...portal.state.files]).toEqual([makeId(1)]);
    await clock.advance(599);
    expect(portal.state.files.size).toBe(1);
    await clock.advance(1);
    expect(portal.state.files.size).toBe(0);
  });

  test('time passes if it uses the port of a connection that was closed', async () => {
    const portal = await portalWith({ faults: [{ on: 'keys/@self', kind: 'hang' }] });
    const clock = theClock();
    const agent = new Agent({ keepAlive: true });
    cleanups.push(() => agent.destroy());
    let isAnswered = false;
    // Another process may take the port first.
    for (let attempt = 0; attempt < 20 && !isAnswered; attempt++) {
      const first = get(`${portal.url}/api/2.0/keys/@self`, { headers: HEADERS, agent }).on(
        'error',
        () => undefined,
      );
      await clock.advance(0);
      const { localPort = 0 } = first.socket ?? {};
      // Without a reset, this side would have to keep the port for a while.
      first.socket?.resetAndDestroy();
      await new Promise(resolve => first.once('close', resolve));
      const answer = new Promise<IncomingMessage | undefined>(resolve => {
        get(`${portal.url}${LIST}`, { headers: HEADERS, agent, localPort }, resolve).on('error', () =>
          resolve(undefined),
        );
      });
      isAnswered = (await clock.runToEnd(answer.then(message => message && read(message)))) !== undefined;
    }
    expect(isAnswered).toBe(true);
    await clock.advance(1000);
    expect(clock.monotonicMs()).toBe(1000);
  });
});

test('each test has a clock of its own', async () => {
  expect([theClock().monotonicMs(), theClock().pending]).toEqual([0, 0]);
});
