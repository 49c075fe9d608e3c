-- What people are called, a word at a time, so that who is misspelt is found among the words that
-- there are, which are far fewer and shorter than the texts of all users.

ALTER TABLE directory_entries ADD COLUMN name_words text[] COLLATE "C" NOT NULL DEFAULT '{}';
CREATE INDEX directory_entries_name_words ON directory_entries USING gin (name_words);
-- Entries that were made before say nothing of words; the patrol makes them anew.
DELETE FROM directory_entries;

CREATE TABLE directory_words (
  word       text COLLATE "C" PRIMARY KEY,
  -- By the database's clock.
  learned_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE directory_words ENABLE ROW LEVEL SECURITY;

-- Whoever plans a search compares it with each sample that was kept of the column.
ALTER TABLE directory_entries ALTER COLUMN search_text SET STATISTICS 100;

DO $$
DECLARE
  home text := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.extname = 'pg_trgm');
BEGIN
  EXECUTE format('CREATE INDEX directory_words_alike ON directory_words
    USING gin (word %I.gin_trgm_ops)', home);
END
$$;
