import { Refusal } from './failure.js';
import { LONGEST_SECRET, say } from './text.js';

/** A shorter one is no token, and blanking it out would blank out half of every text. */
const SHORTEST_SECRET = 8;

export interface Token {
  /** The value of the `Authorization` header. */
  authorization: string;
  /** Whether it is an API key: the portal knows more of that, and old portals refuse it. */
  isApiKey: boolean;
}

/**
 * What must never be printed of a token, in whatever form it was given: the token without its scheme and, of a `Basic`
 * one, the password in it. `redactor` (`text.ts`) makes what blanks it out, `report/log.ts` and
 * `report/summary.ts` pass all that they print through that, and `main.ts` has the runner do so too (`mask`).
 * @param given the input, without white space around it
 */
export function secretsOf(given: string): string[] {
  const credentials = given.replace(/^(bearer|basic)\s+/i, '');
  const secrets = [credentials];
  if (/^basic\s/i.test(given)) {
    const bytes = Buffer.from(credentials, 'base64');
    for (const pair of [bytes.toString(), bytes.toString('latin1')]) {
      for (const form of [pair, pair.normalize('NFC'), pair.normalize('NFD')]) {
        secrets.push(form, form.slice(form.indexOf(':') + 1));
      }
    }
  }
  return [...new Set(secrets)].filter(secret => secret.length >= SHORTEST_SECRET);
}

/**
 * Reads the token. An API key needs `Bearer ` before it, which the portal's own samples leave out and get a 401; a token
 * from `POST /api/2.0/authentication` goes as it is.
 * @param given the input, without white space around it
 * @throws Refusal for anything that cannot be one, without repeating it
 */
export function parseToken(given: string): Token {
  if (given === '') {
    throw new Refusal(
      say`token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.`,
    );
  }
  if (given.length > LONGEST_SECRET) {
    throw new Refusal(
      say`token is longer than ${LONGEST_SECRET} characters, so it cannot be one. Does the secret hold a whole file?`,
    );
  }
  if (/^(?:(?:bearer|basic)\s+)?["'`]|["'`]$/i.test(given)) {
    throw new Refusal(say`token is in quotes. Save the secret without them.`);
  }
  const [, scheme = '', credentials] =
    /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(given) ?? [];
  if (credentials === undefined) {
    throw new Refusal(
      say`token cannot be sent as it is. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.`,
    );
  }
  if (credentials.length < SHORTEST_SECRET) {
    throw new Refusal(
      say`token is shorter than ${SHORTEST_SECRET} characters, so it cannot be whole. Copy it again.`,
    );
  }
  const isBasic = scheme.toLowerCase() === 'basic';
  const isApiKey = !isBasic && credentials.startsWith('sk-');
  const name = isBasic ? 'Basic' : 'Bearer';
  return { authorization: scheme || isApiKey ? `${name} ${credentials}` : credentials, isApiKey };
}
