import { describe, expect, test } from '@jest/globals';
import { BadAnswer, type Verdict } from '../../src/failure.js';
import { readResponse, unexpected } from '../../src/portal/envelope.js';
import type { Answer } from '../../src/portal/http.js';
import { say } from '../../src/text.js';

const WHERE = say`DELETE /api on portal.example`;
const ASKED = { method: 'DELETE', isOfOneBackup: true, isFirst: false } as const;

function answer(change: Partial<Answer>): Answer {
  return {
    where: WHERE,
    status: 200,
    contentType: 'application/json; charset=utf-8',
    redirect: say`(redirect)`,
    wait: undefined,
    rateLimit: undefined,
    body: '',
    took: 1,
    ...change,
  };
}

/** What is thrown for an answer. Fails when it is taken for a success. */
function errorFor(change: Partial<Answer>): BadAnswer {
  try {
    readResponse(answer(change), ASKED);
  } catch (error) {
    if (error instanceof BadAnswer) return error;
    throw error;
  }
  throw new Error('It is taken for a success');
}

/** An envelope as the server sends it, with changes; `undefined` takes a field out. */
function envelope(change: Record<string, unknown> = {}): string {
  const links = [{ href: 'https://p/api', action: 'DELETE' }];
  return JSON.stringify({ response: true, count: 1, links, status: 0, statusCode: 200, ...change });
}

describe('an envelope that reports success', () => {
  test.each<[name: string, body: string, response: unknown]>([
    ['true', envelope(), true],
    ['false, which is for others to judge', envelope({ response: false }), false],
    ['a list', envelope({ response: [1, 2], count: 2 }), [1, 2]],
    ['an empty list', envelope({ response: [], count: 0 }), []],
    ['an object', envelope({ response: { a: 1 } }), { a: 1 }],
    ['null', envelope({ response: null }), null],
    ['no response at all', envelope({ response: undefined, count: 0 }), undefined],
    ['no count beside a list', envelope({ response: [1], count: undefined }), [1]],
    ['a count that is null', envelope({ response: [1], count: null }), [1]],
    ['no statusCode', envelope({ statusCode: undefined }), true],
    ['a statusCode that is null', envelope({ statusCode: null }), true],
    ['an error that is null', envelope({ error: null }), true],
    ['the bare minimum', '{"status":0,"response":true}', true],
    ['the bare minimum without a response', '{"status":0,"statusCode":200}', undefined],
    ['white space around it', ` \n${envelope()}\n`, true],
    ['a byte order mark before it', `\ufeff${envelope()}`, true],
  ])('%s', (_name, body, response) => {
    expect(readResponse(answer({ body }), ASKED)).toEqual(response);
  });
});

describe('an envelope that contradicts itself proves nothing', () => {
  test.each<[name: string, body: string, says: string]>([
    ['status 1', envelope({ status: 1 }), '"status" is not 0'],
    ['status as a text', envelope({ status: '0' }), '"status" is not 0'],
    ['status false', envelope({ status: false }), '"status" is not 0'],
    ['status null', envelope({ status: null }), '"status" is not 0'],
    ['no status', envelope({ status: undefined }), '"status" is not 0'],
    ['a list in its place', '[]', '"status" is not 0'],
    ['status in a prototype', '{"response":true,"__proto__":{"status":0}}', '"status" is not 0'],
    ['statusCode 500', envelope({ statusCode: 500 }), '"statusCode" is not 200'],
    ['statusCode 0', envelope({ statusCode: 0 }), '"statusCode" is not 200'],
    ['statusCode as a text', envelope({ statusCode: '200' }), '"statusCode" is not 200'],
    // Much other software answers like this.
    [
      'no response, and nothing but status',
      '{"status":0,"message":"Please log in"}',
      '"statusCode" is not 200',
    ],
    ['a response of null without statusCode', '{"status":0,"response":null}', '"statusCode" is not 200'],
    ['no response, and a statusCode of null', '{"status":0,"statusCode":null}', '"statusCode" is not 200'],
    ['an error beside a response', envelope({ error: { message: 'no' } }), 'it has an "error"'],
    ['an error of another type', envelope({ error: false }), 'it has an "error"'],
    [
      'status 0 with statusCode 500 and an error',
      envelope({ statusCode: 500, error: { message: 'no' } }),
      '"statusCode" is not 200',
    ],
    [
      'count 4 over an empty list',
      envelope({ response: [], count: 4 }),
      '"count" is not the length of the list',
    ],
    [
      'count 0 over a list of one',
      envelope({ response: [1], count: 0 }),
      '"count" is not the length of the list',
    ],
    [
      'a count that is a text',
      envelope({ response: [1], count: '1' }),
      '"count" is not the length of the list',
    ],
  ])('%s', (_name, body, says) => {
    const { message, status, verdict } = errorFor({ body });
    expect(message).toBe(
      `HTTP 200 from ${WHERE}, but the answer does not report success: ${says}. See the portal's log.`,
    );
    expect([status, verdict]).toEqual([200, 'backup']);
  });
});

