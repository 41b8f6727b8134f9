// Without `node:`, as the toolkit imports them: the bundle then holds each of them once.

import { HttpClient } from '@actions/http-client';
import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import * as http from 'http';
import * as https from 'https';
import { type Deadline, LONGEST_TIMER_MS } from './deadline.js';
import { NoAnswer } from './failure.js';
import { property } from './records.js';

/** Requests under way at once, and the connections kept open for them. The portal admits 15 deletions at a time. */
export const MOST_AT_ONCE = 8;

/** Enough for any answer but a listing. */
const MOST_BYTES = 1024 * 1024;

const LONGEST_ERROR_BODY_MS = 5_000;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** What may pass by itself: a rate limit, a service that restarts, a busy gateway. */
const TRANSIENT_STATUSES = new Set([429, 502, 503, 504]);

export type Method = 'GET' | 'DELETE';

/** What the portal answered. */
export interface Answer {
  /** The request, for messages: `GET /api/2.0/backup/getbackupschedule on portal.example`. */
  where: string;
  status: number;
  /** In lower case. */
  contentType: string;
  /** The origin, such as `https://portal.example`, that a redirect points to. */
  redirectOrigin: string | undefined;
  retryAfterMs: number | undefined;
  /** Whether `retryAfterMs` is more than the deadline leaves. */
  asksTooMuch: boolean;
  /** Beside an HTTP error, `unreadable` where it could not be had. */
  body: string;
}

type Result = Answer | NoAnswer;

export interface HttpSettings {
  portalUrl: URL;
  /** The value of the `Authorization` header. */
  authorization: string;
  /** Attempts after the first. */
  retries: number;
}

export interface RequestOptions {
  /** The longest body that is read, in bytes. */
  mostBytes?: number;
  /**
   * Asked after a failure that may pass by itself.
   * @param isOpen whether the portal may still be at work on the request (504, time-out, lost connection)
   * @returns true: the goal has been reached; false: another attempt may follow; `undefined`: none may
   */
  isDone?: (isOpen: boolean) => Promise<boolean | undefined>;
  /** No attempt follows when this has fired. */
  stopped?: AbortSignal;
}

/** Sends requests to one portal. The one place that knows `@actions/http-client`. */
export interface Http {
  /**
   * Sends a request and, while it fails in a way that may pass by itself, sends it again.
   * Redirects are never followed: they would carry the token along, or drop it.
   * @param path path and query, such as `/api/2.0/backup/getbackuphistory?Dump=false`
   * @returns the last answer, whatever its status; `done` when `isDone` said so
   * @throws NoAnswer when the last attempt got none; NotSent when none could be made, for lack of time or after a
   * cancellation; what `isDone` throws
   */
  request(method: Method, path: string, options?: RequestOptions): Promise<Answer | 'done'>;
  /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
  lastDeleteStatus(): number | undefined;
}

/**
 * Gets ready to send requests to the portal; the first one connects.
 * @param note takes a line for the log about each attempt that is repeated
 */
