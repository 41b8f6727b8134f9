// Without `node:`, as the toolkit imports them: the bundle then holds each module once.
import { HttpClient } from '@actions/http-client';
import * as http from 'http';
import * as https from 'https';
import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { MAX_CONCURRENT_DELETIONS } from '../../limits.js';
import { formatSeconds } from '../../text/format.js';
import { type Printable, type Redact, text } from '../../text/printable.js';
import { MAX_DELETION_MS } from '../../time-budget.js';
import type { Answer } from '../answers/answer.js';
import { findBodyForm } from '../answers/body-form.js';
import { createConnectionError } from '../answers/connection-errors.js';
import { NoResponseError } from '../answers/outcomes.js';
import { explainRedirect } from '../answers/redirect.js';
import type { Path } from '../paths.js';
import { readWait } from '../retry-timing.js';
import { type Body, MIB, readBody, UNREADABLE } from './body.js';
import { type ObservedOptions, observeRequests } from './observe.js';
import { createProxyAgent, findProxy } from './proxy.js';

const MAX_ERROR_BYTES = MIB;
const MAX_ERROR_BODY_MS = 5_000;
/** Node's own limit is 16 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;
/** How long each address of a host has to accept a connection. Node's default of 250 ms is too short for some. */
const CONNECT_TO_ADDRESS_MS = 2_500;

/** All addresses together, and a proxy. */
const MAX_CONNECT_MS = 30_000;

/** The library's limit counts idle time only, so it is not used. */
const NO_IDLE_TIMEOUT_MS = 2 ** 31 - 1;

const USER_AGENT = 'docspace-backup-cleanup';

const [HTTP, HTTPS] = [observeRequests(http), observeRequests(https)];

export type Method = 'GET' | 'DELETE';

/** The connection of a request; `used`: an earlier request had it too. */
type Connection = 'new' | 'used';

type Head = Omit<Answer, 'where' | 'tookMs' | 'form' | keyof Body> & { isChallenge: boolean };

export interface TransportSettings {
  portalUrl: URL;
  authorization: string;
  redact: Redact;
}

export interface Attempt {
  method: Method;
  path: Path;
  where: Printable;
  /** Largest body of an HTTP 200 that is read, in bytes. */
  maxBytes: number;
  maxMs: number;
  isSingleBackup: boolean;
  /** Whether to open a connection for it, as everything but the DELETE of one backup always does. */
  onNewConnection?: boolean;
}

/** Sends single requests to one portal. Only this file and `proxy.ts` use `@actions/http-client`. */
export class Transport {
  private readonly client = new HttpClient(USER_AGENT, [], { socketTimeout: NO_IDLE_TIMEOUT_MS });
  private readonly headers: http.OutgoingHttpHeaders;
  private readonly isTls: boolean;
  private agents: { kept: http.Agent; fresh: http.Agent } | undefined;

  /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
  lastDeleteStatus: number | undefined;
  hasAnswered = false;

