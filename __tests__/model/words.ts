// What the answers on a tape mean.

import { type Listed, readRecord } from './planner.js';
import type { Exchange } from './tape.js';

/** `none`: the portal has said nothing; what a gateway says is not its word. `limit`: it did not look at it. */
export type Word = 'none' | 'limit' | 'success' | 'nothing left' | 'error';

const OF_A_GATEWAY = [408, 502, 503, 504, 520, 521, 522, 523, 524];
/** After these the portal may still be at it. */
const STILL_AT_IT = [408, 504, 520, 522, 524];

function read(exchange: Exchange): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(exchange.answer?.body.replace(/^\ufeff/, '') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is the server's own error, whole: other software has some of it too. */
export function isErrorForm(exchange: Exchange): boolean {
  const body = read(exchange);
  return (
    typeof body?.['error'] === 'object' &&
    body['status'] === 1 &&
    body['statusCode'] === exchange.answer?.status
  );
}

/** The `response` of an envelope that does not contradict itself. */
function envelopeOf(exchange: Exchange): { response: unknown } | undefined {
  const body = read(exchange);
  if (exchange.answer?.status !== 200 || body?.['status'] !== 0 || 'error' in body) return undefined;
  if (![undefined, 200].includes(body['statusCode'] as number | undefined)) return undefined;
  const { response, count } = body;
  if (response === undefined && body['statusCode'] !== 200) return undefined;
  if (Array.isArray(response) && count !== undefined && count !== response.length) return undefined;
  return { response };
}

export function wordOf(exchange: Exchange): Word {
  const status = exchange.answer?.status;
  if (status === undefined || OF_A_GATEWAY.includes(status)) return 'none';
  if (status === 429) return 'limit';
  if (envelopeOf(exchange)?.response === true) return 'success';
  return status === 404 && exchange.what === 'delete' && isErrorForm(exchange) ? 'nothing left' : 'error';
}

/**
 * The portal's last word.
 * @returns `none`: there was not one; `limit`: it has refused the last attempt, and so there was none for that
 */
export function lastWordOf(exchanges: readonly Exchange[]): Word {
  const words = exchanges.map(wordOf);
  if (words.at(-1) === 'limit') return 'limit';
  return words.findLast(word => word !== 'none' && word !== 'limit') ?? 'none';
}

/** That of one deletion by id which has the portal try the file again. */
export function asksForSecondTry(exchange: Exchange): boolean {
  const status = exchange.answer?.status ?? 0;
  return status === 500 || ([400, 403].includes(status) && isErrorForm(exchange));
}

/** That of one deletion by id which stops all others. */
export function endsAll(exchange: Exchange): boolean {
  const status = exchange.answer?.status ?? 0;
  if (status === 401 || status === 402 || (status >= 300 && status < 400)) return true;
  return (status === 403 || status === 404) && !isErrorForm(exchange);
}

/** Whether the place of a deletion is not free for another backup. */
export function keepsItsPlace(exchange: Exchange): boolean {
  return exchange.answer === undefined || STILL_AT_IT.includes(exchange.answer.status);
}

/** What a list holds; `undefined`: it cannot be read. */
export function listIn(exchange: Exchange): Listed[] | undefined {
  const response = envelopeOf(exchange)?.response;
  return Array.isArray(response) ? response.map(readRecord) : undefined;
}

export function rawListIn(exchange: Exchange): unknown[] {
  const response = envelopeOf(exchange)?.response;
  return Array.isArray(response) ? response : [];
}

/** `none`: proven not to be there. */
export function scheduleIn(exchange: Exchange): 'none' | 'one' | 'unknown' {
  const envelope = envelopeOf(exchange);
  if (!envelope) return 'unknown';
  if (envelope.response === undefined || envelope.response === null) return 'none';
  return typeof envelope.response === 'object' && !Array.isArray(envelope.response) ? 'one' : 'unknown';
}
