// For mutation testing: jest's own test runner (jest-circus; Stryker looks for this name in the file's), except that the
// first test that fails has killed the mutant, and the rest of its run is skipped. Else jest would load each test file
// for each mutant and run it to its end, ten times as long in all. Its `bail` ends the process: no use to Stryker.

/** @type {{ default: (...all: unknown[]) => Promise<{ numFailingTests: number }> }} */
// @ts-expect-error It comes without types.
const { default: circus } = require('jest-circus/runner');

/**
 * @typedef {{ name: string, test: { mode?: string } }} TestEvent
 * @typedef {{ handleTestEvent?: (event: TestEvent, state: unknown) => unknown }} Environment
 */

/** The mutant that is dead, and the result of the file that killed it. @type {{ mutant?: string, result?: object }} */
let killed = {};

/** @param {unknown} globalConfig @param {unknown} config @param {Environment} environment @param {unknown[]} rest */
module.exports = async function run(globalConfig, config, environment, ...rest) {
  const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
  if (mutant === undefined) return circus(globalConfig, config, environment, ...rest);
  // Once more, as jest wants to see a result for each file.
  if (mutant === killed.mutant) return { ...killed.result };

  const handle = environment.handleTestEvent?.bind(environment);
  let hasFailed = false;
  environment.handleTestEvent = async (event, state) => {
    await handle?.(event, state);
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') hasFailed = true;
    if (event.name === 'test_start' && hasFailed) event.test.mode = 'skip';
  };
  const result = await circus(globalConfig, config, environment, ...rest);
  if (result.numFailingTests > 0) killed = { mutant, result };
  return result;
};
