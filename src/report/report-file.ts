import type { HistoryRecord } from '../backups/backup.js';
import type { BackupStatus, Ledger } from '../ledger.js';
import { type Printable, type Redact, text } from '../text/printable.js';
import { collectLists, judgeResult, type Run } from './run.js';

type Decision = 'delete' | 'keep' | 'ignore';

/** Described in docs/report.schema.json. A change that breaks its readers needs another number. */
const VERSION = 1;

/**
 * Formats the JSON report of a run that is over.
 * @param finishedAt milliseconds since 1970
 */
export function formatReport(run: Run, finishedAt: number, redact: Redact): string {
  // Redacted value by value, so that the report stays JSON whatever characters a secret has.
  const redactTexts = (_key: string, value: unknown) => (typeof value === 'string' ? redact(value) : value);
  return `${JSON.stringify(buildReport(run, finishedAt), redactTexts, 2)}\n`;
}

function buildReport(run: Run, finishedAt: number) {
  const { operation, reportedInputs, ledger, error } = run;
  return {
    version: VERSION,
    operation: operation ?? null,
    portal: reportedInputs?.host ?? null,
    dump: reportedInputs?.dump ?? null,
    dryRun: run.dryRun,
    result: judgeResult(run) ?? null,
    startedAt: formatTime(run.startedAt),
    finishedAt: formatTime(finishedAt),
    policy: reportedInputs?.policy ?? null,
    timeZone: reportedInputs ? run.calendar.name : null,
    ...(operation === 'delete-schedule' ? { schedule: describeSchedule(ledger) } : {}),
    counts: countAll(ledger),
    warnings: run.warnings,
    error: error?.message ?? null,
    backups: (ledger.firstListing ?? []).map(createRecordDescriber(run)),
  };
}

function describeSchedule({ schedule }: Ledger): Printable | null {
  if (schedule === 'not-checked') return null;
  return schedule === 'none' ? text`none` : schedule.description;
}

function countAll(ledger: Ledger): Record<string, number | null> {
  const counts = Object.entries(collectLists(ledger)).map(([name, records]) => [
    name,
    records?.length ?? null,
  ]);
  return Object.fromEntries(counts);
}

/** @returns the function that describes a backup, or any other record of the first listing */
function createRecordDescriber(run: Run) {
  const { ledger } = run;
  const decide = createDecisionFinder(run);
  return (record: HistoryRecord) => {
    const { id, name, storageType } = record;
    const { decision, reasons = [] } = decide(record);
    return {
      id: id ?? null,
      name,
      storageType: storageType ?? null,
      createdOn: record.kind === 'backup' ? formatTime(record.createdOn) : null,
      decision,
      reasons,
      status: findStatus(record, decision, ledger),
      error: (id && ledger.errorOf(id)?.message) ?? null,
    };
  };
}

/** @returns the function that finds what was decided about a record; null: nothing was decided */
function createDecisionFinder({ operation, ledger }: Run) {
  const { selected, kept = [], ignored } = ledger;
  const selectedIds = new Set(selected?.map(({ id }) => id));
  const reasonsToKeep = new Map(kept.map(({ backup, reasons }) => [backup.id, reasons]));
  const reasonsToIgnore = new Map(ignored.map(({ record, reason }) => [record, [reason]]));
  return (record: HistoryRecord): { decision: Decision | null; reasons?: readonly Printable[] } => {
    const { id } = record;
    const ignore = reasonsToIgnore.get(record);
    const keep = id && reasonsToKeep.get(id);
    if (ignore) return { decision: 'ignore', reasons: ignore };
    if (keep) return { decision: 'keep', reasons: keep };
    if (selected === undefined) return { decision: null };
    // The call for the whole history deletes records without a readable id too.
    if (operation === 'delete-history' || (id && selectedIds.has(id))) return { decision: 'delete' };
    return { decision: 'ignore', reasons: [text`not one of backup-ids`] };
  };
}

function findStatus({ id }: HistoryRecord, decision: Decision | null, ledger: Ledger): BackupStatus {
  if (id) return ledger.statusOf(id);
  return decision === 'delete' && ledger.hasSent ? 'unknown' : 'not-sent';
}

/** `2026-03-31T02:15:00.000Z`. */
function formatTime(time: number): string {
  return new Date(time).toISOString();
}
