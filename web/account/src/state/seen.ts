const SEEN = /^\/account\/seen\/([^/]+)$/;

/**
 * Whose page members of staff look at, where it is shown to them: then everything is read by their
 * rights, and nothing can be done. It holds as long as the page is open, whichever view it shows.
 */
export const seenUser: string | null = SEEN.exec(globalThis.location?.pathname ?? '')?.[1] ?? null;

/** A place as customers know it. */
export function placeOf(pathname: string): string {
  return SEEN.test(pathname) ? '/account' : pathname;
}

export const SEEN_ONLY = 'You see this page as staff. Nothing can be done in it.';
