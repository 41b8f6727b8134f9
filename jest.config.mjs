// `npm test`: the tests of the source, in jest's own processes, where coverage and mutation testing can follow it.

import { availableParallelism } from 'node:os';

process.env['ACTION_UNDER_TEST'] = 'src';
// Not UTC, so that a test notices a time that is read as local.
process.env['TZ'] = 'Pacific/Auckland';

export default {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/transform.mjs' },
  moduleNameMapper: {
    // As in `paths` of tsconfig.json, for the bundle.
    '^undici$': '<rootDir>/src/undici-stub.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // More than cores, because many tests wait for the processes that they start.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 30_000,
  collectCoverageFrom: ['src/**/*.ts', '!src/undici-stub.ts'],
  coverageReporters: ['text', 'json-summary'],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
};
