import type { Deletable, Outcome } from './outcome.js';
import { count, formatTime } from './text.js';

/** Months that the timeline holds; older ones share one line. */
const MOST_MONTHS = 36;

type Drawn = Pick<Outcome, 'selected' | 'kept'>;

/** ○ goes, ● stays, ◐ some of both on that day, × was to go and is still there. */
type Mark = '○' | '●' | '◐' | '×';

const LEGEND = '● stays  ○ goes  ◐ both  × still there';
const SCALE = 'UTC      1   5    10   15   20   25   30';

/**
 * Draws the backups as a calendar: a line a month, newest first, and a column a day.
 * @param isGone whether a selected backup is deleted, or would be
 * @returns lines, without line breaks; none where there is nothing to draw
 */
export function drawTimeline(outcome: Drawn, isGone: (selected: Deletable) => boolean): string[] {
  const months = new Map<string, Mark[]>();
  for (const { createdOn, mark } of marksOf(outcome, isGone).sort((a, b) => b.createdOn - a.createdOn)) {
    const date = formatTime(createdOn).slice(0, -' hh:mm'.length);
    const month = date.slice(0, -'-DD'.length);
    const day = Number(date.slice(-'DD'.length));
    const marks = months.get(month) ?? [];
    marks[day] = merge(marks[day], mark);
    months.set(month, marks);
  }
  if (months.size === 0) return [];
  const lines = [...months].slice(0, MOST_MONTHS).map(([month, marks]) => {
    return `${month}  ${Array.from({ length: 31 }, (_, index) => marks[index + 1] ?? '·').join('')}`;
  });
  const older = months.size - lines.length;
  return [SCALE, ...lines, ...(older > 0 ? [`… and ${count(older, 'earlier month')}`] : []), '', LEGEND];
}

function marksOf({ selected = [], kept = [] }: Drawn, isGone: (selected: Deletable) => boolean) {
  const marks: { createdOn: number; mark: Mark }[] = [];
  for (const { backup } of kept) marks.push({ createdOn: backup.createdOn, mark: '●' });
  for (const record of selected) {
    if (record.kind === 'backup')
      marks.push({ createdOn: record.createdOn, mark: isGone(record) ? '○' : '×' });
  }
  return marks;
}

/** One mark for all backups of a day. */
function merge(before: Mark | undefined, mark: Mark): Mark {
  if (before === undefined || before === mark) return mark;
  return before === '×' || mark === '×' ? '×' : '◐';
}
