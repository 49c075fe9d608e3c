-- The revenue ledger: what each customer brought from when on, by book. A book is one definition of
-- MRR (a profile and its switches) kept for everybody; another definition is another book.

-- Who pays: an account of ours, or a customer of a history that was imported.
CREATE TABLE revenue_customers (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id   bigint UNIQUE REFERENCES accounts,
  -- `accounts`, or the name of the import.
  origin       text COLLATE "C" NOT NULL CHECK (origin <> ''),
  external_key text COLLATE "C" NOT NULL CHECK (external_key <> ''),
  country      text NOT NULL DEFAULT '',
  source       text NOT NULL DEFAULT '',
  attributes   jsonb NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL,
  UNIQUE (origin, external_key),
  CHECK ((account_id IS NOT NULL) = (origin = 'accounts'))
);

CREATE TABLE revenue_books (
  id                   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  profile              text NOT NULL CHECK (profile IN ('stripe', 'chartmogul', 'profitwell')),
  lowering             text[] NOT NULL,
  counts_past_due      boolean NOT NULL,
  churns_at            text NOT NULL CHECK (churns_at IN ('end', 'request', 'cycle')),
  ignores_within_month boolean NOT NULL,
  time_zone            text NOT NULL,
  state                text NOT NULL CHECK (state IN ('building', 'current', 'retired')),
  -- How far a building book has come: customers up to this one are in it.
  built_to             bigint NOT NULL DEFAULT 0,
  created_at           timestamptz NOT NULL,
  current_at           timestamptz
);
-- One book of each profile is shown, and at most one is on its way to take its place.
CREATE UNIQUE INDEX revenue_books_one ON revenue_books (profile, state) WHERE state <> 'retired';

-- Append-only. What a customer brings is the sum of the rows; a correction is a row of the
-- difference, so that what was known at an earlier time is the sum of the rows recorded by then.
CREATE TABLE revenue_movements (
  id            bigint GENERATED ALWAYS AS IDENTITY,
  book_id       smallint NOT NULL REFERENCES revenue_books,
  customer_id   bigint NOT NULL REFERENCES revenue_customers,
  effective_at  timestamptz NOT NULL,
  -- In the book's time zone.
  day           date NOT NULL,
  kind          text NOT NULL CHECK (kind IN
    ('new', 'expansion', 'contraction', 'churn', 'reactivation', 'transfer')),
  currency      text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  plan          text NOT NULL,
  cycle         text NOT NULL,
  -- Whole parts, 1200000000 of which are a minor unit.
  parts         numeric(40) NOT NULL,
  -- 1 where the customer came with it, -1 where the customer left; one row of a movement says it.
  customers     smallint NOT NULL,
  recorded_at   timestamptz NOT NULL,
  -- Booked after the same instant had been booked otherwise.
  is_correction boolean NOT NULL,
  PRIMARY KEY (book_id, customer_id, id)
);
CREATE INDEX revenue_movements_day ON revenue_movements (book_id, day, customer_id);
CREATE TRIGGER revenue_movements_are_permanent BEFORE UPDATE ON revenue_movements
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_movements_stay BEFORE TRUNCATE ON revenue_movements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The rows of a book go only when the whole book has been given up.
CREATE FUNCTION keep_movements_of_books() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
BEGIN
  IF EXISTS (SELECT FROM revenue_books WHERE id = OLD.book_id AND state <> 'retired') THEN
    RAISE EXCEPTION 'movements of a book in use are never deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER revenue_movements_are_kept BEFORE DELETE ON revenue_movements
  FOR EACH ROW EXECUTE FUNCTION keep_movements_of_books();

-- Where a customer stands in a book: what the next fold begins from.
CREATE TABLE revenue_standings (
  book_id     smallint NOT NULL REFERENCES revenue_books,
  customer_id bigint NOT NULL REFERENCES revenue_customers,
  -- The segments that the roll-up has the customer in.
  country     text NOT NULL,
  source      text NOT NULL,
  cohort      date,
  folded_to   timestamptz NOT NULL,
  -- When time alone moves it, because a discount or a contract ends.
  due_at      timestamptz,
  PRIMARY KEY (book_id, customer_id)
);
CREATE INDEX revenue_standings_due ON revenue_standings (due_at) WHERE due_at IS NOT NULL;

-- Movements added up by day and segment; kept in the transactions that book them.
CREATE TABLE revenue_days (
  book_id   smallint NOT NULL REFERENCES revenue_books,
  day       date NOT NULL,
  kind      text NOT NULL,
  currency  text NOT NULL,
  plan      text NOT NULL,
  cycle     text NOT NULL,
  country   text NOT NULL,
  source    text NOT NULL,
  -- The month in which the customers first paid.
  cohort    date NOT NULL,
  parts     numeric(40) NOT NULL,
  customers integer NOT NULL,
  PRIMARY KEY (book_id, day, kind, currency, plan, cycle, country, source, cohort)
);

-- Customers whose histories have changed since they were folded.
CREATE TABLE revenue_pending (
  customer_id bigint PRIMARY KEY REFERENCES revenue_customers,
  since       timestamptz NOT NULL
);

ALTER TABLE revenue_customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_books ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_standings ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_pending ENABLE ROW LEVEL SECURITY;
