// For mutation testing: runs only the test files that reach a mutant, what is quick first, and none after the first that
// fails, which has killed it. Stryker's runner for jest would load every file for every mutant.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import TestRunner from 'jest-runner';

/** Written by the run without a mutant, into Stryker's own copy of the project: the names and times of all tests. */
const TESTS = 'tests.json';

/** @typedef {{ name: string, ms: number }} TestTime */
/** @typedef {Parameters<TestRunner['runTests']>} All */

export default class UntilKilled extends TestRunner {
  /** @override @param {All[0]} files @param {All[1]} watcher @param {All[2]} options */
  async runTests(files, watcher, options) {
    if (!existsSync(TESTS)) return this.#record(files, watcher, options);
    let killed = false;
    this.on('test-file-success', ([, { numFailingTests }]) => {
      killed ||= numFailingTests > 0;
    });
    this.on('test-file-failure', () => {
      killed = true;
    });
    for (const file of this.#reaching(files)) {
      if (!killed) await super.runTests([file], watcher, options);
    }
  }

  /** @param {All[0]} files @param {All[1]} watcher @param {All[2]} options */
  async #record(files, watcher, options) {
    /** @type {Record<string, TestTime[]>} */
    const tests = {};
    this.on('test-file-success', ([{ path }, { testResults }]) => {
      tests[path] = testResults.map(({ fullName, duration }) => ({ name: fullName, ms: duration ?? 0 }));
    });
    await super.runTests(files, watcher, options);
    writeFileSync(TESTS, JSON.stringify(tests));
  }

  /** The files with a test that is to run, those first that have the least to do. @param {All[0]} files */
  #reaching(files) {
    /** @type {Record<string, TestTime[]>} */
    const tests = JSON.parse(readFileSync(TESTS, 'utf8'));
    const pattern = new RegExp(this._globalConfig.testNamePattern ?? '', 'i');
    return files
      .map(file => ({ file, due: (tests[file.path] ?? []).filter(({ name }) => pattern.test(name)) }))
      .filter(({ due }) => due.length > 0)
      .map(({ file, due }) => ({ file, ms: due.reduce((sum, { ms }) => sum + ms, 0) }))
      .sort((a, b) => a.ms - b.ms)
      .map(({ file }) => file);
  }
}
