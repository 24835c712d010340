-- 300 tables as warehouses have them: keys, references, checks, indexes, views, functions and triggers.
CREATE SCHEMA core;
CREATE TYPE core.state AS ENUM ('new', 'active', 'closed');
CREATE FUNCTION core.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

SELECT format($sql$
    CREATE TABLE core.t%1$s (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        parent_id bigint %2$s,
        name text NOT NULL,
        domain text,
        amount numeric(12, 2) DEFAULT 0 CHECK (amount >= 0),
        state core.state NOT NULL DEFAULT 'new',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (domain, name));
    CREATE INDEX ON core.t%1$s (parent_id);
    CREATE INDEX ON core.t%1$s (created_at) WHERE state = 'active';
    CREATE TRIGGER stamp BEFORE UPDATE ON core.t%1$s FOR EACH ROW EXECUTE FUNCTION core.stamp();
    $sql$, n, CASE WHEN n > 1 THEN format('REFERENCES core.t%s', n - 1) END)
FROM generate_series(1, 300) AS n \gexec

SELECT format($sql$
    CREATE VIEW core.v%1$s AS SELECT id, name, domain FROM core.t%1$s WHERE state = 'active';
    CREATE FUNCTION core.f%1$s(wanted bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
    DECLARE
        total bigint;
    BEGIN
        SELECT count(*) INTO total FROM core.t%1$s WHERE parent_id = wanted;
        RETURN total;
    END $body$;
    $sql$, n)
FROM generate_series(1, 300, 10) AS n \gexec

INSERT INTO core.t300 (name, domain) SELECT 'Company ' || n, 'company' || n || '.example'
FROM generate_series(1, 10000) AS n;
ANALYZE;
