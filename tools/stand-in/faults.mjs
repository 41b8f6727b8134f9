// What can go wrong between a client and a portal, and how an answer is spoilt.

import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { ANSWERS, answer, envelope, errorForm, page } from './answers.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./portal.mjs').Exchange} Exchange */

/**
 * What goes wrong, on requests whose `METHOD name` matches `on`. Those of `times` are used up one by one; without
 * `times` it goes wrong for ever.
 * @typedef {object} Fault
 * @property {FaultKind} kind
 * @property {string} [on] a regular expression; without it, every request of the backup API. The look at the key
 *   (`GET /api/2.0/keys/@self`) goes wrong only where `on` holds the word `keys`
 * @property {number} [times] without it, for ever
 * @property {number} [skip] requests that match and go well before the first that does not
 * @property {number} [delayMs] how long the request lies at the portal before the fault
 * @property {string} [retryAfter] the header of that name
 * @property {string} [location] where a redirect points to
 * @property {number} [status] of the answer, where the kind does not fix it
 * @property {string} [message] of an `error-form` fault
 * @property {string} [body] of a `status` or `unasked` fault; of a `raw` one, all that goes over the wire
 * @property {string} [type] the content type of a `status` fault
 * @property {Record<string, string>} [headers] more headers
 * @property {number} [ms] how long something takes
 */

/**
 * - `reset`, `lost-before`: the request does not reach the portal; the connection is reset, or ends without a word.
 * - `reset-after`, `lost-after`: likewise, after the portal has carried it out.
 * - `hang`: no answer, ever; with `ms` it is carried out that much later, whether or not the client is still there.
 * - `slow`: it is carried out and answered `ms` later.
 * - `slow-delete`: an answer in HTML at once (504, or `status`), and the portal goes on: it deletes a backup every `ms`.
 * - `cut`, `stall`, `drip`: half of the answer and the end of the connection, half of it and silence, a letter every `ms`.
 * - `gzip`, `bom`, `huge`: packed though nobody asked, after a byte order mark, 200 MiB long.
 * - `not-http`, `raw`: something else than HTTP, `body` as it is.
 * - `unasked`: `ms` after the answer, on the same connection, `body` as the answer to a request that nobody has sent.
 * - `lie`: says `true`, and nothing is done.
 * - `record-only`: a DELETE by id removes the record and leaves the file; an HTML page (502, or `status`).
 * - `gives-up`: an HTML page (502, or `status`) after `ms`, and the portal goes on with the request.
 * - `reset-reused`: a request on a connection that carried another one before is reset and not processed.
 * - `nginx-error`, `bot-check`: HTML answers with 500 and 403 (or `status`), and nothing is done.
 * - `switching-protocols`: the head of a 101, and nothing after it.
 * - `http10-cut`: an HTTP/1.0 answer without a length, whose last byte is missing.
 * - `page`, `error-form`, `status`: these answers, and nothing is done. The rest: likewise, by the name of an answer.
 * @typedef {'reset' | 'reset-after' | 'lost-before' | 'lost-after' | 'hang' | 'slow' | 'slow-delete' | 'cut' | 'stall'
 *   | 'drip' | 'gzip' | 'bom' | 'huge' | 'not-http' | 'raw' | 'unasked' | 'lie' | 'page' | 'error-form' | 'status'
 *   | 'record-only' | 'gives-up' | 'reset-reused' | 'nginx-error' | 'bot-check' | 'switching-protocols' | 'http10-cut'
 *   | keyof typeof ANSWERS} FaultKind
 */

/**
 * The fault that is due for a request, if any.
 * @param {Fault[]} faults @param {string} what
 */
export function nextFault(faults, what) {
  const fault = faults.find(({ on, times }) => (times ?? 1) > 0 && matches(on, what));
  if (!fault) return undefined;
  if (fault.skip) {
    fault.skip--;
    return undefined;
  }
  if (fault.times !== undefined) fault.times--;
  return fault;
}

/** @param {string | undefined} on @param {string} what */
function matches(on = '', what) {
  // It is sent beside the first listing: which of the two comes first must not decide which one goes wrong.
  if (what.includes('/keys/') && !on.includes('keys')) return false;
  return new RegExp(on).test(what);
}

/**
 * The answer of a fault that keeps the request from the portal; `undefined`: it lets it through.
 * @param {Fault} fault
 * @returns {Answer | undefined}
 */
export function answerOf(fault) {
  const { kind, status, body = '', type, message = 'The server could not process the request' } = fault;
  const spoilt = { ...fault.headers };
  if (fault.retryAfter !== undefined) spoilt['retry-after'] = fault.retryAfter;
  if (fault.location !== undefined) spoilt['location'] = fault.location;
  const plain = plainAnswer();
  return plain && { ...plain, headers: { ...plain.headers, ...spoilt } };

  /** @returns {Answer | undefined} */
  function plainAnswer() {
    if (kind in ANSWERS) return ANSWERS[/** @type {keyof typeof ANSWERS} */ (kind)];
    if (kind === 'lie') return answer(200, envelope(true));
    if (kind === 'page') return page(status ?? 502);
    if (kind === 'error-form') return errorForm(status ?? 500, message);
    if (kind === 'status') return answer(status ?? 200, body, type);
    return undefined;
  }
}

/** @param {ServerResponse} response @param {Answer} answer */
export function send(response, { status, body, type, headers }) {
  response.writeHead(status, { ...(body === '' ? {} : { 'content-type': type }), ...headers });
  response.end(status === 204 ? undefined : body);
}

/**
 * Sends what the portal answers in the way of the fault.
 * @param {Exchange} exchange @param {Answer} answer @param {Fault} fault
 */
export async function spoil(exchange, answer, fault) {
  const { response } = exchange;
  const { socket } = response;
  const { status, body, type } = answer;
  switch (fault.kind) {
    case 'reset-after':
      return void socket?.resetAndDestroy();
    case 'lost-after':
      return void socket?.destroy();
    case 'cut':
    case 'stall':
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)));
      if (fault.kind === 'stall') exchange.hangs = true;
      else socket?.end();
      return;
    case 'drip':
      response.writeHead(status, { 'content-type': type });
      for (const letter of body) {
        if (response.destroyed) return;
        response.write(letter);
        await exchange.pause(fault.ms ?? 100);
      }
      return void response.end();
    case 'gzip':
      response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' });
      return void response.end(gzipSync(body));
    case 'unasked': {
      const { body = '' } = fault;
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
      send(response, answer);
      await exchange.pause(fault.ms ?? 100);
      return void socket?.write(`${head}\r\n\r\n${body}`);
    }
    case 'bom':
      return send(response, { ...answer, body: `\ufeff${body}` });
    default:
      return send(response, answer);
  }
}

/** @param {ServerResponse} response @param {number} status */
export async function sendHuge(response, status) {
  response.writeHead(status, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(1024 * 1024, ' ');
  for (let sent = 0; sent < 200 && !response.destroyed; sent++) {
    if (!response.write(piece)) await room(response);
  }
  response.end('{}');
}

/** Waits until a response takes more, or is over. @param {ServerResponse} response */
async function room(response) {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(
    () => undefined,
  );
  done.abort();
}
