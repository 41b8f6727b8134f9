import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, SCHEDULE, startPortal } from '../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle } from './support/action.js';
import { spread } from './support/spread.js';

/** Enough for two attempts and the looks between them, on a busy machine. */
const TIMEOUT_SECONDS = ofTheBundle ? 8 : 2;
/** For the process to start and to end, on a busy machine. */
const SLACK_MS = 2_000;

/**
 * Rows: what goes wrong, once or always. Columns: with which request. Cells: how the step ends, + green or - red, and
 * how often that request is sent.
 *
 * GET stands for the listings before and after of each operation, `by id` for delete-backups and prune-history,
 * `unverified` for `verify: false`. An answer that is lost or cannot be read (reset after, cut, stalled, drip, gzip)
 * comes from a portal that has done what it was told to: where a listing shows that, the step is green.
 */
const MATRIX = `
  fault                          | times  | GET | schedule | history | unverified | by id
  reset before it is handled     | once   | +2  | +2       | +2      | +2         | +2
  reset before it is handled     | always | -2  | -2       | -2      | -2         | -2
  reset after it is done         | once   | +2  | +2       | +1      | +2         | +2
  reset after it is done         | always | -2  | -2       | +1      | -2         | +2
  closed without a word          | once   | +2  | +2       | +2      | +2         | +2
  closed without a word          | always | -2  | -2       | -2      | -2         | -2
  cut body                       | once   | +2  | +2       | +1      | +2         | +2
  cut body                       | always | -2  | -2       | +1      | -2         | +2
  stalled body                   | once   | +2  | +2       | +1      | +2         | +2
  stalled body                   | always | -2  | -2       | +1      | -2         | +2
  slow drip                      | once   | +2  | +2       | +1      | +2         | +2
  slow drip                      | always | -2  | -2       | +1      | -2         | +2
  hang before the headers        | once   | +2  | +2       | +2      | +2         | +2
  hang before the headers        | always | -2  | -2       | -2      | -2         | -2
  429                            | once   | +2  | +2       | +2      | +2         | +2
  429                            | always | -2  | -2       | -2      | -2         | -2
  429, Retry-After in seconds    | once   | +2  | +2       | +2      | +2         | +2
  429, Retry-After in seconds    | always | -2  | -2       | -2      | -2         | -2
  429, Retry-After as a date     | once   | +2  | +2       | +2      | +2         | +2
  429, Retry-After of no meaning | once   | +2  | +2       | +2      | +2         | +2
  429, Retry-After too long      | once   | -1  | -1       | -1      | -1         | -1
  503, Retry-After too far off   | once   | -1  | -1       | -1      | -1         | -1
  502                            | once   | +2  | +2       | +2      | +2         | +2
  502                            | always | -2  | -2       | -2      | -2         | -2
  503                            | once   | +2  | +2       | +2      | +2         | +2
  503                            | always | -2  | -2       | -2      | -2         | -2
  504                            | once   | +2  | +2       | +2      | +2         | +2
  504                            | always | -2  | -2       | -2      | -2         | -2
  504, and it goes on deleting   | once   | +2  | +2       | +1      | +2         | +2
  504, and it goes on deleting   | always | -2  | -2       | +1      | -2         | +2
  504 with a stalled body        | once   | +2  | +2       | +2      | +2         | +2
  500                            | once   | -1  | -1       | -1      | -1         | -1
  wrong JSON                     | once   | -1  | -1       | -1      | -1         | -1
  gzip                           | once   | -1  | -1       | -1      | -1         | +1
  200 MiB of body                | once   | -1  | -1       | -1      | -1         | -1
  200 MiB behind an HTTP 500     | once   | -1  | -1       | -1      | -1         | -1
  301 to http                    | once   | -1  | -1       | -1      | -1         | -1
  301 to another host            | once   | -1  | -1       | -1      | -1         | -1
  301, relative                  | once   | -1  | -1       | -1      | -1         | -1
  101 that nobody asked for      | once   | +2  | +2       | +2      | +2         | +2
  101 that nobody asked for      | always | -2  | -2       | -2      | -2         | -2
  not HTTP at all                | once   | -1  | -1       | -1      | -1         | -1
  headers without an end         | once   | -1  | -1       | -1      | -1         | -1
`;

