CREATE TABLE core.visits (id bigint, company text);
INSERT INTO core.visits (id, company) SELECT id, name FROM core.companies;
CREATE FUNCTION core.count_visits() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM core.visits';
