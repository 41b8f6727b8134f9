// Plans 10,000 backups with every rule at once, with the planner as it stands in src/, and prints the milliseconds that
// it took: the first time in a fresh process, as in a step. For Node 24, which can run TypeScript:
//
//   node --experimental-transform-types --disable-warning=ExperimentalWarning tools/bench/plan.mjs Europe/Berlin

import { registerHooks } from 'node:module';
import { makeBackups } from '../stand-in/portal.mjs';

// The sources name each other as the files that a compiler would make of them.
registerHooks({ resolve: (name, context, next) => next(name.replace(/^(\..*)\.js$/, '$1.ts'), context) });
const { parseHistory } = await import('../../src/portal/records.js');
const { UTC } = await import('../../src/retention/calendar.js');
const { planRetention } = await import('../../src/retention/plan.js');
const { createZonedCalendar } = await import('../../src/retention/time-zone.js');

const records = parseHistory(makeBackups(10_000, { everyHours: 7 }), text => text);
const backups = records.filter(record => record.kind === 'backup');
const within = { y: 0, m: 6, w: 0, d: 0, h: 0 };
const policy = {
  counts: { last: 10, hourly: 48, daily: 30, weekly: 52, monthly: 120, yearly: 1000 },
  within,
  withinPeriods: { hourly: within, daily: within, weekly: within, monthly: within, yearly: within },
};
const [, , zone] = process.argv;

const start = performance.now();
const calendar = zone === undefined ? UTC : createZonedCalendar(zone);
if (!calendar) throw new Error(`Not a time zone: ${zone}`);
const { kept, selected } = planRetention(backups, policy, { pinned: new Set(), calendar, now: Date.now() });
const ms = performance.now() - start;
if (kept.length + selected.length !== 10_000) throw new Error('The plan does not hold every backup');
process.stdout.write(`${ms}\n`);
