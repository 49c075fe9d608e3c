-- What staff do to many users at once: each of them is written down, and done by itself.

CREATE TABLE bulk_deeds (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text COLLATE "C" NOT NULL
              CHECK (kind IN ('boost', 'gift', 'restrict', 'lift', 'note', 'discount')),
  -- What is done, as it was said: how much of what, and until when.
  terms       jsonb NOT NULL,
  reason      text NOT NULL CHECK (reason <> ''),
  state       text NOT NULL CHECK (state IN ('running', 'stopped', 'done')),
  revision    integer NOT NULL DEFAULT 1 CHECK (revision > 0),
  -- How many it is for.
  users       integer NOT NULL CHECK (users > 0),
  -- In whose name it is done, and by which request from where it was begun.
  created_by  bigint NOT NULL REFERENCES staff,
  request_id  text,
  address     text,
  created_at  timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((state = 'done') = (finished_at IS NOT NULL))
);
CREATE INDEX bulk_deeds_running ON bulk_deeds (id) WHERE state = 'running';

-- One user of a bulk deed, and what came of it. What is done to an account is done to it once,
-- whichever of its users were chosen.
CREATE TABLE bulk_deed_users (
  bulk_deed_id bigint NOT NULL REFERENCES bulk_deeds,
  account_id   bigint NOT NULL REFERENCES accounts,
  user_id      bigint NOT NULL REFERENCES users,
  state        text NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
  -- Why it was refused, or why it still waits.
  code         text,
  detail       text,
  -- The override or note that it has made.
  result_id    bigint,
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- By the database's clock: until then others leave it to whoever is at it.
  taken_until  timestamptz,
  settled_at   timestamptz,
  PRIMARY KEY (bulk_deed_id, account_id),
  CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX bulk_deed_users_waiting ON bulk_deed_users (bulk_deed_id, account_id)
  WHERE state = 'waiting';
CREATE INDEX bulk_deed_users_refused ON bulk_deed_users (bulk_deed_id, account_id)
  WHERE state = 'refused';

ALTER TABLE bulk_deeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_deed_users ENABLE ROW LEVEL SECURITY;
