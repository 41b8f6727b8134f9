// The end-to-end scenarios, and how each must end.

/**
 * @typedef {object} Scenario
 * @property {string} name begins with the file in examples/, except where `workflow` names another
 * @property {string} [workflow] its path
 * @property {'schedule' | 'workflow_dispatch' | 'push'} event
 * @property {Record<string, string>} [inputs] of a `workflow_dispatch`, without those that have their default
 * @property {Record<string, import('../stand-in/steps.mjs').ResetOptions>} [portals] by their URL in the workflow
 * @property {Record<string, Record<string, string>>} [expected] of each portal, as `steps.mjs expect` takes it
 * @property {boolean} [fails] the whole run has to fail
 * @property {string[]} [log] texts that must be in the log
 * @property {string[]} [never] texts that must not be in the log
 * @property {string[]} [summary] texts that must be in a job summary
 * @property {boolean} [asIs] cleanup-portals.yml is not told its own commit, which only GitHub knows
 */

const PORTAL = 'https://portal.example';
const NORTH = 'https://north.portal.example';
const LIST = 'GET getbackuphistory?Dump=false';
const DRY_RUN = `${LIST}, GET getbackupschedule`;
const ID = '00000000-0000-4000-8000-00000000000';
/** A portal with many old backups, and last night's. */
const HEALTHY = { backups: 40, fresh: true, schedule: true };

/** Three portals, of which one refuses the token. */
const MANY = {
  portals: {
    [NORTH]: HEALTHY,
    'https://south.portal.example': { ...HEALTHY, token: 'sk-another-one' },
    'https://west.portal.example': { backups: 12, fresh: true },
  },
  expected: {
    [NORTH]: { backups: '10' },
    'https://south.portal.example': { backups: '41', requests: LIST },
    'https://west.portal.example': { backups: '9' },
  },
  fails: true,
  summary: [
    '### All portals: failure',
    '| portal-north | success | 31 | 31 | 0 | 10 |',
    '| portal-south | failure |  | 0 | 0 |  |',
    '| portal-west | success | 4 | 4 | 0 | 9 |',
  ],
};

/** @type {Scenario[]} */
export const SCENARIOS = [
  {
    name: 'e2e.yml',
    workflow: '.github/workflows/e2e.yml',
    event: 'push',
    // The last check, because act leaves out jobs whose runner it does not know.
    log: ['Success - Main Check: no success, and one request'],
    summary: ['<h3>✅ Done: '],
  },
  {
    name: 'nightly-prune.yml on schedule: prunes',
    event: 'schedule',
    ...onePortal(HEALTHY, {
      backups: '10',
      schedule: 'true',
      requests: `${LIST}, 31 DELETE deletebackup/{id}, ${LIST}`,
    }),
  },
  {
    name: 'nightly-prune.yml without new backups: fails, and deletes nothing',
    event: 'schedule',
    ...onePortal({ backups: 40 }, { backups: '40', requests: LIST }),
    fails: true,
    log: ['Are backups still made?'],
  },
  {
    name: 'nightly-prune.yml with far too much to delete: fails, and deletes nothing',
    event: 'schedule',
    ...onePortal({ backups: 100, fresh: true }, { backups: '101', requests: LIST }),
    fails: true,
    log: ['max-deletions allows 50'],
  },
  {
    name: 'nightly-prune.yml by hand: a dry run',
    event: 'workflow_dispatch',
    ...onePortal(HEALTHY, { backups: '41', requests: DRY_RUN }),
  },
  {
    name: 'nightly-prune.yml by hand, unticked, with a higher limit: prunes',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', 'max-deletions': '200' },
    ...onePortal({ backups: 100, fresh: true }, { backups: '11' }),
  },
  {
    name: 'manual-cleanup.yml: a dry run of prune-history by default',
    event: 'workflow_dispatch',
    ...onePortal(HEALTHY, { backups: '41', requests: DRY_RUN }),
  },
  {
    name: 'manual-cleanup.yml: prune-history',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false' },
    ...onePortal(HEALTHY, { backups: '10' }),
  },
  {
    name: 'manual-cleanup.yml: delete-backups',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-backups', 'backup-ids': `${ID}1 ${ID}2` },
    ...onePortal({ backups: 10 }, { backups: '8', requests: `${LIST}, 2 DELETE deletebackup/{id}, ${LIST}` }),
  },
  {
    name: 'manual-cleanup.yml: delete-history',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-history' },
    ...onePortal({ backups: 10, schedule: true }, { backups: '0', schedule: 'true' }),
  },
  {
    name: 'manual-cleanup.yml: delete-schedule',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-schedule' },
    ...onePortal({ backups: 10, schedule: true }, { backups: '10', schedule: 'false' }),
  },
  {
    name: 'manual-cleanup.yml: an input of another operation fails before any request',
    event: 'workflow_dispatch',
    inputs: { 'dry-run': 'false', operation: 'delete-history', 'backup-ids': `${ID}1` },
    ...onePortal({ backups: 10 }, { backups: '10', requests: '' }),
    fails: true,
  },
  {
    name: 'retire-portal.yml: a dry run, then deletes the schedule, then the history',
    event: 'workflow_dispatch',
    ...onePortal(
      { backups: 10, schedule: true },
      {
        backups: '0',
        schedule: 'false',
        requests: [
          ...['GET getbackupschedule', LIST, 'GET getbackupschedule'],
          ...['DELETE deletebackupschedule', 'GET getbackupschedule'],
          ...[LIST, 'DELETE deletebackuphistory?Dump=false', LIST],
        ].join(', '),
      },
    ),
  },
  {
    name: 'server-dumps.yml: deletes only dumps',
    event: 'schedule',
    ...onePortal({ backups: 10, dumps: 10 }, { backups: '10', dumps: '4' }),
  },
  { name: 'many-portals.yml: one portal fails, the others are pruned', event: 'schedule', ...MANY },
  { name: 'portal-fleet.yml: one portal fails, the others are pruned', event: 'schedule', ...MANY },
  {
    name: 'portal-fleet.yml by hand: a dry run',
    event: 'workflow_dispatch',
    portals: { [NORTH]: HEALTHY },
    expected: { [NORTH]: { backups: '41', requests: DRY_RUN } },
    summary: ['### All portals: success', '| portal-north | success | 31 | 0 | 0 | 10 |'],
  },
  {
    name: 'portal-fleet.yml on a runner that does not know the commit: a clear error before any checkout',
    event: 'schedule',
    asIs: true,
    portals: { [NORTH]: HEALTHY },
    expected: { [NORTH]: { backups: '41', requests: '' } },
    fails: true,
    log: ['This runner leaves job.workflow_sha empty', 'Nothing was deleted.'],
    never: ['Run Main Check the action out', 'Run Main Clean up'],
  },
];

/** @param {import('../stand-in/steps.mjs').ResetOptions} portal @param {Record<string, string>} expected */
function onePortal(portal, expected) {
  return { portals: { [PORTAL]: portal }, expected: { [PORTAL]: expected } };
}
