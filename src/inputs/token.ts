import { RefusedError } from '../errors.js';
import { MAX_SECRET_LENGTH, text } from '../text/printable.js';

/** A shorter text is no token, and redacting it would redact half of every message. */
const MIN_SECRET_LENGTH = 8;

export interface Token {
  authorization: string;
  /** Whether it is an API key, which old portals refuse. */
  isApiKey: boolean;
}

/**
 * Finds everything secret in a token: the token without its scheme, and the password inside a `Basic` one. `createRedact`
 * removes it from the log and the summary, and `main.ts` masks it on a runner.
 * @param given the input, without white space around it
 */
export function findSecrets(given: string): string[] {
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
  return [...new Set(secrets)].filter(secret => secret.length >= MIN_SECRET_LENGTH);
}

/**
 * Reads the token. An API key needs `Bearer ` before it: without it, the portal answers 401. A token from
 * `POST /api/2.0/authentication` is sent as it is.
 * @param given the input, without white space around it
 * @throws RefusedError for anything that cannot be a token, without repeating it
 */
export function parseToken(given: string): Token {
  if (given === '') {
    throw new RefusedError(
      text`token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.`,
    );
  }
  if (given.length > MAX_SECRET_LENGTH) {
    throw new RefusedError(
      text`token is longer than ${MAX_SECRET_LENGTH} characters, so it is not a token. Does the secret hold a whole file?`,
    );
  }
  if (/^(?:(?:bearer|basic)\s+)?["'`]|["'`]$/i.test(given)) {
    throw new RefusedError(text`token is in quotes. Save the secret without them.`);
  }
  const [, scheme = '', credentials] =
    /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(given) ?? [];
  if (credentials === undefined) {
    throw new RefusedError(
      text`token cannot be sent in a header. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.`,
    );
  }
  if (credentials.length < MIN_SECRET_LENGTH) {
    throw new RefusedError(
      text`token is shorter than ${MIN_SECRET_LENGTH} characters, so it is not complete. Copy it again.`,
    );
  }
  const isBasic = scheme.toLowerCase() === 'basic';
  const isApiKey = !isBasic && credentials.startsWith('sk-');
  const name = isBasic ? 'Basic' : 'Bearer';
  return { authorization: scheme || isApiKey ? `${name} ${credentials}` : credentials, isApiKey };
}
