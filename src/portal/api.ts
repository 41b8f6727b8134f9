import type { BackupId, HistoryRecord } from '../backups/backup.js';
import type { Deadline } from '../deadline.js';
import { ActionError } from '../errors.js';
import { type Redact, text } from '../text/printable.js';
import type { TimeBudget } from '../time-budget.js';
import type { Answer } from './answers/answer.js';
import {
  createInvalidResponseError,
  createUnexpectedResponseError,
  readResponse,
} from './answers/envelope.js';
import {
  type DeleteOutcome,
  type Failure,
  NoResponseError,
  NotSentError,
  ResponseError,
} from './answers/outcomes.js';
import { isAlreadyGone, type RequestFacts } from './answers/statuses.js';
import { parseHistory } from './history.js';
import type { Client, PortalRequest } from './http/client.js';
import { type ApiKey, parseKey } from './key.js';
import { parseSchedule, type Schedule } from './schedule.js';

/** A history of 10,000 backups is about 2 MB. */
const MAX_HISTORY_BYTES = 8 * 1024 * 1024;
const MAX_RECORDS = 200_000;

/** How long the run waits for information that it can do without. */
const MAX_OPTIONAL_MS = 5_000;
const MAX_OPTIONAL_SHARE = 0.25;

export interface DeleteOptions
  extends Pick<PortalRequest, 'signal' | 'isStillWanted' | 'onRateLimited' | 'maxRetries' | 'isOptional'> {
  onSend: () => void;
}

export type ListOptions = Pick<PortalRequest, 'isStillWanted' | 'onSend'>;

/**
 * The calls of the API, for the portal's own backups or for the server-wide dumps. Every call but `getKey` and
 * `getScheduleIfAvailable` throws NotSentError if the run was stopped or out of time before it was sent, and
 * RateLimitError if the rate limit cannot be waited for.
 */
export interface Portal {
  /**
   * @returns `undefined` if there is no schedule
   * @throws RequestError for anything but a readable answer
   */
  getSchedule(): Promise<Schedule | undefined>;
  /**
   * Lists the whole history, in no order. Listing is expensive, and makes the server drop records whose file it cannot
   * find.
   * @throws RequestError for anything but a readable answer
   */
  listBackups(options?: ListOptions): Promise<HistoryRecord[]>;
  /** @returns `undefined` if nothing is known, as with an older portal or another kind of token; it throws no ActionError */
  getKey(): Promise<ApiKey | undefined>;
  /** @returns the schedule, or `undefined` if there is none or it is not available soon; it throws no ActionError */
  getScheduleIfAvailable(): Promise<Schedule | undefined>;
  /** The portal also confirms it if there was no schedule. */
  deleteSchedule(options: DeleteOptions): Promise<DeleteOutcome>;
  /** The portal confirms it whatever happened to single records. */
  deleteHistory(options: DeleteOptions): Promise<DeleteOutcome>;
  /** The portal also confirms it for an id that is already gone, once its file is gone too. */
  deleteBackup(id: BackupId, options: DeleteOptions): Promise<DeleteOutcome>;
}

interface PortalSettings {
  /**
   * `true`: the server-wide dumps; `false`: the portal's own backups. `undefined`: its own too, but the calls of the
   * schedule send no `Dump`.
   */
  dump: boolean | undefined;
  /** Whether the token is an API key, which the portal can describe. */
  isApiKey: boolean;
  redact: Redact;
}

