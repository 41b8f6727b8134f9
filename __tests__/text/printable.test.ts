import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STORAGE_TYPES } from '../../src/backups/backup.js';
import {
  createRedact,
  join,
  type Printable,
  printableHost,
  quoteInput,
  sanitize,
  text,
} from '../../src/text/printable.js';
import { KEY } from '../support/action.js';
import { TRICKS } from '../support/tricks.js';

const redact = createRedact([KEY]);
const redactNothing = createRedact([]);

/** Invisible characters of every kind: a soft hyphen, a joiner, a variation selector, fillers, a tag. */
const INVISIBLE = [
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u17b4',
  '\u180b',
  '\u200b',
  '\u2060',
  '\u3164',
  '\ufe0f',
  '\uffa0',
  '\u{e0041}',
  '\u{e0100}',
];
/** The key with characters that Unicode folds to the same letters: a long s, and the Kelvin sign. */
const FOLDED_KEY = `\u017f\u212a-${KEY.slice(3)}`;

/** Texts with everything that could do harm. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.array(fc.constantFrom(...TRICKS.map(([, trick]) => trick))).map(texts => texts.join('')),
  fc
    .array(
      fc.constantFrom(
        KEY,
        KEY.toUpperCase(),
        KEY.slice(1),
        FOLDED_KEY,
        KEY.slice(0, 20),
        KEY.slice(20),
        ...INVISIBLE,
        '\ud83d',
        '\ude00',
        '*',
        '"',
        '\\',
        '%',
        ':',
        'a',
      ),
    )
    .map(all => all.join('')),
);

/** Must not be in any text that a person reads: line breaks, escapes, direction marks, half characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/u;

function containsKey(shown: string): boolean {
  const visible = shown.replace(/\p{Default_Ignorable_Code_Point}/gu, '').replaceAll('\u017f', 's');
  return visible.toLowerCase().includes(KEY);
}

describe('sanitize', () => {
  test('returns a short text of letters, digits and harmless characters, without secrets', () => {
    fc.assert(
      fc.property(anyText, received => {
        const shown = sanitize(received, redact);
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]*…?$/u);
        expect(Array.from(shown).length).toBeLessThanOrEqual(101);
        expect(containsKey(shown)).toBe(false);
        expect(sanitize(shown.replace('…', ''), redact)).toBe(shown.replace('…', ''));
      }),
    );
  });

  test.each(TRICKS)('removes all characters with a special meaning: %s', (_name, trick) => {
    expect(sanitize(trick, redact)).not.toMatch(/[<>`[\]{}|#$%\\:/*!~&;"']/);
  });

  test.each(INVISIBLE)('removes %j, which could hide a secret, and finds the secret', character => {
    expect(sanitize(`a${KEY.slice(0, 30)}${character}${KEY.slice(30)}b`, redact)).toBe('a???b');
    expect(sanitize(`a${Array.from(KEY).join(character)}b`, redact)).toBe('a???b');
    expect(sanitize(`${character}a${character}b${character}`, redact)).toBe('ab');
  });

  test('finds a secret in characters that Unicode folds to its letters', () => {
    expect(sanitize(`a${FOLDED_KEY}b`, redact)).toBe('a???b');
  });

  test('finds a secret at the start or end of a very long name', () => {
    const long = 'x'.repeat(5_000_000);
    expect(sanitize(`${KEY}${long}`, redact)).toBe(`???${'x'.repeat(97)}…`);
    expect(sanitize(`${long}${KEY}`, redact)).toBe(`${'x'.repeat(100)}…`);
  });

  test('does not change a harmless name', () => {
    const name = 'Ökö_2026-03-01 02,15+a=(b)@c.tar.gz 備份 резерв';
    expect(sanitize(name, redact)).toBe(name);
  });

  test.each([
    ['x'.repeat(100), 'x'.repeat(100)],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    ['𝒳'.repeat(100), '𝒳'.repeat(100)],
    ['𝒳'.repeat(101), `${'𝒳'.repeat(100)}…`],
    // The secret is replaced before the text is cut, so that no part of it is left.
    [`${'x'.repeat(60)}${KEY}y`, `${'x'.repeat(60)}???y`],
    [`${'x'.repeat(60)}${KEY.toUpperCase()}y`, `${'x'.repeat(60)}???y`],
  ])('cuts %s to 100 characters, never through the middle of one', (received, expected) => {
    expect(sanitize(received, redact)).toBe(expected);
  });
});

describe('quoteInput', () => {
  test('returns one short line in quotation marks, without secrets', () => {
    fc.assert(
      fc.property(anyText, value => {
        const shown = quoteInput(value, redact);
        expect(shown).toMatch(/^".*"$/s);
        expect(shown).not.toMatch(UNPRINTABLE);
        expect(Array.from(shown).length).toBeLessThanOrEqual(2 + 81);
        expect(containsKey(shown)).toBe(false);
      }),
    );
  });

  test.each([
    ['keep 7', '"keep 7"'],
    ['2026-03-01\n2026-03-02', '"2026-03-01 2026-03-02"'],
    ['a\u202eb\tc', '"a?b?c"'],
    ['Größe 備份', '"Größe 備份"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    [`a ${KEY} b ${KEY.toUpperCase()}`, '"a *** b ***"'],
    [`${'x'.repeat(60)}${KEY}`, `"${'x'.repeat(60)}***"`],
    [`sk-${'0f'.repeat(8)}`, '"sk-***"'],
    [`x SK-${'0F'.repeat(32)}, y`, '"x sk-***, y"'],
    [`${'x'.repeat(70)}sk-${'z'.repeat(64)}`, `"${'x'.repeat(70)}sk-***"`],
    [`${KEY.slice(0, 40)} ${KEY}`, '"sk-*** ***"'],
    [`sk-${'0'.repeat(15)}`, `"sk-${'0'.repeat(15)}"`],
    ['a\ufe0fb\u3164c', '"a?b?c"'],
  ])('quotes %j as %s', (value, expected) => {
    expect(quoteInput(value, redact)).toBe(expected);
  });
});

describe('createRedact', () => {
  test('replaces secrets in upper and lower case, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', KEY, KEY.toUpperCase(), '\n', '<')), parts => {
        const expected = parts.map(part => (part.toLowerCase() === KEY ? '***' : part)).join('');
        expect(redact(parts.join(''))).toBe(expected);
      }),
    );
  });

  test('treats the characters of a secret literally, not as a pattern', () => {
    const secret = String.raw`a.*+?^$(b)[c]{1}|d\e/f-g`;
    expect(createRedact([secret])(`x${secret}y`)).toBe('x***y');
    expect(createRedact([secret])('abcd')).toBe('abcd');
    expect(createRedact(['ab|cd'])('ab cd')).toBe('ab cd');
  });

  test('finds a secret in characters that Unicode folds to its letters', () => {
    expect(redact(`x${FOLDED_KEY}y`)).toBe('x***y');
    expect(createRedact(['straße-ΣΑΣ'])('STRA\u1e9eE-σας')).toBe('***');
  });

  test('finds a secret that contains half of a character', () => {
    expect(createRedact(['secret-\ud83d!'])('a secret-\ud83d! b')).toBe('a *** b');
  });

  test('ignores a secret that is too long for a token, but not the others', () => {
    const [longest, longer] = ['a'.repeat(4_096), 'b'.repeat(4_097)];
    const both = createRedact([longest, longer, 'secret']);
    expect(both(`${longest} secret`)).toBe('*** ***');
    expect(both(longer)).toBe(longer);
    expect(createRedact([longer])(longer)).toBe(longer);
  });

  test.each<[secrets: string[], given: string, expected: string]>([
    [[], 'a', 'a'],
    [[''], 'a', 'a'],
    [['', 'secret'], 'a secret', 'a ***'],
    [['secret-1', 'secret-2'], 'Secret-2 secret-1', '*** ***'],
    [['user:password', 'password'], 'user:password, password', '***, ***'],
  ])('replaces %j in "%s": "%s"', (secrets, given, expected) => {
    expect(createRedact(secrets)(given)).toBe(expected);
  });
});

describe('text and join', () => {
  test.each([
    ['a line break', '\n'],
    ['a carriage return', '\r'],
    ['a line separator', '\u2028'],
    ['an escape', '\u001b'],
    ['a direction mark', '\u202e'],
    ['half of a character', '\ud83d'],
    ['an unassigned character', '\u0378'],
    ['a variation selector', '\ufe0f'],
    ['a filler', '\u3164'],
    ['a grapheme joiner', '\u034f'],
  ])('replace %s by a question mark', (_name, character) => {
    const smuggled = character as Printable;
    expect(text`a${smuggled}b`).toBe('a?b');
    expect(join([text`a`, smuggled])).toBe('a, ?');
  });

  test('keep letters of all scripts, and the characters that this action uses', () => {
    expect(text`Größe: ${7} — 備份, “x” → 😀…`).toBe('Größe: 7 — 備份, “x” → 😀…');
    expect(join([text`a`, text`b`], '  ')).toBe('a  b');
  });

  test('do not compile with a plain string', () => {
    const received: string = 'received';
    // @ts-expect-error a plain string
    expect(text`${received}`).toBe('received');
    // @ts-expect-error a plain string
    expect(join([received])).toBe('received');
    expect(join(STORAGE_TYPES, ' ')).toContain('Local DataStore');
  });
});

describe('printableHost', () => {
  test.each([
    ['https://portal.example', 'portal.example'],
    ['https://PORTAL.example:8443/x?y', 'portal.example:8443'],
    ['https://portal.example:443', 'portal.example'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['https://bücher.example', 'xn--bcher-kva.example'],
    ['https://user:password@portal.example', 'portal.example'],
    [`https://${'a'.repeat(252)}.example`, `${'a'.repeat(252)}.example`],
  ])('of %s returns %s', (url, host) => {
    expect(printableHost(new URL(url), redactNothing)).toBe(host);
  });

  test.each([
    ['https://\u0024{{github.token}}'],
    ['https://$(id)'],
    ['https://`id`'],
    ['https://a&b'],
    ["https://a'b"],
    ['https://a;b'],
    ['https://a*b'],
    ['https://a_b!'],
    ['https://a"b'],
    ['https://a~b'],
    [`https://${'a'.repeat(253)}.example`],
    ['data:text/plain,x'],
  ])('returns nothing for %s', url => {
    expect(printableHost(new URL(url), redactNothing)).toBeUndefined();
  });

  test('redacts the token, in upper and lower case', () => {
    expect(printableHost(new URL(`https://${KEY.toUpperCase()}.example`), redact)).toBe('***.example');
    expect(printableHost(new URL(`https://${KEY.replace('0', '%30')}.example`), redact)).toBe('***.example');
  });
});
