import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { FLEET, root } from '../tools/runner.mjs';
import { withSystemThatHas } from './support/platform.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const examples = readdirSync(join(root, 'examples'));

type Value = string | boolean | Value[] | { [key: string]: Value };

function toData(value: Value): data.ExpressionData {
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, value]) => ({ key, value: toData(value) })));
}

/** What GitHub makes of an expression. */
function evaluate(expression: string, contexts: Record<string, Value>): string {
  const text = expression.replace(/^\$\{\{|\}\}$/g, '').trim();
  const { tokens } = new Lexer(text).lex();
  const names = ['github', 'inputs', 'needs', 'matrix'];
  const tree = new Parser(tokens, names, [{ name: 'always', minArgs: 0, maxArgs: 0 }]).parse();
  const all = Object.fromEntries(names.map(name => [name, contexts[name] ?? {}]));
  const functions = new Map([
    ['always', { name: 'always', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(true) }],
  ]);
  return new Evaluator(tree, toData(all) as data.Dictionary, functions).evaluate().coerceString();
}

const UNUSUAL_EVENTS = ['push', 'pull_request', 'repository_dispatch', 'workflow_call', 'workflow_run', ''];
const INPUTS: Value[] = [
  {},
  { delete: false },
  { delete: '' },
  { delete: 'false' },
  { delete: 'yes' },
  { delete: '1' },
];

/** All values of a key in the files, with where they stand. */
function valuesOf(key: string, files: string[]): [string, string][] {
  const pattern = new RegExp(`^ *${key}: (\\$\\{\\{ .*? \\}\\})`, 'gm');
  return files.flatMap(file =>
    Array.from(read(file).matchAll(pattern), ([, value = '']): [string, string] => [file, value]),
  );
}

const files = examples.map(name => `examples/${name}`);
const dryRuns = valuesOf('dry-run', files);
const deletes = valuesOf('delete', files);

test.each(dryRuns)('%s: %s is a dry run unless somebody asked for more', (_file, expression) => {
  for (const event_name of [...UNUSUAL_EVENTS, 'workflow_dispatch'])
    for (const inputs of INPUTS)
      expect(evaluate(expression, { github: { event_name }, inputs })).toBe('true');
  for (const value of [true, 'true']) {
    const contexts = { github: { event_name: 'workflow_dispatch' }, inputs: { delete: value } };
    expect(evaluate(expression, contexts)).toBe('false');
    // A misspelt name of the input or of the context.
    expect(evaluate(expression.replace('inputs.delete', 'inputs.dlete'), contexts)).toBe('true');
    expect(evaluate(expression.replace('inputs.delete', 'github.event.inputs.delete'), contexts)).toBe(
      'true',
    );
  }
  expect(evaluate(expression.replace('event_name', 'event'), { github: { event_name: 'schedule' } })).toBe(
    'true',
  );
});

test.each(deletes)('%s: %s deletes only if somebody asked for it', (_file, expression) => {
  for (const event_name of [...UNUSUAL_EVENTS, 'workflow_dispatch'])
    for (const inputs of INPUTS)
      expect(evaluate(expression, { github: { event_name }, inputs })).toBe('false');
  expect(evaluate(expression, { github: { event_name: 'schedule' } })).toBe('true');
  expect(evaluate(expression, { inputs: { delete: true } })).toBe('true');
});

test('each example takes the safe default of the box, and its schedule is off', () => {
  expect(dryRuns.length + deletes.length).toBeGreaterThanOrEqual(10);
  expect(parse(read(FLEET)).on.workflow_call.inputs.delete).toMatchObject({
    type: 'boolean',
    default: false,
  });
  for (const file of files) {
    const { on } = parse(read(file));
    const { inputs = {} } = on.workflow_dispatch ?? {};
    expect([file, Object.keys(on)]).toEqual([file, ['workflow_dispatch']]);
    expect([file, inputs['dry-run']]).toEqual([file, undefined]);
    if (inputs.delete) expect(inputs.delete).toMatchObject({ type: 'boolean', default: false });
  }
});

