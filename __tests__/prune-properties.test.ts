import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deleteBackups, pruneHistory } from '../src/delete-backups.js';
import { BadAnswer, Failure, NoAnswer } from '../src/failure.js';
import { type Log, newOutcome, type Outcome } from '../src/outcome.js';
import { type Portal, rehearse } from '../src/portal.js';
import { type BackupId, parseHistory, parseStorageType, type StorageType } from '../src/records.js';
import { idOf, policyOf } from './support/backups.js';

/** How one deletion goes. */
type Fate = 'goes' | 'stays' | 'goes, but HTTP 500' | 'stays, and HTTP 500' | 'goes unanswered' | 'HTTP 403';

/** A portal that holds anything, and on which each deletion, in its order, has its own fate. */
function portalOf(items: readonly unknown[], fates: readonly Fate[] = []) {
  const asked: BackupId[] = [];
  const gone = new Set<unknown>();
  let [underWay, mostAtOnce] = [0, 0];
  const unexpected = async () => {
    throw new Error('Not of this operation');
  };
  async function deleteBackup(id: BackupId): Promise<void> {
    const fate = fates[asked.length] ?? 'goes';
    asked.push(id);
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    await new Promise(resolve => setImmediate(resolve));
    underWay--;
    if (fate.startsWith('goes')) gone.add(id);
    if (fate.endsWith('HTTP 500')) throw new BadAnswer('HTTP 500', 500);
    if (fate === 'HTTP 403') throw new BadAnswer('HTTP 403', 403);
    if (fate === 'goes unanswered') throw new NoAnswer('Lost', true);
  }
  const portal: Portal = {
    schedule: unexpected,
    deleteSchedule: unexpected,
    deleteHistory: unexpected,
    deleteBackup,
    history: async () => parseHistory(items, '').filter(({ id }) => !gone.has(id)),
  };
  return { portal, asked, gone, mostAtOnce: () => mostAtOnce };
}

const silent: Log = { info() {}, warning() {}, plan() {}, progress() {} };

/** Prunes, and tells how it went. */
async function prune(
  portal: Portal,
  rules: Record<string, string>,
  storageTypes?: ReadonlySet<StorageType>,
): Promise<{ outcome: Outcome; error: unknown }> {
  const outcome = newOutcome();
  const inputs = {
    operation: 'prune-history',
    policy: policyOf(rules),
    storageTypes,
    maxDeletions: undefined,
  } as const;
  const error: unknown = await pruneHistory(portal, inputs, outcome, silent).catch(
    (thrown: unknown) => thrown,
  );
  return { outcome, error };
}

/** A good record; its number is its age in days. */
function good(number: number, storageType: unknown = 3): Record<string, unknown> {
  const createdOn = new Date(Date.UTC(2026, 2, 31) - number * 86_400_000).toISOString().slice(0, 19);
  return { id: idOf(number), fileName: 'a.tar.gz', storageType, createdOn, expiresOn: '0001-01-01T00:00:00' };
}

const anyFates = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Fate>('goes'), weight: 3 },
    fc.constantFrom<Fate[]>('stays', 'goes, but HTTP 500', 'stays, and HTTP 500', 'goes unanswered'),
  ),
  { maxLength: 30 },
);
const anyRules = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(number => ({ 'keep-last': String(number) })),
  fc.integer({ min: 1, max: 12 }).map(number => ({ 'keep-weekly': String(number), 'keep-last': '1' })),
  fc.integer({ min: 1, max: 60 }).map(number => ({ 'keep-within': `${number}d` })),
);
const anyNumbers = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 40 });

/** What no portal should send: each field may be anything. */
const anything = fc.oneof(
  fc.anything(),
  fc.constantFrom(null, '', 0, '0001-01-01T00:00:00', '1999-02-30T00:00:00', 'x', -1, 6, 3),
);
const anyGarbage = fc.oneof(
  anything,
  fc.record(
    { id: anything, fileName: anything, storageType: anything, createdOn: anything, expiresOn: anything },
    { requiredKeys: [] },
  ),
  // A good id, and something else that is not.
  fc
    .tuple(
      fc.integer({ min: 200, max: 999 }),
      fc.constantFrom('storageType', 'createdOn', 'expiresOn'),
      fc.oneof(fc.string({ minLength: 2 }), fc.boolean(), fc.double({ noInteger: true }), fc.constant([])),
    )
    .map(([number, field, value]) => ({ ...good(number), [field]: value })),
);

