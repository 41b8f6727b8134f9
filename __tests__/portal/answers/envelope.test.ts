import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../../src/portal/answers/answer.js';
import { findBodyForm } from '../../../src/portal/answers/body-form.js';
import { createUnexpectedResponseError, readResponse } from '../../../src/portal/answers/envelope.js';
import { type OutcomeKind, ResponseError } from '../../../src/portal/answers/outcomes.js';
import { text } from '../../../src/text/printable.js';

const WHERE = text`DELETE /api on portal.example`;
const REQUEST = { method: 'DELETE', isSingleBackup: true, isFirstContact: false } as const;

function createAnswer(change: Partial<Answer>): Answer {
  const { status = 200, contentType = 'application/json; charset=utf-8', body = '', bodyProblem } = change;
  return {
    where: WHERE,
    status,
    contentType,
    redirect: text`(redirect)`,
    waitMs: undefined,
    rateLimit: undefined,
    form: bodyProblem ? 'unreadable' : findBodyForm(status, body, contentType, false),
    body,
    tookMs: 1,
    ...change,
  };
}

/** Returns what is thrown for an answer. Fails if the answer is taken for a success. */
function errorFor(change: Partial<Answer>): ResponseError {
  try {
    readResponse(createAnswer(change), REQUEST);
  } catch (error) {
    if (error instanceof ResponseError) return error;
    throw error;
  }
  throw new Error('It is taken for a success');
}

/** Creates an envelope as the server sends it, with changes; `undefined` removes a field. */
function createEnvelope(change: Record<string, unknown> = {}): string {
  const links = [{ href: 'https://p/api', action: 'DELETE' }];
  return JSON.stringify({ response: true, count: 1, links, status: 0, statusCode: 200, ...change });
}

describe('an envelope that reports success', () => {
  test.each<[name: string, body: string, response: unknown]>([
    ['true', createEnvelope(), true],
    ['false, which the caller judges', createEnvelope({ response: false }), false],
    ['a list', createEnvelope({ response: [1, 2], count: 2 }), [1, 2]],
    ['an empty list', createEnvelope({ response: [], count: 0 }), []],
    ['an object', createEnvelope({ response: { a: 1 } }), { a: 1 }],
    ['null', createEnvelope({ response: null }), null],
    ['no response at all', createEnvelope({ response: undefined, count: 0 }), undefined],
    ['no count with a list', createEnvelope({ response: [1], count: undefined }), [1]],
    ['a count that is null', createEnvelope({ response: [1], count: null }), [1]],
    ['a total that is the length of the list', createEnvelope({ response: [1], total: 1 }), [1]],
    ['a total that is smaller than the list', createEnvelope({ response: [1], total: 0 }), [1]],
    ['a total that is null', createEnvelope({ response: [1], total: null }), [1]],
    ['a total without a list', createEnvelope({ total: 5 }), true],
    ['no statusCode', createEnvelope({ statusCode: undefined }), true],
    ['a statusCode that is null', createEnvelope({ statusCode: null }), true],
    ['an error that is null', createEnvelope({ error: null }), true],
    ['only status and response', '{"status":0,"response":true}', true],
    ['only status and statusCode', '{"status":0,"statusCode":200}', undefined],
    ['white space around the envelope', ` \n${createEnvelope()}\n`, true],
    ['a byte order mark before the envelope', `\ufeff${createEnvelope()}`, true],
  ])('%s', (_name, body, response) => {
    expect(readResponse(createAnswer({ body }), REQUEST)).toEqual(response);
  });
});

const NOT_COMPLETE = 'the list is not complete, because "total" is larger than its length';

