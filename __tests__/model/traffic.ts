// What the portal sees of a run: each request, and how it ended.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../src/clock.js';

export type Call =
  | 'list'
  | 'get schedule'
  | 'key'
  | 'delete'
  | 'delete history'
  | 'delete schedule'
  | 'other';

export interface Answer {
  status: number;
  body: string;
  /** False: the connection ended within the body. */
  isWhole: boolean;
  isBotCheck: boolean;
}

export interface Exchange {
  /** From 1. */
  number: number;
  call: Call;
  method: string;
  path: string;
  /** The backup to delete. */
  id: string;
  isAlias: boolean;
  at: number;
  /** When it was answered or the connection ended; infinite while neither has happened. */
  endedAt: number;
  /** Starts and ends share one sequence, which orders what happens in the same millisecond. */
  startOrder: number;
  endOrder: number;
  /** `undefined`: the client got no status, or only a part of a success. */
  answer?: Answer;
  /** The status the client got, whole answer or not. */
  status?: number;
}

const CALLS: [pattern: RegExp, call: Call][] = [
  [/^GET .*\/getbackuphistory/, 'list'],
  [/^GET .*\/getbackupschedule/, 'get schedule'],
  [/^GET .*\/keys\/@self/, 'key'],
  [/^DELETE .*\/deletebackup\//, 'delete'],
  [/^DELETE .*\/deletebackuphistory/, 'delete history'],
  [/^DELETE .*\/deletebackupschedule/, 'delete schedule'],
];

/** Records the requests to the portals of this process until it is stopped. */
export function recordTraffic(
  clock: Clock,
  onRequest: (number: number) => void,
): { traffic: Exchange[]; stop: () => void } {
  const traffic: Exchange[] = [];
  const current = new WeakMap<Socket, Exchange>();
  const watched = new WeakSet<Socket>();
  let order = 0;
  const listener = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { method = '', url: path = '' } = request;
    const exchange: Exchange = {
      number: traffic.length + 1,
      call: CALLS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? 'other',
      method,
      path,
      id: /\/deletebackup\/([^/?]+)/.exec(path)?.[1]?.toLowerCase() ?? '',
      isAlias: path.startsWith('/api/2.0/portal/'),
      at: clock.monotonicMs(),
      endedAt: Number.POSITIVE_INFINITY,
      startOrder: order++,
      endOrder: Number.POSITIVE_INFINITY,
    };
    traffic.push(exchange);
    const recordEnd = () => {
      if (exchange.endedAt !== Number.POSITIVE_INFINITY) return;
      exchange.endedAt = clock.monotonicMs();
      exchange.endOrder = order++;
    };
    let headers: Record<string, unknown> = {};
    const { end, writeHead } = response;
    Reflect.set(response, 'end', (...all: unknown[]) => {
      const [body] = all;
      if (!response.destroyed && !response.writableEnded && response.socket?.writable) {
        if (typeof body === 'string' || body === undefined) {
          exchange.answer = answerFrom(response.statusCode, headers, body ?? '', true);
        }
        recordEnd();
      }
      return Reflect.apply(end, response, all);
    });
    Reflect.set(response, 'writeHead', (...all: unknown[]) => {
      const [status, given] = all as [number, Record<string, unknown> | undefined];
      headers = given ?? {};
      const isEmpty = headers['content-length'] === 0;
      // Half of an empty answer is all of it. Without an end, the next request on the connection would wait for ever.
      if (isEmpty) queueMicrotask(() => response.end());
      if (!response.destroyed) {
        exchange.status = status;
        if (status !== 200 || isEmpty) exchange.answer = answerFrom(status, headers, '', isEmpty);
      }
      return Reflect.apply(writeHead, response, all);
    });
    response.once('close', recordEnd);
    current.set(request.socket, exchange);
    if (!watched.has(request.socket)) watch(request.socket);
    onRequest(exchange.number);
  };
  /** Answers that bypass the server's own response: their bytes go straight to the connection. */
  const watch = (socket: Socket) => {
    watched.add(socket);
    for (const name of ['write', 'end'] as const) {
      const original = socket[name];
      Reflect.set(socket, name, (...all: unknown[]) => {
        const [, , status] = /^HTTP\/(1\.0|1\.1(?= 101)) (\d{3})/.exec(String(all[0]).slice(0, 20)) ?? [];
        const exchange = current.get(socket);
        if (status && exchange) {
          exchange.status = Number(status);
          exchange.answer = answerFrom(Number(status), {}, '', false);
        }
        return Reflect.apply(original, socket, all);
      });
    }
  };
  subscribe('http.server.request.start', listener);
  return { traffic, stop: () => void unsubscribe('http.server.request.start', listener) };
}

function answerFrom(
  status: number,
  headers: Record<string, unknown>,
  body: string,
  isWhole: boolean,
): Answer {
  const isBotCheck =
    Object.entries(headers).some(([name, value]) => /^cf-mitigated$/i.test(name) && value === 'challenge') ||
    body.includes('/cdn-cgi/challenge-platform/');
  return { status, body, isWhole, isBotCheck };
}
