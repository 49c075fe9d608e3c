-- What Stripe has told, who has to be looked at because of it, and invoices as they then stood.

-- One row for each customer of Stripe that anything was told of. Whoever holds the lease reads the
-- customer and writes what follows; the token tells a holder that was overtaken. Instants of leases
-- are technical, by the database's clock.
CREATE TABLE billing_customers (
  stripe_customer_id text COLLATE "C" PRIMARY KEY,
  account_id         bigint REFERENCES accounts,
  lease_token        bigint NOT NULL DEFAULT 0,
  leased_until       timestamptz,
  -- When to look next; nothing waits where it is null.
  due_at             timestamptz,
  attempts           integer NOT NULL DEFAULT 0,
  last_error         text,
  -- The business instant of what was read last.
  retrieved_at       timestamptz
);
CREATE INDEX billing_customers_due ON billing_customers (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX billing_customers_account ON billing_customers (account_id);

CREATE TABLE stripe_events (
  id                 text COLLATE "C" PRIMARY KEY,
  type               text NOT NULL,
  api_version        text,
  created_at         timestamptz NOT NULL,
  received_at        timestamptz NOT NULL,
  stripe_customer_id text COLLATE "C",
  object_kind        text,
  object_id          text,
  -- JSON as it came.
  payload            text NOT NULL,
  state              text NOT NULL CHECK (state IN ('stored', 'done', 'failed', 'ignored')),
  -- Why it failed or was ignored, or what is odd about it.
  reason             text,
  handled_at         timestamptz
);
CREATE INDEX stripe_events_waiting ON stripe_events (stripe_customer_id) WHERE state = 'stored';
CREATE INDEX stripe_events_received ON stripe_events (received_at, id);
CREATE INDEX stripe_events_failed ON stripe_events (received_at) WHERE state = 'failed';

CREATE TABLE invoices (
  stripe_invoice_id      text COLLATE "C" PRIMARY KEY,
  account_id             bigint NOT NULL REFERENCES accounts,
  stripe_subscription_id text COLLATE "C",
  number                 text,
  status                 text NOT NULL,
  billing_reason         text,
  currency               text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  subtotal_minor         bigint NOT NULL,
  total_minor            bigint NOT NULL,
  amount_due_minor       bigint NOT NULL,
  amount_paid_minor      bigint NOT NULL,
  amount_remaining_minor bigint NOT NULL,
  attempt_count          integer NOT NULL,
  next_attempt_at        timestamptz,
  created_at             timestamptz NOT NULL,
  finalized_at           timestamptz,
  paid_at                timestamptz,
  voided_at              timestamptz,
  due_at                 timestamptz,
  hosted_url             text,
  pdf_url                text,
  lines                  jsonb NOT NULL,
  metadata               jsonb NOT NULL,
  updated_at             timestamptz NOT NULL
);
CREATE INDEX invoices_account ON invoices (account_id, created_at, stripe_invoice_id);

ALTER TABLE billing_customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE stripe_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
