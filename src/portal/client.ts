import type { Clock } from '../clock.js';
import type { Deadline } from '../deadline.js';
import { NoAnswer, NotSent } from '../failure.js';
import { type Printable, say, seconds } from '../text.js';
import { type Answer, Http, type HttpSettings, type Method } from './http.js';
import type { Path } from './paths.js';
import { RateLimit } from './rate-limit.js';
import { waitBeforeRetry } from './retry-timing.js';
import { isGatewayStatus, isOpenStatus } from './statuses.js';

/** Enough for any answer but a listing. */
const MOST_BYTES = 1024 * 1024;

export interface Request {
  method: Method;
  path: Path;
  /** Longest body that is read, in bytes. */
  mostBytes?: number;
  /** Attempts after the first, if not those of the settings. */
  retries?: number | undefined;
  /** Longest time for one attempt, in milliseconds, where a share of the time left is longer. */
  longestMs?: number;
  /** Shortest time for one attempt, as far as there is as much. */
  leastMs?: number;
  /** A DELETE of one backup, which must leave room for the closing listing. */
  isOfOneBackup?: boolean;
  /** Called when an attempt is about to leave. */
  onSend?: () => void;
  /** Nothing is sent any more when this has fired. */
  stopped?: AbortSignal;
}

export interface ClientSettings extends HttpSettings {
  /** Printed in messages. */
  host: Printable;
  /** Attempts after the first. */
  retries: number;
}

/** Sends requests to one portal, again where that may help, and as fast as the portal allows. */
export class Client {
  private readonly http: Http;
  private readonly rateLimit: RateLimit;

  /** @param note takes a line for the log about each attempt that is repeated */
  constructor(
    private readonly settings: ClientSettings,
    private readonly deadline: Deadline,
    clock: Clock,
    private readonly note: (line: Printable) => void,
  ) {
    this.http = new Http(settings, deadline, clock);
    this.rateLimit = new RateLimit(deadline, clock, note);
  }

  /** Whether anything has been answered yet. */
  get hasAnswer(): boolean {
    return this.http.hasAnswer;
  }

  /** The HTTP status of the last answer to a delete call; `undefined`: none yet. */
  get lastDeleteStatus(): number | undefined {
    return this.http.lastDeleteStatus;
  }

  /**
   * Sends a request and, while it fails in a way that may pass by itself, sends it again.
   * @returns the last answer, whatever its status, and whether the portal may still be at work on any of the attempts
   * @throws NoAnswer when the last attempt got none; NotSent when none could be made; MustWait when the portal asks for
   * more time than there is
   */
  async send(request: Request): Promise<Answer & { mayGoOn: boolean }> {
    const { retries = this.settings.retries, stopped } = request;
    let result = await this.attempt(request, retries === 0);
    let mayGoOn = isOpen(result);
    for (let retry = 1; result && retry <= retries && mayPass(result); retry++) {
      const wait = waitBeforeRetry(retry, result instanceof NoAnswer ? undefined : result.wait);
      if (wait >= (request.isOfOneBackup ? this.deadline.leftForDeletions() : this.deadline.left())) break;
      const what = result instanceof NoAnswer ? result.message : say`${result.where}: HTTP ${result.status}.`;
      this.note(say`${what} Attempt ${retry} of ${retries + 1}; the next in ${seconds(wait)}.`);
      if (!(await this.deadline.sleep(wait, stopped))) break;
      const next = await this.attempt(request, retry === retries);
      if (!next) break;
      result = next;
      mayGoOn ||= isOpen(result);
    }
    if (!result) {
      this.deadline.assertOpen();
      throw new NotSent(say`There is no time left for another request. Raise timeout-seconds.`);
    }
    if (result instanceof NoAnswer) throw new NoAnswer(result.message, result.mayPass, mayGoOn);
    return { ...result, mayGoOn };
  }

  /**
   * One attempt, repeated only when the portal's rate limit refuses it.
   * @returns `undefined`: it was not sent. Where it was refused and may not be sent again, for lack of time or because the
   * run is over, the refusal itself: it counts more than the results of attempts before it
   */
  private async attempt(request: Request, isLast: boolean): Promise<Answer | NoAnswer | undefined> {
    const { method, path, mostBytes = MOST_BYTES, isOfOneBackup = false, onSend, stopped } = request;
    const where = say`${method} ${path} on ${this.settings.host}`;
    let refusal: Answer | undefined;
    for (;;) {
      const longestPauseMs = isOfOneBackup ? this.deadline.leftForDeletions() : undefined;
      const ticket = await this.rateLimit.enter(stopped, longestPauseMs);
      if (ticket === undefined) return refusal;
      if (!this.mayGo(request)) {
        this.rateLimit.leave(ticket, undefined);
        return refusal;
      }
      onSend?.();
      const limitMs = this.limitOf(request, isLast);
      let answer: Answer | undefined;
      let result: Answer | NoAnswer;
      let isRefused: boolean;
      try {
        result = await this.http.attempt({ method, path, where, mostBytes, limitMs, isOfOneBackup });
        answer = result instanceof NoAnswer ? undefined : result;
      } finally {
        isRefused = this.rateLimit.leave(ticket, answer);
      }
      if (isRefused) refusal = answer;
      else {
        if (isOfOneBackup && answer) this.deadline.rememberDeletion(answer.took);
        return result;
      }
    }
  }

  private mayGo({ isOfOneBackup, stopped }: Request): boolean {
    if (this.deadline.stop.aborted || stopped?.aborted || this.deadline.left() === 0) return false;
    return !isOfOneBackup || this.deadline.hasTimeForDeletion();
  }

  /**
   * How long an attempt may take before it counts as hung, in milliseconds: half of the time left. The last one of a GET
   * leaves a tenth for the report, and a listing has at least the time that one took before.
   */
  private limitOf({ method, isOfOneBackup, longestMs, leastMs = 0 }: Request, isLast: boolean): number {
    if (isOfOneBackup) return this.deadline.deletionLimit();
    const left = this.deadline.left();
    const share = method === 'GET' && isLast ? 0.9 : 0.5;
    const limit = Math.max(left * share, Math.min(left * 0.9, leastMs));
    return longestMs === undefined ? limit : Math.min(limit, longestMs);
  }
}

/** Whether the portal may still be at work on an attempt that ended like this. */
function isOpen(result: Answer | NoAnswer | undefined): boolean {
  if (result === undefined || result instanceof NoAnswer) return result?.mayGoOn ?? false;
  // Where the end of an answer was not seen, nor was the end of the work.
  return result.flaw !== undefined || isOpenStatus(result.status);
}

/**
 * Whether a failure may pass by itself, so that the request is sent again. Which do: statuses in `statuses.ts`, lost
 * connections in `connection-errors.ts`, a time-out in `http.ts`, a proxy's failures in `proxy.ts`. What is sent once more
 * though it is not one of these: a DELETE by id whose file the portal could not delete (`delete-each.ts`).
 */
function mayPass(result: Answer | NoAnswer): boolean {
  return result instanceof NoAnswer ? result.mayPass : isGatewayStatus(result.status);
}
