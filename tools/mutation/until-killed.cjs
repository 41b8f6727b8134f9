// For mutation testing: the first test that fails has killed the mutant, so the remaining tests are skipped. Jest's own
// `bail` would end Stryker's worker.

const { TestEnvironment } = require('jest-environment-node');

/** @type {string | undefined} */
let killed;

module.exports = class UntilKilled extends TestEnvironment {
  /** @param {{ name: string, test?: { mode?: string } }} event */
  async handleTestEvent({ name, test }) {
    const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
    if (name === 'test_fn_failure' || name === 'hook_failure') killed = mutant;
    if (name === 'test_start' && test && mutant !== undefined && mutant === killed) test.mode = 'skip';
  }
};
