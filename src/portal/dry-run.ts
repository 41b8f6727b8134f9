import type { Portal } from './api.js';
import type { DeleteOutcome } from './outcomes.js';

/**
 * Wraps a portal so that it cannot delete: every DELETE is confirmed without being sent. Operations run to their end and
 * need no check of their own.
 */
export function asDryRun(portal: Portal): Portal {
  const { getSchedule, listBackups, getKey, getScheduleIfAvailable } = portal;
  const confirm = async (): Promise<DeleteOutcome> => ({ kind: 'confirmed' });
  // Every call is listed: a new one does not compile until somebody decides here whether it deletes.
  return {
    getSchedule,
    listBackups,
    getKey,
    getScheduleIfAvailable,
    deleteSchedule: confirm,
    deleteHistory: confirm,
    deleteBackup: confirm,
  };
}
