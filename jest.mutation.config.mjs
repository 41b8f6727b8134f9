// The tests of mutation testing: those on the source, cut short as soon as the mutant is dead.
import config from './jest.source.config.mjs';

export default {
  ...config,
  // Histories beyond all bounds take seconds, and find nothing that smaller ones would not.
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, 'limits.test.ts'],
  testEnvironment: './tools/mutation/environment.cjs',
  runner: './tools/mutation/runner.mjs',
  // A mutant that makes a test hang is killed by it.
  testTimeout: 6_000,
};
