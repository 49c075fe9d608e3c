-- Bodies of events are kept as they came: Postgres' own compression took as long as all else that
-- storing an event takes, and nothing of a body is searched.
ALTER TABLE stripe_events ALTER COLUMN payload SET STORAGE EXTERNAL;
