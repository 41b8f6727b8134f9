// Without `node:`, as the toolkit imports them: the bundle then holds each of them once.
import { HttpClient } from '@actions/http-client';
import * as http from 'http';
import * as https from 'https';
import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { NoAnswer } from '../failure.js';
import { type Printable, printableHost, type Redact, say, seconds } from '../text.js';
import { explainConnectionError } from './connection-errors.js';
import type { Path } from './paths.js';
import { findProxy, makeProxyAgent } from './proxy.js';
import { readWait } from './retry-timing.js';

/** The most deletions under way at once, and the most connections that are kept for them. */
export const MOST_AT_ONCE = 8;

const MIB = 1024 * 1024;
const MOST_ERROR_BYTES = MIB;
const LONGEST_ERROR_BODY_MS = 5_000;

/** The library counts idle time; every time limit here is the deadline's. */
const NO_IDLE_TIMEOUT_MS = 2 ** 31 - 1;

export type Method = 'GET' | 'DELETE';

/** What the portal answered. */
export interface Answer {
  /** The request, for messages: `GET /api/2.0/backup/getbackupschedule on portal.example`. */
  where: Printable;
  status: number;
  /** In lower case. */
  contentType: string;
  /** What its `Location` means for a person, if the status is that of a redirect. */
  redirect: Printable;
  /** How long the portal asks to wait, in milliseconds; never 0. */
  wait: number | undefined;
  /** The limit that a 429 names in `X-RateLimit-Limit`. */
  rateLimit: number | undefined;
  /** Empty also where it could not be had. */
  body: string;
  /** Why the body could not be had; `undefined`: it could. */
  flaw?: Printable;
  /** How long it took from the request to the end of the body, in milliseconds. */
  took: number;
}

type Body = Pick<Answer, 'body' | 'flaw'>;
/** What is known of an answer before its body. */
type Head = Omit<Answer, 'where' | 'took' | keyof Body>;

/** In place of the body of an HTTP error. */
const UNREADABLE: Body = { body: '', flaw: say`the answer could not be read to its end.` };

export interface HttpSettings {
  portalUrl: URL;
  /** The value of the `Authorization` header. */
  authorization: string;
  redact: Redact;
}

/** One try at one request. */
export interface Attempt {
  method: Method;
  path: Path;
  where: Printable;
  /** Longest body of an HTTP 200 that is read, in bytes. */
  mostBytes: number;
  /** Milliseconds after which it counts as hung. */
  limitMs: number;
  /** A DELETE of one backup of many. */
  isOfOneBackup: boolean;
}

/** Sends single requests to one portal. Only this file and `proxy.ts` know `@actions/http-client`. */
export class Http {
  private readonly client = new HttpClient('docspace-backup-cleanup', [], {
    keepAlive: true,
    maxSockets: MOST_AT_ONCE,
    socketTimeout: NO_IDLE_TIMEOUT_MS,
  });
  private readonly headers: http.OutgoingHttpHeaders;
  /** How to get to the portal; found with the first request, which tells what is wrong with a proxy. */
  private route: ReturnType<Http['findRoute']> | undefined;

  /** The HTTP status of the last answer to a delete call; `undefined`: none yet. */
  lastDeleteStatus: number | undefined;
  /** Whether anything has been answered yet. */
  hasAnswer = false;

