-- Generated from server/migrations by `npm run generate`. Do not edit.
-- Migrations: sha256 9b238c056ff41c68d34ed02b7e85dfd6b6725e95c6dd6d936e1ec063113d184e

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

CREATE FUNCTION announce_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('configuration', 'figures');
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

CREATE FUNCTION announce_staff()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('configuration', 'staff');
  RETURN NULL;
END
$function$;

CREATE FUNCTION directory_likeness(within text, sought text)
 RETURNS real
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN public.word_similarity(sought, within);

CREATE FUNCTION directory_resembles(within text, sought text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN ((within COLLATE "C") OPERATOR(public.%>) (sought COLLATE "C"));

CREATE FUNCTION keep_audit_chain()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
DECLARE
  number bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF TG_TABLE_NAME = 'audit_seals' THEN
      number := OLD.seal_number;
    ELSIF TG_TABLE_NAME = 'audit_entries' THEN
      SELECT seal_number INTO number FROM audit_seals WHERE entry_id = OLD.id;
    ELSE
      SELECT seal_number INTO number FROM audit_seals WHERE entry_id = OLD.entry_id;
    END IF;
    IF EXISTS (SELECT FROM audit_retirements WHERE through_seal >= number) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed, and deleted only when they are retired', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
$function$;

CREATE FUNCTION keep_movements_of_books()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  IF EXISTS (SELECT FROM revenue_books WHERE id = OLD.book_id AND state <> 'retired') THEN
    RAISE EXCEPTION 'movements of a book in use are never deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $function$;

CREATE FUNCTION keep_pack_prices()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND
      to_jsonb(OLD) - 'stripe_price_id' IS NOT DISTINCT FROM to_jsonb(NEW) - 'stripe_price_id' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (
      SELECT FROM packs WHERE id = NEW.pack_id AND xmin = pg_current_xact_id()::xid) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the prices of a pack never change'
    USING ERRCODE = 'integrity_constraint_violation';
END
$function$;

CREATE FUNCTION keep_packs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
      to_jsonb(OLD) - 'ended_at' IS DISTINCT FROM to_jsonb(NEW) - 'ended_at' THEN
    RAISE EXCEPTION 'pack % is superseded by another version, never rewritten', OLD.key
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
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

CREATE FUNCTION keep_promotion_codes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'DELETE' OR
      (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at) OR
      to_jsonb(OLD) - '{ended_at,taken}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{ended_at,taken}'::text[] THEN
    RAISE EXCEPTION 'promotion code % ends and is never rewritten', OLD.code
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
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

CREATE FUNCTION note_account()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  INSERT INTO account_notes (account_id) VALUES (NEW.account_id);
  RETURN NULL;
END
$function$;

CREATE FUNCTION note_accounts()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  INSERT INTO account_notes (account_id) SELECT DISTINCT account_id FROM changed;
  RETURN NULL;
END
$function$;

CREATE FUNCTION note_for_shared_revenue()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  INSERT INTO shared_revenue_notes (book_id, from_day)
  SELECT book_id, min(day) FROM booked GROUP BY book_id;
  RETURN NULL;
END $function$;

CREATE FUNCTION note_new_owner()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  INSERT INTO account_notes (account_id) VALUES (NEW.id);
  RETURN NULL;
END
$function$;

CREATE FUNCTION queue_audit_entries()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path FROM CURRENT
AS $function$
BEGIN
  INSERT INTO audit_unsealed (entry_id) SELECT id FROM inserted;
  RETURN NULL;
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

CREATE TABLE account_links (
  token_hash bytea NOT NULL,
  user_id    bigint NOT NULL,
  return_url text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CONSTRAINT account_links_pkey PRIMARY KEY (token_hash),
  CONSTRAINT account_links_token_hash_check CHECK (length(token_hash) = 32)
);
CREATE INDEX account_links_expiry ON account_links USING btree (expires_at);
ALTER TABLE account_links ENABLE ROW LEVEL SECURITY;

CREATE TABLE account_notes (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id bigint NOT NULL,
  CONSTRAINT account_notes_pkey PRIMARY KEY (id)
);
CREATE INDEX account_notes_account ON account_notes USING btree (account_id);
ALTER TABLE account_notes ENABLE ROW LEVEL SECURITY;

CREATE TABLE account_plans (
  account_id bigint NOT NULL,
  from_at    timestamptz NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  CONSTRAINT account_plans_pkey PRIMARY KEY (account_id, from_at)
);
ALTER TABLE account_plans ENABLE ROW LEVEL SECURITY;

CREATE TABLE account_plans_pending (
  account_id bigint NOT NULL,
  since      timestamptz NOT NULL,
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  CONSTRAINT account_plans_pending_pkey PRIMARY KEY (id)
);
CREATE INDEX account_plans_pending_account ON account_plans_pending USING btree (account_id);
ALTER TABLE account_plans_pending ENABLE ROW LEVEL SECURITY;

CREATE TABLE account_sessions (
  secret_hash bytea NOT NULL,
  user_id     bigint NOT NULL,
  return_url  text,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  CONSTRAINT account_sessions_pkey PRIMARY KEY (secret_hash),
  CONSTRAINT account_sessions_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE INDEX account_sessions_expiry ON account_sessions USING btree (expires_at);
CREATE INDEX account_sessions_user ON account_sessions USING btree (user_id);
ALTER TABLE account_sessions ENABLE ROW LEVEL SECURITY;

CREATE TABLE account_standings (
  book_id    smallint NOT NULL,
  account_id bigint NOT NULL,
  happened   jsonb NOT NULL,
  CONSTRAINT account_standings_pkey PRIMARY KEY (book_id, account_id)
);
CREATE TRIGGER account_standings_told AFTER INSERT OR UPDATE ON account_standings FOR EACH STATEMENT EXECUTE FUNCTION announce_figures();
ALTER TABLE account_standings ENABLE ROW LEVEL SECURITY;

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
CREATE TRIGGER accounts_owned AFTER UPDATE OF owner_user_id ON accounts FOR EACH ROW WHEN (old.owner_user_id IS DISTINCT FROM new.owner_user_id) EXECUTE FUNCTION note_new_owner();
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

CREATE TABLE ai_prices (
  id                     bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  provider               text COLLATE "C" NOT NULL,
  model                  text COLLATE "C" NOT NULL,
  starts_on              date NOT NULL,
  currency               text NOT NULL,
  per_million_tokens_in  numeric(20,6) NOT NULL,
  per_million_tokens_out numeric(20,6) NOT NULL,
  per_unit               numeric(20,6) NOT NULL,
  recorded_at            timestamptz NOT NULL,
  superseded_at          timestamptz,
  CONSTRAINT ai_prices_pkey PRIMARY KEY (id),
  CONSTRAINT ai_prices_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT ai_prices_model_check CHECK (model <> ''::text),
  CONSTRAINT ai_prices_per_million_tokens_in_check CHECK (per_million_tokens_in >= 0::numeric),
  CONSTRAINT ai_prices_per_million_tokens_out_check CHECK (per_million_tokens_out >= 0::numeric),
  CONSTRAINT ai_prices_per_unit_check CHECK (per_unit >= 0::numeric)
);
CREATE UNIQUE INDEX ai_prices_current ON ai_prices USING btree (provider, model, starts_on) WHERE superseded_at IS NULL;
ALTER TABLE ai_prices ENABLE ROW LEVEL SECURITY;

CREATE TABLE asked_reconciliations (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  staff_id   bigint NOT NULL,
  reason     text NOT NULL,
  applies    boolean NOT NULL,
  asked_at   timestamptz NOT NULL,
  held_until timestamptz,
  attempts   integer DEFAULT 0 NOT NULL,
  ended_at   timestamptz,
  outcome    text,
  compared   integer,
  mended     integer,
  customers  jsonb,
  fault      text,
  CONSTRAINT asked_reconciliations_pkey PRIMARY KEY (id),
  CONSTRAINT asked_reconciliations_check CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CONSTRAINT asked_reconciliations_outcome_check CHECK (outcome = ANY (ARRAY['equal'::text, 'different'::text, 'mended'::text, 'stopped'::text, 'failed'::text]))
);
CREATE UNIQUE INDEX asked_reconciliations_one_at_a_time ON asked_reconciliations USING btree ((true)) WHERE ended_at IS NULL;
ALTER TABLE asked_reconciliations ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_chain (
  is_the_one boolean DEFAULT true NOT NULL,
  chain_id   uuid,
  CONSTRAINT audit_chain_pkey PRIMARY KEY (is_the_one),
  CONSTRAINT audit_chain_is_the_one_check CHECK (is_the_one)
);
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_entries (
  id              bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  recorded_at     timestamptz NOT NULL,
  actor_kind      text NOT NULL,
  actor_id        text,
  action          text NOT NULL,
  subject_kind    text NOT NULL,
  subject_id      text NOT NULL,
  account_id      bigint,
  reason          text,
  before          jsonb,
  after           jsonb,
  request_id      text,
  address         text,
  personal_digest bytea,
  CONSTRAINT audit_entries_pkey PRIMARY KEY (id),
  CONSTRAINT audit_entries_actor_kind_check CHECK (actor_kind = ANY (ARRAY['staff'::text, 'key'::text, 'cli'::text, 'system'::text])),
  CONSTRAINT audit_entries_personal_digest_check CHECK (length(personal_digest) = 32)
);
CREATE INDEX audit_entries_account ON audit_entries USING btree (account_id, recorded_at, id);
CREATE INDEX audit_entries_action ON audit_entries USING btree (action COLLATE "C", recorded_at, id);
CREATE INDEX audit_entries_actor ON audit_entries USING btree (actor_kind, actor_id, recorded_at, id);
CREATE INDEX audit_entries_recorded ON audit_entries USING btree (recorded_at, id);
CREATE INDEX audit_entries_subject ON audit_entries USING btree (subject_kind, subject_id, recorded_at, id);
CREATE INDEX audit_entries_words ON audit_entries USING gin (to_tsvector('simple'::regconfig, translate((((((((((action || ' '::text) || subject_kind) || ' '::text) || subject_id) || ' '::text) || COALESCE(reason, ''::text)) || ' '::text) || COALESCE(actor_id, ''::text)) || ' '::text) || COALESCE(request_id, ''::text), '._:/@-'::text, '      '::text)));
CREATE TRIGGER audit_entries_are_permanent BEFORE DELETE OR UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_entries_stay BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_wait_for_seals AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION queue_audit_entries();
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_person_keys (
  person_kind text NOT NULL,
  person_id   text NOT NULL,
  key         bytea,
  erased_at   timestamptz,
  CONSTRAINT audit_person_keys_pkey PRIMARY KEY (person_kind, person_id),
  CONSTRAINT audit_person_keys_check CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
  CONSTRAINT audit_person_keys_key_check CHECK (length(key) = 32)
);
CREATE TRIGGER audit_person_keys_are_not_emptied BEFORE TRUNCATE ON audit_person_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_person_keys_stay BEFORE DELETE ON audit_person_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_person_keys ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_personal_values (
  entry_id    bigint NOT NULL,
  person_kind text NOT NULL,
  person_id   text NOT NULL,
  ciphertext  bytea NOT NULL,
  CONSTRAINT audit_personal_values_pkey PRIMARY KEY (entry_id)
);
CREATE TRIGGER audit_personal_values_are_permanent BEFORE DELETE OR UPDATE ON audit_personal_values FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_personal_values_stay BEFORE TRUNCATE ON audit_personal_values FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_personal_values ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_retirements (
  through_seal bigint NOT NULL,
  digest       bytea NOT NULL,
  checkpoint   text NOT NULL,
  retired_at   timestamptz NOT NULL,
  CONSTRAINT audit_retirements_pkey PRIMARY KEY (through_seal),
  CONSTRAINT audit_retirements_digest_check CHECK (length(digest) = 32)
);
CREATE TRIGGER audit_retirements_are_permanent BEFORE DELETE OR UPDATE ON audit_retirements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_retirements_stay BEFORE TRUNCATE ON audit_retirements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_retirements ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_seals (
  seal_number bigint NOT NULL,
  entry_id    bigint NOT NULL,
  digest      bytea NOT NULL,
  sealed_at   timestamptz NOT NULL,
  CONSTRAINT audit_seals_pkey PRIMARY KEY (seal_number),
  CONSTRAINT audit_seals_entry_id_key UNIQUE (entry_id),
  CONSTRAINT audit_seals_digest_check CHECK (length(digest) = 32),
  CONSTRAINT audit_seals_seal_number_check CHECK (seal_number > 0)
);
CREATE TRIGGER audit_seals_are_permanent BEFORE DELETE OR UPDATE ON audit_seals FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_seals_stay BEFORE TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;

CREATE TABLE audit_unsealed (
  entry_id bigint NOT NULL,
  CONSTRAINT audit_unsealed_pkey PRIMARY KEY (entry_id)
);
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE billing_customers (
  stripe_customer_id text COLLATE "C" NOT NULL,
  account_id         bigint,
  lease_token        bigint DEFAULT 0 NOT NULL,
  leased_until       timestamptz,
  due_at             timestamptz,
  attempts           integer DEFAULT 0 NOT NULL,
  last_error         text,
  retrieved_at       timestamptz,
  CONSTRAINT billing_customers_pkey PRIMARY KEY (stripe_customer_id)
);
CREATE INDEX billing_customers_account ON billing_customers USING btree (account_id);
CREATE INDEX billing_customers_due ON billing_customers USING btree (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX billing_customers_troubled ON billing_customers USING btree (stripe_customer_id) WHERE last_error IS NOT NULL;
ALTER TABLE billing_customers ENABLE ROW LEVEL SECURITY;

CREATE TABLE billing_secrets (
  name       text NOT NULL,
  secret     bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT billing_secrets_pkey PRIMARY KEY (name),
  CONSTRAINT billing_secrets_secret_check CHECK (length(secret) = 32)
);
ALTER TABLE billing_secrets ENABLE ROW LEVEL SECURITY;

CREATE TABLE bulk_deed_users (
  bulk_deed_id bigint NOT NULL,
  account_id   bigint NOT NULL,
  user_id      bigint NOT NULL,
  state        text NOT NULL,
  code         text,
  detail       text,
  result_id    bigint,
  attempts     integer DEFAULT 0 NOT NULL,
  taken_until  timestamptz,
  settled_at   timestamptz,
  CONSTRAINT bulk_deed_users_pkey PRIMARY KEY (bulk_deed_id, account_id),
  CONSTRAINT bulk_deed_users_attempts_check CHECK (attempts >= 0),
  CONSTRAINT bulk_deed_users_check CHECK ((state = 'waiting'::text) = (settled_at IS NULL)),
  CONSTRAINT bulk_deed_users_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'done'::text, 'refused'::text]))
);
CREATE INDEX bulk_deed_users_refused ON bulk_deed_users USING btree (bulk_deed_id, account_id) WHERE state = 'refused'::text;
CREATE INDEX bulk_deed_users_taken ON bulk_deed_users USING btree (taken_until) WHERE state = 'waiting'::text AND taken_until IS NOT NULL;
CREATE INDEX bulk_deed_users_waiting ON bulk_deed_users USING btree (bulk_deed_id, account_id) WHERE state = 'waiting'::text;
ALTER TABLE bulk_deed_users ENABLE ROW LEVEL SECURITY;

