// For mutation testing: a mutant is most likely to die of the tests that are named after its file, then of those in the
// same folder. By itself, jest runs the longest first.

const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** @typedef {import('@jest/test-sequencer').TestSequencerOptions} Options */

module.exports = class NearestTestsFirst extends Sequencer {
  /** @param {Options} options */
  constructor(options) {
    super(options);
    const { rootDir, nonFlagArgs } = options.globalConfig;
    // Stryker asks for the tests that are related to the mutant's file.
    const file = relative(`${rootDir}/src`, nonFlagArgs[0] ?? '');
    this.own = `/__tests__/${file.replace(/ts$/, 'test.ts')}`;
    this.folder = this.own.replace(/[^/]*$/, '');
  }

  /** @override @param {Iterable<import('@jest/test-result').Test>} tests */
  sort(tests) {
    const distance = (/** @type {string} */ path) =>
      path.endsWith(this.own) ? 0 : path.includes(this.folder) ? 1 : 2;
    return [...tests].sort((a, b) => distance(a.path) - distance(b.path));
  }
};