test('no limit of an example is empty, whatever is missing', () => {
  const limits = valuesOf('max-deletions', [...files, FLEET]);
  expect(limits).toHaveLength(12);
  for (const [file, expression] of limits) {
    const needs = { plan: { outputs: { backups: '' } } };
    for (const contexts of [{}, { inputs: { 'max-deletions': '' }, needs }])
      expect([file, evaluate(expression, contexts)]).toEqual([file, expect.stringMatching(/^\d+$/)]);
  }
  const fleet = limits.find(([file]) => file === FLEET)?.[1] ?? '';
  expect(evaluate(fleet, { inputs: { operation: 'delete-schedule', 'max-deletions': '50' } })).toBe('');
});

test('the nightly prune tells of every end but success', () => {
  const { notify } = parse(read('examples/nightly-prune.yml')).jobs;
  const isTold = (result: string) => evaluate(notify.if, { needs: { prune: { result } } });
  // A job that runs out of time ends as cancelled or failure.
  expect(['success', 'failure', 'cancelled', 'skipped'].map(isTold)).toEqual([
    'false',
    'true',
    'true',
    'true',
  ]);
});

test('a job that must wait takes a secret that no other job takes', () => {
  for (const file of ['examples/retire-portal.yml', 'examples/prune-after-approval.yml']) {
    const { jobs } = parse(read(file));
    const secrets = Object.values<{ environment?: string }>(jobs).map(job => ({
      waits: job.environment !== undefined,
      names: new Set(JSON.stringify(job).match(/secrets\.\w+/g)),
    }));
    const waiting = secrets.filter(({ waits }) => waits).map(({ names }) => [...names]);
    const others = secrets.filter(({ waits }) => !waits).flatMap(({ names }) => [...names]);
    expect([file, waiting]).toEqual([file, [[expect.any(String)]]]);
    expect([file, others.filter(name => waiting.flat().includes(name))]).toEqual([file, []]);
  }
});

test('the runners of cleanup-portals.yml are a label, or a list of labels', () => {
  const { jobs } = parse(read(FLEET));
  for (const job of Object.values<{ 'runs-on': string }>(jobs)) {
    const labels = job['runs-on'].replace(/&& fromJSON\((.*?)\)/, '&& join(fromJSON($1))');
    expect(evaluate(job['runs-on'], { inputs: { 'runs-on': 'mine' } })).toBe('mine');
    expect(evaluate(labels, { inputs: { 'runs-on': '["mine", "linux"]' } })).toBe('mine,linux');
  }
});

/** The check of the list, as a runner with bash and jq does it. */
function check(portals: unknown): string {
  const script = parse(read(FLEET)).jobs.check.steps[0].run;
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const PORTALS = typeof portals === 'string' ? portals : JSON.stringify(portals);
  const env = { ...process.env, PORTALS, GITHUB_OUTPUT: join(folder, 'output'), GITHUB_RUN_ATTEMPT: '1' };
  const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], { env, encoding: 'utf8' });
  const output = status === 0 ? readFileSync(env.GITHUB_OUTPUT, 'utf8') : '';
  rmSync(folder, { recursive: true });
  return status === 0 && /^call=1-\d+\n$/.test(output) ? 'passes' : stdout;
}

const entry = { name: 'a', url: 'https://a.example' };
const text = (more: string) => `[{"name":"a","url":"https://a.example"${more}}]`;

