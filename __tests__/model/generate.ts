// Makes a random world from a seed.

import { makeId, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { Random } from './random.js';
import { LARGE_TROUBLES, spoiltId, TROUBLES, WEIGHTED_TROUBLES } from './troubles.js';
import { NOW, type RecordOfWorld, type World } from './world.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEVER = '0001-01-01T00:00:00';

/** The world of a seed. */
export function worldOf(seed: number): World {
  const random = new Random(seed);
  const operation = random.pick([
    ...Array<string>(7).fill('prune-history'),
    ...Array<string>(3).fill('delete-backups'),
    ...Array<string>(2).fill('delete-history'),
    'delete-schedule',
  ]);
  const aims = Array.from({ length: random.pick([0, 1, 1, 1, 1, 1, 2, 2, 3]) }, () =>
    random.pick(WEIGHTED_TROUBLES),
  );
  const isLarge = aims.some(name => LARGE_TROUBLES.includes(name)) && random.chance(0.75);
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

  for (const name of aims) TROUBLES[name]?.(random, world);
  return world;
}

/** 0 to 60 backups in one to three storage types, most of them ordinary. */
function historyOf(random: Random, isLarge: boolean): RecordOfWorld[] {
  const sizes = isLarge
    ? [random.int(25, 60)]
    : [0, random.int(1, 5), random.int(6, 16), random.int(12, 40), random.int(20, 60)];
  const number = random.pick(sizes);
  const types = random.shuffled([0, 1, 3, 4, 5, 2]).slice(0, random.pick([1, 1, 1, 2, 2, 3]));
  const ids = random.shuffled(Array.from({ length: number }, (_, index) => index + 1)).map(makeId);
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

/** Only readable ids: the action refuses any other. */
function writtenIds(random: Random, ids: readonly unknown[]): string {
  const readable = ids.filter((id): id is string => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id));
  if (readable.length === 0 || random.chance(0.3)) return JSON.stringify(readable);
  return readable.join(random.pick([' ', ', ', '\n']));
}

/** Moves everything to the dumps. */
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
