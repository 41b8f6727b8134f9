import { type Printable, printableHost, type Redact, text } from '../../text/printable.js';
import type { Path } from '../paths.js';

/**
 * Explains a redirect. Its target must not be trusted with the token, so the text never advises to send it there.
 * @param location the `Location` header
 * @param path what was requested
 */
export function explainRedirect(
  location: string | undefined,
  path: Path,
  portalUrl: URL,
  redact: Redact,
): Printable {
  const target =
    location && URL.canParse(location, portalUrl.href) ? new URL(location, portalUrl) : undefined;
  if (target?.origin === portalUrl.origin) {
    return text`the portal redirects to another page of its own, such as a login or setup page in front of it. Its API must be reachable without that.`;
  }
  const host = target && printableHost(target, redact);
  const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:';
  if (!isWeb || !host) {
    return text`the portal redirects to another place. A login in front of it may do that: its API must be reachable past the login.`;
  }
  if (target.hostname === portalUrl.hostname) {
    const isSamePage = `${target.pathname}${target.search}` === path;
    return isSamePage && portalUrl.protocol === 'http:' && target.protocol === 'https:'
      ? text`the portal redirects to https://${host}. Set portal-url to that.`
      : text`the portal redirects to another service on its host, ${host}, such as a login or setup page in front of it. Its API must be reachable without that.`;
  }
  return text`the portal redirects to another host, ${host}. If that is a login in front of the portal, its API must be reachable past the login. If the portal has moved, ask its administrator for the new address.`;
}
