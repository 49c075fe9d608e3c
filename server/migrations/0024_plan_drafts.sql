-- What staff prepare of plans before it is sold, and how they move those who hold an older version.

-- A draft of a plan's next version, as catalogue files write a plan. One of a plan is open at a time.
CREATE TABLE plan_drafts (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug              text COLLATE "C" NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
  -- The version that was on sale when it was begun; null where none was.
  based_on          integer CHECK (based_on > 0),
  content           jsonb NOT NULL,
  revision          integer NOT NULL DEFAULT 1 CHECK (revision > 0),
  created_by        bigint NOT NULL REFERENCES staff,
  created_at        timestamptz NOT NULL,
  updated_by        bigint NOT NULL REFERENCES staff,
  updated_at        timestamptz NOT NULL,
  -- When it was published or thrown away.
  ended_at          timestamptz,
  published_version integer CHECK (published_version > 0),
  CHECK ((published_version IS NOT NULL) <= (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX plan_drafts_one_open ON plan_drafts (slug) WHERE ended_at IS NULL;

-- Moves those who hold one version of a plan to another, one after the other.
CREATE TABLE plan_migrations (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_plan_id bigint NOT NULL REFERENCES subscription_plans,
  to_plan_id   bigint NOT NULL REFERENCES subscription_plans,
  timing       text NOT NULL CHECK (timing IN ('now', 'renewal')),
  reason       text NOT NULL CHECK (reason <> ''),
  state        text NOT NULL CHECK (state IN ('running', 'stopped', 'done')),
  revision     integer NOT NULL DEFAULT 1 CHECK (revision > 0),
  created_by   bigint NOT NULL REFERENCES staff,
  created_at   timestamptz NOT NULL,
  finished_at  timestamptz,
  CHECK ((state = 'done') = (finished_at IS NOT NULL)),
  CHECK (from_plan_id <> to_plan_id)
);
CREATE UNIQUE INDEX plan_migrations_one_open ON plan_migrations (from_plan_id)
  WHERE state <> 'done';

-- One subscriber of a migration, and what came of it.
CREATE TABLE plan_migration_moves (
  migration_id    bigint NOT NULL REFERENCES plan_migrations,
  account_id      bigint NOT NULL REFERENCES accounts,
  subscription_id bigint NOT NULL REFERENCES user_subscriptions,
  -- scheduled: it holds from the next renewal on. skipped: it is left as it is for a good reason.
  state           text NOT NULL
                  CHECK (state IN ('waiting', 'moved', 'scheduled', 'skipped', 'refused')),
  -- Why it was skipped or refused, or why it still waits.
  code            text,
  detail          text,
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- By the database's clock: until then others leave it to whoever is at it.
  taken_until     timestamptz,
  settled_at      timestamptz,
  PRIMARY KEY (migration_id, account_id),
  CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX plan_migration_moves_waiting ON plan_migration_moves (migration_id, account_id)
  WHERE state = 'waiting';

ALTER TABLE plan_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_migrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_migration_moves ENABLE ROW LEVEL SECURITY;