const NO_JSON = 'the answer is not JSON. Check portal-url, and any proxy in between.';
const PAGE = 'the answer is a web page: there is no DocSpace API at this URL. Check portal-url.';

describe('HTTP 200 without an envelope', () => {
  test.each<[name: string, body: string, contentType: string, says: string]>([
    ['nothing', '', 'application/json', 'the answer is empty. Nothing is proven by it.'],
    ['a page', '<!doctype html><p>', 'text/html', PAGE],
    ['a page of no type', ' \n<p>', 'text/plain', PAGE],
    ['a page without a tag', 'Hello', 'text/html; charset=utf-8', PAGE],
    ['white space', ' \n ', 'application/json', NO_JSON],
    ['half of it', '{"response":true,', 'application/json', NO_JSON],
    ['two of them', `${envelope()}{}`, 'application/json', NO_JSON],
    ['two byte order marks', `\ufeff\ufeff${envelope()}`, 'application/json', NO_JSON],
    ['plain text', 'OK', 'text/plain', NO_JSON],
    ['plain text with a tag in it', 'a <b>', 'text/plain', NO_JSON],
    ['null', 'null', 'application/json', NO_JSON],
    ['true', 'true', 'application/json', NO_JSON],
    ['a number', '0', 'application/json', NO_JSON],
    ['10,000 lists that do not end', '['.repeat(10_000), 'application/json', NO_JSON],
  ])('%s', (_name, body, contentType, says) => {
    const { message, verdict } = errorFor({ body, contentType });
    expect(message).toBe(`HTTP 200 from ${WHERE}, but ${says}`);
    expect(verdict).toBe('backup');
  });
});

describe('an answer of many parts', () => {
  const ofParts = (open: string, parts: number) =>
    envelope({ response: ['PARTS'], count: undefined, links: undefined }).replace(
      '"PARTS"',
      Array(parts - 2)
        .fill(open)
        .join(),
    );

  test.each(['[]', '{}'])('may have 400,000 of them: %s', part => {
    expect(readResponse(answer({ body: ofParts(part, 400_000) }), ASKED)).toHaveLength(399_998);
  });

  test.each<[name: string, body: string]>([
    ['lists', ofParts('[]', 400_001)],
    ['objects', ofParts('{}', 400_001)],
    ['lists in lists, which do not end', '['.repeat(400_001)],
  ])('and with one more is refused before it is parsed: %s', (_name, body) => {
    const { message, status, verdict } = errorFor({ body });
    expect(message).toBe(`HTTP 200 from ${WHERE}, but the answer has more than 400000 parts.`);
    expect([status, verdict]).toEqual([200, 'backup']);
  });
});

/** What somebody else than the portal says to a DELETE after the portal has answered. */
const BLOCKED =
  'other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.';

/** An error as the server sends it. */
function ownError(message: string, status = 403, more = ''): string {
  return `{"error":{"message":${JSON.stringify(message)}},"status":1,"statusCode":${status}${more}}`;
}

