-- Revenue by model and feature, added up: what an account brings in a month is shared among its
-- events of that month, so a figure of a year would have to look at every account and month.

-- By the days on which something changes; those of a month begin anew with what there is at its start.
CREATE TABLE shared_revenue_days (
  book_id  smallint NOT NULL,
  day      date NOT NULL,
  currency text COLLATE "C" NOT NULL,
  plan     text COLLATE "C" NOT NULL,
  model    text COLLATE "C" NOT NULL,
  feature  text COLLATE "C" NOT NULL,
  -- Parts, as of movements, that are more or less from that day on to the end of its month.
  parts    numeric(40) NOT NULL,
  PRIMARY KEY (book_id, day, currency, plan, model, feature)
);

-- How often use of a month was added to the sums of use or taken from them.
CREATE TABLE use_months (
  month   date PRIMARY KEY,
  changes bigint NOT NULL
);

-- By which changes of use a month was shared; -1 where what customers bring has changed since.
CREATE TABLE shared_revenue_months (
  book_id   smallint NOT NULL,
  month     date NOT NULL,
  changes   bigint NOT NULL,
  shared_at timestamptz NOT NULL,
  PRIMARY KEY (book_id, month)
);

-- What was booked since: from which day on each transaction of the ledger has changed a book.
CREATE TABLE shared_revenue_notes (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  book_id  smallint NOT NULL,
  from_day date NOT NULL
);

CREATE FUNCTION note_for_shared_revenue() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
BEGIN
  INSERT INTO shared_revenue_notes (book_id, from_day)
  SELECT book_id, min(day) FROM booked GROUP BY book_id;
  RETURN NULL;
END $$;
CREATE TRIGGER revenue_movements_are_shared AFTER INSERT ON revenue_movements
  REFERENCING NEW TABLE AS booked FOR EACH STATEMENT EXECUTE FUNCTION note_for_shared_revenue();

INSERT INTO use_months SELECT DISTINCT date_trunc('month', day)::date, 1 FROM usage_days;

ALTER TABLE shared_revenue_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE use_months ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_revenue_months ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_revenue_notes ENABLE ROW LEVEL SECURITY;
