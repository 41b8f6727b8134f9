import type { Portal } from './api.js';

/**
 * Wraps a portal so that it cannot delete: every DELETE throws an error and is not sent. It is a safety net, because
 * operations end before the first DELETE of a dry run.
 */
export function asDryRun(portal: Portal): Portal {
  const { getSchedule, listBackups, getKey, getScheduleIfAvailable } = portal;
  const refuse = async (): Promise<never> => {
    throw new Error('A DELETE in a dry run');
  };
  // Every call is listed: a new one does not compile until somebody decides here whether it deletes.
  return {
    getSchedule,
    listBackups,
    getKey,
    getScheduleIfAvailable,
    deleteSchedule: refuse,
    deleteHistory: refuse,
    deleteBackup: refuse,
  };
}
