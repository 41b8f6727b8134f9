import { describe, expect, test } from '@jest/globals';
import { makeBackups, makeId } from '../tools/stand-in/portal.mjs';
import { act, groupOf } from './support/action.js';
import { portalWith } from './support/portals.js';
import { goldenCases, goldenTimes } from './support/restic.js';

const GET = 'GET /api/2.0/backup/getbackuphistory?Dump=false';
const prune = { operation: 'prune-history' };

describe("restic's golden cases, on machines that are not in UTC, with and without Z", () => {
  const backups = goldenTimes.map((createdOn, index) => ({
    ...makeBackups(1)[0],
    id: makeId(index + 1),
    fileName: `backup-${index + 1}.tar.gz`,
    createdOn,
  }));
  const timeOf = new Map(backups.map(({ id, createdOn }) => [id, createdOn]));
  const timeOfName = new Map(backups.map(({ fileName, createdOn }) => [fileName, createdOn]));
  const times = (list: string | undefined) => JSON.parse(list ?? '').map((id: string) => timeOf.get(id));

  const selectedOf = (list: string | undefined) => [...JSON.parse(list ?? '')].sort();

  test.each(goldenCases)('$name', async ({ inputs, kept }) => {
    const local = await portalWith({ backups });
    const dryRun = { ...prune, 'portal-url': local.url, ...inputs, 'dry-run': 'true' };
    const dry = await act(dryRun, { env: { TZ: 'Pacific/Auckland' } });
    expect(local.seen).toEqual([GET]);

    const zulu = await portalWith({ backups, zulu: true });
    const realRun = { ...prune, 'portal-url': zulu.url, ...inputs };
    const real = await act(realRun, { env: { TZ: 'America/St_Johns' } });
    expect(real.code).toBe(0);
    expect(zulu.state.history.own).toHaveLength(kept.length);
    expect([...zulu.state.deletedIds].sort()).toEqual(selectedOf(real.outputs['deleted-ids']));
    expect(dry.outputs['selected-ids']).toBe(real.outputs['deleted-ids']);

    for (const { outputs, log } of [dry, real]) {
      expect(times(outputs['kept-ids'])).toEqual(kept.map(line => line.split(' ')[0]));
      const lines = groupOf(log, 'Kept: ').map(line => line.split('  '));
      expect(lines.map(line => `${timeOfName.get(line.at(-2) ?? '')} ${line.at(-1)}`)).toEqual(kept);
    }
  });
});
