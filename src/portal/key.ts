import { readProperty } from '../json.js';
import { parseTime } from './time.js';

/** Where the portal's owner makes keys. */
export const KEY_PAGE = 'Settings → Developer Tools → API keys';

export interface ApiKey {
  /** Whether the key has permissions and all of them only allow reading. */
  isReadOnly: boolean;
  /** Milliseconds since 1970; `undefined`: never, or not readable. */
  expiresOn: number | undefined;
}

/** Reads the `response` of `GET /api/2.0/keys/@self`. An empty list of permissions means all. */
export function parseKey(response: unknown): ApiKey {
  const permissions = readProperty(response, 'permissions');
  const expiresOn = parseTime(readProperty(response, 'expiresAt'));
  return {
    isReadOnly:
      Array.isArray(permissions) &&
      permissions.length > 0 &&
      permissions.every(entry => typeof entry === 'string' && entry.endsWith(':read')),
    expiresOn: typeof expiresOn === 'number' ? expiresOn : undefined,
  };
}
