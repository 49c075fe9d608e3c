-- Whom a worker has taken and not settled: looked for in bulk deeds that were stopped, all the time.
CREATE INDEX bulk_deed_users_taken ON bulk_deed_users (taken_until)
  WHERE state = 'waiting' AND taken_until IS NOT NULL;