const TIMED_OUT = /no whole answer within [\d.]+ s, of the \d s that timeout-seconds allows\./;
const LOST = /The connection was lost\. \(ECONNRESET\)/;

/** How the stand-in portal is told to, and what the one error must say. */
const FAULTS: Record<string, { fault: () => Fault; says: RegExp }> = {
  'reset before it is handled': { fault: () => ({ kind: 'reset' }), says: LOST },
  'reset after it is done': { fault: () => ({ kind: 'reset-after' }), says: LOST },
  'closed without a word': { fault: () => ({ kind: 'raw', body: '' }), says: LOST },
  'cut body': { fault: () => ({ kind: 'cut' }), says: LOST },
  'stalled body': { fault: () => ({ kind: 'stall' }), says: TIMED_OUT },
  'slow drip': { fault: () => ({ kind: 'drip' }), says: TIMED_OUT },
  'hang before the headers': { fault: () => ({ kind: 'hang' }), says: TIMED_OUT },
  '429': {
    fault: () => ({ kind: 'rate-limit' }),
    says: /HTTP 429.*the rate limit of the portal is reached\. Run again later/,
  },
  '429, Retry-After in seconds': {
    fault: () => ({ kind: 'rate-limit', retryAfter: '1' }),
    says: /HTTP 429.*It asks to wait 1 s/,
  },
  '429, Retry-After as a date': {
    fault: () => ({ kind: 'rate-limit', retryAfter: new Date(Date.now() + 1000).toUTCString() }),
    says: /never/,
  },
  '429, Retry-After of no meaning': {
    fault: () => ({ kind: 'rate-limit', retryAfter: 'in a while' }),
    says: /never/,
  },
  '429, Retry-After too long': {
    fault: () => ({ kind: 'rate-limit', retryAfter: '60' }),
    says: /HTTP 429.*It asks to wait 60 s, for which retries or timeout-seconds left no room\./,
  },
  '503, Retry-After too far off': {
    fault: () => ({ kind: 'unavailable', retryAfter: new Date(Date.now() + 3_600_000).toUTCString() }),
    says: /HTTP 503.*It asks to wait 3[56]\d\d s, for which retries or timeout-seconds left no room\./,
  },
  '502': { fault: () => ({ kind: 'bad-gateway' }), says: /HTTP 502.*is down\. Run again when it is back/ },
  '503': { fault: () => ({ kind: 'unavailable' }), says: /HTTP 503.*is down\. Run again when it is back/ },
  '504': { fault: () => ({ kind: 'gateway-timeout' }), says: /HTTP 504.*may still be at work\. Run again/ },
  '504, and it goes on deleting': {
    fault: () => ({ kind: 'slow-delete', ms: 100 }),
    says: /HTTP 504.*may still be at work\. Run again/,
  },
  '504 with a stalled body': {
    fault: () => ({ kind: 'status', status: 504, body: '<html>', headers: { 'content-length': '7' } }),
    says: /never/,
  },
  '500': { fault: () => ({ kind: 'server-error' }), says: /HTTP 500.*Its own log has the reason/ },
  'wrong JSON': {
    fault: () => ({ kind: 'not-json' }),
    says: /HTTP 200.*the answer is not JSON\. Check portal-url, and any proxy/,
  },
  gzip: { fault: () => ({ kind: 'gzip' }), says: /HTTP 200.*the answer is not JSON\./ },
  '200 MiB of body': { fault: () => ({ kind: 'huge' }), says: /The answer is longer than [18] MiB/ },
  '200 MiB behind an HTTP 500': {
    fault: () => ({ kind: 'huge', status: 500 }),
    says: /HTTP 500.*Its own log has the reason/,
  },
  '301 to http': {
    fault: () => ({ kind: 'redirect', location: 'http://portal.example/api' }),
    says: /HTTP 301.*redirects to http:\/\/portal\.example\. If that is where it lives, set portal-url to it/,
  },
  '301 to another host': {
    fault: () => ({ kind: 'redirect', location: 'https://elsewhere.example:8443/?key=1' }),
    says: /HTTP 301.*redirects to https:\/\/elsewhere\.example:8443\. If/,
  },
  '301, relative': {
    fault: () => ({ kind: 'redirect', location: '/login' }),
    says: /HTTP 301.*the portal redirects to /,
  },
  '101 that nobody asked for': {
    fault: () => ({
      kind: 'raw',
      body: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    }),
    says: TIMED_OUT,
  },
  'not HTTP at all': {
    fault: () => ({ kind: 'not-http' }),
    says: /No HTTP, or no TLS, is spoken here\. Check scheme and port/,
  },
  'headers without an end': {
    fault: () => ({ kind: 'raw', body: `HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(5_000)}` }),
    says: /No HTTP, or no TLS, is spoken here/,
  },
};

