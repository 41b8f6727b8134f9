import { describe, expect, test } from '@jest/globals';
import { readWait, waitBeforeRetry, withJitter } from '../../src/portal/retry-timing.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('waitBeforeRetry', () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 24_000],
    [7, 24_000],
    [2_000, 24_000],
  ])('before retry %d, it is %d ms and up to a quarter more', (retry, minMs) => {
    const waits = Array.from({ length: 200 }, () => waitBeforeRetry(retry, undefined));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(minMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(minMs * 1.25);
  });

  test('adds up to more than half a minute for the default of five retries, enough for a restart', () => {
    for (let run = 0; run < 200; run++) {
      const waits = [1, 2, 3, 4, 5].map(retry => waitBeforeRetry(retry, undefined));
      expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(30_000);
    }
  });

  test.each([1, 20_000, 3_600_000])('is exactly the %d ms that the answer asks for', askedMs => {
    expect([1, 7].map(retry => waitBeforeRetry(retry, askedMs))).toEqual([askedMs, askedMs]);
  });
});

test('withJitter spreads equal waits', () => {
  const waits = Array.from({ length: 200 }, () => withJitter(1_000));
  expect(new Set(waits).size).toBeGreaterThan(100);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(100);
});

describe('readWait of Retry-After', () => {
  test.each([
    ['7', 7_000],
    ['007', 7_000],
    ['9999999999', 9_999_999_999_000],
    ['Sun, 01 Mar 2026 12:00:05 GMT', 5_000],
    ['Sun, 01 Mar 2026 13:00:00 GMT', 3_600_000],
  ])('"%s" is %d ms', (header, ms) => {
    for (const status of [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530]) {
      expect([status, readWait(status, { 'retry-after': header }, NOW)]).toEqual([status, ms]);
    }
  });

  test.each([
    '0',
    '00',
    'Sun, 01 Mar 2026 12:00:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Sun, 99 Foo 2026 00:00:00 GMT',
    '',
    '-1',
    '1.5',
    '1e3',
    'soon',
    '2026-03-01',
    '2026-03-01T13:00:00Z',
    '1, 2',
    '٣',
  ])('"%s" counts as none', header => {
    expect(readWait(503, { 'retry-after': header }, NOW)).toBeUndefined();
    expect(readWait(429, { 'retry-after': header }, NOW)).toBeUndefined();
  });
});

test.each([
  [0, 5_000],
  [1, 5_000],
  [999, 5_000],
  [1_000, 4_000],
  [4_001, 1_000],
  [4_999, 1_000],
  [5_000, undefined],
  [5_001, undefined],
])('the wait until a date is rounded up to whole seconds: %d ms later it is %s ms', (laterMs, ms) => {
  const header = 'Sun, 01 Mar 2026 12:00:05 GMT';
  expect(readWait(503, { 'retry-after': header }, NOW + laterMs)).toBe(ms);
  expect(readWait(429, { 'retry-after': header }, NOW + laterMs)).toBe(ms);
});

describe('a date in Retry-After', () => {
  const retryAfter = 'Sun, 01 Mar 2026 12:00:30 GMT';

  test.each([
    ['the same time', 'Sun, 01 Mar 2026 12:00:00 GMT', 30_000],
    ['a clock that is an hour ahead', 'Sun, 01 Mar 2026 13:00:00 GMT', undefined],
    ['a clock that is an hour behind', 'Sun, 01 Mar 2026 11:00:00 GMT', 3_630_000],
    ['a Date in the form of RFC 850', 'Sunday, 01-Mar-26 12:00:10 GMT', 20_000],
  ])('counts from the Date of the answer: %s', (_name, date, ms) => {
    for (const now of [NOW, NOW - 86_400_000, NOW + 86_400_000]) {
      expect(readWait(503, { 'retry-after': retryAfter, date }, now)).toBe(ms);
      expect(readWait(429, { 'retry-after': retryAfter, date }, now)).toBe(ms);
    }
  });

  test.each([undefined, '', 'soon'])('counts from the time of the clock if the Date is "%s"', date => {
    const headers = date === undefined ? { 'retry-after': retryAfter } : { 'retry-after': retryAfter, date };
    expect(readWait(503, headers, NOW)).toBe(30_000);
  });
});

test('a number in Retry-After does not depend on the Date of the answer', () => {
  const date = 'Sun, 01 Mar 2026 13:00:00 GMT';
  expect(readWait(503, { 'retry-after': '7', date }, NOW)).toBe(7_000);
});

describe('readWait of X-RateLimit-Reset', () => {
  test.each<[reset: string, ms: number | undefined]>([
    ['1', 1_000],
    ['37', 37_000],
    ['3600', 3_600_000],
    ['3601', undefined],
    ['1772366400', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('"%s" with a 429 is %s ms', (reset, ms) => {
    expect(readWait(429, { 'x-ratelimit-reset': reset }, NOW)).toBe(ms);
  });

  test.each([200, 403, 500, 503, 530])('is ignored with HTTP %d', status => {
    expect(readWait(status, { 'x-ratelimit-reset': '7' }, NOW)).toBeUndefined();
  });

  test('counts only if Retry-After is missing or 0', () => {
    expect(readWait(429, { 'retry-after': '3', 'x-ratelimit-reset': '7' }, NOW)).toBe(3_000);
    expect(readWait(429, { 'retry-after': '0', 'x-ratelimit-reset': '7' }, NOW)).toBe(7_000);
    expect(readWait(429, {}, NOW)).toBeUndefined();
  });
});
