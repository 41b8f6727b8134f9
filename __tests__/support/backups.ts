import { type Backup, type BackupId, parseBackupId } from '../../src/records.js';
import type { Policy } from '../../src/retention.js';
import { makeId } from '../../tools/stand-in/portal.mjs';

/** Reads a time as UTC. */
export function utc(time: string): number {
  const number = Date.parse(`${time}Z`);
  if (Number.isNaN(number)) throw new Error(`Not a time: ${time}`);
  return number;
}

/** Writes a time as restic's golden cases do: UTC, without zeros at the end. */
export function written(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, '');
}

/** The id of the backup with this number; ids are in the order of the numbers. */
export function idOf(number: number): BackupId {
  const id = parseBackupId(makeId(number));
  if (!id) throw new Error(`No id: ${number}`);
  return id;
}

/** A backup as the planner sees it. */
export function backupAt(createdOn: number, number: number): Backup {
  const name = `backup-${number}.tar.gz`;
  return { kind: 'backup', id: idOf(number), name, storageType: 'Local', createdOn, expiresOn: undefined };
}

/** A policy from rules such as `{ 'keep-daily': '7', 'keep-within': '1y5m' }`. */
export function policyOf(inputs: Record<string, string>): Policy {
  const number = (name: string) => Number(inputs[`keep-${name}`] ?? 0);
  const span = inputs['keep-within'];
  const unit = (letter: string) => Number(new RegExp(`(\\d+)${letter}`).exec(span ?? '')?.[1] ?? 0);
  return {
    last: number('last'),
    hourly: number('hourly'),
    daily: number('daily'),
    weekly: number('weekly'),
    monthly: number('monthly'),
    yearly: number('yearly'),
    within: span ? { y: unit('y'), m: unit('m'), w: unit('w'), d: unit('d'), h: unit('h') } : undefined,
  };
}