CREATE TABLE bulk_deeds (
  id            bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind          text COLLATE "C" NOT NULL,
  terms         jsonb NOT NULL,
  reason        text NOT NULL,
  state         text NOT NULL,
  revision      integer DEFAULT 1 NOT NULL,
  users         integer NOT NULL,
  created_by    bigint NOT NULL,
  request_id    text,
  address       text,
  created_at    timestamptz NOT NULL,
  finished_at   timestamptz,
  carried_on_by bigint,
  CONSTRAINT bulk_deeds_pkey PRIMARY KEY (id),
  CONSTRAINT bulk_deeds_check CHECK ((state = 'done'::text) = (finished_at IS NOT NULL)),
  CONSTRAINT bulk_deeds_kind_check CHECK (kind = ANY (ARRAY['boost'::text, 'gift'::text, 'restrict'::text, 'lift'::text, 'note'::text, 'discount'::text])),
  CONSTRAINT bulk_deeds_reason_check CHECK (reason <> ''::text),
  CONSTRAINT bulk_deeds_revision_check CHECK (revision > 0),
  CONSTRAINT bulk_deeds_state_check CHECK (state = ANY (ARRAY['running'::text, 'stopped'::text, 'done'::text])),
  CONSTRAINT bulk_deeds_users_check CHECK (users > 0)
);
CREATE INDEX bulk_deeds_running ON bulk_deeds USING btree (id) WHERE state = 'running'::text;
ALTER TABLE bulk_deeds ENABLE ROW LEVEL SECURITY;

CREATE TABLE catalog (
  only_row boolean DEFAULT true NOT NULL,
  version  bigint NOT NULL,
  CONSTRAINT catalog_pkey PRIMARY KEY (only_row),
  CONSTRAINT catalog_only_row_check CHECK (only_row)
);
ALTER TABLE catalog ENABLE ROW LEVEL SECURITY;

CREATE TABLE checkouts (
  id                 text COLLATE "C" NOT NULL,
  account_id         bigint NOT NULL,
  state              text NOT NULL,
  fingerprint        bytea NOT NULL,
  session            jsonb NOT NULL,
  plan_id            bigint,
  pack_id            bigint,
  feature            text COLLATE "C",
  amount             numeric(20,6),
  valid_days         integer,
  currency           text NOT NULL,
  stripe_customer_id text COLLATE "C" NOT NULL,
  stripe_session_id  text,
  url                text,
  error              text,
  created_at         timestamptz NOT NULL,
  expires_at         timestamptz NOT NULL,
  settled_at         timestamptz,
  touched_at         timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT checkouts_pkey PRIMARY KEY (id),
  CONSTRAINT checkouts_stripe_session_id_key UNIQUE (stripe_session_id),
  CONSTRAINT checkouts_amount_check CHECK (amount > 0::numeric),
  CONSTRAINT checkouts_check CHECK ((plan_id IS NULL) <> (pack_id IS NULL)),
  CONSTRAINT checkouts_check1 CHECK ((pack_id IS NULL) = (amount IS NULL)),
  CONSTRAINT checkouts_check2 CHECK ((state = 'open'::text) <= (stripe_session_id IS NOT NULL)),
  CONSTRAINT checkouts_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT checkouts_fingerprint_check CHECK (length(fingerprint) = 32),
  CONSTRAINT checkouts_state_check CHECK (state = ANY (ARRAY['opening'::text, 'open'::text, 'complete'::text, 'expired'::text, 'failed'::text])),
  CONSTRAINT checkouts_valid_days_check CHECK (valid_days > 0)
);
CREATE INDEX checkouts_account ON checkouts USING btree (account_id, created_at);
CREATE UNIQUE INDEX checkouts_one_open ON checkouts USING btree (account_id) WHERE state = ANY (ARRAY['opening'::text, 'open'::text]);
CREATE INDEX checkouts_opening ON checkouts USING btree (touched_at) WHERE state = 'opening'::text;
ALTER TABLE checkouts ENABLE ROW LEVEL SECURITY;

CREATE TABLE directory_entries (
  user_id                bigint NOT NULL,
  account_id             bigint NOT NULL,
  external_id            text COLLATE "C" NOT NULL,
  email                  text COLLATE "C" NOT NULL,
  name                   text COLLATE "C",
  came_from              text COLLATE "C",
  country                text COLLATE "C",
  stripe_customer_id     text COLLATE "C",
  stripe_subscription_id text COLLATE "C",
  search_text            text COLLATE "C" NOT NULL,
  sort_name              text COLLATE "C" NOT NULL,
  sort_email             text COLLATE "C" NOT NULL,
  plan                   text COLLATE "C" NOT NULL,
  plan_source            text COLLATE "C" NOT NULL,
  restriction            text COLLATE "C",
  status                 text COLLATE "C" NOT NULL,
  source                 text COLLATE "C" NOT NULL,
  billing_cycle          text COLLATE "C",
  renews_at              timestamptz,
  mrr_minor              bigint NOT NULL,
  currency               text COLLATE "C" NOT NULL,
  usage_feature          text COLLATE "C",
  usage_used             numeric(30,6),
  usage_limit            numeric(20,6),
  usage_share            integer NOT NULL,
  signed_up_at           timestamptz NOT NULL,
  access_version         bigint NOT NULL,
  catalog_version        bigint NOT NULL,
  user_revision          bigint NOT NULL,
  history_id             bigint NOT NULL,
  usage_revision         bigint NOT NULL,
  valid_until            timestamptz,
  refreshed_at           timestamptz NOT NULL,
  name_words             text[] COLLATE "C" DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT directory_entries_pkey PRIMARY KEY (user_id),
  CONSTRAINT directory_entries_plan_source_check CHECK (plan_source = ANY (ARRAY['default'::text, 'subscription'::text, 'override'::text])),
  CONSTRAINT directory_entries_source_check CHECK (source = ANY (ARRAY['none'::text, 'stripe'::text, 'manual'::text, 'gift'::text]))
) WITH (fillfactor=80);
CREATE INDEX directory_entries_account ON directory_entries USING btree (account_id);
CREATE INDEX directory_entries_customer ON directory_entries USING btree (stripe_customer_id);
CREATE INDEX directory_entries_due ON directory_entries USING btree (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX directory_entries_email ON directory_entries USING btree (sort_email, user_id);
CREATE INDEX directory_entries_external_id ON directory_entries USING btree (external_id text_pattern_ops);
CREATE INDEX directory_entries_mrr ON directory_entries USING btree (mrr_minor, user_id);
CREATE INDEX directory_entries_name ON directory_entries USING btree (sort_name, user_id);
CREATE INDEX directory_entries_name_words ON directory_entries USING gin (name_words) WITH (fastupdate=off);
CREATE INDEX directory_entries_paying ON directory_entries USING btree (plan, mrr_minor) WHERE mrr_minor > 0;
CREATE INDEX directory_entries_plan ON directory_entries USING btree (plan, status, signed_up_at, user_id);
CREATE INDEX directory_entries_renews ON directory_entries USING btree (renews_at) WHERE renews_at IS NOT NULL;
CREATE INDEX directory_entries_search ON directory_entries USING gin (search_text public.gin_trgm_ops) WITH (gin_pending_list_limit='1024');
CREATE INDEX directory_entries_signed_up ON directory_entries USING btree (signed_up_at, user_id);
CREATE INDEX directory_entries_status ON directory_entries USING btree (status, signed_up_at, user_id);
CREATE INDEX directory_entries_subscription ON directory_entries USING btree (stripe_subscription_id);
CREATE INDEX directory_entries_usage ON directory_entries USING btree (usage_share, user_id);
CREATE STATISTICS directory_entries_together (mcv) ON plan, status, source, billing_cycle, mrr_minor FROM directory_entries;
ALTER TABLE directory_entries ENABLE ROW LEVEL SECURITY;

CREATE TABLE directory_notes (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id bigint NOT NULL,
  user_id    bigint NOT NULL,
  staff_id   bigint NOT NULL,
  text       text,
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  removed_by bigint,
  CONSTRAINT directory_notes_pkey PRIMARY KEY (id),
  CONSTRAINT directory_notes_check CHECK ((text IS NULL) = (removed_at IS NOT NULL)),
  CONSTRAINT directory_notes_text_check CHECK (text <> ''::text)
);
CREATE INDEX directory_notes_account ON directory_notes USING btree (account_id, created_at, id);
ALTER TABLE directory_notes ENABLE ROW LEVEL SECURITY;

CREATE TABLE directory_patrol (
  is_the_one   boolean DEFAULT true NOT NULL,
  after_id     bigint DEFAULT 0 NOT NULL,
  began_at     timestamptz,
  leased_until timestamptz,
  CONSTRAINT directory_patrol_pkey PRIMARY KEY (is_the_one),
  CONSTRAINT directory_patrol_is_the_one_check CHECK (is_the_one)
);
ALTER TABLE directory_patrol ENABLE ROW LEVEL SECURITY;

CREATE TABLE directory_views (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  list       text NOT NULL,
  name       text NOT NULL,
  staff_id   bigint NOT NULL,
  is_shared  boolean NOT NULL,
  query      jsonb NOT NULL,
  revision   bigint DEFAULT 1 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT directory_views_pkey PRIMARY KEY (id),
  CONSTRAINT directory_views_list_check CHECK (list ~ '^[a-z][a-z0-9_-]{0,62}$'::text),
  CONSTRAINT directory_views_name_check CHECK (name <> ''::text)
);
CREATE INDEX directory_views_list ON directory_views USING btree (list, id);
CREATE UNIQUE INDEX directory_views_name ON directory_views USING btree (staff_id, list, lower(name));
ALTER TABLE directory_views ENABLE ROW LEVEL SECURITY;

CREATE TABLE directory_words (
  word       text COLLATE "C" NOT NULL,
  learned_at timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT directory_words_pkey PRIMARY KEY (word)
);
CREATE INDEX directory_words_alike ON directory_words USING gin (word public.gin_trgm_ops) WITH (fastupdate=off);
ALTER TABLE directory_words ENABLE ROW LEVEL SECURITY;

CREATE TABLE dunning_steps (
  id                     bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  key                    text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  stripe_invoice_id      text COLLATE "C",
  step                   text NOT NULL,
  attempt                integer,
  owed_since             timestamptz,
  state                  text NOT NULL,
  due_at                 timestamptz NOT NULL,
  settled_at             timestamptz,
  reason                 text,
  CONSTRAINT dunning_steps_pkey PRIMARY KEY (id),
  CONSTRAINT dunning_steps_key_key UNIQUE (key),
  CONSTRAINT dunning_steps_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'done'::text, 'dropped'::text])),
  CONSTRAINT dunning_steps_step_check CHECK (step = ANY (ARRAY['payment_failed'::text, 'action_required'::text, 'grace_ending'::text, 'restricted'::text, 'recovered'::text, 'ended'::text]))
);
CREATE INDEX dunning_steps_account ON dunning_steps USING btree (account_id, due_at, id);
CREATE INDEX dunning_steps_due ON dunning_steps USING btree (due_at, id) WHERE state = 'waiting'::text;
CREATE INDEX dunning_steps_waiting ON dunning_steps USING btree (stripe_subscription_id) WHERE state = 'waiting'::text;
CREATE TRIGGER dunning_steps_noted AFTER INSERT OR UPDATE ON dunning_steps FOR EACH ROW WHEN (new.step = 'payment_failed'::text) EXECUTE FUNCTION note_account();
ALTER TABLE dunning_steps ENABLE ROW LEVEL SECURITY;

