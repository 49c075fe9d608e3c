-- Why customers left, as whoever asked them tells it.
CREATE TABLE leaving_reasons (
  origin      text COLLATE "C" NOT NULL CHECK (origin <> ''),
  reason_key  text COLLATE "C" NOT NULL CHECK (reason_key <> ''),
  -- The app's id of the user, or the id by which an imported history knows the customer.
  user_key    text COLLATE "C" NOT NULL CHECK (user_key <> ''),
  account_id  bigint REFERENCES accounts,
  -- As told; empty where nothing was said, and then what they had on that day counts.
  plan        text NOT NULL,
  reason      text NOT NULL CHECK (reason <> ''),
  comment     text NOT NULL,
  left_at     timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (origin, reason_key)
);
CREATE INDEX leaving_reasons_left ON leaving_reasons (left_at);

ALTER TABLE leaving_reasons ENABLE ROW LEVEL SECURITY;
