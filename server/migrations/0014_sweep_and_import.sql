-- What Stripe did not tell, what was compared with it, and what comes in from an account of Stripe
-- that was there before.

-- By whom an event came to be known here.
ALTER TABLE stripe_events ADD COLUMN found_by text NOT NULL DEFAULT 'webhook'
  CHECK (found_by IN ('webhook', 'sweep'));

-- Up to when every event of Stripe's is known here, and how far a pass that goes on has come.
CREATE TABLE stripe_sweep (
  is_the_one  boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
  -- Counts runs; one that was overtaken writes nothing more.
  token       bigint NOT NULL DEFAULT 0,
  swept_to    timestamptz,
  -- Events are listed newest first: a pass that is interrupted goes on after this one, back to its
  -- beginning, and only then has everything up to `pass_to` been seen.
  pass_since  timestamptz,
  pass_to     timestamptz,
  pass_after  text COLLATE "C",
  last_run_at timestamptz,
  last_found  integer,
  CHECK (pass_after IS NULL OR pass_since IS NOT NULL)
);
INSERT INTO stripe_sweep DEFAULT VALUES;

-- Comparisons of what is on record with what Stripe says.
CREATE TABLE reconciliations (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_by        text NOT NULL CHECK (started_by IN ('job', 'cli')),
  started_at        timestamptz NOT NULL,
  ended_at          timestamptz NOT NULL,
  outcome           text NOT NULL CHECK (outcome IN ('equal', 'different', 'mended', 'stopped')),
  compared          integer NOT NULL,
  different         integer NOT NULL,
  mended            integer NOT NULL,
  disappearing      integer NOT NULL,
  most_disappearing integer NOT NULL
);

-- Prices of an account of Stripe that was there before, and what of ours they sell.
CREATE TABLE stripe_price_map (
  stripe_price_id text COLLATE "C" PRIMARY KEY,
  kind            text NOT NULL CHECK (kind IN ('plan', 'extra_seat', 'none')),
  plan_id         bigint REFERENCES subscription_plans,
  billing_cycle   text CHECK (billing_cycle IN ('monthly', 'yearly')),
  mapped_at       timestamptz NOT NULL,
  -- `none` says on purpose that a price is of no plan.
  CHECK ((kind = 'none') = (plan_id IS NULL)),
  CHECK ((kind = 'none') = (billing_cycle IS NULL))
);

-- An import first reads all customers, then decides about them together, then writes one by one.
CREATE TABLE stripe_imports (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Where a customer of Stripe's names the user.
  user_from   text NOT NULL,
  -- One that only looks is never gone on with.
  is_dry      boolean NOT NULL,
  state       text NOT NULL CHECK (state IN ('reading', 'writing', 'done', 'dropped')),
  -- The page to be read next.
  cursor      text COLLATE "C",
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz
);
CREATE UNIQUE INDEX stripe_imports_one_at_once ON stripe_imports ((true))
  WHERE state IN ('reading', 'writing');

CREATE TABLE stripe_import_customers (
  import_id          bigint NOT NULL REFERENCES stripe_imports ON DELETE CASCADE,
  stripe_customer_id text COLLATE "C" NOT NULL,
  external_id        text COLLATE "C",
  -- To make the user with; not kept once that is settled.
  email              text,
  -- The oldest of what Stripe knows of the customer.
  known_since        timestamptz,
  -- Of several customers who name one user, the one whose subscriptions count most is taken.
  live_count         integer NOT NULL,
  subscription_count integer NOT NULL,
  invoice_count      integer NOT NULL,
  price_ids          text[] NOT NULL,
  state              text NOT NULL CHECK (state IN ('waiting', 'done', 'skipped')),
  -- Why it is skipped.
  reason             text,
  PRIMARY KEY (import_id, stripe_customer_id)
);
CREATE INDEX stripe_import_customers_waiting ON stripe_import_customers (import_id, stripe_customer_id)
  WHERE state = 'waiting';

ALTER TABLE stripe_sweep ENABLE ROW LEVEL SECURITY;
ALTER TABLE reconciliations ENABLE ROW LEVEL SECURITY;
ALTER TABLE stripe_price_map ENABLE ROW LEVEL SECURITY;
ALTER TABLE stripe_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE stripe_import_customers ENABLE ROW LEVEL SECURITY;
