// The tests of mutation testing: those on the source, cut short as soon as the mutant is dead.
import config from './jest.source.config.mjs';

export default {
  ...config,
  // These take seconds, and find nothing that others would not: more of the same inputs.
  testPathIgnorePatterns: [
    ...config.testPathIgnorePatterns,
    'limits.test.ts',
    'golden.test.ts',
    'hostile.test.ts',
  ],
  testEnvironment: './tools/mutation/environment.cjs',
  runner: './tools/mutation/runner.mjs',
  // A mutant that makes a test hang is killed by it.
  testTimeout: 6_000,
};
