// What the portal, or what stands before it, can answer.

/** @typedef {{ status: number, body: string, type: string, headers?: Record<string, string> }} Answer */

/** @param {number} status @param {string} body @returns {Answer} */
export function answer(status, body, type = 'application/json; charset=utf-8') {
  return { status, body, type };
}

/**
 * The API's envelope around a `response`; without one, the key is left out.
 * @param {unknown} response @param {{ href: string, action: string }} [link]
 */
export function envelope(
  response,
  link = { href: 'https://portal.example/api/2.0/backup', action: 'DELETE' },
) {
  const count = Array.isArray(response) ? response.length : response === undefined ? 0 : 1;
  return JSON.stringify({ response, count, links: [link], status: 0, statusCode: 200 });
}

/** The server's `error` form, with what must never be printed. @param {number} status @param {string} message */
export function errorForm(status, message) {
  return answer(
    status,
    JSON.stringify({
      error: {
        message,
        type: 'System.Exception',
        stack: '   at ASC.Secret.Internals() in /src/Secret.cs:line 42',
        hresult: -2146233088,
      },
      status: 1,
      statusCode: status,
    }),
  );
}

/** ProblemDetails, which has no `error`. @param {number} status @param {string} title */
function problem(status, title) {
  const body = JSON.stringify({ type: 'about:blank', title, status });
  return answer(status, body, 'application/problem+json; charset=utf-8');
}

/** A page in HTML: what nginx or a content delivery network says. @param {number} status */
export function page(status) {
  const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return answer(status, body, 'text/html');
}

/** @param {number} limit @param {Record<string, string>} [headers] @returns {Answer} */
export function rateLimited(limit, headers) {
  return {
    ...answer(429, ''),
    headers: { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': '0', ...headers },
  };
}

/** The usual ones, by name. */
export const ANSWERS = {
  unauthorized: answer(401, ''),
  'no-scope': answer(403, ''),
  'access-denied': errorForm(403, 'Access denied'),
  'portal-busy': problem(403, 'Portal is being restored'),
  'ip-blocked': answer(403, '"Your IP is restricted"'),
  suspended: problem(404, 'Portal is suspended'),
  'not-found': answer(404, ''),
  unpaid: problem(402, 'Payment required'),
  quota: errorForm(402, 'Quota exceeded'),
  'bad-request': answer(
    400,
    JSON.stringify({
      response: {
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: { Dump: ["The value 'abc' is not valid."] },
      },
      count: 1,
      status: 1,
      statusCode: 400,
    }),
    'application/problem+json; charset=utf-8',
  ),
  'wrong-verb': answer(405, ''),
  'rate-limit': rateLimited(15),
  'server-error': errorForm(500, 'The server could not process the request'),
  'request-timeout': page(408),
  'bad-gateway': page(502),
  unavailable: page(503),
  'gateway-timeout': page(504),
  redirect: answer(301, '', 'text/html'),
  'web-client': answer(
    200,
    '<!doctype html><html><head><title>DocSpace</title></head><body></body></html>',
    'text/html',
  ),
  created: answer(201, envelope(true)),
  'no-content': answer(204, ''),
  'says-false': answer(200, envelope(false)),
  'says-status-1': answer(200, envelope(true).replace('"status":0', '"status":1')),
  'says-nothing': answer(200, envelope(undefined)),
  'says-text': answer(200, envelope('true')),
  empty: answer(200, ''),
  'not-json': answer(200, '{"response":true,'),
  'json-null': answer(200, 'null'),
};
