// For mutation testing: the first test that fails has killed the mutant, and the rest of that run is skipped. Stryker's
// runner for jest cannot do that by itself, and would run a thousand tests for each of a thousand mutants to the end.

const { TestEnvironment } = require('jest-environment-node');

/** The mutant that is dead, in this worker. */
let killed = '';

module.exports = class extends TestEnvironment {
  /** @param {{ name: string, test?: { mode?: string | null | undefined } }} event */
  async handleTestEvent({ name, test }) {
    /** @type {unknown} */
    const namespace = Reflect.get(this.global, '__strykerGlobalNamespace__');
    /** @type {unknown} */
    const stryker = Reflect.get(this.global, typeof namespace === 'string' ? namespace : '__stryker__');
    const mutant = Object(stryker).activeMutant;
    if (mutant === undefined) return;
    if (name === 'test_fn_failure' || name === 'hook_failure') killed = mutant;
    if (name === 'test_start' && killed === mutant && test) test.mode = 'skip';
  }
};
