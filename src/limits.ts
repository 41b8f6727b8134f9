/** How many deletions may be at work at the portal at once. */
export const MAX_CONCURRENT_DELETIONS = 8;
/** After this long, nothing waits for a running deletion any more. It still occupies its slot. */
export const MAX_WAIT_FOR_DELETION_MS = 15_000;
