// The same tests through dist/, each scenario in a process of its own, as a runner starts it: `npm run test:dist`.
import config from './jest.config.mjs';

process.env['ACTION_UNDER_TEST'] = 'dist';

export default {
  ...config,
  // Those that run the whole action. What looks at a part of it looks at the source.
  testMatch: ['{scenarios,operations,process,report}/*', '{inputs,token,main,index}'].map(
    files => `<rootDir>/__tests__/${files}.test.ts`,
  ),
  // On a busy machine a process may take many times as long. A hang shows all the same, only later.
  testTimeout: 180_000,
};
