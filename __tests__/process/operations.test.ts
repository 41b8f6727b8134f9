import { describe, expect, test } from '@jest/globals';
import {
  type Fault,
  makeBackups,
  makeId,
  type PortalOptions,
  SCHEDULE,
} from '../../tools/stand-in/portal.mjs';
import { errorOf, KEY } from '../support/action.js';
import { deletions } from '../support/portals.js';
import { startProcess } from '../support/processes.js';
import { checked, realPortal, runBundle, runTogether, until } from './support.js';

const OPERATIONS = {
  'delete-schedule': {},
  'delete-history': {},
  'delete-backups': { 'backup-ids': `${makeId(2)} ${makeId(3)}` },
  'prune-history': { 'keep-last': '1' },
};
type Operation = keyof typeof OPERATIONS;
const NAMES = Object.keys(OPERATIONS) as Operation[];

const ENDINGS = ['succeeds', 'fails', 'dry run', 'cancelled'] as const;
type Ending = (typeof ENDINGS)[number];
const REFUSED: Fault[] = [{ on: 'DELETE', kind: 'error-form', status: 403, message: 'Access denied' }];
const SLOW: Fault[] = [{ on: 'DELETE', kind: 'slow', ms: 1_500 }];

async function runOperation(operation: Operation, ending: Ending) {
  const faults = ending === 'fails' ? REFUSED : ending === 'cancelled' ? SLOW : [];
  const options: PortalOptions = { backups: makeBackups(3), schedule: SCHEDULE, faults };
  const portal = await realPortal(options);
  const inputs: Record<string, string> = {
    operation,
    'portal-url': portal.url,
    'dry-run': String(ending === 'dry run'),
    token: KEY,
    ...OPERATIONS[operation],
  };
  if (ending !== 'cancelled') return { portal, result: await runBundle(inputs) };
  const process = startProcess(inputs);
  await until(() => deletions(portal).length === 1);
  process.kill('SIGINT');
  return { portal, result: checked(inputs, await process.result) };
}

const run = runTogether(
  Object.fromEntries(
    NAMES.flatMap(operation =>
      ENDINGS.map(ending => [`${operation}, ${ending}`, () => runOperation(operation, ending)] as const),
    ),
  ),
);

describe('the bundle as a process', () => {
  test.each<[Operation, string, string]>([
    ['delete-schedule', '0', 'Done: the backup schedule is deleted.'],
    ['delete-history', '3', 'Done: 3 of 3 backups deleted.'],
    ['delete-backups', '2', 'Done: 2 of 2 backups deleted.'],
    ['prune-history', '2', 'Done: 2 of 2 backups deleted, 1 kept.'],
  ])('%s, succeeds', async (operation, deleted, headline) => {
    const { portal, result } = await run(`${operation}, succeeds`);
    expect([result.code, result.signal, result.stderr]).toEqual([0, null, '']);
    expect(result.log).toContain(`\n${headline}\n`);
    expect(result.outputs).toMatchObject({ result: 'true', 'status-code': '200', 'deleted-count': deleted });
    expect(portal.state.deletedIds.size).toBe(Number(deleted));
    expect(portal.state.schedule.own === undefined).toBe(operation === 'delete-schedule');
    expect(result.summary).toMatch(/^<h3>✅ Done: /);
  });

  test.each<[Operation, string]>([
    ['delete-schedule', 'Failed: it is not proven that the backup schedule is gone.'],
    ['delete-history', 'Failed: 0 of 3 backups deleted.'],
    ['delete-backups', 'Failed: 0 of 2 backups deleted.'],
    ['prune-history', 'Failed: 0 of 2 backups deleted, 1 kept.'],
  ])('%s, fails', async (operation, headline) => {
    const { portal, result } = await run(`${operation}, fails`);
    expect([result.code, result.signal, result.stderr]).toEqual([1, null, '']);
    expect(result.log).toContain(`\n${headline}\n`);
    expect(errorOf(result)).toContain('HTTP 403');
    expect(result.outputs).toMatchObject({ result: 'false', 'status-code': '403', 'deleted-count': '0' });
    expect(portal.state.deletedIds.size).toBe(0);
    expect(result.summary).toMatch(/^<h3>❌ Failed: /);
  });

  test.each<[Operation, string, string]>([
    ['delete-schedule', '0', 'Dry run: the backup schedule would be deleted.'],
    ['delete-history', '3', 'Dry run: 3 backups would be deleted.'],
    ['delete-backups', '2', 'Dry run: 2 backups would be deleted.'],
    ['prune-history', '2', 'Dry run: 2 backups would be deleted, 1 kept.'],
  ])('%s, dry run', async (operation, selected, headline) => {
    const { portal, result } = await run(`${operation}, dry run`);
    expect([result.code, result.signal, result.stderr]).toEqual([0, null, '']);
    expect(result.log).toContain(`\n${headline}\n`);
    expect(result.outputs).toMatchObject({
      result: '',
      'status-code': '',
      'selected-count': selected,
      'deleted-count': '0',
    });
    expect(new Set(portal.state.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(result.summary).toMatch(/^<h3>🔍 Dry run: /);
  });

  test.each<[Operation, string, string]>([
    ['delete-schedule', '0', 'Cancelled: it is not proven that the backup schedule is gone.'],
    ['delete-history', '0', 'Cancelled: it is not known what was deleted.'],
    ['delete-backups', '1', 'Cancelled: 1 of 2 backups deleted, as the portal reported, not checked.'],
    [
      'prune-history',
      '1',
      'Cancelled: 1 of 2 backups deleted, as the portal reported, not checked, 1 to keep.',
    ],
  ])('%s, cancelled', async (operation, deleted, headline) => {
    const { portal, result } = await run(`${operation}, cancelled`);
    expect([result.code, result.signal, result.stderr]).toEqual([1, null, '']);
    expect(result.log).toContain(`\n${headline}\n`);
    expect(errorOf(result)).toContain('The run was cancelled.');
    expect(result.outputs).toMatchObject({ result: 'false', 'status-code': '200', 'deleted-count': deleted });
    expect(deletions(portal)).toHaveLength(1);
    expect(result.summary).toMatch(/^<h3>⏹️ Cancelled: /);
  });
});
