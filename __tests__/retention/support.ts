import { type Backup, type BackupId, parseBackupId, type StorageType } from '../../src/portal/records.js';
import { type Calendar, UTC } from '../../src/retention/calendar.js';
import { type Duration, parseDuration } from '../../src/retention/duration.js';
import { type Plan, planRetention } from '../../src/retention/plan.js';
import { COUNTED, type Counted, PERIODS, type Policy } from '../../src/retention/policy.js';
import { zonedCalendar } from '../../src/retention/time-zone.js';
import { text } from '../../src/text.js';

/** Reads a time as UTC. */
export function utc(time: string): number {
  const number = Date.parse(time.endsWith('Z') ? time : `${time}Z`);
  if (Number.isNaN(number)) throw new Error(`Not a time: ${time}`);
  return number;
}

/** Writes a time as restic's own tests do: UTC, without zeros at the end. */
export function written(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, '');
}

/** The present of these tests. */
export const NOW = utc('2026-03-31T12:00:00');

/** The id of the backup with this number; ids are in the order of the numbers. */
export function idOf(number: number): BackupId {
  const id = parseBackupId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
  if (!id) throw new Error(`No id: ${number}`);
  return id;
}

/** A backup as the planner sees it. */
export function backupAt(createdOn: number, number: number, storageType: StorageType = 'Local'): Backup {
  const name = text`backup-${number}.tar.gz`;
  return { kind: 'backup', id: idOf(number), name, storageType, createdOn, expiresOn: undefined };
}

export function durationOf(given: string): Duration {
  const duration = parseDuration(given);
  if (!duration) throw new Error(`Not a duration: ${given}`);
  return duration;
}

export function zoneOf(name: string): Calendar {
  const calendar = zonedCalendar(name);
  if (!calendar) throw new Error(`Not a time zone: ${name}`);
  return calendar;
}

/** Rules in the names of the inputs, such as `{ 'keep-daily': '7', 'keep-within': '1y5m' }`. */
export type Rules = Readonly<Record<string, string>>;

const RULES = [...COUNTED, 'within', ...PERIODS.map(period => `within-${period}`)];

export function policyOf(rules: Rules): Policy {
  const unknown = Object.keys(rules).filter(name => !RULES.includes(name.replace('keep-', '')));
  if (unknown.length > 0) throw new Error(`No rules: ${unknown}`);
  const count = (rule: Counted) => {
    const given = rules[`keep-${rule}`];
    return given === 'unlimited' ? Number.POSITIVE_INFINITY : Number(given ?? 0);
  };
  const within = (rule: string) => {
    const given = rules[`keep-${rule}`];
    return given === undefined ? undefined : durationOf(given);
  };
  return {
    counts: {
      last: count('last'),
      hourly: count('hourly'),
      daily: count('daily'),
      weekly: count('weekly'),
      monthly: count('monthly'),
      yearly: count('yearly'),
    },
    within: within('within'),
    withinPeriods: {
      hourly: within('within-hourly'),
      daily: within('within-daily'),
      weekly: within('within-weekly'),
      monthly: within('within-monthly'),
      yearly: within('within-yearly'),
    },
  };
}

export interface Settings {
  pinned?: readonly number[];
  calendar?: Calendar;
  now?: number;
}

/** The planner; without more said, in UTC, at `NOW`, and with nothing pinned. */
export function planOf(
  backups: readonly Backup[],
  policy: Policy,
  { pinned = [], calendar = UTC, now = NOW }: Settings = {},
): Plan {
  return planRetention(backups, policy, { pinned: new Set(pinned.map(idOf)), calendar, now });
}

/**
 * Applies rules to the backups of a table, whose lines are `time  fate` or `time  storage type  fate`, and writes the
 * table anew with the fates that the planner gives: reasons, or `-` for one that goes. The backups are numbered as the
 * lines are, from 0.
 */
export function apply(rules: Rules, table: readonly string[], settings?: Settings): string[] {
  const backups = table.map((line, index) => {
    const [time = '', ...rest] = line.split('  ');
    return backupAt(utc(time), index, rest.length === 2 ? storageTypeOf(rest[0]) : 'Local');
  });
  // The planner is given the list upside down, so that it has to sort it.
  const { kept } = planOf(backups.toReversed(), policyOf(rules), settings);
  const reasons = new Map(kept.map(fate => [fate.backup.id, fate.reasons.join(', ')]));
  return table.map((line, index) => {
    const start = line.slice(0, line.lastIndexOf('  '));
    return `${start}  ${reasons.get(idOf(index)) ?? '-'}`;
  });
}

function storageTypeOf(name: string | undefined): StorageType {
  if (name === 'Local' || name === 'DataStore' || name === 'ThirdPartyConsumer') return name;
  throw new Error(`Not a storage type of these tests: ${name}`);
}
