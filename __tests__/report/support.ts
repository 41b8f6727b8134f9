import { Ledger } from '../../src/ledger.js';
import type { Backup, StorageType } from '../../src/portal/records.js';
import type { Run } from '../../src/report/run.js';
import { UTC } from '../../src/retention/calendar.js';
import type { Kept } from '../../src/retention/plan.js';
import { type Printable, say } from '../../src/text.js';
import { backupAt, utc } from '../support/backups.js';

/** A backup made at noon UTC of a day, or at a time; its number is in its id and its name. */
export function backupOf(day: string, number: number, storageType: StorageType = 'Local'): Backup {
  return { ...backupAt(utc(day.includes('T') ? day : `${day}T12:00:00`), number), storageType };
}

/** A backup that a policy keeps. */
export function kept(backup: Backup, ...reasons: Printable[]): Kept {
  return { backup, reasons: reasons.length > 0 ? reasons : [say`last`] };
}

type Findings = Partial<Pick<Ledger, 'first' | 'selected' | 'kept' | 'ignored' | 'schedule'>>;

/** A ledger that holds this. `tell` tells it what happened then. */
export function ledgerWith(
  findings: Findings = {},
  tell: (ledger: Ledger) => void = () => undefined,
): Ledger {
  const ledger = Object.assign(new Ledger(), findings);
  tell(ledger);
  return ledger;
}

/** A green prune, with these differences. */
export function runWith(changes: Partial<Run> = {}): Run {
  return {
    operation: 'prune-history',
    intent: say``,
    dryRun: false,
    ledger: new Ledger(),
    calendar: UTC,
    warnings: [],
    isCancelled: false,
    problem: undefined,
    lastDeleteStatus: () => undefined,
    ...changes,
  };
}
