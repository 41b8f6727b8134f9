import type { Deadline } from '../deadline.js';
import { BadAnswer, Failure, NoAnswer } from '../failure.js';
import { type Redact, say } from '../text.js';
import type { Client, Request } from './client.js';
import { contrary, readResponse, unexpected } from './envelope.js';
import { type Key, parseKey } from './key.js';
import { type BackupId, type HistoryRecord, parseHistory } from './records.js';
import { parseSchedule, type Schedule } from './schedule.js';

/** A history of 10,000 backups is about 2 MB. */
const MOST_HISTORY_BYTES = 8 * 1024 * 1024;

/** More would take more memory than a runner should spend on a list that cannot be one. */
const MOST_RECORDS = 200_000;

/** How long the run waits for what is good to know, but not needed. */
const LONGEST_HINT_MS = 5_000;

/** What the portal had to say, in the end, to a DELETE. */
export type Word =
  /** It is done: `reported` with `true`, or there was nothing left to delete. */
  | { said: 'done'; reported: boolean }
  /** No answer, or a gateway's. `mayGoOn`: the portal may still be at work on it. */
  | { said: 'nothing'; failure: Failure; mayGoOn: boolean }
  /**
   * An error, or an answer that is no success. With `tryAgain`, a second DELETE may help. `mayGoOn`: as above, on an
   * attempt that was not answered.
   */
  | { said: 'no'; failure: Failure; tryAgain: boolean; mayGoOn: boolean };

/** Tells that a DELETE is about to leave. */
export type OnSend = () => void;

/** The API's calls, for the portal's own backups or for the server-wide dumps. */
export interface Portal {
  /**
   * @returns `undefined` when there is no schedule
   * @throws Failure on anything but a readable answer
   */
  schedule(): Promise<Schedule | undefined>;
  /**
   * The whole history, in no order. A listing is dear, and makes the server drop records whose file it cannot find.
   * @throws Failure on anything but a readable answer
   */
  history(): Promise<HistoryRecord[]>;
  /** What is good to know of the API key; `undefined`: nothing, as from an older portal or with another kind of token. */
  key(): Promise<Key | undefined>;
  /** As `schedule`, where it is good to know; `undefined` also where it could not be had soon. */
  scheduleIfKnown(): Promise<Schedule | undefined>;
  /** Says "done" also when there was no schedule. @throws Failure when the portal's word ends the run */
  deleteSchedule(onSend: OnSend): Promise<Word>;
  /**
   * The server says "done" whatever happened to single records.
   * @param retries attempts after the first, if not those of the settings
   * @throws Failure when the portal's word ends the run
   */
  deleteHistory(onSend: OnSend, retries?: number): Promise<Word>;
  /**
   * Says "done" also for an id that is gone already, once its file is gone too.
   * @param stopped no attempt follows when this has fired
   * @param retries attempts after the first, if not those of the settings
   * @throws Failure when the portal's word ends the run
   */
  deleteBackup(id: BackupId, onSend: OnSend, stopped: AbortSignal, retries?: number): Promise<Word>;
}

interface PortalSettings {
  /**
   * Whose backups: `true` the server-wide dumps, `false` the portal's own. `undefined`: the portal's own too, but the
   * calls of the schedule leave `Dump` out.
   */
  dump: boolean | undefined;
  /** Whether the token is an API key, which the portal can be asked about. */
  isApiKey: boolean;
  redact: Redact;
}

