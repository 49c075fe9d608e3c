-- What was written lately lies in a list before each index of words, which every search reads from
-- end to end: at the four megabytes that are allowed, that took longer than all the rest. Entries
-- are written all the time, so that the list was never empty for long.
ALTER INDEX directory_words_alike SET (fastupdate = off);
ALTER INDEX directory_entries_name_words SET (fastupdate = off);
-- A text has some sixty parts, which are cheaper to put in together: shorter than a megabyte, the list
-- cost entries more than it spared searches.
ALTER INDEX directory_entries_search SET (gin_pending_list_limit = 1024);
SELECT gin_clean_pending_list('directory_words_alike'),
  gin_clean_pending_list('directory_entries_name_words'),
  gin_clean_pending_list('directory_entries_search');

-- Who holds a version of a plan, in the order in which they are moved to another.
CREATE INDEX user_subscriptions_held ON user_subscriptions (plan_id, id) WHERE ended_at IS NULL;
