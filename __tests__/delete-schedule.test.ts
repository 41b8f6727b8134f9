import { describe, expect, test } from '@jest/globals';
import { SCHEDULE } from '../tools/stand-in/portal.mjs';
import { act, errorOf } from './support/action.js';
import { deletions, portalWith } from './support/portals.js';

const GET = 'GET /api/2.0/backup/getbackupschedule';
const DELETE = 'DELETE /api/2.0/backup/deletebackupschedule';

describe('delete-schedule', () => {
  test.each([
    ['', ''],
    ['false', '?Dump=false'],
    ['true', '?Dump=true'],
  ])('with dump "%s" looks, deletes and looks again', async (dump, query) => {
    const portal = await portalWith({ schedule: SCHEDULE, dumpSchedule: SCHEDULE, standalone: true });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url, dump });

    expect(result.code).toBe(0);
    expect(portal.seen).toEqual([GET + query, DELETE + query, GET + query]);
    expect(portal.state.schedule).toEqual(
      dump === 'true' ? { own: SCHEDULE, dumps: undefined } : { own: undefined, dumps: SCHEDULE },
    );
    expect(result.outputs).toEqual({
      result: 'true',
      'status-code': '200',
      'selected-count': '0',
      'selected-ids': '[]',
      'deleted-count': '0',
      'deleted-ids': '[]',
      'failed-count': '0',
      'failed-ids': '[]',
      'kept-count': '0',
      'kept-ids': '[]',
    });
  });

  test('shows what the schedule was, and what ends with it, but not its storage parameters', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { summary, log } = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(summary).toContain('weekly, day 2, at 5:00, keeping 7 copies, in Documents');
    expect(summary).toContain('portal&#39;s own removal of old scheduled copies');
    expect(log).toContain('The schedule: weekly, day 2, at 5:00, keeping 7 copies, in Documents. Existing');
    expect(log).toContain('Done: the backup schedule is deleted.');
  });

  test('says nothing of what ends with it when it could not be read', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, faults: [{ kind: 'access-denied' }] });
    const { log, summary } = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(log + summary).not.toContain('old scheduled copies');
  });

  test('shows a ? for what cannot be read of it', async () => {
    const portal = await portalWith({ schedule: { cronParams: { period: 9, hour: '5' }, storageType: 17 } });
    const { code, summary } = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(summary).toContain('The schedule: ?, day ?, at ?:00, keeping ? copies, in ?.');
  });

  test('is green without a schedule, and says so', async () => {
    const portal = await portalWith();
    const { code, log, summary } = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET, DELETE, GET]);
    expect(log).toContain('Done: there was no backup schedule.');
    expect(log + summary).not.toContain('old scheduled copies');
    expect(summary).toContain('Done: there was no backup schedule');
  });

  test('with verify: false is one DELETE', async () => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { code, outputs, log, summary } = await act({
      operation: 'delete-schedule',
      'portal-url': portal.url,
      verify: 'false',
    });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([DELETE]);
    expect(outputs['selected-count']).toBe('0');
    for (const text of [log, summary])
      expect(text).toMatch(/^(<p>)?Existing backups stay; with the schedule ends/m);
  });

  test.each(['true', 'false'])('in a dry run with verify: %s sends GETs alone', async verify => {
    const portal = await portalWith({ schedule: SCHEDULE });
    const { code, log, summary, outputs } = await act({
      operation: 'delete-schedule',
      'portal-url': portal.url,
      verify,
      'dry-run': 'true',
    });
    expect(code).toBe(0);
    expect(portal.seen).toEqual([GET]);
    expect(portal.state.schedule.own).toEqual(SCHEDULE);
    expect(outputs['status-code']).toBe('');
    expect(log).toContain('Dry run: the backup schedule would be deleted.');
    expect(summary).toContain('The schedule: weekly');
  });

  test('is red when the portal reports success and the schedule is still there', async () => {
    const portal = await portalWith({ schedule: SCHEDULE, stuckSchedule: true });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toContain('the schedule is still there');
    expect(deletions(portal)).toHaveLength(1);
  });

  test('is red when the schedule cannot be read', async () => {
    const portal = await portalWith({ faults: [{ kind: 'says-text' }] });
    const result = await act({ operation: 'delete-schedule', 'portal-url': portal.url });
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatch(
      /^HTTP 200 from GET \S+getbackupschedule on 127\.0\.0\.1:\d+, but its "response" is not a schedule\. Check/,
    );
    expect(deletions(portal)).toEqual([]);
  });
});
