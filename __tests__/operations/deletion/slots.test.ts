import { describe, expect, test } from '@jest/globals';
import { Slots } from '../../../src/operations/deletion/slots.js';
import type { DeleteOutcome } from '../../../src/portal/answers/outcomes.js';
import { idOf } from '../../support/backups.js';
import { CONFIRMED, failed } from '../../support/outcomes.js';
import { range } from '../support.js';

function enterAll(slots: Slots, ...numbers: number[]): boolean[] {
  return numbers.map(number => slots.enter(idOf(number)));
}

test('there are eight slots', () => {
  const slots = new Slots();
  expect(slots.isFull).toBe(false);
  expect(enterAll(slots, ...range(1, 7))).toEqual(Array(7).fill(true));
  expect(slots.isFull).toBe(false);
  expect(enterAll(slots, 8, 9)).toEqual([true, false]);
  expect(slots.isFull).toBe(true);
});

test('a backup that found no slot takes none', () => {
  const slots = new Slots();
  enterAll(slots, ...range(1, 9));
  slots.finish(idOf(1), CONFIRMED);
  expect(enterAll(slots, 10, 9)).toEqual([true, false]);
});

test('a backup that has a slot enters again without a second one', () => {
  const slots = new Slots();
  enterAll(slots, ...range(1, 8));
  expect(enterAll(slots, 3)).toEqual([true]);
  slots.finish(idOf(3), CONFIRMED);
  expect(slots.isFull).toBe(false);
});

describe('a slot is free after', () => {
  test.each<[name: string, outcome: DeleteOutcome | undefined]>([
    ['a confirmation', CONFIRMED],
    ['a rejection at the file', failed('rejected-by-portal', false)],
    ['a rejection on the way', failed('rejected-on-the-way', false)],
    ['a rejection of everything', failed('rejected-for-all', false)],
    ['a request that the portal did not get', failed('not-received', false)],
    ['a request that was not sent', undefined],
  ])('%s', (_name, outcome) => {
    const slots = new Slots();
    enterAll(slots, ...range(1, 8));
    slots.finish(idOf(5), outcome);
    expect(slots.isFull).toBe(false);
    expect(slots.mayBeRunning.size).toBe(0);
    expect(enterAll(slots, 9)).toEqual([true]);
  });
});

describe('a slot is kept', () => {
  test.each<[name: string, outcome: DeleteOutcome]>([
    ['without an answer', failed('unanswered', true)],
    ['after a rejection if an earlier attempt may still be running', failed('rejected-by-portal', true)],
    ['after a refused connection if an earlier attempt may still be running', failed('not-received', true)],
  ])('%s', (_name, outcome) => {
    const slots = new Slots();
    enterAll(slots, ...range(1, 8));
    slots.finish(idOf(5), outcome);
    expect([...slots.mayBeRunning]).toEqual([idOf(5)]);
    expect(enterAll(slots, 9, 5)).toEqual([false, true]);
  });

  test.each<[name: string, outcome: DeleteOutcome | undefined]>([
    ['a later rejection', failed('rejected-by-portal', false)],
    ['a later request that the portal did not get', failed('not-received', false)],
    ['a later request that was not sent', undefined],
    ['a later request without an answer', failed('unanswered', true)],
  ])('through %s, until the portal confirms the deletion', (_name, outcome) => {
    const slots = new Slots();
    enterAll(slots, ...range(1, 8));
    slots.finish(idOf(5), failed('unanswered', true));
    slots.enter(idOf(5));
    slots.finish(idOf(5), outcome);
    expect([...slots.mayBeRunning]).toEqual([idOf(5)]);
    expect(slots.isFull).toBe(true);
    slots.finish(idOf(5), CONFIRMED);
    expect(slots.mayBeRunning.size).toBe(0);
    expect(slots.isFull).toBe(false);
  });
});
