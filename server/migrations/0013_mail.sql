-- Mails to send, the steps that follow from a failed payment, and the mailbox of development.

CREATE TABLE mail_messages (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Made of what it tells, so that it is told once.
  key        text COLLATE "C" NOT NULL UNIQUE,
  account_id bigint NOT NULL REFERENCES accounts,
  audience   text NOT NULL CHECK (audience IN ('customer', 'staff')),
  kind       text NOT NULL,
  -- What it is about; what it says is written from the present state when it is sent.
  data       jsonb NOT NULL,
  state      text NOT NULL DEFAULT 'waiting'
             CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
  -- A business instant: not to be sent earlier.
  due_at     timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- Counts the attempts, and tells one that was overtaken.
  attempts   integer NOT NULL DEFAULT 0,
  -- A technical instant, by the database's clock: until then somebody is at it, or it rests.
  held_until timestamptz,
  -- Why it was not sent, or was dropped.
  last_error text,
  -- As it was sent.
  to_address text,
  subject    text,
  message_id text COLLATE "C",
  sent_at    timestamptz
);
CREATE INDEX mail_messages_due ON mail_messages (due_at, id) WHERE state = 'waiting';
CREATE INDEX mail_messages_account ON mail_messages (account_id, id);

-- One row for each thing that happens, or is to happen, because a payment failed.
CREATE TABLE dunning_steps (
  id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key                    text COLLATE "C" NOT NULL UNIQUE,
  account_id             bigint NOT NULL REFERENCES accounts,
  stripe_subscription_id text COLLATE "C" NOT NULL,
  stripe_invoice_id      text COLLATE "C",
  step                   text NOT NULL CHECK (step IN (
    'payment_failed', 'action_required', 'grace_ending', 'restricted', 'recovered', 'ended')),
  -- Which attempt failed.
  attempt                integer,
  -- Since when the payment is owed that the step is about.
  owed_since             timestamptz,
  state                  text NOT NULL CHECK (state IN ('waiting', 'done', 'dropped')),
  due_at                 timestamptz NOT NULL,
  -- When it was done or dropped.
  settled_at             timestamptz,
  -- Why it was dropped.
  reason                 text
);
CREATE INDEX dunning_steps_due ON dunning_steps (due_at, id) WHERE state = 'waiting';
CREATE INDEX dunning_steps_waiting
  ON dunning_steps (stripe_subscription_id) WHERE state = 'waiting';
CREATE INDEX dunning_steps_account ON dunning_steps (account_id, due_at, id);

-- That a bank asks for a confirmation is in no invoice; it is known by the event alone.
CREATE INDEX stripe_events_action_required
  ON stripe_events (object_id) WHERE type = 'invoice.payment_action_required';

-- What development shows instead of sending it.
CREATE TABLE mailbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id   text COLLATE "C" NOT NULL UNIQUE,
  from_address text NOT NULL,
  to_address   text NOT NULL,
  subject      text NOT NULL,
  text_body    text NOT NULL,
  html_body    text NOT NULL,
  sent_at      timestamptz NOT NULL
);

ALTER TABLE mail_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE dunning_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailbox ENABLE ROW LEVEL SECURITY;
