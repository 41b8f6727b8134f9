// For mutation testing: a mutant meets only the test files in the folder that mirrors its own. Stryker lets jest load every
// test file that imports the mutant's file, even indirectly, and that is most of them: ten seconds and more for each mutant.

const { dirname } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class SameFolder extends Sequencer {
  /** @param {import('@jest/test-sequencer').TestSequencerOptions} options */
  constructor(options) {
    super(options);
    const { rootDir, nonFlagArgs: sources } = options.globalConfig;
    this.folders = sources.map(path => dirname(path).replace(`${rootDir}/src`, `${rootDir}/__tests__`));
  }

  /** @override @param {Iterable<import('@jest/test-result').Test>} tests */
  sort(tests) {
    return [...tests].filter(({ path }) => this.folders.includes(dirname(path)));
  }
};
