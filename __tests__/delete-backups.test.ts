import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { act, errorOf } from './support/action.js';
import { deletions, portalWith } from './support/portals.js';

const GET = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const DELETE = (number: number) => `DELETE /api/2.0/backup/deletebackup/${makeId(number)}`;
const operation = { operation: 'delete-backups' };

/** The ids of these backups, as an output holds them. */
function ids(...numbers: number[]): string {
  return JSON.stringify(numbers.map(makeId));
}

/** The same with letters in it, so that there are capitals. */
const lower = 'abcdef01-abcd-4abc-8abc-abcdefabcdef';
const upper = lower.toUpperCase();

describe('delete-backups', () => {
  test('lists, deletes each backup by its id, oldest first, and lists again', async () => {
    const backups = makeBackups(5);
    const portal = await portalWith({ backups });
    const result = await act({
      ...operation,
      'portal-url': portal.url,
      'backup-ids': [2, 5, 4].map(makeId).join(' '),
    });

    expect(result.code).toBe(0);
    expect(portal.seen[0]).toBe(GET);
    expect(portal.seen.slice(1, -1).sort()).toEqual([DELETE(2), DELETE(4), DELETE(5)]);
    expect(portal.seen.at(-1)).toBe(GET);
    expect(portal.state.history.own).toEqual([backups[0], backups[2]]);
    expect(result.log).toContain('Done: 3 of 3 backups deleted.');
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '3',
      'selected-ids': ids(5, 4, 2),
      'deleted-count': '3',
      'deleted-ids': ids(5, 4, 2),
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
    });
  });

  test.each([
    ['a space', `${makeId(2)} ${makeId(3)}`],
    ['a comma', `${makeId(2)},${makeId(3)}`],
    ['a comma and a space', `${makeId(2)}, ${makeId(3)}`],
    ['lines', `${makeId(2)}\n${makeId(3)}\n`],
    ['lines of Windows', `${makeId(2)}\r\n${makeId(3)}\r\n`],
    ['a tab', `${makeId(2)}\t${makeId(3)}`],
    ['more than it takes', ` ,,${makeId(2)} ,\n, ${makeId(3)},`],
    ['and named twice', `${makeId(2)} ${makeId(3)} ${makeId(2)}`],
  ])('takes ids separated by %s', async (_what, backupIds) => {
    const portal = await portalWith({ backups: makeBackups(4) });
    const { code, outputs } = await act({
      ...operation,
      'portal-url': portal.url,
      'backup-ids': backupIds,
    });
    expect(code).toBe(0);
    expect(deletions(portal)).toHaveLength(2);
    expect(outputs).toMatchObject({ 'selected-ids': ids(3, 2), 'deleted-ids': ids(3, 2) });
  });

  test.each([
    ['capitals are asked for', lower, upper],
    ['capitals are listed', upper, lower],
    ['both are named', lower, `${lower} ${upper}`],
  ])('minds no capitals: %s', async (_what, listed, asked) => {
    const backups = [...makeBackups(2), { ...makeBackups(3).at(-1), id: listed }];
    const portal = await portalWith({ backups });
    const { outputs } = await act({
      ...operation,
      'portal-url': portal.url,
      'backup-ids': asked,
      'dry-run': 'true',
    });
    expect(outputs).toMatchObject({ 'selected-count': '1', 'selected-ids': JSON.stringify([lower]) });
  });

  test('sends ids in lower case', async () => {
    const portal = await portalWith({ backups: [{ ...makeBackups(1)[0], id: lower }] });
    const { code } = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': upper });
    expect(code).toBe(0);
    expect(deletions(portal)).toEqual([`DELETE /api/2.0/backup/deletebackup/${lower}`]);
  });

  test('in a dry run sends one GET, and selects what a real run deletes', async () => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const inputs = {
      ...operation,
      'portal-url': portal.url,
      'backup-ids': `${makeId(1)},${makeId(4)}`,
    };
    const dry = await act({ ...inputs, 'dry-run': 'true' });
    expect(dry.code).toBe(0);
    expect(portal.seen).toEqual([GET]);
    expect(dry.outputs).toMatchObject({
      'selected-ids': ids(4, 1),
      'deleted-count': '0',
      'deleted-ids': '[]',
    });
    expect(dry.log).toContain('Dry run: 2 backups would be deleted.');
    expect((await act(inputs)).outputs['deleted-ids']).toBe(ids(4, 1));
    expect([...portal.state.deletedIds].sort()).toEqual([makeId(1), makeId(4)]);
  });

  test('deletes whatever is asked for by its id: temporary, unreadable or of any storage', async () => {
    const [backup] = makeBackups(1);
    const backups = [
      { ...backup, id: makeId(1), expiresOn: '2026-04-01T00:00:00' },
      { ...backup, id: makeId(2), createdOn: 'yesterday' },
      { ...backup, id: makeId(3), storageType: 99 },
      { ...backup, id: makeId(4), createdOn: '2026-01-01T00:00:00' },
    ];
    const portal = await portalWith({ backups });
    const inputs = { 'portal-url': portal.url, 'backup-ids': [1, 2, 3, 4].map(makeId).join() };
    const { code, outputs } = await act({ ...operation, ...inputs });
    expect(code).toBe(0);
    expect(portal.state.history.own).toEqual([]);
    expect(outputs).toMatchObject({ 'deleted-count': '4', 'deleted-ids': ids(4, 1, 2, 3) });
  });

  test('deletes and counts a backup once that is listed twice', async () => {
    const backups = makeBackups(3);
    const portal = await portalWith({ backups: [...backups, ...backups] });
    const inputs = { 'portal-url': portal.url, 'backup-ids': `${makeId(2)} ${makeId(3)}` };
    const { outputs, log } = await act({ ...operation, ...inputs, 'dry-run': 'true' });
    expect(outputs).toMatchObject({ 'selected-count': '2' });
    expect(log).toContain('Dry run: 2 backups would be deleted.');
  });

  test('reads a history of more than a MiB', async () => {
    const backups = makeBackups(3).map(backup => ({ ...backup, fileName: 'x'.repeat(400_000) }));
    const portal = await portalWith({ backups });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': makeId(1) };
    expect((await act(inputs)).code).toBe(0);
  });

  test('with dump: true looks at the server-wide dumps alone', async () => {
    const [dump] = makeBackups(1);
    const dumps = [{ ...dump, id: makeId(11) }];
    const portal = await portalWith({ backups: makeBackups(2), dumps, standalone: true });
    const inputs = { ...operation, 'portal-url': portal.url, dump: 'true' };
    const wrong = await act({ ...inputs, 'backup-ids': `${makeId(1)} ${makeId(11)}` });
    expect(wrong.code).toBe(1);
    expect(deletions(portal)).toEqual([]);
    const right = await act({ ...inputs, 'backup-ids': makeId(11) });
    expect(right.code).toBe(0);
    expect(portal.state.history).toEqual({ own: makeBackups(2), dumps: [] });
  });
});

