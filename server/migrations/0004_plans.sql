-- What is sold, as data. A published version never changes: a change is another version.

CREATE TABLE features (
  key            text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind           text NOT NULL CHECK (kind IN ('boolean', 'metered', 'level', 'value')),
  name           text NOT NULL CHECK (name <> ''),
  description    text NOT NULL DEFAULT '',
  -- What one of it is called: minute, file, seat.
  unit           text,
  -- For a plan version older than the feature: not granted, or as the plan's latest version says.
  when_missing   text NOT NULL CHECK (when_missing IN ('deny', 'latest_version')),
  -- What a client does when this system cannot answer.
  on_unavailable text NOT NULL CHECK (on_unavailable IN ('allow', 'deny', 'last_known')),
  -- The event type that committing a reservation of it books; without, the one of its own key.
  commit_event   text COLLATE "C",
  position       integer NOT NULL,
  created_at     timestamptz NOT NULL
);
-- Versions and grants refer to a feature, and count what its kind says.
CREATE TRIGGER features_stay BEFORE DELETE ON features
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER features_keep_their_kind BEFORE UPDATE ON features
  FOR EACH ROW WHEN ((OLD.key, OLD.kind) IS DISTINCT FROM (NEW.key, NEW.kind))
  EXECUTE FUNCTION refuse_change();

CREATE TABLE event_types (
  key         text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name        text NOT NULL CHECK (name <> ''),
  -- [{"feature", "dimension": amount | count | tokens_in | tokens_out, "factor": decimal string}]
  counts      jsonb NOT NULL,
  created_at  timestamptz NOT NULL
);

CREATE TABLE subscription_plans (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug         text COLLATE "C" NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
  -- Given at publication, so that versions are numbered in the order in which they were sold.
  version      integer CHECK (version > 0),
  status       text NOT NULL CHECK (status IN ('draft', 'published')),
  is_current   boolean NOT NULL DEFAULT false,
  -- The plan of an account that has bought none.
  is_default   boolean NOT NULL DEFAULT false,
  name         text NOT NULL CHECK (name <> ''),
  description  text NOT NULL DEFAULT '',
  -- Cheapest first: the order in which plans are shown and offered.
  position     integer NOT NULL,
  -- {feature: false | true | {"limit", "beyond"} | {"value"} | {"values"}}, parsed by the plans
  -- domain. A published version mentions every feature that existed when it was published.
  features     jsonb NOT NULL,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  published_at timestamptz,
  UNIQUE (slug, version),
  CHECK ((status = 'published') = (published_at IS NOT NULL)),
  CHECK ((status = 'published') = (version IS NOT NULL)),
  CHECK (status = 'published' OR NOT is_current)
);
CREATE UNIQUE INDEX subscription_plans_current ON subscription_plans (slug) WHERE is_current;
CREATE UNIQUE INDEX subscription_plans_draft ON subscription_plans (slug) WHERE status = 'draft';
CREATE UNIQUE INDEX subscription_plans_default ON subscription_plans (is_default)
  WHERE is_default AND is_current;

CREATE TABLE plan_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan_id         bigint NOT NULL REFERENCES subscription_plans,
  billing_cycle   text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
  currency        text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount_minor    bigint NOT NULL CHECK (amount_minor >= 0),
  stripe_price_id text UNIQUE,
  created_at      timestamptz NOT NULL,
  UNIQUE (plan_id, billing_cycle, currency)
);

-- What customers bought stays as they bought it. Whether a version is on sale, and where it
-- stands among the others, is the shop window's business and may change.
CREATE FUNCTION keep_published_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'published' AND (TG_OP = 'DELETE' OR
      to_jsonb(OLD) - '{is_current,position}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{is_current,position}'::text[]) THEN
    RAISE EXCEPTION 'version % of plan % is published and never changes', OLD.version, OLD.slug
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER subscription_plans_are_permanent BEFORE UPDATE OR DELETE ON subscription_plans
  FOR EACH ROW EXECUTE FUNCTION keep_published_versions();
CREATE TRIGGER subscription_plans_stay BEFORE TRUNCATE ON subscription_plans
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Prices come with the draft; of a published version only Stripe's id for one may be noted.
CREATE FUNCTION keep_published_prices() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
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
$$;
CREATE TRIGGER plan_prices_are_permanent BEFORE INSERT OR UPDATE OR DELETE ON plan_prices
  FOR EACH ROW EXECUTE FUNCTION keep_published_prices();
CREATE TRIGGER plan_prices_stay BEFORE TRUNCATE ON plan_prices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row, whose version counts every change of what stands above. Each decision reads it, so
-- that no process decides by an outdated catalogue. Commands lock it, so that they follow one
-- another.
CREATE TABLE catalog (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint NOT NULL
);
INSERT INTO catalog (version) VALUES (1);

-- A draft is nobody's business yet; everything else is told to all processes at the commit.
CREATE FUNCTION announce_catalog() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
BEGIN
  UPDATE catalog SET version = version + 1;
  PERFORM pg_notify('configuration', 'catalog');
  RETURN NULL;
END
$$;
CREATE TRIGGER features_changed AFTER INSERT OR UPDATE ON features
  FOR EACH ROW EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER event_types_changed AFTER INSERT OR UPDATE OR DELETE ON event_types
  FOR EACH ROW EXECUTE FUNCTION announce_catalog();
CREATE TRIGGER subscription_plans_changed AFTER INSERT OR UPDATE ON subscription_plans
  FOR EACH ROW WHEN (NEW.status = 'published') EXECUTE FUNCTION announce_catalog();

ALTER TABLE features ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_types ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog ENABLE ROW LEVEL SECURITY;
