import { expect, test } from '@jest/globals';
import type { RunResult } from '../tools/runner.mjs';
import { makeId } from '../tools/stand-in/portal.mjs';
import { assertAlways, KEY } from './support/action.js';

const success: RunResult = {
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

test('a correct run passes', () => {
  assertAlways({ token: KEY }, success);
  assertAlways(
    { token: KEY, 'dry-run': 'true' },
    { ...success, outputs: { ...success.outputs, result: '' } },
  );
  assertAlways({ token: KEY }, { ...success, log: 'Done\n' }, { GITHUB_ACTIONS: undefined });
});

const withOutputs = (outputs: Record<string, string>) => ({ outputs: { ...success.outputs, ...outputs } });
const basic = `Basic ${Buffer.from('user:the-password').toString('base64')}`;

test.each<[name: string, change: Partial<RunResult>, token?: string, env?: Record<string, string>]>([
  ['the token in the log', { log: `Bearer ${KEY}` }],
  ['the token in the summary in upper case', { summary: KEY.toUpperCase() }],
  ['the token in an output', withOutputs({ 'status-code': KEY })],
  ['the credentials of a Basic token', { summary: basic.slice(6) }, basic],
  ['the password in a Basic token', { summary: 'the-password' }, basic],
  ['a mask outside a runner', { log: success.log }, KEY, { GITHUB_ACTIONS: '' }],
  ['a stack trace of the server', { log: 'at ASC.Secret.Internals()' }],
  ['who made the key', { log: 'the-maker-is-secret' }],
  ['the parameters of a storage', { summary: 'storage-params-are-secret' }],
  ['an error in a step that succeeds', { log: '::error::No\n' }],
  ['a failed step without an error', { code: 1, ...withOutputs({ result: 'false' }) }],
  [
    'a failed step with two errors',
    { code: 1, log: '::error::No\n::error::No\n', ...withOutputs({ result: 'false' }) },
  ],
  ['a failed step with the result true', { code: 1, log: '::error::No\n' }],
  ['a successful step with the result false', withOutputs({ result: 'false' })],
  ['a workflow command that the action does not use', { log: '::set-output name=result::true\n' }],
  ['a workflow command after a carriage return only', { log: 'x\r::stop-commands::y\n' }],
  ['a count that differs from the number of ids', withOutputs({ 'deleted-count': '2' })],
  ['ids without a count', withOutputs({ 'kept-ids': JSON.stringify([makeId(2)]) })],
  [
    'a backup in both deleted-ids and failed-ids',
    withOutputs({ 'failed-count': '1', 'failed-ids': JSON.stringify([makeId(1)]) }),
  ],
])('assertAlways finds %s', (_name, change, token = KEY, env = {}) => {
  expect(() => assertAlways({ token }, { ...success, log: 'Done\n', ...change }, env)).toThrow();
});
