import { parseJson, readProperty } from '../../json.js';

/**
 * The form of an error's body. `own-error`: the server's own; `access-denied`: of these, "Access denied";
 * `problem-details`: of RFC 9457, from the framework; `bot-check`: a page that only a browser passes; `unreadable`: it did not
 * arrive.
 */
export type BodyForm =
  | 'empty'
  | 'own-error'
  | 'access-denied'
  | 'problem-details'
  | 'html'
  | 'bot-check'
  | 'unreadable'
  | 'other';

/** @param isChallenge whether a header says that it is a bot check */
export function findBodyForm(
  status: number,
  body: string,
  contentType: string,
  isChallenge: boolean,
): BodyForm {
  const isChallengePage = [403, 503].includes(status) && body.includes('/cdn-cgi/challenge-platform/');
  if (isChallenge || isChallengePage) return 'bot-check';
  if (body === '') return 'empty';
  const json = parseJson(body);
  if (isOwnError(json, status)) {
    return status === 403 && readMessage(json) === 'Access denied' ? 'access-denied' : 'own-error';
  }
  // The framework may put its own errors into an envelope.
  const hasTitle = [json, readProperty(json, 'response')].some(
    part => readProperty(part, 'title') !== undefined,
  );
  if (contentType.startsWith('application/problem+json') || hasTitle) return 'problem-details';
  return isHtml(body, contentType) ? 'html' : 'other';
}

export function isHtml(body: string, contentType: string): boolean {
  return contentType.includes('html') || /^\s*</.test(body);
}

/** Whether it is a complete error of the server's own. Gateways also send an `error` with a `message`. */
function isOwnError(json: unknown, status: number): boolean {
  return (
    typeof readMessage(json) === 'string' &&
    readProperty(json, 'status') === 1 &&
    readProperty(json, 'statusCode') === status
  );
}

function readMessage(json: unknown): unknown {
  return readProperty(readProperty(json, 'error'), 'message');
}
