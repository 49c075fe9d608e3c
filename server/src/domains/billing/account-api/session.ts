import { assert } from '@whisperforge/kernel/assert';
import type { Session } from '../../../platform/routes.ts';

/** Who asks, of a route that knows it. */
export function customerOf(session: Session | undefined): Session {
  assert(session !== undefined, 'a route of sessions has one');
  return session;
}
