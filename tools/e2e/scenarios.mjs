// The end-to-end scenarios, and how each must end.

/**
 * @typedef {object} Scenario
 * @property {string} name begins with the file in examples/, except where `workflow` names another
 * @property {string} [workflow] its path
 * @property {'schedule' | 'workflow_dispatch' | 'push' | 'repository_dispatch'} event
 * @property {Record<string, string>} [inputs] of a `workflow_dispatch`, without those that have their default
 * @property {(text: string) => string} [edit] changes the workflow as its user might
 * @property {Record<string, string>} [secrets] beside DOCSPACE_TOKEN, which has the key of all portals
 * @property {string} [chat] the portal that stands in for a chat, by its URL in the workflow
 * @property {boolean} [isStorageFull] artifacts cannot be uploaded
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
const SOUTH = 'https://south.portal.example';
const WEST = 'https://west.portal.example';
const LIST = 'GET getbackuphistory?Dump=false';
const DRY_RUN = `${LIST}, GET getbackupschedule`;
const ID = '00000000-0000-4000-8000-00000000000';
const KEY = 'sk-end-to-end';
/** A portal with many old backups, and last night's. */
const HEALTHY = { backups: 40, fresh: true, schedule: true };
const UNTOUCHED = { backups: '41', requests: '' };
const PLANNED = { backups: '41', requests: DRY_RUN };

/** As many backups in the last one as its entry in portal-fleet.yml allows to be deleted. */
const HEALTHY_FLEET = { [NORTH]: HEALTHY, [SOUTH]: HEALTHY, [WEST]: { backups: 12, fresh: true } };
const UNTOUCHED_FLEET = {
  portals: HEALTHY_FLEET,
  expected: { [NORTH]: UNTOUCHED, [SOUTH]: UNTOUCHED, [WEST]: { backups: '13', requests: '' } },
  fails: true,
};
const PLANNED_FLEET = {
  portals: HEALTHY_FLEET,
  expected: { [NORTH]: PLANNED, [SOUTH]: PLANNED, [WEST]: { backups: '13', requests: DRY_RUN } },
};

/** Three portals with a key each, of which one has another. */
const MANY = {
  portals: {
    [NORTH]: { ...HEALTHY, token: 'sk-key-of-north' },
    [SOUTH]: { ...HEALTHY, token: 'sk-another-one' },
    [WEST]: { backups: 12, fresh: true, token: 'sk-key-of-west' },
  },
  secrets: { TOKEN_NORTH: 'sk-key-of-north', TOKEN_SOUTH: 'sk-key-of-south', TOKEN_WEST: 'sk-key-of-west' },
};
const ONE_FAILS = {
  expected: {
    [NORTH]: { backups: '10' },
    [SOUTH]: { backups: '41', requests: LIST },
    [WEST]: { backups: '9' },
  },
  fails: true,
  summary: [
    '### All portals: failure',
    '| portal-north | success | 31 | 31 | 0 | 10 |',
    '| portal-south | failure |  | 0 | 0 |  |',
    '| portal-west | success | 4 | 4 | 0 | 9 |',
  ],
};

/** What may go wrong with the box: the run must be a dry run, although `delete` is checked where there are inputs. */
const DRY_RUNS = {
  'on push': { event: 'push', edit: replace('\non:\n', '\non:\n  push:\n') },
  'on repository_dispatch': {
    event: 'repository_dispatch',
    edit: replace('\non:\n', '\non:\n  repository_dispatch:\n'),
  },
  'by hand, unchecked': { event: 'workflow_dispatch' },
  'with a misspelt input': {
    event: 'workflow_dispatch',
    inputs: { delete: 'true' },
    edit: replace('inputs.delete', 'inputs.dlete'),
  },
  'with a text in place of the box': {
    event: 'workflow_dispatch',
    inputs: { delete: 'yes' },
    edit: replace('type: boolean\n        default: false', 'type: string'),
  },
};