CREATE TABLE duplicate_subscriptions (
  stripe_subscription_id text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  stripe_customer_id     text COLLATE "C" NOT NULL,
  found_at               timestamptz NOT NULL,
  settled_at             timestamptz,
  CONSTRAINT duplicate_subscriptions_pkey PRIMARY KEY (stripe_subscription_id)
);
ALTER TABLE duplicate_subscriptions ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE exchange_rates (
  base        text NOT NULL,
  currency    text NOT NULL,
  day         date NOT NULL,
  rate        numeric(24,12) NOT NULL,
  source      text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT exchange_rates_pkey PRIMARY KEY (base, currency, day, recorded_at),
  CONSTRAINT exchange_rates_base_check CHECK (base ~ '^[a-z]{3}$'::text),
  CONSTRAINT exchange_rates_check CHECK (currency ~ '^[a-z]{3}$'::text AND currency <> base),
  CONSTRAINT exchange_rates_rate_check CHECK (rate > 0::numeric),
  CONSTRAINT exchange_rates_source_check CHECK (source <> ''::text)
);
CREATE TRIGGER exchange_rates_are_permanent BEFORE DELETE OR UPDATE ON exchange_rates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_rates_stay BEFORE TRUNCATE ON exchange_rates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE happening_days (
  book_id      smallint NOT NULL,
  kind         text COLLATE "C" NOT NULL,
  told         text COLLATE "C" NOT NULL,
  country      text COLLATE "C" NOT NULL,
  source       text COLLATE "C" NOT NULL,
  label        text COLLATE "C" NOT NULL,
  day          date NOT NULL,
  currency     text COLLATE "C" NOT NULL,
  total        integer NOT NULL,
  first        integer NOT NULL,
  second       integer NOT NULL,
  total_minor  bigint NOT NULL,
  first_minor  bigint NOT NULL,
  second_minor bigint NOT NULL,
  CONSTRAINT happening_days_pkey PRIMARY KEY (book_id, kind, told, day, country, source, label, currency),
  CONSTRAINT happening_days_kind_check CHECK (kind = ANY (ARRAY['invoice'::text, 'failure'::text, 'code'::text, 'sign_up'::text])),
  CONSTRAINT happening_days_told_check CHECK (told = ANY (ARRAY[''::text, 'country'::text, 'source'::text, 'label'::text, 'country source'::text, 'country label'::text, 'source label'::text, 'country source label'::text]))
);
ALTER TABLE happening_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE idempotent_answers (
  caller       text NOT NULL,
  route        text NOT NULL,
  key          text COLLATE "C" NOT NULL,
  fingerprint  bytea NOT NULL,
  answer       text,
  locked_until timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  CONSTRAINT idempotent_answers_pkey PRIMARY KEY (caller, route, key),
  CONSTRAINT idempotent_answers_fingerprint_check CHECK (length(fingerprint) = 32)
);
CREATE INDEX idempotent_answers_expiry ON idempotent_answers USING btree (expires_at);
ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;

CREATE TABLE input_imports (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  digest      text NOT NULL,
  lines_done  bigint DEFAULT 0 NOT NULL,
  taken       bigint DEFAULT 0 NOT NULL,
  known       bigint DEFAULT 0 NOT NULL,
  refused     bigint DEFAULT 0 NOT NULL,
  finished_at timestamptz,
  created_at  timestamptz NOT NULL,
  CONSTRAINT input_imports_pkey PRIMARY KEY (id),
  CONSTRAINT input_imports_kind_digest_key UNIQUE (kind, digest),
  CONSTRAINT input_imports_kind_check CHECK (kind <> ''::text)
);
ALTER TABLE input_imports ENABLE ROW LEVEL SECURITY;

CREATE TABLE invoice_refunds (
  id                 text COLLATE "C" NOT NULL,
  account_id         bigint NOT NULL,
  stripe_customer_id text COLLATE "C" NOT NULL,
  stripe_invoice_id  text COLLATE "C" NOT NULL,
  amount_minor       bigint NOT NULL,
  currency           text NOT NULL,
  state              text NOT NULL,
  parts              jsonb,
  reason             text NOT NULL,
  refusal            jsonb,
  created_at         timestamptz NOT NULL,
  settled_at         timestamptz,
  touched_at         timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT invoice_refunds_pkey PRIMARY KEY (id),
  CONSTRAINT invoice_refunds_amount_minor_check CHECK (amount_minor > 0),
  CONSTRAINT invoice_refunds_check CHECK ((state = ANY (ARRAY['sending'::text, 'done'::text])) <= (parts IS NOT NULL)),
  CONSTRAINT invoice_refunds_check1 CHECK ((state = 'refused'::text) = (refusal IS NOT NULL)),
  CONSTRAINT invoice_refunds_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT invoice_refunds_state_check CHECK (state = ANY (ARRAY['begun'::text, 'sending'::text, 'done'::text, 'refused'::text]))
);
CREATE INDEX invoice_refunds_account ON invoice_refunds USING btree (account_id, created_at);
CREATE INDEX invoice_refunds_invoice ON invoice_refunds USING btree (stripe_invoice_id);
CREATE INDEX invoice_refunds_under_way ON invoice_refunds USING btree (touched_at) WHERE state = ANY (ARRAY['begun'::text, 'sending'::text]);
CREATE TRIGGER invoice_refunds_stay BEFORE DELETE ON invoice_refunds FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE invoice_refunds ENABLE ROW LEVEL SECURITY;

CREATE TABLE invoices (
  stripe_invoice_id      text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  stripe_subscription_id text COLLATE "C",
  number                 text,
  status                 text NOT NULL,
  billing_reason         text,
  currency               text NOT NULL,
  subtotal_minor         bigint NOT NULL,
  total_minor            bigint NOT NULL,
  amount_due_minor       bigint NOT NULL,
  amount_paid_minor      bigint NOT NULL,
  amount_remaining_minor bigint NOT NULL,
  attempt_count          integer NOT NULL,
  next_attempt_at        timestamptz,
  created_at             timestamptz NOT NULL,
  finalized_at           timestamptz,
  paid_at                timestamptz,
  voided_at              timestamptz,
  due_at                 timestamptz,
  hosted_url             text,
  pdf_url                text,
  lines                  jsonb NOT NULL,
  metadata               jsonb NOT NULL,
  updated_at             timestamptz NOT NULL,
  discount_minor         bigint,
  tax_minor              bigint,
  credit_applied_minor   bigint,
  CONSTRAINT invoices_pkey PRIMARY KEY (stripe_invoice_id),
  CONSTRAINT invoices_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
CREATE INDEX invoices_account ON invoices USING btree (account_id, created_at, stripe_invoice_id);
CREATE INDEX invoices_finalized ON invoices USING btree (finalized_at) WHERE status = ANY (ARRAY['open'::text, 'paid'::text, 'uncollectible'::text]);
CREATE TRIGGER invoices_noted AFTER INSERT ON invoices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER invoices_noted_anew AFTER UPDATE ON invoices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;

CREATE TABLE leaving_reasons (
  origin      text COLLATE "C" NOT NULL,
  reason_key  text COLLATE "C" NOT NULL,
  user_key    text COLLATE "C" NOT NULL,
  account_id  bigint,
  plan        text NOT NULL,
  reason      text NOT NULL,
  comment     text NOT NULL,
  left_at     timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT leaving_reasons_pkey PRIMARY KEY (origin, reason_key),
  CONSTRAINT leaving_reasons_origin_check CHECK (origin <> ''::text),
  CONSTRAINT leaving_reasons_reason_check CHECK (reason <> ''::text),
  CONSTRAINT leaving_reasons_reason_key_check CHECK (reason_key <> ''::text),
  CONSTRAINT leaving_reasons_user_key_check CHECK (user_key <> ''::text)
);
CREATE INDEX leaving_reasons_left ON leaving_reasons USING btree (left_at);
ALTER TABLE leaving_reasons ENABLE ROW LEVEL SECURITY;

CREATE TABLE mail_messages (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  key        text COLLATE "C" NOT NULL,
  account_id bigint NOT NULL,
  audience   text NOT NULL,
  kind       text NOT NULL,
  data       jsonb NOT NULL,
  state      text DEFAULT 'waiting'::text NOT NULL,
  due_at     timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  attempts   integer DEFAULT 0 NOT NULL,
  held_until timestamptz,
  last_error text,
  to_address text,
  subject    text,
  message_id text COLLATE "C",
  sent_at    timestamptz,
  CONSTRAINT mail_messages_pkey PRIMARY KEY (id),
  CONSTRAINT mail_messages_key_key UNIQUE (key),
  CONSTRAINT mail_messages_audience_check CHECK (audience = ANY (ARRAY['customer'::text, 'staff'::text])),
  CONSTRAINT mail_messages_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'dropped'::text]))
);
CREATE INDEX mail_messages_account ON mail_messages USING btree (account_id, id);
CREATE INDEX mail_messages_due ON mail_messages USING btree (due_at, id) WHERE state = 'waiting'::text;
CREATE INDEX mail_messages_failed ON mail_messages USING btree (id) WHERE state = 'failed'::text;
ALTER TABLE mail_messages ENABLE ROW LEVEL SECURITY;

CREATE TABLE mailbox (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  message_id   text COLLATE "C" NOT NULL,
  from_address text NOT NULL,
  to_address   text NOT NULL,
  subject      text NOT NULL,
  text_body    text NOT NULL,
  html_body    text NOT NULL,
  sent_at      timestamptz NOT NULL,
  CONSTRAINT mailbox_pkey PRIMARY KEY (id),
  CONSTRAINT mailbox_message_id_key UNIQUE (message_id)
);
ALTER TABLE mailbox ENABLE ROW LEVEL SECURITY;

CREATE TABLE marketing_spend (
  id            bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  channel       text COLLATE "C" NOT NULL,
  campaign      text COLLATE "C" NOT NULL,
  starts_on     date NOT NULL,
  ends_on       date NOT NULL,
  amount_minor  bigint NOT NULL,
  currency      text NOT NULL,
  recorded_at   timestamptz NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT marketing_spend_pkey PRIMARY KEY (id),
  CONSTRAINT marketing_spend_amount_minor_check CHECK (amount_minor >= 0),
  CONSTRAINT marketing_spend_channel_check CHECK (channel <> ''::text),
  CONSTRAINT marketing_spend_check CHECK (ends_on > starts_on),
  CONSTRAINT marketing_spend_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
CREATE UNIQUE INDEX marketing_spend_current ON marketing_spend USING btree (channel, campaign, starts_on) WHERE superseded_at IS NULL;
CREATE INDEX marketing_spend_days ON marketing_spend USING btree (starts_on) WHERE superseded_at IS NULL;
ALTER TABLE marketing_spend ENABLE ROW LEVEL SECURITY;

CREATE TABLE metric_annotations (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  day        date NOT NULL,
  until_day  date,
  kind       text NOT NULL,
  title      text NOT NULL,
  detail     text DEFAULT ''::text NOT NULL,
  staff_id   bigint NOT NULL,
  revision   bigint DEFAULT 1 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT metric_annotations_pkey PRIMARY KEY (id),
  CONSTRAINT metric_annotations_check CHECK (until_day >= day),
  CONSTRAINT metric_annotations_kind_check CHECK (kind = ANY (ARRAY['note'::text, 'campaign'::text, 'incident'::text, 'price'::text])),
  CONSTRAINT metric_annotations_title_check CHECK (title <> ''::text)
);
CREATE INDEX metric_annotations_day ON metric_annotations USING btree (day, id);
ALTER TABLE metric_annotations ENABLE ROW LEVEL SECURITY;

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
CREATE INDEX outbox_events_account ON outbox_events USING btree (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX outbox_events_delivered ON outbox_events USING btree (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX outbox_events_due ON outbox_events USING btree (due_at, id) WHERE delivered_at IS NULL;
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;

CREATE TABLE overage_charges (
  id                     text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  feature                text COLLATE "C" NOT NULL,
  period_start           timestamptz NOT NULL,
  period_end             timestamptz NOT NULL,
  ordinal                integer NOT NULL,
  units                  numeric(30,6) NOT NULL,
  unit_price_minor       text NOT NULL,
  amount_minor           bigint NOT NULL,
  currency               text NOT NULL,
  stripe_customer_id     text COLLATE "C" NOT NULL,
  stripe_subscription_id text COLLATE "C",
  state                  text NOT NULL,
  stripe_invoice_item_id text,
  created_at             timestamptz NOT NULL,
  charged_at             timestamptz,
  stripe_invoice_id      text COLLATE "C",
  invoice_request        text COLLATE "C",
  CONSTRAINT overage_charges_pkey PRIMARY KEY (id),
  CONSTRAINT overage_charges_account_id_feature_period_start_ordinal_key UNIQUE (account_id, feature, period_start, ordinal),
  CONSTRAINT overage_charges_stripe_invoice_item_id_key UNIQUE (stripe_invoice_item_id),
  CONSTRAINT overage_charges_amount_minor_check CHECK (amount_minor > 0),
  CONSTRAINT overage_charges_billed CHECK ((state = 'billed'::text) = (stripe_invoice_id IS NOT NULL)),
  CONSTRAINT overage_charges_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT overage_charges_ordinal_check CHECK (ordinal > 0),
  CONSTRAINT overage_charges_state_check CHECK (state = ANY (ARRAY['begun'::text, 'charged'::text, 'billed'::text, 'waived'::text])),
  CONSTRAINT overage_charges_units_check CHECK (units > 0::numeric)
);
CREATE INDEX overage_charges_begun ON overage_charges USING btree (created_at) WHERE state = 'begun'::text;
CREATE INDEX overage_charges_waiting ON overage_charges USING btree (account_id) WHERE state = 'charged'::text;
CREATE TRIGGER overage_charges_stay BEFORE DELETE ON overage_charges FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE overage_charges ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE overage_terms (
  id                 bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id         bigint NOT NULL,
  feature            text COLLATE "C" NOT NULL,
  since              timestamptz NOT NULL,
  unit_price_minor   text,
  currency           text,
  spending_cap_minor bigint NOT NULL,
  period_start       timestamptz,
  used_before        numeric(30,6),
  limit_before       numeric(30,6),
  known_limit        numeric(30,6),
  CONSTRAINT overage_terms_pkey PRIMARY KEY (id),
  CONSTRAINT overage_terms_check CHECK ((unit_price_minor IS NULL) = (currency IS NULL)),
  CONSTRAINT overage_terms_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT overage_terms_mark CHECK ((period_start IS NULL) = (used_before IS NULL)),
  CONSTRAINT overage_terms_spending_cap_minor_check CHECK (spending_cap_minor >= 0),
  CONSTRAINT overage_terms_used_before_check CHECK (used_before >= 0::numeric)
);
CREATE INDEX overage_terms_account ON overage_terms USING btree (account_id, feature, id);
ALTER TABLE overage_terms ENABLE ROW LEVEL SECURITY;

CREATE TABLE pack_burns (
  account_id   bigint NOT NULL,
  grant_id     bigint NOT NULL,
  period_start timestamptz NOT NULL,
  amount       numeric(20,6) NOT NULL,
  CONSTRAINT pack_burns_pkey PRIMARY KEY (account_id, grant_id, period_start),
  CONSTRAINT pack_burns_amount_check CHECK (amount >= 0::numeric)
);
ALTER TABLE pack_burns ENABLE ROW LEVEL SECURITY;

CREATE TABLE pack_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  pack_id         bigint NOT NULL,
  currency        text NOT NULL,
  amount_minor    bigint NOT NULL,
  stripe_price_id text,
  created_at      timestamptz NOT NULL,
  CONSTRAINT pack_prices_pkey PRIMARY KEY (id),
  CONSTRAINT pack_prices_pack_id_currency_key UNIQUE (pack_id, currency),
  CONSTRAINT pack_prices_stripe_price_id_key UNIQUE (stripe_price_id),
  CONSTRAINT pack_prices_amount_minor_check CHECK (amount_minor > 0),
  CONSTRAINT pack_prices_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
CREATE TRIGGER pack_prices_are_permanent BEFORE INSERT OR DELETE OR UPDATE ON pack_prices FOR EACH ROW EXECUTE FUNCTION keep_pack_prices();
CREATE TRIGGER pack_prices_stay BEFORE TRUNCATE ON pack_prices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE pack_prices ENABLE ROW LEVEL SECURITY;

CREATE TABLE packs (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  key        text COLLATE "C" NOT NULL,
  version    integer NOT NULL,
  name       text NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  amount     numeric(20,6) NOT NULL,
  valid_days integer,
  ended_at   timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT packs_pkey PRIMARY KEY (id),
  CONSTRAINT packs_key_version_key UNIQUE (key, version),
  CONSTRAINT packs_amount_check CHECK (amount > 0::numeric),
  CONSTRAINT packs_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT packs_name_check CHECK (name <> ''::text),
  CONSTRAINT packs_valid_days_check CHECK (valid_days > 0),
  CONSTRAINT packs_version_check CHECK (version > 0)
);
CREATE UNIQUE INDEX packs_on_sale ON packs USING btree (key) WHERE ended_at IS NULL;
CREATE TRIGGER packs_are_permanent BEFORE DELETE OR UPDATE ON packs FOR EACH ROW EXECUTE FUNCTION keep_packs();
CREATE TRIGGER packs_changed AFTER INSERT OR UPDATE ON packs FOR EACH ROW EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER packs_stay BEFORE TRUNCATE ON packs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE packs ENABLE ROW LEVEL SECURITY;

CREATE TABLE plan_drafts (
  id                bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  slug              text COLLATE "C" NOT NULL,
  based_on          integer,
  content           jsonb NOT NULL,
  revision          integer DEFAULT 1 NOT NULL,
  created_by        bigint NOT NULL,
  created_at        timestamptz NOT NULL,
  updated_by        bigint NOT NULL,
  updated_at        timestamptz NOT NULL,
  ended_at          timestamptz,
  published_version integer,
  CONSTRAINT plan_drafts_pkey PRIMARY KEY (id),
  CONSTRAINT plan_drafts_based_on_check CHECK (based_on > 0),
  CONSTRAINT plan_drafts_check CHECK ((published_version IS NOT NULL) <= (ended_at IS NOT NULL)),
  CONSTRAINT plan_drafts_published_version_check CHECK (published_version > 0),
  CONSTRAINT plan_drafts_revision_check CHECK (revision > 0),
  CONSTRAINT plan_drafts_slug_check CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'::text)
);
CREATE UNIQUE INDEX plan_drafts_one_open ON plan_drafts USING btree (slug) WHERE ended_at IS NULL;
ALTER TABLE plan_drafts ENABLE ROW LEVEL SECURITY;

CREATE TABLE plan_migration_moves (
  migration_id    bigint NOT NULL,
  account_id      bigint NOT NULL,
  subscription_id bigint NOT NULL,
  state           text NOT NULL,
  code            text,
  detail          text,
  attempts        integer DEFAULT 0 NOT NULL,
  taken_until     timestamptz,
  settled_at      timestamptz,
  CONSTRAINT plan_migration_moves_pkey PRIMARY KEY (migration_id, account_id),
  CONSTRAINT plan_migration_moves_attempts_check CHECK (attempts >= 0),
  CONSTRAINT plan_migration_moves_check CHECK ((state = 'waiting'::text) = (settled_at IS NULL)),
  CONSTRAINT plan_migration_moves_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'moved'::text, 'scheduled'::text, 'skipped'::text, 'refused'::text]))
);
CREATE INDEX plan_migration_moves_waiting ON plan_migration_moves USING btree (migration_id, account_id) WHERE state = 'waiting'::text;
ALTER TABLE plan_migration_moves ENABLE ROW LEVEL SECURITY;

