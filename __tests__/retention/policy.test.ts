import { describe, expect, test } from '@jest/globals';
import { addCounts, findMaxCount, formatPolicy, hasRule, NO_RULES } from '../../src/retention/policy.js';
import { policyOf } from '../support/backups.js';
import type { Rules } from './support.js';

describe('formatPolicy', () => {
  test.each<[Rules, string]>([
    [{ 'keep-last': '7' }, 'the last 7'],
    [{ 'keep-last': '1' }, 'the last 1'],
    [{ 'keep-last': 'unlimited' }, 'all'],
    [{ 'keep-yearly': 'unlimited' }, 'unlimited yearly'],
    [{ 'keep-daily': '7', 'keep-weekly': '4', 'keep-within': '30d' }, '7 daily, 4 weekly, within 30d'],
    [{ 'keep-within': '2w1y', 'keep-hourly': '0' }, 'within 1y2w'],
    [{ 'keep-within-daily': '14d', 'keep-within': '0d', 'keep-daily': '3' }, '3 daily, daily within 14d'],
    [
      {
        'keep-within-yearly': '9y',
        'keep-within-monthly': '2y',
        'keep-within-weekly': '6m',
        'keep-within-daily': '14d',
        'keep-within-hourly': '48h',
        'keep-within': '1d',
        'keep-yearly': 'unlimited',
        'keep-monthly': '12',
        'keep-weekly': '4',
        'keep-daily': '7',
        'keep-hourly': '24',
        'keep-last': '3',
      },
      'the last 3, 24 hourly, 7 daily, 4 weekly, 12 monthly, unlimited yearly, within 1d, hourly within 48h, daily within 14d, weekly within 6m, monthly within 2y, yearly within 9y',
    ],
  ])('formats %j as "%s"', (rules, words) => {
    expect(formatPolicy(policyOf(rules))).toBe(words);
  });

  test('returns an empty text for a policy without rules', () => {
    expect(formatPolicy(NO_RULES)).toBe('');
  });
});

describe('hasRule', () => {
  test.each<[Rules]>([
    [{ 'keep-last': '1' }],
    [{ 'keep-hourly': '1' }],
    [{ 'keep-daily': '1' }],
    [{ 'keep-weekly': '1' }],
    [{ 'keep-monthly': '1' }],
    [{ 'keep-yearly': '1' }],
    [{ 'keep-yearly': 'unlimited' }],
    [{ 'keep-within': '1h' }],
    [{ 'keep-within-hourly': '1h' }],
    [{ 'keep-within-daily': '1d' }],
    [{ 'keep-within-weekly': '1w' }],
    [{ 'keep-within-monthly': '1m' }],
    [{ 'keep-within-yearly': '1y' }],
    [{ 'keep-last': '0', 'keep-within': '0d', 'keep-within-yearly': '1y' }],
  ])('is true for %j', rules => {
    expect(hasRule(policyOf(rules))).toBe(true);
  });

  test.each<[Rules]>([
    [{}],
    [{ 'keep-last': '0', 'keep-yearly': '0' }],
    [{ 'keep-within': '0d', 'keep-within-daily': '0y0h' }],
  ])('is false for %j', rules => {
    expect(hasRule(policyOf(rules))).toBe(false);
  });
});

test.each<[Rules, largest: number, sum: number]>([
  [{}, 0, 0],
  [{ 'keep-within': '90d', 'keep-within-daily': '80d' }, 0, 0],
  [{ 'keep-daily': '7', 'keep-weekly': '12', 'keep-yearly': '3' }, 12, 22],
  [{ 'keep-last': '40', 'keep-daily': '7' }, 40, 47],
  [{ 'keep-last': '40', 'keep-yearly': 'unlimited' }, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])('of %j the largest count is %d, and the sum %d', (rules, largest, sum) => {
  expect(findMaxCount(policyOf(rules))).toBe(largest);
  expect(addCounts(policyOf(rules))).toBe(sum);
});
