import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { root } from '../tools/runner.mjs';

/** The findings of `npm run docs -- --check` in a copy of the project. */
function findingsIn(folder: string): Promise<string[]> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [join(root, 'tools/docs.mjs'), '--check', folder],
      (error, _stdout, stderr) => {
        const findings = stderr.split(/\r?\n/).filter(line => line !== '');
        // A check that fails without a finding has not come to its end.
        resolve(error && findings.length === 0 ? [String(error)] : findings);
      },
    );
  });
}

test('the pages agree with the code: inputs, outputs, links, snippets, options, messages, tests', async () => {
  expect(await findingsIn(root)).toEqual([]);
});

const copy = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(copy, { recursive: true }));

test('a page that differs is found', async () => {
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
  change('examples/retire-portal.yml', text => text.replace(/^( *)operation: .*/m, '$&\n$1keep-last: 7'));
  change('.github/workflows/cleanup-portals.yml', text => text.replace(/^ *keep-last: \$.*\n/m, ''));
  change('README.md', text => text.replace(/^ *dry-run: .*\n/m, ''));
  change('docs/workflows.md', text => text.replaceAll('inputs.delete', 'inputs.dry_run'));
  change('examples/server-dumps.yml', text => text.replace(/^ *dry-run: .*\n/m, ''));
  change('examples/portal-fleet.yml', text => text.replace("== 'schedule' ||", "!= 'schedule' ||"));
  change('examples/many-portals.yml', text => text.replace(/^ *continue-on-error: .*\n/gm, ''));
  change('CONTRIBUTING.md', text => text.replace('`pace.ts`', '`tempo.ts`'));
  rmSync(join(copy, 'dist'), { recursive: true });
  const findings = await findingsIn(copy);
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.stringContaining('the tables differ from action.yml'),
      'README.md: no docs/nowhere.md',
      'README.md: no docs/troubleshooting.md#nowhere',
      'README.md: no --no-such-option',
      'docs/troubleshooting.md: no such message in src/: no error says this',
      'docs/threat-model.md: no such test: `inputs.test.ts` › *no such title*',
      'docs/threat-model.md: no such test: `none.test.ts`',
      'examples/nightly-prune.yml: no input keep-dayly',
      'examples/retire-portal.yml: keep-last does not belong to delete-schedule',
      '.github/workflows/cleanup-portals.yml: keep-last is not handed on',
      expect.stringMatching(/^README\.md: .*a step without dry-run|^README\.md: a step without dry-run/),
      expect.stringMatching(/^docs\/workflows\.md.*: dry-run is not safe: .*inputs\.dry_run/),
      'examples/server-dumps.yml: a step without dry-run',
      'examples/portal-fleet.yml: delete is not safe',
      'CONTRIBUTING.md: does not name pace.ts',
      'CONTRIBUTING.md: no such file: tempo.ts',
      'examples/many-portals.yml: a full artifact storage fails the job',
    ]),
  );
});
