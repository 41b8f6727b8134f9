import { property } from './property.js';
import { parseTime } from './records.js';

/**
 * What the portal says of the API key that is used. What follows from it: `assertKeyMayDelete` in
 * `before-deleting.ts`.
 */
export interface Key {
  /** Whether it has permissions, and all of them are to read alone. */
  mayOnlyRead: boolean;
  /** Milliseconds since 1970; `undefined`: never, or not readable. */
  expiresOn: number | undefined;
}

/** Reads the `response` of `GET /api/2.0/keys/@self`. An empty list of permissions means all. */
export function parseKey(response: unknown): Key {
  const permissions = property(response, 'permissions');
  const expiresOn = parseTime(property(response, 'expiresAt'));
  return {
    mayOnlyRead:
      Array.isArray(permissions) &&
      permissions.length > 0 &&
      permissions.every(entry => typeof entry === 'string' && entry.endsWith(':read')),
    expiresOn: typeof expiresOn === 'number' ? expiresOn : undefined,
  };
}
