-- What happened to accounts, added up by day: what they were billed, what could not be collected, the
-- codes they used, and who signed up. Figures of years are read from few rows. Kept for every book
-- that is shown, since days are of its time zone and who has paid is what it says.
CREATE TABLE happening_days (
  book_id      smallint NOT NULL REFERENCES revenue_books,
  -- kind    | total           | first of it       | second of it
  -- invoice | invoices        | with a discount   |
  -- failure | failed invoices | paid since        | still to be paid
  -- code    | uses            |                   |
  -- sign_up | accounts        | began a trial     | have paid
  kind         text COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'failure', 'code', 'sign_up')),
  -- Which of the next three are told apart; those that are not are empty.
  told         text COLLATE "C" NOT NULL CHECK (told IN ('', 'country', 'source', 'label',
    'country source', 'country label', 'source label', 'country source label')),
  country      text COLLATE "C" NOT NULL,
  source       text COLLATE "C" NOT NULL,
  -- The promotion code, or the campaign.
  label        text COLLATE "C" NOT NULL,
  day          date NOT NULL,
  -- Empty where nothing is money.
  currency     text COLLATE "C" NOT NULL,
  total        integer NOT NULL,
  first        integer NOT NULL,
  second       integer NOT NULL,
  total_minor  bigint NOT NULL,
  first_minor  bigint NOT NULL,
  second_minor bigint NOT NULL,
  PRIMARY KEY (book_id, kind, told, day, country, source, label, currency)
);
ALTER TABLE happening_days ENABLE ROW LEVEL SECURITY;

-- What of an account is in the sums: what the next look at it is compared with.
CREATE TABLE account_standings (
  book_id    smallint NOT NULL REFERENCES revenue_books,
  account_id bigint NOT NULL REFERENCES accounts,
  happened   jsonb NOT NULL,
  PRIMARY KEY (book_id, account_id)
);
ALTER TABLE account_standings ENABLE ROW LEVEL SECURITY;
CREATE TRIGGER account_standings_told AFTER INSERT OR UPDATE ON account_standings
  FOR EACH STATEMENT EXECUTE FUNCTION announce_figures();

-- Accounts up to this one have been looked at for the first time; of a book that is summed, all have.
ALTER TABLE revenue_books
  ADD COLUMN summed_to bigint NOT NULL DEFAULT 0,
  ADD COLUMN is_summed boolean NOT NULL DEFAULT false;

-- Accounts of which something has changed since. Notes are added, so that nobody waits for anybody.
CREATE TABLE account_notes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL
);
CREATE INDEX account_notes_account ON account_notes (account_id);
ALTER TABLE account_notes ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION note_accounts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO account_notes (account_id) SELECT DISTINCT account_id FROM changed;
  RETURN NULL;
END
$$;
CREATE TRIGGER invoices_noted AFTER INSERT ON invoices
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER invoices_noted_anew AFTER UPDATE ON invoices
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER promotion_redemptions_noted AFTER INSERT ON promotion_redemptions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();
CREATE TRIGGER promotion_redemptions_noted_anew AFTER UPDATE ON promotion_redemptions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_accounts();

CREATE FUNCTION note_account() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO account_notes (account_id) VALUES (NEW.account_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER dunning_steps_noted AFTER INSERT OR UPDATE ON dunning_steps
  FOR EACH ROW WHEN (NEW.step = 'payment_failed') EXECUTE FUNCTION note_account();

-- The owner of an account says when it signed up, and its segments. Users are changed with every
-- request of theirs, in other columns.
CREATE TRIGGER users_noted AFTER UPDATE OF signed_up_at, country, source, campaign ON users
  FOR EACH ROW WHEN ((OLD.signed_up_at, OLD.country, OLD.source, OLD.campaign)
    IS DISTINCT FROM (NEW.signed_up_at, NEW.country, NEW.source, NEW.campaign))
  EXECUTE FUNCTION note_account();

CREATE FUNCTION note_new_owner() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO account_notes (account_id) VALUES (NEW.id);
  RETURN NULL;
END
$$;
CREATE TRIGGER accounts_owned AFTER UPDATE OF owner_user_id ON accounts
  FOR EACH ROW WHEN (OLD.owner_user_id IS DISTINCT FROM NEW.owner_user_id)
  EXECUTE FUNCTION note_new_owner();

CREATE INDEX promotion_redemptions_account ON promotion_redemptions (account_id)
  WHERE state = 'redeemed';
