-- The audit trail as a chain: every committed entry gets a seal, in a sequence of its own, whose
-- digest covers the entry and the seal before it. Writers take no part in it and wait for nobody.

ALTER TABLE audit_entries
  ADD COLUMN address         text,
  -- Of what is kept about a person in `audit_personal_values`; NULL where nothing is.
  ADD COLUMN personal_digest bytea CHECK (length(personal_digest) = 32);

-- Entries that wait for their seal. They are found by lying here, never by a number beyond the last
-- one sealed: a transaction that began early and commits late would be skipped.
CREATE TABLE audit_unsealed (
  entry_id bigint PRIMARY KEY
);

CREATE TABLE audit_seals (
  seal_number bigint PRIMARY KEY CHECK (seal_number > 0),
  entry_id    bigint NOT NULL UNIQUE,
  digest      bytea NOT NULL CHECK (length(digest) = 32),
  sealed_at   timestamptz NOT NULL
);

-- One row, which the sealer of the moment locks. The chain begins with its id, so that the
-- checkpoints of one database are never taken for those of another.
CREATE TABLE audit_chain (
  is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
  chain_id   uuid
);
INSERT INTO audit_chain DEFAULT VALUES;

-- Up to where seals and entries are given up by policy, with the signed checkpoint that stands for
-- them. Only what lies before one may be deleted.
CREATE TABLE audit_retirements (
  through_seal bigint PRIMARY KEY,
  digest       bytea NOT NULL CHECK (length(digest) = 32),
  checkpoint   text NOT NULL,
  retired_at   timestamptz NOT NULL
);

-- What names a person, encrypted with that person's key. The chain covers a digest of it, so the
-- key can be destroyed and the trail still holds.
CREATE TABLE audit_personal_values (
  entry_id    bigint PRIMARY KEY,
  person_kind text NOT NULL,
  person_id   text NOT NULL,
  ciphertext  bytea NOT NULL
);
CREATE TABLE audit_person_keys (
  person_kind text NOT NULL,
  person_id   text NOT NULL,
  -- NULL once the person is erased.
  key         bytea CHECK (length(key) = 32),
  erased_at   timestamptz,
  PRIMARY KEY (person_kind, person_id),
  CHECK ((key IS NULL) = (erased_at IS NOT NULL))
);

CREATE FUNCTION queue_audit_entries() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
BEGIN
  INSERT INTO audit_unsealed (entry_id) SELECT id FROM inserted;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_entries_wait_for_seals AFTER INSERT ON audit_entries
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION queue_audit_entries();
INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entries;

CREATE FUNCTION keep_audit_chain() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
DECLARE
  number bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF TG_TABLE_NAME = 'audit_seals' THEN
      number := OLD.seal_number;
    ELSIF TG_TABLE_NAME = 'audit_entries' THEN
      SELECT seal_number INTO number FROM audit_seals WHERE entry_id = OLD.id;
    ELSE
      SELECT seal_number INTO number FROM audit_seals WHERE entry_id = OLD.entry_id;
    END IF;
    IF EXISTS (SELECT FROM audit_retirements WHERE through_seal >= number) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed, and deleted only when they are retired', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;
DROP TRIGGER audit_entries_are_permanent ON audit_entries;
CREATE TRIGGER audit_entries_are_permanent BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_seals_are_permanent BEFORE UPDATE OR DELETE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_personal_values_are_permanent BEFORE UPDATE OR DELETE ON audit_personal_values
  FOR EACH ROW EXECUTE FUNCTION keep_audit_chain();
CREATE TRIGGER audit_retirements_are_permanent BEFORE UPDATE OR DELETE ON audit_retirements
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_person_keys_stay BEFORE DELETE ON audit_person_keys
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_stay BEFORE TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_personal_values_stay BEFORE TRUNCATE ON audit_personal_values
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_retirements_stay BEFORE TRUNCATE ON audit_retirements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_person_keys_are_not_emptied BEFORE TRUNCATE ON audit_person_keys
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Staff look for entries newest first, by any of these.
DROP INDEX audit_entries_account;
CREATE INDEX audit_entries_recorded ON audit_entries (recorded_at, id);
CREATE INDEX audit_entries_account ON audit_entries (account_id, recorded_at, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor_kind, actor_id, recorded_at, id);
CREATE INDEX audit_entries_subject ON audit_entries (subject_kind, subject_id, recorded_at, id);
CREATE INDEX audit_entries_action ON audit_entries (action COLLATE "C", recorded_at, id);
-- Words, with what joins the parts of an action or of an id read as spaces.
CREATE INDEX audit_entries_words ON audit_entries USING gin (to_tsvector('simple',
  translate(action || ' ' || subject_kind || ' ' || subject_id || ' ' || coalesce(reason, '') || ' ' ||
    coalesce(actor_id, '') || ' ' || coalesce(request_id, ''), '._:/@-', '      ')));

ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_retirements ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_personal_values ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_person_keys ENABLE ROW LEVEL SECURITY;
