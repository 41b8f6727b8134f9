// What nginx and the portal decide from the path, the method and the token alone.

import { ANSWERS, page } from './answers.mjs';

/** @typedef {import('./answers.mjs').Answer} Answer */
/** @typedef {import('./options.mjs').PortalOptions} PortalOptions */

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CALL = /^((get|delete)backup(history|schedule)|deletebackup)$/i;
/** Paths under `/api/2.0/` that nginx passes to a service, which answers an unknown one with an empty 404. */
const SERVICES =
  /^\/api\/2\.0\/(authentication|backup|capabilities|encryption|feed|files|group|migration|modules|people|portal|privacyroom|security|settings|smtpsettings|thirdparty)(\/|$)/i;

/**
 * The answer to a request that never reaches the backups.
 * @param {PortalOptions} options @param {import('node:http').IncomingMessage} request
 * @returns {Answer | undefined}
 */
export function answerBeforeWork(options, { url = '', method, headers }) {
  const [pathname = ''] = url.split('?');
  if (/^\/(s|storage)\//.test(pathname)) return ANSWERS['not-found'];
  if (!/^\/api\/2\.0(\/|$)/.test(pathname)) return method === 'GET' ? ANSWERS['web-client'] : page(405);
  if (/^\/api\/2\.0\/keys\/@self$/i.test(pathname)) {
    if (options.key === 'absent' || options.old) return page(404);
    if (method !== 'GET') return ANSWERS['wrong-verb'];
    if (!headers.authorization?.startsWith('Bearer sk-')) return ANSWERS.unauthorized;
    return checkToken(options, headers.authorization);
  }
  if (!SERVICES.test(pathname)) return page(method === 'GET' ? 404 : 405);
  // nginx looks for a segment that begins with `feed` anywhere in the path, and before it looks for `backup`.
  const goesToFeed = options.nginx !== false && /^\/api\/2\.0\/backup\/.*\/feed/i.test(pathname);
  const [, rest = ''] = /^\/api\/2\.0\/(?:backup|portal)\/(.*)$/i.exec(pathname) ?? [];
  const [name = '', id, ...more] = rest.split('/');
  const takesId = name.toLowerCase() === 'deletebackup';
  const isKnown = CALL.test(name) && more.length === 0 && takesId === (id !== undefined);
  if (goesToFeed || !isKnown || (takesId && !GUID.test(id ?? ''))) return ANSWERS['not-found'];
  const isRead = name.toLowerCase().startsWith('get');
  if (method !== (isRead ? 'GET' : 'DELETE')) return ANSWERS['wrong-verb'];
  return checkToken(options, headers.authorization, isRead ? ['*', '*:read', '*:write'] : ['*', '*:write']);
}

/**
 * Refuses a token. An API key needs `Bearer ` with one space; other tokens may go without.
 * @param {PortalOptions} options @param {string | undefined} authorization
 * @param {string[]} [scopesNeeded] one of them is needed, and an administrator; by default anybody may
 */
function checkToken({ old, role = 'Owner', scopes, key, token }, authorization, scopesNeeded) {
  const value = /^(?:Bearer |Basic )?(\S+)$/.exec(authorization ?? '')?.[1];
  const isKey = value?.startsWith('sk-') ?? false;
  if (value === undefined || (token !== undefined && value !== token)) return ANSWERS.unauthorized;
  if (isKey && (old || !authorization?.startsWith('Bearer '))) return ANSWERS.unauthorized;
  if (!scopesNeeded) return undefined;
  const granted = scopes ?? (key === 'absent' ? undefined : key?.permissions) ?? [];
  if (isKey && granted.length > 0 && !granted.some(scope => scopesNeeded.includes(scope)))
    return ANSWERS['no-scope'];
  return role === 'User' ? ANSWERS['access-denied'] : undefined;
}
