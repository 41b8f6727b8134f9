import type { DeleteOutcome } from './answers/outcomes.js';
import type { Portal } from './api.js';

/**
 * Wraps a portal so that it cannot delete: every DELETE is confirmed without being sent. It is a safety net, because
 * operations end before the first DELETE of a dry run.
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