CREATE TABLE plan_migrations (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  from_plan_id bigint NOT NULL,
  to_plan_id   bigint NOT NULL,
  timing       text NOT NULL,
  reason       text NOT NULL,
  state        text NOT NULL,
  revision     integer DEFAULT 1 NOT NULL,
  created_by   bigint NOT NULL,
  created_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  CONSTRAINT plan_migrations_pkey PRIMARY KEY (id),
  CONSTRAINT plan_migrations_check CHECK ((state = 'done'::text) = (finished_at IS NOT NULL)),
  CONSTRAINT plan_migrations_check1 CHECK (from_plan_id <> to_plan_id),
  CONSTRAINT plan_migrations_reason_check CHECK (reason <> ''::text),
  CONSTRAINT plan_migrations_revision_check CHECK (revision > 0),
  CONSTRAINT plan_migrations_state_check CHECK (state = ANY (ARRAY['running'::text, 'stopped'::text, 'done'::text])),
  CONSTRAINT plan_migrations_timing_check CHECK (timing = ANY (ARRAY['now'::text, 'renewal'::text]))
);
CREATE UNIQUE INDEX plan_migrations_one_open ON plan_migrations USING btree (from_plan_id) WHERE state <> 'done'::text;
ALTER TABLE plan_migrations ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE plan_seat_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  plan_id         bigint NOT NULL,
  billing_cycle   text NOT NULL,
  currency        text NOT NULL,
  amount_minor    bigint NOT NULL,
  stripe_price_id text,
  created_at      timestamptz NOT NULL,
  CONSTRAINT plan_seat_prices_pkey PRIMARY KEY (id),
  CONSTRAINT plan_seat_prices_plan_id_billing_cycle_currency_key UNIQUE (plan_id, billing_cycle, currency),
  CONSTRAINT plan_seat_prices_stripe_price_id_key UNIQUE (stripe_price_id),
  CONSTRAINT plan_seat_prices_amount_minor_check CHECK (amount_minor > 0),
  CONSTRAINT plan_seat_prices_billing_cycle_check CHECK (billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text])),
  CONSTRAINT plan_seat_prices_currency_check CHECK (currency ~ '^[a-z]{3}$'::text)
);
CREATE TRIGGER plan_seat_prices_are_permanent BEFORE INSERT OR DELETE OR UPDATE ON plan_seat_prices FOR EACH ROW EXECUTE FUNCTION keep_published_prices();
CREATE TRIGGER plan_seat_prices_stay BEFORE TRUNCATE ON plan_seat_prices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE plan_seat_prices ENABLE ROW LEVEL SECURITY;

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
  stacking    text DEFAULT 'exclusive'::text NOT NULL,
  CONSTRAINT pricing_rules_pkey PRIMARY KEY (id),
  CONSTRAINT pricing_rules_check CHECK (valid_until IS NULL OR valid_until > valid_from),
  CONSTRAINT pricing_rules_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT pricing_rules_name_check CHECK (name <> ''::text),
  CONSTRAINT pricing_rules_rule_type_check CHECK (rule_type = ANY (ARRAY['discount'::text, 'promotion'::text, 'custom'::text])),
  CONSTRAINT pricing_rules_stacking_check CHECK (stacking = ANY (ARRAY['exclusive'::text, 'stackable'::text]))
);
CREATE UNIQUE INDEX pricing_rules_one_in_force ON pricing_rules USING btree (key) WHERE ended_at IS NULL;
CREATE TRIGGER pricing_rules_are_permanent BEFORE DELETE OR UPDATE ON pricing_rules FOR EACH ROW EXECUTE FUNCTION keep_pricing_rules();
ALTER TABLE pricing_rules ENABLE ROW LEVEL SECURITY;

