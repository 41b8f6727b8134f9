import { expect, test } from '@jest/globals';
import { parseKey } from '../../src/portal/key.js';

test.each<[name: string, permissions: unknown, isReadOnly: boolean]>([
  ['the read-only key of the web page', ['*:read'], true],
  ['several that only read', ['files:read', 'rooms:read'], true],
  ['All', ['*'], false],
  ['one that writes', ['*:write'], false],
  ['one that reads and one that writes', ['files:read', 'backup:write'], false],
  ['an empty list, which means all', [], false],
  ['no list', undefined, false],
  ['null', null, false],
  ['a text', '*:read', false],
  ['an entry that is not a text', [7, '*:read'], false],
  ['a name that only begins like a read permission', ['*:read '], false],
])('permissions: %s', (_name, permissions, isReadOnly) => {
  expect(parseKey({ permissions })).toEqual({ isReadOnly, expiresOn: undefined });
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
  expect(parseKey({ expiresAt })).toEqual({ isReadOnly: false, expiresOn });
});

test.each([undefined, null, true, 'key', 7, [], ['*:read']])(
  'a key that is %j has no known permissions or expiry',
  response => {
    expect(parseKey(response)).toEqual({ isReadOnly: false, expiresOn: undefined });
  },
);

test('secrets in the answer are not kept', () => {
  const answer = {
    key: 'sk-secret',
    keyPostfix: 'cret',
    createBy: { id: 'x' },
    name: 'n',
    permissions: ['*'],
  };
  expect(Object.keys(parseKey(answer)).sort()).toEqual(['expiresOn', 'isReadOnly']);
});
