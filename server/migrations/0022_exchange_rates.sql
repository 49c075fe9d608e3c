-- What a currency was worth in another on a day. A later word on the same day supersedes the earlier.
CREATE TABLE exchange_rates (
  base        text NOT NULL CHECK (base ~ '^[a-z]{3}$'),
  currency    text NOT NULL CHECK (currency ~ '^[a-z]{3}$' AND currency <> base),
  day         date NOT NULL,
  -- Units of the base for one unit of the currency.
  rate        numeric(24, 12) NOT NULL CHECK (rate > 0),
  source      text NOT NULL CHECK (source <> ''),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (base, currency, day, recorded_at)
);
CREATE TRIGGER exchange_rates_are_permanent BEFORE UPDATE OR DELETE ON exchange_rates
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_rates_stay BEFORE TRUNCATE ON exchange_rates
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY;
