-- The facts from which access follows: what was bought, what staff set aside, what was granted.

CREATE TABLE user_subscriptions (
  id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  user_id                bigint NOT NULL REFERENCES users,
  plan_id                bigint NOT NULL REFERENCES subscription_plans,
  -- Stripe's words; the set is open, and an unknown one grants nothing.
  status                 text NOT NULL,
  source                 text NOT NULL CHECK (source IN ('stripe', 'manual', 'gift')),
  billing_cycle          text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
  seats                  integer NOT NULL DEFAULT 1 CHECK (seats > 0),
  started_at             timestamptz NOT NULL,
  current_period_start   timestamptz NOT NULL,
  current_period_end     timestamptz NOT NULL,
  trial_end              timestamptz,
  cancel_at              timestamptz,
  past_due_since         timestamptz,
  -- A change of plan that takes effect later, as downgrades do.
  scheduled_plan_id      bigint REFERENCES subscription_plans,
  scheduled_at           timestamptz,
  ended_at               timestamptz,
  stripe_subscription_id text UNIQUE,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL,
  CHECK ((scheduled_plan_id IS NULL) = (scheduled_at IS NULL)),
  CHECK ((status = 'past_due') = (past_due_since IS NOT NULL))
);
CREATE UNIQUE INDEX user_subscriptions_one_live ON user_subscriptions (account_id)
  WHERE ended_at IS NULL;

CREATE TABLE subscription_overrides (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id    bigint NOT NULL REFERENCES accounts,
  user_id       bigint NOT NULL REFERENCES users,
  override_type text NOT NULL CHECK (override_type IN ('plan_change', 'quota_boost', 'discount')),
  plan_id       bigint REFERENCES subscription_plans,
  feature       text COLLATE "C" REFERENCES features,
  amount        numeric(20, 6) CHECK (amount > 0),
  -- A boost of one quota period names its start; without, it adds to each until it expires.
  period_start  timestamptz,
  reason        text NOT NULL CHECK (reason <> ''),
  admin_id      bigint,
  starts_at     timestamptz NOT NULL,
  expires_at    timestamptz,
  ended_at      timestamptz,
  created_at    timestamptz NOT NULL,
  CHECK (expires_at IS NULL OR expires_at > starts_at),
  CHECK (override_type <> 'plan_change' OR plan_id IS NOT NULL),
  CHECK (override_type <> 'quota_boost' OR (feature IS NOT NULL AND amount IS NOT NULL))
);
CREATE INDEX subscription_overrides_account ON subscription_overrides (account_id);
CREATE UNIQUE INDEX subscription_overrides_one_plan ON subscription_overrides (account_id)
  WHERE override_type = 'plan_change' AND ended_at IS NULL;

CREATE TABLE grants (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts,
  -- A boost adds to every quota period while it lasts; a pack is used up once.
  kind       text NOT NULL CHECK (kind IN ('boost', 'pack')),
  feature    text COLLATE "C" NOT NULL REFERENCES features,
  amount     numeric(20, 6) NOT NULL CHECK (amount > 0),
  -- Where it came from, such as a paid invoice: the same source grants once.
  source     text NOT NULL,
  source_id  text NOT NULL,
  starts_at  timestamptz NOT NULL,
  expires_at timestamptz,
  ended_at   timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (account_id, source, source_id),
  CHECK (expires_at IS NULL OR expires_at > starts_at)
);

-- A customer's consent to pay for use beyond a limit, and how much at most in a quota period.
CREATE TABLE overage_consents (
  account_id         bigint NOT NULL REFERENCES accounts,
  feature            text COLLATE "C" NOT NULL REFERENCES features,
  spending_cap_minor bigint NOT NULL CHECK (spending_cap_minor >= 0),
  currency           text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  given_at           timestamptz NOT NULL,
  PRIMARY KEY (account_id, feature)
);

ALTER TABLE users ADD CONSTRAINT users_current_plan
  FOREIGN KEY (current_plan_id) REFERENCES subscription_plans;

ALTER TABLE user_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_overrides ENABLE ROW LEVEL SECURITY;
ALTER TABLE grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE overage_consents ENABLE ROW LEVEL SECURITY;
