// Generated from server/migrations by `npm run generate`. Do not edit.
// Migrations: sha256 9b238c056ff41c68d34ed02b7e85dfd6b6725e95c6dd6d936e1ec063113d184e

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
  account_links: AccountLinksTable;
  account_notes: AccountNotesTable;
  account_plans: AccountPlansTable;
  account_plans_pending: AccountPlansPendingTable;
  account_sessions: AccountSessionsTable;
  account_standings: AccountStandingsTable;
  accounts: AccountsTable;
  ai_prices: AiPricesTable;
  asked_reconciliations: AskedReconciliationsTable;
  audit_chain: AuditChainTable;
  audit_entries: AuditEntriesTable;
  audit_person_keys: AuditPersonKeysTable;
  audit_personal_values: AuditPersonalValuesTable;
  audit_retirements: AuditRetirementsTable;
  audit_seals: AuditSealsTable;
  audit_unsealed: AuditUnsealedTable;
  balances: BalancesTable;
  billing_customers: BillingCustomersTable;
  billing_secrets: BillingSecretsTable;
  bulk_deed_users: BulkDeedUsersTable;
  bulk_deeds: BulkDeedsTable;
  catalog: CatalogTable;
  checkouts: CheckoutsTable;
  directory_entries: DirectoryEntriesTable;
  directory_notes: DirectoryNotesTable;
  directory_patrol: DirectoryPatrolTable;
  directory_views: DirectoryViewsTable;
  directory_words: DirectoryWordsTable;
  dunning_steps: DunningStepsTable;
  duplicate_subscriptions: DuplicateSubscriptionsTable;
  event_types: EventTypesTable;
  exchange_rates: ExchangeRatesTable;
  features: FeaturesTable;
  grants: GrantsTable;
  happening_days: HappeningDaysTable;
  idempotent_answers: IdempotentAnswersTable;
  input_imports: InputImportsTable;
  invoice_refunds: InvoiceRefundsTable;
  invoices: InvoicesTable;
  leaving_reasons: LeavingReasonsTable;
  mail_messages: MailMessagesTable;
  mailbox: MailboxTable;
  marketing_spend: MarketingSpendTable;
  metric_annotations: MetricAnnotationsTable;
  metrics_books: MetricsBooksTable;
  metrics_customers: MetricsCustomersTable;
  metrics_exchange_rates: MetricsExchangeRatesTable;
  metrics_movements: MetricsMovementsTable;
  metrics_movements_daily: MetricsMovementsDailyTable;
  metrics_mrr_daily: MetricsMrrDailyTable;
  outbox_events: OutboxEventsTable;
  overage_charges: OverageChargesTable;
  overage_consents: OverageConsentsTable;
  overage_terms: OverageTermsTable;
  pack_burns: PackBurnsTable;
  pack_prices: PackPricesTable;
  packs: PacksTable;
  plan_drafts: PlanDraftsTable;
  plan_migration_moves: PlanMigrationMovesTable;
  plan_migrations: PlanMigrationsTable;
  plan_prices: PlanPricesTable;
  plan_seat_prices: PlanSeatPricesTable;
  pricing_rules: PricingRulesTable;
  promotion_codes: PromotionCodesTable;
  promotion_redemptions: PromotionRedemptionsTable;
  quota_anchors: QuotaAnchorsTable;
  quota_pressure: QuotaPressureTable;
  reconciliations: ReconciliationsTable;
  reservations: ReservationsTable;
  revenue_ahead: RevenueAheadTable;
  revenue_books: RevenueBooksTable;
  revenue_customers: RevenueCustomersTable;
  revenue_days: RevenueDaysTable;
  revenue_history: RevenueHistoryTable;
  revenue_imports: RevenueImportsTable;
  revenue_kept_months: RevenueKeptMonthsTable;
  revenue_kept_spans: RevenueKeptSpansTable;
  revenue_levels: RevenueLevelsTable;
  revenue_movements: RevenueMovementsTable;
  revenue_pending: RevenuePendingTable;
  revenue_segment_days: RevenueSegmentDaysTable;
  revenue_standings: RevenueStandingsTable;
  route_days: RouteDaysTable;
  route_hours: RouteHoursTable;
  route_minutes: RouteMinutesTable;
  schema_migrations: SchemaMigrationsTable;
  seat_grants: SeatGrantsTable;
  secret_keys: SecretKeysTable;
  server_days: ServerDaysTable;
  server_minutes: ServerMinutesTable;
  shared_revenue_days: SharedRevenueDaysTable;
  shared_revenue_months: SharedRevenueMonthsTable;
  shared_revenue_notes: SharedRevenueNotesTable;
  staff: StaffTable;
  staff_attempts: StaffAttemptsTable;
  staff_challenges: StaffChallengesTable;
  staff_devices: StaffDevicesTable;
  staff_identities: StaffIdentitiesTable;
  staff_invitations: StaffInvitationsTable;
  staff_oidc_requests: StaffOidcRequestsTable;
  staff_password_resets: StaffPasswordResetsTable;
  staff_recovery_codes: StaffRecoveryCodesTable;
  staff_sessions: StaffSessionsTable;
  staff_tokens: StaffTokensTable;
  stripe_events: StripeEventsTable;
  stripe_import_customers: StripeImportCustomersTable;
  stripe_imports: StripeImportsTable;
  stripe_price_map: StripePriceMapTable;
  stripe_sweep: StripeSweepTable;
  subscription_changes: SubscriptionChangesTable;
  subscription_commands: SubscriptionCommandsTable;
  subscription_overrides: SubscriptionOverridesTable;
  subscription_plans: SubscriptionPlansTable;
  support_tickets: SupportTicketsTable;
  survey_answers: SurveyAnswersTable;
  survey_keys: SurveyKeysTable;
  survey_links: SurveyLinksTable;
  trial_uses: TrialUsesTable;
  unlinked_customers: UnlinkedCustomersTable;
  usage_account_days: UsageAccountDaysTable;
  usage_account_feature_days: UsageAccountFeatureDaysTable;
  usage_adopters: UsageAdoptersTable;
  usage_adoption: UsageAdoptionTable;
  usage_cohorts: UsageCohortsTable;
  usage_days: UsageDaysTable;
  usage_events: UsageEventsTable;
  usage_feature_days: UsageFeatureDaysTable;
  usage_fold_months: UsageFoldMonthsTable;
  usage_folds: UsageFoldsTable;
  usage_keys: UsageKeysTable;
  usage_prices: UsagePricesTable;
  use_months: UseMonthsTable;
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

