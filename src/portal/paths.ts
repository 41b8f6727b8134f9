import type { BackupId } from './records.js';

type Call = 'getbackupschedule' | 'getbackuphistory' | 'deletebackupschedule' | 'deletebackuphistory';

/** Every path that this action asks for. Nothing from outside is in one, but for ids that were checked. */
export type Path =
  | '/api/2.0/keys/@self'
  | `/api/2.0/backup/${Call}${'' | `?Dump=${boolean}`}`
  | `/api/2.0/backup/deletebackup/${BackupId}`;
