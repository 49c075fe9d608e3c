-- What staff look users up in, and what they write down about them.

-- Half a word and a misspelt one are found by trigrams. The extension belongs to the whole
-- database, so that it is used from whichever schema it is in already; otherwise it goes beside
-- ours, where dropping our schema leaves it to others, or else into ours.
DO $$
DECLARE
  refused text;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    RETURN;
  END IF;
  BEGIN
    IF coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false) THEN
      CREATE EXTENSION pg_trgm WITH SCHEMA public;
    ELSE
      EXECUTE format('CREATE EXTENSION pg_trgm WITH SCHEMA %I', current_schema());
    END IF;
  EXCEPTION WHEN OTHERS THEN
    refused := SQLERRM;
  END;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION 'the search for users needs the extension pg_trgm, which % may not create (%). '
      'Let an administrator run "CREATE EXTENSION pg_trgm" in database % once, and migrate again',
      current_user, refused, current_database()
      USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$$;

-- Counts what was changed of a user, for those who edit what they have read before.
ALTER TABLE users ADD COLUMN revision bigint NOT NULL DEFAULT 1;

-- One row for each user, computed from what other tables say, by which lists are filtered and
-- sorted. It can be made anew from nothing at any time.
CREATE TABLE directory_entries (
  user_id                bigint PRIMARY KEY,
  account_id             bigint NOT NULL,
  external_id            text COLLATE "C" NOT NULL,
  email                  text COLLATE "C" NOT NULL,
  name                   text COLLATE "C",
  came_from              text COLLATE "C",
  country                text COLLATE "C",
  stripe_customer_id     text COLLATE "C",
  stripe_subscription_id text COLLATE "C",
  -- Everything that a user is found by, in small letters.
  search_text            text COLLATE "C" NOT NULL,
  -- Small letters of the name, or of the e-mail where there is none; what lists are sorted by.
  sort_name              text COLLATE "C" NOT NULL,
  sort_email             text COLLATE "C" NOT NULL,
  -- The plan in force, which may be another than the one that is paid for.
  plan                   text COLLATE "C" NOT NULL,
  plan_source            text COLLATE "C" NOT NULL
                         CHECK (plan_source IN ('default', 'subscription', 'override')),
  restriction            text COLLATE "C",
  -- The subscription's word, or none.
  status                 text COLLATE "C" NOT NULL,
  source                 text COLLATE "C" NOT NULL
                         CHECK (source IN ('none', 'stripe', 'manual', 'gift')),
  billing_cycle          text COLLATE "C",
  renews_at              timestamptz,
  -- Rounded for display, in the currency beside it.
  mrr_minor              bigint NOT NULL,
  currency               text COLLATE "C" NOT NULL,
  -- The limited quota of which the greatest share is used; ten thousand is all of it.
  usage_feature          text COLLATE "C",
  usage_used             numeric(30, 6),
  usage_limit            numeric(20, 6),
  usage_share            integer NOT NULL,
  signed_up_at           timestamptz NOT NULL,
  -- What it was computed from, by which it is known to be out of date.
  access_version         bigint NOT NULL,
  catalog_version        bigint NOT NULL,
  user_revision          bigint NOT NULL,
  history_id             bigint NOT NULL,
  usage_revision         bigint NOT NULL,
  -- From then on time alone makes it another; null is never.
  valid_until            timestamptz,
  refreshed_at           timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX directory_entries_account ON directory_entries (account_id);
CREATE INDEX directory_entries_external_id ON directory_entries (external_id text_pattern_ops);
CREATE INDEX directory_entries_customer ON directory_entries (stripe_customer_id);
CREATE INDEX directory_entries_subscription ON directory_entries (stripe_subscription_id);
CREATE INDEX directory_entries_email ON directory_entries (sort_email, user_id);
CREATE INDEX directory_entries_name ON directory_entries (sort_name, user_id);
CREATE INDEX directory_entries_signed_up ON directory_entries (signed_up_at, user_id);
CREATE INDEX directory_entries_mrr ON directory_entries (mrr_minor, user_id);
CREATE INDEX directory_entries_usage ON directory_entries (usage_share, user_id);
CREATE INDEX directory_entries_plan ON directory_entries (plan, status, signed_up_at, user_id);
CREATE INDEX directory_entries_paying ON directory_entries (plan, mrr_minor) WHERE mrr_minor > 0;
CREATE INDEX directory_entries_status ON directory_entries (status, signed_up_at, user_id);
CREATE INDEX directory_entries_renews ON directory_entries (renews_at) WHERE renews_at IS NOT NULL;
CREATE INDEX directory_entries_due ON directory_entries (valid_until) WHERE valid_until IS NOT NULL;
-- Plan, status and price go together: without this the planner takes them for independent.
CREATE STATISTICS directory_entries_together (mcv)
  ON plan, status, source, billing_cycle, mrr_minor FROM directory_entries;
ALTER TABLE directory_entries ALTER COLUMN search_text SET STATISTICS 500;

-- The operators of the extension are on no search path of ours, wherever it is.
DO $$
DECLARE
  home text := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.extname = 'pg_trgm');
BEGIN
  EXECUTE format('CREATE INDEX directory_entries_search ON directory_entries
    USING gin (search_text %I.gin_trgm_ops)', home);
  -- How much of the second text is found, about as it is, within the first: 0 to 1.
  EXECUTE format('CREATE FUNCTION directory_likeness(within text, sought text) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN %I.word_similarity(sought, within)', home);
  -- Whether that is at least pg_trgm.word_similarity_threshold, by the index.
  EXECUTE format('CREATE FUNCTION directory_resembles(within text, sought text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN within COLLATE "C" OPERATOR(%I.%%>) sought COLLATE "C"', home);
END
$$;

-- What staff write down about an account. Its text goes when it is taken back.
CREATE TABLE directory_notes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts,
  user_id    bigint NOT NULL REFERENCES users,
  staff_id   bigint NOT NULL,
  text       text CHECK (text <> ''),
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  removed_by bigint,
  CHECK ((text IS NULL) = (removed_at IS NOT NULL))
);
CREATE INDEX directory_notes_account ON directory_notes (account_id, created_at, id);

-- Filters and sorts of a list under a name.
CREATE TABLE directory_views (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list       text NOT NULL CHECK (list ~ '^[a-z][a-z0-9_-]{0,62}$'),
  name       text NOT NULL CHECK (name <> ''),
  staff_id   bigint NOT NULL,
  is_shared  boolean NOT NULL,
  query      jsonb NOT NULL,
  revision   bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX directory_views_name ON directory_views (staff_id, list, lower(name));
CREATE INDEX directory_views_list ON directory_views (list, id);

-- How far whoever looks for entries that are out of date has come.
CREATE TABLE directory_patrol (
  is_the_one   boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
  after_id     bigint NOT NULL DEFAULT 0,
  -- Technical instants, by the database's clock.
  began_at     timestamptz,
  leased_until timestamptz
);
INSERT INTO directory_patrol DEFAULT VALUES;

-- The story of a customer includes what Stripe has told of them.
CREATE INDEX stripe_events_customer ON stripe_events (stripe_customer_id, received_at, id)
  WHERE stripe_customer_id IS NOT NULL;

ALTER TABLE directory_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_patrol ENABLE ROW LEVEL SECURITY;
