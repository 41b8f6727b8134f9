import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { makeBackups, SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { KEY } from '../support/action.js';
import { withSystemThatHas } from '../support/platform.js';
import { type ProcessOptions, startProcess } from '../support/processes.js';
import { askProcess, preload, realPortal } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Deletes a schedule. */
async function runWith(options: ProcessOptions) {
  const portal = await realPortal({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, token: KEY };
  const result = await startProcess(inputs, options).result;
  return { portal, ...result, errors: result.log.match(/^::error::.*/gm) ?? [] };
}

test('if the outputs cannot be written, the step fails before any request', async () => {
  const { code, stderr, errors, portal, summary } = await runWith({ env: { GITHUB_OUTPUT: folder } });
  expect([code, stderr]).toEqual([1, '']);
  expect(errors).toEqual([expect.stringContaining('The outputs cannot be written to GITHUB_OUTPUT.')]);
  expect(portal.state.requests).toEqual([]);
  expect(summary).toContain('Refused: nothing was deleted; the outputs cannot be written');
});

test('if GITHUB_OUTPUT is a directory that accepts an empty text, as on Windows, no request is sent', async () => {
  const allowEmpty = `const fs = require('node:fs');
    const { appendFileSync } = fs;
    fs.appendFileSync = (file, content, ...rest) => content === '' ? undefined : appendFileSync(file, content, ...rest);`;
  const env = { GITHUB_OUTPUT: folder };
  const { code, stderr, errors, portal } = await runWith({ env, ...preload(allowEmpty, folder) });
  expect([code, stderr]).toEqual([1, '']);
  expect(errors).toEqual([
    expect.stringContaining('The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted.'),
  ]);
  expect(portal.state.requests).toEqual([]);
});

/** Makes writes to GITHUB_OUTPUT fail with this code. @param when JavaScript */
const failOutputs = (when: string, code: string) => `const fs = require('node:fs');
  const { appendFileSync } = fs;
  fs.appendFileSync = (file, content, ...rest) => {
    if (file === process.env.GITHUB_OUTPUT && ${when})
      throw Object.assign(new Error('failed'), { code: '${code}' });
    return appendFileSync(file, content, ...rest);
  };`;

test.each<[name: string, when: string, requests: number]>([
  ['before the first request', 'true', 0],
  ['in the end', "content !== ''", 3],
])(
  'if too many files are open for the outputs %s, the error does not blame the disk',
  async (_name, when, requests) => {
    const script = failOutputs(when, 'EMFILE');
    const { code, stderr, log, errors, portal } = await runWith(preload(script, folder));
    expect([code, stderr]).toEqual([1, '']);
    expect(errors[0]).toContain('GITHUB_OUTPUT');
    expect(errors[0]).toMatch(/open files|ulimit/);
    expect(log).not.toMatch(/disk/);
    expect(portal.seen).toHaveLength(requests);
  },
);

test.each(['EACCES', 'ENOSPC', 'EROFS'])(
  'if the outputs cannot be written because of %s, the error asks about disk and file',
  async failure => {
    const { code, log, portal } = await runWith(preload(failOutputs('true', failure), folder));
    expect(code).toBe(1);
    expect(log).toContain('Is its disk full, or its file read-only?');
    expect(portal.state.requests).toEqual([]);
  },
);

withSystemThatHas('/dev/full', () => {
  test('if the disk is full for the outputs, the step fails with one error, after everything is done', async () => {
    const { code, stderr, errors, portal } = await runWith({ env: { GITHUB_OUTPUT: '/dev/full' } });
    expect([code, stderr]).toEqual([1, '']);
    expect(errors).toEqual(['::error::The outputs could not be written to GITHUB_OUTPUT. Is the disk full?']);
    expect(portal.state.schedule.own).toBeUndefined();
  });
});

test('if the summary cannot be written, the step succeeds with a warning', async () => {
  const { code, stderr, log, outputs } = await runWith({
    env: { GITHUB_STEP_SUMMARY: join(folder, 'none', 'none') },
  });
  expect([code, stderr, outputs['result']]).toEqual([0, '', 'true']);
  expect(log).toContain('::warning::The job summary could not be written to GITHUB_STEP_SUMMARY.');
});

test('the outputs are written one by one, after the summary, the report and the last line of the log; result is the last', async () => {
  const portal = await realPortal({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
  const recordWrites = `const fs = require('node:fs');
    globalThis.writes = [];
    let depth = 0;
    const record = name => {
      if (globalThis.writes.at(-1) !== name) globalThis.writes.push(name);
    };
    const recordFile = (file, content) => {
      const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = process.env;
      // The action writes an empty text to find out whether it may write.
      if (content === '') return;
      if (file === GITHUB_OUTPUT) record(content.split('<<')[0]);
      else record(file === GITHUB_STEP_SUMMARY ? 'summary' : 'report');
    };
    for (const [owner, names] of [
      [fs, ['writeSync', 'appendFileSync', 'writeFileSync', 'appendFile', 'writeFile']],
      [fs.promises, ['appendFile', 'writeFile']],
    ]) {
      for (const name of names) {
        const original = owner[name];
        owner[name] = (file, content, ...rest) => {
          // Some of these functions call others.
          if (depth === 0) recordFile(file, content);
          depth++;
          try { return original(file, content, ...rest); } finally { depth--; }
        };
      }
    }
    const { write } = process.stdout;
    process.stdout.write = (text, ...rest) => {
      if (text !== '') record('log');
      return write.call(process.stdout, text, ...rest);
    };`;
  const { result, value } = await askProcess(inputs, 'globalThis.writes', recordWrites);
  expect(result.code).toBe(0);
  const writes = Array.isArray(value) ? value : [];
  expect(writes.slice(0, 4)).toEqual(['log', 'summary', 'report', 'log']);
  expect(writes.slice(4).sort()).toEqual(Object.keys(result.outputs).sort());
  expect(writes.at(-1)).toBe('result');
});

test('if the disk becomes full before the last output, the step fails without result=true', async () => {
  const portal = await realPortal({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, token: KEY };
  // As on a full disk, a write fails; the writes before it stay in the file.
  const failOnResult = `const fs = require('node:fs');
    const { appendFileSync } = fs;
    fs.appendFileSync = (file, content, ...rest) => {
      if (String(content).startsWith('result')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return appendFileSync(file, content, ...rest);
    };`;
  const result = await startProcess(inputs, preload(failOnResult, folder)).result;
  expect([result.code, result.stderr]).toEqual([1, '']);
  expect(result.log.match(/^::error::.*/gm)).toEqual([
    '::error::The outputs could not be written to GITHUB_OUTPUT. Is the disk full?',
  ]);
  expect(result.outputs).toMatchObject({ 'status-code': '200', 'deleted-count': '0' });
  expect(result.outputs).not.toHaveProperty('result');
});

withSystemThatHas('limits of open files', () => {
  test('with few file descriptors, the log says so, never blames the disk, and every backup is deleted or reported', async () => {
    const limits = Array.from({ length: 8 }, (_, index) => 18 + 2 * index);
    const runs = await Promise.all(
      limits.map(async limit => {
        const portal = await realPortal({ backups: makeBackups(40), latencyMs: 5 });
        const inputs = { operation: 'prune-history', 'keep-last': '2', 'portal-url': portal.url, token: KEY };
        const nodeArgs = ['-c', `ulimit -n ${limit}; exec "$0" "$@"`, process.execPath];
        const result = await startProcess(inputs, { node: 'bash', nodeArgs }).result;
        return { ...result, portal, hasStarted: result.log.includes('prune-history on') };
      }),
    );
    const started = runs.filter(({ hasStarted }) => hasStarted);
    // Node itself needs about twenty.
    expect(started.length).toBeGreaterThan(2);
    for (const { log, code, portal } of started) {
      expect(log).not.toMatch(/disk/);
      expect(portal.state.deletedIds.size === 38).toBe(code === 0);
    }
    const short = started.filter(({ log }) => log.includes('(EMFILE)'));
    expect(short.length).toBeGreaterThan(0);
    for (const { log } of short) {
      expect(log).toContain(
        'This machine allows no more open files or connections. Raise the limit (ulimit -n).',
      );
    }
  });
});
