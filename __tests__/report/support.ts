import type { Backup, StorageType } from '../../src/backups/backup.js';
import { Ledger } from '../../src/ledger.js';
import type { Run } from '../../src/report/run.js';
import { UTC } from '../../src/retention/calendar.js';
import type { Kept } from '../../src/retention/plan.js';
import { type Printable, text } from '../../src/text/printable.js';
import { backupAt, utc } from '../support/backups.js';

/** A backup made at a time, or at noon UTC of a day. Its number is in its id and its name. */
export function backupOf(day: string, number: number, storageType: StorageType = 'Local'): Backup {
  return { ...backupAt(utc(day.includes('T') ? day : `${day}T12:00:00`), number), storageType };
}

/** A backup that a policy keeps. */
export function kept(backup: Backup, ...reasons: Printable[]): Kept {
  return { backup, reasons: reasons.length > 0 ? reasons : [text`last`] };
}

type Findings = Partial<Pick<Ledger, 'firstListing' | 'selected' | 'kept' | 'ignored' | 'schedule'>>;

/** A ledger with these findings. `record` records what happened then. */
export function ledgerWith(
  findings: Findings = {},
  record: (ledger: Ledger) => void = () => undefined,
): Ledger {
  const ledger = Object.assign(new Ledger(), findings);
  record(ledger);
  return ledger;
}

/** Records that the DELETEs of these backups are sent. */
export function sendAll(ledger: Ledger, ...backups: readonly Backup[]): void {
  for (const { id } of backups) ledger.recordSent(id);
}

/** Records that the portal confirms the DELETEs of these backups. */
export function confirmAll(ledger: Ledger, ...backups: readonly Backup[]): void {
  sendAll(ledger, ...backups);
  for (const { id } of backups) ledger.recordOutcome(id, { kind: 'confirmed' });
}

/** A prune that succeeded, with these differences. */
export function runWith(changes: Partial<Run> = {}): Run {
  return {
    operation: 'prune-history',
    intent: text``,
    reportedInputs: { host: text`portal.example`, dump: false, policy: undefined },
    dryRun: false,
    startedAt: utc('2026-03-31T02:15:00'),
    ledger: new Ledger(),
    calendar: UTC,
    warnings: [],
    isCancelled: false,
    error: undefined,
    lastDeleteStatus: () => undefined,
    ...changes,
  };
}
