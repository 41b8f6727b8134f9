import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { act, errorOf } from './support/action.js';
import { deletions, portalWith } from './support/portals.js';

const GET = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const DELETE = 'DELETE /api/2.0/backup/deletebackuphistory?Dump=false';
const backups = makeBackups(3);
/** The ids in the order of deletion: oldest first. */
const ids = JSON.stringify([makeId(3), makeId(2), makeId(1)]);

describe('delete-history', () => {
  test.each(['', 'false', 'FALSE'])('with dump "%s" lists, deletes and lists again', async dump => {
    const portal = await portalWith({ backups, dumps: makeBackups(2), schedule: SCHEDULE, standalone: true });
    const result = await act({ operation: 'delete-history', 'portal-url': `${portal.url}/`, dump });

    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(portal.state.history).toEqual({ own: [], dumps: makeBackups(2) });
    expect(portal.state.schedule.own).toEqual(SCHEDULE);
    expect(result.log).toContain('Done: 3 of 3 backups deleted.');
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '3',
      'selected-ids': ids,
      'deleted-count': '3',
      'deleted-ids': ids,
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
    });
  });

  test('with dump: true deletes the server-wide dumps alone', async () => {
    const portal = await portalWith({ backups, dumps: makeBackups(2), standalone: true });
    const { code, outputs } = await act({
      operation: 'delete-history',
      'portal-url': portal.url,
      dump: 'true',
    });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET].map(request => request.replace('false', 'true')));
    expect(portal.state.history).toEqual({ own: backups, dumps: [] });
    expect(outputs['deleted-count']).toBe('2');
  });

  test('sends no body, no Content-Type and no Origin', async () => {
    const portal = await portalWith({ backups });
    await act({ operation: 'delete-history', 'portal-url': portal.url });
    for (const { headers, body } of portal.state.requests) {
      expect(body).toBe('');
      expect(headers).toMatchObject({ accept: 'application/json', 'accept-encoding': 'identity' });
      expect(headers['user-agent']).toMatch(/^docspace-backup-cleanup\b/);
      expect(Object.keys(headers).sort()).toEqual([
        'accept',
        'accept-encoding',
        'authorization',
        'connection',
        'host',
        'user-agent',
      ]);
    }
  });

  test('sends the DELETE for an empty history too', async () => {
    const portal = await portalWith();
    const { code, log } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(log).toContain('Done: there was nothing to delete.');
  });

  test('with verify: false is one DELETE, and knows no counts', async () => {
    const portal = await portalWith({ backups });
    const { code, outputs, log } = await act({
      operation: 'delete-history',
      'portal-url': portal.url,
      verify: 'false',
    });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([DELETE]);
    expect(outputs).toMatchObject({
      result: 'true',
      'status-code': '200',
      'selected-count': '',
      'deleted-count': '',
      'failed-count': '',
      'kept-count': '',
      'deleted-ids': '[]',
    });
    expect(log).toContain('unverified');
    expect(log).toContain('Done: the portal says that the history is deleted.');
  });

  test('in a dry run sends one GET and selects what a real run deletes', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-history', 'portal-url': portal.url };
    const dry = await act({ ...inputs, 'dry-run': 'true', verify: 'false' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([GET]);
    expect(dry.outputs).toMatchObject({ 'selected-ids': ids, 'deleted-count': '0', 'deleted-ids': '[]' });
    expect(dry.log).toContain('Dry run: 3 backups would be deleted.');
    expect((await act(inputs)).outputs['deleted-ids']).toBe(ids);
  });

  test.each(['false', 'true'])(
    'with dry-run: %s is red before any deletion when max-deletions is passed',
    async dryRun => {
      const portal = await portalWith({ backups });
      const result = await act({
        operation: 'delete-history',
        'portal-url': portal.url,
        'max-deletions': '2',
        'dry-run': dryRun,
      });
      expect(result.code).toBe(1);
      expect(errorOf(result)).toContain(
        '3 backups selected, but max-deletions allows 2. Nothing was deleted.',
      );
      expect(portal.seen).toEqual([GET]);
      expect(result.outputs).toMatchObject({
        'selected-count': '3',
        'deleted-count': '0',
        'failed-count': '0',
      });
    },
  );

  test('max-deletions itself may be reached', async () => {
    const portal = await portalWith({ backups });
    const inputs = { operation: 'delete-history', 'portal-url': portal.url, 'max-deletions': '3' };
    expect((await act(inputs)).code).toBe(0);
  });

  test('is red when the portal reports success and a backup is still listed', async () => {
    const portal = await portalWith({ backups, stuck: [makeId(2)] });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('reported success, but 1 backup of 3 still listed');
    expect(deletions(portal)).toHaveLength(1);
    expect(result.outputs).toMatchObject({
      'status-code': '200',
      'deleted-ids': JSON.stringify([makeId(3), makeId(1)]),
      'failed-ids': JSON.stringify([makeId(2)]),
    });
    expect(result.summary).toContain('Not known to be deleted: 1 backup');
  });

  test('a backup made meanwhile is no failure', async () => {
    const late = { ...makeBackups(1)[0], id: makeId(99) };
    const portal = await portalWith({ backups, madeMeanwhile: [late] });
    const { code, outputs } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(outputs['deleted-ids']).toBe(ids);
    expect(portal.state.history.own).toEqual([late]);
  });

  test('counts records that it cannot read, and is red while one without an id is left', async () => {
    const unreadable = { ...backups[0], id: makeId(7), createdOn: 'yesterday' };
    const nameless = { ...backups[0], id: '../../evil' };
    const readable = await portalWith({ backups: [...backups, unreadable] });
    const green = await act({ operation: 'delete-history', 'portal-url': readable.url });
    expect(green.outputs).toMatchObject({ result: 'true', 'deleted-count': '4' });
    expect(JSON.parse(green.outputs['selected-ids'] ?? '').at(-1)).toBe(makeId(7));

    const stuck = await portalWith({ backups: [...backups, nameless], stuck: ['../../evil'] });
    const red = await act({ operation: 'delete-history', 'portal-url': stuck.url });
    expect(red.code).toBe(1);
    expect(errorOf(red)).toContain('1 backup of 4 still listed');
    expect(red.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '3' });
    expect(red.log).toContain(
      '::warning::1 record of the history without a readable id will go too, in no count.',
    );
  });

  test('a history of such records alone is not called empty', async () => {
    const nameless = { ...backups[0], id: 'none' };
    for (const dryRun of ['true', 'false']) {
      const portal = await portalWith({ backups: [nameless] });
      const inputs = { operation: 'delete-history', 'portal-url': portal.url, 'dry-run': dryRun };
      const { code, log, summary } = await act(inputs);
      expect(code).toBe(0);
      expect(log).not.toContain('nothing to delete');
      expect(summary).toContain('1 record of the history without a readable id will go too, in no count.');
    }
  });

  test.each([
    ['3', 1],
    ['4', 0],
  ])('records without a readable id count for max-deletions: %s', async (limit, code) => {
    const nameless = { ...backups[0], id: makeId(7).replaceAll('-', '') };
    const portal = await portalWith({ backups: [...backups, nameless] });
    const inputs = { operation: 'delete-history', 'portal-url': portal.url, 'max-deletions': limit };
    const result = await act(inputs);
    expect(result.code).toBe(code);
    expect(deletions(portal)).toHaveLength(1 - code);
    if (code === 1) expect(errorOf(result)).toContain('4 backups selected, but max-deletions allows 3.');
  });

  test.each([
    ['server-error', 500],
    ['created', 201],
    ['no-content', 204],
    ['web-client', 200],
    ['says-false', 200],
    ['not-json', 200],
  ] as const)('after the answer "%s" it looks once what is gone, and is red', async (kind, status) => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind }] });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(result.outputs).toMatchObject({
      'status-code': String(status),
      'deleted-count': '0',
      'failed-count': '3',
    });
  });

  test('does not know what was deleted when it cannot look', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'server-error' },
        { on: 'GET', kind: 'access-denied', skip: 1 },
      ],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(errorOf(result)).toContain('HTTP 500');
    expect(result.log).toContain('Failed: it is not known what was deleted.');
    expect(result.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '', 'failed-count': '' });
    expect(result.summary).toContain('Not known to be deleted: 3 backups');
    expect(result.summary).toContain('<td>not known</td>');
    expect(result.summary).not.toContain('<pre>');
  });

  test('a refusal means that nothing was deleted', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'access-denied' }] });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(portal.seen).toEqual([GET, DELETE]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '3', 'status-code': '403' });
  });

  test('a refusal after an attempt whose end is not known does not', async () => {
    const portal = await portalWith({
      backups,
      stuck: [makeId(2), makeId(3)],
      faults: [
        { on: 'DELETE', kind: 'slow-delete', ms: 1, times: 1 },
        { on: 'DELETE', kind: 'suspended' },
      ],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(errorOf(result)).toContain('HTTP 404');
    expect(portal.seen.slice(-2)).toEqual([DELETE, GET]);
    expect(deletions(portal)).toHaveLength(2);
    expect(result.outputs).toMatchObject({
      'deleted-ids': JSON.stringify([makeId(1)]),
      'failed-ids': JSON.stringify([makeId(3), makeId(2)]),
      'status-code': '404',
    });
  });

  test('nor does one of the look that follows', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'gateway-timeout' },
        { on: 'GET', kind: 'portal-busy', skip: 1 },
      ],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(errorOf(result)).toContain('HTTP 403 from GET');
    expect(deletions(portal)).toHaveLength(1);
    expect(result.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '', 'failed-count': '' });
    expect(result.log).toContain('Failed: it is not known what was deleted.');
  });
});

