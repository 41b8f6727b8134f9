import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readDefaults, root, runAction } from '../tools/runner.mjs';
import { makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { KEY } from './support/action.js';
import { CA_FILE, readCertificate } from './support/certificates.js';
import { withSystemThatHas } from './support/platform.js';
import { deletions, portalWith } from './support/portals.js';
import { startProxy } from './support/proxy.js';
import { parseReport } from './support/report.js';

/** For temporary files: what is left there was left behind. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts what `npm start` starts, in a process group of its own. */
function launch(options: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'tools/start.mjs'), ...options], {
    env: { ...process.env, DOCSPACE_TOKEN: '', TMPDIR: folder, TEMP: folder, TMP: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', text => {
      output[name] += text;
      for (const look of watchers) look();
    });
  }
  const ended = new Promise<Ended>(resolve => {
    child.on('close', code => resolve({ code: code ?? -1, ...output }));
  });
  return {
    ended,
    /** Waits until standard output holds this, while the process goes on. */
    printed: (text: string) =>
      new Promise<void>((resolve, reject) => {
        watchers.add(() => output.stdout.includes(text) && resolve());
        void ended.then(({ stdout, stderr }) => reject(new Error(`It ended: ${stdout}${stderr}`)));
      }),
    /** Sends a signal to it alone, or to all of its process group, as a terminal does. */
    kill: (signal: NodeJS.Signals, toAll = false) =>
      process.kill(toAll ? -Number(child.pid) : Number(child.pid), signal),
    /** Nobody reads what it prints any more. */
    hangUp: () => child.stdout.destroy(),
  };
}

function start(options: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return launch(options, env).ended;
}

/** A portal in real time, and the options of a run that keeps one of its backups. */
async function prune(options: Parameters<typeof portalWith>[0], ...more: string[]) {
  const portal = await portalWith({ ...options, token: KEY, inRealTime: true });
  const run = ['--portal-url', portal.url, '--operation', 'prune-history', '--keep-last', '1', ...more];
  return { portal, run };
}

const withKey = { DOCSPACE_TOKEN: KEY };

