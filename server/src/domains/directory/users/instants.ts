// pure
/** From the year 1 to the year 9999: Postgres reads no other instants as they are written. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
const LAST_INSTANT_MS = 253_402_300_799_999;

/** Whether a list may go on after a row of that instant. */
export function isInstant(ms: number): boolean {
  return FIRST_INSTANT_MS <= ms && ms <= LAST_INSTANT_MS;
}
