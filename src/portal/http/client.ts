import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { formatSeconds } from '../../text/format.js';
import { type Printable, text } from '../../text/printable.js';
import type { TimeBudget } from '../../time-budget.js';
import type { Answer } from '../answers/answer.js';
import { HeldBackError, NoResponseError, NotSentError, RateLimitError } from '../answers/outcomes.js';
import { isGatewayError, mayBeRunningBehind } from '../answers/statuses.js';
import type { Path } from '../paths.js';
import { waitBeforeRetry } from '../retry-timing.js';
import { RateLimit } from './rate-limit.js';
import { type Method, Transport, type TransportSettings } from './transport.js';

/** A listing that a gateway cuts off with a 504 is cut at the same point again, and is expensive for the portal. */
const MAX_RETRIES_OF_CUT_LISTING = 2;
/** A deletion that hung once probably hangs again. */
const MAX_RETRIES_AFTER_TIMEOUT = 1;

const MAX_BYTES = 1024 * 1024;
/** Of the remaining time: a hung attempt leaves time for another one, and the last one for the report. */
const ATTEMPT_SHARE = 0.5;
const LAST_ATTEMPT_SHARE = 0.9;

export interface PortalRequest {
  method: Method;
  path: Path;
  /** Largest body that is read, in bytes. */
  maxBytes?: number;
  /** How often it may be sent again, if the settings allow as much. */
  maxRetries?: number;
  maxMs?: number;
  /** Shortest time for one attempt, as far as it is left. */
  minMs?: number;
  /** A DELETE of one backup, which must leave time for the final listing. */
  isSingleBackup?: boolean;
  isListing?: boolean;
  /** The run can do without the answer, so a rate limit does not pause the other requests. */
  isOptional?: boolean;
  /** Called just before each attempt. */
  onSend?: () => void;
  /** Called when the rate limit has turned an attempt away, which is sent again if that is allowed. */
  onRateLimited?: () => void;
  /** Asked just before each attempt. If it says no, the request throws HeldBackError. */
  isStillWanted?: () => boolean;
  /** No attempt is sent after this has fired. */
  signal?: AbortSignal;
}

export interface ClientSettings extends TransportSettings {
  host: Printable;
  retries: number;
}

/** How a request ended, after all its attempts. */
export interface SendResult {
  /** The last answer, whatever its status, or why there was none. */
  result: Answer | NoResponseError;
  mayBeRunning: boolean;
}

/**
 * Sends requests to one portal, and keeps to its rate limit. A request is sent again here after a gateway error or a lost
 * connection (`send`), a 429 (`sendWithinRateLimit`), and a reset of a used connection (`sendOnLiveConnection`).
 * Elsewhere: a 404 by the alias (`api.ts`), second, last and hung attempts of a deletion (`deletion/`), the DELETE of a
 * history (`history-delete.ts`), and a failed listing (`listings.ts`).
 */
export class Client {
  private readonly transport: Transport;
  private readonly rateLimit: RateLimit;

  /** @param note logs a line about each attempt that is repeated */
  constructor(
    private readonly settings: ClientSettings,
    private readonly deadline: Deadline,
    private readonly budget: TimeBudget,
    clock: Clock,
    private readonly note: (line: Printable) => void,
  ) {
    this.transport = new Transport(settings, deadline, clock);
    this.rateLimit = new RateLimit(deadline, clock, note);
  }

  /** Whether anything has been answered yet. */
  get hasAnswered(): boolean {
    return this.transport.hasAnswered;
  }

  /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
  get lastDeleteStatus(): number | undefined {
    return this.transport.lastDeleteStatus;
  }

  /**
   * Sends a request, and sends it again while it fails in a way that may pass.
   * @throws NotSentError if no attempt could be made; RateLimitError if the portal asks for a longer wait than is left
   */
  async send(request: PortalRequest): Promise<SendResult> {
    const { maxRetries: ownMax = Number.POSITIVE_INFINITY, signal } = request;
    const retries = Math.min(this.settings.retries, ownMax);
    let last = await this.sendWithinRateLimit(request, retries === 0);
    if (!last) throw this.createNotSentError();
    let { mayBeRunning } = last;
    for (let retry = 1; ; retry++) {
      const { result } = last;
      const max = Math.min(retries, countUsefulRetries(request, result));
      if (retry > max) break;
      const hasNoResponse = result instanceof NoResponseError;
      const waitMs = waitBeforeRetry(retry, hasNoResponse ? undefined : result.waitMs);
      if (waitMs >= this.remainingMs(request)) break;
      const what = hasNoResponse ? result.message : text`${result.where}: HTTP ${result.status}.`;
      this.note(text`${what} Attempt ${retry} of ${max + 1}; the next in ${formatSeconds(waitMs)}.`);
      if (!(await this.deadline.sleep(waitMs, signal))) break;
      const next = await this.sendWithinRateLimit(request, retry === retries).catch(error => {
        throw error instanceof RateLimitError ? new RateLimitError(error.message, mayBeRunning) : error;
      });
      if (!next) break;
      last = next;
      mayBeRunning ||= last.mayBeRunning;
    }
    return { result: last.result, mayBeRunning };
  }