/** Processes of this test that are still there; on Linux alone, elsewhere none is found. */
function survivors(): string[] {
  const isOurs = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${folder}`);
    } catch {
      return false;
    }
  };
  return process.platform === 'linux'
    ? readdirSync('/proc').filter(name => /^\d+$/.test(name) && isOurs(name))
    : [];
}

/** Whether a process runs the action itself. Only Linux tells. */
function isAction(pid: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('index.js');
}

async function until(condition: () => boolean): Promise<void> {
  for (let wait = 0; wait < 4000 && !condition(); wait++)
    await new Promise(resolve => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

test('lines that end as on Windows are read like others', async () => {
  const main = join(folder, 'main.cjs');
  writeFileSync(main, `process.stdout.write('::group::a\\r\\nb\\r\\n::endgroup::\\r\\nDone.\\r\\n')`);
  expect((await runAction({}, { main })).log).toBe('::group::a\nb\n::endgroup::\nDone.\n');
  const text = readFileSync(join(root, 'action.yml'), 'utf8');
  expect(readDefaults(text.replaceAll('\n', '\r\n'))).toEqual(readDefaults(text));
});

test('a run that is cancelled before it starts sends nothing', async () => {
  const portal = await portalWith({ backups: makeBackups(3), inRealTime: true });
  const inputs = { operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '1', token: KEY };
  const { code, outputs } = await runAction(inputs, { cancelled: AbortSignal.abort() });
  expect([code, outputs['deleted-count']]).toEqual([1, '0']);
  expect(deletions(portal)).toEqual([]);
});

describe('npm start', () => {
  test('shows a dry run, a prune and a failure, and what the portal saw', async () => {
    const { code, stdout } = await start([]);
    expect(code).toBe(0);
    expect(stdout).toContain('Dry run: 46 backups would be deleted, 12 kept');
    expect(stdout).toContain('Done: 46 of 46 backups deleted, 12 kept');
    expect(stdout).toContain('The API key may only read');
    expect(stdout).toContain('… 45 more, the last: GET getbackuphistory?Dump=false');
  });

  test('with an operation alone, runs it against the stand-in portal', async () => {
    const { code, stdout } = await start(['--operation', 'delete-schedule']);
    expect(code).toBe(0);
    expect(stdout).toContain('Against the stand-in portal');
    expect(stdout).toContain('Done: the backup schedule is deleted');
    expect(stdout).toContain('  DELETE deletebackupschedule');
  });

  test('explains itself with --help and -h, and names every input but the token', async () => {
    const [long, short] = await Promise.all([start(['--help']), start(['-h'], withKey)]);
    expect(long).toEqual(short);
    expect(long).toMatchObject({ code: 0, stderr: '' });
    const { token: _, summary: __, ...inputs } = readDefaults();
    for (const name of Object.keys(inputs)) expect(long.stdout).toContain(`--${name}`);
    expect(long.stdout).toContain('In PowerShell');
    expect(long.stdout.split('\n').filter(line => line.length > 100)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('with --portal-url', () => {
  test('makes a dry run unless told otherwise', async () => {
    const { portal, run } = await prune({ backups: makeBackups(3) });
    const ways = [[], ['--dry-run'], ['--dry-run', ''], ['--dry-run', '--retries', '0']];
    for (const { code, stdout, stderr } of await Promise.all(
      ways.map(way => start([...run, ...way], withKey)),
    )) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/▸ Selected: 2 backups\n {2}2026-03-29 .*\n {2}2026-03-30 /);
      expect(stdout).toContain('\nDry run: 2 backups would be deleted, 1 kept.\n');
    }
    expect(deletions(portal)).toEqual([]);
  });

  test('deletes with --dry-run false, tells the outputs, and leaves nothing behind', async () => {
    const { portal, run } = await prune({ backups: makeBackups(3) }, '--dry-run=false');
    const { code, stdout, stderr } = await start(run, withKey);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(deletions(portal)).toHaveLength(2);
    expect(stdout).toMatch(/\nDone: 2 of 2 backups deleted, 1 kept\.\n\nOutputs\n/);
    expect(stdout).toMatch(/\n {2}result: true\n$/);
    expect(stdout).not.toContain('dry run');
    expect(stdout + stderr).not.toContain(KEY);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('with --quiet, prints the last line alone, and warnings and errors to standard error, all with the portal', async () => {
    const green = await prune({ backups: makeBackups(3) }, '--quiet', '--dry-run', 'false');
    expect(await start(green.run, withKey)).toEqual({
      code: 0,
      stdout: `127.0.0.1:${green.portal.port}: Done: 2 of 2 backups deleted, 1 kept.\n`,
      stderr: '',
    });
    const locked = {
      backups: makeBackups(3),
      locked: [makeId(3)],
      key: { expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
    };
    const red = await prune(locked, '--quiet', '--dry-run', 'false');
    const { code, stdout, stderr } = await start(red.run, withKey);
    expect(code).toBe(1);
    const host = `127.0.0.1:${red.portal.port}`;
    expect(stdout).toBe(`${host}: Failed: 1 of 2 backups deleted, 1 kept.\n`);
    expect(stderr).toMatch(new RegExp(`^${host}: Warning: .*expires.*\n${host}: Error: .*\n$`));
  });

  test('with --quiet, an error of the command line names the portal, but never a token given in its place', async () => {
    const optionsFor = (url: string) => ['--quiet', '--portal-url', url, '--operation', 'delete-history'];
    const named = await start(optionsFor('https://portal.example:8443'));
    expect(named.stderr).toMatch(/^portal\.example:8443: DOCSPACE_TOKEN is empty\./);
    for (const portal of [KEY, `https://${KEY}`]) {
      const { stdout, stderr } = await start(optionsFor(portal));
      expect(stderr).toContain('DOCSPACE_TOKEN is empty.');
      expect(stdout + stderr).not.toContain(KEY);
    }
  });

  test('with --json, prints the outputs as one object, and the log to standard error', async () => {
    const { run } = await prune({ backups: makeBackups(2) }, '--json', '--dry-run', 'false');
    const { code, stdout, stderr } = await start(run, withKey);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      'status-code': 200,
      'selected-count': 1,
      'selected-ids': [makeId(2)],
      'deleted-count': 1,
      'deleted-ids': [makeId(2)],
      'failed-count': 0,
      'failed-ids': [],
      'kept-count': 1,
      'kept-ids': [makeId(1)],
      'report-file': null,
      result: true,
    });
    expect(stderr).toContain('\nDone: 1 of 1 backup deleted, 1 kept.\n');
    const refused = await start([...run.slice(0, 4), '--json', '--dry-run=false'], withKey);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: ') });
    expect(JSON.parse(refused.stdout)).toMatchObject({
      result: false,
      'status-code': null,
      'deleted-ids': [],
    });
  });
});

