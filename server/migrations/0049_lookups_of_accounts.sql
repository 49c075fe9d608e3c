-- What was read by going through whole tables: whether an account has ever bought or tried, which is
-- asked of every quote; who has used a code; mails that were given up and customers in trouble, which
-- health and metrics ask for all the time; what the outbox holds of an account; answers by their day.
CREATE INDEX user_subscriptions_account ON user_subscriptions (account_id, started_at);
CREATE INDEX trial_uses_account ON trial_uses (account_id);
CREATE INDEX promotion_redemptions_code ON promotion_redemptions (code_id, id);
CREATE INDEX mail_messages_failed ON mail_messages (id) WHERE state = 'failed';
CREATE INDEX billing_customers_troubled ON billing_customers (stripe_customer_id)
  WHERE last_error IS NOT NULL;
CREATE INDEX outbox_events_account ON outbox_events (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX survey_answers_latest ON survey_answers (answered_at);
