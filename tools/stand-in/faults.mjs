// What can go wrong between a client and a portal.

import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { ANSWERS, answer, errorForm, page, saysDone } from './answers.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('./exchange.mjs').Exchange} Exchange */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * A fault of the requests whose `METHOD name` matches `on`.
 * @typedef {object} Fault
 * @property {FaultKind} kind
 * @property {string} [on] a regular expression; by default every request of the backup API. Only one with the word
 *   `keys` matches `GET /api/2.0/keys/@self`
 * @property {number} [times] how many requests it hits; by default all
 * @property {number} [skip] how many matching requests pass first
 * @property {number} [delayMs] how long the portal holds the request before the fault
 * @property {string} [retryAfter] a header
 * @property {string} [location] a header
 * @property {number} [status] in place of the kind's own
 * @property {string} [message] of `error-form`
 * @property {string} [body] of `status` and `unasked`; for `raw` all bytes of the answer
 * @property {string} [type] the content type of `status`
 * @property {Record<string, string>} [headers] more headers
 * @property {number} [ms]
 */

/**
 * The portal does not process the request:
 * - `reset`, `lost-before`: the connection is reset, or ends.
 * - `reset-reused`: as `reset`, but never the first request of a connection.
 * - `not-http`, `raw`: bytes that are no HTTP, or `body`.
 * - `switching-protocols`: the head of a 101, and nothing after it.
 * - `huge`: an answer of 200 MiB.
 * - `page`, `error-form`, `status`, and each name in `ANSWERS`: this answer.
 *
 * The portal processes it:
 * - `reset-after`, `lost-after`: then the connection is reset, or ends.
 * - `slow`: after `ms`.
 * - `hang`: never answers. Processes the request after `ms`; by default it never ends.
 * - `gives-up`: an HTML page (502) after `ms`, whether or not the portal has finished.
 * - `slow-delete`: an HTML page (504) at once, or the envelope `true` with `status` 200. Each backup takes `ms` more.
 * - `record-only`: only a DELETE by id. Removes the record, leaves the file, and answers an HTML page (502).
 * - `cut`, `stall`: half of the answer, then the end of the connection, or nothing.
 * - `http10-cut`: an HTTP/1.0 answer without a length and without its last byte.
 * - `drip`: one character every `ms`.
 * - `gzip`, `bom`: compressed, or after a byte order mark.
 * - `unasked`: `ms` after the answer, a second one with `body` that nobody asked for.
 * @typedef {'reset' | 'lost-before' | 'reset-reused' | 'not-http' | 'raw' | 'switching-protocols' | 'huge' | 'page'
 *   | 'error-form' | 'status' | keyof typeof ANSWERS | 'reset-after' | 'lost-after' | 'slow' | 'hang' | 'gives-up'
 *   | 'slow-delete' | 'record-only' | 'cut' | 'stall' | 'http10-cut' | 'drip' | 'gzip' | 'bom' | 'unasked'} FaultKind
 */

/** The fault of this request. @param {Exchange} exchange */
export function takeFault({ request, state, isReused }) {
  const name = `${request.method} ${request.url?.replace('/api/2.0/backup/', '')}`;
  const fault = state.faults.find(({ kind, on = '', times = 1 }) => {
    if (times <= 0 || !new RegExp(on).test(name)) return false;
    // It is sent beside the first listing, and their order must not decide which one fails.
    if (name.includes('/keys/') && !on.includes('keys')) return false;
    if (kind === 'record-only') return /^DELETE .*deletebackup\//i.test(name);
    return kind !== 'reset-reused' || isReused;
  });
  if (!fault) return undefined;
  if (fault.skip) {
    fault.skip--;
    return undefined;
  }
  if (fault.times !== undefined) fault.times--;
  return fault;
}

