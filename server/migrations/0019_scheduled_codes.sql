-- A promotion code that a scheduled change takes along is held until the change comes into force.

ALTER TABLE subscription_commands
  ADD COLUMN holds_code boolean NOT NULL DEFAULT false;
CREATE INDEX subscription_commands_holding ON subscription_commands (account_id)
  WHERE holds_code;
