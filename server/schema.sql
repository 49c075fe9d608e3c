-- Generated from server/migrations by `npm run generate`. Do not edit.
-- Migrations: sha256 9cc6621b8e46ffe68063d84bd0b271785d36519abe6f2587752e1de68fa1b92a

SET check_function_bodies = off;

CREATE SEQUENCE usage_events_id AS bigint START 1 INCREMENT 1 CACHE 64;

CREATE FUNCTION announce_catalog()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  UPDATE catalog SET version = version + 1;
  PERFORM pg_notify('configuration', 'catalog');
  RETURN NULL;
END
$function$;

CREATE FUNCTION announce_secret_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('configuration', 'secret_keys');
  RETURN NULL;
END
$function$;

CREATE FUNCTION keep_pricing_rules()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
      to_jsonb(OLD) - 'ended_at' IS DISTINCT FROM to_jsonb(NEW) - 'ended_at' THEN
    RAISE EXCEPTION 'pricing rule % is superseded by another row, never rewritten', OLD.key
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$function$;

CREATE FUNCTION keep_published_prices()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND
      to_jsonb(OLD) - 'stripe_price_id' IS NOT DISTINCT FROM to_jsonb(NEW) - 'stripe_price_id' THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM subscription_plans
             WHERE id IN (OLD.plan_id, NEW.plan_id) AND status = 'published') THEN
    RAISE EXCEPTION 'the prices of a published plan never change'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$function$;

CREATE FUNCTION keep_published_versions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.status = 'published' AND (TG_OP = 'DELETE' OR
      to_jsonb(OLD) - '{is_current,position}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{is_current,position}'::text[]) THEN
    RAISE EXCEPTION 'version % of plan % is published and never changes', OLD.version, OLD.slug
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$function$;

CREATE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
$function$;

CREATE FUNCTION refuse_outrun_batch()
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'a balance has changed since it was read' USING ERRCODE = 'WF001';
END
$function$;

CREATE TABLE account_access (
  account_id      bigint NOT NULL,
  plan_id         bigint NOT NULL,
  restricted_from bigint,
  restriction     text,
  access_version  bigint NOT NULL,
  catalog_version bigint NOT NULL,
  computed_at     timestamptz NOT NULL,
  valid_until     timestamptz,
  CONSTRAINT account_access_pkey PRIMARY KEY (account_id),
  CONSTRAINT account_access_restriction_check CHECK (restriction = ANY (ARRAY['past_due'::text, 'inactive'::text]))
) WITH (fillfactor=80);
ALTER TABLE account_access ENABLE ROW LEVEL SECURITY;

