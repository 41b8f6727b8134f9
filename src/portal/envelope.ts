import { BadAnswer } from '../failure.js';
import { type Printable, say, wholeSeconds } from '../text.js';
import type { Answer } from './http.js';
import { property } from './property.js';
import { type Asked, meaningOf } from './statuses.js';

/**
 * `error`: the form of the server's own errors; `denied`: of them, "Access denied"; `problem`: ProblemDetails (RFC
 * 9457); `unreadable`: it could not be had.
 */
export type BodyForm = 'empty' | 'error' | 'denied' | 'problem' | 'unreadable' | 'other';

/**
 * Takes the `response` out of a successful answer: HTTP 200, and an envelope that does not contradict itself.
 * @returns the `response`; `undefined` where the envelope has none
 * @throws BadAnswer for everything else, with what to do about it
 */
export function readResponse(answer: Answer, asked: Asked): unknown {
  const { where } = answer;
  if (answer.status !== 200) throw explainStatus(answer, asked);
  if (answer.flaw) throw contrary(where, answer.flaw);
  if (countParts(answer.body) > MOST_PARTS) {
    throw contrary(where, say`the answer has more than ${MOST_PARTS} parts.`);
  }
  const envelope = parseJson(answer.body);
  if (typeof envelope !== 'object' || envelope === null) throw contrary(where, explainNoJson(answer));
  const contradiction = findContradiction(envelope);
  if (contradiction) {
    throw contrary(where, say`the answer does not report success: ${contradiction}. See the portal's log.`);
  }
  return property(envelope, 'response');
}

/** The error for an answer that is no success in spite of its HTTP 200. */
export function contrary(where: Printable, why: Printable): BadAnswer {
  return new BadAnswer(say`HTTP 200 from ${where}, but ${why}`, 200, 'backup');
}

/** The error for an answer whose `response` is not what it should be. */
export function unexpected(where: Printable, expected: 'true' | 'a schedule' | 'a list'): BadAnswer {
  return contrary(where, say`its "response" is not ${expected}. Check the portal's version and log.`);
}

/** What in an envelope says that it is no success, or does not go with the rest. */
function findContradiction(envelope: object): Printable | undefined {
  if (property(envelope, 'status') !== 0) return say`"status" is not 0`;
  const response = property(envelope, 'response') ?? undefined;
  // Where the lack of a response is the answer, the rest must be whole: other software knows a status of 0 too.
  const statusCode = property(envelope, 'statusCode') ?? (response === undefined ? undefined : 200);
  if (statusCode !== 200) return say`"statusCode" is not 200`;
  if ((property(envelope, 'error') ?? null) !== null) return say`it has an "error"`;
  const count = property(envelope, 'count') ?? undefined;
  if (Array.isArray(response) && count !== undefined && count !== response.length) {
    return say`"count" is not the length of the list`;
  }
  return undefined;
}

function explainNoJson({ body, contentType }: Answer): Printable {
  if (body === '') return say`the answer is empty. Nothing is proven by it.`;
  if (contentType.includes('html') || /^\s*</.test(body)) {
    return say`the answer is a web page: there is no DocSpace API at this URL. Check portal-url.`;
  }
  return say`the answer is not JSON. Check portal-url, and any proxy in between.`;
}

function explainStatus(answer: Answer, asked: Asked): BadAnswer {
  const { status, where } = answer;
  const { verdict, advice } = meaningOf(status, formOf(answer), asked, answer.redirect);

  // A rate limit is waited for, whatever `retries` says.
  const wait =
    answer.wait === undefined
      ? say``
      : say` It asks to wait ${wholeSeconds(answer.wait)}, for which ${status === 429 ? '' : 'retries or '}timeout-seconds left no room.`;
  return new BadAnswer(say`HTTP ${status} from ${where}: ${advice}${wait}`, status, verdict, answer.wait);
}

function formOf(answer: Answer): BodyForm {
  const { status, body, contentType } = answer;
  if (answer.flaw) return 'unreadable';
  if (body === '') return 'empty';
  const json = parseJson(body);
  if (isOwnError(json, status)) {
    return status === 403 && messageOf(json) === 'Access denied' ? 'denied' : 'error';
  }
  // The framework's own may come in an envelope.
  const hasTitle = [json, property(json, 'response')].some(part => property(part, 'title') !== undefined);
  return contentType.startsWith('application/problem+json') || hasTitle ? 'problem' : 'other';
}

/**
 * Whether it is an error of the server's own, whole: gateways answer with an `error` and a `message` too, and that must
 * not pass for the portal's word on a backup.
 */
function isOwnError(json: unknown, status: number): boolean {
  return (
    typeof messageOf(json) === 'string' &&
    property(json, 'status') === 1 &&
    property(json, 'statusCode') === status
  );
}

function messageOf(json: unknown): unknown {
  return property(property(json, 'error'), 'message');
}

/**
 * Lists and objects that an answer may have; a history of 200,000 records has as many. More would take much memory to
 * parse.
 */
const MOST_PARTS = 400_000;

function countParts(body: string): number {
  let parts = 0;
  for (let at = 0; at < body.length; at++) {
    const sign = body.charCodeAt(at);
    if (sign === OPENING_BRACE || sign === OPENING_BRACKET) parts++;
  }
  return parts;
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;

/** A byte order mark before the text, which some proxies leave there, is passed over. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