/** The portal at the other end of a connection. */
export function connectPortal(
  client: Client,
  deadline: Deadline,
  { dump, isApiKey, redact }: PortalSettings,
): Portal {
  const schedulePath = dump === undefined ? '' : (`?Dump=${dump}` as const);
  const historyPath = `?Dump=${dump ?? false}` as const;

  /** Sends a request. @returns the answer, and `read`, which takes the `response` out of it or throws BadAnswer */
  async function call(request: Request) {
    const { method, isOfOneBackup = false } = request;
    const asked = { method, isOfOneBackup, isFirst: !client.hasAnswer };
    const answer = await client.send(request);
    return { ...answer, read: () => readResponse(answer, asked) };
  }

  /** Asks for what is only good to know: once, and not for long. A failure of it must not fail the run. */
  async function hint<T>(ask: (request: Partial<Request>) => Promise<T>): Promise<T | undefined> {
    try {
      return await deadline.limit(LONGEST_HINT_MS, stopped =>
        ask({ retries: 0, longestMs: LONGEST_HINT_MS, stopped }),
      );
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  async function schedule(options?: Partial<Request>): Promise<Schedule | undefined> {
    const path = `/api/2.0/backup/getbackupschedule${schedulePath}` as const;
    const { read, where } = await call({ method: 'GET', path, ...options });
    const response = read();
    if (response === undefined || response === null) return undefined;
    if (typeof response !== 'object' || Array.isArray(response)) throw unexpected(where, 'a schedule');
    return parseSchedule(response);
  }

  async function key(options: Partial<Request>): Promise<Key> {
    const { read } = await call({ method: 'GET', path: '/api/2.0/keys/@self', ...options });
    return parseKey(read());
  }

  async function remove(request: Omit<Request, 'method'>): Promise<Word> {
    let mayGoOn = false;
    try {
      const answer = await call({ method: 'DELETE', ...request });
      mayGoOn = answer.mayGoOn;
      if (answer.read() !== true) throw unexpected(answer.where, 'true');
      return { said: 'done', reported: true };
    } catch (error) {
      return wordOf(error, mayGoOn, request.isOfOneBackup ?? false);
    }
  }

  return {
    schedule: () => schedule(),
    scheduleIfKnown: () => hint(schedule),
    key: async () => (isApiKey ? hint(key) : undefined),
    async history() {
      const path = `/api/2.0/backup/getbackuphistory${historyPath}` as const;
      const { read, where, took } = await call({
        method: 'GET',
        path,
        mostBytes: MOST_HISTORY_BYTES,
        leastMs: deadline.listingMs,
      });
      const response = read();
      if (!Array.isArray(response)) throw unexpected(where, 'a list');
      if (response.length > MOST_RECORDS) {
        throw contrary(
          where,
          say`the list has more than ${MOST_RECORDS} records, as no portal's has. Check portal-url, and any proxy in between.`,
        );
      }
      deadline.rememberListing(took);
      return parseHistory(response, redact);
    },
    deleteSchedule: onSend => remove({ path: `/api/2.0/backup/deletebackupschedule${schedulePath}`, onSend }),
    deleteHistory: (onSend, retries) =>
      remove({ path: `/api/2.0/backup/deletebackuphistory${historyPath}`, onSend, retries }),
    deleteBackup: (id, onSend, stopped, retries) =>
      remove({
        path: `/api/2.0/backup/deletebackup/${id}`,
        isOfOneBackup: true,
        onSend,
        stopped,
        retries,
      }),
  };
}

/**
 * The word in a DELETE's failure.
 * @param mayGoOn whether the portal may still be at work on an attempt, where there was an answer in the end
 * @throws the failure, if it ends the run: every further request would fail too
 */
function wordOf(failure: unknown, mayGoOn: boolean, isOfOneBackup: boolean): Word {
  if (failure instanceof NoAnswer && (failure.mayPass || failure.mayGoOn)) {
    return { said: 'nothing', failure, mayGoOn: failure.mayGoOn };
  }
  if (!(failure instanceof BadAnswer)) throw failure;
  switch (failure.verdict) {
    case 'gateway':
    case 'gateway-open':
      return { said: 'nothing', failure, mayGoOn };
    case 'nothing-left':
      return isOfOneBackup
        ? { said: 'done', reported: false }
        : { said: 'no', failure, tryAgain: false, mayGoOn };
    case 'file':
    case 'backup':
      return { said: 'no', failure, tryAgain: isOfOneBackup && failure.verdict === 'file', mayGoOn };
    case 'all':
      throw failure;
  }
}

/**
 * The same portal for a dry run: it cannot delete. Every DELETE is "done" without being sent, so that an operation runs
 * through to its end.
 */
export function rehearse(portal: Portal): Portal {
  const { schedule, history, key, scheduleIfKnown } = portal;
  const done = async (): Promise<Word> => ({ said: 'done', reported: false });
  // Each call by name: a new one does not compile before it is said here whether it deletes.
  return {
    schedule,
    history,
    key,
    scheduleIfKnown,
    deleteSchedule: done,
    deleteHistory: done,
    deleteBackup: done,
  };
}