CREATE TABLE accounts (
  id                 bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  owner_user_id      bigint,
  stripe_customer_id text,
  currency           text NOT NULL,
  quota_anchor       timestamptz NOT NULL,
  access_version     bigint DEFAULT 1 NOT NULL,
  created_at         timestamptz NOT NULL,
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_stripe_customer_id_key UNIQUE (stripe_customer_id),
  CONSTRAINT accounts_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_entries (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  recorded_at  timestamptz NOT NULL,
  actor_kind   text NOT NULL,
  actor_id     text,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  account_id   bigint,
  reason       text,
  before       jsonb,
  after        jsonb,
  request_id   text,
  CONSTRAINT audit_entries_pkey PRIMARY KEY (id),
  CONSTRAINT audit_entries_actor_kind_check CHECK (actor_kind = ANY (ARRAY['staff'::text, 'key'::text, 'cli'::text, 'system'::text]))
);
CREATE INDEX audit_entries_account ON audit_entries USING btree (account_id, id);
CREATE TRIGGER audit_entries_are_permanent BEFORE DELETE OR UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_stay BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;

CREATE TABLE balances (
  account_id      bigint NOT NULL,
  feature         text COLLATE "C" NOT NULL,
  period_start    timestamptz NOT NULL,
  period_end      timestamptz,
  used            numeric(30,6) NOT NULL,
  reserved        numeric(30,6) NOT NULL,
  base_limit      numeric(20,6),
  pack_amount     numeric(20,6) NOT NULL,
  pack_burned     numeric(20,6) NOT NULL,
  boost_covered   numeric(20,6) NOT NULL,
  beyond          numeric(20,6),
  access_version  bigint NOT NULL,
  catalog_version bigint NOT NULL,
  computed_at     timestamptz NOT NULL,
  valid_until     timestamptz,
  revision        bigint NOT NULL,
  CONSTRAINT balances_pkey PRIMARY KEY (account_id, feature, period_start),
  CONSTRAINT balances_reserved_check CHECK (reserved >= 0::numeric),
  CONSTRAINT balances_used_check CHECK (used >= 0::numeric)
) WITH (fillfactor=70);
ALTER TABLE balances ENABLE ROW LEVEL SECURITY;

CREATE TABLE catalog (
  only_row boolean DEFAULT true NOT NULL,
  version  bigint NOT NULL,
  CONSTRAINT catalog_pkey PRIMARY KEY (only_row),
  CONSTRAINT catalog_only_row_check CHECK (only_row)
);
ALTER TABLE catalog ENABLE ROW LEVEL SECURITY;

CREATE TABLE event_types (
  key        text COLLATE "C" NOT NULL,
  name       text NOT NULL,
  counts     jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT event_types_pkey PRIMARY KEY (key),
  CONSTRAINT event_types_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT event_types_name_check CHECK (name <> ''::text)
);
CREATE TRIGGER event_types_changed AFTER INSERT OR DELETE OR UPDATE ON event_types FOR EACH ROW EXECUTE FUNCTION announce_catalog();
ALTER TABLE event_types ENABLE ROW LEVEL SECURITY;

CREATE TABLE features (
  key            text COLLATE "C" NOT NULL,
  kind           text NOT NULL,
  name           text NOT NULL,
  description    text DEFAULT ''::text NOT NULL,
  unit           text,
  when_missing   text NOT NULL,
  on_unavailable text NOT NULL,
  commit_event   text COLLATE "C",
  position       integer NOT NULL,
  created_at     timestamptz NOT NULL,
  CONSTRAINT features_pkey PRIMARY KEY (key),
  CONSTRAINT features_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT features_kind_check CHECK (kind = ANY (ARRAY['boolean'::text, 'metered'::text, 'level'::text, 'value'::text])),
  CONSTRAINT features_name_check CHECK (name <> ''::text),
  CONSTRAINT features_on_unavailable_check CHECK (on_unavailable = ANY (ARRAY['allow'::text, 'deny'::text, 'last_known'::text])),
  CONSTRAINT features_when_missing_check CHECK (when_missing = ANY (ARRAY['deny'::text, 'latest_version'::text]))
);
CREATE TRIGGER features_changed AFTER INSERT OR UPDATE ON features FOR EACH ROW EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER features_keep_their_kind BEFORE UPDATE ON features FOR EACH ROW WHEN (old.key IS DISTINCT FROM new.key OR old.kind IS DISTINCT FROM new.kind) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER features_stay BEFORE DELETE ON features FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE features ENABLE ROW LEVEL SECURITY;

CREATE TABLE grants (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id bigint NOT NULL,
  kind       text NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  amount     numeric(20,6) NOT NULL,
  source     text NOT NULL,
  source_id  text NOT NULL,
  starts_at  timestamptz NOT NULL,
  expires_at timestamptz,
  ended_at   timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT grants_pkey PRIMARY KEY (id),
  CONSTRAINT grants_account_id_source_source_id_key UNIQUE (account_id, source, source_id),
  CONSTRAINT grants_amount_check CHECK (amount > 0::numeric),
  CONSTRAINT grants_check CHECK (expires_at IS NULL OR expires_at > starts_at),
  CONSTRAINT grants_kind_check CHECK (kind = ANY (ARRAY['boost'::text, 'pack'::text]))
);
ALTER TABLE grants ENABLE ROW LEVEL SECURITY;

CREATE TABLE outbox_events (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic        text NOT NULL,
  account_id   bigint,
  payload      jsonb NOT NULL,
  recorded_at  timestamptz NOT NULL,
  due_at       timestamptz NOT NULL,
  delivered_at timestamptz,
  attempts     integer DEFAULT 0 NOT NULL,
  delivered_to text[] DEFAULT '{}'::text[] NOT NULL,
  last_error   text,
  CONSTRAINT outbox_events_pkey PRIMARY KEY (id)
);
CREATE INDEX outbox_events_delivered ON outbox_events USING btree (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX outbox_events_due ON outbox_events USING btree (due_at, id) WHERE delivered_at IS NULL;
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;

CREATE TABLE overage_consents (
  account_id         bigint NOT NULL,
  feature            text COLLATE "C" NOT NULL,
  spending_cap_minor bigint NOT NULL,
  currency           text NOT NULL,
  given_at           timestamptz NOT NULL,
  CONSTRAINT overage_consents_pkey PRIMARY KEY (account_id, feature),
  CONSTRAINT overage_consents_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT overage_consents_spending_cap_minor_check CHECK (spending_cap_minor >= 0)
);
ALTER TABLE overage_consents ENABLE ROW LEVEL SECURITY;

CREATE TABLE pack_burns (
  account_id   bigint NOT NULL,
  grant_id     bigint NOT NULL,
  period_start timestamptz NOT NULL,
  amount       numeric(20,6) NOT NULL,
  CONSTRAINT pack_burns_pkey PRIMARY KEY (account_id, grant_id, period_start),
  CONSTRAINT pack_burns_amount_check CHECK (amount >= 0::numeric)
);
ALTER TABLE pack_burns ENABLE ROW LEVEL SECURITY;

CREATE TABLE plan_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  plan_id         bigint NOT NULL,
  billing_cycle   text NOT NULL,
  currency        text NOT NULL,
  amount_minor    bigint NOT NULL,
  stripe_price_id text,
  created_at      timestamptz NOT NULL,
  CONSTRAINT plan_prices_pkey PRIMARY KEY (id),
  CONSTRAINT plan_prices_plan_id_billing_cycle_currency_key UNIQUE (plan_id, billing_cycle, currency),
  CONSTRAINT plan_prices_stripe_price_id_key UNIQUE (stripe_price_id),
  CONSTRAINT plan_prices_amount_minor_check CHECK (amount_minor >= 0),
  CONSTRAINT plan_prices_billing_cycle_check CHECK (billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text])),
  CONSTRAINT plan_prices_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
