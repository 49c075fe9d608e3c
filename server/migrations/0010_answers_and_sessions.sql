-- Answers that are given again to a repeated request, and how a customer gets from the app to
-- their account page and stays there. Of links and sessions only digests are kept.

CREATE TABLE idempotent_answers (
  -- Whose key it is: a secret key or a session's user.
  caller       text NOT NULL,
  route        text NOT NULL,
  key          text COLLATE "C" NOT NULL,
  fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
  -- JSON as it was sent; none while the request is under way.
  answer       text,
  -- Technical instants, by the database's clock: when somebody else may take the request over, and
  -- from when the answer may be forgotten.
  locked_until timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotent_answers_expiry ON idempotent_answers (expires_at);

CREATE TABLE account_links (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id    bigint NOT NULL REFERENCES users,
  return_url text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX account_links_expiry ON account_links (expires_at);

CREATE TABLE account_sessions (
  secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
  user_id     bigint NOT NULL REFERENCES users,
  return_url  text,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX account_sessions_user ON account_sessions (user_id);
CREATE INDEX account_sessions_expiry ON account_sessions (expires_at);

-- The first key is one that may do everything, and there is something more to do.
UPDATE secret_keys SET scopes = scopes || '{billing}'::text[]
 WHERE name = 'API_SECRET_KEY' AND NOT scopes @> '{billing}'::text[];

ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_sessions ENABLE ROW LEVEL SECURITY;
