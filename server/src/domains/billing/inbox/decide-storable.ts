// pure
import type { RemoteEvent } from '../gateway/remote.ts';

/** More than any name or version of Stripe's, and less than an index entry of Postgres holds. */
const LONGEST = 255;
/** The last second that Postgres and an ISO year of four digits both know. */
const LAST_MS = Date.UTC(10_000, 0, 1) - 1;

/**
 * What keeps an event from being stored, such as "no id", if anything does. Its signature says who
 * sent it, and not that it is well formed, whatever its type promises.
 */
export function findFault(event: RemoteEvent): string | undefined {
  const { id, type, createdMs, isLive } = event;
  if (!isText(id)) return 'no id that can be kept';
  if (!isText(type)) return 'no type that can be kept';
  if (typeof isLive !== 'boolean') return 'no livemode';
  if (!Number.isSafeInteger(createdMs) || createdMs < 0 || createdMs > LAST_MS) {
    return 'no instant of creation';
  }
  const { apiVersion, customerId, objectId, objectKind } = event;
  for (const name of [apiVersion, customerId, objectId, objectKind]) {
    if (name !== null && name !== undefined && !isText(name)) return 'a name that cannot be kept';
  }
  return undefined;
}

/** Postgres keeps any character but NUL, and no half of a surrogate pair. */
function isText(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= LONGEST &&
    !value.includes('\0') &&
    value.isWellFormed()
  );
}
