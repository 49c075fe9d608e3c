-- What the server measures of itself: how it answered, by route and key, and that it was there.

-- Requests by minute, kept for some days; those by hour and day stay.
CREATE TABLE route_minutes (
  minute      timestamptz NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  -- The secret key that asked; 0 is none.
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  -- Which of the spans of durations it fell into.
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  PRIMARY KEY (minute, method, route, key_id, status, bucket)
);

CREATE TABLE route_hours (
  hour        timestamptz NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  PRIMARY KEY (hour, method, route, key_id, status, bucket)
);

-- Days of the reporting time zone.
CREATE TABLE route_days (
  day         date NOT NULL,
  method      text COLLATE "C" NOT NULL,
  route       text COLLATE "C" NOT NULL,
  key_id      bigint NOT NULL,
  status      smallint NOT NULL,
  bucket      smallint NOT NULL,
  requests    bigint NOT NULL,
  duration_us numeric NOT NULL,
  PRIMARY KEY (day, method, route, key_id, status, bucket)
);

-- Minutes in which some process ran and could write; kept for some days.
CREATE TABLE server_minutes (
  minute timestamptz PRIMARY KEY
);

-- How many of them there were on a day, and the first of all.
CREATE TABLE server_days (
  day     date PRIMARY KEY,
  minutes integer NOT NULL,
  began   timestamptz NOT NULL
);

ALTER TABLE route_minutes ENABLE ROW LEVEL SECURITY;
ALTER TABLE route_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE route_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE server_minutes ENABLE ROW LEVEL SECURITY;
ALTER TABLE server_days ENABLE ROW LEVEL SECURITY;
