-- What staff do with money: more kinds of commands on subscriptions, refunds of invoices, and
-- customers of Stripe that were taken off their accounts.

ALTER TABLE subscription_commands DROP CONSTRAINT subscription_commands_kind_check;
ALTER TABLE subscription_commands ADD CONSTRAINT subscription_commands_kind_check CHECK (kind IN (
  'change', 'cancel', 'resume', 'discount', 'discount_end', 'pause', 'unpause', 'trial'
));

CREATE TABLE invoice_refunds (
  id                 text COLLATE "C" PRIMARY KEY,
  account_id         bigint NOT NULL REFERENCES accounts,
  stripe_customer_id text COLLATE "C" NOT NULL,
  stripe_invoice_id  text COLLATE "C" NOT NULL REFERENCES invoices,
  amount_minor       bigint NOT NULL CHECK (amount_minor > 0),
  currency           text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  -- begun: Stripe has not been asked for anything yet. sending: it may have been.
  state              text NOT NULL CHECK (state IN ('begun', 'sending', 'done', 'refused')),
  -- Which payments it is taken of, as Stripe is asked.
  parts              jsonb,
  reason             text NOT NULL,
  -- Why Stripe would not have it, as whoever asked was told.
  refusal            jsonb,
  created_at         timestamptz NOT NULL,
  settled_at         timestamptz,
  touched_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((state IN ('sending', 'done')) <= (parts IS NOT NULL)),
  CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX invoice_refunds_invoice ON invoice_refunds (stripe_invoice_id);
CREATE INDEX invoice_refunds_account ON invoice_refunds (account_id, created_at);
CREATE INDEX invoice_refunds_under_way ON invoice_refunds (touched_at)
  WHERE state IN ('begun', 'sending');
CREATE TRIGGER invoice_refunds_stay BEFORE DELETE ON invoice_refunds
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Customers that staff have taken off an account, whatever their metadata at Stripe still say.
CREATE TABLE unlinked_customers (
  stripe_customer_id text COLLATE "C" PRIMARY KEY,
  account_id         bigint NOT NULL REFERENCES accounts,
  unlinked_at        timestamptz NOT NULL
);
CREATE INDEX unlinked_customers_account ON unlinked_customers (account_id);

ALTER TABLE invoice_refunds ENABLE ROW LEVEL SECURITY;
ALTER TABLE unlinked_customers ENABLE ROW LEVEL SECURITY;
