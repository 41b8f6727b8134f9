import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/failure.js';
import type { BodyForm } from '../../src/portal/envelope.js';
import { type Asked, isGatewayStatus, isOpenStatus, meaningOf } from '../../src/portal/statuses.js';
import { say } from '../../src/text.js';

const ASKED = {
  'a GET': { method: 'GET', isOfOneBackup: false, isFirst: false },
  'the first GET of a run': { method: 'GET', isOfOneBackup: false, isFirst: true },
  'a DELETE': { method: 'DELETE', isOfOneBackup: false, isFirst: false },
  'the first DELETE of a run': { method: 'DELETE', isOfOneBackup: false, isFirst: true },
  'a DELETE by id': { method: 'DELETE', isOfOneBackup: true, isFirst: false },
} satisfies Record<string, Asked>;
type Question = keyof typeof ASKED;

const NO_API = /no such API at this URL\. Check portal-url, and the version/;
const NOT_UNDERSTOOD = /does not understand the request\. It may be too old for this action/;
const WEB_SERVER = /^a web server or proxy refused the request\. Check scheme and port of portal-url\.$/;
const BLOCKED =
  /^other requests were answered, so something in front of the portal may block DELETE requests\. Allow them there\.$/;
const TOO_SLOW = /the gateway gave up waiting, and the portal may still be at work/;
const UNREACHED = /the gateway in front of the portal cannot reach it/;
const DOWN = /the portal or its backup service is down/;
const NO_SUCCESS =
  /no portal answers like this\. Something between the runner and the portal may have; see its log\.$/;
const ROLES = /user must be the Owner or a DocSpace admin .* dump: true works on a self-hosted server only/;

