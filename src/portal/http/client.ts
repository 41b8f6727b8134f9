import type { Clock } from '../../clock.js';
import type { Deadline } from '../../deadline.js';
import { formatSeconds } from '../../text/format.js';
import { type Printable, text } from '../../text/printable.js';
import type { TimeBudget } from '../../time-budget.js';
import { NoAnswerError, NotSentError } from '../errors.js';
import type { Path } from '../paths.js';
import { isGatewayStatus, mayBeRunningBehind } from '../statuses.js';
import { RateLimit } from './rate-limit.js';
import { type Answer, type Method, Transport, type TransportSettings } from './request.js';
import { waitBeforeRetry } from './retry-timing.js';

/** Enough for any answer but a listing. */
const MAX_BYTES = 1024 * 1024;

export interface Request {
  method: Method;
  path: Path;
  /** Largest body that is read, in bytes. */
  maxBytes?: number;
  /** Attempts after the first, if not those of the settings. */
  retries?: number | undefined;
  /** Longest time for one attempt. */
  maxMs?: number;
  /** Shortest time for one attempt, as far as it is left. */
  minMs?: number;
  /** A DELETE of one backup, which must leave time for the final listing. */
  isSingleBackup?: boolean;
  /** Called just before an attempt is sent. */
  onSend?: () => void;
  /** No attempt is sent after this has fired. */
  stopped?: AbortSignal;
}

export interface ClientSettings extends TransportSettings {
  /** Printed in messages. */
  host: Printable;
  /** Attempts after the first. */
  retries: number;
}

/** How a request ended, after all its attempts. */
export interface SendResult {
  /** The last answer, whatever its status, or why there was none. */
  result: Answer | NoAnswerError;
  /** Whether the portal may still be working on one of the attempts. */
  mayBeRunning: boolean;
}

/** Sends requests to one portal, repeats them where that may help, and keeps to the portal's rate limit. */
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
  get hasAnswer(): boolean {
    return this.transport.hasAnswer;
  }

  /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
  get lastDeleteStatus(): number | undefined {
    return this.transport.lastDeleteStatus;
  }

  /**
   * Sends a request, and sends it again while it fails in a way that may pass.
   * @throws NotSentError if no attempt could be made; RateLimitError if the portal asks for a longer wait than is left
   */
  async send(request: Request): Promise<SendResult> {
    const { retries = this.settings.retries, stopped } = request;
    let result = await this.attempt(request, retries === 0);
    let mayBeRunning = isRunning(result);
    for (let retry = 1; result && retry <= retries && isRetryable(result); retry++) {
      const waitMs = waitBeforeRetry(retry, result instanceof NoAnswerError ? undefined : result.waitMs);
      if (waitMs >= this.remainingMs(request)) break;
      const what =
        result instanceof NoAnswerError ? result.message : text`${result.where}: HTTP ${result.status}.`;
      this.note(text`${what} Attempt ${retry} of ${retries + 1}; the next in ${formatSeconds(waitMs)}.`);
      if (!(await this.deadline.sleep(waitMs, stopped))) break;
      const next = await this.attempt(request, retry === retries);
      if (!next) break;
      result = next;
      mayBeRunning ||= isRunning(result);
    }
    if (!result) throw this.explainNotSent();
    return { result, mayBeRunning };
  }

  /**
   * Makes one attempt, repeated only while the portal's rate limit refuses it.
   * @returns `undefined`: it was not sent. If it was refused and may not be sent again: the refusal
   */
  private async attempt(request: Request, isLast: boolean): Promise<Answer | NoAnswerError | undefined> {
    const { method, path, maxBytes = MAX_BYTES, isSingleBackup = false, onSend, stopped } = request;
    const where = text`${method} ${path} on ${this.settings.host}`;
    let refusal: Answer | undefined;
    for (;;) {
      const maxPauseMs = isSingleBackup ? this.budget.remainingForDeletionsMs() : undefined;
      const ticket = await this.rateLimit.enter(stopped, maxPauseMs);
      if (ticket === undefined) return refusal;
      if (!this.maySend(request)) {
        this.rateLimit.leave(ticket, undefined);
        return refusal;
      }
      onSend?.();
      const maxMs = this.maxAttemptMs(request, isLast);
      const result = await this.transport
        .attempt({ method, path, where, maxBytes, maxMs, isSingleBackup })
        .catch(error => {
          this.rateLimit.leave(ticket, undefined);
          throw error;
        });
      const answer = result instanceof NoAnswerError ? undefined : result;
      if (this.rateLimit.leave(ticket, answer)) refusal = answer;
      else {
        if (isSingleBackup && answer) this.budget.recordDeletion(answer.tookMs);
        return result;
      }
    }
  }

  private remainingMs({ isSingleBackup }: Request): number {
    return isSingleBackup ? this.budget.remainingForDeletionsMs() : this.deadline.remainingMs();
  }

  private maySend({ isSingleBackup, stopped }: Request): boolean {
    if (this.deadline.stop.aborted || stopped?.aborted || this.deadline.remainingMs() === 0) return false;
    return !isSingleBackup || this.budget.hasTimeForDeletion();
  }

  /** Half of the remaining time. The last attempt of a GET gets more, and leaves a tenth for the report. */
  private maxAttemptMs({ method, isSingleBackup, maxMs, minMs = 0 }: Request, isLast: boolean): number {
    if (isSingleBackup) return this.budget.maxDeletionMs();
    const remainingMs = this.deadline.remainingMs();
    const share = method === 'GET' && isLast ? 0.9 : 0.5;
    const limit = Math.max(remainingMs * share, Math.min(remainingMs * 0.9, minMs));
    return maxMs === undefined ? limit : Math.min(limit, maxMs);
  }

  private explainNotSent(): NotSentError {
    if (this.deadline.stop.aborted) return new NotSentError(text`The run was stopped.`);
    return this.deadline.remainingMs() > 0
      ? new NotSentError(text`No time is left for another request. Raise timeout-seconds.`)
      : new NotSentError(text`The deadline of ${this.deadline.seconds} s has passed. Raise timeout-seconds.`);
  }
}

/** Whether the portal may still be working on an attempt that ended like this. */
function isRunning(result: Answer | NoAnswerError | undefined): boolean {
  if (result === undefined) return false;
  if (result instanceof NoAnswerError) return result.kind === 'unanswered';
  return result.bodyProblem !== undefined || mayBeRunningBehind(result.status);
}

function isRetryable(result: Answer | NoAnswerError): boolean {
  return result instanceof NoAnswerError ? result.isRetryable : isGatewayStatus(result.status);
}
