-- What customers have asked for, written down before Stripe is asked, so that a crash in between is
-- finished with the same idempotency key; and what was given once for something that was paid.

-- Keys of our own making for digests and signatures.
CREATE TABLE billing_secrets (
  name       text PRIMARY KEY,
  secret     bytea NOT NULL CHECK (length(secret) = 32),
  created_at timestamptz NOT NULL
);

CREATE TABLE checkouts (
  id                     text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  -- opening: written down, and Stripe may or may not have been asked.
  state                  text NOT NULL
                         CHECK (state IN ('opening', 'open', 'complete', 'expired', 'failed')),
  -- Of what was asked for: the same is answered with the same session.
  fingerprint            bytea NOT NULL CHECK (length(fingerprint) = 32),
  -- What Stripe is asked for, to be asked again in the same words.
  session                jsonb NOT NULL,
  plan_id                bigint REFERENCES subscription_plans,
  pack_id                bigint REFERENCES packs,
  -- What a pack gives when it is paid.
  feature                text COLLATE "C" REFERENCES features,
  amount                 numeric(20, 6) CHECK (amount > 0),
  valid_days             integer CHECK (valid_days > 0),
  currency               text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  stripe_customer_id     text COLLATE "C" NOT NULL,
  stripe_session_id      text UNIQUE,
  url                    text,
  error                  text,
  created_at             timestamptz NOT NULL,
  expires_at             timestamptz NOT NULL,
  settled_at             timestamptz,
  -- By the database's clock: when somebody was last at it.
  touched_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((plan_id IS NULL) <> (pack_id IS NULL)),
  CHECK ((pack_id IS NULL) = (amount IS NULL)),
  CHECK ((state = 'open') <= (stripe_session_id IS NOT NULL))
);
CREATE UNIQUE INDEX checkouts_one_open ON checkouts (account_id)
  WHERE state IN ('opening', 'open');
CREATE INDEX checkouts_opening ON checkouts (touched_at) WHERE state = 'opening';
CREATE INDEX checkouts_account ON checkouts (account_id, created_at);

CREATE TABLE subscription_commands (
  id                     text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  kind                   text NOT NULL CHECK (kind IN ('change', 'cancel', 'resume')),
  stripe_customer_id     text COLLATE "C" NOT NULL,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  -- Of the preview that it carries out: the same is carried out once.
  token_digest           bytea UNIQUE CHECK (length(token_digest) = 32),
  -- begun: Stripe has not been asked for anything yet. sending: it may have been.
  state                  text NOT NULL
                         CHECK (state IN ('begun', 'sending', 'done', 'pending', 'refused')),
  -- What was asked for, and what Stripe is asked for because of it, one after the other.
  request                jsonb NOT NULL,
  steps                  jsonb,
  -- What the customer said to it.
  reason                 text,
  outcome                jsonb,
  created_at             timestamptz NOT NULL,
  settled_at             timestamptz,
  touched_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((state = 'sending') <= (steps IS NOT NULL))
);
CREATE UNIQUE INDEX subscription_commands_one_at_once ON subscription_commands (account_id)
  WHERE state IN ('begun', 'sending');
CREATE INDEX subscription_commands_account ON subscription_commands (account_id, created_at);

-- Subscriptions that began with a trial, and by which card: a card tries once.
CREATE TABLE trial_uses (
  stripe_subscription_id text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  -- Keyed, of the card's fingerprint; none while it is not known.
  card_digest            bytea CHECK (length(card_digest) = 32),
  refused_at             timestamptz,
  began_at               timestamptz NOT NULL
);
CREATE INDEX trial_uses_card ON trial_uses (card_digest) WHERE card_digest IS NOT NULL;

-- Extra seats that are paid for, as they were granted; one grant at a time for a subscription.
CREATE TABLE seat_grants (
  id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  feature                text COLLATE "C" NOT NULL,
  seats                  integer NOT NULL CHECK (seats > 0),
  grant_id               bigint NOT NULL,
  created_at             timestamptz NOT NULL,
  ended_at               timestamptz
);
CREATE UNIQUE INDEX seat_grants_one_in_force ON seat_grants (account_id) WHERE ended_at IS NULL;
CREATE INDEX seat_grants_subscription ON seat_grants (stripe_subscription_id);

-- Subscriptions beside the one that counts, which are canceled and paid back.
CREATE TABLE duplicate_subscriptions (
  stripe_subscription_id text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  stripe_customer_id     text COLLATE "C" NOT NULL,
  found_at               timestamptz NOT NULL,
  settled_at             timestamptz
);

-- What use beyond the limit costs an account, from when on; a price of null is that none is sold.
CREATE TABLE overage_terms (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id        bigint NOT NULL REFERENCES accounts,
  feature           text COLLATE "C" NOT NULL REFERENCES features,
  since             timestamptz NOT NULL,
  unit_price_minor  text,
  currency          text CHECK (currency ~ '^[a-z]{3}$'),
  spending_cap_minor bigint NOT NULL CHECK (spending_cap_minor >= 0),
  CHECK ((unit_price_minor IS NULL) = (currency IS NULL))
);
CREATE INDEX overage_terms_account ON overage_terms (account_id, feature, id);

-- What was charged for a quota period that is over; what is booked late comes with another row.
CREATE TABLE overage_charges (
  id                     text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  feature                text COLLATE "C" NOT NULL REFERENCES features,
  period_start           timestamptz NOT NULL,
  period_end             timestamptz NOT NULL,
  ordinal                integer NOT NULL CHECK (ordinal > 0),
  -- Beyond the limit in all, as it was when this was computed.
  units                  numeric(30, 6) NOT NULL CHECK (units > 0),
  unit_price_minor       text NOT NULL,
  amount_minor           bigint NOT NULL CHECK (amount_minor > 0),
  currency               text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  stripe_customer_id     text COLLATE "C" NOT NULL,
  -- On whose next invoice it goes; on the customer's where there is none.
  stripe_subscription_id text COLLATE "C",
  state                  text NOT NULL CHECK (state IN ('begun', 'charged')),
  stripe_invoice_item_id text UNIQUE,
  created_at             timestamptz NOT NULL,
  charged_at             timestamptz,
  UNIQUE (account_id, feature, period_start, ordinal)
);
CREATE INDEX overage_charges_begun ON overage_charges (created_at) WHERE state = 'begun';
CREATE TRIGGER overage_charges_stay BEFORE DELETE ON overage_charges
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE billing_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_commands ENABLE ROW LEVEL SECURITY;
ALTER TABLE trial_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE seat_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE duplicate_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE overage_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE overage_charges ENABLE ROW LEVEL SECURITY;
