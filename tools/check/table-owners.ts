/**
 * Which domain owns which table of the schema. A store names only the tables of its own domain;
 * `platform` owns what belongs to no subject, such as the record of applied migrations.
 */
export const tableOwners: Readonly<Record<string, readonly string[]>> = {
  platform: ['schema_migrations'],
  audit: [
    'audit_entries',
    'audit_unsealed',
    'audit_seals',
    'audit_chain',
    'audit_retirements',
    'audit_personal_values',
    'audit_person_keys',
  ],
  outbox: ['outbox_events'],
  keys: ['secret_keys', 'idempotent_answers'],
  accounts: ['accounts', 'users', 'quota_anchors', 'account_links', 'account_sessions'],
  staff: [
    'staff',
    'staff_recovery_codes',
    'staff_identities',
    'staff_sessions',
    'staff_challenges',
    'staff_devices',
    'staff_invitations',
    'staff_password_resets',
    'staff_tokens',
    'staff_attempts',
    'staff_oidc_requests',
  ],
  plans: [
    'features',
    'event_types',
    'subscription_plans',
    'plan_prices',
    'plan_seat_prices',
    'packs',
    'pack_prices',
    'catalog',
  ],
  pricing: ['pricing_rules', 'promotion_codes', 'promotion_redemptions', 'plan_drafts'],
  subscriptions: [
    'user_subscriptions',
    'subscription_overrides',
    'grants',
    'overage_consents',
    'subscription_changes',
  ],
  billing: [
    'billing_customers',
    'stripe_events',
    'invoices',
    'billing_secrets',
    'checkouts',
    'subscription_commands',
    'trial_uses',
    'seat_grants',
    'duplicate_subscriptions',
    'overage_terms',
    'overage_charges',
    'mail_messages',
    'dunning_steps',
    'mailbox',
    'stripe_sweep',
    'reconciliations',
    'asked_reconciliations',
    'stripe_price_map',
    'stripe_imports',
    'stripe_import_customers',
    'invoice_refunds',
    'unlinked_customers',
    'plan_migrations',
    'plan_migration_moves',
  ],
  analytics: [
    'revenue_customers',
    'revenue_books',
    'revenue_levels',
    'happening_days',
    'account_standings',
    'account_notes',
    'revenue_movements',
    'revenue_standings',
    'revenue_days',
    'revenue_segment_days',
    'revenue_kept_months',
    'revenue_kept_spans',
    'revenue_pending',
    'revenue_ahead',
    'metrics_books',
    'metrics_movements',
    'metrics_movements_daily',
    'metrics_mrr_daily',
    'metrics_customers',
    'metrics_exchange_rates',
    'revenue_imports',
    'revenue_history',
    'exchange_rates',
    'metric_annotations',
    'input_imports',
    'leaving_reasons',
    'marketing_spend',
    'ai_prices',
    'support_tickets',
    'survey_links',
    'survey_answers',
    'survey_keys',
    'usage_folds',
    'usage_fold_months',
    'use_months',
    'shared_revenue_days',
    'shared_revenue_months',
    'shared_revenue_notes',
    'account_plans',
    'account_plans_pending',
    'usage_cohorts',
    'usage_account_days',
    'usage_days',
    'usage_prices',
    'usage_account_feature_days',
    'usage_feature_days',
    'usage_adopters',
    'usage_adoption',
    'quota_pressure',
    'route_minutes',
    'route_hours',
    'route_days',
    'server_minutes',
    'server_days',
  ],
  directory: [
    'directory_entries',
    'directory_patrol',
    'directory_notes',
    'directory_views',
    'directory_words',
    'bulk_deeds',
    'bulk_deed_users',
  ],
  usage: ['usage_events', 'usage_keys', 'balances', 'account_access', 'reservations', 'pack_burns'],
};

/** A store that touches a table of another domain, and the decision record that allows it. */
export interface OwnershipException {
  readonly domain: string;
  readonly tables: readonly string[];
  readonly use: 'read' | 'write';
  readonly decision: string;
}

/** Domains that answer questions about everything, and therefore read everything. */
export const readersOfAll: readonly string[] = ['analytics', 'directory'];

/**
 * Tables in which triggers on tables of any domain note that something has changed, for the domain
 * that owns them; see `docs/decisions/0016-what-happens-to-accounts-is-added-up-by-account.md`.
 */
export const noticeBoards: readonly string[] = ['account_notes'];

export const ownershipExceptions: readonly OwnershipException[] = [
  {
    domain: 'usage',
    tables: ['users', 'accounts', 'catalog'],
    use: 'read',
    decision: 'docs/decisions/0002-usage-reads-accounts-in-one-statement.md',
  },
];
