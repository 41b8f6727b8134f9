// A stand-in for a DocSpace portal: a real HTTP server that answers the backup API as DocSpace-server v3.7.2 does, with
// a switch for each fault. The tests, `npm start`, the benchmark and the end-to-end workflow use it.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { page } from './answers.mjs';
import { preciseClock } from './clock.mjs';
import { Exchange } from './exchange.mjs';
import { answerWith, send, takeFault } from './faults.mjs';
import { RateLimits } from './rate-limits.mjs';
import { State } from './state.mjs';

export { makeBackups, makeId, SCHEDULE } from './records.mjs';

/** @typedef {import('./faults.mjs').Fault} Fault */
/** @typedef {import('./faults.mjs').FaultKind} FaultKind */
/** @typedef {import('./options.mjs').FileError} FileError */
/** @typedef {import('./options.mjs').PortalOptions} PortalOptions */
/** @typedef {import('./options.mjs').StorageBehavior} StorageBehavior */
/** @typedef {import('./records.mjs').BackupRecord} BackupRecord */
/** @typedef {Awaited<ReturnType<typeof startPortal>>} Portal */

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] by default a free one
 * @property {'127.0.0.1' | '::1'} [host]
 * @property {{ key: string | Buffer, cert: string | Buffer }} [tls]
 * @property {import('./clock.mjs').Clock} [clock]
 */

/** An open connection, and the latest request on it. @typedef {{ number: number, socket: import('node:net').Socket, exchange?: Exchange }} Link */

/** @param {PortalOptions & ServerOptions} [all] */
export async function startPortal(all = {}) {
  const { port = 0, host = '127.0.0.1', tls, clock = preciseClock, ...options } = all;
  let state = new State(options, clock);
  let limits = new RateLimits();
  /** By the client's port. A clock that tests turn by hand needs them. @type {Map<number, Link>} */
  const links = new Map();
  let accepted = 0;

  /** @type {import('node:http').RequestListener} */
  const listener = async (request, response) => {
    const { remotePort = 0 } = request.socket;
    const link = links.get(remotePort);
    const exchange = new Exchange(request, response, state, limits, link?.exchange !== undefined);
    if (link) link.exchange = exchange;
    const body = await readBody(request);
    const { url: path = '', method = '', headers } = request;
    if (path === '/_stand-in') return void control(method, body, response);

    const { requests, options } = exchange.state;
    requests.push({ method, path, headers, body, connection: link?.number ?? 0 });
    if (options.closes) response.setHeader('connection', 'close');
    if (method !== 'GET') exchange.state.begin(exchange);
    try {
      await serve(exchange);
    } catch (error) {
      // The client must not wait for an answer that will not come.
      response.destroy();
      throw error;
    } finally {
      if (!exchange.goesOn) exchange.state.end(exchange);
    }
  };

  /** @param {string} method @param {string} body @param {import('node:http').ServerResponse} response */
  function control(method, body, response) {
    if (method === 'POST') {
      state = new State(JSON.parse(body || '{}'), clock);
      limits = new RateLimits();
    }
    const { seen: requests, history, schedule, deletedIds, filesLeft } = state;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ requests, history, schedule, deletedIds: [...deletedIds], filesLeft }));
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  // It runs by real time, so a connection could end by chance just when a client uses it again.
  server.keepAliveTimeout = 0;
  server.on(tls ? 'secureConnection' : 'connection', socket => {
    state.connections++;
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    links.set(remotePort, { number: ++accepted, socket });
    socket.on('close', () => {
      if (links.get(remotePort)?.socket === socket) links.delete(remotePort);
    });
  });
  await once(server.listen(port, host), 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    url: `${tls ? 'https://localhost' : `http://${host === '::1' ? '[::1]' : host}`}:${address.port}`,
    port: address.port,
    links,
    get state() {
      return state;
    },
    /** The requests to the backup API: `METHOD /path?query`. `state.requests` has all. */
    get seen() {
      return state.seen;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Reading takes a tenth of the time of a request, so only where there is a body. @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const { headers } = request;
  if (!headers['content-length'] && !headers['transfer-encoding']) return '';
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** @param {Exchange} exchange */
async function serve(exchange) {
  const { response, state } = exchange;
  const fault = takeFault(exchange);
  if (fault) return answerWith(exchange, fault);
  const { gateway } = state.options;
  const work = exchange.carryOut();
  const result = gateway ? await exchange.atMost(gateway.ms, work) : await work;
  if (!result) exchange.goOn(work);
  return send(response, result ?? page(gateway?.status ?? 504));
}