describe('delete-history, when a second DELETE is sent', () => {
  test('what the first did is forgotten until a listing tells again', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'gateway-timeout' },
        { on: 'GET', kind: 'unauthorized', skip: 3 },
      ],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url, retries: '2' });
    expect(portal.seen.slice(0, 6)).toEqual([GET, DELETE, GET, GET, DELETE, GET]);
    expect(errorOf(result)).toContain('HTTP 401');
    expect(result.outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '', 'failed-count': '' });
  });

  test('a refusal after a 502 leaves open what the first did: it looks', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'bad-gateway', times: 1 },
        { on: 'DELETE', kind: 'access-denied' },
      ],
    });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(portal.seen).toEqual([GET, DELETE, DELETE, GET]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '3', 'status-code': '403' });
  });
});

describe('delete-history, when the run is cancelled', () => {
  /** Cancels as soon as the portal has seen so many requests. */
  async function cancelAt(requests: number, portal: Awaited<ReturnType<typeof portalWith>>) {
    const cancellation = new AbortController();
    const run = act(
      { operation: 'delete-history', 'portal-url': portal.url },
      { cancelled: cancellation.signal },
    );
    while (portal.seen.length < requests) await new Promise(resolve => setTimeout(resolve, 5));
    await new Promise(resolve => setTimeout(resolve, 100));
    cancellation.abort();
    return run;
  }

  test('before the DELETE: nothing was deleted, and that is known', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'GET', kind: 'slow', ms: 400 }] });
    const { code, outputs, log } = await cancelAt(1, portal);
    expect(code).toBe(1);
    expect(portal.seen).toEqual([GET]);
    expect(outputs).toMatchObject({ 'selected-count': '3', 'deleted-count': '0', 'failed-count': '0' });
    expect(log).toContain('Cancelled: 0 of 3 backups deleted.');
  });

  test('during a second DELETE: what was seen before it says nothing', async () => {
    const portal = await portalWith({
      backups,
      faults: [
        { on: 'DELETE', kind: 'gateway-timeout', times: 1 },
        { on: 'DELETE', kind: 'slow', ms: 500 },
      ],
    });
    const { code, outputs, log } = await cancelAt(5, portal);
    expect(code).toBe(1);
    expect(portal.seen).toEqual([GET, DELETE, GET, GET, DELETE]);
    expect(outputs).toMatchObject({ 'status-code': '200', 'deleted-count': '', 'failed-count': '' });
    expect(log).toContain('Cancelled: it is not known what was deleted.');
  });

  test('in a dry run, nothing can be on its way', async () => {
    const cancellation = new AbortController();
    const portal = await portalWith({ backups, faults: [{ kind: 'slow', ms: 400 }] });
    const inputs = { operation: 'delete-history', 'portal-url': portal.url, 'dry-run': 'true' };
    const run = act(inputs, { cancelled: cancellation.signal });
    while (portal.seen.length < 1) await new Promise(resolve => setTimeout(resolve, 5));
    cancellation.abort();
    expect(errorOf(await run)).toBe('The run was cancelled.');
  });

  test('while the portal goes on deleting: what the last look has seen is known', async () => {
    const portal = await portalWith({
      backups,
      stuck: [makeId(3)],
      faults: [{ on: 'DELETE', kind: 'slow-delete', ms: 1 }],
    });
    const { code, outputs } = await cancelAt(3, portal);
    expect(code).toBe(1);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(outputs['deleted-ids']).not.toBe('');
    const known = ['deleted-ids', 'failed-ids'].flatMap(name => JSON.parse(outputs[name] ?? ''));
    expect(known.sort()).toEqual([makeId(1), makeId(2), makeId(3)]);
  });
});

