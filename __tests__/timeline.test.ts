import { describe, expect, test } from '@jest/globals';
import type { Deletable } from '../src/outcome.js';
import { newOutcome } from '../src/outcome.js';
import type { Backup } from '../src/records.js';
import { drawTimeline } from '../src/timeline.js';
import { backupAt, idOf, utc } from './support/backups.js';

const SCALE = 'UTC      1   5    10   15   20   25   30';
const LEGEND = '● stays  ○ goes  ◐ both  × not proven gone';

/** Draws backups made at noon of these days: kept, selected and gone, selected and still there. */
function draw({ kept = [], gone = [], left = [] }: { kept?: string[]; gone?: string[]; left?: string[] }) {
  const all = [...kept, ...gone, ...left];
  const backups = all.map((day, index) => backupAt(utc(day.includes('T') ? day : `${day}T12:00:00`), index));
  const stillThere = new Set<Deletable>(backups.slice(kept.length + gone.length));
  return drawTimeline(
    {
      ...newOutcome(),
      kept: backups.slice(0, kept.length).map(backup => ({ backup, reasons: ['last'] })),
      selected: backups.slice(kept.length),
    },
    backup => !stillThere.has(backup),
  );
}

/** Its lines of months alone. */
function months(days: Parameters<typeof draw>[0]): string[] {
  return draw(days).filter(line => /^\d/.test(line));
}

describe('the timeline', () => {
  test('is a line a month and a column a day', () => {
    expect(
      draw({
        kept: ['2026-03-31', '2026-03-30', '2026-02-28'],
        gone: ['2026-03-29', '2026-03-15', '2026-02-01'],
        left: ['2026-03-01'],
      }),
    ).toEqual([
      SCALE,
      '2026-03  ×·············○·············○●●',
      '2026-02  ○··························●···',
      '',
      LEGEND,
    ]);
  });

  test('has its scale above the days', () => {
    for (const day of [1, 5, 10, 15, 20, 25, 30]) {
      const [line = ''] = months({ kept: [`2026-03-${String(day).padStart(2, '0')}`] });
      const column = line.indexOf('●');
      expect(SCALE.slice(column, column + String(day).length)).toBe(String(day));
    }
  });

  test.each<[string, Parameters<typeof draw>[0], string]>([
    ['kept', { kept: ['2026-03-01'] }, '●'],
    ['kept twice', { kept: ['2026-03-01', '2026-03-01'] }, '●'],
    ['deleted', { gone: ['2026-03-01'] }, '○'],
    ['deleted twice', { gone: ['2026-03-01', '2026-03-01'] }, '○'],
    ['kept and deleted', { kept: ['2026-03-01'], gone: ['2026-03-01'] }, '◐'],
    [
      'deleted, kept, deleted',
      { kept: ['2026-03-01T12:00:00'], gone: ['2026-03-01T11:00:00', '2026-03-01T13:00:00'] },
      '◐',
    ],
    ['still there', { left: ['2026-03-01'] }, '×'],
    ['still there and kept', { left: ['2026-03-01T11:00:00'], kept: ['2026-03-01T12:00:00'] }, '×'],
    ['still there and deleted', { left: ['2026-03-01T12:00:00'], gone: ['2026-03-01T11:00:00'] }, '×'],
    [
      'all of it',
      { left: ['2026-03-01T13:00:00'], gone: ['2026-03-01T12:00:00'], kept: ['2026-03-01T11:00:00'] },
      '×',
    ],
  ])('marks a day: %s', (_what, days, mark) => {
    expect(months(days)).toEqual([`2026-03  ${mark}${'·'.repeat(30)}`]);
  });

  test('has the newest month first, whatever the order of the backups', () => {
    const kept = ['2025-12-31', '2026-02-01', '2024-02-29', '2026-01-01'];
    const expected = ['2026-02', '2026-01', '2025-12', '2024-02'];
    expect(months({ kept }).map(line => line.slice(0, 7))).toEqual(expected);
    expect(months({ gone: kept.toReversed() }).map(line => line.slice(0, 7))).toEqual(expected);
  });

  test('goes by UTC: the last and the first second of a day', () => {
    expect(months({ kept: ['2026-02-28T23:59:59'], gone: ['2026-03-01T00:00:00'] })).toEqual([
      `2026-03  ○${'·'.repeat(30)}`,
      `2026-02  ${'·'.repeat(27)}●···`,
    ]);
  });

  test.each([
    [36, 36, undefined],
    [37, 36, '… and 1 earlier month'],
    [120, 36, '… and 84 earlier months'],
  ])('of %d months shows %d', (number, shown, note) => {
    const kept = Array.from({ length: number }, (_, index) => {
      const month = 2026 * 12 - index;
      return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-15`;
    });
    const lines = draw({ kept });
    expect(lines.filter(line => /^\d/.test(line))).toHaveLength(shown);
    expect(lines.find(line => line.startsWith('…'))).toBe(note);
    expect(lines[1]).toMatch(/^2026-01 /);
    expect(lines.slice(-2)).toEqual(['', LEGEND]);
  });

  test('shows the years beyond 9999', () => {
    expect(months({ kept: ['9999-12-31'] })).toEqual([`9999-12  ${'·'.repeat(30)}●`]);
    const beyond = backupAt(Date.UTC(10_000, 0, 1), 1);
    const outcome = { ...newOutcome(), kept: [{ backup: beyond, reasons: ['last'] }] };
    expect(drawTimeline(outcome, () => true)[1]).toBe(`+010000-01  ●${'·'.repeat(30)}`);
  });

  test('marks a day whose first deletion failed', () => {
    const selected = [backupAt(utc('2026-03-01T11:00:00'), 1), backupAt(utc('2026-03-01T12:00:00'), 2)];
    const [, line] = drawTimeline({ selected, kept: undefined }, ({ id }) => id === idOf(2));
    expect(line).toBe(`2026-03  ×${'·'.repeat(30)}`);
  });

  test('shows nothing where there is nothing to show', () => {
    expect(draw({})).toEqual([]);
    expect(drawTimeline(newOutcome(), () => true)).toEqual([]);
  });

  test('leaves out what has no date, and keeps to what the policy looked at', () => {
    const temporary: Backup = {
      ...backupAt(utc('2026-03-01T12:00:00'), 1),
      expiresOn: utc('2026-03-02T12:00:00'),
    };
    const unreadable = { kind: 'unreadable', id: idOf(2), name: 'a', problem: 'its date' } as const;
    const outcome = {
      ...newOutcome(),
      selected: [unreadable],
      ignored: [{ record: temporary, reason: 'temporary' }],
    };
    expect(drawTimeline(outcome, () => true)).toEqual([]);
  });
});
