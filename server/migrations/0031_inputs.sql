-- What the business knows elsewhere and tells: spend on marketing, prices of AI models, support
-- tickets, answers to surveys. Exchange rates have their table already.

-- How far the import of a file has come: the same file again goes on where it was left.
CREATE TABLE input_imports (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text COLLATE "C" NOT NULL CHECK (kind <> ''),
  -- SHA-256 of the file and of how it was read.
  digest      text NOT NULL,
  lines_done  bigint NOT NULL DEFAULT 0,
  taken       bigint NOT NULL DEFAULT 0,
  known       bigint NOT NULL DEFAULT 0,
  refused     bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  created_at  timestamptz NOT NULL,
  UNIQUE (kind, digest)
);

-- What was spent on a channel from one day up to another, spread evenly over its days. What is told
-- anew supersedes what was told before, and both are kept.
CREATE TABLE marketing_spend (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel       text COLLATE "C" NOT NULL CHECK (channel <> ''),
  campaign      text COLLATE "C" NOT NULL,
  starts_on     date NOT NULL,
  -- The first day that it is not for.
  ends_on       date NOT NULL,
  amount_minor  bigint NOT NULL CHECK (amount_minor >= 0),
  currency      text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  recorded_at   timestamptz NOT NULL,
  superseded_at timestamptz,
  CHECK (ends_on > starts_on)
);
CREATE UNIQUE INDEX marketing_spend_current ON marketing_spend (channel, campaign, starts_on)
  WHERE superseded_at IS NULL;
CREATE INDEX marketing_spend_days ON marketing_spend (starts_on) WHERE superseded_at IS NULL;

-- What a model costs from a day on, for events that do not say what they cost.
CREATE TABLE ai_prices (
  id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider               text COLLATE "C" NOT NULL,
  model                  text COLLATE "C" NOT NULL CHECK (model <> ''),
  starts_on              date NOT NULL,
  currency               text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  -- In units of the currency, such as dollars.
  per_million_tokens_in  numeric(20, 6) NOT NULL CHECK (per_million_tokens_in >= 0),
  per_million_tokens_out numeric(20, 6) NOT NULL CHECK (per_million_tokens_out >= 0),
  -- For one of what an event's amount counts, such as a minute of audio.
  per_unit               numeric(20, 6) NOT NULL CHECK (per_unit >= 0),
  recorded_at            timestamptz NOT NULL,
  superseded_at          timestamptz
);
CREATE UNIQUE INDEX ai_prices_current ON ai_prices (provider, model, starts_on)
  WHERE superseded_at IS NULL;

-- Tickets of a help desk, as it told of each last.
CREATE TABLE support_tickets (
  origin            text COLLATE "C" NOT NULL CHECK (origin <> ''),
  ticket_key        text COLLATE "C" NOT NULL CHECK (ticket_key <> ''),
  -- The app's id of the user, or whatever the help desk knows them by.
  user_key          text COLLATE "C" NOT NULL,
  account_id        bigint REFERENCES accounts,
  -- As told; empty where nothing was said, and then the account's own plan counts.
  plan              text NOT NULL,
  priority          text NOT NULL,
  opened_at         timestamptz NOT NULL,
  first_response_at timestamptz CHECK (first_response_at >= opened_at),
  closed_at         timestamptz CHECK (closed_at >= opened_at),
  satisfaction      smallint CHECK (satisfaction BETWEEN 1 AND 5),
  recorded_at       timestamptz NOT NULL,
  PRIMARY KEY (origin, ticket_key)
);
CREATE INDEX support_tickets_opened ON support_tickets (opened_at);

-- Links that ask one user one question and take one answer.
CREATE TABLE survey_links (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('nps', 'csat')),
  user_key   text COLLATE "C" NOT NULL,
  account_id bigint REFERENCES accounts,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE survey_answers (
  -- `link`, or where the answers were collected.
  origin      text COLLATE "C" NOT NULL CHECK (origin <> ''),
  answer_key  text COLLATE "C" NOT NULL CHECK (answer_key <> ''),
  kind        text NOT NULL CHECK (kind IN ('nps', 'csat')),
  score       smallint NOT NULL,
  user_key    text COLLATE "C" NOT NULL,
  account_id  bigint REFERENCES accounts,
  plan        text NOT NULL,
  answered_at timestamptz NOT NULL,
  comment     text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (origin, answer_key),
  CHECK (CASE kind WHEN 'nps' THEN score BETWEEN 0 AND 10 ELSE score BETWEEN 1 AND 5 END)
);
CREATE INDEX survey_answers_answered ON survey_answers (kind, answered_at);

-- Keys that links are signed with, made at their first use.
CREATE TABLE survey_keys (
  name       text PRIMARY KEY,
  secret     bytea NOT NULL,
  created_at timestamptz NOT NULL
);

ALTER TABLE input_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE marketing_spend ENABLE ROW LEVEL SECURITY;
ALTER TABLE ai_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE survey_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE survey_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE survey_keys ENABLE ROW LEVEL SECURITY;
