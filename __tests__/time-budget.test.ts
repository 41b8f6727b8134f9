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
    expect(budget.timeShortage()).toMatchObject({ listingMs: 0, pauseMs: 0 });
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
    expect(second.deletionTimeoutMs()).toBeGreaterThan(5_000);
    expect(suggestedSeconds).toBeLessThan(60);
  });
});

describe('the pause before the final listing', () => {
  test('is added to the time for the listing', () => {
    const budget = createBudget(60);
    budget.recordListing(4_000);
    expect(budget.remainingForDeletionsMs()).toBe(53_500);
    budget.reserveListingPause(10_000);
    expect(budget.remainingForDeletionsMs()).toBe(43_500);
    expect(budget.deletionTimeoutMs()).toBe(43_500);
  });

  test('never becomes shorter', () => {
    const budget = createBudget(60);
    budget.reserveListingPause(10_000);
    budget.reserveListingPause(3_000);
    expect(budget.remainingForDeletionsMs()).toBe(49_500);
  });

  test('is named by the shortage, and the suggested timeout-seconds is enough for it', async () => {
    const first = createBudget(10);
    await pass(1_000);
    first.recordListing(1_000);
    first.reserveListingPause(10_000);
    const shortage = first.timeShortage();
    expect(shortage).toMatchObject({ listingMs: 1_000, pauseMs: 10_000 });
    const second = createBudget(shortage?.suggestedSeconds ?? 0);
    await pass(1_000);
    second.recordListing(1_000);
    second.reserveListingPause(10_000);
    expect(second.timeShortage()).toBeUndefined();
    expect(second.deletionTimeoutMs()).toBeGreaterThan(5_000);
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
    ['all of the remaining time but half a second', 100, 0, 99_500],
    ['all but the time for the final listing', 100, 40_000, 39_500],
    ['no time if the final listing needs all of it', 100, 70_000, 0],
  ])('may take %s', (_name, seconds, listingMs, maxMs) => {
    const budget = createBudget(seconds);
    budget.recordListing(listingMs);
    expect(budget.deletionTimeoutMs()).toBe(maxMs);
  });

  test('may start if more time is left than the slowest one took, while there were fewer than ten', () => {
    const budget = createBudget(10);
    expect(budget.hasTimeForDeletion()).toBe(true);
    budget.recordDeletion(9_499);
    budget.recordDeletion(1);
    expect(budget.hasTimeForDeletion()).toBe(true);
    budget.recordDeletion(9_500);
    expect(budget.hasTimeForDeletion()).toBe(false);
  });

  test.each([
    [3_600, true],
    [101, true],
    [96, true],
    [95, false],
  ])('that follows one of 95 s, in a run of %d s, may start: %s', (seconds, mayStart) => {
    const budget = createBudget(seconds);
    budget.recordDeletion(95_000);
    expect(budget.hasTimeForDeletion()).toBe(mayStart);
  });

  test('that follows one of 100 s, which counts as hung, may start if it may take as long', () => {
    const budget = createBudget(101);
    budget.recordDeletion(100_000);
    expect(budget.hasTimeForDeletion()).toBe(true);
  });

  test.each([
    [0, false],
    [8, false],
    [9, true],
    [63, true],
  ])('that follows a slow one and %d fast ones may start: %s', (fast, mayStart) => {
    const budget = createBudget(10);
    budget.recordDeletion(9_600);
    for (let number = 0; number < fast; number++) budget.recordDeletion(10);
    expect(budget.hasTimeForDeletion()).toBe(mayStart);
  });

  test.each([
    [1, true],
    [6, true],
    [7, false],
    [64, false],
  ])('that follows %d slow ones among the last 64 may start: %s', (slow, mayStart) => {
    const budget = createBudget(10);
    for (let number = 0; number < 64 - slow; number++) budget.recordDeletion(10);
    for (let number = 0; number < slow; number++) budget.recordDeletion(9_600);
    expect(budget.hasTimeForDeletion()).toBe(mayStart);
  });

  test('that was slow is forgotten after 64 others', () => {
    const budget = createBudget(10);
    for (let number = 0; number < 64; number++) budget.recordDeletion(9_600);
    for (let number = 0; number < 57; number++) budget.recordDeletion(10);
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
