import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { makeBackups } from '../tools/stand-in/portal.mjs';
import { root } from '../tools/runner.mjs';
import { act } from './support/action.js';
import { portalWith } from './support/portals.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`),
].filter(path => path.endsWith('.md'));

describe('README.md', () => {
  test('has the inputs and outputs of action.yml', () => {
    execFileSync(process.execPath, [join(root, 'tools/docs.mjs'), '--check']);
  });

  test('shows in its example what a run shows', async () => {
    const days = [
      ...['2026-03-31', '2026-03-30', '2026-03-29', '2026-03-27', '2026-03-26', '2026-03-20', '2026-03-13'],
      ...['2026-02-27', '2026-02-20', '2026-01-30', '2025-12-31', '2025-11-28'],
    ];
    const ids = makeBackups(days.length).map(({ id }) => id);
    const backups = days.flatMap((newest, at) =>
      makeBackups(1, { newest }).map(backup => ({ ...backup, id: ids[at] })),
    );
    const portal = await portalWith({ backups });
    const { log } = await act({
      operation: 'prune-history',
      'portal-url': portal.url,
      'keep-daily': '3',
      'keep-weekly': '2',
      'keep-monthly': '4',
    });
    const [, timeline = ''] = /::group::Timeline\n([\s\S]*?)::endgroup::/.exec(log) ?? [];
    const [, kept = ''] = /::group::Kept.*\n([\s\S]*?)::endgroup::/.exec(log) ?? [];
    const rows = kept
      .trim()
      .split('\n')
      .map(line => `| ${line.slice(0, 10)} | ${line.split('  ').at(-1)} |`);
    const [, example] = /<!-- example -->\n([\s\S]*?)\n<!-- end of example -->/.exec(read('README.md')) ?? [];
    const table = ['| Backup | Kept because |', '| --- | --- |', ...rows].join('\n');
    expect(example).toBe(`\`\`\`text\n${timeline}\`\`\`\n\n${table}`);
  });
});

describe('the workflows in README.md', () => {
  const workflows = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) =>
    parse(text),
  );
  const { inputs } = parse(read('action.yml'));

  test.each(workflows.map(workflow => [workflow]))(
    'are whole, with inputs that exist and none that is missing',
    workflow => {
      expect(Object.keys(workflow)).toEqual(['on', 'jobs']);
      const jobs: { steps: { uses: string; with: object }[] }[] = Object.values(workflow.jobs);
      for (const step of jobs.flatMap(({ steps }) => steps)) {
        expect(step.uses).toBe('owner/docspace-backup-cleanup@v1');
        expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
        expect(Object.keys(step.with)).toEqual(expect.arrayContaining(['operation', 'portal-url', 'token']));
      }
    },
  );
});

describe.each(pages)('%s', path => {
  test('links to files that exist', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    const missing = links.filter(link => !existsSync(join(root, path, '..', link)));
    expect(missing).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  test('has the error texts as they appear', () => {
    const sources = readdirSync(join(root, 'src')).map(name => read(`src/${name}`));
    const code = sources
      .join('\n')
      .replace(/\$\{[^}]*\}/g, '…')
      .replaceAll("\\'", "'");
    const cells = [...read('docs/troubleshooting.md').matchAll(/^\| (`.*?) \| /gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
    );
    const pieces = cells.flatMap(text => text.split(/… ?|HTTP (?:\d|x)+|"/)).map(text => text.trim());
    const missing = pieces.filter(piece => piece.length > 3 && !code.includes(piece));
    expect(cells.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  test('names tests that exist', () => {
    const named = [...read('docs/threat-model.md').matchAll(/`([\w./-]+\.ts)` › \*([^*]+)\*/g)];
    const missing = named.filter(([, file, title = '']) => !read(`__tests__/${file}`).includes(title));
    expect(named.length).toBeGreaterThan(30);
    expect(missing.map(([reference]) => reference)).toEqual([]);
  });
});
