import * as fs from 'fs';
import { OUT_OF_FILES } from '../../errors.js';
import { readProperty } from '../../json.js';
import { join, type Printable, text } from '../../text/printable.js';
import { type FailureKind, NoResponseError } from './outcomes.js';

interface ConnectionError {
  codes: RegExp;
  what: Printable | (() => Printable);
  kind: FailureKind;
  isRetryable?: false;
  /**
   * The row counts only while the portal has answered nothing in this run. Later its settings are known to be right, and
   * the error may pass.
   */
  onlyBeforeFirstAnswer?: true;
}

/** What Node's and OpenSSL's error codes mean, and the two of `findTlsReason`. The first match counts. */
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
    onlyBeforeFirstAnswer: true,
  },
  {
    codes: /^(EAI_AGAIN|ENOTFOUND)$/,
    what: text`The host name could not be looked up right now.`,
    kind: 'not-received',
  },
  {
    ...OUT_OF_FILES,
    kind: 'not-received',
  },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
    what: text`There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`,
    kind: 'not-received',
  },
  {
    codes: /^OLD TLS$/,
    what: text`The TLS of the server is too old or too weak. It must support TLS 1.2 or newer, with strong keys and secure renegotiation. Its administrator can turn that on.`,
    kind: 'rejected-for-all',
    onlyBeforeFirstAnswer: true,
  },
  {
    codes: /^ALERT$/,
    what: text`The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or support only an old TLS version.`,
    kind: 'rejected-for-all',
    onlyBeforeFirstAnswer: true,
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
    codes: /^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/,
    what: () =>
      text`The certificate of the portal is not trusted. The server may not send its whole chain: it must send the intermediate certificates too. ${explainTrust()}`,
    kind: 'rejected-for-all',
  },
  {
    codes: /SELF_SIGNED_CERT|^CERT_UNTRUSTED$/,
    what: () => text`The certificate of the portal is not trusted. ${explainTrust()}`,
    kind: 'rejected-for-all',
  },
  {
    codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^UNSPECIFIED$/,
    what: text`The certificate of the portal, or one that signed it, is too weak or not valid. Renew it.`,
    kind: 'rejected-for-all',
  },
  {
    codes: /^HPE_HEADER_OVERFLOW$/,
    what: text`The headers of the answer are larger than 64 kB, which no portal sends. Check portal-url, and any proxy in between.`,
    kind: 'unanswered',
    isRetryable: false,
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
    onlyBeforeFirstAnswer: true,
  },
];

/**
 * Explains an error of Node's. Its own message may hold what the server sent, and is not used.
 * @param hasAnswered whether the portal has answered anything in this run
 * @throws the error itself if it is not about a connection: a defect must not look like one
 */
export function createConnectionError(error: unknown, hasAnswered: boolean): NoResponseError {
  if (error instanceof NoResponseError) return error;
  if (readProperty(error, 'code') === undefined && readProperty(error, 'errors') === undefined) throw error;
  const code = getErrorCode(error);
  const connecting = createUnreachableError(error);
  if (connecting) return connecting;
  const searched = findTlsReason(error, code) ?? code;
  const known = findKnown(searched, hasAnswered);
  if (!known) {
    return new NoResponseError(text`The connection was lost. (${code})`, 'unanswered', true, 'lost');
  }
  const what = typeof known.what === 'function' ? known.what() : known.what;
  return new NoResponseError(text`${what} (${code})`, known.kind, known.isRetryable);
}

function findKnown(code: string, hasAnswered: boolean): ConnectionError | undefined {
  return CONNECTION_ERRORS.find(
    ({ codes, onlyBeforeFirstAnswer }) => codes.test(code) && !(onlyBeforeFirstAnswer && hasAnswered),
  );
}

/** @returns `undefined` if there was a connection, or if the one reason why there was none has a row of its own */
function createUnreachableError(error: unknown): NoResponseError | undefined {
  const errors: unknown = readProperty(error, 'errors');
  const attempts = Array.isArray(errors) && errors.length > 0 ? errors : [error];
  if (attempts.some(attempt => readProperty(attempt, 'syscall') !== 'connect')) return undefined;
  const codes = [...new Set(attempts.map(getErrorCode))];
  if (codes.length === 1 && findKnown(codes[0] ?? '', false)) return undefined;
  return new NoResponseError(
    text`No connection could be made to any address of the portal. Can this machine reach it, or does a firewall in between block it? (${join(codes)})`,
    'not-received',
  );
}

/** What OpenSSL says when a server offers only what is too old or too weak for it. */
const OLD_TLS =
  /key too small|legacy|unsupported protocol|protocol version|insufficient security|cipher returned|wrong signature type/;

/** The code of a TLS error may say nothing; Node's message has the reason of OpenSSL. */
function findTlsReason(error: unknown, code: string): 'OLD TLS' | 'ALERT' | undefined {
  if (!/^(EPROTO$|ERR_SSL_)/.test(code)) return undefined;
  const reason = `${code} ${readProperty(error, 'message')}`.replaceAll('_', ' ').toLowerCase();
  if (OLD_TLS.test(reason)) return 'OLD TLS';
  return / alert |certificate required/.test(reason) ? 'ALERT' : undefined;
}

/** How to trust a private authority, without advising what is done already. */
function explainTrust(): Printable {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  const isSystemUsed = process.env['NODE_USE_SYSTEM_CA'] === '1';
  const orSystem = isSystemUsed ? text`` : text`, or NODE_USE_SYSTEM_CA=1 if the machine trusts it`;
  if (!file) return text`For a private authority, set NODE_EXTRA_CA_CERTS to its file${orSystem}.`;
  const certificates = readFileIfPossible(file);
  if (certificates === undefined) {
    return text`NODE_EXTRA_CA_CERTS names a file that this job cannot read. In a container, the file must be inside it.`;
  }
  return certificates.includes('-----BEGIN CERTIFICATE-----')
    ? text`The file in NODE_EXTRA_CA_CERTS does not hold its authority.`
    : text`The file in NODE_EXTRA_CA_CERTS holds no certificate in PEM form.`;
}

function readFileIfPossible(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

type ErrorCode = (string & { readonly brand: 'error code' }) | 'unknown code';

/** The code of an error. If several addresses were tried, the error may have none: then that of the first address. */
export function getErrorCode(error: unknown): ErrorCode {
  const errors = readProperty(error, 'errors');
  const first = Array.isArray(errors) ? readProperty(errors[0], 'code') : undefined;
  const code = String((readProperty(error, 'code') ?? first) || 'no code');
  return isErrorCode(code) ? code : 'unknown code';
}

function isErrorCode(code: string): code is ErrorCode {
  return /^[\w /]+$/.test(code);
}
