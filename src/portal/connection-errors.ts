import { NoAnswer } from '../failure.js';
import { type Printable, say } from '../text.js';
import { property } from './property.js';

interface ConnectionError {
  codes: RegExp;
  what: Printable;
  /** Whether the same request may succeed later. */
  mayPass?: true;
  /** Whether the portal may still be at work on it: the request had been sent. */
  mayGoOn?: true;
  /**
   * It means this only as long as the portal has answered nothing in this run: else its settings are right, and it
   * may pass.
   */
  isOfFirstContact?: true;
}

/** What a person can do about the codes of Node's and OpenSSL's errors; the first that matches counts. */
const CONNECTION_ERRORS: readonly ConnectionError[] = [
  {
    codes: /^ECONNREFUSED$/,
    what: say`The connection was refused: nothing listens at this host and port.`,
    mayPass: true,
  },
  {
    codes: /^ENOTFOUND$/,
    what: say`The host name does not exist. Check portal-url.`,
    isOfFirstContact: true,
  },
  {
    codes: /^(EAI_AGAIN|ENOTFOUND)$/,
    what: say`The host name could not be looked up just now.`,
    mayPass: true,
  },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
    what: say`There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`,
    mayPass: true,
  },
  {
    codes: /^ALERT$/,
    what: say`The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or speak only an old TLS.`,
    isOfFirstContact: true,
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: say`The certificate of the portal has expired or is not valid yet, or a clock is wrong.`,
  },
  {
    codes: /ALTNAME_INVALID$/,
    what: say`The certificate of the portal is for another host name. Check portal-url.`,
  },
  {
    codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/,
    what: say`The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine knows it.`,
  },
  {
    codes: /^UNSPECIFIED$/,
    what: say`The certificate of the portal, or one that it is signed with, is too weak or not valid. Renew it.`,
  },
  {
    codes: /^HPE_/,
    what: say`The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.`,
    mayGoOn: true,
  },
  {
    codes: /^(EPROTO|ERR_SSL_)/,
    what: say`The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.`,
    isOfFirstContact: true,
  },
];

/**
 * Puts an error of Node's into words. Its own message may hold what the server sent, and is not used.
 * @param hasAnswer whether the portal has answered anything in this run
 * @throws the error, if it is none of a connection: a defect must not pass for one
 */
export function explainConnectionError(error: unknown, hasAnswer: boolean): NoAnswer {
  if (error instanceof NoAnswer) return error;
  if (property(error, 'code') === undefined && property(error, 'errors') === undefined) throw error;
  const code = codeOf(error);
  const kind = isAlert(error, code) ? 'ALERT' : code;
  const known = CONNECTION_ERRORS.find(
    ({ codes, isOfFirstContact }) => codes.test(kind) && !(isOfFirstContact && hasAnswer),
  );
  if (known) return new NoAnswer(say`${known.what} (${code})`, known.mayPass, known.mayGoOn);
  // It was lost with the request on its way: the portal may have got it.
  return new NoAnswer(say`The connection was lost. (${code})`, true, true);
}

/** Sometimes Node's message alone tells a TLS alert from a port where no TLS is spoken. */
function isAlert(error: unknown, code: string): boolean {
  return /ALERT|CERTIFICATE_REQUIRED/.test(code) || / alert /.test(String(property(error, 'message')));
}

type ErrorCode = string & { readonly brand: 'error code' };

/** Where several addresses were tried, the error has a code of its own only sometimes; the first one's will do. */
export function codeOf(error: unknown): ErrorCode {
  const errors = property(error, 'errors');
  const first = Array.isArray(errors) ? property(errors[0], 'code') : undefined;
  const code = String((property(error, 'code') ?? first) || 'no code');
  return isErrorCode(code) ? code : codeOf({ code: 'unknown code' });
}

function isErrorCode(code: string): code is ErrorCode {
  return /^[\w /]+$/.test(code);
}
