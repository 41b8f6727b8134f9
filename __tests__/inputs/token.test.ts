import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RefusedError } from '../../src/errors.js';
import { findSecrets, parseToken } from '../../src/inputs/token.js';
import { SCHEDULE } from '../../tools/stand-in/portal.mjs';
import { act, errorOf, KEY } from '../support/action.js';
import { portalWith } from '../support/portals.js';

const BASIC = `Basic ${Buffer.from('user:the-password').toString('base64')}`;

/** The error message for a token that is refused; empty if the token is accepted. */
function refusalOf(token: string): string {
  try {
    parseToken(token);
    return '';
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

describe('a token that is accepted', () => {
  test.each<[given: string, sent: string, isApiKey: boolean]>([
    [KEY, `Bearer ${KEY}`, true],
    [`Bearer ${KEY}`, `Bearer ${KEY}`, true],
    [`bearer   ${KEY}`, `Bearer ${KEY}`, true],
    ['AbC+/=_-.~', 'AbC+/=_-.~', false],
    ['Bearer AbC+/=12', 'Bearer AbC+/=12', false],
    [BASIC, BASIC, false],
    ['BASIC dXNlcjpwYXNz', 'Basic dXNlcjpwYXNz', false],
    ['Basic sk-12345', 'Basic sk-12345', false],
    ['bearer-like', 'bearer-like', false],
    ['12345678', '12345678', false],
    [`a"b'c${'`'}defg`, `a"b'c${'`'}defg`, false],
  ])('%s is sent as %s', (given, authorization, isApiKey) => {
    expect(parseToken(given)).toEqual({ authorization, isApiKey });
  });
});

test('a token of the max. length is accepted', () => {
  const token = 'a'.repeat(4_096);
  expect(parseToken(token)).toEqual({ authorization: token, isApiKey: false });
});

const NO_HEADER =
  'token cannot be sent in a header. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.';
const QUOTED = 'token is in quotes. Save the secret without them.';
const LONG = 'token is longer than 4096 characters, so it is not a token. Does the secret hold a whole file?';
const SHORT = 'token is shorter than 8 characters, so it is not complete. Copy it again.';

describe('a token that is refused', () => {
  test.each<[what: string, tokens: string[], message: string]>([
    [
      'an empty one',
      [''],
      'token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.',
    ],
    [
      'one that cannot be sent in a header',
      [
        ...['Bearer', 'basic', 'a b', 'Bearer a b', 'Digest abcdefgh', `sk-\u0000${KEY}`, 'sk-é-12345'],
        ...[
          `${KEY}\r\nx: y`,
          `Bearer\t${KEY}`,
          `Basic\n${KEY}`,
          'sk-😀-12345',
          `Bearer${' '.repeat(4_080)}a b`,
          'a\u00a0bcdefgh',
          '\u007f1234567',
        ],
      ],
      NO_HEADER,
    ],
    [
      'one in quotes',
      [
        `"${KEY}"`,
        `'${KEY}'`,
        `\`${KEY}\``,
        `"${KEY}`,
        `${KEY}'`,
        `Bearer "${KEY}"`,
        '"',
        `"Bearer"${KEY}`,
        `${'a'.repeat(4_095)}"`,
      ],
      QUOTED,
    ],
    [
      'one that is too long',
      ['a'.repeat(4_097), `Bearer ${'a'.repeat(4_090)}`, `"${'a'.repeat(10_000)}"`, `${KEY}\n`.repeat(1_000)],
      LONG,
    ],
    ['one that is too short', ['a', 'sk-1234', '1234567', 'Bearer 1234567', 'Basic 1234567'], SHORT],
  ])('%s', (_what, tokens, message) => {
    for (const token of tokens) expect([token, refusalOf(token)]).toEqual([token, message]);
  });
});

describe('the secrets', () => {
  test.each<[given: string, secrets: string[]]>([
    [KEY, [KEY]],
    [`Bearer ${KEY}`, [KEY]],
    [`bEARER \n ${KEY}`, [KEY]],
    ['abc bearer def', ['abc bearer def']],
    [BASIC, [BASIC.slice(6), 'user:the-password', 'the-password']],
    [
      `Basic ${Buffer.from('user-name:short').toString('base64')}`,
      ['dXNlci1uYW1lOnNob3J0', 'user-name:short'],
    ],
    [`Basic ${Buffer.from('no-colon-in-it').toString('base64')}`, ['bm8tY29sb24taW4taXQ=', 'no-colon-in-it']],
    ['Bearer', []],
    ['1234567', []],
    ['', []],
  ])('in the token %j are %j', (given, secrets) => {
    expect(findSecrets(given)).toEqual(secrets);
  });

  const [composed, decomposed] = ['üser:pässwörd', 'üser:pässwörd'.normalize('NFD')];
  test.each<[encoding: BufferEncoding, form: string, pair: string]>([
    ['utf8', 'NFC', composed],
    ['utf8', 'NFD', decomposed],
    ['latin1', 'NFC', composed],
  ])(
    'in a Basic value in %s and %s are the user and the password, in every form that could be printed',
    (encoding, _form, pair) => {
      const credentials = Buffer.from(pair, encoding).toString('base64');
      const secrets = findSecrets(`Basic ${credentials}`);
      const forms = [credentials, composed, decomposed, composed.slice(5), decomposed.slice(6)];
      expect(secrets).toEqual(expect.arrayContaining(forms));
      expect(new Set(secrets).size).toBe(secrets.length);
    },
  );

  test('include a token that is refused because of quotes or white space', () => {
    expect(findSecrets(`"${KEY}"`)).toEqual([`"${KEY}"`]);
    expect(findSecrets(`${KEY} x`)).toEqual([`${KEY} x`]);
  });
});

test('any token is either refused or sent unchanged, and no message repeats it', () => {
  const hints = [KEY, `Bearer ${KEY}`, BASIC, 'Bearer', 'sk-', '"', "'"];
  const tokens = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...hints, 'a', ' ', '\t', '\u0000', 'é')).map(parts => parts.join('')),
    fc
      .tuple(fc.string({ maxLength: 3 }), fc.constantFrom(...hints), fc.string({ maxLength: 3 }))
      .map(all => all.join('')),
  );
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(tokens, text => {
      const token = text.trim();
      const message = refusalOf(token);
      if (message === '') {
        accepted++;
        const { authorization } = parseToken(token);
        expect(authorization).toMatch(/^(Bearer |Basic )?[\x21-\x7e]{8,}$/);
        const credentials = authorization.replace(/^(Bearer|Basic) /, '');
        expect(token.endsWith(credentials)).toBe(true);
        expect(findSecrets(token)).toContain(credentials);
      } else {
        refused++;
        for (const secret of findSecrets(token)) expect(message).not.toContain(secret);
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(10);
});

describe('the whole action', () => {
  test.each([
    [` ${KEY}\n`, `Bearer ${KEY}`],
    ['AbC+/=_-.~', 'AbC+/=_-.~'],
    [BASIC, BASIC],
  ])('sends the token %j as %j with every request', async (token, authorization) => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { code } = await act({ operation: 'delete-schedule', 'portal-url': portal.url, token });
    expect(code).toBe(0);
    const sent = portal.state.requests.map(({ headers }) => headers.authorization);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(new Set(sent)).toEqual(new Set([authorization]));
  });

  test.each([
    ['in quotes', `"${KEY}"`, QUOTED],
    ['in quotes with its scheme', `"Bearer ${KEY}"`, QUOTED],
    ['in quotes after its scheme', `Bearer '${KEY}'`, QUOTED],
    ['too short', 'hunter2', SHORT],
    ['too long', `${KEY} hunter2 `.repeat(500).trim(), LONG],
    ['of two lines', `${KEY}\r\nx-injected: 1`, NO_HEADER],
  ])('refuses a token %s, and neither sends nor shows it', async (_what, token, message) => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url, token });
    expect(errorOf(result)).toBe(message);
    const shown = result.log.replace(/^::add-mask::.*$/gm, '') + result.summary;
    expect(shown).not.toMatch(/hunter2|0123456789abcdef/);
    expect(portal.state.requests).toEqual([]);
  });

  test.each<[kind: string, token: string, masked: string[]]>([
    ['an API key', KEY, [KEY]],
    ['a Basic value', BASIC, [BASIC.slice(6), 'user:the-password', 'the-password']],
    [
      'a Basic value that is not ASCII',
      `Basic ${Buffer.from('user:pässwörd').toString('base64')}`,
      [
        Buffer.from('user:pässwörd').toString('base64'),
        ...['user:pässwörd', 'pässwörd', 'user:pässwörd'.normalize('NFD'), 'pässwörd'.normalize('NFD')],
        ...['user:pÃ¤sswÃ¶rd', 'pÃ¤sswÃ¶rd'],
        ...['user:pÃ¤sswÃ¶rd'.normalize('NFD'), 'pÃ¤sswÃ¶rd'.normalize('NFD')],
      ],
    ],
    ['an empty token', '', []],
  ])('masks %s on a runner before it prints anything else', async (_kind, token, masked) => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const inputs = { operation: 'delete-schedule', 'portal-url': portal.url, token };
    const { log } = await act(inputs);
    const masks = masked.map(secret => `::add-mask::${secret}`);
    expect(log.split(/\r?\n/).slice(0, masks.length)).toEqual(masks);
    expect(log.match(/::add-mask::/g) ?? []).toHaveLength(masks.length);
  });

  test.each([undefined, '', 'false', 'TRUE'])(
    'prints no mask if GITHUB_ACTIONS is %j, because the mask itself would show the secret',
    async GITHUB_ACTIONS => {
      const portal = await portalWith({ schedule: SCHEDULE });
      const inputs = { operation: 'delete-schedule', 'portal-url': portal.url };
      const { code, log } = await act(inputs, { env: { GITHUB_ACTIONS } });
      expect(code).toBe(0);
      expect(log).not.toContain('add-mask');
      expect(log).not.toContain(KEY);
    },
  );
});
