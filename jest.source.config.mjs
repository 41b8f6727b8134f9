// The same tests on the source, in jest's own process, where coverage and mutation testing can watch it.
import config from './jest.config.json' with { type: 'json' };

process.env['ACTION_UNDER_TEST'] = 'src';
// Not UTC: a time that is read as local must be noticed.
process.env['TZ'] = 'Pacific/Auckland';

export default {
  ...config,
  // These look at the bundle, the documents and the tools alone.
  testPathIgnorePatterns: ['bundle.test.ts', 'docs.test.ts', 'start.test.ts'],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
};