describe('an envelope that contradicts itself is an error', () => {
  test.each<[name: string, body: string, advice: string]>([
    ['status 1', createEnvelope({ status: 1 }), '"status" is not 0'],
    ['status as a text', createEnvelope({ status: '0' }), '"status" is not 0'],
    ['status false', createEnvelope({ status: false }), '"status" is not 0'],
    ['status null', createEnvelope({ status: null }), '"status" is not 0'],
    ['no status', createEnvelope({ status: undefined }), '"status" is not 0'],
    ['a list instead of an envelope', '[]', '"status" is not 0'],
    ['status in a prototype', '{"response":true,"__proto__":{"status":0}}', '"status" is not 0'],
    ['statusCode 500', createEnvelope({ statusCode: 500 }), '"statusCode" is not 200'],
    ['statusCode 0', createEnvelope({ statusCode: 0 }), '"statusCode" is not 200'],
    ['statusCode as a text', createEnvelope({ statusCode: '200' }), '"statusCode" is not 200'],
    // Much other software sends this.
    [
      'no response, and nothing but status',
      '{"status":0,"message":"Please log in"}',
      '"statusCode" is not 200',
    ],
    ['a response of null without statusCode', '{"status":0,"response":null}', '"statusCode" is not 200'],
    ['no response, and a statusCode of null', '{"status":0,"statusCode":null}', '"statusCode" is not 200'],
    ['an error with a response', createEnvelope({ error: { message: 'no' } }), 'it has an "error"'],
    ['an error of another type', createEnvelope({ error: false }), 'it has an "error"'],
    [
      'status 0 with statusCode 500 and an error',
      createEnvelope({ statusCode: 500, error: { message: 'no' } }),
      '"statusCode" is not 200',
    ],
    [
      'count 4 over an empty list',
      createEnvelope({ response: [], count: 4 }),
      '"count" is not the length of the list',
    ],
    [
      'count 0 over a list of one',
      createEnvelope({ response: [1], count: 0 }),
      '"count" is not the length of the list',
    ],
    [
      'a count that is a text',
      createEnvelope({ response: [1], count: '1' }),
      '"count" is not the length of the list',
    ],
    ['total 2 over a list of one', createEnvelope({ response: [1], total: 2 }), NOT_COMPLETE],
    ['total 60 over an empty list', createEnvelope({ response: [], count: 0, total: 60 }), NOT_COMPLETE],
    ['total 2 without a count', createEnvelope({ response: [1], count: undefined, total: 2 }), NOT_COMPLETE],
  ])('%s', (_name, body, advice) => {
    const { message, status, kind } = errorFor({ body });
    expect(message).toBe(
      `HTTP 200 from ${WHERE}, but the answer does not report success: ${advice}. See the portal's log.`,
    );
    expect([status, kind]).toEqual([200, 'rejected-on-the-way']);
  });
});

const NO_JSON = 'the answer is not JSON. Check portal-url, and any proxy in between.';
const INCOMPLETE =
  'the answer is incomplete: its JSON breaks off or is damaged. Run again; if that does not help, check any proxy in between.';
const PAGE = 'the answer is a web page: there is no DocSpace API at this URL. Check portal-url.';

describe('HTTP 200 without an envelope', () => {
  test.each<[name: string, body: string, contentType: string, advice: string]>([
    ['nothing', '', 'application/json', 'the answer is empty. It proves nothing.'],
    ['a page', '<!doctype html><p>', 'text/html', PAGE],
    ['a page with the wrong type', ' \n<p>', 'text/plain', PAGE],
    ['a page without a tag', 'Hello', 'text/html; charset=utf-8', PAGE],
    ['white space', ' \n ', 'application/json', NO_JSON],
    ['half of an envelope', '{"response":true,', 'application/json', INCOMPLETE],
    ['two envelopes', `${createEnvelope()}{}`, 'application/json', INCOMPLETE],
    ['an envelope without its last byte', createEnvelope().slice(0, -1), 'application/json', INCOMPLETE],
    [
      'an envelope without its last byte, with the wrong type',
      createEnvelope().slice(0, -1),
      'text/plain',
      INCOMPLETE,
    ],
    ['half of a list', ' \n[1,', 'application/json', INCOMPLETE],
    ['two byte order marks', `\ufeff\ufeff${createEnvelope()}`, 'application/json', INCOMPLETE],
    ['plain text', 'OK', 'text/plain', NO_JSON],
    ['plain text with a tag in it', 'a <b>', 'text/plain', NO_JSON],
    ['null', 'null', 'application/json', NO_JSON],
    ['true', 'true', 'application/json', NO_JSON],
    ['a number', '0', 'application/json', NO_JSON],
    ['10,000 lists without an end', '['.repeat(10_000), 'application/json', INCOMPLETE],
  ])('%s', (_name, body, contentType, advice) => {
    const { message, kind } = errorFor({ body, contentType });
    expect(message).toBe(`HTTP 200 from ${WHERE}, but ${advice}`);
    expect(kind).toBe('rejected-on-the-way');
  });
});

