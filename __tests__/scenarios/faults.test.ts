import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId, type Portal, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { type ActResult, act, errorOf, ofTheBundle } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { openPortal, portalWith } from '../support/portals.js';
import { spread } from '../support/spread.js';

/**
 * Rows: what goes wrong, once or always, with one request; in brackets, what else takes the same way. Columns: with which
 * request, of four that take ways of their own:
 *
 * - `GET`: the closing listing of prune-history, which stands for all that is judged by its answer alone: every GET, and
 *   every DELETE with `verify: false` (the second table has them all, for one fault);
 * - `schedule`, `history`: the DELETE of these two operations; `by id`: the DELETE of prune-history, and so that of
 *   delete-backups. There a listing, or a look at the schedule, has a say as well.
 *
 * A DELETE by id that had no answer, or an error, is sent once more in the end. Where the portal may still be at work, the
 * history and the schedule are looked at again.
 *
 * Cells: how the step ends, + green or - red, and what the portal saw, with `retries: 1`: G for a GET, D for a DELETE.
 * An answer that is lost or cannot be read ("done") comes from a portal that has done what it was told.
 */
const MATRIX = `
  fault                                   | times  | GET    | schedule | history  | by id
  lost [reset]                            | once   | + GDGG | + GDDG   | + GDGGDG | + GDDG
  lost [reset]                            | always | - GDGG | - GDDGGG | - GDGGDGG | - GDDDG
  done, and lost [reset, cut body]        | once   | + GDGG | + GDDG   | + GDG    | + GDDG
  done, and lost [reset, cut body]        | always | - GDGG | + GDDG   | + GDG    | + GDDDG
  hang [101]                              | once   | + GDGG | + GDDG   | + GDGGDG | + GDDG
  hang [101]                              | always | - GDGG | - GDDGGG | - GDGGDGG | - GDDDG
  done, and a stalled body [slow drip]    | once   | + GDGG | + GDDG   | + GDG    | + GDDG
  done, and a stalled body [slow drip]    | always | - GDGG | + GDDG   | + GDG    | + GDDDG
  502 [503]                               | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  502 [503]                               | always | - GDGG | - GDDG   | - GDDG   | - GDDDG
  521 [523]                               | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  521 [523]                               | always | - GDGG | - GDDG   | - GDDG   | - GDDDG
  504                                     | once   | + GDGG | + GDDG   | + GDGGDG | + GDDG
  504                                     | always | - GDGG | - GDDGGG | - GDGGDGG | - GDDDG
  504, and it goes on                     | once   | + GDGG | + GDDG   | + GDGG   | + GDDG
  504, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | + GDDDG
  408, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | + GDDDG
  520, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | + GDDDG
  522, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | + GDDDG
  524, and it goes on                     | always | - GDGG | + GDDG   | + GDGG   | + GDDDG
  503, Retry-After in seconds             | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  503, Retry-After too far off            | once   | - GDG  | - GDG    | - GDG    | + GDDG
  503, Retry-After too far off            | always | - GDG  | - GDG    | - GDG    | - GDDG
  429 [Retry-After of no meaning]         | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  429, Retry-After in seconds [as a date] | once   | + GDGG | + GDDG   | + GDDG   | + GDDG
  429, Retry-After too long               | once   | - GDG  | - GD     | - GD     | - GD
  500 [400, 403 in the error form]        | once   | - GDG  | - GD     | - GDG    | + GDDG
  500 [400, 403 in the error form]        | always | - GDG  | - GD     | - GDG    | - GDDG
  wrong JSON [200 MiB, another status]    | once   | - GDG  | - GD     | - GDG    | - GDG
  done, and gzip                          | once   | - GDG  | - GD     | - GDG    | - GDG
  a byte order mark                       | always | + GDG  | + GDG    | + GDG    | + GDG
  301 [401, 402, no such name, TLS]       | once   | - GDG  | - GD     | - GD     | - GDG
  not HTTP at all                         | once   | - GDG  | - GDGGG  | - GDGG   | + GDDG
  not HTTP at all                         | always | - GDG  | - GDGGG  | - GDGG   | - GDDG
`;

const TIMED_OUT =
  /no whole answer within [\d.]+ s, of the \d+ s that timeout-seconds allows\. If the portal is slow, raise that; a single deletion has 100 s at most\./;
const LOST = /The connection was lost\. \(ECONNRESET\)/;
const AT_WORK = /the gateway gave up waiting, and the portal may still be at work\. Run again later/;

