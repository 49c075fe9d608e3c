/** What the address of a list may say, by the names that the API has for it. */
export const USER_FILTERS = [
  'q',
  'plan',
  'status',
  'source',
  'created_from',
  'created_to',
  'mrr_min',
  'usage_min',
  'sort',
] as const;

export type UserFilters = { readonly [Name in (typeof USER_FILTERS)[number]]?: string };

export const AUDIT_FILTERS = ['q', 'actor', 'action', 'subject', 'from', 'to'] as const;

export type AuditFilters = { readonly [Name in (typeof AUDIT_FILTERS)[number]]?: string };

/** What figures are filtered by, where they are of something that has it. */
export const DIMENSIONS = [
  'plan',
  'country',
  'source',
  'cycle',
  'cohort',
  'signed_up',
  'currency',
  'campaign',
  'code',
  'event_type',
  'feature',
  'provider',
  'model',
  'prompt',
  'route',
  'key',
  'status',
  'hour',
  'priority',
  'origin',
] as const;

/** What every view of figures has in its address. */
export const INSIGHT_PARAMS = [
  'from',
  'to',
  'granularity',
  'compare',
  'profile',
  'attributes',
  ...DIMENSIONS,
] as const;

export type InsightSearch = { readonly [Name in (typeof INSIGHT_PARAMS)[number]]?: string };
