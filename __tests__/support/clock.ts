import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeEach } from '@jest/globals';
import type { Clock } from '../../src/clock.js';

/** The date at which a hand clock starts, unless told otherwise: a day after the newest of `makeBackups`. */
export const START = '2026-04-01T00:00:00Z';

/** So many turns of the event loop in a row must find everything still. */
const QUIET_TURNS = 4;
/** In real time: for what no look at this process can show, such as another process, before a standstill is one. */
const PATIENCE_MS = 2_000;
/** In real time: so long may an answer be on its way. */
const LONGEST_WAIT_MS = 25_000;

/** What a clock must know of a portal: who is connected, and whose answer waits for the clock. */
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
 * A clock that a test turns by hand. No time passes but by `advance` and `runToEnd`, and they never let time pass while
 * something is on its way: they wait, in real time, until every request of this process lies at a portal that waits for
 * this clock, and every byte that was sent has arrived.
 */
export class HandClock implements Clock {
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

  now(): number {
    return this.time;
  }

  date(): number {
    return this.start + this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), number: this.timersMade++, callback };
    // Most timers are later than those before: the place is looked for from the end.
    let place = this.timers.length;
    while (place > 0 && (this.timers[place - 1]?.at ?? 0) > timer.at) place--;
    this.timers.splice(place, 0, timer);
    return () => {
      const at = this.timers.indexOf(timer);
      if (at >= 0) this.timers.splice(at, 1);
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.timers.length;
  }

  /** Whoever still waits for it waits in vain: of a test that has failed, nothing must go on. */
  end(): void {
    this.hasEnded = true;
  }

  /** Makes the clock know a portal that waits by it. */
  watch(portal: WatchedPortal): void {
    this.portals.add(portal);
  }

  /** Lets the time given pass, and all happen that happens in it. */
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
   * Lets time pass until the promise is settled, and not longer.
   * @throws Error when nothing is left to wait for
   */
  async runToEnd<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    for (;;) {
      await this.settle(() => isOver);
      if (!isOver && this.timers.length === 0) await this.beSureOfStandstill(() => isOver);
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

  /** Waits until nothing can happen any more unless time passes, or until `isOver`. */
  private async settle(isOver: () => boolean): Promise<void> {
    const began = performance.now();
    for (let quiet = 0, turns = 1; quiet < QUIET_TURNS && !isOver(); turns++) {
      await turn();
      if (this.hasEnded) throw new Error('The test is over');
      quiet = this.whatMoves() === undefined ? quiet + 1 : 0;
      // The other end may be another process, which wants a core too.
      if (turns % 200 === 0) await realTime(1);
      if (performance.now() - began > LONGEST_WAIT_MS) {
        throw new Error(`The clock cannot be turned: ${this.whatMoves()} for ${LONGEST_WAIT_MS} ms`);
      }
    }
  }

  private async beSureOfStandstill(isOver: () => boolean): Promise<void> {
    const began = performance.now();
    while (!isOver() && this.timers.length === 0) {
      if (performance.now() - began > PATIENCE_MS)
        throw new Error('A standstill: no timer is set, no answer awaited');
      await realTime(10);
      await this.settle(isOver);
    }
  }

  /** Something that goes on by itself; `undefined`: all is still. */
  private whatMoves(): string | undefined {
    for (const request of underWay) {
      const { socket } = request;
      const link = socket && this.linkOf(socket);
      if (!socket || !link?.exchange?.isParked) return `${request.method} ${request.path} is on its way`;
      if (link.socket.bytesWritten !== socket.bytesRead) return `an answer to ${request.path} is on its way`;
      if (link.socket.bytesRead !== socket.bytesWritten) return `a part of ${request.path} is on its way`;
    }
    for (const end of hungUp) {
      if (this.linkAt(end.local, end.remote)) return 'a hang-up is on its way';
      hungUp.delete(end);
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

/** What Node says of work that ends by itself: files, names that are looked up, connections that are being made. */
const BUSY = /Req|^(Connect|Write|Shutdown)Wrap$|^Immediate$/;

/** The requests of this process whose answers are not read to the end. */
const underWay = new Set<ClientRequest>();
/** The ends of connections that were given up on this side. The other side must have noticed before time passes. */
const hungUp = new Set<{ local: number; remote: number }>();

function onRequest(message: unknown): void {
  const { request } = message as { request: ClientRequest };
  const { socket } = request;
  underWay.add(request);
  // Known only while it is open.
  let end: { local: number; remote: number } | undefined;
  const takeDown = () => {
    end = { local: socket?.localPort ?? 0, remote: socket?.remotePort ?? 0 };
  };
  if (socket?.connecting) socket.once('connect', takeDown);
  else takeDown();
  request.once('close', () => {
    underWay.delete(request);
    if (end && socket?.destroyed) hungUp.add(end);
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

let current = new HandClock();
beforeEach(() => {
  current = new HandClock();
  underWay.clear();
  hungUp.clear();
});

afterEach(() => current.end());

/** The clock of the test that runs. Each test has its own. */
export function theClock(): HandClock {
  return current;
}
