import { describe, expect, test } from '@jest/globals';
import type { BodyForm } from '../../../src/portal/answers/body-form.js';
import type { FailureKind } from '../../../src/portal/answers/outcomes.js';
import {
  explainStatus,
  isAlreadyGone,
  isGatewayError,
  mayBeRunningBehind,
  type RequestFacts,
} from '../../../src/portal/answers/statuses.js';
import { text } from '../../../src/text/printable.js';

const REQUESTS = {
  'a GET': { method: 'GET', isSingleBackup: false, isFirstContact: false },
  'the first GET of a run': { method: 'GET', isSingleBackup: false, isFirstContact: true },
  'a DELETE': { method: 'DELETE', isSingleBackup: false, isFirstContact: false },
  'the first DELETE of a run': { method: 'DELETE', isSingleBackup: false, isFirstContact: true },
  'a DELETE by id': { method: 'DELETE', isSingleBackup: true, isFirstContact: false },
} satisfies Record<string, RequestFacts>;
type RequestName = keyof typeof REQUESTS;

const FORMS = [
  'empty',
  'own-error',
  'access-denied',
  'problem-details',
  'html',
  'bot-check',
  'unreadable',
  'other',
] as const;

const NO_API = /no such API at this URL\. Check portal-url, and the version/;
const NOT_UNDERSTOOD = /does not understand the request\. It may be too old for this action/;
const WEB_SERVER = /^a web server or proxy refused the request\. Check scheme and port of portal-url\.$/;
const BLOCKED =
  /^other requests were answered, so something in front of the portal may block DELETE requests\. Allow them there\.$/;
const TOO_SLOW = /the gateway gave up waiting, and the portal may still be at work/;
const UNREACHED = /the gateway in front of the portal cannot reach it/;
const DOWN = /the portal or its backup service is down/;
const GATEWAY_FAILED = /^a gateway in front of the portal failed\. Check its log, then run again\.$/;
const FIREWALL =
  /^a firewall or proxy in front of the portal refused the request\. Allow this runner's address/;
const BOT_CHECK =
  /^a bot check in front of the portal answered.* Exempt \/api\/2\.0\/ from it, or use a self-hosted runner/;
const OTHER_STATUS = /^DocSpace never sends this status\. Check proxies between the runner and the portal\.$/;
const ROLES = /user must be the Owner or a DocSpace admin .* dump: true works on a self-hosted server only/;