CREATE TRIGGER plan_prices_are_permanent BEFORE INSERT OR DELETE OR UPDATE ON plan_prices FOR EACH ROW EXECUTE FUNCTION keep_published_prices();
CREATE TRIGGER plan_prices_stay BEFORE TRUNCATE ON plan_prices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE plan_prices ENABLE ROW LEVEL SECURITY;

CREATE TABLE pricing_rules (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  key         text COLLATE "C" NOT NULL,
  name        text NOT NULL,
  rule_type   text NOT NULL,
  conditions  jsonb NOT NULL,
  effect      jsonb NOT NULL,
  priority    integer DEFAULT 0 NOT NULL,
  valid_from  timestamptz NOT NULL,
  valid_until timestamptz,
  ended_at    timestamptz,
  created_at  timestamptz NOT NULL,
  CONSTRAINT pricing_rules_pkey PRIMARY KEY (id),
  CONSTRAINT pricing_rules_check CHECK (valid_until IS NULL OR valid_until > valid_from),
  CONSTRAINT pricing_rules_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT pricing_rules_name_check CHECK (name <> ''::text),
  CONSTRAINT pricing_rules_rule_type_check CHECK (rule_type = ANY (ARRAY['discount'::text, 'promotion'::text, 'custom'::text]))
);
CREATE UNIQUE INDEX pricing_rules_one_in_force ON pricing_rules USING btree (key) WHERE ended_at IS NULL;
CREATE TRIGGER pricing_rules_are_permanent BEFORE DELETE OR UPDATE ON pricing_rules FOR EACH ROW EXECUTE FUNCTION keep_pricing_rules();
ALTER TABLE pricing_rules ENABLE ROW LEVEL SECURITY;

CREATE TABLE quota_anchors (
  account_id   bigint NOT NULL,
  effective_at timestamptz NOT NULL,
  CONSTRAINT quota_anchors_pkey PRIMARY KEY (account_id, effective_at)
);
ALTER TABLE quota_anchors ENABLE ROW LEVEL SECURITY;

CREATE TABLE reservations (
  account_id   bigint NOT NULL,
  id           text COLLATE "C" NOT NULL,
  user_id      bigint NOT NULL,
  feature      text COLLATE "C" NOT NULL,
  period_start timestamptz NOT NULL,
  amount       numeric(20,6) NOT NULL,
  status       text NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  settled_at   timestamptz,
  committed    numeric(20,6),
  over_limit   boolean,
  CONSTRAINT reservations_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT reservations_amount_check CHECK (amount > 0::numeric),
  CONSTRAINT reservations_status_check CHECK (status = ANY (ARRAY['held'::text, 'committed'::text, 'released'::text, 'expired'::text]))
) WITH (fillfactor=80);
CREATE INDEX reservations_held ON reservations USING btree (account_id, feature, expires_at) WHERE status = 'held'::text;
ALTER TABLE reservations ENABLE ROW LEVEL SECURITY;

CREATE TABLE schema_migrations (
  version    integer NOT NULL,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);
ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;