  constructor(
    private readonly settings: HttpSettings,
    private readonly deadline: Deadline,
    private readonly clock: Clock,
  ) {
    this.headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: settings.authorization,
      'user-agent': this.client.userAgent,
    };
    // A machine on which Node is told not to verify certificates must not get the token read on its way.
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }

  /**
   * Sends a request once. Redirects are never followed: they would carry the token along, or drop it.
   * @returns the answer, whatever its status; NoAnswer where there was none
   */
  async attempt({
    method,
    path,
    where,
    mostBytes,
    limitMs,
    isOfOneBackup,
  }: Attempt): Promise<Answer | NoAnswer> {
    const start = this.clock.now();
    let head: Head | undefined;
    try {
      const rest = await this.deadline.limit(limitMs, async signal => {
        const message = await this.ask(method, path, isOfOneBackup, signal);
        head = this.headOf(message, path);
        return head.status === 200 ? readBody(message, mostBytes) : this.readErrorBody(message);
      });
      // Of an HTTP error the status counts, also where the time was up before its body was there.
      if (head && (rest || head.status !== 200)) {
        return { where, ...head, ...(rest ?? UNREADABLE), took: this.clock.now() - start };
      }
    } catch (error) {
      const { message, mayPass, mayGoOn } = explainConnectionError(error, this.hasAnswer);
      return new NoAnswer(say`${where}: ${message}`, mayPass, mayGoOn);
    }
    if (this.deadline.stop.aborted) {
      return new NoAnswer(say`${where}: no answer before the run was stopped.`, false, true);
    }
    return new NoAnswer(
      say`${where}: no whole answer within ${seconds(limitMs)}, of the ${this.deadline.seconds} s that timeout-seconds allows. If the portal is slow, raise that; a single deletion has 100 s at most.`,
      true,
      true,
    );
  }

  private findRoute() {
    const url = this.settings.portalUrl;
    const isTls = url.protocol === 'https:';
    const proxy = findProxy(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return {
      info: { parsedUrl: url, httpModule: isTls ? https : http },
      options: { host, port: url.port },
      kept: proxy ? makeProxyAgent(isTls, proxy, true) : this.client.getAgent(url.href),
      // By `false`, Node makes an agent for one request.
      makeFresh: () => proxy !== undefined && makeProxyAgent(isTls, proxy, false),
    };
  }

  /** Sends a request. @returns the answer, whose body is still to be read */
  private async ask(
    method: Method,
    path: Path,
    isOfOneBackup: boolean,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    this.route ??= this.findRoute();
    const { info, kept, makeFresh } = this.route;
    // What is proven is proven by a GET, so each has a connection of its own: on one that was kept, an answer that nobody
    // has asked for may lie in wait, and would be taken for this one. Only many DELETEs share connections.
    const agent = isOfOneBackup ? kept : makeFresh();
    // Where there is room for few connections, idle ones must not keep that one out.
    if (!isOfOneBackup) closeIdle(kept);
    const options = { ...this.route.options, method, path, headers: this.headers, signal, agent };
    const { message } = await this.client.requestRaw({ ...info, options }, null);
    this.hasAnswer = true;
    if (method === 'DELETE') this.lastDeleteStatus = message.statusCode;
    return message;
  }

  private headOf({ statusCode: status = 0, headers }: http.IncomingMessage, path: Path): Head {
    return {
      status,
      contentType: (headers['content-type'] ?? '').toLowerCase(),
      redirect: explainRedirect(headers.location, path, this.settings),
      wait: readWait(status, headers, this.clock.date()),
      rateLimit: parseDigits(headers['x-ratelimit-limit']),
    };
  }

  /** The body of an HTTP error, where it can be had soon: it is a hint, and the status counts without it. */
  private async readErrorBody(message: http.IncomingMessage): Promise<Body> {
    const limitMs = Math.min(LONGEST_ERROR_BODY_MS, this.deadline.left() / 4);
    const read = await this.deadline.limit(limitMs, () =>
      readBody(message, MOST_ERROR_BYTES).catch(() => undefined),
    );
    if (read && !read.flaw) return read;
    // Its connection must not stay taken.
    message.destroy();
    return UNREADABLE;
  }
}

function closeIdle({ freeSockets }: http.Agent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function parseDigits(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^[0-9]+$/.test(header) ? Number(header) : undefined;
}

async function readBody(message: http.IncomingMessage, mostBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > mostBytes)
      return {
        body: '',
        flaw: say`the answer is longer than ${mostBytes / MIB} MiB, which no portal sends. Check portal-url, and any proxy in between.`,
      };
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks).toString() };
}

/**
 * What a redirect means. Whatever it points to must not be trusted with the token, so nobody is told to send it
 * there.
 */
function explainRedirect(
  location: string | undefined,
  path: Path,
  { portalUrl, redact }: HttpSettings,
): Printable {
  const target =
    location && URL.canParse(location, portalUrl.href) ? new URL(location, portalUrl) : undefined;
  if (target?.origin === portalUrl.origin) {
    return say`the portal redirects to another page of its own: a login or a setup page in front of it. Its API must answer without that.`;
  }
  const host = target && printableHost(target, redact);
  const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:';
  if (!isWeb || !host) {
    return say`the portal redirects to another place. A login in front of it may do that: its API must be reachable past the login.`;
  }
  if (target.hostname === portalUrl.hostname) {
    const isSamePage = `${target.pathname}${target.search}` === path;
    return isSamePage && portalUrl.protocol === 'http:' && target.protocol === 'https:'
      ? say`the portal redirects to https://${host}. Set portal-url to that.`
      : say`the portal redirects to another service on its host, ${host}: perhaps a login or a setup page in front of it. Its API must answer without that.`;
  }
  return say`the portal redirects to another host, ${host}. If that is a login in front of the portal, its API must be reachable past the login. If the portal has moved, ask whoever runs it for its new address.`;
}