/** Every status of the API page, with each form of body and each request that changes its meaning. */
test.each<[status: number, form: BodyForm, request: RequestName, kind: FailureKind, advice: RegExp]>([
  [400, 'problem-details', 'a GET', 'rejected-on-the-way', NOT_UNDERSTOOD],
  [400, 'problem-details', 'a DELETE by id', 'rejected-on-the-way', NOT_UNDERSTOOD],
  [400, 'empty', 'a GET', 'rejected-on-the-way', NOT_UNDERSTOOD],
  [400, 'html', 'a GET', 'rejected-on-the-way', WEB_SERVER],
  [400, 'html', 'the first GET of a run', 'rejected-on-the-way', WEB_SERVER],
  [400, 'html', 'the first DELETE of a run', 'rejected-on-the-way', WEB_SERVER],
  [400, 'html', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [400, 'other', 'a GET', 'rejected-on-the-way', NOT_UNDERSTOOD],
  [400, 'bot-check', 'a GET', 'rejected-for-all', BOT_CHECK],
  [400, 'empty', 'the first DELETE of a run', 'rejected-on-the-way', NOT_UNDERSTOOD],
  [400, 'other', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [400, 'empty', 'a DELETE', 'rejected-on-the-way', BLOCKED],
  [400, 'own-error', 'a DELETE', 'rejected-by-portal', /the portal refused the request; see its log/],
  [
    400,
    'own-error',
    'a DELETE by id',
    'rejected-by-portal',
    /could not delete this backup's file\. Is the account of its stor/,
  ],
  [
    401,
    'empty',
    'a GET',
    'rejected-for-all',
    /does not accept the token.* without quotes, .*a key of the portal that portal-url n/,
  ],
  [401, 'own-error', 'a DELETE by id', 'rejected-for-all', /does not accept the token/],
  [402, 'problem-details', 'a GET', 'rejected-for-all', /the portal is unpaid, or its licence has expired/],
  [402, 'other', 'a DELETE by id', 'rejected-for-all', /the portal is unpaid/],
  [
    402,
    'own-error',
    'a DELETE',
    'rejected-for-all',
    /the plan or the quota of the portal does not allow this/,
  ],
  [
    403,
    'empty',
    'a GET',
    'rejected-for-all',
    /the API key may not even read\. Make one with access "All" \(Settings → Dev/,
  ],
  [
    403,
    'empty',
    'a DELETE',
    'rejected-for-all',
    /the API key may not write\. Make one with access "All" \(Settings → Dev/,
  ],
  [403, 'empty', 'a DELETE by id', 'rejected-for-all', /the API key may not write/],
  [403, 'access-denied', 'a GET', 'rejected-by-portal', ROLES],
  [403, 'access-denied', 'a DELETE', 'rejected-by-portal', ROLES],
  [
    403,
    'access-denied',
    'a DELETE by id',
    'rejected-by-portal',
    /this concerns this backup's file: the portal's own process may no/,
  ],
  [403, 'own-error', 'a GET', 'rejected-by-portal', /^the portal refused the request; see its log\.$/],
  [
    403,
    'own-error',
    'a DELETE by id',
    'rejected-by-portal',
    /the portal refused to delete this backup; see its log/,
  ],
  [
    403,
    'problem-details',
    'a GET',
    'rejected-for-all',
    /the portal is busy: it is being restored, moved or encrypted\. Run again whe/,
  ],
  [403, 'problem-details', 'a DELETE by id', 'rejected-for-all', /the portal is busy/],
  [
    403,
    'other',
    'a GET',
    'rejected-for-all',
    /IP restrictions or a firewall.* use a key made by the Owner, to whom IP restric/,
  ],
  [403, 'other', 'the first DELETE of a run', 'rejected-for-all', /IP restrictions or a firewall/],
  [403, 'html', 'a GET', 'rejected-on-the-way', FIREWALL],
  [403, 'html', 'the first DELETE of a run', 'rejected-on-the-way', FIREWALL],
  [403, 'html', 'a DELETE', 'rejected-on-the-way', BLOCKED],
  [403, 'html', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [403, 'bot-check', 'the first GET of a run', 'rejected-for-all', BOT_CHECK],
  [403, 'bot-check', 'a DELETE by id', 'rejected-for-all', BOT_CHECK],
  [403, 'other', 'a DELETE by id', 'rejected-for-all', BLOCKED],
  [403, 'other', 'a DELETE', 'rejected-for-all', BLOCKED],
  [404, 'empty', 'a GET', 'rejected-on-the-way', NO_API],
  [404, 'html', 'a GET', 'rejected-on-the-way', NO_API],
  [404, 'other', 'a GET', 'rejected-on-the-way', NO_API],
  [404, 'other', 'the first DELETE of a run', 'rejected-on-the-way', NO_API],
  [404, 'empty', 'the first DELETE of a run', 'rejected-on-the-way', NO_API],
  [404, 'empty', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [404, 'html', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [404, 'other', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [404, 'empty', 'a DELETE', 'rejected-on-the-way', BLOCKED],
  [404, 'own-error', 'a GET', 'rejected-by-portal', /the portal found nothing; see its log/],
  [404, 'own-error', 'a DELETE by id', 'rejected-by-portal', /the portal found nothing/],
  [404, 'problem-details', 'a DELETE by id', 'rejected-for-all', /the portal is suspended or removed/],
  [
    404,
    'unreadable',
    'a GET',
    'rejected-on-the-way',
    /could not be read to its end, and it holds the reason/,
  ],
  [500, 'unreadable', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [504, 'unreadable', 'a DELETE by id', 'unanswered', TOO_SLOW],
  [405, 'empty', 'the first DELETE of a run', 'rejected-on-the-way', NO_API],
  [405, 'own-error', 'a DELETE', 'rejected-on-the-way', NO_API],
  [405, 'problem-details', 'a DELETE', 'rejected-on-the-way', NO_API],
  [405, 'other', 'a GET', 'rejected-on-the-way', NO_API],
  [405, 'empty', 'a DELETE', 'rejected-on-the-way', BLOCKED],
  [405, 'other', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [405, 'html', 'a DELETE by id', 'rejected-on-the-way', BLOCKED],
  [408, 'other', 'a DELETE by id', 'unanswered', TOO_SLOW],
  [429, 'empty', 'a GET', 'rejected-for-all', /the rate limit of the portal is reached\. Run again later\.$/],
  [
    429,
    'other',
    'a DELETE by id',
    'rejected-for-all',
    /the rate limit of the portal is reached\. Run again later\.$/,
  ],
  [
    500,
    'own-error',
    'the first GET of a run',
    'rejected-by-portal',
    /also answers like this if its name in portal-url is wrong/,
  ],
  [
    500,
    'own-error',
    'the first DELETE of a run',
    'rejected-by-portal',
    /also answers like this if its name in portal-url/,
  ],
  [500, 'own-error', 'a DELETE by id', 'rejected-by-portal', /failed to process the request; see its log\.$/],
  [500, 'html', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [500, 'html', 'the first GET of a run', 'unanswered', GATEWAY_FAILED],
  [500, 'empty', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [500, 'problem-details', 'a DELETE', 'unanswered', GATEWAY_FAILED],
  [500, 'other', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [
    500,
    'own-error',
    'a GET',
    'rejected-by-portal',
    /see its log\. If it was the list of backups, look for a storage whose account is disconnected\.$/,
  ],
  [502, 'html', 'a GET', 'unanswered', DOWN],
  [502, 'own-error', 'a DELETE by id', 'unanswered', DOWN],
  [503, 'html', 'a DELETE by id', 'not-received', DOWN],
  [503, 'bot-check', 'a GET', 'rejected-for-all', BOT_CHECK],
  [503, 'bot-check', 'a DELETE by id', 'rejected-for-all', BOT_CHECK],
  [503, 'own-error', 'a DELETE by id', 'not-received', DOWN],
  [504, 'other', 'a DELETE', 'unanswered', TOO_SLOW],
  [520, 'other', 'a DELETE', 'unanswered', TOO_SLOW],
  [521, 'other', 'a DELETE', 'not-received', UNREACHED],
  [522, 'other', 'a DELETE', 'unanswered', TOO_SLOW],
  [523, 'other', 'a DELETE', 'not-received', UNREACHED],
  [524, 'other', 'a DELETE', 'unanswered', TOO_SLOW],
  [530, 'html', 'a GET', 'not-received', UNREACHED],
  [530, 'other', 'a DELETE by id', 'not-received', UNREACHED],
  [201, 'other', 'a DELETE', 'rejected-on-the-way', OTHER_STATUS],
  [202, 'other', 'a DELETE by id', 'rejected-on-the-way', OTHER_STATUS],
  [204, 'empty', 'a DELETE', 'rejected-on-the-way', OTHER_STATUS],
  [206, 'other', 'a GET', 'rejected-on-the-way', OTHER_STATUS],
  [407, 'empty', 'a GET', 'rejected-on-the-way', OTHER_STATUS],
  [409, 'own-error', 'a DELETE by id', 'rejected-on-the-way', OTHER_STATUS],
  [409, 'html', 'a DELETE by id', 'rejected-on-the-way', OTHER_STATUS],
  [451, 'html', 'a DELETE by id', 'rejected-on-the-way', OTHER_STATUS],
  [101, 'unreadable', 'a DELETE by id', 'rejected-on-the-way', OTHER_STATUS],
  [501, 'own-error', 'a DELETE by id', 'rejected-by-portal', /failed to process the request; see its log\.$/],
  [501, 'empty', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [525, 'other', 'a GET', 'unanswered', GATEWAY_FAILED],
  [599, 'html', 'a DELETE by id', 'unanswered', GATEWAY_FAILED],
  [0, 'empty', 'a GET', 'rejected-on-the-way', OTHER_STATUS],
])('HTTP %d with a body of form "%s", answered to %s, is %s', (status, form, request, kind, advice) => {
  const meaning = explainStatus(status, form, REQUESTS[request], text`(redirect)`);
  expect(meaning.kind).toBe(kind);
  expect(meaning.advice).toMatch(advice);
});

test('HTTP 304 rejects every request, and is not a redirect', () => {
  const meaning = explainStatus(304, 'empty', REQUESTS['a GET'], text`(redirect)`);
  expect(meaning).toEqual({
    kind: 'rejected-for-all',
    advice: expect.stringMatching(/^a cache between the runner and the portal answered/),
  });
});

test.each([300, 301, 302, 303, 307, 308, 399])(
  'HTTP %d rejects every request, and its advice is that of the redirect',
  status => {
    for (const form of ['empty', 'own-error', 'other'] as const) {
      const meaning = explainStatus(status, form, REQUESTS['a DELETE by id'], text`(redirect)`);
      expect(meaning).toEqual({ kind: 'rejected-for-all', advice: '(redirect)' });
    }
  },
);

test('only the advice of a redirect tells to set portal-url: a wrong server could send any other answer', () => {
  for (let status = 100; status < 600; status++) {
    for (const form of FORMS) {
      for (const request of Object.values(REQUESTS)) {
        expect(explainStatus(status, form, request, text``).advice).not.toMatch(/set portal-url/i);
      }
    }
  }
});

test('only a 404 of the portal itself to a DELETE by id means that nothing is left to delete', () => {
  const found: string[] = [];
  for (let status = 100; status < 600; status++) {
    for (const form of FORMS) {
      for (const [name, request] of Object.entries(REQUESTS))
        if (isAlreadyGone(status, form, request)) found.push(`${status} ${form} ${name}`);
    }
  }
  expect(found).toEqual(['404 own-error a DELETE by id']);
});

const ALL_STATUSES = Array.from({ length: 600 }, (_, status) => status);
const FROM_500 = ALL_STATUSES.slice(500);

describe('a gateway error', () => {
  test('in the error form of the portal is 408, 502 to 504, 520 to 524, or 530', () => {
    const found = ALL_STATUSES.filter(status => isGatewayError(status, 'own-error'));
    expect(found).toEqual([408, 502, 503, 504, 520, 521, 522, 523, 524, 530]);
  });

  test.each(['empty', 'html', 'problem-details', 'unreadable', 'other'] as const)(
    'with a body of form "%s" is 408, or any status of 500 and more',
    form => {
      const found = ALL_STATUSES.filter(status => isGatewayError(status, form));
      expect(found).toEqual([408, ...FROM_500]);
    },
  );

  test('is never a bot check, which would answer the next request too', () => {
    expect(ALL_STATUSES.filter(status => isGatewayError(status, 'bot-check'))).toEqual([]);
    expect(ALL_STATUSES.filter(status => mayBeRunningBehind(status, 'bot-check'))).toEqual([]);
  });

  test('leaves open whether the portal is still working, except after 503, 521, 523 and 530', () => {
    const notReceived = [503, 521, 523, 530];
    for (const form of ['empty', 'html', 'other'] as const) {
      const found = ALL_STATUSES.filter(status => mayBeRunningBehind(status, form));
      expect(found).toEqual([408, ...FROM_500.filter(status => !notReceived.includes(status))]);
    }
    const found = ALL_STATUSES.filter(status => mayBeRunningBehind(status, 'own-error'));
    expect(found).toEqual([408, 502, 504, 520, 522, 524]);
  });
});
