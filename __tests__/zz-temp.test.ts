import { expect, test } from '@jest/globals';
import { act, errorOf } from './support/action.js';
import { makeBackups, makeId, SCHEDULE } from '../tools/stand-in/portal.mjs';
import { portalWith } from './support/portals.js';
import { theClock } from './support/clock.js';

test('prune', async () => {
  const portal = await portalWith({ backups: makeBackups(40), latencyMs: 20 });
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7' });
  console.log(r.log, r.ms, r.code, r.outputs, portal.state.mostAtOnce);
});
test('3000', async () => {
  const portal = await portalWith({ backups: makeBackups(3000, { everyHours: 1 }), latencyMs: 20, limits: { perMinute: 1500 } });
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7' });
  console.log(r.log.slice(-1500), r.ms, r.code, portal.state.refused, portal.state.mostAtOnce);
});
test('four', async () => {
  const portal = await portalWith({ backups: makeBackups(300, { everyHours: 1 }), latencyMs: 20, limits: { deletesAtOnce: 4 } });
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7' });
  console.log(r.log.slice(-500), r.ms, r.code, portal.state.refused, portal.state.mostAtOnce);
});
test('hang', async () => {
  const portal = await portalWith({ backups: makeBackups(30), faults: [{ kind: 'hang', on: 'DELETE' }] });
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7' });
  console.log(r.log.slice(-1500), r.ms, r.code, portal.seen.length, portal.state.mostAtOnce, portal.state.mostRequestsAtOnce);
});
test('deadline', async () => {
  const portal = await portalWith({ backups: makeBackups(400), deleteMs: 1000 });
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7', 'timeout-seconds': '10' });
  console.log(r.log.slice(-1500), r.ms, r.code, portal.state.deletedIds.size, portal.state.mostAtOnce, portal.state.mostRequestsAtOnce);
  await theClock().advance(60000);
  console.log(portal.state.deletedIds.size);
});
test('cancel', async () => {
  const portal = await portalWith({ backups: makeBackups(400), deleteMs: 1000 });
  const c = new AbortController(); theClock().after(2500, () => c.abort());
  const r = await act({ operation: 'prune-history', 'portal-url': portal.url, 'keep-last': '7' }, { cancelled: c.signal });
  console.log(errorOf(r), r.ms, r.code, portal.state.deletedIds.size);
});
test('schedule', async () => {
  const portal = await portalWith({ schedule: SCHEDULE });
  const r = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
  console.log(r.log);
});
