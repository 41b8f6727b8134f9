import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, SCHEDULE, startPortal } from '../tools/stand-in/portal.mjs';
import { act, errorOf } from './support/action.js';
import { portalWith } from './support/portals.js';
import { spread } from './support/spread.js';

const json = (value: unknown) => ({ kind: 'status', status: 200, body: JSON.stringify(value) }) as const;
const status = (code: number, body = '', type?: string) =>
  ({ kind: 'status', status: code, body, ...(type === undefined ? {} : { type }) }) as const;
const redirect = (code: number, location?: string) =>
  ({ kind: 'status', status: code, ...(location === undefined ? {} : { location }) }) as const;
const NO_SUCCESS = /only HTTP 200 is a success/;
const ELSEWHERE = /redirects to another place\. If that is where it lives, set portal-url to it\./;
const NO_JSON = /the answer is not JSON\. Check portal-url, and any proxy in between\./;
const NO_STATUS = /the answer does not report success \("status" is not 0\)/;
const NOT_EXPECTED = /its "response" is not (true|a list)/;

type Row = [name: string, fault: Fault, status: number, says: RegExp];

/** Answers that are no success and will not pass by themselves: said at once. */
const FINAL: Row[] = [
  [
    'bad request',
    { kind: 'bad-request' },
    400,
    /does not understand the request\. It may be too old for this action\./,
  ],
  [
    'no or wrong credentials',
    { kind: 'unauthorized' },
    401,
    /does not accept the token\. Check that the key is/,
  ],
  ['401 with JSON', status(401, '{"error":{"message":"x"}}'), 401, /does not accept the token/],
  ['unpaid', { kind: 'unpaid' }, 402, /the portal is unpaid\. Renew its subscription/],
  ['unpaid, as a page', status(402, '<html>', 'text/html'), 402, /the portal is unpaid/],
  ['quota', { kind: 'quota' }, 402, /the plan or the quota of the portal does not allow this\./],
  [
    'key without write scope',
    { kind: 'no-scope' },
    403,
    /no write scope\. Make one that has it \(Settings → Dev/,
  ],
  [
    'not an admin',
    { kind: 'access-denied' },
    403,
    /access denied\. The token's user must be Owner or DocSpace admin/,
  ],
  ['portal busy', { kind: 'portal-busy' }, 403, /the portal is busy: .* Run again when that is over/],
  ['problem, by its type alone', status(403, 'x', 'Application/Problem+JSON'), 403, /the portal is busy/],
  [
    'problem, by its type and character set',
    status(403, '{}', 'application/problem+json; charset=utf-8'),
    403,
    /the portal is busy/,
  ],
  ['problem, by its form alone', status(403, '{"title":"Busy"}'), 403, /the portal is busy/],
  [
    'IP restriction',
    { kind: 'ip-blocked' },
    403,
    /perhaps by IP restrictions or a firewall\. Allow this runner's address/,
  ],
  ['403 page', status(403, '<html>', 'text/html'), 403, /IP restrictions or a firewall/],
  ['403 JSON of another kind', status(403, '[]'), 403, /IP restrictions or a firewall/],
  ['portal suspended', { kind: 'suspended' }, 404, /the portal is suspended or removed/],
  [
    'not found',
    { kind: 'not-found' },
    404,
    /there is no such API at this URL\. Check portal-url, and the version of the portal\./,
  ],
  ['not found, in the error form', status(404, '{"error":{}}'), 404, /no such API at this URL/],
  ['wrong verb', { kind: 'wrong-verb' }, 405, /no such API at this URL\. Check portal-url/],
  ['proxy wants credentials', status(407), 407, NO_SUCCESS],
  ['conflict', status(409), 409, NO_SUCCESS],
  ['teapot', status(418, 'short and stout', 'text/plain'), 418, NO_SUCCESS],
  ['server error', { kind: 'server-error' }, 500, /the portal failed at it\. Its own log has the reason/],
  ['not implemented', status(501), 501, NO_SUCCESS],
  ['a proxy of its own kind', status(520, '<html>', 'text/html'), 520, NO_SUCCESS],
  ['created', { kind: 'created' }, 201, NO_SUCCESS],
  ['accepted', status(202, '{"response":true,"status":0}'), 202, NO_SUCCESS],
  ['no content', { kind: 'no-content' }, 204, NO_SUCCESS],
  ['partial content', status(206, '{"response":true,"status":0}'), 206, NO_SUCCESS],
  [
    'moved, absolute',
    redirect(301, 'https://b.example/x'),
    301,
    /redirects to https:\/\/b\.example\. If that is/,
  ],
  [
    'found, with a port',
    redirect(302, 'https://b.example:8443'),
    302,
    /redirects to https:\/\/b\.example:8443\./,
  ],
  ['see other, without scheme', redirect(303, '//b.example/x'), 303, /redirects to http:\/\/b\.example\. If/],
  ['temporary, relative', redirect(307, 'x/../y?z'), 307, /the portal redirects to /],
  ['permanent, no Location', redirect(308), 308, ELSEWHERE],
  ['moved, to no URL', redirect(301, 'http://['), 301, ELSEWHERE],
  ['moved, to a URL without a host', redirect(301, 'javascript:alert(1)'), 301, ELSEWHERE],
  ['moved, to a name that is too long', redirect(301, `https://${'a'.repeat(9000)}/`), 301, ELSEWHERE],
  ['not modified', redirect(304), 304, ELSEWHERE],
  ['multiple choices', redirect(300), 300, ELSEWHERE],
  [
    'web client',
    { kind: 'web-client' },
    200,
    /a web page: there is no DocSpace API at this URL\. Check portal-url\./,
  ],
  ['page of no type', status(200, ' \n<p>', 'text/plain'), 200, /a web page/],
  ['page without a tag', status(200, 'Hello', 'TEXT/HTML'), 200, /a web page/],
  ['empty', { kind: 'empty' }, 200, /the answer is empty\. Nothing is proven by it/],
  ['white space', status(200, ' \n '), 200, NO_JSON],
  ['not JSON', { kind: 'not-json' }, 200, NO_JSON],
  ['plain text', status(200, 'OK', 'text/plain'), 200, NO_JSON],
  ['plain text with a tag in it', status(200, 'a <b>', 'text/plain'), 200, NO_JSON],
  ['JSON null', { kind: 'json-null' }, 200, NO_JSON],
  ['JSON true', json(true), 200, NO_JSON],
  ['JSON number', json(0), 200, NO_JSON],
  ['JSON list', json([]), 200, NO_STATUS],
  ['two JSON texts', status(200, '{"response":true,"status":0}{}'), 200, NO_JSON],
  ['status 1', { kind: 'says-status-1' }, 200, NO_STATUS],
  ['status as a text', json({ response: true, status: '0' }), 200, NO_STATUS],
  ['status false', json({ response: true, status: false }), 200, NO_STATUS],
  ['no status', json({ response: true }), 200, NO_STATUS],
  ['status by inheritance', status(200, '{"response":true,"__proto__":{"status":0}}'), 200, NO_STATUS],
  ['response: false', { kind: 'says-false' }, 200, NOT_EXPECTED],
  ['response as a text', { kind: 'says-text' }, 200, NOT_EXPECTED],
  ['response: 1', json({ response: 1, status: 0 }), 200, NOT_EXPECTED],
  ['response: null', json({ response: null, status: 0 }), 200, NOT_EXPECTED],
  ['response: {}', json({ response: {}, status: 0 }), 200, NOT_EXPECTED],
  ['no response', { kind: 'says-nothing' }, 200, NOT_EXPECTED],
];

/** Answers that may pass by themselves: said after the second attempt. */
const PASSING: Row[] = [
  [
    'too many requests',
    { kind: 'rate-limit' },
    429,
    /the rate limit of the portal is reached\. Run again later/,
  ],
  ['bad gateway', { kind: 'bad-gateway' }, 502, /the portal or its backup service is down\. Run again when/],
  ['unavailable', { kind: 'unavailable' }, 503, /the portal or its backup service is down\. Run again when/],
  [
    'gateway timeout',
    { kind: 'gateway-timeout' },
    504,
    /took too long, and may still be at work\. Run again later/,
  ],
];

/** One call of either kind. */
const CALLS = {
  GET: { inputs: { operation: 'delete-backups', 'backup-ids': makeId(1) }, path: 'getbackuphistory' },
  DELETE: { inputs: { operation: 'delete-schedule', verify: 'false' }, path: 'deletebackupschedule' },
};
type Method = keyof typeof CALLS;

const cells = (['GET', 'DELETE'] as const).flatMap(method => [
  ...FINAL.map(([name, fault, code, says]) => ({ method, name, fault, code, says, sent: 1 })),
  ...PASSING.map(([name, fault, code, says]) => ({ method, name, fault, code, says, sent: 2 })),
]);

const resultOf = spread(cells, async ({ method, fault }: { method: Method; fault: Fault }) => {
  const portal = await startPortal({ backups: makeBackups(1), schedule: SCHEDULE, faults: [fault] });
  try {
    return { portal, ...(await act({ ...CALLS[method].inputs, 'portal-url': portal.url, retries: '1' })) };
  } finally {
    await portal.close();
  }
});

describe.each(['GET', 'DELETE'] as const)('an answer to a %s that is no success', method => {
  test.each(cells.filter(cell => cell.method === method))('$name: HTTP $code, sent $sent×', async cell => {
    const result = await resultOf(cell);
    const { port, state, seen } = result.portal;
    expect(result.code).toBe(1);
    expect(seen).toHaveLength(cell.sent);
    expect(errorOf(result)).toMatch(cell.says);
    expect(errorOf(result)).toContain(`HTTP ${cell.code} from ${method} `);
    expect(errorOf(result)).toContain(CALLS[method].path);
    // Where a `response` is judged, the host is not known; the log's first line names it.
    const naming = cell.says === NOT_EXPECTED ? result.log : errorOf(result);
    expect(naming).toContain(` on 127.0.0.1:${port}`);
    expect(result.outputs['status-code']).toBe(method === 'DELETE' ? String(cell.code) : '');
    expect(result.summary).toContain('❌ Failed: ');
    expect(state.deletedIds.size).toBe(0);
  });
});

test('a schedule that is null is none', async () => {
  const portal = await portalWith({ faults: [{ on: 'GET', ...json({ response: null, status: 0 }) }] });
  const { code, log } = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
  expect(code).toBe(0);
  expect(log).toContain('Done: there was no backup schedule.');
});

test.each<[string, Fault]>([
  ['without a length', { kind: 'raw', body: 'HTTP/1.1 200 OK\r\n\r\n{"response":true,"status":0}' }],
  ['that comes letter by letter', { kind: 'drip', ms: 5 }],
])('an answer %s is as good as any', async (_name, fault) => {
  const portal = await portalWith({ faults: [fault] });
  const { outputs } = await act({ ...CALLS.DELETE.inputs, 'portal-url': portal.url });
  expect(outputs['result']).toBe('true');
  expect(portal.seen).toHaveLength(1);
});
