import { expect, test } from '@jest/globals';
import { parseKey } from '../../src/portal/key.js';

test.each<[name: string, permissions: unknown, mayOnlyRead: boolean]>([
  ['the read-only key of the web page', ['*:read'], true],
  ['several, all of them to read', ['files:read', 'rooms:read'], true],
  ['All', ['*'], false],
  ['one to write', ['*:write'], false],
  ['one to write among some to read', ['files:read', 'backup:write'], false],
  ['none listed, which means all', [], false],
  ['no list', undefined, false],
  ['null', null, false],
  ['a text', '*:read', false],
  ['something that is no text', [7, '*:read'], false],
  ['a name that only looks like it', ['*:read '], false],
])('permissions: %s', (_name, permissions, mayOnlyRead) => {
  expect(parseKey({ permissions })).toEqual({ mayOnlyRead, expiresOn: undefined });
});

test.each<[expiresAt: unknown, expiresOn: number | undefined]>([
  ['2026-05-01T00:00:00.0000000+00:00', Date.UTC(2026, 4, 1)],
  ['2026-05-01T02:00:00+02:00', Date.UTC(2026, 4, 1)],
  ['2026-05-01T00:00:00', Date.UTC(2026, 4, 1)],
  ['0001-01-01T00:00:00', undefined],
  ['soon', undefined],
  [null, undefined],
  [undefined, undefined],
])('expiresAt %j', (expiresAt, expiresOn) => {
  expect(parseKey({ expiresAt })).toEqual({ mayOnlyRead: false, expiresOn });
});

test.each([undefined, null, true, 'key', 7, [], ['*:read']])(
  'nothing is known of a key that is %j',
  response => {
    expect(parseKey(response)).toEqual({ mayOnlyRead: false, expiresOn: undefined });
  },
);

test('what is secret in the answer is not taken over', () => {
  const answer = {
    key: 'sk-secret',
    keyPostfix: 'cret',
    createBy: { id: 'x' },
    name: 'n',
    permissions: ['*'],
  };
  expect(Object.keys(parseKey(answer)).sort()).toEqual(['expiresOn', 'mayOnlyRead']);
});