describe('an id that is not listed', () => {
  test.each([
    ['alone', [9], '1 id of backup-ids not in the history'],
    ['among others', [1, 9, 2], '1 id of backup-ids not in the history'],
    ['and another', [8, 1, 9], '2 ids of backup-ids not in the history'],
  ])('%s is red, and nothing is deleted', async (_what, numbers, message) => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const backupIds = numbers.map(makeId).join();
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(result.code).toBe(1);
    expect(portal.seen).toEqual([GET]);
    expect(errorOf(result)).toContain(message);
    for (const number of numbers) {
      if (number > 5) expect(errorOf(result)).toContain(makeId(number));
      else expect(errorOf(result)).not.toContain(makeId(number));
    }
    expect(result.outputs).toMatchObject({ 'selected-count': '', 'deleted-count': '0', 'failed-count': '0' });
  });

  test('is red in a dry run too', async () => {
    const portal = await portalWith({ backups: makeBackups(5) });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': makeId(9), 'dry-run': 'true' };
    expect((await act(inputs)).code).toBe(1);
    expect(portal.seen).toEqual([GET]);
  });

  test('is one of ten that the message names', async () => {
    const portal = await portalWith();
    const backupIds = Array.from({ length: 25 }, (_, index) => makeId(index + 1)).join('\n');
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(errorOf(result)).toContain(`25 ids of backup-ids not in the history: ${makeId(1)}`);
    expect(errorOf(result)).toContain(`${makeId(10)} and 15 more`);
    expect(errorOf(result)).not.toContain(makeId(11));
  });

  test('is one of ten that are all named', async () => {
    const portal = await portalWith();
    const backupIds = Array.from({ length: 10 }, (_, index) => makeId(index + 1)).join();
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(errorOf(result)).toContain(`${makeId(10)}. Nothing was deleted.`);
  });

  test('may be one that was deleted before', async () => {
    const portal = await portalWith({ backups: makeBackups(2) });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': makeId(1) };
    expect((await act(inputs)).code).toBe(0);
    const again = await act(inputs);
    expect(again.code).toBe(1);
    expect(errorOf(again)).toContain('They may be gone already');
    expect(deletions(portal)).toEqual([DELETE(1)]);
  });
});

