-- Use and what it cost, added up by day; figures read these and never the events themselves.

-- Which transaction booked an event. All that lies below the oldest one under way is committed, so
-- a reader that stops there has seen everything before, whatever order events were booked in.
ALTER TABLE usage_events ADD COLUMN booked_in bigint NOT NULL DEFAULT 0;
ALTER TABLE usage_events
  ALTER COLUMN booked_in SET DEFAULT (pg_current_xact_id()::text::bigint);
-- Small, and dear to nobody who books: events lie in the order in which they were booked.
CREATE INDEX usage_events_booked_in ON usage_events
  USING brin (booked_in) WITH (pages_per_range = 32, autosummarize = on);

-- How far the events have been added up. There is one row.
CREATE TABLE usage_folds (
  is_only       boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  -- Events of transactions below it are in the sums, or come into them by account (see below).
  folded_to     bigint NOT NULL,
  -- Whose days these are.
  time_zone     text NOT NULL,
  -- While all is added up anew: accounts up to this one are in the sums; null when all are.
  accounts_done bigint,
  -- What is added to the numbers of transactions since the database came to a cluster that counts
  -- from the beginning again.
  number_offset bigint NOT NULL
);

-- Which plan an account had from when on: bought, given or set by staff; empty is none. Derived
-- from its history, for events to be counted to the plan that they were made under.
CREATE TABLE account_plans (
  account_id bigint NOT NULL REFERENCES accounts,
  from_at    timestamptz NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, from_at)
);

-- Accounts whose plans may have changed since they were derived.
CREATE TABLE account_plans_pending (
  account_id bigint PRIMARY KEY REFERENCES accounts,
  since      timestamptz NOT NULL
);

-- The month in which an account's owner signed up, as it was known at the first use.
CREATE TABLE usage_cohorts (
  account_id bigint PRIMARY KEY REFERENCES accounts,
  cohort     date NOT NULL
);

-- Events by day and account. Those that say what they cost are in `stated_cents`; of the others,
-- what it takes to value them by the prices of models.
CREATE TABLE usage_account_days (
  day                 date NOT NULL,
  account_id          bigint NOT NULL,
  user_id             bigint NOT NULL,
  plan                text COLLATE "C" NOT NULL,
  event_type          text COLLATE "C" NOT NULL,
  -- What they count to, in order and separated by commas.
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
  PRIMARY KEY (day, account_id, user_id, plan, event_type, features, provider, model, prompt)
);

-- The same without the accounts.
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
  PRIMARY KEY (day, plan, event_type, features, provider, model, prompt)
);

-- What was used of each feature.
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
  PRIMARY KEY (day, account_id, user_id, plan, event_type, provider, model, prompt, feature)
);

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
  PRIMARY KEY (day, plan, event_type, provider, model, prompt, feature)
);

-- Which accounts used a feature in a month; without a feature, anything at all. An account that
-- changed its plan is with each of its plans, and once with any (`*`).
CREATE TABLE usage_adopters (
  month      date NOT NULL,
  feature    text COLLATE "C" NOT NULL,
  account_id bigint NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  cohort     date NOT NULL,
  events     bigint NOT NULL,
  PRIMARY KEY (month, feature, account_id, plan)
);

CREATE TABLE usage_adoption (
  month    date NOT NULL,
  feature  text COLLATE "C" NOT NULL,
  plan     text COLLATE "C" NOT NULL,
  cohort   date NOT NULL,
  accounts bigint NOT NULL,
  PRIMARY KEY (month, feature, plan, cohort)
);

-- Quotas of which at least four fifths were used, as they stood when the day was last looked at.
CREATE TABLE quota_pressure (
  day        date NOT NULL,
  account_id bigint NOT NULL REFERENCES accounts,
  feature    text COLLATE "C" NOT NULL,
  plan       text COLLATE "C" NOT NULL,
  used       numeric NOT NULL,
  quota      numeric NOT NULL,
  PRIMARY KEY (day, account_id, feature)
);

-- Those whose plans are to be derived first.
INSERT INTO account_plans_pending (account_id, since)
SELECT account_id, min(recorded_at) FROM subscription_changes GROUP BY account_id
UNION
SELECT account_id, min(created_at) FROM subscription_overrides override
WHERE override_type = 'plan_change'
  AND NOT EXISTS (SELECT FROM subscription_changes WHERE account_id = override.account_id)
GROUP BY account_id;

ALTER TABLE usage_folds ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_plans_pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_cohorts ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_account_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_account_feature_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_feature_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_adopters ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_adoption ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_pressure ENABLE ROW LEVEL SECURITY;
