import { describe, expect, test } from '@jest/globals';
import type { BackupStatus } from '../../src/ledger.js';
import { parseHistory } from '../../src/portal/history.js';
import { drawTimeline } from '../../src/report/timeline.js';
import { type Calendar, UTC } from '../../src/retention/calendar.js';
import { createZonedCalendar } from '../../src/retention/time-zone.js';
import { idOf } from '../support/backups.js';
import { backupOf, kept as keptOf } from './support.js';

const SCALE = 'UTC      1   5    10   15   20   25   30';

interface Days {
  kept?: string[];
  deleted?: string[];
  stillListed?: string[];
}

/** Draws the backups of these days: kept, deleted, and selected but still listed. */
function draw({ kept = [], deleted = [], stillListed = [] }: Days, calendar: Calendar = UTC) {
  const backups = [...kept, ...deleted, ...stillListed].map((day, number) => backupOf(day, number));
  const stillListedIds = new Set(backups.slice(kept.length + deleted.length).map(({ id }) => id));
  return drawTimeline(
    {
      kept: backups.slice(0, kept.length).map(backup => keptOf(backup)),
      selected: backups.slice(kept.length),
    },
    ({ id }) => (stillListedIds.has(id) ? 'still-listed' : 'deleted'),
    calendar,
  );
}

/** Only the lines of the months. */
function months(days: Days, calendar?: Calendar): string[] {
  return draw(days, calendar).filter(line => /^\d/.test(line));
}

function zone(name: string): Calendar {
  const calendar = createZonedCalendar(name);
  if (!calendar) throw new Error(`Not a time zone: ${name}`);
  return calendar;
}

