import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createConnectionError as explain } from '../../../src/portal/answers/connection-errors.js';
import { NoResponseError } from '../../../src/portal/answers/outcomes.js';
import { text } from '../../../src/text/printable.js';

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
const NOT_TRUSTED = 'The certificate of the portal is not trusted.';
const NOT_WHOLE = `${NOT_TRUSTED} The server may not send its whole chain: it must send the intermediate certificates too.`;
const TRUST =
  'For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine trusts it.';
const UNTRUSTED = `${NOT_TRUSTED} ${TRUST}`;
const MAYBE_NOT_WHOLE = `${NOT_WHOLE} ${TRUST}`;
const OLD_TLS =
  'The TLS of the server is too old or too weak. It must support TLS 1.2 or newer, with strong keys and secure renegotiation. Its administrator can turn that on.';
const LONG_HEADERS =
  'The headers of the answer are larger than 64 kB, which no portal sends. Check portal-url, and any proxy in between.';
const NO_CONNECTION =
  'No connection could be made to any address of the portal. Can this machine reach it, or does a firewall in between block it?';
const NO_HTTP = 'The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.';
const WEAK = 'The certificate of the portal, or one that signed it, is too weak or not valid. Renew it.';
const BAD_HTTP =
  'The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.';
const LOST = 'The connection was lost.';

/** For the first contact with the portal, unless `hasAnswered` is set. */
const createConnectionError = (error: unknown, hasAnswered = false) => explain(error, hasAnswered);

/** Creates an error as Node does. */
function createError(code: unknown, message = '::error::raw'): Error {
  return Object.assign(new Error(message), { code });
}

const trustBefore = { ...process.env };
beforeEach(() => {
  delete process.env['NODE_EXTRA_CA_CERTS'];
  delete process.env['NODE_USE_SYSTEM_CA'];
});
afterEach(() => {
  for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA']) {
    delete process.env[name];
    if (trustBefore[name] !== undefined) process.env[name] = trustBefore[name];
  }
});

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
    const { message, kind, isRetryable } = createConnectionError(createError(code));
    expect([message, kind, isRetryable]).toEqual([`${explanation} (${code})`, 'not-received', true]);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])(
    '%s leaves open whether the portal got the request, which is sent again',
    code => {
      const { message, kind, isRetryable, reason } = createConnectionError(createError(code));
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
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', MAYBE_NOT_WHOLE],
  ['UNABLE_TO_GET_ISSUER_CERT', MAYBE_NOT_WHOLE],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', MAYBE_NOT_WHOLE],
  ['CERT_UNTRUSTED', UNTRUSTED],
  // To trust the authority would not help with these.
  ['CERT_REVOKED', WEAK],
  ['CERT_SIGNATURE_FAILURE', WEAK],
  ['PATH_LENGTH_EXCEEDED', WEAK],
  ['INVALID_CA', WEAK],
  ['INVALID_PURPOSE', WEAK],
  ['UNSPECIFIED', WEAK],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', HANDSHAKE],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', HANDSHAKE],
  // The name in OpenSSL 3.5, which is in Node 24.
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', HANDSHAKE],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', HANDSHAKE],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', OLD_TLS],
  ['ERR_SSL_DH_KEY_TOO_SMALL', OLD_TLS],
  ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', OLD_TLS],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', HANDSHAKE],
  ['EPROTO', NO_HTTP],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_HTTP],
])('%s is permanent, and the portal did not get the request: it is not sent again', (code, explanation) => {
  const { message, kind, isRetryable } = createConnectionError(createError(code));
  expect([message, kind, isRetryable]).toEqual([`${explanation} (${code})`, 'rejected-for-all', false]);
});

test.each([
  ['HPE_INVALID_CONSTANT', BAD_HTTP],
  ['HPE_HEADER_OVERFLOW', LONG_HEADERS],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', BAD_HTTP],
  ['HPE_INVALID_CONTENT_LENGTH', BAD_HTTP],
])(
  '%s is permanent, and leaves open whether the portal got the request: something in between may have broken its answer',
  (code, explanation) => {
    const { message, kind, isRetryable } = createConnectionError(createError(code));
    expect([message, kind, isRetryable]).toEqual([`${explanation} (${code})`, 'unanswered', false]);
  },
);

