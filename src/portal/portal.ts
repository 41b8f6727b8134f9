import { readResponse } from './answer.js';
import { BadAnswer } from './failure.js';
import type { Http, Method, RequestOptions } from './http.js';
import { type BackupId, describeSchedule, type HistoryRecord, parseHistory } from './records.js';

/** A history of 10,000 backups is about 2 MB. */
const MOST_HISTORY_BYTES = 8 * 1024 * 1024;

/** The API's calls, for the portal's own backups or for the server-wide dumps. Each throws a Failure on anything but success. */
export interface Portal {
  /** The backup schedule, in words; `undefined` when there is none. */
  schedule(): Promise<string | undefined>;
  /** The whole history, in no order. Listing it makes the server drop records whose file is missing. */
  history(): Promise<HistoryRecord[]>;
  /** Succeeds also when there was no schedule. */
  deleteSchedule(): Promise<void>;
  /**
   * Success is the server's word alone: it swallows the failure of single records.
   * @param isDone see RequestOptions
   */
  deleteHistory(isDone?: RequestOptions['isDone']): Promise<void>;
  /**
   * Succeeds also for an id that is gone already; an id that never was is an HTTP 500.
   * @param stopped see RequestOptions
   */
  deleteBackup(id: BackupId, stopped: AbortSignal): Promise<void>;
}

/**
 * The portal at the other end of a connection.
 * @param dump whose backups: `true` the server-wide dumps, `false` the portal's own, `undefined` too, without saying so where that is the default
 * @param secret is blanked out of what the portal sends
 */
export function connectPortal(http: Http, dump: boolean | undefined, secret: string): Portal {
  const scheduleQuery = dump === undefined ? '' : `?Dump=${dump}`;
  const historyQuery = `?Dump=${dump ?? false}`;

  /** @returns the `response` of a successful answer, and where it comes from */
  async function call(method: Method, name: string, options?: RequestOptions) {
    const answer = await http.request(method, `/api/2.0/backup/${name}`, options);
    if (answer === 'done') return { response: true, where: '' };
    return { response: readResponse(answer), where: answer.where };
  }

  async function callDelete(name: string, options?: RequestOptions): Promise<void> {
    const { response, where } = await call('DELETE', name, options);
    if (response !== true) throw unexpected(where, 'true');
  }

  function unexpected(where: string, expected: string): BadAnswer {
    return new BadAnswer(
      `HTTP 200 from ${where}, but its "response" is not ${expected}. Check the portal's version and log.`,
      200,
    );
  }

  return {
    async schedule() {
      const { response, where } = await call('GET', `getbackupschedule${scheduleQuery}`);
      if (response === undefined || response === null) return undefined;
      if (typeof response !== 'object') throw unexpected(where, 'a schedule');
      return describeSchedule(response);
    },
    async history() {
      const options = { mostBytes: MOST_HISTORY_BYTES };
      const { response, where } = await call('GET', `getbackuphistory${historyQuery}`, options);
      if (!Array.isArray(response)) throw unexpected(where, 'a list');
      return parseHistory(response, secret);
    },
    deleteSchedule: () => callDelete(`deletebackupschedule${scheduleQuery}`),
    deleteHistory: isDone => callDelete(`deletebackuphistory${historyQuery}`, isDone && { isDone }),
    deleteBackup: (id, stopped) => callDelete(`deletebackup/${id}`, { stopped }),
  };
}

/**
 * The same portal for a dry run: it cannot delete. What was told to go is missing from what it lists from then on, so
 * that an operation runs through to its end, and as it would for real.
 */
export function rehearse(portal: Portal): Portal {
  let listed: HistoryRecord[] | undefined;
  let scheduleIsGone = false;
  const gone = new Set<BackupId | undefined>();
  return {
    schedule: async () => (scheduleIsGone ? undefined : portal.schedule()),
    async history() {
      listed ??= await portal.history();
      return listed.filter(({ id }) => !gone.has(id));
    },
    async deleteSchedule() {
      scheduleIsGone = true;
    },
    async deleteHistory() {
      listed = [];
    },
    async deleteBackup(id) {
      gone.add(id);
    },
  };
}