  /**
   * Makes one attempt, repeated only while the portal's rate limit turns it away.
   * @returns `undefined`: it was not sent. If it was turned away and may not be sent again: the 429
   */
  private async sendWithinRateLimit(
    request: PortalRequest,
    isLast: boolean,
  ): Promise<SendResult | undefined> {
    const { isSingleBackup = false, isOptional = false, onSend, signal } = request;
    let turnedAway: SendResult | undefined;
    for (;;) {
      const maxPauseMs = isSingleBackup ? this.budget.remainingForDeletionsMs() : undefined;
      const ticket = await this.rateLimit.enter(signal, maxPauseMs);
      if (ticket === undefined) return turnedAway;
      if (!this.hasTime(request)) {
        this.rateLimit.leave(ticket, undefined);
        return turnedAway;
      }
      if (request.isStillWanted?.() === false) {
        this.rateLimit.leave(ticket, undefined);
        throw new HeldBackError(
          text`The rate limit of the portal turned the request away, and it was not sent again.`,
        );
      }
      onSend?.();
      const sent = await this.sendOnLiveConnection(request, isLast).catch(error => {
        this.rateLimit.leave(ticket, undefined);
        throw error;
      });
      const answer = sent.result instanceof NoResponseError ? undefined : sent.result;
      if (!this.rateLimit.leave(ticket, isOptional ? undefined : answer)) {
        if (isSingleBackup && answer) this.budget.recordDeletion(answer.tookMs);
        return sent;
      }
      turnedAway = sent;
      request.onRateLimited?.();
    }
  }

  /** Sends a request once. If the server closed a kept connection meanwhile, it sends it again at once on a new one. */
  private async sendOnLiveConnection(request: PortalRequest, isLast: boolean): Promise<SendResult> {
    const { method, path, maxBytes = MAX_BYTES, isSingleBackup = false } = request;
    const where = text`${method} ${path} on ${this.settings.host}`;
    const send = async (onNewConnection: boolean): Promise<SendResult> => {
      const maxMs = this.maxAttemptMs(request, isLast);
      const result = await this.transport.exchange({
        method,
        path,
        where,
        maxBytes,
        maxMs,
        isSingleBackup,
        onNewConnection,
      });
      return { result, mayBeRunning: mayBeRunningAfter(result) };
    };
    const first = await send(false);
    const isStale =
      first.result instanceof NoResponseError && first.result.reason === 'lost-on-used-connection';
    if (!isStale || !this.hasTime(request)) return first;
    const { result } = await send(true);
    return { result, mayBeRunning: true };
  }

  private remainingMs({ isSingleBackup }: PortalRequest): number {
    return isSingleBackup ? this.budget.remainingForDeletionsMs() : this.deadline.remainingMs();
  }

  private hasTime({ isSingleBackup, signal }: PortalRequest): boolean {
    if (this.deadline.stop.aborted || signal?.aborted || this.deadline.remainingMs() === 0) return false;
    return !isSingleBackup || this.budget.hasTimeForDeletion();
  }

  private maxAttemptMs({ method, isSingleBackup, maxMs, minMs = 0 }: PortalRequest, isLast: boolean): number {
    if (isSingleBackup) return this.budget.deletionTimeoutMs();
    const remainingMs = this.deadline.remainingMs();
    const share = method === 'GET' && isLast ? LAST_ATTEMPT_SHARE : ATTEMPT_SHARE;
    const limit = Math.max(remainingMs * share, Math.min(remainingMs * LAST_ATTEMPT_SHARE, minMs));
    return maxMs === undefined ? limit : Math.min(limit, maxMs);
  }

  private createNotSentError(): NotSentError {
    if (this.deadline.stop.aborted) return new NotSentError(text`The run was stopped.`);
    return this.deadline.remainingMs() > 0
      ? new NotSentError(text`No time is left for another request. Raise timeout-seconds.`)
      : new NotSentError(text`The deadline of ${this.deadline.seconds} s has passed. Raise timeout-seconds.`);
  }
}

function mayBeRunningAfter(result: Answer | NoResponseError): boolean {
  if (result instanceof NoResponseError) return result.kind === 'unanswered';
  if (result.status < 200 || result.form === 'unreadable') return true;
  return result.status !== 200 && mayBeRunningBehind(result.status, result.form);
}

function countUsefulRetries(
  { isSingleBackup, isListing }: PortalRequest,
  result: Answer | NoResponseError,
): number {
  if (result instanceof NoResponseError) {
    if (!result.isRetryable) return 0;
    const isHung = isSingleBackup && result.reason === 'timeout';
    return isHung ? MAX_RETRIES_AFTER_TIMEOUT : Number.POSITIVE_INFINITY;
  }
  if (result.status === 200 || !isGatewayError(result.status, result.form)) return 0;
  return isListing && result.status === 504 ? MAX_RETRIES_OF_CUT_LISTING : Number.POSITIVE_INFINITY;
}
