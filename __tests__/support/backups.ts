import { type Backup, type BackupId, parseBackupId } from '../../src/backups/backup.js';
import { parseDuration } from '../../src/retention/duration.js';
import { COUNT_RULES, PERIODS, type Policy } from '../../src/retention/policy.js';
import { text } from '../../src/text/printable.js';
import { makeId } from '../../tools/stand-in/portal.mjs';

/** Reads a time as UTC. */
export function utc(time: string): number {
  const number = Date.parse(`${time}Z`);
  if (Number.isNaN(number)) throw new Error(`Not a time: ${time}`);
  return number;
}

/** Formats a time as restic's golden cases do: in UTC, without zeros at the end. */
export function written(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, '');
}

/** The id of the backup with this number. A greater number has a greater id. */
export function idOf(number: number): BackupId {
  const id = parseBackupId(makeId(number));
  if (!id) throw new Error(`No id: ${number}`);
  return id;
}

/** A backup as the planner sees it. */
export function backupAt(createdOn: number, number: number): Backup {
  const name = text`backup-${number}.tar.gz`;
  return { kind: 'backup', id: idOf(number), name, storageType: 'Local', createdOn, expiresOn: undefined };
}

/** A policy from inputs such as `{ 'keep-daily': '7', 'keep-yearly': 'unlimited', 'keep-within-weekly': '1y5m' }`. */
export function policyOf(inputs: Record<string, string>): Policy {
  const count = (rule: string) => {
    const value = inputs[`keep-${rule}`] ?? '0';
    return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
  };
  const span = (rule: string) => parseDuration(inputs[`keep-${rule}`] ?? '');
  return {
    counts: recordOf(COUNT_RULES, count),
    within: span('within'),
    withinPeriods: recordOf(PERIODS, period => span(`within-${period}`)),
  };
}

function recordOf<Key extends string, Value>(
  keys: readonly Key[],
  find: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map(key => [key, find(key)])) as Record<Key, Value>;
}
