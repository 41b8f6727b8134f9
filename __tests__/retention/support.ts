import dayjs from 'dayjs';
import isoWeek from 'dayjs/plugin/isoWeek';
import inUtc from 'dayjs/plugin/utc';
import type { Backup, StorageType } from '../../src/portal/records.js';
import { type Calendar, UTC } from '../../src/retention/calendar.js';
import { type Duration, parseDuration } from '../../src/retention/duration.js';
import { type Plan, planRetention } from '../../src/retention/plan.js';
import type { Policy } from '../../src/retention/policy.js';
import { zonedCalendar } from '../../src/retention/time-zone.js';
import { idOf, backupAt as localBackupAt, policyOf, utc } from '../support/backups.js';

/** The present of these tests. */
export const NOW = utc('2026-03-31T12:00:00');

/** A backup as the planner sees it. */
export function backupAt(createdOn: number, number: number, storageType: StorageType = 'Local'): Backup {
  return { ...localBackupAt(createdOn, number), storageType };
}

export function durationOf(given: string): Duration {
  const duration = parseDuration(given);
  if (!duration) throw new Error(`Not a duration: ${given}`);
  return duration;
}

dayjs.extend(isoWeek);
dayjs.extend(inUtc);

/** The ISO week of a time in UTC by dayjs, as `2020-W53`. */
export function weekOf(time: number): string {
  const date = dayjs.utc(time);
  return `${date.isoWeekYear()}-W${date.isoWeek()}`;
}

export function zoneOf(name: string): Calendar {
  const calendar = zonedCalendar(name);
  if (!calendar) throw new Error(`Not a time zone: ${name}`);
  return calendar;
}

/** Rules in the names of the inputs, such as `{ 'keep-daily': '7', 'keep-within': '1y5m' }`. */
export type Rules = Readonly<Record<string, string>>;

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
