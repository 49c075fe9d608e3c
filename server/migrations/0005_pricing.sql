-- How prices come about. The yearly price of a version is made by a rule when it is published.

CREATE TABLE pricing_rules (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key         text COLLATE "C" NOT NULL UNIQUE CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name        text NOT NULL,
  rule_type   text NOT NULL CHECK (rule_type IN ('discount', 'promotion', 'custom')),
  -- When it applies, such as {"billing_cycle": "yearly"}.
  conditions  jsonb NOT NULL,
  -- What it does, such as {"percent_off_basis_points": 2000}.
  effect      jsonb NOT NULL,
  priority    integer NOT NULL DEFAULT 0,
  valid_from  timestamptz NOT NULL,
  valid_until timestamptz,
  created_at  timestamptz NOT NULL,
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);

ALTER TABLE pricing_rules ENABLE ROW LEVEL SECURITY;
