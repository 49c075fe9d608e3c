-- What each line of a customer brings, from one day up to another: the movements added up. What there
-- was on a day is read without all that ever moved. Follows from the movements, in the same
-- transactions.
CREATE TABLE revenue_levels (
  book_id     smallint NOT NULL REFERENCES revenue_books,
  customer_id bigint NOT NULL REFERENCES revenue_customers,
  currency    text COLLATE "C" NOT NULL,
  plan        text COLLATE "C" NOT NULL,
  cycle       text COLLATE "C" NOT NULL,
  -- At the end of each day from this one on.
  from_day    date NOT NULL,
  -- The first day on which it is something else; infinity while it lasts.
  to_day      date NOT NULL CHECK (to_day > from_day),
  -- As of movements.
  parts       numeric(40) NOT NULL,
  customers   integer NOT NULL,
  PRIMARY KEY (book_id, customer_id, currency, plan, cycle, from_day)
);

INSERT INTO revenue_levels
SELECT book_id, customer_id, currency, plan, cycle, day, to_day, parts, customers
FROM (
  SELECT book_id, customer_id, currency, plan, cycle, day, sum(sum(parts)) OVER line AS parts,
    sum(sum(customers)) OVER line AS customers,
    coalesce(lead(day) OVER line, 'infinity') AS to_day
  FROM revenue_movements
  GROUP BY book_id, customer_id, currency, plan, cycle, day
  WINDOW line AS (PARTITION BY book_id, customer_id, currency, plan, cycle ORDER BY day)
) level
WHERE parts <> 0 OR customers <> 0;

-- Those of a late day are few that begin early; those of an early day are in the order of their ends.
CREATE INDEX revenue_levels_day ON revenue_levels (book_id, to_day, from_day);
ALTER TABLE revenue_levels ENABLE ROW LEVEL SECURITY;