CREATE TABLE secret_keys (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name        text NOT NULL,
  prefix      text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes      text[] NOT NULL,
  created_at  timestamptz NOT NULL,
  revoked_at  timestamptz,
  CONSTRAINT secret_keys_pkey PRIMARY KEY (id),
  CONSTRAINT secret_keys_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT secret_keys_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE TRIGGER secret_keys_changed AFTER INSERT OR DELETE OR UPDATE ON secret_keys FOR EACH STATEMENT EXECUTE FUNCTION announce_secret_keys();
ALTER TABLE secret_keys ENABLE ROW LEVEL SECURITY;

CREATE TABLE subscription_overrides (
  id            bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id    bigint NOT NULL,
  user_id       bigint NOT NULL,
  override_type text NOT NULL,
  plan_id       bigint,
  feature       text COLLATE "C",
  amount        numeric(20,6),
  period_start  timestamptz,
  reason        text NOT NULL,
  admin_id      bigint,
  starts_at     timestamptz NOT NULL,
  expires_at    timestamptz,
  ended_at      timestamptz,
  created_at    timestamptz NOT NULL,
  CONSTRAINT subscription_overrides_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_overrides_amount_check CHECK (amount > 0::numeric),
  CONSTRAINT subscription_overrides_check CHECK (expires_at IS NULL OR expires_at > starts_at),
  CONSTRAINT subscription_overrides_check1 CHECK (override_type <> 'plan_change'::text OR plan_id IS NOT NULL),
  CONSTRAINT subscription_overrides_check2 CHECK (override_type <> 'quota_boost'::text OR feature IS NOT NULL AND amount IS NOT NULL),
  CONSTRAINT subscription_overrides_override_type_check CHECK (override_type = ANY (ARRAY['plan_change'::text, 'quota_boost'::text, 'discount'::text])),
  CONSTRAINT subscription_overrides_reason_check CHECK (reason <> ''::text)
);
CREATE INDEX subscription_overrides_account ON subscription_overrides USING btree (account_id);
CREATE UNIQUE INDEX subscription_overrides_one_plan ON subscription_overrides USING btree (account_id) WHERE override_type = 'plan_change'::text AND ended_at IS NULL;
ALTER TABLE subscription_overrides ENABLE ROW LEVEL SECURITY;

CREATE TABLE subscription_plans (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  slug         text COLLATE "C" NOT NULL,
  version      integer,
  status       text NOT NULL,
  is_current   boolean DEFAULT false NOT NULL,
  is_default   boolean DEFAULT false NOT NULL,
  name         text NOT NULL,
  description  text DEFAULT ''::text NOT NULL,
  position     integer NOT NULL,
  features     jsonb NOT NULL,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  published_at timestamptz,
  CONSTRAINT subscription_plans_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_plans_slug_version_key UNIQUE (slug, version),
  CONSTRAINT subscription_plans_check CHECK ((status = 'published'::text) = (published_at IS NOT NULL)),
  CONSTRAINT subscription_plans_check1 CHECK ((status = 'published'::text) = (version IS NOT NULL)),
  CONSTRAINT subscription_plans_check2 CHECK (status = 'published'::text OR NOT is_current),
  CONSTRAINT subscription_plans_name_check CHECK (name <> ''::text),
  CONSTRAINT subscription_plans_slug_check CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'::text),
  CONSTRAINT subscription_plans_status_check CHECK (status = ANY (ARRAY['draft'::text, 'published'::text])),
  CONSTRAINT subscription_plans_version_check CHECK (version > 0)
);
CREATE UNIQUE INDEX subscription_plans_current ON subscription_plans USING btree (slug) WHERE is_current;
CREATE UNIQUE INDEX subscription_plans_default ON subscription_plans USING btree (is_default) WHERE is_default AND is_current;
CREATE UNIQUE INDEX subscription_plans_draft ON subscription_plans USING btree (slug) WHERE status = 'draft'::text;
CREATE TRIGGER subscription_plans_are_permanent BEFORE DELETE OR UPDATE ON subscription_plans FOR EACH ROW EXECUTE FUNCTION keep_published_versions();
CREATE TRIGGER subscription_plans_changed AFTER INSERT OR UPDATE ON subscription_plans FOR EACH ROW WHEN (new.status = 'published'::text) EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER subscription_plans_stay BEFORE TRUNCATE ON subscription_plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE subscription_plans ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_events (
  id                bigint DEFAULT nextval('usage_events_id'::regclass) NOT NULL,
  account_id        bigint NOT NULL,
  user_id           bigint NOT NULL,
  event_type        text NOT NULL,
  occurred_at       timestamptz NOT NULL,
  recorded_at       timestamptz NOT NULL,
  resource_consumed numeric(20,6) NOT NULL,
  cost_cents        numeric(20,6),
  model             text,
  provider          text,
  tokens_in         bigint,
  tokens_out        bigint,
  counted           jsonb NOT NULL,
  over_limit        boolean NOT NULL,
  late              boolean NOT NULL,
  reservation_id    text,
  metadata          jsonb,
  CONSTRAINT usage_events_pkey PRIMARY KEY (account_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);
ALTER TABLE usage_events ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_keys (
  account_id     bigint NOT NULL,
  key            text COLLATE "C" NOT NULL,
  fingerprint    text NOT NULL,
  received_at    timestamptz NOT NULL,
  over_limit     boolean NOT NULL,
  reservation_id text,
  CONSTRAINT usage_keys_pkey PRIMARY KEY (account_id, key)
);
CREATE INDEX usage_keys_received ON usage_keys USING brin (received_at);
ALTER TABLE usage_keys ENABLE ROW LEVEL SECURITY;

CREATE TABLE user_subscriptions (
  id                     bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id             bigint NOT NULL,
  user_id                bigint NOT NULL,
  plan_id                bigint NOT NULL,
  status                 text NOT NULL,
  source                 text NOT NULL,
  billing_cycle          text NOT NULL,
  seats                  integer DEFAULT 1 NOT NULL,
  started_at             timestamptz NOT NULL,
  current_period_start   timestamptz NOT NULL,
  current_period_end     timestamptz NOT NULL,
  trial_end              timestamptz,
  cancel_at              timestamptz,
  past_due_since         timestamptz,
  scheduled_plan_id      bigint,
  scheduled_at           timestamptz,
  ended_at               timestamptz,
  stripe_subscription_id text,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL,
  CONSTRAINT user_subscriptions_pkey PRIMARY KEY (id),
  CONSTRAINT user_subscriptions_stripe_subscription_id_key UNIQUE (stripe_subscription_id),
  CONSTRAINT user_subscriptions_billing_cycle_check CHECK (billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text])),
  CONSTRAINT user_subscriptions_check CHECK ((scheduled_plan_id IS NULL) = (scheduled_at IS NULL)),
  CONSTRAINT user_subscriptions_check1 CHECK ((status = 'past_due'::text) = (past_due_since IS NOT NULL)),
  CONSTRAINT user_subscriptions_seats_check CHECK (seats > 0),
  CONSTRAINT user_subscriptions_source_check CHECK (source = ANY (ARRAY['stripe'::text, 'manual'::text, 'gift'::text]))
);
CREATE UNIQUE INDEX user_subscriptions_one_live ON user_subscriptions USING btree (account_id) WHERE ended_at IS NULL;
ALTER TABLE user_subscriptions ENABLE ROW LEVEL SECURITY;

