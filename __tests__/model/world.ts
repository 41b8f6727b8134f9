// Random worlds: a history, the inputs of a step, and what goes wrong.

import { makeId, type PortalOptions, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { START } from '../support/clock.js';
import { planOf } from './planner.js';
import { Random } from './random.js';

type Fault = NonNullable<PortalOptions['faults']>[number];

/** Plain data, so that it can be printed, and made smaller bit by bit. */
export interface World {
  /** What it was aimed at, for people. */
  aims: string[];
  inputs: Record<string, string>;
  portal: PortalOptions;
  /** Ends the run early: `afterMs` after the request with this number, counted from 1. */
  stop?: { by: 'cancellation' | 'crash'; onRequest: number; afterMs: number };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse(START);
const NEVER = '0001-01-01T00:00:00';

export interface RecordOfWorld {
  id?: unknown;
  fileName?: unknown;
  storageType?: unknown;
  createdOn?: unknown;
  expiresOn?: unknown;
}

/** The world of a seed. */
export function worldOf(seed: number): World {
  const random = new Random(seed);
  const operation = random.pick([
    ...Array<string>(7).fill('prune-history'),
    ...Array<string>(3).fill('delete-backups'),
    ...Array<string>(2).fill('delete-history'),
    'delete-schedule',
  ]);
  const aims = Array.from({ length: random.pick([0, 1, 1, 1, 1, 1, 2, 2, 3]) }, () => random.pick(WEIGHTED));
  // Some things happen only where there is much to delete.
  const isLarge = aims.some(name => WANTS_MUCH.includes(name)) && random.chance(0.7);
  const backups = historyOf(random, isLarge);
  const world: World = { aims, inputs: { operation }, portal: { backups } };
  const { inputs, portal } = world;
  if (operation === 'prune-history') {
    const policy = isLarge ? { 'keep-last': String(random.int(1, 3)) } : policyOf(random);
    Object.assign(inputs, policy, narrowingOf(random, backups));
  }
  if (operation === 'delete-backups') inputs['backup-ids'] = someIdsOf(random, backups);
  if (operation === 'delete-schedule' ? random.chance(0.8) : random.chance(0.3)) portal.schedule = SCHEDULE;
  if (random.chance(0.1)) inputs['dry-run'] = 'true';
  if (random.chance(0.5)) inputs['retries'] = String(random.pick([0, 0, 1, 2, 3, 5]));
  if (random.chance(0.3)) inputs['timeout-seconds'] = String(random.int(5, 300));
  if (operation !== 'delete-schedule' && random.chance(0.12)) {
    inputs['max-deletions'] = String(random.pick([0, 1, 3, 10, 30, 60]));
  }
  if (operation === 'delete-history' && random.chance(0.1)) {
    inputs['verify'] = 'false';
    delete inputs['max-deletions'];
  }
  if (operation === 'delete-schedule' && random.chance(0.2)) inputs['verify'] = 'false';
  if (random.chance(0.08)) toDumps(random, world);
  if (random.chance(0.2)) portal.key = 'absent';
  else if (random.chance(0.04)) portal.scopes = ['*:read'];
  if (random.chance(0.2)) portal.zulu = true;

  for (const name of aims) AIMS[name]?.(random, world);
  return world;
}

/** 0 to 60 backups in one to three storage types, most of them as they should be. */
function historyOf(random: Random, isLarge: boolean): RecordOfWorld[] {
  const sizes = isLarge
    ? [random.int(25, 60)]
    : [0, random.int(1, 5), random.int(6, 16), random.int(12, 40), random.int(20, 60)];
  const number = random.pick(sizes);
  const types = random.shuffled([0, 1, 3, 4, 5, 2]).slice(0, random.pick([1, 1, 1, 2, 2, 3]));
  const ids = random.shuffled(Array.from({ length: number }, (_, at) => at + 1)).map(makeId);
  const stepMs = random.pick([HOUR_MS, 7 * HOUR_MS, DAY_MS, DAY_MS, 9 * DAY_MS, 40 * DAY_MS]);
  let time = NOW - random.int(0, random.pick([1, 20, 20, 20, 60])) * HOUR_MS;
  const records = ids.map((id): RecordOfWorld => {
    time -= Math.ceil((random.chance(0.7) ? stepMs : stepMs * random.next() * 3) - random.int(0, 1_000_000));
    const createdOn = new Date(Math.min(time, NOW)).toISOString().slice(0, 19);
    const fileName = random.chance(0.97) ? `alias_${createdOn.slice(0, 10)}.tar.gz` : null;
    return { id, fileName, storageType: random.pick(types), createdOn, expiresOn: NEVER };
  });
  if (random.chance(0.35)) for (const record of random.some(records, 0.15)) makeStrange(random, record);
  if (random.chance(0.1)) records.push(...random.some(records, 0.1).map(record => ({ ...record })));
  return random.shuffled(records);
}

function makeStrange(random: Random, record: RecordOfWorld): void {
  const at = (ms: number) => new Date(NOW + ms).toISOString().slice(0, 19);
  random.pick<() => void>([
    () => Object.assign(record, { storageType: 4, expiresOn: at(random.int(1, 24) * HOUR_MS) }),
    () => Object.assign(record, { expiresOn: at(-random.int(1, 24) * HOUR_MS) }),
    () => Object.assign(record, { createdOn: at(random.int(25, 9_000) * HOUR_MS) }),
    () => Object.assign(record, { createdOn: at(random.int(1, 23) * HOUR_MS) }),
    () =>
      Object.assign(record, {
        createdOn: random.pick([NEVER, 'yesterday', '2026-02-30T00:00:00', null, 17]),
      }),
    () => Object.assign(record, { expiresOn: random.pick(['soon', 5, '2026-13-01T00:00:00']) }),
    () => Object.assign(record, { storageType: random.pick([7, 'Local', 'Elsewhere', null, -1]) }),
    () => Object.assign(record, { id: spoiltId(random, String(record.id)) }),
    () => Object.assign(record, { createdOn: `${record.createdOn}.25` }),
  ])();
}

function spoiltId(random: Random, id: string): unknown {
  return random.pick([null, '', `{${id}}`, id.replaceAll('-', ''), `${id}x`, 5]);
}

const COUNTED = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'];

function policyOf(random: Random): Record<string, string> {
  const policy: Record<string, string> = {};
  const duration = () => {
    const parts = random.shuffled(['y', 'm', 'w', 'd', 'd', 'h']).slice(0, random.pick([1, 1, 2]));
    return [...new Set(parts)]
      .map(unit => `${random.int(unit === 'y' ? 0 : 1, unit === 'd' ? 40 : 5)}${unit}`)
      .join('');
  };
  for (let rules = random.pick([1, 1, 1, 2, 3]); rules > 0; rules--) {
    if (random.chance(0.7)) {
      const number = random.pick([0, 1, 1, 2, 3, 5, 7, 12, 30]);
      policy[`keep-${random.pick(COUNTED)}`] = random.chance(0.05) ? 'unlimited' : String(number);
    } else {
      const rule = random.pick(['', ...COUNTED.slice(1).map(period => `-${period}`)]);
      policy[`keep-within${rule}`] = duration();
    }
  }
  const isRule = (value: string) => /[1-9]|unlimited/.test(value);
  if (!Object.values(policy).some(isRule)) policy['keep-last'] = String(random.int(1, 5));
  if (random.chance(0.3)) {
    policy['time-zone'] = random.pick([
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Apia',
      'Asia/Kolkata',
      'UTC',
    ]);
  }
  return policy;
}

function narrowingOf(random: Random, backups: readonly RecordOfWorld[]): Record<string, string> {
  const more: Record<string, string> = {};
  if (random.chance(0.2)) {
    more['storage-types'] = random
      .some(['Documents', '3', 'DataStore', 'ThirdPartyConsumer'], 0.5)
      .join(', ');
  }
  if (random.chance(0.25)) {
    const pins = random.some(backups, 0.1).map(({ id }) => id);
    if (random.chance(0.15)) pins.push(makeId(999));
    more['keep-ids'] = writtenIds(random, pins);
  }
  if (random.chance(0.3)) more['ignore-not-found'] = 'true';
  if (random.chance(0.1)) more['require-backup-within'] = random.pick(['6h', '2d', '15d', '2w', '1m', '1y']);
  return more;
}

function someIdsOf(random: Random, backups: readonly RecordOfWorld[]): string {
  const ids = random.some(backups, random.pick([0.1, 0.5, 0.5, 0.8, 1])).map(({ id }) => id);
  if (random.chance(0.06)) ids.push(makeId(999));
  if (random.chance(0.05)) ids.push(...ids.slice(0, 2));
  return writtenIds(random, ids);
}

/** Only what can be read: that an id is refused is not the matter here. */
function writtenIds(random: Random, ids: readonly unknown[]): string {
  const readable = ids.filter((id): id is string => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id));
  if (readable.length === 0 || random.chance(0.3)) return JSON.stringify(readable);
  return readable.join(random.pick([' ', ', ', '\n']));
}

/** The same in the store of the dumps. */
function toDumps(random: Random, { inputs, portal }: World): void {
  inputs['dump'] = 'true';
  const { backups = [], schedule = null } = portal;
  Object.assign(portal, {
    standalone: true,
    dumps: backups,
    backups: [],
    dumpSchedule: schedule,
    schedule: null,
  });
  if (random.chance(0.1)) portal.ignoresDumpIds = true;
}

/** The history that the step is about. */
export function recordsOf({ inputs, portal }: World): unknown[] {
  return (inputs['dump'] === 'true' ? portal.dumps : portal.backups) ?? [];
}

/** Which backups the step is likely to delete, oldest first, and which it keeps. */
function partsOf(world: World): { selected: string[]; kept: string[] } {
  const { inputs } = world;
  const records = recordsOf(world) as RecordOfWorld[];
  const order = new Map(records.map(({ id, createdOn }) => [String(id).toLowerCase(), String(createdOn)]));
  const oldestFirst = (ids: string[]) =>
    ids.sort((a, b) => (order.get(a) ?? '').localeCompare(order.get(b) ?? ''));
  if (inputs['operation'] === 'prune-history') {
    const { selected, kept } = planOf(records, inputs, NOW);
    return { selected: oldestFirst(selected), kept };
  }
  const all = [...order.keys()];
  const selected = all.filter(
    id => inputs['operation'] !== 'delete-backups' || inputs['backup-ids']?.includes(id),
  );
  return { selected: oldestFirst(selected), kept: all.filter(id => !selected.includes(id)) };
}

/** What goes wrong with a deletion whose answer never comes. */
const LOST: ((random: Random) => Omit<Fault, 'on'>)[] = [
  () => ({ kind: 'reset' }),
  () => ({ kind: 'reset-after' }),
  () => ({ kind: 'lost-before' }),
  () => ({ kind: 'lost-after' }),
  () => ({ kind: 'cut' }),
  () => ({ kind: 'stall' }),
  () => ({ kind: 'hang' }),
  random => ({ kind: 'hang', ms: random.int(1, 200) * 1000 }),
  random => ({ kind: 'slow', ms: random.int(1, 150) * 1000 }),
  random => ({
    kind: 'slow-delete',
    ms: random.int(1, 100) * 1000,
    status: random.pick([408, 504, 520, 522, 524]),
  }),
  random => ({ kind: 'page', status: random.pick([408, 502, 503, 504, 520, 521, 522, 523, 524]) }),
];
/** And with one that is answered otherwise. */
const ANSWERED: ((random: Random) => Omit<Fault, 'on'>)[] = [
  random => ({ kind: 'error-form', status: random.pick([400, 403, 404, 500, 500]) }),
  () => ({ kind: 'access-denied' }),
  () => ({ kind: 'server-error' }),
  random => ({ kind: 'page', status: 500, delayMs: random.int(0, 2000) }),
  () => ({ kind: 'lie' }),
  random => ({
    kind: random.pick(['says-false', 'says-nothing', 'not-json', 'created', 'no-content', 'says-status-1']),
  }),
  random => ({ kind: 'status', status: random.pick([405, 409, 413, 501]) }),
  // What stands in front has errors in JSON too.
  random => ({
    kind: 'status',
    status: random.pick([403, 404]),
    body: random.pick(['{"error":{"code":404,"message":"Not found"}}', '{"status":0}', '{"error":{}}']),
  }),
  () => ({ kind: 'rate-limit' }),
  random => ({ kind: 'rate-limit', retryAfter: random.pick(['0', '1', '20', '400']) }),
];
/** A list that is none, or none that proves anything. */
const UNREADABLE: ((random: Random) => Omit<Fault, 'on'>)[] = [
  random => ({
    kind: random.pick([
      'not-json',
      'web-client',
      'empty',
      'json-null',
      'says-nothing',
      'says-text',
      'says-status-1',
    ]),
  }),
  () => ({ kind: 'status', body: '{"response":[],"count":4,"status":0,"statusCode":200}' }),
  () => ({ kind: 'status', body: '{"response":[],"count":0,"status":0,"statusCode":500}' }),
  () => ({
    kind: 'status',
    body: '{"response":[],"count":0,"status":0,"statusCode":200,"error":{"message":"no"}}',
  }),
  random => ({
    kind: 'status',
    body: random.pick(['[]', '{"status":0}', '{"status":0,"message":"log in"}']),
  }),
];
const FAILING: ((random: Random) => Omit<Fault, 'on'>)[] = [
  random => ({
    kind: random.pick([
      'server-error',
      'unauthorized',
      'access-denied',
      'no-content',
      'suspended',
      'redirect',
    ]),
  }),
  random => ({
    kind: random.pick(['reset', 'lost-after', 'cut', 'hang', 'stall', 'bad-gateway', 'gateway-timeout']),
  }),
  random => ({ kind: 'slow', ms: random.int(1, 120) * 1000 }),
];
const ENDS_ALL = [
  'unauthorized',
  'no-scope',
  'portal-busy',
  'ip-blocked',
  'suspended',
  'not-found',
  'unpaid',
  'quota',
  'redirect',
] as const;

function addFaults(world: World, ...faults: Fault[]): void {
  world.portal.faults = [...(world.portal.faults ?? []), ...faults];
}

/** What stands in front answers in the portal's place. */
function inFront(random: Random): Omit<Fault, 'on'> {
  return random.pick<Omit<Fault, 'on'>>([
    { kind: 'bad-gateway' },
    { kind: 'gateway-timeout' },
    { kind: 'status', status: 404, body: '{"error":{"code":404,"message":"Not found"}}' },
  ]);
}

/** How often a fault happens; sometimes for ever. */
function often(random: Random): { times?: number } {
  return random.chance(0.2) ? {} : { times: random.pick([1, 1, 1, 2, 3]) };
}

function deletionOf(world: World, id: string): string {
  return isById(world) ? `DELETE deletebackup/${id}` : 'DELETE';
}

function isById({ inputs }: World): boolean {
  return inputs['operation'] === 'prune-history' || inputs['operation'] === 'delete-backups';
}

const PASSING = 'passing faults';

/** Whether nothing in it stands in the way of the step for longer than it can wait. */
export function isCalm(world: World): boolean {
  const { aims, stop, portal } = world;
  const ids = recordsOf(world).map(record => (record as RecordOfWorld).id);
  // Of two records with one id, a DELETE removes one.
  const isPlain = !stop && !portal.scopes && !portal.ignoresDumpIds && new Set(ids).size === ids.length;
  return isPlain && (aims.length === 0 || aims.join() === PASSING);
}

const AIMS: Record<string, (random: Random, world: World) => void> = {
  'faults of single deletions': (random, world) => {
    const { selected } = partsOf(world);
    const share = random.pick([0.1, 0.3, 0.6, 1]);
    for (const id of random.some(selected, share).slice(0, 60)) {
      const on = deletionOf(world, id);
      for (let number = random.pick([1, 1, 2]); number > 0; number--) {
        addFaults(world, { on, ...random.pick([...LOST, ...ANSWERED])(random), ...often(random) });
      }
    }
    if (random.chance(0.5)) world.portal.latencyMs = random.int(0, 500);
  },

  'errors whose record goes or stays': (random, world) => {
    const { selected } = partsOf(world);
    for (const id of random.some(selected, random.pick([0.1, 0.4, 1]))) {
      const status = random.pick([400, 403, 404, 500, 500]);
      const times = random.pick([1, 1, 2, undefined]);
      if (random.chance(0.3)) world.portal.locked = [...(world.portal.locked ?? []), id];
      else
        world.portal.fileErrors = {
          ...world.portal.fileErrors,
          [id]: { status, ...(times ? { times } : {}) },
        };
      if (random.chance(0.3)) addFaults(world, { on: deletionOf(world, id), skip: 1, ...inFront(random) });
    }
  },

  'an empty history, and no word': (random, world) => {
    if (world.inputs['operation'] !== 'delete-history') return;
    world.portal.backups = [];
    addFaults(world, { on: 'DELETE', ...inFront(random) });
  },

  'a storage that refuses': (random, world) => {
    const error = {
      status: random.pick([400, 403, 500]),
      ...(random.chance(0.3) ? { times: random.int(1, 4) } : {}),
    };
    const types = [...new Set(recordsOf(world).map(record => String((record as RecordOfWorld).storageType)))];
    if (types.length === 0) return;
    world.portal.storageErrors = { [random.pick(types)]: error };
    if (random.chance(0.3)) {
      for (const id of partsOf(world).selected) {
        addFaults(world, { on: deletionOf(world, id), skip: 1, times: 1, ...inFront(random) });
      }
    }
    if (random.chance(0.3)) {
      // The record stays as well.
      world.portal.locked = random.some(partsOf(world).selected, random.pick([0.3, 0.8, 1]));
    }
  },

  'a closing list that proves nothing': (random, world) => {
    const on = 'GET getbackuphistory';
    const skip = random.pick([1, 1, 1, 2]);
    if (random.chance(0.5)) {
      const fault = random.pick([...UNREADABLE, ...UNREADABLE, ...FAILING])(random);
      addFaults(world, { on, skip, ...fault, ...often(random) });
    } else {
      addBackend(random, world, skip + 1);
    }
    if (random.chance(0.6)) spoilDeletions(random, world);
  },

  'a first list that is none': (random, world) => {
    addFaults(world, { on: 'GET', ...random.pick([...UNREADABLE, ...FAILING])(random), ...often(random) });
  },

  'too little time': (random, world) => {
    const { inputs, portal } = world;
    const timeoutMs = random.int(5, 60) * 1000;
    inputs['timeout-seconds'] = String(timeoutMs / 1000);
    portal.deleteMs = Math.ceil(
      timeoutMs * random.pick([0.04, 0.08, 0.12, 0.2, 0.4, 0.02 + random.next() / 4]),
    );
    if (random.chance(0.8)) portal.listingMs = Math.ceil(timeoutMs * random.pick([0.01, 0.1, 0.2, 0.3, 0.4]));
    if (random.chance(0.3)) portal.listingMsPerRecord = random.int(1, 80);
    if (random.chance(0.3)) portal.latencyMs = random.int(10, 900);
    if (random.chance(0.2)) portal.markMs = random.int(1, 2_000);
  },

  'places that are lost': (random, world) => {
    const { inputs } = world;
    delete inputs['timeout-seconds'];
    if (random.chance(0.5)) inputs['timeout-seconds'] = String(random.int(60, 300));
    const { selected } = partsOf(world);
    for (const id of random.some(selected, random.pick([0.2, 0.5, 1]))) {
      const fault = random.pick<Omit<Fault, 'on'>>([
        {
          kind: 'slow-delete',
          ms: random.int(5, 300) * 1000,
          status: random.pick([408, 504, 520, 522, 524]),
        },
        { kind: 'slow-delete', ms: random.int(5, 300) * 1000, status: 504 },
        { kind: 'hang' },
        { kind: 'hang', ms: random.int(5, 280) * 1000 },
      ]);
      addFaults(world, {
        on: deletionOf(world, id),
        ...fault,
        ...(random.chance(0.4) ? {} : { times: random.int(1, 2) }),
      });
    }
    if (random.chance(0.3)) world.portal.deleteMs = random.int(10, 3_000);
  },

  'a gateway in front': (random, world) => {
    const { selected } = partsOf(world);
    const slow = random.some(selected, 0.3).map(id => [id, random.int(10, 150) * 1000]);
    world.portal.deleteMs = { ...Object.fromEntries(slow), '*': random.int(0, 2_000) };
    world.portal.gateway = { ms: random.int(5, 60) * 1000, status: random.pick([408, 504, 520, 522, 524]) };
  },

  'a rate limit': (random, world) => {
    const { portal } = world;
    portal.limits = random.pick([
      { perMinute: random.int(4, 60) },
      { deletesAtOnce: random.int(1, 7) },
      { perMinute: random.int(10, 60), deletesAtOnce: random.int(1, 7) },
    ]);
    if (random.chance(0.3)) portal.limits.resetHeader = true;
    if (random.chance(0.2)) portal.limits.retryAfter = random.pick([true, '0', '1', '5']);
    portal.latencyMs = random.int(1, 900);
  },

  'a word that ends all': (random, world) => {
    const { selected } = partsOf(world);
    const kind = random.pick(ENDS_ALL);
    const some = selected.length > 0 ? deletionOf(world, random.pick(selected)) : 'DELETE';
    addFaults(
      world,
      random.pick([
        { on: some, kind },
        { on: 'DELETE', kind, skip: random.int(0, selected.length) },
      ]),
    );
    // Without it, all that is sent would come at the same time.
    world.portal.latencyMs ??= random.int(1, 900);
  },

  'an early end': (random, world) => {
    const { portal } = world;
    portal.latencyMs ??= random.int(1, 2_000);
    if (random.chance(0.3)) portal.deleteMs ??= random.int(1, 9_000);
    const requests = Math.min(3 + partsOf(world).selected.length, 40);
    const afterMs = random.pick([0, 1, random.int(1, 2_000), random.int(1, 9_000)]);
    const by = random.pick(['cancellation', 'crash', 'crash'] as const);
    world.stop = { by, onRequest: random.int(1, requests), afterMs };
  },

  'what vanishes': (random, world) => {
    const { selected, kept } = partsOf(world);
    const those = random.pick([kept, kept, [...kept, ...selected]]);
    const gone = random.chance(0.3) ? those : random.shuffled(those).slice(0, random.int(1, 3));
    world.portal.vanishing = Object.fromEntries(gone.map(id => [id, random.pick([1, 2, 2, 2, 3])]));
  },

  'a list that lags': (random, world) => {
    world.portal.lagMs = random.int(200, 12_000);
    if (random.chance(0.5)) world.portal.latencyMs = random.int(1, 500);
  },

  lies: (random, world) => {
    const { selected } = partsOf(world);
    if (random.chance(0.2)) world.portal.stuckSchedule = true;
    world.portal.stuck = random.some(selected, random.pick([0.1, 0.5, 1]));
  },

  'the key': (random, world) => {
    const { portal } = world;
    if (random.chance(0.4)) portal.scopes = ['*:read'];
    else
      portal.key = random.pick([
        { expiresAt: '2026-04-20T00:00:00Z' },
        { permissions: ['*:read'] },
        { permissions: ['a:read', '*'] },
      ]);
    if (random.chance(0.5)) {
      const kind = random.pick(['slow', 'hang', 'not-json', 'server-error', 'reset'] as const);
      addFaults(world, { on: 'GET .*/keys/', kind, ms: random.int(1, 9) * 1_000 });
    }
  },

  [PASSING]: (random, world) => {
    const { inputs } = world;
    inputs['retries'] = '5';
    delete inputs['timeout-seconds'];
    const kinds = [
      'reset',
      'reset-after',
      'lost-before',
      'lost-after',
      'cut',
      'bad-gateway',
      'unavailable',
    ] as const;
    const { selected } = partsOf(world);
    // Where one DELETE is for all, the faults of each would add up.
    for (const id of isById(world) ? random.some(selected, 0.4) : selected.slice(0, 1)) {
      addFaults(world, { on: deletionOf(world, id), kind: random.pick(kinds), times: random.int(1, 2) });
    }
    addFaults(world, { on: 'GET', kind: random.pick(kinds), times: 2, skip: random.int(0, 1) });
  },
};

/** Those that are rare by themselves come more often. */
const WEIGHTED = [
  ...Object.keys(AIMS),
  'too little time',
  'too little time',
  'places that are lost',
  'an early end',
  'a closing list that proves nothing',
];
const WANTS_MUCH = ['too little time', 'places that are lost', 'a rate limit', 'a word that ends all'];

/** Most or all deletions fail without a trace, or lie. */
function spoilDeletions(random: Random, world: World): void {
  const kind = random.pick([
    'server-error',
    'server-error',
    'lie',
    'reset',
    'lost-after',
    'error-form',
    'rate-limit',
  ] as const);
  const ids = partsOf(world).selected;
  for (const id of random.some(ids, random.pick([0.3, 1])))
    addFaults(world, { on: deletionOf(world, id), kind });
}

/** Another backend answers with the list of another portal, with holes, or with ids that nobody can read. */
function addBackend(random: Random, world: World, from: number): void {
  const all = recordsOf(world) as RecordOfWorld[];
  const { selected, kept } = partsOf(world);
  const isSelected = ({ id }: RecordOfWorld) => selected.includes(String(id));
  const spoil = (record: RecordOfWorld) => ({ ...record, id: spoiltId(random, String(record.id)) });
  const records = random.pick<() => RecordOfWorld[]>([
    () => [],
    () => [
      { id: makeId(777), fileName: 'x', storageType: 3, createdOn: '2026-01-01T00:00:00', expiresOn: NEVER },
    ],
    () => all.map(spoil),
    () => all.map(record => (isSelected(record) ? spoil(record) : record)),
    () => all.filter(record => !isSelected(record)),
    () => all.filter(record => !isSelected(record) && random.chance(0.7)),
    () => all.filter(record => isSelected(record) || !kept.includes(String(record.id))),
    () => all,
    () => random.some(all, 0.5),
  ])();
  const listings = random.chance(0.7) ? [from, from + 1, from + 2, from + 3] : [from];
  const where = world.inputs['dump'] === 'true' ? { backups: [], dumps: records } : { backups: records };
  world.portal.backends = [{ listings, ...where }];
}
