import { RefusedError } from '../errors.js';
import { type Printable, printableHost, quoteInput, type Redact, text } from '../text/printable.js';

export interface PortalAddress {
  portalUrl: URL;
  host: Printable;
}

/**
 * Reads the address of the portal. It may have a scheme, a host and a port: a path would not be used, and credentials
 * would end up in logs.
 * @throws RefusedError for anything else, without repeating what may be secret
 */
export function parsePortalUrl(given: string, allowHttp: boolean, redact: Redact): PortalAddress {
  if (!/^https?:/i.test(given)) {
    throw new RefusedError(
      text`portal-url must be a URL such as https://portal.example. Its value is not shown, because it may be a token.`,
    );
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const host = url && printableHost(url, redact);
  if (!host || !/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(given)) {
    const shown = quoteInput(removeSecretParts(given), redact);
    const origin =
      host && !HAS_USER.test(given)
        ? text`. Write ${url.protocol === 'http:' ? 'http' : 'https'}://${host}`
        : text``;
    throw new RefusedError(
      text`portal-url cannot be ${shown}. Allowed: a URL such as https://portal.example, without path, query, fragment, user name or password${origin}.`,
    );
  }
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !allowHttp && !isLoopback) {
    throw new RefusedError(
      text`portal-url cannot be ${quoteInput(given, redact)}. Allowed: https, so that nobody can read the token on its way; or set allow-http: true.`,
    );
  }
  return { portalUrl: url, host };
}

/** An `@`, also escaped or in a form that looks like it: a user name, and perhaps a password, comes before it. */
const HAS_USER = /@|%40|＠|﹫/i;

/** Removes the user name, password, query and fragment of a URL, and everything from a URL that cannot be read. */
function removeSecretParts(url: string): string {
  const rest = url.replace(/^https?:[\\/]*/i, '');
  // If no port follows a colon, a user name may come before it and a password after it.
  if (HAS_USER.test(url) || /:(?!\d*(?:[/?#\\]|$))/.test(rest)) {
    return /@([\w.-]+(?::\d+)?\/?)$/.exec(url)?.[0].replace('@', '…') ?? '…';
  }
  const end = url.search(/[?#]/);
  return end < 0 ? url : `${url.slice(0, end)}…`;
}
