import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { root } from '../tools/runner.mjs';

/** What `npm run docs -- --check` finds wrong in the pages of a tree. */
function findingsIn(folder: string): Promise<string[]> {
  return new Promise(resolve => {
    execFile(process.execPath, [join(folder, 'tools/docs.mjs'), '--check'], (error, _stdout, stderr) => {
      const findings = stderr.split('\n').filter(line => line !== '');
      // A check that fails without a finding has not come to its end.
      resolve(error && findings.length === 0 ? [String(error)] : findings);
    });
  });
}

test('the pages say what the code says: inputs, outputs, examples, links, options, error texts, tests', async () => {
  expect(await findingsIn(root)).toEqual([]);
});

const copy = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(copy, { recursive: true }));

test('a page that says something else is noticed', async () => {
  for (const name of [
    ...[
      'action.yml',
      'README.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'LICENSE',
      'package.json',
    ],
    ...['.github', '__tests__', 'dist', 'docs', 'examples', 'src', 'tools'],
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const change = (file: string, change: (text: string) => string) => {
    const before = readFileSync(join(copy, file), 'utf8');
    const after = change(before);
    expect([file, after]).not.toEqual([file, before]);
    writeFileSync(join(copy, file), after);
  };
  change('action.yml', text =>
    text.replace('How long the whole step may take', 'How long a request may take'),
  );
  change('README.md', text => `${text}\n[a](docs/nowhere.md)\n[b](docs/troubleshooting.md#nowhere)\n`);
  change('README.md', text => `${text}\n\`\`\`sh\nnode tools/start.mjs --no-such-option\n\`\`\`\n`);
  change('docs/troubleshooting.md', text => text.replace(/^\| `/m, '| `no error says this`, `'));
  change('docs/threat-model.md', text => `${text}\n\`inputs.test.ts\` › *no such title*, \`none.test.ts\`\n`);
  change('examples/nightly-prune.yml', text => text.replace(/^( *)keep-daily:/m, '$1keep-dayly:'));
  const findings = await findingsIn(copy);
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.stringContaining('README.md does not say what action.yml says'),
      'README.md: no docs/nowhere.md',
      'README.md: no docs/troubleshooting.md#nowhere',
      'README.md: no --no-such-option',
      'docs/troubleshooting.md: no such text in src/: no error says this',
      'docs/threat-model.md: no such test: `inputs.test.ts` › *no such title*',
      'docs/threat-model.md: no such test: `none.test.ts`',
      expect.stringMatching(/^examples\/nightly-prune\.yml: no input keep-dayly$/),
    ]),
  );
});
