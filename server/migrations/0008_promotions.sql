-- What is sold beside plans (extra seats, packs), and what lowers a price: promotions, prices of
-- single customers, promotion codes and who has used them.

-- Exclusive rules stand alone; stackable ones may come together, as far as one coupon can say it.
ALTER TABLE pricing_rules ADD COLUMN stacking text NOT NULL DEFAULT 'exclusive'
  CHECK (stacking IN ('exclusive', 'stackable'));

ALTER TABLE subscription_plans
  -- For an account that has never bought anything; 0 is none.
  ADD COLUMN trial_days integer NOT NULL DEFAULT 0 CHECK (trial_days BETWEEN 0 AND 730),
  -- What a seat beyond the included ones adds one of; null where none are sold.
  ADD COLUMN seat_feature text COLLATE "C" REFERENCES features;

CREATE TABLE plan_seat_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan_id         bigint NOT NULL REFERENCES subscription_plans,
  billing_cycle   text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
  currency        text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  stripe_price_id text UNIQUE,
  created_at      timestamptz NOT NULL,
  UNIQUE (plan_id, billing_cycle, currency)
);
CREATE TRIGGER plan_seat_prices_are_permanent BEFORE INSERT OR UPDATE OR DELETE ON plan_seat_prices
  FOR EACH ROW EXECUTE FUNCTION keep_published_prices();
CREATE TRIGGER plan_seat_prices_stay BEFORE TRUNCATE ON plan_seat_prices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An amount of a feature that is sold once. Another content is another version of its key.
CREATE TABLE packs (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key        text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  version    integer NOT NULL CHECK (version > 0),
  name       text NOT NULL CHECK (name <> ''),
  feature    text COLLATE "C" NOT NULL REFERENCES features,
  amount     numeric(20, 6) NOT NULL CHECK (amount > 0),
  -- How long what was bought lasts; null is without end.
  valid_days integer CHECK (valid_days > 0),
  -- When another version took its place, or nobody's.
  ended_at   timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (key, version)
);
CREATE UNIQUE INDEX packs_on_sale ON packs (key) WHERE ended_at IS NULL;

CREATE TABLE pack_prices (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pack_id         bigint NOT NULL REFERENCES packs,
  currency        text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  stripe_price_id text UNIQUE,
  created_at      timestamptz NOT NULL,
  UNIQUE (pack_id, currency)
);

CREATE FUNCTION keep_packs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
      to_jsonb(OLD) - 'ended_at' IS DISTINCT FROM to_jsonb(NEW) - 'ended_at' THEN
    RAISE EXCEPTION 'pack % is superseded by another version, never rewritten', OLD.key
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER packs_are_permanent BEFORE UPDATE OR DELETE ON packs
  FOR EACH ROW EXECUTE FUNCTION keep_packs();
CREATE TRIGGER packs_stay BEFORE TRUNCATE ON packs
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Prices come with their pack, in the transaction that makes it; then only Stripe's id is noted.
CREATE FUNCTION keep_pack_prices() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
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
$$;
CREATE TRIGGER pack_prices_are_permanent BEFORE INSERT OR UPDATE OR DELETE ON pack_prices
  FOR EACH ROW EXECUTE FUNCTION keep_pack_prices();
CREATE TRIGGER pack_prices_stay BEFORE TRUNCATE ON pack_prices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER packs_changed AFTER INSERT OR UPDATE ON packs
  FOR EACH ROW EXECUTE FUNCTION announce_catalog();

-- A code that a customer enters for a discount. Of those alike, one is in force at a time.
CREATE TABLE promotion_codes (
  id                       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- In upper case; how a customer writes it makes no difference.
  code                     text COLLATE "C" NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{2,49}$'),
  name                     text NOT NULL CHECK (name <> ''),
  -- What those have in common that were made together.
  batch                    text COLLATE "C",
  percent_off_basis_points integer CHECK (percent_off_basis_points BETWEEN 1 AND 10000),
  -- {currency: minor units}
  amounts_off              jsonb,
  duration                 text NOT NULL CHECK (duration IN ('once', 'repeating', 'forever')),
  duration_in_months       integer CHECK (duration_in_months > 0),
  -- As those of pricing rules: plans, billing_cycles, currencies, countries, first_purchase_only.
  conditions               jsonb NOT NULL,
  stacking                 text NOT NULL CHECK (stacking IN ('exclusive', 'stackable')),
  priority                 integer NOT NULL DEFAULT 0,
  most_redemptions         integer CHECK (most_redemptions > 0),
  most_per_account         integer CHECK (most_per_account > 0),
  -- Redemptions held or redeemed: counted here, so that two customers cannot both have the last.
  taken                    integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
  valid_from               timestamptz NOT NULL,
  expires_at               timestamptz,
  ended_at                 timestamptz,
  created_at               timestamptz NOT NULL,
  CHECK ((percent_off_basis_points IS NULL) <> (amounts_off IS NULL)),
  CHECK ((duration = 'repeating') = (duration_in_months IS NOT NULL)),
  CHECK (expires_at IS NULL OR expires_at > valid_from)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX promotion_codes_one_in_force ON promotion_codes (code) WHERE ended_at IS NULL;
CREATE INDEX promotion_codes_code ON promotion_codes (code, id);
CREATE INDEX promotion_codes_batch ON promotion_codes (batch, id) WHERE batch IS NOT NULL;

-- What was promised stays promised: a code is used and ends, and nothing else of it changes.
CREATE FUNCTION keep_promotion_codes() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER promotion_codes_are_permanent BEFORE UPDATE OR DELETE ON promotion_codes
  FOR EACH ROW EXECUTE FUNCTION keep_promotion_codes();

-- One use of a code: held while its customer checks out, then redeemed or freed.
CREATE TABLE promotion_redemptions (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code_id     bigint NOT NULL REFERENCES promotion_codes,
  account_id  bigint NOT NULL REFERENCES accounts,
  -- What it is used for, such as a checkout: the same has one redemption.
  reference   text NOT NULL UNIQUE CHECK (reference <> ''),
  state       text NOT NULL CHECK (state IN ('held', 'redeemed', 'freed')),
  held_at     timestamptz NOT NULL,
  redeemed_at timestamptz,
  freed_at    timestamptz,
  CHECK ((state = 'redeemed') <= (redeemed_at IS NOT NULL)),
  CHECK ((state = 'freed') <= (freed_at IS NOT NULL))
);
CREATE INDEX promotion_redemptions_of_account ON promotion_redemptions (code_id, account_id)
  WHERE state <> 'freed';
CREATE TRIGGER promotion_redemptions_stay BEFORE DELETE ON promotion_redemptions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE plan_seat_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE promotion_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE promotion_redemptions ENABLE ROW LEVEL SECURITY;
