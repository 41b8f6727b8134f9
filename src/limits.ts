/** How many deletions may be at work at the portal at once. */
export const MAX_CONCURRENT_DELETIONS = 8;
