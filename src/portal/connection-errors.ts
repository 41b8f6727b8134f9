import { type Printable, text } from '../text/printable.js';
import { NoAnswerError } from './errors.js';
import type { OutcomeKind } from './outcomes.js';
import { readProperty } from './property.js';

interface ConnectionError {
  codes: RegExp;
  what: Printable;
  kind: OutcomeKind;
  isRetryable?: false;
  /**
   * The row counts only while the portal has answered nothing in this run. Later its settings are known to be right, and
   * the error may pass.
   */
  isFirstContactOnly?: true;
}

/** What Node's and OpenSSL's error codes mean. The first match counts. */
const CONNECTION_ERRORS: readonly ConnectionError[] = [
  {
    codes: /^ECONNREFUSED$/,
    what: text`The connection was refused: nothing listens at this host and port.`,
    kind: 'not-received',
  },
  {
    codes: /^ENOTFOUND$/,
    what: text`The host name does not exist. Check portal-url.`,
    kind: 'rejected-for-all',
    isFirstContactOnly: true,
  },
  {
    codes: /^(EAI_AGAIN|ENOTFOUND)$/,
    what: text`The host name could not be looked up right now.`,
    kind: 'not-received',
  },
  {
    codes: /^(EMFILE|ENFILE)$/,
    what: text`This machine allows no more open files or connections. Raise the limit (ulimit -n).`,
    kind: 'not-received',
  },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
    what: text`There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`,
    kind: 'not-received',
  },
  {
    codes: /^ALERT$/,
    what: text`The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or support only an old TLS version.`,
    kind: 'rejected-for-all',
    isFirstContactOnly: true,
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: text`The certificate of the portal has expired or is not valid yet, or a clock is wrong.`,
    kind: 'rejected-for-all',
  },
  {
    codes: /ALTNAME_INVALID$/,
    what: text`The certificate of the portal is for another host name. Check portal-url.`,
    kind: 'rejected-for-all',
  },
  {
    codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/,
    what: text`The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine trusts it.`,
    kind: 'rejected-for-all',
  },
  {
    codes: /^UNSPECIFIED$/,
    what: text`The certificate of the portal, or one that signed it, is too weak or not valid. Renew it.`,
    kind: 'rejected-for-all',
  },
  {
    codes: /^HPE_/,
    what: text`The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.`,
    kind: 'unanswered',
    isRetryable: false,
  },
  {
    codes: /^(EPROTO|ERR_SSL_)/,
    what: text`The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.`,
    kind: 'rejected-for-all',
    isFirstContactOnly: true,
  },
];

/**
 * Explains an error of Node's. Its own message may hold what the server sent, and is not used.
 * @param hasAnswer whether the portal has answered anything in this run
 * @throws the error itself if it is not about a connection: a defect must not look like one
 */
export function explainConnectionError(error: unknown, hasAnswer: boolean): NoAnswerError {
  if (error instanceof NoAnswerError) return error;
  if (readProperty(error, 'code') === undefined && readProperty(error, 'errors') === undefined) throw error;
  const code = getErrorCode(error);
  const searched = isTlsAlert(error, code) ? 'ALERT' : code;
  const known = CONNECTION_ERRORS.find(
    ({ codes, isFirstContactOnly }) => codes.test(searched) && !(isFirstContactOnly && hasAnswer),
  );
  if (known) return new NoAnswerError(text`${known.what} (${code})`, known.kind, known.isRetryable);
  return new NoAnswerError(text`The connection was lost. (${code})`, 'unanswered', true, 'lost');
}

/** Sometimes only Node's message tells a TLS alert from a port that does not speak TLS. */
function isTlsAlert(error: unknown, code: string): boolean {
  return /ALERT|CERTIFICATE_REQUIRED/.test(code) || / alert /.test(String(readProperty(error, 'message')));
}

type ErrorCode = string & { readonly brand: 'error code' };

/** The code of an error. If several addresses were tried, the error may have none: then that of the first address. */
export function getErrorCode(error: unknown): ErrorCode {
  const errors = readProperty(error, 'errors');
  const first = Array.isArray(errors) ? readProperty(errors[0], 'code') : undefined;
  const code = String((readProperty(error, 'code') ?? first) || 'no code');
  return isErrorCode(code) ? code : getErrorCode({ code: 'unknown code' });
}

function isErrorCode(code: string): code is ErrorCode {
  return /^[\w /]+$/.test(code);
}
