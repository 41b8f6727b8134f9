import dayjs from 'dayjs';
import isoWeek from 'dayjs/plugin/isoWeek';
import inUtc from 'dayjs/plugin/utc';
import type { Backup, StorageType } from '../../src/backups/backup.js';
import { type Calendar, UTC } from '../../src/retention/calendar.js';
import { type Duration, parseDuration } from '../../src/retention/duration.js';
import { type Plan, planRetention } from '../../src/retention/plan.js';
import type { Policy } from '../../src/retention/policy.js';
import { createZonedCalendar } from '../../src/retention/time-zone.js';
import { idOf, backupAt as localBackupAt, policyOf, utc } from '../support/backups.js';

/** The current time in these tests. */
export const NOW = utc('2026-03-31T12:00:00');

/** A backup in a storage type. */
export function backupAt(createdOn: number, number: number, storageType: StorageType = 'Local'): Backup {
  return { ...localBackupAt(createdOn, number), storageType };
}

export function durationOf(written: string): Duration {
  const duration = parseDuration(written);
  if (!duration) throw new Error(`Not a duration: ${written}`);
  return duration;
}

dayjs.extend(isoWeek);
dayjs.extend(inUtc);

/** The ISO week of a time in UTC, such as `2020-W53`, by dayjs. */
export function weekOf(time: number): string {
  const date = dayjs.utc(time);
  return `${date.isoWeekYear()}-W${date.isoWeek()}`;
}

export function zoneOf(name: string): Calendar {
  const calendar = createZonedCalendar(name);
  if (!calendar) throw new Error(`Not a time zone: ${name}`);
  return calendar;
}

/** Rules by the names of the inputs, such as `{ 'keep-daily': '7', 'keep-within': '1y5m' }`. */
export type Rules = Readonly<Record<string, string>>;

export interface Settings {
  pinned?: readonly number[];
  calendar?: Calendar;
  now?: number;
}

/** Plans in UTC, at `NOW` and with nothing pinned, unless the settings differ. */
export function planOf(
  backups: readonly Backup[],
  policy: Policy,
  { pinned = [], calendar = UTC, now = NOW }: Settings = {},
): Plan {
  return planRetention(backups, policy, { pinned: new Set(pinned.map(idOf)), calendar, now });
}

/**
 * Applies rules to the backups of a table. Its lines are `time  result` or `time  storage type  result`, where the result
 * is the reasons to keep a backup, or `-` for a selected one. The backups have the numbers of their lines, from 0.
 * @returns the table with the results of the planner
 */
export function apply(rules: Rules, table: readonly string[], settings?: Settings): string[] {
  const backups = table.map((line, index) => {
    const [time = '', ...rest] = line.split('  ');
    return backupAt(utc(time), index, rest.length === 2 ? storageTypeOf(rest[0]) : 'Local');
  });
  // The reversed order makes the planner sort the list.
  const { kept } = planOf(backups.toReversed(), policyOf(rules), settings);
  const results = new Map(kept.map(({ backup, reasons }) => [backup.id, reasons.join(', ')]));
  return table.map((line, index) => {
    const start = line.slice(0, line.lastIndexOf('  '));
    return `${start}  ${results.get(idOf(index)) ?? '-'}`;
  });
}

function storageTypeOf(name: string | undefined): StorageType {
  if (name === 'Local' || name === 'DataStore' || name === 'ThirdPartyConsumer') return name;
  throw new Error(`Not a storage type of these tests: ${name}`);
}
