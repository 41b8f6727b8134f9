// What went over the wire, as a bystander at the portal sees it.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/clock.js';

export type What =
  | 'list'
  | 'get schedule'
  | 'key'
  | 'delete'
  | 'delete history'
  | 'delete schedule'
  | 'other';

export interface Exchange {
  /** From 1. */
  number: number;
  what: What;
  method: string;
  path: string;
  /** Of the backup to be deleted. */
  id: string;
  at: number;
  /** When it was answered, or the connection ended; infinite while neither has happened. */
  endedAt: number;
  /** A whole answer that the client was still there for, or the status of an error whose body was cut off. */
  answer?: { status: number; body: string };
  /** Of an answer of which at least the head was sent. */
  status?: number;
}

const KINDS: [pattern: RegExp, what: What][] = [
  [/^GET .*\/getbackuphistory/, 'list'],
  [/^GET .*\/getbackupschedule/, 'get schedule'],
  [/^GET .*\/keys\/@self/, 'key'],
  [/^DELETE .*\/deletebackup\//, 'delete'],
  [/^DELETE .*\/deletebackuphistory/, 'delete history'],
  [/^DELETE .*\/deletebackupschedule/, 'delete schedule'],
];

/** Records what the portals of this process are asked and what they answer, until it is stopped. */
export function record(
  clock: Clock,
  onRequest: (number: number) => void,
): { tape: Exchange[]; stop: () => void } {
  const tape: Exchange[] = [];
  const listener = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { method = '', url: path = '' } = request;
    const exchange: Exchange = {
      number: tape.length + 1,
      what: KINDS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? 'other',
      method,
      path,
      id: /\/deletebackup\/([^/?]+)/.exec(path)?.[1]?.toLowerCase() ?? '',
      at: clock.now(),
      endedAt: Number.POSITIVE_INFINITY,
    };
    tape.push(exchange);
    const { end } = response;
    Reflect.set(response, 'end', (...all: unknown[]) => {
      const [body] = all;
      if (!response.destroyed && !response.writableEnded && response.socket?.writable) {
        const whole = typeof body === 'string' || body === undefined;
        if (whole) exchange.answer = { status: response.statusCode, body: body ?? '' };
        exchange.endedAt = clock.now();
      }
      return Reflect.apply(end, response, all);
    });
    const { writeHead } = response;
    Reflect.set(response, 'writeHead', (...all: unknown[]) => {
      const [status, headers] = all as [number, Record<string, unknown> | undefined];
      const isEmpty = headers?.['content-length'] === 0;
      // Half of an empty answer is all of it. Without its end, the next request on its connection would wait for ever.
      if (isEmpty) queueMicrotask(() => response.end());
      if (!response.destroyed) {
        exchange.status = status;
        // The status of an error counts without its body.
        if (status !== 200 || isEmpty) exchange.answer = { status, body: '' };
      }
      return Reflect.apply(writeHead, response, all);
    });
    response.once('close', () => {
      exchange.endedAt = Math.min(exchange.endedAt, clock.now());
    });
    onRequest(exchange.number);
  };
  subscribe('http.server.request.start', listener);
  return { tape, stop: () => void unsubscribe('http.server.request.start', listener) };
}
