import type { Deletable, Outcome } from './outcome.js';
import { DAY_MS } from './retention.js';
import { count, formatTime } from './text.js';

/** Months that the timeline holds; older ones share one line. */
const MOST_MONTHS = 36;

type Drawn = Pick<Outcome, 'selected' | 'kept'>;

/** ○ goes, ● stays, ◐ some of both on that day, × was to go and is not proven gone. */
type Mark = '○' | '●' | '◐' | '×';

const LEGEND = '● stays  ○ goes  ◐ both  × not proven gone';
const SCALE = 'UTC      1   5    10   15   20   25   30';

/**
 * Draws the backups as a calendar: a line a month, newest first, and a column a day.
 * @param isGone whether a selected backup is deleted, or would be
 * @returns lines, without line breaks; none where there is nothing to draw
 */
export function drawTimeline(
  { selected = [], kept = [] }: Drawn,
  isGone: (selected: Deletable) => boolean,
): string[] {
  /** By the number of the day since 1970. */
  const days = new Map<number, Mark>();
  function add(createdOn: number, mark: Mark): void {
    const day = Math.floor(createdOn / DAY_MS);
    days.set(day, merge(days.get(day), mark));
  }
  for (const { backup } of kept) add(backup.createdOn, '●');
  for (const record of selected) {
    if (record.kind === 'backup') add(record.createdOn, isGone(record) ? '○' : '×');
  }

  const months = new Map<string, Mark[]>();
  for (const [day, mark] of [...days].sort(([a], [b]) => b - a)) {
    const month = formatTime(day * DAY_MS).slice(0, -'-DD hh:mm'.length);
    const marks = months.get(month) ?? [];
    marks[new Date(day * DAY_MS).getUTCDate()] = mark;
    months.set(month, marks);
  }
  if (months.size === 0) return [];
  const lines = [...months].slice(0, MOST_MONTHS).map(([month, marks]) => {
    return `${month}  ${Array.from({ length: 31 }, (_, index) => marks[index + 1] ?? '·').join('')}`;
  });
  const older = months.size - lines.length;
  return [SCALE, ...lines, ...(older > 0 ? [`… and ${count(older, 'earlier month')}`] : []), '', LEGEND];
}

/** One mark for all backups of a day. */
function merge(before: Mark | undefined, mark: Mark): Mark {
  if (before === undefined || before === mark) return mark;
  return before === '×' || mark === '×' ? '×' : '◐';
}
