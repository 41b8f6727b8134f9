// Plans 10,000 backups with every rule at once, with the planner as it stands in src/, and prints the milliseconds it
// took: the first time in a fresh process, as in a step. For Node 24, which can run TypeScript:
//
//   node --experimental-transform-types --disable-warning=ExperimentalWarning tools/bench/plan.mjs

import { registerHooks } from 'node:module';
import { makeBackups } from '../portal.mjs';

// The sources name each other as the files that a compiler would make of them.
registerHooks({ resolve: (name, context, next) => next(name.replace(/^(\..*)\.js$/, '$1.ts'), context) });
const { planRetention } = await import('../../src/retention.js');
const { parseHistory } = await import('../../src/records.js');

const records = parseHistory(makeBackups(10_000, { everyHours: 7 }), '');
const backups = records.filter(record => record.kind === 'backup');
const within = { y: 0, m: 6, w: 0, d: 0, h: 0 };
const policy = { last: 10, hourly: 48, daily: 30, weekly: 52, monthly: 120, yearly: 1000, within };

const start = performance.now();
const { kept, selected } = planRetention(backups, policy, Date.now());
const ms = performance.now() - start;
if (kept.length + selected.length !== 10_000) throw new Error('The plan does not hold every backup');
process.stdout.write(`${ms}\n`);
