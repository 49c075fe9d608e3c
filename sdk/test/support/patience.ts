/** How long a test polls for a condition: far longer than it takes, on however busy a machine. */
export const PATIENCE = { timeout: 30_000, interval: 5 };
