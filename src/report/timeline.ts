import type { Fate } from '../ledger.js';
import type { BackupId, Deletable } from '../portal/records.js';
import type { Calendar } from '../retention/calendar.js';
import { count, join, type Printable, say } from '../text.js';
import type { StorageGroup } from './show.js';

/** Months that the timeline holds; older ones share one line. */
const MOST_MONTHS = 36;

const LEGEND = [
  ['●', say`● keep`],
  ['○', say`○ delete`],
  ['◐', say`◐ both`],
  ['×', say`× not proven gone`],
  ['–', say`– not tried`],
  ['!', say`! gone, not by this run`],
] as const;
type Mark = (typeof LEGEND)[number][0];

const DAYS = '1   5    10   15   20   25   30';

/**
 * Draws the backups of a storage as a calendar: a line a month, newest first, and a column a day.
 * @param fateOf what has become of a selected backup; `planned`: nothing was sent, and it would be deleted
 * @param missing the ids of what was to stay and is not listed any more
 * @returns lines; none where there is nothing to draw
 */
export function drawTimeline(
  { kept, selected }: Pick<StorageGroup, 'kept' | 'selected'>,
  fateOf: (selected: Deletable) => Fate | 'planned',
  calendar: Calendar,
  missing: ReadonlySet<BackupId> = new Set(),
): Printable[] {
  const months = new Map<Printable, Map<number, Mark>>();
  const used = new Set<Mark>();
  function add(createdOn: number, mark: Mark): void {
    const { month, day } = calendar.dayOf(createdOn);
    const days = months.get(month) ?? new Map<number, Mark>();
    months.set(month, days.set(day, merge(days.get(day), mark)));
  }
  for (const { backup } of kept) add(backup.createdOn, missing.has(backup.id) ? '!' : '●');
  for (const record of selected) {
    if (record.kind === 'backup') add(record.createdOn, markOf(fateOf(record)));
  }
  if (months.size === 0) return [];

  const newestFirst = [...months].sort(([a], [b]) => (a < b ? 1 : -1));
  const lines = newestFirst.slice(0, MOST_MONTHS).map(([month, days]) => {
    for (const mark of days.values()) used.add(mark);
    return say`${month}  ${row(days)}`;
  });
  const older = newestFirst.length - lines.length;
  if (older > 0) lines.push(say`… and ${count(older, 'earlier month')}`);
  const legend = LEGEND.filter(([mark]) => used.has(mark)).map(([, meaning]) => meaning);
  const isShort = calendar.name.length < 'YYYY-MM'.length;
  const zone = isShort ? [] : [say`${calendar.name}`];
  return [
    ...zone,
    say`${isShort ? padded(calendar.name) : padded(say``)}  ${DAYS}`,
    ...lines,
    say``,
    join(legend, '  '),
  ];
}

function markOf(fate: Fate | 'planned'): Mark {
  if (fate === 'not sent') return '–';
  return fate === 'planned' || fate === 'deleted' || fate === 'reported' ? '○' : '×';
}

function row(days: ReadonlyMap<number, Mark>): Printable {
  return join(
    Array.from({ length: 31 }, (_, index) => days.get(index + 1) ?? '·'),
    '',
  );
}

function padded(name: Printable): Printable {
  return name.length < 'YYYY-MM'.length ? padded(say`${name} `) : name;
}

/** One mark for all backups of a day: the worst, if there is a bad one. */
function merge(before: Mark | undefined, mark: Mark): Mark {
  if (before === undefined || before === mark) return mark;
  return (['!', '×', '–'] as const).find(bad => bad === before || bad === mark) ?? '◐';
}