/** The form decides between file and all, and whose fault it is: each row has an advice that no other form of it has. */
describe('the form of an HTTP error', () => {
  const PROBLEM = 'application/problem+json; charset=utf-8';
  test.each<[name: string, status: number, body: string, type: string, verdict: Verdict, says: string]>([
    ['empty', 403, '', '', 'all', 'the API key may not write'],
    ['denied', 403, ownError('Access denied'), 'application/json', 'file', 'access denied. The list'],
    ['another message', 403, ownError('access denied!'), '', 'file', 'refused to delete this backup'],
    ['an empty message', 403, ownError(''), '', 'file', 'refused to delete this backup'],
    [
      'an error as the server sends it',
      403,
      '{"error":{"message":"no","type":"x","stack":"y","hresult":-1},"status":1,"statusCode":403}',
      'application/json',
      'file',
      'refused to delete this backup',
    ],
    [
      'an error with nulls beside it',
      403,
      '{"error":{"message":"no"},"status":null,"statusCode":null}',
      '',
      'all',
      BLOCKED,
    ],
    ['an error with nothing beside it', 403, '{"error":{"message":"no"}}', '', 'all', BLOCKED],
    ['an error without statusCode', 403, '{"error":{"message":"no"},"status":1}', '', 'all', BLOCKED],
    ['an error without status', 403, '{"error":{"message":"no"},"statusCode":403}', '', 'all', BLOCKED],
    ['an error without a message', 403, '{"error":{}}', '', 'all', BLOCKED],
    ['an error whose message is a number', 403, '{"error":{"message":403}}', '', 'all', BLOCKED],
    ['an error whose message is null', 403, '{"error":{"message":null}}', '', 'all', BLOCKED],
    ['an error that is a text', 403, '{"error":"Access denied"}', '', 'all', BLOCKED],
    ['an error that is null', 403, '{"error":null}', '', 'all', BLOCKED],
    ['an error that is a list', 403, '{"error":[{"message":"no"}]}', '', 'all', BLOCKED],
    ['a message beside no error', 403, '{"message":"Access denied"}', '', 'all', BLOCKED],
    ['an error with status 0', 403, '{"error":{"message":"no"},"status":0}', '', 'all', BLOCKED],
    ['an error with status as a text', 403, '{"error":{"message":"no"},"status":"1"}', '', 'all', BLOCKED],
    [
      'an error whose status is the HTTP status',
      403,
      '{"error":{"message":"Access denied"},"status":403}',
      'application/json',
      'all',
      BLOCKED,
    ],
    [
      'an error with another statusCode',
      403,
      '{"error":{"message":"Access denied"},"status":1,"statusCode":404}',
      'application/json',
      'all',
      BLOCKED,
    ],
    [
      'an error with statusCode as a text',
      403,
      '{"error":{"message":"no"},"statusCode":"403"}',
      '',
      'all',
      BLOCKED,
    ],
    ['an error in a list', 403, '[{"error":{"message":"no"}}]', '', 'all', BLOCKED],
    [
      'an error in a problem',
      403,
      ownError('no', 403, ',"title":"x"'),
      PROBLEM,
      'file',
      'refused to delete this backup',
    ],
    [
      'an error without a message in a problem',
      403,
      '{"error":{},"title":"x"}',
      PROBLEM,
      'all',
      'the portal is busy',
    ],
    [
      'an error after a byte order mark',
      403,
      `\ufeff${ownError('no')}`,
      '',
      'file',
      'refused to delete this backup',
    ],
    ['a problem by its type', 403, 'x', 'application/problem+json', 'all', 'the portal is busy'],
    ['a problem by its type and character set', 403, '{}', PROBLEM, 'all', 'the portal is busy'],
    ['a problem by its title', 403, '{"title":"Busy"}', 'application/json', 'all', 'the portal is busy'],
    [
      'a problem in an envelope',
      400,
      '{"response":{"title":"x","status":400},"count":1,"status":1,"statusCode":400}',
      'application/json',
      'backup',
      'does not understand',
    ],
    ['a bare text in JSON', 403, '"Your IP is restricted"', 'application/json', 'all', BLOCKED],
    ['a page', 403, '<html>', 'text/html', 'all', BLOCKED],
    ['a list', 403, '[]', 'application/json', 'all', BLOCKED],
    ['an error in a prototype', 403, '{"__proto__":{"error":{"message":"no"}}}', '', 'all', BLOCKED],
    ['"Access denied" beside another status', 400, ownError('Access denied', 400), '', 'file', "backup's f"],
    [
      'a folder that is not there',
      404,
      '{"error":{"message":"x"},"status":1,"statusCode":404}',
      '',
      'nothing-left',
      'there is nothing left to delete',
    ],
    [
      'a 404 of other software',
      404,
      '{"status":404,"error":"Not Found"}',
      'application/json',
      'all',
      BLOCKED,
    ],
    [
      'a 404 of a gateway, with a message',
      404,
      '{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}',
      'application/json',
      'all',
      BLOCKED,
    ],
    ['a 404 of other software without a message', 404, '{"error":{}}', '', 'all', BLOCKED],
    ['a portal that is suspended', 404, '{"title":"x"}', PROBLEM, 'all', 'suspended or removed'],
    ['an unknown path', 404, '', '', 'all', BLOCKED],
    ['a web server in front', 400, '<html>', 'text/html', 'backup', BLOCKED],
    ['a method that is not allowed', 405, '<html>', 'text/html', 'backup', BLOCKED],
    ['a redirect', 302, '{"error":{"message":"no"}}', '', 'all', '(redirect)'],
  ])('%s: HTTP %d', (_name, status, body, contentType, verdict, says) => {
    const error = errorFor({ status, body, contentType });
    expect(error.message).toContain(`HTTP ${status} from ${WHERE}: `);
    expect(error.message).toContain(says);
    expect([error.status, error.verdict]).toEqual([status, verdict]);
  });

  test.each<[status: number, body: string, says: string]>([
    [400, '<html>', 'a web server or proxy refused the request. Check scheme and port of portal-url.'],
    [403, '"Your IP is restricted"', 'access is blocked, perhaps by IP restrictions or a firewall.'],
    [403, '{"error":"Access denied"}', 'access is blocked, perhaps by IP restrictions or a firewall.'],
    [404, '', 'there is no such API at this URL.'],
    [404, '{"error":{}}', 'there is no such API at this URL.'],
  ])(
    'HTTP %d with %j, where nothing was answered before, is not said to be about DELETE',
    (status, body, says) => {
      for (const asked of [
        { method: 'DELETE', isOfOneBackup: false, isFirst: true },
        { method: 'GET', isOfOneBackup: false, isFirst: false },
      ] as const) {
        expect(() => readResponse(answer({ status, body }), asked)).toThrow(
          `HTTP ${status} from ${WHERE}: ${says}`,
        );
      }
    },
  );
});

