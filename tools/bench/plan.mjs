// Prints how many milliseconds the planner in src/ takes for 10,000 backups and every rule, in a fresh process:
//
//   node --experimental-transform-types --no-warnings tools/bench/plan.mjs [TIME-ZONE]

import { registerHooks } from 'node:module';
import { makeBackups } from '../stand-in/portal.mjs';

// The sources import each other by the names of compiled files.
registerHooks({ resolve: (name, context, next) => next(name.replace(/^(\..*)\.js$/, '$1.ts'), context) });
const [{ parseHistory }, { UTC }, { createZonedCalendar }, { planRetention }] = await Promise.all([
  import('../../src/portal/history.js'),
  import('../../src/retention/calendar.js'),
  import('../../src/retention/time-zone.js'),
  import('../../src/retention/plan.js'),
]);

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
console.log(ms);
