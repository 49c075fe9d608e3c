// pure
import { AppError } from '../../../platform/errors.ts';
import { STALE_VERSION } from '../errors.ts';

/**
 * Refuses a change of what is another by now than what was looked at. The version of a profile is
 * how often its account's access and its user have changed, together: neither ever counts down,
 * so that the sum changes whenever one of them does.
 */
export function refuseStale(version: number, present: number): void {
  if (version === present) return;
  throw new AppError(STALE_VERSION, {
    message: 'Somebody else has changed this meanwhile; look at it again.',
    members: { version: present },
  });
}
