-- How each subscription has stood from when to when; what monthly recurring revenue is folded from.
-- Derived from Stripe's records or told by a command, so that it can be derived again. A row that
-- turns out wrong is superseded by another of the same instant, or by one that retracts it.

CREATE TABLE subscription_changes (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id       bigint NOT NULL REFERENCES accounts,
  -- The subscription's id at Stripe; of one that has none, the id of its row in user_subscriptions.
  subscription_key text COLLATE "C" NOT NULL CHECK (subscription_key <> ''),
  source           text NOT NULL CHECK (source IN ('stripe', 'manual', 'gift', 'import')),
  -- From when on it stands so, up to the next row in force. A contract's end may lie ahead.
  effective_at     timestamptz NOT NULL,
  recorded_at      timestamptz NOT NULL,
  cause            text NOT NULL CHECK (cause IN ('started', 'activated', 'trial_started',
    'trial_ended', 'items_changed', 'discounts_changed', 'payment_failed', 'recovered', 'unpaid',
    'paused', 'resumed', 'ended', 'expired', 'status_changed', 'retracted')),
  -- Stripe's words; the set is open, and an unknown one counts nothing.
  status           text,
  currency         text CHECK (currency ~ '^[a-z]{3}$'),
  -- [{priceId, planId, unitAmountDecimal, currency, interval, intervalCount, quantity, isMetered}]
  -- Amounts are not kept: what a month brings depends on the profile and on discounts that end by
  -- themselves, and follows exactly from these.
  items            jsonb,
  -- [{id, duration, startMs, endMs, priceIds, and percentOffBasisPoints or amountOffMinor, currency}]
  discounts        jsonb,
  -- The plan versions of the items.
  plan_ids         bigint[] NOT NULL,
  supersedes       bigint UNIQUE REFERENCES subscription_changes,
  CHECK ((cause = 'retracted') = (status IS NULL)),
  CHECK (num_nulls(status, currency, items, discounts) IN (0, 4)),
  CHECK (cause <> 'retracted' OR supersedes IS NOT NULL),
  CHECK (supersedes < id),
  -- One row in force for an instant: whoever derives the same at the same time is refused.
  UNIQUE NULLS NOT DISTINCT (account_id, subscription_key, effective_at, supersedes)
);
CREATE INDEX subscription_changes_recorded ON subscription_changes (recorded_at);

CREATE TRIGGER subscription_changes_are_permanent BEFORE UPDATE OR DELETE ON subscription_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER subscription_changes_stay BEFORE TRUNCATE ON subscription_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE subscription_changes ENABLE ROW LEVEL SECURITY;
