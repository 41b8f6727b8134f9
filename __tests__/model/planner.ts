// A second telling of the retention rules: what `restic forget` keeps, storage type by storage type.

const DAY_MS = 86_400_000;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TYPES = ['Documents', 'ThridpartyDocuments', 'CustomCloud', 'Local', 'DataStore', 'ThirdPartyConsumer'];

/** What the oracle reads in a record. */
export interface Listed {
  /** Lower case; `''`: it cannot be read. */
  id: string;
  /** By name; `''`: it cannot be read. */
  type: string;
  /** `undefined`: it cannot be read. */
  createdOn: number | undefined;
  expires: 'never' | 'at a time' | 'unreadable';
}

export function readRecord(record: unknown): Listed {
  const fields: Record<string, unknown> = typeof record === 'object' && record !== null ? { ...record } : {};
  const { id, storageType, createdOn, expiresOn } = fields;
  const expiry = readTime(expiresOn);
  return {
    id: typeof id === 'string' && GUID.test(id) ? id.toLowerCase() : '',
    type: readType(storageType),
    createdOn: typeof readTime(createdOn) === 'number' ? (readTime(createdOn) as number) : undefined,
    expires:
      expiry === 'year 1' || expiresOn === undefined || expiresOn === null
        ? 'never'
        : expiry === 'unreadable'
          ? 'unreadable'
          : 'at a time',
  };
}

function readType(value: unknown): string {
  if (typeof value === 'number') return TYPES[value] ?? '';
  return TYPES.find(name => name === value) ?? '';
}

function readTime(value: unknown): number | 'year 1' | 'unreadable' {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z?$/.exec(String(value));
  if (typeof value !== 'string' || !parts) return 'unreadable';
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year === 1) return 'year 1';
  const time = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    Math.floor(Number(`0${parts[7] ?? ''}`) * 1000),
  );
  return new Date(time).toISOString().slice(0, 19) === value.slice(0, 19) ? time : 'unreadable';
}

/** A zone's clock on the wall, written as if it were UTC. */
function wallClock(zone: string): (time: number) => number {
  if (zone === 'UTC') return time => time;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return time => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const year = part['era'] === 'BC' ? 1 - Number(part['year']) : Number(part['year']);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(part['month']) - 1, Number(part['day']));
    wall.setUTCHours(Number(part['hour']), Number(part['minute']), Number(part['second']));
    return wall.getTime() + (((time % 1000) + 1000) % 1000);
  };
}

/** The time less a duration such as `1y5m7d2h`, as Go's AddDate and Add have it. NaN: beyond all dates. */
export function before(time: number, duration: string, zone: string): number {
  const amount = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0);
  const wall = wallClock(zone);
  const shifted = new Date(wall(time));
  // All at once: a day that the month does not have runs over into the next.
  shifted.setUTCFullYear(
    shifted.getUTCFullYear() - amount('y'),
    shifted.getUTCMonth() - amount('m'),
    shifted.getUTCDate() - amount('d') - 7 * amount('w'),
  );
  const local = shifted.getTime();
  if (Number.isNaN(local)) return Number.NaN;
  const first = wall(local) - local;
  const utc = first === 0 ? local : local - (wall(local - first) - (local - first));
  return utc - amount('h') * 3_600_000;
}

function isZero(duration: string): boolean {
  return !/[1-9]/.test(duration);
}

type Bucket = (time: number, index: number) => string;

/** The day, the month, … that a time lies in. */
function bucketsOf(zone: string): Record<string, Bucket> {
  const wall = wallClock(zone);
  const cut = (length: number) => (time: number) => new Date(wall(time)).toISOString().slice(0, length);
  return {
    last: (_time, index) => String(index),
    hourly: cut(13),
    daily: cut(10),
    weekly: time => {
      const day = new Date(wall(time));
      // The week's Thursday tells its year and its number.
      day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
      const [year] = day.toISOString().split('-');
      const days = Math.floor((day.getTime() - Date.parse(`${year}-01-01T00:00:00Z`)) / DAY_MS);
      return `${year} week ${Math.floor(days / 7)}`;
    },
    monthly: cut(7),
    yearly: cut(4),
  };
}

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];

