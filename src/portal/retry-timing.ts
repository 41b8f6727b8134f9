import type { IncomingHttpHeaders } from 'http';

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_BEFORE_RETRY_MS = 24_000; // 30 s with the most jitter

/** A larger `X-RateLimit-Reset` is a point in time, not a number of seconds. */
const MAX_RESET_S = 3_600;

/**
 * The wait before a request is sent again: 1, 2, 4, 8, 16, 24, 24, … s, and up to a quarter more. The first five add up to
 * 31 s or more, which is enough for a restart of the portal.
 * @param retry 1 for the first
 * @param askedMs how long the answer asks to wait (`readWait`), which counts instead
 * @returns milliseconds, never 0
 */
export function waitBeforeRetry(retry: number, askedMs: number | undefined): number {
  return askedMs ?? withJitter(Math.min(MAX_WAIT_BEFORE_RETRY_MS, FIRST_WAIT_MS * 2 ** (retry - 1)));
}

/** Adds up to a quarter, so that many waiting clients do not return at the same moment. */
export function withJitter(ms: number): number {
  return ms * (1 + Math.random() / 4);
}

/**
 * Reads how long an answer asks to wait: by `Retry-After` in either form (RFC 9110, 10.2.3) or, on a 429, by
 * `X-RateLimit-Reset`. A date counts from the answer's own `Date`. A wait of 0 counts as none.
 * @param now milliseconds since 1970, for an answer without `Date`
 * @returns milliseconds; `undefined`: it does not say
 */
export function readWait(status: number, headers: IncomingHttpHeaders, now: number): number | undefined {
  const sentAt = Date.parse(headers.date ?? '');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], Number.isNaN(sentAt) ? now : sentAt);
  if (retryAfterMs > 0) return retryAfterMs;
  const reset = Number(/^\d+$/.exec(String(headers['x-ratelimit-reset']))?.[0]);
  return status === 429 && reset > 0 && reset <= MAX_RESET_S ? reset * 1000 : undefined;
}

function parseRetryAfter(header = '', now: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  return header.endsWith(' GMT') ? Math.ceil((Date.parse(header) - now) / 1000) * 1000 : Number.NaN;
}
