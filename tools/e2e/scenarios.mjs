// What is run end to end, and how it has to end.

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} workflow a file of the repository
 * @property {string} event `schedule`, `workflow_dispatch` or `push`
 * @property {Record<string, string>} [inputs] of a `workflow_dispatch`, where they are not the default
 * @property {Record<string, import('../stand-in/steps.mjs').ResetOptions>} [portals] by their address in the workflow
 * @property {Record<string, Record<string, string>>} [expected] of each portal, in the words of `steps.mjs expect`
 * @property {'succeeds' | 'fails'} [run] how the whole run has to end; without it, `succeeds`
 * @property {string[]} [log] texts that have to be there
 * @property {string[]} [never] texts that must not be there
 * @property {string[]} [summary] texts that a job summary has to hold; Gitea's runner throws summaries away
 * @property {boolean} [needsInputs] the workflow asks for inputs, with defaults, and Gitea's `exec` takes none
 * @property {boolean} [asIs] cleanup-portals.yml is not told what GitHub alone would tell it
 */

const PORTAL = 'https://portal.example';
const LIST = 'GET getbackuphistory?Dump=false';
/** What a dry run of `prune-history` asks for. */
const LOOK = `${LIST}, GET getbackupschedule`;
/** A portal where all is well: many old backups, and last night's. */
const HEALTHY = { backups: 40, fresh: true, schedule: true };

/** Three portals, of which one refuses the token. */
const MANY = {
  'https://north.portal.example': HEALTHY,
  'https://south.portal.example': { ...HEALTHY, token: 'sk-another-one' },
  'https://west.portal.example': { backups: 12, fresh: true },
};
const MANY_AFTERWARDS = {
  'https://north.portal.example': { backups: '10' },
  'https://south.portal.example': { backups: '41', requests: LIST },
  'https://west.portal.example': { backups: '9' },
};
const MANY_REPORTED = [
  '### All portals: failure',
  '| portal-north | success | 31 | 31 | 0 | 10 |',
  '| portal-south | failure |  | 0 | 0 |  |',
  '| portal-west | success | 4 | 4 | 0 | 9 |',
];

