/** The id of what may have been expanded. */
export function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}

export function idOrNull(
  reference: string | { readonly id: string } | null | undefined,
): string | null {
  return reference === null || reference === undefined ? null : idOf(reference);
}

const MS_PER_SECOND = 1_000;

/** Stripe counts seconds. */
export function msOf(seconds: number): number {
  return seconds * MS_PER_SECOND;
}

export function msOrNull(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : msOf(seconds);
}

/** Whole seconds, as Stripe takes instants. */
export function secondsOf(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND);
}
