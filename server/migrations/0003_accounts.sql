-- Users are people of the app; an account is who pays.

CREATE TABLE accounts (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_user_id      bigint,
  stripe_customer_id text UNIQUE,
  currency           text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  -- Quota periods are months counted from here.
  quota_anchor       timestamptz NOT NULL,
  -- Counts changes of access facts; what was computed at an older version is computed anew.
  access_version     bigint NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL
);

CREATE TABLE users (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  external_id         text COLLATE "C" NOT NULL UNIQUE
                      CHECK (external_id ~ '^[A-Za-z0-9._:@|-]{1,255}$' AND external_id NOT IN ('.', '..')),
  account_id          bigint NOT NULL REFERENCES accounts,
  email               text NOT NULL,
  name                text,
  country             text,
  source              text,
  campaign            text,
  locale              text,
  metadata            jsonb NOT NULL DEFAULT '{}',
  signed_up_at        timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  -- Projections, so that the app's developers and analysts find them where they know them.
  stripe_customer_id  text,
  subscription_status text NOT NULL DEFAULT 'none',
  current_plan_id     bigint,
  usage_reset_date    timestamptz,
  admin_notes         text,
  risk_score          numeric(5, 2)
);
CREATE INDEX users_account ON users (account_id);
CREATE INDEX users_usage_reset_date ON users (usage_reset_date);
ALTER TABLE accounts ADD CONSTRAINT accounts_owner FOREIGN KEY (owner_user_id) REFERENCES users;

-- Every anchor an account has had: a late event belongs to the period that was in force then.
CREATE TABLE quota_anchors (
  account_id   bigint NOT NULL REFERENCES accounts,
  effective_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, effective_at)
);

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_anchors ENABLE ROW LEVEL SECURITY;