describe('with --report', () => {
  test('writes the report of the run to the file, in place of what is there', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, 'An older report'.repeat(1000));
    const { run } = await prune({ backups: makeBackups(3) }, '--dry-run=false', '--report', file);
    const { code, stdout, stderr } = await start(run, withKey);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`\n  report-file: ${file}\n`);
    const report = parseReport(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({ operation: 'prune-history', result: true, counts: { deleted: 2 } });
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('writes it of a run that fails too, and names it in --json', async () => {
    const file = join(folder, 'report.json');
    const { run } = await prune({ backups: makeBackups(3) }, '--json', '--keep-daily=x', '--report', file);
    const { code, stdout } = await start(run, withKey);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ 'report-file': file });
    const report = parseReport(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({ operation: null, error: expect.stringContaining('keep-daily cannot be') });
  });

  test('sends nothing if the file cannot be written', async () => {
    const { portal, run } = await prune({ backups: makeBackups(3) }, '--dry-run=false', '--report', folder);
    const { code, stdout, stderr } = await start(run, withKey);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('The report cannot be written: EISDIR');
    expect(portal.state.requests).toEqual([]);
  });

  withSystemThatHas('/dev/full', () => {
    test('fails if the report cannot be written at the end', async () => {
      const { portal, run } = await prune(
        { backups: makeBackups(3) },
        '--dry-run=false',
        '--report=/dev/full',
      );
      const { code, stdout, stderr } = await start(run, withKey);
      expect(code).toBe(1);
      expect(deletions(portal)).toHaveLength(2);
      expect(stderr).toMatch(/^Error: The report of this run could not be written: ENOSPC/);
      expect(stdout).toContain('\n  result: true\n');
      expect(stdout).not.toContain('report-file');
    });
  });
});