/** What each operation sends when all is well: each of them has one backup, or the schedule, to delete. */
const OPERATIONS: Record<string, { inputs: Record<string, string>; sends: string[] }> = {
  'delete-schedule': { inputs: {}, sends: ['GET', 'DELETE', 'GET'] },
  'delete-history': { inputs: {}, sends: ['GET', 'DELETE', 'GET'] },
  'delete-backups': { inputs: { 'backup-ids': makeId(2) }, sends: ['GET', 'DELETE', 'GET'] },
  'prune-history': { inputs: { 'keep-last': '1' }, sends: ['GET', 'DELETE', 'GET'] },
  'delete-schedule, unverified': { inputs: { verify: 'false' }, sends: ['DELETE'] },
  'delete-history, unverified': { inputs: { verify: 'false' }, sends: ['DELETE'] },
};

interface Place {
  operation: string;
  /** Which of its requests goes wrong. */
  at: number;
  column: string;
}

const PLACES: readonly Place[] = [
  ...['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'].flatMap(operation => [
    { operation, at: 0, column: 'GET' },
    { operation, at: 2, column: 'GET' },
  ]),
  { operation: 'delete-schedule', at: 1, column: 'schedule' },
  { operation: 'delete-history', at: 1, column: 'history' },
  { operation: 'delete-schedule, unverified', at: 0, column: 'unverified' },
  { operation: 'delete-history, unverified', at: 0, column: 'unverified' },
  { operation: 'delete-backups', at: 1, column: 'by id' },
  { operation: 'prune-history', at: 1, column: 'by id' },
];
/** In this process the cells cannot run side by side; one place is enough to meet every fault there. */
const places = ofTheBundle ? PLACES : PLACES.slice(-4, -3);

const [titles = [], ...rows] = MATRIX.trim()
  .split('\n')
  .map(line => line.split('|').map(cell => cell.trim()));

const cells = rows.flatMap(([name = '', times = '', ...ends]) =>
  places.map(place => {
    const end = ends[titles.indexOf(place.column) - 2] ?? '';
    if (!/^[+-][12]$/.test(end)) throw new Error(`There is no cell for ${name}, ${place.column}`);
    const what = `${OPERATIONS[place.operation]?.sends[place.at]} as request ${place.at + 1} of ${place.operation}`;
    return { ...place, name, times, what, end, isGreen: end.startsWith('+'), sent: Number(end.slice(1)) };
  }),
);
type Cell = (typeof cells)[number];

const resultOf = spread(cells, async ({ name, times, operation, at }: Cell) => {
  const { inputs = {}, sends = [] } = OPERATIONS[operation] ?? {};
  const fault = FAULTS[name]?.fault();
  if (!fault) throw new Error(`There is no fault ${name}`);
  const place = { on: sends[at] ?? '', skip: at === 2 ? 1 : 0 };
  const portal = await startPortal({
    backups: makeBackups(2),
    schedule: SCHEDULE,
    faults: [{ ...fault, ...place, ...(times === 'once' ? { times: 1 } : {}) }],
  });
  try {
    const start = performance.now();
    const result = await act({
      operation: operation.replace(', unverified', ''),
      'portal-url': portal.url,
      retries: '1',
      'timeout-seconds': String(TIMEOUT_SECONDS),
      ...inputs,
    });
    return { ...result, tookMs: performance.now() - start, portal };
  } finally {
    await portal.close();
  }
});

