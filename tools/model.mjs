// `npm run model` runs the model test with 5,000 random cases in place of the few of `npm test`. A failure names its seed:
//
//   MODEL_RUNS=1 MODEL_SEED=4711 npm run model

import { spawnSync } from 'node:child_process';
import { root } from './runner.mjs';

const { MODEL_RUNS = '5000', MODEL_SEED = String(Date.now() % 1_000_000_000) } = process.env;
console.log(`MODEL_RUNS=${MODEL_RUNS} MODEL_SEED=${MODEL_SEED}`);
const env = { ...process.env, MODEL_RUNS, MODEL_SEED };
const command = 'npm test -- --verbose=false __tests__/model.test.ts';
process.exitCode = spawnSync(command, { cwd: root, env, stdio: 'inherit', shell: true }).status ?? 1;
