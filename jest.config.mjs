// The tests on the source, in jest's own processes, where coverage and mutation testing can watch it: `npm test`.

process.env['ACTION_UNDER_TEST'] = 'src';
// Not UTC: a time that is read as local must be noticed.
process.env['TZ'] = 'Pacific/Auckland';

export default {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/transform.mjs' },
  moduleNameMapper: {
    // As `paths` in tsconfig.json has it for the bundle.
    '^(undici|tunnel)$': '<rootDir>/src/unused.ts',
    '^@actions/core/lib/command$': '<rootDir>/node_modules/@actions/core/lib/command.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // A worker for each core. By default, jest leaves one core to itself.
  maxWorkers: '100%',
  testTimeout: 30_000,
  collectCoverageFrom: ['src/**/*.ts', '!src/unused.ts'],
  coverageReporters: ['text', 'json-summary'],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
};