describe('the timeline', () => {
  test('has a line for each month, newest first, and a column for each day', () => {
    expect(
      draw({
        kept: ['2026-03-31', '2026-03-30', '2026-02-28'],
        deleted: ['2026-03-29', '2026-03-15', '2026-02-01', '2026-02-28'],
        stillListed: ['2026-03-01'],
      }),
    ).toEqual([
      SCALE,
      '2026-03  ×·············○·············○●●',
      '2026-02  ○··························◐···',
      '',
      '● keep  ○ delete  ◐ both  × not proven gone',
    ]);
  });

  test('has each number of its scale above the right day', () => {
    for (const day of [1, 5, 10, 15, 20, 25, 30]) {
      const [line = ''] = months({ kept: [`2026-03-${String(day).padStart(2, '0')}`] });
      const column = line.indexOf('●');
      expect(SCALE.slice(column, column + String(day).length)).toBe(String(day));
    }
  });

  test.each<[string, Days, string]>([
    ['● keep', { kept: ['2026-03-01'] }, '●'],
    ['○ delete', { deleted: ['2026-03-01', '2026-03-01'] }, '○'],
    ['◐ both', { kept: ['2026-03-01'], deleted: ['2026-03-01'] }, '◐'],
    ['× not proven gone', { stillListed: ['2026-03-01'] }, '×'],
    ['● keep  ○ delete', { kept: ['2026-03-01'], deleted: ['2026-03-02'] }, '●○'],
  ])('has a legend only for the marks in it: %s', (legend, days, marks) => {
    expect(months(days)).toEqual([`2026-03  ${marks}${'·'.repeat(31 - marks.length)}`]);
    expect(draw(days).slice(-2)).toEqual(['', legend]);
  });

  test.each<[string, Days, string]>([
    ['kept twice', { kept: ['2026-03-01', '2026-03-01'] }, '●'],
    [
      'deleted, kept, deleted',
      { kept: ['2026-03-01T12:00:00'], deleted: ['2026-03-01T11:00:00', '2026-03-01T13:00:00'] },
      '◐',
    ],
    ['kept, and still listed', { stillListed: ['2026-03-01T11:00:00'], kept: ['2026-03-01T12:00:00'] }, '×'],
    ['deleted, and still listed', { stillListed: ['2026-03-01'], deleted: ['2026-03-01'] }, '×'],
    ['all of these', { stillListed: ['2026-03-01'], deleted: ['2026-03-01'], kept: ['2026-03-01'] }, '×'],
  ])('has one mark for all backups of a day: %s', (_case, days, mark) => {
    expect(months(days)).toEqual([`2026-03  ${mark}${'·'.repeat(30)}`]);
  });

  test.each<[status: BackupStatus | 'planned', mark: string]>([
    ['planned', '○'],
    ['deleted', '○'],
    ['reported-deleted', '○'],
    ['not-sent', '–'],
    ['still-listed', '×'],
    ['file-may-remain', '×'],
    ['unknown', '×'],
  ])('marks the status "%s" with %s', (status, mark) => {
    const selected = [backupOf('2026-03-01', 1)];
    expect(drawTimeline({ kept: [], selected }, () => status, UTC)[1]).toBe(
      `2026-03  ${mark}${'·'.repeat(30)}`,
    );
  });

  test.each<[what: string, statuses: (BackupStatus | 'kept')[], mark: string]>([
    ['kept, and not tried', ['kept', 'not-sent'], '–'],
    ['deleted, and not tried', ['deleted', 'not-sent'], '–'],
    ['not tried, and still listed', ['not-sent', 'still-listed'], '×'],
    ['not tried, kept, deleted', ['not-sent', 'kept', 'deleted'], '–'],
  ])('does not mark a day as "both" if a deletion is not done: %s', (_case, statuses, mark) => {
    const backups = statuses.map((_, number) => backupOf('2026-03-01', number));
    const withKept = (isKept: boolean) =>
      backups.filter((_, number) => (statuses[number] === 'kept') === isKept);
    const statusOf = ({ id }: { id: unknown }) => {
      const status = statuses[backups.findIndex(backup => backup.id === id)];
      return status === undefined || status === 'kept' ? 'unknown' : status;
    };
    const group = { kept: withKept(true).map(backup => keptOf(backup)), selected: withKept(false) };
    expect(drawTimeline(group, statusOf, UTC)[1]).toBe(`2026-03  ${mark}${'·'.repeat(30)}`);
  });

  test('has the newest month first, in any order of the backups', () => {
    const days = ['2025-12-31', '2026-02-01', '2024-02-29', '2026-01-01'];
    const expected = ['2026-02', '2026-01', '2025-12', '2024-02'];
    expect(months({ kept: days }).map(line => line.slice(0, 7))).toEqual(expected);
    expect(months({ deleted: days.toReversed() }).map(line => line.slice(0, 7))).toEqual(expected);
  });

  test('uses UTC by default, from the first to the last second of a day', () => {
    expect(months({ kept: ['2026-02-28T23:59:59'], deleted: ['2026-03-01T00:00:00'] })).toEqual([
      `2026-03  ○${'·'.repeat(30)}`,
      `2026-02  ${'·'.repeat(27)}●···`,
    ]);
  });

  test('uses the days of a time zone, and names it', () => {
    const days = { kept: ['2026-02-28T22:59:59'], deleted: ['2026-02-28T23:00:00'] };
    expect(draw(days, zone('Europe/Berlin'))).toEqual([
      'Europe/Berlin',
      SCALE.replace('UTC', '   '),
      `2026-03  ○${'·'.repeat(30)}`,
      `2026-02  ${'·'.repeat(27)}●···`,
      '',
      '● keep  ○ delete',
    ]);
    expect(draw(days, zone('Japan'))[0]).toBe(SCALE.replace('UTC  ', 'Japan'));
  });

  test.each([
    [36, 36, undefined],
    [37, 36, '… and 1 earlier month'],
    [1300, 36, '… and 1,264 earlier months'],
  ])('of %d months shows %d', (number, shown, note) => {
    const kept = Array.from({ length: number }, (_, index) => {
      const month = 2026 * 12 - index;
      return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-15`;
    });
    const lines = draw({ kept });
    expect(lines.filter(line => /^\d/.test(line))).toHaveLength(shown);
    expect(lines.find(line => line.startsWith('…'))).toBe(note);
    expect(lines[1]).toMatch(/^2026-01 /);
    expect(lines.slice(-2)).toEqual(['', '● keep']);
  });

  test('has no legend for a mark that is only in the omitted months', () => {
    const recent = Array.from({ length: 36 }, (_, index) => {
      const month = 2026 * 12 - index;
      return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-15`;
    });
    expect(draw({ kept: recent, stillListed: ['2020-01-01'] }).at(-1)).toBe('● keep');
  });

  test('shows the first and the last year that the API can send', () => {
    expect(months({ kept: ['9999-12-31', '0002-01-01'] })).toEqual([
      `9999-12  ${'·'.repeat(30)}●`,
      `0002-01  ●${'·'.repeat(30)}`,
    ]);
  });

  test('is empty if there is nothing to show', () => {
    expect(draw({})).toEqual([]);
  });

  test('omits a record without a readable date', () => {
    const [record] = parseHistory([{ id: idOf(2), fileName: 'a' }], name => name);
    if (record?.id === undefined) throw new Error('The id is missing');
    const undated = { ...record, id: record.id };
    expect(drawTimeline({ kept: [], selected: [undated] }, () => 'planned', UTC)).toEqual([]);
  });
});
