/** How many deletions may be at work at the portal at once. */
export const MAX_CONCURRENT_DELETIONS = 8;
/** After this long, nothing waits for a running deletion any more. It still occupies its slot. */
export const OVERDUE_AFTER_MS = 15_000;