interface AccountLinksTable {
  token_hash: Buffer;
  user_id: number;
  return_url: string | null;
  created_at: Instant;
  expires_at: Instant;
  used_at: Instant | null;
}

interface AccountNotesTable {
  id: GeneratedAlways<number>;
  account_id: number;
}

interface AccountPlansTable {
  account_id: number;
  from_at: Instant;
  plan: string;
}

interface AccountPlansPendingTable {
  account_id: number;
  since: Instant;
  id: GeneratedAlways<number>;
}

interface AccountSessionsTable {
  secret_hash: Buffer;
  user_id: number;
  return_url: string | null;
  created_at: Instant;
  expires_at: Instant;
}

interface AccountStandingsTable {
  book_id: number;
  account_id: number;
  happened: Json;
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

interface AiPricesTable {
  id: GeneratedAlways<number>;
  provider: string;
  model: string;
  starts_on: string;
  currency: string;
  per_million_tokens_in: string;
  per_million_tokens_out: string;
  per_unit: string;
  recorded_at: Instant;
  superseded_at: Instant | null;
}

interface AskedReconciliationsTable {
  id: GeneratedAlways<number>;
  staff_id: number;
  reason: string;
  applies: boolean;
  asked_at: Instant;
  held_until: Instant | null;
  attempts: Defaulted<number>;
  ended_at: Instant | null;
  outcome: string | null;
  compared: number | null;
  mended: number | null;
  customers: Json | null;
  fault: string | null;
}

interface AuditChainTable {
  is_the_one: Defaulted<boolean>;
  chain_id: string | null;
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
  address: string | null;
  personal_digest: Buffer | null;
}

interface AuditPersonKeysTable {
  person_kind: string;
  person_id: string;
  key: Buffer | null;
  erased_at: Instant | null;
}

interface AuditPersonalValuesTable {
  entry_id: number;
  person_kind: string;
  person_id: string;
  ciphertext: Buffer;
}

interface AuditRetirementsTable {
  through_seal: number;
  digest: Buffer;
  checkpoint: string;
  retired_at: Instant;
}

interface AuditSealsTable {
  seal_number: number;
  entry_id: number;
  digest: Buffer;
  sealed_at: Instant;
}

interface AuditUnsealedTable {
  entry_id: number;
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

interface BillingCustomersTable {
  stripe_customer_id: string;
  account_id: number | null;
  lease_token: Defaulted<number>;
  leased_until: Instant | null;
  due_at: Instant | null;
  attempts: Defaulted<number>;
  last_error: string | null;
  retrieved_at: Instant | null;
}

interface BillingSecretsTable {
  name: string;
  secret: Buffer;
  created_at: Instant;
}

interface BulkDeedUsersTable {
  bulk_deed_id: number;
  account_id: number;
  user_id: number;
  state: string;
  code: string | null;
  detail: string | null;
  result_id: number | null;
  attempts: Defaulted<number>;
  taken_until: Instant | null;
  settled_at: Instant | null;
}

interface BulkDeedsTable {
  id: GeneratedAlways<number>;
  kind: string;
  terms: Json;
  reason: string;
  state: string;
  revision: Defaulted<number>;
  users: number;
  created_by: number;
  request_id: string | null;
  address: string | null;
  created_at: Instant;
  finished_at: Instant | null;
  carried_on_by: number | null;
}

interface CatalogTable {
  only_row: Defaulted<boolean>;
  version: number;
}

interface CheckoutsTable {
  id: string;
  account_id: number;
  state: string;
  fingerprint: Buffer;
  session: Json;
  plan_id: number | null;
  pack_id: number | null;
  feature: string | null;
  amount: string | null;
  valid_days: number | null;
  currency: string;
  stripe_customer_id: string;
  stripe_session_id: string | null;
  url: string | null;
  error: string | null;
  created_at: Instant;
  expires_at: Instant;
  settled_at: Instant | null;
  touched_at: Defaulted<Instant>;
}

interface DirectoryEntriesTable {
  user_id: number;
  account_id: number;
  external_id: string;
  email: string;
  name: string | null;
  came_from: string | null;
  country: string | null;
  stripe_customer_id: string | null;
  stripe_subscription_id: string | null;
  search_text: string;
  sort_name: string;
  sort_email: string;
  plan: string;
  plan_source: string;
  restriction: string | null;
  status: string;
  source: string;
  billing_cycle: string | null;
  renews_at: Instant | null;
  mrr_minor: number;
  currency: string;
  usage_feature: string | null;
  usage_used: string | null;
  usage_limit: string | null;
  usage_share: number;
  signed_up_at: Instant;
  access_version: number;
  catalog_version: number;
  user_revision: number;
  history_id: number;
  usage_revision: number;
  valid_until: Instant | null;
  refreshed_at: Instant;
  name_words: Defaulted<string[]>;
}

interface DirectoryNotesTable {
  id: GeneratedAlways<number>;
  account_id: number;
  user_id: number;
  staff_id: number;
  text: string | null;
  created_at: Instant;
  removed_at: Instant | null;
  removed_by: number | null;
}

interface DirectoryPatrolTable {
  is_the_one: Defaulted<boolean>;
  after_id: Defaulted<number>;
  began_at: Instant | null;
  leased_until: Instant | null;
}

interface DirectoryViewsTable {
  id: GeneratedAlways<number>;
  list: string;
  name: string;
  staff_id: number;
  is_shared: boolean;
  query: Json;
  revision: Defaulted<number>;
  created_at: Instant;
  updated_at: Instant;
}

interface DirectoryWordsTable {
  word: string;
  learned_at: Defaulted<Instant>;
}

interface DunningStepsTable {
  id: GeneratedAlways<number>;
  key: string;
  account_id: number;
  stripe_subscription_id: string;
  stripe_invoice_id: string | null;
  step: string;
  attempt: number | null;
  owed_since: Instant | null;
  state: string;
  due_at: Instant;
  settled_at: Instant | null;
  reason: string | null;
}

interface DuplicateSubscriptionsTable {
  stripe_subscription_id: string;
  account_id: number;
  stripe_customer_id: string;
  found_at: Instant;
  settled_at: Instant | null;
}

interface EventTypesTable {
  key: string;
  name: string;
  counts: Json;
  created_at: Instant;
}

interface ExchangeRatesTable {
  base: string;
  currency: string;
  day: string;
  rate: string;
  source: string;
  recorded_at: Instant;
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

interface HappeningDaysTable {
  book_id: number;
  kind: string;
  told: string;
  country: string;
  source: string;
  label: string;
  day: string;
  currency: string;
  total: number;
  first: number;
  second: number;
  total_minor: number;
  first_minor: number;
  second_minor: number;
}

interface IdempotentAnswersTable {
  caller: string;
  route: string;
  key: string;
  fingerprint: Buffer;
  answer: string | null;
  locked_until: Instant;
  expires_at: Instant;
}

interface InputImportsTable {
  id: GeneratedAlways<number>;
  kind: string;
  digest: string;
  lines_done: Defaulted<number>;
  taken: Defaulted<number>;
  known: Defaulted<number>;
  refused: Defaulted<number>;
  finished_at: Instant | null;
  created_at: Instant;
}

interface InvoiceRefundsTable {
  id: string;
  account_id: number;
  stripe_customer_id: string;
  stripe_invoice_id: string;
  amount_minor: number;
  currency: string;
  state: string;
  parts: Json | null;
  reason: string;
  refusal: Json | null;
  created_at: Instant;
  settled_at: Instant | null;
  touched_at: Defaulted<Instant>;
}

interface InvoicesTable {
  stripe_invoice_id: string;
  account_id: number;
  stripe_subscription_id: string | null;
  number: string | null;
  status: string;
  billing_reason: string | null;
  currency: string;
  subtotal_minor: number;
  total_minor: number;
  amount_due_minor: number;
  amount_paid_minor: number;
  amount_remaining_minor: number;
  attempt_count: number;
  next_attempt_at: Instant | null;
  created_at: Instant;
  finalized_at: Instant | null;
  paid_at: Instant | null;
  voided_at: Instant | null;
  due_at: Instant | null;
  hosted_url: string | null;
  pdf_url: string | null;
  lines: Json;
  metadata: Json;
  updated_at: Instant;
  discount_minor: number | null;
  tax_minor: number | null;
  credit_applied_minor: number | null;
}

interface LeavingReasonsTable {
  origin: string;
  reason_key: string;
  user_key: string;
  account_id: number | null;
  plan: string;
  reason: string;
  comment: string;
  left_at: Instant;
  recorded_at: Instant;
}

interface MailMessagesTable {
  id: GeneratedAlways<number>;
  key: string;
  account_id: number;
  audience: string;
  kind: string;
  data: Json;
  state: Defaulted<string>;
  due_at: Instant;
  created_at: Instant;
  attempts: Defaulted<number>;
  held_until: Instant | null;
  last_error: string | null;
  to_address: string | null;
  subject: string | null;
  message_id: string | null;
  sent_at: Instant | null;
}

interface MailboxTable {
  id: GeneratedAlways<number>;
  message_id: string;
  from_address: string;
  to_address: string;
  subject: string;
  text_body: string;
  html_body: string;
  sent_at: Instant;
}

interface MarketingSpendTable {
  id: GeneratedAlways<number>;
  channel: string;
  campaign: string;
  starts_on: string;
  ends_on: string;
  amount_minor: number;
  currency: string;
  recorded_at: Instant;
  superseded_at: Instant | null;
}

interface MetricAnnotationsTable {
  id: GeneratedAlways<number>;
  day: string;
  until_day: string | null;
  kind: string;
  title: string;
  detail: Defaulted<string>;
  staff_id: number;
  revision: Defaulted<number>;
  created_at: Instant;
  updated_at: Instant;
}

interface MetricsBooksTable {
  book_id: ColumnType<number | null, never, never>;
  profile: ColumnType<string | null, never, never>;
  time_zone: ColumnType<string | null, never, never>;
  is_current: ColumnType<boolean | null, never, never>;
  lowering_discounts: ColumnType<string[] | null, never, never>;
  counts_past_due: ColumnType<boolean | null, never, never>;
  churns_at: ColumnType<string | null, never, never>;
  ignores_within_month: ColumnType<boolean | null, never, never>;
  created_at: ColumnType<Instant | null, never, never>;
  current_at: ColumnType<Instant | null, never, never>;
}

interface MetricsCustomersTable {
  profile: ColumnType<string | null, never, never>;
  customer_id: ColumnType<number | null, never, never>;
  account_id: ColumnType<number | null, never, never>;
  origin: ColumnType<string | null, never, never>;
  external_key: ColumnType<string | null, never, never>;
  country: ColumnType<string | null, never, never>;
  source: ColumnType<string | null, never, never>;
  cohort: ColumnType<string | null, never, never>;
  trial_from: ColumnType<string | null, never, never>;
  trial_to: ColumnType<string | null, never, never>;
  paid_on: ColumnType<string | null, never, never>;
}

interface MetricsExchangeRatesTable {
  base: ColumnType<string | null, never, never>;
  currency: ColumnType<string | null, never, never>;
  day: ColumnType<string | null, never, never>;
  rate: ColumnType<string | null, never, never>;
  source: ColumnType<string | null, never, never>;
  recorded_at: ColumnType<Instant | null, never, never>;
}

interface MetricsMovementsTable {
  profile: ColumnType<string | null, never, never>;
  customer_id: ColumnType<number | null, never, never>;
  account_id: ColumnType<number | null, never, never>;
  origin: ColumnType<string | null, never, never>;
  external_key: ColumnType<string | null, never, never>;
  effective_at: ColumnType<Instant | null, never, never>;
  day: ColumnType<string | null, never, never>;
  kind: ColumnType<string | null, never, never>;
  currency: ColumnType<string | null, never, never>;
  plan: ColumnType<string | null, never, never>;
  cycle: ColumnType<string | null, never, never>;
  amount_minor: ColumnType<string | null, never, never>;
  customers: ColumnType<number | null, never, never>;
  is_correction: ColumnType<boolean | null, never, never>;
  recorded_at: ColumnType<Instant | null, never, never>;
}

interface MetricsMovementsDailyTable {
  profile: ColumnType<string | null, never, never>;
  day: ColumnType<string | null, never, never>;
  kind: ColumnType<string | null, never, never>;
  currency: ColumnType<string | null, never, never>;
  plan: ColumnType<string | null, never, never>;
  cycle: ColumnType<string | null, never, never>;
  country: ColumnType<string | null, never, never>;
  source: ColumnType<string | null, never, never>;
  cohort: ColumnType<string | null, never, never>;
  amount_minor: ColumnType<string | null, never, never>;
  customers: ColumnType<number | null, never, never>;
}

interface MetricsMrrDailyTable {
  profile: ColumnType<string | null, never, never>;
  day: ColumnType<string | null, never, never>;
  currency: ColumnType<string | null, never, never>;
  plan: ColumnType<string | null, never, never>;
  cycle: ColumnType<string | null, never, never>;
  country: ColumnType<string | null, never, never>;
  source: ColumnType<string | null, never, never>;
  cohort: ColumnType<string | null, never, never>;
  mrr_minor: ColumnType<string | null, never, never>;
  customers: ColumnType<string | null, never, never>;
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

interface OverageChargesTable {
  id: string;
  account_id: number;
  feature: string;
  period_start: Instant;
  period_end: Instant;
  ordinal: number;
  units: string;
  unit_price_minor: string;
  amount_minor: number;
  currency: string;
  stripe_customer_id: string;
  stripe_subscription_id: string | null;
  state: string;
  stripe_invoice_item_id: string | null;
  created_at: Instant;
  charged_at: Instant | null;
  stripe_invoice_id: string | null;
  invoice_request: string | null;
}

interface OverageConsentsTable {
  account_id: number;
  feature: string;
  spending_cap_minor: number;
  currency: string;
  given_at: Instant;
}

interface OverageTermsTable {
  id: GeneratedAlways<number>;
  account_id: number;
  feature: string;
  since: Instant;
  unit_price_minor: string | null;
  currency: string | null;
  spending_cap_minor: number;
  period_start: Instant | null;
  used_before: string | null;
  limit_before: string | null;
  known_limit: string | null;
}

interface PackBurnsTable {
  account_id: number;
  grant_id: number;
  period_start: Instant;
  amount: string;
}

interface PackPricesTable {
  id: GeneratedAlways<number>;
  pack_id: number;
  currency: string;
  amount_minor: number;
  stripe_price_id: string | null;
  created_at: Instant;
}

interface PacksTable {
  id: GeneratedAlways<number>;
  key: string;
  version: number;
  name: string;
  feature: string;
  amount: string;
  valid_days: number | null;
  ended_at: Instant | null;
  created_at: Instant;
}

interface PlanDraftsTable {
  id: GeneratedAlways<number>;
  slug: string;
  based_on: number | null;
  content: Json;
  revision: Defaulted<number>;
  created_by: number;
  created_at: Instant;
  updated_by: number;
  updated_at: Instant;
  ended_at: Instant | null;
  published_version: number | null;
}

interface PlanMigrationMovesTable {
  migration_id: number;
  account_id: number;
  subscription_id: number;
  state: string;
  code: string | null;
  detail: string | null;
  attempts: Defaulted<number>;
  taken_until: Instant | null;
  settled_at: Instant | null;
}

interface PlanMigrationsTable {
  id: GeneratedAlways<number>;
  from_plan_id: number;
  to_plan_id: number;
  timing: string;
  reason: string;
  state: string;
  revision: Defaulted<number>;
  created_by: number;
  created_at: Instant;
  finished_at: Instant | null;
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

interface PlanSeatPricesTable {
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
  stacking: Defaulted<string>;
}

interface PromotionCodesTable {
  id: GeneratedAlways<number>;
  code: string;
  name: string;
  batch: string | null;
  percent_off_basis_points: number | null;
  amounts_off: Json | null;
  duration: string;
  duration_in_months: number | null;
  conditions: Json;
  stacking: string;
  priority: Defaulted<number>;
  most_redemptions: number | null;
  most_per_account: number | null;
  taken: Defaulted<number>;
  valid_from: Instant;
  expires_at: Instant | null;
  ended_at: Instant | null;
  created_at: Instant;
}

interface PromotionRedemptionsTable {
  id: GeneratedAlways<number>;
  code_id: number;
  account_id: number;
  reference: string;
  state: string;
  held_at: Instant;
  redeemed_at: Instant | null;
  freed_at: Instant | null;
}

interface QuotaAnchorsTable {
  account_id: number;
  effective_at: Instant;
}

interface QuotaPressureTable {
  day: string;
  account_id: number;
  feature: string;
  plan: string;
  used: string;
  quota: string;
}

interface ReconciliationsTable {
  id: GeneratedAlways<number>;
  started_by: string;
  started_at: Instant;
  ended_at: Instant;
  outcome: string;
  compared: number;
  different: number;
  mended: number;
  disappearing: number;
  most_disappearing: number;
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

interface RevenueAheadTable {
  id: GeneratedAlways<number>;
  book_id: number;
  customer_id: number;
  effective_at: Instant;
  day: string;
  kind: string;
  currency: string;
  plan: string;
  cycle: string;
  parts: string;
  recorded_on: string;
  recorded_at: Instant;
}

interface RevenueBooksTable {
  id: GeneratedAlways<number>;
  profile: string;
  lowering: string[];
  counts_past_due: boolean;
  churns_at: string;
  ignores_within_month: boolean;
  time_zone: string;
  state: string;
  built_to: Defaulted<number>;
  created_at: Instant;
  current_at: Instant | null;
  is_configured: Defaulted<boolean>;
  summed_to: Defaulted<number>;
  is_summed: Defaulted<boolean>;
}

interface RevenueCustomersTable {
  id: GeneratedAlways<number>;
  account_id: number | null;
  origin: string;
  external_key: string;
  country: Defaulted<string>;
  source: Defaulted<string>;
  attributes: Defaulted<Json>;
  created_at: Instant;
  name: Defaulted<string>;
  email: Defaulted<string>;
  signed_up_on: string | null;
}

interface RevenueDaysTable {
  book_id: number;
  day: string;
  kind: string;
  currency: string;
  plan: string;
  cycle: string;
  country: string;
  source: string;
  cohort: string;
  parts: string;
  customers: number;
}

interface RevenueHistoryTable {
  id: GeneratedAlways<number>;
  customer_id: number;
  subscription_key: string;
  plan: string;
  starts_on: string;
  ends_on: string | null;
  amount: string;
  currency: string;
  interval: string;
  interval_count: number;
  is_trial: boolean;
  import_id: number;
  line: number;
}

interface RevenueImportsTable {
  id: GeneratedAlways<number>;
  origin: string;
  digest: string;
  lines_done: Defaulted<number>;
  taken: Defaulted<number>;
  known: Defaulted<number>;
  refused: Defaulted<number>;
  finished_at: Instant | null;
  created_at: Instant;
}

interface RevenueKeptMonthsTable {
  book_id: number;
  dimension: string;
  segment: string;
  month: string;
  currency: string;
  starts: string;
  ends: string;
  capped: string;
  customers: number;
  stayed: number;
}

interface RevenueKeptSpansTable {
  book_id: number;
  unit: string;
  told: string;
  from_day: string;
  segment: string;
  other: string;
  currency: string;
  starts: string;
  ends: string;
  capped: string;
  customers: number;
  stayed: number;
}

interface RevenueLevelsTable {
  book_id: number;
  customer_id: number;
  currency: string;
  plan: string;
  cycle: string;
  from_day: string;
  to_day: string;
  parts: string;
  customers: number;
}

interface RevenueMovementsTable {
  id: GeneratedAlways<number>;
  book_id: number;
  customer_id: number;
  effective_at: Instant;
  day: string;
  kind: string;
  currency: string;
  plan: string;
  cycle: string;
  parts: string;
  customers: number;
  recorded_at: Instant;
  is_correction: boolean;
}

interface RevenuePendingTable {
  customer_id: number;
  since: Instant;
}

interface RevenueSegmentDaysTable {
  book_id: number;
  dimension: string;
  segment: string;
  day: string;
  kind: string;
  currency: string;
  parts: string;
  customers: number;
}

interface RevenueStandingsTable {
  book_id: number;
  customer_id: number;
  country: string;
  source: string;
  cohort: string | null;
  folded_to: Instant;
  due_at: Instant | null;
  paid_on: string | null;
  trial_from: string | null;
  trial_to: string | null;
  is_mixed: Defaulted<boolean>;
}

interface RouteDaysTable {
  day: string;
  method: string;
  route: string;
  key_id: number;
  status: number;
  bucket: number;
  requests: number;
  duration_us: string;
}

interface RouteHoursTable {
  hour: Instant;
  method: string;
  route: string;
  key_id: number;
  status: number;
  bucket: number;
  requests: number;
  duration_us: string;
}

interface RouteMinutesTable {
  minute: Instant;
  method: string;
  route: string;
  key_id: number;
  status: number;
  bucket: number;
  requests: number;
  duration_us: string;
}

interface SchemaMigrationsTable {
  version: number;
  name: string;
  checksum: string;
  applied_at: Defaulted<Instant>;
}

interface SeatGrantsTable {
  id: GeneratedAlways<number>;
  account_id: number;
  stripe_subscription_id: string;
  feature: string;
  seats: number;
  grant_id: number;
  created_at: Instant;
  ended_at: Instant | null;
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

interface ServerDaysTable {
  day: string;
  minutes: number;
  began: Instant;
}

interface ServerMinutesTable {
  minute: Instant;
}

interface SharedRevenueDaysTable {
  book_id: number;
  day: string;
  currency: string;
  plan: string;
  model: string;
  feature: string;
  parts: string;
}

interface SharedRevenueMonthsTable {
  book_id: number;
  month: string;
  changes: number;
  shared_at: Instant;
}

interface SharedRevenueNotesTable {
  id: GeneratedAlways<number>;
  book_id: number;
  from_day: string;
}

interface StaffTable {
  id: GeneratedAlways<number>;
  email: string;
  name: string;
  role: string;
  version: Defaulted<number>;
  password_hash: string | null;
  totp_secret: Buffer | null;
  totp_confirmed_at: Instant | null;
  totp_last_step: number | null;
  created_at: Instant;
  signed_in_at: Instant | null;
  deactivated_at: Instant | null;
}

interface StaffAttemptsTable {
  key_hash: Buffer;
  failures: number;
  expires_at: Instant;
}

interface StaffChallengesTable {
  secret_hash: Buffer;
  staff_id: number;
  created_at: Instant;
  expires_at: Instant;
}

interface StaffDevicesTable {
  secret_hash: Buffer;
  staff_id: number;
  created_at: Instant;
  expires_at: Instant;
}

interface StaffIdentitiesTable {
  issuer: string;
  subject: string;
  staff_id: number;
  linked_at: Instant;
}

interface StaffInvitationsTable {
  id: GeneratedAlways<number>;
  email: string;
  role: string;
  token_hash: Buffer | null;
  invited_by: number | null;
  created_at: Instant;
  expires_at: Instant;
  accepted_at: Instant | null;
  revoked_at: Instant | null;
}

interface StaffOidcRequestsTable {
  state_hash: Buffer;
  browser_hash: Buffer;
  nonce: string;
  code_verifier: string;
  expires_at: Instant;
}

interface StaffPasswordResetsTable {
  id: GeneratedAlways<number>;
  staff_id: number;
  token_hash: Buffer | null;
  created_at: Instant;
  expires_at: Instant;
  used_at: Instant | null;
}

interface StaffRecoveryCodesTable {
  staff_id: number;
  code_hash: Buffer;
  used_at: Instant | null;
}

interface StaffSessionsTable {
  id: GeneratedAlways<number>;
  secret_hash: Buffer;
  staff_id: number;
  created_at: Instant;
  proved_at: Instant;
  last_seen_at: Instant;
  expires_at: Instant;
  address: string;
  user_agent: string;
}

interface StaffTokensTable {
  id: GeneratedAlways<number>;
  secret_hash: Buffer;
  prefix: string;
  staff_id: number;
  name: string;
  role: string;
  created_at: Instant;
  expires_at: Instant;
  revoked_at: Instant | null;
}

interface StripeEventsTable {
  id: string;
  type: string;
  api_version: string | null;
  created_at: Instant;
  received_at: Instant;
  stripe_customer_id: string | null;
  object_kind: string | null;
  object_id: string | null;
  payload: string;
  state: string;
  reason: string | null;
  handled_at: Instant | null;
  found_by: Defaulted<string>;
}

interface StripeImportCustomersTable {
  import_id: number;
  stripe_customer_id: string;
  external_id: string | null;
  email: string | null;
  known_since: Instant | null;
  live_count: number;
  subscription_count: number;
  invoice_count: number;
  price_ids: string[];
  state: string;
  reason: string | null;
}

interface StripeImportsTable {
  id: GeneratedAlways<number>;
  user_from: string;
  is_dry: boolean;
  state: string;
  cursor: string | null;
  started_at: Instant;
  ended_at: Instant | null;
}

interface StripePriceMapTable {
  stripe_price_id: string;
  kind: string;
  plan_id: number | null;
  billing_cycle: string | null;
  mapped_at: Instant;
}

interface StripeSweepTable {
  is_the_one: Defaulted<boolean>;
  token: Defaulted<number>;
  swept_to: Instant | null;
  pass_since: Instant | null;
  pass_to: Instant | null;
  pass_after: string | null;
  last_run_at: Instant | null;
  last_found: number | null;
}

interface SubscriptionChangesTable {
  id: GeneratedAlways<number>;
  account_id: number;
  subscription_key: string;
  source: string;
  effective_at: Instant;
  recorded_at: Instant;
  cause: string;
  status: string | null;
  currency: string | null;
  items: Json | null;
  discounts: Json | null;
  plan_ids: number[];
  supersedes: number | null;
}

interface SubscriptionCommandsTable {
  id: string;
  account_id: number;
  kind: string;
  stripe_customer_id: string;
  stripe_subscription_id: string;
  token_digest: Buffer | null;
  state: string;
  request: Json;
  steps: Json | null;
  reason: string | null;
  outcome: Json | null;
  created_at: Instant;
  settled_at: Instant | null;
  touched_at: Defaulted<Instant>;
  holds_code: Defaulted<boolean>;
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
  trial_days: Defaulted<number>;
  seat_feature: string | null;
}

interface SupportTicketsTable {
  origin: string;
  ticket_key: string;
  user_key: string;
  account_id: number | null;
  plan: string;
  priority: string;
  opened_at: Instant;
  first_response_at: Instant | null;
  closed_at: Instant | null;
  satisfaction: number | null;
  recorded_at: Instant;
}

interface SurveyAnswersTable {
  origin: string;
  answer_key: string;
  kind: string;
  score: number;
  user_key: string;
  account_id: number | null;
  plan: string;
  answered_at: Instant;
  comment: string;
  recorded_at: Instant;
}

interface SurveyKeysTable {
  name: string;
  secret: Buffer;
  created_at: Instant;
}

interface SurveyLinksTable {
  id: GeneratedAlways<number>;
  kind: string;
  user_key: string;
  account_id: number | null;
  created_at: Instant;
  expires_at: Instant;
}

interface TrialUsesTable {
  stripe_subscription_id: string;
  account_id: number;
  card_digest: Buffer | null;
  refused_at: Instant | null;
  began_at: Instant;
}

interface UnlinkedCustomersTable {
  stripe_customer_id: string;
  account_id: number;
  unlinked_at: Instant;
}

interface UsageAccountDaysTable {
  day: string;
  account_id: number;
  user_id: number;
  plan: string;
  event_type: string;
  features: string;
  provider: string;
  model: string;
  prompt: string;
  events: number;
  over_limit: number;
  amount: string;
  tokens_in: string;
  tokens_out: string;
  stated_cents: string;
  unstated_events: number;
  unstated_amount: string;
  unstated_tokens_in: string;
  unstated_tokens_out: string;
}

interface UsageAccountFeatureDaysTable {
  day: string;
  account_id: number;
  user_id: number;
  plan: string;
  event_type: string;
  provider: string;
  model: string;
  prompt: string;
  feature: string;
  events: number;
  amount: string;
}

interface UsageAdoptersTable {
  month: string;
  feature: string;
  account_id: number;
  plan: string;
  cohort: string;
  events: number;
}

interface UsageAdoptionTable {
  month: string;
  feature: string;
  plan: string;
  cohort: string;
  accounts: number;
}

interface UsageCohortsTable {
  account_id: number;
  cohort: string;
}

interface UsageDaysTable {
  day: string;
  plan: string;
  event_type: string;
  features: string;
  provider: string;
  model: string;
  prompt: string;
  events: number;
  over_limit: number;
  amount: string;
  tokens_in: string;
  tokens_out: string;
  stated_cents: string;
  unstated_events: number;
  unstated_amount: string;
  unstated_tokens_in: string;
  unstated_tokens_out: string;
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
  booked_in: Defaulted<number>;
}

interface UsageFeatureDaysTable {
  day: string;
  plan: string;
  event_type: string;
  provider: string;
  model: string;
  prompt: string;
  feature: string;
  events: number;
  amount: string;
}

interface UsageFoldMonthsTable {
  month: string;
  accounts_done: number;
}

interface UsageFoldsTable {
  is_only: Defaulted<boolean>;
  folded_to: number;
  time_zone: string;
  number_offset: number;
}

interface UsageKeysTable {
  account_id: number;
  key: string;
  fingerprint: string;
  received_at: Instant;
  over_limit: boolean;
  reservation_id: string | null;
}

interface UsagePricesTable {
  id: GeneratedAlways<number>;
  day: string;
  provider: string;
  model: string;
  price_id: number | null;
  settled_at: Instant | null;
  superseded_at: Instant | null;
}

interface UseMonthsTable {
  month: string;
  changes: number;
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
  revision: Defaulted<number>;
}