describe('delete-history, when the gateway gives up while the portal goes on deleting', () => {
  test('waits for the portal instead of sending the DELETE again', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'slow-delete', ms: 900 }] });
    const { code, outputs, log } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE]);
    expect(outputs).toMatchObject({ 'deleted-count': '3', 'status-code': '504' });
    expect(log).toContain('The portal may still be deleting: 3 backups left.');
  });

  test('is content with what it sees when the history is empty', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'reset-after' }] });
    const { code, log } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET, GET]);
    expect(log).not.toContain('may still be deleting');
  });

  test('knows what was deleted when the last listing fails', async () => {
    const faults = [
      { on: 'DELETE', kind: 'reset-after' as const },
      { on: 'GET', kind: 'access-denied' as const, skip: 2 },
    ];
    const portal = await portalWith({ backups, faults });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(errorOf(result)).toContain('HTTP 403 from GET');
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids, 'failed-count': '0' });
  });

  test('sends the DELETE again when the list has stopped shrinking', async () => {
    const portal = await portalWith({
      backups,
      faults: [{ on: 'DELETE', kind: 'gateway-timeout', times: 1 }],
    });
    const { code, outputs } = await act({ operation: 'delete-history', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([DELETE, DELETE]);
    expect(outputs['status-code']).toBe('200');
  });

  test('is red after as many DELETEs as retries allows', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'gateway-timeout' }] });
    const result = await act({ operation: 'delete-history', 'portal-url': portal.url, retries: '1' });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(2);
    expect(errorOf(result)).toContain('HTTP 504');
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'failed-count': '3' });
  });

  test('does not wait beyond the deadline', async () => {
    const portal = await portalWith({ backups, faults: [{ on: 'DELETE', kind: 'slow-delete', ms: 1500 }] });
    const result = await act({
      operation: 'delete-history',
      'portal-url': portal.url,
      'timeout-seconds': '3',
    });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(
      /HTTP 504|The deadline of 3 s passed|of the 3 s that timeout-seconds allows/,
    );
    expect(Number(result.outputs['failed-count'])).toBeGreaterThan(0);
    expect(deletions(portal)).toHaveLength(1);
  });
});