describe('what to do about a certificate that is not trusted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  afterEach(() => {
    delete process.env['NODE_EXTRA_CA_CERTS'];
  });
  const pem = join(folder, 'ca.pem');
  const der = join(folder, 'ca.der');
  beforeEach(() => {
    writeFileSync(pem, '# An authority\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    writeFileSync(der, Buffer.from([0x30, 0x82, 0x01, 0x0a]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const UNREADABLE =
    'NODE_EXTRA_CA_CERTS names a file that this job cannot read. In a container, the file must be inside it.';
  test.each<[name: string, file: string, advice: string]>([
    ['a file that is not there', join(folder, 'none.pem'), UNREADABLE],
    ['a folder', folder, UNREADABLE],
    ['a file in another form', der, 'The file in NODE_EXTRA_CA_CERTS holds no certificate in PEM form.'],
    ['a file with another authority', pem, 'The file in NODE_EXTRA_CA_CERTS does not hold its authority.'],
    ['nothing', '', TRUST],
  ])('with %s in NODE_EXTRA_CA_CERTS fits that', (_name, file, advice) => {
    process.env['NODE_EXTRA_CA_CERTS'] = file;
    for (const [code, what] of [
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', NOT_WHOLE],
      ['SELF_SIGNED_CERT_IN_CHAIN', NOT_TRUSTED],
    ] as const) {
      expect(createConnectionError(createError(code)).message).toBe(`${what} ${advice} (${code})`);
    }
  });

  test('with NODE_USE_SYSTEM_CA=1 does not advise to set that', () => {
    process.env['NODE_USE_SYSTEM_CA'] = '1';
    expect(createConnectionError(createError('DEPTH_ZERO_SELF_SIGNED_CERT')).message).toBe(
      `${NOT_TRUSTED} For a private authority, set NODE_EXTRA_CA_CERTS to its file. (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
  });
});

test.each([
  ['sslv3 alert handshake failure', HANDSHAKE],
  ['ssl/tls alert handshake failure', HANDSHAKE],
  ['ssl/tls alert bad certificate', HANDSHAKE],
  ['tlsv1 alert protocol version', OLD_TLS],
  ['tlsv1 alert insufficient security', OLD_TLS],
  ['dh key too small', OLD_TLS],
  ['unsafe legacy renegotiation disabled', OLD_TLS],
  ['unsupported protocol', OLD_TLS],
  ['unknown cipher returned', OLD_TLS],
  ['wrong signature type', OLD_TLS],
  // Its name does not contain "alert".
  ['tlsv1 unrecognized name:rec_layer_s3.c:916:SSL alert number 112', HANDSHAKE],
  ['wrong version number', NO_HTTP],
])('EPROTO is explained by the text of OpenSSL: "%s"', (reason, explanation) => {
  const error = createError(
    'EPROTO',
    `write EPROTO 40DD:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:x`,
  );
  const { message, kind, isRetryable } = createConnectionError(error);
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
    const { message, kind, isRetryable } = createConnectionError(createError(code), true);
    expect([message, kind, isRetryable]).toEqual([`${LOST} (${code})`, 'unanswered', true]);
  });

  test('EPROTO with an alert is a lost connection', () => {
    const error = createError('EPROTO', 'write EPROTO: SSL alert number 80');
    expect(createConnectionError(error, true)).toMatchObject({
      message: `${LOST} (EPROTO)`,
      isRetryable: true,
    });
  });

  test('ENOTFOUND is temporary: the name of the portal exists', () => {
    const { message, kind, isRetryable } = createConnectionError(createError('ENOTFOUND'), true);
    expect([message, kind, isRetryable]).toEqual([`${NO_LOOKUP} (ENOTFOUND)`, 'not-received', true]);
  });

  test.each([
    ['CERT_HAS_EXPIRED', EXPIRED],
    ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_HOST],
    ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
    ['UNSPECIFIED', WEAK],
  ])('%s is not retried: the server with that certificate must not get the token', (code, explanation) => {
    const { message, isRetryable } = createConnectionError(createError(code), true);
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
    const { message, kind, isRetryable } = createConnectionError(error);
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
        createConnectionError(error);
      } catch (defect) {
        thrown.push(defect);
      }
      expect(thrown).toHaveLength(1);
      expect(thrown[0]).toBe(error);
    },
  );
});

/** Creates an error as Node does while it connects to an address. */
function createConnectError(code: string): Error {
  return Object.assign(createError(code), { syscall: 'connect' });
}

describe('an error while connecting', () => {
  test.each<[name: string, error: unknown, explanation: string]>([
    ['to one address that does not answer', createConnectError('ETIMEDOUT'), `${NO_CONNECTION} (ETIMEDOUT)`],
    ['that a firewall of this machine forbids', createConnectError('EACCES'), `${NO_CONNECTION} (EACCES)`],
    ['that is refused', createConnectError('ECONNREFUSED'), `${REFUSED} (ECONNREFUSED)`],
    [
      'to two addresses that refuse it',
      {
        code: 'ECONNREFUSED',
        errors: [createConnectError('ECONNREFUSED'), createConnectError('ECONNREFUSED')],
      },
      `${REFUSED} (ECONNREFUSED)`,
    ],
    [
      'to two addresses, of which one has no route, and one does not answer',
      { code: 'ENETUNREACH', errors: [createConnectError('ENETUNREACH'), createConnectError('ETIMEDOUT')] },
      `${NO_CONNECTION} (ENETUNREACH, ETIMEDOUT)`,
    ],
    [
      'to two addresses, the other way round',
      { code: 'ETIMEDOUT', errors: [createConnectError('ETIMEDOUT'), createConnectError('ENETUNREACH')] },
      `${NO_CONNECTION} (ETIMEDOUT, ENETUNREACH)`,
    ],
    [
      'with a code that could be a command',
      { errors: [createConnectError('\n::error::a'), createConnectError('ETIMEDOUT')] },
      `${NO_CONNECTION} (unknown code, ETIMEDOUT)`,
    ],
  ])('%s: the portal did not get the request, also later in a run', (_name, error, explanation) => {
    for (const hasAnswered of [false, true]) {
      const { message, kind, isRetryable } = createConnectionError(error, hasAnswered);
      expect([message, kind, isRetryable]).toEqual([explanation, 'not-received', true]);
    }
  });

  test('is not one that came over a connection', () => {
    const error = Object.assign(createError('ETIMEDOUT'), { syscall: 'read' });
    expect(createConnectionError(error)).toMatchObject({
      message: `${LOST} (ETIMEDOUT)`,
      kind: 'unanswered',
    });
    expect(createConnectionError({ errors: [] }).message).toBe(`${LOST} (no code)`);
  });
});

test('an error that is already explained is returned unchanged', () => {
  const error = new NoResponseError(text`The proxy cannot be reached.`, 'not-received');
  expect(createConnectionError(error)).toBe(error);
});
