import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeEach } from '@jest/globals';
import type { Clock } from '../../src/clock.js';

/** The date at which a manual clock starts by default: a day after the newest backup of `makeBackups`. */
export const START = '2026-04-01T00:00:00Z';

/** Nothing may move for this many turns of the event loop before time passes. */
const QUIET_TURNS = 4;
/** Real time to wait for work that this process cannot see, such as that of another process. */
const MAX_STANDSTILL_MS = 2_000;
/** Max. real time that an answer may take. */
const MAX_SETTLE_MS = 25_000;

/** What the clock must know about a portal: its connections, and which answers wait for the clock. */
export interface WatchedPortal {
  port: number;
  links: ReadonlyMap<number, { socket: Socket; exchange?: { isParked: boolean } }>;
}

interface Timer {
  at: number;
  number: number;
  callback: () => void;
}

/**
 * A clock that a test advances. Time passes only in `advance` and `runToEnd`. Before they let any time pass, they wait in
 * real time until every byte that was sent has arrived, and every portal that has a request waits for this clock.
 */
export class ManualClock implements Clock {
  private time = 0;
  private timers: Timer[] = [];
  private timersMade = 0;
  private readonly portals = new Set<WatchedPortal>();
  private readonly start: number;
  private hasEnded = false;

  /** @param start the date at which it starts */
  constructor(start: string = START) {
    this.start = Date.parse(start);
  }

  monotonicMs(): number {
    return this.time;
  }

  epochMs(): number {
    return this.start + this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), number: this.timersMade++, callback };
    // Searched from the end, because most new timers are the latest.
    let index = this.timers.length;
    while (index > 0 && (this.timers[index - 1]?.at ?? 0) > timer.at) index--;
    this.timers.splice(index, 0, timer);
    return () => {
      const position = this.timers.indexOf(timer);
      if (position >= 0) this.timers.splice(position, 1);
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.timers.length;
  }

  /** Makes everything that still waits for this clock fail, so that nothing of a test goes on after it. */
  end(): void {
    this.hasEnded = true;
  }

  /** Registers a portal that uses this clock. */
  watch(portal: WatchedPortal): void {
    this.portals.add(portal);
  }

  /** Lets this much time pass, and everything happen that happens in it. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await this.settle(() => false);
      if ((this.timers[0]?.at ?? Number.POSITIVE_INFINITY) > end) break;
      this.fireNext();
    }
    this.time = end;
  }

  /**
   * Lets time pass only until the promise is settled.
   * @throws Error if nothing is left to wait for
   */
  async runToEnd<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    promise.then(end, end);
    for (;;) {
      await this.settle(() => isOver);
      if (!isOver && this.timers.length === 0) await this.waitForStandstill(() => isOver);
      if (isOver) return promise;
      if (this.timers.length > 0) this.fireNext();
    }
  }

  private fireNext(): void {
    const timer = this.timers.shift();
    if (!timer) return;
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }

  /** Waits until nothing more can happen unless time passes, or until `isOver`. */
  private async settle(isOver: () => boolean): Promise<void> {
    const began = performance.now();
    for (let quiet = 0, turns = 1; quiet < QUIET_TURNS && !isOver(); turns++) {
      await turn();
      if (this.hasEnded) throw new Error('The test is over');
      quiet = this.findMovement() === undefined ? quiet + 1 : 0;
      // The other end may be another process, which needs a core too.
      if (turns % 200 === 0) await realTime(1);
      if (performance.now() - began > MAX_SETTLE_MS) {
        throw new Error(`The clock cannot advance: ${this.findMovement()} for ${MAX_SETTLE_MS} ms`);
      }
    }
  }

  /** @throws Error if nothing happens for a while in real time, and no timer is set */
  private async waitForStandstill(isOver: () => boolean): Promise<void> {
    const began = performance.now();
    while (!isOver() && this.timers.length === 0) {
      if (performance.now() - began > MAX_STANDSTILL_MS)
        throw new Error('A standstill: no timer is set, no answer awaited');
      await realTime(10);
      await this.settle(isOver);
    }
  }

  /** Describes something that goes on without the clock; `undefined`: nothing does. */
  private findMovement(): string | undefined {
    for (const request of openRequests) {
      const { socket } = request;
      const link = socket && this.linkOf(socket);
      if (!socket || !link?.exchange?.isParked) return `${request.method} ${request.path} is being sent`;
      if (link.socket.bytesWritten !== socket.bytesRead)
        return `an answer to ${request.path} is being received`;
      if (link.socket.bytesRead !== socket.bytesWritten) return `a part of ${request.path} is being sent`;
    }
    for (const end of closedHere) {
      if (this.linkAt(end.local, end.remote)) return 'the portal has not noticed a closed connection';
      closedHere.delete(end);
    }
    return process.getActiveResourcesInfo().find(name => BUSY.test(name));
  }

  private linkOf({ localPort = 0, remotePort = 0 }: Socket) {
    return this.linkAt(localPort, remotePort);
  }

  private linkAt(local: number, remote: number) {
    for (const portal of this.portals) {
      const link = portal.port === remote ? portal.links.get(local) : undefined;
      if (link) return link;
    }
    return undefined;
  }
}

/** Node's names for work that ends by itself: file access, name lookups, connections that are being opened. */
const BUSY = /Req|^(Connect|Write|Shutdown)Wrap$|^Immediate$/;

/** The requests of this process whose answers are not read to the end. */
const openRequests = new Set<ClientRequest>();
/** Connections that this side has closed. The other side must have noticed it before time passes. */
const closedHere = new Set<{ local: number; remote: number }>();

function onRequest(message: unknown): void {
  const { request } = message as { request: ClientRequest };
  const { socket } = request;
  openRequests.add(request);
  // The ports are known only while the connection is open.
  let end: { local: number; remote: number } | undefined;
  const recordEnd = () => {
    const { localPort: local = 0, remotePort: remote = 0 } = socket ?? {};
    end = { local, remote };
    // Some systems soon use a port again. By then, both sides have noticed that its last connection was closed.
    for (const closed of closedHere) {
      if (closed.local === local && closed.remote === remote) closedHere.delete(closed);
    }
  };
  if (socket?.connecting) socket.once('connect', recordEnd);
  else recordEnd();
  request.once('close', () => {
    openRequests.delete(request);
    if (end && socket?.destroyed) closedHere.add(end);
  });
}

subscribe('http.client.request.start', onRequest);
afterAll(() => {
  unsubscribe('http.client.request.start', onRequest);
});

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function realTime(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

let current = new ManualClock();
beforeEach(() => {
  current = new ManualClock();
  openRequests.clear();
  closedHere.clear();
});

afterEach(() => current.end());

/** The clock of the current test. Each test has its own. */
export function theClock(): ManualClock {
  return current;
}
