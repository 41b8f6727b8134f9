import { parseJson, readProperty } from '../../json.js';
import { formatWholeSeconds } from '../../text/format.js';
import { type Printable, text } from '../../text/printable.js';
import type { Answer } from './answer.js';
import { isHtml } from './body-form.js';
import { isUndecided, ResponseError } from './outcomes.js';
import { explainStatus, type RequestFacts } from './statuses.js';

/**
 * Takes the `response` out of a successful answer: HTTP 200, and an envelope that does not contradict itself.
 * @returns `undefined` if the envelope has no `response`
 * @throws ResponseError for anything else, with what to do about it
 */
export function readResponse(answer: Answer, request: RequestFacts): unknown {
  const { where, status, body, bodyProblem } = answer;
  if (status !== 200) throw createStatusError(answer, request);
  if (bodyProblem) throw createInvalidResponseError(where, bodyProblem);
  if (countParts(body) > MAX_PARTS) {
    throw createInvalidResponseError(where, text`the answer has more than ${MAX_PARTS} parts.`);
  }
  const envelope = parseJson(body);
  if (typeof envelope !== 'object' || envelope === null) {
    throw createInvalidResponseError(where, explainNoJson(answer));
  }
  const contradiction = findContradiction(envelope);
  if (contradiction) {
    throw createInvalidResponseError(
      where,
      text`the answer does not report success: ${contradiction}. See the portal's log.`,
    );
  }
  return readProperty(envelope, 'response');
}

/** The error for an HTTP 200 that is no success. */
export function createInvalidResponseError(where: Printable, why: Printable): ResponseError {
  return new ResponseError(text`HTTP 200 from ${where}, but ${why}`, 'rejected-on-the-way', 200);
}

export function createUnexpectedResponseError(
  where: Printable,
  expected: 'true' | 'a schedule' | 'a list',
): ResponseError {
  return createInvalidResponseError(
    where,
    text`its "response" is not ${expected}. Check the portal's version and log.`,
  );
}

function findContradiction(envelope: object): Printable | undefined {
  if (readProperty(envelope, 'status') !== 0) return text`"status" is not 0`;
  const response = readProperty(envelope, 'response') ?? undefined;
  // If the missing response is itself the answer, the rest must be complete: other software also sends `status: 0`.
  const statusCode = readProperty(envelope, 'statusCode') ?? (response === undefined ? undefined : 200);
  if (statusCode !== 200) return text`"statusCode" is not 200`;
  if ((readProperty(envelope, 'error') ?? null) !== null) return text`it has an "error"`;
  const count = readProperty(envelope, 'count') ?? undefined;
  if (readProperty(envelope, 'response') === undefined && count !== undefined && count !== 0) {
    return text`it has no "response", but "count" is not 0`;
  }
  if (Array.isArray(response) && count !== undefined && count !== response.length) {
    return text`"count" is not the length of the list`;
  }
  const total = readProperty(envelope, 'total');
  if (Array.isArray(response) && typeof total === 'number' && total > response.length) {
    return text`the list is not complete, because "total" is larger than its length`;
  }
  return undefined;
}

function explainNoJson({ body, contentType }: Answer): Printable {
  if (body === '') return text`the answer is empty. It proves nothing.`;
  if (isHtml(body, contentType)) {
    return text`the answer is a web page: there is no DocSpace API at this URL. Check portal-url.`;
  }
  if (/^\s*[[{]/.test(body)) {
    return text`the answer is incomplete: its JSON breaks off or is damaged. Run again; if that does not help, check any proxy in between.`;
  }
  return text`the answer is not JSON. Check portal-url, and any proxy in between.`;
}

function createStatusError(answer: Answer, request: RequestFacts): ResponseError {
  const { where, status, form, redirect, waitMs } = answer;
  const { kind, advice } = explainStatus(status, form, request, redirect);
  const isWaitedFor = status === 429 || isUndecided(kind);
  const wait =
    waitMs === undefined || !isWaitedFor ? text`` : text` It asks to wait ${formatWholeSeconds(waitMs)}.`;
  return new ResponseError(text`HTTP ${status} from ${where}: ${advice}${wait}`, kind, status, waitMs);
}

/** Lists and objects in an answer. A history of 10,000 records has 10,000; 8 MiB of them took 1.5 GB of memory. */
const MAX_PARTS = 400_000;

function countParts(body: string): number {
  let parts = 0;
  for (const character of body) if (character === '{' || character === '[') parts++;
  return parts;
}
