// What the portal, or a server in front of it, can answer.

/** @typedef {{ status: number, body: string, type: string, headers?: Record<string, string> }} Answer */

/** @param {number} status @param {string} body @returns {Answer} */
export function answer(status, body, type = 'application/json; charset=utf-8') {
  return { status, body, type };
}

const LINK = { href: 'https://portal.example/api/2.0/backup', action: 'DELETE' };

/** The API's envelope. @param {unknown} response @param {{ href: string, action: string }} link @param {number} [total] */
export function envelope(response, link = LINK, total) {
  const count = Array.isArray(response) ? response.length : response === undefined ? 0 : 1;
  return JSON.stringify({ response, count, total, links: [link], status: 0, statusCode: 200 });
}

/** The server's `error` form. The action must not print its `stack`. @param {number} status @param {string} [message] */
export function errorForm(status, message = 'The server could not process the request') {
  const stack = '   at ASC.Secret.Internals() in /src/Secret.cs:line 42';
  const error = { message, type: 'System.Exception', stack, hresult: -2146233088 };
  return answer(status, JSON.stringify({ error, status: 1, statusCode: status }));
}

const PROBLEM = 'application/problem+json; charset=utf-8';

/** @param {number} status @param {string} title */
function problem(status, title) {
  return answer(status, JSON.stringify({ type: 'about:blank', title, status }), PROBLEM);
}

/** What the API's envelope holds when an input is not valid. */
const INVALID = {
  title: 'One or more validation errors occurred.',
  status: 400,
  errors: { Dump: ["The value 'abc' is not valid."] },
};

/** An HTML page of nginx or of a content delivery network. @param {number} status @param {string} [text] */
export function page(status, text = '') {
  const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1>${text}</body></html>`;
  return answer(status, body, 'text/html');
}

/** @param {number} limit @param {Record<string, string>} [headers] @returns {Answer} */
export function rateLimited(limit, headers) {
  const own = { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': '0' };
  return { ...answer(429, ''), headers: { ...own, ...headers } };
}

/** Whether the portal has nothing left to do for a backup. @param {Answer} answer */
export function saysDone({ status, body }) {
  return (
    (status === 200 && /"response":true.*"status":0/.test(body)) ||
    (status === 404 && /^\{"error":.*"status":1,"statusCode":404\}$/.test(body))
  );
}

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
    JSON.stringify({ response: INVALID, count: 1, status: 1, statusCode: 400 }),
    PROBLEM,
  ),
  'wrong-verb': answer(405, ''),
  'rate-limit': rateLimited(15),
  'server-error': errorForm(500),
  'request-timeout': page(408),
  'bad-gateway': page(502),
  unavailable: page(503),
  'gateway-timeout': page(504),
  'nginx-error': page(500, 'worker_connections are not enough'),
  'bot-check': {
    ...page(403, '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'),
    headers: { 'cf-mitigated': 'challenge' },
  },
  redirect: answer(301, '', 'text/html'),
  'web-client': answer(200, '<!doctype html><html><head><title>DocSpace</title></head></html>', 'text/html'),
  lie: answer(200, envelope(true)),
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