describe('an answer of many parts', () => {
  const createBody = (open: string, parts: number) =>
    createEnvelope({ response: ['PARTS'], count: undefined, links: undefined }).replace(
      '"PARTS"',
      Array(parts - 2)
        .fill(open)
        .join(),
    );

  test.each(['[]', '{}'])('is read if it has 400,000: %s', part => {
    expect(readResponse(createAnswer({ body: createBody(part, 400_000) }), REQUEST)).toHaveLength(399_998);
  });

  test.each<[name: string, body: string]>([
    ['lists', createBody('[]', 400_001)],
    ['objects', createBody('{}', 400_001)],
    ['lists in lists, without an end', '['.repeat(400_001)],
  ])('is refused before it is parsed if it has 400,001: %s', (_name, body) => {
    const { message, status, kind } = errorFor({ body });
    expect(message).toBe(`HTTP 200 from ${WHERE}, but the answer has more than 400000 parts.`);
    expect([status, kind]).toEqual([200, 'rejected-on-the-way']);
  });
});

/** The advice if something else than the portal answers a DELETE after the portal has answered. */
const BLOCKED =
  'other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.';

/** Creates an error as the server sends it. */
function createOwnError(message: string, status = 403, more = ''): string {
  return `{"error":{"message":${JSON.stringify(message)}},"status":1,"statusCode":${status}${more}}`;
}

