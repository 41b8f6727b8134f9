import type { BackupId } from '../backups/backup.js';

type Call = 'getbackupschedule' | 'getbackuphistory' | 'deletebackupschedule' | 'deletebackuphistory';

/** Every path that this action requests. Apart from checked ids, nothing from outside gets into one. */
export type Path =
  | '/api/2.0/keys/@self'
  | `/api/2.0/backup/${Call}${'' | `?Dump=${boolean}`}`
  | `/api/2.0/${'backup' | 'portal'}/deletebackup/${BackupId}`;
