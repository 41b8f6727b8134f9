import { expect, test } from '@jest/globals';
import type { RunResult } from '../tools/runner.mjs';
import { makeId } from '../tools/stand-in/portal.mjs';
import { assertAlways, KEY } from './support/action.js';

const green: RunResult = {
  code: 0,
  log: `::add-mask::${KEY}\n::group::Deleted\n::endgroup::\nDone\n`,
  outputs: {
    result: 'true',
    'selected-count': '1',
    'selected-ids': JSON.stringify([makeId(1)]),
    'deleted-count': '1',
    'deleted-ids': JSON.stringify([makeId(1)]),
    'failed-count': '0',
    'failed-ids': '[]',
    'kept-count': '',
    'kept-ids': '[]',
  },
  summary: 'Deleted: 1 backup',
};

test('a run with nothing wrong passes', () => {
  assertAlways({ token: KEY }, green);
  assertAlways({ token: KEY, 'dry-run': 'true' }, { ...green, outputs: { ...green.outputs, result: '' } });
  assertAlways({ token: KEY }, { ...green, log: 'Done\n' }, { GITHUB_ACTIONS: undefined });
});

const withOutputs = (outputs: Record<string, string>) => ({ outputs: { ...green.outputs, ...outputs } });
const basic = `Basic ${Buffer.from('user:the-password').toString('base64')}`;

test.each<[name: string, change: Partial<RunResult>, token?: string, env?: Record<string, string>]>([
  ['the token in the log', { log: `Bearer ${KEY}` }],
  ['the token in the summary, in capitals', { summary: KEY.toUpperCase() }],
  ['the token in an output', withOutputs({ 'status-code': KEY })],
  ['the value of a Basic token', { summary: basic.slice(6) }, basic],
  ['the password in a Basic token', { summary: 'the-password' }, basic],
  ['a mask where no runner reads it', { log: green.log }, KEY, { GITHUB_ACTIONS: '' }],
  ['the stack of the server', { log: 'at ASC.Secret.Internals()' }],
  ['the maker of the key', { log: 'the-maker-is-secret' }],
  ['the parameters of a storage', { summary: 'storage-params-are-secret' }],
  ['an error in a green step', { log: '::error::No\n' }],
  ['a red step without an error', { code: 1, ...withOutputs({ result: 'false' }) }],
  [
    'a red step with two errors',
    { code: 1, log: '::error::No\n::error::No\n', ...withOutputs({ result: 'false' }) },
  ],
  ['a red step with the result of a green one', { code: 1, log: '::error::No\n' }],
  ['a green step with the result of a red one', withOutputs({ result: 'false' })],
  ['a command of someone else', { log: '::set-output name=result::true\n' }],
  ['a command after a bare carriage return', { log: 'x\r::stop-commands::y\n' }],
  ['a count that is not the number of ids', withOutputs({ 'deleted-count': '2' })],
  ['ids without a count', withOutputs({ 'kept-ids': JSON.stringify([makeId(2)]) })],
  [
    'a backup that is deleted and failed',
    withOutputs({ 'failed-count': '1', 'failed-ids': JSON.stringify([makeId(1)]) }),
  ],
])('%s is noticed', (_name, change, token = KEY, env = {}) => {
  expect(() => assertAlways({ token }, { ...green, log: 'Done\n', ...change }, env)).toThrow();
});
