-- What is left of the customers of a month's start at its end, added up by one dimension: of those
-- that moved in the month, for all others bring what they did. Kept in the transactions that book
-- movements, and of customers who only ever had one line of one currency at once; who had several is
-- looked at one by one, since which line counts, and how much of it, depends on rates.
CREATE TABLE revenue_kept_months (
  book_id   smallint NOT NULL REFERENCES revenue_books,
  -- Empty for the whole.
  dimension text COLLATE "C" NOT NULL
    CHECK (dimension IN ('', 'plan', 'cycle', 'country', 'source', 'cohort')),
  -- The value of the dimension at the start.
  segment   text COLLATE "C" NOT NULL,
  month     date NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  -- Parts, as of movements.
  starts    numeric(40) NOT NULL,
  ends      numeric(40) NOT NULL,
  -- Each customer's end, but no more than the start.
  capped    numeric(40) NOT NULL,
  customers integer NOT NULL,
  stayed    integer NOT NULL,
  PRIMARY KEY (book_id, dimension, month, segment, currency)
);
ALTER TABLE revenue_kept_months ENABLE ROW LEVEL SECURITY;

-- Whether a customer ever had several lines or currencies; so is everybody who was not folded since.
ALTER TABLE revenue_standings ADD COLUMN is_mixed boolean NOT NULL DEFAULT true;
CREATE INDEX revenue_standings_mixed ON revenue_standings (book_id, customer_id) WHERE is_mixed;

INSERT INTO revenue_pending (customer_id, since)
SELECT DISTINCT customer_id, statement_timestamp() FROM revenue_standings
ON CONFLICT DO NOTHING;
