import { describe, expect, test } from '@jest/globals';
import { explainConnectionError as explain } from '../../src/portal/connection-errors.js';
import { NoAnswerError } from '../../src/portal/errors.js';
import { text } from '../../src/text/printable.js';

const REFUSED = 'The connection was refused: nothing listens at this host and port.';
const UNKNOWN_HOST = 'The host name does not exist. Check portal-url.';
const NO_LOOKUP = 'The host name could not be looked up right now.';
const TOO_MANY_FILES = 'This machine allows no more open files or connections. Raise the limit (ulimit -n).';
const NO_ROUTE =
  "There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?";
const HANDSHAKE =
  'The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or support only an old TLS version.';
const EXPIRED = 'The certificate of the portal has expired or is not valid yet, or a clock is wrong.';
const OTHER_HOST = 'The certificate of the portal is for another host name. Check portal-url.';
const UNTRUSTED =
  'The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine trusts it.';
const NO_HTTP = 'The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.';
const WEAK = 'The certificate of the portal, or one that signed it, is too weak or not valid. Renew it.';
const BAD_HTTP =
  'The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.';
const LOST = 'The connection was lost.';

/** For the first contact with the portal, unless `hasAnswer` is set. */
const explainConnectionError = (error: unknown, hasAnswer = false) => explain(error, hasAnswer);

/** Creates an error as Node does. */
function createError(code: unknown, message = '::error::raw'): Error {
  return Object.assign(new Error(message), { code });
}

describe('a temporary error', () => {
  test.each([
    ['ECONNREFUSED', REFUSED],
    ['EAI_AGAIN', NO_LOOKUP],
    ['ENETUNREACH', NO_ROUTE],
    ['EHOSTUNREACH', NO_ROUTE],
    ['EADDRNOTAVAIL', NO_ROUTE],
    ['EMFILE', TOO_MANY_FILES],
    ['ENFILE', TOO_MANY_FILES],
  ])('%s means that the portal did not get the request, which is sent again', (code, explanation) => {
    const { message, kind, isRetryable } = explainConnectionError(createError(code));
    expect([message, kind, isRetryable]).toEqual([`${explanation} (${code})`, 'not-received', true]);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])(
    '%s leaves open whether the portal got the request, which is sent again',
    code => {
      const { message, kind, isRetryable, reason } = explainConnectionError(createError(code));
      expect([message, kind, isRetryable]).toEqual([`${LOST} (${code})`, 'unanswered', true]);
      expect(reason).toBe('lost');
    },
  );
});

test.each([
  ['ENOTFOUND', UNKNOWN_HOST],
  ['CERT_HAS_EXPIRED', EXPIRED],
  ['CERT_NOT_YET_VALID', EXPIRED],
  ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
  ['CERT_REVOKED', UNTRUSTED],
  ['CERT_UNTRUSTED', UNTRUSTED],
  ['INVALID_CA', UNTRUSTED],
  ['INVALID_PURPOSE', UNTRUSTED],
  ['UNSPECIFIED', WEAK],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', HANDSHAKE],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', HANDSHAKE],
  // The name in OpenSSL 3.5, which is in Node 24.
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', HANDSHAKE],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', HANDSHAKE],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', HANDSHAKE],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', HANDSHAKE],
  ['EPROTO', NO_HTTP],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_HTTP],
])('%s is permanent, and the portal did not get the request: it is not sent again', (code, explanation) => {
  const { message, kind, isRetryable } = explainConnectionError(createError(code));
  expect([message, kind, isRetryable]).toEqual([`${explanation} (${code})`, 'rejected-for-all', false]);
});

test.each(['HPE_INVALID_CONSTANT', 'HPE_HEADER_OVERFLOW', 'HPE_INVALID_CONTENT_LENGTH'])(
  '%s is permanent, and leaves open whether the portal got the request: something in between may have broken its answer',
  code => {
    const { message, kind, isRetryable } = explainConnectionError(createError(code));
    expect([message, kind, isRetryable]).toEqual([`${BAD_HTTP} (${code})`, 'unanswered', false]);
  },
);

