import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { KEY } from '../support/action.js';
import { startProcess } from '../support/processes.js';
import { askProcess, realPortal } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Deletes a schedule, with these files in place of the runner's. */
async function runWith(env: Record<string, string>) {
  const portal = await realPortal({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, token: KEY };
  const result = await startProcess(inputs, { env }).result;
  return { portal, ...result, errors: result.log.match(/^::error::.*/gm) ?? [] };
}

test('outputs that cannot be written: red before any request', async () => {
  const { code, stderr, errors, portal, summary } = await runWith({ GITHUB_OUTPUT: folder });
  expect([code, stderr]).toEqual([1, '']);
  expect(errors).toEqual([expect.stringContaining('The outputs cannot be written to GITHUB_OUTPUT.')]);
  expect(portal.state.requests).toEqual([]);
  expect(summary).toContain('Refused: nothing was deleted; the outputs cannot be written');
});

// It opens like any file, and every write fails.
const onLinux = existsSync('/dev/full') ? test : test.skip;
onLinux('outputs for which the disk has no room: red, with one error, after all was done', async () => {
  const { code, stderr, errors, portal } = await runWith({ GITHUB_OUTPUT: '/dev/full' });
  expect([code, stderr]).toEqual([1, '']);
  expect(errors).toEqual(['::error::The outputs could not be written to GITHUB_OUTPUT. Is the disk full?']);
  expect(portal.state.schedule.own).toBeUndefined();
});

test('a summary that cannot be written: green, with a warning', async () => {
  const { code, stderr, log, outputs } = await runWith({ GITHUB_STEP_SUMMARY: join(folder, 'none', 'none') });
  expect([code, stderr, outputs['result']]).toEqual([0, '', 'true']);
  expect(log).toContain('::warning::The job summary could not be written to GITHUB_STEP_SUMMARY.');
});

test('the outputs are written in one go, after the last line of the log and after the summary', async () => {
  const portal = await realPortal({ schedule: SCHEDULE });
  const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
  const watch = `const fs = require('node:fs');
    globalThis.writes = [];
    let depth = 0;
    const note = what => globalThis.writes.at(-1) === what && what === 'log' || globalThis.writes.push(what);
    for (const name of ['writeSync', 'appendFileSync', 'writeFileSync']) {
      const it = fs[name];
      fs[name] = (file, ...all) => {
        const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = process.env;
        const what = file === GITHUB_OUTPUT ? 'outputs' : file === GITHUB_STEP_SUMMARY ? 'summary' : 'another file';
        // One of them calls another. An empty text tries whether the file can be written.
        if (depth === 0 && all[0] !== '') note(what);
        depth++;
        try { return it(file, ...all); } finally { depth--; }
      };
    }
    const { write } = process.stdout;
    process.stdout.write = (text, ...all) => {
      if (text !== '') note('log');
      return write.call(process.stdout, text, ...all);
    };`;
  const { result, told } = await askProcess(inputs, 'globalThis.writes', watch);
  expect(result.code).toBe(0);
  expect(told).toEqual(['log', 'summary', 'log', 'outputs']);
});
