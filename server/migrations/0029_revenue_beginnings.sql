-- When a customer first tried and first paid: what conversions by cohort are counted from.
ALTER TABLE revenue_standings
  ADD COLUMN paid_on    date,
  ADD COLUMN trial_from date,
  -- The first day after the trial; none while it lasts.
  ADD COLUMN trial_to   date;
CREATE INDEX revenue_standings_trial ON revenue_standings (book_id, trial_from)
  WHERE trial_from IS NOT NULL;

-- What is known to come: a contract that begins, a discount or a subscription that ends. Rows are
-- differences, so that what was committed on an earlier day is the sum of those recorded by then
-- whose own day lay ahead.
CREATE TABLE revenue_ahead (
  id           bigint GENERATED ALWAYS AS IDENTITY,
  book_id      smallint NOT NULL REFERENCES revenue_books,
  customer_id  bigint NOT NULL REFERENCES revenue_customers,
  effective_at timestamptz NOT NULL,
  -- In the book's time zone.
  day          date NOT NULL,
  kind         text NOT NULL CHECK (kind IN
    ('new', 'expansion', 'contraction', 'churn', 'reactivation', 'transfer')),
  currency     text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  plan         text NOT NULL,
  cycle        text NOT NULL,
  parts        numeric(40) NOT NULL,
  recorded_on  date NOT NULL,
  recorded_at  timestamptz NOT NULL,
  PRIMARY KEY (book_id, customer_id, id)
);
CREATE INDEX revenue_ahead_day ON revenue_ahead (book_id, day, recorded_on);
CREATE TRIGGER revenue_ahead_is_permanent BEFORE UPDATE ON revenue_ahead
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_ahead_stays BEFORE TRUNCATE ON revenue_ahead
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revenue_ahead_is_kept BEFORE DELETE ON revenue_ahead
  FOR EACH ROW EXECUTE FUNCTION keep_movements_of_books();
ALTER TABLE revenue_ahead ENABLE ROW LEVEL SECURITY;

-- All are folded anew, since customers are now counted with the plan that they are on.
INSERT INTO revenue_pending (customer_id, since)
SELECT id, statement_timestamp() FROM revenue_customers
ON CONFLICT DO NOTHING;
