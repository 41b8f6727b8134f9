// Runs the model test (`__tests__/model.test.ts`) thousands of times, from a seed that nobody has chosen:
//
//   npm run model
//   MODEL_RUNS=1 MODEL_SEED=4711 npm run model
//
// A failure names the seed that repeats it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './runner.mjs';

const { MODEL_RUNS = '5000', MODEL_SEED = String(Date.now() % 1_000_000_000) } = process.env;
console.log(`MODEL_RUNS=${MODEL_RUNS} MODEL_SEED=${MODEL_SEED}`);
const jest = join(root, 'node_modules/jest/bin/jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { status } = spawnSync(
  process.execPath,
  [...flags, jest, '--verbose=false', '__tests__/model.test.ts'],
  {
    cwd: root,
    env: { ...process.env, MODEL_RUNS, MODEL_SEED },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
