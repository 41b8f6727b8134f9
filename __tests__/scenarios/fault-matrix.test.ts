import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type Portal, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, ofTheBundle } from '../support/action.js';
import { openPortal } from '../support/portals.js';
import { spread } from '../support/spread.js';

/**
 * Rows: a fault that one request meets once or always; in brackets, other faults that the action handles in the same way.
 * Columns: the request that meets it. The action handles these four in different ways:
 *
 * - `GET`: the final listing of prune-history. It stands for every request that is judged only by its answer: each GET, and
 *   each DELETE with `verify: false` (the second table has them all, for one fault);
 * - `schedule`, `history`: the DELETE of these operations; `by id`: the DELETE of prune-history, which delete-backups
 *   sends too. What is listed afterwards is also part of the result.
 *
 * A DELETE by id without an answer, or with an error, is sent once more at the end; if the portal never confirms it, the step
 * fails. If the portal may still be working, the action requests the schedule twice again, and the history after 2, 4, 8 and
 * 15 s.
 *
 * Cells: + if the step succeeds, - if it fails; then the requests that the portal received, with `retries: 1`: G for a GET,
 * D for a DELETE. "done": the portal did what was requested, but its answer is lost or cannot be read.
 */
const MATRIX = `
  fault                                   | times  | GET    | schedule | history  | by id
  lost [reset]                            | once   | + GDGG | + GDDG   | + GDGGGGDG | + GDDG
  lost [reset]                            | always | - GDGG | - GDDGGG | - GDGGGGDGGGG | - GDDDG
  done, and lost [reset, cut body]        | once   | + GDGG | + GDDG   | + GDGG   | + GDDG
  done, and lost [reset, cut body]        | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  hang                                    | once   | + GDGG | + GDDG   | + GDGGGGDG | + GDDG
  hang                                    | always | - GDGG | - GDDGGG | - GDGGGGDGGGG | - GDDDG
  done, and a stalled body [slow drip]    | once   | + GDGG | + GDDG   | + GDGG   | + GDDG
  done, and a stalled body [slow drip]    | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  502 [599]                               | once   | + GDGG | + GDDG   | + GDGGGGDG | + GDDG
  502 [599]                               | always | - GDGG | - GDDGGG | - GDGGGGDGGGG | - GDDDG
  the 500 of nginx                        | once   | + GDGG | + GDDG   | + GDGGGGDG | + GDDG
  the 500 of nginx                        | always | - GDGG | - GDDGGG | - GDGGGGDGGGG | - GDDDG
  502, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  503                                     | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  503                                     | always | - GDGG | - GDDG   | - GDDG   | - GDDDG
  530 [521, 523]                          | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  530 [521, 523]                          | always | - GDGG | - GDDG   | - GDDG   | - GDDDG
  504                                     | once   | + GDGG | + GDDG   | + GDGGGGDG | + GDDG
  504                                     | always | - GDGG | - GDDGGG | - GDGGGGDGGGG | - GDDDG
  504, and it goes on                     | once   | + GDGG | + GDDG   | + GDGG   | + GDDG
  504, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  408, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  520, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  522, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  524, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | - GDDDG
  503, Retry-After in seconds             | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  503, Retry-After too far off            | once   | - GDG  | - GDG    | - GDG    | + GDDG
  503, Retry-After too far off            | always | - GDG  | - GDG    | - GDG    | - GDDG
  429 [Retry-After of no meaning]         | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  429, Retry-After in seconds [as a date] | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  429, Retry-After too long               | once   | - GDG  | - GD     | - GD     | - GD
  500                                     | once   | + GDGG | - GD     | - GDG    | + GDDG
  500                                     | always | - GDGG | - GD     | - GDG    | - GDDG
  403 in the error form [400]             | once   | - GDG  | - GD     | - GDG    | + GDDG
  403 in the error form [400]             | always | - GDG  | - GD     | - GDG    | - GDDG
  wrong JSON [200 MiB, another status]    | once   | - GDG  | - GD     | - GDG    | - GDG
  101                                     | once   | - GDG  | - GD     | - GDG    | - GDG
  done, without its last byte             | once   | - GDG  | - GD     | - GDG    | - GDG
  a byte order mark                       | always | + GDG  | + GDG    | + GDG    | + GDG
  gzip, though not requested              | always | + GDG  | + GDG    | + GDG    | + GDG
  301 [401, 402, no such name, TLS]       | once   | - GDG  | - GD     | - GD     | - GDG
  a bot check                             | once   | - GDG  | - GD     | - GD     | - GDG
  not HTTP at all                         | once   | - GDG  | - GDGGG  | - GDGGGG | + GDDG
  not HTTP at all                         | always | - GDG  | - GDGGG  | - GDGGGG | - GDDG
`;

