// pure
import type { RemoteCustomer } from '../gateway/remote.ts';

/** Where a customer of Stripe's names the user of the app: `email`, or `metadata.KEY`. */
export type UserSource = 'email' | `metadata.${string}`;

/** Where it is looked for unless said otherwise, one after the other. */
export const USUAL_SOURCE = 'metadata.user,metadata.user_id';

/** Several are separated by commas; `undefined` where a part is none. */
export function readUserSources(text: string): UserSource[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const sources = parts.filter(isSource);
  return sources.length === parts.length ? sources : undefined;
}

function isSource(part: string): part is UserSource {
  return part === 'email' || /^metadata\.[^\s,]{1,40}$/.test(part);
}

/** Whom a customer names, by the first of the sources that says anything. */
export function userNamed(
  sources: readonly UserSource[],
  { email, metadata }: RemoteCustomer,
): string | null {
  for (const source of sources) {
    const named = source === 'email' ? email : metadata[source.slice('metadata.'.length)];
    if (named !== undefined && named !== null && named !== '') return named;
  }
  return null;
}