CREATE TABLE promotion_codes (
  id                       bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  code                     text COLLATE "C" NOT NULL,
  name                     text NOT NULL,
  batch                    text COLLATE "C",
  percent_off_basis_points integer,
  amounts_off              jsonb,
  duration                 text NOT NULL,
  duration_in_months       integer,
  conditions               jsonb NOT NULL,
  stacking                 text NOT NULL,
  priority                 integer DEFAULT 0 NOT NULL,
  most_redemptions         integer,
  most_per_account         integer,
  taken                    integer DEFAULT 0 NOT NULL,
  valid_from               timestamptz NOT NULL,
  expires_at               timestamptz,
  ended_at                 timestamptz,
  created_at               timestamptz NOT NULL,
  CONSTRAINT promotion_codes_pkey PRIMARY KEY (id),
  CONSTRAINT promotion_codes_check CHECK ((percent_off_basis_points IS NULL) <> (amounts_off IS NULL)),
  CONSTRAINT promotion_codes_check1 CHECK ((duration = 'repeating'::text) = (duration_in_months IS NOT NULL)),
  CONSTRAINT promotion_codes_check2 CHECK (expires_at IS NULL OR expires_at > valid_from),
  CONSTRAINT promotion_codes_code_check CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{2,49}$'::text),
  CONSTRAINT promotion_codes_duration_check CHECK (duration = ANY (ARRAY['once'::text, 'repeating'::text, 'forever'::text])),
  CONSTRAINT promotion_codes_duration_in_months_check CHECK (duration_in_months > 0),
  CONSTRAINT promotion_codes_most_per_account_check CHECK (most_per_account > 0),
  CONSTRAINT promotion_codes_most_redemptions_check CHECK (most_redemptions > 0),
  CONSTRAINT promotion_codes_name_check CHECK (name <> ''::text),
  CONSTRAINT promotion_codes_percent_off_basis_points_check CHECK (percent_off_basis_points >= 1 AND percent_off_basis_points <= 10000),
  CONSTRAINT promotion_codes_stacking_check CHECK (stacking = ANY (ARRAY['exclusive'::text, 'stackable'::text])),
  CONSTRAINT promotion_codes_taken_check CHECK (taken >= 0)
) WITH (fillfactor=80);
CREATE INDEX promotion_codes_batch ON promotion_codes USING btree (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX promotion_codes_code ON promotion_codes USING btree (code, id);
CREATE UNIQUE INDEX promotion_codes_one_in_force ON promotion_codes USING btree (code) WHERE ended_at IS NULL;
CREATE TRIGGER promotion_codes_are_permanent BEFORE DELETE OR UPDATE ON promotion_codes FOR EACH ROW EXECUTE FUNCTION keep_promotion_codes();
ALTER TABLE promotion_codes ENABLE ROW LEVEL SECURITY;

CREATE TABLE promotion_redemptions (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  code_id     bigint NOT NULL,
  account_id  bigint NOT NULL,
  reference   text NOT NULL,
  state       text NOT NULL,
  held_at     timestamptz NOT NULL,
  redeemed_at timestamptz,
  freed_at    timestamptz,
  CONSTRAINT promotion_redemptions_pkey PRIMARY KEY (id),
  CONSTRAINT promotion_redemptions_reference_key UNIQUE (reference),
  CONSTRAINT promotion_redemptions_check CHECK ((state = 'redeemed'::text) <= (redeemed_at IS NOT NULL)),
  CONSTRAINT promotion_redemptions_check1 CHECK ((state = 'freed'::text) <= (freed_at IS NOT NULL)),
  CONSTRAINT promotion_redemptions_reference_check CHECK (reference <> ''::text),
  CONSTRAINT promotion_redemptions_state_check CHECK (state = ANY (ARRAY['held'::text, 'redeemed'::text, 'freed'::text]))
);
CREATE INDEX promotion_redemptions_account ON promotion_redemptions USING btree (account_id) WHERE state = 'redeemed'::text;
CREATE INDEX promotion_redemptions_code ON promotion_redemptions USING btree (code_id, id);
CREATE INDEX promotion_redemptions_of_account ON promotion_redemptions USING btree (code_id, account_id) WHERE state <> 'freed'::text;
CREATE INDEX promotion_redemptions_redeemed ON promotion_redemptions USING btree (redeemed_at) WHERE state = 'redeemed'::text;
CREATE TRIGGER promotion_redemptions_noted AFTER INSERT ON promotion_redemptions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER promotion_redemptions_noted_anew AFTER UPDATE ON promotion_redemptions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER promotion_redemptions_stay BEFORE DELETE ON promotion_redemptions FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE promotion_redemptions ENABLE ROW LEVEL SECURITY;

CREATE TABLE quota_anchors (
  account_id   bigint NOT NULL,
  effective_at timestamptz NOT NULL,
  CONSTRAINT quota_anchors_pkey PRIMARY KEY (account_id, effective_at)
);
ALTER TABLE quota_anchors ENABLE ROW LEVEL SECURITY;

CREATE TABLE quota_pressure (
  day        date NOT NULL,
  account_id bigint NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  used       numeric NOT NULL,
  quota      numeric NOT NULL,
  CONSTRAINT quota_pressure_pkey PRIMARY KEY (day, account_id, feature)
);
ALTER TABLE quota_pressure ENABLE ROW LEVEL SECURITY;

CREATE TABLE reconciliations (
  id                bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  started_by        text NOT NULL,
  started_at        timestamptz NOT NULL,
  ended_at          timestamptz NOT NULL,
  outcome           text NOT NULL,
  compared          integer NOT NULL,
  different         integer NOT NULL,
  mended            integer NOT NULL,
  disappearing      integer NOT NULL,
  most_disappearing integer NOT NULL,
  CONSTRAINT reconciliations_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliations_outcome_check CHECK (outcome = ANY (ARRAY['equal'::text, 'different'::text, 'mended'::text, 'stopped'::text])),
  CONSTRAINT reconciliations_started_by_check CHECK (started_by = ANY (ARRAY['job'::text, 'cli'::text, 'staff'::text]))
);
ALTER TABLE reconciliations ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE revenue_ahead (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  book_id      smallint NOT NULL,
  customer_id  bigint NOT NULL,
  effective_at timestamptz NOT NULL,
  day          date NOT NULL,
  kind         text NOT NULL,
  currency     text NOT NULL,
  plan         text NOT NULL,
  cycle        text NOT NULL,
  parts        numeric(40,0) NOT NULL,
  recorded_on  date NOT NULL,
  recorded_at  timestamptz NOT NULL,
  CONSTRAINT revenue_ahead_pkey PRIMARY KEY (book_id, customer_id, id),
  CONSTRAINT revenue_ahead_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT revenue_ahead_kind_check CHECK (kind = ANY (ARRAY['new'::text, 'expansion'::text, 'contraction'::text, 'churn'::text, 'reactivation'::text, 'transfer'::text]))
);
CREATE INDEX revenue_ahead_day ON revenue_ahead USING btree (book_id, day, recorded_on);
CREATE TRIGGER revenue_ahead_is_kept BEFORE DELETE ON revenue_ahead FOR EACH ROW EXECUTE FUNCTION keep_movements_of_books();
CREATE TRIGGER revenue_ahead_is_permanent BEFORE UPDATE ON revenue_ahead FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_ahead_stays BEFORE TRUNCATE ON revenue_ahead FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE revenue_ahead ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_books (
  id                   smallint GENERATED ALWAYS AS IDENTITY NOT NULL,
  profile              text NOT NULL,
  lowering             text[] NOT NULL,
  counts_past_due      boolean NOT NULL,
  churns_at            text NOT NULL,
  ignores_within_month boolean NOT NULL,
  time_zone            text NOT NULL,
  state                text NOT NULL,
  built_to             bigint DEFAULT 0 NOT NULL,
  created_at           timestamptz NOT NULL,
  current_at           timestamptz,
  is_configured        boolean DEFAULT true NOT NULL,
  summed_to            bigint DEFAULT 0 NOT NULL,
  is_summed            boolean DEFAULT false NOT NULL,
  CONSTRAINT revenue_books_pkey PRIMARY KEY (id),
  CONSTRAINT revenue_books_churns_at_check CHECK (churns_at = ANY (ARRAY['end'::text, 'request'::text, 'cycle'::text])),
  CONSTRAINT revenue_books_profile_check CHECK (profile = ANY (ARRAY['stripe'::text, 'chartmogul'::text, 'profitwell'::text])),
  CONSTRAINT revenue_books_state_check CHECK (state = ANY (ARRAY['building'::text, 'current'::text, 'retired'::text]))
);
CREATE UNIQUE INDEX revenue_books_one ON revenue_books USING btree (profile, state) WHERE state <> 'retired'::text;
ALTER TABLE revenue_books ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_customers (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id   bigint,
  origin       text COLLATE "C" NOT NULL,
  external_key text COLLATE "C" NOT NULL,
  country      text DEFAULT ''::text NOT NULL,
  source       text DEFAULT ''::text NOT NULL,
  attributes   jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at   timestamptz NOT NULL,
  name         text DEFAULT ''::text NOT NULL,
  email        text DEFAULT ''::text NOT NULL,
  signed_up_on date,
  CONSTRAINT revenue_customers_pkey PRIMARY KEY (id),
  CONSTRAINT revenue_customers_account_id_key UNIQUE (account_id),
  CONSTRAINT revenue_customers_origin_external_key_key UNIQUE (origin, external_key),
  CONSTRAINT revenue_customers_check CHECK ((account_id IS NOT NULL) = (origin = 'accounts'::text)),
  CONSTRAINT revenue_customers_external_key_check CHECK (external_key <> ''::text),
  CONSTRAINT revenue_customers_origin_check CHECK (origin <> ''::text)
);
ALTER TABLE revenue_customers ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_days (
  book_id   smallint NOT NULL,
  day       date NOT NULL,
  kind      text NOT NULL,
  currency  text NOT NULL,
  plan      text NOT NULL,
  cycle     text NOT NULL,
  country   text NOT NULL,
  source    text NOT NULL,
  cohort    date NOT NULL,
  parts     numeric(40,0) NOT NULL,
  customers integer NOT NULL,
  CONSTRAINT revenue_days_pkey PRIMARY KEY (book_id, day, kind, currency, plan, cycle, country, source, cohort)
);
ALTER TABLE revenue_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_history (
  id               bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  customer_id      bigint NOT NULL,
  subscription_key text COLLATE "C" NOT NULL,
  plan             text NOT NULL,
  starts_on        date NOT NULL,
  ends_on          date,
  amount           numeric(20,6) NOT NULL,
  currency         text NOT NULL,
  interval         text NOT NULL,
  interval_count   integer NOT NULL,
  is_trial         boolean NOT NULL,
  import_id        bigint NOT NULL,
  line             bigint NOT NULL,
  CONSTRAINT revenue_history_pkey PRIMARY KEY (id),
  CONSTRAINT revenue_history_customer_id_subscription_key_starts_on_key UNIQUE (customer_id, subscription_key, starts_on),
  CONSTRAINT revenue_history_amount_check CHECK (amount >= 0::numeric),
  CONSTRAINT revenue_history_check CHECK (ends_on >= starts_on),
  CONSTRAINT revenue_history_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT revenue_history_interval_check CHECK ("interval" = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text])),
  CONSTRAINT revenue_history_interval_count_check CHECK (interval_count > 0),
  CONSTRAINT revenue_history_subscription_key_check CHECK (subscription_key <> ''::text)
);
CREATE INDEX revenue_history_subscription ON revenue_history USING btree (subscription_key);
ALTER TABLE revenue_history ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_imports (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  origin      text COLLATE "C" NOT NULL,
  digest      text NOT NULL,
  lines_done  bigint DEFAULT 0 NOT NULL,
  taken       bigint DEFAULT 0 NOT NULL,
  known       bigint DEFAULT 0 NOT NULL,
  refused     bigint DEFAULT 0 NOT NULL,
  finished_at timestamptz,
  created_at  timestamptz NOT NULL,
  CONSTRAINT revenue_imports_pkey PRIMARY KEY (id),
  CONSTRAINT revenue_imports_origin_digest_key UNIQUE (origin, digest),
  CONSTRAINT revenue_imports_origin_check CHECK (origin <> ''::text AND origin <> 'accounts'::text)
);
ALTER TABLE revenue_imports ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_kept_months (
  book_id   smallint NOT NULL,
  dimension text COLLATE "C" NOT NULL,
  segment   text COLLATE "C" NOT NULL,
  month     date NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  starts    numeric(40,0) NOT NULL,
  ends      numeric(40,0) NOT NULL,
  capped    numeric(40,0) NOT NULL,
  customers integer NOT NULL,
  stayed    integer NOT NULL,
  CONSTRAINT revenue_kept_months_pkey PRIMARY KEY (book_id, dimension, month, segment, currency),
  CONSTRAINT revenue_kept_months_dimension_check CHECK (dimension = ANY (ARRAY[''::text, 'plan'::text, 'cycle'::text, 'country'::text, 'source'::text, 'cohort'::text]))
);
ALTER TABLE revenue_kept_months ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_kept_spans (
  book_id   smallint NOT NULL,
  unit      text COLLATE "C" NOT NULL,
  told      text COLLATE "C" NOT NULL,
  from_day  date NOT NULL,
  segment   text COLLATE "C" NOT NULL,
  other     text COLLATE "C" NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  starts    numeric(40,0) NOT NULL,
  ends      numeric(40,0) NOT NULL,
  capped    numeric(40,0) NOT NULL,
  customers integer NOT NULL,
  stayed    integer NOT NULL,
  CONSTRAINT revenue_kept_spans_pkey PRIMARY KEY (book_id, unit, told, from_day, segment, other, currency),
  CONSTRAINT revenue_kept_spans_unit_check CHECK (unit = ANY (ARRAY['day'::text, 'week'::text, 'month'::text]))
);
ALTER TABLE revenue_kept_spans ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_levels (
  book_id     smallint NOT NULL,
  customer_id bigint NOT NULL,
  currency    text COLLATE "C" NOT NULL,
  plan        text COLLATE "C" NOT NULL,
  cycle       text COLLATE "C" NOT NULL,
  from_day    date NOT NULL,
  to_day      date NOT NULL,
  parts       numeric(40,0) NOT NULL,
  customers   integer NOT NULL,
  CONSTRAINT revenue_levels_pkey PRIMARY KEY (book_id, customer_id, currency, plan, cycle, from_day),
  CONSTRAINT revenue_levels_check CHECK (to_day > from_day)
);
CREATE INDEX revenue_levels_day ON revenue_levels USING btree (book_id, to_day, from_day);
ALTER TABLE revenue_levels ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_movements (
  id            bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  book_id       smallint NOT NULL,
  customer_id   bigint NOT NULL,
  effective_at  timestamptz NOT NULL,
  day           date NOT NULL,
  kind          text NOT NULL,
  currency      text NOT NULL,
  plan          text NOT NULL,
  cycle         text NOT NULL,
  parts         numeric(40,0) NOT NULL,
  customers     smallint NOT NULL,
  recorded_at   timestamptz NOT NULL,
  is_correction boolean NOT NULL,
  CONSTRAINT revenue_movements_pkey PRIMARY KEY (book_id, customer_id, id),
  CONSTRAINT revenue_movements_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT revenue_movements_kind_check CHECK (kind = ANY (ARRAY['new'::text, 'expansion'::text, 'contraction'::text, 'churn'::text, 'reactivation'::text, 'transfer'::text]))
);
CREATE INDEX revenue_movements_corrections ON revenue_movements USING btree (book_id, id) WHERE is_correction;
CREATE INDEX revenue_movements_day ON revenue_movements USING btree (book_id, day, customer_id);
CREATE TRIGGER revenue_movements_are_kept BEFORE DELETE ON revenue_movements FOR EACH ROW EXECUTE FUNCTION keep_movements_of_books();
CREATE TRIGGER revenue_movements_are_permanent BEFORE UPDATE ON revenue_movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_movements_are_shared AFTER INSERT ON revenue_movements REFERENCING NEW TABLE AS booked FOR EACH STATEMENT EXECUTE FUNCTION note_for_shared_revenue();
CREATE TRIGGER revenue_movements_stay BEFORE TRUNCATE ON revenue_movements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_movements_told AFTER INSERT ON revenue_movements FOR EACH STATEMENT EXECUTE FUNCTION announce_figures();
ALTER TABLE revenue_movements ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_pending (
  customer_id bigint NOT NULL,
  since       timestamptz NOT NULL,
  CONSTRAINT revenue_pending_pkey PRIMARY KEY (customer_id)
);
ALTER TABLE revenue_pending ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_segment_days (
  book_id   smallint NOT NULL,
  dimension text COLLATE "C" NOT NULL,
  segment   text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  parts     numeric(40,0) NOT NULL,
  customers integer NOT NULL,
  CONSTRAINT revenue_segment_days_pkey PRIMARY KEY (book_id, dimension, day, segment, kind, currency),
  CONSTRAINT revenue_segment_days_dimension_check CHECK (dimension = ANY (ARRAY[''::text, 'plan'::text, 'cycle'::text, 'country'::text, 'source'::text, 'cohort'::text]))
);
ALTER TABLE revenue_segment_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE revenue_standings (
  book_id     smallint NOT NULL,
  customer_id bigint NOT NULL,
  country     text NOT NULL,
  source      text NOT NULL,
  cohort      date,
  folded_to   timestamptz NOT NULL,
  due_at      timestamptz,
  paid_on     date,
  trial_from  date,
  trial_to    date,
  is_mixed    boolean DEFAULT true NOT NULL,
  CONSTRAINT revenue_standings_pkey PRIMARY KEY (book_id, customer_id)
);
CREATE INDEX revenue_standings_due ON revenue_standings USING btree (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX revenue_standings_mixed ON revenue_standings USING btree (book_id, customer_id) WHERE is_mixed;
CREATE INDEX revenue_standings_trial ON revenue_standings USING btree (book_id, trial_from) WHERE trial_from IS NOT NULL;
ALTER TABLE revenue_standings ENABLE ROW LEVEL SECURITY;

CREATE TABLE route_days (
  day         date NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  CONSTRAINT route_days_pkey PRIMARY KEY (day, method, route, key_id, status, bucket)
);
ALTER TABLE route_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE route_hours (
  hour        timestamptz NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  CONSTRAINT route_hours_pkey PRIMARY KEY (hour, method, route, key_id, status, bucket)
);
ALTER TABLE route_hours ENABLE ROW LEVEL SECURITY;

CREATE TABLE route_minutes (
  minute      timestamptz NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  CONSTRAINT route_minutes_pkey PRIMARY KEY (minute, method, route, key_id, status, bucket)
);
ALTER TABLE route_minutes ENABLE ROW LEVEL SECURITY;

CREATE TABLE schema_migrations (
  version    integer NOT NULL,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);
ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;

CREATE TABLE seat_grants (
  id                     bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id             bigint NOT NULL,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  feature                text COLLATE "C" NOT NULL,
  seats                  integer NOT NULL,
  grant_id               bigint NOT NULL,
  created_at             timestamptz NOT NULL,
  ended_at               timestamptz,
  CONSTRAINT seat_grants_pkey PRIMARY KEY (id),
  CONSTRAINT seat_grants_seats_check CHECK (seats > 0)
);
CREATE UNIQUE INDEX seat_grants_one_in_force ON seat_grants USING btree (account_id) WHERE ended_at IS NULL;
CREATE INDEX seat_grants_subscription ON seat_grants USING btree (stripe_subscription_id);
ALTER TABLE seat_grants ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE server_days (
  day     date NOT NULL,
  minutes integer NOT NULL,
  began   timestamptz NOT NULL,
  CONSTRAINT server_days_pkey PRIMARY KEY (day)
);
ALTER TABLE server_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE server_minutes (
  minute timestamptz NOT NULL,
  CONSTRAINT server_minutes_pkey PRIMARY KEY (minute)
);
ALTER TABLE server_minutes ENABLE ROW LEVEL SECURITY;

CREATE TABLE shared_revenue_days (
  book_id  smallint NOT NULL,
  day      date NOT NULL,
  currency text COLLATE "C" NOT NULL,
  plan     text COLLATE "C" NOT NULL,
  model    text COLLATE "C" NOT NULL,
  feature  text COLLATE "C" NOT NULL,
  parts    numeric(40,0) NOT NULL,
  CONSTRAINT shared_revenue_days_pkey PRIMARY KEY (book_id, day, currency, plan, model, feature)
);
ALTER TABLE shared_revenue_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE shared_revenue_months (
  book_id   smallint NOT NULL,
  month     date NOT NULL,
  changes   bigint NOT NULL,
  shared_at timestamptz NOT NULL,
  CONSTRAINT shared_revenue_months_pkey PRIMARY KEY (book_id, month)
);
ALTER TABLE shared_revenue_months ENABLE ROW LEVEL SECURITY;

CREATE TABLE shared_revenue_notes (
  id       bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  book_id  smallint NOT NULL,
  from_day date NOT NULL,
  CONSTRAINT shared_revenue_notes_pkey PRIMARY KEY (id)
);
ALTER TABLE shared_revenue_notes ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff (
  id                bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  email             text NOT NULL,
  name              text NOT NULL,
  role              text NOT NULL,
  version           integer DEFAULT 1 NOT NULL,
  password_hash     text,
  totp_secret       bytea,
  totp_confirmed_at timestamptz,
  totp_last_step    bigint,
  created_at        timestamptz NOT NULL,
  signed_in_at      timestamptz,
  deactivated_at    timestamptz,
  CONSTRAINT staff_pkey PRIMARY KEY (id),
  CONSTRAINT staff_email_key UNIQUE (email),
  CONSTRAINT staff_email_check CHECK (email = lower(email)),
  CONSTRAINT staff_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'finance'::text, 'support'::text, 'analyst'::text]))
);
CREATE TRIGGER staff_changed AFTER UPDATE OF role, deactivated_at ON staff FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_attempts (
  key_hash   bytea NOT NULL,
  failures   integer NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT staff_attempts_pkey PRIMARY KEY (key_hash),
  CONSTRAINT staff_attempts_key_hash_check CHECK (length(key_hash) = 32)
);
CREATE INDEX staff_attempts_expiry ON staff_attempts USING btree (expires_at);
ALTER TABLE staff_attempts ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_challenges (
  secret_hash bytea NOT NULL,
  staff_id    bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  CONSTRAINT staff_challenges_pkey PRIMARY KEY (secret_hash),
  CONSTRAINT staff_challenges_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE INDEX staff_challenges_expiry ON staff_challenges USING btree (expires_at);
CREATE INDEX staff_challenges_staff ON staff_challenges USING btree (staff_id);
ALTER TABLE staff_challenges ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_devices (
  secret_hash bytea NOT NULL,
  staff_id    bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  CONSTRAINT staff_devices_pkey PRIMARY KEY (secret_hash),
  CONSTRAINT staff_devices_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE INDEX staff_devices_expiry ON staff_devices USING btree (expires_at);
CREATE INDEX staff_devices_staff ON staff_devices USING btree (staff_id);
ALTER TABLE staff_devices ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_identities (
  issuer    text NOT NULL,
  subject   text NOT NULL,
  staff_id  bigint NOT NULL,
  linked_at timestamptz NOT NULL,
  CONSTRAINT staff_identities_pkey PRIMARY KEY (issuer, subject)
);
CREATE INDEX staff_identities_staff ON staff_identities USING btree (staff_id);
ALTER TABLE staff_identities ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_invitations (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  email       text NOT NULL,
  role        text NOT NULL,
  token_hash  bytea,
  invited_by  bigint,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at  timestamptz,
  CONSTRAINT staff_invitations_pkey PRIMARY KEY (id),
  CONSTRAINT staff_invitations_token_hash_key UNIQUE (token_hash),
  CONSTRAINT staff_invitations_email_check CHECK (email = lower(email)),
  CONSTRAINT staff_invitations_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'finance'::text, 'support'::text, 'analyst'::text])),
  CONSTRAINT staff_invitations_token_hash_check CHECK (length(token_hash) = 32)
);
CREATE UNIQUE INDEX staff_invitations_one_open ON staff_invitations USING btree (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
ALTER TABLE staff_invitations ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_oidc_requests (
  state_hash    bytea NOT NULL,
  browser_hash  bytea NOT NULL,
  nonce         text NOT NULL,
  code_verifier text NOT NULL,
  expires_at    timestamptz NOT NULL,
  CONSTRAINT staff_oidc_requests_pkey PRIMARY KEY (state_hash),
  CONSTRAINT staff_oidc_requests_browser_hash_check CHECK (length(browser_hash) = 32),
  CONSTRAINT staff_oidc_requests_state_hash_check CHECK (length(state_hash) = 32)
);
CREATE INDEX staff_oidc_requests_expiry ON staff_oidc_requests USING btree (expires_at);
ALTER TABLE staff_oidc_requests ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_password_resets (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  staff_id   bigint NOT NULL,
  token_hash bytea,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CONSTRAINT staff_password_resets_pkey PRIMARY KEY (id),
  CONSTRAINT staff_password_resets_token_hash_key UNIQUE (token_hash),
  CONSTRAINT staff_password_resets_token_hash_check CHECK (length(token_hash) = 32)
);
CREATE INDEX staff_password_resets_expiry ON staff_password_resets USING btree (expires_at);
CREATE INDEX staff_password_resets_staff ON staff_password_resets USING btree (staff_id);
ALTER TABLE staff_password_resets ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_recovery_codes (
  staff_id  bigint NOT NULL,
  code_hash bytea NOT NULL,
  used_at   timestamptz,
  CONSTRAINT staff_recovery_codes_pkey PRIMARY KEY (staff_id, code_hash),
  CONSTRAINT staff_recovery_codes_code_hash_check CHECK (length(code_hash) = 32)
);
ALTER TABLE staff_recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_sessions (
  id           bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  secret_hash  bytea NOT NULL,
  staff_id     bigint NOT NULL,
  created_at   timestamptz NOT NULL,
  proved_at    timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  address      text NOT NULL,
  user_agent   text NOT NULL,
  CONSTRAINT staff_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT staff_sessions_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT staff_sessions_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE INDEX staff_sessions_expiry ON staff_sessions USING btree (expires_at);
CREATE INDEX staff_sessions_staff ON staff_sessions USING btree (staff_id);
CREATE TRIGGER staff_sessions_ended AFTER DELETE OR UPDATE OF secret_hash ON staff_sessions FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();
ALTER TABLE staff_sessions ENABLE ROW LEVEL SECURITY;

CREATE TABLE staff_tokens (
  id          bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  secret_hash bytea NOT NULL,
  prefix      text NOT NULL,
  staff_id    bigint NOT NULL,
  name        text NOT NULL,
  role        text NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz,
  CONSTRAINT staff_tokens_pkey PRIMARY KEY (id),
  CONSTRAINT staff_tokens_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT staff_tokens_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'finance'::text, 'support'::text, 'analyst'::text])),
  CONSTRAINT staff_tokens_secret_hash_check CHECK (length(secret_hash) = 32)
);
CREATE INDEX staff_tokens_staff ON staff_tokens USING btree (staff_id);
CREATE TRIGGER staff_tokens_ended AFTER DELETE OR UPDATE ON staff_tokens FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();
ALTER TABLE staff_tokens ENABLE ROW LEVEL SECURITY;

