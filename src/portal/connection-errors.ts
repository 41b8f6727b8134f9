import { NoAnswer } from '../failure.js';
import { type Printable, text } from '../text.js';
import { property } from './property.js';

interface ConnectionError {
  codes: RegExp;
  what: Printable;
  mayPass: boolean;
}

/** What a person can do about the codes of Node's and OpenSSL's errors; the first that matches counts. None of them reached the portal's API. */
const CONNECTION_ERRORS: readonly ConnectionError[] = [
  {
    codes: /^ECONNREFUSED$/,
    what: text`The connection was refused: nothing listens at this host and port.`,
    mayPass: true,
  },
  { codes: /^ENOTFOUND$/, what: text`The host name does not exist. Check portal-url.`, mayPass: false },
  { codes: /^EAI_AGAIN$/, what: text`The host name could not be looked up just now.`, mayPass: true },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
    what: text`There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`,
    mayPass: true,
  },
  {
    codes: /CERTIFICATE_REQUIRED|ALERT_(HANDSHAKE_FAILURE|BAD_CERTIFICATE)$/,
    what: text`The server ended the TLS handshake. It may want a client certificate, which this action does not support.`,
    mayPass: false,
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: text`The certificate of the portal has expired, or a clock is wrong.`,
    mayPass: false,
  },
  {
    codes: /ALTNAME_INVALID$/,
    what: text`The certificate of the portal is for another host name. Check portal-url.`,
    mayPass: false,
  },
  {
    codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/,
    what: text`The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine knows it.`,
    mayPass: false,
  },
  {
    codes: /^(EPROTO|ERR_SSL_|HPE_)/,
    what: text`The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.`,
    mayPass: false,
  },
];

/** Puts an error of Node's or of the library's into words. Its own message may hold what the server sent, and is not used. */
export function explainConnectionError(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  const code = codeOf(error);
  const kind = isRefusedHandshake(error) ? 'ALERT_HANDSHAKE_FAILURE' : code;
  const known = CONNECTION_ERRORS.find(({ codes }) => codes.test(kind));
  if (known) return new NoAnswer(text`${known.what} (${code})`, known.mayPass, false);
  // It was lost with the request on its way: the portal may have got it.
  return new NoAnswer(text`The connection was lost. (${code})`, true, true);
}

/** Under TLS 1.2, Node's message alone tells this from a port where no TLS is spoken. */
function isRefusedHandshake(error: unknown): boolean {
  return /alert (handshake failure|bad certificate)/.test(String(property(error, 'message')));
}

type ErrorCode = string & { readonly brand: 'error code' };

/** Where several addresses were tried, the error has a code of its own only sometimes; the first one's will do. */
function codeOf(error: unknown): ErrorCode {
  const errors = property(error, 'errors');
  const first = Array.isArray(errors) ? property(errors[0], 'code') : undefined;
  const code = String((property(error, 'code') ?? first) || 'no code');
  return isErrorCode(code) ? code : codeOf({ code: 'unknown code' });
}

function isErrorCode(code: string): code is ErrorCode {
  return /^[\w /]+$/.test(code);
}
