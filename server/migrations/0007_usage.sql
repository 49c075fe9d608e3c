-- Usage: what was booked, what it leaves, and what is held. Keys lead with account_id, so that
-- the tables can be distributed; no foreign keys here, because each would be checked on the hot path
-- against rows that the same statement has just read.

CREATE SEQUENCE usage_events_id CACHE 64;

CREATE TABLE usage_events (
  id                bigint NOT NULL DEFAULT nextval('usage_events_id'),
  account_id        bigint NOT NULL,
  user_id           bigint NOT NULL,
  event_type        text NOT NULL,
  occurred_at       timestamptz NOT NULL,
  recorded_at       timestamptz NOT NULL,
  resource_consumed numeric(20, 6) NOT NULL,
  cost_cents        numeric(20, 6),
  model             text,
  provider          text,
  tokens_in         bigint,
  tokens_out        bigint,
  -- What it counted to: {feature: amount}, as the event's mapping said when it was booked.
  counted           jsonb NOT NULL,
  over_limit        boolean NOT NULL,
  late              boolean NOT NULL,
  reservation_id    text,
  metadata          jsonb,
  PRIMARY KEY (account_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);

-- One row for an account, a feature and a quota period; for a level, one that has no end.
CREATE TABLE balances (
  account_id      bigint NOT NULL,
  feature         text COLLATE "C" NOT NULL,
  period_start    timestamptz NOT NULL,
  period_end      timestamptz,
  -- Wider than any event: a hundred of the largest token counts would not fit into its width.
  used            numeric(30, 6) NOT NULL CHECK (used >= 0),
  reserved        numeric(30, 6) NOT NULL CHECK (reserved >= 0),
  -- Included, boosts, and what ended boosts had covered; null is unlimited.
  base_limit      numeric(20, 6),
  -- Minutes of packs: what is left of them and what this period has burned.
  pack_amount     numeric(20, 6) NOT NULL,
  pack_burned     numeric(20, 6) NOT NULL,
  -- What ended boosts had covered when they ended.
  boost_covered   numeric(20, 6) NOT NULL,
  -- How far beyond the limit use is let, by grace or by paid overage; null is without end.
  beyond          numeric(20, 6),
  access_version  bigint NOT NULL,
  catalog_version bigint NOT NULL,
  computed_at     timestamptz NOT NULL,
  -- From here on it must be computed anew before it is used; null is never.
  valid_until     timestamptz,
  -- Counts changes: a write says which revision it has read.
  revision        bigint NOT NULL,
  PRIMARY KEY (account_id, feature, period_start)
) WITH (fillfactor = 70);

-- Makes a batch fail that would write what no longer follows from what it has read.
CREATE FUNCTION refuse_outrun_batch() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a balance has changed since it was read' USING ERRCODE = 'WF001';
END
$$;

-- The plan in force for an account, computed from its facts at a version of them.
CREATE TABLE account_access (
  account_id      bigint PRIMARY KEY,
  plan_id         bigint NOT NULL,
  -- The plan it pays for, where payment or status restricts it to another.
  restricted_from bigint,
  restriction     text CHECK (restriction IN ('past_due', 'inactive')),
  access_version  bigint NOT NULL,
  catalog_version bigint NOT NULL,
  computed_at     timestamptz NOT NULL,
  valid_until     timestamptz
) WITH (fillfactor = 80);

-- Idempotency keys of bookings, for 35 days from receipt.
CREATE TABLE usage_keys (
  account_id     bigint NOT NULL,
  key            text COLLATE "C" NOT NULL,
  -- Who booked what and how much of it; another fingerprint under the same key is refused.
  fingerprint    text NOT NULL,
  received_at    timestamptz NOT NULL,
  over_limit     boolean NOT NULL,
  reservation_id text,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX usage_keys_received ON usage_keys USING brin (received_at);

CREATE TABLE reservations (
  account_id   bigint NOT NULL,
  id           text COLLATE "C" NOT NULL,
  user_id      bigint NOT NULL,
  feature      text COLLATE "C" NOT NULL,
  period_start timestamptz NOT NULL,
  amount       numeric(20, 6) NOT NULL CHECK (amount > 0),
  status       text NOT NULL CHECK (status IN ('held', 'committed', 'released', 'expired')),
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  settled_at   timestamptz,
  committed    numeric(20, 6),
  over_limit   boolean,
  PRIMARY KEY (account_id, id)
) WITH (fillfactor = 80);
CREATE INDEX reservations_held ON reservations (account_id, feature, expires_at)
  WHERE status = 'held';

-- What packs gave to quota periods: what is left of a pack is its amount less these.
CREATE TABLE pack_burns (
  account_id   bigint NOT NULL,
  grant_id     bigint NOT NULL,
  period_start timestamptz NOT NULL,
  amount       numeric(20, 6) NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (account_id, grant_id, period_start)
);

ALTER TABLE usage_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE balances ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_burns ENABLE ROW LEVEL SECURITY;
