-- Secret keys of the HTTP API. Only a digest is kept: a key cannot be read back.

CREATE TABLE secret_keys (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL,
  -- The first characters, by which a person recognises a key.
  prefix       text NOT NULL,
  secret_hash  bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  scopes       text[] NOT NULL,
  created_at   timestamptz NOT NULL,
  revoked_at   timestamptz
);

CREATE FUNCTION announce_secret_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('configuration', 'secret_keys');
  RETURN NULL;
END
$$;
CREATE TRIGGER secret_keys_changed AFTER INSERT OR UPDATE OR DELETE ON secret_keys
  FOR EACH STATEMENT EXECUTE FUNCTION announce_secret_keys();

ALTER TABLE secret_keys ENABLE ROW LEVEL SECURITY;