describe('whatever a portal sends', () => {
  test('garbage is never deleted, and never counts', async () => {
    await fc.assert(
      fc.asyncProperty(anyNumbers, fc.array(anyGarbage), anyRules, async (numbers, garbage, rules) => {
        const records = numbers.map(number => good(number));
        const mixed = [...garbage.slice(0, 3), ...records, ...garbage.slice(3)];
        const clean = portalOf(records);
        const dirty = portalOf(mixed);
        const expected = await prune(clean.portal, rules);
        const { outcome, error } = await prune(dirty.portal, rules);
        expect(error).toBe(expected.error);
        expect(dirty.asked).toEqual(clean.asked);
        expect(outcome.kept).toEqual(expected.outcome.kept);
        expect(outcome.ignored.length).toBeLessThanOrEqual(garbage.length);
        expect(outcome.ignored.length > 0).toBe(garbage.length > 0);
      }),
      { numRuns: 300 },
    );
  });

  test('a dry run selects what a real run deletes, and deletes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyNumbers, anyRules, async (numbers, rules) => {
        const { portal, asked } = portalOf(numbers.map(number => good(number)));
        const dry = await prune(rehearse(portal), rules);
        expect(asked).toEqual([]);
        const real = await prune(portal, rules);
        expect(dry.outcome).toEqual(real.outcome);
        expect(asked).toEqual(dry.outcome.selected?.map(({ id }) => id));
      }),
    );
  });

  test('storage types part a history into prunes that do not touch each other', async () => {
    const anyStorages = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(anyStorages, fc.integer({ min: 0, max: 5 }), async (storages, wanted) => {
        const records = storages.map((storageType, number) => good(number, storageType));
        const type = parseStorageType(wanted);
        if (!type) throw new Error('No storage type');
        const all = portalOf(records);
        const alone = portalOf(records.filter(({ storageType }) => storageType === wanted));
        await prune(all.portal, { 'keep-last': '2' }, new Set([type]));
        await prune(alone.portal, { 'keep-last': '2' });
        expect(all.asked).toEqual(alone.asked);
      }),
    );
  });
});

describe('however the deletions go', () => {
  test('what is reported as deleted is what is gone', async () => {
    await fc.assert(
      fc.asyncProperty(anyNumbers, anyRules, anyFates, async (numbers, rules, fates) => {
        const { portal, asked, gone, mostAtOnce } = portalOf(
          numbers.map(number => good(number)),
          fates,
        );
        const { outcome, error } = await prune(portal, rules);
        const selected = outcome.selected?.map(({ id }) => id) ?? [];
        expect(asked).toEqual(selected);
        expect(outcome.deleted).toEqual(gone);
        expect(outcome.failed).toEqual(new Set(selected.filter(id => !gone.has(id))));
        expect(error instanceof Failure).toBe(gone.size < selected.length);
        expect(mostAtOnce()).toBeLessThanOrEqual(8);
      }),
    );
  });

  test('a refusal ends it after eight more at the most, and still what is gone is reported', async () => {
    const anyRefusal = fc.tuple(anyFates, fc.integer({ min: 0, max: 20 }));
    await fc.assert(
      fc.asyncProperty(anyRefusal, async ([fates, at]) => {
        const padded = Array.from({ length: at }, (_, index) => fates[index] ?? 'goes');
        const refused = Array.from({ length: 100 }, (): Fate => 'HTTP 403');
        const { portal, asked, gone } = portalOf(
          Array.from({ length: 100 }, (_, number) => good(number)),
          [...padded, ...refused],
        );
        const { outcome, error } = await prune(portal, { 'keep-last': '1' });
        expect(error).toEqual(new BadAnswer('HTTP 403', 403));
        expect(asked.length).toBeLessThanOrEqual(at + 8);
        expect(outcome.deleted).toEqual(gone);
        expect(outcome.failed?.size).toBe(asked.length - gone.size);
      }),
    );
  });

  test('ids that are asked for are all deleted, or none', async () => {
    await fc.assert(
      fc.asyncProperty(anyNumbers, anyNumbers, async (listed, wanted) => {
        const { portal, asked } = portalOf(listed.map(number => good(number)));
        const ids = new Set(wanted.map(idOf));
        const inputs = { operation: 'delete-backups', ids, maxDeletions: undefined } as const;
        const outcome = newOutcome();
        const run = deleteBackups(portal, inputs, outcome, silent);
        if (wanted.every(number => listed.includes(number))) {
          await run;
          expect(new Set(asked)).toEqual(ids);
          expect(outcome.deleted).toEqual(ids);
        } else {
          await expect(run).rejects.toThrow('not in the history');
          expect(asked).toEqual([]);
        }
      }),
    );
  });
});
