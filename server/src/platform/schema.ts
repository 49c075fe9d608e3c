// Generated from server/migrations by `npm run generate`. Do not edit.
// Migrations: sha256 9cc6621b8e46ffe68063d84bd0b271785d36519abe6f2587752e1de68fa1b92a

import type { ColumnType, GeneratedAlways } from 'kysely';

/** Comes out as epoch milliseconds; goes in as ISO 8601, which Postgres itself can read. */
type Instant = ColumnType<number, string, string>;

/** Comes out parsed and still unknown; goes in as JSON text. */
type Json = ColumnType<unknown, string, string>;

/** May be left out of an insert, because the table has a default. */
type Defaulted<T> =
  T extends ColumnType<infer S, infer I, infer U>
    ? ColumnType<S, I | undefined, U>
    : ColumnType<T, T | undefined, T>;

export interface Schema {
  account_access: AccountAccessTable;
  accounts: AccountsTable;
  audit_entries: AuditEntriesTable;
  balances: BalancesTable;
  catalog: CatalogTable;
  event_types: EventTypesTable;
  features: FeaturesTable;
  grants: GrantsTable;
  outbox_events: OutboxEventsTable;
  overage_consents: OverageConsentsTable;
  pack_burns: PackBurnsTable;
  plan_prices: PlanPricesTable;
  pricing_rules: PricingRulesTable;
  quota_anchors: QuotaAnchorsTable;
  reservations: ReservationsTable;
  schema_migrations: SchemaMigrationsTable;
  secret_keys: SecretKeysTable;
  subscription_overrides: SubscriptionOverridesTable;
  subscription_plans: SubscriptionPlansTable;
  usage_events: UsageEventsTable;
  usage_keys: UsageKeysTable;
  user_subscriptions: UserSubscriptionsTable;
  users: UsersTable;
}

interface AccountAccessTable {
  account_id: number;
  plan_id: number;
  restricted_from: number | null;
  restriction: string | null;
  access_version: number;
  catalog_version: number;
  computed_at: Instant;
  valid_until: Instant | null;
}

interface AccountsTable {
  id: GeneratedAlways<number>;
  owner_user_id: number | null;
  stripe_customer_id: string | null;
  currency: string;
  quota_anchor: Instant;
  access_version: Defaulted<number>;
  created_at: Instant;
}

interface AuditEntriesTable {
  id: GeneratedAlways<number>;
  recorded_at: Instant;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  account_id: number | null;
  reason: string | null;
  before: Json | null;
  after: Json | null;
  request_id: string | null;
}

interface BalancesTable {
  account_id: number;
  feature: string;
  period_start: Instant;
  period_end: Instant | null;
  used: string;
  reserved: string;
  base_limit: string | null;
  pack_amount: string;
  pack_burned: string;
  boost_covered: string;
  beyond: string | null;
  access_version: number;
  catalog_version: number;
  computed_at: Instant;
  valid_until: Instant | null;
  revision: number;
}

interface CatalogTable {
  only_row: Defaulted<boolean>;
  version: number;
}

interface EventTypesTable {
  key: string;
  name: string;
  counts: Json;
  created_at: Instant;
}

interface FeaturesTable {
  key: string;
  kind: string;
  name: string;
  description: Defaulted<string>;
  unit: string | null;
  when_missing: string;
  on_unavailable: string;
  commit_event: string | null;
  position: number;
  created_at: Instant;
}

interface GrantsTable {
  id: GeneratedAlways<number>;
  account_id: number;
  kind: string;
  feature: string;
  amount: string;
  source: string;
  source_id: string;
  starts_at: Instant;
  expires_at: Instant | null;
  ended_at: Instant | null;
  created_at: Instant;
}

interface OutboxEventsTable {
  id: GeneratedAlways<number>;
  topic: string;
  account_id: number | null;
  payload: Json;
  recorded_at: Instant;
  due_at: Instant;
  delivered_at: Instant | null;
  attempts: Defaulted<number>;
  delivered_to: Defaulted<string[]>;
  last_error: string | null;
}

interface OverageConsentsTable {
  account_id: number;
  feature: string;
  spending_cap_minor: number;
  currency: string;
  given_at: Instant;
}