CREATE TABLE users (
  id                  bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  external_id         text COLLATE "C" NOT NULL,
  account_id          bigint NOT NULL,
  email               text NOT NULL,
  name                text,
  country             text,
  source              text,
  campaign            text,
  locale              text,
  metadata            jsonb DEFAULT '{}'::jsonb NOT NULL,
  signed_up_at        timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  stripe_customer_id  text,
  subscription_status text DEFAULT 'none'::text NOT NULL,
  current_plan_id     bigint,
  usage_reset_date    timestamptz,
  admin_notes         text,
  risk_score          numeric(5,2),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_external_id_key UNIQUE (external_id),
  CONSTRAINT users_external_id_check CHECK (external_id ~ '^[A-Za-z0-9._:@|-]{1,255}$'::text AND (external_id <> ALL (ARRAY['.'::text, '..'::text])))
);
CREATE INDEX users_account ON users USING btree (account_id);
CREATE INDEX users_usage_reset_date ON users USING btree (usage_reset_date);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

ALTER TABLE accounts ADD CONSTRAINT accounts_owner FOREIGN KEY (owner_user_id) REFERENCES users(id);
ALTER TABLE grants ADD CONSTRAINT grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE grants ADD CONSTRAINT grants_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE overage_consents ADD CONSTRAINT overage_consents_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE overage_consents ADD CONSTRAINT overage_consents_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE plan_prices ADD CONSTRAINT plan_prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE quota_anchors ADD CONSTRAINT quota_anchors_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_scheduled_plan_id_fkey FOREIGN KEY (scheduled_plan_id) REFERENCES subscription_plans(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE users ADD CONSTRAINT users_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE users ADD CONSTRAINT users_current_plan FOREIGN KEY (current_plan_id) REFERENCES subscription_plans(id);