CREATE TABLE stripe_events (
  id                 text COLLATE "C" NOT NULL,
  type               text NOT NULL,
  api_version        text,
  created_at         timestamptz NOT NULL,
  received_at        timestamptz NOT NULL,
  stripe_customer_id text COLLATE "C",
  object_kind        text,
  object_id          text,
  payload            text NOT NULL,
  state              text NOT NULL,
  reason             text,
  handled_at         timestamptz,
  found_by           text DEFAULT 'webhook'::text NOT NULL,
  CONSTRAINT stripe_events_pkey PRIMARY KEY (id),
  CONSTRAINT stripe_events_found_by_check CHECK (found_by = ANY (ARRAY['webhook'::text, 'sweep'::text])),
  CONSTRAINT stripe_events_state_check CHECK (state = ANY (ARRAY['stored'::text, 'done'::text, 'failed'::text, 'ignored'::text]))
);
CREATE INDEX stripe_events_action_required ON stripe_events USING btree (object_id) WHERE type = 'invoice.payment_action_required'::text;
CREATE INDEX stripe_events_customer ON stripe_events USING btree (stripe_customer_id, received_at, id) WHERE stripe_customer_id IS NOT NULL;
CREATE INDEX stripe_events_failed ON stripe_events USING btree (received_at) WHERE state = 'failed'::text;
CREATE INDEX stripe_events_received ON stripe_events USING btree (received_at, id);
CREATE INDEX stripe_events_waiting ON stripe_events USING btree (stripe_customer_id) WHERE state = 'stored'::text;
ALTER TABLE stripe_events ENABLE ROW LEVEL SECURITY;

CREATE TABLE stripe_import_customers (
  import_id          bigint NOT NULL,
  stripe_customer_id text COLLATE "C" NOT NULL,
  external_id        text COLLATE "C",
  email              text,
  known_since        timestamptz,
  live_count         integer NOT NULL,
  subscription_count integer NOT NULL,
  invoice_count      integer NOT NULL,
  price_ids          text[] NOT NULL,
  state              text NOT NULL,
  reason             text,
  CONSTRAINT stripe_import_customers_pkey PRIMARY KEY (import_id, stripe_customer_id),
  CONSTRAINT stripe_import_customers_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'done'::text, 'skipped'::text]))
);
CREATE INDEX stripe_import_customers_waiting ON stripe_import_customers USING btree (import_id, stripe_customer_id) WHERE state = 'waiting'::text;
ALTER TABLE stripe_import_customers ENABLE ROW LEVEL SECURITY;

CREATE TABLE stripe_imports (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  user_from  text NOT NULL,
  is_dry     boolean NOT NULL,
  state      text NOT NULL,
  cursor     text COLLATE "C",
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  CONSTRAINT stripe_imports_pkey PRIMARY KEY (id),
  CONSTRAINT stripe_imports_state_check CHECK (state = ANY (ARRAY['reading'::text, 'writing'::text, 'done'::text, 'dropped'::text]))
);
CREATE UNIQUE INDEX stripe_imports_one_at_once ON stripe_imports USING btree ((true)) WHERE state = ANY (ARRAY['reading'::text, 'writing'::text]);
ALTER TABLE stripe_imports ENABLE ROW LEVEL SECURITY;

CREATE TABLE stripe_price_map (
  stripe_price_id text COLLATE "C" NOT NULL,
  kind            text NOT NULL,
  plan_id         bigint,
  billing_cycle   text,
  mapped_at       timestamptz NOT NULL,
  CONSTRAINT stripe_price_map_pkey PRIMARY KEY (stripe_price_id),
  CONSTRAINT stripe_price_map_billing_cycle_check CHECK (billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text])),
  CONSTRAINT stripe_price_map_check CHECK ((kind = 'none'::text) = (plan_id IS NULL)),
  CONSTRAINT stripe_price_map_check1 CHECK ((kind = 'none'::text) = (billing_cycle IS NULL)),
  CONSTRAINT stripe_price_map_kind_check CHECK (kind = ANY (ARRAY['plan'::text, 'extra_seat'::text, 'none'::text]))
);
ALTER TABLE stripe_price_map ENABLE ROW LEVEL SECURITY;

CREATE TABLE stripe_sweep (
  is_the_one  boolean DEFAULT true NOT NULL,
  token       bigint DEFAULT 0 NOT NULL,
  swept_to    timestamptz,
  pass_since  timestamptz,
  pass_to     timestamptz,
  pass_after  text COLLATE "C",
  last_run_at timestamptz,
  last_found  integer,
  CONSTRAINT stripe_sweep_pkey PRIMARY KEY (is_the_one),
  CONSTRAINT stripe_sweep_check CHECK (pass_after IS NULL OR pass_since IS NOT NULL),
  CONSTRAINT stripe_sweep_is_the_one_check CHECK (is_the_one)
);
ALTER TABLE stripe_sweep ENABLE ROW LEVEL SECURITY;

CREATE TABLE subscription_changes (
  id               bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  account_id       bigint NOT NULL,
  subscription_key text COLLATE "C" NOT NULL,
  source           text NOT NULL,
  effective_at     timestamptz NOT NULL,
  recorded_at      timestamptz NOT NULL,
  cause            text NOT NULL,
  status           text,
  currency         text,
  items            jsonb,
  discounts        jsonb,
  plan_ids         bigint[] NOT NULL,
  supersedes       bigint,
  CONSTRAINT subscription_changes_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_changes_account_id_subscription_key_effective__key UNIQUE NULLS NOT DISTINCT (account_id, subscription_key, effective_at, supersedes),
  CONSTRAINT subscription_changes_supersedes_key UNIQUE (supersedes),
  CONSTRAINT subscription_changes_cause_check CHECK (cause = ANY (ARRAY['started'::text, 'activated'::text, 'trial_started'::text, 'trial_ended'::text, 'items_changed'::text, 'discounts_changed'::text, 'payment_failed'::text, 'recovered'::text, 'unpaid'::text, 'paused'::text, 'resumed'::text, 'ended'::text, 'expired'::text, 'status_changed'::text, 'retracted'::text])),
  CONSTRAINT subscription_changes_check CHECK ((cause = 'retracted'::text) = (status IS NULL)),
  CONSTRAINT subscription_changes_check1 CHECK (num_nulls(status, currency, items, discounts) = ANY (ARRAY[0, 4])),
  CONSTRAINT subscription_changes_check2 CHECK (cause <> 'retracted'::text OR supersedes IS NOT NULL),
  CONSTRAINT subscription_changes_check3 CHECK (supersedes < id),
  CONSTRAINT subscription_changes_currency_check CHECK (currency ~ '^[a-z]{3}$'::text),
  CONSTRAINT subscription_changes_source_check CHECK (source = ANY (ARRAY['stripe'::text, 'manual'::text, 'gift'::text, 'import'::text])),
  CONSTRAINT subscription_changes_subscription_key_check CHECK (subscription_key <> ''::text)
);
CREATE INDEX subscription_changes_recorded ON subscription_changes USING btree (recorded_at);
CREATE TRIGGER subscription_changes_are_permanent BEFORE DELETE OR UPDATE ON subscription_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subscription_changes_stay BEFORE TRUNCATE ON subscription_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE subscription_changes ENABLE ROW LEVEL SECURITY;

