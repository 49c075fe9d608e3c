// pure

export const SORTS = ['created', 'email', 'name', 'mrr', 'usage'] as const;

/** What a list is sorted by; a minus is downwards. */
export type SortKey = (typeof SORTS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** Which users a list shows; what is not said is not asked for. */
export interface UserFilter {
  /** Part of a name or e-mail, or an id of ours, of the app or of Stripe. */
  readonly sought?: string | undefined;
  readonly plans?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly billingCycle?: string | undefined;
  readonly restriction?: string | undefined;
  readonly planSource?: string | undefined;
  readonly cameFrom?: string | undefined;
  readonly country?: string | undefined;
  readonly currency?: string | undefined;
  readonly signedUp?: Range | undefined;
  readonly renews?: Range | undefined;
  readonly mrrMinor?: Range | undefined;
  /** In basis points of the fullest quota. */
  readonly usageShare?: Range | undefined;
}

/** From the first on, and below the second. */
export interface Range {
  readonly from?: number | undefined;
  readonly below?: number | undefined;
}

/** Where a page ends: what its last row is sorted by, and whose it is. */
export interface Position {
  readonly value: string | number;
  readonly userId: number;
}

export function sortNamed(text: string): Sort | undefined {
  const isDescending = text.startsWith('-');
  const key = SORTS.find((known) => known === (isDescending ? text.slice(1) : text));
  return key && { key, isDescending };
}
