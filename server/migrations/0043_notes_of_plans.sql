-- Whoever noted an account that was being looked at waited until that had been done. Notes are added
-- up instead, and those that are seen are taken together.
ALTER TABLE account_plans_pending DROP CONSTRAINT account_plans_pending_pkey;
ALTER TABLE account_plans_pending
  ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
CREATE INDEX account_plans_pending_account ON account_plans_pending (account_id);
