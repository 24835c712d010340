ALTER TABLE core.companies ADD COLUMN city text;
UPDATE core.companies SET city = 'Berlin' WHERE city IS NULL;
INSERT INTO core.visits (id) SELECT core.count_visits();
DROP TABLE core.visits;