/** What may be wrong with a list of portals, and the error. */
const WRONG_LISTS = [
  ['"max-deletions"', '"max_deletions"', 'Entry 3 has the unknown key "max_deletions"'],
  ['"max-deletions": 20', '"dry-run": true', 'Entry 3 has the unknown key "dry-run"'],
  ['"max-deletions": 20', '"max-deletions": ""', 'Entry 3: max-deletions cannot be ""'],
  [
    '"max-deletions": 20',
    `"keep-ids": ["${ID}1"], "keep-ids": ["${ID}2"]`,
    'Entry 3 has the key "keep-ids" twice',
  ],
  ['portal-south', 'portal/south', 'Entry 2: name cannot be "portal/south"'],
  ['portal-south', 'Portal-North', 'The name "portal-north" is there twice'],
  ['        ]', '        ] ]', 'portals is not JSON'],
];

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
    name: 'nightly-prune.yml without new backups: fails, deletes nothing, and tells the chat',
    event: 'schedule',
    ...onePortal({ backups: 40 }, { backups: '40', requests: `${LIST}, POST chat` }),
    chat: PORTAL,
    fails: true,
    log: ['Are backups still made?'],
  },
  {
    name: 'nightly-prune.yml with far too much to delete: fails, and deletes nothing',
    event: 'schedule',
    ...onePortal({ backups: 100, fresh: true }, { backups: '101', requests: LIST }),
    fails: true,
    log: ['max-deletions allows 50', 'There is no secret CHAT_WEBHOOK.'],
  },
  ...Object.entries(DRY_RUNS).flatMap(([how, options]) => {
    /** @type {Scenario[]} */
    const scenarios = [
      { name: `nightly-prune.yml ${how}: a dry run`, ...options, ...onePortal(HEALTHY, PLANNED) },
      { name: `portal-fleet.yml ${how}: a dry run`, ...options, ...PLANNED_FLEET },
    ];
    return scenarios;
  }),
  {
    name: 'nightly-prune.yml by hand, checked, with a higher limit: prunes',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', 'max-deletions': '200' },
    ...onePortal({ backups: 100, fresh: true }, { backups: '11' }),
  },
  {
    name: 'manual-cleanup.yml: a dry run of prune-history by default',
    event: 'workflow_dispatch',
    inputs: { operation: 'prune-history' },
    ...onePortal(HEALTHY, PLANNED),
  },
  {
    name: 'manual-cleanup.yml: prune-history',
    event: 'workflow_dispatch',
    inputs: { delete: 'true' },
    ...onePortal(HEALTHY, { backups: '10' }),
  },
  {
    name: 'manual-cleanup.yml: delete-backups',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', operation: 'delete-backups', 'backup-ids': `${ID}1 ${ID}2` },
    ...onePortal({ backups: 10 }, { backups: '8', requests: `${LIST}, 2 DELETE deletebackup/{id}, ${LIST}` }),
  },
  {
    name: 'manual-cleanup.yml: delete-history',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', operation: 'delete-history' },
    ...onePortal({ backups: 10, schedule: true }, { backups: '0', schedule: 'true' }),
  },
  {
    name: 'manual-cleanup.yml: delete-history of more than the limit fails, and deletes nothing',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', operation: 'delete-history' },
    ...onePortal({ backups: 60 }, { backups: '60', requests: LIST }),
    fails: true,
  },
  {
    name: 'manual-cleanup.yml: delete-schedule',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', operation: 'delete-schedule' },
    ...onePortal({ backups: 10, schedule: true }, { backups: '10', schedule: 'false' }),
  },
  {
    name: 'manual-cleanup.yml: an input of another operation fails before any request',
    event: 'workflow_dispatch',
    inputs: { delete: 'true', operation: 'delete-history', 'backup-ids': `${ID}1` },
    ...onePortal({ backups: 10 }, { backups: '10', requests: '' }),
    fails: true,
  },
  {
    name: 'retire-portal.yml: a dry run, then deletes the schedule, then the history',
    event: 'workflow_dispatch',
    secrets: { DOCSPACE_RETIRE_TOKEN: KEY },
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
    name: 'retire-portal.yml without its environment: fails, and deletes nothing',
    event: 'workflow_dispatch',
    ...onePortal(
      { backups: 10, schedule: true },
      { backups: '10', requests: `GET getbackupschedule, ${LIST}` },
    ),
    fails: true,
    log: ['token is empty'],
  },
  {
    name: 'retire-portal.yml with an empty output: fails, and deletes no backup',
    event: 'workflow_dispatch',
    secrets: { DOCSPACE_RETIRE_TOKEN: KEY },
    edit: replace('steps.history.outputs.selected-count', "''"),
    ...onePortal({ backups: 10 }, { backups: '10' }),
    fails: true,
    log: ['max-deletions allows 0'],
  },
  {
    name: 'prune-after-approval.yml: deletes what was planned',
    event: 'workflow_dispatch',
    secrets: { DOCSPACE_DELETE_TOKEN: KEY },
    ...onePortal(HEALTHY, { backups: '10' }),
  },
  {
    name: 'prune-after-approval.yml without its environment: fails, and deletes nothing',
    event: 'workflow_dispatch',
    ...onePortal(HEALTHY, PLANNED),
    fails: true,
    log: ['token is empty'],
  },
  {
    name: 'prune-after-approval.yml with an empty output: fails, and deletes nothing',
    event: 'workflow_dispatch',
    secrets: { DOCSPACE_DELETE_TOKEN: KEY },
    edit: replace('steps.plan.outputs.selected-ids', "''"),
    ...onePortal(HEALTHY, PLANNED),
    fails: true,
  },
  {
    name: 'clear-storage.yml: a dry run by default',
    event: 'workflow_dispatch',
    ...onePortal({ backups: 10 }, { backups: '10', requests: `${DRY_RUN}, ${LIST}` }),
  },
  {
    name: 'clear-storage.yml: deletes all backups of the storage',
    event: 'workflow_dispatch',
    inputs: { delete: 'true' },
    ...onePortal({ backups: 10 }, { backups: '0' }),
  },
  {
    name: 'clear-storage.yml with nothing left: succeeds',
    event: 'workflow_dispatch',
    ...onePortal({ backups: 0 }, { backups: '0', requests: DRY_RUN }),
  },
  {
    name: 'storage-policies.yml: one step fails, and the other one prunes',
    event: 'schedule',
    edit: replace('storage-types: ThirdPartyConsumer', 'storage-types: Locale'),
    ...onePortal(HEALTHY, { backups: '7' }),
    fails: true,
  },
  {
    name: 'server-dumps.yml: deletes only dumps',
    event: 'schedule',
    ...onePortal({ backups: 10, dumps: 10 }, { backups: '10', dumps: '4' }),
  },
  {
    name: 'many-portals.yml: each has its key; one fails, the others are pruned',
    event: 'schedule',
    ...MANY,
    ...ONE_FAILS,
  },
  {
    name: 'many-portals.yml with a full artifact storage: succeeds',
    event: 'workflow_dispatch',
    isStorageFull: true,
    secrets: { TOKEN_NORTH: KEY, TOKEN_SOUTH: KEY, TOKEN_WEST: KEY },
    ...PLANNED_FLEET,
    summary: ['### Dry run of all portals: success', '| no portal has sent its row |'],
  },
  {
    name: 'portal-fleet.yml: one portal fails, the others are pruned',
    event: 'schedule',
    ...ONE_FAILS,
    portals: { ...HEALTHY_FLEET, [SOUTH]: { ...HEALTHY, token: 'sk-another-one' } },
    log: ["/portal-north.json' -> "],
  },
  {
    name: 'portal-fleet.yml with a full artifact storage: succeeds',
    event: 'workflow_dispatch',
    isStorageFull: true,
    ...PLANNED_FLEET,
    summary: ['### Dry run of all portals: success', '| portal-north | no report |'],
  },
  {
    name: 'portal-fleet.yml with two calls: each has its own summary',
    event: 'workflow_dispatch',
    edit: text => {
      const job = text.slice(text.indexOf('  cleanup:')).replace('cleanup:', 'second:');
      return `${text}${job.replace('keep-daily: 7', 'keep-daily: 1')}`;
    },
    ...PLANNED_FLEET,
    expected: {},
    summary: ['| portal-north | success | 31 | 0 | 0 | 10 |', '| portal-north | success | 35 | 0 | 0 | 6 |'],
  },
  {
    name: 'portal-fleet.yml without a limit: fails, and deletes nothing',
    event: 'schedule',
    edit: replace("inputs.max-deletions || '50'", 'inputs.max-deletion'),
    // act takes the default of the called workflow, and Gitea's runner no deletion at all.
    portals: { [NORTH]: { backups: 100, fresh: true }, [SOUTH]: { backups: 100, fresh: true } },
    expected: { [NORTH]: { backups: '101' }, [SOUTH]: { backups: '101' } },
    fails: true,
    log: ['max-deletions allows'],
  },
  {
    name: 'portal-fleet.yml on another runner: prunes',
    event: 'schedule',
    edit: replace('max-parallel: 8', 'runs-on: \'["ubuntu-latest", "linux"]\''),
    portals: HEALTHY_FLEET,
    expected: { [NORTH]: { backups: '10' }, [SOUTH]: { backups: '10' }, [WEST]: { backups: '9' } },
  },
  ...WRONG_LISTS.map(([right = '', wrong = '', error = '']) => {
    /** @type {Scenario} */
    const scenario = {
      name: `portal-fleet.yml with ${wrong.trim()} in its list: nothing is sent`,
      event: 'schedule',
      edit: replace(right, wrong),
      ...UNTOUCHED_FLEET,
      log: [error],
    };
    return scenario;
  }),
  {
    name: 'portal-fleet.yml on a runner that does not know the commit: a clear error before any checkout',
    event: 'schedule',
    asIs: true,
    ...UNTOUCHED_FLEET,
    log: ['This runner leaves job.workflow_sha empty', 'Nothing was deleted.'],
    never: ['Run Main Check the action out', 'Run Main Clean up'],
  },
];

/** An example as its user gets it by deleting "# " before the lines of `schedule`. @param {string} text */
export function switchScheduleOn(text) {
  return text.replace(/^ {2}# (?=schedule:| {2}- cron:| {4}timezone:)/gm, '  ');
}

/** @param {string} from @param {string} to */
function replace(from, to) {
  return (/** @type {string} */ text) => text.replaceAll(from, to);
}

/** @param {import('../stand-in/steps.mjs').ResetOptions} portal @param {Record<string, string>} expected */
function onePortal(portal, expected) {
  return { portals: { [PORTAL]: portal }, expected: { [PORTAL]: expected } };
}