/** The methods that the portal must have seen, in order. */
function expectedMethods({ operation, at, column, isGreen, sent }: Cell): string[] {
  const { sends = [] } = OPERATIONS[operation] ?? {};
  const after = isGreen ? sends.slice(at + 1) : column === 'by id' ? ['GET'] : [];
  return [...sends.slice(0, at), ...Array.from({ length: sent }, () => sends[at] ?? ''), ...after];
}

test('every row has its fault, and every fault a row', () => {
  expect(new Set(rows.map(([name]) => name))).toEqual(new Set(Object.keys(FAULTS)));
});

describe(`the fault matrix, ${rows.length} faults at ${places.length} requests: ${cells.length} cells`, () => {
  describe.each(rows.map(([name = '', times = '']) => ({ name, times })))(
    '$name, $times',
    ({ name, times }) => {
      test.each(cells.filter(cell => cell.name === name && cell.times === times))(
        '$what: $end',
        async cell => {
          const result = await resultOf(cell);
          const { history, schedule } = result.portal.state;
          const methods = result.portal.state.requests.map(({ method }) => method);

          expect(result.code).toBe(cell.isGreen ? 0 : 1);
          expect(result.tookMs).toBeLessThan(TIMEOUT_SECONDS * 1000 + SLACK_MS);
          expect(Object.keys(result.outputs)).toHaveLength(10);
          expect(result.summary).toContain(cell.isGreen ? '✅ Done: ' : '❌ Failed: ');

          if (cell.column === 'history') {
            // How often it looks in between depends on the time that is left.
            expect(methods.filter(method => method === 'DELETE')).toHaveLength(cell.sent);
          } else expect(methods).toEqual(expectedMethods(cell));

          if (cell.isGreen) {
            const isGone = cell.operation.includes('schedule')
              ? schedule.own === undefined
              : !history.own.some(record => JSON.stringify(record).includes(makeId(2)));
            expect(isGone).toBe(true);
          } else {
            expect(errorOf(result)).toMatch(FAULTS[cell.name]?.says ?? /^never$/);
            expect(errorOf(result)).toMatch(/(GET|DELETE) \/api\/2\.0\/backup\/\S+ on 127\.0\.0\.1:\d+\b/);
          }
        },
      );
    },
  );
});

if (ofTheBundle) {
  describe.each(Object.keys(OPERATIONS))('%s without a portal', operation => {
    const { inputs = {} } = OPERATIONS[operation] ?? {};
    const all = {
      operation: operation.replace(', unverified', ''),
      retries: '1',
      'timeout-seconds': String(TIMEOUT_SECONDS),
      ...inputs,
    };

    test.each([
      [
        'connection refused',
        'http://127.0.0.1:1',
        /nothing listens at this host and port\. \(ECONNREFUSED\)/,
      ],
      [
        'unknown host',
        'https://portal.invalid',
        /The host name cannot be found\. Check portal-url\. \((ENOTFOUND|EAI_AGAIN)\)/,
      ],
    ])('%s: tried twice, then red', async (_fault, portalUrl, says) => {
      const result = await act({ ...all, 'portal-url': portalUrl });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toMatch(says);
      expect(errorOf(result)).toContain(` on ${new URL(portalUrl).host}: `);
      expect(result.log.match(/Attempt \d of \d; the next in 0\.[2-5] s\./g)).toHaveLength(1);
      expect(Object.keys(result.outputs)).toHaveLength(10);
    });

    test('connection refused once: green when the portal is there for the second attempt', async () => {
      const { port, close } = await startPortal();
      await close();
      let late: ReturnType<typeof startPortal> | undefined;
      const result = await act(
        { ...all, 'portal-url': `http://127.0.0.1:${port}` },
        {
          onLog: text => {
            if (text.includes('Attempt 1 of 2'))
              late = startPortal({ port, backups: makeBackups(2), schedule: SCHEDULE });
          },
        },
      );
      await (await late)?.close();
      expect(result.log).toContain('ECONNREFUSED');
      expect(result.code).toBe(0);
    });
  });
}
