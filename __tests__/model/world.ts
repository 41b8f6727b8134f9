// A world: a portal, the inputs of a step, and what goes wrong.

import type { PortalOptions } from '../../tools/stand-in/portal.mjs';
import { START } from '../support/clock.js';
import { planOf } from './planner.js';

export type Fault = NonNullable<PortalOptions['faults']>[number];

/** Plain data, so that it can be printed and made smaller bit by bit. */
export interface World {
  /** The names of its troubles. */
  aims: string[];
  inputs: Record<string, string>;
  portal: PortalOptions;
  /** Ends the run early: `afterMs` after the request with this number, counted from 1. */
  stop?: { by: 'cancellation' | 'crash'; onRequest: number; afterMs: number };
  promises?: Promises;
}

/** What holds for a correct run in a world with this one trouble and all the time it needs. */
export interface Promises {
  succeeds?: boolean;
  /** Backups whose record is gone while their file is still there. */
  maxLost?: number;
  /** Everything that is selected is deleted, except for these. */
  deletesAllBut?: string[];
  /** No record of a kept backup is dropped. */
  keepsRecords?: boolean;
  /** The portal never works on two deletions of the history at once. */
  oneAtATime?: boolean;
}

export interface RecordOfWorld {
  id?: unknown;
  fileName?: unknown;
  storageType?: unknown;
  createdOn?: unknown;
  expiresOn?: unknown;
}

export const NOW = Date.parse(START);
const MIN_TIMEOUT_SECONDS = 30;

/** The history that the step is about. */
export function recordsOf({ inputs, portal }: World): RecordOfWorld[] {
  return ((inputs['dump'] === 'true' ? portal.dumps : portal.backups) ?? []) as RecordOfWorld[];
}

/** Which backups the step is likely to delete, oldest first, and which it keeps. */
export function partsOf(world: World): { selected: string[]; kept: string[] } {
  const { inputs } = world;
  const records = recordsOf(world);
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

export function isById({ inputs }: World): boolean {
  return inputs['operation'] === 'prune-history' || inputs['operation'] === 'delete-backups';
}

/** Whether nothing but its one trouble, if any, is in the way of the run. */
export function isPlain(world: World): boolean {
  const { stop, portal, inputs, aims } = world;
  const ids = recordsOf(world).map(({ id }) => id);
  const hasTime = Number(inputs['timeout-seconds'] || 300) >= MIN_TIMEOUT_SECONDS;
  const isAllowed = !stop && !portal.scopes && !portal.ignoresDumpIds;
  // Of two records with one id, a DELETE removes one.
  return aims.length <= 1 && hasTime && isAllowed && new Set(ids).size === ids.length;
}

/** Whether a correct run succeeds. */
export function isCalm(world: World): boolean {
  return isPlain(world) && (world.aims.length === 0 || world.promises?.succeeds === true);
}
