-- What use beyond a limit costs waits at Stripe for the next invoice. Where none is to come, because
-- the subscription has ended, it is billed by an invoice of its own.

ALTER TABLE overage_charges DROP CONSTRAINT overage_charges_state_check;
ALTER TABLE overage_charges ADD CONSTRAINT overage_charges_state_check
  -- begun: Stripe may not know of it yet. charged: it waits there. billed: an invoice has it.
  -- waived: somebody has deleted it at Stripe.
  CHECK (state IN ('begun', 'charged', 'billed', 'waived'));
-- The invoice that has it; known of what was left waiting only.
ALTER TABLE overage_charges ADD COLUMN stripe_invoice_id text COLLATE "C";
-- Of what is billed together: the key by which Stripe makes one invoice of it, however often asked.
ALTER TABLE overage_charges ADD COLUMN invoice_request text COLLATE "C";
ALTER TABLE overage_charges ADD CONSTRAINT overage_charges_billed
  CHECK ((state = 'billed') = (stripe_invoice_id IS NOT NULL));
CREATE INDEX overage_charges_waiting ON overage_charges (account_id) WHERE state = 'charged';
