// What can go wrong in a world.

import { makeId } from '../../tools/stand-in/portal.mjs';
import { readRecord } from './planner.js';
import type { Random } from './random.js';
import { type Fault, isById, partsOf, type RecordOfWorld, recordsOf, type World } from './world.js';

type MakeFault = (random: Random) => Omit<Fault, 'on'>;

const LISTING = 'GET getbackuphistory';
const NEVER = '0001-01-01T00:00:00';
/** Statuses of a gateway, after which the portal may go on. */
const GATEWAY = [408, 502, 504, 520, 522, 524];
const NOT_RECEIVED = [503, 521, 523, 530];

/** No answer to a deletion, or only a gateway's. */
const UNANSWERED: MakeFault[] = [
  () => ({ kind: 'reset' }),
  () => ({ kind: 'reset-after' }),
  () => ({ kind: 'reset-reused' }),
  () => ({ kind: 'lost-before' }),
  () => ({ kind: 'lost-after' }),
  () => ({ kind: 'cut' }),
  () => ({ kind: 'stall' }),
  () => ({ kind: 'hang' }),
  random => ({ kind: 'hang', ms: random.int(1, 200) * 1000 }),
  random => ({ kind: 'slow', ms: random.int(1, 150) * 1000 }),
  random => ({ kind: 'slow-delete', ms: random.int(1, 100) * 1000, status: random.pick(GATEWAY) }),
  random => ({ kind: 'gives-up', ms: random.int(0, 5) * 1000, status: random.pick([500, ...GATEWAY]) }),
  random => ({ kind: 'record-only', status: random.pick([...GATEWAY, ...NOT_RECEIVED]) }),
  random => ({ kind: 'page', status: random.pick([...GATEWAY, ...NOT_RECEIVED]) }),
  () => ({ kind: 'nginx-error' }),
];
const ANSWERED: MakeFault[] = [
  random => ({ kind: 'error-form', status: random.pick([400, 403, 404, 500, 500]) }),
  () => ({ kind: 'access-denied' }),
  () => ({ kind: 'server-error' }),
  random => ({ kind: 'page', status: 500, delayMs: random.int(0, 2000) }),
  () => ({ kind: 'lie' }),
  random => ({
    kind: random.pick(['says-false', 'says-nothing', 'not-json', 'created', 'no-content', 'says-status-1']),
  }),
  random => ({ kind: 'status', status: random.pick([405, 409, 413, 501]) }),
  random => ({ kind: 'page', status: random.pick([400, 403, 404, 405, 451]) }),
  () => ({ kind: 'not-found' }),
  // Servers in front of the portal have errors in JSON too.
  random => ({
    kind: 'status',
    status: random.pick([403, 404]),
    body: random.pick(['{"error":{"code":404,"message":"Not found"}}', '{"status":0}', '{"error":{}}']),
  }),
  () => ({ kind: 'http10-cut' }),
  () => ({ kind: 'switching-protocols' }),
  () => ({ kind: 'rate-limit' }),
  random => ({ kind: 'rate-limit', retryAfter: random.pick(['0', '1', '20', '400']) }),
];
/** No list at all, or one that proves nothing. */
const UNREADABLE: MakeFault[] = [
  random => ({
    kind: random.pick([
      'not-json',
      'web-client',
      'empty',
      'json-null',
      'says-nothing',
      'says-text',
      'says-status-1',
      'http10-cut',
    ]),
  }),
  () => ({ kind: 'status', body: '{"response":[],"count":4,"status":0,"statusCode":200}' }),
  () => ({ kind: 'status', body: '{"response":[],"count":0,"total":7,"status":0,"statusCode":200}' }),
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
const FAILING: MakeFault[] = [
  random => ({
    kind: random.pick([
      'server-error',
      'unauthorized',
      'access-denied',
      'no-content',
      'suspended',
      'redirect',
      'bot-check',
      'nginx-error',
      'switching-protocols',
    ]),
  }),
  random => ({
    kind: random.pick(['reset', 'lost-after', 'cut', 'hang', 'stall', 'bad-gateway', 'gateway-timeout']),
  }),
  random => ({ kind: 'page', status: random.pick([504, 504, 530]) }),
  random => ({ kind: 'slow', ms: random.int(1, 120) * 1000 }),
];
const ENDS_RUN = [
  'unauthorized',
  'no-scope',
  'portal-busy',
  'ip-blocked',
  'suspended',
  'unpaid',
  'quota',
  'redirect',
  'bot-check',
] as const;
const BLOCKS: MakeFault[] = [
  () => ({ kind: 'not-found' }),
  () => ({ kind: 'wrong-verb' }),
  () => ({ kind: 'says-false' }),
  () => ({ kind: 'web-client' }),
  random => ({ kind: 'page', status: random.pick([400, 403, 404, 405]) }),
  random => ({ kind: 'status', status: random.pick([409, 451]) }),
];

function addFaults(world: World, ...faults: Fault[]): void {
  world.portal.faults = [...(world.portal.faults ?? []), ...faults];
}

/** Something in front answers in the portal's place. */
function inFront(random: Random): Omit<Fault, 'on'> {
  return random.pick<Omit<Fault, 'on'>>([
    { kind: 'bad-gateway' },
    { kind: 'gateway-timeout' },
    { kind: 'status', status: 404, body: '{"error":{"code":404,"message":"Not found"}}' },
  ]);
}

/** How often a fault happens; sometimes it never stops. */
function often(random: Random): { times?: number } {
  return random.chance(0.2) ? {} : { times: random.pick([1, 1, 1, 2, 3]) };
}

function deletionOf(world: World, id: string): string {
  return isById(world) ? `DELETE deletebackup/${id}` : 'DELETE';
}

/** All the time that a promise needs. */
function giveTime({ inputs }: World): void {
  delete inputs['timeout-seconds'];
}

/** The number of a storage type in which something is selected. */
function selectedTypeOf(random: Random, world: World): number | undefined {
  const records = recordsOf(world);
  // By number only: the stand-in tells a name and a number apart.
  for (const record of records) if (typeof record.storageType === 'string') record.storageType = 3;
  const selected = new Set(partsOf(world).selected);
  const types = records
    .filter(({ id }) => selected.has(String(id).toLowerCase()))
    .map(({ storageType }) => storageType)
    .filter((type): type is number => typeof type === 'number' && type >= 0 && type <= 5);
  return types.length > 0 ? random.pick(types) : undefined;
}

function selectedOfType(world: World, type: number): string[] {
  const { type: name } = readRecord({ storageType: type });
  const those = new Set(
    recordsOf(world)
      .map(readRecord)
      .filter(record => record.type === name)
      .map(({ id }) => id),
  );
  return partsOf(world).selected.filter(id => those.has(id));
}

/** Moves a storage type to one of a third party. */
function toThirdParty(random: Random, world: World): number | undefined {
  const from = selectedTypeOf(random, world);
  if (from === undefined) return undefined;
  const to = random.pick([1, 5]);
  for (const record of recordsOf(world)) {
    if (record.storageType === from || record.storageType === to) record.storageType = to;
  }
  // It is ignored otherwise.
  delete world.inputs['storage-types'];
  return to;
}

export const TROUBLES: Record<string, (random: Random, world: World) => void> = {
  'faults of single deletions': (random, world) => {
    const { selected } = partsOf(world);
    const share = random.pick([0.1, 0.3, 0.6, 1]);
    for (const id of random.some(selected, share).slice(0, 60)) {
      const on = deletionOf(world, id);
      for (let number = random.pick([1, 1, 2]); number > 0; number--) {
        addFaults(world, { on, ...random.pick([...UNANSWERED, ...ANSWERED])(random), ...often(random) });
      }
    }
    if (random.chance(0.7)) world.portal.latencyMs = random.int(1, 500);
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
    if (random.chance(0.7)) world.portal.latencyMs = random.int(1, 500);
    if (random.chance(0.3)) world.portal.lagMs = random.int(300, 2000);
  },

  'an empty history and no answer': (random, world) => {
    if (world.inputs['operation'] !== 'delete-history') return;
    world.portal.backups = [];
    addFaults(world, { on: 'DELETE', ...inFront(random) });
  },

  'a storage with errors': (random, world) => {
    const error = {
      status: random.pick([400, 403, 500]),
      ...(random.chance(0.3) ? { times: random.int(1, 4) } : {}),
    };
    const type = selectedTypeOf(random, world);
    if (type === undefined) return;
    world.portal.storageErrors = { [type]: error };
    world.portal.latencyMs ??= random.int(1, 500);
    if (random.chance(0.3)) {
      for (const id of partsOf(world).selected) {
        addFaults(world, { on: deletionOf(world, id), skip: 1, times: 1, ...inFront(random) });
      }
    }
    if (random.chance(0.3)) world.portal.lagMs = random.int(300, 2000);
    if (random.chance(0.3)) {
      // The record stays as well.
      world.portal.locked = random.some(partsOf(world).selected, random.pick([0.3, 0.8, 1]));
    }
  },

  'a storage that allows few deletions at once': (random, world) => {
    const type = selectedTypeOf(random, world);
    if (type === undefined) return;
    giveTime(world);
    const cooldownMs = random.pick([0, 0, random.int(100, 1800), random.int(2000, 20_000)]);
    world.portal.storages = {
      [type]: {
        maxConcurrent: random.pick([1, 1, 2, 3, 6]),
        ...(cooldownMs > 0 ? { cooldownMs } : {}),
        error: random.pick([400, 403, 500]),
      },
    };
    world.portal.deleteMs = random.int(50, 1200);
    if (random.chance(0.4)) world.portal.lagMs = random.int(300, 1500);
    if (cooldownMs < 1900) world.promises = { succeeds: true, maxLost: 0 };
  },

  'a storage that refuses everything': (random, world) => {
    const type = selectedTypeOf(random, world);
    if (type === undefined) return;
    giveTime(world);
    world.portal.storages = { [type]: { failsFrom: 1, error: random.pick([400, 403, 500]) } };
    world.portal.deleteMs = random.int(10, 1200);
    if (random.chance(0.7)) world.portal.lagMs = random.int(300, 1500);
    world.promises = { maxLost: 3, deletesAllBut: selectedOfType(world, type) };
  },

  'a storage that dies in the middle': (random, world) => {
    const type = selectedTypeOf(random, world);
    if (type === undefined) return;
    giveTime(world);
    world.portal.storages = { [type]: { failsFrom: random.int(2, 40), error: random.pick([400, 403, 500]) } };
    world.portal.deleteMs = random.int(10, 1200);
    if (random.chance(0.5)) world.portal.lagMs = random.int(300, 1500);
    world.promises = { maxLost: 9, deletesAllBut: selectedOfType(world, type) };
  },

  'a storage that drops records': (random, world) => {
    const type = toThirdParty(random, world);
    if (type === undefined) return;
    giveTime(world);
    const maxConcurrent = random.chance(0.5) ? random.int(1, 3) : undefined;
    const dropsAfterBurstMs = random.int(500, maxConcurrent ? 9500 : 2900);
    // The first one goes alone. Only a storage that rejects one of the next is given more than 3 s.
    const isRejecting = maxConcurrent && selectedOfType(world, type).length > 1 + maxConcurrent;
    world.portal.storages = {
      [type]: {
        ...(maxConcurrent ? { maxConcurrent } : {}),
        dropsAfterBurstMs: isRejecting ? dropsAfterBurstMs : Math.min(dropsAfterBurstMs, 2900),
      },
    };
    world.portal.deleteMs = random.int(50, 800);
    if (isById(world)) world.promises = { succeeds: true, keepsRecords: true, maxLost: 0 };
  },

  'files that cannot be deleted': (random, world) => {
    giveTime(world);
    const { selected } = partsOf(world);
    const locked = random.chance(0.5)
      ? selected.slice(0, random.int(1, 5))
      : random.shuffled(selected).slice(0, random.int(1, 5));
    world.portal.locked = locked;
    world.portal.latencyMs = random.int(1, 500);
    world.portal.deleteMs = random.int(0, 800);
    if (random.chance(0.5)) world.portal.lagMs = random.int(300, 2000);
    if (isById(world)) world.promises = { maxLost: 0, deletesAllBut: locked };
  },

  'ids that begin with feed': (random, world) => {
    const { inputs } = world;
    giveTime(world);
    const share = random.pick([0.1, 0.3, 1]);
    for (const record of random.some(recordsOf(world), share)) {
      const { id } = record;
      if (typeof id !== 'string' || !/^0{8}-/.test(id)) continue;
      const feed = id.replace(/^0{4}/, 'feed');
      for (const same of recordsOf(world)) if (same.id === id) same.id = feed;
      for (const name of ['backup-ids', 'keep-ids']) {
        const text = inputs[name];
        if (text !== undefined) inputs[name] = text.replaceAll(id, feed);
      }
    }
    if (random.chance(0.2)) world.portal.nginx = false;
    world.portal.latencyMs = random.int(1, 500);
    world.promises = { succeeds: true };
  },

  'a gateway that gives up': (random, world) => {
    giveTime(world);
    const { selected } = partsOf(world);
    const slow = random.some(selected, random.pick([0.3, 0.6, 1]));
    for (const id of slow) {
      addFaults(world, {
        on: deletionOf(world, id),
        kind: 'gives-up',
        ms: random.int(0, 30) * 100,
        status: random.pick([502, 502, 502, 500, ...GATEWAY]),
        ...often(random),
      });
    }
    const times = slow.map(id => [id, random.int(1, 100) * 1000]);
    world.portal.deleteMs = { ...Object.fromEntries(times), '*': random.int(0, 2000) };
  },

  'records that go without their files': (random, world) => {
    const { inputs } = world;
    giveTime(world);
    const isForever = random.chance(0.5);
    if (!isForever) inputs['retries'] = '5';
    for (const id of random.some(partsOf(world).selected, random.pick([0.1, 0.5, 1]))) {
      addFaults(world, {
        on: deletionOf(world, id),
        kind: 'record-only',
        status: random.pick([502, 502, ...GATEWAY, ...NOT_RECEIVED]),
        ...(isForever ? {} : { times: random.int(1, 2) }),
      });
    }
    world.portal.latencyMs = random.int(1, 500);
    if (random.chance(0.3)) world.portal.lagMs = random.int(300, 2000);
    if (!isForever) world.promises = { succeeds: true, maxLost: 0 };
  },

  'connections that are reset on reuse': (random, world) => {
    giveTime(world);
    addFaults(world, {
      on: 'DELETE',
      kind: 'reset-reused',
      ...(random.chance(0.5) ? {} : { times: random.int(1, 9) }),
    });
    world.portal.latencyMs = random.int(1, 500);
    world.promises = { succeeds: true };
  },

  'a probe that hangs': (random, world) => {
    // Not enough for one that waits until the probe is given up.
    world.inputs['timeout-seconds'] = String(random.int(60, 100));
    if (!isById(world)) return;
    const records = recordsOf(world).map(readRecord);
    const typeOf = (id: string) => records.find(record => record.id === id)?.type ?? '';
    const { selected } = partsOf(world);
    const probes = selected.filter(
      (id, index) => selected.findIndex(one => typeOf(one) === typeOf(id)) === index,
    );
    const hung = random.chance(0.5) ? probes : probes.slice(0, 1);
    for (const id of hung) addFaults(world, { on: deletionOf(world, id), kind: 'hang' });
    world.portal.latencyMs = random.int(1, 500);
    world.promises = { deletesAllBut: hung };
  },

  'a history that takes long': (random, world) => {
    const { inputs, portal } = world;
    giveTime(world);
    inputs['operation'] = 'delete-history';
    for (const name of Object.keys(inputs)) {
      if (/^(keep-|backup-ids|storage-types|time-zone|require-|ignore-)/.test(name)) delete inputs[name];
    }
    delete inputs['verify'];
    const number = Math.max(1, recordsOf(world).length);
    const deleteMs = random.int(500, Math.min(6000, 150_000 / number));
    if (random.chance(0.2)) {
      addFaults(world, { on: 'DELETE', kind: 'slow-delete', ms: deleteMs, status: 200, times: 1 });
    } else {
      portal.deleteMs = deleteMs;
      portal.gateway = { ms: random.int(1, 60) * 1000, status: random.pick(GATEWAY) };
      world.promises = { succeeds: true, oneAtATime: true };
    }
  },

  'a list that is one page of more': (random, world) => {
    world.portal.total = recordsOf(world).length + random.pick([0, 0, 1, 50]);
  },

  'lists that a gateway cuts off': (random, world) => {
    addFaults(world, {
      on: LISTING,
      kind: random.pick(['page', 'gives-up']),
      status: random.pick([504, 504, 504, 502, 524]),
      ms: random.int(0, 60) * 1000,
      skip: random.int(0, 2),
      ...often(random),
    });
    if (random.chance(0.3)) spoilDeletions(random, world);
  },

  'a final list that proves nothing': (random, world) => {
    const skip = random.pick([1, 1, 1, 2]);
    if (random.chance(0.5)) {
      const fault = random.pick([...UNREADABLE, ...UNREADABLE, ...FAILING])(random);
      addFaults(world, { on: LISTING, skip, ...fault, ...often(random) });
    } else {
      addBackend(random, world, skip + 1);
    }
    if (random.chance(0.6)) spoilDeletions(random, world);
  },

  'no first list': (random, world) => {
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
    if (random.chance(0.2)) portal.lagMs = random.int(300, 2_000);
    if (random.chance(0.2)) portal.storages = { '*': { maxConcurrent: random.int(1, 4) } };
  },

  'slots that are kept': (random, world) => {
    const { inputs } = world;
    giveTime(world);
    if (random.chance(0.5)) inputs['timeout-seconds'] = String(random.int(60, 300));
    const { selected } = partsOf(world);
    for (const id of random.some(selected, random.pick([0.2, 0.5, 1]))) {
      const fault = random.pick<Omit<Fault, 'on'>>([
        { kind: 'slow-delete', ms: random.int(5, 300) * 1000, status: random.pick(GATEWAY) },
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
    world.portal.gateway = { ms: random.int(5, 60) * 1000, status: random.pick(GATEWAY) };
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

  'an answer that ends the run': (random, world) => {
    const { selected } = partsOf(world);
    const kind = random.pick(ENDS_RUN);
    const some = selected.length > 0 ? deletionOf(world, random.pick(selected)) : 'DELETE';
    addFaults(
      world,
      random.pick([
        { on: some, kind },
        { on: 'DELETE', kind, skip: random.int(0, selected.length) },
      ]),
    );
    // Without it, all deletions would be sent at the same time.
    world.portal.latencyMs ??= random.int(1, 900);
  },

  'something that blocks deletions': (random, world) => {
    const { selected } = partsOf(world);
    addFaults(world, {
      on: 'DELETE',
      ...random.pick(BLOCKS)(random),
      skip: random.int(0, selected.length),
      ...(random.chance(0.5) ? {} : { times: random.int(1, 5) }),
    });
    world.portal.latencyMs ??= random.int(1, 900);
  },

  'an early end': (random, world) => {
    const { portal } = world;
    portal.latencyMs ??= random.int(1, 2_000);
    if (random.chance(0.3)) portal.deleteMs ??= random.int(1, 9_000);
    if (random.chance(0.3)) portal.storages ??= { '*': { maxConcurrent: random.int(1, 4) } };
    const requests = Math.min(3 + partsOf(world).selected.length, 40);
    const afterMs = random.pick([0, 1, random.int(1, 2_000), random.int(1, 9_000)]);
    const by = random.pick(['cancellation', 'crash', 'crash'] as const);
    world.stop = { by, onRequest: random.int(1, requests), afterMs };
  },

  'records that vanish': (random, world) => {
    const { selected, kept } = partsOf(world);
    const those = random.pick([kept, kept, [...kept, ...selected]]);
    const gone = random.chance(0.3) ? those : random.shuffled(those).slice(0, random.int(1, 3));
    world.portal.vanishing = Object.fromEntries(gone.map(id => [id, random.pick([1, 2, 2, 2, 3])]));
  },

  'a list that lags a little': (random, world) => {
    giveTime(world);
    world.portal.lagMs = random.int(300, 2000);
    world.portal.latencyMs = random.int(1, 500);
    world.promises = { succeeds: true };
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
      const kind = random.pick(['slow', 'hang', 'not-json', 'server-error', 'reset', 'rate-limit'] as const);
      addFaults(world, { on: 'GET .*/keys/', kind, ms: random.int(1, 9) * 1_000 });
    }
  },

  'passing faults': (random, world) => {
    const { inputs } = world;
    inputs['retries'] = '5';
    giveTime(world);
    const kinds = [
      'reset',
      'reset-after',
      'lost-before',
      'lost-after',
      'cut',
      'bad-gateway',
      'unavailable',
      'nginx-error',
    ] as const;
    const { selected } = partsOf(world);
    // Where one DELETE deletes all, the faults of each would add up.
    for (const id of isById(world) ? random.some(selected, 0.4) : selected.slice(0, 1)) {
      addFaults(world, { on: deletionOf(world, id), kind: random.pick(kinds), times: random.int(1, 2) });
    }
    addFaults(world, { on: 'GET', kind: random.pick(kinds), times: 2, skip: random.int(0, 1) });
    world.promises = { succeeds: true };
  },
};

const LARGE_STORAGE_TROUBLES = [
  'a storage that allows few deletions at once',
  'a storage that refuses everything',
  'a storage that dies in the middle',
];

/** Those that are rare by themselves come more often. */
export const WEIGHTED_TROUBLES = [
  ...Object.keys(TROUBLES),
  ...LARGE_STORAGE_TROUBLES,
  'too little time',
  'too little time',
  'slots that are kept',
  'an early end',
  'a final list that proves nothing',
  'a gateway that gives up',
  'a history that takes long',
  'a probe that hangs',
  'a storage that drops records',
];

/** These need many backups. */
export const LARGE_TROUBLES = [
  ...LARGE_STORAGE_TROUBLES,
  'a storage that drops records',
  'files that cannot be deleted',
  'a probe that hangs',
  'too little time',
  'slots that are kept',
  'a gateway that gives up',
  'a rate limit',
  'an answer that ends the run',
  'something that blocks deletions',
];

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

/** Another backend has the list of another portal, a list with holes, or unreadable ids. */
function addBackend(random: Random, world: World, from: number): void {
  const all = recordsOf(world);
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

/** The id in a form that the action does not accept. */
export function spoiltId(random: Random, id: string): unknown {
  return random.pick([null, '', `{${id}}`, id.replaceAll('-', ''), `${id}x`, 5]);
}
