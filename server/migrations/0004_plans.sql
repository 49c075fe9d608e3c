-- What is sold, as data. A published version never changes: a change is another version.

CREATE TABLE features (
  key            text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind           text NOT NULL CHECK (kind IN ('boolean', 'metered', 'level', 'value')),
  name           text NOT NULL,
  description    text NOT NULL DEFAULT '',
  -- What one of it is called: minute, file, seat.
  unit           text,
  -- For a plan version older than the feature: not granted, or as the plan's latest version says.
  when_missing   text NOT NULL CHECK (when_missing IN ('deny', 'latest_version')),
  -- What a client does when this system cannot answer.
  on_unavailable text NOT NULL CHECK (on_unavailable IN ('allow', 'deny', 'last_known')),
  -- The event type that committing a reservation of it books.
  commit_event   text COLLATE "C",
  position       integer NOT NULL,
  created_at     timestamptz NOT NULL
);

CREATE TABLE event_types (
  key         text COLLATE "C" PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name        text NOT NULL,
  -- [{"feature", "dimension": amount | count | tokens_in | tokens_out, "factor": decimal string}]
  counts      jsonb NOT NULL,
  created_at  timestamptz NOT NULL
);

CREATE TABLE subscription_plans (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug         text COLLATE "C" NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
  version      integer NOT NULL CHECK (version > 0),
  status       text NOT NULL CHECK (status IN ('draft', 'published')),
  is_current   boolean NOT NULL DEFAULT false,
  -- The plan of an account that has bought none.
  is_default   boolean NOT NULL DEFAULT false,
  name         text NOT NULL,
  description  text NOT NULL DEFAULT '',
  -- Cheapest first: the order in which plans are shown and offered.
  position     integer NOT NULL,
  -- {feature: true | {"limit", "beyond"} | {"values"}}, parsed by the plans domain.
  features     jsonb NOT NULL,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  published_at timestamptz,
  UNIQUE (slug, version),
  CHECK ((status = 'published') = (published_at IS NOT NULL)),
  CHECK (status = 'published' OR NOT is_current)
);
CREATE UNIQUE INDEX subscription_plans_current ON subscription_plans (slug) WHERE is_current;
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

CREATE FUNCTION keep_published_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'published' AND (TG_OP = 'DELETE' OR
      (OLD.slug, OLD.version, OLD.status, OLD.is_default, OLD.name, OLD.description, OLD.position,
       OLD.features, OLD.published_at)
      IS DISTINCT FROM
      (NEW.slug, NEW.version, NEW.status, NEW.is_default, NEW.name, NEW.description, NEW.position,
       NEW.features, NEW.published_at)) THEN
    RAISE EXCEPTION 'version % of plan % is published and never changes', OLD.version, OLD.slug
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER subscription_plans_are_permanent BEFORE UPDATE OR DELETE ON subscription_plans
  FOR EACH ROW EXECUTE FUNCTION keep_published_versions();

CREATE FUNCTION keep_published_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT status FROM subscription_plans WHERE id = OLD.plan_id) = 'published' AND
      (TG_OP = 'DELETE' OR
       (OLD.plan_id, OLD.billing_cycle, OLD.currency, OLD.amount_minor)
       IS DISTINCT FROM (NEW.plan_id, NEW.billing_cycle, NEW.currency, NEW.amount_minor)) THEN
    RAISE EXCEPTION 'a price of a published plan never changes'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER plan_prices_are_permanent BEFORE UPDATE OR DELETE ON plan_prices
  FOR EACH ROW EXECUTE FUNCTION keep_published_prices();

-- One row, whose version counts every change of what stands above. Each decision reads it, so
-- that no process decides by an outdated catalogue.
CREATE TABLE catalog (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint NOT NULL
);
INSERT INTO catalog (version) VALUES (1);

ALTER TABLE features ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_types ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalog ENABLE ROW LEVEL SECURITY;
