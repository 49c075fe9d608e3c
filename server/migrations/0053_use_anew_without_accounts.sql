-- Use is added up anew by months since 0046, and nobody writes any more how many accounts are done.
ALTER TABLE usage_folds DROP COLUMN accounts_done;
