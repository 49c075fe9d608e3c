-- What figures of payments are looked up by: bills by the day on which they were final, and codes by
-- the day on which they were paid with. A month is read without all that was ever billed.
CREATE INDEX invoices_finalized ON invoices (finalized_at)
  WHERE status IN ('open', 'paid', 'uncollectible');
CREATE INDEX promotion_redemptions_redeemed ON promotion_redemptions (redeemed_at)
  WHERE state = 'redeemed';
