import { describe, expect, test } from '@jest/globals';
import type { Fate } from '../../src/ledger.js';
import { parseHistory } from '../../src/portal/records.js';
import { drawTimeline } from '../../src/report/timeline.js';
import { type Calendar, UTC } from '../../src/retention/calendar.js';
import { zonedCalendar } from '../../src/retention/time-zone.js';
import { idOf } from '../support/backups.js';
import { backupOf, kept as keptOf } from './support.js';

const SCALE = 'UTC      1   5    10   15   20   25   30';

interface Days {
  kept?: string[];
  gone?: string[];
  left?: string[];
}

/** Draws backups of these days: kept, selected and deleted, selected and still listed. */
function draw({ kept = [], gone = [], left = [] }: Days, calendar: Calendar = UTC) {
  const backups = [...kept, ...gone, ...left].map((day, number) => backupOf(day, number));
  const stillThere = new Set(backups.slice(kept.length + gone.length).map(({ id }) => id));
  return drawTimeline(
    {
      kept: backups.slice(0, kept.length).map(backup => keptOf(backup)),
      selected: backups.slice(kept.length),
    },
    ({ id }) => (stillThere.has(id) ? 'listed' : 'deleted'),
    calendar,
  );
}

/** Its lines of months alone. */
function months(days: Days, calendar?: Calendar): string[] {
  return draw(days, calendar).filter(line => /^\d/.test(line));
}

function zone(name: string): Calendar {
  const calendar = zonedCalendar(name);
  if (!calendar) throw new Error(`No such zone: ${name}`);
  return calendar;
}

