// For mutation testing: the mutants of a file meet the tests that are named after it, then the others in the same folder, and
// no more. Tests are found where their file is, so these should do.

const { dirname, relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** @typedef {import('@jest/test-sequencer').TestSequencerOptions} Options */

module.exports = class NearestTests extends Sequencer {
  /** @param {Options} options */
  constructor(options) {
    super(options);
    const { rootDir, nonFlagArgs } = options.globalConfig;
    const [file, ...others] = nonFlagArgs.map(path => relative(`${rootDir}/src`, path));
    // Stryker names the file of the mutant; of several files in its first run, which is without mutants.
    this.own =
      file && others.length === 0 ? `${rootDir}/__tests__/${file.replace(/ts$/, 'test.ts')}` : undefined;
  }

  /** @override @param {Iterable<import('@jest/test-result').Test>} tests */
  sort(tests) {
    const { own } = this;
    if (own === undefined) return [...tests];
    const near = [...tests].filter(({ path }) => dirname(path) === dirname(own));
    return near.sort((a, b) => Number(b.path === own) - Number(a.path === own));
  }
};