CREATE TABLE subscription_commands (
  id                     text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  kind                   text NOT NULL,
  stripe_customer_id     text COLLATE "C" NOT NULL,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  token_digest           bytea,
  state                  text NOT NULL,
  request                jsonb NOT NULL,
  steps                  jsonb,
  reason                 text,
  outcome                jsonb,
  created_at             timestamptz NOT NULL,
  settled_at             timestamptz,
  touched_at             timestamptz DEFAULT clock_timestamp() NOT NULL,
  holds_code             boolean DEFAULT false NOT NULL,
  CONSTRAINT subscription_commands_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_commands_token_digest_key UNIQUE (token_digest),
  CONSTRAINT subscription_commands_check CHECK ((state = 'sending'::text) <= (steps IS NOT NULL)),
  CONSTRAINT subscription_commands_kind_check CHECK (kind = ANY (ARRAY['change'::text, 'cancel'::text, 'resume'::text, 'discount'::text, 'discount_end'::text, 'pause'::text, 'unpause'::text, 'trial'::text])),
  CONSTRAINT subscription_commands_state_check CHECK (state = ANY (ARRAY['begun'::text, 'sending'::text, 'done'::text, 'pending'::text, 'refused'::text])),
  CONSTRAINT subscription_commands_token_digest_check CHECK (length(token_digest) = 32)
);
CREATE INDEX subscription_commands_account ON subscription_commands USING btree (account_id, created_at);
CREATE INDEX subscription_commands_holding ON subscription_commands USING btree (account_id) WHERE holds_code;
CREATE UNIQUE INDEX subscription_commands_one_at_once ON subscription_commands USING btree (account_id) WHERE state = ANY (ARRAY['begun'::text, 'sending'::text]);
CREATE INDEX subscription_commands_pause_ends ON subscription_commands USING btree (((request ->> 'resumesMs'::text)::bigint)) WHERE kind = 'pause'::text AND state = 'done'::text AND request ? 'resumesMs'::text;
ALTER TABLE subscription_commands ENABLE ROW LEVEL SECURITY;

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
  trial_days   integer DEFAULT 0 NOT NULL,
  seat_feature text COLLATE "C",
  CONSTRAINT subscription_plans_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_plans_slug_version_key UNIQUE (slug, version),
  CONSTRAINT subscription_plans_check CHECK ((status = 'published'::text) = (published_at IS NOT NULL)),
  CONSTRAINT subscription_plans_check1 CHECK ((status = 'published'::text) = (version IS NOT NULL)),
  CONSTRAINT subscription_plans_check2 CHECK (status = 'published'::text OR NOT is_current),
  CONSTRAINT subscription_plans_name_check CHECK (name <> ''::text),
  CONSTRAINT subscription_plans_slug_check CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'::text),
  CONSTRAINT subscription_plans_status_check CHECK (status = ANY (ARRAY['draft'::text, 'published'::text])),
  CONSTRAINT subscription_plans_trial_days_check CHECK (trial_days >= 0 AND trial_days <= 730),
  CONSTRAINT subscription_plans_version_check CHECK (version > 0)
);
CREATE UNIQUE INDEX subscription_plans_current ON subscription_plans USING btree (slug) WHERE is_current;
CREATE UNIQUE INDEX subscription_plans_default ON subscription_plans USING btree (is_default) WHERE is_default AND is_current;
CREATE UNIQUE INDEX subscription_plans_draft ON subscription_plans USING btree (slug) WHERE status = 'draft'::text;
CREATE TRIGGER subscription_plans_are_permanent BEFORE DELETE OR UPDATE ON subscription_plans FOR EACH ROW EXECUTE FUNCTION keep_published_versions();
CREATE TRIGGER subscription_plans_changed AFTER INSERT OR UPDATE ON subscription_plans FOR EACH ROW WHEN (new.status = 'published'::text) EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER subscription_plans_stay BEFORE TRUNCATE ON subscription_plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE subscription_plans ENABLE ROW LEVEL SECURITY;

CREATE TABLE support_tickets (
  origin            text COLLATE "C" NOT NULL,
  ticket_key        text COLLATE "C" NOT NULL,
  user_key          text COLLATE "C" NOT NULL,
  account_id        bigint,
  plan              text NOT NULL,
  priority          text NOT NULL,
  opened_at         timestamptz NOT NULL,
  first_response_at timestamptz,
  closed_at         timestamptz,
  satisfaction      smallint,
  recorded_at       timestamptz NOT NULL,
  CONSTRAINT support_tickets_pkey PRIMARY KEY (origin, ticket_key),
  CONSTRAINT support_tickets_check CHECK (first_response_at >= opened_at),
  CONSTRAINT support_tickets_check1 CHECK (closed_at >= opened_at),
  CONSTRAINT support_tickets_origin_check CHECK (origin <> ''::text),
  CONSTRAINT support_tickets_satisfaction_check CHECK (satisfaction >= 1 AND satisfaction <= 5),
  CONSTRAINT support_tickets_ticket_key_check CHECK (ticket_key <> ''::text)
);
CREATE INDEX support_tickets_opened ON support_tickets USING btree (opened_at);
ALTER TABLE support_tickets ENABLE ROW LEVEL SECURITY;

CREATE TABLE survey_answers (
  origin      text COLLATE "C" NOT NULL,
  answer_key  text COLLATE "C" NOT NULL,
  kind        text NOT NULL,
  score       smallint NOT NULL,
  user_key    text COLLATE "C" NOT NULL,
  account_id  bigint,
  plan        text NOT NULL,
  answered_at timestamptz NOT NULL,
  comment     text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT survey_answers_pkey PRIMARY KEY (origin, answer_key),
  CONSTRAINT survey_answers_answer_key_check CHECK (answer_key <> ''::text),
  CONSTRAINT survey_answers_check CHECK (
CASE kind
    WHEN 'nps'::text THEN score >= 0 AND score <= 10
    ELSE score >= 1 AND score <= 5
END),
  CONSTRAINT survey_answers_kind_check CHECK (kind = ANY (ARRAY['nps'::text, 'csat'::text])),
  CONSTRAINT survey_answers_origin_check CHECK (origin <> ''::text)
);
CREATE INDEX survey_answers_answered ON survey_answers USING btree (kind, answered_at);
CREATE INDEX survey_answers_latest ON survey_answers USING btree (answered_at);
ALTER TABLE survey_answers ENABLE ROW LEVEL SECURITY;

CREATE TABLE survey_keys (
  name       text NOT NULL,
  secret     bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT survey_keys_pkey PRIMARY KEY (name)
);
ALTER TABLE survey_keys ENABLE ROW LEVEL SECURITY;

CREATE TABLE survey_links (
  id         bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind       text NOT NULL,
  user_key   text COLLATE "C" NOT NULL,
  account_id bigint,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT survey_links_pkey PRIMARY KEY (id),
  CONSTRAINT survey_links_kind_check CHECK (kind = ANY (ARRAY['nps'::text, 'csat'::text]))
);
ALTER TABLE survey_links ENABLE ROW LEVEL SECURITY;

CREATE TABLE trial_uses (
  stripe_subscription_id text COLLATE "C" NOT NULL,
  account_id             bigint NOT NULL,
  card_digest            bytea,
  refused_at             timestamptz,
  began_at               timestamptz NOT NULL,
  CONSTRAINT trial_uses_pkey PRIMARY KEY (stripe_subscription_id),
  CONSTRAINT trial_uses_card_digest_check CHECK (length(card_digest) = 32)
);
CREATE INDEX trial_uses_account ON trial_uses USING btree (account_id);
CREATE INDEX trial_uses_card ON trial_uses USING btree (card_digest) WHERE card_digest IS NOT NULL;
ALTER TABLE trial_uses ENABLE ROW LEVEL SECURITY;

CREATE TABLE unlinked_customers (
  stripe_customer_id text COLLATE "C" NOT NULL,
  account_id         bigint NOT NULL,
  unlinked_at        timestamptz NOT NULL,
  CONSTRAINT unlinked_customers_pkey PRIMARY KEY (stripe_customer_id)
);
CREATE INDEX unlinked_customers_account ON unlinked_customers USING btree (account_id);
ALTER TABLE unlinked_customers ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_account_days (
  day                 date NOT NULL,
  account_id          bigint NOT NULL,
  user_id             bigint NOT NULL,
  plan                text COLLATE "C" NOT NULL,
  event_type          text COLLATE "C" NOT NULL,
  features            text COLLATE "C" NOT NULL,
  provider            text COLLATE "C" NOT NULL,
  model               text COLLATE "C" NOT NULL,
  prompt              text COLLATE "C" NOT NULL,
  events              bigint NOT NULL,
  over_limit          bigint NOT NULL,
  amount              numeric NOT NULL,
  tokens_in           numeric NOT NULL,
  tokens_out          numeric NOT NULL,
  stated_cents        numeric NOT NULL,
  unstated_events     bigint NOT NULL,
  unstated_amount     numeric NOT NULL,
  unstated_tokens_in  numeric NOT NULL,
  unstated_tokens_out numeric NOT NULL,
  CONSTRAINT usage_account_days_pkey PRIMARY KEY (day, account_id, user_id, plan, event_type, features, provider, model, prompt)
);
ALTER TABLE usage_account_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_account_feature_days (
  day        date NOT NULL,
  account_id bigint NOT NULL,
  user_id    bigint NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  provider   text COLLATE "C" NOT NULL,
  model      text COLLATE "C" NOT NULL,
  prompt     text COLLATE "C" NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  events     bigint NOT NULL,
  amount     numeric NOT NULL,
  CONSTRAINT usage_account_feature_days_pkey PRIMARY KEY (day, account_id, user_id, plan, event_type, provider, model, prompt, feature)
);
ALTER TABLE usage_account_feature_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_adopters (
  month      date NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  account_id bigint NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  cohort     date NOT NULL,
  events     bigint NOT NULL,
  CONSTRAINT usage_adopters_pkey PRIMARY KEY (month, feature, account_id, plan)
);
ALTER TABLE usage_adopters ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_adoption (
  month    date NOT NULL,
  feature  text COLLATE "C" NOT NULL,
  plan     text COLLATE "C" NOT NULL,
  cohort   date NOT NULL,
  accounts bigint NOT NULL,
  CONSTRAINT usage_adoption_pkey PRIMARY KEY (month, feature, plan, cohort)
);
ALTER TABLE usage_adoption ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_cohorts (
  account_id bigint NOT NULL,
  cohort     date NOT NULL,
  CONSTRAINT usage_cohorts_pkey PRIMARY KEY (account_id)
);
ALTER TABLE usage_cohorts ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_days (
  day                 date NOT NULL,
  plan                text COLLATE "C" NOT NULL,
  event_type          text COLLATE "C" NOT NULL,
  features            text COLLATE "C" NOT NULL,
  provider            text COLLATE "C" NOT NULL,
  model               text COLLATE "C" NOT NULL,
  prompt              text COLLATE "C" NOT NULL,
  events              bigint NOT NULL,
  over_limit          bigint NOT NULL,
  amount              numeric NOT NULL,
  tokens_in           numeric NOT NULL,
  tokens_out          numeric NOT NULL,
  stated_cents        numeric NOT NULL,
  unstated_events     bigint NOT NULL,
  unstated_amount     numeric NOT NULL,
  unstated_tokens_in  numeric NOT NULL,
  unstated_tokens_out numeric NOT NULL,
  CONSTRAINT usage_days_pkey PRIMARY KEY (day, plan, event_type, features, provider, model, prompt)
);
ALTER TABLE usage_days ENABLE ROW LEVEL SECURITY;

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
  booked_in         bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
  CONSTRAINT usage_events_pkey PRIMARY KEY (account_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX usage_events_booked_in ON ONLY usage_events USING brin (booked_in) WITH (pages_per_range='32', autosummarize='on');
ALTER TABLE usage_events ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_feature_days (
  day        date NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  provider   text COLLATE "C" NOT NULL,
  model      text COLLATE "C" NOT NULL,
  prompt     text COLLATE "C" NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  events     bigint NOT NULL,
  amount     numeric NOT NULL,
  CONSTRAINT usage_feature_days_pkey PRIMARY KEY (day, plan, event_type, provider, model, prompt, feature)
);
ALTER TABLE usage_feature_days ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_fold_months (
  month         date NOT NULL,
  accounts_done bigint NOT NULL,
  CONSTRAINT usage_fold_months_pkey PRIMARY KEY (month)
);
ALTER TABLE usage_fold_months ENABLE ROW LEVEL SECURITY;

CREATE TABLE usage_folds (
  is_only       boolean DEFAULT true NOT NULL,
  folded_to     bigint NOT NULL,
  time_zone     text NOT NULL,
  number_offset bigint NOT NULL,
  CONSTRAINT usage_folds_pkey PRIMARY KEY (is_only),
  CONSTRAINT usage_folds_is_only_check CHECK (is_only)
);
ALTER TABLE usage_folds ENABLE ROW LEVEL SECURITY;

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

CREATE TABLE usage_prices (
  id            bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  day           date NOT NULL,
  provider      text COLLATE "C" NOT NULL,
  model         text COLLATE "C" NOT NULL,
  price_id      bigint,
  settled_at    timestamptz,
  superseded_at timestamptz,
  CONSTRAINT usage_prices_pkey PRIMARY KEY (id),
  CONSTRAINT usage_prices_model_check CHECK (model <> ''::text)
);
CREATE UNIQUE INDEX usage_prices_current ON usage_prices USING btree (day, model, provider) WHERE superseded_at IS NULL;
CREATE INDEX usage_prices_unpriced ON usage_prices USING btree (model) WHERE superseded_at IS NULL AND price_id IS NULL;
ALTER TABLE usage_prices ENABLE ROW LEVEL SECURITY;

CREATE TABLE use_months (
  month   date NOT NULL,
  changes bigint NOT NULL,
  CONSTRAINT use_months_pkey PRIMARY KEY (month)
);
ALTER TABLE use_months ENABLE ROW LEVEL SECURITY;

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
CREATE INDEX user_subscriptions_account ON user_subscriptions USING btree (account_id, started_at);
CREATE INDEX user_subscriptions_held ON user_subscriptions USING btree (plan_id, id) WHERE ended_at IS NULL;
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
  revision            bigint DEFAULT 1 NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_external_id_key UNIQUE (external_id),
  CONSTRAINT users_external_id_check CHECK (external_id ~ '^[A-Za-z0-9._:@|-]{1,255}$'::text AND (external_id <> ALL (ARRAY['.'::text, '..'::text])))
);
CREATE INDEX users_account ON users USING btree (account_id);
CREATE INDEX users_usage_reset_date ON users USING btree (usage_reset_date);
CREATE TRIGGER users_noted AFTER UPDATE OF signed_up_at, country, source, campaign ON users FOR EACH ROW WHEN (old.signed_up_at IS DISTINCT FROM new.signed_up_at OR old.country IS DISTINCT FROM new.country OR old.source IS DISTINCT FROM new.source OR old.campaign IS DISTINCT FROM new.campaign) EXECUTE FUNCTION note_account();
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