test.each<[status: number, verdict: Verdict]>([
  [400, 'backup'],
  [403, 'all'],
  [404, 'all'],
])('HTTP %d whose body could not be had: its reason is not known', (status, verdict) => {
  const error = errorFor({ status, body: '', flaw: say`x` });
  expect(error.verdict).toBe(verdict);
  expect(error.message).toBe(
    `HTTP ${status} from ${WHERE}: the answer could not be read to its end, and with it the reason. Run again; if it stays so, see the portal's log.`,
  );
});

test('an answer that could not be read is an error that says why', () => {
  const error = errorFor({ status: 200, body: '', flaw: say`the answer is longer than 8 MiB.` });
  expect(error).toMatchObject({ status: 200, verdict: 'backup' });
  expect(error.message).toBe(`HTTP 200 from ${WHERE}, but the answer is longer than 8 MiB.`);
});

test('the wait that the portal asks for stands in the error, in whole seconds', () => {
  const error = errorFor({ status: 503, wait: 1001 });
  expect(error.message).toMatch(/ It asks to wait 2 s, for which retries or timeout-seconds left no room\.$/);
  expect(error.wait).toBe(1001);
  expect(errorFor({ status: 503, wait: Number.POSITIVE_INFINITY }).message).toContain(
    ' It asks to wait 9007199254740991 s, for ',
  );
  expect(errorFor({ status: 503 }).message).not.toContain('wait');
});

test('a response that is not what it should be is an error that says where', () => {
  const error = unexpected(WHERE, 'a list');
  expect(error.message).toBe(
    `HTTP 200 from ${WHERE}, but its "response" is not a list. Check the portal's version and log.`,
  );
  expect([error.status, error.verdict]).toEqual([200, 'backup']);
});
