-- How prices come about. The yearly price of a version is made by a rule when it is published.

CREATE TABLE pricing_rules (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key         text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name        text NOT NULL CHECK (name <> ''),
  rule_type   text NOT NULL CHECK (rule_type IN ('discount', 'promotion', 'custom')),
  -- When it applies, such as {"billing_cycle": "yearly"}.
  conditions  jsonb NOT NULL,
  -- What it does, such as {"percent_off_basis_points": 2000}.
  effect      jsonb NOT NULL,
  -- Of several rules that apply, the one with the highest.
  priority    integer NOT NULL DEFAULT 0,
  valid_from  timestamptz NOT NULL,
  valid_until timestamptz,
  -- When another row took its place, or nobody's: a rule is superseded, not rewritten.
  ended_at    timestamptz,
  created_at  timestamptz NOT NULL,
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE UNIQUE INDEX pricing_rules_one_in_force ON pricing_rules (key) WHERE ended_at IS NULL;

CREATE FUNCTION keep_pricing_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
      to_jsonb(OLD) - 'ended_at' IS DISTINCT FROM to_jsonb(NEW) - 'ended_at' THEN
    RAISE EXCEPTION 'pricing rule % is superseded by another row, never rewritten', OLD.key
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;
CREATE TRIGGER pricing_rules_are_permanent BEFORE UPDATE OR DELETE ON pricing_rules
  FOR EACH ROW EXECUTE FUNCTION keep_pricing_rules();

ALTER TABLE pricing_rules ENABLE ROW LEVEL SECURITY;
