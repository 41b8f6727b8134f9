import { describe, expect, test } from '@jest/globals';
import { Deadline } from '../src/deadline.js';
import { TimeBudget } from '../src/time-budget.js';
import { theClock } from './support/clock.js';

function createBudget(seconds: number): TimeBudget {
  return new TimeBudget(new Deadline(seconds, new AbortController().signal, theClock()));
}

const pass = (ms: number) => theClock().advance(ms);

describe('the time for the final listing', () => {
  test('is half a second before any listing', async () => {
    const budget = createBudget(10);
    expect(budget.remainingForDeletionsMs()).toBe(9_500);
    expect(budget.timeShortage()).toBeUndefined();
    await pass(9_499);
    expect(budget.remainingForDeletionsMs()).toBe(1);
    expect(budget.timeShortage()).toBeUndefined();
    await pass(1);
    expect(budget.remainingForDeletionsMs()).toBe(0);
    expect(budget.timeShortage()).toMatchObject({ listingMs: 0 });
    await pass(1_000);
    expect(budget.remainingForDeletionsMs()).toBe(0);
  });

  test('follows the slowest listing so far, even if a faster one comes after it', () => {
    const budget = createBudget(10);
    budget.recordListing(4_000);
    expect(budget.timeShortage()).toBeUndefined();
    budget.recordListing(7_000);
    budget.recordListing(1);
    expect(budget.timeShortage()).toMatchObject({ listingMs: 7_000 });
  });

  test('is enough in a run with the suggested timeout-seconds', async () => {
    const first = createBudget(10);
    await pass(7_000);
    first.recordListing(7_000);
    const { suggestedSeconds = 0 } = first.timeShortage() ?? {};
    const second = createBudget(suggestedSeconds);
    await pass(7_000);
    second.recordListing(7_000);
    expect(second.timeShortage()).toBeUndefined();
    expect(second.maxDeletionMs()).toBeGreaterThan(5_000);
    expect(suggestedSeconds).toBeLessThan(60);
  });
});

test('a listing is expected to take one and a quarter of the slowest so far', () => {
  const budget = createBudget(10);
  expect(budget.expectedListingMs).toBe(0);
  budget.recordListing(4_000);
  budget.recordListing(1);
  expect(budget.expectedListingMs).toBe(5_000);
});

describe('a deletion', () => {
  test.each([
    ['100 s at most', 3600, 0, 100_000],
    ['half of the remaining time', 100, 0, 50_000],
    ['all but the time for the final listing', 100, 40_000, 39_500],
    ['no time if the final listing needs all of it', 100, 70_000, 0],
  ])('may take %s', (_name, seconds, listingMs, maxMs) => {
    const budget = createBudget(seconds);
    budget.recordListing(listingMs);
    expect(budget.maxDeletionMs()).toBe(maxMs);
  });

  test('may start if more than one and a quarter of the slowest so far remains', () => {
    const budget = createBudget(10);
    expect(budget.hasTimeForDeletion()).toBe(true);
    budget.recordDeletion(3_999);
    budget.recordDeletion(1);
    expect(budget.hasTimeForDeletion()).toBe(true);
    budget.recordDeletion(4_000);
    expect(budget.hasTimeForDeletion()).toBe(false);
  });

  test.each([
    [3_600, true],
    [200, true],
    [199, false],
  ])('that follows one of 85 s, in a run of %d s, may start: %s', (seconds, mayStart) => {
    const budget = createBudget(seconds);
    // One and a quarter of 85 s is 106 s, but a deletion counts as hung after 100 s.
    budget.recordDeletion(85_000);
    expect(budget.hasTimeForDeletion()).toBe(mayStart);
  });

  test('that was slow is forgotten after sixteen others', () => {
    const budget = createBudget(10);
    budget.recordDeletion(9_000);
    for (let number = 1; number < 16; number++) budget.recordDeletion(10);
    expect(budget.hasTimeForDeletion()).toBe(false);
    budget.recordDeletion(10);
    expect(budget.hasTimeForDeletion()).toBe(true);
  });

  test('may not start when only the time for the final listing remains', async () => {
    const budget = createBudget(10);
    await pass(9_500);
    expect(budget.hasTimeForDeletion()).toBe(false);
  });
});
