// The portal of the tour, and of a run without --portal-url.

import { makeBackups, SCHEDULE, startPortal } from '../stand-in/portal.mjs';

/** A key that only the stand-in portal knows. */
export const STAND_IN_KEY = 'sk-stand-in';

/** A portal with 60 nightly backups, two of which are temporary, and a schedule. */
export function startStandIn() {
  const backups = makeBackups(58, { everyHours: 25 });
  const temporary = makeBackups(60, { everyHours: 25 })
    .slice(58)
    .map(backup => ({ ...backup, storageType: 4, expiresOn: '2026-04-02T02:15:00' }));
  return startPortal({
    backups: [...backups, ...temporary],
    schedule: SCHEDULE,
    standalone: true,
    token: STAND_IN_KEY,
  });
}
