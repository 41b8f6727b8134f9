// For mutation testing: what is quick comes first, since the first failure ends the run.

import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

const QUICK = [
  'retention',
  'timeline',
  'deadline',
  'http',
  'inputs',
  'report',
  'prune-properties',
  'delete-schedule',
];

/** @param {{ path: string }} test */
function rank({ path }) {
  const at = QUICK.findIndex(name => path.endsWith(`/${name}.test.ts`));
  return at === -1 ? QUICK.length : at;
}

export default class QuickFirst extends Sequencer {
  /** @param {{ path: string }[]} tests */
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b));
  }
}
