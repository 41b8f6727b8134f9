import type { IncomingHttpHeaders } from 'http';
import { isGatewayStatus } from './statuses.js';

const FIRST_WAIT_MS = 1_000;
/** Less jitter, which makes it 30 s. */
const LONGEST_WAIT_MS = 24_000;

/** A larger `X-RateLimit-Reset` is a point in time, and no number of seconds to wait. */
const LONGEST_RESET_S = 3_600;

/**
 * The wait before a request is sent again: 1, 2, 4, 8, 16, … up to 30 s, with jitter. The first five are 31 s at least,
 * so that they ride out a restart of the portal.
 * @param retry 1 for the first repetition
 * @param asked how long the answer asks to wait (`readWait`), in milliseconds: that counts instead, however long it is
 * @returns milliseconds, never 0
 */
export function waitBeforeRetry(retry: number, asked: number | undefined): number {
  return asked ?? withJitter(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (retry - 1)));
}

/** A time, and up to a quarter more, so that many who wait do not come at once. */
export function withJitter(ms: number): number {
  return ms * (1 + Math.random() / 4);
}

/**
 * How long the portal, or a gateway before it, asks to wait: by `Retry-After` in either of its forms (RFC 9110, 10.2.3)
 * or, beside a 429, by `X-RateLimit-Reset`. A wait of 0 is as good as none.
 * @param date milliseconds since 1970
 * @returns milliseconds; `undefined`: it does not say
 */
export function readWait(status: number, headers: IncomingHttpHeaders, date: number): number | undefined {
  if (status !== 429 && !isGatewayStatus(status)) return undefined;
  const retryAfter = parseRetryAfter(headers['retry-after'], date);
  if (retryAfter > 0) return retryAfter;
  const reset = Number(/^\d+$/.exec(String(headers['x-ratelimit-reset']))?.[0]);
  return status === 429 && reset > 0 && reset <= LONGEST_RESET_S ? reset * 1000 : undefined;
}

/** @returns milliseconds, or NaN */
function parseRetryAfter(header = '', date: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  return header.endsWith(' GMT') ? Math.ceil((Date.parse(header) - date) / 1000) * 1000 : Number.NaN;
}
