// `npm run test:dist`: the same tests through dist/, each run a process of its own, as on a runner.
import config from './jest.config.mjs';

process.env['ACTION_UNDER_TEST'] = 'dist';

export default {
  ...config,
  // The tests that run the whole action. Tests of its parts use the source.
  testMatch: ['scenarios', 'operations', 'process', 'report', 'inputs']
    .map(folder => `<rootDir>/__tests__/${folder}/**/*.test.ts`)
    .concat(['main', 'index'].map(file => `<rootDir>/__tests__/${file}.test.ts`)),
  // The tests mostly wait, for the time limits of the processes that they start.
  maxWorkers: 8,
  // A process may be much slower on a busy machine. A hang still fails, only later.
  testTimeout: 180_000,
};
