-- Reconciliations with Stripe that members of staff have asked for, run by whichever worker takes
-- them up, and what they found.

CREATE TABLE asked_reconciliations (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff_id     bigint NOT NULL,
  reason       text NOT NULL,
  -- Whether what differs is made right.
  applies      boolean NOT NULL,
  asked_at     timestamptz NOT NULL,
  -- Until when whoever has taken it up is left alone with it; by the database's clock.
  held_until   timestamptz,
  -- Who has taken it up last is the one who may say how it went.
  attempts     integer NOT NULL DEFAULT 0,
  ended_at     timestamptz,
  outcome      text CHECK (outcome IN ('equal', 'different', 'mended', 'stopped', 'failed')),
  compared     integer,
  mended       integer,
  -- Customers that differ, with what is on record otherwise.
  customers    jsonb,
  fault        text,
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
-- Two at once would only be in each other's way.
CREATE UNIQUE INDEX asked_reconciliations_one_at_a_time
  ON asked_reconciliations ((true)) WHERE ended_at IS NULL;
ALTER TABLE asked_reconciliations ENABLE ROW LEVEL SECURITY;

ALTER TABLE reconciliations DROP CONSTRAINT reconciliations_started_by_check;
ALTER TABLE reconciliations ADD CONSTRAINT reconciliations_started_by_check
  CHECK (started_by IN ('job', 'cli', 'staff'));