export interface Dated {
  id: string;
  createdOn: number;
}

/** What one storage type keeps: id → reasons. */
export function keepOf(
  backups: readonly Dated[],
  inputs: Record<string, string>,
  now: number,
): Map<string, string[]> {
  const zone = inputs['time-zone'] || 'UTC';
  const buckets = bucketsOf(zone);
  const newestFirst = [...backups].sort((a, b) => b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1));
  const latest = newestFirst.find(({ createdOn }) => createdOn < now)?.createdOn ?? Number.NEGATIVE_INFINITY;
  const reasons = new Map<string, string[]>();
  const keep = (backup: Dated, reason: string) => {
    reasons.set(backup.id, [...(reasons.get(backup.id) ?? []), reason]);
  };
  const isWithin = (backup: Dated, duration: string) => {
    const edge = latest === Number.NEGATIVE_INFINITY ? latest : before(latest, duration, zone);
    return Number.isNaN(edge) || backup.createdOn > edge;
  };

  for (const rule of ['within', 'last', ...PERIODS, ...PERIODS.map(period => `within-${period}`)]) {
    const value = inputs[`keep-${rule}`] ?? '';
    if (value === '' || (rule.startsWith('within') ? isZero(value) : value === '0')) continue;
    if (rule === 'within') {
      for (const backup of newestFirst) if (isWithin(backup, value)) keep(backup, `within ${value}`);
      continue;
    }
    const period = rule.replace('within-', '');
    const bucket = buckets[period];
    if (!bucket) throw new Error(`No such rule: ${rule}`);
    let left = rule.startsWith('within') || value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
    let seen: string | undefined;
    for (const [index, backup] of newestFirst.entries()) {
      if (left === 0 || (rule.startsWith('within') && !isWithin(backup, value))) continue;
      const here = bucket(backup.createdOn, index);
      const isOldest = index === newestFirst.length - 1;
      if (here === seen && !isOldest) continue;
      const oldest = here === seen ? 'oldest ' : '';
      keep(backup, `${oldest}${period}${rule.startsWith('within') ? ` within ${value}` : ''}`);
      seen = here;
      left--;
    }
  }
  return reasons;
}

export interface Plan {
  selected: string[];
  kept: string[];
  /** What the policy considers. */
  considered: Listed[];
}

/** @param now the date of the run */
export function planOf(records: readonly unknown[], inputs: Record<string, string>, now: number): Plan {
  const types = namesIn(inputs['storage-types'] ?? '');
  const pins = new Set(idsIn(inputs['keep-ids'] ?? ''));
  const all = records.map(readRecord);
  const times = new Map<string, number>();
  for (const { id } of all) times.set(id, (times.get(id) ?? 0) + 1);
  const considered = all.filter(({ id, type, createdOn, expires }) => {
    // Of one that is listed twice, nobody knows what it is.
    if (times.get(id) !== 1) return false;
    if (id === '' || type === '' || createdOn === undefined || expires !== 'never') return false;
    if (createdOn > now + DAY_MS) return false;
    return types.length === 0 || types.includes(type);
  });
  const kept = new Set<string>();
  for (const type of new Set(considered.map(({ type }) => type))) {
    const group = considered.filter(backup => backup.type === type) as (Listed & Dated)[];
    for (const id of keepOf(group, inputs, now).keys()) kept.add(id);
  }
  for (const { id } of considered) if (pins.has(id)) kept.add(id);
  const ids = considered.map(({ id }) => id);
  return { selected: ids.filter(id => !kept.has(id)), kept: [...kept], considered };
}

/** Storage types by name, from names and numbers. */
function namesIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(name => name !== '')
    .map(name => TYPES[Number(name)] ?? name);
}

export function idsIn(text: string): string[] {
  return text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi)?.map(id => id.toLowerCase()) ?? [];
}