/** @type {Scenario[]} */
export const SCENARIOS = [
  {
    name: 'e2e.yml',
    workflow: '.github/workflows/e2e.yml',
    event: 'push',
    // The last check, as act leaves out jobs whose runner it does not know; and a job summary.
    log: ['Success - Main Check: no success, and one request'],
    summary: ['<h3>✅ Done: '],
  },
  {
    name: 'nightly-prune.yml on schedule: prunes',
    workflow: 'examples/nightly-prune.yml',
    event: 'schedule',
    portals: { [PORTAL]: HEALTHY },
    expected: {
      [PORTAL]: {
        backups: '10',
        schedule: 'true',
        requests: `${LIST}, 31 DELETE deletebackup/{id}, ${LIST}`,
      },
    },
  },
  {
    name: 'nightly-prune.yml where backups have stopped: fails, and deletes nothing',
    workflow: 'examples/nightly-prune.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 40 } },
    expected: { [PORTAL]: { backups: '40', requests: LIST } },
    run: 'fails',
    log: ['Are backups still made?'],
  },
  {
    name: 'nightly-prune.yml with far too much to delete: fails, and deletes nothing',
    workflow: 'examples/nightly-prune.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 100, fresh: true } },
    expected: { [PORTAL]: { backups: '101', requests: LIST } },
    run: 'fails',
    log: ['max-deletions allows 50'],
  },
  {
    name: 'nightly-prune.yml by hand: a dry run',
    workflow: 'examples/nightly-prune.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    portals: { [PORTAL]: HEALTHY },
    expected: { [PORTAL]: { backups: '41', requests: LOOK } },
  },
  {
    name: 'nightly-prune.yml by hand, unticked, with a higher limit: prunes',
    workflow: 'examples/nightly-prune.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: { 'dry-run': 'false', 'max-deletions': '200' },
    portals: { [PORTAL]: { backups: 100, fresh: true } },
    expected: { [PORTAL]: { backups: '11' } },
  },
  {
    name: 'manual-cleanup.yml: a dry run of prune-history unless told otherwise',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    portals: { [PORTAL]: HEALTHY },
    expected: { [PORTAL]: { backups: '41', requests: LOOK } },
  },
  {
    name: 'manual-cleanup.yml: prune-history',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: { 'dry-run': 'false' },
    portals: { [PORTAL]: HEALTHY },
    expected: { [PORTAL]: { backups: '10' } },
  },
  {
    name: 'manual-cleanup.yml: delete-backups',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: {
      'dry-run': 'false',
      operation: 'delete-backups',
      'backup-ids': '00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002',
    },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '8', requests: `${LIST}, 2 DELETE deletebackup/{id}, ${LIST}` } },
  },
  {
    name: 'manual-cleanup.yml: delete-history',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: { 'dry-run': 'false', operation: 'delete-history' },
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: { [PORTAL]: { backups: '0', schedule: 'true' } },
  },
  {
    name: 'manual-cleanup.yml: delete-schedule',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: { 'dry-run': 'false', operation: 'delete-schedule' },
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: { [PORTAL]: { backups: '10', schedule: 'false' } },
  },
  {
    name: 'manual-cleanup.yml: an input of another operation fails before any request',
    workflow: 'examples/manual-cleanup.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    inputs: {
      'dry-run': 'false',
      operation: 'delete-history',
      'backup-ids': '00000000-0000-4000-8000-000000000001',
    },
    portals: { [PORTAL]: { backups: 10 } },
    expected: { [PORTAL]: { backups: '10', requests: '' } },
    run: 'fails',
  },
  {
    name: 'retire-portal.yml: looks, then deletes the schedule, then the history',
    workflow: 'examples/retire-portal.yml',
    event: 'workflow_dispatch',
    portals: { [PORTAL]: { backups: 10, schedule: true } },
    expected: {
      [PORTAL]: {
        backups: '0',
        schedule: 'false',
        requests: [
          'GET getbackupschedule',
          LIST,
          'GET getbackupschedule, DELETE deletebackupschedule, GET getbackupschedule',
          `${LIST}, DELETE deletebackuphistory?Dump=false, ${LIST}`,
        ].join(', '),
      },
    },
  },
  {
    name: 'server-dumps.yml: the dumps, and nothing else',
    workflow: 'examples/server-dumps.yml',
    event: 'schedule',
    portals: { [PORTAL]: { backups: 10, dumps: 10 } },
    expected: { [PORTAL]: { backups: '10', dumps: '4' } },
  },
  {
    name: 'many-portals.yml: a failure stops no other portal, and all are reported',
    workflow: 'examples/many-portals.yml',
    event: 'schedule',
    portals: MANY,
    expected: MANY_AFTERWARDS,
    run: 'fails',
    summary: MANY_REPORTED,
  },
  {
    name: 'portal-fleet.yml and cleanup-portals.yml: likewise',
    workflow: 'examples/portal-fleet.yml',
    event: 'schedule',
    portals: MANY,
    expected: MANY_AFTERWARDS,
    run: 'fails',
    summary: MANY_REPORTED,
  },
  {
    name: 'portal-fleet.yml and cleanup-portals.yml by hand: a dry run',
    workflow: 'examples/portal-fleet.yml',
    event: 'workflow_dispatch',
    needsInputs: true,
    portals: { 'https://north.portal.example': HEALTHY },
    expected: { 'https://north.portal.example': { backups: '41', requests: LOOK } },
    summary: ['### All portals: success', '| portal-north | success | 31 | 0 | 0 | 10 |'],
  },
  {
    name: 'cleanup-portals.yml where nobody tells it its own commit: a clear error before any checkout',
    workflow: 'examples/portal-fleet.yml',
    event: 'schedule',
    asIs: true,
    portals: { 'https://north.portal.example': HEALTHY },
    expected: { 'https://north.portal.example': { backups: '41', requests: '' } },
    run: 'fails',
    log: ['This runner leaves job.workflow_sha empty', 'Nothing was deleted.'],
    never: ['Run Main Check the action out', 'Run Main Clean up'],
  },
];
