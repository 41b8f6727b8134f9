import { expect, test } from '@jest/globals';
import { makeId, type startPortal } from '../../tools/stand-in/portal.mjs';
import utc from '../fixtures/restic-utc.json' with { type: 'json' };
import zones from '../fixtures/restic-zones.json' with { type: 'json' };
import { act, groupOf, readIds } from '../support/action.js';
import { openPortal } from '../support/portals.js';
import { spread } from '../support/spread.js';

interface Case {
  policy: Record<string, string | undefined>;
  'time-zone'?: string;
  times: readonly string[];
  kept: Record<string, readonly string[] | undefined>;
}

/** Backups dated after the start of the test's clock would be ignored. */
const isPast = ({ times }: Case) => times.every(time => time < '2026-04');

/** A sample of what restic itself keeps, and why. The tests of the planner use all cases. */
const sample: [name: string, sampled: Case][] = [
  ...utc.cases
    .filter(isPast)
    .filter((_case, number) => number % 25 === 0)
    .map((sampled, index): [string, Case] => [`UTC ${index}`, sampled]),
  ...zones.cases
    .filter(isPast)
    .filter((_case, number) => number % 15 === 0)
    .map((sampled, index): [string, Case] => [`${sampled['time-zone']} ${index}`, sampled]),
];

const resultOf = spread(sample, async ([, { policy, times, ...rest }]) => {
  const backups = times.map((time, index) => ({
    id: makeId(index + 1),
    fileName: null,
    storageType: 3,
    createdOn: time.replace('Z', ''),
    expiresOn: '0001-01-01T00:00:00',
  }));
  const portal: Awaited<ReturnType<typeof startPortal>> = await openPortal({ backups });
  try {
    const rules = Object.fromEntries(
      Object.entries(policy).flatMap(([rule, value]) => (value ? [[rule, value]] : [])),
    );
    const zone = rest['time-zone'] === undefined ? {} : { 'time-zone': rest['time-zone'] };
    return await act(
      { operation: 'prune-history', 'portal-url': portal.url, 'dry-run': 'true', ...rules, ...zone },
      { env: { TZ: 'Asia/Kathmandu' } },
    );
  } finally {
    await portal.close();
  }
});

test.each(sample.map(cell => ({ cell, name: cell[0] })))(
  'keeps the same backups as restic, for the same reasons, whatever the time zone of the machine: $name',
  async ({ cell }) => {
    const [, { times, kept }] = cell;
    const { code, log, outputs } = await resultOf(cell);
    expect(code).toBe(0);
    const newestFirst = Object.keys(kept).sort().reverse();
    expect(readIds(outputs, 'kept')).toEqual(newestFirst.map(time => makeId(times.indexOf(time) + 1)));
    const reasons = groupOf(log, 'Kept').map(line => line.split('  ').at(-1));
    expect(reasons).toEqual(newestFirst.map(time => kept[time]?.join(', ')));
  },
);
