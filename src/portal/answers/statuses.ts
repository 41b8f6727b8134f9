import { type Printable, text } from '../../text/printable.js';
import { KEY_PAGE } from '../key.js';
import type { BodyForm } from './body-form.js';
import { type FailureKind, isUndecided } from './outcomes.js';

/** What was requested, as far as the meaning of an answer depends on it. */
export interface RequestFacts {
  method: 'GET' | 'DELETE';
  /** A DELETE of one backup: the listing before it, with the same token, has proved the rights. */
  isSingleBackup: boolean;
  /** Whether nothing has been answered before in this run. */
  isFirstContact: boolean;
}

interface Meaning {
  kind: FailureKind;
  advice: Printable | ((request: RequestFacts) => Printable);
}

const REFUSED = text`the portal refused the request; see its log.`;
const BOT_CHECK: Meaning = {
  kind: 'rejected-for-all',
  advice: text`a bot check in front of the portal answered, which only a browser passes. Exempt /api/2.0/ from it, or use a self-hosted runner that it lets through.`,
};
const NO_API: Meaning = {
  kind: 'rejected-on-the-way',
  advice: text`there is no such API at this URL. Check portal-url, and the version of the portal (3.1 or newer).`,
};
const DOWN: Meaning = {
  kind: 'not-received',
  advice: text`the portal or its backup service is down. Run again when it is back.`,
};
/** nginx also sends 502 for a request that the service already has. */
const BROKE_OFF: Meaning = { kind: 'unanswered', advice: DOWN.advice };
const TOO_SLOW: Meaning = {
  kind: 'unanswered',
  advice: text`the gateway gave up waiting, and the portal may still be at work. Run again later.`,
};
const UNREACHED: Meaning = {
  kind: 'not-received',
  advice: text`the gateway in front of the portal cannot reach it. Run again when it is back.`,
};
const GATEWAY_FAILED: Meaning = {
  kind: 'unanswered',
  advice: text`a gateway in front of the portal failed. Check its log, then run again.`,
};
const FAILED: Meaning = {
  kind: 'rejected-by-portal',
  advice: ({ isFirstContact, method }) =>
    text`the portal failed to process the request; see its log.${isFirstContact ? ' A hosted portal also answers like this if its name in portal-url is wrong: check that.' : ''}${method === 'GET' ? ' If it was the list of backups, look for a storage whose account is disconnected.' : ''}`,
};

type Key = `${number}` | `${number} ${BodyForm}`;

const MEANINGS: Readonly<Partial<Record<Key, Meaning>>> = {
  '400': {
    kind: 'rejected-on-the-way',
    advice: text`the portal does not understand the request. It may be too old for this action.`,
  },
  '400 html': {
    kind: 'rejected-on-the-way',
    advice: text`a web server or proxy refused the request. Check scheme and port of portal-url.`,
  },
  '400 own-error': {
    kind: 'rejected-by-portal',
    advice: ({ isSingleBackup }) =>
      isSingleBackup
        ? text`the portal could not delete this backup's file. Is the account of its storage still connected?`
        : REFUSED,
  },
  '401': {
    kind: 'rejected-for-all',
    advice: text`the portal does not accept the token. Is the key complete, without quotes, active and not expired (${KEY_PAGE}), and is it a key of the portal that portal-url names? A portal older than 3.1 knows no API keys.`,
  },
  '402': {
    kind: 'rejected-for-all',
    advice: text`the portal is unpaid, or its licence has expired. Renew it, then run again.`,
  },
  '402 own-error': {
    kind: 'rejected-for-all',
    advice: text`the plan or the quota of the portal does not allow this.`,
  },
  '403': {
    kind: 'rejected-for-all',
    advice: text`access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address, or use a key made by the Owner, to whom IP restrictions do not apply.`,
  },
  '403 html': {
    kind: 'rejected-on-the-way',
    advice: text`a firewall or proxy in front of the portal refused the request. Allow this runner's address there.`,
  },
  '403 empty': {
    kind: 'rejected-for-all',
    advice: ({ method }) =>
      method === 'DELETE'
        ? text`the API key may not write. Make one with access "All" (${KEY_PAGE}).`
        : text`the API key may not even read. Make one with access "All" (${KEY_PAGE}).`,
  },
  '403 access-denied': {
    kind: 'rejected-by-portal',
    advice: ({ isSingleBackup }) =>
      isSingleBackup
        ? text`access denied. The listing was allowed, so this concerns this backup's file: the portal's own process may not delete it.`
        : text`access denied. The token's user must be the Owner or a DocSpace admin of the portal; dump: true works on a self-hosted server only.`,
  },
  '403 own-error': {
    kind: 'rejected-by-portal',
    advice: ({ isSingleBackup }) =>
      isSingleBackup ? text`the portal refused to delete this backup; see its log.` : REFUSED,
  },
  '403 problem-details': {
    kind: 'rejected-for-all',
    advice: text`the portal is busy: it is being restored, moved or encrypted. Run again when that is over.`,
  },
  '404': NO_API,
  '404 own-error': { kind: 'rejected-by-portal', advice: text`the portal found nothing; see its log.` },
  '404 problem-details': {
    kind: 'rejected-for-all',
    advice: text`the portal is suspended or removed. Activate it again, or check portal-url.`,
  },
  '405': NO_API,
  '408': TOO_SLOW,
  // Only if it cannot be waited for, and for a request that the run can do without.
  '429': {
    kind: 'rejected-for-all',
    advice: text`the rate limit of the portal is reached. Run again later.`,
  },
  '502': BROKE_OFF,
  '503': DOWN,
  '504': TOO_SLOW,
  '520': TOO_SLOW,
  '521': UNREACHED,
  '522': TOO_SLOW,
  '523': UNREACHED,
  '524': TOO_SLOW,
  '530': UNREACHED,
};

