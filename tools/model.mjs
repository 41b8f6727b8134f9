// `npm run model` runs the model test with 5,000 random cases in place of the few of `npm test`. A failure names its seed:
//
//   MODEL_RUNS=1 MODEL_SEED=4711 npm run model

import { spawnSync } from 'node:child_process';
import { root } from './runner.mjs';

const { MODEL_RUNS = '5000', MODEL_SEED = String(Date.now() % 1_000_000_000) } = process.env;
console.log(`MODEL_RUNS=${MODEL_RUNS} MODEL_SEED=${MODEL_SEED}`);
const env = { ...process.env, MODEL_RUNS, MODEL_SEED };
const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = ['node_modules/jest/bin/jest.js', '--verbose=false', '__tests__/model.test.ts'];
process.exitCode =
  spawnSync(process.execPath, [...node, ...jest], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
