-- How far use had come when terms of overage changed, so that what was used before the change is
-- charged by the terms that it was used under; and what makes an invoice's total of its lines.

-- The quota period in which the terms began; null where nothing was counted yet.
ALTER TABLE overage_terms ADD COLUMN period_start timestamptz;
-- What was used of it by then.
ALTER TABLE overage_terms ADD COLUMN used_before numeric(30, 6) CHECK (used_before >= 0);
-- Its limit under the terms before; null is unlimited.
ALTER TABLE overage_terms ADD COLUMN limit_before numeric(30, 6);
ALTER TABLE overage_terms ADD CONSTRAINT overage_terms_mark
  CHECK ((period_start IS NULL) = (used_before IS NULL));
-- The limit under these terms, as it was known last while they held.
ALTER TABLE overage_terms ADD COLUMN known_limit numeric(30, 6);

-- As Stripe says them; null of invoices that were read before these were asked for.
ALTER TABLE invoices ADD COLUMN discount_minor bigint;
-- What taxes add to the prices; what is within them is in the subtotal.
ALTER TABLE invoices ADD COLUMN tax_minor bigint;
ALTER TABLE invoices ADD COLUMN credit_applied_minor bigint;