export function createPortal(
  client: Client,
  deadline: Deadline,
  budget: TimeBudget,
  { dump, isApiKey, redact }: PortalSettings,
): Portal {
  const scheduleQuery = dump === undefined ? '' : (`?Dump=${dump}` as const);
  const historyQuery = `?Dump=${dump ?? false}` as const;

  function collectFacts({ method, isSingleBackup = false }: PortalRequest): RequestFacts {
    return { method, isSingleBackup, isFirstContact: !client.hasAnswered };
  }

  async function get(request: Omit<PortalRequest, 'method'>): Promise<{ response: unknown; answer: Answer }> {
    const getRequest = { method: 'GET', ...request } as const;
    const facts = collectFacts(getRequest);
    const { result } = await client.send(getRequest);
    if (result instanceof NoResponseError) throw result;
    return { response: readResponse(result, facts), answer: result };
  }

  async function list(options: ListOptions): Promise<{ response: unknown; answer: Answer }> {
    const path = `/api/2.0/backup/getbackuphistory${historyQuery}` as const;
    try {
      return await get({
        path,
        maxBytes: MAX_HISTORY_BYTES,
        minMs: budget.expectedListingMs,
        isListing: true,
        ...options,
      });
    } catch (error) {
      if (!(error instanceof ResponseError) || error.status !== 504) throw error;
      throw new ResponseError(
        text`${error.message} The list takes longer than the gateway in front of the portal allows, which timeout-seconds cannot change. Raise the gateway's limit.`,
        error.kind,
        error.status,
        error.waitMs,
      );
    }
  }

  async function remove(request: Omit<PortalRequest, 'method'>): Promise<DeleteOutcome> {
    const deleteRequest = { method: 'DELETE', ...request } as const;
    const facts = collectFacts(deleteRequest);
    const { result, mayBeRunning } = await client.send(deleteRequest);
    const error = result instanceof NoResponseError ? result : findFailure(result, facts);
    if (!error) return { kind: 'confirmed' };
    return { kind: error.kind, error, mayBeRunning };
  }

  /** @returns `undefined` if the answer reports success */
  function findFailure(answer: Answer, facts: RequestFacts): ResponseError | undefined {
    if (isAlreadyGone(answer.status, answer.form, facts)) return undefined;
    try {
      return readResponse(answer, facts) === true
        ? undefined
        : createUnexpectedResponseError(answer.where, 'true');
    } catch (error) {
      if (error instanceof ResponseError) return error;
      throw error;
    }
  }

  /** Requests information that the run can do without: once, and only for a short time. */
  async function getOptional<T>(
    request: (options: Partial<PortalRequest>) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const maxMs = Math.min(MAX_OPTIONAL_MS, deadline.remainingMs() * MAX_OPTIONAL_SHARE);
      return await deadline.withTimeout(maxMs, signal =>
        request({ maxRetries: 0, maxMs, isOptional: true, signal }),
      );
    } catch (error) {
      if (error instanceof ActionError) return undefined;
      throw error;
    }
  }

  async function getSchedule(options?: Partial<PortalRequest>): Promise<Schedule | undefined> {
    const path = `/api/2.0/backup/getbackupschedule${scheduleQuery}` as const;
    const { response, answer } = await get({ path, ...options });
    if (response === undefined || response === null) return undefined;
    if (typeof response !== 'object' || Array.isArray(response)) {
      throw createUnexpectedResponseError(answer.where, 'a schedule');
    }
    return parseSchedule(response);
  }

  async function getKey(options: Partial<PortalRequest>): Promise<ApiKey> {
    const { response } = await get({ path: '/api/2.0/keys/@self', ...options });
    return parseKey(response);
  }

  return {
    getSchedule: () => getSchedule(),
    getScheduleIfAvailable: () => getOptional(getSchedule),
    getKey: async () => (isApiKey ? getOptional(getKey) : undefined),
    async listBackups(options = {}) {
      const { response, answer } = await list(options);
      if (!Array.isArray(response)) throw createUnexpectedResponseError(answer.where, 'a list');
      if (response.length > MAX_RECORDS) {
        throw createInvalidResponseError(
          answer.where,
          text`the list has more than ${MAX_RECORDS} records, which no portal has. Check portal-url, and any proxy in between.`,
        );
      }
      budget.recordListing(answer.tookMs);
      return parseHistory(response, redact);
    },
    deleteSchedule: options =>
      remove({ path: `/api/2.0/backup/deletebackupschedule${scheduleQuery}`, ...options }),
    deleteHistory: options =>
      remove({ path: `/api/2.0/backup/deletebackuphistory${historyQuery}`, ...options }),
    async deleteBackup(id, options) {
      const request = { isSingleBackup: true, ...options };
      const outcome = await remove({ path: `/api/2.0/backup/deletebackup/${id}`, ...request });
      if (!isNotFoundOnTheWay(outcome)) return outcome;
      try {
        const byAlias = await remove({ path: `/api/2.0/portal/deletebackup/${id}`, ...request });
        if (byAlias.kind === 'confirmed') return byAlias;
        return { ...byAlias, mayBeRunning: outcome.mayBeRunning || byAlias.mayBeRunning };
      } catch (error) {
        if (error instanceof NotSentError) return outcome;
        throw error;
      }
    },
  };
}

/**
 * Whether another service answered. The nginx that DocSpace ships sends ids that begin with `feed` there. Its alias
 * `/api/2.0/portal/` does not.
 */
function isNotFoundOnTheWay(outcome: DeleteOutcome): outcome is Failure {
  return (
    outcome.kind === 'rejected-on-the-way' &&
    outcome.error instanceof ResponseError &&
    outcome.error.status === 404
  );
}
