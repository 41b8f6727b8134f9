import { expect, test } from '@jest/globals';
import type { RunResult } from '../tools/runner.mjs';
import { makeId } from '../tools/stand-in/portal.mjs';
import { assertAlways, KEY } from './support/action.js';

const success: RunResult = {
  code: 0,
  log: `::add-mask::${KEY}\n::group::Deleted\n::endgroup::\nDone\n`,
  outputs: {
    result: 'true',
    'selected-count': '1',
    'selected-ids': JSON.stringify([makeId(1)]),
    'deleted-count': '1',
    'deleted-ids': JSON.stringify([makeId(1)]),
    'failed-count': '0',
    'failed-ids': '[]',
    'kept-count': '',
    'kept-ids': '[]',
    'report-file': '',
  },
  summary: 'Deleted: 1 backup',
  report: '',
};
const withoutReport = { RUNNER_TEMP: undefined };

test('a correct run passes', () => {
  assertAlways({ token: KEY }, success, withoutReport);
  assertAlways(
    { token: KEY, 'dry-run': 'true' },
    { ...success, outputs: { ...success.outputs, result: '' } },
    withoutReport,
  );
  const elsewhere = { ...withoutReport, GITHUB_ACTIONS: undefined };
  assertAlways({ token: KEY }, { ...success, log: 'Done\n' }, elsewhere);
});

const withOutputs = (outputs: Record<string, string>) => ({ outputs: { ...success.outputs, ...outputs } });
const basic = `Basic ${Buffer.from('user:the-password').toString('base64')}`;

test.each<[name: string, change: Partial<RunResult>, token?: string, env?: Record<string, string>]>([
  ['the token in the log', { log: `Bearer ${KEY}` }],
  ['the token in the summary in upper case', { summary: KEY.toUpperCase() }],
  ['the token in an output', withOutputs({ 'status-code': KEY })],
  ['the credentials of a Basic token', { summary: basic.slice(6) }, basic],
  ['the password in a Basic token', { summary: 'the-password' }, basic],
  ['a mask outside a runner', { log: success.log }, KEY, { GITHUB_ACTIONS: '' }],
  ['a stack trace of the server', { log: 'at ASC.Secret.Internals()' }],
  ['who made the key', { log: 'the-maker-is-secret' }],
  ['the parameters of a storage', { summary: 'storage-params-are-secret' }],
  ['an error in a step that succeeds', { log: '::error::No\n' }],
  ['a failed step without an error', { code: 1, ...withOutputs({ result: 'false' }) }],
  [
    'a failed step with two errors',
    { code: 1, log: '::error::No\n::error::No\n', ...withOutputs({ result: 'false' }) },
  ],
  ['a failed step with the result true', { code: 1, log: '::error::No\n' }],
  ['a successful step with the result false', withOutputs({ result: 'false' })],
  ['a workflow command that the action does not use', { log: '::set-output name=result::true\n' }],
  ['a workflow command after a carriage return only', { log: 'x\r::stop-commands::y\n' }],
  ['a count that differs from the number of ids', withOutputs({ 'deleted-count': '2' })],
  ['ids without a count', withOutputs({ 'kept-ids': JSON.stringify([makeId(2)]) })],
  [
    'a backup in both deleted-ids and failed-ids',
    withOutputs({ 'failed-count': '1', 'failed-ids': JSON.stringify([makeId(1)]) }),
  ],
])('assertAlways finds %s', (_name, change, token = KEY, env = {}) => {
  const result = { ...success, log: 'Done\n', ...change };
  expect(() => assertAlways({ token }, result, { ...withoutReport, ...env })).toThrow();
});

const backup = {
  id: makeId(1),
  name: 'a.tar.gz',
  storageType: 'Local',
  createdOn: '2026-03-31T02:15:00.000Z',
  decision: 'delete',
  reasons: [],
  status: 'deleted',
  error: null,
};
const report = {
  version: 1,
  operation: 'delete-history',
  portal: 'portal.example',
  dump: false,
  dryRun: false,
  result: true,
  startedAt: '2026-04-01T00:00:00.000Z',
  finishedAt: '2026-04-01T00:00:01.000Z',
  policy: null,
  timeZone: 'UTC',
  counts: { selected: 1, deleted: 1, failed: 0, kept: null },
  warnings: [],
  error: null,
  backups: [backup],
};

function assertWithReport(report: unknown): void {
  const outputs = { ...success.outputs, 'report-file': '/temp/report.json' };
  const text = JSON.stringify(report, undefined, 2);
  assertAlways({ token: KEY, operation: 'delete-history' }, { ...success, outputs, report: text });
}

test('a correct report passes', () => {
  assertWithReport(report);
});

test.each<[name: string, change: Record<string, unknown>]>([
  ['the token', { warnings: [KEY] }],
  ['an error text of the server', { backups: [{ ...backup, error: 'ASC.Secret' }] }],
  ['a property that the schema does not have', { more: 1 }],
  ['a property too few', { portal: undefined }],
  ['a schedule of another operation', { schedule: 'none' }],
  ['no schedule', { operation: 'delete-schedule' }],
  ['another operation', { operation: 'delete-backups' }],
  ['another result', { result: false }],
  ['a dry run', { dryRun: true }],
  ['a time that is none', { startedAt: 'yesterday' }],
  ['an end before the start', { startedAt: '2026-04-01T00:00:02.000Z' }],
  ['an error that the log does not have', { error: 'No.' }],
  ['a warning that the log does not have', { warnings: ['No.'] }],
  ['an unprintable character', { backups: [{ ...backup, name: 'a\u202eb' }] }],
  ['another count', { counts: { ...report.counts, kept: 0 } }],
  ['a backup that is not selected', { backups: [{ ...backup, decision: null }] }],
  ['a selected backup that is kept', { backups: [{ ...backup, decision: 'keep', reasons: ['last'] }] }],
  ['a backup that is still listed', { backups: [{ ...backup, status: 'still-listed' }] }],
  ['a backup that was not sent', { backups: [{ ...backup, status: 'not-sent' }] }],
  ['a status that does not exist', { backups: [{ ...backup, status: 'gone' }] }],
  ['a kept backup without a reason', { backups: [backup, { ...backup, id: null, decision: 'keep' }] }],
  ['no backup', { backups: [] }],
])('assertAlways finds in a report %s', (_name, change) => {
  expect(() => assertWithReport({ ...report, ...change })).toThrow();
});

test('assertAlways finds a missing report', () => {
  expect(() => assertAlways({ token: KEY }, success)).toThrow();
  expect(() => assertAlways({ token: KEY }, success, { RUNNER_TEMP: '' })).not.toThrow();
});
