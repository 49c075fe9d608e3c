const SEEN = /^\/account\/seen\/([^/]+)(\/[^/]+)?$/;

/**
 * Whose page members of staff look at, where it is shown to them: then everything is read by their
 * rights, and nothing can be done. Every view has an address of theirs, so that it holds over a
 * reload, too.
 */
export const seenUser: string | null = SEEN.exec(globalThis.location?.pathname ?? '')?.[1] ?? null;

/** A place as customers know it. */
export function placeOf(pathname: string): string {
  const seen = SEEN.exec(pathname);
  return seen === null ? pathname : `/account${seen[2] ?? ''}`;
}

/** Where a place of customers is to be found by whoever looks. */
export function addressOf(place: string): string {
  return seenUser === null ? place : place.replace(/^\/account/, `/account/seen/${seenUser}`);
}

export const SEEN_ONLY = 'You see this page as staff. Nothing can be done in it.';
