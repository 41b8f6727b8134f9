import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type RunResult, root } from '../../tools/runner.mjs';

/** What the tests read of a report. */
export interface Report {
  operation: string | null;
  dryRun: boolean;
  result: boolean | null;
  startedAt: string;
  finishedAt: string;
  counts: Record<string, number | null>;
  warnings: string[];
  error: string | null;
  backups: { id: string | null; decision: string | null; status: string; error: string | null }[];
}

const isTime = (text: string) => /T.*Z$/.test(text) && !Number.isNaN(Date.parse(text));
const schema = JSON.parse(readFileSync(join(root, 'docs/report.schema.json'), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': isTime } });
const validate = ajv.compile<Report>(schema);

/** What the schema in `docs/` does not allow in a report. */
export function schemaErrors(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function parseReport(text: string): Report {
  const report: unknown = JSON.parse(text);
  expect(schemaErrors(report)).toEqual([]);
  if (!validate(report)) throw new Error('The schema refuses it');
  return report;
}

/** Two spaces at the start of a line and the line breaks are the file's own. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/u;

/** Statuses of a backup for which a DELETE was sent. */
const DELETED = ['deleted', 'reported-deleted'];
const FAILED = ['still-listed', 'file-may-remain', 'unknown'];

/** Checks the report of a run against the schema, the inputs, the outputs and the log. */
export function assertReport(
  inputs: Record<string, string>,
  { code, log, outputs, report: text }: RunResult,
): void {
  const report = parseReport(text);
  expect(text.split('\n').filter(line => UNPRINTABLE.test(line))).toEqual([]);
  expect([inputs['operation']?.trim(), null]).toContain(report.operation);
  expect(String(report.result ?? '')).toBe(outputs['result']);
  expect(report.dryRun).toBe(/^true$/i.test(inputs['dry-run'] ?? ''));
  expect(Date.parse(report.startedAt)).toBeLessThanOrEqual(Date.parse(report.finishedAt));
  expect(report.error === null).toBe(code === 0);
  expect(report.error ?? '').toBe(annotations(log, 'error').join());
  expect(report.warnings).toEqual(annotations(log, 'warning'));

  const idsWhere = (condition: (backup: Report['backups'][number]) => boolean) =>
    report.backups.flatMap(backup => (backup.id !== null && condition(backup) ? [backup.id] : [])).sort();
  const lists = {
    selected: idsWhere(({ decision }) => decision === 'delete'),
    deleted: idsWhere(({ status }) => DELETED.includes(status)),
    failed: idsWhere(({ status }) => FAILED.includes(status)),
    kept: idsWhere(({ decision }) => decision === 'keep'),
  };
  for (const [name, ids] of Object.entries(lists)) {
    expect([name, ids]).toEqual([name, JSON.parse(outputs[`${name}-ids`] ?? '').sort()]);
    expect([name, String(report.counts[name] ?? '')]).toEqual([name, outputs[`${name}-count`]]);
  }
  if (report.dryRun) expect(report.backups.filter(({ status }) => status !== 'not-sent')).toEqual([]);
}

/** The texts of a kind of annotation, as the runner reads them. */
function annotations(log: string, kind: 'error' | 'warning'): string[] {
  const texts = Array.from(log.matchAll(new RegExp(`^::${kind}::(.*)$`, 'gm')), ([, text = '']) => text);
  return texts.map(text => text.replaceAll('%25', '%'));
}
