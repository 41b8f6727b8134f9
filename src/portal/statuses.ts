import type { Verdict } from '../failure.js';
import { type Printable, say } from '../text.js';
import type { BodyForm } from './envelope.js';

/** What was asked, as far as the meaning of an answer depends on it. */
export interface Asked {
  method: 'GET' | 'DELETE';
  /** A DELETE by id: the listing before it, with the same token, has proven the rights. */
  isOfOneBackup: boolean;
  /** Whether nothing has been answered before in this run. */
  isFirst: boolean;
}

interface Meaning {
  verdict: Verdict;
  advice: (asked: Asked) => Printable;
}

export const KEY_PAGE = 'Settings → Developer Tools → API keys';

function means(verdict: Verdict, advice: Printable | Meaning['advice']): Meaning {
  return { verdict, advice: typeof advice === 'function' ? advice : () => advice };
}

const NO_API = means(
  'all',
  say`there is no such API at this URL. Check portal-url, and the version of the portal (3.1 or newer).`,
);
const DOWN = means('gateway', say`the portal or its backup service is down. Run again when it is back.`);
const TOO_SLOW = means(
  'gateway-open',
  say`the gateway gave up waiting, and the portal may still be at work. Run again later.`,
);
const UNREACHED = means(
  'gateway',
  say`the gateway in front of the portal cannot reach it. Run again when it is back.`,
);

const REFUSED = say`the portal refused the request; see its log.`;

/**
 * What an HTTP error means: by its status and, where that matters, by the form of its body. The server's own errors have
 * the form `error`, those of the framework before it are a `problem`.
 */
const MEANINGS: { readonly [key: `${number}` | `${number} ${BodyForm}`]: Meaning | undefined } = {
  '400': means('backup', say`the portal does not understand the request. It may be too old for this action.`),
  '400 other': means(
    'backup',
    say`a web server or proxy refused the request. Check scheme and port of portal-url.`,
  ),
  '400 error': means('file', ({ isOfOneBackup }) =>
    isOfOneBackup
      ? say`the portal could not delete this backup's file. Is the account of its storage still connected?`
      : REFUSED,
  ),
  '401': means(
    'all',
    say`the portal does not accept the token. Is the key whole, without quotes, active and not expired (${KEY_PAGE}), and is it a key of the very portal that portal-url names? A portal older than 3.1 knows no API keys.`,
  ),
  '402': means('all', say`the portal is unpaid, or its licence has expired. Renew it, then run again.`),
  '402 error': means('all', say`the plan or the quota of the portal does not allow this.`),
  '403': means(
    'all',
    say`access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address, or use a key made by the Owner, whom IP restrictions do not bind.`,
  ),
  '403 empty': means('all', ({ method }) =>
    method === 'DELETE'
      ? say`the API key may not write. Make one with access "All" (${KEY_PAGE}).`
      : say`the API key may not even read. Make one with access "All" (${KEY_PAGE}).`,
  ),
  '403 denied': means('file', ({ isOfOneBackup }) =>
    isOfOneBackup
      ? say`access denied. The listing was allowed, so this is about this backup's file: the portal's own process may not delete it.`
      : say`access denied. The token's user must be the Owner or a DocSpace admin of the portal; dump: true works on a self-hosted server only.`,
  ),
  '403 error': means('file', ({ isOfOneBackup }) =>
    isOfOneBackup ? say`the portal refused to delete this backup; see its log.` : REFUSED,
  ),
  '403 problem': means(
    'all',
    say`the portal is busy: it is being restored, moved or encrypted. Run again when that is over.`,
  ),
  '404': NO_API,
  '404 error': means('nothing-left', ({ isOfOneBackup }) =>
    isOfOneBackup ? say`there is nothing left to delete.` : say`the portal found nothing; see its log.`,
  ),
  '404 problem': means(
    'all',
    say`the portal is suspended or removed. Activate it again, or check portal-url.`,
  ),
  '405': { ...NO_API, verdict: 'backup' },
  '408': TOO_SLOW,
  // Seen only where the rate limit cannot be waited for any more: no other request could be sent either.
  '429': means('all', say`the rate limit of the portal is reached. Run again later.`),
  '500': means(
    'file',
    ({ isFirst, method }) =>
      say`the portal failed to process the request; see its log.${isFirst ? ' A hosted portal also answers like this if its name in portal-url is wrong: check that.' : ''}${method === 'GET' ? ' If it was the list of backups, look for a storage whose account is disconnected.' : ''}`,
  ),
  '502': DOWN,
  '503': DOWN,
  '504': TOO_SLOW,
  '520': TOO_SLOW,
  '521': UNREACHED,
  '522': TOO_SLOW,
  '523': UNREACHED,
  '524': TOO_SLOW,
};

const OTHER = means(
  'backup',
  say`no portal answers like this. Something between the runner and the portal may have; see its log.`,
);

/** The reason stands in the body alone. */
const NEEDS_ITS_BODY = [400, 403, 404];
const UNREADABLE = say`the answer could not be read to its end, and with it the reason. Run again; if it stays so, see the portal's log.`;

const NO_CACHE = say`a cache between the runner and the portal has answered. The portal's API must be reached without one.`;

const BLOCKED = say`other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.`;

/** Whether a DELETE was refused by other software than the portal's, which has answered before. */
function isBlocked(status: number, form: BodyForm, { method, isFirst }: Asked): boolean {
  const isForeign = form === 'other' || (form === 'empty' && status !== 403);
  return method === 'DELETE' && !isFirst && isForeign && [400, 403, 404, 405].includes(status);
}

/**
 * What an answer with another status than 200 means, and what to do about it.
 * @param form the form of its body
 * @param redirect what a redirect means, for a status of 300 to 399
 */
export function meaningOf(
  status: number,
  form: BodyForm,
  asked: Asked,
  redirect: Printable,
): { verdict: Verdict; advice: Printable } {
  if (status >= 300 && status < 400) {
    // 304 "Not Modified" points nowhere: some cache in between believes that it was asked.
    return { verdict: 'all', advice: status === 304 ? NO_CACHE : redirect };
  }
  const { verdict, advice } = MEANINGS[`${status} ${form}`] ?? MEANINGS[`${status}`] ?? OTHER;
  if (form === 'unreadable' && NEEDS_ITS_BODY.includes(status)) return { verdict, advice: UNREADABLE };
  return { verdict, advice: isBlocked(status, form, asked) ? BLOCKED : advice(asked) };
}

/** Whether a status is a gateway's word and not the portal's: the same request may succeed later. */
export function isGatewayStatus(status: number): boolean {
  return MEANINGS[`${status}`]?.verdict === 'gateway' || isOpenStatus(status);
}

/** Whether the portal may still be at work behind this gateway's status. */
export function isOpenStatus(status: number): boolean {
  return MEANINGS[`${status}`]?.verdict === 'gateway-open';
}
