// Mutation testing, on the tests in process: `npm run mutation`. It fetches Stryker, which is a third of what all other
// development tools are together, and is seldom run.

export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.mjs',
    config: {
      testRunner: './tools/mutation/jest-circus-until-killed.cjs',
      testSequencer: './tools/mutation/nearest-tests.cjs',
      // They look at the bundle, the documents and the tools alone, where no mutant is; and the model makes what it finds
      // smaller for so long that it is a search, and no test for each mutant.
      testPathIgnorePatterns: ['/__tests__/process/', '/(docs|start|stand-in|support-.*|model)\\.test\\.ts$'],
      // Ten times as long as the slowest takes: a mutant that makes a test wait for ever is soon dead.
      testTimeout: 8_000,
    },
  },
  coverageAnalysis: 'perTest',
  mutate: ['src/**/*.ts', '!src/undici-stub.ts'],
  // Stryker would read tsconfig.json with a TypeScript of its own, which it does not bring. The tests do without both.
  ignorePatterns: ['/tsconfig.json'],
  disableTypeChecks: true,
  concurrency: 2,
  // A mutant that makes the tests wait is dead when they take this long beyond one and a half times the usual.
  timeoutMS: 3_000,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