/** Answers a request in the way of the fault. @param {Exchange} exchange @param {Fault} fault */
export async function answerWith(exchange, fault) {
  const { response } = exchange;
  const { socket } = response;
  const { kind, status, ms } = fault;
  await exchange.pause(fault.delayMs ?? 0);
  const substitute = substituteOf(fault);
  if (substitute) {
    await exchange.waitForLatency();
    exchange.isDone = saysDone(substitute);
    return send(response, substitute);
  }
  switch (kind) {
    case 'reset':
    case 'reset-reused':
      await exchange.waitForLatency();
      return void socket?.resetAndDestroy();
    case 'lost-before':
      await exchange.waitForLatency();
      return void socket?.destroy();
    case 'not-http':
    case 'raw':
      await exchange.waitForLatency();
      return void socket?.end(fault.body ?? (kind === 'raw' ? '' : 'SSH-2.0-OpenSSH_9.6\r\n'));
    case 'switching-protocols':
      exchange.hangs = true;
      return void socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
    case 'huge':
      return sendHuge(response, status ?? 200);
    case 'hang':
      exchange.hangs = true;
      exchange.goesOn = true;
      if (ms !== undefined) exchange.goOn(exchange.pause(ms).then(() => exchange.carryOut()));
      return;
    case 'gives-up':
      exchange.goOn(exchange.carryOut());
      await exchange.pause(ms ?? 0);
      return send(response, page(status ?? 502));
    case 'slow-delete':
      exchange.extraMs = ms ?? 100;
      exchange.goOn(exchange.carryOut());
      return send(response, status === 200 ? ANSWERS.lie : page(status ?? 504));
    case 'record-only':
      exchange.keepsFile = true;
      await exchange.carryOut();
      return send(response, page(status ?? 502));
    case 'slow':
      await exchange.pause(ms ?? 1000);
      return send(response, await exchange.carryOut());
    default:
      return spoil(exchange, await exchange.carryOut(), fault);
  }
}

/** The answer in place of the portal's own. @param {Fault} fault @returns {Answer | undefined} */
function substituteOf({ kind, status, body = '', type, message, headers, retryAfter, location }) {
  /** @type {Record<string, Answer>} */
  const answers = {
    ...ANSWERS,
    page: page(status ?? 502),
    'error-form': errorForm(status ?? 500, message),
    status: answer(200, body, type),
  };
  const plain = answers[kind];
  if (!plain) return undefined;
  const more = {
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(location === undefined ? {} : { location }),
  };
  return { ...plain, status: status ?? plain.status, headers: { ...plain.headers, ...headers, ...more } };
}

/** @param {ServerResponse} response @param {Answer} answer */
export function send(response, { status, body, type, headers }) {
  response.writeHead(status, { ...(body === '' ? {} : { 'content-type': type }), ...headers });
  response.end(status === 204 ? undefined : body);
}

/** @param {Exchange} exchange @param {Answer} answer @param {Fault} fault */
async function spoil(exchange, answer, { kind, ms = 100, body: unasked = '' }) {
  const { response } = exchange;
  const { socket } = response;
  const { status, body, type } = answer;
  switch (kind) {
    case 'reset-after':
      return void socket?.resetAndDestroy();
    case 'lost-after':
      return void socket?.destroy();
    case 'cut':
    case 'stall':
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)));
      if (kind === 'stall') exchange.hangs = true;
      else socket?.end();
      return;
    case 'http10-cut':
      return void socket?.end(`HTTP/1.0 ${status} OK\r\ncontent-type: ${type}\r\n\r\n${body.slice(0, -1)}`);
    case 'drip':
      response.writeHead(status, { 'content-type': type });
      for (const character of body) {
        if (response.destroyed) return;
        response.write(character);
        await exchange.pause(ms);
      }
      return void response.end();
    case 'gzip':
      response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' });
      return void response.end(gzipSync(body));
    case 'unasked': {
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(unasked)}`;
      send(response, answer);
      await exchange.pause(ms);
      return void socket?.write(`${head}\r\n\r\n${unasked}`);
    }
    case 'bom':
      return send(response, { ...answer, body: `\ufeff${body}` });
    default:
      throw new Error(`Unknown fault: ${kind}`);
  }
}

/** @param {ServerResponse} response @param {number} status */
async function sendHuge(response, status) {
  response.writeHead(status, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(1024 * 1024, ' ');
  // The client may hang up.
  await pipeline([...Array(200).fill(piece), '{}'], response).catch(() => undefined);
}
