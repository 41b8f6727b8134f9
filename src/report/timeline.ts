import type { BackupId, IdentifiedRecord } from '../backups/backup.js';
import type { BackupStatus } from '../ledger.js';
import type { Calendar } from '../retention/calendar.js';
import { pluralize } from '../text/format.js';
import { join, type Printable, text, toPrintable } from '../text/printable.js';
import type { StorageGroup } from './groups.js';

const MAX_MONTHS = 36;

const LEGEND = [
  ['●', text`● keep`],
  ['○', text`○ delete`],
  ['◐', text`◐ both`],
  ['×', text`× not proven gone`],
  ['–', text`– not tried`],
  ['!', text`! gone, not by this run`],
] as const;
type Mark = (typeof LEGEND)[number][0];

const DAYS = '1   5    10   15   20   25   30';

/**
 * Draws the backups of a storage type as a calendar: one line a month, newest first, and one column a day.
 * @param statusOf the status of a selected backup; `planned`: nothing was sent, and it would be deleted
 * @param missingIds what should remain and is not listed any more
 * @returns lines; none if there is nothing to draw
 */
export function drawTimeline(
  { kept, selected }: Pick<StorageGroup, 'kept' | 'selected'>,
  statusOf: (selected: IdentifiedRecord) => BackupStatus | 'planned',
  calendar: Calendar,
  missingIds: ReadonlySet<BackupId> = new Set(),
): Printable[] {
  const months = new Map<Printable, Map<number, Mark>>();
  const used = new Set<Mark>();
  function add(createdOn: number, mark: Mark): void {
    const { month, day } = calendar.splitDate(createdOn);
    const days = months.get(month) ?? new Map<number, Mark>();
    months.set(month, days.set(day, mergeMarks(days.get(day), mark)));
  }
  for (const { backup } of kept) add(backup.createdOn, missingIds.has(backup.id) ? '!' : '●');
  for (const record of selected) {
    if (record.kind === 'backup') add(record.createdOn, chooseMark(statusOf(record)));
  }
  if (months.size === 0) return [];

  const newestFirst = [...months].sort(([a], [b]) => (a < b ? 1 : -1));
  const lines = newestFirst.slice(0, MAX_MONTHS).map(([month, days]) => {
    for (const mark of days.values()) used.add(mark);
    return text`${month}  ${drawMonth(days)}`;
  });
  const older = newestFirst.length - lines.length;
  if (older > 0) lines.push(text`… and ${pluralize(older, 'earlier month')}`);
  const legend = LEGEND.filter(([mark]) => used.has(mark)).map(([, meaning]) => meaning);
  const monthWidth = 'YYYY-MM'.length;
  const isShort = calendar.name.length < monthWidth;
  return [
    ...(isShort ? [] : [calendar.name]),
    toPrintable(`${(isShort ? calendar.name : '').padEnd(monthWidth)}  ${DAYS}`),
    ...lines,
    text``,
    join(legend, '  '),
  ];
}

function chooseMark(status: BackupStatus | 'planned'): Mark {
  if (status === 'not-sent') return '–';
  return status === 'planned' || status === 'deleted' || status === 'reported-deleted' ? '○' : '×';
}

function drawMonth(days: ReadonlyMap<number, Mark>): Printable {
  return join(
    Array.from({ length: 31 }, (_, index) => days.get(index + 1) ?? '·'),
    '',
  );
}

/** One mark for all backups of a day: the worst of them, or `◐`. */
function mergeMarks(before: Mark | undefined, mark: Mark): Mark {
  if (before === undefined || before === mark) return mark;
  return (['!', '×', '–'] as const).find(bad => bad === before || bad === mark) ?? '◐';
}