  constructor(
    private readonly settings: TransportSettings,
    private readonly deadline: Deadline,
    private readonly clock: Clock,
  ) {
    this.headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: settings.authorization,
      'user-agent': this.client.userAgent,
    };
    this.isTls = settings.portalUrl.protocol === 'https:';
  }

  /**
   * Sends a request once. It follows no redirect: that would send the token along, or drop it.
   * @returns the answer, whatever its status, or NoResponseError if there was none
   */
  async exchange(attempt: Attempt): Promise<Answer | NoResponseError> {
    const { where, path, maxBytes, maxMs } = attempt;
    const start = this.clock.monotonicMs();
    let head: Head | undefined;
    let connection: Connection | undefined;
    try {
      const body = await this.deadline.withTimeout(maxMs, async signal => {
        const message = await this.request(attempt, signal, (request, fail) =>
          this.watchConnecting(request, signal, fail, made => {
            connection = made;
          }),
        );
        head = this.readHead(message, path);
        return head.status === 200 ? readBody(message, maxBytes) : this.readErrorBody(message);
      });
      // The status of an HTTP error counts even if the time was up before its body arrived.
      if (head && (body || head.status !== 200)) {
        return this.createAnswer(where, head, body ?? UNREADABLE, start);
      }
    } catch (error) {
      const connectionError = createConnectionError(error, this.hasAnswered);
      if (connectionError.reason !== 'lost' || connection !== 'used') return addPlace(where, connectionError);
      // The server has probably closed the other idle ones too.
      if (this.agents) closeIdleConnections(this.agents.kept);
      return addPlace(where, connectionError, 'lost-on-used-connection');
    }
    return addPlace(where, this.createTimeoutError(attempt, connection));
  }

  /** Gives up a request that gets no connection, and tells which one it gets. */
  private watchConnecting(
    request: http.ClientRequest,
    signal: AbortSignal,
    fail: (error: Error) => void,
    onConnection: (made: Connection) => void,
  ): void {
    const cancelTimer = this.clock.after(MAX_CONNECT_MS, () => {
      fail(createNotConnectedError(MAX_CONNECT_MS));
      request.destroy();
    });
    request.once('close', cancelTimer);
    signal.addEventListener('abort', cancelTimer);
    request.once('socket', socket => {
      const recordConnection = () => {
        cancelTimer();
        onConnection(request.reusedSocket ? 'used' : 'new');
      };
      if (socket.connecting) socket.once('connect', recordConnection);
      else recordConnection();
    });
  }

  private createTimeoutError(
    { maxMs, isSingleBackup }: Attempt,
    connection: Connection | undefined,
  ): NoResponseError {
    if (this.deadline.stop.aborted) {
      return new NoResponseError(text`no answer before the run was stopped.`, 'unanswered', false);
    }
    if (!connection) return createNotConnectedError(maxMs);
    const advice =
      isSingleBackup && maxMs >= MAX_DELETION_MS
        ? text`, the most that a single deletion gets. See the portal's log.`
        : text`; timeout-seconds is ${this.deadline.seconds}. If the portal is slow, raise timeout-seconds.`;
    return new NoResponseError(
      text`no complete answer within ${formatSeconds(maxMs)}${advice}`,
      'unanswered',
      true,
      'timeout',
    );
  }

  private createAnswer(where: Printable, { isChallenge, ...head }: Head, body: Body, start: number): Answer {
    const { status, contentType } = head;
    // The body of a 200 is read as an envelope, with limits of its own.
    const readForm = () =>
      status === 200 ? 'other' : findBodyForm(status, body.body, contentType, isChallenge);
    const form = body.bodyProblem ? 'unreadable' : readForm();
    return { where, ...head, ...body, form, tookMs: this.clock.monotonicMs() - start };
  }

  /** @returns the answer, whose body is still to be read */
  private async request(
    { method, path, isSingleBackup, onNewConnection = false }: Attempt,
    signal: AbortSignal,
    onRequest: (request: http.ClientRequest, fail: (error: Error) => void) => void,
  ): Promise<http.IncomingMessage> {
    const { portalUrl } = this.settings;
    this.agents ??= this.createAgents();
    const { kept, fresh } = this.agents;
    // A kept connection may hold an answer to no request, and the next request would take it for its own. So only the
    // many DELETEs share connections, and each listing has its own. Where a portal accepts few connections, idle ones
    // would block that one.
    if (!isSingleBackup) closeIdleConnections(kept);
    const options = {
      host: portalUrl.hostname.replace(/^\[|\]$/g, ''),
      port: portalUrl.port,
      method,
      path,
      headers: this.headers,
      signal,
      agent: isSingleBackup && !onNewConnection ? kept : fresh,
      maxHeaderSize: MAX_HEADER_BYTES,
      autoSelectFamilyAttemptTimeout: CONNECT_TO_ADDRESS_MS,
    };
    const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const observed: ObservedOptions = {
        ...options,
        onRequest: request => {
          onRequest(request, reject);
          // Without this listener, an answer with status 101 would go unnoticed.
          request.once('upgrade', (answer, socket) => {
            socket.destroy();
            resolve(answer);
          });
        },
      };
      const info = { parsedUrl: portalUrl, httpModule: this.isTls ? HTTPS : HTTP, options: observed };
      this.client.requestRaw(info, null).then(response => resolve(response.message), reject);
    });
    this.hasAnswered = true;
    const { statusCode = 0 } = message;
    if (method === 'DELETE' && statusCode >= 200) this.lastDeleteStatus = statusCode;
    return message;
  }

  /** Created with the first request, so that a wrong proxy is reported as that request's error. */
  private createAgents(): { kept: http.Agent; fresh: http.Agent } {
    const proxy = findProxy(this.settings.portalUrl);
    if (proxy) {
      return {
        kept: createProxyAgent(this.isTls, proxy, true),
        fresh: createProxyAgent(this.isTls, proxy, false),
      };
    }
    const { Agent } = this.isTls ? https : http;
    return {
      kept: new Agent({ keepAlive: true, maxSockets: MAX_CONCURRENT_DELETIONS }),
      fresh: new Agent({ keepAlive: false }),
    };
  }

  private readHead({ statusCode: status = 0, headers }: http.IncomingMessage, path: Path): Head {
    const { portalUrl, redact } = this.settings;
    return {
      status,
      contentType: (headers['content-type'] ?? '').toLowerCase(),
      redirect: explainRedirect(headers.location, path, portalUrl, redact),
      waitMs: readWait(status, headers, this.clock.epochMs()),
      rateLimit: parseDigits(headers['x-ratelimit-limit']),
      isChallenge: headers['cf-mitigated'] === 'challenge',
    };
  }

  /** Reads the body of an HTTP error if it arrives soon. It is a hint: the status counts without it. */
  private async readErrorBody(message: http.IncomingMessage): Promise<Body> {
    const maxMs = Math.min(MAX_ERROR_BODY_MS, this.deadline.remainingMs() / 4);
    const body = await this.deadline.withTimeout(maxMs, () =>
      readBody(message, MAX_ERROR_BYTES).catch(() => undefined),
    );
    if (body && !body.bodyProblem) return body;
    message.destroy();
    return UNREADABLE;
  }
}

function createNotConnectedError(ms: number): NoResponseError {
  return new NoResponseError(
    text`no connection could be made within ${formatSeconds(ms)}. Can this machine reach the portal, or does a firewall or a proxy in between block it?`,
    'not-received',
  );
}

/** @param where what was requested; it comes before the message */
function addPlace(where: Printable, error: NoResponseError, reason = error.reason): NoResponseError {
  return new NoResponseError(text`${where}: ${error.message}`, error.kind, error.isRetryable, reason);
}

function closeIdleConnections({ freeSockets }: http.Agent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function parseDigits(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^[0-9]+$/.test(header) ? Number(header) : undefined;
}