const TIMED_OUT =
  /no complete answer within [\d.]+ s; timeout-seconds is \d+\. If the portal is slow, raise timeout-seconds\./;
const LOST = /The connection was lost\. \(ECONNRESET\)/;
const MAY_BE_WORKING = /the gateway gave up waiting, and the portal may still be at work\. Run again later/;

/** The fault of the stand-in portal, and what the error message must match. */
const FAULTS: Record<string, { fault: Fault; message: RegExp }> = {
  lost: { fault: { kind: 'lost-before' }, message: /The connection was lost\./ },
  'done, and lost': { fault: { kind: 'reset-after' }, message: LOST },
  hang: { fault: { kind: 'hang' }, message: TIMED_OUT },
  'done, and a stalled body': { fault: { kind: 'stall' }, message: TIMED_OUT },
  '502': {
    fault: { kind: 'bad-gateway' },
    message: /HTTP 502.*backup service is down\. Run again when it is back/,
  },
  '502, and it goes on': {
    fault: { kind: 'slow-delete', ms: 100, status: 502 },
    message: /HTTP 502.*backup service is down\. Run again when it is back/,
  },
  'the 500 of nginx': {
    fault: { kind: 'nginx-error' },
    message: /HTTP 500.*a gateway in front of the portal failed\. Check its log, then run again\./,
  },
  '503': {
    fault: { kind: 'unavailable' },
    message: /HTTP 503.*backup service is down\. Run again when it is back/,
  },
  '530': {
    fault: { kind: 'page', status: 530 },
    message: /HTTP 530.*the gateway in front of the portal cannot re/,
  },
  '504': { fault: { kind: 'gateway-timeout' }, message: MAY_BE_WORKING },
  '504, and it goes on': { fault: { kind: 'slow-delete', ms: 100 }, message: MAY_BE_WORKING },
  '408, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 408 }, message: MAY_BE_WORKING },
  '520, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 520 }, message: MAY_BE_WORKING },
  '522, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 522 }, message: MAY_BE_WORKING },
  '524, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 524 }, message: MAY_BE_WORKING },
  '503, Retry-After in seconds': { fault: { kind: 'unavailable', retryAfter: '1' }, message: /^never$/ },
  '503, Retry-After too far off': {
    fault: { kind: 'unavailable', retryAfter: new Date(Date.UTC(2099, 0)).toUTCString() },
    message: /HTTP 503.* asks to wait \d+ s\./,
  },
  '429': { fault: { kind: 'rate-limit' }, message: /^never$/ },
  '429, Retry-After in seconds': { fault: { kind: 'rate-limit', retryAfter: '1' }, message: /^never$/ },
  '429, Retry-After too long': {
    fault: { kind: 'rate-limit', retryAfter: '600' },
    message: /HTTP 429.*It asks to wait 600 s, which is longer than timeout-seconds allows\. Run again later/,
  },
  '500': { fault: { kind: 'server-error' }, message: /HTTP 500.*the portal failed to process the request/ },
  '403 in the error form': {
    fault: { kind: 'error-form', status: 403 },
    message: /HTTP 403.*the portal refused (the request|to delete this backup); see its log/,
  },
  'wrong JSON': {
    fault: { kind: 'not-json' },
    message: /HTTP 200.*the answer is incomplete: its JSON breaks off or is damaged\. Run again; if that/,
  },
  'done, without its last byte': {
    fault: { kind: 'http10-cut' },
    message: /HTTP 200.*the answer is incomplete: its JSON breaks off or is damaged\. Run again; if that/,
  },
  '101': {
    fault: { kind: 'switching-protocols' },
    message: /HTTP 101.*DocSpace never sends this status\. Check proxies/,
  },
  'a bot check': {
    fault: { kind: 'bot-check' },
    message:
      /HTTP 403.*a bot check in front of the portal answered.* Exempt \/api\/2\.0\/ from it, or use a self-/,
  },
  'a byte order mark': { fault: { kind: 'bom' }, message: /^never$/ },
  'gzip, though not requested': { fault: { kind: 'gzip' }, message: /^never$/ },
  '301': {
    fault: { kind: 'redirect', location: 'https://elsewhere.example:8443/?key=1' },
    message: /HTTP 301.*redirects to another host, elsewhere\.example:8443\. If that is a login/,
  },
  'not HTTP at all': {
    fault: { kind: 'not-http' },
    message: /The answer is not valid HTTP\. Check scheme and port of portal-url, and any proxy/,
  },
};

