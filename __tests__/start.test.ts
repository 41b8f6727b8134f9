import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeBackups } from '../tools/stand-in/portal.mjs';
import { root } from '../tools/runner.mjs';
import { KEY } from './support/action.js';
import { deletions, portalWith } from './support/portals.js';

/** Runs what `npm start` runs. */
async function start(
  options: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(root, 'tools/start.mjs'), ...options], {
    env: { ...process.env, DOCSPACE_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (output += text));
  const code = await new Promise<number>(resolve => child.on('close', code => resolve(code ?? -1)));
  return { code, output };
}

describe('npm start', () => {
  test('shows a dry run, a prune and a failure, and what the portal saw', async () => {
    const { code, output } = await start([]);
    expect(code).toBe(0);
    expect(output).toContain('Dry run: 46 backups would be deleted, 12 kept');
    expect(output).toContain('Done: 46 of 46 backups deleted, 12 kept');
    expect(output).toContain('the API key has no write scope');
    expect(output).toContain('… 44 more, the last: GET getbackuphistory?Dump=false');
  });

  test('with an operation alone, runs it against the stand-in portal', async () => {
    const { code, output } = await start(['--operation', 'delete-schedule']);
    expect(code).toBe(0);
    expect(output).toContain('Done: the backup schedule is deleted');
  });

  test('with --portal-url, makes a dry run unless told otherwise', async () => {
    const portal = await portalWith({ backups: makeBackups(3) });
    const run = ['--portal-url', portal.url, '--operation', 'prune-history', '--keep-last', '1'];
    const dry = await start(run, { DOCSPACE_TOKEN: KEY });
    expect(dry.code).toBe(0);
    expect(deletions(portal)).toEqual([]);
    const real = await start([...run, '--dry-run', 'false'], { DOCSPACE_TOKEN: KEY });
    expect(real.code).toBe(0);
    expect(deletions(portal)).toHaveLength(2);
    expect(dry.output + real.output).not.toContain(KEY);
  });

  test('says that the token is missing', async () => {
    const { code, output } = await start([
      '--portal-url',
      'https://portal.example',
      '--operation',
      'delete-history',
    ]);
    expect(code).toBe(1);
    expect(output).toContain('DOCSPACE_TOKEN is empty');
  });

  test.each([['--token', KEY], ['--tokn', 'x'], ['--keep-last']])(
    'takes no token on the command line, and no %s',
    async (...options) => {
      const { code, output } = await start(options);
      expect(code).toBe(1);
      expect(output).toContain('Usage: npm start');
    },
  );

  test('explains itself with --help', async () => {
    const { code, output } = await start(['--help']);
    expect(code).toBe(0);
    expect(output).toContain('DOCSPACE_TOKEN');
  });
});
