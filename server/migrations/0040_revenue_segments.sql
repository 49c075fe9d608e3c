-- Movements added up by day and one dimension, so that figures of years are made from few rows:
-- revenue_days tells segments so finely that it has nearly a row for each movement. Kept in the same
-- transactions. What is asked of two dimensions at once still reads revenue_days.
CREATE TABLE revenue_segment_days (
  book_id   smallint NOT NULL REFERENCES revenue_books,
  -- Empty for the whole.
  dimension text COLLATE "C" NOT NULL
    CHECK (dimension IN ('', 'plan', 'cycle', 'country', 'source', 'cohort')),
  -- The value of the dimension.
  segment   text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  parts     numeric(40) NOT NULL,
  customers integer NOT NULL,
  PRIMARY KEY (book_id, dimension, day, segment, kind, currency)
);

INSERT INTO revenue_segment_days (book_id, dimension, segment, day, kind, currency, parts, customers)
SELECT book_id, dimension, segment, day, kind, currency, sum(parts), sum(customers)
FROM revenue_days, LATERAL (VALUES ('', ''), ('plan', plan), ('cycle', cycle),
  ('country', country), ('source', source), ('cohort', cohort::text)) AS of(dimension, segment)
GROUP BY book_id, dimension, segment, day, kind, currency;

ALTER TABLE revenue_segment_days ENABLE ROW LEVEL SECURITY;
