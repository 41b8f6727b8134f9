import { BadAnswer } from './failure.js';
import type { Answer } from './http.js';
import { property } from './records.js';

/**
 * Takes the `response` out of a successful answer: HTTP 200 and a JSON envelope with `status` 0.
 * @returns the `response`, or `undefined` where the envelope has none
 * @throws BadAnswer for everything else, with what to do about it
 */
export function readResponse(answer: Answer): unknown {
  const { where } = answer;
  if (answer.status !== 200) {
    const text = `HTTP ${answer.status} from ${where}: ${explainStatus(answer)}`;
    throw new BadAnswer(text, answer.status, answer.asksTooMuch);
  }
  const envelope = parseJson(answer.body);
  if (typeof envelope !== 'object' || envelope === null) {
    throw new BadAnswer(`HTTP 200 from ${where}, but ${explainNoJson(answer)}`, 200);
  }
  if (property(envelope, 'status') !== 0) {
    throw new BadAnswer(
      `HTTP 200 from ${where}, but the answer does not report success ("status" is not 0).`,
      200,
    );
  }
  return property(envelope, 'response');
}

function explainNoJson(answer: Answer): string {
  if (answer.body === '') return 'the answer is empty. Nothing is proven by it.';
  if (answer.contentType.includes('html') || /^\s*</.test(answer.body)) {
    return 'the answer is a web page: there is no DocSpace API at this URL. Check portal-url.';
  }
  return 'the answer is not JSON. Check portal-url, and any proxy in between.';
}

const KEY_PAGE = 'Settings → Developer Tools → API keys';
const NO_API = 'there is no such API at this URL. Check portal-url, and the version of the portal.';
const DOWN = 'the portal or its backup service is down. Run again when it is back.';

/** What an HTTP error of this API means and what to do, by its status and, where that matters, the form of its body. */
const MEANINGS: Readonly<Record<string, string>> = {
  '400': 'the portal does not understand the request. It may be too old for this action.',
  '401': `the portal does not accept the token. Check that the key is whole, active and not expired (${KEY_PAGE}).`,
  '402': 'the portal is unpaid. Renew its subscription, then run again.',
  '402 error': 'the plan or the quota of the portal does not allow this.',
  '403': "access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address.",
  '403 empty': `the API key has no write scope. Make one that has it (${KEY_PAGE}).`,
  '403 error':
    "access denied. The token's user must be Owner or DocSpace admin of the portal; dump: true works on a self-hosted server only.",
  '403 problem': 'the portal is busy: it is being restored, moved or encrypted. Run again when that is over.',
  '404': NO_API,
  '404 problem': 'the portal is suspended or removed.',
  '405': NO_API,
  '429': 'the rate limit of the portal is reached. Run again later.',
  '500': 'the portal failed at it. Its own log has the reason.',
  '502': DOWN,
  '503': DOWN,
  '504': 'the portal took too long, and may still be at work. Run again later.',
};

function explainStatus(answer: Answer): string {
  const { status, retryAfterMs, redirectOrigin = 'another place' } = answer;
  if (status >= 300 && status < 400) {
    return `the portal redirects to ${redirectOrigin}. If that is where it lives, set portal-url to it.`;
  }
  const meaning =
    MEANINGS[`${status} ${formOf(answer)}`] ?? MEANINGS[status] ?? 'only HTTP 200 is a success.';
  if (retryAfterMs === undefined) return meaning;
  return `${meaning} It asks to wait ${Math.ceil(retryAfterMs / 1000)} s, for which retries or timeout-seconds left no room.`;
}

type BodyForm = 'empty' | 'error' | 'problem' | 'other';

/** The API's own errors have an `error` key; those of the framework in front of it are ProblemDetails (RFC 9457). */
function formOf({ body, contentType }: Answer): BodyForm {
  if (body === '') return 'empty';
  const json = parseJson(body);
  if (property(json, 'error') !== undefined) return 'error';
  return contentType.startsWith('application/problem+json') || property(json, 'title') !== undefined
    ? 'problem'
    : 'other';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
