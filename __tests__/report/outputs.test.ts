import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ActionError, RefusedError } from '../../src/errors.js';
import type { Ledger } from '../../src/ledger.js';
import { checkWritable, explainWriteError, writeOutputs } from '../../src/report/outputs.js';
import type { Run } from '../../src/report/run.js';
import { text } from '../../src/text/printable.js';
import { parseOutputs } from '../../tools/runner.mjs';
import { backupOf, confirmAll, kept, ledgerWith, runWith, sendAll } from './support.js';

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
const keptOne = kept(backupOf('2026-03-03', 3));
const failure = new ActionError(text`x`);

function outputsOf(changes: Partial<Run>): Record<string, string> {
  writeFileSync(file, '');
  writeOutputs(runWith(changes), '');
  return parseOutputs(readFileSync(file, 'utf8'));
}

const pruned = (record?: (ledger: Ledger) => void) =>
  ledgerWith({ selected: [first, second], kept: [keptOne] }, record);

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
  'report-file': '',
};
const PLANNED = {
  ...NOTHING,
  'selected-count': '2',
  'selected-ids': JSON.stringify([first.id, second.id]),
  'kept-count': '1',
  'kept-ids': JSON.stringify([keptOne.backup.id]),
};

describe('the outputs', () => {
  test.each<[string, Partial<Run>, Record<string, string>]>([
    ['before anything is known', { error: failure }, { ...NOTHING, result: 'false' }],
    ['of a dry run', { dryRun: true, ledger: pruned() }, { ...PLANNED, result: '' }],
    ['of a dry run that failed', { dryRun: true, error: failure }, { ...NOTHING, result: '' }],
    ['of a refused plan', { error: failure, ledger: pruned() }, { ...PLANNED, result: 'false' }],
    [
      'of a deleted schedule',
      {
        ledger: ledgerWith({ selected: [], kept: [] }, it => it.recordSentForAll([])),
        lastDeleteStatus: () => 200,
      },
      { ...NOTHING, 'selected-count': '0', 'kept-count': '0', 'status-code': '200', result: 'true' },
    ],
    [
      'with one deleted backup and one that is still listed',
      {
        error: failure,
        lastDeleteStatus: () => 503,
        ledger: pruned(it => {
          confirmAll(it, first);
          sendAll(it, second);
          it.recordVerification({ kind: 'conclusive', listing: [second, keptOne.backup], missing: [] });
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
      { ledger: ledgerWith({}, it => it.recordSentForAll([])), lastDeleteStatus: () => 200 },
      { ...NOTHING, 'status-code': '200', 'deleted-count': '', 'failed-count': '', result: 'true' },
    ],
  ])('%s', (_case, changes, expected) => {
    expect(outputsOf(changes)).toEqual(expected);
  });

  test('are added to the file, and the last one is the result', () => {
    writeFileSync(file, 'earlier=value\n');
    writeOutputs(runWith(), '/temp/report.json');
    const written = readFileSync(file, 'utf8');
    expect(written).toMatch(/^earlier=value\nstatus-code<</);
    expect(written).toMatch(/\nresult<<(\S+)\r?\ntrue\r?\n\1\r?\n$/);
    expect(parseOutputs(written)).toMatchObject({ 'report-file': '/temp/report.json' });
  });

  test('are not written without a file for them', () => {
    for (const value of ['', undefined]) {
      if (value === undefined) delete process.env['GITHUB_OUTPUT'];
      else process.env['GITHUB_OUTPUT'] = value;
      checkWritable();
      writeOutputs(runWith(), '');
    }
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

function isWritable(path: string): boolean {
  try {
    appendFileSync(path, '');
    return true;
  } catch {
    return false;
  }
}

describe('an output file', () => {
  test.each([
    ['whose folder does not exist', join(folder, 'none', 'output')],
    ['that is a folder', folder],
    ['below a file', join(file, 'output')],
  ])('%s is refused before anything is deleted', (_case, path) => {
    process.env['GITHUB_OUTPUT'] = path;
    expect(checkWritable).toThrow(RefusedError);
    expect(checkWritable).toThrow(
      'The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. Is its disk full, or its file read-only?',
    );
    expect(() => writeOutputs(runWith(), '')).toThrow();
  });

  test('that is read-only is refused, unless this user may write it all the same', () => {
    chmodSync(file, 0o444);
    if (isWritable(file)) expect(checkWritable).not.toThrow();
    else expect(checkWritable).toThrow(RefusedError);
    chmodSync(file, 0o644);
  });

  test.each([
    [new Error('no space'), 'Is the disk full?'],
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'Is the disk full?'],
    [
      Object.assign(new Error('x'), { code: 'EMFILE' }),
      'This machine allows no more open files or connections',
    ],
    [
      Object.assign(new Error('x'), { code: 'ENFILE' }),
      'This machine allows no more open files or connections',
    ],
    ['no error at all', 'Is the disk full?'],
  ])('that cannot be written is explained by its cause: %p', (error, cause) => {
    expect(explainWriteError(error)).toContain(cause);
  });

  test('keeps its content when it is checked', () => {
    writeFileSync(file, 'earlier=value\n');
    checkWritable();
    expect(readFileSync(file, 'utf8')).toBe('earlier=value\n');
  });
});
