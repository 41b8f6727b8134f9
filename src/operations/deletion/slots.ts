import type { BackupId } from '../../backups/backup.js';
import { MAX_CONCURRENT_DELETIONS } from '../../limits.js';
import type { DeleteOutcome } from '../../portal/answers/outcomes.js';

/**
 * The deletions that may be at work at the portal, which goes on with a DELETE after its client has hung up. A backup
 * enters when its DELETE starts. It leaves when the portal confirms it, or when no attempt can still be running.
 */
export class Slots {
  private readonly taken = new Set<BackupId>();
  private readonly mayBeRunningIds = new Set<BackupId>();

  get isFull(): boolean {
    return this.taken.size >= MAX_CONCURRENT_DELETIONS;
  }

  /** @returns whether the deletion may start; a backup that has a slot may be deleted again in it */
  enter(id: BackupId): boolean {
    if (!this.taken.has(id) && this.isFull) return false;
    this.taken.add(id);
    return true;
  }

  /** @param outcome how the DELETE ended; `undefined`: it was not sent */
  finish(id: BackupId, outcome: DeleteOutcome | undefined): void {
    if (outcome?.kind === 'confirmed') this.mayBeRunningIds.delete(id);
    else if (outcome?.mayBeRunning) this.mayBeRunningIds.add(id);
    if (!this.mayBeRunningIds.has(id)) this.taken.delete(id);
  }

  /** The backups whose deletion may still be running, though nobody waits for it. */
  get mayBeRunning(): ReadonlySet<BackupId> {
    return this.mayBeRunningIds;
  }
}