test.each([
  ['sslv3 alert handshake failure', HANDSHAKE],
  ['ssl/tls alert handshake failure', HANDSHAKE],
  ['ssl/tls alert bad certificate', HANDSHAKE],
  ['tlsv1 alert protocol version', HANDSHAKE],
  // Its name does not contain "alert".
  ['tlsv1 unrecognized name:rec_layer_s3.c:916:SSL alert number 112', HANDSHAKE],
  ['wrong version number', NO_HTTP],
])('EPROTO is explained by the text of OpenSSL: "%s"', (reason, explanation) => {
  const error = createError(
    'EPROTO',
    `write EPROTO 40DD:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:x`,
  );
  const { message, kind, isRetryable } = explainConnectionError(error);
  expect([message, kind, isRetryable]).toEqual([`${explanation} (EPROTO)`, 'rejected-for-all', false]);
});

describe('after the portal has answered in a run', () => {
  test.each([
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    'EPROTO',
  ])('%s is a lost connection: the settings of the portal are right', code => {
    const { message, kind, isRetryable } = explainConnectionError(createError(code), true);
    expect([message, kind, isRetryable]).toEqual([`${LOST} (${code})`, 'unanswered', true]);
  });

  test('EPROTO with an alert is a lost connection', () => {
    const error = createError('EPROTO', 'write EPROTO: SSL alert number 80');
    expect(explainConnectionError(error, true)).toMatchObject({
      message: `${LOST} (EPROTO)`,
      isRetryable: true,
    });
  });

  test('ENOTFOUND is temporary: the name of the portal exists', () => {
    const { message, kind, isRetryable } = explainConnectionError(createError('ENOTFOUND'), true);
    expect([message, kind, isRetryable]).toEqual([`${NO_LOOKUP} (ENOTFOUND)`, 'not-received', true]);
  });

  test.each([
    ['CERT_HAS_EXPIRED', EXPIRED],
    ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
    ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
    ['UNSPECIFIED', WEAK],
  ])('%s is not retried: the server with that certificate must not get the token', (code, explanation) => {
    const { message, isRetryable } = explainConnectionError(createError(code), true);
    expect([message, isRetryable]).toEqual([`${explanation} (${code})`, false]);
  });
});

describe('an unknown error', () => {
  test.each<[name: string, error: unknown, shown: string]>([
    ['an empty code', createError(''), 'no code'],
    ['the code null', createError(null), 'no code'],
    ['a number as its code', createError(7), '7'],
    ['a code that could be a command', createError('x\n::error::owned'), 'unknown code'],
    ['an object as its code', createError({ toString: () => '%0A' }), 'unknown code'],
  ])('with %s is a lost connection, and its text is not printed', (_name, error, shown) => {
    const { message, kind, isRetryable } = explainConnectionError(error);
    expect([message, kind, isRetryable]).toEqual([`${LOST} (${shown})`, 'unanswered', true]);
  });

  test.each<[name: string, error: unknown]>([
    ['a text', 'text'],
    ['undefined', undefined],
    ['null', null],
    ['an error without a code', new Error('raw')],
    [
      'an error without a code, but with an alert in its message,',
      new TypeError('an alert handshake failure'),
    ],
  ])(
    'that is %s is a defect, which is thrown unchanged: it must not look like a lost connection',
    (_name, error) => {
      const thrown: unknown[] = [];
      try {
        explainConnectionError(error);
      } catch (defect) {
        thrown.push(defect);
      }
      expect(thrown).toHaveLength(1);
      expect(thrown[0]).toBe(error);
    },
  );
});

test.each<[name: string, error: unknown, explanation: string]>([
  ['the first code counts', { errors: [createError('ENETUNREACH'), createError('ECONNREFUSED')] }, NO_ROUTE],
  ['its own code comes first', { code: 'ECONNREFUSED', errors: [createError('ENETUNREACH')] }, REFUSED],
  ['without a code, it is a lost connection', { errors: [] }, LOST],
])('an error for several addresses: %s', (_name, error, explanation) => {
  expect(explainConnectionError(error).message).toContain(`${explanation} (`);
});

test('an error that is already explained is returned unchanged', () => {
  const error = new NoAnswerError(text`The proxy cannot be reached.`, 'not-received');
  expect(explainConnectionError(error)).toBe(error);
});