interface Column {
  inputs: Record<string, string>;
  /** The requests that meet the fault. */
  on: string;
  skip?: number;
}

const COLUMNS: Record<string, Column> = {
  GET: { inputs: { operation: 'prune-history', 'keep-last': '1' }, on: 'GET', skip: 1 },
  schedule: { inputs: { operation: 'delete-schedule' }, on: 'DELETE' },
  history: { inputs: { operation: 'delete-history' }, on: 'DELETE' },
  'by id': { inputs: { operation: 'prune-history', 'keep-last': '1' }, on: 'DELETE' },
};

const [[, , ...columns] = [], ...rows] = MATRIX.trim()
  .split('\n')
  .map(line => line.split('|').map(cell => cell.trim()));

const allCells = rows.flatMap(([title = '', times = '', ...ends]) =>
  columns.map((column, index) => {
    const [sign = '', requests = ''] = (ends[index] ?? '').split(' ');
    if (!/^[+-]$/.test(sign) || !/^G[GD]+$/.test(requests))
      throw new Error(`There is no cell for ${title}, ${column}`);
    return {
      title,
      name: title.replace(/ \[.*/, ''),
      times,
      column,
      sign,
      requests,
      isSuccess: sign === '+',
    };
  }),
);
type Cell = (typeof allCells)[number];
// A DELETE by id counts as hung after 100 s, which is too long in real time.
const cells = allCells.filter(
  ({ name, column }) => !(ofTheBundle && column === 'by id' && /hang|stall/.test(name)),
);

/** In real time, as short as attempts that hang allow. With the clock of the test, any time costs nothing. */
function timeoutOf({ name, times, column }: Cell): number {
  if (!/hang|stall/.test(name)) return 60;
  if (!ofTheBundle) return 300;
  // The portal counts as still deleting for 15 s.
  if (column === 'history' && name === 'hang') return 50;
  return times === 'once' ? 10 : 24;
}

const resultOf = spread(cells, async (cell: Cell) => {
  const { inputs, ...place } = COLUMNS[cell.column] ?? { inputs: {}, on: '' };
  const fault = FAULTS[cell.name]?.fault;
  if (!fault) throw new Error(`There is no fault ${cell.name}`);
  const portal = await openPortal({
    backups: makeBackups(2),
    schedule: SCHEDULE,
    faults: [{ ...fault, ...place, ...(cell.times === 'once' ? { times: 1 } : {}) }],
  });
  const timeout = String(timeoutOf(cell));
  try {
    const result = await act({
      'portal-url': portal.url,
      retries: '1',
      'timeout-seconds': timeout,
      ...inputs,
    });
    return { ...result, portal };
  } finally {
    await portal.close();
  }
});

/** G for a GET, D for a DELETE. */
function lettersOf({ seen }: Portal): string {
  return seen.map(request => request[0]).join('');
}

test('every row has its fault, and every fault a row', () => {
  expect(new Set(allCells.map(({ name }) => name))).toEqual(new Set(Object.keys(FAULTS)));
  expect(columns).toEqual(Object.keys(COLUMNS));
});

describe(`${cells.length} cells of the fault matrix`, () => {
  test.each(cells)('$title, $times, $column: $sign, $requests', async cell => {
    const result = await resultOf(cell);
    const { history, schedule, deletedIds } = result.portal.state;

    expect(result.code).toBe(cell.isSuccess ? 0 : 1);
    const letters = lettersOf(result.portal);
    // In real time, the number of listings while the portal may be working depends on the time that is left.
    const dependsOnTime = timeoutOf(cell) < 60 && cell.column !== 'GET';
    if (dependsOnTime) expect(letters.replaceAll('G', '')).toBe(cell.requests.replaceAll('G', ''));
    else expect(letters).toBe(cell.requests);
    expect(result.ms).toBeLessThan(timeoutOf(cell) * 1000 + (ofTheBundle ? 5_000 : 0));
    expect(Object.keys(result.outputs)).toHaveLength(11);

    if (cell.isSuccess) {
      expect(result.log).toMatch(/^Done: /m);
      if (cell.column === 'schedule') expect(schedule.own).toBeUndefined();
      else expect(history.own).toHaveLength(cell.column === 'history' ? 0 : 1);
    } else {
      expect(errorOf(result)).toMatch(FAULTS[cell.name]?.message ?? /^never$/);
      expect(errorOf(result)).toMatch(/(GET|DELETE) \/api\/2\.0\/backup\/\S+ on 127\.0\.0\.1:\d+\b/);
      expect(result.log).toMatch(/^Failed: /m);
      if (cell.column !== 'schedule') {
        // What is still at the portal is never reported as deleted.
        expect(Number(result.outputs['deleted-count'])).toBeLessThanOrEqual(deletedIds.size);
      }
    }
  });
});

describe('every other request that is judged only by its answer is handled like the first column', () => {
  const places = Array.of<[name: string, inputs: Record<string, string>, sent: string, index: number]>(
    ['the first GET of delete-schedule', { operation: 'delete-schedule' }, 'GDG', 0],
    ['the last GET of delete-schedule', { operation: 'delete-schedule' }, 'GDG', 2],
    ['the first listing of delete-history', { operation: 'delete-history' }, 'GDG', 0],
    ['the final listing of delete-history', { operation: 'delete-history' }, 'GDG', 2],
    [
      'the first listing of delete-backups',
      { operation: 'delete-backups', 'backup-ids': makeId(2) },
      'GDG',
      0,
    ],
    [
      'the final listing of delete-backups',
      { operation: 'delete-backups', 'backup-ids': makeId(2) },
      'GDG',
      2,
    ],
    ['the first listing of prune-history', { operation: 'prune-history', 'keep-last': '1' }, 'GDG', 0],
    [
      'the DELETE of delete-schedule with verify: false',
      { operation: 'delete-schedule', verify: 'false' },
      'D',
      0,
    ],
    [
      'the DELETE of delete-history with verify: false',
      { operation: 'delete-history', verify: 'false' },
      'D',
      0,
    ],
  ).flatMap(([name, inputs, sent, index]) =>
    ['once', 'always'].map(times => {
      const [before, after] = [sent.slice(0, index), sent.slice(index + 1)];
      const twice = `${sent[index]}${sent[index]}`;
      return {
        name,
        inputs,
        times,
        on: sent[index] === 'G' ? 'GET' : 'DELETE',
        skip: index === 2 ? 1 : 0,
        requests: before + twice + (times === 'once' ? after : ''),
      };
    }),
  );
  const resultOfPlace = spread(places, async ({ inputs, times, on, skip }) => {
    const portal = await openPortal({
      backups: makeBackups(2),
      schedule: SCHEDULE,
      faults: [{ kind: 'unavailable', on, skip, ...(times === 'once' ? { times: 1 } : {}) }],
    });
    try {
      return { portal, ...(await act({ 'portal-url': portal.url, retries: '1', ...inputs })) };
    } finally {
      await portal.close();
    }
  });

  test.each(places)('503 $times, for $name: $requests', async place => {
    const result = await resultOfPlace(place);
    expect(lettersOf(result.portal)).toBe(place.requests);
    expect(result.code).toBe(place.times === 'once' ? 0 : 1);
    if (result.code === 1) expect(errorOf(result)).toContain('HTTP 503 from ');
  });
});
