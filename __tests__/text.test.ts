import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STORAGE_TYPES } from '../src/portal/records.js';
import {
  count,
  escapeHtml,
  fromPortal,
  join,
  type Printable,
  printableHost,
  quoted,
  redactor,
  say,
  seconds,
  someOf,
  thousands,
  verb,
  wholeSeconds,
} from '../src/text.js';
import { KEY } from './support/action.js';
import { TRICKS } from './support/tricks.js';

const redact = redactor([KEY]);
/** Hides nothing. */
const show = redactor([]);

/** Signs that nobody sees, of every kind: a soft hyphen, a joiner, a variation selector, fillers, a tag. */
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
/** The key with the signs that Unicode takes for the same letters: a long s, and the sign of Kelvin. */
const FOLDED_KEY = `\u017f\u212a-${KEY.slice(3)}`;

/** Texts in which everything turns up that could do harm. */
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

/** What no text that a person reads may hold: line breaks, escapes, marks of direction, halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/u;

function holdsKey(shown: string): boolean {
  const seen = shown.replace(/\p{Default_Ignorable_Code_Point}/gu, '').replaceAll('\u017f', 's');
  return seen.toLowerCase().includes(KEY);
}

describe('fromPortal', () => {
  test('has nothing but letters, digits and harmless signs, is short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, sent => {
        const shown = fromPortal(sent, redact);
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N} ._+,=()@?-]*…?$/u);
        expect(Array.from(shown).length).toBeLessThanOrEqual(101);
        expect(holdsKey(shown)).toBe(false);
        expect(fromPortal(shown.replace('…', ''), redact)).toBe(shown.replace('…', ''));
      }),
    );
  });

  test.each(TRICKS)('of %s, no sign is left that means something', (_name, trick) => {
    expect(fromPortal(trick, redact)).not.toMatch(/[<>`[\]{}|#$%\\:/*!~&;"']/);
  });

  test.each(INVISIBLE)('takes out %j, which could part a secret, and finds that', sign => {
    expect(fromPortal(`a${KEY.slice(0, 30)}${sign}${KEY.slice(30)}b`, redact)).toBe('a???b');
    expect(fromPortal(`a${Array.from(KEY).join(sign)}b`, redact)).toBe('a???b');
    expect(fromPortal(`${sign}a${sign}b${sign}`, redact)).toBe('ab');
  });

  test('finds a secret in signs that Unicode takes for its letters', () => {
    expect(fromPortal(`a${FOLDED_KEY}b`, redact)).toBe('a???b');
  });

  test('finds a secret also where a very long name begins with it, or ends', () => {
    const long = 'x'.repeat(5_000_000);
    expect(fromPortal(`${KEY}${long}`, redact)).toBe(`???${'x'.repeat(97)}…`);
    expect(fromPortal(`${long}${KEY}`, redact)).toBe(`${'x'.repeat(100)}…`);
  });

  test('leaves a name of its own kind as it is', () => {
    const name = 'Ökö_2026-03-01 02,15+a=(b)@c.tar.gz 備份 резерв';
    expect(fromPortal(name, redact)).toBe(name);
  });

  test.each([
    ['x'.repeat(100), 'x'.repeat(100)],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    ['𝒳'.repeat(100), '𝒳'.repeat(100)],
    ['𝒳'.repeat(101), `${'𝒳'.repeat(100)}…`],
    // The secret is blanked out before the text is cut, so that no part of it is left.
    [`${'x'.repeat(60)}${KEY}y`, `${'x'.repeat(60)}???y`],
    [`${'x'.repeat(60)}${KEY.toUpperCase()}y`, `${'x'.repeat(60)}???y`],
  ])('cuts %s to 100 characters, and never through one', (sent, shown) => {
    expect(fromPortal(sent, redact)).toBe(shown);
  });
});

describe('quoted', () => {
  test('is one line between quotation marks, short, and holds no secret', () => {
    fc.assert(
      fc.property(anyText, value => {
        const shown = quoted(value, redact);
        expect(shown).toMatch(/^".*"$/s);
        expect(shown).not.toMatch(UNPRINTABLE);
        expect(Array.from(shown).length).toBeLessThanOrEqual(2 + 81);
        expect(holdsKey(shown)).toBe(false);
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
  ])('of %j', (value, shown) => {
    expect(quoted(value, redact)).toBe(shown);
  });
});

describe('redactor', () => {
  test('leaves no secret in any case of letters, and everything else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', KEY, KEY.toUpperCase(), '\n', '<')), parts => {
        const expected = parts.map(part => (part.toLowerCase() === KEY ? '***' : part)).join('');
        expect(redact(parts.join(''))).toBe(expected);
      }),
    );
  });

  test('takes the signs of a secret as they are, whatever they mean in a pattern', () => {
    const secret = String.raw`a.*+?^$(b)[c]{1}|d\e/f-g`;
    expect(redactor([secret])(`x${secret}y`)).toBe('x***y');
    expect(redactor([secret])('abcd')).toBe('abcd');
    expect(redactor(['ab|cd'])('ab cd')).toBe('ab cd');
  });

  test('finds a secret in signs that Unicode takes for its letters', () => {
    expect(redact(`x${FOLDED_KEY}y`)).toBe('x***y');
    expect(redactor(['straße-ΣΑΣ'])('STRA\u1e9eE-σας')).toBe('***');
  });

  test('takes half of a character in a secret as it is', () => {
    expect(redactor(['secret-\ud83d!'])('a secret-\ud83d! b')).toBe('a *** b');
  });

  test('has no pattern for what is too long for any token, beside which the others count', () => {
    const [longest, longer] = ['a'.repeat(8_192), 'b'.repeat(8_193)];
    const both = redactor([longest, longer, 'secret']);
    expect(both(`${longest} secret`)).toBe('*** ***');
    expect(both(longer)).toBe(longer);
    expect(redactor([longer])(longer)).toBe(longer);
  });

  test.each<[secrets: string[], given: string, shown: string]>([
    [[], 'a', 'a'],
    [[''], 'a', 'a'],
    [['', 'secret'], 'a secret', 'a ***'],
    [['secret-1', 'secret-2'], 'Secret-2 secret-1', '*** ***'],
    [['user:password', 'password'], 'user:password, password', '***, ***'],
  ])('of %j in "%s" leaves "%s"', (secrets, given, shown) => {
    expect(redactor(secrets)(given)).toBe(shown);
  });
});

describe('say, join and someOf', () => {
  test.each([
    ['a line break', '\n'],
    ['a carriage return', '\r'],
    ['a line separator', '\u2028'],
    ['an escape', '\u001b'],
    ['a mark of direction', '\u202e'],
    ['half of a character', '\ud83d'],
    ['an unassigned character', '\u0378'],
    ['a variation selector', '\ufe0f'],
    ['a filler', '\u3164'],
    ['a joiner of graphemes', '\u034f'],
  ])('make a question mark of %s, wherever it came from', (_name, sign) => {
    const smuggled = sign as Printable;
    expect(say`a${smuggled}b`).toBe('a?b');
    expect(join([say`a`, smuggled])).toBe('a, ?');
  });

  test('keep letters of all kinds, and the signs of this action', () => {
    expect(say`Größe: ${7} — 備份, “x” → 😀…`).toBe('Größe: 7 — 備份, “x” → 😀…');
    expect(join([say`a`, say`b`], '  ')).toBe('a  b');
  });

  test('take no text that may come from anywhere: the compiler refuses it', () => {
    const sent: string = 'sent';
    // @ts-expect-error a plain string
    expect(say`${sent}`).toBe('sent');
    // @ts-expect-error a plain string
    expect(join([sent])).toBe('sent');
    // @ts-expect-error a plain string
    expect(someOf([sent])).toBe('sent');
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
  ])('of %s is %s', (url, host) => {
    expect(printableHost(new URL(url), show)).toBe(host);
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
  ])('there is none for %s', url => {
    expect(printableHost(new URL(url), show)).toBeUndefined();
  });

  test('does not hold the token, in whatever case of letters the URL had it', () => {
    expect(printableHost(new URL(`https://${KEY.toUpperCase()}.example`), redact)).toBe('***.example');
    expect(printableHost(new URL(`https://${KEY.replace('0', '%30')}.example`), redact)).toBe('***.example');
  });
});

test('escapeHtml leaves no sign with a meaning to HTML, and loses nothing', () => {
  fc.assert(
    fc.property(anyText, any => {
      const escaped = escapeHtml(any as Printable);
      expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[&<>"'`]/);
      expect(escaped.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))).toBe(any);
    }),
  );
});

test.each([
  [0, '0 backups'],
  [1, '1 backup'],
  [2, '2 backups'],
  [999, '999 backups'],
  [1_000, '1,000 backups'],
  [1_234_567, '1,234,567 backups'],
])('%d is counted as "%s"', (number, shown) => {
  expect(count(number, 'backup')).toBe(shown);
  expect(thousands(number)).toBe(shown.split(' ')[0]);
});

test.each([
  [0, '0.0 s'],
  [49, '0.0 s'],
  [1_449, '1.4 s'],
  [1_500, '1.5 s'],
  [3_600_000, '3600.0 s'],
])('%d ms are written "%s"', (ms, shown) => {
  expect(seconds(ms)).toBe(shown);
});

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [1_000, '1 s'],
  [1_001, '2 s'],
  [3_600_000, '3600 s'],
  [Number.MAX_VALUE, '9007199254740991 s'],
  [Number.POSITIVE_INFINITY, '9007199254740991 s'],
])('a wait of %d ms is written "%s"', (ms, shown) => {
  expect(wholeSeconds(ms)).toBe(shown);
});

test.each([
  ['is', 'are'],
  ['was', 'were'],
  ['has', 'have'],
] as const)('one "%s", none or more "%s"', (singular, plural) => {
  expect([0, 1, 2, 1_000].map(number => verb(singular, number))).toEqual([plural, singular, plural, plural]);
});

test.each([
  [0, ''],
  [1, '1'],
  [10, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
  [11, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more'],
  [345, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 335 more'],
])('of %d names, ten at most are named', (number, shown) => {
  expect(someOf(Array.from({ length: number }, (_, index) => say`${index + 1}`))).toBe(shown);
});
