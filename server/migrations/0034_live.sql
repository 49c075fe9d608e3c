-- What an open dashboard hears of at once, and what staff write beside the figures.

-- Payloads of one transaction that are alike are told once; whoever listens looks at the rows.
CREATE FUNCTION announce_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('configuration', 'news');
  RETURN NULL;
END
$$;
CREATE TRIGGER outbox_events_told AFTER INSERT ON outbox_events
  FOR EACH STATEMENT EXECUTE FUNCTION announce_news();

CREATE FUNCTION announce_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('configuration', 'figures');
  RETURN NULL;
END
$$;
CREATE TRIGGER revenue_movements_told AFTER INSERT ON revenue_movements
  FOR EACH STATEMENT EXECUTE FUNCTION announce_figures();

-- A stream stays open while its session is good, so the end of a session is told.
CREATE FUNCTION announce_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('configuration', 'staff');
  RETURN NULL;
END
$$;
CREATE TRIGGER staff_sessions_ended AFTER DELETE OR UPDATE OF secret_hash ON staff_sessions
  FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();
CREATE TRIGGER staff_tokens_ended AFTER DELETE OR UPDATE ON staff_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();
CREATE TRIGGER staff_changed AFTER UPDATE OF role, deactivated_at ON staff
  FOR EACH STATEMENT EXECUTE FUNCTION announce_staff();

CREATE TABLE metric_annotations (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- A day of the reporting time zone; several days, where it lasted.
  day        date NOT NULL,
  until_day  date CHECK (until_day >= day),
  kind       text NOT NULL CHECK (kind IN ('note', 'campaign', 'incident', 'price')),
  title      text NOT NULL CHECK (title <> ''),
  detail     text NOT NULL DEFAULT '',
  staff_id   bigint NOT NULL REFERENCES staff,
  revision   bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX metric_annotations_day ON metric_annotations (day, id);
ALTER TABLE metric_annotations ENABLE ROW LEVEL SECURITY;