/** The form decides what the answer means, and what its cause is. The advice tells the forms of one status apart. */
describe('the form of an HTTP error', () => {
  const PROBLEM = 'application/problem+json; charset=utf-8';
  test.each<[name: string, status: number, body: string, type: string, kind: OutcomeKind, advice: string]>([
    ['empty', 403, '', '', 'rejected-for-all', 'the API key may not write'],
    [
      'access-denied',
      403,
      createOwnError('Access denied'),
      'application/json',
      'rejected-by-portal',
      'access denied. The list',
    ],
    [
      'another message',
      403,
      createOwnError('access denied!'),
      '',
      'rejected-by-portal',
      'refused to delete this backup',
    ],
    ['an empty message', 403, createOwnError(''), '', 'rejected-by-portal', 'refused to delete this backup'],
    [
      'an error as the server sends it',
      403,
      '{"error":{"message":"no","type":"x","stack":"y","hresult":-1},"status":1,"statusCode":403}',
      'application/json',
      'rejected-by-portal',
      'refused to delete this backup',
    ],
    [
      'an error with status and statusCode null',
      403,
      '{"error":{"message":"no"},"status":null,"statusCode":null}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error without status and statusCode',
      403,
      '{"error":{"message":"no"}}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error without statusCode',
      403,
      '{"error":{"message":"no"},"status":1}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error without status',
      403,
      '{"error":{"message":"no"},"statusCode":403}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    ['an error without a message', 403, '{"error":{}}', '', 'rejected-for-all', BLOCKED],
    ['an error whose message is a number', 403, '{"error":{"message":403}}', '', 'rejected-for-all', BLOCKED],
    ['an error whose message is null', 403, '{"error":{"message":null}}', '', 'rejected-for-all', BLOCKED],
    ['an error that is a text', 403, '{"error":"Access denied"}', '', 'rejected-for-all', BLOCKED],
    ['an error that is null', 403, '{"error":null}', '', 'rejected-for-all', BLOCKED],
    ['an error that is a list', 403, '{"error":[{"message":"no"}]}', '', 'rejected-for-all', BLOCKED],
    ['a message without an error', 403, '{"message":"Access denied"}', '', 'rejected-for-all', BLOCKED],
    ['an error with status 0', 403, '{"error":{"message":"no"},"status":0}', '', 'rejected-for-all', BLOCKED],
    [
      'an error with status as a text',
      403,
      '{"error":{"message":"no"},"status":"1"}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error whose status is the HTTP status',
      403,
      '{"error":{"message":"Access denied"},"status":403}',
      'application/json',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error with another statusCode',
      403,
      '{"error":{"message":"Access denied"},"status":1,"statusCode":404}',
      'application/json',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      'an error with statusCode as a text',
      403,
      '{"error":{"message":"no"},"statusCode":"403"}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    ['an error in a list', 403, '[{"error":{"message":"no"}}]', '', 'rejected-for-all', BLOCKED],
    [
      'an error in a problem',
      403,
      createOwnError('no', 403, ',"title":"x"'),
      PROBLEM,
      'rejected-by-portal',
      'refused to delete this backup',
    ],
    [
      'an error without a message in a problem',
      403,
      '{"error":{},"title":"x"}',
      PROBLEM,
      'rejected-for-all',
      'the portal is busy',
    ],
    [
      'an error after a byte order mark',
      403,
      `\ufeff${createOwnError('no')}`,
      '',
      'rejected-by-portal',
      'refused to delete this backup',
    ],
    ['a problem by its type', 403, 'x', 'application/problem+json', 'rejected-for-all', 'the portal is busy'],
    ['a problem by its type and character set', 403, '{}', PROBLEM, 'rejected-for-all', 'the portal is busy'],
    [
      'a problem by its title',
      403,
      '{"title":"Busy"}',
      'application/json',
      'rejected-for-all',
      'the portal is busy',
    ],
    [
      'a problem in an envelope',
      400,
      '{"response":{"title":"x","status":400},"count":1,"status":1,"statusCode":400}',
      'application/json',
      'rejected-on-the-way',
      'does not understand',
    ],
    ['a bare text in JSON', 403, '"Your IP is restricted"', 'application/json', 'rejected-for-all', BLOCKED],
    ['a page', 403, '<html>', 'text/html', 'rejected-on-the-way', BLOCKED],
    ['a list', 403, '[]', 'application/json', 'rejected-for-all', BLOCKED],
    [
      'an error in a prototype',
      403,
      '{"__proto__":{"error":{"message":"no"}}}',
      '',
      'rejected-for-all',
      BLOCKED,
    ],
    [
      '"Access denied" with another status',
      400,
      createOwnError('Access denied', 400),
      '',
      'rejected-by-portal',
      "backup's f",
    ],
    [
      'a folder that does not exist',
      404,
      '{"error":{"message":"x"},"status":1,"statusCode":404}',
      '',
      'rejected-by-portal',
      'the portal found nothing',
    ],
    [
      'a 404 of other software',
      404,
      '{"status":404,"error":"Not Found"}',
      'application/json',
      'rejected-on-the-way',
      BLOCKED,
    ],
    [
      'a 404 of a gateway, with a message',
      404,
      '{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}',
      'application/json',
      'rejected-on-the-way',
      BLOCKED,
    ],
    ['a 404 of other software without a message', 404, '{"error":{}}', '', 'rejected-on-the-way', BLOCKED],
    ['a portal that is suspended', 404, '{"title":"x"}', PROBLEM, 'rejected-for-all', 'suspended or removed'],
    ['an unknown path', 404, '', '', 'rejected-on-the-way', BLOCKED],
    ['a web server in front', 400, '<html>', 'text/html', 'rejected-on-the-way', BLOCKED],
    [
      'a bot check by its body',
      403,
      '<script src="/cdn-cgi/challenge-platform/h/b/x"></script>',
      'text/html',
      'rejected-for-all',
      'a bot check in front of the portal answered',
    ],
    [
      'a bot check by its body, without a type',
      503,
      '<script src="/cdn-cgi/challenge-platform/h/b/x"></script>',
      '',
      'rejected-for-all',
      'a bot check in front of the portal answered',
    ],
    ['an error of nginx', 500, '<html>worker_connections', 'text/html', 'unanswered', 'a gateway in front'],
    ['an error of the portal', 500, createOwnError('x', 500), '', 'rejected-by-portal', 'failed to process'],
    ['a method that is not allowed', 405, '<html>', 'text/html', 'rejected-on-the-way', BLOCKED],
    ['a redirect', 302, '{"error":{"message":"no"}}', '', 'rejected-for-all', '(redirect)'],
  ])('%s: HTTP %d', (_name, status, body, contentType, kind, advice) => {
    const error = errorFor({ status, body, contentType });
    expect(error.message).toContain(`HTTP ${status} from ${WHERE}: `);
    expect(error.message).toContain(advice);
    expect([error.status, error.kind]).toEqual([status, kind]);
  });

  test.each<[status: number, body: string, advice: string]>([
    [400, '<html>', 'a web server or proxy refused the request. Check scheme and port of portal-url.'],
    [403, '"Your IP is restricted"', 'access is blocked, perhaps by IP restrictions or a firewall.'],
    [403, '{"error":"Access denied"}', 'access is blocked, perhaps by IP restrictions or a firewall.'],
    [404, '', 'there is no such API at this URL.'],
    [404, '{"error":{}}', 'there is no such API at this URL.'],
  ])('HTTP %d with %j is not blamed on the method for the first request or a GET', (status, body, advice) => {
    for (const request of [
      { method: 'DELETE', isSingleBackup: false, isFirstContact: true },
      { method: 'GET', isSingleBackup: false, isFirstContact: false },
    ] as const) {
      expect(() => readResponse(createAnswer({ status, body }), request)).toThrow(
        `HTTP ${status} from ${WHERE}: ${advice}`,
      );
    }
  });
});

test.each<[status: number, kind: OutcomeKind]>([
  [400, 'rejected-on-the-way'],
  [403, 'rejected-for-all'],
  [404, 'rejected-on-the-way'],
])('HTTP %d with an unreadable body: its reason is not known', (status, kind) => {
  const error = errorFor({ status, body: '', bodyProblem: text`x` });
  expect(error.kind).toBe(kind);
  expect(error.message).toBe(
    `HTTP ${status} from ${WHERE}: the answer could not be read to its end, and it holds the reason. Run again; if that does not help, see the portal's log.`,
  );
});

test('an answer that could not be read is an error that tells why', () => {
  const error = errorFor({ status: 200, body: '', bodyProblem: text`the answer is longer than 8 MiB.` });
  expect(error).toMatchObject({ status: 200, kind: 'rejected-on-the-way' });
  expect(error.message).toBe(`HTTP 200 from ${WHERE}, but the answer is longer than 8 MiB.`);
});

test('the error names the wait that the portal asks for, in whole seconds', () => {
  const error = errorFor({ status: 503, waitMs: 1001 });
  expect(error.message).toMatch(/ It asks to wait 2 s\.$/);
  expect(error.waitMs).toBe(1001);
  expect(errorFor({ status: 503, waitMs: Number.POSITIVE_INFINITY }).message).toContain(
    ' It asks to wait 9007199254740991 s.',
  );
  expect(errorFor({ status: 503 }).message).not.toContain('wait');
});

test.each([429, 503, 530])('the error of HTTP %d names the wait', status => {
  expect(errorFor({ status, waitMs: 7_000 }).message).toContain(' It asks to wait 7 s.');
});

test.each([301, 400, 401, 403, 404, 409])(
  'the error of HTTP %d names no wait: it is not sent again',
  status => {
    expect(errorFor({ status, waitMs: 7_000 }).message).not.toContain('wait');
  },
);

test('a response of the wrong type is an error that names the request', () => {
  const error = createUnexpectedResponseError(WHERE, 'a list');
  expect(error.message).toBe(
    `HTTP 200 from ${WHERE}, but its "response" is not a list. Check the portal's version and log.`,
  );
  expect([error.status, error.kind]).toEqual([200, 'rejected-on-the-way']);
});
