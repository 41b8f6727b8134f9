import type { DeleteOutcome } from './answers/outcomes.js';
import type { Portal } from './api.js';

/**
 * Wraps a portal so that it cannot delete: every DELETE is confirmed without being sent, and `onSend` is never called. So
 * operations run to their end without a check of their own before a DELETE.
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