const OTHER: Meaning = {
  kind: 'rejected-on-the-way',
  advice: text`DocSpace never sends this status. Check proxies between the runner and the portal.`,
};

function findMeaning(status: number, form: BodyForm): Meaning {
  if (form === 'bot-check') return BOT_CHECK;
  const row = MEANINGS[`${status} ${form}`] ?? MEANINGS[`${status}`];
  if (row) return row;
  if (status < 500) return OTHER;
  return form === 'own-error' ? FAILED : GATEWAY_FAILED;
}

/** Only the body of these tells the reason. */
const STATUSES_EXPLAINED_BY_BODY = [400, 403, 404];
const REASON_UNREADABLE = text`the answer could not be read to its end, and it holds the reason. Run again; if that does not help, see the portal's log.`;

// A 304 points nowhere: a cache in between answered.
const NO_CACHE = text`a cache between the runner and the portal answered. The portal's API must be reached without one.`;

const BLOCKED = text`other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.`;

/** Whether something other than the portal, which has answered before, refused a DELETE. */
function isBlocked(status: number, form: BodyForm, { method, isFirstContact }: RequestFacts): boolean {
  const isForeign = form === 'html' || form === 'other' || (form === 'empty' && status !== 403);
  return method === 'DELETE' && !isFirstContact && isForeign && [400, 403, 404, 405].includes(status);
}

/**
 * Explains an answer with a status other than 200.
 * @param redirect the advice for a status of 300 to 399
 */
export function explainStatus(
  status: number,
  form: BodyForm,
  request: RequestFacts,
  redirect: Printable,
): { kind: FailureKind; advice: Printable } {
  if (status >= 300 && status < 400) {
    return { kind: 'rejected-for-all', advice: status === 304 ? NO_CACHE : redirect };
  }
  const { kind, advice } = findMeaning(status, form);
  if (form === 'unreadable' && STATUSES_EXPLAINED_BY_BODY.includes(status)) {
    return { kind, advice: REASON_UNREADABLE };
  }
  if (isBlocked(status, form, request)) return { kind, advice: BLOCKED };
  return { kind, advice: typeof advice === 'function' ? advice(request) : advice };
}

/** Whether this error to the DELETE of one backup says that nothing is left of it: neither its record nor its file. */
export function isAlreadyGone(status: number, form: BodyForm, { isSingleBackup }: RequestFacts): boolean {
  return isSingleBackup && status === 404 && form === 'own-error';
}

/** Whether something in front of the portal sent this error, and the same request may succeed later. */
export function isGatewayError(status: number, form: BodyForm): boolean {
  return isUndecided(findMeaning(status, form).kind);
}

/** Whether the portal may still be working on a request that got this error. */
export function mayBeRunningBehind(status: number, form: BodyForm): boolean {
  return findMeaning(status, form).kind === 'unanswered';
}