export function openHttp(settings: HttpSettings, deadline: Deadline, note: (line: string) => void): Http {
  const client = new HttpClient('docspace-backup-cleanup', [], {
    keepAlive: true,
    maxSockets: MOST_AT_ONCE,
    // The library counts idle time; every time limit here is the deadline's.
    socketTimeout: LONGEST_TIMER_MS,
  });
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    authorization: settings.authorization,
    'user-agent': client.userAgent,
  };
  const url = settings.portalUrl;
  /** Found with the first request, which tells what is wrong with a proxy. */
  let route: ReturnType<typeof findRoute> | undefined;
  let lastDeleteStatus: number | undefined;
  // A machine on which Node is told not to verify certificates must not get the token read on its way.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];

  async function request(
    method: Method,
    path: string,
    { mostBytes = MOST_BYTES, isDone, stopped }: RequestOptions = {},
  ): Promise<Answer | 'done'> {
    deadline.assertOpen();
    for (let number = 1; ; number++) {
      const isLast = number > settings.retries;
      const result = await attempt(method, path, mostBytes, isLast);
      const hasNone = result instanceof NoAnswer;
      const mayPass = hasNone ? result.worthRetrying : TRANSIENT_STATUSES.has(result.status);
      if (!mayPass) return unwrap(result);
      // The portal may still be at it: nginx hangs up after 60 s, and the server behind does not notice.
      const done = isDone ? await isDone(hasNone || result.status === 504) : false;
      if (done) return 'done';
      const wait = waitBeforeRetry(number, result);
      if (isLast || done === undefined || wait >= deadline.left()) return unwrap(result);
      const what = hasNone ? result.message : `${result.where}: HTTP ${result.status}.`;
      note(
        `${what} Attempt ${number} of ${settings.retries + 1}; the next in ${(wait / 1000).toFixed(1)} s.`,
      );
      if (!(await deadline.sleep(wait, stopped))) return unwrap(result);
    }
  }

  /** One attempt. Half of the time left may pass before it counts as hung; the last one leaves a tenth for the report. */
  async function attempt(method: Method, path: string, mostBytes: number, isLast: boolean): Promise<Result> {
    const where = `${method} ${path} on ${url.host}`;
    const limitMs = deadline.left() * (isLast ? 0.9 : 0.5);
    try {
      const answer = await deadline.limit(limitMs, signal => exchange(method, path, mostBytes, signal));
      if (answer) return { where, ...answer };
    } catch (error) {
      const { message, worthRetrying } = error instanceof NoAnswer ? error : explainLostConnection(error);
      return new NoAnswer(`${where}: ${message}`, worthRetrying);
    }
    if (deadline.cancelled.aborted)
      return new NoAnswer(`${where}: no answer before the run was cancelled.`, false);
    const limit = `${(limitMs / 1000).toFixed(1)} s, of the ${deadline.seconds} s that timeout-seconds allows.`;
    return new NoAnswer(`${where}: no whole answer within ${limit}`, true);
  }

  /** How to get to the portal. */
  function findRoute() {
    const isTls = url.protocol === 'https:';
    const proxy = findProxy(url, isTls ? 'https_proxy' : 'http_proxy');
    const agent = proxy ? makeProxyAgent(isTls, proxy) : client.getAgent(url.href);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const options = { host, port: url.port, agent };
    return { parsedUrl: url, httpModule: isTls ? https : http, options };
  }

  async function exchange(method: Method, path: string, mostBytes: number, signal: AbortSignal) {
    route ??= findRoute();
    const options = { ...route.options, method, path, headers, signal };
    const { message } = await client.requestRaw({ ...route, options }, null);
    const status = message.statusCode ?? 0;
    const retryAfterMs = TRANSIENT_STATUSES.has(status)
      ? parseRetryAfter(message.headers['retry-after'])
      : undefined;
    if (method === 'DELETE') lastDeleteStatus = status;
    return {
      status,
      contentType: (message.headers['content-type'] ?? '').toLowerCase(),
      redirectOrigin: originOf(message.headers.location, url),
      retryAfterMs,
      asksTooMuch: Number(retryAfterMs) >= deadline.left(),
      body: await (status === 200 ? readBody(message, mostBytes) : readErrorBody(message)),
    };
  }

  /** The body of an HTTP error, where it can be had soon: it is a hint, and the status counts without it. */
  async function readErrorBody(message: http.IncomingMessage): Promise<string> {
    const limitMs = Math.min(LONGEST_ERROR_BODY_MS, deadline.left() / 4);
    const body = await deadline.limit(limitMs, () => readBody(message, MOST_BYTES).catch(() => undefined));
    // Its connection must not stay taken.
    if (body === undefined) message.destroy();
    return body ?? 'unreadable';
  }

  return { request, lastDeleteStatus: () => lastDeleteStatus };
}

