-- A bulk deed goes on in the name of whoever has it go on: who has begun it may not do it any more.
-- Where nobody has, it is in the name of who has begun it.
ALTER TABLE bulk_deeds ADD COLUMN carried_on_by bigint REFERENCES staff;