/** Every status of the API page, in each form that means something else, and asked in each way that does. */
test.each<[status: number, form: BodyForm, asked: Question, verdict: Verdict, advice: RegExp]>([
  [400, 'problem', 'a GET', 'backup', NOT_UNDERSTOOD],
  [400, 'problem', 'a DELETE by id', 'backup', NOT_UNDERSTOOD],
  [400, 'empty', 'a GET', 'backup', NOT_UNDERSTOOD],
  [400, 'other', 'a GET', 'backup', WEB_SERVER],
  [400, 'other', 'the first GET of a run', 'backup', WEB_SERVER],
  [400, 'other', 'the first DELETE of a run', 'backup', WEB_SERVER],
  [400, 'empty', 'the first DELETE of a run', 'backup', NOT_UNDERSTOOD],
  [400, 'other', 'a DELETE by id', 'backup', BLOCKED],
  [400, 'empty', 'a DELETE', 'backup', BLOCKED],
  [400, 'error', 'a DELETE', 'file', /the portal refused the request; see its log/],
  [
    400,
    'error',
    'a DELETE by id',
    'file',
    /could not delete this backup's file\. Is the account of its stor/,
  ],
  [
    401,
    'empty',
    'a GET',
    'all',
    /does not accept the token.* without quotes, .*a key of the very portal that po/,
  ],
  [401, 'error', 'a DELETE by id', 'all', /does not accept the token/],
  [402, 'problem', 'a GET', 'all', /the portal is unpaid, or its licence has expired/],
  [402, 'other', 'a DELETE by id', 'all', /the portal is unpaid/],
  [402, 'error', 'a DELETE', 'all', /the plan or the quota of the portal does not allow this/],
  [
    403,
    'empty',
    'a GET',
    'all',
    /the API key may not even read\. Make one with access "All" \(Settings → Dev/,
  ],
  [
    403,
    'empty',
    'a DELETE',
    'all',
    /the API key may not write\. Make one with access "All" \(Settings → Dev/,
  ],
  [403, 'empty', 'a DELETE by id', 'all', /the API key may not write/],
  [403, 'denied', 'a GET', 'file', ROLES],
  [403, 'denied', 'a DELETE', 'file', ROLES],
  [
    403,
    'denied',
    'a DELETE by id',
    'file',
    /this is about this backup's file: the portal's own process may no/,
  ],
  [403, 'error', 'a GET', 'file', /^the portal refused the request; see its log\.$/],
  [403, 'error', 'a DELETE by id', 'file', /the portal refused to delete this backup; see its log/],
  [
    403,
    'problem',
    'a GET',
    'all',
    /the portal is busy: it is being restored, moved or encrypted\. Run again whe/,
  ],
  [403, 'problem', 'a DELETE by id', 'all', /the portal is busy/],
  [
    403,
    'other',
    'a GET',
    'all',
    /IP restrictions or a firewall.* use a key made by the Owner, whom IP restric/,
  ],
  [403, 'other', 'the first DELETE of a run', 'all', /IP restrictions or a firewall/],
  [403, 'other', 'a DELETE by id', 'all', BLOCKED],
  [403, 'other', 'a DELETE', 'all', BLOCKED],
  [404, 'empty', 'a GET', 'all', NO_API],
  [404, 'other', 'a GET', 'all', NO_API],
  [404, 'other', 'the first DELETE of a run', 'all', NO_API],
  [404, 'empty', 'the first DELETE of a run', 'all', NO_API],
  [404, 'other', 'a DELETE by id', 'all', BLOCKED],
  [404, 'empty', 'a DELETE', 'all', BLOCKED],
  [404, 'error', 'a GET', 'nothing-left', /the portal found nothing; see its log/],
  [404, 'error', 'a DELETE by id', 'nothing-left', /there is nothing left to delete/],
  [404, 'problem', 'a DELETE by id', 'all', /the portal is suspended or removed/],
  [404, 'unreadable', 'a GET', 'all', /could not be read to its end, and with it the reason/],
  [500, 'unreadable', 'a DELETE by id', 'file', /the portal failed to process the request/],
  [504, 'unreadable', 'a DELETE by id', 'gateway-open', TOO_SLOW],
  [405, 'empty', 'the first DELETE of a run', 'backup', NO_API],
  [405, 'error', 'a DELETE', 'backup', NO_API],
  [405, 'problem', 'a DELETE', 'backup', NO_API],
  [405, 'other', 'a GET', 'backup', NO_API],
  [405, 'empty', 'a DELETE', 'backup', BLOCKED],
  [405, 'other', 'a DELETE by id', 'backup', BLOCKED],
  [408, 'other', 'a DELETE by id', 'gateway-open', TOO_SLOW],
  [429, 'empty', 'a GET', 'all', /the rate limit of the portal is reached\. Run again later\.$/],
  [429, 'other', 'a DELETE by id', 'all', /the rate limit of the portal is reached\. Run again later\.$/],
  [
    500,
    'error',
    'the first GET of a run',
    'file',
    /also answers like this if its name in portal-url is wrong/,
  ],
  [500, 'error', 'the first DELETE of a run', 'file', /also answers like this if its name in portal-url/],
  [500, 'other', 'a DELETE by id', 'file', /failed to process the request; see its log\.$/],
  [
    500,
    'error',
    'a GET',
    'file',
    /see its log\. If it was the list of backups, look for a storage whose account is disconnected\.$/,
  ],
  [502, 'other', 'a GET', 'gateway', DOWN],
  [503, 'error', 'a DELETE by id', 'gateway', DOWN],
  [504, 'other', 'a DELETE', 'gateway-open', TOO_SLOW],
  [520, 'other', 'a DELETE', 'gateway-open', TOO_SLOW],
  [521, 'other', 'a DELETE', 'gateway', UNREACHED],
  [522, 'other', 'a DELETE', 'gateway-open', TOO_SLOW],
  [523, 'other', 'a DELETE', 'gateway', UNREACHED],
  [524, 'other', 'a DELETE', 'gateway-open', TOO_SLOW],
  [201, 'other', 'a DELETE', 'backup', NO_SUCCESS],
  [202, 'other', 'a DELETE by id', 'backup', NO_SUCCESS],
  [204, 'empty', 'a DELETE', 'backup', NO_SUCCESS],
  [206, 'other', 'a GET', 'backup', NO_SUCCESS],
  [407, 'empty', 'a GET', 'backup', NO_SUCCESS],
  [409, 'error', 'a DELETE by id', 'backup', NO_SUCCESS],
  [501, 'error', 'a DELETE by id', 'backup', NO_SUCCESS],
  [525, 'other', 'a GET', 'backup', NO_SUCCESS],
  [0, 'empty', 'a GET', 'backup', NO_SUCCESS],
])('HTTP %d, body "%s", to %s: %s', (status, form, asked, verdict, advice) => {
  const meaning = meaningOf(status, form, ASKED[asked], say`(redirect)`);
  expect(meaning.verdict).toBe(verdict);
  expect(meaning.advice).toMatch(advice);
});

test('HTTP 304 ends the run, and is no redirect', () => {
  const meaning = meaningOf(304, 'empty', ASKED['a GET'], say`(redirect)`);
  expect(meaning).toEqual({
    verdict: 'all',
    advice: expect.stringMatching(/^a cache between the runner and the portal has answered/),
  });
});

test.each([300, 301, 302, 303, 307, 308, 399])(
  'HTTP %d ends the run, with what the redirect means',
  status => {
    for (const form of ['empty', 'error', 'other'] as const) {
      const meaning = meaningOf(status, form, ASKED['a DELETE by id'], say`(redirect)`);
      expect(meaning).toEqual({ verdict: 'all', advice: '(redirect)' });
    }
  },
);

test('no advice but that of a redirect ever says to set portal-url, which a wrong server could bring about', () => {
  for (let status = 100; status < 600; status++) {
    for (const form of ['empty', 'error', 'denied', 'problem', 'other'] as const) {
      for (const asked of Object.values(ASKED)) {
        expect(meaningOf(status, form, asked, say``).advice).not.toMatch(/set portal-url/i);
      }
    }
  }
});

describe('a gateway', () => {
  test("the statuses that are not the portal's word are 408, 502 to 504 and 520 to 524", () => {
    const all = Array.from({ length: 600 }, (_, status) => status);
    expect(all.filter(isGatewayStatus)).toEqual([408, 502, 503, 504, 520, 521, 522, 523, 524]);
  });

  test('the portal may still be at work after 408, 504, 520, 522 and 524', () => {
    const all = Array.from({ length: 600 }, (_, status) => status);
    expect(all.filter(isOpenStatus)).toEqual([408, 504, 520, 522, 524]);
  });
});
