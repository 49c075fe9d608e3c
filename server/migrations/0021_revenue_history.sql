-- Histories of subscriptions that were kept elsewhere; only the revenue ledger reads them.

CREATE TABLE revenue_imports (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  origin      text COLLATE "C" NOT NULL CHECK (origin <> '' AND origin <> 'accounts'),
  -- SHA-256 of the file and of how it was read: the same again goes on where it was left.
  digest      text NOT NULL,
  lines_done  bigint NOT NULL DEFAULT 0,
  taken       bigint NOT NULL DEFAULT 0,
  known       bigint NOT NULL DEFAULT 0,
  refused     bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  created_at  timestamptz NOT NULL,
  UNIQUE (origin, digest)
);

CREATE TABLE revenue_history (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id      bigint NOT NULL REFERENCES revenue_customers,
  subscription_key text COLLATE "C" NOT NULL CHECK (subscription_key <> ''),
  plan             text NOT NULL,
  starts_on        date NOT NULL,
  -- The first day on which it is no longer paid for.
  ends_on          date,
  -- Minor units an interval; a decimal where amounts a month were given for longer ones.
  amount           numeric(20, 6) NOT NULL CHECK (amount >= 0),
  currency         text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  interval         text NOT NULL CHECK (interval IN ('day', 'week', 'month', 'year')),
  interval_count   integer NOT NULL CHECK (interval_count > 0),
  is_trial         boolean NOT NULL,
  import_id        bigint NOT NULL REFERENCES revenue_imports,
  line             bigint NOT NULL,
  -- A line that comes again, be it with an end that was not known before, is the same fact.
  UNIQUE (customer_id, subscription_key, starts_on),
  CHECK (ends_on >= starts_on)
);
CREATE INDEX revenue_history_subscription ON revenue_history (subscription_key);

ALTER TABLE revenue_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_history ENABLE ROW LEVEL SECURITY;
