-- Whether a book is as the configuration says; staff may have begun it otherwise.
ALTER TABLE revenue_books ADD COLUMN is_configured boolean NOT NULL DEFAULT true;

-- What has been told otherwise since it was booked, newest first.
CREATE INDEX revenue_movements_corrections ON revenue_movements (book_id, id) WHERE is_correction;

-- For analysts, as docs/guides/metrics.md describes. Amounts are minor units of the row's own
-- currency a month, exact and not rounded: of a year's price there may be parts of a cent.

CREATE VIEW metrics_books AS
SELECT id AS book_id, profile, time_zone, state = 'current' AS is_current,
  lowering AS lowering_discounts, counts_past_due, churns_at, ignores_within_month, created_at,
  current_at
FROM revenue_books WHERE state <> 'retired';

CREATE VIEW metrics_movements AS
SELECT book.profile, moved.customer_id, customer.account_id, customer.origin,
  customer.external_key, moved.effective_at, moved.day, moved.kind, moved.currency, moved.plan,
  moved.cycle, moved.parts / 1200000000::numeric AS amount_minor, moved.customers,
  moved.is_correction, moved.recorded_at
FROM revenue_movements moved
JOIN revenue_books book ON book.id = moved.book_id AND book.state = 'current'
JOIN revenue_customers customer ON customer.id = moved.customer_id;

CREATE VIEW metrics_movements_daily AS
SELECT book.profile, moved.day, moved.kind, moved.currency, moved.plan, moved.cycle, moved.country,
  moved.source, moved.cohort, moved.parts / 1200000000::numeric AS amount_minor, moved.customers
FROM revenue_days moved
JOIN revenue_books book ON book.id = moved.book_id AND book.state = 'current'
WHERE moved.parts <> 0 OR moved.customers <> 0;

-- At the end of each day, up to the last one on which anything moved.
CREATE VIEW metrics_mrr_daily AS
WITH standing AS (
  SELECT book_id, day, currency, plan, cycle, country, source, cohort,
    sum(sum(parts)) OVER segment AS parts, sum(sum(customers)) OVER segment AS customers,
    lead(day) OVER segment AS next_day
  FROM revenue_days
  GROUP BY book_id, day, currency, plan, cycle, country, source, cohort
  WINDOW segment AS (
    PARTITION BY book_id, currency, plan, cycle, country, source, cohort ORDER BY day)
), last AS (
  SELECT book_id, max(day) AS day FROM revenue_days GROUP BY book_id
)
SELECT book.profile, each.day::date AS day, standing.currency, standing.plan, standing.cycle,
  standing.country, standing.source, standing.cohort,
  standing.parts / 1200000000::numeric AS mrr_minor, standing.customers
FROM standing
JOIN revenue_books book ON book.id = standing.book_id AND book.state = 'current'
JOIN last ON last.book_id = standing.book_id
CROSS JOIN LATERAL generate_series(
  standing.day::timestamp, coalesce(standing.next_day - 1, last.day)::timestamp,
  interval '1 day') AS each(day)
WHERE standing.parts <> 0 OR standing.customers <> 0;

CREATE VIEW metrics_customers AS
SELECT book.profile, standing.customer_id, customer.account_id, customer.origin,
  customer.external_key, standing.country, standing.source, standing.cohort, standing.trial_from,
  standing.trial_to, standing.paid_on
FROM revenue_standings standing
JOIN revenue_books book ON book.id = standing.book_id AND book.state = 'current'
JOIN revenue_customers customer ON customer.id = standing.customer_id;

CREATE VIEW metrics_exchange_rates AS
SELECT DISTINCT ON (base, currency, day) base, currency, day, rate, source, recorded_at
FROM exchange_rates ORDER BY base, currency, day, recorded_at DESC;