ALTER TABLE account_links ADD CONSTRAINT account_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE account_plans ADD CONSTRAINT account_plans_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE account_plans_pending ADD CONSTRAINT account_plans_pending_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE account_sessions ADD CONSTRAINT account_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE account_standings ADD CONSTRAINT account_standings_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE account_standings ADD CONSTRAINT account_standings_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE accounts ADD CONSTRAINT accounts_owner FOREIGN KEY (owner_user_id) REFERENCES users(id);
ALTER TABLE billing_customers ADD CONSTRAINT billing_customers_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE bulk_deed_users ADD CONSTRAINT bulk_deed_users_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE bulk_deed_users ADD CONSTRAINT bulk_deed_users_bulk_deed_id_fkey FOREIGN KEY (bulk_deed_id) REFERENCES bulk_deeds(id);
ALTER TABLE bulk_deed_users ADD CONSTRAINT bulk_deed_users_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE bulk_deeds ADD CONSTRAINT bulk_deeds_carried_on_by_fkey FOREIGN KEY (carried_on_by) REFERENCES staff(id);
ALTER TABLE bulk_deeds ADD CONSTRAINT bulk_deeds_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff(id);
ALTER TABLE checkouts ADD CONSTRAINT checkouts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE checkouts ADD CONSTRAINT checkouts_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE checkouts ADD CONSTRAINT checkouts_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES packs(id);
ALTER TABLE checkouts ADD CONSTRAINT checkouts_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE directory_notes ADD CONSTRAINT directory_notes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE directory_notes ADD CONSTRAINT directory_notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE dunning_steps ADD CONSTRAINT dunning_steps_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE duplicate_subscriptions ADD CONSTRAINT duplicate_subscriptions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE grants ADD CONSTRAINT grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE grants ADD CONSTRAINT grants_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE happening_days ADD CONSTRAINT happening_days_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE invoice_refunds ADD CONSTRAINT invoice_refunds_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE invoice_refunds ADD CONSTRAINT invoice_refunds_stripe_invoice_id_fkey FOREIGN KEY (stripe_invoice_id) REFERENCES invoices(stripe_invoice_id);
ALTER TABLE invoices ADD CONSTRAINT invoices_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE leaving_reasons ADD CONSTRAINT leaving_reasons_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE mail_messages ADD CONSTRAINT mail_messages_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE metric_annotations ADD CONSTRAINT metric_annotations_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE overage_charges ADD CONSTRAINT overage_charges_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE overage_charges ADD CONSTRAINT overage_charges_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE overage_consents ADD CONSTRAINT overage_consents_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE overage_consents ADD CONSTRAINT overage_consents_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE overage_terms ADD CONSTRAINT overage_terms_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE overage_terms ADD CONSTRAINT overage_terms_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE pack_prices ADD CONSTRAINT pack_prices_pack_id_fkey FOREIGN KEY (pack_id) REFERENCES packs(id);
ALTER TABLE packs ADD CONSTRAINT packs_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE plan_drafts ADD CONSTRAINT plan_drafts_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff(id);
ALTER TABLE plan_drafts ADD CONSTRAINT plan_drafts_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES staff(id);
ALTER TABLE plan_migration_moves ADD CONSTRAINT plan_migration_moves_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE plan_migration_moves ADD CONSTRAINT plan_migration_moves_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES plan_migrations(id);
ALTER TABLE plan_migration_moves ADD CONSTRAINT plan_migration_moves_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES user_subscriptions(id);
ALTER TABLE plan_migrations ADD CONSTRAINT plan_migrations_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff(id);
ALTER TABLE plan_migrations ADD CONSTRAINT plan_migrations_from_plan_id_fkey FOREIGN KEY (from_plan_id) REFERENCES subscription_plans(id);
ALTER TABLE plan_migrations ADD CONSTRAINT plan_migrations_to_plan_id_fkey FOREIGN KEY (to_plan_id) REFERENCES subscription_plans(id);
ALTER TABLE plan_prices ADD CONSTRAINT plan_prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE plan_seat_prices ADD CONSTRAINT plan_seat_prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE promotion_redemptions ADD CONSTRAINT promotion_redemptions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE promotion_redemptions ADD CONSTRAINT promotion_redemptions_code_id_fkey FOREIGN KEY (code_id) REFERENCES promotion_codes(id);
ALTER TABLE quota_anchors ADD CONSTRAINT quota_anchors_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE quota_pressure ADD CONSTRAINT quota_pressure_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE revenue_ahead ADD CONSTRAINT revenue_ahead_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_ahead ADD CONSTRAINT revenue_ahead_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE revenue_customers ADD CONSTRAINT revenue_customers_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE revenue_days ADD CONSTRAINT revenue_days_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_history ADD CONSTRAINT revenue_history_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE revenue_history ADD CONSTRAINT revenue_history_import_id_fkey FOREIGN KEY (import_id) REFERENCES revenue_imports(id);
ALTER TABLE revenue_kept_months ADD CONSTRAINT revenue_kept_months_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_kept_spans ADD CONSTRAINT revenue_kept_spans_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_levels ADD CONSTRAINT revenue_levels_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_levels ADD CONSTRAINT revenue_levels_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE revenue_movements ADD CONSTRAINT revenue_movements_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_movements ADD CONSTRAINT revenue_movements_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE revenue_pending ADD CONSTRAINT revenue_pending_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE revenue_segment_days ADD CONSTRAINT revenue_segment_days_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_standings ADD CONSTRAINT revenue_standings_book_id_fkey FOREIGN KEY (book_id) REFERENCES revenue_books(id);
ALTER TABLE revenue_standings ADD CONSTRAINT revenue_standings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES revenue_customers(id);
ALTER TABLE seat_grants ADD CONSTRAINT seat_grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE staff_challenges ADD CONSTRAINT staff_challenges_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_devices ADD CONSTRAINT staff_devices_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_identities ADD CONSTRAINT staff_identities_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_invitations ADD CONSTRAINT staff_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES staff(id);
ALTER TABLE staff_password_resets ADD CONSTRAINT staff_password_resets_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_recovery_codes ADD CONSTRAINT staff_recovery_codes_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_sessions ADD CONSTRAINT staff_sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE staff_tokens ADD CONSTRAINT staff_tokens_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id);
ALTER TABLE stripe_import_customers ADD CONSTRAINT stripe_import_customers_import_id_fkey FOREIGN KEY (import_id) REFERENCES stripe_imports(id) ON DELETE CASCADE;
ALTER TABLE stripe_price_map ADD CONSTRAINT stripe_price_map_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE subscription_changes ADD CONSTRAINT subscription_changes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE subscription_changes ADD CONSTRAINT subscription_changes_supersedes_fkey FOREIGN KEY (supersedes) REFERENCES subscription_changes(id);
ALTER TABLE subscription_commands ADD CONSTRAINT subscription_commands_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_feature_fkey FOREIGN KEY (feature) REFERENCES features(key);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE subscription_overrides ADD CONSTRAINT subscription_overrides_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE subscription_plans ADD CONSTRAINT subscription_plans_seat_feature_fkey FOREIGN KEY (seat_feature) REFERENCES features(key);
ALTER TABLE support_tickets ADD CONSTRAINT support_tickets_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE survey_answers ADD CONSTRAINT survey_answers_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE survey_links ADD CONSTRAINT survey_links_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE trial_uses ADD CONSTRAINT trial_uses_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE unlinked_customers ADD CONSTRAINT unlinked_customers_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE usage_cohorts ADD CONSTRAINT usage_cohorts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE usage_prices ADD CONSTRAINT usage_prices_price_id_fkey FOREIGN KEY (price_id) REFERENCES ai_prices(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES subscription_plans(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_scheduled_plan_id_fkey FOREIGN KEY (scheduled_plan_id) REFERENCES subscription_plans(id);
ALTER TABLE user_subscriptions ADD CONSTRAINT user_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
ALTER TABLE users ADD CONSTRAINT users_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
ALTER TABLE users ADD CONSTRAINT users_current_plan FOREIGN KEY (current_plan_id) REFERENCES subscription_plans(id);

CREATE VIEW metrics_books AS
SELECT id AS book_id,
    profile,
    time_zone,
    state = 'current'::text AS is_current,
    lowering AS lowering_discounts,
    counts_past_due,
    churns_at,
    ignores_within_month,
    created_at,
    current_at
   FROM revenue_books
  WHERE state <> 'retired'::text;

CREATE VIEW metrics_customers AS
SELECT book.profile,
    standing.customer_id,
    customer.account_id,
    customer.origin,
    customer.external_key,
    standing.country,
    standing.source,
    standing.cohort,
    standing.trial_from,
    standing.trial_to,
    standing.paid_on
   FROM revenue_standings standing
     JOIN revenue_books book ON book.id = standing.book_id AND book.state = 'current'::text
     JOIN revenue_customers customer ON customer.id = standing.customer_id;

CREATE VIEW metrics_exchange_rates AS
SELECT DISTINCT ON (base, currency, day) base,
    currency,
    day,
    rate,
    source,
    recorded_at
   FROM exchange_rates
  ORDER BY base, currency, day, recorded_at DESC;

CREATE VIEW metrics_movements AS
SELECT book.profile,
    moved.customer_id,
    customer.account_id,
    customer.origin,
    customer.external_key,
    moved.effective_at,
    moved.day,
    moved.kind,
    moved.currency,
    moved.plan,
    moved.cycle,
    moved.parts / 1200000000::numeric AS amount_minor,
    moved.customers,
    moved.is_correction,
    moved.recorded_at
   FROM revenue_movements moved
     JOIN revenue_books book ON book.id = moved.book_id AND book.state = 'current'::text
     JOIN revenue_customers customer ON customer.id = moved.customer_id;

CREATE VIEW metrics_movements_daily AS
SELECT book.profile,
    moved.day,
    moved.kind,
    moved.currency,
    moved.plan,
    moved.cycle,
    moved.country,
    moved.source,
    moved.cohort,
    moved.parts / 1200000000::numeric AS amount_minor,
    moved.customers
   FROM revenue_days moved
     JOIN revenue_books book ON book.id = moved.book_id AND book.state = 'current'::text
  WHERE moved.parts <> 0::numeric OR moved.customers <> 0;

CREATE VIEW metrics_mrr_daily AS
WITH standing AS (
         SELECT revenue_days.book_id,
            revenue_days.day,
            revenue_days.currency,
            revenue_days.plan,
            revenue_days.cycle,
            revenue_days.country,
            revenue_days.source,
            revenue_days.cohort,
            sum(sum(revenue_days.parts)) OVER segment AS parts,
            sum(sum(revenue_days.customers)) OVER segment AS customers,
            lead(revenue_days.day) OVER segment AS next_day
           FROM revenue_days
          GROUP BY revenue_days.book_id, revenue_days.day, revenue_days.currency, revenue_days.plan, revenue_days.cycle, revenue_days.country, revenue_days.source, revenue_days.cohort
          WINDOW segment AS (PARTITION BY revenue_days.book_id, revenue_days.currency, revenue_days.plan, revenue_days.cycle, revenue_days.country, revenue_days.source, revenue_days.cohort ORDER BY revenue_days.day)
        ), last AS (
         SELECT revenue_days.book_id,
            max(revenue_days.day) AS day
           FROM revenue_days
          GROUP BY revenue_days.book_id
        )
 SELECT book.profile,
    each.day::date AS day,
    standing.currency,
    standing.plan,
    standing.cycle,
    standing.country,
    standing.source,
    standing.cohort,
    standing.parts / 1200000000::numeric AS mrr_minor,
    standing.customers
   FROM standing
     JOIN revenue_books book ON book.id = standing.book_id AND book.state = 'current'::text
     JOIN last ON last.book_id = standing.book_id
     CROSS JOIN LATERAL generate_series(standing.day::timestamp without time zone, COALESCE(standing.next_day - 1, last.day)::timestamp without time zone, '1 day'::interval) each(day)
  WHERE standing.parts <> 0::numeric OR standing.customers <> 0::numeric;