describe('a run that is ended early', () => {
  const slow = { backups: makeBackups(60), deleteMs: 150, listingMs: 0 };

  withSystemThatHas('signals between processes', () => {
    test.each([
      ['SIGINT', false],
      ['SIGTERM', false],
      // As a terminal does that closes. The action itself would not survive it.
      ['SIGHUP', true],
      ['SIGQUIT', false],
      ['SIGQUIT', true],
    ] as const)('prints while it runs; on %s cancels, and says what was deleted', async (signal, toAll) => {
      const { portal, run } = await prune(slow, '--dry-run', 'false');
      const { printed, kill, ended } = launch(run, withKey);
      await printed('▸ Selected: 59 backups');
      await until(() => deletions(portal).length >= 9);
      kill(signal, toAll);
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(
        new RegExp(`^${signal}: the run is cancelled.*\nError: The run was cancelled\\.`),
      );
      const [, deleted = ''] = /\nCancelled: (\d+) of 59 backups deleted/.exec(stdout) ?? [];
      expect(Number(deleted)).toBe(deletions(portal).length);
      expect(stdout.match(/(?<=deleted-ids: ).*/g)?.map(ids => JSON.parse(ids).length)).toEqual([
        Number(deleted),
      ]);
      expect(Number(deleted)).toBeLessThan(59);
      expect(readdirSync(folder)).toEqual([]);
      expect(survivors()).toEqual([]);
    });
  });

  test('deletes nothing more when the command itself is killed', async () => {
    const { portal, run } = await prune(
      { backups: makeBackups(200), deleteMs: 50, listingMs: 0 },
      '--dry-run=false',
    );
    const { printed, kill, ended } = launch(run, withKey);
    await printed('▸ Selected: 199 backups');
    await until(() => deletions(portal).length >= 9);
    kill('SIGKILL');
    await ended;
    const sent = deletions(portal).length;
    await new Promise(resolve => setTimeout(resolve, 2_000));
    // Those that were on their way.
    expect(deletions(portal).length - sent).toBeLessThanOrEqual(16);
    expect(survivors()).toEqual([]);
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });

  withSystemThatHas('/proc', () => {
    test('says that it is not known what was deleted if the action itself is killed', async () => {
      const { portal, run } = await prune(slow, '--dry-run=false', '--quiet');
      const { ended } = launch(run, withKey);
      await until(() => deletions(portal).length >= 9);
      for (const pid of survivors()) if (isAction(pid)) process.kill(Number(pid), 'SIGKILL');
      const { code, stderr } = await ended;
      expect(code).toBe(1);
      expect(stderr).toBe(
        `127.0.0.1:${portal.port}: Error: SIGKILL ended the action. It is not known what it had deleted by then.\n`,
      );
    });
  });

  withSystemThatHas('signals between processes', () => {
    test('ends the tour too, without its next step', async () => {
      const { printed, kill, ended } = launch([]);
      await printed('First a dry run');
      kill('SIGINT', true);
      const { code, stdout } = await ended;
      expect(code).toBe(1);
      expect(stdout).toContain('First a dry run');
      expect(stdout).not.toContain('Last, a run that must fail');
      expect(survivors()).toEqual([]);
    });
  });

  test('is cancelled when nobody reads its output any more', async () => {
    // It notices when it prints the next time: that something is tried again.
    const faults = [{ kind: 'unavailable' as const, on: 'DELETE', times: 1, delayMs: 300 }];
    const { portal, run } = await prune({ ...slow, faults }, '--dry-run', 'false');
    const { printed, hangUp, ended } = launch(run, withKey);
    await printed('▸ Selected: 59 backups');
    hangUp();
    expect(await ended).toMatchObject({ code: 1 });
    expect(portal.state.history.own).toHaveLength(60);
    expect(survivors()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the token', () => {
  withSystemThatHas('file modes', () => {
    test('comes from a file, before the environment, with a warning if others can read it', async () => {
      const file = join(folder, 'token');
      writeFileSync(file, `${KEY}\n`, { mode: 0o600 });
      const { run } = await prune({ backups: makeBackups(1) }, '--quiet', '--token-file', file);
      expect(await start(run, { DOCSPACE_TOKEN: 'sk-another-one' })).toMatchObject({ code: 0, stderr: '' });
      for (const mode of [0o644, 0o640, 0o604]) {
        chmodSync(file, mode);
        const { code, stderr } = await start(run);
        expect(code).toBe(0);
        expect(stderr).toMatch(
          /: Warning: other users can read the token file\. Its mode should be 600\.\n$/,
        );
      }
    });
  });

  test.each<[name: string, content: Buffer, message: string]>([
    ['with a NUL byte', Buffer.from(`${KEY}\0`), 'holds characters that no token has'],
    ['with a NUL byte in the middle', Buffer.from(`sk-\0${KEY}`), 'holds characters that no token has'],
    ['with another control character', Buffer.from(`${KEY}\x1b[0m`), 'holds characters that no token has'],
    ['with two lines', Buffer.from(`${KEY}\n${KEY}`), 'on one line'],
    [
      'in UTF-16',
      Buffer.from(`\ufeff${KEY}`, 'utf16le'),
      'byte order mark, as UTF-16 does. Save it as UTF-8',
    ],
    ['in UTF-16, the other way round', Buffer.from(`\ufeff${KEY}`, 'utf16le').swap16(), 'Save it as UTF-8'],
    ['in UTF-16 without a mark', Buffer.from(KEY, 'utf16le'), 'Save the token alone, as UTF-8'],
    ['in UTF-8 with a mark', Buffer.from(`\ufeff${KEY}`), 'Save it as UTF-8 without one.'],
    ['that is empty', Buffer.from(' \r\n'), 'The token file is empty.'],
  ])('in a file %s is refused, and nothing of it is printed', async (_name, content, message) => {
    const file = join(folder, 'token');
    writeFileSync(file, content, { mode: 0o600 });
    const { portal, run } = await prune({ backups: makeBackups(2) }, '--token-file', file);
    const { code, stdout, stderr } = await start(run);
    expect({ code, stdout, seen: portal.seen }).toEqual({ code: 2, stdout: '', seen: [] });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stderr).not.toMatch(/[0-9a-f]{8}|(.\0){4}/);
  });
});

test('a folder for temporary files that does not exist is named, without a stack', async () => {
  const missing = join(folder, 'none');
  const { run } = await prune({ backups: makeBackups(2) });
  const env = { ...withKey, TMPDIR: missing, TEMP: missing, TMP: missing };
  for (const options of [run, []]) {
    const { code, stderr } = await start(options, options.length > 0 ? env : { ...env, DOCSPACE_TOKEN: '' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: the folder for temporary files cannot be used \(ENOENT\)\. .*TMPDIR.*\n$/,
    );
  }
});

test('with a NODE_DEBUG that prints the token, nothing is started; the action never gets it', async () => {
  const { portal, run } = await prune({ backups: makeBackups(2) });
  for (const NODE_DEBUG of ['child_process', 'fs,HTTPS', 'fs*']) {
    const { code, stderr } = await start(run, { ...withKey, NODE_DEBUG });
    expect(code).toBe(2);
    expect(stderr).toContain('NODE_DEBUG makes Node print the token.');
    expect(stderr).not.toContain(KEY);
  }
  expect(portal.seen).toEqual([]);
  expect(await start(run, { ...withKey, NODE_DEBUG: 'tty' })).toMatchObject({ code: 0 });
});

describe('how to reach the portal', () => {
  test('http_proxy and no_proxy are handed on, for http: too', async () => {
    const { portal, run } = await prune({ backups: makeBackups(2) }, '--allow-http', '--retries=0');
    const proxy = await startProxy({ port: portal.port });
    const elsewhere = run.map(word => (word === portal.url ? 'http://portal.invalid' : word));
    const through = { ...withKey, http_proxy: proxy.url };
    expect(await start(elsewhere, { ...through, no_proxy: 'portal.invalid' })).toMatchObject({ code: 1 });
    expect(proxy.seen).toEqual([]);
    expect(await start(elsewhere, through)).toMatchObject({ code: 0 });
    expect(proxy.seen[0]).toBe('CONNECT portal.invalid:80 HTTP/1.1');
  });

  test('NODE_EXTRA_CA_CERTS is handed on', async () => {
    const { run } = await prune({ backups: makeBackups(2), tls: readCertificate('localhost') });
    const { code } = await start(run, { ...withKey, NODE_EXTRA_CA_CERTS: CA_FILE });
    expect(code).toBe(0);
  });
});

describe('a command line that cannot be used', () => {
  const real = ['--portal-url', 'https://portal.invalid', '--operation', 'delete-history'];
  const misuse: [string[], string, Record<string, string>?][] = [
    [['--token', KEY], 'There is no option --token: the token comes from DOCSPACE_TOKEN'],
    [['--tokn', KEY], 'There is no option --tokn.'],
    [[`--tokn=${KEY}`], 'There is no option --tokn.'],
    [[`--${KEY}`], 'Argument 1 is no option'],
    [['--quiet', `--${KEY.slice(3)}`, '1'], 'Argument 2 is no option'],
    [['--sk-abcdefgh'], 'Argument 1 is no option'],
    [[...real, KEY], 'Argument 5 is no option'],
    [['--keep-dayly', '7'], 'There is no option --keep-dayly. Did you mean --keep-daily?'],
    [['--dryrun', 'true'], 'There is no option --dryrun. Did you mean --dry-run?'],
    [['--keep-last'], '--keep-last needs a value.'],
    [['--keep-last', '--dry-run'], '--keep-last needs a value.'],
    [['--keep-last', '1', '--keep-last', '2'], '--keep-last is there twice.'],
    [['--json=true'], '--json takes no value.'],
    [real, 'DOCSPACE_TOKEN is empty.'],
    [[], 'DOCSPACE_TOKEN is set, so --portal-url has to be too.', withKey],
    [['--operation', 'delete-history'], 'DOCSPACE_TOKEN is set, so --portal-url has to be too.', withKey],
    [['--operation', 'delete-history', '--quiet'], '--portal-url is missing.'],
    [['--operation', 'delete-history', '--report', 'x'], '--portal-url is missing.'],
    [[...real, '--report'], '--report needs a value.'],
    [[...real, '--token-file', '/nowhere/token'], 'The token file cannot be read (ENOENT).', withKey],
    [[...real, '--token-file', KEY], 'The token file cannot be read (ENOENT).'],
    [[...real, '--token-file', root], 'The token file cannot be read (EISDIR).', withKey],
  ];

  // Together, for each is a process, and none of them does anything.
  test('is refused in two lines that repeat no value; no token is taken on the command line', async () => {
    const ended = await Promise.all(misuse.map(([options, , env]) => start(options, env)));
    for (const [index, { code, stdout, stderr }] of ended.entries()) {
      const [options, message] = misuse[index] ?? [];
      const [first, second, ...more] = stderr
        .split('\n')
        .filter(line => !line.startsWith('Warning: other users'));
      expect({ options, code, stdout, second, more }).toEqual({
        options,
        code: 2,
        stdout: '',
        second: 'See node tools/start.mjs --help',
        more: [''],
      });
      expect(first).toContain(message);
      expect(stderr).not.toContain(KEY);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