async function readBody(message: http.IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new NoAnswer(`The answer is longer than ${mostBytes / 1024 / 1024} MiB.`, false);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unwrap(result: Result): Answer {
  if (result instanceof NoAnswer) throw result;
  return result;
}

/** Exponential, with jitter, unless the portal names a time. @returns milliseconds */
function waitBeforeRetry(attempt: number, result: Result): number {
  if (!(result instanceof NoAnswer) && result.retryAfterMs !== undefined) return result.retryAfterMs;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/** `Retry-After` in either of its forms (RFC 9110, 10.2.3); anything else is as good as none. @returns milliseconds from now */
function parseRetryAfter(header = ''): number | undefined {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const ms = header.endsWith(' GMT') ? Date.parse(header) - Date.now() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function originOf(location = '', base: URL): string | undefined {
  const origin = location !== '' && URL.canParse(location, base.href) ? new URL(location, base).origin : '';
  return /^http.{1,100}$/.test(origin) ? origin : undefined;
}

/**
 * The proxy to go through, by the library's rules. One whose URL it cannot read, or that is not spoken to by HTTP, as
 * `proxy.example:3128` (a scheme and no host) or `socks5://…`, is refused: it must not be passed by.
 */
function findProxy(url: URL, name: string): string | undefined {
  const configured = process.env[name] || process.env[name.toUpperCase()];
  const proxy = getProxyUrl(url);
  if (configured && !checkBypass(url) && !/^https?:/.test(proxy?.href ?? '')) {
    throw Object.assign(new Error(), { code: 'ERR_INVALID_URL' });
  }
  return proxy?.href;
}

/**
 * An agent whose connections lead through a proxy, and which tells the proxy's failures from the portal's. It has no
 * limit of its own: a request that waits in an agent whose connections take time to make can get several, and with them
 * the failure of one that it does not need.
 */
function makeProxyAgent(isTls: boolean, proxy: string): http.Agent {
  const options = { keepAlive: true, proxy };
  const agent: http.Agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, done) =>
    connect(target, (error, socket) => done?.(error && explainProxy(error), socket));
  return agent;
}

function explainProxy({ message }: Error): NoAnswer {
  const [status] = /(?<=^Bad response: )\d+/.exec(message) ?? [];
  const what = status ? `does not connect to the portal (HTTP ${status})` : 'cannot be reached';
  const mayPass = status === undefined || TRANSIENT_STATUSES.has(Number(status));
  return new NoAnswer(`The proxy ${what}. Check https_proxy and no_proxy.`, mayPass);
}

/** What a person can do about the codes of Node's and OpenSSL's errors; the first that matches. */
const CONNECTION_ERRORS: readonly (readonly [codes: RegExp, message: string, worthRetrying?: true])[] = [
  [/^ECONNREFUSED$/, 'The connection was refused: nothing listens at this host and port.', true],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'The host name cannot be found. Check portal-url.', true],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'The certificate of the portal has expired, or a clock is wrong.'],
  [/ALTNAME_INVALID$/, 'The certificate of the portal is for another host name. Check portal-url.'],
  [
    /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/,
    'The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS.',
  ],
  [/^(EPROTO|ERR_SSL_|HPE_)/, 'No HTTP, or no TLS, is spoken here. Check scheme and port of portal-url.'],
  [
    /^ERR_INVALID_URL$/,
    'The proxy that https_proxy or http_proxy names is no URL such as http://proxy.example:3128.',
  ],
];

/** Puts an error of Node's or of the library's into words. Its own message may hold what the server sent, and is not used. */
function explainLostConnection(error: unknown): NoAnswer {
  const code = String(property(error, 'code') || 'no code');
  for (const [codes, text, worthRetrying] of CONNECTION_ERRORS) {
    if (codes.test(code)) return new NoAnswer(`${text} (${code})`, worthRetrying ?? false);
  }
  return new NoAnswer(`The connection was lost. (${code})`, true);
}