describe('red before any request', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no id', {}, 'backup-ids cannot be ""'],
    ['white space', { 'backup-ids': ' \n ' }, 'backup-ids cannot be ""'],
    ['separators alone', { 'backup-ids': ' , ,' }, 'backup-ids cannot be'],
    ['a word', { 'backup-ids': 'all' }, 'backup-ids cannot be "all"'],
    ['a path', { 'backup-ids': `${makeId(1)} ../deletebackuphistory` }, 'backup-ids cannot be "../delete'],
    ['a query', { 'backup-ids': `${makeId(1)}?Dump=true` }, 'backup-ids cannot be'],
    ['braces', { 'backup-ids': `{${makeId(1)}}` }, 'backup-ids cannot be'],
    ['no hyphens', { 'backup-ids': makeId(1).replaceAll('-', '') }, 'backup-ids cannot be'],
    ['a digit too few', { 'backup-ids': makeId(1).slice(0, -1) }, 'backup-ids cannot be'],
    ['a digit too many', { 'backup-ids': `${makeId(1)}0` }, 'backup-ids cannot be'],
    ['a letter beyond f', { 'backup-ids': makeId(1).replace(/^0/, 'g') }, 'backup-ids cannot be'],
    ['semicolons', { 'backup-ids': `${makeId(1)};${makeId(2)}` }, 'backup-ids cannot be'],
    ['a JSON array', { 'backup-ids': ids(1, 2) }, 'backup-ids cannot be'],
    [
      'keep-last',
      { 'backup-ids': makeId(1), 'keep-last': '1' },
      'keep-last does not belong to delete-backups',
    ],
    ['keep-within', { 'backup-ids': makeId(1), 'keep-within': '0d' }, 'keep-within does not belong'],
    ['storage-types', { 'backup-ids': makeId(1), 'storage-types': '3' }, 'storage-types does not belong'],
    ['verify: false', { 'backup-ids': makeId(1), verify: 'false' }, 'verify does not belong'],
    ['a bad limit', { 'backup-ids': makeId(1), 'max-deletions': '-1' }, 'max-deletions cannot be "-1"'],
  ])('with %s', async (_what, inputs, message) => {
    const portal = await portalWith({ backups: makeBackups(3) });
    const result = await act({ ...operation, 'portal-url': portal.url, ...inputs });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain(message);
    expect(portal.seen).toEqual([]);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'deleted-ids': '[]' });
  });
});

describe('max-deletions', () => {
  test.each([
    ['0', 1, 0],
    ['1', 1, 0],
    ['2', 0, 2],
    ['3', 0, 2],
  ])('of %s ends with code %d after %d deletions', async (limit, code, number) => {
    const portal = await portalWith({ backups: makeBackups(3) });
    const result = await act({
      ...operation,
      'portal-url': portal.url,
      'backup-ids': [1, 2].map(makeId).join(),
      'max-deletions': limit,
    });
    expect(result.code).toBe(code);
    expect(deletions(portal)).toHaveLength(number);
    expect(result.outputs).toMatchObject({ 'selected-ids': ids(2, 1), 'deleted-count': String(number) });
    if (code === 1) expect(errorOf(result)).toContain(`max-deletions allows ${limit}. Nothing was deleted.`);
  });
});

