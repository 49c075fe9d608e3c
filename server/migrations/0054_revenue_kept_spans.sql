-- What is left of the customers of a start, by days and weeks as well as by months, and of months by
-- two dimensions at once; otherwise as revenue_kept_months was, which a later migration drops.
CREATE TABLE revenue_kept_spans (
  book_id   smallint NOT NULL REFERENCES revenue_books,
  unit      text COLLATE "C" NOT NULL CHECK (unit IN ('day', 'week', 'month')),
  -- The dimensions that are told apart, in their order; empty for the whole. Two only of months.
  told      text COLLATE "C" NOT NULL,
  from_day  date NOT NULL,
  -- Their values at the start, empty where there is no such dimension.
  segment   text COLLATE "C" NOT NULL,
  other     text COLLATE "C" NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  -- Parts, as of movements, of those that moved in the span.
  starts    numeric(40) NOT NULL,
  ends      numeric(40) NOT NULL,
  -- Each customer's end, but no more than the start.
  capped    numeric(40) NOT NULL,
  customers integer NOT NULL,
  stayed    integer NOT NULL,
  PRIMARY KEY (book_id, unit, told, from_day, segment, other, currency)
);
ALTER TABLE revenue_kept_spans ENABLE ROW LEVEL SECURITY;

-- Everybody is looked at one by one until they have been folded into these sums.
UPDATE revenue_standings SET is_mixed = true WHERE NOT is_mixed;
INSERT INTO revenue_pending (customer_id, since)
SELECT DISTINCT customer_id, statement_timestamp() FROM revenue_standings
ON CONFLICT DO NOTHING;
