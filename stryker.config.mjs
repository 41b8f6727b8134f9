// `npm run mutation`. It fetches Stryker, which is as large as a third of the other development tools and seldom used.

export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.mjs',
    config: {
      testEnvironment: './tools/mutation/until-killed.cjs',
      testSequencer: './tools/mutation/same-folder.cjs',
      // These run the bundle, the pages or the tools, which have no mutants; or search for long, as the model does.
      testPathIgnorePatterns: ['/__tests__/process/', '/(docs|start|stand-in|support-.*|model)\\.test\\.ts$'],
      // Ten times what the slowest test takes, for a mutant that makes a test wait for ever.
      testTimeout: 8_000,
    },
  },
  coverageAnalysis: 'perTest',
  mutate: ['src/**/*.ts', '!src/undici-stub.ts'],
  // Stryker would read tsconfig.json with a TypeScript of its own, which it does not bring. The tests need neither.
  ignorePatterns: ['/tsconfig.json'],
  disableTypeChecks: true,
  concurrency: 2,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