describe('when a deletion fails', () => {
  const backupIds = Array.from({ length: 12 }, (_, index) => makeId(index + 1)).join();

  test('the rest is tried, and the counts are exact', async () => {
    const portal = await portalWith({
      backups: makeBackups(14),
      locked: [makeId(12)],
      broken: [makeId(11)],
      stuck: [makeId(1)],
    });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(result.code).toBe(1);
    expect(deletions(portal)).toHaveLength(12);
    expect(errorOf(result)).toContain(`2 backups of 12 still listed: ${makeId(12)}, ${makeId(1)}. HTTP 500`);
    expect(result.outputs).toMatchObject({
      'selected-count': '12',
      'deleted-ids': ids(11, 10, 9, 8, 7, 6, 5, 4, 3, 2),
      'failed-ids': ids(12, 1),
    });
  });

  test('the reason given is that of a backup that is still listed', async () => {
    const portal = await portalWith({ backups: makeBackups(3), broken: [makeId(3)], stuck: [makeId(1)] });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': `${makeId(3)} ${makeId(1)}` };
    const result = await act(inputs);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toBe(
      `1 backup of 2 still listed: ${makeId(1)}. The portal reported success for each; its log has the reason.`,
    );
  });

  test('a refusal ends the waits of the others, and their attempts', async () => {
    const faults = [
      { on: `DELETE .*${makeId(12)}`, kind: 'slow' as const, ms: 100, times: 1 },
      { on: `DELETE .*${makeId(4)}`, kind: 'unauthorized' as const },
      { on: 'DELETE', kind: 'unavailable' as const, retryAfter: '60' },
    ];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(errorOf(result)).toContain('HTTP 401');
    expect(new Set(deletions(portal)).size).toBe(deletions(portal).length);
    expect(result.outputs).toMatchObject({ 'deleted-ids': ids(12), 'failed-count': '8' });
  });

  test('whose error was read to its end, the next request has its connection', async () => {
    const portal = await portalWith({ backups: makeBackups(1), locked: [makeId(1)] });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': makeId(1) });
    expect(errorOf(result)).toContain('HTTP 500');
    expect(portal.seen).toHaveLength(3);
    expect(portal.state.connections).toBe(1);
  });

  test('what a cancellation leaves untried has not failed', async () => {
    const cancellation = new AbortController();
    const faults = [{ on: 'DELETE', kind: 'slow' as const, ms: 500 }];
    const portal = await portalWith({ backups: makeBackups(12), faults });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': backupIds };
    const run = act(inputs, { cancelled: cancellation.signal });
    while (deletions(portal).length < 8) await new Promise(resolve => setTimeout(resolve, 5));
    cancellation.abort();
    const { outputs } = await run;
    expect(deletions(portal)).toHaveLength(8);
    expect(outputs).toMatchObject({ 'selected-count': '12', 'deleted-count': '8', 'failed-count': '0' });
  });

  test('a portal that asks for more time than there is gets no more requests', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '3600' }];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(errorOf(result)).toContain('It asks to wait 3600 s');
    expect(deletions(portal).length).toBeLessThanOrEqual(8);
    expect(result.log).not.toContain('the next in');
  });

  test('a Retry-After beside a failure that is final says nothing of the others', async () => {
    const headers = { 'retry-after': '3600' };
    const faults = [{ on: `DELETE .*${makeId(12)}`, kind: 'status' as const, status: 500, headers }];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(errorOf(result)).toContain('1 backup of 12 still listed');
    expect(errorOf(result)).not.toContain('It asks to wait');
    expect(result.outputs).toMatchObject({ 'deleted-count': '11', 'failed-ids': ids(12) });
  });

  test('a portal that asks for less is asked for all of them, however often it did', async () => {
    const faults = [{ on: 'DELETE', kind: 'rate-limit' as const, retryAfter: '1' }];
    const portal = await portalWith({ backups: makeBackups(14), faults });
    const inputs = { ...operation, 'portal-url': portal.url, 'backup-ids': backupIds, retries: '0' };
    expect(errorOf(await act(inputs))).toContain('12 backups of 12 still listed');
    expect(deletions(portal)).toHaveLength(12);
  });

  test.each([
    ['status', 300],
    ['redirect', 301],
    ['unauthorized', 401],
    ['unpaid', 402],
    ['no-scope', 403],
    ['suspended', 404],
  ] as const)('"%s" stops everything', async (kind, status) => {
    const portal = await portalWith({ backups: makeBackups(14), faults: [{ on: 'DELETE', kind, status }] });
    const result = await act({ ...operation, 'portal-url': portal.url, 'backup-ids': backupIds });
    expect(result.code).toBe(1);
    expect(deletions(portal).length).toBeLessThanOrEqual(8);
    expect(portal.state.history.own).toHaveLength(14);
    expect(errorOf(result)).toContain(`HTTP ${status} from DELETE`);
    expect(result.outputs).toMatchObject({ 'deleted-count': '0', 'status-code': String(status) });
  });
});
