import { describe, test } from '@jest/globals';

/**
 * `src`: the source, in this process, with a clock that the tests advance. `dist`: the committed bundle, in a process of
 * its own, as the runner starts it.
 */
export const UNDER_TEST = process.env['ACTION_UNDER_TEST'] === 'dist' ? 'dist' : 'src';

export const ofTheBundle = UNDER_TEST === 'dist';

/** For tests that take more than half a minute by the clock of the action: the bundle would wait in real time. */
export const testOfSource = ofTheBundle ? test.skip : test;
export const describeSource = ofTheBundle ? describe.skip : describe;