describe('the timeline', () => {
  test('is a line a month, the newest first, and a column a day', () => {
    expect(
      draw({
        kept: ['2026-03-31', '2026-03-30', '2026-02-28'],
        gone: ['2026-03-29', '2026-03-15', '2026-02-01', '2026-02-28'],
        left: ['2026-03-01'],
      }),
    ).toEqual([
      SCALE,
      '2026-03  ×·············○·············○●●',
      '2026-02  ○··························◐···',
      '',
      '● keep  ○ delete  ◐ both  × not proven gone',
    ]);
  });

  test('has its scale above the days', () => {
    for (const day of [1, 5, 10, 15, 20, 25, 30]) {
      const [line = ''] = months({ kept: [`2026-03-${String(day).padStart(2, '0')}`] });
      const column = line.indexOf('●');
      expect(SCALE.slice(column, column + String(day).length)).toBe(String(day));
    }
  });

  test.each<[string, Days, string]>([
    ['● keep', { kept: ['2026-03-01'] }, '●'],
    ['○ delete', { gone: ['2026-03-01', '2026-03-01'] }, '○'],
    ['◐ both', { kept: ['2026-03-01'], gone: ['2026-03-01'] }, '◐'],
    ['× not proven gone', { left: ['2026-03-01'] }, '×'],
    ['● keep  ○ delete', { kept: ['2026-03-01'], gone: ['2026-03-02'] }, '●○'],
  ])('has a legend for the signs in it alone: %s', (legend, days, marks) => {
    expect(months(days)).toEqual([`2026-03  ${marks}${'·'.repeat(31 - marks.length)}`]);
    expect(draw(days).slice(-2)).toEqual(['', legend]);
  });

  test.each<[string, Days, string]>([
    ['kept twice', { kept: ['2026-03-01', '2026-03-01'] }, '●'],
    [
      'deleted, kept, deleted',
      { kept: ['2026-03-01T12:00:00'], gone: ['2026-03-01T11:00:00', '2026-03-01T13:00:00'] },
      '◐',
    ],
    ['kept, and still there', { left: ['2026-03-01T11:00:00'], kept: ['2026-03-01T12:00:00'] }, '×'],
    ['deleted, and still there', { left: ['2026-03-01'], gone: ['2026-03-01'] }, '×'],
    ['all of it', { left: ['2026-03-01'], gone: ['2026-03-01'], kept: ['2026-03-01'] }, '×'],
  ])('has one mark for all backups of a day: %s', (_what, days, mark) => {
    expect(months(days)).toEqual([`2026-03  ${mark}${'·'.repeat(30)}`]);
  });

  test.each<[fate: Fate | 'planned', mark: string]>([
    ['planned', '○'],
    ['deleted', '○'],
    ['reported', '○'],
    ['not sent', '–'],
    ['listed', '×'],
    ['file may remain', '×'],
    ['unknown', '×'],
  ])('marks what is "%s" with %s', (fate, mark) => {
    const selected = [backupOf('2026-03-01', 1)];
    expect(drawTimeline({ kept: [], selected }, () => fate, UTC)[1]).toBe(
      `2026-03  ${mark}${'·'.repeat(30)}`,
    );
  });

  test.each<[what: string, fates: (Fate | 'kept')[], mark: string]>([
    ['kept, and not tried', ['kept', 'not sent'], '–'],
    ['deleted, and not tried', ['deleted', 'not sent'], '–'],
    ['not tried, and still listed', ['not sent', 'listed'], '×'],
    ['not tried, kept, deleted', ['not sent', 'kept', 'deleted'], '–'],
  ])('does not say "both" of a day on which something was left undone: %s', (_what, fates, mark) => {
    const backups = fates.map((_, number) => backupOf('2026-03-01', number));
    const of = (isKept: boolean) => backups.filter((_, number) => (fates[number] === 'kept') === isKept);
    const fateOf = ({ id }: { id: unknown }) => {
      const fate = fates[backups.findIndex(backup => backup.id === id)];
      return fate === undefined || fate === 'kept' ? 'unknown' : fate;
    };
    const group = { kept: of(true).map(backup => keptOf(backup)), selected: of(false) };
    expect(drawTimeline(group, fateOf, UTC)[1]).toBe(`2026-03  ${mark}${'·'.repeat(30)}`);
  });

  test('has the newest month first, whatever the order of the backups', () => {
    const days = ['2025-12-31', '2026-02-01', '2024-02-29', '2026-01-01'];
    const expected = ['2026-02', '2026-01', '2025-12', '2024-02'];
    expect(months({ kept: days }).map(line => line.slice(0, 7))).toEqual(expected);
    expect(months({ gone: days.toReversed() }).map(line => line.slice(0, 7))).toEqual(expected);
  });

  test('goes by UTC unless told otherwise: the last and the first second of a day', () => {
    expect(months({ kept: ['2026-02-28T23:59:59'], gone: ['2026-03-01T00:00:00'] })).toEqual([
      `2026-03  ○${'·'.repeat(30)}`,
      `2026-02  ${'·'.repeat(27)}●···`,
    ]);
  });

  test('goes by the days of a time zone, and names it', () => {
    const days = { kept: ['2026-02-28T22:59:59'], gone: ['2026-02-28T23:00:00'] };
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

  test('has no legend for a sign that is in the months left out alone', () => {
    const recent = Array.from({ length: 36 }, (_, index) => {
      const month = 2026 * 12 - index;
      return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-15`;
    });
    expect(draw({ kept: recent, left: ['2020-01-01'] }).at(-1)).toBe('● keep');
  });

  test('shows the first and the last year that the API can write', () => {
    expect(months({ kept: ['9999-12-31', '0002-01-01'] })).toEqual([
      `9999-12  ${'·'.repeat(30)}●`,
      `0002-01  ●${'·'.repeat(30)}`,
    ]);
  });

  test('is nothing where there is nothing to show', () => {
    expect(draw({})).toEqual([]);
  });

  test('leaves out what has no date that can be read', () => {
    const [record] = parseHistory([{ id: idOf(2), fileName: 'a' }], name => name);
    if (record?.id === undefined) throw new Error('It has an id');
    const undated = { ...record, id: record.id };
    expect(drawTimeline({ kept: [], selected: [undated] }, () => 'planned', UTC)).toEqual([]);
  });
});
