-- Those who sign in to the portal, how they prove who they are, and what they are let in by.
-- Of every secret that is handed out only a digest is kept.

CREATE TABLE staff (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- In lower case.
  email             text NOT NULL UNIQUE CHECK (email = lower(email)),
  name              text NOT NULL,
  role              text NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'support', 'analyst')),
  -- Raised by every change that somebody else may have looked at before.
  version           integer NOT NULL DEFAULT 1,
  -- scrypt with its parameters and salt; none for those who sign in elsewhere.
  password_hash     text,
  -- Encrypted with a key that is not in the database.
  totp_secret       bytea,
  -- From when codes are asked for; a secret that was never confirmed locks nobody out.
  totp_confirmed_at timestamptz,
  -- The last time step whose code was taken: none is taken twice.
  totp_last_step    bigint,
  created_at        timestamptz NOT NULL,
  signed_in_at      timestamptz,
  deactivated_at    timestamptz
);

CREATE TABLE staff_recovery_codes (
  staff_id  bigint NOT NULL REFERENCES staff,
  code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
  used_at   timestamptz,
  PRIMARY KEY (staff_id, code_hash)
);

-- Whom another system vouches for.
CREATE TABLE staff_identities (
  issuer    text NOT NULL,
  subject   text NOT NULL,
  staff_id  bigint NOT NULL REFERENCES staff,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX staff_identities_staff ON staff_identities (staff_id);

CREATE TABLE staff_sessions (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  secret_hash  bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  staff_id     bigint NOT NULL REFERENCES staff,
  created_at   timestamptz NOT NULL,
  -- When its holder last proved who they are.
  proved_at    timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  address      text NOT NULL,
  user_agent   text NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_expiry ON staff_sessions (expires_at);

-- Sign-ins whose password was right and whose code is awaited.
CREATE TABLE staff_challenges (
  secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
  staff_id    bigint NOT NULL REFERENCES staff,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX staff_challenges_staff ON staff_challenges (staff_id);
CREATE INDEX staff_challenges_expiry ON staff_challenges (expires_at);

-- Browsers that are asked for no code.
CREATE TABLE staff_devices (
  secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
  staff_id    bigint NOT NULL REFERENCES staff,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX staff_devices_staff ON staff_devices (staff_id);
CREATE INDEX staff_devices_expiry ON staff_devices (expires_at);

CREATE TABLE staff_invitations (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL CHECK (email = lower(email)),
  role        text NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'support', 'analyst')),
  -- None until it is written into the mail, and a new one for each mail.
  token_hash  bytea UNIQUE CHECK (length(token_hash) = 32),
  invited_by  bigint REFERENCES staff,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at  timestamptz
);
CREATE UNIQUE INDEX staff_invitations_one_open ON staff_invitations (email)
  WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE staff_password_resets (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff_id   bigint NOT NULL REFERENCES staff,
  token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX staff_password_resets_staff ON staff_password_resets (staff_id);
CREATE INDEX staff_password_resets_expiry ON staff_password_resets (expires_at);

-- For scripts, on behalf of whoever made them.
CREATE TABLE staff_tokens (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  prefix      text NOT NULL,
  staff_id    bigint NOT NULL REFERENCES staff,
  name        text NOT NULL,
  role        text NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'support', 'analyst')),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz
);
CREATE INDEX staff_tokens_staff ON staff_tokens (staff_id);

-- How often somebody has failed, by address and by account, for all processes together. Keys are
-- digests: what was typed is nobody's business.
CREATE TABLE staff_attempts (
  key_hash   bytea PRIMARY KEY CHECK (length(key_hash) = 32),
  failures   integer NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX staff_attempts_expiry ON staff_attempts (expires_at);

-- Sign-ins that another system was asked to vouch for.
CREATE TABLE staff_oidc_requests (
  state_hash    bytea PRIMARY KEY CHECK (length(state_hash) = 32),
  -- Of the cookie that the same browser must show again.
  browser_hash  bytea NOT NULL CHECK (length(browser_hash) = 32),
  nonce         text NOT NULL,
  code_verifier text NOT NULL,
  expires_at    timestamptz NOT NULL
);
CREATE INDEX staff_oidc_requests_expiry ON staff_oidc_requests (expires_at);

ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_password_resets ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_oidc_requests ENABLE ROW LEVEL SECURITY;
