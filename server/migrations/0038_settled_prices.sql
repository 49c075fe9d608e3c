-- By which price the use of a model was valued that did not say what it cost: settled for each day
-- when its use is first added up. A price that is corrected changes nothing of it; what is settled
-- anew supersedes what was.
CREATE TABLE usage_prices (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day           date NOT NULL,
  provider      text COLLATE "C" NOT NULL,
  model         text COLLATE "C" NOT NULL CHECK (model <> ''),
  -- None where there was no price yet; the first one that is told settles it.
  price_id      bigint REFERENCES ai_prices,
  -- Unknown of what had been added up before this was kept.
  settled_at    timestamptz,
  superseded_at timestamptz
);
CREATE UNIQUE INDEX usage_prices_current ON usage_prices (day, model, provider)
  WHERE superseded_at IS NULL;
CREATE INDEX usage_prices_unpriced ON usage_prices (model)
  WHERE superseded_at IS NULL AND price_id IS NULL;

-- What there is was valued by the prices in force whenever somebody asked.
INSERT INTO usage_prices (day, provider, model, price_id)
SELECT used.day, used.provider, used.model, (
  SELECT price.id FROM ai_prices price
  WHERE price.superseded_at IS NULL AND price.model = used.model
    AND price.provider IN (used.provider, '') AND price.starts_on <= used.day
  ORDER BY price.provider = used.provider DESC, price.starts_on DESC LIMIT 1)
FROM (SELECT DISTINCT day, provider, model FROM usage_days
  WHERE model <> '' AND unstated_events <> 0) AS used;

ALTER TABLE usage_prices ENABLE ROW LEVEL SECURITY;
