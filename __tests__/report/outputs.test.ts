import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Failure, Refusal } from '../../src/failure.js';
import type { Ledger } from '../../src/ledger.js';
import { assertWritable, writeOutputs } from '../../src/report/outputs.js';
import type { Run } from '../../src/report/run.js';
import { say } from '../../src/text.js';
import { parseOutputs } from '../../tools/runner.mjs';
import { backupOf, kept, ledgerWith, runWith } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
const file = join(folder, 'output');
beforeEach(() => {
  writeFileSync(file, '');
  process.env['GITHUB_OUTPUT'] = file;
});
afterEach(() => {
  delete process.env['GITHUB_OUTPUT'];
});
afterAll(() => rmSync(folder, { recursive: true }));

const [first, second] = [backupOf('2026-03-01', 1), backupOf('2026-03-02', 2)];
const stays = kept(backupOf('2026-03-03', 3));
const problem = new Failure(say`x`);

function outputsOf(changes: Partial<Run>): Record<string, string> {
  writeFileSync(file, '');
  writeOutputs(runWith(changes));
  return parseOutputs(readFileSync(file, 'utf8'));
}

const pruned = (tell?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [stays] }, tell);

const NOTHING = {
  'status-code': '',
  'selected-count': '',
  'selected-ids': '[]',
  'deleted-count': '0',
  'deleted-ids': '[]',
  'failed-count': '0',
  'failed-ids': '[]',
  'kept-count': '',
  'kept-ids': '[]',
};
const PLANNED = {
  ...NOTHING,
  'selected-count': '2',
  'selected-ids': JSON.stringify([first.id, second.id]),
  'kept-count': '1',
  'kept-ids': JSON.stringify([stays.backup.id]),
};

describe('the outputs', () => {
  test.each<[string, Partial<Run>, Record<string, string>]>([
    ['before anything is known', { problem }, { ...NOTHING, result: 'false' }],
    ['of a dry run', { dryRun: true, ledger: pruned() }, { ...PLANNED, result: '' }],
    ['of a dry run that failed', { dryRun: true, problem }, { ...NOTHING, result: '' }],
    ['of a plan that was refused', { problem, ledger: pruned() }, { ...PLANNED, result: 'false' }],
    [
      'of a schedule that is gone',
      { ledger: ledgerWith({ selected: [], kept: [] }, it => it.sent([])), lastDeleteStatus: () => 200 },
      { ...NOTHING, 'selected-count': '0', 'kept-count': '0', 'status-code': '200', result: 'true' },
    ],
    [
      'of one that was deleted, and one that is still listed',
      {
        problem,
        lastDeleteStatus: () => 503,
        ledger: pruned(it => {
          it.sent([first.id, second.id]);
          it.close({ kind: 'trusted', listing: [second, stays.backup], missing: [] });
        }),
      },
      {
        ...PLANNED,
        'status-code': '503',
        'deleted-count': '1',
        'deleted-ids': JSON.stringify([first.id]),
        'failed-count': '1',
        'failed-ids': JSON.stringify([second.id]),
        result: 'false',
      },
    ],
    [
      'without a listing before the DELETE',
      { ledger: ledgerWith({}, it => it.sent([])), lastDeleteStatus: () => 200 },
      { ...NOTHING, 'status-code': '200', 'deleted-count': '', 'failed-count': '', result: 'true' },
    ],
  ])('%s', (_what, changes, expected) => {
    expect(outputsOf(changes)).toEqual(expected);
  });

  test('are added to what is in the file, and the last line that says something is the result', () => {
    writeFileSync(file, 'of-an-earlier=step\n');
    writeOutputs(runWith());
    const written = readFileSync(file, 'utf8');
    expect(written).toMatch(/^of-an-earlier=step\nstatus-code<</);
    expect(written).toMatch(/\nresult<<end-of-output\ntrue\nend-of-output\n$/);
  });

  test('are written nowhere where no file is asked for', () => {
    for (const value of ['', undefined]) {
      if (value === undefined) delete process.env['GITHUB_OUTPUT'];
      else process.env['GITHUB_OUTPUT'] = value;
      assertWritable();
      writeOutputs(runWith());
    }
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('a file that cannot be written', () => {
  test.each([
    ['is in no folder', join(folder, 'none', 'output')],
    ['is a folder', folder],
    ['is in a file', join(file, 'output')],
  ])('%s: refused before anything is done', (_what, path) => {
    process.env['GITHUB_OUTPUT'] = path;
    expect(assertWritable).toThrow(Refusal);
    expect(assertWritable).toThrow(
      'The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. Is its disk full, or its file read-only?',
    );
    expect(() => writeOutputs(runWith())).toThrow();
  });

  test('is read-only: refused, unless nothing is closed to who runs this', () => {
    chmodSync(file, 0o444);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) expect(assertWritable).not.toThrow();
    else expect(assertWritable).toThrow(Refusal);
    chmodSync(file, 0o644);
  });

  test('is written to: what is in it stays as it is', () => {
    writeFileSync(file, 'of-an-earlier=step\n');
    assertWritable();
    expect(readFileSync(file, 'utf8')).toBe('of-an-earlier=step\n');
  });
});