/** How the stand-in portal is told to, and what the error must say. */
const FAULTS: Record<string, { fault: Fault; says: RegExp }> = {
  lost: { fault: { kind: 'lost-before' }, says: /The connection was lost\./ },
  'done, and lost': { fault: { kind: 'reset-after' }, says: LOST },
  hang: { fault: { kind: 'hang' }, says: TIMED_OUT },
  'done, and a stalled body': { fault: { kind: 'stall' }, says: TIMED_OUT },
  '502': {
    fault: { kind: 'bad-gateway' },
    says: /HTTP 502.*backup service is down\. Run again when it is back/,
  },
  '521': {
    fault: { kind: 'page', status: 521 },
    says: /HTTP 521.*the gateway in front of the portal cannot re/,
  },
  '504': { fault: { kind: 'gateway-timeout' }, says: AT_WORK },
  '504, and it goes on': { fault: { kind: 'slow-delete', ms: 100 }, says: AT_WORK },
  '408, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 408 }, says: AT_WORK },
  '520, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 520 }, says: AT_WORK },
  '522, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 522 }, says: AT_WORK },
  '524, and it goes on': { fault: { kind: 'slow-delete', ms: 100, status: 524 }, says: AT_WORK },
  '503, Retry-After in seconds': { fault: { kind: 'unavailable', retryAfter: '1' }, says: /^never$/ },
  '503, Retry-After too far off': {
    fault: { kind: 'unavailable', retryAfter: new Date(Date.UTC(2099, 0)).toUTCString() },
    says: /HTTP 503.* asks to wait \d+ s, for which retries or timeout-seconds left no room/,
  },
  '429': { fault: { kind: 'rate-limit' }, says: /^never$/ },
  '429, Retry-After in seconds': { fault: { kind: 'rate-limit', retryAfter: '1' }, says: /^never$/ },
  '429, Retry-After too long': {
    fault: { kind: 'rate-limit', retryAfter: '600' },
    says: /HTTP 429.*It asks to wait 600 s, for which timeout-seconds leaves no room\. Run again later/,
  },
  '500': { fault: { kind: 'server-error' }, says: /HTTP 500.*the portal failed to process the request/ },
  'wrong JSON': { fault: { kind: 'not-json' }, says: /HTTP 200.*the answer is not JSON\. Check portal-url/ },
  'done, and gzip': { fault: { kind: 'gzip' }, says: /HTTP 200.*the answer is not JSON\./ },
  'a byte order mark': { fault: { kind: 'bom' }, says: /^never$/ },
  '301': {
    fault: { kind: 'redirect', location: 'https://elsewhere.example:8443/?key=1' },
    says: /HTTP 301.*redirects to another host, elsewhere\.example:8443\. If that is a login/,
  },
  'not HTTP at all': {
    fault: { kind: 'not-http' },
    says: /The answer is not valid HTTP\. Check scheme and port of portal-url, and any proxy/,
  },
};

