-- What happened, who did it and what must be told to whom. Both are written in the transaction
-- of the command that they report, so that neither can be lost nor invented.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TABLE audit_entries (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at  timestamptz NOT NULL,
  actor_kind   text NOT NULL CHECK (actor_kind IN ('staff', 'key', 'cli', 'system')),
  actor_id     text,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  account_id   bigint,
  reason       text,
  before       jsonb,
  after        jsonb,
  request_id   text
);
CREATE INDEX audit_entries_account ON audit_entries (account_id, id);
CREATE TRIGGER audit_entries_are_permanent BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_stay BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE outbox_events (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text NOT NULL,
  account_id    bigint,
  payload       jsonb NOT NULL,
  recorded_at   timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  delivered_at  timestamptz,
  attempts      integer NOT NULL DEFAULT 0,
  -- The consumers that have had it, so that a retry tells only the others.
  delivered_to  text[] NOT NULL DEFAULT '{}',
  last_error    text
);
CREATE INDEX outbox_events_due ON outbox_events (due_at, id) WHERE delivered_at IS NULL;
CREATE INDEX outbox_events_delivered ON outbox_events (delivered_at)
  WHERE delivered_at IS NOT NULL;

ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
