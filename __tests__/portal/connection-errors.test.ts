import { describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../src/failure.js';
import { explainConnectionError as explain } from '../../src/portal/connection-errors.js';
import { say } from '../../src/text.js';

const REFUSED = 'The connection was refused: nothing listens at this host and port.';
const UNKNOWN = 'The host name does not exist. Check portal-url.';
const NO_LOOKUP = 'The host name could not be looked up just now.';
const NO_ROUTE =
  "There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?";
const HANDSHAKE =
  'The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or speak only an old TLS.';
const OLD = 'The certificate of the portal has expired or is not valid yet, or a clock is wrong.';
const OTHER_HOST = 'The certificate of the portal is for another host name. Check portal-url.';
const UNTRUSTED =
  'The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine knows it.';
const NO_HTTP = 'The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.';
const WEAK =
  'The certificate of the portal, or one that it is signed with, is too weak or not valid. Renew it.';
const BAD_HTTP =
  'The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.';
const LOST = 'The connection was lost.';

/** As it is at the first contact with the portal, unless told otherwise. */
const explainConnectionError = (error: unknown, hasAnswer = false) => explain(error, hasAnswer);

/** An error as Node makes it. */
function errorOf(code: unknown, message = '::error::raw'): Error {
  return Object.assign(new Error(message), { code });
}

describe('what may pass by itself', () => {
  test.each([
    ['ECONNREFUSED', REFUSED],
    ['EAI_AGAIN', NO_LOOKUP],
    ['ENETUNREACH', NO_ROUTE],
    ['EHOSTUNREACH', NO_ROUTE],
    ['EADDRNOTAVAIL', NO_ROUTE],
  ])('%s never reached the portal, and is worth another attempt', (code, says) => {
    const { message, mayPass, mayGoOn } = explainConnectionError(errorOf(code));
    expect([message, mayPass, mayGoOn]).toEqual([`${says} (${code})`, true, false]);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])(
    '%s leaves open whether the portal got the request, and is worth another attempt',
    code => {
      const { message, mayPass, mayGoOn } = explainConnectionError(errorOf(code));
      expect([message, mayPass, mayGoOn]).toEqual([`${LOST} (${code})`, true, true]);
    },
  );
});

test.each([
  ['ENOTFOUND', UNKNOWN],
  ['CERT_HAS_EXPIRED', OLD],
  ['CERT_NOT_YET_VALID', OLD],
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
  // As OpenSSL 3.5 has it, which is in Node 24.
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', HANDSHAKE],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', HANDSHAKE],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', HANDSHAKE],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', HANDSHAKE],
  ['EPROTO', NO_HTTP],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_HTTP],
])('%s will not pass: no other attempt, and nothing has reached the portal', (code, says) => {
  const { message, mayPass, mayGoOn } = explainConnectionError(errorOf(code));
  expect([message, mayPass, mayGoOn]).toEqual([`${says} (${code})`, false, false]);
});

test.each(['HPE_INVALID_CONSTANT', 'HPE_HEADER_OVERFLOW', 'HPE_INVALID_CONTENT_LENGTH'])(
  '%s will not pass, and leaves open what the portal has done: it may have answered through something else',
  code => {
    const { message, mayPass, mayGoOn } = explainConnectionError(errorOf(code));
    expect([message, mayPass, mayGoOn]).toEqual([`${BAD_HTTP} (${code})`, false, true]);
  },
);

test.each([
  ['sslv3 alert handshake failure', HANDSHAKE],
  ['ssl/tls alert handshake failure', HANDSHAKE],
  ['ssl/tls alert bad certificate', HANDSHAKE],
  ['tlsv1 alert protocol version', HANDSHAKE],
  // Its name does not say that it is an alert.
  ['tlsv1 unrecognized name:rec_layer_s3.c:916:SSL alert number 112', HANDSHAKE],
  ['wrong version number', NO_HTTP],
])('EPROTO with OpenSSL\'s "%s" is told by that', (reason, says) => {
  const error = errorOf(
    'EPROTO',
    `write EPROTO 40DD:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:x`,
  );
  const { message, mayPass, mayGoOn } = explainConnectionError(error);
  expect([message, mayPass, mayGoOn]).toEqual([`${says} (EPROTO)`, false, false]);
});

describe('once the portal has answered in a run', () => {
  test.each([
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    'EPROTO',
  ])('%s is a lost connection: its settings are right', code => {
    const { message, mayPass, mayGoOn } = explainConnectionError(errorOf(code), true);
    expect([message, mayPass, mayGoOn]).toEqual([`${LOST} (${code})`, true, true]);
  });

  test('EPROTO with an alert is one too', () => {
    const error = errorOf('EPROTO', 'write EPROTO: SSL alert number 80');
    expect(explainConnectionError(error, true)).toMatchObject({ message: `${LOST} (EPROTO)`, mayPass: true });
  });

  test('its name exists, and a look-up that finds none may pass', () => {
    const { message, mayPass, mayGoOn } = explainConnectionError(errorOf('ENOTFOUND'), true);
    expect([message, mayPass, mayGoOn]).toEqual([`${NO_LOOKUP} (ENOTFOUND)`, true, false]);
  });

  test.each([
    ['CERT_HAS_EXPIRED', OLD],
    ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
    ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
    ['UNSPECIFIED', WEAK],
  ])('%s stays final: whoever has that certificate must not get the token', (code, says) => {
    const { message, mayPass } = explainConnectionError(errorOf(code), true);
    expect([message, mayPass]).toEqual([`${says} (${code})`, false]);
  });
});

describe('errors of no known kind', () => {
  test.each<[name: string, error: unknown, shown: string]>([
    ['an empty code', errorOf(''), 'no code'],
    ['null for a code', errorOf(null), 'no code'],
    ['a number', errorOf(7), '7'],
    ['a code that could be a command', errorOf('x\n::error::owned'), 'unknown code'],
    ['an object for a code', errorOf({ toString: () => '%0A' }), 'unknown code'],
  ])('%s is a lost connection, and nothing of it is repeated', (_name, error, shown) => {
    const { message, mayPass, mayGoOn } = explainConnectionError(error);
    expect([message, mayPass, mayGoOn]).toEqual([`${LOST} (${shown})`, true, true]);
  });

  test.each<[name: string, error: unknown]>([
    ['a text', 'text'],
    ['nothing', undefined],
    ['null', null],
    ['an error without a code', new Error('raw')],
    ['an error without a code that speaks of an alert', new TypeError('an alert handshake failure')],
  ])('%s is a defect, and thrown on as it is: it must not pass for a lost connection', (_name, error) => {
    const thrown: unknown[] = [];
    try {
      explainConnectionError(error);
    } catch (defect) {
      thrown.push(defect);
    }
    expect(thrown).toHaveLength(1);
    expect(thrown[0]).toBe(error);
  });
});

test.each<[name: string, error: unknown, says: string]>([
  ['the first of several addresses', { errors: [errorOf('ENETUNREACH'), errorOf('ECONNREFUSED')] }, NO_ROUTE],
  ['its own before that', { code: 'ECONNREFUSED', errors: [errorOf('ENETUNREACH')] }, REFUSED],
  ['no address at all', { errors: [] }, LOST],
])('where there are several errors, the code is that of %s', (_name, error, says) => {
  expect(explainConnectionError(error).message).toContain(`${says} (`);
});

test('what is explained already stays as it is', () => {
  const failure = new NoAnswer(say`The proxy cannot be reached.`, true, false);
  expect(explainConnectionError(failure)).toBe(failure);
});
