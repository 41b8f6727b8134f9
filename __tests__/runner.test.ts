import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { addToSummary } from '../src/runner.js';

describe('the job summary', () => {
  afterEach(() => {
    delete process.env['GITHUB_STEP_SUMMARY'];
  });

  test('cannot be written where the runner names no file for it', async () => {
    delete process.env['GITHUB_STEP_SUMMARY'];
    await expect(addToSummary('<p>x</p>')).rejects.toThrow('GITHUB_STEP_SUMMARY');
  });

  test('is added to its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'summary-'));
    const file = join(folder, 'summary');
    writeFileSync(file, 'earlier');
    process.env['GITHUB_STEP_SUMMARY'] = file;
    await addToSummary('<p>x</p>');
    expect(readFileSync(file, 'utf8')).toBe('earlier<p>x</p>');
    rmSync(folder, { recursive: true });
  });
});
