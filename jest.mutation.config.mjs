// The tests that mutation testing runs for each mutant: all but those that wait for real faults of a network.
import config from './jest.source.config.mjs';

export default {
  ...config,
  testEnvironment: './tools/mutation/environment.cjs',
  testSequencer: './tools/mutation/sequencer.mjs',
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, 'faults.test.ts', 'network.test.ts'],
};
