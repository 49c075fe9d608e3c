-- All use is added up anew by months of the figures' time zone, several side by side: what is of a
-- month and an account is whole when it is written, so nothing of it is looked up before.
CREATE TABLE usage_fold_months (
  -- One that is not in the sums yet; none is when all are.
  month         date PRIMARY KEY,
  -- Accounts up to this one are.
  accounts_done bigint NOT NULL
);
ALTER TABLE usage_fold_months ENABLE ROW LEVEL SECURITY;

-- What was being added up anew by accounts begins once more. A later migration drops the column.
UPDATE usage_folds SET time_zone = '' WHERE accounts_done IS NOT NULL;