interface Column {
  inputs: Record<string, string>;
  /** The requests that go wrong. */
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

const cells = rows.flatMap(([title = '', times = '', ...ends]) =>
  columns.map((column, index) => {
    const [sign = '', saw = ''] = (ends[index] ?? '').split(' ');
    if (!/^[+-]$/.test(sign) || !/^G[GD]+$/.test(saw))
      throw new Error(`There is no cell for ${title}, ${column}`);
    return { title, name: title.replace(/ \[.*/, ''), times, column, sign, saw, isGreen: sign === '+' };
  }),
);
type Cell = (typeof cells)[number];

/** In real time, as short as the attempts that hang allow; by the clock of the test, it costs nothing. */
function timeoutOf({ name, times }: Cell): number {
  if (!ofTheBundle || !/hang|stall/.test(name)) return 60;
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
  expect(new Set(cells.map(({ name }) => name))).toEqual(new Set(Object.keys(FAULTS)));
  expect(columns).toEqual(Object.keys(COLUMNS));
});

describe(`${cells.length} cells of the fault matrix`, () => {
  test.each(cells)('$title, $times, $column: $sign, $saw', async cell => {
    const result = await resultOf(cell);
    const { history, schedule, deletedIds } = result.portal.state;

    expect(result.code).toBe(cell.isGreen ? 0 : 1);
    const letters = lettersOf(result.portal);
    // In real time, how often it looks while the portal may be at work depends on the time that is left.
    const dependsOnTime = timeoutOf(cell) < 60 && cell.column !== 'GET';
    if (dependsOnTime) expect(letters.replaceAll('G', '')).toBe(cell.saw.replaceAll('G', ''));
    else expect(letters).toBe(cell.saw);
    expect(result.ms).toBeLessThan(timeoutOf(cell) * 1000 + (ofTheBundle ? 5_000 : 0));
    expect(Object.keys(result.outputs)).toHaveLength(10);

    if (cell.isGreen) {
      expect(result.log).toMatch(/^Done: /m);
      if (cell.column === 'schedule') expect(schedule.own).toBeUndefined();
      else expect(history.own).toHaveLength(cell.column === 'history' ? 0 : 1);
    } else {
      expect(errorOf(result)).toMatch(FAULTS[cell.name]?.says ?? /^never$/);
      expect(errorOf(result)).toMatch(/(GET|DELETE) \/api\/2\.0\/backup\/\S+ on 127\.0\.0\.1:\d+\b/);
      expect(result.log).toMatch(/^Failed: /m);
      if (cell.column !== 'schedule') {
        // What the portal still holds is never reported as deleted.
        expect(Number(result.outputs['deleted-count'])).toBeLessThanOrEqual(deletedIds.size);
      }
    }
  });
});

describe('every other request that is judged by its answer alone takes the way of the first column', () => {
  const places = Array.of<[what: string, inputs: Record<string, string>, sends: string, at: number]>(
    ['the first look of delete-schedule', { operation: 'delete-schedule' }, 'GDG', 0],
    ['the last look of delete-schedule', { operation: 'delete-schedule' }, 'GDG', 2],
    ['the first listing of delete-history', { operation: 'delete-history' }, 'GDG', 0],
    ['the closing listing of delete-history', { operation: 'delete-history' }, 'GDG', 2],
    [
      'the first listing of delete-backups',
      { operation: 'delete-backups', 'backup-ids': makeId(2) },
      'GDG',
      0,
    ],
    [
      'the closing listing of delete-backups',
      { operation: 'delete-backups', 'backup-ids': makeId(2) },
      'GDG',
      2,
    ],
    ['the first listing of prune-history', { operation: 'prune-history', 'keep-last': '1' }, 'GDG', 0],
    ['the DELETE of delete-schedule, unverified', { operation: 'delete-schedule', verify: 'false' }, 'D', 0],
    ['the DELETE of delete-history, unverified', { operation: 'delete-history', verify: 'false' }, 'D', 0],
  ).flatMap(([what, inputs, sends, at]) =>
    ['once', 'always'].map(times => {
      const [before, , after] = [sends.slice(0, at), sends[at], sends.slice(at + 1)];
      const twice = `${sends[at]}${sends[at]}`;
      return {
        what,
        inputs,
        times,
        on: sends[at] === 'G' ? 'GET' : 'DELETE',
        skip: at === 2 ? 1 : 0,
        saw: before + twice + (times === 'once' ? after : ''),
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

  test.each(places)('503 $times, on $what: $saw', async place => {
    const result = await resultOfPlace(place);
    expect(lettersOf(result.portal)).toBe(place.saw);
    expect(result.code).toBe(place.times === 'once' ? 0 : 1);
    if (result.code === 1) expect(errorOf(result)).toContain('HTTP 503 from ');
  });
});

/** Calls back after this time of the run's. */
function later(ms: number, callback: () => void): void {
  if (ofTheBundle) setTimeout(callback, ms);
  else theClock().after(ms, callback);
}

describe('a portal that restarts', () => {
  /** How long it is down. In real time a part of that, which the same way rides out. */
  const DOWN_MS = ofTheBundle ? 1_500 : 8_000;
  const state = { backups: makeBackups(20), schedule: SCHEDULE };
  const OPERATIONS: [operation: string, inputs: Record<string, string>, deletes: number][] = [
    ['delete-schedule', {}, 1],
    ['delete-history', {}, 1],
    ['delete-backups', { 'backup-ids': `${makeId(2)} ${makeId(3)}` }, 2],
    ['prune-history', { 'keep-last': '5' }, 15],
  ];

  test.each(OPERATIONS)(
    'before %s begins: green with the default retries',
    async (operation, inputs, deletes) => {
      const { port, url, close } = await openPortal(state);
      await close();
      let up: Promise<Portal> | undefined;
      later(DOWN_MS, () => {
        up = portalWith({ ...state, port });
      });
      const result = await act({ operation, ...inputs, 'portal-url': url });
      expect(result.code).toBe(0);
      expect(lettersOf((await up) ?? (await portalWith()))).toBe(`G${'D'.repeat(deletes)}G`);
      expect(result.log).toContain('ECONNREFUSED');
    },
  );

  test.each(OPERATIONS)(
    'between the looks of %s: green with the default retries',
    async (operation, inputs, deletes) => {
      const down = await openPortal(state);
      let up: Promise<Portal> | undefined;
      const result = await act(
        { operation, ...inputs, 'portal-url': down.url },
        {
          onLog: text => {
            if (up || !/The schedule: |::group::Selected/.test(text)) return;
            up = (async () => {
              await Promise.all([down.close(), new Promise<void>(resolve => later(DOWN_MS, resolve))]);
              return portalWith({ ...state, port: down.port });
            })();
          },
        },
      );
      expect(result.code).toBe(0);
      expect(down.seen.length).toBeLessThanOrEqual(1 + 8);
      const back = (await up) ?? (await portalWith());
      // The DELETE of the history is not sent again before a listing has shown that the portal is not at work on it.
      expect(lettersOf(back)).toMatch(operation === 'delete-history' ? /^(GG)?DG$/ : /^D+G$/);
      expect(back.state.deletedIds.size + Number(operation === 'delete-schedule')).toBe(
        operation === 'delete-history' ? 20 : deletes,
      );
    },
  );
});

describe('a portal that is not there', () => {
  const dead = { operation: 'prune-history', 'keep-last': '1', retries: '1' };
  /** The lines on attempts that are repeated. */
  const notesOf = ({ log }: ActResult) => log.match(/Attempt \d of \d; the next in \d+\.\d s\./g) ?? [];

  test('nobody listens: tried as often as retries says, then red', async () => {
    const { port, close } = await openPortal();
    await close();
    const result = await act({ ...dead, 'portal-url': `http://127.0.0.1:${port}` });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(
      `on 127.0.0.1:${port}: The connection was refused: nothing listens at this host and port. (ECONNREFUSED)`,
    );
    expect(notesOf(result)).toHaveLength(1);
    expect(result.log).toContain('Failed: nothing was deleted.');
  });

  test('a host name that does not exist: red at once', async () => {
    // Longer than any name can be: it is not asked for anywhere.
    const host = `${'a'.repeat(64)}.example`;
    const result = await act({ ...dead, retries: '5', 'portal-url': `https://${host}` });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(
      ` on ${host}: The host name does not exist. Check portal-url. (ENOTFOUND)`,
    );
    expect(notesOf(result)).toEqual([]);
    expect(result.ms).toBeLessThan(5_000);
  });
});

describe('a rate limit', () => {
  const limited = { operation: 'prune-history', 'keep-last': '1', retries: '0' };
  const lettersWith = async (faults: Fault[], inputs: Record<string, string> = {}) => {
    const portal = await portalWith({ backups: makeBackups(4), faults });
    return { portal, ...(await act({ ...limited, ...inputs, 'portal-url': portal.url })) };
  };

  test('is waited for without retries: green', async () => {
    const { code, portal } = await lettersWith([{ kind: 'rate-limit', times: 3 }]);
    expect(code).toBe(0);
    expect(lettersOf(portal)).toBe('GGGGDDDG');
  });

  test('that lasts longer than the run: red at once, and no closing listing', async () => {
    const fault: Fault = { kind: 'rate-limit', on: makeId(3), retryAfter: '3600' };
    const result = await lettersWith([fault]);
    expect(result.code).toBe(1);
    // The first went alone; the others went together, and the listing would be refused too.
    expect(lettersOf(result.portal)).toBe('GDDD');
    expect(errorOf(result)).toMatch(/HTTP 429 .*It asks to wait 3600 s/);
    expect(result.outputs).toMatchObject({ 'deleted-count': '2', 'failed-count': '1' });
    expect(result.log).toContain('as the portal reported, not checked');
    expect(result.ms).toBeLessThan(5_000);
  });

  test('that lasts into the time of the closing listing: red, with nothing sent but that', async () => {
    // A listing takes 10 s here, for which 15.5 s are kept: 34.5 s are left for the DELETEs, and then 15 s.
    const fault: Fault = { kind: 'rate-limit', on: makeId(3), retryAfter: '35', times: 1 };
    const portal = await portalWith({ backups: makeBackups(4), listingMs: 10_000, faults: [fault] });
    const result = await act({ ...limited, 'timeout-seconds': '60', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(lettersOf(portal)).toBe('GDDDG');
    expect(errorOf(result)).toMatch(
      /HTTP 429 from DELETE .*the rate limit of the portal is reached\. Run again later\. It asks to wait 35 s, for which timeout-seconds left no room\./,
    );
    expect(result.outputs).toMatchObject({ 'deleted-count': '2', 'failed-count': '1' });
    expect(result.log).not.toContain('not checked');
    expect(portal.state.deletedIds.size).toBe(2);
  });

  test('without a word on how long, for ever: red in time, and says why', async () => {
    const result = await lettersWith([{ kind: 'rate-limit', on: 'GET' }], { 'timeout-seconds': '6' });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(
      /HTTP 429 from GET .*the rate limit of the portal is reached\. There is no time left to w/,
    );
    expect(result.ms).toBeLessThan(6_000 + (ofTheBundle ? 3_000 : 0));
    expect(lettersOf(result.portal)).toMatch(/^G{4,20}$/);
  });
});

test('Retry-After: 0 beside many retries is no loop without a pause', async () => {
  const portal = await portalWith({ faults: [{ kind: 'unavailable', retryAfter: '0' }] });
  const inputs = { operation: 'delete-history', retries: '1000', 'timeout-seconds': '10' };
  const result = await act({ ...inputs, 'portal-url': portal.url });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toContain('HTTP 503 from GET ');
  expect(lettersOf(portal)).toMatch(/^G{3,5}$/);
});
