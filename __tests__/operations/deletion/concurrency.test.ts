import { describe, expect, test } from '@jest/globals';
import { type Fault, makeBackups, makeId } from '../../../tools/stand-in/portal.mjs';
import { errorOf, ofTheBundle, testOfSource } from '../../support/action.js';
import { portalWith } from '../../support/portals.js';
import { ids, prune, range, sentTo, story } from '../support.js';

describe('the eight slots', () => {
  test('are all used, over persistent connections', async () => {
    const portal = await portalWith({ backups: makeBackups(120), deleteMs: 40 });
    const result = await prune(portal, { 'keep-last': '20' });
    expect(result.code).toBe(0);
    expect(portal.seen).toHaveLength(1 + 100 + 1);
    expect(portal.state.maxConcurrent).toBe(8);
    expect(portal.state.maxConcurrentRequests).toBe(8);
    // Two listings and the request for the key have connections of their own.
    expect(portal.state.connections).toBeLessThanOrEqual(8 + 3);
  });

  test('are used by the oldest backups first, in any order of the listing', async () => {
    const backups = makeBackups(40);
    const mixed = backups.map((_, index) => backups[(index * 7) % 40]);
    const portal = await portalWith({ backups: mixed, deleteMs: 20 });
    const result = await prune(portal, { 'keep-last': '8' });
    expect(result.outputs['deleted-ids']).toBe(ids(...range(40, 9)));
    // Deletions that run at the same time may arrive in another order.
    for (const [index, number] of sentTo(portal).entries()) {
      expect(Math.abs(40 - index - number)).toBeLessThan(8);
    }
  });

  if (!ofTheBundle) {
    test.each([408, 500, 502, 504, 520, 522, 524, 599])(
      'stay taken after HTTP %d from a gateway: the portal may still be deleting',
      async status => {
        const portal = await portalWith({
          backups: makeBackups(40),
          deleteMs: 600_000,
          gateway: { ms: 50, status },
          limits: { deletesAtOnce: 100 },
        });
        const result = await prune(portal, { retries: '0' });
        expect(result.code).toBe(1);
        expect([...new Set(sentTo(portal))]).toEqual(range(40, 33));
        expect(portal.state.maxConcurrent).toBe(8);
        // Each is repeated every 30 s, until the time is up.
        for (const number of range(40, 33)) {
          expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(1 + 9);
        }
        // 2 s are set aside for the pause that a rejection would make necessary.
        expect(result.ms).toBeGreaterThan(297_000);
        expect(result.ms).toBeLessThan(299_000);
        expect(errorOf(result)).toContain(
          '30 backups were not tried: 8 deletions may still be running at the portal',
        );
        expect(errorOf(result)).toContain('Run again later.');
        expect(story(portal).at(-1)).toBe('list');
        // The records are gone, but nothing confirms that the files are.
        expect(errorOf(result)).toContain('The portal no longer lists 8 backups');
        expect(result.outputs).toMatchObject({
          'deleted-count': '0',
          'failed-count': '8',
          'status-code': String(status),
        });
      },
    );

    test('are free again after an outage of 40 s, during which 502 is the answer to every DELETE', async () => {
      const portal = await portalWith({
        backups: makeBackups(40),
        faults: [{ on: 'DELETE', kind: 'bad-gateway', times: 16 }],
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(sentTo(portal).slice(0, 8)).toEqual(range(40, 33));
      expect(result.ms).toBe(60_000);
      expect(sentTo(portal)).toHaveLength(38 + 16);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });
  }

  test.each([
    ['unavailable', 503],
    ['page', 521],
    ['page', 523],
    ['page', 530],
  ] as const)(
    'are free again after "%s" (%d), which means that the portal was not reached',
    async (kind, status) => {
      const faults = [{ on: 'DELETE', kind, status }];
      const portal = await portalWith({ backups: makeBackups(20), faults });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(1);
      expect(new Set(sentTo(portal)).size).toBe(18);
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '18' });
      expect(errorOf(result)).toContain(`HTTP ${status}`);
      expect(errorOf(result)).not.toContain('not tried');
    },
  );

  test('are reserved for the last attempt of a deletion that the gateway gave up on', async () => {
    const faults = [38, 30].map(number => ({
      on: `DELETE .*${makeId(number)}`,
      kind: 'slow-delete' as const,
      ms: 3_000,
      times: 1,
    }));
    const portal = await portalWith({ backups: makeBackups(40), deleteMs: 50, faults });
    const result = await prune(portal, { retries: '0' });
    expect(result.code).toBe(0);
    expect(portal.state.maxConcurrent).toBe(8);
    for (const number of [38, 30]) expect(sentTo(portal).filter(sent => sent === number)).toHaveLength(2);
    expect(sentTo(portal)).toHaveLength(38 + 2);
    expect(sentTo(portal).slice(-2).sort()).toEqual([30, 38]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
  });

  if (!ofTheBundle) {
    test('stay taken by deletions that hang', async () => {
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'hang' as const,
      }));
      const portal = await portalWith({ backups: makeBackups(40), faults });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(1);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(new Set(sentTo(portal)).size).toBe(9);
      // Each attempt takes 100 s. The next one follows 30 s later, until the time is up.
      expect(result.ms).toBeGreaterThan(3_597_000);
      expect(result.ms).toBeLessThan(3_599_000);
      expect(sentTo(portal).filter(number => number === 39)).toHaveLength(Math.ceil(3_600 / 130));
      expect(result.outputs).toMatchObject({ 'deleted-ids': ids(40), 'failed-ids': ids(...range(39, 32)) });
      expect(errorOf(result)).toContain(
        '29 backups were not tried: 8 deletions may still be running at the portal',
      );
    });

    test('are free again when the portal confirms the repeated deletions, and the other backups follow', async () => {
      // The gateway gives up on the first attempts of eight deletions, but not on the second ones, 30 s later.
      const faults = range(40, 33).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        ms: 5_000,
        times: 1,
      }));
      const limits = { deletesAtOnce: 16 };
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: 50, faults, limits });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal).slice(0, 16).sort()).toEqual([...range(40, 33), ...range(40, 33)].sort());
      expect(sentTo(portal)).toHaveLength(38 + 8);
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });

    test('are not used twice at once for one backup: a repeated deletion is its last attempt', async () => {
      const faults = [
        { on: `DELETE .*${makeId(11)}`, kind: 'unavailable' as const, times: 1 },
        ...range(10, 3).map(number => ({
          on: `DELETE .*${makeId(number)}`,
          kind: 'slow-delete' as const,
          ms: 100,
          status: 504,
          times: 1,
        })),
      ];
      // One of the repeated ones is confirmed before the others.
      const deleteMs = { [makeId(10)]: 1_000, '*': 8_000 };
      const portal = await portalWith({ backups: makeBackups(11), faults, deleteMs });
      const result = await prune(portal, { retries: '0' });
      expect(errorOf(result)).toBe('');
      expect(sentTo(portal).sort()).toEqual([...range(11, 3), ...range(11, 3)].sort());
      expect(result.log).not.toMatch(/\d\d of 9 backups deleted/);
    });

    test('leave a hung deletion its last attempt if the rate limit refuses the repeated one', async () => {
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        ms: 40_000,
        times: 1,
      }));
      // The portal's own limit: eight that hang and eight that are repeated are one too many.
      const limits = { deletesAtOnce: 15 };
      const portal = await portalWith({ backups: makeBackups(40), deleteMs: 50, faults, limits });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(portal.state.refused).toBeGreaterThan(0);
      expect(errorOf(result)).toBe('');
      expect(result.outputs).toMatchObject({ 'deleted-count': '38', 'failed-count': '0' });
    });

    test('are not free for the other deletions while seven are unanswered', async () => {
      // They keep their slots to the end. All others are sent in the last slot. Five of them need a second attempt.
      const faults = range(39, 33).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        status: 504,
        ms: 1_000_000,
      }));
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 5_000,
        faults,
        fileErrors: Object.fromEntries(
          range(20, 16).map(number => [makeId(number), { status: 500, times: 1 }]),
        ),
      });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 7 + 5);
      expect(sentTo(portal).filter(number => number < 33)).toEqual([
        ...range(32, 21),
        ...range(20, 16).flatMap(number => [number, number]),
        ...range(15, 3),
      ]);
      expect(result.outputs).toMatchObject({ 'deleted-count': '31', 'failed-ids': ids(...range(39, 33)) });
    });

    test('are free for second attempts as soon as the kept deletions are confirmed', async () => {
      // Eight deletions keep their slots for a while. Five others need a second attempt.
      const faults = range(39, 32).map(number => ({
        on: `DELETE .*${makeId(number)}`,
        kind: 'slow-delete' as const,
        ms: 40_000,
        times: 1,
      }));
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 50,
        faults,
        limits: { deletesAtOnce: 16 },
        fileErrors: Object.fromEntries(
          range(20, 16).map(number => [makeId(number), { status: 500, times: 1 }]),
        ),
      });
      const result = await prune(portal, { retries: '0', 'timeout-seconds': '3600' });
      expect(result.code).toBe(0);
      expect(portal.state.maxConcurrent).toBe(8);
      expect(sentTo(portal)).toHaveLength(38 + 8 + 5);
      expect(portal.state.filesLeft).toEqual([]);
    });
  }

  test('are never exceeded when the gateway gives up on the second attempt of a probe', async () => {
    const faults = [
      // Its first attempt fails. The gateway gives up on the second, and the portal continues with it.
      { on: `DELETE .*${makeId(170)}`, kind: 'server-error' as const, times: 1 },
      { on: `DELETE .*${makeId(170)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
    ];
    // One more at once after every 16 successes: enough of them for all eight.
    const backups = makeBackups(170, { everyHours: 1 });
    const portal = await portalWith({ backups, faults, deleteMs: 50 });
    const result = await prune(portal, { retries: '0' });
    expect(portal.state.maxConcurrent).toBe(8);
    expect(result.outputs['selected-count']).toBe('168');
  });

  testOfSource('are never exceeded when a second attempt does not reach the portal', async () => {
    const faults = range(39, 32).flatMap(number => [
      { on: `DELETE .*${makeId(number)}`, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
      { on: `DELETE .*${makeId(number)}`, kind: 'unavailable' as const, times: 1 },
    ]);
    const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
    await prune(portal, { retries: '1' });
    expect(portal.state.maxConcurrent).toBe(8);
  });

  testOfSource.each<[name: string, answer: Omit<Fault, 'on'>]>([
    ['an error that another attempt may fix', { kind: 'server-error' }],
    ['an error about its file', { kind: 'access-denied' }],
  ])(
    'are never exceeded when a second attempt gets %s while the first one may still be running',
    async (_name, answer) => {
      // This includes the probe.
      const faults = range(40, 33).flatMap(number => {
        const on = `DELETE .*${makeId(number)}`;
        return [
          { on, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
          { on, ...answer },
        ];
      });
      const portal = await portalWith({ backups: makeBackups(40), faults, deleteMs: 50 });
      const result = await prune(portal, { retries: '1' });
      expect(portal.state.maxConcurrent).toBe(8);
      expect([...new Set(sentTo(portal))]).toEqual(range(40, 33));
      expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '8' });
      expect(errorOf(result)).toContain('30 backups were not tried');
    },
  );

  if (!ofTheBundle) {
    test.each<[name: string, answer: Omit<Fault, 'on'>]>([
      ['a final error', { kind: 'status', status: 409 }],
      ['an answer that is no success', { kind: 'says-false' }],
      ['an unreadable answer', { kind: 'not-json' }],
    ])(
      'stay taken when a second attempt gets %s while the first one may still be running',
      async (_name, answer) => {
        // Two at a time, with successes in between: three such answers in a row would end the run.
        const slow = [200, 199, 160, 159, 120, 119, 80, 79];
        const faults = slow.flatMap(number => {
          const on = `DELETE .*${makeId(number)}`;
          return [
            { on, kind: 'slow-delete' as const, ms: 600_000, times: 1 },
            { on, ...answer, times: 1 },
            // The gateway gives up on all repeated ones.
            { on, kind: 'gateway-timeout' as const },
          ];
        });
        const backups = makeBackups(200, { everyHours: 1 });
        const portal = await portalWith({ backups, faults, deleteMs: 500 });
        const result = await prune(portal, { retries: '1' });
        expect(portal.state.maxConcurrent).toBe(8);
        expect(result.outputs).toMatchObject({ 'failed-ids': ids(...slow) });
        const tried = new Set(sentTo(portal)).size;
        expect(tried).toBeLessThan(198);
        expect(errorOf(result)).toContain(
          `${198 - tried} backups were not tried: 8 deletions may still be running at the portal`,
        );
      },
    );

    test('are no longer waited for when something in front of the portal answers three repeated deletions', async () => {
      const portal = await portalWith({
        backups: makeBackups(40),
        deleteMs: 600_000,
        faults: [
          { on: 'DELETE', kind: 'gateway-timeout', times: 8 },
          { on: 'DELETE', kind: 'status', status: 409 },
        ],
      });
      const result = await prune(portal, { retries: '0' });
      expect(new Set(sentTo(portal))).toEqual(new Set(range(40, 33)));
      expect(sentTo(portal)).toHaveLength(8 + 8);
      expect(result.ms).toBeLessThan(60_000);
      expect(errorOf(result)).toContain(
        'Something in front of the portal answers DELETE requests: 3 in a row.',
      );
      expect(errorOf(result)).toContain('30 backups were not tried.');
    });

    test('are repeated whatever the rate limit says about it', async () => {
      const portal = await portalWith({
        backups: makeBackups(20),
        faults: [
          { on: 'DELETE', kind: 'gateway-timeout', times: 8 },
          { on: 'DELETE', kind: 'rate-limit', retryAfter: '3600', times: 8 },
        ],
      });
      const result = await prune(portal, { retries: '0' });
      expect(result.code).toBe(0);
      expect(sentTo(portal)).toHaveLength(18 + 8 + 8);
      expect(result.ms).toBe(60_000);
    });
  }
});
