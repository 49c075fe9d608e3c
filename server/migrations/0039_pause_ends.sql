-- Pauses that end by themselves are looked for by their end.

CREATE INDEX subscription_commands_pause_ends
  ON subscription_commands (((request ->> 'resumesMs')::bigint))
  WHERE kind = 'pause' AND state = 'done' AND request ? 'resumesMs';
