import { BadAnswer } from './failure.js';
import type { Answer } from './http.js';
import { property } from './records.js';

/**
 * Takes the `response` out of a successful answer: HTTP 200 and a JSON envelope with `status` 0.
 * @param where the request, for the error message
 * @returns the `response`, or `undefined` where the envelope has none
 * @throws BadAnswer for everything else, with what to do about it
 */
export function readResponse(answer: Answer, where: string): unknown {
  if (answer.status !== 200) {
    throw new BadAnswer(`HTTP ${answer.status} from ${where}: ${explainStatus(answer)}`, answer.status);
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
  if (isHtml(answer)) {
    return "the answer is a web page: there is no DocSpace API at this URL. Give portal-url as the portal's own address, without a path.";
  }
  return 'the answer is not JSON of the DocSpace API. Check portal-url, and any proxy in between.';
}

const KEY_PAGE = 'Settings → Developer Tools → API keys';

/** What an HTTP error of this API means and what to do, told by the status and by the form of its body. */
function explainStatus(answer: Answer): string {
  const form = formOf(answer);
  switch (answer.status) {
    case 400:
      return 'the portal does not understand the request. Its version may be too old for this action.';
    case 401:
      return `the portal does not accept the token. Check that the key is whole, active and not expired (${KEY_PAGE}).`;
    case 402:
      return form === 'error'
        ? "the portal's plan or quota does not allow this."
        : 'the portal is unpaid. Renew its subscription, then run again.';
    case 403:
      return explainForbidden(form);
    case 404:
      return form === 'problem'
        ? 'the portal is suspended or removed.'
        : 'there is no such backup API at this URL. Check portal-url, and that the portal is DocSpace 3.1 or newer.';
    case 405:
      return 'the server at this URL does not accept this kind of request. Check portal-url.';
    case 407:
      return 'the proxy wants credentials. Check https_proxy.';
    case 429:
      return `the portal's rate limit is reached.${askedWait(answer)} Run again later, or at an hour when less runs.`;
    case 500:
      return 'the portal failed at it. Its own log has the reason.';
    case 502:
    case 503:
      return `the portal or its backup service is down.${askedWait(answer)} Run again when it is back.`;
    case 504:
      return 'the portal took too long, and may still be at work. Run again later.';
    default:
      return explainOther(answer);
  }
}

function explainOther(answer: Answer): string {
  if (answer.status >= 300 && answer.status < 400) {
    return answer.redirectOrigin
      ? `the portal redirects to ${answer.redirectOrigin}. If that is where it lives, set portal-url to it.`
      : 'the portal redirects to another place. Set portal-url to the address that a browser ends up at.';
  }
  if (answer.status >= 500) return 'the server failed. Its own log has the reason.';
  return 'only HTTP 200 is a success.';
}

function explainForbidden(form: BodyForm): string {
  switch (form) {
    case 'empty':
      return `the API key has no write scope. Make one that has it (${KEY_PAGE}).`;
    case 'error':
      return "access denied. The token's user must be Owner or DocSpace admin of the portal; dump: true works on a self-hosted server only.";
    case 'problem':
      return 'the portal is busy: it is being restored, moved or encrypted. Run again when that is over.';
    default:
      return "access is blocked, it seems by the portal's IP restrictions or by a firewall. Allow this runner's address.";
  }
}

function askedWait({ retryAfterMs }: Answer): string {
  if (retryAfterMs === undefined) return '';
  return ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s, which retries and timeout-seconds did not leave room for.`;
}

type BodyForm = 'empty' | 'error' | 'problem' | 'other';

/** The API's own errors have an `error` key; those of the framework in front of it are ProblemDetails (RFC 9457). */
function formOf(answer: Answer): BodyForm {
  if (answer.body === '') return 'empty';
  if (answer.contentType.toLowerCase().startsWith('application/problem+json')) return 'problem';
  const json = parseJson(answer.body);
  if (property(json, 'error') !== undefined) return 'error';
  return property(json, 'title') !== undefined ? 'problem' : 'other';
}

function isHtml(answer: Answer): boolean {
  return answer.contentType.toLowerCase().includes('html') || /^\s*</.test(answer.body ?? '');
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