withSystemThatHas('bash and jq', () => {
  test('a right list of portals passes', () => {
    const full = {
      'keep-ids': ['x'],
      'time-zone': 'UTC',
      'require-backup-within': '2d',
      'storage-types': ['Local', 3],
    };
    expect(
      check([
        { ...entry, ...full, 'max-deletions': 0 },
        { ...entry, name: 'B-1' },
      ]),
    ).toBe('passes');
    expect(check([{ ...entry, 'keep-ids': 'x y', 'storage-types': 'Local', 'max-deletions': '20' }])).toBe(
      'passes',
    );
  });

  test.each<[string, unknown]>([
    ['has the unknown key "dry-run"', [{ ...entry, 'dry-run': true }]],
    ['has the unknown key "keep_ids"', [entry, { ...entry, name: 'b', keep_ids: ['x'] }]],
    ['has the unknown key "Keep-ids"', [{ ...entry, 'Keep-ids': ['x'] }]],
    ['has the key "keep-ids" twice', text(',"keep-ids":["x"],"keep-ids":["y"]')],
    ['has the key "max-deletions" twice', text(',"max-deletions":1,"max-deletions":100')],
    ['has no "url"', [{ name: 'a' }]],
    ['is there twice', [entry, { ...entry, name: 'A' }]],
    ['is not an object', ['a']],
    ['has 0 entries', []],
    ['has 257 entries', Array.from({ length: 257 }, (_, index) => ({ ...entry, name: `p${index}` }))],
    ['is not one JSON array', {}],
    ['is not one JSON array', ''],
    ['is not one JSON array', '[] []'],
    ['is not JSON', text(',')],
    ...['a b', '../a', 'a\n', 'ä', '', 5, null].map((name): [string, unknown] => [
      'name cannot be',
      [{ ...entry, name }],
    ]),
    ...['htps://a.example', 'https://a.example/x', 'https://u:p@a.example', 5].map(
      (url): [string, unknown] => ['url cannot be', [{ ...entry, url }]],
    ),
    ...[[], '', ' ', [''], [5], null].map((ids): [string, unknown] => [
      'keep-ids cannot be',
      [{ ...entry, 'keep-ids': ids }],
    ]),
    ...['', -1, 1.5, true, null, '1x'].map((limit): [string, unknown] => [
      'max-deletions cannot be',
      [{ ...entry, 'max-deletions': limit }],
    ]),
    ...['time-zone', 'require-backup-within'].flatMap(key =>
      ['', 5, null, ['x']].map((value): [string, unknown] => [
        `${key} cannot be`,
        [{ ...entry, [key]: value }],
      ]),
    ),
    ...['', [], ' ', [null]].map((types): [string, unknown] => [
      'storage-types cannot be',
      [{ ...entry, 'storage-types': types }],
    ]),
  ])('a list of portals is refused: %s %j', (message, portals) => {
    const output = check(portals);
    expect(output).toContain('::error title=The list of portals is wrong, nothing was sent::');
    expect(output).toContain(message);
  });
});

test('an approval that nobody gives does not hold up a scheduled example', () => {
  const workflows = examples
    .filter(name => name.endsWith('.yml'))
    .map(name => ({ name, workflow: parse(read(`examples/${name}`)) }));
  const groupsOf = (isWaiting: boolean) =>
    workflows
      .filter(({ name }) => /approval|retire/.test(name) === isWaiting)
      .map(({ workflow }) => String(workflow.concurrency.group));
  const waiting = groupsOf(true);
  expect(waiting).toHaveLength(2);
  expect(groupsOf(false).filter(group => waiting.includes(group))).toEqual([]);
});

test('no example takes a variable of the repository, which needs no review to be changed', () => {
  for (const file of files) expect([file, /\bvars\./.test(read(file))]).toEqual([file, false]);
});

test('no example calls curl with --json, which old versions do not know', () => {
  for (const file of [...files, 'docs/workflows.md'])
    expect([file, /^ .*--json\b/m.test(read(file))]).toEqual([file, false]);
});

test('the nightly prune starts in the time zone whose days it counts', () => {
  const zones = read('examples/nightly-prune.yml').match(/(?<=\btime-?zone: )\S+/g);
  expect(zones).toEqual(['Europe/Berlin', 'Europe/Berlin']);
});

test('each scheduled example says which schedules stay dry runs', () => {
  const scheduled = files.filter(file => read(file).includes('# schedule:'));
  expect(scheduled).toHaveLength(5);
  for (const file of scheduled)
    expect([file, read(file)]).toEqual([file, expect.stringMatching(/Gitea[\s\S]*repository_dispatch/)]);
});

test('two calls in one run give their artifacts different names', () => {
  const names = read(FLEET).match(/(?<=^ +name: )reports?-.*/gm);
  expect(names).toHaveLength(2);
  for (const name of names ?? []) expect(name).toContain('needs.check.outputs.call');
});
