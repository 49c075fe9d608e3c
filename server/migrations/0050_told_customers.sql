-- Who customers of imported histories are, as a table of their own tells; ours are users.

SET LOCAL lock_timeout = '5s';

ALTER TABLE revenue_customers
  ADD COLUMN name text NOT NULL DEFAULT '',
  ADD COLUMN email text NOT NULL DEFAULT '',
  ADD COLUMN signed_up_on date;