interface PackBurnsTable {
  account_id: number;
  grant_id: number;
  period_start: Instant;
  amount: string;
}

interface PlanPricesTable {
  id: GeneratedAlways<number>;
  plan_id: number;
  billing_cycle: string;
  currency: string;
  amount_minor: number;
  stripe_price_id: string | null;
  created_at: Instant;
}

interface PricingRulesTable {
  id: GeneratedAlways<number>;
  key: string;
  name: string;
  rule_type: string;
  conditions: Json;
  effect: Json;
  priority: Defaulted<number>;
  valid_from: Instant;
  valid_until: Instant | null;
  ended_at: Instant | null;
  created_at: Instant;
}

interface QuotaAnchorsTable {
  account_id: number;
  effective_at: Instant;
}

interface ReservationsTable {
  account_id: number;
  id: string;
  user_id: number;
  feature: string;
  period_start: Instant;
  amount: string;
  status: string;
  created_at: Instant;
  expires_at: Instant;
  settled_at: Instant | null;
  committed: string | null;
  over_limit: boolean | null;
}

interface SchemaMigrationsTable {
  version: number;
  name: string;
  checksum: string;
  applied_at: Defaulted<Instant>;
}

interface SecretKeysTable {
  id: GeneratedAlways<number>;
  name: string;
  prefix: string;
  secret_hash: Buffer;
  scopes: string[];
  created_at: Instant;
  revoked_at: Instant | null;
}

interface SubscriptionOverridesTable {
  id: GeneratedAlways<number>;
  account_id: number;
  user_id: number;
  override_type: string;
  plan_id: number | null;
  feature: string | null;
  amount: string | null;
  period_start: Instant | null;
  reason: string;
  admin_id: number | null;
  starts_at: Instant;
  expires_at: Instant | null;
  ended_at: Instant | null;
  created_at: Instant;
}

interface SubscriptionPlansTable {
  id: GeneratedAlways<number>;
  slug: string;
  version: number | null;
  status: string;
  is_current: Defaulted<boolean>;
  is_default: Defaulted<boolean>;
  name: string;
  description: Defaulted<string>;
  position: number;
  features: Json;
  created_by: number | null;
  created_at: Instant;
  published_at: Instant | null;
}

interface UsageEventsTable {
  id: Defaulted<number>;
  account_id: number;
  user_id: number;
  event_type: string;
  occurred_at: Instant;
  recorded_at: Instant;
  resource_consumed: string;
  cost_cents: string | null;
  model: string | null;
  provider: string | null;
  tokens_in: number | null;
  tokens_out: number | null;
  counted: Json;
  over_limit: boolean;
  late: boolean;
  reservation_id: string | null;
  metadata: Json | null;
}

interface UsageKeysTable {
  account_id: number;
  key: string;
  fingerprint: string;
  received_at: Instant;
  over_limit: boolean;
  reservation_id: string | null;
}

interface UserSubscriptionsTable {
  id: GeneratedAlways<number>;
  account_id: number;
  user_id: number;
  plan_id: number;
  status: string;
  source: string;
  billing_cycle: string;
  seats: Defaulted<number>;
  started_at: Instant;
  current_period_start: Instant;
  current_period_end: Instant;
  trial_end: Instant | null;
  cancel_at: Instant | null;
  past_due_since: Instant | null;
  scheduled_plan_id: number | null;
  scheduled_at: Instant | null;
  ended_at: Instant | null;
  stripe_subscription_id: string | null;
  created_at: Instant;
  updated_at: Instant;
}

interface UsersTable {
  id: GeneratedAlways<number>;
  external_id: string;
  account_id: number;
  email: string;
  name: string | null;
  country: string | null;
  source: string | null;
  campaign: string | null;
  locale: string | null;
  metadata: Defaulted<Json>;
  signed_up_at: Instant;
  created_at: Instant;
  updated_at: Instant;
  stripe_customer_id: string | null;
  subscription_status: Defaulted<string>;
  current_plan_id: number | null;
  usage_reset_date: Instant | null;
  admin_notes: string | null;
  risk_score: string | null;
}
